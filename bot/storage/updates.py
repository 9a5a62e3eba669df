"""Updates in hand, and how several processes share them without doing one twice.

Whoever answers a chat claims its updates one by one: an update names its holder, and only its
holder may begin to answer it or say that it is done. Whoever claims it next, as after a loss of
the chat, shuts the former one out by that.

Tested on both databases in `tests/bot/storage/test_updates.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.storage.erasure import HUSK
from corpus.storage.database.dialects import INTEGER, insert

INBOX = sa.Table(
    "inbox",
    sa.MetaData(),
    sa.Column("update_id", INTEGER, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("payload", sa.Text),
    sa.Column("received", sa.Float),
    sa.Column("begun", sa.Boolean),
    sa.Column("done", sa.Boolean),
    sa.Column("poison", sa.Text),
    sa.Column("held_for", INTEGER),
    sa.Column("holder", INTEGER),
)
_AT_ONCE = 100
"""How many updates of a chat are claimed at a time."""
_MOST = 10_000
"""How many updates are looked at that nobody may have in hand."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An update that is still to be answered.

    Attributes:
        update_id: Telegram's number, increasing.
        chat_id: Where it came from.
        payload: The update as JSON, without names.
        received: UTC time.
        begun: Whether an answer may be out already.
        held_for: To whom alone it was shown, which does not say that it came; None where others
            see it, or none is out.
    """

    update_id: int
    chat_id: int
    payload: str
    received: datetime
    begun: bool
    held_for: int | None = None


class SharedUpdates:
    """The updates that processes share. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def keep(self, update_id: int, chat_id: int, payload: str | None, received: datetime) -> bool:
        """Store an update, or no more than its number where it has no payload.

        Returns:
            False where it is known.
        """
        row: dict[str, object] = {"update_id": update_id, "received": received.timestamp()}
        kept = {"chat_id": chat_id, "payload": payload, "done": False}
        row |= {"begun": False, **(HUSK if payload is None else kept)}
        new = insert(INBOX).values(row).on_conflict_do_nothing().returning(INBOX.c.update_id)
        with self._engine.begin() as connection:
            return connection.execute(new).first() is not None

    def claim(self, chat_id: int, holder: int, *, without: Collection[int] = ()) -> list[Kept]:
        """Take the first of a chat's updates that are not done, in the order of their numbers.

        Args:
            chat_id: The chat.
            holder: Who takes them, from whomever.
            without: Numbers that are in hand there already.
        """
        open_ = INBOX.c.chat_id == chat_id, ~INBOX.c.done, INBOX.c.update_id.not_in(without)
        first = sa.select(INBOX.c.update_id).where(*open_).order_by(INBOX.c.update_id)
        taken = (
            INBOX.update()
            .where(INBOX.c.update_id.in_(first.limit(_AT_ONCE)), ~INBOX.c.done)
            .values(holder=holder)
            .returning(INBOX)
        )
        with self._engine.begin() as connection:
            found = [read_kept(row) for row in connection.execute(taken)]
        return sorted(found, key=lambda one: one.update_id)

    def begin(self, update_id: int, holder: int) -> bool:
        """Note that an answer goes out now; False where somebody else holds the update."""
        mine = INBOX.update().where(INBOX.c.update_id == update_id, INBOX.c.holder == holder)
        begun = mine.values(begun=True).returning(INBOX.c.update_id)
        with self._engine.begin() as connection:
            return connection.execute(begun).first() is not None

    def done(self, holder: int, *update_ids: int) -> None:
        """Note that updates need nothing more, but for those that somebody else holds by now."""
        mine = INBOX.c.update_id.in_(update_ids), INBOX.c.holder == holder
        with self._engine.begin() as connection:
            connection.execute(INBOX.update().where(*mine).values(HUSK))

    def open(self) -> list[tuple[int, int]]:
        """The updates that are not done: chat and number of each, in the order of the numbers."""
        wanted = sa.select(INBOX.c.chat_id, INBOX.c.update_id).where(~INBOX.c.done)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(INBOX.c.update_id).limit(_MOST)).all()
        return [(row.chat_id, row.update_id) for row in rows if row.chat_id is not None]

    def open_of(self, chat_id: int) -> list[int]:
        """The numbers of a chat's updates that are not done."""
        wanted = sa.select(INBOX.c.update_id).where(INBOX.c.chat_id == chat_id, ~INBOX.c.done)
        with self._engine.connect() as connection:
            return list(connection.execute(wanted.limit(_MOST)).scalars())

    def known(self, after: int, before: int) -> tuple[int, int | None]:
        """How many updates with numbers between two are known, and the lowest of those."""
        between = INBOX.c.update_id > after, INBOX.c.update_id < before
        wanted = sa.select(sa.func.count(), sa.func.min(INBOX.c.update_id)).where(*between)
        with self._engine.connect() as connection:
            count, lowest = connection.execute(wanted).one()
        return count, lowest


def read_kept(row: sa.Row[Any]) -> Kept:
    """An update as it was stored."""
    received = datetime.fromtimestamp(row.received, UTC)
    return Kept(row.update_id, row.chat_id, row.payload, received, row.begun, row.held_for)
