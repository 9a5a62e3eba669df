"""Read the first hits together with the question, as far as there is time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from retrieval.encoding.backend import count_streams
from retrieval.index.header import add_header
from retrieval.reading.windows import plan_windows
from retrieval.results import Hit, Reading, Window

FIRST_HITS = 8
"""Hits of which one window is read: the right one is among them for 93 to 97 in 100 questions."""
MORE_WINDOWS = 4
"""Windows that are read beside, of the hits that did best."""
_FEWEST = 2
"""Windows that are read however many questions are asked at once."""


class Model(Protocol):
    """Reads a question and a window together: `ReaderModel`, or a fake in tests."""

    name: str

    def load(self) -> None:
        """Get ready, where that takes long."""
        ...

    def read(self, question: str, head: str, text: str) -> Reading:
        """Read a window behind its article's header."""
        ...


class Reader:
    """Reads windows of hits, on all cores, within a time limit; safe to use from several threads.

    The more questions are asked at once, the fewer windows of each are read.

    Args:
        model: What reads.
        limit_ms: Time for one question, loading apart.
        clock: Seconds from any start.

    Attributes:
        unread: How many windows were left unread so far, for want of time.
        asking: How many questions are being read for now.
    """

    def __init__(
        self, model: Model, *, limit_ms: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = model.name
        self.unread = 0
        self._model = model
        self._limit_s = limit_ms / 1000
        self._clock = clock
        self._lanes = ThreadPoolExecutor(count_streams(), thread_name_prefix="reader")
        self._lock = threading.Lock()
        self.asking = 0

    def load(self) -> None:
        """Load the model now rather than with the first question.

        Raises:
            ModelError: It cannot be loaded.
        """
        self._model.load()

    def read(
        self, questions: Sequence[str], hits: Sequence[Hit], rarity: Callable[[str], float]
    ) -> dict[int, tuple[Window, ...]]:
        """Read the likeliest window of each of the first hits, then more of the best.

        Args:
            questions: What each hit was ranked for, as many as hits.
            hits: Best first.
            rarity: Inverse document frequency of a term.

        Returns:
            The windows that were read, by the number of the hit.

        Raises:
            ModelError: See `load`.
        """
        self.load()
        planned = [
            plan_windows(question, hit.article, hit.passage, rarity)
            for question, hit in zip(questions[:FIRST_HITS], hits[:FIRST_HITS], strict=True)
        ]
        with self._counted() as asking:
            end = self._clock() + self._limit_s
            most = max(_FEWEST, (FIRST_HITS + MORE_WINDOWS) // asking)
            first = [(number, windows[0]) for number, windows in enumerate(planned) if windows]
            read = self._read(questions, hits, first[:most], end)
            best = sorted(read, key=lambda number: -read[number][0].reading.relevance)
            more = [(number, window) for number in best for window in planned[number][1:]]
            left = max(0, min(most - len(first), MORE_WINDOWS))
            for number, windows in self._read(questions, hits, more[:left], end).items():
                read[number] += windows
        return {number: tuple(windows) for number, windows in read.items()}

    @contextmanager
    def _counted(self) -> Iterator[int]:
        """Count the questions that are being read for."""
        with self._lock:
            self.asking += 1
            asking = self.asking
        try:
            yield asking
        finally:
            with self._lock:
                self.asking -= 1

    def _read(
        self,
        questions: Sequence[str],
        hits: Sequence[Hit],
        wanted: Sequence[tuple[int, tuple[int, int]]],
        end: float,
    ) -> dict[int, list[Window]]:
        futures: list[tuple[int, int, int, Future[Reading]]] = []
        for number, (start, stop) in wanted:
            article = hits[number].article
            head, text = add_header(article, ""), article.body[start:stop]
            future = self._lanes.submit(self._model.read, questions[number], head, text)
            futures.append((number, start, stop, future))
        read: dict[int, list[Window]] = {}
        for number, start, stop, future in futures:
            try:
                reading = future.result(timeout=max(0.0, end - self._clock()))
            except TimeoutError:
                future.cancel()
                self.unread += 1
                continue
            read.setdefault(number, []).append(Window(start, stop, reading))
        return read
