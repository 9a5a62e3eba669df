"""An index whose passages lie in an engine, and whose figures lie in the store.

In memory are, a process and revision: the terms that were asked for, the publishers' names, and,
after a misspelt question, the archive's distinct words; see `docs/engine.md`.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from corpus.storage.indexed import Indexed
from corpus.storage.store import Store
from retrieval.index.catch_up import catch_up, has_lost, rebuild
from retrieval.index.port import Engine, Filter, Search, number_all
from retrieval.index.snapshot import Index, measure_rarity
from retrieval.index.terms import cut
from retrieval.index.wanted import FIRST, Limits, Wanted
from retrieval.index.window import lay_out
from retrieval.tokens import tokenize

NEVER = -1
"""The revision of an index that nothing has caught up with yet."""
_ALL = 10.0
"""How many times its rarity a term weighs that a passage has to hold, among others that it may."""
_SPARE = 4
"""Candidates for each passage that has to hold all of some terms: some with most lead them."""
_KEPT = 100_000
"""Terms whose numbers are kept; then they are looked up again."""
_KEYS = 5000
"""Passages by key among which one search looks: of somebody quoted more often, the newest."""

_log = logging.getLogger(__name__)


def open_index(store: Store, engine: Engine) -> RemoteIndex:
    """Open an archive's index as the engine may have it; the engine is not asked yet."""
    return RemoteIndex(store, engine, revision=NEVER)


def refresh(index: RemoteIndex, engine: Engine, fingerprint: str) -> RemoteIndex:
    """Bring engine and index up to the archive's present revision.

    Args:
        index: Any earlier index of the archive.
        engine: Holds the passages. Where it lost some that it had acknowledged, it is filled anew.
        fingerprint: Of the encoder that embeds the questions.

    Raises:
        EngineError: The engine does not answer; what it acknowledged stays.
        FingerprintError: A passage was embedded by another encoder.
    """
    store, revision = index.store, index.store.revision()
    if revision == index.revision:
        return index
    if index.revision == NEVER and has_lost(store, engine):
        _log.warning("the engine has lost passages; it is filled anew")
        rebuild(store, engine)
    for _ in catch_up(store, engine, fingerprint):
        pass
    return RemoteIndex(store, engine, revision=revision)


