"""An archive of articles, as a program opens and fills it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.article import Article, Passage
from corpus.attribution.extractor import Attributor, Extractor
from corpus.ingest import Tally, ingest
from corpus.prepare import Embedder, Preparer
from corpus.readers.sources import read_sources
from corpus.storage.embeddings import UNEMBEDDED, Embeddings
from corpus.storage.store import Store


@dataclass(frozen=True, slots=True)
class Archive:
    """The articles of one home folder.

    Attributes:
        home: The folder; the index and models lie beside the articles.
        store: The articles themselves.
    """

    home: Path
    store: Store

    @classmethod
    def open(cls, home: Path | str, url: str = "") -> Archive:
        """Open the archive in a folder, or make one there.

        Args:
            home: The folder.
            url: Of the PostgreSQL database that holds the articles instead.

        Raises:
            StoreError: The folder holds the archive of a newer Byline, or of another program.

        Example:
            >>> from tempfile import mkdtemp
            >>> len(Archive.open(mkdtemp()))
            0
        """
        folder = Path(home).expanduser()
        return cls(folder, Store.open(folder, url))

    def __len__(self) -> int:
        return self.store.count()

    def add(
        self,
        *sources: Path | str,
        embedder: Embedder | None = None,
        attributor: Attributor | None = None,
        preparer: Preparer | None = None,
    ) -> Tally:
        """Add articles, and find who said what in them.

        Args:
            sources: Files, folders, addresses of pages, feeds or OPML lists.
            embedder: Embeds their passages now; by default whoever searches them does it first.
            attributor: Finds who said what; by default Byline's own.
            preparer: Does both elsewhere, in place of these two: `corpus.crew.crew.Crew` in
                processes of this machine, `examples/bulk_embed.py` on Ray.

        Returns:
            What became of them; what could not be read is among its failures.
        """
        feeds = self.store.feeds
        tally = ingest(
            read_sources(map(str, sources), feeds=feeds, strikes=self.store.strikes),
            store=self.store,
            embedder=embedder or _Later(),
            attributor=attributor or Extractor(),
            preparer=preparer,
        )
        feeds.keep()
        return tally


class _Later:
    """Stands in for an encoder: what it stores has no vectors yet."""

    fingerprint = UNEMBEDDED

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        return Embeddings(self.fingerprint, np.empty((len(passages), 0), np.float16))
