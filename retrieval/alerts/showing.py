"""What is shown of an article that an alert fits: the sentence that says why, and its passage."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice
from retrieval.alerts.wishes import Floats
from retrieval.extraction.self_contained import Part, classify_sentences, is_leaning

_ALONE, _EARLY = 0.1, 0.1
"""What a sentence gains where it leans on none before it, and where it opens the article."""
_STATED = 2.0
"""What it gains where it states something: headings and captions come after all others."""
_SOON = 8.0
"""Sentences after which the worth of coming early has fallen to 1/e."""


class Showing:
    """Chooses sentences of one article.

    Args:
        article: The article.
        passages: All of its passages, in order; at least one.
        pieces: Its sentences; at least one.
    """

    def __init__(
        self, article: Article, passages: Sequence[Passage], pieces: Sequence[Slice]
    ) -> None:
        self._passages = passages
        self._pieces = pieces
        kinds = classify_sentences(article.body, pieces)
        alone = [not is_leaning(article.body[start:end]) for start, end in pieces]
        self._worth = np.array(
            [
                _STATED * (kind is Part.STATEMENT) + _ALONE * own + _EARLY * math.exp(-row / _SOON)
                for row, (kind, own) in enumerate(zip(kinds, alone, strict=True))
            ]
        )

    def choose(
        self, shares: Floats, *, nearest: int, heard: Sequence[Attribution] = ()
    ) -> tuple[Passage, Slice]:
        """Choose the sentence that says why an article fits.

        It is the one that holds most of what is wanted; where somebody has to have said it, one
        in which they are quoted; where none holds anything, one of the nearest passage.

        Args:
            shares: How much of it each sentence holds, in [0, 1].
            nearest: Place of the passage that is nearest by meaning.
            heard: What is said by whoever has to say something.
        """
        worth = self._worth + 2 * shares
        if heard:
            worth = worth + 2 * _STATED * self._overlaps([one.quote for one in heard])
        elif not shares.any():
            passage = self._passages[nearest]
            worth = worth + 2 * _STATED * self._overlaps([(passage.start, passage.end)])
        start, end = self._pieces[int(worth.argmax())]
        held = [one for one in self._passages if one.start < end and one.end > start]
        passage = held[0] if held else self._passages[0]
        return passage, (max(start, passage.start), min(end, passage.end))

    def _overlaps(self, slices: Sequence[Slice]) -> Floats:
        return np.array(
            [any(s < end and e > start for s, e in slices) for start, end in self._pieces],
            np.float32,
        )
