"""Questions that passages answer, as replies."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.answers.quotations import Voices
from bot.reply.actions import ShowWhole, TurnPage
from bot.reply.buttons import make_pager, make_share, make_summary, make_thumbs
from bot.reply.citations import quote_passage
from bot.reply.deep_links import write_passage
from bot.reply.reply import Button, Note, Reply
from bot.storage.chats import ChatStore, Exchange
from bot.storage.preferences import ExcerptLength, Preferences
from corpus.article import Article, Passage
from corpus.nlp.segment import Slice
from retrieval.citation import link_to
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.results import Hit, Result, Verdict
from retrieval.search import Searcher

_HITS = 10


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

    def answer(self, chat_id: int, question: str, chosen: Preferences) -> Reply | None:
        """Answer with the best passage, or say that nothing answers; None for an empty archive.

        Args:
            chat_id: Who asks.
            question: As it is to be searched for.
            chosen: The chat's settings.
        """
        today = chosen.day()
        result = self._searcher.search(question, _HITS, today=today, taste=chosen.taste)
        if not result.searched:
            return None
        hits = [_written(hit) for hit in result.hits]
        key = self._state.save(chat_id, question, hits, result.verdict)
        if result.verdict is Verdict.NOTHING:
            reply = _nothing(result, key)
        else:
            page = self.page(self._state.kept(key, chat_id), 0)
            reply = replace(page, blocks=(*_scope(result), *page.blocks))
        if result.verdict is Verdict.ANSWER:
            return reply

        def answered() -> bool:
            everywhere = self._searcher.search(question, 1, today=today)
            return everywhere.verdict is Verdict.ANSWER

        return replace(reply, blocks=(*reply.blocks, *note_hidden(chosen, answered)))

    def page(self, exchange: Exchange, number: int, *, whole: bool = False) -> Reply:
        """Show one hit of an exchange.

        Args:
            exchange: With passages.
            number: Of the hit, from 0.
            whole: Whether to show all of the passage, whatever the chat's settings.
        """
        key, count = exchange.key, len(exchange.hits)
        turn = make_pager(partial(TurnPage, key), number, count)
        hit = self._read(exchange.hits[number]) if 0 <= number < count else None
        if hit is None:
            return Reply((Note(texts.say("gone")),), (turn,))
        article, passage, copies = hit
        chosen = self._searcher.excerpt(exchange.question, article, passage)
        shown = chosen.passage if whole else self._wanted(exchange.chat_id, chosen)
        sure = exchange.verdict == Verdict.ANSWER
        blocks = quote_passage(article, replace(chosen, shown=shown), sure=sure, copies=copies)
        link = link_to(article, chosen.marked)
        opening = [Button(texts.say("open"), url=link)] if link else []
        if shown != chosen.passage:
            opening.append(Button(texts.say("whole"), action=ShowWhole(key, number)))
        more = (make_summary(key, number), *self._voices.button(key, number, article))
        shared = make_share(write_passage(article.id, passage.start, chosen.marked))
        rows = (tuple(opening), more, turn, (*shared, *make_thumbs(key, number)))
        buttons = tuple(row for row in rows if row)
        return Reply(blocks, buttons, (article.id,), key=key, page=number)

    def _wanted(self, chat_id: int, chosen: Excerpt) -> Slice:
        """How much of a passage the chat wants to see."""
        match self._state.preferences.get(chat_id).context:
            case ExcerptLength.LONG:
                return chosen.passage
            case ExcerptLength.SHORT:
                return chosen.marked
        return chosen.shown

    def _read(self, written: str) -> tuple[Article, Passage, list[Article]] | None:
        """Read a hit back from the store; None when its passage is gone."""
        passage_id, *copies = written.split()
        found = self._store.locate(passage_id)
        return (*found, list(self._store.articles(copies))) if found else None


def _nothing(result: Result, key: str) -> Reply:
    rows = []
    if result.hits:
        rows.append((Button(texts.say("show-closest"), action=TurnPage(key, 0)),))
    note = Note(texts.say("nothing", articles=result.searched))
    return Reply((note,), tuple(rows), key=key, page=-1)


def _scope(result: Result) -> tuple[Note, ...]:
    where = texts.list_places(result.publishers, result.periods)
    return (Note(texts.say("scope", where=where)),) if where else ()


def _written(hit: Hit) -> str:
    """Write a hit down in ids: its passage, then the articles that are copies."""
    return " ".join([hit.passage.id, *(copy.id for copy in hit.copies)])
