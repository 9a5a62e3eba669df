"""Which of the routes' proposals is shown, and what is said of the others."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers import (
    Alternative,
    AnswerKind,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.query.intent import Ask
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.search import Said
from retrieval.results import Result, Verdict
from retrieval.routing.router import ROUTES, Proposal, Weights, choose, load_weights
from retrieval.timeline.timeline import Timeline
from tests.support.newsroom import ARTICLES, FUNICULAR, quotation, said

ASKED = Ask("the bridge")
PASSAGES, QUOTATIONS, SUMMARY, TIMELINE = ROUTES
QUOTE = quotation(FUNICULAR, said(FUNICULAR, "Nobody took our petition", "Petra Oblonsky"))
ANSWERS = {
    PASSAGES: PassageAnswer(intent=ASKED, result=Result("", Verdict.ANSWER, 1.0, (), 0)),
    QUOTATIONS: QuotationAnswer(
        intent=ASKED,
        said=Said(WhoQuestion(Form.ABOUT), people=(), quotations=(QUOTE,), others=(), searched=0),
    ),
    SUMMARY: SummaryAnswer(intent=ASKED),
    TIMELINE: TimelineAnswer(intent=ASKED, timeline=Timeline("", ARTICLES, (), ())),
}
NOTHING = PassageAnswer(intent=ASKED, result=Result("", Verdict.NOTHING, 0.0, (), 0))
NAMES = ("found", "fits")
NO_EVIDENCE = {kind: {} for kind in ROUTES}


def weighing(bias, *, signs=None, evidence=None, usual=None):
    """Weights by route, in the order of the routes; those of one evidence each, "found"."""
    kinds = [kind.value for kind in ROUTES]
    signs, evidence, usual = (given or [{}] * 4 for given in (signs, evidence, usual))
    return Weights(
        signs=dict(zip(kinds, signs, strict=True)),
        evidence=dict(zip(kinds, evidence, strict=True)),
        bias=dict(zip(kinds, bias, strict=True)),
        usual=dict(zip(kinds, usual, strict=True)),
    )


class Routes:
    """Routes that propose what they are told, and write down which of them were run."""

    def __init__(self, evidence, answers=ANSWERS):
        self.run = []
        self._evidence = evidence
        self._answers = answers

    def __call__(self):
        return {kind: lambda kind=kind: self._propose(kind) for kind in ROUTES}

    def _propose(self, kind):
        self.run.append(kind)
        found = self._evidence.get(kind)
        return None if found is None else Proposal(self._answers[kind], found)


def probabilities(answer):
    return [answer.probability, *(one.probability for one in answer.alternatives)]


def test_the_highest_score_is_shown_and_the_others_follow_by_theirs():
    routes = Routes(NO_EVIDENCE)
    answer = choose({}, routes(), weights=weighing([0.5, 2.0, 1.0, -1.0]))

    total = exp(0.5) + exp(2.0) + exp(1.0) + exp(-1.0)
    assert isinstance(answer, QuotationAnswer)
    assert answer.probability == pytest.approx(exp(2.0) / total)
    assert [(one.kind, one.probability) for one in answer.alternatives] == [
        (SUMMARY, pytest.approx(exp(1.0) / total)),
        (PASSAGES, pytest.approx(exp(0.5) / total)),
        (TIMELINE, pytest.approx(exp(-1.0) / total)),
    ]


def test_signs_and_evidence_count_by_their_strength_and_unknown_ones_not_at_all():
    weights = weighing(
        [0.0] * 4,
        signs=[{"short": 2.0}, {}, {"asks": -3.0}, {}],
        evidence=[{"found": -1.0}, {"found": 4.0}, {}, {}],
    )

    assert weights.prior(PASSAGES, {"short": 0.25, "word penguin": 1.0}) == 0.5
    assert weights.prior(QUOTATIONS, {"short": 0.25, "asks": 1.0}) == 0.0
    assert weights.prior(SUMMARY, {"asks": 0.5}) == -1.5
    assert weights.found(PASSAGES, {"found": 0.5, "odd": 1.0}) == -0.5
    assert (weights.most(PASSAGES), weights.most(QUOTATIONS)) == (0.0, 4.0)


def test_what_a_route_finds_may_beat_what_the_words_say():
    weights = weighing([1.0, 0.0, -5.0, -5.0], evidence=[{}, {"found": 2.0}, {}, {}])

    for found, kind in ((0.4, PassageAnswer), (0.6, QuotationAnswer)):
        routes = Routes({PASSAGES: {}, QUOTATIONS: {"found": found}, SUMMARY: {}, TIMELINE: {}})
        assert isinstance(choose({}, routes(), weights=weights), kind)


def test_a_route_that_cannot_win_any_more_is_not_run():
    weights = weighing([0.0, 5.0, 1.0, -1.0], evidence=[{"found": 6.0}, {}, {"found": 3.9}, {}])
    routes = Routes({PASSAGES: {"found": 0.0}, QUOTATIONS: {}, SUMMARY: {}, TIMELINE: {}})

    answer = choose({}, routes(), weights=weights)

    assert routes.run == [QUOTATIONS, PASSAGES]  # 5.0, then what might have been 6.0
    assert isinstance(answer, QuotationAnswer)
    assert {one.kind for one in answer.alternatives} == {PASSAGES, SUMMARY, TIMELINE}


def test_beside_nothing_only_what_has_something_is_offered():
    weights = weighing([9.0, 1.0, 0.0, 0.0])
    routes = Routes({PASSAGES: {}, QUOTATIONS: {}, TIMELINE: {}}, ANSWERS | {PASSAGES: NOTHING})
    answer = choose({}, routes(), weights=weights)

    assert answer.verdict is Verdict.NOTHING
    assert set(routes.run) == set(ROUTES)
    assert [one.kind for one in answer.alternatives] == [QUOTATIONS, TIMELINE]
    assert sum(probabilities(answer)) == pytest.approx(1)


def test_what_was_not_run_is_supposed_to_find_what_it_usually_does():
    weights = weighing(
        [3.0, 0.0, 0.0, 0.0],
        evidence=[{}, {"found": 2.0}, {"found": 2.0, "fits": 5.0}, {"fits": -2.0}],
        usual=[{}, {"found": 0.5}, {"found": 1.0}, {"fits": 1.0}],
    )
    routes = Routes(NO_EVIDENCE)
    answer = choose({}, routes(), weights=weights)

    assert routes.run == [PASSAGES, SUMMARY]  # a summary might have scored 7
    total = exp(3) + exp(1) + exp(0) + exp(-2)
    chances = {one.kind: one.probability for one in answer.alternatives}
    assert chances[QUOTATIONS] == pytest.approx(exp(1) / total)
    assert chances[SUMMARY] == pytest.approx(exp(0) / total)
    assert chances[TIMELINE] == pytest.approx(exp(-2) / total)


def test_a_route_that_has_nothing_to_show_is_no_alternative():
    weights = weighing([1.0, 3.0, 2.0, 0.0])
    routes = Routes({PASSAGES: {}, TIMELINE: {}})
    answer = choose({}, routes(), weights=weights)

    assert isinstance(answer, PassageAnswer)
    assert routes.run == [QUOTATIONS, SUMMARY, PASSAGES]
    assert answer.alternatives == (Alternative(TIMELINE, pytest.approx(1 / (1 + exp(1)))),)


def test_nothing_is_chosen_where_no_route_has_anything_to_show():
    routes = Routes({})

    assert choose({}, routes(), weights=weighing([0.0] * 4)) is None
    assert set(routes.run) == set(ROUTES)


@pytest.mark.parametrize("run", [True, False])
def test_a_summary_that_the_timeline_proposes_has_no_summary_as_an_alternative(run):
    evidence = {PASSAGES: {}, SUMMARY: {}, TIMELINE: {"found": 1.0}}
    found = 3.0 if run else 0.0
    weights = weighing([0.0, 0.0, 1.0, 2.0], evidence=[{}, {}, {"fits": found}, {"found": 1.0}])
    routes = Routes(evidence, ANSWERS | {TIMELINE: ANSWERS[SUMMARY]})
    answer = choose({}, routes(), weights=weights)

    assert isinstance(answer, SummaryAnswer)
    assert (SUMMARY in routes.run) is run
    assert [one.kind for one in answer.alternatives] == [PASSAGES, QUOTATIONS]
    assert sum(probabilities(answer)) == pytest.approx(1)


def test_a_timeline_that_is_a_summary_is_no_alternative_to_one():
    weights = weighing([0.0, 0.0, 3.0, 2.0], evidence=[{}, {}, {}, {"found": 2.0}])
    routes = Routes(
        {PASSAGES: {}, SUMMARY: {}, TIMELINE: {"found": 0.0}},
        ANSWERS | {TIMELINE: ANSWERS[SUMMARY]},
    )
    answer = choose({}, routes(), weights=weights)

    assert TIMELINE in routes.run
    assert {one.kind for one in answer.alternatives} == {PASSAGES, QUOTATIONS}


strengths = st.floats(0, 1)
numbers = st.floats(-3, 3)
of_evidence = st.lists(st.fixed_dictionaries(dict.fromkeys(NAMES, numbers)), min_size=4, max_size=4)
findings = st.dictionaries(
    st.sampled_from(ROUTES), st.fixed_dictionaries(dict.fromkeys(NAMES, strengths))
)


@given(
    st.lists(numbers, min_size=4, max_size=4),
    st.lists(st.dictionaries(st.sampled_from(["a", "b"]), numbers), min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), strengths),
    of_evidence,
    findings,
)
def test_not_running_a_route_never_changes_what_is_shown(bias, own, signs, evidence, found):
    weights = weighing(bias, signs=own, evidence=evidence, usual=[dict.fromkeys(NAMES, 0.5)] * 4)
    routes = Routes(found)
    answer = choose(signs, routes(), weights=weights)

    scores = {kind: weights.prior(kind, signs) + weights.found(kind, found[kind]) for kind in found}
    if not scores:
        assert answer is None
        return
    best = max(scores.values())
    shown = next(kind for kind in ROUTES if type(ANSWERS[kind]) is type(answer))
    assert scores[shown] == best
    assert len(routes.run) == len(set(routes.run))
    chances = probabilities(answer)
    assert sum(chances) == pytest.approx(1)
    assert all(0 <= chance <= 1 for chance in chances)
    assert chances[1:] == sorted(chances[1:], reverse=True)
    assert chances[0] >= max(chances[1:], default=0) - 1e-9
    assert {one.kind for one in answer.alternatives}.isdisjoint(
        {shown, *(kind for kind in routes.run if kind not in found)}
    )


def test_the_weights_that_are_shipped_weigh_every_route():
    weights = load_weights()
    kinds = {kind.value for kind in ROUTES}

    for part in (weights.signs, weights.evidence, weights.bias, weights.usual):
        assert set(part) == kinds
    for kind in kinds:
        assert all(0 <= share <= 1 for share in weights.usual[kind].values())
    assert choose({}, Routes(NO_EVIDENCE)()) is not None


def test_the_kinds_that_compete_are_kinds_of_answers():
    assert set(ROUTES) | {AnswerKind.PEOPLE, AnswerKind.ARTICLES} == set(AnswerKind)
