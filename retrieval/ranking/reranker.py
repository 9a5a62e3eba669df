"""Reorder the first hits by what was read of them.

Each hit was read for what it was ranked for: the question, or the clause of a comparison that
ranked it highest; hits change places only with those of the same clause. A rating for the whole
comparison would favour whichever side it finds easier, and both sides belong on top.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.query.question import Aspect
from retrieval.reading.windows import weigh_hit
from retrieval.results import Hit


def rerank(hits: Sequence[Hit], aspects: Sequence[Aspect]) -> list[Hit]:
    """Put the best answers first.

    Args:
        hits: Best first; those that were read have a window.
        aspects: What each hit was ranked for, as many.

    Returns:
        The same hits, their scores unchanged: those that were read in their new order, ties in the
        old one; no hit falls behind one that was not read.
    """
    read = [place for place, hit in enumerate(hits) if hit.window]
    best = sorted(read, key=lambda place: -weigh_hit(hits[place]))
    turns = {
        aspect: iter([hits[place] for place in best if aspects[place] == aspect])
        for aspect in set(aspects)
    }
    unread = [hit for hit in hits if not hit.window]
    return [*(next(turns[aspects[place]]) for place in read), *unread]
