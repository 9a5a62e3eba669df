"""What is to be told, and what was: nothing twice, whenever it is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.storage.alerts.hours import Quiet, Schedule
from bot.storage.alerts.outbox import AT_ONCE, NEWS, Found, Parcel, Stage
from bot.storage.alerts.subscriptions import Kind, Place, Subscription
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from corpus.storage.articles.passages import Arrival
from retrieval.alerts.alert import Alert

READER, OTHER, TERMINAL = 7, 8, 0
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
def alert(state) -> Subscription:
    return made(state)


def made(state: ChatStore, chat_id: int = READER) -> Subscription:
    one = state.subscriptions.add_alert(Place(chat_id), "ferries", Alert(0, "ferries"))
    assert one
    return one


def fits(one: Subscription, article: str, **more: object) -> Found:
    return Found(one.id, one.place.chat_id, article, (0, 9), (2, 5), 17, 0.9, **more)


def take(state: ChatStore, *found: Found, now: datetime = NOW) -> None:
    state.outbox.take([], found, watched=1, now=now)


def names(parcels: list[Parcel]) -> list[list[str]]:
    return [[one.article for one in parcel.found] for parcel in parcels]


def sent(state: ChatStore, now: datetime = NOW) -> list[list[str]]:
    """Send what is due; returns what that was."""
    parcels = state.outbox.due(now)
    for parcel in parcels:
        assert state.outbox.begin(parcel, now)
        state.outbox.end(parcel, Stage.ARRIVED)
    return names(parcels)


def test_what_fits_goes_out_once_however_often_it_is_found(state, alert):
    take(state, fits(alert, "a"))
    assert sent(state) == [["a"]]
    take(state, fits(alert, "a"))
    assert sent(state, NOW + timedelta(hours=1)) == []


def test_what_is_read_back_is_what_was_found(state, alert):
    take(state, fits(alert, "a"))
    (parcel,) = state.outbox.due(NOW)
    assert parcel.subscription == alert
    assert parcel.found == (replace(fits(alert, "a"), story="a"),)
    assert not parcel.doubtful


def test_the_first_goes_at_once_and_what_follows_in_ten_minutes_together(state, alert):
    take(state, fits(alert, "a"))
    assert sent(state) == [["a"]]
    take(state, fits(alert, "b"), now=NOW + MINUTE)
    take(state, fits(alert, "c"), now=NOW + 9 * MINUTE)
    assert sent(state, NOW + 9.9 * MINUTE) == []
    assert sent(state, NOW + 10 * MINUTE) == [["b", "c"]]
    take(state, fits(alert, "d"), now=NOW + 30 * MINUTE)
    assert sent(state, NOW + 30 * MINUTE) == [["d"]]


def test_what_comes_all_at_once_is_parted_into_messages(state, alert):
    every = [f"a{number}" for number in range(AT_ONCE + 2)]
    take(state, *(fits(alert, one) for one in every))
    assert sent(state) == [every[:AT_ONCE]]
    assert sent(state, NOW + 10 * MINUTE) == [every[AT_ONCE:]]


def test_quiet_hours_hold_by_the_clocks_of_the_chat(state, alert):
    state.subscriptions.be_quiet(READER, Quiet(13 * 60, 14 * 60))
    take(state, fits(alert, "a"))
    assert names(state.outbox.due(NOW)) == [["a"]]
    state.preferences.put(READER, Preferences(timezone="Europe/Berlin"))
    assert state.outbox.due(NOW) == []
    assert names(state.outbox.due(NOW + timedelta(hours=1))) == [["a"]]


def test_a_copy_is_kept_with_what_is_told_in_its_place(state, alert):
    take(state, fits(alert, "a"), fits(alert, "b", story="a"))
    (parcel,) = state.outbox.due(NOW)
    assert names([parcel]) == [["a"]]
    assert parcel.copies == {"a": ("b",)}
    since = NOW - MINUTE
    assert state.outbox.told([alert.id], since) == {alert.id: ["a"]}
    assert state.outbox.told([alert.id], since, copies=True) == {alert.id: ["a", "b"]}
    assert state.outbox.told([alert.id], NOW + MINUTE) == {}


def test_what_is_begun_is_not_due_and_in_doubt_after_a_start(state, alert):
    take(state, fits(alert, "a"))
    (parcel,) = state.outbox.due(NOW)
    assert state.outbox.begin(parcel, NOW)
    assert state.outbox.begin(parcel, NOW)  # another attempt
    assert state.outbox.due(NOW) == []
    state.outbox.settle(NOW)
    (doubtful,) = state.outbox.due(NOW + MINUTE)
    assert doubtful == replace(parcel, doubtful=True)
    state.outbox.end(doubtful, Stage.ASKED)
    assert state.outbox.due(NOW + timedelta(hours=1)) == []
    found = state.outbox.find(alert.id, parcel.batch, READER)
    assert found
    assert names([found]) == [["a"]]


def test_what_somebody_else_has_sent_is_not_begun_again(state, alert):
    take(state, fits(alert, "a"))
    (parcel,) = state.outbox.due(NOW)
    assert sent(state) == [["a"]]
    assert not state.outbox.begin(replace(parcel, batch=parcel.batch + 1), NOW)
    state.subscriptions.remove(alert.id, READER)
    assert not state.outbox.begin(parcel, NOW)
    assert state.outbox.find(alert.id, parcel.batch, READER) is None


def test_what_was_not_told_after_all_waits_again_and_holds_nothing_up(state, alert):
    take(state, fits(alert, "a"))
    (parcel,) = state.outbox.due(NOW)
    state.outbox.begin(parcel, NOW)
    state.outbox.end(parcel, Stage.WAITING)
    assert sent(state, NOW + MINUTE) == [["a"]]


def test_batches_are_numbered_upwards_even_by_a_clock_that_stands(state, alert):
    take(state, fits(alert, "a"))
    (first,) = state.outbox.due(NOW)
    sent(state)
    take(state, fits(alert, "b"))
    (second,) = state.outbox.due(NOW, gather=timedelta(0))
    assert second.batch == first.batch + 1


def test_what_waited_too_long_is_dropped(state, alert):
    take(state, fits(alert, "a"))
    state.outbox.settle(NOW + NEWS + MINUTE)
    assert state.outbox.due(NOW + NEWS + MINUTE) == []


def test_what_rests_is_not_due(state, alert):
    take(state, fits(alert, "a"))
    state.subscriptions.pause(alert.id, READER)
    assert state.outbox.due(NOW) == []
    state.subscriptions.resume(alert.id, READER, after=0)
    assert names(state.outbox.due(NOW)) == [["a"]]
    state.leave(READER)
    state.subscriptions.resume(alert.id, READER, after=0)
    assert state.outbox.due(NOW) == []


def test_the_terminal_is_asked_for_by_itself(state, alert):
    mine = made(state, TERMINAL)
    take(state, fits(alert, "a"), fits(mine, "a"))
    assert [parcel.chat_id for parcel in state.outbox.due(NOW)] == [READER]
    assert [parcel.chat_id for parcel in state.outbox.due(NOW, chat_id=TERMINAL)] == [TERMINAL]


def test_a_thumb_counts_once(state, alert):
    take(state, fits(alert, "a"))
    (parcel,) = state.outbox.due(NOW)
    assert state.outbox.point_thumb(parcel)
    assert not state.outbox.point_thumb(parcel)


def test_only_what_arrived_is_counted(state, alert):
    take(state, fits(alert, "a"), fits(alert, "b", story="a"))
    assert state.outbox.count(NOW - MINUTE) == 0
    sent(state)
    assert state.outbox.count(NOW - MINUTE) == 1
    assert state.outbox.count(NOW + MINUTE) == 0


def test_how_far_was_looked_is_kept_with_what_was_found(state, alert):
    assert state.outbox.watched() == 0
    came = [Arrival("a", NOW, 5, 6), Arrival("b", NOW - MINUTE, 7, 8)]
    state.outbox.take(came, [fits(alert, "a")], watched=8, now=NOW)
    assert state.outbox.watched() == 8
    assert state.outbox.arrivals(NOW - 2 * MINUTE, NOW) == ["a", "b"]
    assert state.outbox.arrivals(NOW - MINUTE, NOW) == ["a"]
    state.outbox.take([Arrival("a", NOW + MINUTE, 9, 9)], [], watched=9, now=NOW)
    assert state.outbox.arrivals(NOW, NOW + MINUTE) == []  # it came before, and was corrected
    assert state.outbox.first_keys(["a", "b", "c"]) == {"a": 5, "b": 7}


def test_an_archive_that_was_put_back_is_looked_at_anew_without_telling_twice(state):
    one = state.subscriptions.add_alert(Place(READER), "f", Alert(0, "f"), after=900)
    assert one
    state.outbox.take([Arrival("a", NOW, 5, 6)], [fits(one, "a")], watched=950, now=NOW)
    state.outbox.rewind()
    assert state.outbox.watched() == 0
    (now,) = state.subscriptions.of(READER, Kind.ALERT)
    assert (now.after, state.outbox.first_keys(["a"])) == (0, {"a": 0})


def test_a_digest_tells_its_day_at_once_whatever_else_was_told(state):
    day = date(2026, 11, 26)
    one = state.subscriptions.set_digest(
        Place(READER), "daily", Schedule(480), topics=(), last=day - timedelta(days=1)
    )
    many = [fits(one, f"a{number}") for number in range(AT_ONCE + 3)]
    state.outbox.plan(one, day, [*many, fits(one, "copy", story="a0")], now=NOW)
    (now,) = state.subscriptions.of(READER, Kind.DIGEST)
    assert now.last == day
    (told,) = sent(state)
    assert told == [found.article for found in many]
    state.outbox.plan(one, day + timedelta(days=1), [fits(one, "b")], now=NOW + MINUTE)
    assert sent(state, NOW + MINUTE) == [["b"]]


def test_a_digest_that_was_stopped_meanwhile_is_not_planned(state):
    day = date(2026, 11, 26)
    one = state.subscriptions.set_digest(Place(READER), "daily", Schedule(480), topics=(), last=day)
    state.subscriptions.remove(one.id, READER)
    state.outbox.plan(one, day, [fits(one, "a")], now=NOW)
    assert state.forget(READER) == {}


def test_what_nobody_looks_back_to_is_deleted(state, alert):
    state.outbox.take([Arrival("a", NOW, 5, 6)], [fits(alert, "a")], watched=6, now=NOW)
    state.outbox.purge(NOW + timedelta(days=14))
    assert state.outbox.told([alert.id], NOW) == {alert.id: ["a"]}
    assert state.outbox.due(NOW) == []
    state.outbox.purge(NOW + timedelta(days=16))
    assert state.outbox.told([alert.id], NOW) == {}
    assert state.outbox.first_keys(["a"]) == {}


def test_what_is_told_goes_along_with_a_group_and_is_forgotten_with_it(state):
    one = made(state, -5)
    take(state, fits(one, "a"))
    (parcel,) = state.outbox.due(NOW)
    state.move(-5, -1005)
    assert state.outbox.begin(parcel, NOW)  # it is on its way to where the group is now
    assert state.outbox.find(one.id, parcel.batch, -1005)
    assert state.forget(-1005) == {"group_move": 1, "subscription": 1, "sent": 1}


def test_only_so_much_is_read_at_a_time_and_nothing_for_chats_left_alone(state):
    for chat_id in (1, 2, 3):
        one = made(state, chat_id)
        take(state, fits(one, "a"), now=NOW - chat_id * MINUTE)
    assert [parcel.chat_id for parcel in state.outbox.due(NOW, most=2)] == [3, 2]
    assert [parcel.chat_id for parcel in state.outbox.due(NOW, without={3, 1})] == [2]
