"""What the database of chats holds, as it tells whoever asks it directly."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from tests.support.databases import look_into, rows


def tables(path: Path) -> list[sa.Table]:
    """Every table with its columns, as the database itself tells."""
    known = sa.MetaData()
    with look_into(path) as connection:
        known.reflect(connection)
    return known.sorted_tables


def chats_in(path: Path, table: str) -> set[int]:
    return {chat for (chat,) in rows(path, f"SELECT chat_id FROM {table}")}  # noqa: S608
