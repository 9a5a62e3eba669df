"""Times as the tables keep them: text that sorts as they do.

Tested with what keeps them in `tests/corpus/storage/test_sources.py`.
"""

from __future__ import annotations

from datetime import UTC, datetime


def write_time(time: datetime | None) -> str | None:
    """Write a time, to the second; None for none."""
    return time.astimezone(UTC).isoformat(timespec="seconds") if time else None


def read_time(text: str | None) -> datetime | None:
    """Read one again."""
    return datetime.fromisoformat(text) if text else None


def read_now() -> datetime:
    """What time it is, in UTC."""
    return datetime.now(UTC)
