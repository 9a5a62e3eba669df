"""From a question to ranked hits and a verdict."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article, Passage
from corpus.store import Store
from retrieval import index as snapshots
from retrieval.answer import Excerpt, excerpt
from retrieval.copies import merge_copies
from retrieval.fusion import Scores, best, fuse
from retrieval.hit import Encoder, Hit, Result, Verdict
from retrieval.index import Index
from retrieval.tokens import query_terms
from retrieval.verdict import Evidence, confidence, verdict

_SPARE = 2
"""Candidates for each hit wanted, since near copies will be merged."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Every passage's scores for one question, each of shape (passages,)."""

    lexical: Scores
    dense: Scores
    fused: Scores


class Searcher:
    """Answers questions from one archive; safe to use from several threads.

    Args:
        store: The archive.
        encoder: Embeds the questions; the archive must have been embedded by the same.
        folder: Where the index is kept between starts.
    """

    def __init__(self, store: Store, encoder: Encoder, *, folder: Path) -> None:
        self.store = store
        self.encoder = encoder
        self._folder = folder
        self._index = snapshots.empty()
        self._refreshing = threading.Lock()
        self._loaded = False

    def __len__(self) -> int:
        """Number of passages that are searched."""
        return len(self._index)

    def refresh(self) -> bool:
        """Take in what was added to the archive or removed from it, by whichever process.

        Questions go on being answered from the old index meanwhile.

        Returns:
            Whether anything changed.

        Raises:
            FingerprintError: The archive was embedded by another model.
        """
        with self._refreshing:
            before, fingerprint = self._index, self.encoder.fingerprint
            if self._loaded:
                self._index = snapshots.refresh(before, self.store, fingerprint)
            else:
                self._index = snapshots.load(self._folder, self.store, fingerprint)
                self._loaded = True
            return self._index is not before

    def save(self) -> None:
        """Keep the index in files, so that the next start is quick."""
        snapshots.save(self._index, self._folder, self.encoder.fingerprint)

    def search(self, query: str, count: int = 10) -> Result:
        """Rank the archive's passages for a question.

        Args:
            query: The question as asked.
            count: Most hits to return.
        """
        index = self._index
        terms = query_terms([query])
        if not len(index) or not query.strip():
            return Result(query, Verdict.NOTHING, 0.0, (), index.articles)
        vector = self.encoder.encode([query])[0]
        scored = score(index, terms, vector)
        places = best(scored.fused, count * _SPARE)
        hits = merge_copies(self._hits(index, scored, places), count)
        if not hits:
            return Result(query, Verdict.NOTHING, 0.0, (), index.articles)
        sure = confidence(weigh(index, terms, scored, places[0]))
        return Result(query, verdict(sure), sure, tuple(hits), index.articles)

    def excerpt(self, query: str, article: Article, passage: Passage) -> Excerpt:
        """Choose what to show of a passage, and what to mark as the answer."""
        return excerpt(query, article, passage, encoder=self.encoder, rarity=self._index.rarity)

    def _hits(self, index: Index, scored: Scored, places: list[int]) -> list[Hit]:
        """Read the passages; one that was replaced since the index was made is left out."""
        keys = {int(index.keys[place]): float(scored.fused[place]) for place in places}
        found = self.store.passages(list(keys))
        return [Hit(*found[key], value) for key, value in keys.items() if key in found]


def score(index: Index, terms: list[str], vector: Scores) -> Scored:
    """Compare a question with every passage.

    Args:
        index: What to search; at least one passage.
        terms: The question's distinct terms.
        vector: Its embedding, shape (dimension,).
    """
    lexical = index.bm25.get_scores(terms)
    dense = index.vectors @ vector
    return Scored(lexical, dense, fuse(lexical, dense))


def weigh(index: Index, terms: list[str], scored: Scored, first: int) -> Evidence:
    """Gather what speaks for the passage at a place being an answer."""
    return Evidence(cosine=float(scored.dense[first]), covered=index.covered(terms, [first]))
