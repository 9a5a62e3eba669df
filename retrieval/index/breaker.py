"""Ask no engine that is down: whoever asks is told at once, and it is tried again by itself.

Tested with an engine that fails in `tests/retrieval/index/test_breaker.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from retrieval.errors import EngineError
from retrieval.index.port import Engine, Row, Search

_FAILURES = 3
"""Failures in a row from which on the engine counts as down."""
_FIRST_S, _LONGEST_S = 1.0, 30.0
"""How long it is left alone then; each further failure doubles that, up to the longest."""


class Breaker:
    """Hands calls on to an engine, unless it failed just now; safe to use from several threads.

    Args:
        engine: The engine.
        clock: Tells the seconds.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._failures = 0
        self._until = 0.0
        self._changing = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the engine counts as down."""
        return self._failures >= _FAILURES

    def upsert(self, rows: Sequence[Row]) -> None:
        """Store rows."""
        with self._watched():
            self._engine.upsert(rows)

    def delete(self, keys: Sequence[int] | None) -> None:
        """Remove rows; None for all."""
        with self._watched():
            self._engine.delete(keys)

    def find_best(self, searches: Sequence[Search]) -> list[int]:
        """Return the keys of the best rows of every search."""
        with self._watched():
            return self._engine.find_best(searches)

    def fetch(self, keys: Sequence[int]) -> list[Row]:
        """Read rows."""
        with self._watched():
            return self._engine.fetch(keys)

    def count(self) -> int:
        """How many rows there are."""
        with self._watched():
            return self._engine.count()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Let a call pass, and note what becomes of it.

        Raises:
            EngineError: It is too early to ask again, or the call fails.
        """
        self._enter()
        try:
            yield
        except EngineError:
            self._note_failure()
            raise
        self._failures = 0

    def _enter(self) -> None:
        """Let one call at a time pass where the engine counts as down."""
        with self._changing:
            if not self.is_open:
                return
            if self._clock() < self._until:
                raise EngineError("the search engine is down; it is tried again soon")
            self._until = self._clock() + _FIRST_S  # the others wait for what becomes of this one

    def _note_failure(self) -> None:
        with self._changing:
            self._failures += 1
            doublings = min(self._failures - _FAILURES, 10)
            if doublings >= 0:
                self._until = self._clock() + min(_FIRST_S * 2**doublings, _LONGEST_S)
