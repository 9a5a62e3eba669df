"""Which publishers a reader would rather read, and which not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from retrieval.index.facets import Facets

_PREFERRED = 0.1
"""Share of its score that a passage of a preferred publisher gains: it wins where others say as
much, and hardly where one says clearly more."""


@dataclass(frozen=True, slots=True)
class PublisherPreference:
    """A reader's choice among the publishers; by default all are alike.

    Attributes:
        preferred: Whose passages come first where others answer as well.
        left_out: Whose passages are never found, not even as copies.
    """

    preferred: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()

    def weights(self, facets: Facets) -> NDArray[np.float64]:
        """Return what each passage's score is multiplied by: 1 for most, 0 for those left out."""
        weights = np.ones(len(facets.codes))
        weights[facets.published_by(self.preferred)] += _PREFERRED
        weights[facets.published_by(self.left_out)] = 0.0
        return weights

    def allows(self, article: Article) -> bool:
        """Whether an article may be found."""
        return article.publisher is None or article.publisher not in self.left_out

    def prefers(self, article: Article) -> bool:
        """Whether an article is of a preferred publisher."""
        return article.publisher in self.preferred

    def allowed(self, publishers: Iterable[str]) -> tuple[str, ...]:
        """Return those of some publishers that may be found, in their order."""
        return tuple(name for name in publishers if name not in self.left_out)


ANY = PublisherPreference()
"""All publishers alike."""
