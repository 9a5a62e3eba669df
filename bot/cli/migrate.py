"""The command that moves everything between a home folder's files and a PostgreSQL database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import typer
from rich.text import Text

from bot.cli import output
from bot.cli.console import ERR, WRONG_INPUT, complain, fail, note
from bot.cli.counting import show_line
from bot.cli.stopping import INTERRUPTED, Stop, end_soon
from bot.settings import Settings, load
from bot.storage.moving.migrate import Databases, find_files, find_schemas
from bot.storage.moving.migrate import migrate as move
from bot.telegram.home_lock import HomeTakenError, hold_home
from corpus.errors import StoreError
from corpus.storage.database.copying import Copied
from corpus.storage.database.postgres import check_url


@dataclass(frozen=True, slots=True)
class _Line:
    """How far the copy came, in a line."""

    copied: Copied
    clock: Callable[[], float] = time.monotonic
    start: float = field(default_factory=time.monotonic)

    def tell(self) -> str:
        copied, lasted_s = self.copied, max(self.clock() - self.start, 1e-3)
        told = f"Copying: {copied.rows:,} of {copied.total:,} rows, {copied.size / 1e6:,.1f} MB"
        return f"{told} in {lasted_s:,.1f} s"

    def __rich__(self) -> Text:
        return Text(self.tell())


def migrate(
    url: Annotated[
        str, typer.Argument(metavar="[URL]", help="Of PostgreSQL; else BYLINE_DATABASE_URL.")
    ] = "",
    to_files: Annotated[
        bool, typer.Option("--to-files", help="From the database into the home folder's files.")
    ] = False,
) -> None:
    """Copy everything from the home folder's files into a PostgreSQL database, or back.

    Stop the bot first. It may be interrupted; the same command then goes on where it stopped. What
    is copied stays where it was, too.
    """
    settings = load()
    known = settings.database_url.get_secret_value() if settings.database_url else ""
    if not (url or known):
        fail("name the database: byline migrate postgresql+psycopg://user:password@host/database")
    check_url(url or known)
    files, schemas = find_files(settings.home), find_schemas(url or known)
    source, target = (schemas, files) if to_files else (files, schemas)
    stop = Stop(lambda: note("Stopped. What is copied stays; the same command goes on after it."))
    try:
        with end_soon(stop), hold_home(settings.home):
            _move(source, target)
    except KeyboardInterrupt:
        stop.say()
        raise typer.Exit(INTERRUPTED) from None
    except (HomeTakenError, StoreError) as error:
        complain(str(error))
        raise typer.Exit(WRONG_INPUT) from None
    output.say(_tell_next(settings, to_files=to_files))


def _move(source: Databases, target: Databases) -> None:
    line = _Line(Copied())
    with show_line(ERR, line):
        counts = move(source, target, line.copied)
    note(line.tell())
    for one in counts:
        output.say(f"{one.table:20}{one.target:>12,}")
    output.say(f"{'in all':20}{sum(one.target for one in counts):>12,}")


def _tell_next(settings: Settings, *, to_files: bool) -> str:
    if to_files:
        return f"Everything is in {settings.home}; take BYLINE_DATABASE_URL out of the settings."
    if settings.database_url:
        return "Everything is in the database."
    return "Everything is in the database; set BYLINE_DATABASE_URL to its address."
