"""How well an archive answers questions whose answers are known."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from statistics import fmean
from typing import TYPE_CHECKING, Literal

import numpy as np

from corpus.address import canonicalize
from corpus.storage.store import Store
from corpus.text import squeeze
from retrieval.errors import RetrievalError
from retrieval.evaluation.qrels import Case, Expected, Judgments
from retrieval.results import Hit, Verdict
from retrieval.search import Searcher

if TYPE_CHECKING:
    from ir_measures.measures import Measure

FIGURES = ("hits@1", "hits@4", "hits@10", "mrr@10", "ndcg@10", "recall@10")
_DEPTH = 10
"""How far down a ranking is looked at."""
_SPARE = 3
"""Passages that are ranked for each article wanted, as an article may have several good ones."""
_PASSAGE_ID = re.compile(r"(?P<article>[0-9a-f]{12})#(?P<start>\d+)")

Level = Literal["article", "passage"]
_Found = list[list[int]]
"""For each rank, the places of the expected answers that come up there first."""


@dataclass(frozen=True, slots=True)
class Scored:
    """How one question was answered.

    Attributes:
        id: As in the file of questions.
        question: As asked.
        answerable: Whether the archive should answer it.
        answered: Whether the verdict was "answer".
        confidence: In [0, 1], see `Result.confidence`.
        ms: Milliseconds that the search took.
        figures: "hits@1" and so on, from 0 to 1; empty for a question without an answer.
    """

    id: str
    question: str
    answerable: bool
    answered: bool
    confidence: float
    ms: float
    figures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """What the questions come to. A share or a mean of nothing is left out or None.

    Attributes:
        figures: Means over the answerable questions.
        answerable: How many questions the archive should answer.
        refused: Share of them whose verdict was not "answer".
        unanswerable: How many it should not answer.
        abstained: Share of them whose verdict was not "answer".
        auroc: How often an answerable question gets more confidence than an unanswerable one; a
            tie counts half.
        median_ms: Milliseconds that a search took.
        p95_ms: What 95 searches of 100 stayed within.
    """

    figures: dict[str, float]
    answerable: int
    refused: float | None
    unanswerable: int
    abstained: float | None
    auroc: float | None
    median_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An archive's answers to a set of questions, scored.

    Attributes:
        level: What the ranks count. "passage": passages, as a reader sees them. "article":
            articles, each where the best of its passages is; so where no answer names words or
            a passage.
        judgments: Digest of the questions and the expected answers.
        model: What searched: fingerprint of the encoder, and name of the reranker if any.
        articles: How many were searched.
        missing: Articles that are expected and not in the archive, as they were named.
        unjudged: Questions left out because no judgment names them.
        summary: Of all questions.
        questions: In the order asked.
    """

    level: Level
    judgments: str
    model: str
    articles: int
    missing: tuple[str, ...]
    unjudged: int
    summary: Summary
    questions: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class _Sought:
    """An expected answer, its article looked up.

    Attributes:
        articles: Ids of the articles it may stand in, or None for any.
        start: Where in the body it begins, or None for anywhere.
        text: What must stand in the passage, without case and white space.
    """

    articles: frozenset[str] | None
    start: int | None
    text: str

    def stands_in(self, hit: Hit) -> bool:
        """Whether a hit holds the answer; one of the copies that it stands for may do."""
        ids = {article.id for article in (hit.article, *hit.copies)}
        if self.start is not None:  # a copy's characters are counted from elsewhere
            ids = {hit.article.id} if hit.passage.start <= self.start < hit.passage.end else set()
        there = self.articles is None or not ids.isdisjoint(self.articles)
        return there and self.text in _bare(hit.passage.text)


def evaluate(
    judgments: Judgments,
    searcher: Searcher,
    *,
    model: str,
    progress: Callable[[int], object] = bool,
) -> Evaluation:
    """Ask every question, one at a time, and score what is found down to rank 10.

    Every expected answer counts once, where it comes up first. One whose article the archive
    does not hold counts as not found.

    Args:
        judgments: What to ask.
        searcher: Up to date.
        model: What searches, in words.
        progress: Told how many questions were asked so far.

    Raises:
        RetrievalError: The archive is empty, or the library that computes the figures is missing.
    """
    if not len(searcher):
        raise RetrievalError("the archive is empty; fill it with `byline add FOLDER`")
    measures, level = _measures(), _level(judgments.cases)
    ids = _look_up(judgments.cases, searcher.store)
    searcher.search(judgments.cases[0].question)  # what loads on first use is not timed
    asked, found = [], []
    for number, case in enumerate(judgments.cases, start=1):
        scored, hits = _ask(case, searcher, level)
        asked.append(scored)
        found.append(_find([_sought(expected, ids) for expected in case.expected], hits))
        progress(number)
    figures = _figures(judgments.cases, found, measures)
    questions = tuple(replace(one, figures=own) for one, own in zip(asked, figures, strict=True))
    return Evaluation(
        level=level,
        judgments=judgments.digest,
        model=model,
        articles=searcher.snapshot.index.articles,
        missing=tuple(name for name, known in ids.items() if not known),
        unjudged=judgments.unjudged,
        summary=_summary(questions),
        questions=questions,
    )


