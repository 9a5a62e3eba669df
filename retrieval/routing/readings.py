"""How a message is read that comes soon after another: as it stands, or leaning on what was before.

Its words say how much it leans, and where they are in doubt both readings are searched: the one
that finds the surer answer wins. Grammar proposes and never decides alone: "who scored" leans on a
match that was talked about, and asks of itself after anything else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from retrieval.context import SearchContext
from retrieval.query.anaphora import drop_opening
from retrieval.query.followup import FollowUp, Known, PriorTurn, complete, complete_loosely
from retrieval.query.intent import Ask, AskWhoSaid, Talk
from retrieval.query.keyphrases import load_light_terms
from retrieval.query.people import People
from retrieval.query.who_said import Form, is_pronoun, read_who
from retrieval.quotations.query import make_query
from retrieval.quotations.search import find_quotations
from retrieval.tokens import tokenize_query

_BIAS, _COMPLETED, _OPENED, _AT_HAND, _ELSEWHERE = 3.8, 2.8, 1.9, -0.65, -2.9
_SURER = 0.41
"""Weights of a logistic regression on messages that follow another: its log odds of leaning.
`benchmarks/leaning.py` fits them anew; do so when what `Sure` says has changed."""
_MOST_TERMS = 4
"""Terms of its own from which on a message says no more about leaning."""
_PLAIN = 4.0
"""Log odds from which on, either way, only one reading is searched."""
_LEAST = 0.001
"""A surety below this says no more."""

Sure = Callable[[Ask | AskWhoSaid], float]
"""Searches a reading; how sure its answer is, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What in a message says whether it leans on what was said before.

    Attributes:
        completed: Whether grammar finds something that cannot stand alone: a pronoun, a bare
            question word, a fragment.
        opened: Whether it opens with "and" or "what about", or is a reply.
        at_hand: How many of its terms stand in the articles at hand; light words do not count.
        elsewhere: How many do not.
    """

    completed: bool
    opened: bool
    at_hand: int
    elsewhere: int

    @property
    def capped(self) -> Signs:
        """With no more terms than say something."""
        at_hand, elsewhere = min(self.at_hand, _MOST_TERMS), min(self.elsewhere, _MOST_TERMS)
        return replace(self, at_hand=at_hand, elsewhere=elsewhere)

    @property
    def log_odds(self) -> float:
        """Of leaning, as far as the words say."""
        signs = self.capped
        return (
            _BIAS
            + _COMPLETED * signs.completed
            + _OPENED * signs.opened
            + _AT_HAND * signs.at_hand
            + _ELSEWHERE * signs.elsewhere
        )


def read_follow_up(
    text: str, before: PriorTurn, context: SearchContext, *, sure: Sure, today: date
) -> FollowUp | None:
    """Read a message that comes soon after another.

    Args:
        text: As typed.
        before: What it may lean on.
        context: The archive.
        sure: Searches a reading: both at most once, and none where the words leave no doubt.
        today: The day from which "last week" counts.

    Returns:
        The message with what it leans on; None where it stands alone.
    """
    known = _know(before, context)
    completed = complete(text, before, known=known, today=today)
    if completed and (completed.more or completed.speakers):
        return completed
    if said := _said_at_hand(text, completed, before, context, today):
        return said
    proposed = propose_leaning(text, before, context, today=today)
    if proposed is None:
        return None
    leaning, signs = proposed
    return leaning if _leans(signs, Ask.read(text), leaning.intent, sure) else None


def propose_leaning(
    text: str, before: PriorTurn, context: SearchContext, *, today: date
) -> tuple[FollowUp, Signs] | None:
    """Propose how a message reads if it leans, with what says whether it does.

    Returns:
        None where there is nothing that it could lean on, or it names what it wants told.
    """
    known = _know(before, context)
    completed = complete(text, before, known=known, today=today)
    leaning = completed or complete_loosely(text, before, known=known, today=today)
    if leaning is None or (completed is None and Ask.read(text).topic):
        return None
    return leaning, read_signs(text, completed is not None, before, context)


def read_signs(text: str, completed: bool, before: PriorTurn, context: SearchContext) -> Signs:
    """Read the signs of a message; parameters as for `read_follow_up`."""
    opened, rest = drop_opening(text)
    terms = [term for term in tokenize_query([rest]) if term not in load_light_terms()]
    held = _held_at_hand(terms, before, context)
    return Signs(completed, opened or before.replied, len(held), len(terms) - len(held))


def _know(before: PriorTurn, context: SearchContext) -> Known:
    """What of the archive helps to read a text."""
    index = context.index
    terms = tokenize_query([before.question])
    held = _held_at_hand(terms, before, context) if before.articles else frozenset(terms)
    return Known(
        context.publishers,
        context.people,
        index.together,
        index.is_name,
        lambda word: not held.isdisjoint(tokenize_query([word])),
    )


def _leans(signs: Signs, alone: Ask, leaning: Ask | AskWhoSaid, sure: Sure) -> bool:
    odds = signs.log_odds
    if abs(odds) < _PLAIN:
        odds += _SURER * compare_surety(alone, leaning, sure)
    return odds > 0


def compare_surety(alone: Ask, leaning: Ask | AskWhoSaid, sure: Sure) -> float:
    """Search both readings; by how much the leaning one is surer, in log odds."""
    return _logit(sure(leaning)) - _logit(sure(alone))


def _logit(probability: float) -> float:
    inside = min(max(probability, _LEAST), 1 - _LEAST)
    return math.log(inside / (1 - inside))


def _held_at_hand(
    terms: Iterable[str], before: PriorTurn, context: SearchContext
) -> frozenset[str]:
    """Which terms stand in the articles at hand."""
    keys = context.store.keys_of(before.articles)
    index = context.index.gather([], keys)
    rows = np.flatnonzero(np.isin(index.keys, keys))
    held = (term for term in terms if np.isin(index.terms.of(term)[0], rows).any())
    return frozenset(held)


def _people_at_hand(before: PriorTurn, context: SearchContext) -> People:
    """Whom the articles at hand quote."""
    said = (one for key in before.articles for one in context.store.attributions.of(key))
    return People((one.name, one.role or "", 1) for one in said if one.name)


def _said_at_hand(
    text: str, completed: FollowUp | None, before: PriorTurn, context: SearchContext, today: date
) -> FollowUp | None:
    """What somebody said whom the articles at hand quote: "the coach" is theirs.

    A topic that was taken over is that of the articles; what was said need not name it.
    """
    at_hand = _people_at_hand(before, context)
    asked = _asked_speaker(text, completed, at_hand)
    people = at_hand.find(asked.speaker) if asked else ()
    if asked is None or len(people) != 1:
        return None
    if len(context.people.find(asked.speaker)) != 1:
        asked = replace(asked, speaker=people[0].name)
    taken_over = set(tokenize_query([text])).isdisjoint(tokenize_query([asked.topic]))
    if taken_over and not _spoke_at_hand(asked, before, context, today):
        asked = replace(asked, topic="")
    talk = Talk(articles=before.articles)
    if completed:
        return replace(completed, text="", said=asked, talk=talk)
    return FollowUp("", topic=before.topic, said=asked, talk=talk)


def _spoke_at_hand(
    asked: AskWhoSaid, before: PriorTurn, context: SearchContext, today: date
) -> bool:
    """Whether the articles at hand quote somebody on a topic."""
    near = replace(context, near=before.articles)
    said = find_quotations(make_query(asked, near, today=today), near, count=1)
    found = said.quotations if said else ()
    return any(quotation.article.id in before.articles for quotation in found)


def _asked_speaker(text: str, completed: FollowUp | None, at_hand: People) -> AskWhoSaid | None:
    """Whom a message asks about, and on what; None where it asks for no words of anybody."""
    if completed and completed.said:
        return completed.said if completed.said.speaker else None
    question = read_who(completed.text if completed else drop_opening(text)[1], people=at_hand)
    if question is None or question.form not in (Form.SAID_BY, Form.EVERYTHING):
        return None
    if not question.speaker or is_pronoun(question.speaker):
        return None
    return AskWhoSaid(question.speaker, question.topic)
