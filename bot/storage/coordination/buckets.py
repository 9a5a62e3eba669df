"""How fast things may be done, counted in PostgreSQL for all replicas together.

A bucket fills with everything that is done and leaks at a steady pace; what does not fit has to
wait. Kept is nothing but the time until which it is full, by the clock of the database (GCRA), in
a table that is not logged: who loses it begins with empty buckets.

Tested in `tests/telegram/sending/test_pacing.py` and `tests/telegram/test_quota.py`.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import sqlalchemy as sa

_ALL = 0
"""No chat has this number: it stands for all of them."""
_DUE_S = 0.001
"""A wait that is shorter is none."""
_NOW = "CAST(extract(epoch FROM clock_timestamp()) AS float8)"
_TAKE = sa.text(f"""
    WITH own AS (
        INSERT INTO bucket AS b (kind, chat_id, full_until, held_until)
        VALUES (:kind, :chat, {_NOW} + :chat_step, 0)
        ON CONFLICT (kind, chat_id)
            DO UPDATE SET full_until = greatest(b.full_until, {_NOW}) + :chat_step
        RETURNING greatest(full_until - :chat_span, held_until) - {_NOW} AS wait,
            held_until - {_NOW} AS held
    ), overall AS (
        INSERT INTO bucket AS b (kind, chat_id, full_until, held_until)
        SELECT :kind, :all, {_NOW} + :step, 0 FROM own WHERE wait < :due
        ON CONFLICT (kind, chat_id)
            DO UPDATE SET full_until = greatest(b.full_until, {_NOW}) + :step
        RETURNING full_until - :span - {_NOW} AS wait
    )
    SELECT own.wait AS own, own.held, overall.wait AS overall FROM own LEFT JOIN overall ON true
""")  # noqa: S608 - what is put in is ours
_HOLD = sa.text(f"""
    INSERT INTO bucket AS b (kind, chat_id, full_until, held_until)
    VALUES (:kind, :chat, 0, {_NOW} + :seconds)
    ON CONFLICT (kind, chat_id)
        DO UPDATE SET held_until = greatest(b.held_until, {_NOW} + :seconds)
""")  # noqa: S608 - as above
_SPEND = sa.text(f"""
    INSERT INTO bucket AS b (kind, chat_id, full_until, held_until)
    VALUES (:kind, :chat, {_NOW} + :step, 0)
    ON CONFLICT (kind, chat_id) DO UPDATE SET full_until = greatest(b.full_until, {_NOW}) + :step
""")  # noqa: S608 - as above
_LEFT = sa.text(f"""
    SELECT full_until - {_NOW} FROM bucket WHERE kind = :kind AND chat_id = :chat
""")  # noqa: S608 - as above
_PURGE = sa.text(f"""
    DELETE FROM bucket WHERE full_until < {_NOW} AND held_until < {_NOW}
""")  # noqa: S608 - as above

Rate = tuple[float, float]
"""How many at once, and in how many seconds as many are let through."""


class Kind(IntEnum):
    """What is counted; the numbers are stored."""

    SENT = 0
    ASKED = 1
    HANDED_IN = 2
    KNOCKED = 3
    KNOCKED_EACH = 4
    PUT_OFF = 5


@dataclass(frozen=True, slots=True)
class Slot:
    """When a message may go out.

    Attributes:
        own_s: Seconds until its chat may be written to, for which it has its turn by now.
        held_s: For how many of them Telegram asked to leave the chat alone.
        overall_s: Seconds until it may go out; None where it has no turn among all messages yet,
            as its chat has to wait.
    """

    own_s: float
    held_s: float
    overall_s: float | None


class Buckets:
    """The buckets of all replicas; every method is one round trip, and safe in any thread."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: sa.Connection | None = None
        self._speaking = threading.Lock()

    def take(self, chat_id: int, chat: Rate, overall: Rate, *, again: bool = False) -> Slot:
        """Take a message's turn: its chat's and, where that comes at once, that of all messages.

        Args:
            chat_id: The chat.
            chat: What it may be sent.
            overall: What all may.
            again: Whether the message has had its chat's turn.
        """
        (burst, period_s), (most, span_s) = chat, overall
        values = {
            "chat_step": 0 if again else period_s / burst,
            "chat_span": float("inf") if again else period_s,
            "step": span_s / most,
            "span": span_s,
            "due": _DUE_S,
            "all": _ALL,
        }
        (row,) = self._tell(_TAKE, Kind.SENT, chat_id, values)
        overall_s = None if row.overall is None else max(0.0, row.overall)
        return Slot(max(0.0, row.own), max(0.0, row.held), overall_s)

    def hold(self, chat_id: int, seconds: float) -> None:
        """Let nothing go out to a chat for some time."""
        self._tell(_HOLD, Kind.SENT, chat_id, {"seconds": seconds})

    def wait_s(self, kind: Kind, key: int, rate: Rate) -> float:
        """Seconds until something may be done once more, 0 where it may now."""
        burst, period_s = rate
        return max(0.0, self._full_s(kind, key) + period_s / burst - period_s)

    def room(self, kind: Kind, key: int, rate: Rate) -> int:
        """How many times something may be done now; less than none where it was done more often."""
        burst, period_s = rate
        return math.floor((period_s - self._full_s(kind, key)) / period_s * burst + _DUE_S)

    def spend(self, kind: Kind, key: int, rate: Rate, count: int = 1) -> None:
        """Note that it was done, whether it might or not."""
        burst, period_s = rate
        self._tell(_SPEND, kind, key, {"step": count * period_s / burst})

    def purge(self) -> None:
        """Delete the buckets that are empty."""
        self._tell(_PURGE, Kind.SENT, _ALL, {})

    def close(self) -> None:
        """Let the connection go."""
        with self._speaking:
            self._let_go()

    def _full_s(self, kind: Kind, key: int) -> float:
        """For how many seconds a bucket will still hold something."""
        found = self._tell(_LEFT, kind, key, {})
        return max(0.0, found[0][0]) if found else 0.0

    def _tell(
        self, statement: sa.TextClause, kind: Kind, key: int, values: Mapping[str, object]
    ) -> list[sa.Row[Any]]:
        """Run a statement; on a new connection where the one at hand is gone.

        Raises:
            SQLAlchemyError: The database does not answer.
        """
        named = {"kind": int(kind), "chat": key, **values}
        with self._speaking:
            try:
                return self._ask(statement, named)
            except sa.exc.OperationalError:
                if self._let_go():
                    return self._ask(statement, named)
                raise
            except BaseException:
                self._let_go()
                raise

    def _ask(self, statement: sa.TextClause, values: dict[str, object]) -> list[sa.Row[Any]]:
        if self._connection is None:
            # A connection of its own: the pool would ask whether it lives before each use.
            self._connection = self._engine.connect()
        result = self._connection.execute(statement, values)
        return list(result) if result.returns_rows else []

    def _let_go(self) -> bool:
        """Close the connection; whether there was one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
        return connection is not None
