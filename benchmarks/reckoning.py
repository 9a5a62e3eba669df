"""What became of each question of a load run: told from the messages that every chat got.

A message leads back to its question by the keys that its buttons carry, since its text is another
one from time to time: under load, less is read before answering.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot import texts
from bot.reply.actions import ExchangeAction, decode
from tests.support.telegram_world import Message

_COUNTED = {"busy": "seconds", "in-line": "count", "crowded": "count", "late": "questions"}
"""What the bot says with a number in it, by the name of that number in its catalogue."""
_NOTES = ("uncertain", "late", "fault", "fault-unsaved", "crowded", "in-crowd", "day-limit")
_WAITS = ("busy", "in-line")
"""What is said in place of an answer, and what is said until there is one."""


def note_in(message: Message) -> str:
    """The catalogue's key of what a message says in place of an answer; empty where it answers."""
    return next((key for key, said in _SAID.items() if said.match(message.text)), "")


def is_wait(message: Message) -> bool:
    """Whether a message says that an answer is still to come."""
    return note_in(message) in _WAITS


def keys_in(message: Message) -> list[str]:
    """The exchanges that a message's buttons lead to, first things first."""
    every = [str(one.get("callback_data", "")) for row in message.buttons for one in row]
    actions = [decode(data) for data in every if data]
    return list(dict.fromkeys(one.key for one in actions if isinstance(one, ExchangeAction)))


def _said(key: str) -> re.Pattern[str]:
    """What matches a message of this key, whatever its numbers are."""
    ways = {}
    for count in (1, 7):
        values = {_COUNTED.get(key, "none"): count, "most": 7, "hours": count, "reference": "7"}
        ways[re.sub(r"\\?[17]", r"\\S+", re.escape(texts.say(key, **values)))] = None
    return re.compile("|".join(ways))


_SAID = {key: _said(key) for key in (*_NOTES, *_WAITS)}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way.

    Attributes:
        number: Which one of those that the run asks.
        at: When it was sent, in seconds since the epoch.
    """

    number: int
    at: float


@dataclass(slots=True)
class Outcome:
    """Counts over all chats.

    Attributes:
        once: Questions answered exactly once, with or without a note in doubt.
        noted: Questions that got the apology and no answer.
        both: Those among ``once`` that got the apology too.
        twice: Answers beyond the first.
        never: Questions that got neither.
        disorder: Answers and notes that came after one to a later question of their chat.
        other: Messages that answer nothing that was asked, by their text.
        notes: Apologies, by their text.
        waits_s: From a question to its first answer, in seconds.
    """

    asked: int = 0
    once: int = 0
    noted: int = 0
    both: int = 0
    twice: int = 0
    never: int = 0
    disorder: int = 0
    other: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    waits_s: list[float] = field(default_factory=list)


def reckon(
    asked: Sequence[Asked],
    messages: Sequence[Message],
    *,
    answered: Callable[[Message], int | None],
    noted: Callable[[Message], int | None],
    total: Outcome,
) -> None:
    """Add what became of one chat's questions.

    Args:
        asked: In the order they were sent; a question may come again.
        messages: What the bot sent, each as it first stood, in order.
        answered: Which question a message answers, or None.
        noted: Which question a message apologises for, or None.
        total: Where to add it.
    """
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        places[one.number].append(place)
    answers: Counter[int] = Counter()
    notes: Counter[int] = Counter()
    reached = -1
    for message in messages:
        number, counter = answered(message), answers
        if number is None:
            number, counter = noted(message), notes
        if number is None or number not in places:
            total.other[_opening(message)] += 1
            continue
        if counter is notes:
            total.notes[_opening(message)] += 1
        # The note after an answer stands where the answer does.
        nth = max(counter[number], answers[number] - (counter is notes))
        place = places[number][min(nth, len(places[number]) - 1)]
        counter[number] += 1
        if counter is answers and answers[number] <= len(places[number]):
            total.waits_s.append(message.sent_at - asked[place].at)
        total.disorder += place < reached
        reached = max(reached, place)
    total.asked += len(asked)
    for number, wanted in ((number, len(found)) for number, found in places.items()):
        told, sorry = answers[number], notes[number]
        missing = max(0, wanted - told)
        total.once += min(wanted, told)
        total.twice += max(0, told - wanted)
        total.noted += min(missing, sorry)
        total.both += min(wanted, told, max(0, sorry - missing))
        total.never += max(0, missing - sorry)


def _opening(message: Message) -> str:
    return message.text.replace("\n", " ").partition("(Ref")[0][:100]
