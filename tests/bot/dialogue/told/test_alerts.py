"""Alerts, made and changed in a conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.intake import name_shelf
from bot.message_context import MessageContext
from bot.reply.actions import (
    ACTIONS,
    AlertAction,
    BeStricter,
    DislikeAlert,
    ListAlerts,
    OpenAlert,
    OpenQuiet,
    PauseAlert,
    SetLevel,
    SetQuiet,
    ShowParcel,
    StopAlert,
)
from bot.reply.reply import Outcome, Reply
from bot.storage.alerts.hours import Quiet
from bot.storage.alerts.outbox import Parcel, Stage
from bot.storage.alerts.subscriptions import Kind, Subscription
from corpus.article import Article
from retrieval.alerts.alert import Level
from tests.support.newsroom import BEES, action, buttons, labels, newsroom, notes, quotes

HERE = MessageContext(7)
OTHER = MessageContext(8)
MEMBER = MessageContext(-100, private=False, may_set=False)
TERMINAL = MessageContext(0)
STRIKE = Article(
    headline="Tram strike begins in Oxbridge",
    body=(
        "The tram strike began at four in the morning. No tram left the depot in Mill Lane.\n\n"
        "Drivers of the tram strike sang at the gate."
    ),
    url="https://gazette.example/tram-strike",
    publisher="Wexmoor Gazette",
)


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path, [BEES]) as room:
        yield room


def own(room, context: MessageContext = HERE) -> list[Subscription]:
    return room.state.subscriptions.of(context.chat_id, Kind.ALERT)


def made(room, typed: str = "tram strike", context: MessageContext = HERE) -> Subscription:
    room.conversation.hear(context, f"/alert {typed}")
    return own(room, context)[-1]


def press(room, do: AlertAction, context: MessageContext = HERE) -> Outcome:
    return room.conversation.press(context, do)


def shown(room, do: AlertAction) -> Reply:
    reply = press(room, do).reply
    assert reply
    return reply


def parcel(room, one: Subscription) -> Parcel:
    """Something that was told."""
    room.add([STRIKE])
    watch = room.conversation._alerts._watch
    while watch.look(datetime.now(UTC)):
        pass
    (found,) = room.state.outbox.due(datetime.now(UTC), chat_id=one.place.chat_id)
    room.state.outbox.begin(found, datetime.now(UTC))
    room.state.outbox.end(found, Stage.ARRIVED)
    return found


def test_an_alert_is_made_of_what_is_typed(room):
    said = "/alert tram strike in the Gazette when the mayor says something on it"
    reply = room.conversation.hear(replace(HERE, thread_id=3, language="de"), said)
    (one,) = own(room)
    assert (one.alert.topic, one.alert.publisher, one.alert.speaker) == (
        "tram strike",
        "Wexmoor Gazette",
        "the mayor",
    )
    assert (one.place.thread, one.place.language) == (3, "de")
    assert one.after == room.store.revision()
    with texts.speak("de"):
        assert notes(reply)[0] == texts.say("alert-made")


def test_a_made_alert_is_shown_with_all_that_can_be_changed(room):
    reply = room.conversation.hear(HERE, "/alert tram strike")
    assert notes(reply)[:2] == [
        texts.say("alert-made"),
        "tram strike: only what surely fits",
    ]
    assert labels(reply) == [
        *("✓ Fewer", "Balanced", "More"),
        *("Let it rest", "Stop this alert"),
        *("When to be silent", "All alerts"),
    ]


@pytest.mark.parametrize("typed", ["/alert", "/alert the", "/alert something new"])
def test_what_says_nothing_is_explained(room, typed):
    assert notes(room.conversation.hear(HERE, typed)) == [texts.say("how-to-alert")]
    assert own(room) == []


def test_the_same_alert_is_not_made_twice(room):
    made(room)
    reply = room.conversation.hear(HERE, "/alert Tram Strike")
    assert notes(reply)[0] == texts.say("alert-known")
    assert len(own(room)) == 1


def test_a_chat_has_as_many_as_is_set(room):
    talk = Conversation(room.searcher, room.state, alerts=2)
    for topic in ("ferries", "bees", "trams"):
        reply = talk.hear(HERE, f"/alert {topic}")
    assert notes(reply)[0] == texts.say("alerts-too-many", most=2)
    assert len(own(room)) == 2


def test_who_may_set_nothing_makes_and_changes_nothing(room):
    one = made(room, context=replace(MEMBER, may_set=True))
    for typed in ("/alert bees", "/alerts quiet 22-7", "/digest daily 8", "/digest off"):
        assert notes(room.conversation.hear(MEMBER, typed)) == [texts.say("not-allowed")]
    for do in (
        *(ListAlerts(), OpenAlert(one.id), SetLevel(one.id, Level.MORE), SetQuiet(0, 60)),
        *(PauseAlert(one.id, paused=True), StopAlert(one.id, listed=True), OpenQuiet()),
        *(BeStricter(one.id), DislikeAlert(one.id, 1)),
    ):
        assert press(room, do, MEMBER) == Outcome(texts.say("settings-refused"))
    assert own(room, MEMBER) == [one]


def test_nothing_is_listed_where_nothing_is(room):
    assert notes(room.conversation.hear(HERE, "/alerts")) == [texts.say("alerts-none")]


def test_alerts_and_the_digest_are_listed(room):
    made(room), made(room, "bees in the Gazette")
    room.conversation.hear(HERE, "/alerts quiet 22-7")
    room.conversation.hear(HERE, "/digest weekly friday 9 ferries, bees")
    reply = room.conversation.hear(HERE, "/alerts")
    assert notes(reply)[0] == "2 alerts:"
    assert notes(reply)[1].splitlines() == [
        "1. tram strike: only what surely fits",
        "2. bees (only in Wexmoor Gazette): only what surely fits",
        "Digest every week on Friday at 09:00: ferries, bees",
        "Silent 22:00-07:00",
    ]
    assert labels(reply) == [
        "1. tram strike",
        "2. bees (only in Wexmoor Gazette)",
        "When to be silent",
        "Stop the digest",
    ]


def test_a_digest_alone_is_listed_and_stopped(room):
    room.conversation.hear(HERE, "/digest daily 8")
    reply = room.conversation.hear(HERE, "/alerts")
    assert notes(reply) == ["You have no alert.", "Digest every day at 08:00"]
    stopped = press(room, action(reply, "Stop the digest"))
    assert stopped.toast == texts.say("alert-stopped")
    assert notes(stopped.reply) == [texts.say("alerts-none")]


def test_a_long_list_has_pages(room):
    for number in range(10):
        made(room, f"ferry number {number}")
    reply = room.conversation.hear(HERE, "/alerts")
    assert labels(reply)[8:10] == ["1/2", "›"]
    second = shown(room, ListAlerts(1))
    assert labels(second)[:2] == ["9. ferry number 8", "10. ferry number 9"]
    assert press(room, ListAlerts(-1)) == Outcome(texts.say("first"))
    assert labels(shown(room, ListAlerts(7))) == labels(reply)


def test_an_alert_is_opened_and_its_level_set(room):
    one = made(room)
    reply = shown(room, OpenAlert(one.id))
    changed = press(room, action(reply, "More"))
    assert changed.toast == texts.say("saved")
    assert labels(changed.reply)[:3] == ["Fewer", "Balanced", "✓ More"]
    assert own(room)[0].alert.level is Level.MORE
    assert press(room, SetLevel(99, Level.MORE)) == Outcome(texts.say("stale"))
    assert press(room, OpenAlert(one.id), OTHER) == Outcome(texts.say("stale"))


def test_an_alert_rests_and_goes_on(room):
    one = made(room)
    reply = shown(room, PauseAlert(one.id, paused=True))
    assert notes(reply)[0].endswith(", at rest")
    room.add([STRIKE])
    again = shown(room, action(reply, "Go on"))
    assert "Let it rest" in labels(again)
    assert own(room)[0].after == room.store.revision()


def test_an_alert_is_stopped_in_its_menu(room):
    one = made(room)
    stopped = press(room, StopAlert(one.id, listed=True))
    assert stopped.toast == texts.say("alert-stopped")
    assert notes(stopped.reply) == [texts.say("alerts-none")]
    assert press(room, StopAlert(one.id, listed=True)) == Outcome(texts.say("alert-stopped-before"))


def test_hours_of_silence_are_chosen_or_typed_and_new_alerts_keep_them(room):
    made(room)
    reply = room.conversation.hear(HERE, "/alerts quiet")
    assert labels(reply)[:3] == ["✓ Never", "21:00-08:00", "22:00-07:00"]
    press(room, action(reply, "22:00-07:00"))
    assert own(room)[0].quiet == Quiet(22 * 60, 7 * 60)
    assert "✓ 22:00-07:00" in labels(shown(room, OpenQuiet()))
    room.conversation.hear(HERE, "/alerts quiet 12:30 - 14:00")
    assert made(room, "bees").quiet == Quiet(750, 840)
    assert "✓ 12:30-14:00" in labels(shown(room, OpenQuiet()))
    room.conversation.hear(HERE, "/alerts quiet off")
    assert [one.quiet for one in own(room)] == [None, None]
    assert press(room, SetQuiet(0, 1440)) == Outcome(texts.say("stale"))
    assert press(room, SetQuiet(-1, 60)) == Outcome(texts.say("stale"))
    press(room, SetQuiet(60, 120))
    press(room, SetQuiet(0, 0))
    assert own(room)[0].quiet is None


def test_only_important_goes_one_level_at_a_time(room):
    one = made(room)
    press(room, SetLevel(one.id, Level.MORE))
    levels = []
    for _ in range(3):
        assert press(room, BeStricter(one.id)).toast == texts.say("alert-stricter-now")
        levels.append(own(room)[0].alert.level)
    assert levels == [Level.BALANCED, Level.FEWER, Level.FEWER]
    assert press(room, BeStricter(99)) == Outcome(texts.say("stale"))


def test_thumbs_down_raise_what_an_alert_asks_and_never_to_the_impossible(room):
    one = made(room)
    told = parcel(room, one)
    assert press(room, DislikeAlert(one.id, told.batch)).toast == texts.say("alert-disliked")
    first = own(room)[0].alert.raised
    assert first > 0
    press(room, DislikeAlert(one.id, told.batch))
    assert own(room)[0].alert.raised == first  # a thumb counts once a message
    assert press(room, DislikeAlert(one.id, 1)) == Outcome(texts.say("stale"))


def test_what_may_not_have_arrived_is_shown_to_whoever_asks(room):
    one = made(room, context=replace(MEMBER, may_set=True))
    told = parcel(room, one)
    outcome = press(room, ShowParcel(one.id, told.batch), MEMBER)
    assert quotes(outcome.reply)
    assert press(room, ShowParcel(one.id, 1), MEMBER) == Outcome(texts.say("gone-short"))
    room.remove(STRIKE)
    gone = press(room, ShowParcel(one.id, told.batch), MEMBER)
    assert gone == Outcome(texts.say("gone-short"))


def test_in_a_terminal_what_is_due_is_shown_when_asked_for(room):
    assert not room.conversation.is_due(TERMINAL)
    made(room, context=TERMINAL)
    assert not room.conversation.is_due(TERMINAL)
    assert notes(room.conversation.hear(TERMINAL, "/alerts due")) == [texts.say("alerts-none-due")]
    room.add([STRIKE])
    assert room.conversation.is_due(TERMINAL)
    reply = room.conversation.hear(TERMINAL, "/alerts due")
    assert quotes(reply)
    assert not room.conversation.is_due(TERMINAL)
    assert notes(room.conversation.hear(HERE, "/alerts due")) == [texts.say("alerts-none")]


def test_in_a_terminal_what_is_gone_is_passed_over(room):
    made(room, context=TERMINAL)
    room.add([STRIKE])
    assert room.conversation.is_due(TERMINAL)
    room.remove(STRIKE)
    assert notes(room.conversation.hear(TERMINAL, "/alerts due")) == [texts.say("alerts-none-due")]


def test_a_chat_with_a_shelf_has_the_same_alerts_and_is_told_nothing_from_the_shelf(room):
    room.add([replace(STRIKE, shelf=name_shelf(HERE.chat_id))])
    one = made(room)
    assert room.conversation.at(HERE) is not room.conversation
    assert one.after == room.store.revision()
    assert labels(room.conversation.hear(HERE, "/alerts"))[0] == "1. tram strike"
    own_paper = replace(STRIKE, publisher="My Own Diary", headline="Mine", shelf=name_shelf(7))
    room.add([own_paper])
    assert made(room, "ferries in My Own Diary").alert.publisher == ""


def test_every_action_of_alerts_does_something(room):
    known = {kind for kind in ACTIONS if issubclass(kind, AlertAction)}
    assert set(room.conversation._alerts.table) == known
    assert buttons(room.conversation.hear(HERE, "/alert bees"))
