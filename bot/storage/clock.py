"""What time it is, and what is too old, or from a time that has not come.

Tested with what goes by it in `tests/bot/storage/test_clock.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

Clock = Callable[[], datetime]
"""Says what time it is, in UTC."""

SKEW = timedelta(hours=1)
"""How far ahead a stored time may be: a clock that is set right moves by seconds."""


def read_clock() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


def is_outside(
    column: sa.ColumnElement[float], oldest: float, now: float
) -> sa.ColumnElement[bool]:
    """Whether a stored time is too long ago, or ahead of a clock that was set back since.

    How old the latter are nobody knows; kept until their time comes they might stay for years.

    Args:
        column: Seconds since the epoch, as are the others.
        oldest: The first time that is not too long ago.
        now: What time it is.
    """
    return sa.or_(column < oldest, column > now + SKEW.total_seconds())
