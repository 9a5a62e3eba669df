"""BM25 through rank-bm25, with its scores computed once for all.

rank-bm25's ``get_scores`` walks through every passage for every term of a question. Its score of
a term in a passage depends on nothing else, though, so we compute each one when the index is
built and keep them in a sparse matrix; a question then only adds up a few columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Plus
from scipy.sparse import csc_matrix, csr_matrix

K1, B = 0.9, 0.4
"""Parameters for passages of even length: Anserini's defaults (Yang, Fang & Lin, JDIQ 2018)."""


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often each term stands in each passage.

    Attributes:
        vocabulary: Every term, with its column in ``matrix``.
        matrix: float32, shape (passages, terms).
    """

    vocabulary: dict[str, int] = field(default_factory=dict)
    matrix: csr_matrix = field(default_factory=lambda: csr_matrix(np.empty((0, 0), np.float32)))

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
        own = self.matrix
        start = own.indptr[-1]
        matrix = csr_matrix(
            (
                np.concatenate([own.data, data]),
                np.concatenate([own.indices, indices]),
                np.concatenate([own.indptr, start + np.array(ends[1:], np.int64)]),
            ),
            shape=(own.shape[0] + len(ends) - 1, len(vocabulary)),
        )
        return TermCounts(vocabulary, matrix)

    def keep(self, rows: NDArray[np.bool_]) -> TermCounts:
        """Return the counts of some of the passages, in their order."""
        return TermCounts(self.vocabulary, self.matrix[rows])


class SparseBM25(BM25Plus):  # type: ignore[misc]  # rank_bm25 has no types
    """rank-bm25's BM25Plus with delta 0, from counts, in a fraction of its time.

    With ``delta=0`` a passage without any of the terms scores 0, and the inverse document
    frequency ``log((n + 1) / df)`` is above 0 even for a term that every passage holds, so that
    one or two passages can be searched too.

    Args:
        counts: The passages' terms.
        k1: How soon repeating a term stops counting, at least 0.
        b: How much a long passage is held against it, 0 to 1.
    """

    def __init__(self, counts: TermCounts, *, k1: float = K1, b: float = B) -> None:
        super().__init__(counts, k1=k1, b=b, delta=0)
        self._scores = self._precompute(counts)
        self._columns = counts.vocabulary

    def _initialize(self, counts: TermCounts) -> dict[str, int]:
        """Take what the library counts from the matrix: lengths, and in how many passages."""
        matrix = counts.matrix
        self.corpus_size = matrix.shape[0]
        self.doc_len = np.asarray(matrix.sum(axis=1, dtype=np.float64)).ravel()
        self.avgdl = self.doc_len.mean() if self.corpus_size else 0.0
        frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
        return {term: n for term, n in zip(counts.vocabulary, frequency.tolist(), strict=True) if n}

    def _precompute(self, counts: TermCounts) -> csc_matrix:
        matrix = counts.matrix.tocsc()
        idf = np.array([self.idf.get(term, 0.0) for term in counts.vocabulary])
        length = self.k1 * (1 - self.b + self.b * self.doc_len / (self.avgdl or 1.0))
        tf, rows = matrix.data.astype(np.float64), matrix.indices
        scores = np.repeat(idf, np.diff(matrix.indptr)) * (tf * (self.k1 + 1) / (length[rows] + tf))
        return csc_matrix((scores, rows, matrix.indptr), shape=matrix.shape)

    def get_scores(self, query: Iterable[str]) -> NDArray[np.float64]:
        """Score every passage, as rank-bm25 does.

        Args:
            query: Terms; one that stands twice counts twice, one that is unknown not at all.

        Returns:
            Shape (passages,); 0 where a passage holds none of the terms.
        """
        scores = self._scores
        columns = [self._columns[term] for term in query if term in self._columns]
        if not columns:
            return np.zeros(self.corpus_size)
        slices = [slice(*scores.indptr[column : column + 2]) for column in columns]
        rows = np.concatenate([scores.indices[part] for part in slices])
        values = np.concatenate([scores.data[part] for part in slices])
        return np.bincount(rows, values, minlength=self.corpus_size).astype(np.float64, copy=False)
