"""What the talk is about just now: the articles that were shown before.

An answer to a follow-up stands in them more often than not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.storage.store import Store
from retrieval.index.facets import Mask
from retrieval.index.snapshot import Index
from retrieval.ranking.fusion import Scores

_EARLIER = 1.0
"""Weight of the articles of earlier answers, against 1 for the last one's."""


def weigh_at_hand(index: Index, store: Store, ids: Sequence[str]) -> Scores | None:
    """Say how much each passage belongs to what was talked about.

    Args:
        index: Whose passages.
        store: Knows which passages the articles have.
        ids: The articles, the last one first.

    Returns:
        In [0, 1], shape (n,): 1 in the last article, 0 in most; None where nothing is at hand.

    Example: with "a" shown last and "b" before it, the passages of a, b and c weigh 1, 0.6 and 0.
    """
    if not ids:
        return None
    weights = _EARLIER * _holds(index, store, ids)
    weights[_holds(index, store, ids[:1])] = 1.0
    return weights


def _holds(index: Index, store: Store, ids: Sequence[str]) -> Mask:
    return np.isin(index.keys, store.keys_of(ids))
