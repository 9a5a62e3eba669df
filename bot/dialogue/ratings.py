"""Thumbs under answers: what they offer next, and what is kept of them.

Tested with what is kept of them in `tests/bot/storage/test_feedback.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot import texts
from bot.reply.actions import Action, Explain, Rating, SendQuestion
from bot.reply.buttons import make_thumbs
from bot.reply.reply import Button, Outcome
from bot.storage.chats import ChatStore, Exchange
from bot.storage.feedback import Reason, Sent
from retrieval.answers import AnswerKind
from retrieval.results import Verdict

_Button = TypeVar("_Button")
_REASONS = tuple(Reason)


@dataclass(frozen=True, slots=True)
class Page:
    """What a message shows of an exchange.

    Attributes:
        exchange: What was asked and found.
        number: Of the hit, from 0.
        whole: Whether it sums up the hit's article.
    """

    exchange: Exchange
    number: int
    whole: bool

    @property
    def key(self) -> str:
        """Of the exchange."""
        return self.exchange.key

    @property
    def chat_id(self) -> int:
        """Of the exchange."""
        return self.exchange.chat_id

    @property
    def kind(self) -> AnswerKind | None:
        """What it shows."""
        return AnswerKind.SUMMARY if self.whole else self.exchange.kind

    @property
    def verdict(self) -> Verdict:
        """How far it answers."""
        return (None if self.whole else self.exchange.answer.verdict) or Verdict.ANSWER

    @property
    def rateable(self) -> bool:
        """Whether it is an answer at all: not a list of people, or what is still to be asked."""
        return self.exchange.kind not in (None, AnswerKind.PEOPLE)

    @property
    def place(self) -> str:
        """What it shows, in ids: of several quotations the first; nothing for a story."""
        told = self.kind in (AnswerKind.TIMELINE, AnswerKind.ARTICLES)
        if told or not 0 <= self.number < len(self.exchange.hits):
            return ""
        hit = self.exchange.hits[self.number]
        return hit.article_id if self.whole else hit.place


class Ratings:
    """Does what the buttons under an answer say that rate it.

    In a group, who rates need not be who asked; so only in private, where nobody else reads along,
    is the question asked for.

    Args:
        state: Remembers what was asked, and the ratings.
    """

    def __init__(self, state: ChatStore) -> None:
        self._feedback = state.feedback

    def rate(self, page: Page, *, good: bool, private: bool) -> Outcome:
        """Note a thumb in place of an earlier one and all that went with that."""
        if not page.rateable or page.kind is None:
            return _stale()
        self._feedback.rate(page.key, page.chat_id, good=good, kind=page.kind, verdict=page.verdict)
        toast = texts.say("thanks") if good else texts.say("what-is-wrong")
        return self._noted(page, toast, private=private)

    def explain(self, page: Page, reason: int, *, private: bool) -> Outcome:
        """Note why a thumb points down: one of the four reasons, from 0."""
        if not 0 <= reason < len(_REASONS):
            return _stale()
        if not self._feedback.explain(page.key, page.chat_id, _REASONS[reason]):
            return _stale()
        return self._noted(page, texts.say("thanks"), private=private)

    def send(self, page: Page, *, private: bool) -> Outcome:
        """Keep the question with the thumb, as its reader wishes."""
        sent = Sent(page.exchange.question, page.place, page.exchange.asked)
        if not private or not self._feedback.send(page.key, page.chat_id, sent):
            return _stale()
        return self._noted(page, texts.say("sent"), private=private)

    def _noted(self, page: Page, toast: str, *, private: bool) -> Outcome:
        """Say so, and offer what the reader has not said or sent yet."""
        rows = [make_thumbs(page.key, page.number, whole=page.whole)]
        rating = self._feedback.find(page.key, page.chat_id)
        if rating and not rating.good and rating.reason is None:
            rows += _reasons(page)
        if rating and rating.question is None and private:
            mending, praising = texts.say("send-to-mend"), texts.say("send-as-example")
            label = praising if rating.good else mending
            rows.append((Button(label, action=SendQuestion(page.key, page.number, page.whole)),))
        return Outcome(toast, rating=tuple(rows))


def renew_buttons(
    rows: Sequence[Sequence[_Button]],
    rating: Sequence[Sequence[_Button]],
    action: Callable[[_Button], Action | None],
) -> list[list[_Button]]:
    """Put other buttons in place of those of a message that rate; the rest stays as it is.

    Args:
        rows: The message's buttons.
        rating: The rows that take their place; nothing changes in a message that has none.
        action: Reads what a button does; None for nothing.
    """
    result: list[list[_Button]] = []
    waiting = [list(row) for row in rating]
    for row in rows:
        kept = [one for one in row if not isinstance(action(one), Rating)]
        if len(kept) < len(row) and waiting:
            result += [kept + waiting[0], *waiting[1:]]
            waiting = []
        elif kept:
            result.append(kept)
    return result


def _reasons(page: Page) -> list[tuple[Button, ...]]:
    labels = {
        Reason.PASSAGE: texts.say("reason-passage"),
        Reason.PERSON: texts.say("reason-person"),
        Reason.OLD: texts.say("reason-old"),
        Reason.OTHER: texts.say("reason-other"),
    }
    buttons = [
        Button(labels[reason], action=Explain(page.key, number, page.number, page.whole))
        for number, reason in enumerate(_REASONS)
    ]
    return [tuple(buttons[:2]), tuple(buttons[2:])]


def _stale() -> Outcome:
    return Outcome(texts.say("stale"))
