"""BM25 through rank-bm25, with a term's scores computed when a question first asks for it.

rank-bm25's ``get_scores`` walks through every passage for every term of a question. A term scores
only in the passages that hold it, though, so we list those term by term. Every new passage shifts
each score a little; computing none in advance is what makes taking in new passages quick.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Plus
from scipy.sparse import csc_matrix, csr_matrix

K1, B = 0.9, 0.4
"""Parameters for passages of even length: Anserini's defaults (Yang, Fang & Lin, JDIQ 2018)."""
FIXED_AVERAGE = 100.0
"""Length by which `saturate` measures every passage; those of news have 95 terms on average."""


class Whole(Protocol):
    """What BM25 must know of a whole archive to score a part of it as it would all of it."""

    def __len__(self) -> int:
        """How many passages there are."""
        ...

    @property
    def average(self) -> float:
        """Mean length of a passage, in terms; 0 without passages."""
        ...

    def count_holding(self, term: str) -> int:
        """In how many passages a term stands."""
        ...


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often each term stands in each passage.

    Attributes:
        vocabulary: Every term, with its column in ``matrix``.
        matrix: float32, shape (passages, terms); the rows of a column ascend.
        lengths: How many terms each passage has, repeated ones counted again: int32, shape
            (passages,).
        above: Counts of other passages, which come before these; nothing of them is copied.
    """

    vocabulary: Mapping[str, int] = field(default_factory=dict)
    matrix: csc_matrix = field(default_factory=lambda: csc_matrix(np.empty((0, 0), np.float32)))
    lengths: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    above: TermCounts | None = None

    def __len__(self) -> int:
        return len(self.lengths) + (len(self.above) if self.above else 0)

    def all_lengths(self) -> NDArray[np.int32]:
        """Return the lengths of all passages, those above first."""
        if self.above is None:
            return self.lengths
        return np.concatenate([self.above.all_lengths(), self.lengths])

    @property
    def average(self) -> float:
        """Mean length of a passage; 0 without passages."""
        return float(self.all_lengths().mean()) if len(self) else 0.0

    def count_holding(self, term: str) -> int:
        """In how many passages a term stands."""
        return len(self.of(term)[0])

    def extend(self, passages: Iterable[Sequence[str]]) -> TermCounts:
        """Return the counts with more passages after the present ones."""
        vocabulary = dict(self.vocabulary)
        columns: list[int] = []
        counts: list[int] = []
        ends = [0]
        for terms in passages:
            for term, count in Counter(terms).items():
                columns.append(vocabulary.setdefault(term, len(vocabulary)))
                counts.append(count)
            ends.append(len(columns))
        data, indices = np.array(counts, np.float32), np.array(columns, np.int32)
        rows = csr_matrix((data, indices, ends), shape=(len(ends) - 1, len(vocabulary)))
        lengths = np.asarray(rows.sum(axis=1, dtype=np.int32)).ravel()
        return TermCounts(
            vocabulary,
            _stacked(self.matrix, rows.tocsc()),
            np.concatenate([self.lengths, lengths]),
            self.above,
        )

    def keep(self, rows: NDArray[np.bool_]) -> TermCounts:
        """Return the counts of some of the passages, in their order."""
        if rows.all():
            return self
        start = len(self.above) if self.above else 0
        above, own = self.above and self.above.keep(rows[:start]), rows[start:]
        return TermCounts(self.vocabulary, self.matrix[own], self.lengths[own], above)

    def of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the passages that hold a term, ascending, and how often each does."""
        rows, counts = self._own(term)
        if self.above is None:
            return rows, counts
        others, theirs = self.above.of(term)
        lower = rows + np.int32(len(self.above))
        return np.concatenate([others, lower]), np.concatenate([theirs, counts])

    def _own(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        column = self.vocabulary.get(term)
        if column is None:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        part = slice(*self.matrix.indptr[column : column + 2])
        return self.matrix.indices[part], self.matrix.data[part]


def _stacked(upper: csc_matrix, lower: csc_matrix) -> csc_matrix:
    """Put the rows of one matrix below another's; it may have more columns.

    A column's new rows go to the column's end. SciPy's ``vstack`` would sort all of them anew.
    """
    if not upper.shape[0]:
        return lower
    ends = np.pad(upper.indptr, (0, lower.shape[1] - upper.shape[1]), mode="edge")
    places = np.repeat(ends[1:], np.diff(lower.indptr))
    data = np.insert(upper.data, places, lower.data)
    rows = np.insert(upper.indices, places, lower.indices + upper.shape[0])
    shape = (upper.shape[0] + lower.shape[0], lower.shape[1])
    return csc_matrix((data, rows, ends + lower.indptr), shape=shape)


class SparseBM25(BM25Plus):  # type: ignore[misc]  # rank_bm25 has no types
    """rank-bm25's BM25Plus with delta 0, from counts, in a fraction of its time.

    With ``delta=0`` a passage without any of the terms scores 0, and the inverse document
    frequency ``log((n + 1) / df)`` is above 0 even for a term that every passage holds, so that
    one or two passages can be searched too.

    Args:
        counts: The passages' terms.
        k1: How soon repeating a term stops counting, at least 0.
        b: How much a long passage is held against it, 0 to 1.
        whole: The archive that the passages are from, where they are a part of it: each then
            scores what it would among all.
    """

    def __init__(
        self, counts: TermCounts, *, k1: float = K1, b: float = B, whole: Whole | None = None
    ) -> None:
        self._whole = whole or counts
        super().__init__(counts, k1=k1, b=b, delta=0)
        self._counts = counts
        self._norms = k1 * (1 - b + b * self.doc_len / (self.avgdl or 1.0))
        self._asked: dict[str, tuple[NDArray[np.int32], NDArray[np.float64]]] = {}

    def _initialize(self, counts: TermCounts) -> dict[str, int]:
        """Take the passages' lengths, and leave every term to `_scored`."""
        self.doc_len = counts.all_lengths()
        self.corpus_size, self.avgdl = len(self._whole), self._whole.average
        return {}

    def _scored(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Return the passages that hold a term, with what it scores in each; they are kept.

        Those of all terms together take twelve bytes a count at most; questions share most terms.
        """
        if term in self._asked:
            return self._asked[term]
        rows, counts = self._counts.of(term)
        tf = counts.astype(np.float64)
        if not len(rows):  # whatever strangers make up is not kept
            return rows, tf
        self._calc_idf({term: self._whole.count_holding(term)})
        scores = self.idf[term] * (tf * (self.k1 + 1) / (self._norms[rows] + tf))
        self._asked[term] = rows, scores
        return self._asked[term]

    def get_scores(self, query: Iterable[str]) -> NDArray[np.float64]:
        """Score every passage, as rank-bm25 does.

        Args:
            query: Terms; one that stands twice counts twice, one that is unknown not at all.

        Returns:
            Shape (passages,); 0 where a passage holds none of the terms.
        """
        found = [scored for term in query if len((scored := self._scored(term))[0])]
        if not found:
            return np.zeros(len(self.doc_len))
        rows = np.concatenate([rows for rows, _ in found])
        values = np.concatenate([values for _, values in found])
        size = len(self.doc_len)
        return np.bincount(rows, values, minlength=size).astype(np.float64, copy=False)


def saturate(counts: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Weigh how often terms stand in a passage, by an average length that never changes.

    A rarity times this is what BM25 scores, but for the average: so what is stored does not drift
    while the archive grows. It chooses candidates; they are ranked by the real average.

    Example:
        >>> saturate(np.array([1, 2], np.float32), 100).round(3).tolist()
        [1.0, 1.309999942779541]
    """
    norm = np.float32(K1 * (1 - B + B * length / FIXED_AVERAGE))
    return counts * np.float32(K1 + 1) / (norm + counts)


def restore_counts(weights: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Return what was saturated.

    Example:
        >>> restore_counts(saturate(np.array([1, 300], np.float32), 60), 60).tolist()
        [1.0, 300.0]
    """
    norm = np.float32(K1 * (1 - B + B * length / FIXED_AVERAGE))
    return np.maximum(np.rint(weights * norm / (np.float32(K1 + 1) - weights)), 1)
