"""Hours by a reader's clocks, also where these are set forward or back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.alerts.hours import Quiet, Schedule, read_quiet, read_time, write_time

BERLIN, ADELAIDE = "Europe/Berlin", "Australia/Adelaide"
ZONES = st.sampled_from(
    ["UTC", BERLIN, ADELAIDE, "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Nowhere/None"]
)
MINUTES = st.integers(0, 24 * 60 - 1)
TIMES = st.datetimes(datetime(2011, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "silent"),
    [(utc(2026, 1, 5, 20, 59), False), (utc(2026, 1, 5, 21), True), (utc(2026, 1, 6, 5, 59), True),
     (utc(2026, 1, 6, 6), False)],
)  # fmt: skip
def test_quiet_hours_go_over_midnight_by_the_readers_clocks(at, silent):
    assert Quiet(22 * 60, 7 * 60).holds(BERLIN, at) is silent


def test_quiet_hours_of_a_day_end_on_it():
    noon = Quiet(12 * 60, 13 * 60)
    assert noon.holds("UTC", utc(2026, 1, 5, 12, 30))
    assert not noon.holds("UTC", utc(2026, 1, 5, 23))


def test_quiet_hours_hold_an_hour_that_comes_twice_both_times():
    night = Quiet(2 * 60, 3 * 60)  # on 25 October 2026 this hour comes at 0 and at 1 UTC
    assert [night.holds(BERLIN, utc(2026, 10, 25, hour, 30)) for hour in (0, 1, 2)] == [
        True,
        True,
        False,
    ]


def test_a_digest_in_an_hour_that_is_skipped_comes_once():
    half_past_two = Schedule(2 * 60 + 30)
    assert half_past_two.moment(BERLIN, date(2026, 3, 29)) == utc(2026, 3, 29, 1, 30)
    assert half_past_two.moment(BERLIN, date(2026, 3, 30)) == utc(2026, 3, 30, 0, 30)


def test_a_digest_in_an_hour_that_comes_twice_comes_at_the_first():
    half_past_two = Schedule(2 * 60 + 30)
    assert half_past_two.moment(BERLIN, date(2026, 10, 25)) == utc(2026, 10, 25, 0, 30)
    for hour in (0, 1, 2):
        now = utc(2026, 10, 25, hour, 45)
        assert half_past_two.last_slot(BERLIN, now) == date(2026, 10, 25)


@pytest.mark.parametrize("zone", [BERLIN, ADELAIDE])
@pytest.mark.parametrize("at", [30, 2 * 60 + 30, 8 * 60])
def test_in_a_year_every_day_has_one_digest(zone, at):
    schedule, now, slots = Schedule(at), utc(2026, 1, 1), []
    while now < utc(2027, 1, 1):
        slot = schedule.last_slot(zone, now)
        if not slots or slot != slots[-1]:
            slots.append(slot)
        now += timedelta(minutes=30)
    assert slots == [slots[0] + timedelta(days=n) for n in range(len(slots))]
    assert len(slots) in (365, 366)


def test_a_weekly_digest_comes_on_its_day():
    monday = Schedule(8 * 60, weekday=0)
    assert monday.last_slot("UTC", utc(2026, 11, 23, 7, 59)) == date(2026, 11, 16)
    assert monday.last_slot("UTC", utc(2026, 11, 23, 8)) == date(2026, 11, 23)
    assert monday.before(date(2026, 11, 23)) == date(2026, 11, 16)
    assert Schedule(8 * 60).before(date(2026, 11, 23)) == date(2026, 11, 22)


@given(ZONES, MINUTES, st.none() | st.integers(0, 6), TIMES)
def test_the_last_slot_is_due_and_no_later_one_is(zone, at, weekday, now):
    schedule = Schedule(at, weekday)
    slot = schedule.last_slot(zone, now)
    assert schedule.moment(zone, slot) <= now
    step = timedelta(days=1 if weekday is None else 7)
    assert schedule.moment(zone, slot + step) > now
    assert weekday in (None, slot.weekday())


@given(MINUTES)
def test_a_time_that_is_written_is_read_again(minutes):
    assert read_time(write_time(minutes)) == minutes


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_time_of_the_day_or_none(typed):
    assert read_time(typed) in (None, *range(24 * 60))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("8", 480), ("8am", 480), ("12 am", 0), ("12 p.m.", 720), ("20h15", 1215), ("7.30 pm", 1170),
     ("13 pm", None), ("8:60", None), ("24:00", None), ("eight", None)],
)  # fmt: skip
def test_times_are_read_as_people_type_them(typed, minutes):
    assert read_time(typed) == minutes


def test_quiet_hours_are_read_and_written():
    assert read_quiet("22:00 – 7") == Quiet(22 * 60, 7 * 60)
    assert str(Quiet(22 * 60, 7 * 60 + 5)) == "22:00-07:05"
    assert [read_quiet(typed) for typed in ("22", "22-22", "night")] == [None, None, None]
