"""What the talk is about just now: the articles that were shown before.

An answer to a follow-up stands in them more often than not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from corpus.storage.store import Store
from retrieval.index.snapshot import Index
from retrieval.ranking.fusion import Scores


def weigh_at_hand(index: Index, store: Store, ids: Sequence[str]) -> Scores | None:
    """Say how much each passage belongs to what was talked about.

    Args:
        index: Whose passages.
        store: Knows which passages the articles have.
        ids: The articles; that of the last answer says no more than those before it, since an
            answer may have strayed from the story.

    Returns:
        1 in these articles and 0 elsewhere, shape (n,); None where nothing is at hand.
    """
    if not ids:
        return None
    return np.isin(index.keys, store.keys_of(ids)).astype(np.float64)
