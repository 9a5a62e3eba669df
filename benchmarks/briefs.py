"""Do short wire briefs hide the full stories that hold the answer?

    python benchmarks/briefs.py --home FOLDER QUESTIONS.jsonl

The questions have gold of the first form (see ``gold.py``). To a copy of the archive, briefs are
added: the first sentence alone of each article whose opening passage holds evidence, an hour
earlier, of another publisher. Nothing of the archive is printed. Counted are the questions with
such evidence that find it among the first ten passages without the briefs, and how many of them
still do with them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from gold import DEPTH, Gold, read_gold
from measuring import AsJson, Home, prepare, show

from corpus.archive import Archive
from corpus.article import Article, Passage
from corpus.ingest import ingest
from corpus.nlp.segment import split_passages, split_sentences
from retrieval.encoding.encoder import make_encoder
from retrieval.search import Searcher

_WIRE = "Wire of the benchmark"

Opened = tuple[Article, Passage, set[int]]
"""An article, its opening passage, and which of a question's facts that holds."""


def main(
    questions: Annotated[Path, typer.Argument(help="Gold of the first form.")],
    home: Home = Path(),
    as_json: AsJson = False,
) -> None:
    """Ask the same questions without and with briefs."""
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "home")
        shutil.copytree(home, copy)
        archive = Archive.open(copy)
        searcher = Searcher(archive, make_encoder(archive))
        searcher.refresh()
        openings = [(one, _opening(one)) for one in archive.store.articles()]
        asked = {gold: list(_held(gold, openings)) for gold in read_gold(questions)}
        asked = {gold: opened for gold, opened in asked.items() if opened}
        told = {article: passage for opened in asked.values() for article, passage, _ in opened}
        before = {gold: _finds(searcher, gold, opened) for gold, opened in asked.items()}
        briefs = [_brief(article, passage) for article, passage in told.items()]
        ingest(briefs, store=archive.store, embedder=searcher.encoder)
        searcher.refresh()
        after = {gold: _finds(searcher, gold, opened) for gold, opened in asked.items()}
    found = [gold for gold in asked if before[gold]]
    row = {
        "briefs": len(briefs),
        "questions": len(asked),
        "found without": len(found),
        "lost with": sum(not after[gold] for gold in found),
        "won with": sum(after[gold] and not before[gold] for gold in asked),
    }
    show("Evidence among the first ten passages", [row], as_json=as_json)


def _opening(article: Article) -> Passage | None:
    passages = split_passages(article.id, article.body, language=article.language)
    return passages[0] if passages else None


def _held(gold: Gold, openings: Sequence[tuple[Article, Passage | None]]) -> Iterator[Opened]:
    """Yield the articles whose opening holds evidence that their first sentence lacks."""
    for article, passage in openings:
        if passage and (facts := gold.right(article.url, passage.text)):
            facts -= gold.right(article.url, _first_sentence(article, passage))
            if facts and len(passage.text) > len(_first_sentence(article, passage)):
                yield article, passage, facts


def _first_sentence(article: Article, passage: Passage) -> str:
    start, end = split_sentences(passage.text, language=article.language)[0]
    return passage.text[start:end]


def _brief(article: Article, passage: Passage) -> Article:
    """The article as a wire would have told it an hour before."""
    earlier = article.published and article.published - timedelta(hours=1)
    url = f"https://wire.example/{article.id}"
    body = _first_sentence(article, passage)
    return replace(
        article, body=body, url=url, publisher=_WIRE, published=earlier, day_only=False, kept_as=""
    )


def _finds(searcher: Searcher, gold: Gold, opened: Sequence[Opened]) -> bool:
    """Whether any of the openings' evidence is among the first passages."""
    wanted = {fact for _, _, facts in opened for fact in facts}
    hits = searcher.search(gold.query, DEPTH).hits
    return any(wanted & gold.right(hit.article.url, hit.passage.text) for hit in hits)


if __name__ == "__main__":
    typer.run(main)
