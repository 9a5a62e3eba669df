"""What can go wrong with articles.

CorpusError
├── UnreadableError   a file, page, record or feed holds no article we can read
├── FetchError        an address could not be fetched, or must not be
├── VectorError       what an encoder made of a text is no vector of length 1
├── ToolError         what every article is read with does not work, whatever the article
│   └── SandboxError  the process that reads what strangers publish cannot be started
└── StoreError        the archive could not be opened, upgraded or written

Every message is one line that a person who typed a command can act on. A batch does not stop at
the first failure: readers yield `Failure` values beside the articles, and whatever else an item
raises becomes one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import TypeVar

_T = TypeVar("_T")


class CorpusError(Exception):
    """Root of this package's errors."""


class UnreadableError(CorpusError):
    """The input holds no article we can read."""


class FetchError(CorpusError):
    """The address could not be fetched, or must not be."""


class ToolError(CorpusError):
    """What every article is read with does not work, whatever the article."""


class SandboxError(ToolError):
    """The process that reads what strangers publish cannot be started."""


class VectorError(CorpusError):
    """What an encoder made of a text is not finite, or not of length 1."""


class StoreError(CorpusError):
    """The archive could not be opened, upgraded or written."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One input of a batch that was not read.

    Attributes:
        where: What the person would recognise: a path, ``path:line``, or an address.
        reason: One short line: what is wrong, and what to do where that is not obvious.
    """

    where: str
    reason: str


FATAL = (StoreError, ToolError)
"""What ends a batch; whatever else an item raises is a failure of that item."""


def explain(error: Exception) -> str:
    """Say in a short line why an item was not read, whatever it raised."""
    if isinstance(error, CorpusError):
        return str(error)
    if isinstance(error, MemoryError):
        return "it takes more memory than there is"
    said = shorten(str(error), 100, placeholder=" …")
    return f"a fault of ours, please report it: {type(error).__name__}: {said}"


def attempt(
    read: Callable[[], _T], where: str, *, fatal: tuple[type[Exception], ...] = FATAL
) -> _T | Failure:
    """Read one item; whatever it raises is a failure, but what is fatal.

    Example:
        >>> attempt(lambda: [][0], "story.html").where
        'story.html'
    """
    try:
        return read()
    except fatal:
        raise
    except Exception as error:  # noqa: BLE001 - whoever reads the batch is told of it
        return Failure(where, explain(error))


def attempt_all(items: Iterable[_T], where: str) -> Iterator[_T | Failure]:
    """Pass items on; whatever ends them early is a failure after them, but what is `FATAL`."""
    try:
        yield from items
    except FATAL:
        raise
    except Exception as error:  # noqa: BLE001 - whoever reads the batch is told of it
        yield Failure(where, explain(error))
