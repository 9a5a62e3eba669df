"""What crosses the border between Byline and the process that reads: text, never objects.

A job is a line of JSON with the bytes to read behind it; several may come at once. Each answer is a
line of JSON, and is believed only as far as it fits `Answer`: whoever takes over what reads pages
can send an article that is wrong, and nothing else.

Tested with what sends them in `tests/corpus/sandbox/test_worker.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pydantic import TypeAdapter

from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.feed import Feed
from corpus.parse.formats.kinds import Format
from corpus.parse.records import GivenRecord
from corpus.parse.telegram.export import Posts


class Kind(StrEnum):
    """What some bytes are to be read as."""

    PAGE = "page"
    TEXT = "text"
    LINE = "line"
    DOCUMENT = "document"
    GIVEN_LINE = "given line"
    GIVEN_DOCUMENT = "given document"
    FEED = "feed"
    FEED_LINKS = "links to feeds"
    SAVED_FEED = "saved feed"
    OPML = "opml"
    ROBOTS = "robots"
    FILE = "file"
    EXPORT = "export"
    EXPORT_PAGE = "export page"


@dataclass(frozen=True, slots=True)
class Job:
    """What to read.

    Attributes:
        kind: What the bytes are.
        where: Their address; for records and saved feeds a file's name, for failures; empty
            where there is none.
        charset: As a server states it.
        robot: Who asks, of the rules for robots.
        format: Of a file of another program, or a piece of one.
        first: On which line of the file that piece begins.
        channel: By which name an exported channel is public; empty where nobody told.
        size: How many bytes follow; whoever sends it counts them.
        more: Whether another job follows at once, and is to be taken in before this is answered.
    """

    kind: Kind
    where: str = ""
    charset: str | None = None
    robot: str = ""
    format: Format = Format.TEXT
    first: int = 1
    channel: str = ""
    size: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Permission:
    """What a site's rules say about one address.

    Attributes:
        allowed: Whether it may be fetched.
        delay_s: How long to wait between two requests.
    """

    allowed: bool
    delay_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was read; the last answer to a job holds nothing.

    Attributes:
        found: What it is: an article, by itself or as given, a feed, the address of a feed, a
            permission, a channel's posts; or why one of several was not read.
        unreadable: Why nothing was read.
    """

    found: Article | Failure | Feed | GivenRecord | Permission | Posts | str | None = None
    unreadable: str = ""


@cache
def jobs() -> TypeAdapter[Job]:
    """Writes and reads jobs."""
    return TypeAdapter(Job)


@cache
def answers() -> TypeAdapter[Answer]:
    """Writes and reads answers."""
    return TypeAdapter(Answer)
