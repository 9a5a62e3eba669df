"""What the bot remembers of its chats: questions for a day, thumbs, and updates in hand.

No name, username or phone number is ever stored; a chat is a number.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from corpus.database import open_database

_METADATA = sa.MetaData()
_EXCHANGE = sa.Table(
    "exchange",
    _METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("chat_id", sa.Integer),
    sa.Column("question", sa.Text),
    sa.Column("hits", sa.JSON),
    sa.Column("verdict", sa.Text),
    sa.Column("asked", sa.Float),
)
_FEEDBACK = sa.Table(
    "feedback",
    _METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("chat_id", sa.Integer),
    sa.Column("value", sa.Integer),
    sa.Column("verdict", sa.Text),
    sa.Column("rated", sa.Float),
)
_ANSWER = sa.Table(
    "answer",
    _METADATA,
    sa.Column("chat_id", sa.Integer, primary_key=True),
    sa.Column("question_message", sa.Integer, primary_key=True),
    sa.Column("answer_message", sa.Integer),
    sa.Column("sent", sa.Float),
)
_SHOWN = sa.Table(
    "shown",
    _METADATA,
    sa.Column("chat_id", sa.Integer, primary_key=True),
    sa.Column("message", sa.Integer, primary_key=True),
    sa.Column("articles", sa.JSON),
    sa.Column("at", sa.Float),
)
_INBOX = sa.Table(
    "inbox",
    _METADATA,
    sa.Column("update_id", sa.Integer, primary_key=True),
    sa.Column("chat_id", sa.Integer),
    sa.Column("payload", sa.Text),
    sa.Column("received", sa.Float),
    sa.Column("begun", sa.Boolean),
    sa.Column("done", sa.Boolean),
)
# What stays of an update that needs no answer any more: its number, to know it when it comes again.
_HUSK: dict[str, object] = {"chat_id": None, "payload": "", "done": True}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was found for it.

    Attributes:
        key: Short random name, for callback data.
        chat_id: The chat that asked.
        question: As typed.
        hits: What was found, best first, in ids: a passage, a page of quotations, an article.
        verdict: How sure the answer was, or what else it shows (see `bot.voices.Shown` and
            `bot.summaries.Told`).
        asked: UTC time.
    """

    key: str
    chat_id: int
    question: str
    hits: tuple[str, ...]
    verdict: str
    asked: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """An update that is still to be answered.

    Attributes:
        update_id: Telegram's number, increasing.
        chat_id: Where it came from.
        payload: The update as JSON, without names.
        received: UTC time.
        begun: Whether an answer may be out already.
    """

    update_id: int
    chat_id: int
    payload: str
    received: datetime
    begun: bool


