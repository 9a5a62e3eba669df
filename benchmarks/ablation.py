"""What does each idea behind the ranking add?

    python benchmarks/ablation.py --home FOLDER QUESTIONS.jsonl

Starts from BM25 as rank-bm25 comes and adds one idea a row, up to Byline as it is. Two more tables
in one: other ways to merge the two rankings, in the place of the row that merges them, and Byline
without one of its halves. `gold` says what the questions look like and what the figures mean.

Every row runs the same `Searcher.search`. Where an idea is off, the function that carries it out
is replaced for the length of that row, here and not in Byline, so the last row is Byline itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated
from unittest.mock import patch

import numpy as np
import typer
from gold import DEPTH, Found, Gold, figures, read_gold
from measuring import AsJson, Home, open_archive, prepare, read_passages, show
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

import retrieval.ranking.rank
import retrieval.search
from corpus.article import Article
from retrieval.index.bm25 import SparseBM25, TermCounts
from retrieval.index.snapshot import Index
from retrieval.query.question import Aspect, Publishers, Question, understand
from retrieval.ranking.fusion import Scores, fuse
from retrieval.results import Encoder, Result
from retrieval.search import Searcher
from retrieval.tokens import tokenize

_K1, _B = 1.5, 0.75
"""The parameters of BM25 as rank-bm25 comes."""

Fusion = Callable[[Scores, Scores], Scores]


@dataclass(frozen=True, slots=True)
class Ideas:
    """Which ideas are on. As it stands, all of them: Byline."""

    stems: bool = True
    headers: bool = True
    flat: bool = True
    distinct: bool = True
    fusion: Fusion = fuse
    leads: bool = True
    boosts: bool = True
    aspects: bool = True
    phrases: bool = True
    copies: bool = True


_LEXICAL, _DENSE = partial(fuse, weight=0.0), partial(fuse, weight=1.0)
_PLAIN = Ideas(
    stems=False,
    headers=False,
    flat=False,
    distinct=False,
    fusion=_LEXICAL,
    leads=False,
    boosts=False,
    aspects=False,
    phrases=False,
    copies=False,
)


def main(
    questions: Annotated[Path, typer.Argument(help="Questions with gold, JSON Lines.")],
    home: Home = Path(),
    as_json: AsJson = False,
) -> None:
    """Score every row of ideas on the questions that something answers."""
    prepare()
    asked = [gold for gold in read_gold(questions) if gold.wanted]
    archive = open_archive(home)
    searcher = archive.searcher
    searcher.encoder = Remembering(archive.encoder)
    lab = Lab(searcher, read_passages(archive.store))
    rows = [{"what": name, **figures(asked, lab.rank(asked, ideas))} for name, ideas in _rows()]
    show(f"{len(asked):,} questions to {len(searcher):,} passages", rows, as_json=as_json)


def _rows() -> Iterator[tuple[str, Ideas]]:
    ideas = _PLAIN
    yield "BM25 as rank-bm25 comes", ideas
    for name, on in (
        ("+ stems, no stop words", {"stems": True}),
        ("+ headline, publisher and date", {"headers": True}),
        ("+ k1 0.9, b 0.4", {"flat": True}),
        ("+ each term of a question once", {"distinct": True}),
        ("+ dense side, weighted sum", {"fusion": fuse}),
        ("+ opening passages preferred", {"leads": True}),
        ("+ publishers and dates preferred", {"boosts": True}),
        ("+ clauses searched one by one", {"aspects": True}),
        ("+ quoted words first", {"phrases": True}),
        ("+ copies merged: Byline", {"copies": True}),
    ):
        ideas = replace(ideas, **on)
        yield name, ideas
    merged = replace(_PLAIN, stems=True, headers=True, flat=True, distinct=True)
    yield "dense side alone", replace(merged, fusion=_DENSE)
    yield "reciprocal ranks, not a sum", replace(merged, fusion=reciprocal)
    yield "Byline without its dense side", Ideas(fusion=_LEXICAL)
    yield "Byline without its lexical side", Ideas(fusion=_DENSE)


class Lab:
    """One archive, searched with some of the ideas off.

    Args:
        searcher: Over the archive; all ideas are on again when a row is done.
        passages: Each with its article, in the order of the index.
    """

    def __init__(self, searcher: Searcher, passages: Sequence[tuple[Article, str]]) -> None:
        self._searcher = searcher
        self._passages = passages

    def rank(self, asked: Iterable[Gold], ideas: Ideas) -> list[Found]:
        """Return the hits of every question."""
        index = self._with_words(ideas)
        replaced: list[tuple[object, str, object]] = [
            (self._searcher, "snapshot", replace(self._searcher.snapshot, index=index)),
            (retrieval.search, "understand", partial(_understand, ideas)),
            (retrieval.ranking.rank, "fuse", ideas.fusion),
        ]
        if not ideas.leads:
            replaced.append((retrieval.ranking.rank, "_LEAD", 0.0))
        if not ideas.distinct:
            cut = tokenize if ideas.stems else _lower
            replaced.append(
                (retrieval.ranking.rank, "tokenize_query", lambda texts: cut(" ".join(texts)))
            )
        if not ideas.copies:
            replaced.append(
                (retrieval.search, "merge_copies", lambda hits, count, **_: hits[:count])
            )
        with ExitStack() as stack:
            for place, name, value in replaced:  # a name that Byline no longer has is an error
                stack.enter_context(patch.object(place, name, value))
            return [_found(self._searcher.search(gold.query, DEPTH)) for gold in asked]

    def _with_words(self, ideas: Ideas) -> Index:
        """Return the index with the lexical side that these ideas make."""
        index = self._searcher.snapshot.index
        if not ideas.stems:
            return replace(index, bm25=BM25Okapi([_lower(text) for _, text in self._passages]))
        parameters = {} if ideas.flat else {"k1": _K1, "b": _B}
        bare = (tokenize(text) for _, text in self._passages)
        terms = index.terms if ideas.headers else TermCounts().extend(bare)
        return replace(index, terms=terms, bm25=SparseBM25(terms, **parameters))


class Remembering:
    """An encoder that embeds each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self.fingerprint = encoder.fingerprint
        self.encode = partial(_remembered, encoder, {})


def _remembered(
    encoder: Encoder, known: dict[str, NDArray[np.float32]], texts: Sequence[str]
) -> NDArray[np.float32]:
    fresh = [text for text in dict.fromkeys(texts) if text not in known]
    if fresh:
        known.update(zip(fresh, encoder.encode(fresh), strict=True))
    return np.stack([known[text] for text in texts])


def _understand(ideas: Ideas, text: str, *, publishers: Publishers, today: date) -> Question:
    question = understand(text, publishers=publishers, today=today)
    if not ideas.boosts:
        question = replace(question, whole=Aspect(text), newest=False)
    if not ideas.aspects:
        question = replace(question, aspects=())
    return question if ideas.phrases else replace(question, phrases=())


def reciprocal(lexical: Scores, dense: Scores, *, k: int = 60) -> Scores:
    """Merge by reciprocal ranks, as most hybrid searches do.

    Args:
        lexical: BM25 scores, at least 0; a passage that scores 0 has no rank.
        dense: Cosines.
        k: Damping, in ranks.
    """
    return np.where(lexical > 0, 1 / (k + _ranks(lexical)), 0.0) + 1 / (k + _ranks(dense))


def _ranks(scores: Scores) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _lower(text: str) -> list[str]:
    return text.lower().split()


def _found(result: Result) -> Found:
    return [(hit.article.url, hit.passage.text) for hit in result.hits]


if __name__ == "__main__":
    typer.run(main)
