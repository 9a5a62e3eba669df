"""Open an SQLite database and bring it to its newest schema.

Both of Byline's databases open here: the archive of articles and the bot's chats.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from corpus.errors import StoreError

_ENVIRONMENT = Path(__file__).parent / "migrations"
_REVISION = re.compile(r'^revision = "(?P<name>\w+)"$', re.MULTILINE)
_BUSY_TIMEOUT_S = 30
_RETRY_S = 0.02


def open_database(path: Path, *, migrations: Path) -> sa.Engine:
    """Open or create a database and upgrade it to the newest of its migrations.

    Before an upgrade of a database that already holds something, a copy is kept beside it, named
    after the revision it had.

    Args:
        path: The database file; its folder is made where missing.
        migrations: Folder of the Alembic revisions that this database follows.

    Returns:
        An engine whose connections use the write-ahead log, enforce foreign keys, and overwrite
        what is deleted.

    Raises:
        StoreError: The file is no database of ours, is damaged, or comes from a newer Byline.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make_private(path)
        engine = _engine(path)
        _upgrade(engine, path, migrations)
    except (sa.exc.DatabaseError, sqlite3.Error, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(f"cannot open {path}: {cause}; choose another BYLINE_HOME") from error
    return engine


def _make_private(path: Path) -> None:
    """Make a file that only its owner may read, unless it is there; SQLite's logs follow it."""
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)


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


def _engine(path: Path) -> sa.Engine:
    # Errors are logged: what a reader asked must not stand in them.
    engine = sa.create_engine(
        f"sqlite:///{path}", connect_args={"timeout": _BUSY_TIMEOUT_S}, hide_parameters=True
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        _use_log(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what readers have deleted is gone

    return engine


def _use_log(connection: sqlite3.Connection) -> None:
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


def _is_newest(engine: sa.Engine, migrations: Path) -> bool:
    """Whether a database follows the last migration, by number, of a folder."""
    last = max(migrations.glob("[0-9]*.py"), key=lambda file: file.name)
    revision = _REVISION.search(last.read_text("utf-8"))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()
        return revision is not None and list(found) == [revision["name"]]


def _upgrade(engine: sa.Engine, path: Path, migrations: Path) -> None:
    if _is_newest(engine, migrations):
        return
    # Alembic takes longer to import than most questions take to answer.
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_ENVIRONMENT))
    config.set_main_option("version_locations", str(migrations))
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == scripts.get_current_head():
        return
    try:
        with engine.connect() as connection, _unchecked(connection), connection.begin():
            # One writer at a time: a second process that starts meanwhile waits here, then finds
            # the schema up to date.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            current = MigrationContext.configure(connection).get_current_revision()
            if current is None and sa.inspect(connection).get_table_names():
                raise StoreError(f"{path} is of another program; choose another BYLINE_HOME")
            if current not in (None, scripts.get_current_head()):
                scripts.get_revision(current)  # raises for one that is not ours
                _keep_copy(path, current)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        reason = f"{path} was written by a newer Byline; bring Byline up to date"
        raise StoreError(reason) from error


@contextmanager
def tell_faults() -> Iterator[None]:
    """Tell what is wrong with the database from what is wrong with an article.

    Raises:
        StoreError: The disk is full, say, or the file damaged.
    """
    try:
        yield
    except sa.exc.DatabaseError as error:
        if isinstance(error, sa.exc.DataError | sa.exc.IntegrityError):
            raise
        raise StoreError(f"cannot write the archive: {error.orig}") from error


@contextmanager
def _unchecked(connection: sa.Connection) -> Iterator[None]:
    """Enforce no foreign keys: a table that is made anew would take along what refers to it."""
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.rollback()  # it takes effect outside of a transaction only
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _keep_copy(path: Path, revision: str) -> None:
    kept = path.with_name(f"{path.name}.before-{revision}")
    _make_private(kept)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(kept)) as copy:
        old.backup(copy)
