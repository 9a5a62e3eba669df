"""Answers that travel: what is offered for other chats, and links to the bot that name it again.

A link carries ids and nothing of what was asked, so that it works when the question is long
deleted, and tells nobody what it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from bot import texts
from bot.answers.passages import note_scope
from bot.answers.quotation_blocks import (
    Voice,
    keep_one_a_speaker,
    make_blocks,
    make_opening,
    merge_speech,
    note_limits,
    note_nobody,
    read_page,
    refer,
    whole,
)
from bot.answers.summary_blocks import fit_sentences, lay_out_pages, make_summary_blocks
from bot.reply.citations import quote_passage
from bot.reply.deep_links import (
    read_passage,
    read_said,
    read_summary,
    spell_out,
    write_passage,
    write_question,
    write_said,
    write_summary,
    write_topic,
)
from bot.reply.page_links import open_at
from bot.reply.reply import Block, Button, Note, Reply
from bot.storage.answer_ref import QuotationsRef
from corpus.address import canonicalize
from corpus.article import Article, Passage
from corpus.nlp.segment import Slice
from corpus.storage.store import Store
from corpus.text import squeeze
from retrieval.extraction.key_facts import Facts
from retrieval.query.intent import Ask
from retrieval.query.who_said import Form
from retrieval.quotations.search import Said
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.results import Hit, Verdict
from retrieval.search import Searcher

MOST = 10
"""Most that is offered at once."""
_BUDGET_S = 0.5
"""When to stop looking for more to offer; a reader who types waits for no more."""
_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """Something to put into another chat.

    Attributes:
        payload: Names it in a link to the bot, at most 64 characters of ``[A-Za-z0-9_-]``; no
            other offer of the same list has it.
        title: One line of what it is: a headline, or who speaks.
        description: Publisher, day and words, for the list to choose from.
        reply: The message, whole in itself: its buttons are links only.
    """

    payload: str
    title: str
    description: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered for a few words, best first.

    Attributes:
        found: At most `MOST`, each with a payload of its own.
        verdict: Whether the first answers what was typed.
        searched: How many articles were searched.
        language: Which Byline speaks in them.
        lead: What to say above an answer.
    """

    found: tuple[Offer, ...]
    verdict: Verdict = Verdict.ANSWER
    searched: int = 0
    language: str = field(default_factory=texts.get_language)
    lead: tuple[Note, ...] = ()


