"""Whom, when and what a question about who said what means in an archive.

Tested with the search that asks it in `tests/retrieval/quotations/test_search.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from retrieval.context import SearchContext
from retrieval.period import find_periods
from retrieval.query.intent import AskWhoSaid
from retrieval.query.keyphrases import holds
from retrieval.query.people import Person
from retrieval.query.question import Aspect
from retrieval.query.who_said import Form, WhoQuestion, drop_scope, is_pronoun, read_who
from retrieval.tokens import tokenize_query


@dataclass(frozen=True, slots=True)
class QuotationQuery:
    """A question about who said what, with whom and when it means.

    Attributes:
        question: As it was read.
        people: Who is asked about; several of one name; empty where the question names nobody, or
            somebody whom nobody quotes.
        scope: The publishers and times that it is limited to, without text.
    """

    question: WhoQuestion
    people: tuple[Person, ...]
    scope: Aspect

    @property
    def text(self) -> str:
        """What it should be about, and what should have been said; empty for "it"."""
        topic, words = self.question.topic, self.question.words
        text = topic if holds(topic, words) else f"{topic} {words}".strip()
        return text if tokenize_query([text]) else ""

    @property
    def sought(self) -> str:
        """What quotations are ranked by: the text with when, where and to whom it was said."""
        words = f"{self.text} {self.question.setting}".strip()
        return words if tokenize_query([words]) else ""


def read_query(
    text: str, context: SearchContext, *, person: str | None = None, today: date
) -> QuotationQuery | None:
    """Read a question; None unless its grammar is that of who said what.

    Args:
        text: As asked.
        context: Knows the archive's people and publishers.
        person: Whom it means, where that is known better than from the question.
        today: The day from which "yesterday" counts.
    """
    bare, dropped = _part(text, context, today)
    question = read_who(bare, people=context.people)
    if question is None:
        return None
    if person is None and is_pronoun(question.speaker):
        if not question.topic:
            return None
        question = replace(question, form=Form.ABOUT, speaker="", words="")
    if person is None and context.publishers.named_in(question.speaker):
        return None
    query = _query(question, person or question.speaker, dropped, context, today)
    return query if question.speaker or query.people or query.text else None


def make_query(asked: AskWhoSaid, context: SearchContext, *, today: date) -> QuotationQuery:
    """Make a query of a speaker and a topic that are known; nothing is read into the name.

    Without a speaker it is about what anybody said on the topic.
    """
    topic, dropped = _part(f"_ {asked.topic}", context, today)
    topic = topic.removeprefix("_").strip()
    form = Form.EVERYTHING if not topic else Form.SAID_BY if asked.speaker else Form.ABOUT
    question = WhoQuestion(form, speaker=asked.speaker, topic=topic)
    return _query(question, asked.speaker, dropped, context, today)


def _part(text: str, context: SearchContext, today: date) -> tuple[str, str]:
    """Part a question from the publishers and times that it is limited to."""

    def is_scope(words: str) -> bool:
        return bool(context.publishers.named_in(words) or find_periods(words, today=today))

    return drop_scope(text, is_scope)


def _query(
    question: WhoQuestion, speaker: str, dropped: str, context: SearchContext, today: date
) -> QuotationQuery:
    named = context.publishers.named_in(dropped)
    publishers = tuple(dict.fromkeys(name for some in named for name in some))
    scope = Aspect("", publishers, find_periods(dropped, today=today))
    return QuotationQuery(question, context.people.find(speaker), scope)
