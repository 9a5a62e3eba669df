"""Take what a PostgreSQL database holds out into files, and bring such files into one.

Tested with the commands in `tests/bot/cli/test_migrate.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from bot.storage.moving.migrate import (
    ARTICLES,
    CHATS,
    FOLLOWED,
    find_schemas,
    refuse_others,
    tell_faults,
)
from corpus.storage.database import copying, postgres
from corpus.storage.database.copying import Copied, Origin
from corpus.storage.database.opening import Location, open_database
from corpus.storage.database.postgres import Schema

_FRESH = "restoring"


def take_out(url: str, files: Mapping[str, Path]) -> None:
    """Copy both schemas into new SQLite files, as they are at one moment; a bot may run meanwhile.

    Args:
        url: Of the database.
        files: Where each goes, by its name; nothing is there.

    Raises:
        StoreError: The database does not answer.
        OSError: There is no room, say.
    """
    with tell_faults(), ExitStack() as stack:
        held = {
            name: stack.enter_context(closing(stack.enter_context(_opened(where, name)).connect()))
            for name, where in find_schemas(url).items()
        }
        postgres.read_one_snapshot(list(held.values()))
        for name, source in held.items():
            _fill(source, files[name], name)


def list_held(url: str) -> list[str]:
    """Name those of the two schemas that hold something.

    Raises:
        StoreError: Another process of Byline's uses the database, or it does not answer.
    """
    found = []
    with tell_faults():
        for name, where in find_schemas(url).items():
            with _opened(where, name) as engine:
                refuse_others(engine, where)
                if copying.find_rows(engine, FOLLOWED[name]):
                    found.append(name)
    return found


def put_in(files: Mapping[str, Path], url: str) -> Schema | None:
    """Put what SQLite files hold in the place of both schemas, at one moment.

    They are filled beside those that are there, and swapped by name.

    Args:
        files: In today's schema, by name; chats that are not among them are new ones.
        url: Of the database.

    Returns:
        The schema that keeps the former articles, if there were any; the former chats are gone.

    Raises:
        StoreError: Another process of Byline's uses the database, or it cannot be done.
    """
    fresh = {name: Schema(url, f"{name}_{_FRESH}") for name in FOLLOWED}
    now = datetime.now(UTC).strftime("%Y%m%dt%H%M%Sz")
    held = list_held(url)
    aside = Schema(url, f"{ARTICLES}_before_restore_{now}") if ARTICLES in held else None
    with tell_faults():
        postgres.drop_schemas(fresh.values())  # of a restore that was killed
        try:
            for name, where in fresh.items():
                _bring_in(files.get(name), where, name)
            with _opened(find_schemas(url)[CHATS], CHATS) as engine:
                refuse_others(engine, find_schemas(url)[CHATS])
            postgres.replace_schemas(
                [(one, name) for name, one in fresh.items()],
                aside=[(Schema(url, ARTICLES), aside.name)] if aside else [],
            )
        except BaseException:
            postgres.drop_schemas(fresh.values())
            raise
    return aside


def _bring_in(file: Path | None, where: Schema, name: str) -> None:
    if file is None:
        with _opened(where, name):
            return
    with _opened(file, name) as engine, closing(engine.connect()) as source:
        _fill(source, where, name)


def _fill(source: sa.Connection, where: Location, name: str) -> None:
    """Copy a database into a new one."""
    with _opened(where, name) as target:
        with target.connect() as connection:
            revision = copying.read_revision(connection)
        copying.begin(target, Origin("", revision))
        copying.copy_rows(source, target, Copied())
        copying.finish(target)


@contextmanager
def _opened(where: Location, name: str) -> Iterator[sa.Engine]:
    engine = open_database(where, migrations=FOLLOWED[name])
    try:
        yield engine
    finally:
        engine.dispose()
