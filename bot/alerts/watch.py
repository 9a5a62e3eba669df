"""Looks at what comes in: whom it fits, and which digests are due. Once an article, for all.

What is found goes into the outbox together with how far was looked, so that a process may be killed
at any moment: the next goes on where that one stopped, and finds nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import structlog

from bot.alerts.messages import digest_of
from bot.storage.alerts.outbox import NEWS, Found
from bot.storage.alerts.subscriptions import Kind, Subscription
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from corpus.article import SHARED, Article
from corpus.storage.articles.passages import Arrival
from retrieval.alerts.alert import Alert, Incoming, Match
from retrieval.alerts.copies import is_copy
from retrieval.alerts.matching import AlertIndex
from retrieval.alerts.stories import Story, tell_day
from retrieval.errors import RetrievalError
from retrieval.search import Searcher

_log = structlog.get_logger(__name__)

CATCH_UP = timedelta(hours=6)
"""How late a digest may come, after an outage; later, the next one will do."""
_FRESH = timedelta(days=7)
"""How old an article may be when it comes: an archive that is added tells no news."""
_LOOK_BACK = timedelta(days=8)
"""How far back it is known what came: as far as a weekly digest tells, and a day."""
_ALIKE = timedelta(days=3)
"""For how long a near copy of what was told is not told."""
_COMPARED = 50
"""Articles with which one is compared at most, those told last."""
_BATCH = 32
"""Articles looked at in one go."""
_STORIES = 10
_TOLD_FROM = 2000
"""Articles that a digest is told from at most, the newest."""
_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class _Fit:
    """An article that fits a subscription."""

    subscription: Subscription
    article: Article
    match: Match


class Watch:
    """Finds what is to be told. Not safe to use from several threads at once.

    Args:
        searcher: Knows the articles that everybody may see, and embeds what alerts look for.
        state: Keeps what is to be told.
    """

    def __init__(self, searcher: Searcher, state: ChatStore) -> None:
        self._searcher = searcher
        self._store = searcher.store.only(SHARED)  # nobody is told of what is somebody's own
        self._subscriptions = state.subscriptions
        self._outbox = state.outbox
        self._preferences = state.preferences
        self._index: AlertIndex | None = None
        self._alerts: tuple[Alert, ...] = ()
        self._revision = -1
        self._minute = -1

    def look(self, now: datetime) -> bool:
        """Look at some of what came in, and once a minute for digests that are due.

        Returns:
            Whether there is more to be looked at.
        """
        more = self._look_at_articles(now)
        minute = int(now.timestamp()) // _MINUTE_S
        if not more and minute != self._minute:
            self._plan_digests(now)
            self._minute = minute
        return more

    # Alerts

    def _look_at_articles(self, now: datetime) -> bool:
        revision, watched = self._store.revision(), self._outbox.watched()
        if revision == self._revision:
            return False
        if watched > revision:
            self._outbox.rewind()
            watched = 0
        batch = self._store.arrivals(after=watched, since=now - _LOOK_BACK, most=_BATCH)
        more = len(batch) == _BATCH
        found = self._fitting(batch, now)
        # What came since the revision was read has higher keys.
        seen = batch[-1].last if more else max(revision, watched)
        self._outbox.take(batch, found, watched=seen, now=now)
        if not more:
            self._revision = revision
        return more

    def _fitting(self, batch: Sequence[Arrival], now: datetime) -> list[Found]:
        """What of some articles fits which alerts."""
        alerts = self._subscriptions.active(Kind.ALERT)
        new = {one.article: one for one in batch if one.added >= now - NEWS}
        if not alerts or not new:
            return []
        index, wanting = self._index_of(alerts), {one.id: one for one in alerts}
        settings, known = self._preferences.all(), self._outbox.first_keys(new)
        fits = [
            _Fit(wanting[match.alert], article, match)
            for article in self._store.articles(new)
            if _is_news(article, new[article.id].added)
            for match in self._match(index, article)
            if _is_for(wanting[match.alert], new[article.id], known.get(article.id))
            and not _is_left_out(article, settings.get(wanting[match.alert].place.chat_id))
        ]
        return list(self._told_once(fits, now))

    def _index_of(self, alerts: Iterable[Subscription]) -> AlertIndex:
        """The alerts' index, made anew where they changed."""
        wanted = tuple(one.alert for one in alerts)
        if self._index is None or wanted != self._alerts:
            encoder = self._searcher.encoder
            self._index = AlertIndex(wanted, encoder=encoder, before=self._index)
            self._alerts = wanted
        return self._index

    def _match(self, index: AlertIndex, article: Article) -> list[Match]:
        one = self._read(article)
        if one is None:
            return []
        try:
            return index.match(one.article, one.passages, one.vectors, one.said)
        except Exception:  # noqa: BLE001 - what strangers print must not end all alerts
            _log.exception("an article cannot be matched", article=article.id)
            return []

    def _read(self, article: Article) -> Incoming | None:
        """Read what belongs to an article; None for one that changes just now: it comes again."""
        keys = self._store.keys_of([article.id])
        located = self._store.passages(keys)
        passages = [located[key][1] for key in keys if key in located]
        vectors = self._store.vectors(keys).astype(np.float32)
        if len(passages) != len(vectors) or not passages:
            return None
        return Incoming(article, passages, vectors, self._store.attributions.of(article.id))

    def _told_once(self, fits: Sequence[_Fit], now: datetime) -> Iterator[Found]:
        """Near copies of what was told lately are noted as such."""
        told = self._outbox.told({fit.subscription.id for fit in fits}, now - _ALIKE)
        articles = {
            one.id: one
            for one in self._store.articles({i for ids in told.values() for i in ids[:_COMPARED]})
        }
        for fit in fits:
            one, known = fit.article, told.setdefault(fit.subscription.id, [])
            if one.id in known:
                continue
            others = (articles[other] for other in known[:_COMPARED] if other in articles)
            story = next((other.id for other in others if is_copy(one, other)), "")
            yield _found(fit.subscription, fit.match, story)
            if not story:
                known.insert(0, one.id)
                articles[one.id] = one

    # Digests

    def _plan_digests(self, now: datetime) -> None:
        settings = self._preferences.all()
        told: dict[tuple[object, ...], list[Story]] = {}  # many ask for the same
        for digest in self._subscriptions.active(Kind.DIGEST):
            chosen = settings.get(digest.place.chat_id, Preferences())
            zone, schedule = chosen.timezone, digest.schedule
            if schedule is None or (slot := schedule.last_slot(zone, now)) <= digest.last:
                continue
            found: list[Found] = []
            if now - schedule.moment(zone, slot) <= CATCH_UP:
                since = schedule.moment(zone, schedule.before(slot))
                news = self._news(digest, chosen, since, now)
                wanted = (*digest.topics, None, *(one.id for one in news))
                if wanted not in told:
                    told[wanted] = self._stories(news, digest.topics)
                found = [one for story in told[wanted] for one in _all_of(digest, story)]
            self._outbox.plan(digest, slot, found, now=now)

    def _news(
        self, digest: Subscription, chosen: Preferences, since: datetime, now: datetime
    ) -> list[Article]:
        """What came since a time and was not told in this digest."""
        known = self._outbox.told([digest.id], since - _LOOK_BACK, copies=True)
        told = set(known.get(digest.id, ()))
        ids = [one for one in self._outbox.arrivals(since, now) if one not in told]
        return [
            article
            for article in self._store.articles(ids[:_TOLD_FROM])
            if article.publisher not in chosen.left_out and _is_news(article, now)
        ]

    def _stories(self, news: Iterable[Article], topics: Sequence[str]) -> list[Story]:
        incoming = [one for one in map(self._read, news) if one is not None]
        encoder = self._searcher.encoder
        try:
            return tell_day(incoming, encoder=encoder, topics=topics, most=_STORIES)
        except RetrievalError:  # the model cannot be loaded just now
            raise
        except Exception:  # noqa: BLE001 - nor all other digests
            _log.exception("a digest cannot be told", articles=len(incoming))
            return []


