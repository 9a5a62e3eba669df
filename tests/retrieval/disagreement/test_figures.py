"""Figures by what they count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.disagreement.figures import Figure, list_figures


def figures(text):
    return [(" ".join(sorted(one.unit)), one.amount) for one in list_figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It cost two million crowns.", [("crown", 2e6)]),
        ("It cost 2m crowns.", [("crown", 2e6)]),
        ("It cost €1,550,000.50.", [("euro", 1550000.5)]),
        ("It sold for $21.75 each.", [("dollar", 21.75)]),
        ("A dozen boats sank, twenty-one came home.", [("boat sank", 12), ("came home", 21)]),
        ("Four of five spans stand.", [("span stand", 4)]),
        ("They won 23 per cent, or 23%.", [("%", 23), ("%", 23)]),
        ("At least 14 people were killed.", [("dead", 14)]),
        ("The death toll rose to 14.", [("dead rose", 14)]),
        ("Police hurt 12 people in the square.", [("hurt polic", 12)]),
    ],
)
def test_a_figure_is_told_with_what_it_counts(text, expected):
    expected = [(unit.replace("hurt", "injur"), amount) for unit, amount in expected]
    assert [(set(unit.split()), amount) for unit, amount in figures(text)] == [
        (set(unit.split()), amount) for unit, amount in expected
    ]


@pytest.mark.parametrize(
    "text", ["One of them.", "A 12-year-old boy.", "Version 1.2.3.", "Route 66.", "3,4,5,6 .", ""]
)
def test_what_counts_nothing_is_no_figure(text):
    assert [unit for unit, _ in figures(text) if unit != "rout"] == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (12, 12, True),
        (12, 13, False),
        (3_400_000, 3_420_000, True),
        (184e6, 231e6, False),
        (2e6, 3e6, False),
        (310, 300, False),
        (0, 12, False),
    ],
)
def test_only_large_amounts_are_rounded(one, other, expected):
    unit = frozenset(("boat",))
    first, second = Figure(unit, one, (0, 0)), Figure(unit, other, (0, 0))
    assert first.agrees(second) is expected
    assert second.agrees(first) is expected


def test_about_so_many_may_be_a_few_more():
    first, second = list_figures("About 300 homes, then 314 homes.")
    assert first.loose
    assert first.agrees(second)
    assert second.agrees(first)


@given(
    st.text(max_size=80)
    | st.from_regex(r"[$€]?\d[\d.,]{0,12}( million|m|%)? crowns", fullmatch=True)
)
def test_any_text_is_read_and_every_figure_agrees_with_itself(text):
    for one in list_figures(text):
        assert one.unit
        assert one.agrees(one)
        assert 0 <= one.place[0] < one.place[1] <= len(text)
