"""From a question to ranked hits and a verdict."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from corpus.article import Article, Passage
from corpus.storage.store import Store
from retrieval.context import SearchContext, count_searchable
from retrieval.extraction.answer_sentence import Excerpt, choose_excerpt
from retrieval.extraction.summary import SENTENCES, Summary, summarize
from retrieval.index import snapshot as snapshots
from retrieval.index.snapshot import Index
from retrieval.query.followup import FollowUp, Known, PriorTurn, complete
from retrieval.query.keyphrases import holds
from retrieval.query.people import People
from retrieval.query.question import Publishers, Question, understand
from retrieval.query.spelling import Lexicon, Spelling, spell
from retrieval.quotations.search import Said, find_quotations
from retrieval.ranking.answerability import Evidence, decide_verdict, estimate_confidence
from retrieval.ranking.near_duplicates import merge_copies
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.ranking.rank import Ranking, rank
from retrieval.ranking.reranker import DEPTH, Reranker
from retrieval.results import Encoder, Hit, Result, Verdict
from retrieval.timeline.article_lookup import find_named_articles
from retrieval.timeline.build import build_timeline
from retrieval.timeline.timeline import Timeline
from retrieval.tokens import tokenize_query

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
        reranker: Reorders the first hits; None leaves them in the order of their scores.

    Attributes:
        snapshot: What is searched now; `refresh` puts another in its place.
    """

    def __init__(
        self, store: Store, encoder: Encoder, *, folder: Path, reranker: Reranker | None = None
    ) -> None:
        self.store = store
        self.encoder = encoder
        self._reranker = reranker
        self._folder = folder
        self.snapshot = Snapshot(snapshots.make_empty(), Publishers([]))
        self._refreshing = threading.Lock()
        self._loaded = False
        self._quoted = (-1, People())
        self._spelt = (snapshots.make_empty(), Lexicon((), lambda _: 0))

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
        """Keep the index in files, unless they hold it, so that the next start is quick."""
        with self._refreshing:
            index = self.snapshot.index
            snapshots.save(index, self._folder, self.encoder.fingerprint)
            self.snapshot = replace(self.snapshot, index=replace(index, saved=True))

    def search(
        self,
        query: str,
        count: int = 10,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
    ) -> Result:
        """Rank the archive's passages for a question.

        Args:
            query: The question as asked.
            count: Most hits to return.
            today: The day from which "yesterday" counts; by default today in UTC.
            taste: Which publishers the reader prefers or leaves out.

        Raises:
            ModelError: A model cannot be loaded.
        """
        index, publishers = self.snapshot.index, self.snapshot.publishers
        searched = count_searchable(self.store, index, taste)
        if not len(index) or not query.strip():
            return Result(query, Verdict.NOTHING, 0.0, (), searched)
        today = today or datetime.now(UTC).date()
        question = understand(query, publishers=publishers, today=today)
        wanted = max(count, DEPTH) if self._reranker else count
        ranking = rank(question, index, self.encoder, wanted * _SPARE, taste=taste)
        found = self._read(index, ranking)
        holding = _holding_first(found.values(), question.phrases)
        merged = merge_copies(holding, wanted, taste=taste)
        hits = self._order(merged, found, ranking, phrases=question.phrases)
        if not hits:
            return Result(query, Verdict.NOTHING, 0.0, (), searched)
        first = next(row for row, hit in found.items() if hit.passage == hits[0].passage)
        sure = estimate_confidence(weigh(question, index, ranking, row=first))
        return Result(
            query=query,
            verdict=decide_verdict(sure),
            confidence=sure,
            hits=tuple(hits[:count]),
            searched=searched,
            publishers=taste.allowed(question.whole.publishers),
            periods=question.whole.periods,
        )

    def who(
        self,
        text: str,
        *,
        person: str | None = None,
        count: int = 10,
        today: date | None = None,
        taste: PublisherPreference = ANY,
    ) -> Said | None:
        """Answer a question about who said what; None for any other question.

        Args:
            text: As asked.
            person: Whom it means, where that is known better than from the question, such as
                from a button.
            count: Most quotations to return.
            today: The day from which "yesterday" counts; by default today in UTC.
            taste: Which publishers the reader prefers or leaves out.

        Raises:
            ModelError: A model cannot be loaded.
        """
        context = self._context(taste)
        if not len(context.index) or not text.strip():
            return None
        today = today or datetime.now(UTC).date()
        return find_quotations(text, context, person=person, count=count, today=today)

    def summary(self, article: Article, *, count: int = SENTENCES) -> Summary:
        """Choose the sentences that carry an article; see `summarize`."""
        said = self.store.attributions.of(article.id)
        return summarize(article, attributions=said, count=count)

    def story(
        self,
        topic: str,
        *,
        since: date | None = None,
        today: date | None = None,
        taste: PublisherPreference = ANY,
    ) -> Timeline:
        """Tell what the archive's articles say of one event.

        Args:
            topic: As asked; what it says of the time, "this week", limits the articles.
            since: The first day whose articles count; by default any.
            today: The day from which "yesterday" counts; by default today in UTC.
            taste: Which publishers the reader prefers or leaves out.

        Raises:
            ModelError: The model cannot be loaded.
        """
        today = today or datetime.now(UTC).date()
        return build_timeline(topic, self._context(taste), since=since, today=today)

    def named(
        self, text: str, *, today: date | None = None, taste: PublisherPreference = ANY
    ) -> tuple[Article, ...]:
        """Find the articles that a reader means by a name; see `article_lookup`."""
        today = today or datetime.now(UTC).date()
        return find_named_articles(text, self._context(taste), today=today)

    def _context(self, taste: PublisherPreference) -> SearchContext:
        index, publishers = self.snapshot.index, self.snapshot.publishers
        return SearchContext(self.store, index, publishers, self._people(), self.encoder, taste)

    def spell(self, text: str) -> Spelling:
        """Match what a question misspells to the archive's words; see `query.spelling`.

        The first misspelt question after the archive changed takes some hundred milliseconds.
        """
        index = self.snapshot.index
        if self._spelt[0] is not index:
            lexicon = Lexicon(index.words, lambda term: len(index.terms.of(term)[0]))
            self._spelt = index, lexicon
        return spell(text, self._spelt[1])

    def follow_up(
        self, text: str, before: PriorTurn, *, today: date | None = None
    ) -> FollowUp | None:
        """Complete a text that leans on what was talked about before; None where it does not."""
        index, publishers = self.snapshot.index, self.snapshot.publishers
        known = Known(publishers, self._people(), index.together)
        today = today or datetime.now(UTC).date()
        return complete(text, before, known=known, today=today)

    def _people(self) -> People:
        """Return the people quoted, gathered anew when who said what has changed."""
        revision = self.store.attributions.revision()
        if self._quoted[0] != revision:
            self._quoted = revision, People(self.store.attributions.people())
        return self._quoted[1]

    def excerpt(self, query: str, article: Article, passage: Passage) -> Excerpt:
        """Choose what to show of a passage, and what to mark as the answer."""
        rarity = self.snapshot.index.rarity
        return choose_excerpt(query, article, passage, encoder=self.encoder, rarity=rarity)

    def _read(self, index: Index, ranking: Ranking) -> dict[int, Hit]:
        """Read the passages at the ranking's places, in its order.

        A passage that was replaced since the index was made is left out.
        """
        keys = {row: int(index.keys[row]) for row in ranking.rows}
        found = self.store.passages(list(keys.values()))
        return {
            row: Hit(*found[key], float(ranking.scores[row]))
            for row, key in keys.items()
            if key in found
        }

    def _order(
        self, hits: list[Hit], found: dict[int, Hit], ranking: Ranking, *, phrases: Sequence[str]
    ) -> list[Hit]:
        """Rerank; hits that hold the question's phrases word for word lead."""
        if self._reranker is None:
            return hits
        aspects = {hit.passage.id: ranking.aspects[row] for row, hit in found.items()}
        reranked = self._reranker.rerank(hits, [aspects[hit.passage.id] for hit in hits])
        return _holding_first(reranked, phrases)


def weigh(
    question: Question, index: Index, ranking: Ranking, *, row: int | None = None
) -> Evidence:
    """Gather what speaks for a passage being an answer.

    Args:
        question: What is asked.
        index: What was searched.
        ranking: How its passages did.
        row: The passage; by default the ranking's first.
    """
    row = ranking.rows[0] if row is None else row
    return Evidence(
        cosine=float(ranking.dense[row]),
        covered=index.covered(tokenize_query([question.whole.text]), row),
        named=index.covered(question.names, row) if question.names else 1.0,
    )


def _holding_first(hits: Iterable[Hit], phrases: Sequence[str]) -> list[Hit]:
    """Put the hits that hold most of the phrases first, otherwise in their order."""

    def held(hit: Hit) -> int:
        return sum(holds(hit.passage.text, phrase) for phrase in phrases)

    return sorted(hits, key=held, reverse=True)
