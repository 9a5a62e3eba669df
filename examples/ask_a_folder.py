"""Ask a folder of articles some questions, and print what answers them.

    python examples/ask_a_folder.py articles/ "Who closed the bridge?" "What did Okafor say?"

Articles are web pages, pasted text, JSON Lines and saved feeds. What is made of them is kept in a
hidden folder beside them, so that the next question takes less.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpus import Archive
from retrieval import Answer, QuotationAnswer, Searcher, SummaryAnswer


def main() -> None:
    """Read the command line, add the articles, and answer."""
    parser = argparse.ArgumentParser(description="Ask a folder of articles some questions.")
    parser.add_argument("folder", type=Path, help="where the articles are; a file will do")
    parser.add_argument("questions", nargs="+", metavar="question")
    options = parser.parse_args()

    archive = open_archive(options.folder)
    searcher = Searcher(archive)
    for question in options.questions:
        print(f"\n{question}")
        for line in describe(searcher.ask(question)):
            print(f"  {line}")


def open_archive(folder: Path) -> Archive:
    """Open the archive of a folder, with what is new in it."""
    archive = Archive.open((folder if folder.is_dir() else folder.parent) / ".byline")
    tally = archive.add(folder)
    for failure in tally.failures:
        print(f"{failure.where}: {failure.reason}", file=sys.stderr)
    print(f"{len(archive)} articles from {folder}")
    return archive


def describe(answer: Answer | None) -> list[str]:
    """Say what an answer shows, a line each; its words are the article's own."""
    if answer is None:
        return ["nothing to search"]
    lines = [f"{answer.kind} · {answer.verdict} · confidence {answer.confidence:.2f}"]
    lines += answer.text.splitlines() or choices(answer)
    if answer.citation:
        lines.append(str(answer.citation))
    if answer.link:
        lines.append(answer.link)
    return lines


def choices(answer: Answer) -> list[str]:
    """Name what may be meant, where it is not clear: people of a name, or articles."""
    if isinstance(answer, QuotationAnswer):
        return [f"? {person.name}" for person in answer.said.people]
    if isinstance(answer, SummaryAnswer):
        return [f"? {article.headline}" for article in answer.articles]
    return []


if __name__ == "__main__":
    main()
