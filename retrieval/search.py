"""From a question to ranked hits and a verdict."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial

from corpus.archive import Archive
from corpus.article import Article, Passage
from corpus.ingest import embed_missing
from corpus.storage.embeddings import UNEMBEDDED
from retrieval.answers import Answer, AnswerKind
from retrieval.context import SearchContext, count_searchable
from retrieval.disagreement.copies import is_newer_version
from retrieval.disagreement.newest import Settled, prefer_newest
from retrieval.encoding.encoder import make_encoder
from retrieval.errors import EngineError, FingerprintError
from retrieval.extraction.answer_sentence import Excerpt, choose_excerpt
from retrieval.extraction.summary import SENTENCES, Summary, summarize
from retrieval.index import snapshot as snapshots
from retrieval.index.port import Engine
from retrieval.index.remote import open_index, refresh
from retrieval.index.searchable import Searchable
from retrieval.index.snapshot import Index
from retrieval.query.followup import FollowUp, PriorTurn
from retrieval.query.intent import (
    NO_TALK,
    Ask,
    AskWhoSaid,
    Intent,
    Summarise,
    Talk,
    TellTimeline,
)
from retrieval.query.keyphrases import holds
from retrieval.query.people import People
from retrieval.query.question import Publishers, Question, understand
from retrieval.query.spelling import Lexicon, Spelling, spell
from retrieval.quotations.query import read_query
from retrieval.quotations.search import Said, find_quotations
from retrieval.ranking.answerability import Evidence, decide_verdict, estimate_confidence
from retrieval.ranking.near_duplicates import merge_copies
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.ranking.rank import Ranking, rank
from retrieval.ranking.reranker import rerank
from retrieval.reading.reader import FIRST_HITS, Reader, make_reader
from retrieval.reading.windows import weigh_hit
from retrieval.results import Encoder, Hit, Result, Verdict, Window
from retrieval.routing.readings import read_follow_up
from retrieval.routing.router import ROUTES
from retrieval.routing.routes import HITS, Asked, answer
from retrieval.timeline.article_lookup import find_named_articles
from retrieval.timeline.build import build_timeline
from retrieval.timeline.timeline import Timeline
from retrieval.tokens import tokenize_query

_log = logging.getLogger(__name__)
_MOST_LEAD = 1.0
"""Most that a first hit leads by: no other hit is as little a reason to be sure."""
_READ_WORDS = 20
"""Words of a question up to which its verdict rests on what was read."""
_LATE_S = 60
"""For how long an index that catches up with a growing archive may lack the newest."""
_SPARE = 2
"""Candidates for each hit wanted, since near copies will be merged."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index with what is derived from its publishers' names."""

    index: Searchable
    publishers: Publishers


