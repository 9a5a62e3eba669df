"""Alerts as they are matched: inverted by the terms that they want.

Tested with the matching in `tests/retrieval/alerts/test_matching.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from retrieval.alerts.words import list_wanted

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Wish:
    """What one or many alerts want, their levels and publishers apart.

    Attributes:
        topic: As typed.
        speaker: As typed; empty where nobody has to say anything.
        surname: Of somebody whom the topic names in full, as typed, where that alone is looked
            for; else empty.
    """

    topic: str
    speaker: str = ""
    surname: str = ""


@dataclass(frozen=True, slots=True)
class Ragged:
    """Lists of numbers of different lengths, one behind the other.

    Attributes:
        starts: Where each list begins, and where the last ends: one more than there are lists.
        values: The numbers.
    """

    starts: Ints
    values: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Ragged:
        """Put lists behind one another."""
        starts = np.cumsum([0, *map(len, lists)], dtype=np.int64)
        return cls(starts, np.array([one for some in lists for one in some], np.int64))

    @property
    def sizes(self) -> Ints:
        """How long each list is."""
        return np.diff(self.starts)

    def take(self, rows: Ints) -> Ragged:
        """Return some of the lists, in the order asked for."""
        sizes = self.sizes[rows]
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        shift = np.repeat(self.starts[rows] - starts[:-1], sizes)
        return Ragged(starts, self.values[np.arange(starts[-1]) + shift])

    def add_up(self, values: Floats) -> Floats:
        """Add up a row for each number, list by list; 0 for an empty list.

        Args:
            values: Shape (numbers, ...).
        """
        total = np.zeros((len(self.starts) - 1, *values.shape[1:]), np.float32)
        filled = self.sizes > 0
        if filled.any():
            total[filled] = np.add.reduceat(values, self.starts[:-1][filled], axis=0)
        return total


@dataclass(frozen=True, slots=True)
class Wishes:
    """Distinct wishes, and what they want by number.

    Attributes:
        wishes: In the order of their numbers.
        vocabulary: Numbers of all terms wanted.
        terms: The terms that each wish wants.
        weights: How much each of them counts; a wish's add up to 1. As long as `terms.values`.
        pairs: Numbers of two terms that a topic has beside each other.
        beside: The pairs of each wish.
        people: Which of them are a given name with a surname, as long as `beside.values`.
        open: The wishes without a topic: whatever somebody says.
        named: The wishes with somebody's given name and surname in their topic.
    """

    wishes: tuple[Wish, ...]
    vocabulary: dict[str, int]
    terms: Ragged
    weights: Floats
    pairs: dict[tuple[int, int], int]
    beside: Ragged
    people: Mask
    open: Mask
    named: Mask


def gather_wishes(wishes: Iterable[Wish], weigh: Mapping[str, float], *, unknown: float) -> Wishes:
    """Invert wishes by what they want.

    Args:
        wishes: Each once.
        weigh: What terms count that stand in much news.
        unknown: What any other counts.
    """
    kept = tuple(wishes)
    vocabulary: dict[str, int] = {}
    pairs: dict[tuple[int, int], int] = {}
    terms: list[list[int]] = []
    beside: list[list[int]] = []
    people: list[bool] = []
    weights: list[float] = []
    for wish in kept:
        wanted = list_wanted(wish.topic)
        if wish.surname:
            wanted = [(term, False) for term, given in wanted if not given]
        numbers = [vocabulary.setdefault(term, len(vocabulary)) for term, _ in wanted]
        own = [weigh.get(term, unknown) for term, _ in wanted]
        weights += [one / sum(own) for one in own]
        terms.append(numbers)
        beside.append([pairs.setdefault(two, len(pairs)) for two in pairwise(numbers)])
        people += [given for _, given in wanted[:-1]]
    return Wishes(
        kept,
        vocabulary,
        Ragged.of(terms),
        np.array(weights, np.float32),
        pairs,
        Ragged.of(beside),
        np.array(people, np.bool_),
        np.array([bool(wish.speaker and not wish.topic) for wish in kept], np.bool_),
        np.array([any(given for _, given in list_wanted(wish.topic)) for wish in kept], np.bool_),
    )
