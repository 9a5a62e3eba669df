"""What an encoder makes of passages: vectors that are finite and of length 1, or none.

Tested with the archive that keeps them in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.errors import VectorError

UNEMBEDDED = ""
"""The fingerprint of passages that no encoder has seen yet."""
_TOLERANCE = 0.01
"""Of a squared length; half precision changes it by a thousandth."""


@dataclass(frozen=True, slots=True)
class Embeddings:
    """What an encoder made of some passages.

    Attributes:
        fingerprint: Which model and precision; only equal fingerprints may be compared.
        vectors: float16, shape (passages, dimension), each row of unit length; without columns
            where they are `UNEMBEDDED`.

    Raises:
        VectorError: A row is not finite, or not of length 1.
    """

    fingerprint: str
    vectors: NDArray[np.float16]

    def __post_init__(self) -> None:
        if self.fingerprint != UNEMBEDDED and find_unsound(self.vectors).any():
            raise VectorError("the model made a vector that is not finite and of length 1")


def find_unsound(vectors: NDArray[Any]) -> NDArray[np.bool_]:
    """Say which rows are not finite, or not of length 1; without columns, all are."""
    with np.errstate(all="ignore"):
        squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32)
        return np.asarray(~(np.abs(squares - 1) <= _TOLERANCE))


def stack_stored(stored: Sequence[bytes]) -> NDArray[np.float16]:
    """Put stored vectors in rows; where a few are of another length, those are not numbers.

    Returns:
        Shape (passages, the length most of them have), without columns where most have none.
    """
    sizes = Counter(len(one) // 2 if len(one) % 2 == 0 else 0 for one in stored)
    size = sizes.most_common(1)[0][0] if sizes else 0
    lost = np.full(size, np.nan, np.float16).tobytes()
    rows = (one if len(one) == 2 * size else lost for one in stored)
    return np.frombuffer(b"".join(rows), np.float16).reshape(len(stored), size)
