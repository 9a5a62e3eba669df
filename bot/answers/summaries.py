"""Summaries of articles and timelines over several, as replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import structlog

from bot import texts
from bot.answers.hidden_publishers import note_hidden
from bot.answers.quotations import Voices
from bot.answers.summary_blocks import fit_sentences, lay_out_pages, make_summary_blocks
from bot.message_context import MessageContext
from bot.reply.actions import Summarise as SumUp
from bot.reply.actions import TellStory, TurnPage
from bot.reply.buttons import cut, lay_out, make_copy, make_pager, make_share, make_thumbs
from bot.reply.deep_links import write_summary, write_topic
from bot.reply.page_links import link_to, open_at
from bot.reply.reply import Block, Button, Note, Outcome, Reply
from bot.storage.answer_ref import AnswerRef, ArticleRef, EntryRef, HitRef
from bot.storage.chats import ChatStore, Exchange
from corpus.article import Article
from corpus.errors import CorpusError
from corpus.nlp.segment import Slice
from retrieval.answers import AnswerKind, Missing, SummaryAnswer, TimelineAnswer
from retrieval.citation import cite
from retrieval.extraction.key_facts import Facts, find_facts
from retrieval.period import drop_periods, find_periods
from retrieval.query.intent import Ask, Intent, Summarise, TellTimeline
from retrieval.search import Searcher
from retrieval.timeline.timeline import Entry, Timeline

_log = structlog.get_logger(__name__)

_STEPS = (1, 3, 7)
"""How many sentences "Shorter" and "Longer" lead to."""
_USUAL = 3
_DISPUTE = "dispute"
"""Begins the part of a timeline that an entry which others contradict belongs to."""


class Summaries:
    """Answers with summaries and timelines.

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

    def show(self, context: MessageContext, answer: SummaryAnswer) -> Reply:
        """Show a summary, ask which article is meant, or say why there is none."""
        if answer.missing:
            return self._say_missing(context, answer)
        if answer.summary is None:
            refs = tuple(ArticleRef(article.id) for article in answer.articles)
            exchange = self._keep(context, answer, refs)
            tellable = self._is_tellable(context, exchange, answer.timeline)
            return self._which(exchange, answer.articles, tellable=tellable)
        article = answer.summary.article
        exchange = self._keep(context, answer, (ArticleRef(article.id),))
        sentences = fit_sentences(answer.summary.sentences)
        return self._summed_up(exchange, 0, article, sentences, _count(answer.intent))

    def tell(self, context: MessageContext, answer: TimelineAnswer) -> Reply:
        """Show the first page of a timeline, or say that no article is about the topic."""
        timeline = answer.timeline
        if not timeline.articles:
            note = Note(texts.none_about(timeline.topic, timeline.searched, timeline.periods))
            return Reply((note, *self._left_out(context, answer.intent)))
        exchange = self._keep(context, answer, tuple(_refer(timeline)))
        return self._told(exchange, timeline, lay_out_pages(timeline), 0)

    def page(self, context: MessageContext, exchange: Exchange, number: int) -> Reply:
        """Show again what an exchange began with."""
        gone = _note(texts.say("gone-article"))
        if exchange.kind is AnswerKind.SUMMARY:
            return self.summary(exchange, number, 0).reply or gone
        if exchange.kind is AnswerKind.ARTICLES:
            ids = [ref.article_id for ref in exchange.hits]
            articles = {article.id: article for article in self._store.articles(ids)}
            kept = [articles[one] for one in ids if one in articles]
            return self._which(exchange, kept, tellable=self._is_tellable(context, exchange))
        return self.story(context, exchange, 0).reply or gone

    def summary(self, exchange: Exchange, hit: int, count: int) -> Outcome:
        """Sum up the article of a hit in some sentences; 0 leaves their number to us."""
        if not 0 <= hit < len(exchange.hits) or not 0 <= count <= max(_STEPS):
            return Outcome(texts.say("stale"))
        article = self._store.get(exchange.hits[hit].article_id)
        if article is None:
            return Outcome(texts.say("gone-short"))
        count = count or _count(exchange.intent)
        sentences = self._sentences(article, count)
        return Outcome(reply=self._summed_up(exchange, hit, article, sentences, count))

    def story(self, context: MessageContext, exchange: Exchange, page: int) -> Outcome:
        """Turn to a page of the timeline that was asked for."""
        if exchange.kind not in (AnswerKind.TIMELINE, AnswerKind.ARTICLES):
            return Outcome(texts.say("stale"))
        timeline = self._read(context, exchange) or self._again(context, exchange)
        pages = lay_out_pages(timeline)
        if not 0 <= page < len(pages):
            beyond = texts.say("first") if page < 0 else texts.say("last")
            return Outcome(beyond if pages else texts.say("gone-short"))
        return Outcome(reply=self._told(exchange, timeline, pages, page))

    def _keep(
        self,
        context: MessageContext,
        answer: SummaryAnswer | TimelineAnswer,
        hits: tuple[HitRef, ...],
    ) -> Exchange:
        kept = AnswerRef(answer.kind, answer.verdict, answer.confidence, hits)
        return self._state.save(context.chat_id, answer.intent, kept)

    def _say_missing(self, context: MessageContext, answer: SummaryAnswer) -> Reply:
        match answer.missing:
            case Missing.NOTHING_SHOWN:
                return _note(texts.say("how-to-sum-up"))
            case Missing.GONE:
                return _note(texts.say("gone-article"))
            case Missing.ADDRESS:
                return _note(texts.say("not-here"))
        none = Note(texts.none_about(_topic(answer.intent), answer.searched))
        return Reply((none, *self._left_out(context, answer.intent)))

    def _told(
        self,
        exchange: Exchange,
        timeline: Timeline,
        pages: Sequence[tuple[Block, ...]],
        page: int,
    ) -> Reply:
        turn = make_pager(partial(TellStory, exchange.key), page, len(pages))
        shared = make_share(write_topic(_topic(exchange.intent)))
        articles = tuple(article.id for article in timeline.articles)
        rate = make_thumbs(exchange.key)
        shown = lay_out((), (*_back(exchange, 0), *shared), turn=turn, rate=rate)
        return Reply(pages[page], shown, articles, key=exchange.key, page=page)

    def _which(self, exchange: Exchange, articles: Sequence[Article], *, tellable: bool) -> Reply:
        """Ask which of some articles is meant, or whether the story of them all."""
        if not articles:
            return _note(texts.say("gone-article"))
        ids = [ref.article_id for ref in exchange.hits]
        rows = [
            (Button(_titled(article), action=SumUp(exchange.key, ids.index(article.id))),)
            for article in articles
        ]
        if tellable:
            rows.append((Button(texts.say("whole-story"), action=TellStory(exchange.key)),))
        return Reply((Note(texts.say("which-article")),), tuple(rows), tuple(ids), key=exchange.key)

    def _read(self, context: MessageContext, exchange: Exchange) -> Timeline | None:
        """Read a timeline back as it was told; None where its entries were not kept."""
        refs = [ref for ref in exchange.hits if isinstance(ref, EntryRef)]
        if not refs:
            return None
        ids = {one for ref in refs for one in (ref.article_id, *ref.copies)}
        articles = {article.id: article for article in self._store.articles(ids)}
        entries = [(ref.part, _entry(ref, articles)) for ref in refs if ref.article_id in articles]
        disputes: dict[str, tuple[Entry, ...]] = {}
        for part, entry in entries:
            if part.startswith(_DISPUTE):
                disputes[part] = (*disputes.get(part, ()), entry)
        told = [ref for ref in exchange.hits if isinstance(ref, ArticleRef)]
        topic, asked = _topic(exchange.intent), context.preferences.day(exchange.asked)
        return Timeline(
            topic=drop_periods(topic, today=asked),
            periods=find_periods(topic, today=asked),
            articles=tuple(articles[ref.article_id] for ref in told if ref.article_id in articles),
            news=tuple(entry for part, entry in entries if part == "news"),
            timeline=tuple(entry for part, entry in entries if part == "timeline"),
            disagreements=tuple(lines for lines in disputes.values() if len(lines) > 1),
        )

    def _again(self, context: MessageContext, exchange: Exchange) -> Timeline:
        """Tell once more what was asked; its days count from when that was."""
        now = context.preferences
        day = now.day(exchange.asked)
        return self._searcher.story(_topic(exchange.intent), today=day, taste=now.taste)

    def _is_tellable(
        self, context: MessageContext, exchange: Exchange, told: Timeline | None = None
    ) -> bool:
        """Whether several articles tell of what was asked for, as one event."""
        if not _topic(exchange.intent):
            return False
        return len((told or self._again(context, exchange)).articles) > 1

    def _left_out(self, context: MessageContext, asked: Intent) -> tuple[Note, ...]:
        """Say how many publishers are left out, where one of them is about a topic."""
        now, topic = context.preferences, _topic(asked)
        return note_hidden(now, lambda: bool(self._searcher.story(topic, today=now.day()).articles))

    def _summed_up(
        self,
        exchange: Exchange,
        hit: int,
        article: Article,
        sentences: tuple[Slice, ...],
        count: int,
    ) -> Reply:
        key = exchange.key
        blocks = make_summary_blocks(article, sentences, self._facts(article, sentences))
        opening = open_at(texts.say("open-article"), article)
        words = article.body[slice(*sentences[0])] if sentences else article.headline
        copied = make_copy(words, cite(article, link_to(article)))
        lengths = self._lengths(article, sentences, to=partial(SumUp, key, hit), count=count)
        shared = make_share(write_summary(article.id))
        shown = lay_out(
            (*opening, *self._voices.button(key, hit, article)),
            lengths,
            (*copied, *shared),
            _back(exchange, hit),
            rate=make_thumbs(key, hit, whole=True),
        )
        return Reply(blocks, shown, (article.id,), key=key, page=hit)

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
        self, article: Article, shown: Sequence[Slice], *, to: partial[SumUp], count: int
    ) -> tuple[Button, ...]:
        """Buttons for fewer and for more sentences, where that changes anything."""
        shorter = max((step for step in _STEPS if step < count), default=0)
        longer = min((step for step in _STEPS if step > count), default=0)
        buttons = []
        if shorter and len(self._sentences(article, shorter)) < len(shown):
            buttons.append(Button(texts.say("shorter"), action=to(shorter)))
        if longer and len(self._sentences(article, longer)) > len(shown):
            buttons.append(Button(texts.say("longer"), action=to(longer)))
        return tuple(buttons)


