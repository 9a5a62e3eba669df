"""The five calls of an engine: what stores passages elsewhere, and hands over candidates.

It is the seam between an index and Milvus or, in tests and where nothing else is wanted, memory.
An engine never ranks: it hands over what `retrieval.ranking.rank` then ranks as ever.

Tested with both of its sides in `tests/retrieval/index/test_milvus.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A passage as an engine stores it. Names are numbers there: see `number_of`.

    Attributes:
        key: Of the passage in the store.
        terms: Numbers of its distinct terms, uint32, ascending.
        counts: How often each stands in it: float32.
        length: How many terms it has, repeated ones counted again.
        vector: Its embedding of unit length: float32; zeros for none.
        publisher: Number of its publisher; 0 for none.
        section: Number of its section; 0 for none.
        owner: Number of its shelf; 0 for the shared one.
        day: When it was published, see `date.toordinal`; 0 where unknown.
        lead: Whether it is the first of its article's several passages.
    """

    key: int
    terms: NDArray[np.uint32]
    counts: NDArray[np.float32]
    length: int
    vector: NDArray[np.float32]
    publisher: int = 0
    section: int = 0
    owner: int = 0
    day: int = 0
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows an engine may hand over; by default all.

    Attributes:
        owners: Only rows of these shelves, by number; None for all.
        publishers: Only rows of these publishers, if there are any.
        without: No rows of these.
        first: Only rows of this day or later.
        last: Only rows of this day or earlier.
        leads: Only openings.
        keys: Only these rows.
    """

    owners: tuple[int, ...] | None = None
    publishers: tuple[int, ...] = ()
    without: tuple[int, ...] = ()
    first: int | None = None
    last: int | None = None
    leads: bool = False
    keys: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The best rows by one field.

    Attributes:
        query: By the lexical field: terms' numbers with their rarity; a row scores the sum of
            these, each times the saturated frequency of its term. By the dense field: a vector.
        count: How many.
        limits: Among which rows.
    """

    query: Mapping[int, float] | NDArray[np.float32]
    count: int
    limits: Filter = field(default_factory=Filter)


class Engine(Protocol):
    """Stores rows, and hands over those that a ranking should see.

    Every method raises `EngineError` where it does not answer in time. Whatever it has
    acknowledged is there from then on, also after it was killed.
    """

    def upsert(self, rows: Sequence[Row]) -> None:
        """Store rows, in place of those of the same keys."""
        ...

    def delete(self, keys: Sequence[int] | None) -> None:
        """Remove rows, those that are there; None for all, with whatever they lie in."""
        ...

    def find_best(self, searches: Sequence[Search]) -> list[int]:
        """Return the keys of the best rows of every search, all in one request.

        Returns:
            Each once, in no order: who asks ranks them. A row that scores 0 need not be among
            them.
        """
        ...

    def fetch(self, keys: Sequence[int]) -> list[Row]:
        """Read rows, those that are there, ascending."""
        ...

    def count(self) -> int:
        """How many rows there are."""
        ...


def number_of(name: str) -> int:
    """Number a publisher, section or shelf, so that no name has to be quoted in a filter.

    Returns:
        The same for the same name anywhere, of 62 bits; 0 for the empty name.

    Example:
        >>> number_of(""), 0 < number_of("Wexmoor Gazette") < 2**62
        (0, True)
    """
    if not name:
        return 0
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) >> 2 or 1


def number_all(names: Collection[str]) -> tuple[int, ...]:
    """Number some names, ascending."""
    return tuple(sorted(map(number_of, names)))
