"""Match an article against many alerts at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.attribution.attribution import MOST_CHARS, Attribution
from corpus.nlp.segment import Slice
from retrieval.alerts.alert import Alert, Level, Match
from retrieval.alerts.evidence import (
    FEATURES,
    WHOLE,
    Holdings,
    find_misnamed,
    find_terms,
    measure_held,
    weigh_evidence,
)
from retrieval.alerts.showing import Showing
from retrieval.alerts.speakers import Speakers
from retrieval.alerts.wishes import Floats, Ints, Wish, gather_wishes
from retrieval.alerts.words import find_surname, is_alone
from retrieval.query.question import list_short_names
from retrieval.results import Encoder

_WEIGHTS = Path(__file__).parents[1] / "data" / "alerts_en.json"
_HALF = 0.5
"""Share of a wish that an article must hold to be weighed for it where not all is needed."""
_CLOSE = 0.4
"""The same of the cosine of its nearest passage."""
_AT_ONCE = 4_000_000
"""Numbers in a table while evidence is weighed; 16 MB."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Learned:
    """What `benchmarks/alerts.py` learned.

    Attributes:
        common: What a term counts that stands in much news.
        unknown: What any other counts.
        weights: Of the features in the order of `FEATURES`, then the bias.
        thresholds: The least score for each level.
    """

    common: dict[str, float]
    unknown: float
    weights: Floats
    thresholds: dict[Level, float]


@dataclass(frozen=True, slots=True)
class Incoming:
    """An article as it is matched.

    Attributes:
        article: The article.
        passages: All of its passages, in order.
        vectors: Their embeddings, a row each.
        said: Who said what in it.
    """

    article: Article
    passages: Sequence[Passage]
    vectors: NDArray[np.float32]
    said: Sequence[Attribution]


@dataclass(frozen=True, slots=True)
class Rating:
    """How well an article fits some wishes.

    Attributes:
        wishes: Their numbers, ascending.
        whole: Which of them it holds all of, where it has to.
        features: What speaks for each; see `FEATURES`.
        scores: Probability that it fits each, in [0, 1].
        shares: How much of each its sentences hold, shape (wishes, sentences).
        nearest: The passage that is nearest to each.
        pieces: Its sentences.
        heard: What is said by those who have to say something.
    """

    wishes: Ints
    whole: Mask
    features: Floats
    scores: Floats
    shares: Floats
    nearest: Ints
    pieces: list[Slice]
    heard: dict[str, list[Attribution]]


