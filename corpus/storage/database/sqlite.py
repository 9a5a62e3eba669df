"""SQLite files: how they are opened, and what is wrong with them.

Tested in `tests/corpus/storage/database/test_opening.py`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_BUSY_TIMEOUT_S = 30
_RETRY_S = 0.02


def make_private(path: Path) -> None:
    """Make a file that only its owner may read, unless it is there; SQLite's logs follow it."""
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)


def connect(path: Path) -> sa.Engine:
    """Return an engine whose connections use the write-ahead log and overwrite what is deleted."""
    # Errors are logged: what a reader asked must not stand in them.
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_TIMEOUT_S}, hide_parameters=True
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        use_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what readers have deleted is gone

    return engine


def use_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, which SQLite refuses at once where another process does so."""
    deadline = time.monotonic() + _BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_RETRY_S)
        else:
            return


@contextmanager
def alone_in_schema(connection: sa.Connection) -> Iterator[None]:
    """Change the schema as the only writer; enforce no foreign keys meanwhile.

    A table that is made anew would take along what refers to it.
    """
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.rollback()  # it takes effect outside of a transaction only
    try:
        with connection.begin():
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
    finally:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def keep_copy(path: Path, revision: str) -> None:
    """Keep a copy of a database beside it, named after its revision."""
    kept = path.with_name(f"{path.name}.before-{revision}")
    make_private(kept)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(kept)) as copy:
        old.backup(copy)


def find_damage(path: Path) -> str:
    """Say what is wrong with a database file; empty where nothing is, or there is none.

    It is only read, whoever writes meanwhile.

    Raises:
        OSError: It cannot be looked at.
    """
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    if found != "ok":
        return " ".join(found.split())
    return f"rows of {orphan[0]} belong to nothing" if orphan else ""
