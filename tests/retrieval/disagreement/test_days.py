"""Days and times as printed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.disagreement.days import list_days, list_times

PRINTED = date(2026, 1, 14)


def days(text, printed=PRINTED):
    return [(one.year, one.month, one.day) for one in list_days(text, printed)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It opens on 3 May 2027.", [(2027, 5, 3)]),
        ("It opens on May 3, 2027.", [(2027, 5, 3)]),
        ("It opens on 2027-05-03.", [(2027, 5, 3)]),
        ("It opens on the 3rd of May.", [(2026, 5, 3)]),
        ("It opens in Sept. or in 2028.", [(2026, 9, 0), (2028, 0, 0)]),
        ("It closed in December.", [(2025, 12, 0)]),
        ("It opens next year.", [(2027, 0, 0)]),
        ("It may open on 40 May, with 2,026 guests and for $2026.", []),
    ],
)
def test_a_day_is_as_exact_as_it_is_printed(text, expected):
    assert days(text) == expected


def test_a_month_without_year_is_the_nearest_one():
    assert days("It closed in October.", date(2026, 2, 1)) == [(2025, 10, 0)]
    assert days("It opens in October.", date(2026, 3, 1)) == [(2026, 10, 0)]
    assert days("It will be in July.", date(2026, 12, 1)) == [(2027, 7, 0)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("in May", "on 3 May", True),
        ("in 2027", "on 3 May 2027", True),
        ("on 3 May", "on 4 May", False),
        ("in 2027", "in May 2026", False),
    ],
)
def test_days_agree_as_far_as_they_are_known(one, other, same):
    (first,), (second,) = (list_days(f"It opens {text}.", PRINTED) for text in (one, other))
    assert first.agrees(second) is same


def test_when_something_was_said_is_told_from_what_was_said_of():
    said, opens = list_days("Engineers said in January 2025 it would open in June 2026.", PRINTED)
    assert (said.told, opens.told) == (True, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 9 a.m. to 5pm", [540, 1020]),
        ("at 17:30", [1050]),
        ("at 12.15 a.m.", [15]),
        ("3.4 million at 12", []),
    ],
)
def test_times_of_day_are_read(text, expected):
    assert [one.minutes for one in list_times(text)] == expected


@given(st.text(max_size=80), st.dates(date(1900, 3, 1), date(2990, 1, 1)))
def test_any_text_is_read_on_any_day(text, printed):
    for one in (*list_days(text, printed), *list_times(text)):
        assert one.agrees(one)
