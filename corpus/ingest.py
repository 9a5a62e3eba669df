"""From paths, addresses and feeds to stored articles."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from corpus.article import Article
from corpus.attribution.attribution import MOST_CHARS
from corpus.attribution.extractor import Attributor, extract
from corpus.errors import Failure, attempt
from corpus.prepare import Embedder, Here, Prepared, Preparer, name_article
from corpus.storage.checkpoints import Checkpoint
from corpus.storage.store import Change, Store

_T = TypeVar("_T")

MOST_FAILURES = 1000
"""As many are kept with their reasons; a file of a million broken lines has more."""

_BATCH = 32
"""Articles embedded together: enough to fill an encoder's batches, few enough to lose."""
_BATCH_CHARS = 1_000_000
"""Of their texts: fewer of them are taken together where they are longer."""


@dataclass(slots=True)
class Tally:
    """What became of a batch so far.

    Attributes:
        changes: How many articles were added, updated and unchanged.
        failures: What was not read; only the first thousand.
        failed: How much was not read in all.
        passages: How many passages were embedded.
        attributed: In how many articles it was found who said what.
        cut: Those of them that are so long that only their beginning was looked through, without
            their texts.
    """

    changes: Counter[Change] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    failed: int = 0
    passages: int = 0
    attributed: int = 0
    cut: list[Article] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return self.changes.total()

    def fail(self, failure: Failure) -> None:
        """Count what was not read."""
        self.failed += 1
        if self.failed <= MOST_FAILURES:
            self.failures.append(failure)


class Marks(Protocol):
    """Knows how far what is read was read, so that an interrupted import can go on."""

    def here(self) -> Checkpoint | None:
        """How far with what was read last; None where that is not kept."""
        ...

    def reached(self) -> list[Checkpoint]:
        """How far all is read that was not told before, once."""
        ...

    def settle(self, reached: Sequence[Checkpoint]) -> None:
        """Keep it: all that was read until then is stored."""
        ...


class _NoMarks:
    """Stands in where nothing is kept."""

    def here(self) -> None:
        return None

    def reached(self) -> list[Checkpoint]:
        return []

    def settle(self, reached: Sequence[Checkpoint]) -> None:
        pass


