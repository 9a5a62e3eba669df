"""Read the first hits together with the question, as far as there is time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol

from corpus.archive import Archive
from retrieval.encoding.backend import count_streams
from retrieval.index.header import add_header
from retrieval.reading.model import ReaderModel
from retrieval.reading.windows import choose_window
from retrieval.results import Hit, Reading, Window

FIRST_HITS = 6
"""Hits of which a window is read: the right one is among them for nine questions in ten, and more
hits bring more that only look like answers."""
LIMIT_MS = 250
"""Milliseconds for one question, for the reader that `make_reader` makes."""
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
    ) -> dict[int, Window]:
        """Read a window of each of the first hits.

        Args:
            questions: What each hit was ranked for, as many as hits.
            hits: Best first.
            rarity: Inverse document frequency of a term.

        Returns:
            What was read, by the number of the hit.

        Raises:
            ModelError: See `load`.
        """
        self.load()
        with self._counted() as asking:
            end = self._clock() + self._limit_s
            most = max(_FEWEST, FIRST_HITS // asking)
            futures: list[tuple[int, int, int, Future[Reading]]] = []
            for number, (question, hit) in enumerate(
                zip(questions[:most], hits[:most], strict=True)
            ):
                window = choose_window(question, hit.article, hit.passage, rarity)
                if window is None:
                    continue
                head, text = add_header(hit.article, ""), hit.article.body[slice(*window)]
                future = self._lanes.submit(self._model.read, question, head, text)
                futures.append((number, *window, future))
            return self._collect(futures, end)

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

    def _collect(
        self, futures: Sequence[tuple[int, int, int, Future[Reading]]], end: float
    ) -> dict[int, Window]:
        read: dict[int, Window] = {}
        for number, start, stop, future in futures:
            try:
                reading = future.result(timeout=max(0.0, end - self._clock()))
            except TimeoutError:
                future.cancel()
                with self._lock:
                    self.unread += 1
                continue
            read[number] = Window(start, stop, reading)
        return read


def make_reader(archive: Archive) -> Reader:
    """Make the reader that comes with Byline, for an archive; it loads when it first reads."""
    return Reader(ReaderModel(archive.home / "models"), limit_ms=LIMIT_MS)
