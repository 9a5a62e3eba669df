"""What every way of answering works on.

Tested with the search in `tests/retrieval/test_search.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.storage.store import Store
from retrieval.index.searchable import Searchable
from retrieval.query.people import People
from retrieval.query.question import Publishers
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.results import Encoder


@dataclass(frozen=True, slots=True)
class SearchContext:
    """What a question is answered from: one revision of everything, and the reader's preference.

    Attributes:
        near: Ids of the articles at hand, the one shown last first.
    """

    store: Store
    index: Searchable
    publishers: Publishers
    people: People
    encoder: Encoder
    taste: PublisherPreference = ANY
    near: tuple[str, ...] = ()

    def keys_at_hand(self) -> list[int]:
        """Return the keys of the passages of what was talked about."""
        return self.store.keys_of(self.near) if self.near else []

    @property
    def searched(self) -> int:
        """How many articles may be found."""
        return count_searchable(self.store, self.index, self.taste)


def count_searchable(store: Store, index: Searchable, taste: PublisherPreference) -> int:
    """How many articles may be found."""
    return store.count(without=taste.left_out) if taste.left_out else index.articles
