"""What the database of chats holds, as SQLite itself tells."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def tables(path: Path) -> dict[str, dict[str, str]]:
    """Every table with the types of its columns, as the database itself tells."""
    with closing(sqlite3.connect(path)) as database:
        names = database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        return {
            name: {row[1]: row[2] for row in database.execute(f"PRAGMA table_info({name})")}
            for (name,) in names
        }


def chats_in(path: Path, table: str) -> set[int]:
    with closing(sqlite3.connect(path)) as database:
        return {chat for (chat,) in database.execute(f"SELECT chat_id FROM {table}")}  # noqa: S608


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()
