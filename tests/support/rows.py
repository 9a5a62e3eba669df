"""Rows in every table of Byline's databases, of whatever kind its columns are."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.storage.moving.migrate import FOLLOWED, find_files
from corpus.storage.database.opening import open_database

TEXTS = ("plain", "", "tab\tand\nlines\r\n", "back\\slash \\N \\.", "‮🦉 é", "'quoted' \"\"")
_FAR = 2**40


def fill(home: Path, count: int = 5, texts: Sequence[str] = TEXTS) -> None:
    """Put rows into every table of a home folder's files."""
    for name, file in find_files(home).items():
        engine = open_database(file, migrations=FOLLOWED[name])  # type: ignore[arg-type]
        metadata = sa.MetaData()
        with engine.begin() as connection:
            metadata.reflect(connection)
            for table in metadata.sorted_tables:
                if table.name != "alembic_version":
                    for number in range(count if table.primary_key.columns else 1):
                        row = _make_row(table, number, texts)
                        connection.execute(sa.insert(table).prefix_with("OR REPLACE"), row)
        engine.dispose()


def read_all(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of a file, what counts its keys too."""
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608
            for (name,) in names
        }


def _make_row(table: sa.Table, number: int, texts: Sequence[str]) -> dict[str, Any]:
    referring = {one.parent.name for one in table.foreign_keys}
    row = {}
    for column in table.columns:
        owner = next(iter(column.foreign_keys)).column if column.name in referring else column
        row[column.name] = _make_value(owner, number, texts)
    return row


def _make_value(column: sa.Column[Any], number: int, texts: Sequence[str]) -> Any:
    if column.nullable and number == 1:
        return None
    match column.type:
        case sa.Boolean():
            return bool(number % 2)
        case sa.Integer():
            return (_FAR if number % 2 else -_FAR if column.primary_key else 1) + number
        case sa.Float():
            return 1795678802.609086 / (number + 1)
        case sa.LargeBinary():
            return bytes(range(256)) * number
        case sa.JSON():
            return [{"of": texts[number % len(texts)], "n": [None, 1.5, True]}, "\0 🦉"]
        case _:
            return f"{texts[number % len(texts)]}{number if column.primary_key else ''}"