class Sharing:
    """Offers what the archive holds; keeps nothing.

    Args:
        searcher: Finds passages and quotations.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._store = searcher.store

    def offers(
        self,
        typed: str,
        *,
        count: int = MOST,
        taste: PublisherPreference = ANY,
        today: date | None = None,
    ) -> Offers:
        """Look up what was typed: words, a payload or an article's address; nothing for the latest.

        Args:
            typed: Whatever a reader types.
            count: Most offers; fewer where finding them takes long.
            taste: The reader's, as for `Searcher.search`.
            today: Likewise.
        """
        words = squeeze(typed)
        if not words:
            return Offers(tuple(self._latest(count, taste)), searched=self._store.count())
        if known := self.named(words) or self._at(words):
            return Offers((known,), searched=self._store.count())
        said = self._searcher.who(words, today=today, taste=taste)
        if said and (spoken := _spoken(self._store, said, count)):
            return spoken
        result = self._searcher.search(words, count, today=today, taste=taste)
        if result.verdict is Verdict.NOTHING:
            return Offers((), result.verdict, result.searched)
        found = tuple(self._hits(words, result.hits))
        lead = note_scope(result)
        if result.verdict is Verdict.CLOSEST:
            lead = (*lead, Note(texts.say("closest")))
        return Offers(found, result.verdict, result.searched, lead=lead)

    def named(self, payload: str) -> Offer | None:
        """What a payload names; None where it is forged, or where that is gone."""
        if named := read_passage(payload):
            found = self._store.locate(named[0])
            return self._passage(*found, asked=_words(*found, named[1])) if found else None
        if page := read_said(payload):
            voices = read_page(self._store, page)
            return _voices(voices) if voices else None
        if article_id := read_summary(payload):
            article = self._store.get(article_id)
            return self._summary(article) if article else None
        kind, topic = spell_out(payload)
        return self._story(topic) if kind == "t" else None

    def answer(
        self, question: str, *, taste: PublisherPreference = ANY, today: date | None = None
    ) -> Reply:
        """Answer in one message that stands alone, for a chat where none of its buttons work."""
        offers = self.offers(question, count=1, taste=taste, today=today)
        behind = (Note(texts.say("behind")),) if self._searcher.is_behind() else ()
        if not squeeze(question):
            return Reply((Note(texts.say("how-to-ask")),), (_asking("ask"),))
        if not offers.searched:
            return Reply((Note(texts.say("empty")),))
        if not offers.found:
            note = Note(texts.say("nothing", articles=offers.searched))
            return Reply((note, *behind), (_asking(write_question(question) or "ask"),))
        reply = offers.found[0].reply
        return replace(reply, blocks=(*offers.lead, *reply.blocks, *behind))

    def passage(self, payload: str) -> tuple[str, str] | None:
        """A shared passage's id and the words shared of it; None for another payload or if gone."""
        named = read_passage(payload)
        found = self._store.locate(named[0]) if named else None
        return (found[1].id, _words(*found, named[1])) if named and found else None

    def page(self, payload: str) -> tuple[QuotationsRef, str] | None:
        """A shared page of quotations, and its first words."""
        page = read_said(payload)
        voices = read_page(self._store, page) if page else []
        if page is None or not voices:
            return None
        return page, voices[0].article.body[slice(*voices[0].attributions[0].quote)]

    def _latest(self, count: int, taste: PublisherPreference) -> Iterator[Offer]:
        for article in self._store.latest(count, without=taste.left_out):
            yield self._summary(article)

    def _at(self, address: str) -> Offer | None:
        topic = Ask.read(address).topic
        try:
            article = self._store.get(canonicalize(topic)) if "://" in topic else None
        except ValueError:
            return None
        return self._summary(article) if article else None

    def _hits(self, asked: str, hits: Sequence[Hit]) -> Iterator[Offer]:
        until = time.monotonic() + _BUDGET_S
        for hit in hits:
            yield self._passage(hit.article, hit.passage, asked=asked, copies=hit.copies)
            if time.monotonic() > until:
                return

    def _passage(
        self, article: Article, passage: Passage, *, asked: str, copies: Sequence[Article] = ()
    ) -> Offer:
        chosen = self._searcher.excerpt(asked, article, passage)
        blocks = quote_passage(article, chosen, sure=True, copies=copies)
        return _offer(
            write_passage(article.id, passage.start, chosen.marked),
            article,
            blocks=blocks,
            place=chosen.marked,
            opening=open_at(texts.say("open"), article, chosen.marked),
        )

    def _summary(self, article: Article) -> Offer:
        sentences = fit_sentences(self._searcher.summary(article, count=_SENTENCES).sentences)
        blocks = make_summary_blocks(article, sentences, Facts())
        return _offer(
            write_summary(article.id),
            article,
            blocks=blocks,
            place=sentences[0] if sentences else (0, 0),
            opening=open_at(texts.say("open-article"), article),
        )

    def _story(self, topic: str) -> Offer | None:
        story = self._searcher.story(topic)
        payload = write_topic(topic)
        if not story.articles or payload is None:
            return None
        blocks = lay_out_pages(story)[0]
        told = _ours(blocks)
        buttons = ((Button(texts.say("whole-story"), start=payload),),)
        ids = tuple(article.id for article in story.articles)
        return Offer(payload, topic, told, Reply(blocks, buttons, ids))


def _words(article: Article, passage: Passage, place: Slice) -> str:
    """The words that were shared; the headline for a place that is forged."""
    start, end = place
    inside = passage.start <= start < end <= passage.end
    return article.body[start:end] if inside else article.headline


def _spoken(store: Store, said: Said, count: int) -> Offers | None:
    """Who said it or, where nobody did, who spoke on the topic; None where nobody did either."""
    if said.quotations:
        near = said.question.form is Form.DID and not said.verbatim
        verdict = Verdict.CLOSEST if near else Verdict.ANSWER
        lead = (*note_limits(said), *((Note(texts.say("nearest")),) if near else ()))
        found = merge_speech(said.quotations)
    else:
        verdict, lead = Verdict.CLOSEST, (note_nobody(said),)
        found = keep_one_a_speaker(merge_speech(said.others))
    offers = tuple(_voices([voice]) for voice in whole(store, islice(found, count)))
    return Offers(offers, verdict, said.searched, lead=lead) if offers else None


def _voices(voices: Sequence[Voice]) -> Offer:
    first = voices[0]
    attribution = first.attributions[0]
    name = ", ".join(filter(None, (first.name, attribution.role)))
    offer = _offer(
        write_said(refer(voices)) or write_summary(first.article.id),
        first.article,
        blocks=make_blocks(voices),
        place=attribution.quote,
        opening=make_opening(voices),
    )
    return Offer(offer.payload, name, offer.description, offer.reply)


def _offer(
    payload: str,
    article: Article,
    *,
    blocks: tuple[Block, ...],
    place: Slice,
    opening: tuple[Button, ...],
) -> Offer:
    rows = tuple(row for row in (opening, _asking(payload)) if row)
    told = (
        article.publisher,
        texts.format_day(article.published),
        squeeze(article.body[slice(*place)]),
    )
    description = " · ".join(part for part in told if part)
    return Offer(payload, article.headline, description, Reply(blocks, rows, (article.id,)))


def _asking(payload: str) -> tuple[Button, ...]:
    return (Button(texts.say("ask-more"), start=payload),)


def _ours(blocks: Sequence[Block]) -> str:
    return next((block.text for block in blocks if isinstance(block, Note)), "")
