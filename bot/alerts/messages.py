"""What alerts and digests say, as replies: in the articles' own words, as answers do."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from bot import texts
from bot.reply.actions import BeStricter, DislikeAlert, ShowParcel, StopAlert
from bot.reply.buttons import cut
from bot.reply.citations import quote_passage
from bot.reply.page_links import link_to, open_at
from bot.reply.reply import Block, Button, Note, Reply
from bot.storage.alerts.outbox import Found, Parcel
from bot.storage.alerts.subscriptions import Kind, Subscription
from bot.storage.chats import ChatStore
from bot.storage.preferences import ExcerptLength, Preferences, localize
from corpus.article import SHARED, Article
from corpus.nlp.segment import Slice, count_words, split_sentences
from corpus.storage.store import Store
from retrieval.alerts.alert import Alert, Level
from retrieval.citation import cite
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.reading.windows import cut_window

_NAME = 60
"""Characters of what an alert wants that are shown in one line."""


class Messages:
    """Puts into words what is to be told.

    Args:
        store: The articles that everybody may see.
        state: Knows what each chat set.
    """

    def __init__(self, store: Store, state: ChatStore) -> None:
        self._store = store.only(SHARED)
        self._state = state

    def tell(self, parcel: Parcel, *, again: bool = False) -> Reply | None:
        """Say what a parcel holds, in the reader's language.

        Args:
            parcel: What is to be told.
            again: Show what it holds even where it may have been told already.

        Returns:
            None where nothing of it is left: its articles are gone, or left out by now.
        """
        preferences = self._state.preferences.get(parcel.chat_id)
        language = preferences.language or parcel.subscription.place.language
        with texts.speak(language):
            if parcel.doubtful and not again:
                return _in_doubt(parcel)
            return self._told(parcel, preferences)

    def _told(self, parcel: Parcel, preferences: Preferences) -> Reply | None:
        shown = list(self._articles(parcel, preferences))
        if not shown:
            return None
        blocks: list[Block] = [_head(parcel, preferences, len(shown))]
        digest = parcel.subscription.kind is Kind.DIGEST
        for found, article in shown:
            others = self._store.articles(parcel.copies.get(found.article, ()))
            copies = [one for one in others if one.publisher not in preferences.left_out]
            length = ExcerptLength.SHORT if digest else preferences.context
            blocks += _quote(article, found, length, copies)
        return Reply(
            tuple(blocks),
            _below(parcel, [(one, article) for one, article in shown]),
            tuple(article.id for _, article in shown),
        )

    def _articles(
        self, parcel: Parcel, preferences: Preferences
    ) -> Iterator[tuple[Found, Article]]:
        """Yield what may be shown."""
        known = {one.id: one for one in self._store.articles([f.article for f in parcel.found])}
        for found in parcel.found:
            article = known.get(found.article)
            if article is not None and article.publisher not in preferences.left_out:
                yield found, article


def describe_alert(alert: Alert) -> str:
    """Say what an alert looks for: "ferries in The Courier, when the mayor says something"."""
    topic, speaker = cut(alert.topic, _NAME), cut(alert.speaker, _NAME)
    if not speaker:
        wanted = topic
    elif not topic:
        wanted = texts.say("alert-speaker", speaker=speaker)
    else:
        wanted = texts.say("alert-topic-speaker", topic=topic, speaker=speaker)
    if alert.publisher:
        return texts.say("alert-publisher", wanted=wanted, publisher=cut(alert.publisher, _NAME))
    return wanted


def describe(subscription: Subscription) -> str:
    """Say what an alert or digest is about; empty for a digest of all news."""
    if subscription.kind is Kind.ALERT:
        return describe_alert(subscription.alert)
    return ", ".join(cut(topic, _NAME) for topic in subscription.topics)


def digest_of(text: str) -> int:
    """Know a text again without keeping it."""
    return zlib.crc32(text.encode())


def _head(parcel: Parcel, preferences: Preferences, count: int) -> Note:
    about = describe(parcel.subscription)
    if parcel.subscription.kind is Kind.ALERT:
        return Note(texts.say("alert-told", wanted=about, articles=count))
    day = texts.format_day(localize(preferences.timezone, preferences.clock()).date())
    if about:
        return Note(texts.say("digest-told-on", day=day, stories=count, topics=about))
    return Note(texts.say("digest-told", day=day, stories=count))


def _quote(
    article: Article, found: Found, length: ExcerptLength, copies: Sequence[Article]
) -> tuple[Block, ...]:
    """Quote what fits; of an article that was corrected since, only say where it stands."""
    start, end = found.passage
    if digest_of(article.body[start:end]) != found.digest:
        return (cite(article, link_to(article), copies),)
    shown = _excerpt(article, found, length)
    chosen = Excerpt(shown, found.sentence, found.passage)
    return quote_passage(article, chosen, sure=True, copies=copies)


def _excerpt(article: Article, found: Found, length: ExcerptLength) -> Slice:
    """How much of the passage is shown around the sentence."""
    if length is ExcerptLength.SHORT:
        return found.sentence
    if length is ExcerptLength.LONG:
        return found.passage
    start, end = found.passage
    first, last = found.sentence
    body = article.body
    pieces = [
        (start + one, start + other)
        for one, other in split_sentences(body[start:end], language=article.language)
    ]
    within = [n for n, (one, other) in enumerate(pieces) if one < last and other > first]
    if not within:
        return found.sentence
    counts = [count_words(body[slice(*piece)]) for piece in pieces]
    low, high = cut_window(counts, within[0], last=within[-1])
    return min(first, pieces[low][0]), max(last, pieces[high][1])


def _below(
    parcel: Parcel, shown: Sequence[tuple[Found, Article]]
) -> tuple[tuple[Button, ...], ...]:
    """The buttons: what opens, what stops it, and what makes it stricter."""
    one = parcel.subscription
    stop = StopAlert(one.id, listed=False)
    if one.kind is Kind.DIGEST:
        return ((Button(texts.say("digest-stop"), action=stop),),)
    opening = tuple(
        button
        for number, (found, article) in enumerate(shown, 1)
        for button in open_at(
            texts.say("open") if len(shown) == 1 else f"{texts.ARROW} {number}",
            article,
            found.sentence,
        )
    )
    stricter = (
        (Button(texts.say("alert-stricter"), action=BeStricter(one.id)),)
        if one.alert.level is not Level.FEWER
        else ()
    )
    thumb = Button(texts.BAD, action=DislikeAlert(one.id, parcel.batch))
    rows = (opening, (Button(texts.say("alert-stop"), action=stop), *stricter), (thumb,))
    return tuple(row for row in rows if row)


def _in_doubt(parcel: Parcel) -> Reply:
    one = parcel.subscription
    if one.kind is Kind.ALERT:
        words = texts.say("alert-in-doubt", wanted=describe(one))
    else:
        words = texts.say("digest-in-doubt")
    show = Button(texts.say("alert-show"), action=ShowParcel(one.id, parcel.batch))
    return Reply((Note(words),), ((show,),))
