"""Schemas of a PostgreSQL database, which several machines share."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from corpus.errors import StoreError

if TYPE_CHECKING:
    import psycopg

_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")
_CONNECT_S = 10
_LOCK_S = 30
"""For how long a writer waits for another, as on SQLite."""
_SILENT_S = 60
"""After how long a transaction that does nothing is ended: its process hangs, say."""
_KEPT_CONNECTIONS, MOST_CONNECTIONS = 5, 15
"""Of a process to a schema; a statement takes milliseconds."""
_ALIVE = {
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "user_timeout": 5000,
}
"""After how many seconds, and last in milliseconds, a connection to a dead machine is dropped."""
_OURS = "byline, process "
"""How the names begin by which the database's server knows Byline's connections."""
_LET_GO_S = 5
"""For how long the server may take to notice that a process was killed."""
_LET_GO_STEP_S = 0.1
_ALIVE = {
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "user_timeout": 5000,
}
"""After how many seconds, and last in milliseconds, a connection to a dead machine is dropped."""
_SCHEMES = {"postgresql", "postgres", "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema in which tables stand.

    Attributes:
        url: Of the database, beginning ``postgresql+psycopg://``; a password in it is not shown.
        name: Of the schema.
    """

    url: str = field(repr=False)
    name: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a schema")

    def __str__(self) -> str:
        return f"{_read_url(self.url).render_as_string()} ({self.name})"


def check_url(url: str) -> None:
    """See whether an address names a PostgreSQL database that can be reached from here.

    Raises:
        StoreError: It does not, or what speaks to it is not installed.
    """
    _read_url(url)
    if find_spec("psycopg") is None:
        raise StoreError("PostgreSQL needs more than Byline alone: pip install 'byline[postgres]'")


