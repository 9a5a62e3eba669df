"""Answers of every kind, each with its words, its citation and how sure it is.

Tested with the search that gives them in `tests/retrieval/test_search.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from corpus.article import Article
from retrieval.citation import Citation, cite, link_to
from retrieval.disagreement.newest import Otherwise
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.extraction.candidates import Candidate
from retrieval.extraction.summary import Summary
from retrieval.query.intent import Intent
from retrieval.query.who_said import Form
from retrieval.quotations.search import Said
from retrieval.results import Result, Verdict
from retrieval.timeline.timeline import Timeline

_WORDS_WANTED = 0.6
"""Least probability of quotations being wanted from which on they answer what does not read as a
question about who said what: of the messages over the sample that get quotations so, they are
welcome to 94 of 98, and below it to 40 of 60."""


class AnswerKind(StrEnum):
    """What an answer shows."""

    PASSAGES = "passages"
    QUOTATIONS = "quotations"
    PEOPLE = "people"
    """Several people of one name: which of them is meant?"""
    SUMMARY = "summary"
    ARTICLES = "articles"
    """Several articles that may be meant: which of them?"""
    TIMELINE = "timeline"


class Missing(StrEnum):
    """Why there is nothing to sum up."""

    NOTHING_SHOWN = "nothing shown"
    GONE = "gone"
    ADDRESS = "address"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another kind of answer that may have been wanted.

    Attributes:
        kind: Of a route: passages, quotations, a summary or a timeline.
        probability: In [0, 1], that it is what was asked for.
    """

    kind: AnswerKind
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageAnswer:
    """Passages, best first.

    Attributes:
        intent: What was asked.
        result: What was found.
        excerpt: What to show and mark of the first hit; None where nothing answers.
        beside: Other hits that may answer, where it is not sure that the first does.
        otherwise: What an article of another day says otherwise, if any does.
        unsaid: What was asked who said, where nobody is quoted with it and passages stand in.
        probability: In [0, 1], that passages are what was asked for.
        alternatives: The other kinds, likeliest first.
    """

    intent: Intent
    result: Result
    excerpt: Excerpt | None = None
    beside: tuple[Candidate, ...] = ()
    otherwise: Otherwise | None = None
    unsaid: Said | None = None
    probability: float = 1.0
    alternatives: tuple[Alternative, ...] = ()

    @property
    def kind(self) -> AnswerKind:
        """Passages."""
        return AnswerKind.PASSAGES

    @property
    def verdict(self) -> Verdict:
        """How far the first passage answers."""
        return self.result.verdict

    @property
    def confidence(self) -> float:
        """Probability in [0, 1] that the first passage answers."""
        return self.result.confidence

    @property
    def text(self) -> str:
        """The words that answer; empty where nothing does."""
        if not self.excerpt:
            return ""
        return self.result.hits[0].article.body[slice(*self.excerpt.marked)]

    @property
    def citation(self) -> Citation | None:
        """Where they stand; None where nothing answers."""
        if not self.excerpt:
            return None
        hit = self.result.hits[0]
        return cite(hit.article, link_to(hit.article, self.excerpt.marked), hit.copies)

    @property
    def link(self) -> str | None:
        """The address that opens at them, if there is one."""
        return self.citation.url if self.citation else None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotationAnswer:
    """Who said what, best first, or which of several people is meant.

    Attributes:
        intent: What was asked.
        said: What was found.
        loose: Whether the message does not read as a question about who said what.
        probability: In [0, 1], that quotations are what was asked for.
        alternatives: The other kinds, likeliest first.
    """

    intent: Intent
    said: Said
    loose: bool = False
    probability: float = 1.0
    alternatives: tuple[Alternative, ...] = ()

    @property
    def kind(self) -> AnswerKind:
        """Quotations, or people to choose from."""
        return AnswerKind.PEOPLE if len(self.said.people) > 1 else AnswerKind.QUOTATIONS

    @property
    def verdict(self) -> Verdict:
        """Whether it was said; nothing where nobody said it.

        Closest for what is only near it, and where perhaps nobody's words were asked for.
        """
        said = self.said
        if self.kind is AnswerKind.PEOPLE:
            return Verdict.ANSWER
        if said.quotations:
            near = said.nearest or (said.question.form is Form.DID and not said.verbatim)
            near = near or (self.loose and self.probability < _WORDS_WANTED)
            return Verdict.CLOSEST if near else Verdict.ANSWER
        return Verdict.NOTHING

    @property
    def confidence(self) -> float:
        """Probability in [0, 1] that the first quotation is its speaker's; 0 without one."""
        return self.said.quotations[0].attribution.confidence if self.said.quotations else 0.0

    @property
    def text(self) -> str:
        """The first quotation; empty where nobody said it."""
        return self.said.quotations[0].quote if self.said.quotations else ""

    @property
    def citation(self) -> Citation | None:
        """Where it stands; None where nobody said it."""
        if not self.said.quotations:
            return None
        first = self.said.quotations[0]
        link = link_to(first.article, first.attribution.quote)
        return cite(first.article, link, first.copies)

    @property
    def link(self) -> str | None:
        """The address that opens at it, if there is one."""
        return self.citation.url if self.citation else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryAnswer:
    """A summary of one article, or which of several articles is meant.

    Attributes:
        intent: What was asked.
        summary: The article and its sentences; None where none is meant, or which is not clear.
        articles: Those that may be meant, where they are several.
        missing: Why there is none, where there is none.
        searched: How many articles were searched.
        timeline: What they tell together, where they tell of one event.
        probability: In [0, 1], that a summary is what was asked for.
        alternatives: The other kinds, likeliest first.
    """

    intent: Intent
    summary: Summary | None = None
    articles: tuple[Article, ...] = ()
    missing: Missing | None = None
    searched: int = 0
    timeline: Timeline | None = None
    probability: float = 1.0
    alternatives: tuple[Alternative, ...] = ()

    @property
    def kind(self) -> AnswerKind:
        """A summary, or articles to choose from."""
        return AnswerKind.ARTICLES if self.articles else AnswerKind.SUMMARY

    @property
    def verdict(self) -> Verdict:
        """Nothing where there is nothing to sum up."""
        return Verdict.NOTHING if self.missing else Verdict.ANSWER

    @property
    def confidence(self) -> float:
        """1 where there is a summary, else 0: its sentences are the article's own."""
        return 1.0 if self.summary else 0.0

    @property
    def text(self) -> str:
        """The sentences, in the article's order; empty without a summary."""
        if not self.summary:
            return ""
        body = self.summary.article.body
        return " ".join(body[start:end] for start, end in self.summary.sentences)

    @property
    def citation(self) -> Citation | None:
        """The article; None without a summary."""
        if not self.summary:
            return None
        first = self.summary.sentences[0] if self.summary.sentences else (0, 0)
        return cite(self.summary.article, link_to(self.summary.article, first))

    @property
    def link(self) -> str | None:
        """The address that opens at the first sentence, if there is one."""
        return self.citation.url if self.citation else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineAnswer:
    """What several articles tell of one event.

    Attributes:
        intent: What was asked.
        timeline: Its entries.
        probability: In [0, 1], that a timeline is what was asked for.
        alternatives: The other kinds, likeliest first.
    """

    intent: Intent
    timeline: Timeline
    probability: float = 1.0
    alternatives: tuple[Alternative, ...] = ()

    @property
    def kind(self) -> AnswerKind:
        """A timeline."""
        return AnswerKind.TIMELINE

    @property
    def verdict(self) -> Verdict:
        """Nothing where no article is about the topic."""
        return Verdict.ANSWER if self.timeline.articles else Verdict.NOTHING

    @property
    def confidence(self) -> float:
        """1 where articles are about the topic, else 0: its entries are their own words."""
        return 1.0 if self.timeline.articles else 0.0

    @property
    def text(self) -> str:
        """What is new, then how it came, an entry a line."""
        entries = (*self.timeline.news, *self.timeline.timeline)
        return "\n".join(entry.article.body[slice(*entry.sentence)] for entry in entries)

    @property
    def citation(self) -> Citation | None:
        """The newest entry's article; None without entries."""
        entries = (*self.timeline.news, *self.timeline.timeline)
        if not entries:
            return None
        return cite(entries[0].article, link_to(entries[0].article, entries[0].sentence))

    @property
    def link(self) -> str | None:
        """The address that opens at the newest entry, if there is one."""
        return self.citation.url if self.citation else None


Answer = PassageAnswer | QuotationAnswer | SummaryAnswer | TimelineAnswer
