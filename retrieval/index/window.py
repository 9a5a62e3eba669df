"""Rows of an engine as an index in memory, which is ranked as ever.

Tested with what makes it in `tests/retrieval/index/test_remote.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from retrieval.index.bm25 import SparseBM25, TermCounts, Whole
from retrieval.index.facets import Facets
from retrieval.index.port import Row, number_of
from retrieval.index.snapshot import Index
from retrieval.index.vectors import Vectors


class Origin(Whole, Protocol):
    """The archive that rows are candidates from: what ranking them needs to know of all of it."""

    @property
    def revision(self) -> int:
        """Of the archive."""
        ...

    @property
    def articles(self) -> int:
        """How many articles there are."""
        ...

    @property
    def publishers(self) -> Sequence[str]:
        """Who published them."""
        ...

    @property
    def newest(self) -> int:
        """The newest day of any article; 0 where unknown."""
        ...

    def number(self, term: str) -> int | None:
        """Return a term's number in the rows; None for one that no passage holds."""
        ...


def lay_out(rows: Sequence[Row], origin: Origin) -> Index:
    """Make an index of some rows that scores each as an index of the whole archive would.

    Args:
        rows: In ascending order of their keys.
        origin: The archive that they are from.
    """
    columns, matrix = tabulate(rows, [row.counts for row in rows])
    lengths = np.array([row.length for row in rows], np.int32)
    terms = TermCounts(_Vocabulary(columns, origin.number), matrix, lengths)
    return Index(
        revision=origin.revision,
        articles=origin.articles,
        keys=np.array([row.key for row in rows], np.int64),
        facets=_facets(rows, origin),
        terms=terms,
        bm25=SparseBM25(terms, whole=origin),
        vectors=Vectors((stack(rows),)) if rows else Vectors(),
        whole=origin,
    )


def stack(rows: Sequence[Row]) -> NDArray[np.float32]:
    """Put the rows' vectors below one another; zeros for those without one."""
    size = max((len(row.vector) for row in rows), default=0)
    none = np.zeros(size, np.float32)
    return np.stack([row.vector if len(row.vector) == size else none for row in rows])


def tabulate(
    rows: Sequence[Row], values: Sequence[NDArray[np.float32]]
) -> tuple[NDArray[np.uint32], csc_matrix]:
    """Put a value for each term of each row into a matrix.

    Returns:
        The numbers of all terms, ascending, and the matrix, a column for each of them.
    """
    numbers = np.concatenate([np.empty(0, np.uint32), *(row.terms for row in rows)])
    flat = np.concatenate([np.empty(0, np.float32), *values])
    places = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.terms) for row in rows])
    order = np.argsort(numbers, kind="stable")  # rows stay ascending within a term
    ordered = numbers[order]
    columns, begins = np.unique(ordered, return_index=True)
    ends = np.append(begins, len(ordered))
    shape = len(rows), len(columns)
    return columns, csc_matrix((flat[order], places[order], ends), shape=shape)


def _facets(rows: Sequence[Row], origin: Origin) -> Facets:
    names = ("", *origin.publishers)
    places = {number_of(name): place for place, name in enumerate(names)}
    return Facets(
        names,
        np.array([places.get(row.publisher, 0) for row in rows], np.int32),
        np.array([row.day for row in rows], np.int32),
        np.array([row.lead for row in rows], np.bool_),
        newest=origin.newest,
    )


class _Vocabulary(Mapping[str, int]):
    """The terms that some rows hold, with their columns; a term's number is looked up when asked.

    Args:
        columns: The terms' numbers, ascending.
        number: Looks up a term's.
    """

    def __init__(self, columns: NDArray[np.uint32], number: Callable[[str], int | None]) -> None:
        self._columns = columns
        self._number = number

    def __getitem__(self, term: str) -> int:
        number = self._number(term)
        place = int(self._columns.searchsorted(number)) if number is not None else len(self)
        if place == len(self) or self._columns[place] != number:
            raise KeyError(term)
        return place

    def __len__(self) -> int:
        return len(self._columns)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("only the numbers of these terms are known")
