"""What is shown of an article that an alert fits: the sentence that says why, and its passage.

Tested with the matching in `tests/retrieval/alerts/test_matching.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice
from retrieval.alerts.wishes import Floats
from retrieval.extraction.self_contained import Part, classify_sentences, is_leaning

_ALONE, _EARLY = 0.1, 0.1
"""What a sentence gains where it leans on none before it, and where it opens the article."""
_STATED = 1.0
"""What it gains where it states something: headings and captions come after all others."""
_WANTED = 3.0
"""What it gains where it is one of those that have to be shown: it outweighs the rest."""
_SOON = 8.0
"""Sentences after which the worth of coming early has fallen to 1/e."""
_LIKELY = 8
"""Sentences that are looked at more closely, those that hold most."""


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
        self._body = article.body
        self._passages = passages
        self._pieces = pieces
        self._early = np.exp(-np.arange(len(pieces)) / _SOON) * _EARLY
        self._worth: dict[int, float] = {}

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
        worth = shares + self._early
        if heard:
            worth = worth + _WANTED * self._overlap([one.quote for one in heard])
        elif not shares.any():
            passage = self._passages[nearest]
            worth = worth + _WANTED * self._overlap([(passage.start, passage.end)])
        likely = np.argsort(-worth, kind="stable")[:_LIKELY].tolist()
        best = max(likely, key=lambda row: (worth[row] + self._weigh(row), -row))
        start, end = self._pieces[best]
        held = (one for one in self._passages if one.start < end and one.end > start)
        passage = next(held, self._passages[0])
        return passage, (max(start, passage.start), min(end, passage.end))

    def _weigh(self, row: int) -> float:
        """Say what a sentence gains for what it is, looked up once."""
        if row not in self._worth:
            rows = list(self._paragraph(row))
            kinds = classify_sentences(self._body, [self._pieces[one] for one in rows])
            for one, kind in zip(rows, kinds, strict=True):
                alone = not is_leaning(self._body[slice(*self._pieces[one])])
                self._worth[one] = _STATED * (kind is Part.STATEMENT) + _ALONE * alone
        return self._worth[row]

    def _paragraph(self, row: int) -> Iterator[int]:
        """Yield the sentences of the paragraph that one stands in."""
        start, end = self._pieces[row]
        first = self._body.rfind("\n", 0, start) + 1
        last = self._body.find("\n", end)
        last = len(self._body) if last < 0 else last
        low, high = row, row + 1
        while low and self._pieces[low - 1][0] >= first:
            low -= 1
        while high < len(self._pieces) and self._pieces[high][1] <= last:
            high += 1
        yield from range(low, high)

    def _overlap(self, slices: Sequence[Slice]) -> Floats:
        return np.array(
            [any(s < end and e > start for s, e in slices) for start, end in self._pieces],
            np.float32,
        )
