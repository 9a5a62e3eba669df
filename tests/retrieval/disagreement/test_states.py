"""States that exclude one another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.disagreement.states import list_states


def states(text):
    return [(text[slice(*one.place)], one.is_first) for one in list_states(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge was closed.", [("closed", False)]),
        ("The bridge is not open.", [("open", False)]),
        ("The plan hasn’t been approved yet.", [("approved", False)]),
        ("The council voted down the plan.", [("voted down", False)]),
        ("The skipper was found not guilty.", [("not guilty", False)]),
        ("It could close. If it was closed, who would know?", []),
        ("The opener, closely-knit and reopenable.", []),
    ],
)
def test_a_state_is_read_with_what_denies_it(text, expected):
    assert states(text) == expected


def test_a_word_may_be_of_two_kinds():
    kinds = {one.kind for one in list_states("He was reinstated.")}
    assert len(kinds) == 2


def test_states_of_one_kind_agree_or_not():
    opened, closed, shut = list_states("It opened, closed, shut.")
    assert closed.agrees(shut)
    assert not opened.agrees(closed)


@given(st.text(max_size=80))
def test_any_text_is_read(text):
    assert all(one.place[1] <= len(text) for one in list_states(text))
