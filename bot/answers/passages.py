"""Questions that passages answer, as replies.

Tested with the conversation in `tests/bot/dialogue/test_conversation.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.answers.quotations import Voices
from bot.message_context import MessageContext
from bot.reply.actions import ShowWhole, TurnPage
from bot.reply.buttons import (
    lay_out,
    make_copy,
    make_pager,
    make_share,
    make_summary,
    make_thumbs,
)
from bot.reply.citations import note_otherwise, quote_marked, quote_passage
from bot.reply.deep_links import write_passage
from bot.reply.page_links import link_to, open_at
from bot.reply.reply import Block, Button, Note, Reply, Use
from bot.storage.answer_ref import AnswerRef, PassageRef
from bot.storage.chats import ChatStore, Exchange
from bot.storage.preferences import ExcerptLength
from corpus.article import Article
from corpus.nlp.segment import Slice
from retrieval.answers import PassageAnswer
from retrieval.citation import cite
from retrieval.disagreement.newest import Otherwise
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.period import Period
from retrieval.query.intent import Ask, Intent
from retrieval.results import Hit, Result, Verdict
from retrieval.search import Searcher


class Passages:
    """Answers with passages, one a page.

    Args:
        searcher: Finds passages.
        state: Remembers what was found, so that buttons work.
        voices: Leads on to who said what in an article.
    """

    def __init__(self, searcher: Searcher, state: ChatStore, voices: Voices) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._state = state
        self._voices = voices

    def show(self, context: MessageContext, answer: PassageAnswer) -> Reply:
        """Show the best passage, or say that nothing answers."""
        result = answer.result
        marked = {one.number: one.marked for one in answer.beside}
        refs = tuple(_refer(hit, marked.get(n)) for n, hit in enumerate(result.hits))
        kept = AnswerRef(answer.kind, answer.verdict, answer.confidence, refs)
        exchange = self._state.save(context.chat_id, answer.intent, kept)
        if answer.excerpt is None:
            reply = _nothing(result, exchange.key)
        else:
            page = self._page(
                context, exchange, 0, result.hits[0], answer.excerpt, otherwise=answer.otherwise
            )
            reply = replace(page, blocks=(*note_scope(result), *page.blocks))
        if answer.verdict is Verdict.ANSWER:
            return reply
        today = context.preferences.day()

        def answered() -> bool:
            everywhere = self._searcher.search(answer.intent.text, 1, today=today)
            return everywhere.verdict is Verdict.ANSWER

        return replace(reply, blocks=(*reply.blocks, *note_hidden(context.preferences, answered)))

    def page(
        self, context: MessageContext, exchange: Exchange, number: int, *, whole: bool = False
    ) -> Reply:
        """Show one hit of an exchange.

        Args:
            context: Where it is shown.
            exchange: With passages.
            number: Of the hit, from 0.
            whole: Whether to show all of the passage, whatever the chat's settings.
        """
        hit = self._read(exchange, number)
        if hit is None:
            turn = make_pager(partial(TurnPage, exchange.key), number, len(exchange.hits))
            return Reply((Note(texts.say("gone")),), (turn,))
        chosen = self._searcher.excerpt(_asked(exchange.intent), hit.article, hit.passage)
        return self._page(context, exchange, number, hit, chosen, whole=whole)

    def _page(  # noqa: PLR0913 - where, of what, which, and how much of it
        self,
        context: MessageContext,
        exchange: Exchange,
        number: int,
        hit: Hit,
        chosen: Excerpt,
        *,
        whole: bool = False,
        otherwise: Otherwise | None = None,
    ) -> Reply:
        key, article = exchange.key, hit.article
        shown = chosen.passage if whole else _wanted(context.preferences.context, chosen)
        sure = exchange.answer.verdict is Verdict.ANSWER
        blocks = quote_passage(article, replace(chosen, shown=shown), sure=sure, copies=hit.copies)
        beside = () if number or whole else tuple(self._beside(exchange))
        link = link_to(article, chosen.marked)
        opening = [*open_at(texts.say("open"), article, chosen.marked)]
        if shown != chosen.passage:
            more = ShowWhole(key, number)
            opening.append(Button(texts.say("whole"), action=more, use=Use.SHOW))
        copied = make_copy(article.body[slice(*chosen.marked)], cite(article, link))
        shared = make_share(write_passage(article.id, hit.passage.start, chosen.marked))
        voices = self._voices.button(key, number, article)
        buttons = lay_out(
            tuple(opening),
            (make_summary(key, number), *voices),
            (*copied, *shared),
            turn=make_pager(partial(TurnPage, key), number, len(exchange.hits)),
            rate=make_thumbs(key, number),
        )
        quoted = _quote_beside(beside, otherwise)
        articles = dict.fromkeys((article.id, *(other.article.id for other, _ in beside)))
        return Reply((*blocks, *quoted), buttons, tuple(articles), key=key, page=number)

    def _beside(self, exchange: Exchange) -> Iterator[tuple[Hit, Slice]]:
        """Yield what is shown beside the first passage, as far as it is still there."""
        for number, ref in enumerate(exchange.hits):
            marked = ref.marked if isinstance(ref, PassageRef) else None
            hit = self._read(exchange, number) if marked else None
            if hit and marked:
                yield hit, marked

    def _read(self, exchange: Exchange, number: int) -> Hit | None:
        """Read a hit back from the store; None when there is none, or its passage is gone."""
        ref = exchange.hits[number] if 0 <= number < len(exchange.hits) else None
        located = self._store.locate(ref.passage_id) if isinstance(ref, PassageRef) else None
        if located is None or not isinstance(ref, PassageRef):
            return None
        article, passage = located
        return Hit(article, passage, 0.0, tuple(self._store.articles(ref.copies)))


def _quote_beside(
    beside: Sequence[tuple[Hit, Slice]], otherwise: Otherwise | None
) -> Iterator[Block]:
    """Yield what may answer as well, and name what says otherwise: before its words, if shown."""
    named = otherwise is None
    for hit, marked in beside:
        if otherwise and not named and hit.article == otherwise.article:
            yield note_otherwise(otherwise)[0]
            named = True
        yield from quote_marked(hit.article, hit.passage, marked, hit.copies)
    if otherwise and not named:
        yield from note_otherwise(otherwise)


def _asked(intent: Intent) -> str:
    """What the reader wants to know, in words of their own."""
    return intent.own if isinstance(intent, Ask) else intent.text


def _wanted(length: ExcerptLength, chosen: Excerpt) -> Slice:
    """The stretch of a passage that a chat's settings ask for."""
    match length:
        case ExcerptLength.LONG:
            return chosen.passage
        case ExcerptLength.SHORT:
            return chosen.marked
    return chosen.shown


def _nothing(result: Result, key: str) -> Reply:
    rows = []
    if result.hits:
        rows.append((Button(texts.say("show-closest"), action=TurnPage(key, 0)),))
    note = Note(texts.say("nothing", articles=result.searched))
    return Reply((note,), tuple(rows), key=key, page=-1)


def note_scope(result: Result) -> tuple[Note, ...]:
    """Say where was looked first, as far as what is shown comes from there."""
    shown = result.hits[0].article
    publishers = result.publishers if shown.publisher in result.publishers else ()
    periods = tuple(period for period in result.periods if _printed_in(shown, period))
    where = texts.list_places(publishers, periods)
    return (Note(texts.say("scope", where=where)),) if where else ()


def _printed_in(article: Article, period: Period) -> bool:
    return article.published is not None and article.published.date() in period


def _refer(hit: Hit, marked: Slice | None) -> PassageRef:
    return PassageRef(hit.passage.id, tuple(copy.id for copy in hit.copies), marked)
