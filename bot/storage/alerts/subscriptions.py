"""Alerts and digests as chats asked for them; what was sent is in `bot.storage.alerts.outbox`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.storage.alerts.hours import Quiet, Schedule
from bot.storage.clock import read_clock
from corpus.storage.database.dialects import INTEGER, write_alone
from retrieval.alerts.alert import Alert, Level

SUBSCRIPTION = sa.Table(
    "subscription",
    sa.MetaData(),
    sa.Column("id", INTEGER, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("thread", INTEGER),
    sa.Column("language", sa.Text),
    sa.Column("kind", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("topic", sa.Text),
    sa.Column("publisher", sa.Text),
    sa.Column("speaker", sa.Text),
    sa.Column("level", sa.Text),
    sa.Column("raised", sa.Float),
    sa.Column("quiet_start", INTEGER),
    sa.Column("quiet_end", INTEGER),
    sa.Column("at", INTEGER),
    sa.Column("weekday", INTEGER),
    sa.Column("topics", sa.JSON),
    sa.Column("last", INTEGER),
    sa.Column("paused", sa.Boolean),
    sa.Column("since", sa.Float),
    sa.Column("after", INTEGER),
    sqlite_autoincrement=True,
)
# Those that are told something: not paused, and of no chat that was shut out.
ACTIVE = sa.and_(
    SUBSCRIPTION.c.paused.is_(sa.false()),
    sa.text(
        "subscription.chat_id NOT IN (SELECT chat_id FROM access"
        " WHERE standing IN ('blocked', 'declined', 'waiting'))"
    ),
)


class Kind(StrEnum):
    """What is asked for."""

    ALERT = "alert"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was asked for, and is to be told.

    Attributes:
        chat_id: The chat; 0 for the terminal.
        thread: The topic within it.
        language: What the reader's Telegram speaks; empty for unknown.
    """

    chat_id: int
    thread: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An alert, or a digest.

    Attributes:
        id: Never given twice.
        place: Where it is told.
        kind: Which of both it is.
        text: As it was typed.
        alert: What an alert looks for; of a digest nothing but its number.
        quiet: When an alert is silent; None for never.
        schedule: When a digest comes; None for an alert.
        topics: To which a digest keeps; empty for all news.
        last: The day of the last digest that was told or passed over.
        paused: Whether nothing is told.
        since: Since when it is there, UTC, in whole seconds: what came before is no news.
        after: The archive's revision then: passages with a lower key are older.
    """

    id: int
    place: Place
    kind: Kind
    text: str
    alert: Alert
    quiet: Quiet | None
    schedule: Schedule | None
    topics: tuple[str, ...]
    last: date
    paused: bool
    since: datetime
    after: int


class Subscriptions:
    """All alerts and digests; reached as `bot.storage.chats.ChatStore.subscriptions`.

    Every method is one short transaction. What is changed is named together with its chat, so
    that nobody changes another's.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, chat_id: int, kind: Kind) -> list[Subscription]:
        """Those of a chat, oldest first."""
        mine = (SUBSCRIPTION.c.chat_id == chat_id) & (SUBSCRIPTION.c.kind == kind)
        return self._read(mine)

    def find(self, subscription: int, chat_id: int) -> Subscription | None:
        """Look one up; None where it is gone or another chat's."""
        return next(iter(self._read(_one(subscription, chat_id))), None)

    def active(self, kind: Kind) -> list[Subscription]:
        """All of a kind that are told something, in the order of their numbers."""
        return self._read(ACTIVE & (SUBSCRIPTION.c.kind == kind))

    def add_alert(  # noqa: PLR0913 - one parameter a thing that is kept
        self,
        place: Place,
        text: str,
        alert: Alert,
        *,
        quiet: Quiet | None = None,
        after: int = 0,
        most: int = 20,
    ) -> Subscription | None:
        """Keep an alert; None where the chat has as many as it may have.

        Args:
            place: Where it is told.
            text: As it was typed.
            alert: What it looks for; it gets another number.
            quiet: When it is silent.
            after: The archive's revision: what is there already is no news.
            most: How many a chat may have.
        """
        row = _row(place, Kind.ALERT, text) | {
            "topic": alert.topic,
            "publisher": alert.publisher,
            "speaker": alert.speaker,
            "level": alert.level.value,
            "after": after,
            **_silence(quiet),
        }
        mine = (SUBSCRIPTION.c.chat_id == place.chat_id) & (SUBSCRIPTION.c.kind == Kind.ALERT)
        count = sa.select(sa.func.count()).select_from(SUBSCRIPTION).where(mine)
        with self._engine.begin() as connection:
            write_alone(connection)
            if connection.execute(count).scalar_one() >= most:
                return None
            added = SUBSCRIPTION.insert().values(row).returning(SUBSCRIPTION.c.id)
            number = int(connection.execute(added).scalar_one())
        return self.find(number, place.chat_id)

    def set_digest(
        self, place: Place, text: str, schedule: Schedule, *, topics: Sequence[str], last: date
    ) -> Subscription:
        """Keep a chat's one digest, in place of an earlier one; what that told, it told.

        Args:
            place: Where it is told.
            text: As it was typed.
            schedule: When it comes.
            topics: To which it keeps; empty for all news.
            last: The day whose digest would have come already.
        """
        values = {
            **_row(place, Kind.DIGEST, text),
            "at": schedule.at,
            "weekday": schedule.weekday,
            "topics": list(topics),
            "last": last.toordinal(),
        }
        mine = (SUBSCRIPTION.c.chat_id == place.chat_id) & (SUBSCRIPTION.c.kind == Kind.DIGEST)
        with self._engine.begin() as connection:
            write_alone(connection)
            changed = connection.execute(SUBSCRIPTION.update().where(mine).values(values))
            if not changed.rowcount:
                connection.execute(SUBSCRIPTION.insert().values(values))
        (kept,) = self.of(place.chat_id, Kind.DIGEST)
        return kept

    def set_level(self, subscription: int, chat_id: int, level: Level) -> bool:
        """Make an alert surer or less sure; what thumbs have added is gone then."""
        return self._change(subscription, chat_id, level=level.value, raised=0.0)

    def set_raised(self, subscription: int, chat_id: int, raised: float) -> bool:
        """Set what thumbs have added to what an alert asks of an article."""
        return self._change(subscription, chat_id, raised=raised)

    def pause(self, subscription: int, chat_id: int) -> bool:
        """Let nothing be told."""
        return self._change(subscription, chat_id, paused=True)

    def resume(self, subscription: int, chat_id: int, *, after: int) -> bool:
        """Let it be told again, but for what came meanwhile: up to a revision of the archive."""
        return self._change(subscription, chat_id, paused=False, since=_now(), after=after)

    def pause_all(self, chat_id: int) -> None:
        """Let nothing be told where nobody wants to hear from us any more."""
        mine = SUBSCRIPTION.c.chat_id == chat_id
        with self._engine.begin() as connection:
            connection.execute(SUBSCRIPTION.update().where(mine).values(paused=True))

    def be_quiet(self, chat_id: int, quiet: Quiet | None) -> None:
        """Set the hours in which a chat's alerts are silent."""
        mine = SUBSCRIPTION.c.chat_id == chat_id
        with self._engine.begin() as connection:
            connection.execute(SUBSCRIPTION.update().where(mine).values(_silence(quiet)))

    def remove(self, subscription: int, chat_id: int) -> bool:
        """Delete one, with what waits to be told of it; False where there is none."""
        with self._engine.begin() as connection:
            gone = SUBSCRIPTION.delete().where(_one(subscription, chat_id))
            if not connection.execute(gone).rowcount:
                return False
            told = sa.text("DELETE FROM sent WHERE subscription = :one")
            connection.execute(told.bindparams(one=subscription))
        return True

    def count(self) -> dict[Kind, tuple[int, int]]:
        """How many there are of each kind that are not paused, and in how many chats."""
        number, chats = sa.func.count(), sa.func.count(sa.distinct(SUBSCRIPTION.c.chat_id))
        query = sa.select(SUBSCRIPTION.c.kind, number, chats).where(ACTIVE)
        with self._engine.connect() as connection:
            rows = connection.execute(query.group_by(SUBSCRIPTION.c.kind)).all()
        found = {Kind(kind): (count, places) for kind, count, places in rows}
        return {kind: found.get(kind, (0, 0)) for kind in Kind}

    def _read(self, where: sa.ColumnElement[bool]) -> list[Subscription]:
        query = SUBSCRIPTION.select().where(where).order_by(SUBSCRIPTION.c.id)
        with self._engine.connect() as connection:
            return [read_row(row) for row in connection.execute(query)]

    def _change(self, subscription: int, chat_id: int, **values: object) -> bool:
        change = SUBSCRIPTION.update().where(_one(subscription, chat_id)).values(values)
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1


