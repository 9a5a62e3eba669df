"""The pages of an answer, whatever kind of answer it is.

Tested with the conversation in `tests/bot/dialogue/test_conversation.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import texts
from bot.answers.passages import Passages
from bot.answers.quotations import Voices
from bot.answers.summaries import Summaries
from bot.message_context import MessageContext
from bot.reply.reply import Outcome, Reply
from bot.storage.chats import Exchange
from retrieval.answers import AnswerKind

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

    def turn(self, context: MessageContext, exchange: Exchange, number: int) -> Outcome:
        """Turn to a page, from 0; a toast where there is none."""
        if number < 0:
            return Outcome(texts.say("first"))
        if number >= len(exchange.hits):
            return Outcome(texts.say("last") if exchange.hits else texts.say("stale"))
        return Outcome(reply=self.show(context, exchange, number))

    def show(
        self, context: MessageContext, exchange: Exchange, number: int, *, whole: bool = False
    ) -> Reply:
        """Show a page, from 0, or say that it is gone.

        Args:
            context: Where it is shown.
            exchange: What was asked and found.
            number: Of its hit.
            whole: Whether to show all of a passage, whatever the chat's settings.
        """
        match exchange.kind:
            case AnswerKind.QUOTATIONS | AnswerKind.PEOPLE:
                return self.voices.page(exchange, number)
            case AnswerKind.SUMMARY | AnswerKind.ARTICLES | AnswerKind.TIMELINE:
                return self.summaries.page(context, exchange, number)
        return self.passages.page(context, exchange, number, whole=whole)

    def go_on(self, context: MessageContext, exchange: Exchange, number: int) -> Outcome:
        """Show what follows a page in the same answer: more of a summary, or the next page."""
        if exchange.kind is AnswerKind.SUMMARY:
            return self.summaries.summary(exchange, max(number, 0), _LONGER)
        if exchange.kind is AnswerKind.TIMELINE:
            return self.summaries.story(context, exchange, number + 1)
        return self.turn(context, exchange, number + 1)
