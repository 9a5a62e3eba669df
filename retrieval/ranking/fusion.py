"""Merge the lexical and the dense ranking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, zip_longest

import numpy as np
from numpy.typing import NDArray

DENSE_WEIGHT = 0.3
"""Share of the dense side, 0 to 1. Chosen on the development questions of the 0.1.0 benchmarks;
`benchmarks/ablation.py` scores an archive with either side alone. `extraction/answer_sentence.py`
weighs sentences by it too, and the weights of verdicts and router are fitted to scores made with
it: change it, and fit them anew (`benchmarks/calibrate.py`, `benchmarks/router.py`)."""

Scores = NDArray[np.floating]


def fuse(lexical: Scores, dense: Scores, *, weight: float = DENSE_WEIGHT) -> Scores:
    """Add two scores of every passage, each divided by its own maximum.

    A convex combination keeps the distances between scores, which ranks throw away; on news
    questions it ranks better than reciprocal rank fusion (Bruch, Gai & Ingber, TOIS 2023, find
    the same on other collections).

    Args:
        lexical: BM25 scores, at least 0, shape (n,).
        dense: Cosines, shape (n,); a negative one counts as 0.
        weight: Share of the dense side, 0 to 1.

    Returns:
        Fused scores in [0, 1], shape (n,).

    Example:
        >>> fuse(np.array([4.0, 2.0, 0.0]), np.array([0.1, 0.8, -0.3]), weight=0.5).tolist()
        [0.5625, 0.75, 0.0]
    """
    return (1 - weight) * _normalised(lexical) + weight * _normalised(dense)


def take_best(scores: Scores, count: int) -> list[int]:
    """Return the places of the highest positive scores, highest first, ties by place.

    Example:
        >>> take_best(np.array([0.2, 0.0, 0.9, 0.2]), 3)
        [2, 0, 3]
    """
    count = min(count, len(scores))
    if count < len(scores):
        edge = np.partition(scores, -count)[-count] if count else np.inf
        rows = np.flatnonzero(scores >= edge)
    else:
        rows = np.arange(count)
    order = rows[np.argsort(-scores[rows], kind="stable")][:count]
    return [int(row) for row in order if scores[row] > 0]


def interleave(rankings: Iterable[Sequence[int]], count: int) -> list[int]:
    """Take the first of every ranking, then every second, and so on, each place once.

    Example:
        >>> interleave([[4, 7, 1], [4, 2]], 3)
        [4, 7, 2]
    """
    turns = zip_longest(*rankings)
    rows = (row for turn in turns for row in turn if row is not None)
    return list(islice(dict.fromkeys(rows), count))


def _normalised(scores: Scores) -> Scores:
    highest = scores.max(initial=0.0)
    return np.maximum(scores, 0) / highest if highest > 0 else np.zeros_like(scores)
