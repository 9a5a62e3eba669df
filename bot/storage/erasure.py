"""Deleting what is known of a chat: from every table, from the files' bytes, from their copies.

The tables are looked up in the database itself, so that one which is added later is emptied too.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import sqlalchemy as sa

from bot.storage.clock import SKEW
from bot.storage.staging import sweep
from corpus.storage.database.dialects import write_alone

STAYS: Mapping[str, str] = MappingProxyType(
    {
        "access": "who was blocked stays blocked, and who was let in need not ask again",
        "spent": "a reader's limit for today holds; the count is deleted tomorrow",
        "bucket": "how fast one may ask holds; the row goes when that is no limit any more",
    }
)
"""Tables whose rows stay when a chat is forgotten, without a word of it, and why."""
HUSK: Mapping[str, object] = MappingProxyType(
    {"chat_id": None, "payload": "", "done": True, "held_for": None}
)
"""What stays of an update that needs no answer any more: its number, to know it when it comes
again."""
_CHANGED: Mapping[str, Mapping[str, object]] = {
    "inbox": {**HUSK, "poison": None},
    "access": {"questions": [], "language": ""},
}
_NAMED: Mapping[str, str] = MappingProxyType({"channel": "added_by"})
"""Columns of others' rows in which a chat may be named: they are emptied."""
_WAITING = "waiting"
_BESIDE = ("-wal", "-shm", "-journal")


def forget(engine: sa.Engine, chat_id: int) -> dict[str, int]:
    """Delete all rows of a chat, but those that `STAYS` names, also from the bytes of the file.

    Returns:
        How many rows were deleted, by table; those that held none are left out. Updates in hand
        lose their text and their chat, and are not counted.
    """
    with engine.begin() as connection:
        write_alone(connection)  # what comes from this chat meanwhile comes after it
        deleted = {t.name: _emptied(connection, t, chat_id) for t in _of_chats(connection)}
        for table in _of_chats(connection):
            if (column := _NAMED.get(table.name)) is not None:
                named = table.c[column] == chat_id
                connection.execute(table.update().where(named).values({column: None}))
    scrub(engine)
    return {name: count for name, count in deleted.items() if count}


def forget_in_copies(path: Path, chat_id: int) -> None:
    """Delete all rows of a chat from the copies that stand beside a database.

    Upgrades and restores leave them. One that is too damaged to be searched is deleted, and so is
    what a killed backup or restore left.
    """
    sweep(path.parent)
    for copy in list(_copies(path)):
        since = copy.stat().st_mtime
        engine = sa.create_engine(f"sqlite:///{copy}")
        try:
            forget(engine, chat_id)
            os.utime(copy, (since, since))  # it grows no younger: `drop_copies` goes by its age
        except sa.exc.DatabaseError:
            _drop(copy)
        finally:
            engine.dispose()


def drop_copies(path: Path, older_than: timedelta) -> None:
    """Delete old copies beside a database, those from the future, and what was left behind."""
    sweep(path.parent)
    now = time.time()
    oldest, newest = now - older_than.total_seconds(), now + SKEW.total_seconds()
    for copy in list(_copies(path)):
        if not oldest <= copy.stat().st_mtime <= newest:
            _drop(copy)


def scrub(engine: sa.Engine) -> None:
    """Take what was deleted out of the bytes of a database's files."""
    if engine.dialect.name != "sqlite":
        return  # when its bytes go, PostgreSQL says: see docs/privacy.md
    # SQLite leaves deleted text in free pages and in the write-ahead log: rebuild the file
    # from what is left, in memory, then empty the log.
    autocommit = engine.execution_options(isolation_level="AUTOCOMMIT")
    with autocommit.connect() as connection:
        for statement in (
            "PRAGMA temp_store = MEMORY",
            "VACUUM",
            "PRAGMA wal_checkpoint(TRUNCATE)",
        ):
            connection.exec_driver_sql(statement)


def _of_chats(connection: sa.Connection) -> Iterator[sa.Table]:
    known = sa.MetaData()
    known.reflect(connection)
    return (table for table in known.sorted_tables if "chat_id" in table.c)


def _emptied(connection: sa.Connection, table: sa.Table, chat_id: int) -> int:
    here = table.c.chat_id == chat_id
    gone = here & (table.c.standing == _WAITING) if table.name == "access" else here
    if changed := _CHANGED.get(table.name):
        # A copy may be from before a column was there.
        known = {name: value for name, value in changed.items() if name in table.c}
        connection.execute(table.update().where(here).values(known))
    elif table.name in STAYS:
        return 0
    return connection.execute(table.delete().where(gone)).rowcount


def _copies(path: Path) -> Iterator[Path]:
    start = f"{path.name}.before-"
    for file in path.parent.iterdir():
        if file.name.startswith(start) and not file.name.endswith(_BESIDE):
            yield file


def _drop(copy: Path) -> None:
    for end in ("", *_BESIDE):
        copy.with_name(f"{copy.name}{end}").unlink(missing_ok=True)
