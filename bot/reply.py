"""What is said, as values: the terminal and Telegram each draw the same reply.

Nothing here knows how it will look. Text inside a `Quote`, a `Speaker` or a `Citation` is the
publisher's and stands verbatim in the article; text inside a `Note` or a `Button` is Byline's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of Byline's own, never about the news."""

    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """A run of quoted text; ``marked`` where it answers the question."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim excerpt of one article.

    Attributes:
        spans: Consecutive runs of the body; joined they are one exact slice of it.
        cut_before: Whether the passage goes on before the first span (drawn as "…").
        cut_after: Whether it goes on after the last.
        folded: Whether to show it collapsed until tapped, as for an unsure answer.
    """

    spans: tuple[Span, ...]
    cut_before: bool = False
    cut_after: bool = False
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said what the next `Quote` shows, in the article's words.

    Attributes:
        name: As the article gives it in full.
        role: As printed at the time, or empty.
        cue: The reporter's word for the saying, or empty.
        published: When it was printed, UTC, or None.
    """

    name: str
    role: str = ""
    cue: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a quote comes from.

    Attributes:
        headline: As printed.
        url: Address that opens at the passage, or None for a pasted article.
        publisher: Outlet, or None.
        authors: As printed, possibly empty.
        published: UTC time, or None.
        copies: Other publishers that carried the same text.
    """

    headline: str
    url: str | None
    publisher: str | None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: either an ``action`` (``verb:id:n``, at most 64 bytes) or a ``url``."""

    label: str
    action: str = ""
    url: str = ""


Block = Note | Speaker | Quote | Citation


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: blocks from top to bottom, then rows of buttons."""

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pressed button does.

    Attributes:
        toast: Shown for a moment; may be empty.
        reply: Replaces the message that carries the button; None leaves it as it is.
    """

    toast: str = ""
    reply: Reply | None = None
