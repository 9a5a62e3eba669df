"""Let threads share what embeds: questions first, and no text twice in a row.

Tested with the encoder in `tests/retrieval/encoding/test_encoder.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding.backend import Embed


class EncoderPool:
    """Functions that embed one batch at a time each, shared by threads.

    Whoever is in a hurry goes first: a question waits for a batch of passages that has begun, and
    for no other.

    Args:
        functions: At least one.

    Attributes:
        count: How many there are.
        waiting: How many threads wait in a hurry.
    """

    def __init__(self, functions: Sequence[Embed]) -> None:
        self._free = list(functions)
        self.count = len(functions)
        lock = threading.Lock()
        self._hurried, self._patient = threading.Condition(lock), threading.Condition(lock)
        self.waiting = 0

    def __call__(self, texts: list[str], *, hurry: bool) -> NDArray[np.float32]:
        """Embed a batch as soon as a lane is free."""
        embed = self._enter(hurry=hurry)
        try:
            return embed(texts)
        finally:
            with self._hurried:
                self._free.append(embed)
                self._hurried.notify()
                self._patient.notify()

    def _enter(self, *, hurry: bool) -> Embed:
        turn = self._hurried if hurry else self._patient
        with turn:
            self.waiting += hurry
            turn.wait_for(lambda: self._free and (hurry or not self.waiting))
            self.waiting -= hurry
            return self._free.pop()


class EmbeddingCache:
    """The vectors of the texts that were embedded last; safe to use from several threads.

    A question is embedded when it is searched for, and needed again when its answer is shown.

    Args:
        size: Most texts to remember, at least 1.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._lock = threading.Lock()

    def find(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Return the vectors of those texts that are remembered."""
        with self._lock:
            found = {text: self._vectors.pop(text) for text in set(texts) & self._vectors.keys()}
            self._vectors |= found
        return found

    def keep(self, vectors: dict[str, NDArray[np.float32]]) -> None:
        """Remember vectors; those that were not looked for longest are forgotten."""
        with self._lock:
            self._vectors |= vectors
            for text in list(self._vectors)[: -self._size]:
                del self._vectors[text]
