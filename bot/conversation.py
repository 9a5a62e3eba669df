"""The conversation: a message and where it came from in, a reply out.

It knows nothing of Telegram. Every method may take some ten milliseconds and is safe to call from
several threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.buttons import cut, pager, summary, thumbs
from bot.citing import citation, link_to, quoted
from bot.reply import Button, Note, Outcome, Reply
from bot.request import Kind, read
from bot.state import Exchange, State
from bot.summaries import Summaries, Told
from bot.voices import Shown, Voices
from corpus.article import Article, Passage
from corpus.text import squeeze
from retrieval.hit import Hit, Result, Verdict
from retrieval.search import Searcher

_HITS = 10
_LATEST = 6
_EXAMPLES = 2
_CONTEXT = timedelta(minutes=10)
"""How long "this" means the last answer."""
_ARTICLE = "a_"
"""Begins the payload of a link to the bot that names an article."""
_NUMBERS = re.compile(r"-?\d{1,6}(?:\.-?\d{1,6}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message came from.

    Attributes:
        chat_id: The chat; 0 for the terminal.
        thread_id: The topic within it.
        private: Whether nobody else reads along.
        admin: Whether the writer runs this bot.
        replied: Which message it replies to, if any.
    """

    chat_id: int
    thread_id: int | None = None
    private: bool = True
    admin: bool = False
    replied: int | None = None


