from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.dates import Published, is_day_first, parse_past, parse_time, to_published

MORNING = Published(datetime(2016, 7, 30, 10, 54, tzinfo=UTC))
DAY = Published(datetime(2016, 7, 30, tzinfo=UTC), day_only=True)


@pytest.mark.parametrize(
    "text",
    [
        "2016-07-30 10:54",
        "2016-07-30T10:54Z",
        "2016-07-30T10:54:00.000000000+0000",
        "2016-07-30T12:54:00+02:00",
        "2016-07-30 12:54:00 +02:00",
        "2016-07-30T05:54:00-05:00[America/Chicago]",
        "20160730T105400Z",
        "2016/7/30 10:54 GMT",
        "Sat, 30 Jul 2016 10:54:00 +0000",
        "30 Jul 2016 06:54 EDT",
        "Sat, 30 Jul 2016 11:54:00 BST",
        "30 July 2016 10:54",
        "July 30, 2016 06:54 AM EDT",
        "July 30, 2016 at 6:54 a.m. ET",
        "Jul 30, 2016 | 04:24 PM IST",
        "30. Juli 2016 10:54",
        "Updated: 2016-07-30 10:54",
        "Last updated on Sat 30 Jul 2016 11.54 BST",
        "30 Jul 16 1054 GMT",
        "Saturday, 30-Jul-16 10:54:00 GMT",
        "Sa, 30 Juli 2016 12:54:00 +0200",
        "sáb, 30 jul 2016 07:54:00 -0300",
        "Сб, 30 июля 2016 13:54:00 +0300",
        "lör, 30 juli 2016 12:54:00 +0200",
        "2016年7月30日 10:54",
        "20160730105400",
        "201607301054",
        "1469876040",
        "1469876040000",
    ],
)
def test_a_time_is_read_whatever_its_zone_and_language(text):
    assert parse_time(text) == MORNING


@pytest.mark.parametrize(
    "text",
    [
        "2016-07-30",
        "20160730",
        "2016-W30-6",
        "2016/07/30",
        "2016.7.30",
        "30 July 2016",
        "July 30th, 2016",
        "Published on Saturday, July 30, 2016",
        "30/07/2016",
        "30.07.2016",
        "30-Jul-2016",
        "30 juillet 2016",
        "30 lipca 2016",
        "30 Temmuz 2016 Cumartesi",
        "2016년 7월 30일",
    ],
)
def test_a_day_without_time_says_so(text):
    assert parse_time(text) == DAY


def test_an_ambiguous_day_follows_the_order_asked_for():
    assert parse_time("03/04/2016").time == datetime(2016, 3, 4, tzinfo=UTC)
    assert parse_time("03/04/2016", day_first=True).time == datetime(2016, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2016-07-30T21:54:00-05:00",
        "Sat, 30 Jul 2016 21:54:00 -0500",
        "sam., 30 juillet 2016 21:54 -0500",
        "July 30, 2016 9:54 pm EST",
    ],
)
def test_the_day_is_the_one_where_it_was_printed(text):
    found = parse_time(text).time
    assert (found.day, found.utcoffset()) == (30, timedelta(hours=-5))
    assert found == datetime(2016, 7, 31, 2, 54, tzinfo=UTC)


def test_a_day_that_is_still_to_come_is_taken_in_the_other_order(monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, tz):
            return cls(2026, 11, 20, tzinfo=tz)

    monkeypatch.setattr("corpus.dates.datetime", Clock)
    assert parse_past("12/03/2026").time == datetime(2026, 3, 12, tzinfo=UTC)
    assert parse_past("03/12/2026", day_first=True).time == datetime(2026, 3, 12, tzinfo=UTC)
    assert parse_past("11/03/2026").time == datetime(2026, 11, 3, tzinfo=UTC)
    assert parse_past("December 3, 2026") is None


def test_a_day_beyond_tomorrow_is_doubted():
    now = datetime.now(UTC)
    assert parse_past((now + timedelta(hours=20)).isoformat())
    assert parse_past((now + timedelta(days=3)).isoformat()) is None


@pytest.mark.parametrize(
    ("tag", "host", "first"),
    [
        ("de", None, True),
        ("es-MX", None, True),
        ("en", "news.example", False),
        ("en-US", "news.co.uk", False),
        ("en_AU", None, True),
        ("", "news.co.uk", True),
        ("", None, False),
    ],
)
def test_the_language_and_the_country_tell_which_number_is_the_day(tag, host, first):
    assert is_day_first(tag, host) is first


def test_dots_mean_that_the_day_comes_first():
    assert parse_time("03.04.2016").time == datetime(2016, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "May",
        "12",
        "May 12",
        "12 May",
        "May 2016",
        "2016",
        "in 2016",
        "1 2 2016",
        "10:54",
        "Monday",
        "yesterday",
        "2 days ago",
        "Room 12, 2016",
        "call 1800 555 2016",
        "1234567",
        "99999999",
        "-1469876040",
        "9999999999",
        "99999999999999999999",
        "2016-13-45",
        "2016-02-30",
        "0001-01-01",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2100-12-31T23:59:59-23:59",
        "Sat, 30 Jul 0016 10:54:00 +0000",
        "30 July 2016 " + "x" * 100,
    ],
)
def test_what_names_no_day_is_no_date(text):
    assert parse_time(text) is None


def test_years_outside_1800_to_2100_are_refused():
    assert to_published(datetime(1799, 12, 31)) is None  # noqa: DTZ001
    assert to_published(datetime(1800, 1, 1)) == Published(datetime(1800, 1, 1, tzinfo=UTC))  # noqa: DTZ001


def test_text_that_trips_the_date_library_is_no_date(monkeypatch):
    class Tripping:
        def get_date_data(self, text):
            raise OverflowError(text)

    monkeypatch.setattr("corpus.dates._date_parser", lambda *_: Tripping())
    assert parse_time("30 July 2016") is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[0-9TZ:./ +-]{1,40}|\w+ \d{1,2},? (19|20)\d\d.*"))
def test_any_text_is_a_time_or_none(text):
    found = parse_time(text)
    assert found is None or (found.time.tzinfo and 1800 <= found.time.astimezone(UTC).year <= 2100)
    assert found is None or not found.day_only or found.time.hour == found.time.minute == 0


@settings(max_examples=50, deadline=None)
@given(st.datetimes(datetime(1801, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_iso_times_come_back_exactly(moment):
    assert parse_time(moment.isoformat()) == Published(moment.replace(tzinfo=UTC))
