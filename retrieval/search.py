"""From a question to ranked hits and a verdict."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from corpus.article import Article, Passage
from corpus.store import Store
from retrieval import index as snapshots
from retrieval.answer import Excerpt, excerpt
from retrieval.copies import merge_copies
from retrieval.hit import Encoder, Hit, Result, Verdict
from retrieval.index import Index
from retrieval.question import Publishers, Question, understand
from retrieval.ranking import Ranking, rank
from retrieval.tokens import query_terms
from retrieval.verdict import Evidence, confidence, verdict

_SPARE = 2
"""Candidates for each hit wanted, since near copies will be merged."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index with what is derived from its publishers' names."""

    index: Index
    publishers: Publishers


class Searcher:
    """Answers questions from one archive; safe to use from several threads.

    Args:
        store: The archive.
        encoder: Embeds the questions; the archive must have been embedded by the same.
        folder: Where the index is kept between starts.

    Attributes:
        snapshot: What is searched now; `refresh` puts another in its place.
    """

    def __init__(self, store: Store, encoder: Encoder, *, folder: Path) -> None:
        self.store = store
        self.encoder = encoder
        self._folder = folder
        self.snapshot = Snapshot(snapshots.empty(), Publishers([]))
        self._refreshing = threading.Lock()
        self._loaded = False

    def __len__(self) -> int:
        return len(self.snapshot.index)

    def refresh(self) -> bool:
        """Take in what was added to the archive or removed from it, by whichever process.

        Questions go on being answered from the old index meanwhile.

        Returns:
            Whether anything changed.

        Raises:
            FingerprintError: The archive was embedded by another model.
        """
        with self._refreshing:
            before, fingerprint = self.snapshot.index, self.encoder.fingerprint
            if self._loaded:
                index = snapshots.refresh(before, self.store, fingerprint)
            else:
                index = snapshots.load(self._folder, self.store, fingerprint)
                self._loaded = True
            if index is not before:
                self.snapshot = Snapshot(index, Publishers(filter(None, index.facets.names)))
            return index is not before

    def save(self) -> None:
        """Keep the index in files, so that the next start is quick."""
        snapshots.save(self.snapshot.index, self._folder, self.encoder.fingerprint)

    def search(self, query: str, count: int = 10, *, today: date | None = None) -> Result:
        """Rank the archive's passages for a question.

        Args:
            query: The question as asked.
            count: Most hits to return.
            today: The day from which "yesterday" counts; by default today in UTC.
        """
        index, publishers = self.snapshot.index, self.snapshot.publishers
        if not len(index) or not query.strip():
            return Result(query, Verdict.NOTHING, 0.0, (), index.articles)
        today = today or datetime.now(UTC).date()
        question = understand(query, publishers=publishers, today=today)
        ranking = rank(question, index, self.encoder, count * _SPARE)
        hits = self._hits(index, ranking, question.phrases)
        if not hits:
            return Result(query, Verdict.NOTHING, 0.0, (), index.articles)
        sure = confidence(weigh(question, index, ranking))
        return Result(
            query=query,
            verdict=verdict(sure),
            confidence=sure,
            hits=tuple(merge_copies(hits, count)),
            searched=index.articles,
            publishers=question.whole.publishers,
            periods=question.whole.periods,
        )

    def excerpt(self, query: str, article: Article, passage: Passage) -> Excerpt:
        """Choose what to show of a passage, and what to mark as the answer."""
        rarity = self.snapshot.index.rarity
        return excerpt(query, article, passage, encoder=self.encoder, rarity=rarity)

    def _hits(self, index: Index, ranking: Ranking, phrases: Sequence[str]) -> list[Hit]:
        """Read the passages, those that hold the question's phrases word for word first.

        A passage that was replaced since the index was made is left out.
        """
        keys = [int(index.keys[place]) for place in ranking.places]
        found = self.store.passages(keys)
        scores = [float(ranking.scores[place]) for place in ranking.places]
        hits = [
            Hit(*found[key], score) for key, score in zip(keys, scores, strict=True) if key in found
        ]
        return sorted(hits, key=lambda hit: -_held(hit, phrases))


def weigh(question: Question, index: Index, ranking: Ranking) -> Evidence:
    """Gather what speaks for the first hit being an answer."""
    first = ranking.places[0]
    return Evidence(
        cosine=float(ranking.dense[first]),
        covered=index.covered(query_terms([question.whole.text]), first),
        named=index.covered(question.names, first) if question.names else 1.0,
    )


def _held(hit: Hit, phrases: Sequence[str]) -> int:
    """Count the phrases that stand in a passage."""
    text = hit.passage.text.casefold()
    return sum(phrase.casefold() in text for phrase in phrases)
