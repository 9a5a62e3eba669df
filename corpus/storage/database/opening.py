"""Open a database and bring it to its newest schema.

Both of Byline's databases open here: the archive of articles and the bot's chats. Each is an
SQLite file, or a schema of a PostgreSQL database.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from corpus.errors import StoreError
from corpus.storage.database import postgres, sqlite
from corpus.storage.database.postgres import Schema

Location = Path | Schema
"""Where a database is: the file, or the schema."""
UNFINISHED = "copying"
"""Stands in the place of the revision while another database is copied into this one."""
_ENVIRONMENT = Path(__file__).parents[1] / "migrations"
_MIGRATING = threading.Lock()
"""Alembic keeps what it is about in its modules: two threads would take one another's."""
_REVISION = re.compile(r'^revision = "(?P<name>\w+)"$', re.MULTILINE)

_log = logging.getLogger(__name__)


def open_database(where: Location, *, migrations: Path) -> sa.Engine:
    """Open or create a database and upgrade it to the newest of its migrations.

    Before an upgrade of a file that already holds something, a copy is kept beside it, named
    after the revision it had. Of a PostgreSQL database none is made: that is for its operator.

    Args:
        where: The file, whose folder is made where missing, or the schema.
        migrations: Folder of the Alembic revisions that this database follows.

    Returns:
        An engine; of a file its connections use the write-ahead log, enforce foreign keys, and
        overwrite what is deleted.

    Raises:
        StoreError: It is no database of ours, is damaged, does not answer, comes from a newer
            Byline, or is half of a copy.
    """
    try:
        if isinstance(where, Path):
            where.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            sqlite.make_private(where)
            engine = sqlite.connect(where)
        else:
            engine = postgres.connect(where)
        try:
            _upgrade(engine, where, migrations)
        except BaseException:
            engine.dispose()
            raise
    except (sa.exc.DatabaseError, sqlite3.Error, OSError) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StoreError(f"cannot open {where}: {cause}; {_advise(where)}") from error
    return engine


def _advise(where: Location) -> str:
    """What to do about a place that is no good."""
    return f"choose another BYLINE_{'HOME' if isinstance(where, Path) else 'DATABASE_URL'}"


def _is_newest(engine: sa.Engine, migrations: Path) -> bool:
    """Whether a database follows the last migration, by number, of a folder."""
    last = max(migrations.glob("[0-9]*.py"), key=lambda file: file.name)
    revision = _REVISION.search(last.read_text("utf-8"))
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return False
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars()
        return revision is not None and list(found) == [revision["name"]]


def _upgrade(engine: sa.Engine, where: Location, migrations: Path) -> None:
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
    if current == UNFINISHED:
        raise StoreError(f"{where} is half of a copy; run the same `byline migrate` to its end")
    alone_in_schema = (sqlite if isinstance(where, Path) else postgres).alone_in_schema
    try:
        # A second process that starts meanwhile waits here, then finds the schema up to date.
        with _MIGRATING, engine.connect() as connection, alone_in_schema(connection):
            current = MigrationContext.configure(connection).get_current_revision()
            if current is None and sa.inspect(connection).get_table_names():
                raise StoreError(f"{where} is of another program; {_advise(where)}")
            if current not in (None, scripts.get_current_head()):
                scripts.get_revision(current)  # raises for one that is not ours
                if isinstance(where, Path):
                    sqlite.keep_copy(where, current)
                else:
                    newest = scripts.get_current_head()
                    _log.warning(
                        "upgrading %s from %s to %s; no copy is kept", where, current, newest
                    )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        reason = f"{where} was written by a newer Byline; bring Byline up to date"
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
