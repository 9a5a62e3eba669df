from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import Cause, FetchError, StatusError
from corpus.following.schedule import (
    LONGEST_S,
    SHORTEST_S,
    Asked,
    choose_interval,
    choose_look,
    fail,
    hasten_look,
    may_pass,
    read_later,
    read_max_age,
    succeed,
    wants_rest,
)
from corpus.storage.sources import Source

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEIR = Source("https://weir.example/feed", NOW, interval_s=600)
SLOW = FetchError("took longer than 20 s", Cause.NO_ANSWER)


def every(gap: timedelta, count: int = 10, *, last: datetime = NOW) -> list[datetime]:
    return [last - number * gap for number in range(count)]


def wait_s(source: Source) -> float:
    return (source.next_check - NOW).total_seconds()


@pytest.mark.parametrize(
    ("dates", "interval_s"),
    [
        (every(HOUR), 9 * 3600 / 10 / 2),  # ten articles in nine hours
        (every(HOUR, 40), 9 * 3600 / 10 / 2),  # older ones do not count
        (every(timedelta(minutes=1)), SHORTEST_S),
        (every(30 * DAY), LONGEST_S),
        (every(HOUR, last=NOW - 11 * HOUR), 20 * 3600 / 10 / 2),  # silence is a gap too
        ([NOW + DAY] * 5, 900),  # what is to come says nothing
        ([NOW - HOUR], 900),
        ([], 900),
    ],
)
def test_a_feed_is_asked_by_its_own_rhythm(dates, interval_s):
    assert choose_interval(dates, NOW, before_s=600) == pytest.approx(interval_s)


@given(
    st.lists(st.timedeltas(-300 * DAY, 300 * DAY), max_size=30),
    st.floats(0, 1e9),
    st.floats(0, 1),
    st.floats(0, 1e12),
)
def test_a_feed_is_never_left_alone_for_longer_than_a_day_nor_asked_all_the_time(
    ages, before_s, chance, later_s
):
    source = replace(WEIR, interval_s=before_s)
    asked = Asked(by_feed=later_s, later=later_s)
    dates = [NOW - age for age in ages]
    for known in (
        succeed(source, NOW, dates=dates, asked=asked, chance=chance),
        fail(source, SLOW, NOW, chance=chance),
    ):
        assert 0.9 * SHORTEST_S <= wait_s(known) <= 86_400 + 60


@pytest.mark.parametrize(
    ("asked", "least_s"),
    [
        (Asked(by_feed=7200), 7200),
        (Asked(by_cache=7200), 7200),
        (Asked(by_feed=7200, by_cache=9000), 9000),
        (Asked(later=50_000), 50_000),
        (Asked(by_feed=1e9), LONGEST_S),
        (Asked(by_cache=1e9), LONGEST_S),
        (Asked(later=1e9), 86_400),
    ],
)
def test_what_a_server_asks_for_is_kept_within_reason(asked, least_s):
    known = succeed(WEIR, NOW, dates=every(HOUR), asked=asked, chance=0)
    assert wait_s(known) == pytest.approx(least_s)
    assert known.interval_s == 1620


def test_not_all_feeds_are_asked_at_the_same_time():
    waits = [
        wait_s(succeed(WEIR, NOW, dates=every(HOUR), asked=Asked(), chance=chance))
        for chance in (0, 0.5, 1)
    ]
    assert waits == pytest.approx([1620 * 0.9, 1620, 1620 * 1.1], abs=1)


def test_a_feed_that_fails_is_left_alone_twice_as_long_each_time():
    source, waits = WEIR, []
    for _ in range(9):
        source = fail(source, SLOW, NOW, chance=0.5)
        waits.append(wait_s(source))
    assert waits == [600, 1200, 2400, 4800, 9600, 19_200, 38_400, LONGEST_S, LONGEST_S]
    assert (source.errors, source.failing_since, source.error) == (9, NOW, str(SLOW))
    assert source.paused is None


def test_a_feed_that_is_read_again_is_as_if_it_had_never_failed():
    failed = fail(fail(WEIR, SLOW, NOW, chance=0.5), SLOW, NOW, chance=0.5)
    known = succeed(failed, NOW, dates=every(HOUR), asked=Asked(), chance=0.5)
    assert (known.errors, known.failing_since, known.error) == (0, None, "")
    assert known.last_success == NOW


def test_a_server_that_says_when_to_come_back_is_believed():
    busy = StatusError("503: out of order", status=503, later="7000")
    assert wait_s(fail(WEIR, busy, NOW, chance=0)) == 7000


def test_a_feed_that_is_gone_for_good_is_paused_at_once():
    known = fail(WEIR, StatusError("410: the page is gone", status=410), NOW, chance=0.5)
    assert (known.paused, known.told, known.error) == (NOW, False, "410: the page is gone")


def test_a_feed_that_fails_for_a_week_is_paused():
    source = replace(WEIR, errors=20, failing_since=NOW - 7 * DAY)
    assert fail(source, SLOW, NOW, chance=0.5, reason="broken").paused == NOW
    assert fail(source, SLOW, NOW - HOUR, chance=0.5).paused is None


def test_a_feed_that_was_asked_a_few_times_only_is_not_paused_for_our_absence():
    source = replace(WEIR, errors=2, failing_since=NOW - 30 * DAY)
    assert fail(source, SLOW, NOW, chance=0.5).paused is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=60", 60),
        ('public, MAX-AGE="60"', 60),
        ("max-age=60, no-cache", 0),
        ("s-maxage=60", 0),
        ("max-age=soon", 0),
        ("", 0),
    ],
)
def test_how_long_an_answer_may_be_kept_is_read(header, seconds):
    assert read_max_age(header) == seconds


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (" 90 ", 90),
        ("Tue, 04 Mar 2031 13:00:00 GMT", 3600),
        ("Tue, 04 Mar 2031 13:00:00 -0000", 3600),
        ("Tue, 04 Mar 2031 11:00:00 GMT", 0),
        ("tomorrow", 0),
        ("-5", 0),
        ("", 0),
    ],
)
def test_when_to_come_back_is_read(header, seconds):
    assert read_later(header, NOW) == seconds


@given(st.text(max_size=60))
def test_whatever_a_header_says_is_no_fault(header):
    assert read_later(header, NOW) >= 0
    assert read_max_age(header) >= 0


def test_what_may_pass_is_told_from_what_stays():
    assert may_pass(SLOW)
    assert all(may_pass(StatusError("", status=code)) for code in (408, 429, 500, 503))
    assert not any(may_pass(StatusError("", status=code)) for code in (401, 403, 404, 410))
    assert not may_pass(FetchError("refused"))


def test_a_server_may_ask_for_rest():
    assert wants_rest(StatusError("", status=429))
    assert wants_rest(StatusError("", status=503, later="5"))
    assert not wants_rest(StatusError("", status=503))
    assert not wants_rest(SLOW)


def test_articles_are_looked_at_again_ever_more_rarely():
    assert choose_look(NOW, NOW) == NOW + 2 * HOUR
    assert choose_look(NOW, NOW + 2 * HOUR) == NOW + DAY
    assert choose_look(NOW, NOW + DAY) == NOW + 7 * DAY
    assert choose_look(NOW, NOW + 7 * DAY) is None


def test_what_a_feed_changes_all_the_time_is_not_looked_at_all_the_time():
    assert hasten_look(NOW, NOW, NOW) == NOW + timedelta(minutes=10)
    assert hasten_look(NOW - 8 * HOUR, NOW, NOW) == NOW + 2 * HOUR
    assert hasten_look(NOW - 8 * HOUR, NOW - 5 * HOUR, NOW) == NOW
