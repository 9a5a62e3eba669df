"""The five calls over an index in memory: no server, and the measure of whatever has one.

Tested with the others in `tests/retrieval/index/test_milvus.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from retrieval.index.bm25 import saturate
from retrieval.index.facets import Mask
from retrieval.index.port import Filter, Row, Search
from retrieval.index.window import stack, tabulate


class MemoryEngine:
    """Keeps rows in memory; safe to use from several threads."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._table: _Table | None = None
        self._changing = threading.Lock()

    def upsert(self, rows: Sequence[Row]) -> None:
        """Store rows, in place of those of the same keys."""
        with self._changing:
            self._rows, self._table = self._rows | {row.key: row for row in rows}, None

    def delete(self, keys: Sequence[int] | None) -> None:
        """Remove rows, those that are there; None for all."""
        with self._changing:
            gone = set(self._rows if keys is None else keys)
            self._rows = {key: row for key, row in self._rows.items() if key not in gone}
            self._table = None

    def find_best(self, searches: Sequence[Search]) -> list[int]:
        """Return the keys of the best rows of every search."""
        with self._changing:
            table = self._table = self._table or _tabulated(self._rows)
        return list({key for search in searches for key in table.find_best(search)})

    def fetch(self, keys: Sequence[int]) -> list[Row]:
        """Read rows, those that are there, ascending."""
        rows = self._rows
        return [rows[key] for key in sorted(set(keys)) if key in rows]

    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Rows, field by field, in ascending order of their keys."""

    keys: NDArray[np.int64]
    numbers: NDArray[np.uint32]
    weights: csc_matrix
    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]
    publishers: NDArray[np.int64]
    days: NDArray[np.int64]
    leads: Mask

    def find_best(self, search: Search) -> list[int]:
        scores = self._score(search.query) * self._passing(search.limits)
        best = np.argsort(-scores, kind="stable")[: search.count]
        return [int(self.keys[row]) for row in best if scores[row] > 0]

    def _score(self, query: Mapping[int, float] | NDArray[np.float32]) -> NDArray[np.float64]:
        scores = np.zeros(len(self.keys))
        if not isinstance(query, Mapping):
            return scores + self.vectors @ query if self.vectors.size else scores
        for number, weight in query.items():
            place = int(self.numbers.searchsorted(number))
            if place < len(self.numbers) and self.numbers[place] == number:
                part = slice(*self.weights.indptr[place : place + 2])
                scores[self.weights.indices[part]] += weight * self.weights.data[part]
        return scores

    def _passing(self, limits: Filter) -> Mask:
        passing = np.ones(len(self.keys), np.bool_)
        if limits.owners is not None:
            passing &= np.isin(self.owners, limits.owners)
        if limits.publishers:
            passing &= np.isin(self.publishers, limits.publishers)
        if limits.without:
            passing &= ~np.isin(self.publishers, limits.without)
        if limits.first is not None:
            passing &= self.days >= limits.first
        if limits.last is not None:
            passing &= self.days <= limits.last
        if limits.leads:
            passing &= self.leads
        if limits.keys is not None:
            passing &= np.isin(self.keys, limits.keys)
        return passing


def _tabulated(held: Mapping[int, Row]) -> _Table:
    rows = [held[key] for key in sorted(held)]
    numbers, weights = tabulate(rows, [saturate(row.counts, row.length) for row in rows])

    def column(name: str) -> NDArray[np.int64]:
        return np.array([getattr(row, name) for row in rows], np.int64)

    return _Table(
        keys=column("key"),
        numbers=numbers,
        weights=weights,
        vectors=stack(rows) if rows else np.empty((0, 0), np.float32),
        owners=column("owner"),
        publishers=column("publisher"),
        days=column("day"),
        leads=column("lead").astype(np.bool_),
    )
