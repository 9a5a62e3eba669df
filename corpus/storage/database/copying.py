"""Copy all rows of a database into another one, be they files of SQLite or schemas of PostgreSQL.

Rows go over in batches. Each is committed together with the place that it reached, so that a copy
which was cut short, at whatever moment, goes on where it was. Until it is whole the target says so
in the place of its revision, and nobody opens it.

Tested with the command in `tests/bot/cli/test_migrate.py`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from corpus.errors import StoreError
from corpus.storage.database import postgres, sqlite
from corpus.storage.database.dialects import (
    TEXT,
    hold_still,
    read_counters,
    set_counters,
    write_alone,
    write_rows,
)
from corpus.storage.database.opening import UNFINISHED, Location, open_database

_ROWS = 2000
"""In a batch, at most."""
_BYTES = 8_000_000
"""After which a batch ends; a single body takes five million at most."""
_READ = 200
"""Rows that are read at a time."""
_NUMBER_BYTES = 8
_ORIGIN = ""
"""The row of `_PLACE` that says what is copied; each other one is named after a table."""

_REVISION = sa.table("alembic_version", sa.column("version_num"))
_PLACE = sa.Table(
    "copying",
    sa.MetaData(),
    sa.Column("name", TEXT, primary_key=True),
    sa.Column("place", TEXT),
    sa.Column("done", sa.Boolean, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a table has on both sides.

    Attributes:
        table: Its name.
        source: Rows there.
        target: Rows in the copy.
    """

    table: str
    source: int
    target: int


@dataclass(slots=True)
class Copied:
    """How far copying came.

    Attributes:
        rows: That are in the target.
        total: Of the source.
        size: Bytes of what was copied now.
    """

    rows: int = 0
    total: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """What is copied.

    Attributes:
        state: Tells a database, as it is now, from anything else: see `hold_still`.
        revision: Of its schema.
    """

    state: str
    revision: str


def read_origin(source: sa.Connection) -> Origin:
    """Begin a transaction in which a database stays as it is, and say what it is."""
    state = hold_still(source)
    return Origin(state, read_revision(source))


def read_revision(connection: sa.Connection) -> str:
    """Say which revision the schema of a database has."""
    return str(connection.execute(sa.select(_REVISION)).scalar_one())


def open_target(where: Location, migrations: Path, origin: Origin) -> tuple[sa.Engine, bool]:
    """Open a database that is to be a copy, in its newest schema.

    Args:
        where: The database; it is made where missing.
        migrations: That it follows.
        origin: What is to be copied. A part of something else that is there already, or of this
            before it changed, is deleted.

    Returns:
        The database, and whether a copy was begun in it.

    Raises:
        StoreError: It cannot be opened, or an older or newer Byline began a copy.
    """
    if not isinstance(where, Path) or where.exists():
        # What does not answer, or is no database, is told below.
        with suppress(sa.exc.DatabaseError):
            engine = sqlite.connect(where) if isinstance(where, Path) else postgres.connect(where)
            begun = False
            try:
                if begun := _has_begun(engine, where, origin):
                    return engine, True
            finally:
                if not begun:
                    engine.dispose()
    return open_database(where, migrations=migrations), False


def find_rows(engine: sa.Engine, migrations: Path) -> str:
    """Name a table that holds more than in a new database; empty where none does."""
    first = _count_new(migrations)
    return next((name for name, rows in _count_each(engine).items() if rows > first[name]), "")


def begin(target: sa.Engine, origin: Origin) -> None:
    """Note in an empty database that it is to be a copy; nobody else opens it from now on."""
    with target.begin() as connection:
        write_alone(connection)
        _PLACE.create(connection)
        _start(connection, origin)
        connection.execute(sa.update(_REVISION).values(version_num=UNFINISHED))


def copy_rows(source: sa.Connection, target: sa.Engine, copied: Copied) -> None:
    """Copy what is not in the target yet.

    Args:
        source: In a transaction that sees one moment.
        target: After `begin`.
        copied: Kept up to date.
    """
    tables = _list_tables(source)
    with target.connect() as connection:
        places = {row.name: row for row in connection.execute(sa.select(_PLACE))}
        connection.rollback()
        if unknown := {table.name for table in tables}.symmetric_difference(places.keys() - {""}):
            raise StoreError(f"{', '.join(sorted(unknown))}: not in both databases")
        copied.rows += sum(_count(connection, tables).values())
        connection.rollback()
        for table in tables:
            if not places[table.name].done:
                _copy_table(source, connection, table, places[table.name].place, copied)
        with connection.begin():
            write_alone(connection)
            set_counters(connection, read_counters(source))


def count_rows(source: sa.Connection) -> int:
    """How many rows a database has in all."""
    return sum(_count(source, _list_tables(source)).values())


