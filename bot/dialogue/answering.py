"""From an intent to a reply: ask the archive, draw what it answers, offer what else was meant.

Tested with the conversation in `tests/bot/dialogue/test_conversation.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot import texts
from bot.answers.passages import Passages
from bot.answers.quotation_blocks import note_nobody
from bot.answers.quotations import Voices
from bot.answers.summaries import Summaries
from bot.dialogue.pages import Pages
from bot.message_context import MessageContext
from bot.reply.actions import ShowInstead, ShowPassages, TellStory
from bot.reply.actions import Summarise as SumUp
from bot.reply.reply import Button, Note, Outcome, Reply
from bot.request_trace import get_current
from bot.storage.chats import ChatStore, Exchange
from retrieval.answers import (
    Answer,
    AnswerKind,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.query.intent import Ask, AskWhoSaid, Intent, Summarise
from retrieval.search import Searcher

_LIKELY = 0.2
"""Probability from which on another kind of answer is offered; of the messages that
`benchmarks/router.py` holds out, about one in three gets such a button."""


class Answering:
    """Answers intents, and shows again what was answered.

    Args:
        searcher: Answers them from the archive.
        state: Remembers what was found, so that buttons work.
        shown: Names the articles that "this" means, by id.
        empty: What is said where there are no articles.

    Attributes:
        pages: Show what exchanges keep.
    """

    def __init__(
        self,
        searcher: Searcher,
        state: ChatStore,
        *,
        shown: Callable[[MessageContext], tuple[str, ...]],
        empty: Callable[[MessageContext], Reply],
    ) -> None:
        self._searcher = searcher
        self._shown = shown
        self._empty = empty
        self._voices = Voices(searcher, state)
        self._passages = Passages(searcher, state, self._voices)
        self._summaries = Summaries(searcher, state, self._voices)
        self.pages = Pages(self._passages, self._voices, self._summaries)

    def answer(self, context: MessageContext, intent: Intent) -> Reply:
        """Answer an intent as it is written."""
        return self._answered(context, intent) or self._empty(context)

    def draw(self, context: MessageContext, answer: Answer) -> Reply:
        """Draw an answer of any kind, and remember it."""
        match answer:
            case PassageAnswer() if not answer.result.searched:
                return self._empty(context)
            case PassageAnswer():
                reply = self._passages.show(context, answer)
                nobody = (note_nobody(replace(answer.unsaid, others=())),) if answer.unsaid else ()
                return replace(reply, blocks=(*nobody, *reply.blocks))
            case QuotationAnswer(intent=AskWhoSaid() as asked) if not answer.said.searched:
                return self._voices.unknown(context, asked)
            case QuotationAnswer():
                return self._voices.show(context, answer)
            case SummaryAnswer():
                return self._summaries.show(context, answer)
            case TimelineAnswer():
                return self._summaries.tell(context, answer)

    def again(self, context: MessageContext, exchange: Exchange) -> Reply:
        """Answer as it is written what was asked before."""
        return self.answer(context, exchange.intent)

    def instead(
        self, context: MessageContext, exchange: Exchange, kind: AnswerKind
    ) -> Reply | None:
        """Answer with another kind of answer what was asked before; None where there is none."""
        intent = exchange.intent
        message = intent if isinstance(intent, Ask) else Ask(intent.text)  # which any kind answers
        return self._answered(context, message, route=kind)

    def of_person(self, context: MessageContext, exchange: Exchange, number: int) -> Outcome:
        """Answer of one of several people, from 0."""
        name, intent = self._voices.choose(exchange, number), exchange.intent
        if name is None:
            return Outcome(texts.say("stale"))
        if isinstance(intent, AskWhoSaid):
            return Outcome(reply=self.answer(context, replace(intent, speaker=name)))
        reply = self._answered(context, intent, route=AnswerKind.QUOTATIONS, person=name)
        return Outcome(reply=reply) if reply else Outcome(texts.say("gone-short"))

    def how_to_quote(self, context: MessageContext) -> Reply:
        """Say what to write behind ``/quotes``."""
        return self._voices.how_to_ask(context)

    def _answered(
        self,
        context: MessageContext,
        intent: Intent,
        *,
        route: AnswerKind | None = None,
        person: str | None = None,
    ) -> Reply | None:
        """Answer an intent; None where a route, which a button names, has nothing to show."""
        now = context.preferences
        shown = self._shown(context) if _means_this(intent) else ()
        answer = self._searcher.ask(
            intent, today=now.day(), taste=now.taste, shown=shown, person=person, route=route
        )
        if answer is None:
            return self._nothing_to_show(context)
        reply = replace(self.draw(context, answer), answer=answer)
        if self._searcher.is_behind():
            reply = replace(reply, blocks=(*reply.blocks, Note(texts.say("behind"))))
        if reply.key:  # what is kept is what is counted
            get_current().found(answer.kind.value, answer.verdict.value)
        return self._with_runner_up(reply, answer) if route is None else reply

    def _nothing_to_show(self, context: MessageContext) -> Reply | None:
        """What to say where nothing was found to draw; None where another answer may do."""
        if not self._searcher.store.count():
            return self._empty(context)
        if not len(self._searcher) and self._searcher.is_behind():
            return Reply((Note(texts.say("behind")),))
        return None

    def _with_runner_up(self, reply: Reply, answer: Answer) -> Reply:
        """Offer the next likely kind of answer, where it may well have been meant."""
        likely = [one.kind for one in answer.alternatives if one.probability >= _LIKELY]
        kinds = [kind for kind in likely if kind is not answer.kind and not _offers(reply, kind)]
        asking = answer.kind in (AnswerKind.PEOPLE, AnswerKind.ARTICLES)
        if asking or not kinds or not reply.key:  # a question back is no answer to be in doubt of
            return reply
        label = texts.say(f"instead-{kinds[0].value}")
        button = Button(label, action=ShowInstead(reply.key, kinds[0]))
        return replace(reply, buttons=(*reply.buttons, (button,)))


def _means_this(intent: Intent) -> bool:
    """Whether it wants a summary of whatever was shown before."""
    if isinstance(intent, Ask):
        return intent.about_this
    return isinstance(intent, Summarise) and not intent.topic


_OFFERS = {
    ShowPassages: AnswerKind.PASSAGES,
    SumUp: AnswerKind.SUMMARY,
    TellStory: AnswerKind.TIMELINE,
}
"""What buttons that stand under replies anyhow lead to."""


def _offers(reply: Reply, kind: AnswerKind) -> bool:
    """Whether a reply has a button for a kind of answer already."""
    return any(_OFFERS.get(type(button.action)) is kind for row in reply.buttons for button in row)
