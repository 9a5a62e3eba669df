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


READ = replace(HALF, relevance=4.0, answers=0.0, begins=0.5)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("relevance", (1.0, 8.0)),
        ("answers", (-3.0, 3.0)),
        ("begins", (0.1, 0.9)),
        ("lead", (-0.5, 0.9)),
    ],
)
def test_more_of_what_was_read_makes_surer(field, values):
    less, more = (estimate_confidence(replace(READ, **{field: one})) for one in values)
    assert 0 < less < estimate_confidence(READ) < more < 1


def test_closeness_alone_is_no_answer_to_who_has_read():
    close = Evidence(cosine=0.7, covered=0.9, named=1.0)
    assert decide_verdict(estimate_confidence(close)) is Verdict.ANSWER
    unsaid = replace(close, relevance=5.0, answers=-4.0, begins=0.3)
    assert decide_verdict(estimate_confidence(unsaid), read=True) is not Verdict.ANSWER
    said = replace(close, relevance=5.0, answers=3.0, begins=0.9)
    assert decide_verdict(estimate_confidence(said), read=True) is Verdict.ANSWER