class Searcher:
    """Answers questions from one archive; safe to use from several threads.

    Args:
        archive: The archive; its index is kept beside it between starts.
        encoder: Embeds the questions; the archive must have been embedded by the same. By default
            both models are those that come with Byline.
        reader: Reads the first hits with the question. With an encoder of one's own, None leaves
            them in the order of their scores.
        engine: Holds the passages; by default they lie in memory.

    Attributes:
        home: The archive's folder.
        store: The articles that may be found.
        snapshot: What is searched now; `refresh` puts another in its place.
        held: The index in memory; empty where an engine holds it.
        engine: What holds it, if not memory.
        reader: What reads, if anything does.
    """

    def __init__(
        self,
        archive: Archive,
        encoder: Encoder | None = None,
        *,
        reader: Reader | None = None,
        engine: Engine | None = None,
    ) -> None:
        self.store = archive.store
        self.encoder = encoder or make_encoder(archive)
        self.reader = reader or (None if encoder else make_reader(archive))
        self.home = archive.home
        self._folder = self.home / "index"
        self.engine = engine
        self.held = snapshots.make_empty()
        self._remote = None if engine is None else open_index(self.store, engine)
        index: Searchable = self.held if self._remote is None else self._remote
        self.snapshot = Snapshot(index, Publishers(index.publishers))
        self._refreshing = threading.Lock()
        self._loaded = False
        self._failing = False
        self._current_at = time.monotonic()
        self._quoted = (-1, People())
        self._spelt: tuple[Searchable, Lexicon] = (self.held, Lexicon((), lambda _: 0))

    def __len__(self) -> int:
        return len(self.snapshot.index)

    def refresh(self) -> bool:
        """Take in what was added to the archive or removed from it, by whichever process.

        What was added without vectors is embedded first; what cannot be is found by its words
        only. Questions go on being answered from the old index meanwhile. What is new waits in the
        archive for as long as an engine does not answer.

        Returns:
            Whether anything changed.

        Raises:
            FingerprintError: The archive was embedded by another model.
            ModelError: The model cannot be loaded.
        """
        with self._refreshing:
            try:
                changed = self._refreshed()
            except EngineError as error:
                if not self._failing:
                    _log.warning("what is new waits in the archive: %s", error)
                self._failing = True
                return False
            except BaseException:
                self._failing = True
                raise
            self._failing, self._current_at = False, time.monotonic()
            return changed

    def is_behind(self) -> bool:
        """Whether the archive holds what is not searched, and not just for the moment.

        Raises:
            SQLAlchemyError: The archive does not answer.
        """
        late = self._failing or time.monotonic() - self._current_at > _LATE_S
        return late and self.store.revision() != self.snapshot.index.revision

    def answers(self) -> bool:
        """Whether what holds the passages answers; memory does."""
        try:
            return self.engine is None or self.engine.count() >= 0
        except EngineError:
            return False

    def _refreshed(self) -> bool:
        before = self.snapshot.index
        if self._loaded and self.store.revision() == before.revision:
            return False
        if self._remote is not None and self.engine is not None:
            self._embed()
            self._remote = refresh(self._remote, self.engine, self.encoder.fingerprint)
            self._loaded = True
            return self._show(self._remote)
        self.held = self._caught_up(self.held)
        self._loaded = True
        return self._show(self.held)

    def _show(self, index: Searchable) -> bool:
        """Search an index from now on; returns whether it is another."""
        changed = index is not self.snapshot.index
        if changed:
            self.snapshot = Snapshot(index, Publishers(index.publishers))
        return changed

    def _caught_up(self, before: Index) -> Index:
        """Embed what has no vectors yet, and index what is new."""
        fingerprint = self.encoder.fingerprint
        while True:
            partly = not self._embed()
            try:
                if self._loaded:
                    return snapshots.refresh(before, self.store, fingerprint, partly=partly)
                return snapshots.load(self._folder, self.store, fingerprint, partly=partly)
            except FingerprintError as error:
                if error.stored != UNEMBEDDED:
                    raise
                # Somebody added an article after the others were embedded.

    def _embed(self) -> bool:
        """Embed what has no vectors yet; returns whether that left none without."""
        # Embedding by a second model would leave an archive that neither can search.
        for stored in self.store.whole().fingerprints() - {self.encoder.fingerprint}:
            raise FingerprintError(stored=stored, wanted=self.encoder.fingerprint)
        left = embed_missing(store=self.store, embedder=self.encoder).failures
        for failure in left:
            _log.warning("no vectors for %s: %s", failure.where, failure.reason)
        return not left

    def save(self) -> None:
        """Keep the index in files, unless they hold it, so that the next start is quick."""
        if self.engine is not None:
            return
        with self._refreshing:
            snapshots.save(self.held, self._folder, self.encoder.fingerprint)
            self.held = replace(self.held, saved=True)
            self.snapshot = replace(self.snapshot, index=self.held)

    def ask(  # noqa: PLR0913 - one parameter a thing that a message may depend on
        self,
        asked: Intent | str,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
        shown: Sequence[str] = (),
        person: str | None = None,
        route: AnswerKind | None = None,
    ) -> Answer | None:
        """Answer whatever is asked, in the way that it is likeliest meant.

        Passages, quotations, summaries and timelines compete for a message (`Ask`, or a text);
        any other intent names its kind.

        Args:
            asked: The message or intent.
            today: The day from which "yesterday" counts; by default today in UTC.
            taste: Which publishers the reader prefers or leaves out.
            shown: Ids of the articles that "this" means in "sum this up".
            person: Whom a question about who said what means, where that is known.
            route: The one kind of answer that is wanted, by a button, say: one of `ROUTES`.

        Returns:
            None for an empty archive, for a message or intent that says nothing, and where the
            route that is wanted has nothing to show.

        Raises:
            EngineError: What holds the passages does not answer.
            ModelError: A model cannot be loaded.
            ValueError: No route leads to that kind of answer.

        Example:
            ``searcher.ask("Who closed the bridge?").text`` is the sentence that says so.
        """
        if route not in (None, *ROUTES):
            raise ValueError(f"no route leads to {route.value}; these do: {', '.join(ROUTES)}")
        if not self._loaded:
            self.refresh()
        intent = Ask.read(asked) if isinstance(asked, str) else asked
        message = self.asked(intent, today=today, taste=taste, shown=shown, person=person)
        says_nothing = not intent.text.strip() and not isinstance(intent, Summarise)  # "this"
        if says_nothing or not len(message.context.index):
            return None
        with self.reader.answering() if self.reader else nullcontext():
            if route is None:
                return answer(message)
            proposal = replace(message, route=route).routes()[route]()
            return proposal.answer if proposal else None

    def who_said(
        self, speaker: str, topic: str = "", *, today: date | None = None
    ) -> Answer | None:
        """Show what somebody said, about something or at all; see `ask`."""
        return self.ask(AskWhoSaid(speaker, topic), today=today)

    def summarise(self, topic: str, *, count: int = 0, today: date | None = None) -> Answer | None:
        """Sum up the article that a topic, headline, address or id names; see `ask`."""
        return self.ask(Summarise(topic, count), today=today)

    def timeline(self, topic: str, *, today: date | None = None) -> Answer | None:
        """Tell what the articles on a topic say, in the order of their days; see `ask`."""
        return self.ask(TellTimeline(topic), today=today)

    def asked(
        self,
        intent: Intent,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
        shown: Sequence[str] = (),
        person: str | None = None,
    ) -> Asked:
        """Put an intent to the archive as it is now; parameters as for `ask`."""
        day = today or datetime.now(UTC).date()
        talk = intent.talk if isinstance(intent, Ask | AskWhoSaid) else NO_TALK
        return Asked(
            intent,
            self._context(taste, talk),
            day,
            search=lambda text: self.search(text, HITS, today=day, taste=taste, talk=talk),
            excerpt=self._mark,
            shown=shown,
            person=person,
        )

    def search(  # noqa: PLR0913 - the same
        self,
        query: str,
        count: int = 10,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
        talk: Talk = NO_TALK,
        quick: bool = False,
    ) -> Result:
        """Rank the archive's passages for a question.

        Args:
            query: The question as asked.
            count: Most hits to return.
            today: The day from which "yesterday" counts; by default today in UTC.
            taste: Which publishers the reader prefers or leaves out.
            talk: What the question leans on.
            quick: Whether to read no more of the hits than of any question's, whatever it leans on.

        Raises:
            ModelError: A model cannot be loaded.
        """
        index, publishers = self.snapshot.index, self.snapshot.publishers
        searched = count_searchable(self.store, index, taste)
        if not len(index) or not query.strip():
            return Result(query, Verdict.NOTHING, 0.0, (), searched)
        today = today or datetime.now(UTC).date()
        question = understand(query, publishers=publishers, today=today, own=talk.own)
        wanted = max(count, FIRST_HITS) if self.reader else count
        at_hand = self.store.keys_of(talk.articles) if talk.articles else ()
        ranking = rank(question, index, self.encoder, wanted * _SPARE, taste=taste, at_hand=at_hand)
        found = self._read(ranking)
        holding = _holding_first(found.values(), question.phrases)
        merged = merge_copies(holding, wanted, taste=taste, apart=is_newer_version)
        leaning = NO_TALK if quick else talk
        hits = self._order(merged, found, ranking, phrases=question.phrases, talk=leaning)
        if not hits:
            return Result(query, Verdict.NOTHING, 0.0, (), searched)
        first = next(row for row, hit in found.items() if hit.passage == hits[0].passage)
        evidence = weigh(question, ranking.index, ranking, row=first)
        # What is read of one side does not answer a comparison, nor was a long story taught.
        if not question.aspects and len(query.split()) <= _READ_WORDS:
            evidence = _add_reading(evidence, hits)
        sure = estimate_confidence(evidence)
        return Result(
            query=query,
            verdict=decide_verdict(sure, read=evidence.answers is not None),
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
        query = read_query(text, context, person=person, today=today)
        return find_quotations(query, context, count=count) if query else None

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

    def _context(self, taste: PublisherPreference, talk: Talk = NO_TALK) -> SearchContext:
        index, publishers = self.snapshot.index, self.snapshot.publishers
        people, near = self._people(), talk.articles
        return SearchContext(self.store, index, publishers, people, self.encoder, taste, near)

    def spell(self, text: str) -> Spelling:
        """Match what a question misspells to the archive's words; see `query.spelling`.

        The first misspelt question after the archive changed takes some hundred milliseconds.
        """
        index = self.snapshot.index
        if self._spelt[0] is not index:
            self._spelt = index, Lexicon(index.words, index.count_holding)
        return spell(text, self._spelt[1])

    def known(self, text: str) -> float:
        """Return the share of a text's terms that stand in the archive; 0 for a text without."""
        terms, index = tokenize_query([text]), self.snapshot.index
        held = sum(index.count_holding(term) > 0 for term in terms)
        return held / len(terms) if terms else 0.0

    def follow_up(
        self,
        text: str,
        before: PriorTurn,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
    ) -> FollowUp | None:
        """Complete a text that leans on what was talked about before; None where it does not.

        In doubt it is searched both ways; see `retrieval.routing.readings`.
        """
        context, day = self._context(taste), today or datetime.now(UTC).date()

        def sure(intent: Ask | AskWhoSaid) -> float:
            talk = intent.talk
            found = self.search(intent.text, 1, today=day, taste=taste, talk=talk, quick=True)
            return found.confidence

        return read_follow_up(text, before, context, sure=sure, today=day)

    def _people(self) -> People:
        """Return the people quoted, gathered anew when who said what has changed."""
        revision = self.store.attributions.revision()
        if self._quoted[0] != revision:
            self._quoted = revision, People(self.store.attributions.people())
        return self._quoted[1]

    def excerpt(
        self, query: str, article: Article, passage: Passage, window: Window | None = None
    ) -> Excerpt:
        """Choose what to show of a passage, and what to mark as the answer.

        Args:
            query: The question.
            article: The passage's article.
            passage: The passage.
            window: What was read of it; it is read now where that is nothing.

        Raises:
            ModelError: A model cannot be loaded.
        """
        hit = Hit(article, passage, 0.0, window=window)
        if self.reader and window is None:
            read = self.reader.read([query], [hit], self.snapshot.index.rarity)
            hit = replace(hit, window=read.get(0))
        return self._mark(query, hit)

    def _mark(self, query: str, hit: Hit) -> Excerpt:
        """Choose the same by what was read of a hit already, if anything."""
        return choose_excerpt(
            query,
            hit.article,
            hit.passage,
            encoder=self.encoder,
            rarity=self.snapshot.index.rarity,
            window=hit.window,
        )

    def prefer_newest(self, result: Result, chosen: Excerpt, query: str = "") -> Settled:
        """Let the newest count of the articles that answer; see `disagreement.newest`.

        Args:
            result: With at least one hit.
            chosen: What answers in the first one.
            query: In whose words an answer is marked; by default those that were searched.
        """
        rarity, mark = self.snapshot.index.rarity, partial(self._mark, query or result.query)
        return prefer_newest(result, chosen, mark, encoder=self.encoder, rarity=rarity)

    def _read(self, ranking: Ranking) -> dict[int, Hit]:
        """Read the passages at the ranking's places, in its order.

        A passage that was replaced since the index was made is left out.
        """
        keys = dict(zip(ranking.rows, ranking.keys, strict=True))
        found = self.store.passages(list(keys.values()))
        return {
            row: Hit(*found[key], float(ranking.scores[row]))
            for row, key in keys.items()
            if key in found
        }

    def _order(
        self,
        hits: list[Hit],
        found: dict[int, Hit],
        ranking: Ranking,
        *,
        phrases: Sequence[str],
        talk: Talk,
    ) -> list[Hit]:
        """Read and rerank; hits that hold the question's phrases word for word lead."""
        if self.reader is None:
            return hits
        of_passage = {hit.passage.id: ranking.aspects[row] for row, hit in found.items()}
        aspects = [of_passage[hit.passage.id] for hit in hits]
        rarity = self.snapshot.index.rarity
        read = self.reader.read([aspect.text for aspect in aspects], hits, rarity, talk=talk)
        hits = [replace(hit, window=read.get(n)) for n, hit in enumerate(hits)]
        return _holding_first(rerank(hits, aspects), phrases)


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


def _add_reading(evidence: Evidence, hits: Sequence[Hit]) -> Evidence:
    """Add what was read of the first hit to what speaks for it."""
    first, *others = hits
    if first.window is None or first.window.reading.answers is None:
        return evidence
    next_best = max((weigh_hit(hit) for hit in others if hit.window), default=-math.inf)
    return replace(
        evidence,
        relevance=first.window.reading.relevance,
        answers=first.window.reading.answers,
        begins=first.window.reading.likeliest,
        lead=min(_MOST_LEAD, weigh_hit(first) - next_best),
    )


def _holding_first(hits: Iterable[Hit], phrases: Sequence[str]) -> list[Hit]:
    """Put the hits that hold most of the phrases first, otherwise in their order."""

    def held(hit: Hit) -> int:
        return sum(holds(hit.passage.text, phrase) for phrase in phrases)

    return sorted(hits, key=held, reverse=True)