def _count(intent: Intent) -> int:
    """How many sentences are asked for, or the usual number."""
    wish = intent.summary if isinstance(intent, Ask) else intent
    return (wish.count if isinstance(wish, Summarise) else 0) or _USUAL


def _topic(intent: Intent) -> str:
    """What a summary or timeline was to be about; empty for "this"."""
    if isinstance(intent, Ask):
        return intent.topic or ("" if intent.about_this else intent.text)
    return intent.topic if isinstance(intent, Summarise | TellTimeline) else intent.text


def _refer(timeline: Timeline) -> Iterator[HitRef]:
    """Keep a timeline in ids: its entries, then all articles that it rests on."""
    parts = [("news", timeline.news), ("timeline", timeline.timeline)]
    parts += [(f"{_DISPUTE} {n}", entries) for n, entries in enumerate(timeline.disagreements)]
    for part, entries in parts:
        for entry in entries:
            copies = tuple(copy.id for copy in entry.copies)
            yield EntryRef(part, entry.article.id, entry.sentence, copies)
    yield from (ArticleRef(article.id) for article in timeline.articles)


def _entry(ref: EntryRef, articles: Mapping[str, Article]) -> Entry:
    copies = tuple(articles[one] for one in ref.copies if one in articles)
    return Entry(articles[ref.article_id], ref.sentence, copies)


def _back(exchange: Exchange, hit: int) -> tuple[Button, ...]:
    if exchange.kind in (AnswerKind.SUMMARY, AnswerKind.TIMELINE):
        return ()
    listed = exchange.kind is AnswerKind.ARTICLES
    label = texts.say("back-to-list") if listed else texts.say("back-to-answer")
    return (Button(label, action=TurnPage(exchange.key, hit)),)


def _titled(article: Article) -> str:
    date = f" · {texts.format_day(article.published)}" if article.published else ""
    return f"{cut(article.headline, 44)}{date}"


def _note(text: str) -> Reply:
    return Reply((Note(text),))
