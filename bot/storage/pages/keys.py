"""The keys that sign links to pages which are not everybody's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.storage.clock import SKEW
from corpus.storage.database.dialects import INTEGER, write_alone

SIGNS = timedelta(days=30)
"""For how long a key signs new links, before another is made."""
HOLDS = timedelta(days=2)
"""For how much longer what it signed is believed; longer than any link holds."""
_BYTES = 32
_KEY = sa.Table(
    "page_key",
    sa.MetaData(),
    sa.Column("number", INTEGER, primary_key=True),
    sa.Column("secret", sa.Text),
    sa.Column("made", sa.Float),
)


@dataclass(frozen=True, slots=True)
class PageKey:
    """One key.

    Attributes:
        number: By which what it signs names it; no number comes twice.
        secret: 32 random bytes.
    """

    number: int
    secret: bytes = field(repr=False)


class PageKeys:
    """The keys of one database, the same for every process over it.

    Every method is one short transaction.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def current(self, now: datetime) -> PageKey:
        """The key that signs now; made where there is none, or none that is young enough."""
        with self._engine.connect() as connection:
            if found := _youngest(connection, now):
                return found
        with self._engine.begin() as connection:
            write_alone(connection)
            return _youngest(connection, now) or _make(connection, now)

    def find(self, number: int, now: datetime) -> PageKey | None:
        """The key with a number; None where nothing that it signed is believed any more."""
        oldest = (now - SIGNS - HOLDS).timestamp()
        wanted = sa.select(_KEY).where(_KEY.c.number == number)
        believed = wanted.where(_KEY.c.made.between(oldest, _ahead(now)))
        with self._engine.connect() as connection:
            row = connection.execute(believed).first()
        return _read(row) if row else None

    def replace(self, now: datetime) -> PageKey:
        """Make a new key and forget all others: no link that is out there opens anything more."""
        with self._engine.begin() as connection:
            write_alone(connection)
            connection.execute(_KEY.delete())
            return _make(connection, now)

    def purge(self, now: datetime) -> None:
        """Forget the keys of which nothing is believed any more."""
        oldest = (now - SIGNS - HOLDS).timestamp()
        with self._engine.begin() as connection:
            connection.execute(_KEY.delete().where(~_KEY.c.made.between(oldest, _ahead(now))))


def _youngest(connection: sa.Connection, now: datetime) -> PageKey | None:
    """The newest key that signs."""
    oldest = (now - SIGNS).timestamp()
    wanted = sa.select(_KEY).where(_KEY.c.made.between(oldest, _ahead(now)))
    row = connection.execute(wanted.order_by(_KEY.c.number.desc()).limit(1)).first()
    return _read(row) if row else None


def _make(connection: sa.Connection, now: datetime) -> PageKey:
    secret = secrets.token_bytes(_BYTES)
    row = _KEY.insert().values(secret=secret.hex(), made=now.timestamp())
    return PageKey(connection.execute(row.returning(_KEY.c.number)).scalar_one(), secret)


def _read(row: sa.Row[tuple[int, str, float]]) -> PageKey:
    return PageKey(row.number, bytes.fromhex(row.secret))


def _ahead(now: datetime) -> float:
    """How far in the future a key may have been made by another machine's clock."""
    return (now + SKEW).timestamp()
