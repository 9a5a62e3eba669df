"""What the bot remembers of its chats: questions for a day, thumbs, and updates in hand.

No name, username or phone number is ever stored; a chat is a number.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import named
from bot.storage.access import Access
from bot.storage.alerts.outbox import Outbox
from bot.storage.alerts.subscriptions import Subscriptions
from bot.storage.answer_ref import (
    NOT_ASKED,
    AnswerRef,
    HitRef,
    read_hits,
    read_intent,
    write_hits,
    write_intent,
)
from bot.storage.broadcasts import Broadcasts
from bot.storage.channels import Channels
from bot.storage.clock import Clock, is_outside, read_clock
from bot.storage.coordination.buckets import Buckets
from bot.storage.erasure import HUSK, drop_copies, forget, forget_in_copies, scrub
from bot.storage.feedback import Feedback
from bot.storage.memory import Memory
from bot.storage.pages.asked import Asked
from bot.storage.pages.keys import PageKeys
from bot.storage.pages.logins import PageLogins
from bot.storage.preferences import PreferenceStore
from bot.storage.supergroup import find_moves, move
from bot.storage.turns import Turns
from bot.storage.updates import INBOX, Kept, SharedUpdates, read_kept
from bot.storage.usage import UsageStore
from corpus.storage.database.dialects import INTEGER, insert, try_to_write, write_alone
from corpus.storage.database.opening import Location, open_database
from retrieval.answers import AnswerKind
from retrieval.query.intent import Ask, Intent
from retrieval.results import Verdict

_log = structlog.get_logger(__name__)

_METADATA = sa.MetaData()
_EXCHANGE = sa.Table(
    "exchange",
    _METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("question", sa.Text),
    sa.Column("hits", sa.JSON),
    sa.Column("verdict", sa.Text),
    sa.Column("asked", sa.Float),
    sa.Column("kind", sa.Text),
    sa.Column("confidence", sa.Float),
    sa.Column("intent", sa.JSON(none_as_null=True)),
)
_ANSWER = sa.Table(
    "answer",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("question_message", INTEGER, primary_key=True),
    sa.Column("answer_message", INTEGER),
    sa.Column("sent", sa.Float),
)
_SHOWN = sa.Table(
    "shown",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("message", INTEGER, primary_key=True),
    sa.Column("articles", sa.JSON),
    sa.Column("at", sa.Float),
)
_SHOWN_LAST = _SHOWN.c.at.desc(), _SHOWN.c.message.desc()
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was found for it.

    Attributes:
        key: Short random name, for callback data.
        chat_id: The chat that asked.
        question: As typed, or what a button asks in words.
        intent: What was asked.
        answer: What was found.
        asked: UTC time.
        stored: Whether the database has it; otherwise it is gone when the process ends.
    """

    key: str
    chat_id: int
    question: str
    intent: Intent
    answer: AnswerRef
    asked: datetime
    stored: bool = True

    @property
    def kind(self) -> AnswerKind | None:
        """What kind of answer was given; None where the question was only kept."""
        return self.answer.kind

    @property
    def hits(self) -> tuple[HitRef, ...]:
        """What the answer's pages show."""
        return self.answer.hits


