"""What is said, as values: the terminal and Telegram each draw the same reply.

Nothing here knows how it will look. Text inside a `Quote`, a `Speaker` or a `Citation` is the
publisher's and stands verbatim in the article, as do the words of a `Facts`; text inside a `Note`
or a `Button`, and the labels of a `Facts`, are Byline's own.

Tested with drawing it in `tests/telegram/sending/test_render.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from bot import texts
from bot.reply.actions import Action
from corpus.attribution.attribution import Kind
from retrieval.answers import Answer
from retrieval.citation import Citation


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of Byline's own, never about the news."""

    text: str


class Part(Enum):
    """A part of a story."""

    NEWS = auto()
    BEFORE = auto()
    DISPUTE = auto()


@dataclass(frozen=True, slots=True)
class Title(Note):
    """What stands above the lines of a part of a story, up to the next title.

    Attributes:
        part: Which it is: what is new, how it came, or lines that contradict each other.
    """

    part: Part = Part.NEWS


@dataclass(frozen=True, slots=True)
class Span:
    """A run of quoted text.

    Attributes:
        text: As printed.
        marked: Whether it answers the question.
        url: Address that opens at it, drawn as a small arrow behind it; empty for none.
    """

    text: str
    marked: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim excerpt of one article.

    Attributes:
        spans: Consecutive runs of the body; joined they are one exact slice of it.
        cut_before: Whether the passage goes on before the first span (drawn as "…").
        cut_after: Whether it goes on after the last.
        before: What the passage says before the first span, for a face that can fold it away;
            empty where that is nothing, or not wanted.
        after: The same after the last.
    """

    spans: tuple[Span, ...]
    cut_before: bool = False
    cut_after: bool = False
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said what the next `Quote` shows, in the article's words.

    Attributes:
        name: As the article gives it in full; empty where it does not make clear who speaks.
        role: As printed at the time, or empty.
        cue: The reporter's word for the saying, or empty.
        published: When it was printed, UTC, or None.
        kind: How what is marked in the `Quote` is printed.
    """

    name: str
    role: str = ""
    cue: str = ""
    published: datetime | None = None
    kind: Kind = Kind.DIRECT

    @property
    def label(self) -> str:
        """What the line begins with."""
        return label_speaker(self.name)


def label_speaker(name: str) -> str:
    """Begin a line with who says it, or say that the article does not make it clear."""
    return name[:1].upper() + name[1:] or texts.say("unnamed")


@dataclass(frozen=True, slots=True)
class Facts:
    """Who, where and when, one line: each a label of ours and words as the article prints them."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Dateline:
    """When and by whom the next `Quote` was printed; shorter than a `Citation` below it.

    Attributes:
        headline: As printed; stands in for date and publisher where neither is known.
        url: Address that opens at the quote, or None.
        publisher: Outlet, or None.
        published: UTC time, or None.
        copies: Other publishers that print it in nearly the same words.
    """

    headline: str
    url: str | None
    publisher: str | None = None
    published: datetime | None = None
    copies: tuple[str, ...] = ()


class Use(Enum):
    """What a button is for, which tells a face where to put it."""

    LEAD_ON = auto()
    """Leads to something else."""
    STEER = auto()
    """Turns, rates or decides what is shown: small, and in reach."""
    SHOW = auto()
    """Opens or shows more of what is quoted; needless where links and folds show it."""


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press, which does one thing.

    Attributes:
        label: What it says.
        action: What the bot does.
        url: Which address it opens.
        share: Payload of what it takes to another chat (see `bot.dialogue.sharing`).
        start: Payload with which it opens the chat with the bot.
        copy: What it puts into the reader's clipboard.
        use: What it is for.
        app: Which address it opens instead where Telegram shows a Mini App; empty for the same.
    """

    label: str
    action: Action | None = None
    url: str = ""
    share: str = ""
    start: str = ""
    copy: str = ""
    use: Use = field(default=Use.LEAD_ON, compare=False)
    app: str = ""


Block = Note | Speaker | Dateline | Quote | Facts | Citation


@dataclass(frozen=True, slots=True)
class Reply:
    """One message.

    Attributes:
        blocks: From top to bottom.
        buttons: In rows, below.
        articles: Ids of those it shows, so that "sum it up" in reply to it finds them.
        key: Of the exchange that it shows, for who goes on from it; empty for none.
        page: Which of the exchange's hits, from 0; -1 for none of them yet.
        topic: What its question is about, where that was taken from the one before.
        language: Which Byline speaks in it, and writes dates in; the one spoken when it is made.
        answer: What was found where something was asked, for programs; None in a page turned to.
        rich: Whether it is to be drawn as a rich message; None leaves that to what the chat set.
    """

    blocks: tuple[Block, ...]
    buttons: tuple[tuple[Button, ...], ...] = ()
    articles: tuple[str, ...] = ()
    key: str = ""
    page: int = 0
    topic: tuple[str, ...] = ()
    language: str = field(default_factory=texts.get_language)
    answer: Answer | None = field(default=None, repr=False, compare=False)
    rich: bool | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to hand out.

    Attributes:
        name: Its name.
        content: What it holds.
    """

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a pressed button does.

    Attributes:
        toast: Shown for a moment; may be empty.
        reply: Replaces the message that carries the button; None leaves it as it is.
        rating: Rows that take the place of the buttons that rate, in a message that otherwise
            stays as it is; empty to leave them.
        attachment: Handed out below the message, if any.
    """

    toast: str = ""
    reply: Reply | None = None
    rating: tuple[tuple[Button, ...], ...] = ()
    attachment: Attachment | None = None
