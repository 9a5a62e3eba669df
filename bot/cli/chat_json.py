"""Chats for programs: a message a line on standard input, its reply a line on standard output.

It is the conversation that Telegram has, commands and follow-ups included, each dialogue in a
private chat of its own. ``docs/chat.md`` says what the lines hold.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

import typer

from bot.cli import output
from bot.cli.console import ERR, WRONG_INPUT, complain
from bot.cli.output_replies import describe_reply
from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.reply import Reply
from bot.services import Services
from bot.storage.answer_ref import AnswerRef
from bot.storage.chats import ChatStore
from bot.storage.clock import read_clock
from corpus.errors import Failure
from retrieval.answers import Answer
from retrieval.search import Searcher

_YEARS = range(1900, 3000)
"""Of the days that may be asked as of; a calendar has to have the months around them."""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody writes.

    Attributes:
        dialogue: The chat's name; the first message of that name begins it.
        text: As typed.
        now: When it is written, in UTC; None for the time that it is.
    """

    dialogue: str | int
    text: str
    now: datetime | None = None


def talk(archive: Services) -> None:
    """Answer every message of standard input, in its order, and forget them all.

    What cannot be read is told by its line, does not stop the rest, and ends the command with
    `WRONG_INPUT`.
    """
    with ERR.status("Opening the archive"):
        archive.warm()
        searcher = archive.searcher
    failed = False
    with _open_chats(searcher) as chats:
        for message in read_messages(sys.stdin):
            if isinstance(message, Failure):
                complain(f"{message.where}: {message.reason}")
                failed = True
            else:
                output.write(chats.answer(message))
    if failed:
        raise typer.Exit(WRONG_INPUT)


def read_messages(lines: Iterable[str]) -> Iterator[Message | Failure]:
    """Read a message a line, each as it comes; lines without anything in them are left out."""
    for number, line in enumerate(lines, 1):
        if written := line.removeprefix("\ufeff").strip():
            try:
                yield _read(written)
            except _WrongLineError as error:
                yield Failure(f"line:{number}", str(error))


class Chats:
    """Dialogues with one conversation.

    Args:
        searcher: Answers from the archive.
        folder: What is remembered of them lies here.
    """

    def __init__(self, searcher: Searcher, folder: Path) -> None:
        self._now: datetime | None = None
        self._state = ChatStore(folder / "chats.db", clock=lambda: self._now or read_clock())
        self._conversation = Conversation(searcher, self._state)
        self._chats: dict[str | int, MessageContext] = {}
        self._messages = count(1)

    def close(self) -> None:
        """Close what is remembered."""
        self._state.close()

    def answer(self, message: Message) -> dict[str, Any]:
        """Answer a message in its dialogue's chat."""
        self._now = message.now
        first = MessageContext(chat_id=len(self._chats) + 1)  # 0 is the terminal's
        chat = self._chats.setdefault(message.dialogue, first)
        reply = self._conversation.hear(chat, message.text)
        self._conversation.sent(chat, next(self._messages), reply)
        said = {"dialogue": message.dialogue, "text": message.text}
        return said | describe_reply(reply, self._found(chat, reply))

    def _found(self, chat: MessageContext, reply: Reply) -> Answer | AnswerRef | None:
        """What a reply shows: the answer, or what was kept of it where it is turned to."""
        if reply.answer or not reply.key:
            return reply.answer
        exchange = self._state.exchange(reply.key, chat.chat_id)
        return exchange.answer if exchange else None


class _WrongLineError(ValueError):
    """A line is no message; says why."""


def _read(line: str) -> Message:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _WrongLineError("no JSON") from error
    if not isinstance(fields, dict):
        raise _WrongLineError("expected an object with “dialogue” and “text”")
    dialogue, text = fields.get("dialogue"), fields.get("text")
    if not isinstance(dialogue, str | int) or isinstance(dialogue, bool):
        raise _WrongLineError("“dialogue” must be a string or a whole number")
    if not isinstance(text, str) or not _is_sound(text):
        raise _WrongLineError("“text” must be a string")
    return Message(dialogue, text, _read_time(fields.get("now")))


def _is_sound(text: str) -> bool:
    """Whether it is more than half of a character, which JSON can write and nobody can type."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


def _read_time(written: object) -> datetime | None:
    """Read when a message is written; without a zone that is in UTC."""
    if written is None:
        return None
    time = None
    with suppress(ValueError):
        time = datetime.fromisoformat(written) if isinstance(written, str) else None
    if time is None or time.year not in _YEARS:
        raise _WrongLineError("“now” must be a time like 2026-08-03T09:00:00Z")
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


@contextmanager
def _open_chats(searcher: Searcher) -> Iterator[Chats]:
    """Open chats of which nothing stays, though the process is told to end."""
    before = signal.signal(signal.SIGTERM, _end)
    try:
        with TemporaryDirectory(prefix="byline-") as folder:
            chats = Chats(searcher, Path(folder))
            try:
                yield chats
            finally:
                chats.close()
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(number: int, _: FrameType | None) -> None:
    sys.exit(128 + number)
