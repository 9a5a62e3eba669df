"""Questions in hand and what came of each, while a long run goes on."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from reckoning import is_wait, keys_in, note_in

from tests.support.telegram_world import Message

_REMEMBERED = 20
"""Questions of a chat to which a message may lead back."""


@dataclass(slots=True)
class Question:
    """One that was asked.

    Attributes:
        message: Its number in the chat.
        text: As typed, without a command.
        at: When, in seconds since the epoch.
        answers: How often it was answered.
        notes: What was said in place of an answer, by the catalogue's keys.
        waited_s: Until the first of both.
    """

    chat_id: int
    message: int
    text: str
    at: float
    answers: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    waited_s: float | None = None

    @property
    def settled(self) -> bool:
        """Whether its reader knows what became of it."""
        return bool(self.answers or self.notes)


class Ledger:
    """Every question of a run, and each message led back to one.

    A message in a group replies to its question. Elsewhere its buttons' keys lead to it; what has
    none, or one that could not be stored, belongs to the oldest question that its chat waits for.

    Args:
        question_of: The text that an exchange's key stands for; empty where that is not known.

    Attributes:
        waits: Messages that an answer is to come, by the catalogue's keys.
        strays: Messages that belong to no question, by their beginning.
        guessed: Messages that belong to one by their order only.
        disorder: Questions heard of after a later one of their chat.
        waiting: Questions of which nothing was heard yet.
    """

    def __init__(self, question_of: Callable[[str], str]) -> None:
        self._question_of = question_of
        self.questions: list[Question] = []
        self.waits: Counter[str] = Counter()
        self.strays: Counter[str] = Counter()
        self.guessed = 0
        self.disorder = 0
        self.waiting = 0
        self._last: dict[int, int] = {}
        self._of: defaultdict[int, list[Question]] = defaultdict(list)

    def ask(self, question: Question) -> None:
        """Enter a question."""
        self.questions.append(question)
        self.waiting += 1
        of = self._of[question.chat_id]
        of.append(question)
        # What it asked long ago is heard of no more; a question may be asked again by then.
        del of[:-_REMEMBERED]

    def waits_in(self, chat_id: int) -> int:
        """How many questions of a chat are not settled."""
        return sum(not one.settled for one in self._of[chat_id])

    def hear(self, message: Message) -> None:
        """Enter a message of the bot, as it was first sent."""
        note = note_in(message)
        if is_wait(message):
            self.waits[note] += 1
            return
        found = self._found(message, note)
        if not found:
            self.strays[message.text.replace("\n", " ")[:80]] += 1
        for one in found:
            self._settle(one, message, note)

    def unsettled(self) -> list[Question]:
        """Questions of which nothing was heard."""
        return [one for one in self.questions if not one.settled]

    def _settle(self, question: Question, message: Message, note: str) -> None:
        if question.waited_s is None:
            self.waiting -= 1
            question.waited_s = message.sent_at - question.at
        if note:
            question.notes[note] += 1
        else:
            question.answers += 1
        if question.answers + question.notes.total() == 1:
            last = self._last.get(question.chat_id, 0)
            self.disorder += question.message < last
            self._last[question.chat_id] = max(last, question.message)

    def _found(self, message: Message, note: str) -> list[Question]:
        """The questions that a message is for: several only where it says so."""
        of = self._of[message.chat.id]
        waiting = [one for one in of if not one.settled]
        if note == "late":
            number = re.search(r"\d+", message.text)
            return waiting[: int(number.group()) if number else 1] or of[-1:]
        if note == "in-crowd":
            return waiting
        if message.reply_to is not None:
            return [one for one in of if one.message == message.reply_to]
        words = [self._question_of(key) for key in keys_in(message)[:1]]
        asked = [one for one in reversed(of) if _plain(one.text) in map(_plain, words)]
        if asked:
            return asked[:1]
        self.guessed += 1
        return waiting[:1] or of[-1:]


def _plain(text: str) -> str:
    """A question's letters, with the command that asks it or without."""
    said = text.partition(" ")[2] if text.startswith("/") else text
    return "".join(letter for letter in said if letter.isalnum())