class ChatStore:
    """The chats' database. Every method is one short transaction; all may run in any thread.

    Attributes:
        retention: How long questions are to be kept.
        clock: Says what time it is in the chats; limits and thumbs go by the machine's own.
        buckets: How fast things may be done, where several processes share the database; None
            where one has it to itself, and counts that in memory.
    """

    def __init__(
        self, where: Location, *, retention: timedelta = _DAY, clock: Clock = read_clock
    ) -> None:
        """Open or create the database.

        Raises:
            StoreError: As `corpus.storage.database.opening.open_database` says.
        """
        self.retention = retention
        self.clock = clock
        self._file = where if isinstance(where, Path) else None
        self._unstored: Memory[Exchange] = Memory()
        self._engine = open_database(where, migrations=Path(__file__).parent / "migrations")
        self.buckets = None if self._file else Buckets(self._engine)

    def close(self) -> None:
        """Close all connections."""
        if self.buckets:
            self.buckets.close()
        self._engine.dispose()

    @property
    def kind(self) -> str:
        """Which database it is: "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    @property
    def leaves_traces(self) -> bool:
        """Whether bytes of what is deleted stay on a disk for a while: see docs/privacy.md."""
        return self._file is None

    def ping(self) -> None:
        """See whether the database answers and can be written to.

        Raises:
            SQLAlchemyError: It does not, or cannot: on a full disk, say.
        """
        with self._engine.connect() as connection:
            connection.execute(sa.select(INBOX.c.update_id).limit(1)).all()
            try_to_write(connection)

    @property
    def feedback(self) -> Feedback:
        """What readers think of the answers."""
        return Feedback(self._engine)

    @property
    def access(self) -> Access:
        """Who may ask, and how much."""
        return Access(self._engine)

    @property
    def usage(self) -> UsageStore:
        """How much the bot is used."""
        return UsageStore(self._engine)

    @property
    def broadcasts(self) -> Broadcasts:
        """Messages to all readers."""
        return Broadcasts(self._engine)

    @property
    def subscriptions(self) -> Subscriptions:
        """What readers want to be told of without asking."""
        return Subscriptions(self._engine)

    @property
    def outbox(self) -> Outbox:
        """What is to be told of it, and what was."""
        return Outbox(self._engine)

    @property
    def channels(self) -> Channels:
        """Channels whose posts are taken in."""
        return Channels(self._engine)

    @property
    def updates(self) -> SharedUpdates:
        """Updates in hand, where several processes have them."""
        return SharedUpdates(self._engine)

    @property
    def page_keys(self) -> PageKeys:
        """What signs links to pages that are not everybody's."""
        return PageKeys(self._engine)

    @property
    def asked(self) -> Asked:
        """What was asked of late, without who asked."""
        return Asked(self._engine)

    @property
    def page_logins(self) -> PageLogins:
        """One-time words that open the newsroom."""
        return PageLogins(self._engine)

    @property
    def turns(self) -> Turns:
        """What our messages answer."""
        return Turns(self._engine, self.clock)

    @property
    def preferences(self) -> PreferenceStore:
        """What the chats set."""
        return PreferenceStore(self._engine, self.clock)

    def save(self, chat_id: int, asked: Intent | str, answer: AnswerRef = NOT_ASKED) -> Exchange:
        """Remember a question, and what was found for it.

        Where the database cannot take it, it is kept in memory, so that its answer goes out and
        buttons work.

        Args:
            chat_id: Who asks.
            asked: What; a text is kept as it was typed.
            answer: What was found; by default nothing was looked for yet.

        Returns:
            With a key of twelve characters of ``[A-Za-z0-9_-]``.
        """
        intent = Ask.read(asked) if isinstance(asked, str) else asked
        exchange = Exchange(
            secrets.token_urlsafe(9), chat_id, intent.text, intent, answer, self.clock()
        )
        row = {
            "key": exchange.key,
            "chat_id": chat_id,
            "question": exchange.question,
            "hits": write_hits(answer.hits),
            "kind": answer.kind,
            "verdict": answer.verdict or "",
            "confidence": answer.confidence,
            "intent": write_intent(intent),
            "asked": exchange.asked.timestamp(),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(_EXCHANGE.insert(), row)
        except SQLAlchemyError as error:
            _log.warning("cannot store a question; it is kept in memory", error=named(error))
            exchange = replace(exchange, stored=False)
            self._unstored.keep(exchange.key, exchange)
        return exchange

    def exchange(self, key: str, chat_id: int) -> Exchange | None:
        """Look a question up; None where it is too old, unknown, or another chat's."""
        if found := self._unstored.get(key):
            return found if found.chat_id == chat_id else None
        wanted = sa.select(_EXCHANGE).where(_EXCHANGE.c.key == key, _EXCHANGE.c.chat_id == chat_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        kind = AnswerKind(row.kind) if row.kind else None
        verdict = Verdict(row.verdict) if kind else None
        answer = AnswerRef(kind, verdict, row.confidence or 0.0, read_hits(kind, row.hits))
        intent = read_intent(row.question, row.intent)
        return Exchange(row.key, chat_id, row.question, intent, answer, _utc(row.asked))

    def answered(self, chat_id: int, question_message: int, answer_message: int) -> None:
        """Remember which message answers which, so that an edited question edits its answer."""
        change = {"answer_message": answer_message, "sent": self._now()}
        row = {"chat_id": chat_id, "question_message": question_message, **change}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_ANSWER)
                .values(row)
                .on_conflict_do_update(index_elements=["chat_id", "question_message"], set_=change)
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
        change = {"articles": list(articles), "at": self._now()}
        row = {"chat_id": chat_id, "message": message, **change}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_SHOWN)
                .values(row)
                .on_conflict_do_update(index_elements=["chat_id", "message"], set_=change)
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
            now = self._now()
            wanted = wanted.where(_SHOWN.c.at.between(now - within.total_seconds(), now))
        with self._engine.connect() as connection:
            found = connection.execute(wanted.order_by(*_SHOWN_LAST).limit(1)).scalar()
        return tuple(found or ())

    def shown_lately(self, within: timedelta) -> list[str]:
        """Ids of the articles that were shown to anybody within so long, those shown last first."""
        since = self._now() - within.total_seconds()
        wanted = sa.select(_SHOWN.c.articles).where(_SHOWN.c.at >= since)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(*_SHOWN_LAST)).scalars().all()
        return list(dict.fromkeys(one for articles in rows for one in articles))

    def keep(self, update_id: int, chat_id: int, payload: str, received: datetime) -> bool:
        """Store an update until it is answered; False where it is known, answered or not."""
        row = _kept(Kept(update_id, chat_id, payload, received, begun=False))
        new = insert(INBOX).values(row).on_conflict_do_nothing().returning(INBOX.c.update_id)
        with self._engine.begin() as connection:
            return connection.execute(new).first() is not None

    def keep_all(self, updates: Sequence[Kept]) -> None:
        """Store updates that could not be stored when they came, all of them or none."""
        with self._engine.begin() as connection:
            connection.execute(
                insert(INBOX).on_conflict_do_nothing(), [_kept(one) for one in updates]
            )

    def begin(self, *update_ids: int) -> None:
        """Note that answers go out now, for all to see."""
        self._mark(update_ids, {"begun": True, "held_for": None})

    def hold(self, update_id: int, chat_id: int, reader: int) -> None:
        """Note that an answer goes out that one reader sees; what was held for them is settled."""
        self.settle(chat_id, reader)
        self._mark((update_id,), {"begun": True, "held_for": reader})

    def settle(self, chat_id: int, reader: int) -> None:
        """Note that a reader saw what they alone were shown in a chat, or asks on."""
        here = (INBOX.c.chat_id == chat_id) & (INBOX.c.held_for == reader)
        with self._engine.begin() as connection:
            connection.execute(INBOX.update().where(here).values(HUSK))

    def done(self, *update_ids: int) -> None:
        """Note that updates need nothing more, and drop their text."""
        self._mark(update_ids, HUSK)

    def set_aside(self, update_id: int, kind: str) -> bool:
        """Note that an update cannot be read: its number and kind, nothing of what it says.

        Returns:
            Whether that is new; False where it was set aside before.
        """
        change = {**HUSK, "poison": kind}
        row = {"update_id": update_id, "received": self._now(), "begun": False, **change}
        fresh = INBOX.c.poison.is_(None)
        new = insert(INBOX).values(row)
        new = new.on_conflict_do_update(index_elements=["update_id"], set_=change, where=fresh)
        with self._engine.begin() as connection:
            return connection.execute(new.returning(INBOX.c.update_id)).first() is not None

    def poison(self) -> int:
        """How many updates of the last day were set aside."""
        wanted = sa.select(sa.func.count()).where(INBOX.c.poison.is_not(None))
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar_one()

    def unfinished(self) -> list[Kept]:
        """Updates that are still to be answered, in the order they were sent."""
        wanted = sa.select(INBOX).where(~INBOX.c.done).order_by(INBOX.c.update_id)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted).all()
        return [read_kept(row) for row in rows]

    def forget(self, chat_id: int) -> dict[str, int]:
        """Delete everything of a chat, also from the bytes of the files and of their copies.

        Returns:
            What was deleted: how many rows of which table, as `bot.storage.erasure.forget` counts.
        """
        self._unstored.change(lambda one: None if one.chat_id == chat_id else one)
        deleted = forget(self._engine, chat_id)
        if self._file:
            forget_in_copies(self._file, chat_id)
        return deleted

    def move(self, chat_id: int, new_chat_id: int) -> None:
        """Hand all that is known of a group on to the supergroup that it has become."""
        self._unstored.change(
            lambda one: replace(one, chat_id=new_chat_id) if one.chat_id == chat_id else one
        )
        move(self._engine, chat_id, new_chat_id)

    def moves(self) -> dict[int, int]:
        """What the groups that became supergroups are called now, by their former numbers."""
        return find_moves(self._engine)

    def leave(self, chat_id: int) -> None:
        """Tell a chat nothing more unasked: nobody there wants, or is there, to hear it."""
        self.usage.gone(chat_id)
        self.subscriptions.pause_all(chat_id)
        self.outbox.drop_all(chat_id)

    def purge(self) -> None:
        """Delete questions, answers and updates that were kept long enough; thumbs stay.

        What is from the future, by a clock that was set back since, was too.

        Telegram delivers nothing that is older than a day, so that a day's updates suffice to
        know one that comes twice; of those, nothing but their numbers stays for that long.
        """
        now = self._now()
        oldest, forgotten = now - self.retention.total_seconds(), now - _DAY.total_seconds()
        received = INBOX.c.received
        self._unstored.change(lambda one: one if one.asked.timestamp() >= oldest else None)
        with self._engine.begin() as connection:
            write_alone(connection)  # who is forgotten just now is deleted in another order
            for column in (_EXCHANGE.c.asked, _ANSWER.c.sent, _SHOWN.c.at):
                outside = is_outside(column, oldest, now)
                connection.execute(sa.delete(column.table).where(outside))
            kept_long = is_outside(received, oldest, now)
            connection.execute(INBOX.update().where(kept_long).values(HUSK))
            old = is_outside(received, forgotten, now)
            connection.execute(INBOX.delete().where(INBOX.c.done, old))
        for kept in (self.access, self.usage, self.outbox, self.page_keys, self.page_logins):
            kept.purge(self.clock())
        self.broadcasts.purge(self.retention)
        self.turns.purge(self.retention)
        if self.buckets:
            self.buckets.purge()
        if self._file:
            drop_copies(self._file, self.retention)
        scrub(self._engine)

    def _mark(self, update_ids: Sequence[int], values: Mapping[str, object]) -> None:
        with self._engine.begin() as connection:
            connection.execute(
                INBOX.update().where(INBOX.c.update_id.in_(update_ids)).values(values)
            )

    def _now(self) -> float:
        return self.clock().timestamp()


def _kept(one: Kept) -> dict[str, object]:
    return {
        "update_id": one.update_id,
        "chat_id": one.chat_id,
        "payload": one.payload,
        "received": one.received.timestamp(),
        "begun": one.begun,
        "done": False,
    }


def _utc(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
