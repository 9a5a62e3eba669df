"""Digests, set and stopped in a conversation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.dialogue.told.digests import read_digest
from bot.message_context import MessageContext
from bot.storage.alerts.hours import Schedule
from bot.storage.alerts.subscriptions import Kind, Subscription
from bot.storage.preferences import Preferences
from tests.support.newsroom import BEES, labels, newsroom, notes

HERE = MessageContext(7)


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path, [BEES]) as room:
        yield room


def own(room) -> list[Subscription]:
    return room.state.subscriptions.of(HERE.chat_id, Kind.DIGEST)


@pytest.mark.parametrize(
    ("typed", "schedule", "topics"),
    [
        ("daily 08:00", Schedule(480), ()),
        ("daily", Schedule(480), ()),
        ("7 pm", Schedule(1140), ()),
        ("every day at 7:30 about ferries", Schedule(450), ("ferries",)),
        ("weekly 9", Schedule(540, 0), ()),
        ("weekly monday 8 ferries; the mayor, ferries", Schedule(480, 0), ("ferries", "the mayor")),
        ("on Fridays at 20:15", Schedule(1215, 4), ()),
        ("sun 10 gardens", Schedule(600, 6), ("gardens",)),
        ("daily 6:00 city council", Schedule(360), ("city council",)),
    ],
)  # fmt: skip
def test_when_and_of_what_is_read_as_people_type_it(typed, schedule, topics):
    assert read_digest(typed) == (schedule, topics)


@pytest.mark.parametrize("typed", ["", "ferries", "about ferries", "25:00"])
def test_what_says_no_time_is_no_digest(typed):
    assert read_digest(typed) is None


@given(st.text(max_size=60))
def test_whatever_is_typed_has_few_short_topics(typed):
    if (found := read_digest(f"daily {typed}")) is not None:
        schedule, topics = found
        assert 0 <= schedule.at < 1440
        assert schedule.weekday in (None, *range(7))
        assert len(topics) <= 10


def test_weekdays_are_read_in_the_language_that_is_spoken():
    with texts.speak("de"):
        assert read_digest("weekly Mittwoch 8") == (Schedule(480, 2), ())


def test_a_digest_is_set_shown_and_replaced(room):
    reply = room.conversation.hear(HERE, "/digest daily 08:30 ferries")
    assert notes(reply) == [
        "Digest every day at 08:30: ferries",
        texts.say("digest-set", timezone="UTC"),
    ]
    assert labels(reply) == ["Stop the digest"]
    shown = room.conversation.hear(HERE, "/digest")
    assert notes(shown) == [notes(reply)[0], texts.say("how-to-digest")]
    room.conversation.hear(HERE, "/digest weekly sunday 10")
    (one,) = own(room)
    assert (one.schedule, one.topics) == (Schedule(600, 6), ())


def test_the_first_digest_is_that_of_the_next_hour_by_the_chats_clocks(room):
    room.state.preferences.put(HERE.chat_id, Preferences(timezone="Asia/Tokyo"))
    room.state.clock = lambda: datetime(2026, 11, 26, 22, 30, tzinfo=UTC)  # 7:30 on the 27th there
    room.conversation.hear(HERE, "/digest daily 7")
    assert own(room)[0].last == datetime(2026, 11, 27, tzinfo=UTC).date()
    room.conversation.hear(HERE, "/digest daily 8")
    assert own(room)[0].last == datetime(2026, 11, 26, tzinfo=UTC).date()


def test_a_digest_is_stopped(room):
    assert notes(room.conversation.hear(HERE, "/digest off")) == [texts.say("digest-none")]
    room.conversation.hear(HERE, "/digest daily 8")
    assert notes(room.conversation.hear(HERE, "/digest off")) == [texts.say("digest-stopped")]
    assert own(room) == []


def test_without_a_time_it_is_explained(room):
    assert notes(room.conversation.hear(HERE, "/digest ferries")) == [texts.say("how-to-digest")]
