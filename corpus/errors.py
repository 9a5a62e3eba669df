"""What can go wrong with articles.

CorpusError
├── UnreadableError   a file, page, record or feed holds no article we can read
├── FetchError        an address could not be fetched, or must not be
│   └── StatusError   its server answered with something else than a page
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
from dataclasses import dataclass, field
from enum import StrEnum
from textwrap import shorten
from typing import Self, TypeVar

_T = TypeVar("_T")


class Cause(StrEnum):
    """Why something was not read, for who says it in another language."""

    OTHER = "other"
    NO_ARTICLE = "no-article"
    A_LIST = "list"
    NOT_THERE = "not-there"
    NO_ANSWER = "no-answer"
    CLOSED = "closed"
    ROBOTS = "robots"
    TOO_LARGE = "too-large"
    FORBIDDEN = "forbidden"


class CorpusError(Exception):
    """Root of this package's errors."""

    cause = Cause.OTHER


class UnreadableError(CorpusError):
    """The input holds no article we can read."""

    cause = Cause.NO_ARTICLE


class FetchError(CorpusError):
    """The address could not be fetched, or must not be.

    Args:
        reason: A short line.
        cause: The kind of reason.
    """

    def __init__(self, reason: str, cause: Cause = Cause.OTHER) -> None:
        super().__init__(reason)
        self.cause = cause


class StatusError(FetchError):
    """The server answered with something else than a page.

    Attributes:
        status: The HTTP status.
        later: The ``Retry-After`` header, or empty.
    """

    def __init__(
        self, reason: str, cause: Cause = Cause.OTHER, *, status: int, later: str = ""
    ) -> None:
        super().__init__(reason, cause)
        self.status = status
        self.later = later


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
        cause: The kind of reason.
    """

    where: str
    reason: str
    cause: Cause = field(default=Cause.OTHER, repr=False, compare=False)

    @classmethod
    def of(cls, where: str, error: CorpusError) -> Self:
        """What an error says of an input."""
        return cls(where, str(error), error.cause)


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
        cause = error.cause if isinstance(error, CorpusError) else Cause.OTHER
        return Failure(where, explain(error), cause)


def attempt_all(items: Iterable[_T], where: str) -> Iterator[_T | Failure]:
    """Pass items on; whatever ends them early is a failure after them, but what is `FATAL`."""
    try:
        yield from items
    except FATAL:
        raise
    except Exception as error:  # noqa: BLE001 - whoever reads the batch is told of it
        yield Failure(where, explain(error))
