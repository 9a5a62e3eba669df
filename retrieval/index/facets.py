"""Who published each passage, and when, and whether it opens its article."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from retrieval.period import Period

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Facets:
    """Publisher, day and place in its article of n passages.

    Attributes:
        names: The publishers; the first is the empty string, for none.
        codes: Each passage's publisher, a place in ``names``: int32, shape (n,).
        days: When each was published, as proleptic ordinals (see `date.toordinal`): int32, shape
            (n,); 0 where unknown.
        leads: Whether it is the first of its article's several passages: bool, shape (n,).
        newest: The newest day of the archive that they are a part of; 0 where they are all of it.
    """

    names: tuple[str, ...] = ("",)
    codes: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    days: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    leads: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    newest: int = 0

    def extend(self, publishers: Iterable[str], days: NDArray[np.int32], leads: Mask) -> Facets:
        """Return the facets with more passages after the present ones."""
        place = {name: code for code, name in enumerate(self.names)}
        codes = [place.setdefault(name, len(place)) for name in publishers]
        return Facets(
            tuple(place),
            np.concatenate([self.codes, np.array(codes, np.int32)]),
            np.concatenate([self.days, days]),
            np.concatenate([self.leads, leads]),
        )

    def keep(self, rows: Mask) -> Facets:
        """Return the facets of some of the passages, in their order."""
        return Facets(self.names, self.codes[rows], self.days[rows], self.leads[rows])

    def published_by(self, publishers: Collection[str]) -> Mask:
        """Say which passages are by one of the publishers."""
        wanted = [code for code, name in enumerate(self.names) if name in publishers]
        return np.isin(self.codes, wanted)

    def published_in(self, period: Period) -> Mask:
        """Say which passages were published in a period."""
        first, last = period.first.toordinal(), period.last.toordinal()
        return np.asarray((self.days >= first) & (self.days <= last))

    def recency(self, half_life_days: float) -> NDArray[np.float64]:
        """Rate the passages from 1 for the newest day in the archive down to 0.

        Args:
            half_life_days: After how many days the rate is halved.
        """
        age = self.days.max(initial=self.newest) - self.days
        return np.where(self.days > 0, 0.5 ** (age / half_life_days), 0.0)
