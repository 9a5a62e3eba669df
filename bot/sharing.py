"""Answers that travel: what is offered for other chats, and links to the bot that name it again.

A link carries ids and nothing of what was asked, so that it works when the question is long
deleted, and tells nobody what it was.
"""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from bot import texts
from bot.citing import link_to, quoted
from bot.reply import Block, Button, Note, Reply
from bot.request import read as read_request
from bot.speech import Voice, blocks_of, merged, opening, read
from bot.telling import fitting, pages_of, summed_up
from corpus.article import Article, Passage
from corpus.link import canonical
from corpus.split import Slice
from corpus.text import squeeze
from retrieval.answer import Excerpt
from retrieval.facts import Facts
from retrieval.hit import Hit, Verdict
from retrieval.search import Searcher
from retrieval.taste import ANY, Taste

MOST = 10
"""Most that is offered at once."""
_SPELLED_BYTES = 46
"""What a payload of 64 characters holds, spelled in base64 after its kind."""
_BUDGET_S = 0.5
"""When to stop looking for more to offer; a reader who types waits for no more."""
_SENTENCES = 3
_PASSAGE = re.compile(r"p_([0-9a-f]{12})_(\d{1,7})_(\d{1,7})_(\d{1,7})", re.ASCII)
_SAID = re.compile(r"s((?:_[0-9a-f]{12}_\d{1,7}){1,3})", re.ASCII)
_SUMMARY = re.compile(r"a_([0-9a-f]{12})", re.ASCII)
_SPELLED = re.compile(r"([tq])_([A-Za-z0-9_-]{2,62})", re.ASCII)


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
    """

    found: tuple[Offer, ...]
    verdict: Verdict = Verdict.ANSWER
    searched: int = 0
    language: str = field(default_factory=texts.spoken)


class Sharing:
    """Offers what the archive holds; keeps nothing.

    Args:
        searcher: Finds passages and quotations.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._store = searcher.store

    def offers(self, typed: str, *, count: int = MOST, taste: Taste = ANY) -> Offers:
        """Look up what was typed: words, a payload or an article's address; nothing for the latest.

        Args:
            typed: Whatever a reader types.
            count: Most offers; fewer where finding them takes long.
            taste: The reader's, as for `Searcher.search`.
        """
        words = squeeze(typed)
        if not words:
            return Offers(tuple(self._latest(count, taste)), searched=self._store.count())
        if known := self.named(words) or self._at(words):
            return Offers((known,), searched=self._store.count())
        said = self._searcher.who(words, taste=taste)
        if said and said.quotations:
            voices = islice(merged(said.quotations), count)
            return Offers(tuple(_voices([voice]) for voice in voices), searched=said.searched)
        result = self._searcher.search(words, count, taste=taste)
        if result.verdict is Verdict.NOTHING:
            return Offers((), result.verdict, result.searched)
        found = tuple(self._hits(words, result.hits))
        return Offers(found, result.verdict, result.searched)

    def named(self, payload: str) -> Offer | None:
        """What a payload names; None where it is forged, or where that is gone."""
        if match := _PASSAGE.fullmatch(payload):
            found = self._store.locate(f"{match[1]}#{match[2]}")
            place = int(match[3]), int(match[4])
            return self._passage(*found, asked=_words(*found, place)) if found else None
        if match := _SAID.fullmatch(payload):
            voices = read(self._store, _page(match[1]))
            return _voices(voices) if voices else None
        if match := _SUMMARY.fullmatch(payload):
            article = self._store.get(match[1])
            return self._summary(article) if article else None
        kind, topic = spelled(payload)
        return self._story(topic) if kind == "t" else None

    def answer(self, question: str, *, taste: Taste = ANY) -> Reply:
        """Answer in one message that stands alone, for a chat where none of its buttons work."""
        offers = self.offers(question, count=1, taste=taste)
        if not squeeze(question):
            return Reply((Note(texts.say("how-to-ask")),), (_asking("ask"),))
        if not offers.searched:
            return Reply((Note(texts.say("empty")),))
        if not offers.found:
            note = Note(texts.say("nothing", articles=offers.searched))
            return Reply((note,), (_asking(question_payload(question) or "ask"),))
        reply = offers.found[0].reply
        unsure = offers.verdict is Verdict.CLOSEST
        lead = (Note(texts.say("closest")),) if unsure else ()
        return replace(reply, blocks=(*lead, *reply.blocks))

    def passage(self, payload: str) -> tuple[str, str] | None:
        """A shared passage's id and the words shared of it; None for another payload or if gone."""
        match = _PASSAGE.fullmatch(payload)
        found = self._store.locate(f"{match[1]}#{match[2]}") if match else None
        if match is None or found is None:
            return None
        return found[1].id, _words(*found, (int(match[3]), int(match[4])))

    def page(self, payload: str) -> tuple[str, str] | None:
        """A shared page of quotations as `bot.speech.write` writes it, and the first's words."""
        match = _SAID.fullmatch(payload)
        page = _page(match[1]) if match else ""
        voices = read(self._store, page) if page else []
        if not voices:
            return None
        return page, voices[0].article.body[slice(*voices[0].attributions[0].quote)]

    def _latest(self, count: int, taste: Taste) -> Iterator[Offer]:
        for article in self._store.latest(count, without=taste.left_out):
            yield self._summary(article)

    def _at(self, address: str) -> Offer | None:
        topic = read_request(address).topic
        try:
            article = self._store.get(canonical(topic)) if "://" in topic else None
        except ValueError:
            return None
        return self._summary(article) if article else None

    def _hits(self, asked: str, hits: Sequence[Hit]) -> Iterator[Offer]:
        until, seen = time.monotonic() + _BUDGET_S, set[str]()
        for hit in hits:
            offer = self._passage(hit.article, hit.passage, asked=asked, copies=hit.copies)
            if offer.payload not in seen:  # passages overlap, and so may what answers
                seen.add(offer.payload)
                yield offer
            if time.monotonic() > until:
                return

    def _passage(
        self, article: Article, passage: Passage, *, asked: str, copies: Sequence[Article] = ()
    ) -> Offer:
        chosen = self._searcher.excerpt(asked, article, passage)
        blocks = quoted(article, chosen, sure=True, copies=copies)
        return _offer(
            passage_payload(article, chosen),
            article,
            blocks=blocks,
            place=chosen.marked,
            opening=_opening(texts.say("open"), link_to(article, chosen.marked)),
        )

    def _summary(self, article: Article) -> Offer:
        sentences = fitting(self._searcher.summary(article, count=_SENTENCES).sentences)
        blocks = summed_up(article, sentences, Facts())
        return _offer(
            summary_payload(article.id),
            article,
            blocks=blocks,
            place=sentences[0] if sentences else (0, 0),
            opening=_opening(texts.say("open-article"), article.url),
        )

    def _story(self, topic: str) -> Offer | None:
        story = self._searcher.story(topic)
        payload = topic_payload(topic)
        if not story.articles or payload is None:
            return None
        blocks = pages_of(story)[0]
        told = _ours(blocks)
        buttons = ((Button(texts.say("whole-story"), start=payload),),)
        ids = tuple(article.id for article in story.articles)
        return Offer(payload, topic, told, Reply(blocks, buttons, ids))


