"""Read the first hits together with the question, as far as there is time.

A question that leans on what was said before is read twice. Its completed form says what it is
about, but not always in good English ("How wide new flood barrier?"); the reader's own words are
good English and say nothing of that. What both find together is right more often than what either
does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from corpus.archive import Archive
from corpus.nlp.segment import Slice
from retrieval.encoding.backend import count_streams
from retrieval.index.header import add_header
from retrieval.query.intent import NO_TALK, Talk
from retrieval.reading.model import ReaderModel
from retrieval.reading.windows import choose_window, split_windows, weigh_hit, weigh_reading
from retrieval.results import Hit, Reading, Window

FIRST_HITS = 6
"""Hits of which a window is read: the right one is among them for nine questions in ten, and more
hits bring more that only look like answers."""
LIMIT_MS = 250
"""Milliseconds for one question, for the reader that `make_reader` makes."""
_MOST_WINDOWS = 10
"""Windows of the first hits, those of articles at hand being read whole; more find no more."""
_TWICE = 3
"""Hits that are read again in the reader's own words; no other one was the best then."""


class Model(Protocol):
    """Reads a question and a window together: `ReaderModel`, or a fake in tests."""

    name: str

    def load(self) -> None:
        """Get ready, where that takes long."""
        ...

    def verify(self) -> None:
        """Make sure that what is kept of it is sound, where anything is.

        Raises:
            ModelError: It is not.
        """
        ...

    def read(self, question: str, head: str, text: str) -> Reading:
        """Read a window behind its article's header."""
        ...


class Reader:
    """Reads windows of hits, on all cores, within a time limit; safe to use from several threads.

    The more questions are asked at once, the fewer windows of each are read, and none of more than
    `FIRST_HITS` questions: these are answered by the scores alone, which takes a tenth of the time.

    Args:
        model: What reads.
        limit_ms: Time for one question, loading apart.
        clock: Seconds from any start.

    Attributes:
        unread: How many windows were left unread so far, for want of time or as many asked at once.
        asking: How many questions are being answered now, see `answering`.
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

    def verify(self) -> None:
        """Make sure that what is kept of the model is sound; see `Model.verify`."""
        self._model.verify()

    def load(self) -> None:
        """Load the model now rather than with the first question.

        Raises:
            ModelError: It cannot be loaded.
        """
        self._model.load()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count a question that is being answered, from its beginning to its end.

        What is not counted is read as if nobody else asked.
        """
        with self._lock:
            self.asking += 1
        try:
            yield
        finally:
            with self._lock:
                self.asking -= 1

    def read(
        self,
        questions: Sequence[str],
        hits: Sequence[Hit],
        rarity: Callable[[str], float],
        *,
        talk: Talk = NO_TALK,
    ) -> dict[int, Window]:
        """Read a window of each of the first hits.

        Args:
            questions: What each hit was ranked for, as many as hits.
            hits: Best first.
            rarity: Inverse document frequency of a term.
            talk: What the questions lean on. Of an article at hand all of a passage is read, and
                its best window kept. Where a part of the question is the reader's own, the best
                hits are read in these words too, and only they are kept.

        Returns:
            What was read, by the number of the hit.

        Raises:
            ModelError: See `load`.
        """
        self.load()
        asking = max(1, self.asking)
        end = self._clock() + self._limit_s
        most = FIRST_HITS // asking
        with self._lock:
            self.unread += max(0, min(FIRST_HITS, len(hits)) - most)
        windows = [
            (number, question, window)
            for number, (question, hit) in enumerate(
                zip(questions[:most], hits[:most], strict=True)
            )
            for window in _choose(question, hit, rarity, talk)
        ]
        most = _MOST_WINDOWS // asking
        read = self._collect(self._begin(hits, windows[:most]), end)
        return self._read_again(talk.own, hits, read, end) if talk.own else read

    def _read_again(
        self, own: str, hits: Sequence[Hit], read: dict[int, Window], end: float
    ) -> dict[int, Window]:
        """Read the best windows in the reader's own words too, and keep what both say."""
        best = sorted(
            read, key=lambda number: -weigh_hit(replace(hits[number], window=read[number]))
        )
        windows = [
            (number, own, (read[number].start, read[number].end)) for number in best[:_TWICE]
        ]
        again = self._collect(self._begin(hits, windows), end)
        return {
            number: replace(window, reading=read[number].reading.average(window.reading))
            for number, window in again.items()
        } or read

    def _begin(
        self, hits: Sequence[Hit], windows: Sequence[tuple[int, str, Slice]]
    ) -> list[tuple[int, Slice, Future[Reading]]]:
        """Begin to read windows, each of the hit of its number and with its question."""
        begun = []
        for number, question, window in windows:
            article = hits[number].article
            head, text = add_header(article, ""), article.body[slice(*window)]
            begun.append(
                (number, window, self._lanes.submit(self._model.read, question, head, text))
            )
        return begun

    def _collect(
        self, begun: Sequence[tuple[int, Slice, Future[Reading]]], end: float
    ) -> dict[int, Window]:
        """Wait for what is being read, and keep the best window of each hit."""
        read: dict[int, Window] = {}
        for number, window, future in begun:
            try:
                reading = future.result(timeout=max(0.0, end - self._clock()))
            except TimeoutError:
                future.cancel()
                with self._lock:
                    self.unread += 1
                continue
            before = read.get(number)
            if before is None or weigh_reading(reading) > weigh_reading(before.reading):
                read[number] = Window(*window, reading)
        return read


def make_reader(archive: Archive) -> Reader:
    """Make the reader that comes with Byline, for an archive; it loads when it first reads."""
    return Reader(ReaderModel(archive.home / "models"), limit_ms=LIMIT_MS)


def _choose(question: str, hit: Hit, rarity: Callable[[str], float], talk: Talk) -> Sequence[Slice]:
    """Choose the windows of a hit that are read."""
    if hit.article.id in talk.articles:
        return split_windows(hit.article, hit.passage)
    window = choose_window(talk.own or question, hit.article, hit.passage, rarity)
    return [window] if window else []
