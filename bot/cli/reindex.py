"""`byline reindex`: do anew what is derived from the articles.

Tested with the other commands in `tests/bot/cli/test_main.py`, and of the engine in
`tests/bot/cli/test_reindex.py`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import output
from bot.cli.console import ERR, AsJson
from bot.cli.counting import show_counting
from bot.services import Services
from bot.settings import SettingsError, load
from corpus.ingest import attribute_missing
from corpus.ingest import reindex as embed_again


def reindex(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what today's models have done already.")
    ] = False,
    engine: Annotated[
        bool, typer.Option("--engine", help="Fill the search engine anew from the archive instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Embed all articles anew with the model in use, and find anew who said what.

    May be interrupted and repeated; what was done by today's models is not done again, but with
    --all.
    """
    archive = Services(load())
    if engine:
        _fill_engine(archive, as_json=as_json)
        return
    store = archive.store.whole()
    ids = store.ids() if everything else None
    with show_counting(ERR) as progress:
        tally = embed_again(ids, store=store, embedder=archive.encoder, progress=progress)
        for _ in attribute_missing(ids, store=store, attributor=archive.attributor):
            tally.attributed += 1
            progress(tally)
    archive.searcher.save()
    output.show_reindexed(tally, as_json=as_json)


def _fill_engine(archive: Services, *, as_json: bool) -> None:
    """Empty the engine and send it everything; a bot that runs answers from what is there by then.

    Interrupted, it is gone on with by whatever searches next.
    """
    from retrieval.index.catch_up import catch_up, rebuild

    if archive.engine is None:
        raise SettingsError("the index lies in memory; set BYLINE_ENGINE=milvus to use an engine")
    rebuild(archive.store, archive.engine)
    sent = 0
    with ERR.status("Filling the engine") as shown:
        for count in catch_up(archive.store, archive.engine, archive.encoder.fingerprint):
            sent += count
            shown.update(f"Filling the engine: {sent} passages")
    output.show_filled(sent, as_json=as_json)
