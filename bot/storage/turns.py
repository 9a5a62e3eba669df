"""Which question each of the bot's messages answers, so that a follow-up finds what it leans on.

Tested with the follow-ups that need them in `tests/bot/dialogue/test_followups.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

import sqlalchemy as sa

from bot.storage.clock import Clock, is_outside, read_clock
from corpus.storage.database.dialects import INTEGER, insert

_TALK = sa.Table(
    "talk",
    sa.MetaData(),
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("message", INTEGER, primary_key=True),
    sa.Column("thread", INTEGER),
    sa.Column("key", sa.Text),
    sa.Column("page", INTEGER),
    sa.Column("people", sa.JSON),
    sa.Column("topic", sa.JSON),
    sa.Column("before", INTEGER),
    sa.Column("at", sa.Float),
)
_LAST_FIRST = _TALK.c.at.desc(), _TALK.c.message.desc()


@dataclass(frozen=True, slots=True)
class Turn:
    """One of our messages that answers a question.

    Attributes:
        message: Its number in the chat.
        thread: The topic that it stands in, if any.
        key: Of the exchange that it shows.
        page: Which of the exchange's hits, from 0; -1 for none of them yet.
        people: Whom it quotes or names, as printed.
        topic: What its question is about, where it took that from the one before.
        before: The message that its question could lean on, if any.
    """

    message: int
    thread: int | None
    key: str
    page: int = 0
    people: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    before: int | None = None


class Turns:
    """The turns of all chats. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine, clock: Clock = read_clock) -> None:
        self._engine = engine
        self._clock = clock

    def note(self, chat_id: int, turn: Turn) -> None:
        """Remember a turn.

        One that is known keeps what its question could lean on, and as long as the question is the
        same also its topic.
        """
        row: dict[str, object] = {"chat_id": chat_id, "at": self._now(), **asdict(turn)}
        new = insert(_TALK).values(row)
        same = _TALK.c.key == new.excluded.key
        change = {name: new.excluded[name] for name in ("key", "page", "people", "at")}
        topic = sa.case((same, _TALK.c.topic), else_=new.excluded.topic)
        with self._engine.begin() as connection:
            connection.execute(
                new.on_conflict_do_update(
                    index_elements=["chat_id", "message"], set_={**change, "topic": topic}
                )
            )

    def at(self, chat_id: int, messages: Sequence[int | None]) -> Turn | None:
        """The first of some messages that is a turn, or None."""
        found = {message: self._read(chat_id, _TALK.c.message == message) for message in messages}
        return next(filter(None, found.values()), None)

    def last(self, chat_id: int, *, within: timedelta, thread: int | None = None) -> Turn | None:
        """The turn of a chat that was said or changed last, unless that is too long ago."""
        now = self._now()
        here = _TALK.c.thread.is_not_distinct_from(thread)
        return self._read(chat_id, _TALK.c.at.between(now - within.total_seconds(), now), here)

    def purge(self, older_than: timedelta) -> None:
        """Delete turns that are older, or from the future."""
        now = self._now()
        old = is_outside(_TALK.c.at, now - older_than.total_seconds(), now)
        with self._engine.begin() as connection:
            connection.execute(_TALK.delete().where(old))

    def _read(self, chat_id: int, *which: sa.ColumnElement[bool]) -> Turn | None:
        wanted = sa.select(_TALK).where(_TALK.c.chat_id == chat_id, *which)
        with self._engine.connect() as connection:
            row = connection.execute(wanted.order_by(*_LAST_FIRST).limit(1)).one_or_none()
        if row is None:
            return None
        people, topic = tuple(row.people), tuple(row.topic)
        return Turn(row.message, row.thread, row.key, row.page, people, topic, row.before)

    def _now(self) -> float:
        return self._clock().timestamp()