def compare(source: sa.Connection, target: sa.Engine) -> list[Count]:
    """Count the rows of every table on both sides."""
    tables = _list_tables(source)
    with target.connect() as connection:
        there, here = _count(source, tables), _count(connection, tables)
    return [Count(table.name, there[table.name], here[table.name]) for table in tables]


def finish(target: sa.Engine) -> None:
    """Give a whole copy its revision; from now on it is a database like any other."""
    with target.begin() as connection:
        write_alone(connection)
        revision = _read_begun(connection).revision
        connection.execute(sa.update(_REVISION).values(version_num=revision))
        _PLACE.drop(connection)


def _copy_table(
    source: sa.Connection,
    target: sa.Connection,
    table: sa.Table,
    place: str | None,
    copied: Copied,
) -> None:
    key = list(table.primary_key.columns)
    at = [table.columns.keys().index(column.name) for column in key]
    rows = source.execute(
        _select(table, json.loads(place) if place else []), execution_options={"yield_per": _READ}
    )
    here = sa.update(_PLACE).where(_PLACE.c.name == table.name)
    for batch, size in _cut(rows, whole=not key):
        with target.begin():
            write_alone(target)
            write_rows(target, table, batch)
            reached = json.dumps([batch[-1][column] for column in at])
            target.execute(here.values(place=reached, done=not key))
        copied.rows += len(batch)
        copied.size += size
    with target.begin():
        target.execute(here.values(done=True))


def _select(table: sa.Table, after: list[Any]) -> sa.Select[Any]:
    """The rows behind some values of the key, in its order."""
    query = sa.select(
        *(
            sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column
            for column in table.columns
        )
    )
    key = list(table.primary_key.columns)
    if after:
        values = (sa.literal(value, one.type) for one, value in zip(key, after, strict=True))
        query = query.where(sa.tuple_(*key) > sa.tuple_(*values))
    return query.order_by(*key)


def _cut(rows: Iterable[Any], *, whole: bool) -> Iterator[tuple[list[tuple[Any, ...]], int]]:
    """Cut rows into batches, or one, as where no key says what comes next; each with its bytes."""
    batch: list[tuple[Any, ...]] = []
    size = 0
    for row in rows:
        batch.append(tuple(row))
        size += sum(len(one) if isinstance(one, str | bytes) else _NUMBER_BYTES for one in row)
        if not whole and (len(batch) >= _ROWS or size >= _BYTES):
            yield batch, size
            batch, size = [], 0
    if batch:
        yield batch, size


def _list_tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables as the database has them, each after those that it refers to."""
    metadata = connection.info.get("tables")
    if metadata is None:  # for as long as the connection lasts its schema does not change
        metadata = connection.info["tables"] = sa.MetaData()
        beside = {_PLACE.name, _REVISION.name}
        metadata.reflect(connection, only=lambda name, _: name not in beside)
    return list(metadata.sorted_tables)


def _count(connection: sa.Connection, tables: Sequence[sa.Table]) -> dict[str, int]:
    """The rows of some tables."""
    counts = (
        sa.select(sa.func.count()).select_from(one).scalar_subquery().label(one.name)
        for one in tables
    )
    return dict(connection.execute(sa.select(*counts)).mappings().one())


def _has_begun(engine: sa.Engine, where: Location, origin: Origin) -> bool:
    """Whether a copy is begun in a database; one of something else begins anew."""
    with engine.begin() as connection:
        write_alone(connection)
        if not sa.inspect(connection).has_table(_PLACE.name):
            return False
        known = _read_begun(connection)
        if known.revision != origin.revision:
            raise StoreError(f"{where} is half of a copy by another version of Byline; drop it")
        if known != origin:
            connection.execute(sa.delete(_PLACE))
            _start(connection, origin)
    return True


def _start(connection: sa.Connection, origin: Origin) -> None:
    """Empty a database, also of what is in every new one, and note that nothing is copied yet."""
    rows = [{"name": _ORIGIN, "place": json.dumps(asdict(origin)), "done": False}]
    for table in reversed(_list_tables(connection)):
        connection.execute(sa.delete(table))
        rows.append({"name": table.name, "place": None, "done": False})
    connection.execute(sa.insert(_PLACE), rows)


@cache
def _count_new(migrations: Path) -> dict[str, int]:
    """The rows of each table of a new database."""
    with tempfile.TemporaryDirectory() as folder:
        new = open_database(Path(folder, "new.db"), migrations=migrations)
        try:
            return _count_each(new)
        finally:
            new.dispose()


def _count_each(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return _count(connection, _list_tables(connection))


def _read_begun(connection: sa.Connection) -> Origin:
    query = sa.select(_PLACE.c.place).where(_PLACE.c.name == _ORIGIN)
    return Origin(**json.loads(connection.execute(query).scalar_one()))