class RemoteIndex:
    """Searches an archive through an engine; safe to use from several threads.

    Args:
        store: The archive, with the shelves in view that are searched.
        engine: Holds its passages, and those of other shelves.
        revision: Of the archive that the engine has caught up with.

    Attributes:
        revision: The same.
        articles: How many articles there are.
        store: The archive.
    """

    def __init__(self, store: Store, engine: Engine, *, revision: int) -> None:
        self.revision = revision
        self.articles = store.count()
        self.store = store
        self._noted = store.indexed
        self._engine = engine
        self._passages, self._length = self._noted.measure()
        self._owners = None if (on := self._noted.shelves) is None else number_all(on)
        self._known: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return self._passages

    @property
    def average(self) -> float:
        """Mean length of a passage, in terms; 0 without passages."""
        return self._length / self._passages if self._passages else 0.0

    @cached_property
    def publishers(self) -> tuple[str, ...]:
        """Who published the passages."""
        return tuple(self.store.publishers())

    @cached_property
    def newest(self) -> int:
        """The newest day of any article; 0 where unknown."""
        return self._noted.newest()

    @property
    def words(self) -> Iterable[str]:
        """As printed, in passages that are here or were; they are read when first used."""
        return _Words(self._noted)

    def number(self, term: str) -> int | None:
        """Return a term's number in the rows; None for one that no passage holds."""
        return self._look_up([term]).get(term, (None, 0))[0]

    def count_holding(self, term: str) -> int:
        """In how many passages a term stands."""
        return self._look_up([term]).get(term, (None, 0))[1]

    def rarity(self, term: str) -> float:
        """Inverse document frequency, above 0; an unknown term is as rare as can be."""
        return measure_rarity(term, self)

    def is_name(self, word: str) -> bool:
        """Whether a word that may be typed without its capital is printed with one only."""
        small = word.casefold().strip(".,?!")
        known = any(map(self.count_holding, tokenize(small)))
        return known and not self._noted.prints(cut(small))

    def together(self, some: Sequence[str], others: Sequence[str]) -> bool:
        """Whether a passage, of those likeliest, holds all of some terms, and half of others."""
        if not some or not others:
            return False
        weights = {term: self.rarity(term) for term in others}
        weights |= {term: _ALL * self.rarity(term) for term in some}
        return self._best_for(weights, FIRST).together(some, others)

    def find_holding(self, terms: Sequence[str], most: int) -> list[int]:
        """Return the keys of passages, of those likeliest, that hold all of some terms."""
        weights = dict.fromkeys(terms, 1.0)
        return self._best_for(weights, _SPARE * most).find_holding(terms, most)

    def gather(self, wanted: Iterable[Wanted], keys: Sequence[int] = ()) -> Index:
        """Fetch what a ranking needs to see: two requests, however many parts it has.

        Raises:
            EngineError: The engine does not answer.
        """
        parts = list(wanted)
        self._look_up({term for part in parts for term in part.terms})
        few = {key for part in parts if _are_few(part) for key in part.limits.keys or ()}
        searches = [one for part in parts if not _are_few(part) for one in self._searches(part)]
        return self._fetched(searches, {*keys, *few})

    def _fetched(self, searches: Sequence[Search], keys: Collection[int] = ()) -> Index:
        found = self._engine.find_best(searches) if searches else []
        wanted = sorted({*found, *keys})
        return lay_out(self._engine.fetch(wanted) if wanted else [], self)

    def _best_for(self, weights: dict[str, float], count: int) -> Index:
        """Fetch the passages that hold most of some terms, by what these weigh."""
        known = self._look_up(weights)
        query = {known[term][0]: weights[term] for term in weights if term in known}
        search = Search(query, count, self._limit(Limits()))
        return self._fetched([search] if query else [])

    def _searches(self, part: Wanted) -> Iterator[Search]:
        limits, known = self._limit(part.limits), self._look_up(part.terms)
        held = [term for term in part.terms if term in known]
        if held:
            query = {known[term][0]: self.rarity(term) for term in held}
            yield Search(query, part.count, limits)
        if part.vector is not None:
            yield Search(part.vector, part.count, limits)

    def _limit(self, limits: Limits) -> Filter:
        period, keys = limits.period, limits.keys
        return Filter(
            owners=self._owners,
            publishers=number_all(limits.publishers),
            without=number_all(limits.without),
            first=period.first.toordinal() if period else None,
            last=period.last.toordinal() if period else None,
            leads=limits.leads,
            keys=None if keys is None else tuple(sorted(keys)[-_KEYS:]),
        )

    def _look_up(self, terms: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return the numbers of the known ones of some terms, and how many passages hold each."""
        asked, known = {term: cut(term) for term in terms}, self._known
        if missing := set(asked.values()) - known.keys():
            if len(known) > _KEPT:
                known = self._known = {}
                missing = set(asked.values())
            found = self._noted.look_up(missing)
            known |= {term: found.get(term, _UNKNOWN) for term in missing}
        return {term: known[short] for term, short in asked.items() if known[short] != _UNKNOWN}


_UNKNOWN = (-1, 0)


def _are_few(part: Wanted) -> bool:
    """Whether what a part is limited to can be fetched as it is, without a search."""
    return part.limits.keys is not None and len(part.limits.keys) <= part.count


class _Words:
    """An archive's printed words, read from the store each time."""

    def __init__(self, noted: Indexed) -> None:
        self._noted = noted

    def __iter__(self) -> Iterator[str]:
        return self._noted.words()
