"""Taking what lay on a shelf out of the bytes of the archive's files, and out of their copies.

Tested with the chat that is forgotten in `tests/bot/dialogue/test_hand_ins.py`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

_COPIES = "before-*"


def scrub(engine: sa.Engine, shelves: Collection[str]) -> None:
    """Empty the write-ahead log, where what was deleted still stands, and clear the copies.

    What is deleted from the file itself is overwritten at once (see `open_database`). A log that
    somebody still reads is emptied as far as that goes, and wholly by the next one.
    """
    if engine.dialect.name != "sqlite":
        return  # when its bytes go, PostgreSQL says: see docs/privacy.md
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = Path(str(engine.url.database))
    for copy in path.parent.glob(f"{path.name}.{_COPIES}"):
        _clear(copy, shelves)


def _clear(copy: Path, shelves: Collection[str]) -> None:
    """Delete what lay on some shelves when a copy was made; one that is damaged goes as a whole."""
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(article)")]
            if "shelf" not in columns:
                return
            database.execute("PRAGMA secure_delete = ON")
            database.execute("PRAGMA foreign_keys = ON")
            for shelf in shelves:
                database.execute("DELETE FROM article WHERE shelf = ?", (shelf,))
                database.execute("DELETE FROM shelf WHERE name = ?", (shelf,))
    except sqlite3.DatabaseError:
        copy.unlink(missing_ok=True)