class Conversation:
    """Answers readers from one archive.

    Args:
        searcher: Finds passages.
        state: Remembers what was asked, so that buttons work.
    """

    def __init__(self, searcher: Searcher, state: State) -> None:
        self._searcher = searcher
        self._store = searcher.store
        self._state = state
        self._voices = Voices(searcher, state)
        self._summaries = Summaries(searcher, state, self._voices)

    def start(self, place: Place) -> Reply:
        """Greet, with two questions to tap that the archive can answer."""
        newest = _one_a_section(self._store.latest(50))[:_EXAMPLES]
        if not newest:
            return self._empty(place)
        buttons = tuple((self._example(place, article),) for article in newest)
        welcome = texts.start(self._store.count(), self._store.publishers())
        return Reply((Note(welcome),), buttons)

    def arrive(self, place: Place, payload: str) -> Reply:
        """Greet, or sum up the article that the reader's link names."""
        if payload.startswith(_ARTICLE):
            article_id = payload.removeprefix(_ARTICLE)
            if reply := self._summaries.of_article(place.chat_id, payload, article_id):
                return reply
        return self.start(place)

    def help(self, place: Place) -> Reply:
        """Say what the bot can do."""
        if not (count := self._store.count()):
            return self._empty(place)
        return Reply((Note(texts.help_text(count, self._store.publishers())),))

    def privacy(self, place: Place) -> Reply:  # noqa: ARG002 - all places are told the same
        """Say what is kept, and for how long."""
        return Reply((Note(texts.PRIVACY),))

    def forget(self, place: Place) -> Reply:
        """Delete everything of this chat."""
        return Reply((Note(texts.forgot(self._state.forget(place.chat_id))),))

    def latest(self, place: Place) -> Reply:
        """List the newest articles."""
        articles = self._store.latest(_LATEST)
        if not articles:
            return self._empty(place)
        intro = Note(texts.latest(self._store.count()))
        listed = tuple(citation(article, article.url) for article in articles)
        return Reply((intro, *listed), articles=tuple(article.id for article in articles))

    def hear(self, place: Place, text: str) -> Reply:
        """Answer whatever was typed: a command, or else a question."""
        command, rest = (*text.split(maxsplit=1), "", "")[:2]
        commands: dict[str, Callable[[Place], Reply]] = {
            "/start": lambda place: self.arrive(place, rest.strip()),
            "/help": self.help,
            "/latest": self.latest,
            "/privacy": self.privacy,
            "/forget": self.forget,
            "/ask": lambda place: self.ask(place, rest),
            "/quotes": lambda place: self.quotes(place, rest),
            "/summary": lambda place: self.ask(place, text),
            "/story": lambda place: self.ask(place, text),
        }
        if not command.startswith("/"):
            return self.ask(place, text)
        return commands.get(command.partition("@")[0].casefold(), self.help)(place)

    def ask(self, place: Place, text: str) -> Reply:
        """Answer a question with quotations or a passage, or a wish for a summary or story."""
        question = squeeze(text)
        if not question:
            return Reply((Note(texts.HOW_TO_ASK),))
        if not any(char.isalnum() for char in question):  # emoji, say: nothing to look for
            return self.unreadable(place)
        return (
            self._summed_up(place, question)
            or self._voices.answer(place.chat_id, question)
            or self._passages(place, question)
        )

    def quotes(self, place: Place, text: str) -> Reply:
        """Show what somebody said: a name, then perhaps "about" and a topic."""
        if not self._store.count():
            return self._empty(place)
        return self._voices.quotes(place.chat_id, squeeze(text))

    def sent(self, place: Place, message: int, reply: Reply) -> None:
        """Note what a message shows, for who replies to it with a wish for a summary."""
        if reply.articles:
            with suppress(SQLAlchemyError):  # a full disk, say: the answer is out all the same
                self._state.show(place.chat_id, message, reply.articles)

    def press(self, place: Place, action: str) -> Outcome:
        """Do what a button says; one that is forged, stale or another chat's gets a toast only.

        An action is ``verb:key:n``, where ``n`` may have up to three parts: ``2.0.1``.
        """
        verb, _, rest = action.partition(":")
        key, _, number = rest.partition(":")
        exchange = self._state.exchange(key, place.chat_id)
        if exchange is None or not _NUMBERS.fullmatch(number):
            return Outcome(texts.STALE)
        n, second, third = (*map(int, number.split(".")), 0, 0)[:3]
        do: dict[str, Callable[[Exchange], Outcome]] = {
            "page": lambda asked: self._turn(asked, n),
            "whole": lambda asked: Outcome(reply=self._page(asked, n, whole=True)),
            "rate": lambda asked: self._rate(asked, n),
            "retry": lambda asked: Outcome(reply=self.hear(place, asked.question)),
            "passages": lambda asked: Outcome(reply=self._passages(place, asked.question)),
            "who": lambda asked: self._voices.chosen(asked, n),
            "which": lambda asked: self._voices.which(asked, n),
            "voices": lambda asked: self._voices.speakers(asked, n, second),
            "voice": lambda asked: self._voices.speaker(asked, n, second, third),
            "sum": lambda asked: self._summaries.summary(asked, n, second),
            "story": lambda asked: self._summaries.story(asked, n),
        }
        return do[verb](exchange) if verb in do else Outcome(texts.STALE)

    def unreadable(self, place: Place) -> Reply:  # noqa: ARG002 - all places are told the same
        """Say that only text is read."""
        return Reply((Note(texts.UNREADABLE),))

    def busy(self, place: Place, seconds: int) -> Reply:  # noqa: ARG002
        """Say how long a quick reader has to wait."""
        return Reply((Note(texts.busy(seconds)),))

    def fault(self, place: Place, question: str, reference: str) -> Reply:
        """Apologise for a fault and offer to try again."""
        return self._again(place, question, texts.fault(reference), texts.TRY_AGAIN)

    def uncertain(self, place: Place, question: str) -> Reply:
        """Offer the answer that may not have arrived."""
        return self._again(place, question, texts.UNCERTAIN, texts.SHOW_ANSWER)

    def late(self, place: Place, questions: int) -> Reply:  # noqa: ARG002
        """Apologise for questions that are too old to be answered unasked."""
        return Reply((Note(texts.late(questions)),))

    def _empty(self, place: Place) -> Reply:
        text = texts.EMPTY_FOR_ADMIN if place.admin else texts.EMPTY_FOR_READER
        return Reply((Note(text),))

    def _summed_up(self, place: Place, question: str) -> Reply | None:
        if (request := read(question)).kind is Kind.QUESTION:
            return None
        if not self._store.count():
            return self._empty(place)
        return self._summaries.answer(place.chat_id, request, self._meant(place))

    def _meant(self, place: Place) -> tuple[str, ...]:
        """Ids of the articles that "this" means; in a group only what is replied to."""
        if place.replied is not None:
            answer = self._state.answer_to(place.chat_id, place.replied)  # to one's own question
            return self._state.shown(place.chat_id, answer or place.replied)
        return self._state.shown(place.chat_id, within=_CONTEXT) if place.private else ()

    def _passages(self, place: Place, question: str) -> Reply:
        result = self._searcher.search(question, _HITS)
        if not result.searched:
            return self._empty(place)
        hits = [_written(hit) for hit in result.hits]
        key = self._state.save(place.chat_id, question, hits, result.verdict)
        if result.verdict is Verdict.NOTHING:
            return _nothing(result, key)
        page = self._page(self._state.kept(key, place.chat_id), 0)
        return replace(page, blocks=(*_scope(result), *page.blocks))

    def _again(self, place: Place, question: str, text: str, label: str) -> Reply:
        try:
            key = self._state.save(place.chat_id, question)
        except SQLAlchemyError:  # a full disk, say: the reader still hears that it broke
            return Reply((Note(text),))
        return Reply((Note(text),), ((Button(label, action=f"retry:{key}:0"),),))

    def _example(self, place: Place, article: Article) -> Button:
        key = self._state.save(place.chat_id, texts.example(article.headline))
        return Button(texts.example(cut(article.headline)), action=f"retry:{key}:0")

    def _rate(self, exchange: Exchange, value: int) -> Outcome:
        if value not in (1, -1):
            return Outcome(texts.STALE)
        self._state.rate(exchange.key, exchange.chat_id, value)
        return Outcome(texts.THANKS)

    def _turn(self, exchange: Exchange, number: int) -> Outcome:
        if number < 0:
            return Outcome(texts.FIRST)
        if number >= len(exchange.hits):
            return Outcome(texts.LAST if exchange.hits else texts.STALE)
        return Outcome(reply=self._page(exchange, number))

    def _page(self, exchange: Exchange, number: int, *, whole: bool = False) -> Reply:
        """Show one hit of an exchange; its number counts from 0."""
        if exchange.verdict in list(Shown):
            return self._voices.page(exchange, number)
        if exchange.verdict in list(Told):
            return self._summaries.page(exchange, number)
        turn = pager(f"page:{exchange.key}:", number, len(exchange.hits))
        hit = self._read(exchange.hits[number]) if 0 <= number < len(exchange.hits) else None
        if hit is None:
            return Reply((Note(texts.GONE),), (turn,))
        article, passage, copies = hit
        chosen = self._searcher.excerpt(exchange.question, article, passage)
        shown = chosen.passage if whole else chosen.shown
        sure = exchange.verdict == Verdict.ANSWER
        blocks = quoted(article, replace(chosen, shown=shown), sure=sure, copies=copies)
        link = link_to(article, chosen.marked)
        opening = [Button(texts.OPEN, url=link)] if link else []
        if shown != chosen.passage:
            opening.append(Button(texts.WHOLE, action=f"whole:{exchange.key}:{number}"))
        key = exchange.key
        more = (summary(key, number), *self._voices.button(key, number, article))
        rows = (tuple(opening), more, turn, thumbs(key))
        return Reply(blocks, tuple(row for row in rows if row), (article.id,))

    def _read(self, written: str) -> tuple[Article, Passage, list[Article]] | None:
        """Read a hit back from the store; None when its passage is gone."""
        passage_id, *copies = written.split()
        found = self._store.locate(passage_id)
        return (*found, list(self._store.articles(copies))) if found else None


def _nothing(result: Result, key: str) -> Reply:
    rows = []
    if result.hits:
        rows.append((Button(texts.SHOW_CLOSEST, action=f"page:{key}:0"),))
    return Reply((Note(texts.nothing(result.searched)),), tuple(rows))


def _scope(result: Result) -> tuple[Note, ...]:
    periods = [str(period) for period in result.periods]
    named = result.publishers or periods
    return (Note(texts.scope(result.publishers, periods)),) if named else ()


def _written(hit: Hit) -> str:
    """Write a hit down in ids: its passage, then the articles that are copies."""
    return " ".join([hit.passage.id, *(copy.id for copy in hit.copies)])


def _one_a_section(articles: Sequence[Article]) -> list[Article]:
    """Keep the first article of every section, in order."""
    kept: dict[str | None, Article] = {}
    for article in articles:
        kept.setdefault(article.section, article)
    return list(kept.values())
