"""How much one reader may ask: a number of questions a day, each of some length.

Tested on the emulated Telegram in `tests/telegram/test_access.py`.
"""

from __future__ import annotations

import math
import threading
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from secrets import randbelow

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.logs import named
from bot.message_context import MessageContext
from bot.reply.actions import (
    Action,
    AskAlone,
    AskExactly,
    ChoosePerson,
    Retry,
    ShowInstead,
    ShowPassages,
    TellStory,
)
from bot.reply.reply import Button, Note, Reply
from bot.storage.chats import ChatStore

_log = structlog.get_logger(__name__)

CHARACTERS = 1000
"""Longest question that is read."""
_HOUR_S = 3600
_LOOK_UPS = 10
"""How many look-ups count as a question: of what somebody types in another chat, or by buttons."""
_SEARCHING = AskAlone | AskExactly | ShowPassages | ShowInstead | ChoosePerson | TellStory
"""What buttons do that searches the archive anew."""
_REMEMBERED = 10_000


class DailyQuota:
    """Counts questions, however they come in; admins may ask any number.

    A button that asks what was kept counts as one; ten that search anew count as one, over replicas
    on the average, and those that only show what was found, or rate it, do not.

    Args:
        state: Keeps the counts.
        a_day: How many questions a reader may ask from midnight to midnight, UTC.
    """

    def __init__(self, state: ChatStore, a_day: int) -> None:
        self._state = state
        self._a_day = a_day
        self._looked_up: dict[int, int] = {}
        self._pressed: dict[int, int] = {}
        self._counting = threading.Lock()

    def refuse(
        self, context: MessageContext, reader: int, question: str, *, to_read: bool = False
    ) -> Reply | None:
        """Count a question; what to say in place of an answer, or None where it may be answered.

        A question that comes too soon is kept, with a button that asks it the next day. One that
        is too long is not counted; what is to be read as an article may be of any length.
        """
        try:
            return self._refuse(context, reader, question, to_read=to_read)
        except SQLAlchemyError as error:  # a full disk, say, must not silence the bot
            _log.error("cannot count a question", error=named(error))
            return None

    def refuse_elsewhere(self, context: MessageContext, reader: int, question: str) -> Reply | None:
        """The same in a chat that the bot is no member of, where nothing can be kept."""
        if context.admin or len(question) > CHARACTERS:
            return self.refuse(context, reader, question)
        now = datetime.now(UTC)
        with suppress(SQLAlchemyError):  # a full disk, say
            self._state.usage.seen(context.chat_id, now)
        if self._spend(reader, now) <= self._a_day:
            return None
        return Reply((Note(texts.say("day-limit-toast", hours=_hours(now))),))

    def toast(self, reader: int, action: Action | None) -> str:
        """What to say in place of doing what a button says; empty where it may be done."""
        now = datetime.now(UTC)
        if isinstance(action, Retry):
            spent = self._spend(reader, now)
        elif isinstance(action, _SEARCHING):
            last = self._count(self._pressed, reader) == _LOOK_UPS - 1
            spent = self._spend(reader, now) if last else self._state.access.spent(reader, now)
        else:
            return ""
        return "" if spent <= self._a_day else texts.say("day-limit-toast", hours=_hours(now))

    def hours_to_look_up(self, context: MessageContext, reader: int) -> int:
        """Count what somebody types before it is a question; in how many hours to look it up.

        Returns:
            0 where it may be looked up now.
        """
        if context.admin:
            return 0
        before = self._count(self._looked_up, reader)
        now = datetime.now(UTC)
        spent = self._state.access.spent(reader, now) if before else self._spend(reader, now)
        # Drawn by lot, it is not paid for ahead: whoever has spent all gets no more.
        most = self._a_day - 1 if before and self._state.buckets else self._a_day
        return 0 if spent <= most else _hours(now)

    def _count(self, counts: dict[int, int], reader: int) -> int:
        """Count to ten again and again; returns what stood there before.

        Replicas would each count to ten: where there may be several, one in ten is drawn by lot.
        """
        if self._state.buckets:
            return randbelow(_LOOK_UPS)
        with self._counting:
            before = counts.pop(reader, 0)
            counts[reader] = (before + 1) % _LOOK_UPS  # who was counted last stands last
            if len(counts) > _REMEMBERED:
                del counts[next(iter(counts))]
        return before

    def _spend(self, reader: int, now: datetime) -> int:
        """Count a question; 0 where that cannot be done: a full disk must not silence the bot."""
        try:
            return self._state.access.spend(reader, now)
        except SQLAlchemyError:
            _log.exception("cannot count a question")
            return 0

    def _refuse(
        self, context: MessageContext, reader: int, question: str, *, to_read: bool
    ) -> Reply | None:
        now = datetime.now(UTC)
        self._state.usage.seen(context.chat_id, now)
        if context.admin:
            return None
        if len(question) > CHARACTERS and not to_read:
            words = texts.say("too-long", characters=len(question), most=CHARACTERS)
            return Reply((Note(words),))
        over = self._state.access.spend(reader, now) - self._a_day
        if over <= 0:
            return None
        first = texts.say("day-limit", most=self._a_day, hours=_hours(now))
        exchange = self._state.save(context.chat_id, question)
        if not exchange.stored:  # it cannot be kept for the next day, and so is answered
            return None
        then = Button(texts.say("ask-then"), action=Retry(exchange.key))
        return Reply((Note(first if over == 1 else texts.say("day-limit-again")),), ((then,),))


def _hours(now: datetime) -> int:
    """Hours until the next day begins, begun ones whole: 1 to 24."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), UTC)
    return math.ceil((midnight - now).total_seconds() / _HOUR_S)
