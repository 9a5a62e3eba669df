"""One reader's view of an archive: what everybody may see, and what lies on their own shelf.

What is on other shelves is not in the index that is searched, so nothing of it can be answered,
counted, spelt or named.
"""

from __future__ import annotations

from corpus.archive import Archive
from retrieval.index import snapshot as snapshots
from retrieval.search import Searcher


class ShelfSearcher(Searcher):
    """Answers from the shared articles and those on some shelves together.

    Args:
        shared: Searches the shared articles; what it has indexed is used, not copied.
        shelves: Names of the shelves.
    """

    def __init__(self, shared: Searcher, *shelves: str) -> None:
        view = Archive(shared.home, shared.store.beside(*shelves))
        super().__init__(view, shared.encoder, reader=shared.reader, engine=shared.engine)
        self._shared = shared
        self._shelves = shared.store.only(*shelves)
        self._laid = snapshots.make_empty(), snapshots.make_empty()

    def is_behind(self) -> bool:
        """Whether the archive holds what is not searched; shelves are up to date when used."""
        return self._shared.is_behind()

    def save(self) -> None:
        """Nothing: it is made of the shared index, and of few articles."""

    def _refreshed(self) -> bool:
        if self.engine is not None:
            return super()._refreshed()
        base, before = self._shared.held, self._laid
        own = snapshots.refresh(before[1], self._shelves, self.encoder.fingerprint, partly=True)
        self._loaded = True
        if before[0] is base and before[1] is own:
            return False
        self._laid = base, own
        return self._show(snapshots.lay_over(base, own))
