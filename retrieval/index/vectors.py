"""The passages' embeddings; they change without a copy of all that stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from retrieval.index.facets import Mask

_SHORT = 1 / 32
"""Share of all passages up to which a piece is joined to a short neighbour."""

Piece = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Embeddings of n passages, in pieces that follow one another.

    Attributes:
        pieces: float32, each of shape (some passages, dimension), rows of unit length, or zeros for
            none. What was
            added is a piece of its own and what was removed divides one. Short neighbours are
            joined, so that there are 64 at most.
    """

    pieces: tuple[Piece, ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.pieces))

    def __matmul__(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return every passage's cosine to a vector of unit length, shape (n,); 0 without one."""
        if not self.dimension:
            return np.zeros(len(self), np.float32)
        return np.concatenate([piece @ vector for piece in self.pieces])

    @property
    def dimension(self) -> int:
        """Numbers in a vector; 0 where there is none."""
        return self.pieces[0].shape[1] if self.pieces else 0

    def whole(self) -> NDArray[np.float32]:
        """Return all of them in one piece, shape (n, dimension)."""
        if len(self.pieces) == 1:
            return self.pieces[0]
        return np.concatenate([np.empty((0, self.dimension), np.float32), *self.pieces])

    def extend(self, vectors: NDArray[np.float32]) -> Vectors:
        """Return them with more passages after the present ones."""
        return Vectors(_joined([*self.pieces, vectors])) if len(vectors) else self

    def keep(self, rows: Mask) -> Vectors:
        """Return those of some of the passages, in their order."""
        kept, start = list[Piece](), 0
        for piece in self.pieces:
            kept += (piece[run] for run in _runs(rows[start : start + len(piece)]))
            start += len(piece)
        return Vectors(_joined(kept))


def _runs(rows: Mask) -> Iterator[slice]:
    """Yield the stretches that are true."""
    edges = np.flatnonzero(np.diff(rows, prepend=False, append=False)).tolist()
    return map(slice, edges[::2], edges[1::2])


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    most = int(sum(map(len, pieces)) * _SHORT)
    joined = list[Piece]()
    for short, group in groupby(pieces, lambda piece: len(piece) <= most):
        neighbours = list(group)
        joined += [np.concatenate(neighbours)] if short else neighbours
    return tuple(joined)
