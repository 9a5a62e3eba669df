"""How sure we are that the first hit answers the question."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import mul

from retrieval.reading.windows import LEAST_BEGIN
from retrieval.results import Verdict

_COSINE, _COVERED, _NAMED, _BIAS = 17.02, 6.97, 1.67, -11.58
"""Weights of a logistic regression; `benchmarks/calibrate.py` fits them anew."""
_READ = (0.123, 0.549, 0.535, 1.184, -0.725)
"""The same for a hit that was read: of relevance, answers, the logarithm of begins, lead, and the
bias; `benchmarks/reader_fit.py` fits them anew. Closeness says nothing more then."""
_ANSWER, _CLOSEST = 0.22, 0.1
_ANSWER_READ, _CLOSEST_READ = 0.74, 0.12
"""From 0.74 on an answer looks sure: so do half of those about facts in our messages, and some 5
in 100 of all are wrong as if sure (`benchmarks/reader_fit.py`, cross-validated)."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the first hit being an answer.

    Attributes:
        cosine: Of the question's and the passage's embeddings.
        covered: Share of the question that stands in the passage, see `Index.covered`.
        named: The same for the names in the question alone; 1 where it has none.
        relevance: Of what was read of it, the logit of relevance.
        answers: The logit of its holding the answer; None where nothing was read, or by a model
            that does not tell.
        begins: Probability that the answer begins at the likeliest word, see `Reading.likeliest`.
        lead: By how much what was read of it outweighs the next hit, see `weigh_hit`.
    """

    cosine: float
    covered: float
    named: float
    relevance: float = 0.0
    answers: float | None = None
    begins: float = 0.0
    lead: float = 0.0


def estimate_confidence(evidence: Evidence) -> float:
    """Estimate the probability that the first hit answers the question, in (0, 1).

    Example:
        >>> estimate_confidence(Evidence(cosine=0.6, covered=0.5, named=1.0)) > 0.9
        True
        >>> estimate_confidence(Evidence(cosine=0.3, covered=0.2, named=0.0)) < 0.02
        True
    """
    if evidence.answers is None:
        known = (evidence.cosine, evidence.covered, evidence.named, 1.0)
        score = sum(map(mul, (_COSINE, _COVERED, _NAMED, _BIAS), known))
    else:
        begins = math.log(evidence.begins + LEAST_BEGIN)
        read = (evidence.relevance, evidence.answers, begins, evidence.lead, 1.0)
        score = sum(map(mul, _READ, read))
    return 1 / (1 + math.exp(-score))


def decide_verdict(sure: float, *, read: bool = False) -> Verdict:
    """Turn a confidence into what the reader is told.

    Args:
        sure: From `estimate_confidence`.
        read: Whether the hit was read by a model that tells what answers. Only then does the
            confidence tell an answer from what is close to one.
    """
    answer, closest = (_ANSWER_READ, _CLOSEST_READ) if read else (_ANSWER, _CLOSEST)
    if sure >= answer:
        return Verdict.ANSWER
    return Verdict.CLOSEST if sure >= closest else Verdict.NOTHING