def _measures() -> dict[str, Measure]:
    try:
        from ir_measures import RR, R, Success, nDCG
    except ImportError:
        raise RetrievalError(
            "the figures need ir-measures: pip install ir-measures (where pip finds no build for "
            "this machine, it needs a C compiler and the sources of trec_eval)"
        ) from None
    # All that was found counts for recall: a passage that holds two answers takes two places.
    measures = Success @ 1, Success @ 4, Success @ _DEPTH, RR @ _DEPTH, nDCG @ _DEPTH, R @ 1000
    return dict(zip(FIGURES, measures, strict=True))


def _level(cases: Sequence[Case]) -> Level:
    every = [expected for case in cases for expected in case.expected]
    told = any(one.text or _PASSAGE_ID.fullmatch(one.article) for one in every)
    return "passage" if told or not every else "article"


def _look_up(cases: Sequence[Case], store: Store) -> dict[str, frozenset[str]]:
    """Find the articles that are expected: every name with the ids of the articles it fits."""
    names = {
        expected.article: _key(expected.article)
        for case in cases
        for expected in case.expected
        if expected.article
    }
    ids: dict[str, set[str]] = {key: set() for key in names.values()}
    for article in store.articles() if names else ():
        for name in (article.id, article.url or "", squeeze(article.headline).casefold()):
            if name in ids:
                ids[name].add(article.id)
    return {name: frozenset(ids[key]) for name, key in names.items()}


def _key(name: str) -> str:
    if passage := _PASSAGE_ID.fullmatch(name):
        return passage["article"]
    try:
        return canonicalize(name)
    except ValueError:  # no address, so an id or a headline
        return squeeze(name).casefold()


def _sought(expected: Expected, ids: dict[str, frozenset[str]]) -> _Sought:
    passage = _PASSAGE_ID.fullmatch(expected.article)
    return _Sought(
        articles=ids.get(expected.article),
        start=int(passage["start"]) if passage else None,
        text=_bare(squeeze(expected.text)),
    )


def _bare(text: str) -> str:
    return "".join(text.casefold().split())


def _ask(case: Case, searcher: Searcher, level: Level) -> tuple[Scored, list[Hit]]:
    started = time.perf_counter()
    result = searcher.search(case.question, _DEPTH, today=case.today)
    took = time.perf_counter() - started
    scored = Scored(
        id=case.id,
        question=case.question,
        answerable=bool(case.expected),
        answered=result.verdict is Verdict.ANSWER,
        confidence=round(result.confidence, 6),
        ms=round(1000 * took, 2),
        figures={},
    )
    if level == "passage" or not case.expected:
        return scored, list(result.hits)
    deep = searcher.search(case.question, _SPARE * _DEPTH, today=case.today)
    best = {hit.article.id: hit for hit in reversed(deep.hits)}
    return scored, [hit for hit in deep.hits if best[hit.article.id] is hit][:_DEPTH]


def _find(sought: Sequence[_Sought], hits: Sequence[Hit]) -> _Found:
    found, left = [], dict(enumerate(sought))
    for hit in hits:
        here = [place for place, one in left.items() if one.stands_in(hit)]
        found.append(here)
        for place in here:
            del left[place]
    return found


def _figures(
    cases: Sequence[Case], found: Sequence[_Found], measures: dict[str, Measure]
) -> list[dict[str, float]]:
    """Compute the figures of every question, none for an unanswerable one."""
    import ir_measures

    qrels = {
        str(number): {str(place): one.grade for place, one in enumerate(case.expected)}
        for number, case in enumerate(cases)
        if case.expected
    }
    runs = {number: _run(found[int(number)]) for number in qrels}
    values = {
        (metric.query_id, metric.measure): round(metric.value, 6)
        for metric in ir_measures.iter_calc(list(measures.values()), qrels, runs)
    }
    return [
        {name: values[number, measure] for name, measure in measures.items()}
        if (number := str(place)) in qrels
        else {}
        for place in range(len(cases))
    ]


def _run(found: _Found) -> dict[str, float]:
    """Rank the answers found as trec_eval wants it, with fillers where a hit holds none."""
    named = ([str(place) for place in here] or [f"hit {n}"] for n, here in enumerate(found))
    listed = chain.from_iterable(named)
    return {name: -float(place) for place, name in enumerate(listed)}


def _summary(asked: Sequence[Scored]) -> Summary:
    yes = [scored for scored in asked if scored.answerable]
    no = [scored for scored in asked if not scored.answerable]
    times = [scored.ms for scored in asked]
    return Summary(
        figures={name: fmean(one.figures[name] for one in yes) for name in FIGURES if yes},
        answerable=len(yes),
        refused=_declined(yes),
        unanswerable=len(no),
        abstained=_declined(no),
        auroc=_auroc(yes, no),
        median_ms=float(np.median(times)),
        p95_ms=float(np.percentile(times, 95)),
    )


def _declined(asked: Sequence[Scored]) -> float | None:
    return fmean(not scored.answered for scored in asked) if asked else None


def _auroc(yes: Sequence[Scored], no: Sequence[Scored]) -> float | None:
    from scipy.stats import mannwhitneyu

    if not (yes and no):
        return None
    wins = mannwhitneyu([one.confidence for one in yes], [one.confidence for one in no]).statistic
    return float(wins) / (len(yes) * len(no))
