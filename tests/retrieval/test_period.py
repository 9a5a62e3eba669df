"""Days, months and years as questions name them, on a Monday."""

from datetime import date

import pytest

from retrieval.period import Period, drop_periods, find_periods

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("on 2026-03-01", "1 March 2026"),
        ("3rd of May 2025", "3 May 2025"),
        ("May 3, 2025", "3 May 2025"),
        ("on 24 December", "24 December 2025"),
        ("in November", "November 2026"),
        ("in December", "December 2025"),
        ("March 2024", "March 2024"),
        ("in 2019", "2019"),
        ("today", "23 November 2026"),
        ("yesterday", "22 November 2026"),
        ("on Monday", "16 November 2026"),
        ("on Sunday", "22 November 2026"),
        ("this week", "17 Nov 2026 to 23 Nov 2026"),
        ("last week", "16 Nov 2026 to 22 Nov 2026"),
        ("this month", "1 Nov 2026 to 23 Nov 2026"),
        ("last month", "October 2026"),
        ("this year", "1 Jan 2026 to 23 Nov 2026"),
        ("last year", "2025"),
        ("since 2025", "1 Jan 2025 to 23 Nov 2026"),
        ("since Friday", "20 Nov 2026 to 23 Nov 2026"),
        ("since 24 December 2027", "24 December 2027"),
    ],
)
def test_a_time_is_the_last_one_of_its_name_that_has_begun(text, period):
    assert [str(one) for one in find_periods(f"What sailed {text}?", today=TODAY)] == [period]


@pytest.mark.parametrize("text", ["31 February 2026", "2026-13-01", "may I", "room 2019", "Sept-6"])
def test_what_no_calendar_has_is_no_time(text):
    assert find_periods(text, today=TODAY) == ()
    assert drop_periods(text, today=TODAY) == text


def test_times_keep_the_order_of_the_text_and_come_once():
    found = find_periods("in March 2024, today, and in March 2024", today=TODAY)
    assert [str(one) for one in found] == ["March 2024", "23 November 2026"]


def test_a_time_is_taken_out_with_its_preposition():
    assert drop_periods("ferries in March 2024, by boat", today=TODAY) == "ferries , by boat"
    assert drop_periods("boats from last week", today=TODAY) == "boats"


def test_a_period_counts_both_its_ends():
    leap = Period(date(2024, 2, 1), date(2024, 2, 29))
    assert (leap.days, leap.is_month, leap.is_year) == (29, True, False)
    assert Period(date(2024, 1, 1), date(2024, 12, 31)).is_year
