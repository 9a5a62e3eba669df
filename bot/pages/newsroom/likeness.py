"""Questions that ask for much the same, gathered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.storage.pages.asked import Question
from retrieval.results import Encoder

LIKE = 0.62
"""Cosine from which on two questions count as one; set by judgement, not fitted."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike.

    Attributes:
        questions: The one that the others are most like first.
    """

    questions: tuple[Question, ...]


def gather(questions: Sequence[Question], encoder: Encoder) -> list[Group]:
    """Gather questions by likeness, the largest groups first, otherwise in their order.

    Around whichever question has most like it that are not taken yet, a group is made, until none
    is left; time and room grow with the square of their number.

    Raises:
        ModelError: The encoder cannot be loaded.
    """
    if not questions:
        return []
    vectors = encoder.encode([one.text for one in questions])
    like = vectors @ vectors.T >= LIKE
    np.fill_diagonal(like, val=True)
    left = np.ones(len(questions), dtype=bool)
    groups = []
    while left.any():
        counts = np.where(left, (like & left).sum(axis=1), 0)
        middle = int(counts.argmax())
        others = [int(n) for n in np.flatnonzero(like[middle] & left) if n != middle]
        left[[middle, *others]] = False
        groups.append(Group(tuple(questions[n] for n in (middle, *others))))
    return groups