def connect(schema: Schema) -> sa.Engine:
    """Return an engine whose connections see the tables of a schema, which is made if missing.

    Raises:
        StoreError: The address is none of PostgreSQL, or what speaks to it is not installed.
        sqlalchemy.exc.DBAPIError: It does not answer.
    """
    check_url(schema.url)
    url = _read_url(schema.url)
    _make_schema(url, schema.name)
    limits = f"-clock_timeout={_LOCK_S}s -cidle_in_transaction_session_timeout={_SILENT_S}s"
    engine = sa.create_engine(
        url,
        connect_args={
            "application_name": f"{_OURS}{os.getpid()} on {socket.gethostname()}",
            **_kept_alive(schema, limits),
        },
        hide_parameters=True,  # errors are logged: what a reader asked must not stand in them
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=MOST_CONNECTIONS - _KEPT_CONNECTIONS,
        pool_pre_ping=True,  # a server that was started again, or another that took over
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        _replace_nul(connection)

    return engine


def connect_alone(schema: Schema, name: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Open one connection that nobody else uses, and whose every statement stands for itself.

    The server knows it by a name.

    Both ends notice soon where the other machine is gone, so that what a dead one had locked is
    free again. A pooler that hands connections round between transactions must not stand between.

    Raises:
        psycopg.Error: The server does not answer.
    """
    import psycopg

    url = _read_url(schema.url).set(drivername="postgresql")
    return psycopg.connect(
        psycopg.conninfo.make_conninfo(
            url.render_as_string(hide_password=False),
            application_name=name,
            **_kept_alive(schema, "-csynchronous_commit=off"),
        ),
        autocommit=True,
    )


def _kept_alive(schema: Schema, options: str) -> dict[str, Any]:
    """Arguments of a connection whose both ends notice soon where the other machine is gone."""
    theirs = " ".join(f"-ctcp_{name}={value}" for name, value in _ALIVE.items())
    ours = {("tcp_" if name == "user_timeout" else "") + name: n for name, n in _ALIVE.items()}
    return {
        "connect_timeout": _CONNECT_S,
        "options": f"-csearch_path={schema.name} {options} {theirs}",
        **ours,
    }


@contextmanager
def alone_in_schema(connection: sa.Connection) -> Iterator[None]:
    """Change the schema as the only one who does."""
    with connection.begin():
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 1))"
        )
        yield


def list_others(connection: sa.Connection) -> list[str]:
    """Name the other processes of Byline that use the database, however they were started."""
    query = sa.text(
        "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = current_database()"
        " AND starts_with(application_name, :ours)"
        " AND application_name <> current_setting('application_name') ORDER BY 1"
    )
    until = time.monotonic() + _LET_GO_S
    while True:
        found = connection.execute(query, {"ours": _OURS}).scalars().all()
        if not found or time.monotonic() > until:
            return [name.removeprefix("byline, ") for name in found]
        connection.rollback()  # a transaction is told the same again and again
        time.sleep(_LET_GO_STEP_S)


def find_orphans(schema: Schema) -> str:
    """Say which rows refer to none that is there; empty where there are none.

    The server sees to it, but not where a dump was put back with triggers turned off.
    """
    with _seen(schema) as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        for key in (key for table in metadata.sorted_tables for key in table.foreign_keys):
            query = (
                sa.select(sa.literal(1))
                .select_from(key.parent.table.outerjoin(key.column.table, key.parent == key.column))
                .where(key.parent.is_not(None), key.column.is_(None))
            )
            if connection.execute(query.limit(1)).first():
                return f"rows of {key.parent.table.name} belong to nothing"
    return ""


def measure(schema: Schema) -> int:
    """Say how many bytes the tables of a schema take, with their indexes."""
    query = (
        "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)"
    )
    with _seen(schema) as connection:
        return int(connection.exec_driver_sql(query).scalar_one())


@contextmanager
def _seen(schema: Schema) -> Iterator[sa.Connection]:
    engine = connect(schema)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def read_one_snapshot(connections: Sequence[sa.Connection]) -> None:
    """Let all queries of some connections' transactions see the database at one and this moment."""
    snapshot = ""
    for connection in connections:
        tell = connection.exec_driver_sql
        tell("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if snapshot:
            tell(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        tell("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = snapshot or str(tell("SELECT pg_export_snapshot()").scalar_one())


def drop_schemas(schemas: Iterable[Schema]) -> None:
    """Drop schemas with all that they hold, where they are there."""
    for schema in schemas:
        with _connect_plainly(_read_url(schema.url)).connect() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema.name} CASCADE")


def replace_schemas(
    fresh: Sequence[tuple[Schema, str]], *, aside: Sequence[tuple[Schema, str]] = ()
) -> None:
    """Give schemas of a database other names, all of them at one moment.

    Args:
        fresh: Those that take the place of others, which are dropped, and under which name.
        aside: Those that are kept under another name first.
    """
    engine = _connect_plainly(_read_url(fresh[0][0].url))
    with engine.execution_options(isolation_level="READ COMMITTED").begin() as connection:
        tell = connection.exec_driver_sql
        for schema, name in aside:
            tell(f"ALTER SCHEMA {schema.name} RENAME TO {Schema(schema.url, name).name}")
        for schema, name in fresh:
            tell(f"DROP SCHEMA IF EXISTS {Schema(schema.url, name).name} CASCADE")
            tell(f"ALTER SCHEMA {schema.name} RENAME TO {name}")


def _read_url(url: str) -> sa.URL:
    try:
        read = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        read = None
    if read is None or read.drivername not in _SCHEMES or not read.database:
        wanted = "postgresql+psycopg://user:password@host/database"
        raise StoreError(f"this is no address of a PostgreSQL database; one looks like {wanted}")
    return read.set(drivername="postgresql+psycopg")


def _make_schema(url: sa.URL, name: str) -> None:
    with _connect_plainly(url).connect() as connection:
        known = sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
        if connection.execute(known, {"name": name}).first():
            return  # whose role may make none
        with suppress(sa.exc.IntegrityError):  # another process made it at the same moment
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {name}")


def _connect_plainly(url: sa.URL) -> sa.Engine:
    """An engine that sees no schema of ours, and commits each statement unless told otherwise."""
    return sa.create_engine(
        url,
        connect_args={"connect_timeout": _CONNECT_S, "options": f"-clock_timeout={_LOCK_S}s"},
        isolation_level="AUTOCOMMIT",
        poolclass=sa.pool.NullPool,
    )


def _replace_nul(connection: Any) -> None:
    """Store texts that PostgreSQL cannot hold with a mark in the place of what it refuses."""
    from psycopg.types.string import StrDumper

    class Dumper(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, Dumper)
