"""The line of progress: on a terminal all the time, elsewhere now and then, always on stderr."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Protocol

from rich.console import Console
from rich.text import Text

from corpus.ingest import Tally
from corpus.readers.reading import Reading

_SPAN_S = 180.0
"""The pace is that of the last three minutes."""
_LEAST_S = 5.0
"""In less nothing can be told of it."""
_EVERY_S = 30.0


@dataclass(slots=True)
class Pace:
    """How far an import came, and how fast it goes on.

    Attributes:
        tally: What was stored so far.
        reading: How far its files are read.
        clock: Seconds that only grow.
    """

    tally: Tally = field(default_factory=Tally)
    reading: Reading = field(default_factory=Reading)
    clock: Callable[[], float] = time.monotonic
    _seen: deque[tuple[float, int, int]] = field(default_factory=deque)

    def update(self, tally: Tally) -> None:
        """Go on with another tally."""
        self.tally = tally

    def tell(self) -> str:
        """The line."""
        tally, reading = self.tally, self.reading
        told = f"{tally.articles:,} so far, {tally.passages:,} passages embedded"
        if tally.failed:
            told += f", {tally.failed:,} not read"
        if reading.total:
            told = f"{_share(reading)} of {reading.total / 1e6:,.0f} MB, {told}"
        return f"Reading articles: {told}{self._speed()}"

    def _speed(self) -> str:
        """How many articles a minute, and how long the rest takes, once that can be told."""
        if not self.tally.articles:  # a resumed file is passed over, or the model loaded
            return ""
        now, articles, read = self.clock(), self.tally.articles, self.reading.read
        self._seen.append((now, articles, read))
        while now - self._seen[0][0] > _SPAN_S:
            self._seen.popleft()
        then, before, at = self._seen[0]
        if now - then < _LEAST_S:
            return ""
        told = f"; {(articles - before) * 60 / (now - then):,.0f} a minute"
        if read == at or not self.reading.total:
            return told
        left_s = (now - then) * (self.reading.total - read) / (read - at)
        return f"{told}, about {_last(left_s)} left"

    def __rich__(self) -> Text:
        """The line at any moment, for a terminal."""
        return Text(self.tell())


def _share(reading: Reading) -> str:
    return f"{min(1.0, reading.read / reading.total):.0%}"


def _last(seconds: float) -> str:
    """A span of time in words."""
    minutes = seconds / 60
    if minutes < 1:
        return "a minute"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


@contextmanager
def show_counting(
    console: Console, pace: Pace | None = None, *, every_s: float = _EVERY_S
) -> Iterator[Callable[[Tally], None]]:
    """Show how far reading articles came.

    Args:
        console: Where.
        pace: Knows it.
        every_s: Seconds between two lines where that is no terminal.
    """
    pace = pace or Pace()
    with show_line(console, pace, every_s=every_s):
        yield pace.update


class Told(Protocol):
    """Knows how far something came."""

    def tell(self) -> str:
        """The line."""

    def __rich__(self) -> Text:
        """The line at any moment, for a terminal."""


@contextmanager
def show_line(console: Console, told: Told, *, every_s: float = _EVERY_S) -> Iterator[None]:
    """Show how far something came, for as long as the context lasts.

    Args:
        console: Where.
        told: Knows it.
        every_s: Seconds between two lines where that is no terminal.
    """
    if console.is_terminal:
        with console.status(told):
            yield
        return
    over = Event()
    beside = Thread(target=_tell, args=(console, told, over, every_s), daemon=True)
    beside.start()
    try:
        yield
    finally:
        over.set()
        beside.join()


def _tell(console: Console, told: Told, over: Event, every_s: float) -> None:
    while not over.wait(every_s):
        console.print(told.tell(), markup=False, highlight=False, soft_wrap=True)
