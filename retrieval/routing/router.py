"""Weigh the routes' proposals, and show the likeliest.

Each route is scored by a softmax regression over the signs of the message and over what the route
found. Finding takes time, so the most that a route may still score bounds what is looked for: a
route that cannot win any more is never run. The weights were fitted by `benchmarks/router.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from retrieval.answers import (
    Alternative,
    Answer,
    AnswerKind,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.results import Verdict
from retrieval.routing.signs import Signs

ROUTES = (
    AnswerKind.PASSAGES,
    AnswerKind.QUOTATIONS,
    AnswerKind.SUMMARY,
    AnswerKind.TIMELINE,
)
"""The kinds that compete; what else an answer may be is a choice on the way to one of them."""
_SHOWS: Mapping[AnswerKind, type[Answer]] = {
    AnswerKind.PASSAGES: PassageAnswer,
    AnswerKind.QUOTATIONS: QuotationAnswer,
    AnswerKind.SUMMARY: SummaryAnswer,
    AnswerKind.TIMELINE: TimelineAnswer,
}
"""What each route shows as a rule; a timeline of one article is its summary."""
_WEIGHTS = Path(__file__).parents[1] / "data" / "router_en.json"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a route would show.

    Attributes:
        answer: The answer.
        evidence: What speaks for it, by names, each in [0, 1].
    """

    answer: Answer
    evidence: Mapping[str, float]


Propose = Callable[[], Proposal | None]
"""Runs a route; None where it has nothing to show."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the signs and the evidence weigh, by the value of the route's kind.

    Attributes:
        signs: Of each sign; one without a weight counts nothing.
        evidence: Of each piece of evidence.
        bias: Of each route.
        usual: The mean of each piece of evidence over the messages that the weights were fitted
            on; stands in for what a route that was not run would have found.
    """

    signs: Mapping[str, Mapping[str, float]]
    evidence: Mapping[str, Mapping[str, float]]
    bias: Mapping[str, float]
    usual: Mapping[str, Mapping[str, float]]

    def prior(self, kind: AnswerKind, signs: Signs) -> float:
        """Score a route by the message alone."""
        own = self.signs[kind.value]
        return self.bias[kind.value] + sum(
            own[sign] * strength for sign, strength in signs.items() if sign in own
        )

    def found(self, kind: AnswerKind, evidence: Mapping[str, float]) -> float:
        """Score what a route found; evidence without a weight counts nothing."""
        own = self.evidence[kind.value]
        return sum(own.get(name, 0.0) * strength for name, strength in evidence.items())

    def most(self, kind: AnswerKind) -> float:
        """The most that a route's findings may score."""
        return sum(max(0.0, weight) for weight in self.evidence[kind.value].values())

    def expected(self, kind: AnswerKind) -> float:
        """What a route's findings score as a rule."""
        return self.found(kind, self.usual[kind.value])


@cache
def load_weights() -> Weights:
    """Read the weights that are shipped."""
    stored: dict[str, Any] = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    return Weights(**{name: stored[name] for name in ("signs", "evidence", "bias", "usual")})


def choose(
    signs: Signs, routes: Mapping[AnswerKind, Propose], *, weights: Weights | None = None
) -> Answer | None:
    """Run the routes that may win, and return the best one's answer.

    Args:
        signs: Of the message.
        routes: What runs each route, called at most once.
        weights: By default those that are shipped.

    Returns:
        With its probability, and the routes that show something else as alternatives, likeliest
        first; together their probabilities are 1. Beside an answer that has nothing stand only
        those that have something. None where no route has anything to show.
    """
    weights = weights or load_weights()
    priors = {kind: weights.prior(kind, signs) for kind in routes}
    bounds = {kind: prior + weights.most(kind) for kind, prior in priors.items()}
    scores: dict[AnswerKind, float] = {}
    proposals: dict[AnswerKind, Proposal] = {}
    # The likeliest first: what it finds keeps the others from being run.
    left = sorted(routes, key=lambda kind: -(priors[kind] + weights.expected(kind)))
    barren: set[AnswerKind] = set()
    for kind in left:
        if scores and bounds[kind] <= max(scores.values()):
            continue
        if proposal := routes[kind]():
            proposals[kind] = proposal
            scores[kind] = priors[kind] + weights.found(kind, proposal.evidence)
        else:
            barren.add(kind)
    if not scores:
        return None
    for kind in left:
        if kind not in scores and kind not in barren:
            scores[kind] = min(priors[kind] + weights.expected(kind), bounds[kind])
    chosen = max(proposals, key=scores.__getitem__)
    best = proposals[chosen].answer
    if best.verdict is Verdict.NOTHING:
        _drop_barren(scores, proposals, routes, but=chosen)
    chances = _softmax(scores)
    shows = {kind: type(one.answer) for kind, one in proposals.items()}
    others = {
        kind: chance
        for kind, chance in chances.items()
        if shows.get(kind, _SHOWS[kind]) is not type(best)
    }
    return replace(
        best,
        probability=1.0 - sum(others.values()),
        alternatives=tuple(
            Alternative(kind, others[kind]) for kind in sorted(others, key=lambda k: -others[k])
        ),
    )


def _drop_barren(
    scores: dict[AnswerKind, float],
    proposals: dict[AnswerKind, Proposal],
    routes: Mapping[AnswerKind, Propose],
    *,
    but: AnswerKind,
) -> None:
    """Run what was not run yet, and keep of the other kinds those that have something."""
    for kind in [one for one in scores if one is not but]:
        other = proposals.get(kind) or routes[kind]()
        if other and other.answer.verdict is not Verdict.NOTHING:
            proposals[kind] = other
        else:
            del scores[kind]


def _softmax(scores: Mapping[AnswerKind, float]) -> dict[AnswerKind, float]:
    most = max(scores.values())
    grown = {kind: math.exp(score - most) for kind, score in scores.items()}
    total = sum(grown.values())
    return {kind: value / total for kind, value in grown.items()}