class AlertIndex:
    """Alerts, inverted by what they want; the work hangs on the article, hardly on their number.

    By default an article must hold all terms of an alert, stemmed, and a given name beside its
    surname; whoever has to say something must say it near the topic. Only `Level.MORE` takes what
    is close by meaning.

    Args:
        alerts: Each id once.
        encoder: Embeds their topics, as it embedded the passages.
        before: An index whose embeddings are taken over where topics stayed.
    """

    def __init__(
        self, alerts: Iterable[Alert], *, encoder: Encoder, before: AlertIndex | None = None
    ) -> None:
        self._alerts = tuple(alerts)
        wanted = [Wish(one.topic, one.speaker) for one in self._alerts]
        numbers = {
            wish: number for number, wish in enumerate(dict.fromkeys(_with_surnames(wanted)))
        }
        learned = load_learned()
        self._wishes = gather_wishes(numbers, learned.common, unknown=learned.unknown)
        self._wish_of = np.array([numbers[wish] for wish in wanted], np.int64)
        whole = [numbers[replace(wish, surname="")] for wish in numbers]
        self._whole_of = np.array(whole, np.int64)
        least = [learned.thresholds[one.level] + one.raised for one in self._alerts]
        self._least = np.array(least, np.float32)
        self._loose = np.array([one.level is Level.MORE for one in self._alerts], np.bool_)
        self._papers = np.array([one.publisher.casefold() for one in self._alerts], object)
        self._speakers = Speakers({wish.speaker for wish in numbers if wish.speaker})
        self._topics = tuple(dict.fromkeys(wish.topic for wish in numbers))
        place = {topic: row for row, topic in enumerate(self._topics)}
        self._topic_of = np.array([place[wish.topic] for wish in numbers], np.int64)
        self._vectors = _embed(self._topics, encoder, before)

    def __len__(self) -> int:
        return len(self._alerts)

    @property
    def embeddings(self) -> dict[str, Floats]:
        """What each topic was embedded as."""
        return dict(zip(self._topics, self._vectors, strict=True))

    def match(
        self,
        article: Article,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        said: Sequence[Attribution],
    ) -> list[Match]:
        """Find the alerts that an article fits.

        Args:
            article: The article.
            passages: All of its passages, in order.
            vectors: Their embeddings, a row each; no rows, or zeros, where there are none.
            said: Who said what in it.

        Returns:
            One for each alert that it fits, in the order of the alerts.
        """
        allowed = self._allow(article)
        if not passages or not allowed.any():
            return []
        rating = self.rate(
            Incoming(article, passages, vectors, said),
            sought=self._list_wishes(allowed),
            loose=self._list_wishes(allowed & self._loose),
        )
        order = np.lexsort((rating.scores, rating.whole))
        best = np.full(len(self._topic_of), -1, np.int64)
        best[self._whole_of[rating.wishes[order]]] = order
        rows = best[self._wish_of]
        fits = allowed & (rows >= 0)
        fits[fits] = (rating.scores[rows[fits]] >= self._least[fits]) & (
            rating.whole[rows[fits]] | self._loose[fits]
        )
        if not fits.any():
            return []
        showing = Showing(article, passages, rating.pieces)
        chosen = {row: self._show(row, rating, showing) for row in set(rows[fits].tolist())}
        return [
            Match(
                self._alerts[number].id, float(rating.scores[rows[number]]), *chosen[rows[number]]
            )
            for number in np.flatnonzero(fits).tolist()
        ]

    def _list_wishes(self, alerts: Mask) -> Ints:
        """List what some alerts want, surnames alone too."""
        wanted = np.zeros(len(self._topic_of), np.bool_)
        wanted[self._wish_of[alerts]] = True
        return np.flatnonzero(wanted[self._whole_of])

    def rate(self, new: Incoming, *, sought: Ints, loose: Ints) -> Rating:
        """Rate how well an article fits wishes, of those sought that come into question.

        Args:
            new: With at least one passage.
            sought: Numbers of wishes.
            loose: Those of them that an article may fit without holding all that they want.
        """
        held = find_terms(new.article, new.said, self._wishes)
        heard = self._speakers.find(new.said)
        named = ~find_misnamed(held, self._wishes)
        share = measure_held(held, self._wishes)
        cosines = self._compare(new, loose)
        chosen = np.zeros(len(self._topic_of), np.bool_)
        chosen[sought] = (share[sought] >= WHOLE) & named[sought]
        chosen[loose] |= ((share[loose] >= _HALF) | (cosines[:, 0] >= _CLOSE)) & named[loose]
        rows = [row for row in np.flatnonzero(chosen).tolist() if self._may_be(row, new, heard)]
        return self._weigh(np.array(rows, np.int64), new, held, heard)

    def _may_be(self, row: int, new: Incoming, heard: dict[str, list[Attribution]]) -> bool:
        """Whether whoever has to speak does, and a surname alone can only mean who is wanted."""
        wish = self._wishes.wishes[row]
        if wish.speaker and wish.speaker not in heard:
            return False
        text = f"{new.article.headline}\n{new.article.body[:MOST_CHARS]}"
        return not wish.surname or is_alone(wish.surname, text)

    def _weigh(
        self, rows: Ints, new: Incoming, held: Holdings, heard: dict[str, list[Attribution]]
    ) -> Rating:
        features, shares = [np.empty((0, len(FEATURES)), np.float32)], list[Floats]()
        cosines = self._compare(new, rows)
        size = max(1, _AT_ONCE // held.holds.shape[1])
        for first in range(0, len(rows), size):
            some = slice(first, first + size)
            found = weigh_evidence(
                rows[some],
                held,
                self._wishes,
                cosines[some],
                within=self._near(rows[some], new, held, heard),
            )
            features.append(found.features)
            shares.append(found.shares[:, held.sentences])
        table = np.concatenate(features)
        return Rating(
            wishes=rows,
            whole=(table[:, 0] >= WHOLE) & ~find_misnamed(held, self._wishes)[rows],
            features=table,
            scores=self._score(rows, table, heard),
            shares=np.concatenate(shares)
            if shares
            else np.empty((0, len(held.pieces)), np.float32),
            nearest=cosines[:, 2].astype(np.int64),
            pieces=held.pieces,
            heard=heard,
        )

    def _allow(self, article: Article) -> Mask:
        """Tell the alerts that want articles of any publisher, or of this one."""
        names = list_short_names(article.publisher) if article.publisher else ()
        called = ["", *{name.casefold() for name in names}]
        return np.isin(self._papers.astype(str), called)

    def _compare(self, new: Incoming, rows: Ints) -> Floats:
        """Compare wishes with passages: the nearest's cosine, the first's, and which is nearest."""
        count = min(len(new.vectors), len(new.passages))
        if not count or self._vectors.shape[1] != new.vectors.shape[1]:
            return np.zeros((len(rows), 3), np.float32)
        vectors = np.nan_to_num(new.vectors[:count].astype(np.float32))
        cosines = self._vectors[self._topic_of[rows]] @ vectors.T
        nearest = cosines.argmax(axis=1)
        return np.stack([cosines.max(axis=1), cosines[:, 0], nearest], axis=1).astype(np.float32)

    def _near(self, rows: Ints, new: Incoming, held: Holdings, heard: dict[str, list[Attribution]]) -> Mask:
        """Say where to look for each wish: anywhere, or near to what somebody says."""
        everywhere = np.ones((1, held.holds.shape[1]), np.bool_)
        speakers = [self._wishes.wishes[row].speaker for row in rows.tolist()]
        if not any(speakers):
            return everywhere
        near = {who: _find_near(heard[who], new.passages, held) for who in set(speakers) if who}
        return np.stack([near[who] if who else everywhere[0] for who in speakers])

    def _score(self, rows: Ints, table: Floats, heard: dict[str, list[Attribution]]) -> Floats:
        learned = load_learned()
        scores = 1 / (1 + np.exp(-(table @ learned.weights[:-1] + learned.weights[-1])))
        for place, row in enumerate(rows.tolist()):
            wish = self._wishes.wishes[row]
            if not wish.topic:
                scores[place] = max(one.confidence for one in heard[wish.speaker])
        return scores.astype(np.float32)

    def _show(self, row: int, rating: Rating, showing: Showing) -> tuple[Passage, Slice]:
        who = self._wishes.wishes[rating.wishes[row]].speaker
        return showing.choose(
            rating.shares[row],
            nearest=int(rating.nearest[row]),
            heard=rating.heard[who] if who else (),
        )


def _with_surnames(wishes: Iterable[Wish]) -> Iterator[Wish]:
    """Yield wishes, and again by the surname alone those that name somebody in full."""
    for wish in wishes:
        yield wish
        if surname := find_surname(wish.topic):
            yield replace(wish, surname=surname)


def _find_near(
    said: Sequence[Attribution], passages: Sequence[Passage], held: Holdings
) -> Mask:
    """Say which columns hold the headline, and the passages in which somebody is quoted."""
    quoted = [
        (passage.start, passage.end)
        for passage in passages
        if any(passage.start < one.quote[1] and one.quote[0] < passage.end for one in said)
    ]
    near = np.zeros(held.holds.shape[1], np.bool_)
    near[0] = True
    for column, (start, end) in enumerate(held.pieces, 1):
        near[column] = any(first < end and start < last for first, last in quoted)
    return near


def _embed(topics: Sequence[str], encoder: Encoder, before: AlertIndex | None) -> Floats:
    """Embed topics, those that an earlier index holds apart; shape (topics, dimension)."""
    known = before.embeddings if before else {}
    fresh = [topic for topic in topics if topic not in known]
    vectors = known | dict(zip(fresh, encoder.encode(fresh), strict=True)) if fresh else known
    if not topics:
        return np.zeros((0, 0), np.float32)
    return np.stack([vectors[topic] for topic in topics])


@cache
def load_learned() -> Learned:
    """Load what was learned about matching."""
    told = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return Learned(
        told["common"],
        told["unknown"],
        np.array([*(told["weights"][name] for name in FEATURES), told["bias"]], np.float32),
        {level: told["thresholds"][level] for level in Level},
    )
