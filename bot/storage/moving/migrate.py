"""Move what a home folder's files hold into a PostgreSQL database, and back.

Tested with the command in `tests/bot/cli/test_migrate.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from corpus.errors import StoreError
from corpus.storage.database import copying, postgres
from corpus.storage.database.copying import Copied, Count, Origin
from corpus.storage.database.opening import Location, open_database
from corpus.storage.database.postgres import Schema
from corpus.storage.store import MIGRATIONS

ARTICLES, CHATS = "articles", "chats"
FOLLOWED = {ARTICLES: MIGRATIONS, CHATS: Path(__file__).parents[1] / "migrations"}
"""The migrations of Byline's two databases."""

_NOTHING = Origin("", "")
"""What is copied of chats that are not there."""

Databases = Mapping[str, Location]
"""Where the two are."""


def find_files(home: Path) -> Databases:
    """The files of a home folder."""
    return {name: home / f"{name}.db" for name in FOLLOWED}


def find_schemas(url: str) -> Databases:
    """The schemas of a PostgreSQL database."""
    return {name: Schema(url, name) for name in FOLLOWED}


def migrate(source: Databases, target: Databases, copied: Copied) -> list[Count]:
    """Copy everything, and compare; what was copied by an earlier run is not copied again.

    The source stays as it is, but that it is brought to today's schema first.

    Args:
        source: Where it is.
        target: Where it goes; nothing else may be there.
        copied: Kept up to date.

    Returns:
        The rows of every table.

    Raises:
        StoreError: There is nothing, the target holds something else, a process uses either, or
            not all came over.
    """
    if ARTICLES not in _list_present(source):
        raise StoreError(f"there is no archive at {source[ARTICLES]}; set BYLINE_HOME")
    with tell_faults(), ExitStack() as stack:
        held = {
            name: stack.enter_context(_opened(source[name], FOLLOWED[name]))
            for name in _list_present(source)
        }
        return _copy(stack, held, target, copied)


def _copy(
    stack: ExitStack, held: Mapping[str, sa.Connection], target: Databases, copied: Copied
) -> list[Count]:
    origins = {name: copying.read_origin(source) for name, source in held.items()}
    begun = _begin(stack, target, origins)
    copied.total = sum(copying.count_rows(held[name]) for name in begun)
    for name, engine in begun.items():
        copying.copy_rows(held[name], engine, copied)
    counts = [one for name, engine in begun.items() for one in copying.compare(held[name], engine)]
    _refuse_other(counts)
    for engine in begun.values():  # the articles first: chats that are unfinished tell of them
        copying.finish(engine)
    return counts


@contextmanager
def tell_faults() -> Iterator[None]:
    """Say in a line what is wrong with a database.

    Raises:
        StoreError: Something is.
    """
    try:
        yield
    except sa.exc.DatabaseError as error:
        raise StoreError(f"cannot copy: {' '.join(str(error.orig).split())}") from error


def refuse_others(engine: sa.Engine, where: object) -> None:
    """Make sure that no other process of Byline's uses a PostgreSQL database.

    Raises:
        StoreError: One does; of SQLite's files the lock of the home folder tells that.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            if others := postgres.list_others(connection):
                raise StoreError(f"{', '.join(others)} uses {where}; stop it first")


def _list_present(source: Databases) -> list[str]:
    """The databases that are there; a home folder in which no bot ran has no chats."""
    return [name for name, where in source.items() if not isinstance(where, Path) or where.exists()]


@contextmanager
def _opened(where: Location, migrations: Path) -> Iterator[sa.Connection]:
    engine = open_database(where, migrations=migrations)
    try:
        refuse_others(engine, where)
        with closing(engine.connect()) as connection:
            yield connection
    finally:
        engine.dispose()


def _begin(
    stack: ExitStack, target: Databases, origins: Mapping[str, Origin]
) -> dict[str, sa.Engine]:
    """Open the targets and note in each that it is to be a copy, unless that was done.

    Returns:
        Those that are not finished. A run that was killed at its very end may have finished one.
    """
    opened, begun, filled = {}, {}, {}
    for name, where in target.items():
        origin = origins.get(name, _NOTHING)
        opened[name], begun[name] = copying.open_target(where, FOLLOWED[name], origin)
        stack.callback(opened[name].dispose)
        refuse_others(opened[name], where)
        filled[name] = "" if begun[name] else copying.find_rows(opened[name], FOLLOWED[name])
    if any(filled.values()) and not any(begun.values()):
        where, table = next((target[name], table) for name, table in filled.items() if table)
        raise StoreError(f"{where} holds something already ({table}); name an empty database")
    for name, engine in opened.items():
        if name in origins and not begun[name] and not filled[name]:
            copying.begin(engine, origins[name])
    return {name: opened[name] for name in origins if not filled[name]}


def _refuse_other(counts: list[Count]) -> None:
    if wrong := [one for one in counts if one.source != one.target]:
        told = ", ".join(f"{one.table} {one.source:,} and {one.target:,}" for one in wrong)
        raise StoreError(f"not all came over; rows there and here: {told}")
