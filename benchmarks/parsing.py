"""Score how pages are read against what people read in them, beside trafilatura alone.

    python benchmarks/parsing.py FOLDER [--json]

FOLDER holds pages (``*.html``, ``*.html.gz``) and ``expected.jsonl``, a line a page. ``file`` names
it; all else may be absent, and counts only where it is given:

    {"file": "tram.html", "url": "https://news.example/tram", "title": "Tram runs",
     "authors": ["Ida Brandt"], "day": "2020-06-07", "with": ["runs again"], "without": ["Share"]}

title    share of pages with the same words          day   share of pages with the same day
authors  precision and recall over all names         with, without  share of snippets in the text
seconds  processor time of each reader, in this run
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trafilatura import bare_extraction
from trafilatura.settings import Document

from corpus.errors import UnreadableError
from corpus.parse.page import read_page

Expected = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a page; nothing where it refused it."""

    title: str = ""
    authors: tuple[str, ...] = ()
    day: str = ""
    text: str = ""


def read_ours(data: bytes, url: str | None) -> Read:
    """Read a page as Byline does."""
    try:
        article = read_page(data, url=url)
    except UnreadableError:
        return Read()
    day = article.published.date().isoformat() if article.published else ""
    return Read(article.headline, article.authors, day, article.body)


def read_theirs(data: bytes, url: str | None) -> Read:
    """Read a page with trafilatura alone."""
    found = bare_extraction(data, url=url, with_metadata=True, include_comments=False)
    if not isinstance(found, Document):
        return Read()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Read(found.title or "", authors, (found.date or "")[:10], found.text or "")


def score(expected: list[Expected], read: list[Read]) -> dict[str, float]:
    """Score a reader; figures of which nothing is expected are left out."""
    pairs = list(zip(expected, read, strict=True))
    titles = [_words(one.title) == _words(page["title"]) for page, one in pairs if "title" in page]
    days = [one.day == page["day"][:10] for page, one in pairs if page.get("day")]
    named = [
        (_names(page["authors"]), _names(one.authors)) for page, one in pairs if "authors" in page
    ]
    shared = sum(len(wanted & found) for wanted, found in named)
    figures = {
        "title": _share(sum(titles), len(titles)),
        "day": _share(sum(days), len(days)),
        "authors precision": _share(shared, sum(len(found) for _, found in named)),
        "authors recall": _share(shared, sum(len(wanted) for wanted, _ in named)),
        "with": _held(pairs, "with"),
        "without": _held(pairs, "without"),
    }
    return {name: value for name, value in figures.items() if value is not None}


def _held(pairs: list[tuple[Expected, Read]], key: str) -> float | None:
    held = [_words(text) in _words(one.text) for page, one in pairs for text in page.get(key, ())]
    return _share(sum(held), len(held))


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _names(authors: object) -> set[str]:
    listed = [authors] if isinstance(authors, str) else authors
    return {_words(str(name)) for name in (listed if isinstance(listed, list | tuple) else ())}


def _open(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def measure(folder: Path, reader: Callable[[bytes, str | None], Read]) -> dict[str, float]:
    """Read all pages of a folder and score what came of them."""
    lines = (folder / "expected.jsonl").read_text("utf-8").splitlines()
    expected = [json.loads(line) for line in lines if line.strip()]
    pages = [_open(folder / page["file"]) for page in expected]
    started = time.process_time()
    read = [reader(data, page.get("url")) for data, page in zip(pages, expected, strict=True)]
    took_s = time.process_time() - started
    return {"pages": len(pages), **score(expected, read), "seconds": round(took_s, 2)}


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    readers = {"Byline": read_ours, "trafilatura": read_theirs}
    warm = b"<p>Trams run again on Friday 7 June 2020.</p>" * 9
    for reader in readers.values():
        reader(warm, None)
    figures = {name: measure(asked.folder, reader) for name, reader in readers.items()}
    if asked.json:
        print(json.dumps(figures, indent=1))
        return
    for key in figures["Byline"]:
        row = "  ".join(f"{figures[name].get(key, ''):>12}" for name in figures)
        print(f"{key:18}{row}")


if __name__ == "__main__":
    main()
