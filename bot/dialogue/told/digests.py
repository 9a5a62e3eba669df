"""Digests: the day's or the week's stories at an hour, set by a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import texts
from bot.dialogue.told.menus import describe_digest
from bot.reply.actions import StopAlert
from bot.reply.buttons import cut
from bot.reply.reply import Button, Note, Reply
from bot.storage.alerts.hours import Schedule, read_time
from bot.storage.alerts.subscriptions import Kind, Place
from bot.storage.chats import ChatStore

if TYPE_CHECKING:
    from bot.message_context import MessageContext

_MORNING = 8 * 60
_MOST_TOPICS = 10
_TOPIC, _TYPED = 100, 300
"""Characters of a topic, and of a whole command, that are kept."""
_DAILY = frozenset({"daily", "every", "each", "day", "days"})
_WEEKLY = frozenset({"weekly", "week"})
_ASIDE = frozenset({"at", "on", "about", "of"})
_HALVES = frozenset({"am", "pm", "a.m.", "p.m."})
_OFF = frozenset({"off", "stop", "none", "never"})
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = 3


class Digests:
    """Sets and stops a chat's digest.

    Args:
        state: Keeps it.
    """

    def __init__(self, state: ChatStore) -> None:
        self._subscriptions = state.subscriptions

    def hear(self, context: MessageContext, typed: str) -> Reply:
        """Answer ``/digest`` with what stands behind it: when, and perhaps topics; or "off"."""
        said = typed.strip()
        known = self._subscriptions.of(context.chat_id, Kind.DIGEST)
        if said and not context.may_set:
            return Reply((Note(texts.say("not-allowed")),))
        if said.casefold() in _OFF:
            for one in known:
                self._subscriptions.remove(one.id, context.chat_id)
            key = "digest-stopped" if known else "digest-none"
            return Reply((Note(texts.say(key)),))
        wanted = read_digest(said)
        if wanted is None:
            shown = [Note(describe_digest(one)) for one in known]
            return Reply((*shown, Note(texts.say("how-to-digest"))))
        return self._set(context, said, *wanted)

    def _set(
        self, context: MessageContext, said: str, schedule: Schedule, topics: Sequence[str]
    ) -> Reply:
        zone = context.preferences.timezone
        one = self._subscriptions.set_digest(
            Place(context.chat_id, context.thread_id, context.language),
            said[:_TYPED],
            schedule,
            topics=topics,
            last=schedule.last_slot(zone, context.preferences.clock()),
        )
        notes = (Note(describe_digest(one)), Note(texts.say("digest-set", timezone=zone)))
        stop = Button(texts.say("digest-stop"), action=StopAlert(one.id, listed=True))
        return Reply(notes, ((stop,),))


def read_digest(typed: str) -> tuple[Schedule, tuple[str, ...]] | None:
    """Read "daily 08:00 ferries, housing" or "weekly monday 8"; None where it says no time.

    Example:
        >>> read_digest("daily 8:30 ferries, the mayor")
        (Schedule(at=510, weekday=None), ('ferries', 'the mayor'))
        >>> read_digest("weekly on Friday")
        (Schedule(at=480, weekday=4), ())
        >>> read_digest("ferries") is None
        True
    """
    words = typed.split()
    schedule, weekly, told = Schedule(_MORNING), False, False
    while words:
        first, two = words[0].casefold().rstrip(",:"), " ".join(words[:2])
        if (day := _read_day(first)) is not None:
            schedule, told = replace(schedule, weekday=day), True
        elif len(words) > 1 and words[1].casefold() in _HALVES and read_time(two) is not None:
            schedule, told = replace(schedule, at=read_time(two) or 0), True
            del words[0]
        elif (at := read_time(first)) is not None:
            schedule, told = replace(schedule, at=at), True
        elif first in _DAILY | _WEEKLY:
            weekly, told = weekly or first in _WEEKLY, True
        elif first not in _ASIDE:
            break
        del words[0]
    if not told:
        return None
    if weekly and schedule.weekday is None:
        schedule = replace(schedule, weekday=0)
    return schedule, _read_topics(" ".join(words))


def _read_day(word: str) -> int | None:
    """Read the name of a weekday, from Monday, 0, in English or the language that is spoken."""
    for number, name in enumerate(_DAYS):
        if word in (name, f"{name}s", name[:_SHORT], texts.format_weekday(number).casefold()):
            return number
    return None


def _read_topics(typed: str) -> tuple[str, ...]:
    named = (cut(" ".join(one.split()), _TOPIC) for one in typed.replace(";", ",").split(","))
    return tuple(dict.fromkeys(one for one in named if one))[:_MOST_TOPICS]