def ingest(  # noqa: PLR0913 - one parameter a thing that it works with
    found: Iterable[Article | Failure],
    *,
    store: Store,
    embedder: Embedder,
    attributor: Attributor | None = None,
    preparer: Preparer | None = None,
    marks: Marks | None = None,
    tally: Tally | None = None,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Store articles as they are read, each one whole or not at all.

    Args:
        found: What readers yield; failures are collected.
        store: Where to.
        embedder: Embeds the passages of articles that are new or changed.
        attributor: Finds who said what in them; without one, `attribute_missing` does it later.
        preparer: Does both elsewhere, in place of these two; what is stored is the same, in the
            same order.
        marks: Knows how far the readers came; kept with every article.
        tally: Counts meanwhile, for who wants to look before the end.
        progress: Called after every batch with the tally so far.

    Whatever an article raises is a failure of that article alone.

    Returns:
        The tally. An article that came twice in one go counts once as added and once as
        unchanged or updated.
    """
    tally, marks = tally or Tally(), marks or _NoMarks()
    preparer = preparer or Here(embedder, attributor)
    line, waiting = _Line(store, preparer, tally), deque[list[Checkpoint]]()

    def finish() -> None:
        line.finish()
        marks.settle(waiting.popleft())
        progress(tally)

    for batch in _gather(_marked(found, marks, tally)):
        line.begin(batch)
        waiting.append(marks.reached())
        while len(waiting) > preparer.ahead:
            finish()
    while waiting:
        finish()
    marks.settle(marks.reached())
    progress(tally)
    return tally


def reindex(
    ids: Iterable[str] | None = None,
    *,
    store: Store,
    embedder: Embedder,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Cut and embed again the articles that another encoder embedded.

    It can be interrupted at any time; the next call goes on where this one stopped.

    Args:
        ids: Of articles to embed again instead, whoever embedded them.
        store: The archive.
        embedder: Embeds them.
        progress: Called after every batch with the tally so far.
    """
    stale = store.stale(embedder.fingerprint) if ids is None else ids
    return _embed(stale, store, embedder, progress)


def embed_missing(
    *, store: Store, embedder: Embedder, progress: Callable[[Tally], None] = lambda _: None
) -> Tally:
    """Embed the articles that were stored without vectors; it can be interrupted like `reindex`."""
    return _embed(store.unembedded(), store, embedder, progress)


def _embed(
    stale: Iterable[str], store: Store, embedder: Embedder, progress: Callable[[Tally], None]
) -> Tally:
    tally = Tally()
    for ids in _batches(stale, _BATCH):
        batch = list(store.articles(ids))
        made = Here(embedder).begin(batch)
        for article, prepared in zip(batch, made, strict=True):
            _put(store, (article, None), prepared, tally, again=True)
        progress(tally)
    return tally


def attribute_missing(
    ids: Iterable[str] | None = None, *, store: Store, attributor: Attributor
) -> Iterator[Article]:
    """Find who said what in the stored articles that no attributor as good has read.

    It can be interrupted at any time; the next call goes on where this one stopped.

    Args:
        ids: Of articles to read again instead, whoever read them.
        store: The archive.
        attributor: Reads them.

    Yields:
        Each article once it is done; none where the attributor cannot work at all.
    """
    outdated = store.attributions.outdated(attributor.version) if ids is None else ids
    for article_id in outdated:
        if article := store.get(article_id):
            extraction = extract(attributor, article)
            if extraction is None:
                return
            store.attributions.keep(article, extraction)
            yield article


_Marked = tuple[Article, Checkpoint | None]
"""An article, and how far its file is read with it."""


def _marked(found: Iterable[Article | Failure], marks: Marks, tally: Tally) -> Iterator[_Marked]:
    for item in found:
        if isinstance(item, Failure):
            tally.fail(item)
        else:
            yield item, marks.here()


def _gather(found: Iterator[_Marked]) -> Iterator[list[_Marked]]:
    """Take some articles together, as long as they are short."""
    batch, chars = list[_Marked](), 0
    for article, mark in found:
        batch.append((article, mark))
        chars += len(article.body)
        if len(batch) == _BATCH or chars > _BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Read:
    """An article that is read, and not stored yet.

    Attributes:
        one: It.
        held: Whether the archive held it just so when it was read.
        first: Whether no other was on its way then; another could change what the archive holds.
    """

    one: _Marked
    held: bool
    first: bool


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some of them.

    Attributes:
        articles: In the order in which they were read.
        made: What is stored with those that the archive did not hold, in the same order.
    """

    articles: list[_Read]
    made: Iterator[Prepared | Failure]


class _Line:
    """Batches on their way into the archive, stored in the order in which they were read.

    Args:
        store: The archive.
        preparer: Makes what is stored with them.
        tally: Counts what becomes of them.
    """

    def __init__(self, store: Store, preparer: Preparer, tally: Tally) -> None:
        self._store = store
        self._preparer = preparer
        self._tally = tally
        self._batches = deque[_Batch]()
        self._ahead: dict[str, Article] = {}

    def begin(self, batch: Iterable[_Marked]) -> None:
        """Begin with a batch."""
        articles = list(self._look_up(batch))
        fresh = [read.one[0] for read in articles if not read.held]
        self._batches.append(_Batch(articles, self._preparer.begin(fresh)))

    def finish(self) -> None:
        """Store the batch that was begun first, as its articles are ready."""
        batch = self._batches.popleft()
        for read in batch.articles:
            if not read.held:
                self._put(read.one, next(batch.made))
            elif read.first or self._store.holds(read.one[0]):
                self._tally.changes[Change.UNCHANGED] += 1
            else:  # one before it was stored in its place
                self._put(read.one, next(self._preparer.begin([read.one[0]])))

    def _look_up(self, batch: Iterable[_Marked]) -> Iterator[_Read]:
        for found, mark in batch:
            told = attempt(partial(self._tell_apart, found), name_article(found))
            if isinstance(told, Failure):
                self._tally.fail(told)
                continue
            held = attempt(partial(self._store.holds, told), name_article(told))
            if isinstance(held, Failure):
                self._tally.fail(held)
                continue
            first = not self._ahead
            if not held:
                self._ahead[told.id] = told
            yield _Read((told, mark), held, first)

    def _tell_apart(self, found: Article) -> Article:
        """Tell an article from others that share its id, in the archive and on the way there."""
        return self._store.tell_apart(found, self._ahead.get(found.id))

    def _put(self, one: _Marked, prepared: Prepared | Failure) -> None:
        _put(self._store, one, prepared, self._tally)
        if self._ahead.get(one[0].id) is one[0]:
            del self._ahead[one[0].id]


def _put(
    store: Store, one: _Marked, prepared: Prepared | Failure, tally: Tally, *, again: bool = False
) -> None:
    article, mark = one
    if isinstance(prepared, Failure):
        tally.fail(prepared)
        return
    own, extraction = prepared.passages, prepared.extraction
    put = partial(store.put, article, own, prepared.embeddings, again=again)
    change = attempt(partial(put, extraction=extraction, checkpoint=mark), name_article(article))
    if isinstance(change, Failure):
        tally.fail(change)
        return
    tally.changes[change] += 1
    tally.passages += len(own)
    if extraction is not None:
        tally.attributed += 1
        if len(article.body) > MOST_CHARS:
            tally.cut.append(replace(article, body=""))


def _batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
