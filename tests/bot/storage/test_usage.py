"""How much the bot is used: counts by hour, and readers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.storage.chats import ChatStore
from bot.storage.usage import Times, UsageStore, _quantile, _step
from retrieval.answers import AnswerKind
from retrieval.results import Verdict

NOON = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)


@pytest.fixture
def statistics(tmp_path) -> Iterator[UsageStore]:
    state = ChatStore(tmp_path / "chats.db")
    yield state.usage
    state.close()


def test_nothing_is_counted_at_first(statistics):
    usage = statistics.usage(NOON, days=2)
    assert usage.day == usage.week == Times(0, 0, None, None)
    assert dict(usage.days) == {date(2026, 3, 2): (0, 0), date(2026, 3, 3): (0, 0)}
    assert usage.readers == usage.groups == (0, 0, 0)


def test_answers_count_for_the_day_and_for_the_week(statistics):
    for hours, kind, verdict in (
        (0, AnswerKind.PASSAGES, Verdict.ANSWER),
        (1, AnswerKind.PASSAGES, Verdict.NOTHING),
        (23, AnswerKind.QUOTATIONS, Verdict.NOTHING),
        (48, AnswerKind.PASSAGES, Verdict.CLOSEST),
        (6 * 24, AnswerKind.TIMELINE, Verdict.NOTHING),
        (9 * 24, AnswerKind.PASSAGES, Verdict.ANSWER),
    ):
        statistics.note(kind, verdict, 0.2, NOON - timedelta(hours=hours))
    usage = statistics.usage(NOON)
    assert (usage.day.asked, usage.day.unanswered) == (3, 2)
    assert (usage.week.asked, usage.week.unanswered) == (5, 3)
    assert len(usage.days) == 14
    assert usage.days[date(2026, 3, 3)] == (2, 1)
    assert usage.days[date(2026, 3, 2)] == (1, 1)
    assert usage.days[date(2026, 2, 22)] == (1, 0)


def test_half_and_nearly_all_of_the_answers_took_no_longer(statistics):
    for seconds in (0.1,) * 10 + (1.0,) * 9 + (8.0,):
        statistics.note(AnswerKind.PASSAGES, Verdict.ANSWER, seconds, NOON)
    day = statistics.usage(NOON).day
    assert day.median_s == pytest.approx(0.1, rel=0.05)
    assert day.p95_s == pytest.approx(1.0, rel=0.05)


@hypothesis_settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(0.001, 600), min_size=1, max_size=60),
    st.sampled_from([0.5, 0.95, 1.0]),
)
def test_a_quantile_is_right_to_a_twentieth(seconds, share):
    exact = sorted(seconds)[ceil(share * len(seconds)) - 1]
    assert _quantile(Counter(map(_step, seconds)), share) == pytest.approx(exact, rel=0.05)


def test_readers_count_once_and_apart_from_groups(statistics):
    for chat_id, days in ((7, 20), (7, 0), (8, 3), (9, 30), (-100, 0)):
        statistics.seen(chat_id, NOON - timedelta(days=days))
    usage = statistics.usage(NOON)
    assert usage.readers == (1, 2, 3)
    assert usage.groups == (1, 1, 1)
    statistics.gone(8)
    assert statistics.usage(NOON).readers == (1, 1, 2)


def test_old_counts_and_silent_readers_are_deleted(statistics):
    statistics.note(AnswerKind.PASSAGES, Verdict.ANSWER, 1, NOON)
    statistics.seen(7, NOON)
    statistics.purge(NOON + timedelta(days=90))
    assert statistics.usage(NOON).day.asked == 1
    statistics.purge(NOON + timedelta(days=94))
    assert statistics.usage(NOON).day.asked == 0
    assert statistics.usage(NOON).readers[2] == 1
    statistics.purge(NOON + timedelta(days=366))
    assert statistics.usage(NOON).readers[2] == 0
