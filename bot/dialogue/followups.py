"""Follow-ups in a chat: what a message leans on, and what is noted of an answer for the next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.dialogue.pages import Pages
from bot.reply.actions import AskAlone
from bot.reply.reply import Button, Note, Quote, Reply, Speaker
from bot.storage.chats import ChatStore, Exchange
from bot.storage.turns import Turn
from corpus.article import Article
from corpus.nlp.entities import Sort
from retrieval.extraction.name_types import judge_names
from retrieval.query.followup import FollowUp, PriorTurn
from retrieval.query.intent import Ask, AskWhoSaid, Intent
from retrieval.results import Verdict
from retrieval.search import Searcher

if TYPE_CHECKING:
    from bot.message_context import MessageContext

RECENT = timedelta(minutes=10)
"""For how long what was said before may be leaned on."""
_ARTICLES = 4
"""Most articles that are at hand."""
_WORD = re.compile(r"[A-ZÀ-Þ][\w-]+")
_NAME = re.compile(r"[A-ZÀ-Þ][\w-]{1,40}(?:\s[A-ZÀ-Þ][\w-]{1,40})+")


class FollowUps:
    """Reads messages in the light of what was said before.

    Args:
        searcher: Knows the archive's people and publishers.
        state: Remembers what each of our messages answers.
        pages: Shows what follows in an answer.
    """

    def __init__(self, searcher: Searcher, state: ChatStore, pages: Pages) -> None:
        self._searcher = searcher
        self._state = state
        self._pages = pages

    def answer(
        self, context: MessageContext, typed: str, *, ask: Callable[[Intent], Reply]
    ) -> Reply | None:
        """Answer a message that leans on what was said before; None for one that stands alone.

        Args:
            context: Where it came from.
            typed: The message.
            ask: Answers a complete question.
        """
        turn = self._before(context)
        exchange = self._state.exchange(turn.key, context.chat_id) if turn else None
        if turn is None or exchange is None:
            return None
        prior = self._prior(context, *self._answered(context, turn, exchange))
        now = context.preferences
        found = self._searcher.follow_up(typed, prior, today=now.day(), taste=now.taste)
        if found is None:
            return None
        if found.more:
            return self._go_on(context, turn, exchange)
        if found.speakers:
            return self._pages.voices.speakers(exchange, max(turn.page, 0), 0).reply
        return self._told(context, typed, found, ask)

    def sent(self, context: MessageContext, message: int, reply: Reply) -> None:
        """Note what one of our messages answers."""
        if not reply.key:
            return
        before = self._before(context)
        turn = Turn(
            message,
            context.thread_id,
            reply.key,
            page=reply.page,
            people=tuple(dict.fromkeys(self._people(reply))),
            topic=reply.topic,
            before=before.message if before and before.message != message else None,
        )
        self._state.turns.note(context.chat_id, turn)

    def _people(self, reply: Reply) -> tuple[str, ...]:
        """Whom a reply quotes; where nobody, whom what it marks names, or else what it shows."""
        if speakers := [block.name for block in reply.blocks if isinstance(block, Speaker)]:
            return tuple(filter(None, speakers))
        said = (one for key in reply.articles for one in self._searcher.store.attributions.of(key))
        quoted = list(dict.fromkeys(one.name for one in said if one.name))
        spans = [span for block in reply.blocks if isinstance(block, Quote) for span in block.spans]
        marked = " ".join(span.text for span in spans if span.marked)
        shown = " ".join(span.text for span in spans)
        return tuple(_named_in(marked, quoted)) or tuple(_named_in(shown, quoted))

    def _before(self, context: MessageContext) -> Turn | None:
        """What a message may lean on: in a group only what it replies to."""
        talk, chat_id = self._state.turns, context.chat_id
        if context.replied is not None:
            own = self._state.answer_to(chat_id, context.replied)  # to one's own question
            turn = talk.at(chat_id, [context.replied, own])
            return turn if turn and turn.thread == context.thread_id else None
        if context.edited is not None:
            edited = talk.at(chat_id, [context.edited])
            return talk.at(chat_id, [edited.before]) if edited else None
        if not context.private:
            return None
        return talk.last(chat_id, within=RECENT, thread=context.thread_id)

    def _answered(
        self, context: MessageContext, turn: Turn, exchange: Exchange
    ) -> tuple[Turn, Exchange]:
        """The turn that set the topic: a question that was not answered leaves it as it was.

        Where none before was answered, it is the question itself; what is replied to always is.
        """
        failed = context.replied is None and exchange.answer.verdict is Verdict.NOTHING
        if failed and (earlier := self._earlier(context, turn)):
            former, kept = self._answered(context, *earlier)
            if kept.answer.verdict is not Verdict.NOTHING or turn.topic:
                return former, kept
        return turn, exchange

    def _earlier(self, context: MessageContext, turn: Turn) -> tuple[Turn, Exchange] | None:
        """The turn before another, as far as it is still known."""
        former = self._state.turns.at(context.chat_id, [turn.before])
        kept = self._state.exchange(former.key, context.chat_id) if former else None
        return (former, kept) if former and kept else None

    def _at_hand(self, context: MessageContext, turn: Turn) -> tuple[str, ...]:
        """Ids of the articles that the talk is about, the last one first."""
        found = self._state.shown(context.chat_id, turn.message)[:_ARTICLES]
        while turn.topic and len(found) < _ARTICLES:  # which it took from the one before
            former = self._state.turns.at(context.chat_id, [turn.before])
            if former is None:
                break
            turn, found = former, found + self._state.shown(context.chat_id, former.message)
        return tuple(dict.fromkeys(found))[:_ARTICLES]

    def _prior(self, context: MessageContext, turn: Turn, exchange: Exchange) -> PriorTurn:
        intent = exchange.intent
        question = _put(intent)
        shown = self._at_hand(context, turn)
        article = self._searcher.store.get(shown[0]) if shown else None
        return PriorTurn(
            "" if "://" in question else question,
            tuple(name for name in turn.people if _is_person(name, article)),
            topic=turn.topic,
            headline=article.headline if article else "",
            quoted=context.quoted,
            replied=context.replied is not None,
            said=intent if isinstance(intent, AskWhoSaid) else None,
            articles=shown,
        )

    def _told(
        self, context: MessageContext, typed: str, found: FollowUp, ask: Callable[[Intent], Reply]
    ) -> Reply:
        """Answer the completed question, and say what it took over."""
        reply = replace(ask(found.intent), topic=found.topic)
        if not found.taken:
            return reply
        note = Note(texts.say("taking", what=", ".join(found.taken)))
        rows = reply.buttons
        with suppress(SQLAlchemyError):  # a full disk, say: the answer stands without the button
            key = self._state.save(context.chat_id, typed).key
            rows = (*rows, (Button(texts.say("new-question"), action=AskAlone(key)),))
        return replace(reply, blocks=(note, *reply.blocks), buttons=rows)

    def _go_on(self, context: MessageContext, turn: Turn, exchange: Exchange) -> Reply:
        """Show what follows in the same answer."""
        reply = self._pages.go_on(context, exchange, turn.page).reply
        return reply or Reply((Note(texts.say("no-more")),))


def _put(intent: Intent) -> str:
    """Put what was asked in words that tell its phrases apart."""
    match intent:
        case AskWhoSaid(speaker, topic):
            return ", ".join(filter(None, (speaker, topic)))
        case Ask() if intent.topic:
            return intent.topic
    return intent.text


def _is_person(name: str, article: Article | None) -> bool:
    """Whether an article prints a name as somebody's, and no place's."""
    return article is None or judge_names(article.body, name, Sort.PERSON) is not Sort.PLACE


def _named_in(text: str, quoted: Sequence[str]) -> Iterator[str]:
    """Yield whom a text names, of those quoted by any part of their name, or in full."""
    words = set(_WORD.findall(text))
    yield from (name for name in quoted if not words.isdisjoint(name.split()[-1:]))
    yield from _NAME.findall(text)
