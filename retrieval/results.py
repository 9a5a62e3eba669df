"""What a search returns.

Tested with the search that returns them in `tests/retrieval/test_search.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.storage.embeddings import Embeddings
from retrieval.period import Period


class Verdict(StrEnum):
    """How far the first hit answers the question."""

    ANSWER = "answer"
    CLOSEST = "closest"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model makes of a question and a window of a passage that it read together.

    Attributes:
        relevance: Logit, about -11 to 10 for the model that comes with Byline: is the window about
            the question?
        answers: Logit, about -6 to 6: does the window hold the answer? None from a model that does
            not tell.
        begins: Where in the window words begin, beside the probability that the answer begins
            there; they add up to 1. Empty from a model that does not tell.
    """

    relevance: float
    answers: float | None = None
    begins: tuple[tuple[int, float], ...] = ()

    @property
    def likeliest(self) -> float:
        """Probability that the answer begins at the likeliest word; 0 where that is not told."""
        return max((share for _, share in self.begins), default=0.0)

    def average(self, other: Reading) -> Reading:
        """Return the mean of two readings of one window by the same model."""
        answers = None
        if self.answers is not None and other.answers is not None:
            answers = (self.answers + other.answers) / 2
        begins = {place: share / 2 for place, share in self.begins}
        for place, share in other.begins:  # of a longer question, less of a long window is read
            begins[place] = begins.get(place, 0.0) + share / 2
        begun = tuple(sorted(begins.items()))
        return Reading((self.relevance + other.relevance) / 2, answers, begun)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a passage that was read.

    Attributes:
        start: Where it begins in the article's body.
        end: Where it ends.
        reading: What the model made of it.
    """

    start: int
    end: int
    reading: Reading

    def begins_within(self, start: int, end: int) -> float:
        """Return the probability that the answer begins in a stretch of the body."""
        return sum(
            share for place, share in self.reading.begins if start <= self.start + place < end
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer a question.

    Attributes:
        article: The article it stands in.
        passage: Where.
        score: Fused score, at least 0; comparable within one search only. It may rise from one
            hit to the next where a comparison's rankings were interleaved or the hits reranked: a
            reranker gives them another order and leaves their scores.
        copies: Articles of other publishers that carried the same text, no more fully than this
            one, or later, unless the reader prefers the publisher of this one.
        window: What was read of the passage; None where nothing was.
    """

    article: Article
    passage: Passage
    score: float
    copies: tuple[Article, ...] = ()
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a search.

    Attributes:
        query: The question as asked.
        verdict: Whether the first hit answers it.
        confidence: Probability in [0, 1] that it does, as far as calibration goes.
        hits: Best first, near copies once; empty when nothing matches.
        searched: How many articles were searched.
        publishers: Whose articles came first because the question names them.
        periods: Whose articles came first because the question names the time.
    """

    query: str
    verdict: Verdict
    confidence: float
    hits: tuple[Hit, ...]
    searched: int
    publishers: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()


class Encoder(Protocol):
    """Turns texts into vectors: a sentence-transformers model, or a fake in tests."""

    @property
    def fingerprint(self) -> str:
        """Which model and precision; vectors of different fingerprints must not be compared."""
        ...

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        """Embed passages behind their headers: a row for each, in half precision."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts: shape (texts, dimension), rows of unit length."""
        ...
