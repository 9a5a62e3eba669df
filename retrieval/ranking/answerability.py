"""How sure we are that the first hit answers the question."""

from __future__ import annotations

import math
from dataclasses import dataclass

from retrieval.results import Verdict

_COSINE, _COVERED, _NAMED, _BIAS = 17.02, 6.97, 1.67, -11.58
"""Weights of a logistic regression; `benchmarks/calibrate.py` fits them anew."""
_ANSWER, _CLOSEST = 0.22, 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit being an answer.

    Attributes:
        cosine: Of the question's and the passage's embeddings.
        covered: Share of the question that stands in the passage, see `Index.covered`.
        named: The same for the names in the question alone; 1 where it has none.
    """

    cosine: float
    covered: float
    named: float


def estimate_confidence(evidence: Evidence) -> float:
    """Estimate the probability that the archive answers the question, in (0, 1).

    Example:
        >>> estimate_confidence(Evidence(cosine=0.6, covered=0.5, named=1.0)) > 0.9
        True
        >>> estimate_confidence(Evidence(cosine=0.3, covered=0.2, named=0.0)) < 0.02
        True
    """
    score = _COSINE * evidence.cosine + _COVERED * evidence.covered + _NAMED * evidence.named
    return 1 / (1 + math.exp(-(score + _BIAS)))


def decide_verdict(sure: float) -> Verdict:
    """Turn a confidence into what the reader is told."""
    if sure >= _ANSWER:
        return Verdict.ANSWER
    return Verdict.CLOSEST if sure >= _CLOSEST else Verdict.NOTHING