def _is_news(article: Article, came: datetime) -> bool:
    """Whether an article was new when it came; one without a date was."""
    return article.published is None or article.published >= came - _FRESH


def _is_for(one: Subscription, arrival: Arrival, key: int | None) -> bool:
    """Whether an article came after an alert was made: by its first key, if that is known."""
    first = arrival.first if key is None else key
    return arrival.added >= one.since and first > one.after


def _is_left_out(article: Article, chosen: Preferences | None) -> bool:
    return chosen is not None and article.publisher in chosen.left_out


def _found(one: Subscription, match: Match, story: str) -> Found:
    passage = match.passage
    return Found(
        subscription=one.id,
        chat_id=one.place.chat_id,
        article=passage.article_id,
        passage=(passage.start, passage.end),
        sentence=match.sentence,
        digest=digest_of(passage.text),
        score=match.score,
        story=story,
    )


def _all_of(digest: Subscription, story: Story) -> Iterator[Found]:
    """The article that tells a story, and the others that it stands for."""
    passage, body = story.passage, story.article.body
    first = max(0, body.find(story.sentence, passage.start))
    for article in dict.fromkeys((story.article.id, *story.articles)):
        yield Found(
            subscription=digest.id,
            chat_id=digest.place.chat_id,
            article=article,
            passage=(passage.start, passage.end),
            sentence=(first, first + len(story.sentence)),
            digest=digest_of(passage.text),
            story=story.article.id,
        )
