"""Alerts and digests, as they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.storage.access import Standing
from bot.storage.alerts.hours import Quiet, Schedule
from bot.storage.alerts.subscriptions import Kind, Place, Subscription
from bot.storage.chats import ChatStore
from retrieval.alerts.alert import Alert, Level

READER, OTHER = 7, 8
HERE = Place(READER, language="de")
FERRIES = Alert(0, "ferries", "The Courier", "the mayor")
NIGHT = Quiet(22 * 60, 7 * 60)


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


def made(state: ChatStore, topic: str = "ferries", chat_id: int = READER) -> Subscription:
    one = state.subscriptions.add_alert(Place(chat_id), topic, Alert(0, topic))
    assert one
    return one


def test_an_alert_is_kept_as_it_was_asked_for(state):
    before = datetime.now(UTC).replace(microsecond=0)
    made = state.subscriptions.add_alert(
        Place(-100, 5, "de"), "ferries in The Courier", FERRIES, quiet=NIGHT, after=17
    )
    assert made
    assert made.alert == replace(FERRIES, id=made.id)
    assert (made.place, made.quiet, made.after) == (Place(-100, 5, "de"), NIGHT, 17)
    assert (made.text, made.kind, made.schedule) == ("ferries in The Courier", Kind.ALERT, None)
    assert before <= made.since <= datetime.now(UTC)
    assert state.subscriptions.of(-100, Kind.ALERT) == [made]
    assert state.subscriptions.of(-100, Kind.DIGEST) == []


def test_a_chat_has_as_many_as_it_may_have(state):
    def add(topic: str, chat_id: int = READER) -> Subscription | None:
        return state.subscriptions.add_alert(Place(chat_id), topic, Alert(0, topic), most=2)

    assert add("a")
    assert add("b")
    assert add("c") is None
    assert add("c", OTHER)


def test_a_number_is_never_given_twice(state):
    first = made(state)
    assert state.subscriptions.remove(first.id, READER)
    assert made(state).id > first.id


def test_nobody_changes_anothers(state):
    one, subscriptions = made(state), state.subscriptions
    assert not subscriptions.set_level(one.id, OTHER, Level.MORE)
    assert not subscriptions.set_raised(one.id, OTHER, 0.1)
    assert not subscriptions.pause(one.id, OTHER)
    assert not subscriptions.resume(one.id, OTHER, after=1)
    assert not subscriptions.remove(one.id, OTHER)
    assert subscriptions.find(one.id, OTHER) is None
    assert subscriptions.find(one.id, READER) == one


def test_a_new_level_takes_back_what_thumbs_have_added(state):
    one, subscriptions = made(state), state.subscriptions
    assert subscriptions.set_raised(one.id, READER, 0.1)
    assert subscriptions.find(one.id, READER).alert.raised == 0.1
    assert subscriptions.set_level(one.id, READER, Level.MORE)
    assert subscriptions.find(one.id, READER).alert == replace(one.alert, level=Level.MORE)


def test_what_rests_or_is_shut_out_is_told_nothing(state):
    one, other = made(state), made(state, chat_id=OTHER)
    subscriptions = state.subscriptions
    assert subscriptions.active(Kind.ALERT) == [one, other]
    state.access.set(OTHER, Standing.BLOCKED)
    assert subscriptions.active(Kind.ALERT) == [one]
    subscriptions.pause(one.id, READER)
    assert subscriptions.active(Kind.ALERT) == []
    subscriptions.resume(one.id, READER, after=9)
    (now,) = subscriptions.active(Kind.ALERT)
    assert now.after == 9
    state.leave(READER)
    assert subscriptions.active(Kind.ALERT) == []


def test_quiet_hours_are_a_chats(state):
    made(state), made(state, "bees"), made(state, chat_id=OTHER)
    state.subscriptions.be_quiet(READER, NIGHT)
    assert [one.quiet for one in state.subscriptions.active(Kind.ALERT)] == [NIGHT, NIGHT, None]
    state.subscriptions.be_quiet(READER, None)
    assert [one.quiet for one in state.subscriptions.of(READER, Kind.ALERT)] == [None, None]


def test_a_chat_has_one_digest_which_a_new_one_replaces(state):
    subscriptions, day = state.subscriptions, date(2026, 11, 25)
    first = subscriptions.set_digest(HERE, "daily 8", Schedule(480), topics=(), last=day)
    other = subscriptions.set_digest(
        HERE, "weekly", Schedule(540, 4), topics=("ferries", "bees"), last=day
    )
    assert other.id == first.id
    assert (other.schedule, other.topics, other.last) == (
        Schedule(540, 4),
        ("ferries", "bees"),
        day,
    )
    assert subscriptions.of(READER, Kind.DIGEST) == [other]


def test_they_are_counted_without_a_word_of_them(state):
    made(state), made(state, "bees"), made(state, chat_id=OTHER)
    assert state.subscriptions.count() == {Kind.ALERT: (3, 2), Kind.DIGEST: (0, 0)}


def test_a_group_takes_them_along_and_who_is_forgotten_leaves_none(state):
    one = made(state, chat_id=-5)
    state.move(-5, -1005)
    (moved,) = state.subscriptions.of(-1005, Kind.ALERT)
    assert moved == replace(one, place=Place(-1005))
    assert state.forget(-1005) == {"group_move": 1, "subscription": 1}
    assert state.subscriptions.active(Kind.ALERT) == []
