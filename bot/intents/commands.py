"""The one table of commands: readers' and admins'.

From it are made what Telegram hears, the menus in every language, the terminal's commands, the list
in ``/help`` and the table in ``docs/telegram.md`` (``make docs``). To add one, write

- a line here;
- ``command-NAME``, what the menu says, and ``help-NAME``, its line in ``/help``, into the
  catalogues; for an admin's ``admin-command-NAME``;
- the method of that name, in `bot.dialogue.conversation.Conversation`, or for admins in
  `bot.admin.commands.AdminCommands`. It takes where the command came from and, where the table says
  so, the words behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto

from bot import texts


class Where(Flag):
    """In which chats a command is heard.

    Attributes:
        PRIVATE: In a private chat.
        GROUPS: In a group.
        REPLIES: In a group, where it replies to whom it is about; the answer is private.
    """

    PRIVATE = auto()
    GROUPS = auto()
    REPLIES = auto()
    EVERYWHERE = PRIVATE | GROUPS


class Cost(Enum):
    """What a command takes of what a chat may ask.

    Attributes:
        NOTHING: It is answered at once.
        TURN: It is as much work as a question, and waits its turn like one.
        QUESTION: It also counts as one of the reader's questions that day.
    """

    NOTHING = auto()
    TURN = auto()
    QUESTION = auto()


@dataclass(frozen=True, slots=True)
class Command:
    """Something to type.

    Attributes:
        name: Without the slash: at most 32 of ``a-z``, ``0-9`` and ``_``.
        method: What answers it; by default named like the command.
        words: Whether words behind it say what is wanted.
        where: In which chats it is heard.
        cost: What it takes of what a chat may ask.
        guarded: Whether in a group only administrators may change something by it.
        waiting: Whether somebody who waits to be let in may give it.
        noted: Whether anything may be kept of its answer.
        menu: Whether the menu of commands lists it.
        help: Whether ``/help`` lists it.
    """

    name: str
    method: str = ""
    words: bool = False
    where: Where = Where.EVERYWHERE
    cost: Cost = Cost.NOTHING
    guarded: bool = False
    waiting: bool = False
    noted: bool = True
    menu: bool = True
    help: bool = True

    @property
    def answered_by(self) -> str:
        """The name of the method that answers it."""
        return self.method or self.name

    def write(self, words: str = "") -> str:
        """Write it as a reader types it."""
        return f"/{self.name} {words}".strip()


ASK = Command("ask", words=True, cost=Cost.QUESTION)
QUOTES = Command("quotes", words=True, cost=Cost.QUESTION)
SUMMARY = Command("summary", words=True, cost=Cost.QUESTION)
STORY = Command("story", words=True, cost=Cost.QUESTION)
LATEST = Command("latest")
ALERT = Command("alert", words=True, guarded=True)
ALERTS = Command("alerts", words=True, guarded=True)
DIGEST = Command("digest", words=True, guarded=True)
SHELF = Command("shelf")
SETTINGS = Command("settings", words=True, guarded=True)
HELP = Command("help", help=False)
PRIVACY = Command("privacy", waiting=True)
FORGET = Command("forget", guarded=True, waiting=True, noted=False)
START = Command(
    "start", method="arrive", words=True, cost=Cost.TURN, menu=False, help=False
)  # Telegram gives it itself, with what a link to the bot names; that may be a question

READERS = (
    *(ASK, QUOTES, SUMMARY, STORY, LATEST, SHELF, ALERT, ALERTS, DIGEST),
    *(SETTINGS, HELP, PRIVACY, FORGET, START),
)
"""What everybody may type, in the order of the menu."""

_OFFICE = Where.PRIVATE
_ABOUT_SOMEBODY = Where.PRIVATE | Where.REPLIES
STATS = Command("stats", where=_OFFICE, help=False)
HEALTH = Command("health", where=_OFFICE, help=False)
ADD = Command("add", words=True, where=_OFFICE, help=False)
REMOVE = Command("remove", words=True, where=_OFFICE, help=False)
FOLLOW = Command("follow", words=True, where=_OFFICE, help=False)
UNFOLLOW = Command("unfollow", words=True, where=_OFFICE, help=False)
FEEDS = Command("feeds", where=_OFFICE, help=False)
BLOCK = Command("block", words=True, where=_ABOUT_SOMEBODY, help=False)
UNBLOCK = Command("unblock", words=True, where=_ABOUT_SOMEBODY, help=False)
BROADCAST = Command("broadcast", words=True, where=_OFFICE, help=False)
CHANNELS = Command("channels", where=_OFFICE, help=False)
NEWSROOM = Command("newsroom", where=_OFFICE, help=False, noted=False)

ADMINS = (
    *(STATS, HEALTH, ADD, REMOVE, FOLLOW, UNFOLLOW, FEEDS),
    *(BLOCK, UNBLOCK, BROADCAST, CHANNELS, NEWSROOM),
)
"""What only those who run the bot may type; for others these do not exist."""

_READERS = {command.name: command for command in READERS}


def read_command(text: str) -> tuple[Command | None, str]:
    """Tell a reader's command and the words behind it; None for any other text.

    Example:
        >>> command, words = read_command("/Quotes@byline_bot Kovač about the ferry")
        >>> command is QUOTES, words
        (True, 'Kovač about the ferry')
        >>> read_command("/stats"), read_command("quotes")
        ((None, ''), (None, ''))
    """
    name, words = split_command(text)
    command = _READERS.get(name)
    return command, words if command else ""


def split_command(text: str) -> tuple[str, str]:
    """Split a text into the name of a command, in small letters, and the words behind it.

    The name is empty where the text does not begin with a slash.

    Example:
        >>> split_command("/add@byline_bot  https://news.example/a")
        ('add', 'https://news.example/a')
    """
    token, words = (*text.split(maxsplit=1), "", "")[:2]
    if not token.startswith("/"):
        return "", ""
    return token[1:].partition("@")[0].casefold(), texts.relink(words).strip()


def describe(command: Command) -> str:
    """Say in a few words what a command does, as menus do."""
    if command in ADMINS:
        return texts.say(f"admin-command-{command.name}")
    return texts.say(f"command-{command.name}")


def explain(command: Command) -> str:
    """Say what a command does, and what to write behind it, as ``/help`` does."""
    return texts.say(f"help-{command.name}")
