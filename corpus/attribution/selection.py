"""Choose who said a quotation among the sayings near it, by learned weights.

Tested with the rest of attribution in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.attribution.cues import Saying
from corpus.attribution.features import Candidate, Page, describe_nothing, find_candidates

_WEIGHTS = Path(__file__).parents[1] / "data" / "speakers_en.json"
THRESHOLD = 0.6
"""Least confidence with which a speaker is told."""

_SURE = 0.85
"""Least confidence with which one paragraph of a quotation decides on the others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The saying that a quotation belongs to.

    Attributes:
        saying: The saying.
        confidence: In (0, 1], that its speaker is who said it.
    """

    saying: Saying
    confidence: float


def choose(page: Page) -> list[Choice | None]:
    """Choose who said each of a page's quotations; None where nobody did, or it cannot be told.

    The paragraphs of a quotation that runs over several have one speaker: the surest of theirs.
    """
    chosen = [_choose(page, which) for which in range(len(page.quotations))]
    for run in _runs(page):
        found = [choice for choice in chosen[run.start : run.stop] if choice is not None]
        surest = max(found, key=lambda choice: choice.confidence, default=None)
        if surest is not None and surest.confidence >= _SURE:
            chosen[run.start : run.stop] = [surest] * len(run)
    return chosen


def _choose(page: Page, which: int) -> Choice | None:
    found = find_candidates(page, which)
    return pick_best(found, describe_nothing(page, which, found), _weights()) if found else None


def _runs(page: Page) -> Iterator[range]:
    """Quotations, by position, that one person speaks in several paragraphs."""
    start = 0
    for which, quotation in enumerate(page.quotations):
        following = page.quotations[which + 1 : which + 2]
        goes_on = (
            bool(following)
            and not quotation.closed
            and (not page.text[quotation.outer[1] : following[0].outer[0]].strip())
        )
        if not goes_on:
            if which > start:
                yield range(start, which + 1)
            start = which + 1


def pick_best(
    found: Sequence[Candidate], nobody: Iterable[str], weights: Mapping[str, float]
) -> Choice | None:
    """Choose the likeliest candidate; sayings with the same mention share their chances."""
    scores = [_score(candidate.traits, weights) for candidate in found]
    top = max(scores)
    odds = [math.exp(score - top) for score in scores]
    total = sum(odds) + math.exp(_score(nobody, weights) - top)
    shares: dict[tuple[int, int], float] = {}
    for candidate, odd in zip(found, odds, strict=True):
        mention = candidate.saying.mention
        shares[mention] = shares.get(mention, 0.0) + odd / total
    mention, share = max(shares.items(), key=lambda item: item[1])
    if share < THRESHOLD:
        return None
    _, chosen = max(
        (odd, -place)
        for place, (candidate, odd) in enumerate(zip(found, odds, strict=True))
        if candidate.saying.mention == mention
    )
    return Choice(found[-chosen].saying, min(1.0, share))


def _score(traits: Iterable[str], weights: Mapping[str, float]) -> float:
    return sum(weights.get(trait, 0.0) for trait in traits)


@cache
def _weights() -> Mapping[str, float]:
    read: Mapping[str, float] = json.loads(_WEIGHTS.read_text("utf-8"))
    return read
