"""A disk without room: SQLite still reads, and refuses whatever writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def full_disk(engine: sa.Engine) -> Iterator[None]:
    """Let a database refuse to write, as SQLite does where the disk is full."""

    def refuse(_: object, __: object, statement: str, *___: object) -> None:
        if not statement.lstrip().upper().startswith("SELECT"):
            full = sqlite3.OperationalError("database or disk is full")
            raise sa.exc.OperationalError(statement, {}, full)

    sa.event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        sa.event.remove(engine, "before_cursor_execute", refuse)
