"""What can go wrong with articles.

CorpusError
├── UnreadableError   a file, page, record or feed holds no article we can read
├── FetchError        an address could not be fetched, or must not be
├── SandboxError      the process that reads what strangers publish cannot be started
└── StoreError        the archive could not be opened, upgraded or written

Every message is one line that a person who typed a command can act on. A batch does not stop at
the first failure: readers yield `Failure` values beside the articles.

Tested with what raises them, for one, in `tests/corpus/readers/test_files.py`.
"""

from __future__ import annotations

from dataclasses import dataclass


class CorpusError(Exception):
    """Root of this package's errors."""


class UnreadableError(CorpusError):
    """The input holds no article we can read."""


class FetchError(CorpusError):
    """The address could not be fetched, or must not be."""


class SandboxError(CorpusError):
    """The process that reads what strangers publish cannot be started."""


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
