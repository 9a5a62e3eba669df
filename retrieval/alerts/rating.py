"""How well an article fits what many alerts want, all of them at once.

Tested with the matching in `tests/retrieval/alerts/test_matching.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from corpus.attribution.attribution import MOST_CHARS, Attribution
from corpus.nlp.segment import Slice
from retrieval.alerts.alert import Incoming
from retrieval.alerts.evidence import (
    FEATURES,
    WHOLE,
    Holdings,
    find_misnamed,
    find_terms,
    measure_held,
    weigh_evidence,
)
from retrieval.alerts.learned import load_learned
from retrieval.alerts.speakers import Speakers
from retrieval.alerts.wishes import Floats, Ints, Mask, Wish, gather_wishes
from retrieval.alerts.words import find_surname, is_alone
from retrieval.results import Encoder

_HALF = 0.5
"""Share of a wish that an article must hold to be weighed for it where not all is needed."""
_CLOSE = 0.4
"""The same of the cosine of its nearest passage."""
_AT_ONCE = 4_000_000
"""Numbers in a table while evidence is weighed; 16 MB."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What of an article matters to wishes.

    Attributes:
        new: The article.
        held: Which terms it holds.
        heard: What is said by those who have to say something, by what they are called.
        cosines: Of each wish to the nearest passage and to the first, and which is the nearest.
    """

    new: Incoming
    held: Holdings
    heard: Mapping[str, Sequence[Attribution]]
    cosines: Floats


@dataclass(frozen=True, slots=True)
class Rating:
    """How well an article fits some wishes.

    Attributes:
        wishes: Their numbers.
        whole: Which of them it holds all of, where it has to.
        features: What speaks for each; see `FEATURES`.
        quoted: How sure it is that it quotes whom each names in full, in [0, 1].
        scores: Probability that it fits each, in [0, 1].
        shares: How much of each its sentences hold, shape (wishes, sentences).
        nearest: Place of the passage that is nearest to each.
    """

    wishes: Ints
    whole: Mask
    features: Floats
    quoted: Floats
    scores: Floats
    shares: Floats
    nearest: Ints


class Rater:
    """Rates articles for wishes.

    Args:
        wishes: Each once.
        encoder: Embeds their topics, as it embedded the passages.
        known: Embeddings of topics, as `embeddings` gives them.
    """

    def __init__(
        self, wishes: Sequence[Wish], *, encoder: Encoder, known: Mapping[str, Floats]
    ) -> None:
        short = (replace(one, surname=find_surname(one.topic)) for one in wishes)
        both = dict.fromkeys([*wishes, *short])
        numbers = {wish: number for number, wish in enumerate(both)}
        learned = load_learned()
        self.wishes = gather_wishes(both, learned.common, unknown=learned.unknown)
        self.full = np.array([numbers[replace(one, surname="")] for one in both], np.int64)
        """For each wish the one that names in full whom it names by the surname alone."""
        self._speakers = Speakers({one.speaker for one in wishes if one.speaker})
        topics = {
            one.topic: row for row, one in enumerate({one.topic: one for one in both}.values())
        }
        self._topic_of = np.array([topics[one.topic] for one in both], np.int64)
        self._vectors = _embed(tuple(topics), encoder, known)
        self._topics = tuple(topics)

    @property
    def embeddings(self) -> dict[str, Floats]:
        """What each topic was embedded as."""
        return dict(zip(self._topics, self._vectors, strict=True))

    def look(self, new: Incoming) -> Sight:
        """Look at an article once for all wishes."""
        held = find_terms(new.article, new.said, self.wishes)
        cosines = self._compare(new)[self._topic_of]
        return Sight(new, held, self._speakers.find(new.said), cosines)

    def rate(self, sight: Sight, *, sought: Mask, loose: Mask) -> Rating:
        """Rate how well an article fits wishes; those that cannot fit are left out.

        Args:
            sight: The article.
            sought: Which of all wishes, as many as `full`.
            loose: Those of them that an article may fit without holding all that they want.
        """
        named = ~find_misnamed(sight.held, self.wishes)
        share = measure_held(sight.held, self.wishes)
        near = (share >= _HALF) | (sight.cosines[:, 0] >= _CLOSE)
        may = named & sought & ((share >= WHOLE) | (loose & near))
        return self._weigh(self._keep_meant(np.flatnonzero(may), sight), sight)

    def _keep_meant(self, rows: Ints, sight: Sight) -> Ints:
        """Keep the wishes whose speaker speaks, and whose surname alone can mean nobody else."""
        wishes = [self.wishes.wishes[row] for row in rows.tolist()]
        article = sight.new.article
        text = f"{article.headline}\n{article.body[:MOST_CHARS]}"
        alone = {name: not name or is_alone(name, text) for name in {one.surname for one in wishes}}
        heard = {"", *sight.heard}
        kept = [alone[one.surname] and one.speaker in heard for one in wishes]
        return rows[np.array(kept, np.bool_)]

    def _weigh(self, rows: Ints, sight: Sight) -> Rating:
        held = sight.held
        features = [np.empty((0, len(FEATURES)), np.float32)]
        shares = [np.empty((0, len(held.pieces)), np.float32)]
        quoted = [np.empty(0, np.float32)]
        size = max(1, _AT_ONCE // held.holds.shape[1])
        for first in range(0, len(rows), size):
            some = rows[first : first + size]
            within = self._choose_columns(some, sight)
            found = weigh_evidence(some, held, self.wishes, sight.cosines[some, :2], within=within)
            features.append(found.features)
            shares.append(found.shares[:, held.sentences])
            quoted.append(found.quoted * self.wishes.named[some])
        table, told = np.concatenate(features), np.concatenate(shares)
        heard = np.concatenate(quoted)
        near = self.wishes.open[rows] | (table[:, 0] >= _HALF) | ~self._is_spoken(rows)
        rows, table, told, heard = rows[near], table[near], told[near], heard[near]
        open_ = self.wishes.open[rows]
        # Whoever wants to hear of somebody wants what that person says, however little it is.
        scores = np.maximum(load_learned().estimate(table), heard)
        scores[open_] = [self._hear(row, sight) for row in rows[open_].tolist()]
        return Rating(
            wishes=rows,
            whole=open_ | (table[:, 0] >= WHOLE),
            features=table,
            quoted=heard,
            scores=scores,
            shares=told,
            nearest=sight.cosines[rows, 2].astype(np.int64),
        )

    def _is_spoken(self, rows: Ints) -> Mask:
        """Whether somebody has to say something for each wish."""
        return np.array([bool(self.wishes.wishes[row].speaker) for row in rows.tolist()], np.bool_)

    def _hear(self, row: int, sight: Sight) -> float:
        """Say how sure it is that somebody says anything at all."""
        return max(one.confidence for one in sight.heard[self.wishes.wishes[row].speaker])

    def _compare(self, new: Incoming) -> Floats:
        """Compare topics with passages: the nearest's cosine, the first's, which is nearest."""
        count = min(len(new.vectors), len(new.passages))
        if not count or self._vectors.shape[1] != new.vectors.shape[1]:
            return np.zeros((len(self._topics), 3), np.float32)
        cosines = self._vectors @ np.nan_to_num(new.vectors[:count].astype(np.float32)).T
        found = [cosines.max(axis=1), cosines[:, 0], cosines.argmax(axis=1)]
        return np.stack(found, axis=1).astype(np.float32)

    def _choose_columns(self, rows: Ints, sight: Sight) -> Mask:
        """Say where to look for each wish: anywhere, or near to what somebody says."""
        anywhere = np.ones((1, sight.held.holds.shape[1]), np.bool_)
        speakers = [self.wishes.wishes[row].speaker for row in rows.tolist()]
        if not any(speakers):
            return anywhere
        near = {who: _find_near(who, sight) for who in set(speakers) if who}
        return np.stack([near[who] if who else anywhere[0] for who in speakers])


def _find_near(who: str, sight: Sight) -> Mask:
    """Say which columns hold the headline, and the passages in which somebody is quoted."""
    quoted: list[Slice] = [
        (passage.start, passage.end)
        for passage in sight.new.passages
        if any(
            passage.start < one.quote[1] and one.quote[0] < passage.end for one in sight.heard[who]
        )
    ]
    near = np.zeros(sight.held.holds.shape[1], np.bool_)
    near[0] = True
    for column, (start, end) in enumerate(sight.held.pieces, 1):
        near[column] = any(first < end and start < last for first, last in quoted)
    return near


def _embed(topics: Sequence[str], encoder: Encoder, known: Mapping[str, Floats]) -> Floats:
    """Embed topics, those that are known apart; shape (topics, dimension)."""
    fresh = [topic for topic in topics if topic not in known]
    vectors = dict(zip(fresh, encoder.encode(fresh), strict=True)) if fresh else {}
    rows = [vectors[topic] if topic in vectors else known[topic] for topic in topics]
    return np.stack(rows) if rows else np.zeros((0, 0), np.float32)
