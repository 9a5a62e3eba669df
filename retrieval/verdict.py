"""How sure we are that the first hit answers the question."""

from __future__ import annotations

import math
from dataclasses import dataclass

from retrieval.hit import Verdict

_COSINE, _COVERED, _BIAS = 14.2, 16.7, -12.1
"""Weights of a logistic regression on the development questions."""
_ANSWER, _CLOSEST = 0.5, 0.02


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit being an answer.

    Attributes:
        cosine: Of the question's and the passage's embeddings.
        covered: Share of the question that stands in the passage, see `Index.covered`.
    """

    cosine: float
    covered: float


def confidence(evidence: Evidence) -> float:
    """Estimate the probability that the archive answers the question, in (0, 1).

    Example:
        >>> confidence(Evidence(cosine=0.6, covered=0.5)) > 0.98
        True
        >>> confidence(Evidence(cosine=0.3, covered=0.2)) < 0.02
        True
    """
    return 1 / (1 + math.exp(-(_COSINE * evidence.cosine + _COVERED * evidence.covered + _BIAS)))


def verdict(sure: float) -> Verdict:
    """Turn a confidence into what the reader is told."""
    if sure >= _ANSWER:
        return Verdict.ANSWER
    return Verdict.CLOSEST if sure >= _CLOSEST else Verdict.NOTHING
