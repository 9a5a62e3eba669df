"""Open the archive and what searches it, as the settings say."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import structlog

from bot.settings import Settings
from corpus.store import Store
from retrieval.dense import Encoder
from retrieval.errors import RetrievalError
from retrieval.search import Searcher

_REFRESH_S = 1.0
"""How often a running bot looks for newly added articles; a look costs a millisecond."""

_log = structlog.get_logger(__name__)


class Archive:
    """The store, the encoder and the searcher of one home folder, each made when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.home = settings.home

    @cached_property
    def store(self) -> Store:
        """The articles."""
        return Store.open(self.home)

    @cached_property
    def encoder(self) -> Encoder:
        """The embedding model; it loads when it is first used."""
        return Encoder(
            self._settings.model, runtime=self._settings.runtime, cache=self.home / "models"
        )

    @cached_property
    def searcher(self) -> Searcher:
        """The index over the articles, up to date when it is returned.

        Raises:
            FingerprintError: The archive was embedded by another model.
        """
        searcher = Searcher(self.store, self.encoder, folder=self.home / "index")
        if searcher.refresh():
            searcher.save()
        return searcher

    @contextmanager
    def kept_fresh(self) -> Iterator[Searcher]:
        """Take in what other processes add, for as long as the context lasts."""
        searcher, stop = self.searcher, threading.Event()
        watch = threading.Thread(target=_watch, args=(searcher, stop), daemon=True)
        watch.start()
        try:
            yield searcher
        finally:
            stop.set()
            watch.join()


def _watch(searcher: Searcher, stop: threading.Event) -> None:
    searcher.encoder.encode(["warm up"])
    told = ""
    while not stop.wait(_REFRESH_S):
        try:
            if searcher.refresh():
                _log.info("took in new articles", passages=len(searcher))
        except RetrievalError as error:
            if str(error) != told:
                _log.error("cannot take in new articles", reason=str(error))
            told = str(error)
