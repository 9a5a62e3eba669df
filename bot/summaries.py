"""Summaries of articles and stories over several, as replies."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import structlog

from bot import texts
from bot.buttons import cut, pager, thumbs
from bot.reply import Button, Note, Outcome, Reply
from bot.request import Kind, Request, read
from bot.state import Exchange, State
from bot.telling import fitting, pages_of, summed_up
from bot.voices import Voices
from corpus.article import Article
from corpus.errors import CorpusError
from corpus.link import canonical
from corpus.split import Slice
from retrieval.facts import Facts, facts
from retrieval.search import Searcher
from retrieval.story import Story

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

    def __init__(self, searcher: Searcher, state: State, voices: Voices) -> None:
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
            return self.summary(exchange, number, 0).reply or _note(texts.GONE_ARTICLE)
        if exchange.verdict == Told.WHICH:
            return self._which(exchange)
        return self.story(exchange, 0).reply or _note(texts.GONE_ARTICLE)

    def summary(self, exchange: Exchange, hit: int, count: int) -> Outcome:
        """Sum up the article of a hit in some sentences; 0 leaves their number to us."""
        if not 0 <= hit < len(exchange.hits) or not 0 <= count <= max(_STEPS):
            return Outcome(texts.STALE)
        reply = self._shown(exchange, hit, count)
        return Outcome(reply=reply) if reply else Outcome(texts.GONE_SHORT)

    def story(self, exchange: Exchange, page: int) -> Outcome:
        """Turn to a page of the story that was asked for, as it stands now."""
        if exchange.verdict not in (Told.STORY, Told.WHICH):
            return Outcome(texts.STALE)
        story = self._told(exchange)
        pages = pages_of(story)
        if not 0 <= page < len(pages):
            beyond = texts.FIRST if page < 0 else texts.LAST
            return Outcome(beyond if pages else texts.GONE_SHORT)
        turn = pager(f"story:{exchange.key}:", page, len(pages))
        back = _back(exchange, f"{exchange.key}:0")
        rows = tuple(row for row in (turn, back, thumbs(exchange.key)) if row)
        return Outcome(reply=Reply(pages[page], rows, _ids(story.articles)))

    def _summary(self, chat_id: int, request: Request, meant: Sequence[str]) -> Reply:
        if not request.topic:
            return self._meant(chat_id, request, meant)
        if "://" in request.topic:
            found = self._at(request.topic)
            return self._one(chat_id, request, found) if found else _note(texts.NOT_HERE)
        named = self._searcher.named(request.topic)
        if len(named) == 1:
            return self._one(chat_id, request, named[0])
        story = None if named else self._searcher.story(request.topic)
        if story is not None and not story.articles:
            return _note(texts.none_about(request.topic, story.searched))
        articles = named if story is None else story.articles
        if len(articles) == 1:
            return self._one(chat_id, request, articles[0])
        return self._ask_which(chat_id, request, _ids(articles))

    def _meant(self, chat_id: int, request: Request, meant: Sequence[str]) -> Reply:
        """Sum up what "this" means, if anything."""
        if not meant:
            return _note(texts.HOW_TO_SUM_UP)
        articles = list(self._store.articles(meant))
        if not articles:
            return _note(texts.GONE_ARTICLE)
        if len(articles) == 1:
            return self._one(chat_id, request, articles[0])
        kept = set(_ids(articles))
        return self._ask_which(chat_id, request, [one for one in meant if one in kept])

    def _story(self, chat_id: int, request: Request) -> Reply | None:
        if not request.topic:
            return _note(texts.HOW_TO_TELL)
        story = self._searcher.story(request.topic)
        if len(story.articles) == 1:
            # "What happened in Castrel?" is no wish for the one article that is most about it.
            if request.guessed and self._searcher.named(request.topic) != story.articles:
                return None
            return self._one(chat_id, request, story.articles[0])
        if not story.articles:
            return None if request.guessed else _nothing(story)
        key = self._state.save(chat_id, request.text, _ids(story.articles), Told.STORY)
        return self.story(self._state.kept(key, chat_id), 0).reply

    def _one(self, chat_id: int, request: Request, article: Article) -> Reply:
        key = self._state.save(chat_id, request.text, [article.id], Told.SUMMARY)
        reply = self._shown(self._state.kept(key, chat_id), 0, request.count)
        return reply or _note(texts.GONE_ARTICLE)

    def _ask_which(self, chat_id: int, request: Request, articles: Sequence[str]) -> Reply:
        key = self._state.save(chat_id, request.text, articles[:_CHOICES], Told.WHICH)
        return self._which(self._state.kept(key, chat_id))

    def _which(self, exchange: Exchange) -> Reply:
        """Ask which of its articles is meant, or whether the story of them all."""
        articles = {article.id: article for article in self._store.articles(exchange.hits)}
        rows = [
            (Button(_titled(articles[one]), action=f"sum:{exchange.key}:{number}"),)
            for number, one in enumerate(exchange.hits)
            if one in articles
        ]
        if not rows:
            return _note(texts.GONE_ARTICLE)
        if read(exchange.question).topic and len(self._told(exchange).articles) > 1:
            rows.append((Button(texts.WHOLE_STORY, action=f"story:{exchange.key}:0"),))
        return Reply((Note(texts.WHICH_ARTICLE),), tuple(rows), exchange.hits)

    def _told(self, exchange: Exchange) -> Story:
        """The story that was asked for; its days count from when that was."""
        return self._searcher.story(read(exchange.question).topic, today=exchange.asked.date())

    def _shown(self, exchange: Exchange, hit: int, count: int) -> Reply | None:
        article = self._store.get(exchange.hits[hit].partition("#")[0])
        if article is None:
            return None
        count = count or read(exchange.question).count or _USUAL
        sentences = self._sentences(article, count)
        blocks = summed_up(article, sentences, self._facts(article, sentences))
        here = f"{exchange.key}:{hit}"
        opening = (Button(texts.OPEN_ARTICLE, url=article.url),) if article.url else ()
        rows = (
            (*opening, *self._voices.button(exchange.key, hit, article)),
            self._lengths(article, sentences, here=here, count=count),
            _back(exchange, here),
            thumbs(exchange.key),
        )
        return Reply(blocks, tuple(row for row in rows if row), (article.id,))

    def _facts(self, article: Article, sentences: Sequence[Slice]) -> Facts:
        """Who, where and when; nothing where the language model is missing or damaged."""
        try:
            return facts(article, sentences, attributions=self._store.said.of(article.id))
        except CorpusError as error:
            _log.warning("cannot tell who, where and when", reason=str(error))
            return Facts()

    def _sentences(self, article: Article, count: int) -> tuple[Slice, ...]:
        return fitting(self._searcher.summary(article, count=count).sentences)

    def _lengths(
        self, article: Article, shown: Sequence[Slice], *, here: str, count: int
    ) -> tuple[Button, ...]:
        """Buttons for fewer and for more sentences, where that changes anything."""
        shorter = max((step for step in _STEPS if step < count), default=0)
        longer = min((step for step in _STEPS if step > count), default=0)
        buttons = []
        if shorter and len(self._sentences(article, shorter)) < len(shown):
            buttons.append(Button(texts.SHORTER, action=f"sum:{here}.{shorter}"))
        if longer and len(self._sentences(article, longer)) > len(shown):
            buttons.append(Button(texts.LONGER, action=f"sum:{here}.{longer}"))
        return tuple(buttons)

    def _at(self, url: str) -> Article | None:
        try:
            return self._store.get(canonical(url))
        except ValueError:
            return None


def _back(exchange: Exchange, here: str) -> tuple[Button, ...]:
    if exchange.verdict in (Told.SUMMARY, Told.STORY):
        return ()
    label = texts.BACK_TO_LIST if exchange.verdict == Told.WHICH else texts.BACK_TO_ANSWER
    return (Button(label, action=f"page:{here}"),)


def _nothing(story: Story) -> Reply:
    periods = [str(period) for period in story.periods]
    return _note(texts.none_about(story.topic, story.searched, periods))


def _titled(article: Article) -> str:
    date = f" · {article.printed_date}" if article.printed_date else ""
    return f"{cut(article.headline, 44)}{date}"


def _ids(articles: Sequence[Article]) -> tuple[str, ...]:
    return tuple(article.id for article in articles)


def _note(text: str) -> Reply:
    return Reply((Note(text),))
