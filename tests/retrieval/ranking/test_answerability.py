"""A confidence grows with the evidence, and decides what the reader is told."""

from dataclasses import replace

import pytest

from retrieval.ranking.answerability import Evidence, decide_verdict, estimate_confidence
from retrieval.results import Verdict

HALF = Evidence(cosine=0.5, covered=0.5, named=0.5)


@pytest.mark.parametrize("field", ["cosine", "covered", "named"])
def test_more_of_any_evidence_makes_surer(field):
    less, more = (estimate_confidence(replace(HALF, **{field: share})) for share in (0.2, 0.8))
    assert 0 < less < estimate_confidence(HALF) < more < 1


@pytest.mark.parametrize(
    ("sure", "verdict"),
    [
        (1.0, Verdict.ANSWER),
        (0.22, Verdict.ANSWER),
        (0.21, Verdict.CLOSEST),
        (0.1, Verdict.CLOSEST),
        (0.09, Verdict.NOTHING),
    ],
)
def test_a_verdict_begins_at_its_threshold(sure, verdict):
    assert decide_verdict(sure) is verdict
