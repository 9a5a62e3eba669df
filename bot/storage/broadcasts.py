"""Messages to all readers, kept so that a restart goes on where it stopped and sends none twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from bot.storage.clock import is_outside
from corpus.storage.database.dialects import INTEGER

_METADATA = sa.MetaData()
_BROADCAST = sa.Table(
    "broadcast",
    _METADATA,
    sa.Column("id", INTEGER, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("message", INTEGER),
    sa.Column("text", sa.Text),
    sa.Column("stage", sa.Text),
    sa.Column("at", sa.Float),
)
_DELIVERY = sa.Table(
    "delivery",
    _METADATA,
    sa.Column("broadcast", INTEGER, primary_key=True),
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("stage", sa.Text),
)
# Private chats that asked something, and that nobody shut out.
_READERS = sa.text(
    "SELECT chat_id FROM reader WHERE chat_id > 0 AND chat_id NOT IN "
    "(SELECT chat_id FROM access WHERE standing IN ('blocked', 'declined', 'waiting'))"
)


class Stage(StrEnum):
    """How far a broadcast has come."""

    DRAFT = "draft"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


class Sent(StrEnum):
    """What became of one delivery."""

    WAITING = "waiting"
    BEGUN = "begun"
    ARRIVED = "arrived"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to all readers.

    Attributes:
        id: Counts up.
        chat_id: The admin's.
        message: That which tells the admin how it goes; None before it was sent.
        text: What readers get.
        stage: How far it has come.
    """

    id: int
    chat_id: int
    message: int | None
    text: str
    stage: Stage


class Broadcasts:
    """All that are kept. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def readers(self) -> int:
        """How many chats would get one now."""
        with self._engine.connect() as connection:
            return len(connection.execute(_READERS).all())

    def draft(self, chat_id: int, text: str) -> int:
        """Keep one that is to be confirmed; returns its id."""
        row = {"chat_id": chat_id, "text": text, "stage": Stage.DRAFT, "at": _now()}
        with self._engine.begin() as connection:
            added = _BROADCAST.insert().values(row).returning(_BROADCAST.c.id)
            return int(connection.execute(added).scalar_one())

    def find(self, broadcast_id: int, chat_id: int) -> Broadcast | None:
        """Look one up; None where it is unknown or another admin's."""
        wanted = _BROADCAST.select().where(
            _BROADCAST.c.id == broadcast_id, _BROADCAST.c.chat_id == chat_id
        )
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return _broadcast(row) if row else None

    def sending(self) -> list[Broadcast]:
        """Those under way, oldest first."""
        wanted = _BROADCAST.select().where(_BROADCAST.c.stage == Stage.SENDING)
        with self._engine.connect() as connection:
            return [_broadcast(row) for row in connection.execute(wanted.order_by("id"))]

    def start(self, broadcast_id: int, message: int | None) -> bool:
        """Address a draft to whoever is a reader now; False where it is a draft no more."""
        one = sa.and_(_BROADCAST.c.id == broadcast_id, _BROADCAST.c.stage == Stage.DRAFT)
        change = {"stage": Stage.SENDING, "message": message, "at": _now()}
        with self._engine.begin() as connection:
            if not connection.execute(_BROADCAST.update().where(one).values(change)).rowcount:
                return False
            rows = [
                {"broadcast": broadcast_id, "chat_id": chat_id, "stage": Sent.WAITING}
                for (chat_id,) in connection.execute(_READERS)
            ]
            if rows:
                connection.execute(_DELIVERY.insert(), rows)
        return True

    def end(self, broadcast_id: int, stage: Stage) -> bool:
        """Note that it is done or stopped; False where it was not under way or a draft."""
        open_ = _BROADCAST.c.stage.in_([Stage.DRAFT, Stage.SENDING])
        one = sa.and_(_BROADCAST.c.id == broadcast_id, open_)
        with self._engine.begin() as connection:
            change = _BROADCAST.update().where(one).values(stage=stage, at=_now())
            return connection.execute(change).rowcount == 1

    def claim(self, broadcast_id: int) -> int | None:
        """Take the next reader, who is never taken again; None where all are or it has ended."""
        under_way = sa.exists().where(
            _BROADCAST.c.id == broadcast_id, _BROADCAST.c.stage == Stage.SENDING
        )
        waiting = sa.and_(_DELIVERY.c.broadcast == broadcast_id, _DELIVERY.c.stage == Sent.WAITING)
        # What another process is about to take is passed over, not waited for.
        free = sa.select(_DELIVERY.c.chat_id).where(waiting, under_way)
        first = free.order_by(_DELIVERY.c.chat_id).limit(1).with_for_update(skip_locked=True)
        taken = (
            _DELIVERY.update()
            .where(waiting, _DELIVERY.c.chat_id == first.scalar_subquery())
            .values(stage=Sent.BEGUN)
            .returning(_DELIVERY.c.chat_id)
        )
        with self._engine.begin() as connection:
            return connection.execute(taken).scalar()

    def delivered(self, broadcast_id: int, chat_id: int, outcome: Sent) -> None:
        """Note what became of a delivery."""
        one = sa.and_(_DELIVERY.c.broadcast == broadcast_id, _DELIVERY.c.chat_id == chat_id)
        with self._engine.begin() as connection:
            connection.execute(_DELIVERY.update().where(one).values(stage=outcome))

    def counts(self, broadcast_id: int) -> Counter[Sent]:
        """How many deliveries have come how far."""
        wanted = (
            sa.select(_DELIVERY.c.stage, sa.func.count())
            .where(_DELIVERY.c.broadcast == broadcast_id)
            .group_by(_DELIVERY.c.stage)
        )
        with self._engine.connect() as connection:
            return Counter({Sent(stage): count for stage, count in connection.execute(wanted)})

    def purge(self, older_than: timedelta) -> None:
        """Delete those that ended, or were never confirmed, longer ago or in the future."""
        now = _now()
        outside = is_outside(_BROADCAST.c.at, now - older_than.total_seconds(), now)
        old = sa.and_(outside, _BROADCAST.c.stage != Stage.SENDING)
        with self._engine.begin() as connection:
            kept = sa.select(_BROADCAST.c.id).where(~old)
            connection.execute(_DELIVERY.delete().where(_DELIVERY.c.broadcast.not_in(kept)))
            connection.execute(_BROADCAST.delete().where(old))


def _broadcast(row: sa.Row[tuple[object, ...]]) -> Broadcast:
    one = row._mapping
    return Broadcast(one["id"], one["chat_id"], one["message"], one["text"], Stage(one["stage"]))


def _now() -> float:
    return datetime.now(UTC).timestamp()
