"""Whether one evaluation is better than another."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import JudgmentsError
from retrieval.evaluation.evaluate import FIGURES, Evaluation, Scored, Summary
from retrieval.evaluation.qrels import Case, Expected, Judgments
from retrieval.evaluation.significance import Difference, compare, read_evaluation

SUMMARY = Summary(dict.fromkeys(FIGURES, 0.5), 2, 0.5, 1, 1.0, 0.75, 9.0, 12.5)


def evaluation(scores: list[float], answered: list[bool] | None = None) -> Evaluation:
    """Evaluate answerable questions of these scores; and unanswerable ones, some answered."""
    yes = [
        Scored(str(n), "Who?", True, score > 0, 0.5, 1.0, dict.fromkeys(FIGURES, score))
        for n, score in enumerate(scores)
    ]
    no = [Scored(f"no{n}", "Why?", False, a, 0.1, 1.0, {}) for n, a in enumerate(answered or [])]
    return Evaluation("passage", "0" * 12, "fake", 3, ("gone",), 1, SUMMARY, (*yes, *no))


def compared(before: Evaluation, after: Evaluation) -> dict[str, Difference]:
    return {one.figure: one for one in compare(before, after)}


def test_p_is_the_share_of_exchanges_that_differ_as_much():
    # Of the 2^5 ways to exchange the scores of five questions, two differ by 5 of 5 (all kept,
    # all exchanged).
    change = compared(evaluation([0, 0, 0, 0, 0]), evaluation([1, 1, 1, 1, 1]))["mrr@10"]
    assert (change.before, change.after, change.low, change.high) == (0, 1, 1, 1)
    assert change.p == pytest.approx(2 / 2**5)


def test_questions_that_got_worse_weigh_against_those_that_got_better():
    # Differences +1 +1 +1 -1 0: their sum is 2. Over 2^4 signs the sum is 4, 2, 0, -2 or -4 in 1,
    # 4, 6, 4 and 1 cases; as far from 0 as 2 are 10 of 16.
    change = compared(evaluation([0, 0, 0, 1, 1]), evaluation([1, 1, 1, 0, 1]))["hits@1"]
    assert change.after - change.before == pytest.approx(0.4 - 0)
    assert change.p == pytest.approx(10 / 16)
    assert change.low < 0 < change.high


def test_a_small_difference_among_many_questions_is_found_and_chance_is_not():
    before = evaluation([0, 1] * 50)
    better = evaluation([0, 1, 1, 1] * 25)
    other = evaluation([1, 0] * 50)
    found = compared(before, better)["hits@1"]
    assert found.p < 0.001
    assert 0.1 < found.low < 0.25 < found.high < 0.4
    assert compared(before, other)["hits@1"].p > 0.5


def test_refusing_and_abstaining_are_compared_over_their_own_questions():
    before = evaluation([0, 0, 1, 1], [True, True, True, False])
    after = evaluation([1, 0, 1, 1], [False, False, True, False])
    changes = compared(before, after)
    assert (changes["refused"].before, changes["refused"].after) == (0.5, 0.25)
    assert (changes["abstained"].before, changes["abstained"].after) == (0.25, 0.75)
    assert list(changes) == [*FIGURES, "refused", "abstained"]


def test_a_figure_of_one_question_is_left_out():
    assert set(compared(evaluation([0, 1], [True]), evaluation([1, 1], [True]))) == {
        *FIGURES,
        "refused",
    }
    assert compared(evaluation([]), evaluation([])) == {}


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([0, 0.25, 1]), min_size=2, max_size=8), st.randoms())
def test_a_comparison_repeats_and_is_fair_to_both_sides(scores, random):
    other = random.sample(scores, len(scores))
    there = compared(evaluation(scores), evaluation(other))["ndcg@10"]
    back = compared(evaluation(other), evaluation(scores))["ndcg@10"]
    assert there == compared(evaluation(scores), evaluation(other))["ndcg@10"]
    assert there.p == pytest.approx(back.p)
    assert there.low <= there.after - there.before + 1e-9
    assert there.high >= there.after - there.before - 1e-9
    assert 0 < there.p <= 1


JUDGMENTS = Judgments((Case("0", "Who?", (Expected("a"),)), Case("no0", "Why?", ())))
SAVED = replace(evaluation([1], [True]), judgments=JUDGMENTS.digest)


@pytest.fixture
def save(tmp_path):
    def save(text: str) -> Path:
        file = tmp_path / "before.json"
        file.write_text(text)
        return file

    return save


def test_what_was_printed_is_read_again(save):
    printed = {"differences": []} | asdict(SAVED)
    assert read_evaluation(save(json.dumps(printed)), JUDGMENTS) == SAVED


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"query": "x"}', "\x00"])
def test_what_is_no_evaluation_is_refused(save, tmp_path, text):
    with pytest.raises(JudgmentsError, match="is not what `byline evaluate --json` prints"):
        read_evaluation(save(text), JUDGMENTS)
    with pytest.raises(JudgmentsError, match=r"cannot read .*No such file"):
        read_evaluation(tmp_path / "none", JUDGMENTS)


@pytest.mark.parametrize(
    "other",
    [
        replace(SAVED, judgments="0" * 12),
        replace(SAVED, questions=SAVED.questions[:1]),
        replace(SAVED, questions=SAVED.questions[::-1]),
        replace(SAVED, questions=tuple(replace(one, figures={}) for one in SAVED.questions)),
    ],
)
def test_an_evaluation_of_other_questions_is_refused(save, other):
    with pytest.raises(JudgmentsError, match="other questions or expected answers"):
        read_evaluation(save(json.dumps(asdict(other))), JUDGMENTS)
