"""Summaries of articles and stories over several, as replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import partial

import structlog

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.answers.quotations import Voices
from bot.answers.summary_blocks import fit_sentences, lay_out_pages, make_summary_blocks
from bot.intents.intent import Kind, Request, read
from bot.reply.actions import Summarise, TellStory, TurnPage
from bot.reply.buttons import cut, make_pager, make_share, make_thumbs
from bot.reply.deep_links import write_summary, write_topic
from bot.reply.reply import Button, Note, Outcome, Reply
from bot.storage.chats import ChatStore, Exchange
from corpus.address import canonicalize
from corpus.article import Article
from corpus.errors import CorpusError
from corpus.nlp.segment import Slice
from retrieval.extraction.key_facts import Facts, find_facts
from retrieval.search import Searcher
from retrieval.timeline.timeline import Timeline

_log = structlog.get_logger(__name__)

_STEPS = (1, 3, 7)
"""How many sentences "Shorter" and "Longer" lead to."""
_USUAL = 3
_CHOICES = 8


class Told(StrEnum):
    """What an exchange of this kind keeps, stored as its verdict; its hits are articles."""

    SUMMARY = "summary"
    STORY = "story"
    WHICH = "which article"


class Summaries:
    """Answers with summaries and stories.

    Args:
        searcher: Finds and sums up articles.
        state: Remembers what was found, so that buttons work.
        voices: Leads on to who said what in an article.
    """

    def __init__(self, searcher: Searcher, state: ChatStore, voices: Voices) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._state = state
        self._voices = voices

    def answer(self, chat_id: int, request: Request, meant: Sequence[str] = ()) -> Reply | None:
        """Answer a wish for a summary or story; None for what is rather a question.

        Args:
            chat_id: Who asks.
            request: What for.
            meant: Ids of the articles that "this" means.
        """
        if request.kind is Kind.SUMMARY:
            return self._summary(chat_id, request, meant)
        return self._story(chat_id, request) if request.kind is Kind.STORY else None

    def of_article(self, chat_id: int, asked: str, article_id: str) -> Reply | None:
        """Sum up one article; None where it is unknown."""
        found = self._store.get(article_id)
        return self._one(chat_id, read(asked), found) if found else None

    def page(self, exchange: Exchange, number: int) -> Reply:
        """Show again what an exchange began with."""
        if exchange.verdict == Told.SUMMARY:
            return self.summary(exchange, number, 0).reply or _note(texts.say("gone-article"))
        if exchange.verdict == Told.WHICH:
            return self._which(exchange)
        return self.story(exchange, 0).reply or _note(texts.say("gone-article"))

    def summary(self, exchange: Exchange, hit: int, count: int) -> Outcome:
        """Sum up the article of a hit in some sentences; 0 leaves their number to us."""
        if not 0 <= hit < len(exchange.hits) or not 0 <= count <= max(_STEPS):
            return Outcome(texts.say("stale"))
        reply = self._shown(exchange, hit, count)
        return Outcome(reply=reply) if reply else Outcome(texts.say("gone-short"))

    def story(self, exchange: Exchange, page: int) -> Outcome:
        """Turn to a page of the story that was asked for, as it stands now."""
        if exchange.verdict not in (Told.STORY, Told.WHICH):
            return Outcome(texts.say("stale"))
        story = self._told(exchange)
        pages = lay_out_pages(story)
        if not 0 <= page < len(pages):
            beyond = texts.say("first") if page < 0 else texts.say("last")
            return Outcome(beyond if pages else texts.say("gone-short"))
        turn = make_pager(partial(TellStory, exchange.key), page, len(pages))
        back = _back(exchange, 0)
        shared = make_share(write_topic(read(exchange.question).topic))
        rows = tuple(row for row in (turn, back, (*shared, *make_thumbs(exchange.key))) if row)
        articles = _ids(story.articles)
        return Outcome(reply=Reply(pages[page], rows, articles, key=exchange.key, page=page))

    def _summary(self, chat_id: int, request: Request, meant: Sequence[str]) -> Reply:
        if not request.topic:
            return self._meant(chat_id, request, meant)
        if "://" in request.topic:
            found = self._at(request.topic)
            return self._one(chat_id, request, found) if found else _note(texts.say("not-here"))
        named = self._named(chat_id, request.topic)
        if len(named) == 1:
            return self._one(chat_id, request, named[0])
        story = None if named else self._about(chat_id, request.topic)
        if story is not None and not story.articles:
            none = Note(texts.none_about(request.topic, story.searched))
            return Reply((none, *self._left_out(chat_id, request.topic)))
        articles = named if story is None else story.articles
        if len(articles) == 1:
            return self._one(chat_id, request, articles[0])
        return self._ask_which(chat_id, request, _ids(articles))

    def _meant(self, chat_id: int, request: Request, meant: Sequence[str]) -> Reply:
        """Sum up what "this" means, if anything."""
        if not meant:
            return _note(texts.say("how-to-sum-up"))
        articles = list(self._store.articles(meant))
        if not articles:
            return _note(texts.say("gone-article"))
        if len(articles) == 1:
            return self._one(chat_id, request, articles[0])
        kept = set(_ids(articles))
        return self._ask_which(chat_id, request, [one for one in meant if one in kept])

    def _story(self, chat_id: int, request: Request) -> Reply | None:
        if not request.topic:
            return _note(texts.say("how-to-tell"))
        story = self._about(chat_id, request.topic)
        if len(story.articles) == 1:
            # "What happened in Castrel?" is no wish for the one article that is most about it.
            if request.guessed and self._named(chat_id, request.topic) != story.articles:
                return None
            return self._one(chat_id, request, story.articles[0])
        if not story.articles:
            if request.guessed:
                return None
            return Reply((_nothing(story), *self._left_out(chat_id, request.topic)))
        key = self._state.save(chat_id, request.text, _ids(story.articles), Told.STORY)
        return self.story(self._state.kept(key, chat_id), 0).reply

    def _one(self, chat_id: int, request: Request, article: Article) -> Reply:
        key = self._state.save(chat_id, request.text, [article.id], Told.SUMMARY)
        reply = self._shown(self._state.kept(key, chat_id), 0, request.count)
        return reply or _note(texts.say("gone-article"))

    def _ask_which(self, chat_id: int, request: Request, articles: Sequence[str]) -> Reply:
        key = self._state.save(chat_id, request.text, articles[:_CHOICES], Told.WHICH)
        return self._which(self._state.kept(key, chat_id))

    def _which(self, exchange: Exchange) -> Reply:
        """Ask which of its articles is meant, or whether the story of them all."""
        articles = {article.id: article for article in self._store.articles(exchange.hits)}
        rows = [
            (Button(_titled(articles[one]), action=Summarise(exchange.key, number)),)
            for number, one in enumerate(exchange.hits)
            if one in articles
        ]
        if not rows:
            return _note(texts.say("gone-article"))
        if read(exchange.question).topic and len(self._told(exchange).articles) > 1:
            rows.append((Button(texts.say("whole-story"), action=TellStory(exchange.key)),))
        which = (Note(texts.say("which-article")),)
        return Reply(which, tuple(rows), exchange.hits, key=exchange.key)

    def _told(self, exchange: Exchange) -> Timeline:
        """The story that was asked for; its days count from when that was."""
        return self._about(exchange.chat_id, read(exchange.question).topic, exchange.asked)

    def _about(self, chat_id: int, topic: str, asked: datetime | None = None) -> Timeline:
        """The story that was asked for at a time, by default now."""
        now = self._state.preferences.get(chat_id)
        return self._searcher.story(topic, today=now.day(asked), taste=now.taste)

    def _named(self, chat_id: int, name: str) -> tuple[Article, ...]:
        now = self._state.preferences.get(chat_id)
        return self._searcher.named(name, today=now.day(), taste=now.taste)

    def _left_out(self, chat_id: int, topic: str) -> tuple[Note, ...]:
        """Say how many publishers are left out, where one of them is about a topic."""
        now = self._state.preferences.get(chat_id)
        return note_hidden(now, lambda: bool(self._searcher.story(topic, today=now.day()).articles))

    def _shown(self, exchange: Exchange, hit: int, count: int) -> Reply | None:
        article = self._store.get(exchange.hits[hit].partition("#")[0])
        if article is None:
            return None
        count = count or read(exchange.question).count or _USUAL
        sentences = self._sentences(article, count)
        blocks = make_summary_blocks(article, sentences, self._facts(article, sentences))
        opening = (Button(texts.say("open-article"), url=article.url),) if article.url else ()
        rows = (
            (*opening, *self._voices.button(exchange.key, hit, article)),
            self._lengths(article, sentences, Summarise(exchange.key, hit, count)),
            _back(exchange, hit),
            (*make_share(write_summary(article.id)), *make_thumbs(exchange.key, hit, whole=True)),
        )
        shown = tuple(row for row in rows if row)
        return Reply(blocks, shown, (article.id,), key=exchange.key, page=hit)

    def _facts(self, article: Article, sentences: Sequence[Slice]) -> Facts:
        """Who, where and when; nothing where the language model is missing or damaged."""
        try:
            return find_facts(
                article, sentences, attributions=self._store.attributions.of(article.id)
            )
        except CorpusError as error:
            _log.warning("cannot tell who, where and when", reason=str(error))
            return Facts()

    def _sentences(self, article: Article, count: int) -> tuple[Slice, ...]:
        return fit_sentences(self._searcher.summary(article, count=count).sentences)

    def _lengths(
        self, article: Article, shown: Sequence[Slice], here: Summarise
    ) -> tuple[Button, ...]:
        """Buttons for fewer and for more sentences, where that changes anything."""
        shorter = max((step for step in _STEPS if step < here.count), default=0)
        longer = min((step for step in _STEPS if step > here.count), default=0)
        buttons = []
        if shorter and len(self._sentences(article, shorter)) < len(shown):
            buttons.append(Button(texts.say("shorter"), action=replace(here, count=shorter)))
        if longer and len(self._sentences(article, longer)) > len(shown):
            buttons.append(Button(texts.say("longer"), action=replace(here, count=longer)))
        return tuple(buttons)

    def _at(self, url: str) -> Article | None:
        try:
            return self._store.get(canonicalize(url))
        except ValueError:
            return None


def _back(exchange: Exchange, hit: int) -> tuple[Button, ...]:
    if exchange.verdict in (Told.SUMMARY, Told.STORY):
        return ()
    label = (
        texts.say("back-to-list") if exchange.verdict == Told.WHICH else texts.say("back-to-answer")
    )
    return (Button(label, action=TurnPage(exchange.key, hit)),)


def _nothing(story: Timeline) -> Note:
    return Note(texts.none_about(story.topic, story.searched, story.periods))


def _titled(article: Article) -> str:
    date = f" · {texts.format_day(article.published)}" if article.published else ""
    return f"{cut(article.headline, 44)}{date}"


def _ids(articles: Sequence[Article]) -> tuple[str, ...]:
    return tuple(article.id for article in articles)


def _note(text: str) -> Reply:
    return Reply((Note(text),))
