"""What those who answer questions ask of an index, wherever it lies.

It is the seam between answers and an index in memory (`snapshot.Index`) or in an engine
(`remote.RemoteIndex`). Neither of them ranks: that is done by `retrieval.ranking.rank`, over what
`gather` returns.

Tested with what implements it in `tests/retrieval/index/test_remote.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from retrieval.index.snapshot import Index
from retrieval.index.wanted import Wanted


class Searchable(Protocol):
    """An index of an archive at one revision, wherever it lies."""

    def __len__(self) -> int:
        """How many passages can be found."""
        ...

    @property
    def revision(self) -> int:
        """Of the archive."""
        ...

    @property
    def articles(self) -> int:
        """How many articles the passages are from."""
        ...

    @property
    def publishers(self) -> Sequence[str]:
        """Who published them."""
        ...

    @property
    def words(self) -> Iterable[str]:
        """As printed, in passages that are here or were."""
        ...

    def count_holding(self, term: str) -> int:
        """In how many passages a term stands."""
        ...

    def rarity(self, term: str) -> float:
        """Inverse document frequency, above 0; an unknown term is as rare as can be."""
        ...

    def is_name(self, word: str) -> bool:
        """Whether a word that may be typed without its capital is printed with one only."""
        ...

    def together(self, some: Sequence[str], others: Sequence[str]) -> bool:
        """Whether a passage holds all of some terms, and half of others by their rarity."""
        ...

    def find_holding(self, terms: Sequence[str], most: int) -> list[int]:
        """Return the keys of passages that hold all of some terms; no more than `most` and one."""
        ...

    def gather(self, wanted: Iterable[Wanted], keys: Sequence[int] = ()) -> Index:
        """Put what a ranking needs to see into memory, with the figures of the whole archive.

        Args:
            wanted: The best of which it has to hold; an index in memory does not look at them.
            keys: Other passages that it has to hold, where they are in the archive.

        Raises:
            EngineError: What stores it does not answer.
        """
        ...
