"""The card of an article that a reader handed in, and answers to what they ask of it.

Tested with handing in, in `tests/bot/dialogue/test_hand_ins.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from bot import texts
from bot.answers.quotations import Voices
from bot.dialogue.answering import Answering
from bot.message_context import MessageContext
from bot.reply.actions import AskAbout, KeepArticle, ShareWithAll
from bot.reply.buttons import make_summary
from bot.reply.page_links import link_to
from bot.reply.reply import Block, Button, Note, Outcome, Quote, Reply, Span
from bot.storage.answer_ref import AnswerRef, ArticleRef
from bot.storage.chats import ChatStore, Exchange
from corpus.article import Article
from corpus.nlp.given_names import read_gender
from corpus.nlp.segment import split_sentences
from retrieval.answers import AnswerKind
from retrieval.citation import cite
from retrieval.query.followup import PriorTurn
from retrieval.query.intent import Ask, Summarise, Talk
from retrieval.query.people import is_description
from retrieval.results import Verdict
from retrieval.search import Searcher

_LEAD_CHARS = 200
"""About two lines."""
_PRONOUNS = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she"}
_NO_PAGE = -1
"""A card is no page of the list of a shelf."""


class Cards:
    """Shows what was handed in, over what the chat is answered from.

    Args:
        searcher: Knows the article.
        state: Remembers what buttons lead to.
        answering: Answers what is asked.
        voices: Lead on to who said what.
    """

    def __init__(
        self, searcher: Searcher, state: ChatStore, answering: Answering, voices: Voices
    ) -> None:
        self._searcher = searcher
        self._state = state
        self._answering = answering
        self._voices = voices

    def show(self, context: MessageContext, articles: Sequence[Article], *notes: Note) -> Reply:
        """Show the card of an article, or of several that came together.

        Args:
            context: Where.
            articles: One or more.
            notes: What is said below.
        """
        if len(articles) == 1:
            return self._card(context, self._keep(context, articles[0]), articles[0], *notes)
        blocks = tuple(cite(article, link_to(article)) for article in articles)
        return Reply((*blocks, *notes), articles=tuple(article.id for article in articles))

    def again(self, context: MessageContext, exchange: Exchange) -> Outcome:
        """Show a card again, to be asked about: its article is at hand from now on."""
        article = self._searcher.store.get(exchange.hits[0].article_id) if exchange.hits else None
        if article is None:
            return Outcome(texts.say("gone-short"))
        note = Note(texts.say("handed-ask"))
        return Outcome(reply=self._card(context, exchange, article, note))

    def answer(
        self, context: MessageContext, articles: Sequence[Article], question: str
    ) -> Reply | None:
        """Answer what is asked of articles that were just handed in; None where nothing is.

        The words are read as if the articles had been shown before: "she" is who is quoted there.
        """
        if not question:
            return None
        ids = tuple(article.id for article in articles)
        here = replace(context, replied=None)
        asked = Ask.read(question)
        if asked.summary and asked.about_this:
            return self._answering.answer(here, Summarise(ids[0], asked.summary.count))
        people = self._meant(ids, question)
        before = PriorTurn("", people, headline=articles[0].headline, replied=True, articles=ids)
        now = context.preferences
        found = self._searcher.follow_up(question, before, today=now.day(), taste=now.taste)
        if found and found.speakers:
            exchange = self._keep(context, articles[0])
            return self._voices.speakers(exchange, 0, 0).reply
        intent = found.intent if found and not found.more else asked
        return self._answering.answer(here, replace(intent, talk=Talk(articles=ids)))

    def _meant(self, ids: Sequence[str], question: str) -> tuple[str, ...]:
        """Whom the articles quote, most quoted first; only the likeliest for "he" or "she"."""
        said = (one for key in ids for one in self._searcher.store.attributions.of(key))
        quoted = Counter(one.name for one in said if one.name and not is_description(one.name))
        people = [name for name, _ in quoted.most_common()]
        words = question.casefold().split()
        gender = next((gender for word in words if (gender := _PRONOUNS.get(word))), "")
        if not gender:
            return tuple(people)
        fitting = (one for one in people if read_gender(tuple(one.split())) in ("", gender))
        return tuple(islice(fitting, 1))

    def _keep(self, context: MessageContext, article: Article) -> Exchange:
        """Remember a card as the summary of its article, which its buttons lead to."""
        kept = AnswerRef(AnswerKind.SUMMARY, Verdict.ANSWER, 1.0, (ArticleRef(article.id),))
        return self._state.save(context.chat_id, Summarise(article.headline), kept)

    def _card(
        self, context: MessageContext, exchange: Exchange, article: Article, *notes: Note
    ) -> Reply:
        key = exchange.key
        more = (make_summary(key, 0), *self._voices.button(key, 0, article))
        rest = [Button(texts.say("ask-about"), action=AskAbout(key))]
        if article.shelf:
            rest.append(Button(texts.say("keep"), action=KeepArticle(article.id, _NO_PAGE)))
            if context.admin:
                everybody = ShareWithAll(article.id)
                rest.append(Button(texts.say("for-everybody"), action=everybody))
        blocks: tuple[Block, ...] = (cite(article, link_to(article)), lead(article), *notes)
        return Reply(blocks, (more, tuple(rest)), (article.id,), key=key)


def lead(article: Article) -> Quote:
    """Quote the first sentences of an article: about two lines."""
    opening = article.body[: 10 * _LEAD_CHARS].split("\n\n", 1)[0]
    end = 0
    for start, stop in split_sentences(opening, language=article.language):
        if end and stop > _LEAD_CHARS:
            break
        end = min(stop, start + 2 * _LEAD_CHARS)
    return Quote((Span(article.body[:end]),), cut_after=end < len(article.body))