class State:
    """The chats' database. Every method is one short transaction; all may run in any thread."""

    def __init__(self, path: Path) -> None:
        """Open or create the database.

        Raises:
            StoreError: As `corpus.database.open_database` says.
        """
        self._engine = open_database(path, migrations=Path(__file__).parent / "migrations")

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def save(self, chat_id: int, question: str, hits: Sequence[str] = (), verdict: str = "") -> str:
        """Remember a question; returns its key, twelve characters of ``[A-Za-z0-9_-]``."""
        row = {
            "key": secrets.token_urlsafe(9),
            "chat_id": chat_id,
            "question": question,
            "hits": list(hits),
            "verdict": verdict,
            "asked": _now(),
        }
        with self._engine.begin() as connection:
            connection.execute(_EXCHANGE.insert(), row)
        return str(row["key"])

    def exchange(self, key: str, chat_id: int) -> Exchange | None:
        """Look a question up; None where it is too old, unknown, or another chat's."""
        wanted = sa.select(_EXCHANGE).where(_EXCHANGE.c.key == key, _EXCHANGE.c.chat_id == chat_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        hits, asked = tuple(row.hits), _utc(row.asked)
        return Exchange(row.key, row.chat_id, row.question, hits, row.verdict, asked)

    def kept(self, key: str, chat_id: int) -> Exchange:
        """Look up a question that was saved just now.

        Raises:
            LookupError: It was deleted meanwhile.
        """
        if exchange := self.exchange(key, chat_id):
            return exchange
        raise LookupError(f"the exchange {key} was deleted while it was being answered")

    def rate(self, key: str, chat_id: int, value: int) -> bool:
        """Note a thumb, replacing an earlier one; False where `exchange` would give None.

        The thumb outlives the question, but holds no word of it.
        """
        exchange = self.exchange(key, chat_id)
        if exchange is None:
            return False
        change = {"value": value, "rated": _now()}
        row = {"key": key, "chat_id": chat_id, "verdict": exchange.verdict, **change}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_FEEDBACK).values(row).on_conflict_do_update(["key"], set_=change)
            )
        return True

    def answered(self, chat_id: int, question_message: int, answer_message: int) -> None:
        """Remember which message answers which, so that an edited question edits its answer."""
        change = {"answer_message": answer_message, "sent": _now()}
        row = {"chat_id": chat_id, "question_message": question_message, **change}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_ANSWER)
                .values(row)
                .on_conflict_do_update(["chat_id", "question_message"], set_=change)
            )

    def answer_to(self, chat_id: int, question_message: int) -> int | None:
        """Id of the message that answers a question, or None where unknown."""
        wanted = sa.select(_ANSWER.c.answer_message).where(
            _ANSWER.c.chat_id == chat_id, _ANSWER.c.question_message == question_message
        )
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar_one_or_none()

    def show(self, chat_id: int, message: int, articles: Sequence[str]) -> None:
        """Remember which articles one of our messages shows, in place of those it showed."""
        change = {"articles": list(articles), "at": _now()}
        row = {"chat_id": chat_id, "message": message, **change}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_SHOWN)
                .values(row)
                .on_conflict_do_update(["chat_id", "message"], set_=change)
            )

    def shown(
        self, chat_id: int, message: int | None = None, *, within: timedelta | None = None
    ) -> tuple[str, ...]:
        """Ids of the articles that a message shows, or else the chat's last; empty if unknown.

        Args:
            chat_id: The chat.
            message: The message; None for the one sent or changed last.
            within: How long ago that may be; None for as long as it is known.
        """
        wanted = sa.select(_SHOWN.c.articles).where(_SHOWN.c.chat_id == chat_id)
        if message is not None:
            wanted = wanted.where(_SHOWN.c.message == message)
        if within is not None:
            wanted = wanted.where(_SHOWN.c.at >= _now() - within.total_seconds())
        with self._engine.connect() as connection:
            found = connection.execute(wanted.order_by(_SHOWN.c.at.desc()).limit(1)).scalar()
        return tuple(found or ())

    def keep(self, update_id: int, chat_id: int, payload: str, received: datetime) -> bool:
        """Store an update until it is answered; False where it is known, answered or not."""
        row = {
            "update_id": update_id,
            "chat_id": chat_id,
            "payload": payload,
            "received": received.timestamp(),
            "begun": False,
            "done": False,
        }
        with self._engine.begin() as connection:
            result = connection.execute(insert(_INBOX).values(row).on_conflict_do_nothing())
        return result.rowcount == 1

    def begin(self, update_id: int) -> None:
        """Note that the answer goes out now."""
        self._mark(update_id, {"begun": True})

    def done(self, update_id: int) -> None:
        """Note that the update needs nothing more, and drop its text."""
        self._mark(update_id, _HUSK)

    def unfinished(self) -> list[Kept]:
        """Updates that are still to be answered, in the order they were sent."""
        wanted = sa.select(_INBOX).where(~_INBOX.c.done).order_by(_INBOX.c.update_id)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [
            Kept(row.update_id, row.chat_id, row.payload, _utc(row.received), row.begun)
            for row in rows
        ]

    def forget(self, chat_id: int) -> int:
        """Delete everything of a chat, also from the bytes of the files.

        Returns:
            How many questions were deleted.
        """
        with self._engine.begin() as connection:
            deleted = connection.execute(
                _EXCHANGE.delete().where(_EXCHANGE.c.chat_id == chat_id)
            ).rowcount
            for table in (_FEEDBACK, _ANSWER, _SHOWN):
                connection.execute(table.delete().where(table.c.chat_id == chat_id))
            connection.execute(_INBOX.update().where(_INBOX.c.chat_id == chat_id).values(_HUSK))
        self._scrub()
        return deleted

    def purge(self, older_than: timedelta) -> None:
        """Delete questions, answers and updates that are older; thumbs stay.

        Telegram delivers nothing that is older than a day, so that a day's updates suffice to
        know one that comes twice.
        """
        oldest = _now() - older_than.total_seconds()
        with self._engine.begin() as connection:
            for column in (_EXCHANGE.c.asked, _ANSWER.c.sent, _SHOWN.c.at, _INBOX.c.received):
                connection.execute(sa.delete(column.table).where(column < oldest))
        self._scrub()

    def _mark(self, update_id: int, values: dict[str, object]) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                _INBOX.update().where(_INBOX.c.update_id == update_id).values(values)
            )

    def _scrub(self) -> None:
        # SQLite leaves deleted text in free pages and in the write-ahead log: rebuild the file
        # from what is left, in memory, then empty the log.
        autocommit = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        with autocommit.connect() as connection:
            for statement in (
                "PRAGMA temp_store = MEMORY",
                "VACUUM",
                "PRAGMA wal_checkpoint(TRUNCATE)",
            ):
                connection.exec_driver_sql(statement)


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _utc(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
