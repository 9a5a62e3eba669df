"""The pages of an answer, whatever kind of answer it is."""

from __future__ import annotations

from dataclasses import dataclass

from bot import texts
from bot.answers.passages import Passages
from bot.answers.quotations import Shown, Voices
from bot.answers.summaries import Summaries, Told
from bot.reply.reply import Outcome, Reply
from bot.storage.chats import Exchange

_LONGER = 7
"""How many sentences "more" of a summary has."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Shows what an exchange keeps, page by page.

    Attributes:
        passages: Show passages.
        voices: Show quotations.
        summaries: Show articles and stories.
    """

    passages: Passages
    voices: Voices
    summaries: Summaries

    def turn(self, exchange: Exchange, number: int) -> Outcome:
        """Turn to a page, from 0; a toast where there is none."""
        if number < 0:
            return Outcome(texts.say("first"))
        if number >= len(exchange.hits):
            return Outcome(texts.say("last") if exchange.hits else texts.say("stale"))
        return Outcome(reply=self.show(exchange, number))

    def show(self, exchange: Exchange, number: int, *, whole: bool = False) -> Reply:
        """Show a page, from 0, or say that it is gone.

        Args:
            exchange: What was asked and found.
            number: Of its hit.
            whole: Whether to show all of a passage, whatever the chat's settings.
        """
        if exchange.verdict in list(Shown):
            return self.voices.page(exchange, number)
        if exchange.verdict in list(Told):
            return self.summaries.page(exchange, number)
        return self.passages.page(exchange, number, whole=whole)

    def go_on(self, exchange: Exchange, number: int) -> Outcome:
        """Show what follows a page in the same answer: more of a summary, or the next page."""
        if exchange.verdict == Told.SUMMARY:
            return self.summaries.summary(exchange, max(number, 0), _LONGER)
        if exchange.verdict == Told.STORY:
            return self.summaries.story(exchange, number + 1)
        return self.turn(exchange, number + 1)
