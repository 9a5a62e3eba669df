"""Questions in hand and what came of each, while a long run goes on."""

from __future__ import annotations

import math
import re
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reckoning import is_wait, keys_in, note_in

from tests.support.telegram_world import Message

_NOTED_S = 5.0
"""How long after a message it is noted what that answers, at most."""
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

    A message in a group replies to its question. Elsewhere its buttons' keys lead to it, or else
    what the bot noted of it soon after. What neither leads to, as where nothing could be stored,
    belongs to the oldest question that its chat waits for.

    Args:
        question_of: The text that an exchange's key stands for; empty where that is not known.
        answered_by: The number of the question that a chat's message answers; None where that is
            not known.

    Attributes:
        waits: Messages that an answer is to come, by the catalogue's keys.
        strays: Messages that belong to no question, by their beginning.
        guessed: Messages that belong to one by their order only.
        waiting: Questions of which nothing was heard yet.
    """

    def __init__(
        self,
        question_of: Callable[[str], str],
        answered_by: Callable[[int, int], int | None] = lambda _chat, _message: None,
    ) -> None:
        self._question_of = question_of
        self._answered_by = answered_by
        self._later: deque[tuple[float, Message]] = deque()
        self.questions: list[Question] = []
        self.waits: Counter[str] = Counter()
        self.strays: Counter[str] = Counter()
        self.guessed = 0
        self.waiting = 0
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
        if found is None:
            self._later.append((time.monotonic() + _NOTED_S, message))
        else:
            self._enter(message, note, found)

    def look_back(self, *, wait: bool = True) -> None:
        """Enter the messages that the bot should have noted by now; all where nobody waits."""
        while self._later and (not wait or self._later[0][0] <= time.monotonic()):
            _, message = self._later.popleft()
            of = self._of[message.chat.id]
            number = self._answered_by(message.chat.id, message.message_id)
            found = [one for one in of if one.message == number]
            if not found:
                self.guessed += 1
                found = [one for one in of if not one.settled][:1] or of[-1:]
            self._enter(message, note_in(message), found)

    def _enter(self, message: Message, note: str, found: Sequence[Question]) -> None:
        if not found:
            self.strays[message.text.replace("\n", " ")[:80]] += 1
        for one in found:
            self._settle(one, message, note)

    def unsettled(self) -> list[Question]:
        """Questions of which nothing was heard."""
        return [one for one in self.questions if not one.settled]

    def find_overtaken(self) -> list[Question]:
        """Find the questions that were heard of after a later one of their chat.

        When a message came counts, not when it was led back to its question.
        """
        soonest: dict[int, float] = {}
        found = []
        for one in reversed(self.questions):
            if one.waited_s is not None:
                heard = one.at + one.waited_s
                if heard > soonest.get(one.chat_id, math.inf):
                    found.append(one)
                soonest[one.chat_id] = min(heard, soonest.get(one.chat_id, math.inf))
        return found[::-1]

    def _settle(self, question: Question, message: Message, note: str) -> None:
        if question.waited_s is None:
            self.waiting -= 1
            question.waited_s = message.sent_at - question.at
        if note:
            question.notes[note] += 1
        else:
            question.answers += 1

    def _found(self, message: Message, note: str) -> list[Question] | None:
        """The questions that a message is for, several only where it says so; None: not known."""
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
        asked = [one for one in of if _plain(one.text) in map(_plain, words)]
        return [one for one in asked if not one.settled][:1] or asked[-1:] or None


def _plain(text: str) -> str:
    """A question's letters, with the command that asks it or without."""
    said = text.partition(" ")[2] if text.startswith("/") else text
    return "".join(letter for letter in said if letter.isalnum())
