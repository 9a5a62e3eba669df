"""Alerts: made, listed and changed, by commands and by buttons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot import texts
from bot.alerts.messages import Messages
from bot.alerts.watch import Watch
from bot.dialogue.told.menus import choose_hours, list_alerts, show_alert
from bot.reply.actions import (
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
from bot.reply.reply import Note, Outcome, Reply
from bot.storage.alerts.hours import Quiet, read_quiet
from bot.storage.alerts.outbox import Parcel, Stage
from bot.storage.alerts.subscriptions import Kind, Place
from bot.storage.chats import ChatStore
from corpus.article import SHARED
from retrieval.alerts.alert import Alert, Level, read_alert
from retrieval.alerts.learned import load_learned
from retrieval.search import Searcher

if TYPE_CHECKING:
    from bot.message_context import MessageContext

_TYPED = 300
"""Characters of what was typed that are kept."""
_STEP = 0.25
"""By which share of the way to certainty a thumb down raises what an alert asks of an article."""
_DAY_MIN = 24 * 60
_NEVER = frozenset({"off", "never", "none", "no"})
_STRICTER = {Level.MORE: Level.BALANCED, Level.BALANCED: Level.FEWER}
_TERMINAL = 0

_Do = Callable[["MessageContext", Any], Outcome]
"""Does an action of one kind, and says what becomes of the message."""


class Alerts:
    """Makes, lists and changes what a chat wants to be told of.

    Args:
        searcher: Knows the articles, and their publishers.
        state: Keeps the alerts.
        most: How many alerts a chat may have.
    """

    def __init__(self, searcher: Searcher, state: ChatStore, *, most: int) -> None:
        self._store = searcher.store.only(SHARED)
        self._subscriptions = state.subscriptions
        self._outbox = state.outbox
        self._messages = Messages(searcher.store, state)
        self._watch = Watch(searcher, state)
        self._most = most
        self.table: dict[type[AlertAction], _Do] = {
            ListAlerts: lambda here, do: self._turn(here, do.page),
            OpenAlert: lambda here, do: self._open(here, do.alert),
            SetLevel: lambda here, do: self._set_level(here, do.alert, do.level),
            PauseAlert: lambda here, do: self._pause(here, do.alert, paused=do.paused),
            StopAlert: lambda here, do: self._stop(here, do.alert, listed=do.listed),
            OpenQuiet: lambda here, _: Outcome(reply=choose_hours(self._quiet(here))),
            SetQuiet: lambda here, do: self._be_quiet(here, do.start, do.end),
            BeStricter: lambda here, do: self._be_stricter(here, do.alert),
            DislikeAlert: lambda here, do: self._dislike(here, do.alert, do.batch),
            ShowParcel: lambda here, do: self._show_parcel(here, do.alert, do.batch),
        }

    def make(self, context: MessageContext, typed: str) -> Reply:
        """Answer ``/alert`` with what stands behind it."""
        if not context.may_set:
            return _say("not-allowed")
        wanted = read_alert(typed, publishers=self._store.publishers())
        if wanted is None:
            return _say("how-to-alert")
        own = self._subscriptions.of(context.chat_id, Kind.ALERT)
        if known := next((one for one in own if _key(one.alert) == _key(wanted)), None):
            return _behind(Note(texts.say("alert-known")), show_alert(known))
        made = self._subscriptions.add_alert(
            Place(context.chat_id, context.thread_id, context.language),
            typed[:_TYPED],
            wanted,
            quiet=own[-1].quiet if own else None,
            after=self._store.revision(),
            most=self._most,
        )
        if made is None:
            full = Note(texts.say("alerts-too-many", most=self._most))
            return _behind(full, self._list(context))
        return _behind(Note(texts.say("alert-made")), show_alert(made))

    def hear(self, context: MessageContext, typed: str) -> Reply:
        """Answer ``/alerts``: list them, or set the hours in which they are silent."""
        what, _, value = typed.strip().casefold().partition(" ")
        if what == "due" and context.chat_id == _TERMINAL:
            return self.due(context) or _say("alerts-none-due")
        if what != "quiet":
            return self._list(context)
        quiet = read_quiet(value)
        if quiet is None and value.strip() not in _NEVER:
            return choose_hours(self._quiet(context))
        if not context.may_set:
            return _say("not-allowed")
        self._subscriptions.be_quiet(context.chat_id, quiet)
        return self._list(context)

    def is_due(self, context: MessageContext) -> bool:
        """Whether there is something to show in a chat to which nothing is sent."""
        return bool(self._due(context, context.preferences.clock()))

    def due(self, context: MessageContext) -> Reply | None:
        """Show the next message that is due where nothing is sent; None where none is."""
        now = context.preferences.clock()
        for parcel in self._due(context, now):
            reply = self._messages.tell(parcel, again=True)
            self._outbox.begin(parcel, now)
            self._outbox.end(parcel, Stage.ARRIVED if reply else Stage.DROPPED)
            if reply:
                return reply
        return None

    def _due(self, context: MessageContext, now: datetime) -> list[Parcel]:
        if not any(self._subscriptions.of(context.chat_id, kind) for kind in Kind):
            return []
        while self._watch.look(now):
            pass
        return self._outbox.due(now, chat_id=context.chat_id)

    def press(self, context: MessageContext, action: AlertAction) -> Outcome:
        """Do what a button says; one that is forged or stale gets a toast only."""
        if not context.may_set and not isinstance(action, ShowParcel):
            return Outcome(texts.say("settings-refused"))
        return self.table[type(action)](context, action)

    def _list(self, context: MessageContext, page: int = 0) -> Reply:
        """A page of what the chat has, the first where there is no such page any more."""
        alerts = self._subscriptions.of(context.chat_id, Kind.ALERT)
        digests = self._subscriptions.of(context.chat_id, Kind.DIGEST)
        if not alerts and not digests:
            return _say("alerts-none")
        return list_alerts(alerts, digests, page) or self._list(context)

    def _turn(self, context: MessageContext, page: int) -> Outcome:
        if page < 0:
            return Outcome(texts.say("first"))
        return Outcome(reply=self._list(context, page))

    def _open(self, context: MessageContext, alert: int, *, toast: str = "") -> Outcome:
        one = self._subscriptions.find(alert, context.chat_id)
        if one is None or one.kind is not Kind.ALERT:
            return _stale()
        return Outcome(toast, show_alert(one))

    def _set_level(self, context: MessageContext, alert: int, level: Level) -> Outcome:
        changed = self._subscriptions.set_level(alert, context.chat_id, level)
        return self._open(context, alert, toast=texts.say("saved") if changed else "")

    def _pause(self, context: MessageContext, alert: int, *, paused: bool) -> Outcome:
        if paused:
            self._subscriptions.pause(alert, context.chat_id)
        else:
            revision = self._store.revision()
            self._subscriptions.resume(alert, context.chat_id, after=revision)
        return self._open(context, alert)

    def _stop(self, context: MessageContext, alert: int, *, listed: bool) -> Outcome:
        if not self._subscriptions.remove(alert, context.chat_id):
            return Outcome(texts.say("alert-stopped-before"))
        return Outcome(texts.say("alert-stopped"), self._list(context) if listed else None)

    def _quiet(self, context: MessageContext) -> Quiet | None:
        """The hours in which the chat's alerts are silent."""
        own = self._subscriptions.of(context.chat_id, Kind.ALERT)
        return own[0].quiet if own else None

    def _be_quiet(self, context: MessageContext, start: int, end: int) -> Outcome:
        if not all(0 <= one < _DAY_MIN for one in (start, end)):
            return _stale()
        quiet = Quiet(start, end) if start != end else None
        self._subscriptions.be_quiet(context.chat_id, quiet)
        return Outcome(texts.say("saved"), self._list(context))

    def _be_stricter(self, context: MessageContext, alert: int) -> Outcome:
        one = self._subscriptions.find(alert, context.chat_id)
        if one is None:
            return _stale()
        level = _STRICTER.get(one.alert.level, one.alert.level)
        self._subscriptions.set_level(alert, context.chat_id, level)
        return Outcome(texts.say("alert-stricter-now"))

    def _dislike(self, context: MessageContext, alert: int, batch: int) -> Outcome:
        parcel = self._outbox.find(alert, batch, context.chat_id)
        if parcel is None:
            return _stale()
        if self._outbox.point_thumb(parcel):
            own = parcel.subscription.alert
            sure = 1 - load_learned().thresholds[own.level] - own.raised
            self._subscriptions.set_raised(alert, context.chat_id, own.raised + _STEP * sure)
        return Outcome(texts.say("alert-disliked"))

    def _show_parcel(self, context: MessageContext, alert: int, batch: int) -> Outcome:
        parcel = self._outbox.find(alert, batch, context.chat_id)
        reply = self._messages.tell(parcel, again=True) if parcel else None
        if parcel is None or reply is None:
            return Outcome(texts.say("gone-short"))
        self._outbox.end(parcel, Stage.ARRIVED)
        return Outcome(reply=reply)


def _key(alert: Alert) -> tuple[str, str, str]:
    """What tells one alert from another of the same chat."""
    return alert.topic.casefold(), alert.publisher.casefold(), alert.speaker.casefold()


def _behind(note: Note, reply: Reply) -> Reply:
    return replace(reply, blocks=(note, *reply.blocks))


def _say(key: str) -> Reply:
    return Reply((Note(texts.say(key)),))


def _stale() -> Outcome:
    return Outcome(texts.say("stale"))
