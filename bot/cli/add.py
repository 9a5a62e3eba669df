"""The command that adds articles.

Tested with the other commands in `tests/bot/cli/test_main.py`.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import output
from bot.cli.console import ERR, WRONG_INPUT, AsJson, complain, note
from bot.cli.counting import Pace, show_counting
from bot.cli.stopping import INTERRUPTED, Stop, end_soon
from bot.services import Services
from bot.settings import load
from corpus.errors import StoreError
from corpus.ingest import Tally, ingest
from corpus.readers.reading import Reading
from corpus.readers.sample import unseed
from corpus.readers.sources import read_sources
from retrieval.errors import FingerprintError

if TYPE_CHECKING:
    from corpus.readers.exports import Exports


def add(
    sources: Annotated[
        list[str], typer.Argument(metavar="PATH|URL|FEED...", help="Files, folders, addresses.")
    ],
    channel: Annotated[
        str, typer.Option(metavar="NAME", help="By which an exported Telegram channel is public.")
    ] = "",
    workers: Annotated[
        int,
        typer.Option(metavar="N", min=1, help="Processes that embed, a core each; docs/bulk.md."),
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Add articles: files, folders, addresses of pages, RSS, Atom or OPML feeds.

    It may be interrupted; the same command then goes on where it stopped.
    """
    _check_workers(workers)
    archive = Services(load())
    exports = _exports(archive, channel)
    _check_model(archive)
    reading, tally = Reading(archive.store.checkpoints, note), Tally()

    def tell_stopped() -> None:
        output.show_tally(tally, as_json=as_json)
        note("Stopped. What is counted is stored; the same command goes on after it.")

    stop = Stop(tell_stopped)
    try:
        with end_soon(stop):
            _add(archive, sources, exports, Pace(tally, reading), workers)
    except KeyboardInterrupt:
        stop.say()
        raise typer.Exit(INTERRUPTED) from None
    except StoreError as error:  # a full disk, say
        complain(str(error))
        stop.say()
        raise typer.Exit(WRONG_INPUT) from None
    output.show_tally(tally, as_json=as_json)
    if not tally.articles and not reading.resumed:
        raise typer.Exit(WRONG_INPUT)


def _add(archive: Services, sources: list[str], exports: Exports, pace: Pace, workers: int) -> None:
    store, feeds, reading, tally = archive.store, archive.store.feeds, pace.reading, pace.tally
    crew = archive.crew(workers) if workers > 1 else nullcontext()
    with show_counting(ERR, pace), crew as preparer:
        found = read_sources(
            sources, feeds=feeds, strikes=store.strikes, exports=exports, reading=reading
        )
        ingest(
            found,
            store=store,
            embedder=archive.encoder,
            attributor=archive.attributor,
            preparer=preparer,
            marks=reading,
            tally=tally,
        )
    feeds.keep()
    if (tally.articles or reading.resumed) and unseed(store, archive.home):
        ERR.print("The bundled sample made room for your articles.")
    view = store.beside(*(one.shelf for one in exports.known.values()))
    missing = exports.missing(view)
    for article_id in missing:
        view.remove(article_id)
    if missing:
        ERR.print(f"{len(missing)} posts went that the export no longer holds.")
    if tally.passages or missing or reading.resumed:
        with ERR.status("Bringing the index up to date"):
            archive.searcher.save()
        if not archive.searcher.answers():
            note("The search engine is down: what was added waits in the archive until it is back.")
    reading.finish()


def _check_workers(count: int) -> None:
    """Refuse more than there are cores: each takes a core, and memory for the models."""
    cores = os.cpu_count() or 1
    if count > cores:
        raise typer.BadParameter(
            f"is more than this machine has cores, {cores}", param_hint="--workers"
        )


def _exports(archive: Services, channel: str) -> Exports:
    """What is known of exported channels: a name that is given, and those that the bot is in."""
    from corpus.parse.telegram.post import read_channel_name
    from corpus.readers.exports import Exports, Known

    name = read_channel_name(channel)
    if channel and not name:
        raise typer.BadParameter(
            "is no channel's public name; write t.me/NAME", param_hint="--channel"
        )
    if not archive.database_url and not (archive.home / "chats.db").exists():
        return Exports(name=name)
    members = archive.chats.channels.all()
    return Exports(name, {one.channel.id: Known(one.name, one.shelf) for one in members})


def _check_model(archive: Services) -> None:
    """Refuse to mix embeddings of two models in one archive."""
    wanted = archive.encoder.fingerprint
    for stored in archive.store.whole().fingerprints() - {wanted}:
        raise FingerprintError(stored=stored, wanted=wanted)
