"""Inside such a process: prepare what comes, one article at a time.

Run by `corpus.crew.process` as ``python -m corpus.crew.hand DESCRIPTOR``.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from corpus.article import Article
from corpus.attribution.extractor import Attributor
from corpus.errors import Failure, ToolError
from corpus.prepare import Embedder, Here, Prepared

START_S = 600.0
"""So long a process may take to begin: a model may have to be exported first."""

_FIRST = Article(
    "Ferry sails again", "“The ferry sails again,” said Ada Lund, its captain. Nobody objected."
)
"""Prepared before all others, so that the models are loaded and known to work."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a process works with; it is pickled on its way there.

    Attributes:
        make_embedder: Makes what embeds the passages.
        attributor: Finds who said what; nobody does where None.
    """

    make_embedder: Callable[[], Embedder]
    attributor: Attributor | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An article to prepare.

    Attributes:
        article: It.
        allowed_s: How long that may take.
    """

    article: Article
    allowed_s: float


Told = Prepared | Failure | ToolError
"""What comes back for each order; an error where nothing can be prepared at all."""


def serve(line: Connection) -> None:
    """Prepare articles until there are no more, or nobody listens.

    First come the tools; once they are at hand an article of our own is told as prepared.
    """
    try:
        with _limit(START_S):
            tools = line.recv()
            preparer = Here(tools.make_embedder(), tools.attributor)
            line.send(_prepare(preparer, _FIRST))
        while True:
            order = line.recv()
            with _limit(order.allowed_s):
                line.send(_prepare(preparer, order.article))
    except (EOFError, ConnectionError):  # whoever started us is gone
        return
    except ToolError as error:  # of whatever kind it is, it crosses the line by its words
        line.send(ToolError(str(error)))
    except Exception as error:  # noqa: BLE001 - the tools cannot be unpacked, say
        line.send(ToolError(f"{type(error).__name__}: {error}"))


def _prepare(preparer: Here, article: Article) -> Told:
    return next(preparer.begin([article]))


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    """End this process where something takes longer, whatever it is doing then."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:  # pragma: no cover - runs where nobody counts lines
    """Serve whoever started this process, through a connection that it left open."""
    with Connection(int(sys.argv[1])) as line:
        serve(line)


if __name__ == "__main__":  # pragma: no cover - likewise
    main()