def passage_payload(article: Article, chosen: Excerpt) -> str:
    """Name a passage and the sentences in it that answer."""
    return "_".join(map(str, ("p", article.id, chosen.passage[0], *chosen.marked)))


def said_payload(page: str) -> str | None:
    """Name a page of quotations; None for more than three, which none has."""
    places = [one.partition(" ")[0].replace("#", "_") for one in page.split("|")]
    payload = "_".join(("s", *places))
    return payload if _SAID.fullmatch(payload) and len(payload) <= 64 else None


def summary_payload(article_id: str) -> str:
    """Name the summary of an article."""
    return f"a_{article_id}"


def topic_payload(topic: str) -> str | None:
    """Name the story of a topic; None where the topic is too long for a link.

    Example:
        >>> spelled(topic_payload("Hafenstreik in Köln"))
        ('t', 'Hafenstreik in Köln')
    """
    return _spell("t", topic)


def question_payload(question: str) -> str | None:
    """Take a question to the bot itself; None where it is too long for a link.

    Unlike all others, this payload holds the reader's words; it is for that reader only.
    """
    return _spell("q", question)


def spelled(payload: str) -> tuple[str, str]:
    """A payload's kind, "t" or "q", and the words in it; two empty strings for any other."""
    match = _SPELLED.fullmatch(payload)
    if match is None:
        return "", ""
    try:
        words = urlsafe_b64decode(match[2] + "=" * (-len(match[2]) % 4)).decode()
    except ValueError:
        return "", ""
    words = squeeze(words)
    return (match[1], words) if words.isprintable() and words else ("", "")


def looks_shared(payload: str) -> bool:
    """Whether a payload is written as ours are that name a place in the archive."""
    return any(form.fullmatch(payload) for form in (_PASSAGE, _SAID, _SUMMARY))


def _page(places: str) -> str:
    """The page of quotations whose places a payload lists."""
    parts = places.strip("_").split("_")
    return "|".join(f"{one}#{int(at)}" for one, at in zip(parts[::2], parts[1::2], strict=True))


def _spell(kind: str, words: str) -> str | None:
    written = words.encode()
    if not 0 < len(written) <= _SPELLED_BYTES:
        return None
    return f"{kind}_{urlsafe_b64encode(written).decode().rstrip('=')}"


def _words(article: Article, passage: Passage, place: Slice) -> str:
    """The words that were shared; the headline for a place that is forged."""
    start, end = place
    inside = passage.start <= start < end <= passage.end
    return article.body[start:end] if inside else article.headline


def _voices(voices: Sequence[Voice]) -> Offer:
    first = voices[0]
    attribution = first.attributions[0]
    name = ", ".join(filter(None, (first.name, attribution.role)))
    payload = "_".join(f"{v.article.id}_{v.attributions[0].quote[0]}" for v in voices)
    offer = _offer(
        f"s_{payload}",
        first.article,
        blocks=blocks_of(voices),
        place=attribution.quote,
        opening=opening(voices),
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
    told = (article.publisher, texts.day(article.published), squeeze(article.body[slice(*place)]))
    description = " · ".join(part for part in told if part)
    return Offer(payload, article.headline, description, Reply(blocks, rows, (article.id,)))


def _asking(payload: str) -> tuple[Button, ...]:
    return (Button(texts.say("ask-more"), start=payload),)


def _opening(label: str, url: str | None) -> tuple[Button, ...]:
    return (Button(label, url=url),) if url else ()


def _ours(blocks: Sequence[Block]) -> str:
    return next((block.text for block in blocks if isinstance(block, Note)), "")