def read_row(row: sa.Row[tuple[object, ...]]) -> Subscription:
    """Read a row that holds all columns of `SUBSCRIPTION`, perhaps among others."""
    one = row._mapping
    quiet = None if one["quiet_start"] is None else Quiet(one["quiet_start"], one["quiet_end"])
    alert = Alert(
        id=one["id"],
        topic=one["topic"],
        publisher=one["publisher"],
        speaker=one["speaker"],
        level=Level(one["level"]),
        raised=one["raised"],
    )
    return Subscription(
        id=one["id"],
        place=Place(one["chat_id"], one["thread"], one["language"]),
        kind=Kind(one["kind"]),
        text=one["text"],
        alert=alert,
        quiet=quiet,
        schedule=None if one["at"] is None else Schedule(one["at"], one["weekday"]),
        topics=tuple(one["topics"]),
        last=date.fromordinal(one["last"]),
        paused=bool(one["paused"]),
        since=datetime.fromtimestamp(int(one["since"]), UTC),
        after=one["after"],
    )


def _row(place: Place, kind: Kind, text: str) -> dict[str, object]:
    """What every row has."""
    nothing = {"topic": "", "publisher": "", "speaker": "", "topics": [], "raised": 0.0}
    return {
        "chat_id": place.chat_id,
        "thread": place.thread,
        "language": place.language,
        "kind": kind,
        "text": text,
        "level": Level.FEWER.value,
        "paused": False,
        "since": _now(),
        "after": 0,
        "last": 1,
        **nothing,
    }


def _silence(quiet: Quiet | None) -> dict[str, int | None]:
    now = (quiet.start, quiet.end) if quiet else (None, None)
    return dict(zip(("quiet_start", "quiet_end"), now, strict=True))


def _one(subscription: int, chat_id: int) -> sa.ColumnElement[bool]:
    return (SUBSCRIPTION.c.id == subscription) & (SUBSCRIPTION.c.chat_id == chat_id)


def _now() -> float:
    return read_clock().timestamp()
