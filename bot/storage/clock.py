"""What time it is.

Tested with what goes by it in `tests/bot/storage/test_chats.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Says what time it is, in UTC."""


def read_clock() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)
