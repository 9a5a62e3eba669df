"""Why a message was answered as it was: what was understood, and what each route would show.

The same is computed as for an answer, but for every route, also for those that cannot win.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

from retrieval.answers import Answer, AnswerKind
from retrieval.period import Period
from retrieval.query.intent import Ask
from retrieval.query.question import Question, understand
from retrieval.results import Hit, Result
from retrieval.routing.router import Weights, load_weights
from retrieval.routing.routes import Asked
from retrieval.routing.signs import Signs
from retrieval.search import Searcher
from retrieval.tokens import tokenize_query

_OF_WORDS = ("word ", "pair ", "first ", "last ")
"""How the signs begin that only repeat a word."""


@dataclass(frozen=True, slots=True)
class Understood:
    """How a message reads.

    Attributes:
        terms: What it is searched by.
        unknown: Those of them that stand in no article.
        names: Terms that are taken for names.
        phrases: What stands in quotation marks.
        publishers: Whose articles come first.
        periods: From when.
        people: Whom it names, of those whom the archive quotes.
        signs: What it says about the kind of answer it wants, the strongest first, those that are
            its mere words last.
    """

    terms: tuple[str, ...]
    unknown: tuple[str, ...]
    names: tuple[str, ...]
    phrases: tuple[str, ...]
    publishers: tuple[str, ...]
    periods: tuple[Period, ...]
    people: tuple[str, ...]
    signs: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """What a route makes of a message.

    Attributes:
        kind: Of what it shows.
        prior: Its score by the message alone.
        found: What its findings add; 0 where it has nothing to show.
        chance: Probability in [0, 1] that this is wanted; 0 where it has nothing to show.
        evidence: What it found, by names, each in [0, 1].
        answer: What it would show; None for nothing.
    """

    kind: AnswerKind
    prior: float
    found: float
    chance: float
    evidence: Mapping[str, float]
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a message is answered as it is.

    Attributes:
        understood: How it reads.
        routes: The likeliest first.
        result: The passages that rank first, and how sure it is that they answer.
    """

    understood: Understood
    routes: tuple[Route, ...]
    result: Result

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The passages, best first."""
        return self.result.hits


def explain(searcher: Searcher, text: str, *, today: date) -> Explanation | None:
    """Answer a message in every way, and say what speaks for each.

    Args:
        searcher: Whose index is searched.
        text: The message; what it may lean on is not known.
        today: The day from which "yesterday" counts.

    Returns:
        None for an empty archive and for a message that says nothing.

    Raises:
        ModelError: A model cannot be loaded.
    """
    asked = searcher.asked(Ask.read(text), today=today)
    if not text.strip() or not len(asked.context.index):
        return None
    with searcher.reader.answering() if searcher.reader else nullcontext():
        signs = asked.signs
        question = understand(text, publishers=asked.context.publishers, today=today)
        routes = _weigh(asked, signs, load_weights())
        return Explanation(_read(asked, question, signs), routes, asked.found)


def _read(asked: Asked, question: Question, signs: Signs) -> Understood:
    terms = tuple(dict.fromkeys(tokenize_query([question.whole.text])))
    holding = asked.context.index.count_holding
    people = asked.query.people if asked.query else ()
    somebody = (asked.somebody[0],) if asked.somebody else ()
    strongest = sorted(
        signs.items(), key=lambda sign: (sign[0].startswith(_OF_WORDS), -sign[1], sign[0])
    )
    return Understood(
        terms=terms,
        unknown=tuple(term for term in terms if not holding(term)),
        names=tuple(question.names),
        phrases=tuple(question.phrases),
        publishers=tuple(question.whole.publishers),
        periods=tuple(question.whole.periods),
        people=tuple(dict.fromkeys(one.name for one in (*people, *somebody))),
        signs=tuple(strongest),
    )


def _weigh(asked: Asked, signs: Signs, weights: Weights) -> tuple[Route, ...]:
    proposals = {kind: propose() for kind, propose in asked.routes().items()}
    priors = {kind: weights.prior(kind, signs) for kind in proposals}
    found = {
        kind: weights.found(kind, proposal.evidence) if proposal else 0.0
        for kind, proposal in proposals.items()
    }
    most = max(priors[kind] + found[kind] for kind in proposals)
    grown = {
        kind: math.exp(priors[kind] + found[kind] - most) if proposal else 0.0
        for kind, proposal in proposals.items()
    }
    total = sum(grown.values()) or 1.0
    routes = (
        Route(
            kind,
            priors[kind],
            found[kind],
            grown[kind] / total,
            proposal.evidence if proposal else {},
            proposal.answer if proposal else None,
        )
        for kind, proposal in proposals.items()
    )
    return tuple(sorted(routes, key=lambda route: -route.chance))
