"""Which passages a ranking needs to see of an index that does not lie in memory.

Tested with what hands them over in `tests/retrieval/index/test_remote.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.period import Period

FIRST, FIRST_NAMED = 200, 100
"""Candidates of each side, and of each under a publisher or time that a question names: ranking
them gives the same first hit and the same ten as ranking everything (`benchmarks/engine.py`)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which passages may be among the candidates; by default any.

    Attributes:
        publishers: Only those of these publishers, by name.
        without: None of those of these.
        period: Only what was published then.
        leads: Only the openings of articles that go on.
        keys: Only these passages.
    """

    publishers: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    period: Period | None = None
    leads: bool = False
    keys: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Passages that a ranking needs to see: the best for some words, and for what they mean.

    Attributes:
        terms: Of the words.
        vector: Of their meaning, of unit length; None for the lexical side alone.
        count: How many of each side.
        limits: Among which passages.
    """

    terms: tuple[str, ...] = ()
    vector: NDArray[np.float32] | None = None
    count: int = FIRST
    limits: Limits = field(default_factory=Limits)
