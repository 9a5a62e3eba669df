"""From paths, addresses and feeds to stored articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from threading import Event
from typing import Protocol, TypeVar

from corpus.article import Article, Passage
from corpus.attribution.attribution import MOST_CHARS, Extraction
from corpus.attribution.extractor import Attributor, extract
from corpus.errors import Failure, attempt
from corpus.nlp.segment import split_passages
from corpus.storage.checkpoints import Checkpoint
from corpus.storage.embeddings import Embeddings
from corpus.storage.store import Change, Store

_T = TypeVar("_T")

MOST_FAILURES = 1000
"""As many are kept with their reasons; a file of a million broken lines has more."""

_BATCH = 32
"""Articles embedded together: enough to fill an encoder's batches, few enough to lose."""
_BATCH_CHARS = 1_000_000
"""Of their texts: fewer of them are taken together where they are longer."""


class Embedder(Protocol):
    """Turns passages into vectors; retrieval has the real one."""

    @property
    def fingerprint(self) -> str:
        """Which model and precision."""
        ...

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        """Embed passages, each with the article it is from; a row for each, in their order."""
        ...


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

    def settle(self) -> None:
        """Keep it: all that was read is stored."""
        ...


class _NoMarks:
    """Stands in where nothing is kept."""

    def here(self) -> None:
        return None

    def settle(self) -> None:
        pass


def ingest(  # noqa: PLR0913 - one parameter a thing that it works with
    found: Iterable[Article | Failure],
    *,
    store: Store,
    embedder: Embedder,
    attributor: Attributor | None = None,
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
        marks: Knows how far the readers came; kept with every article.
        tally: Counts meanwhile, for who wants to look before the end.
        progress: Called after every batch with the tally so far.

    Whatever an article raises is a failure of that article alone.

    Returns:
        The tally. An article that came twice in one go counts once as added and once as
        unchanged or updated.
    """
    tally, marks = tally or Tally(), marks or _NoMarks()
    for batch in _gather(_marked(found, marks, tally)):
        fresh = list(_fresh(batch, store, tally))
        prepared = _prepared(fresh, embedder, attributor, tally)
        _store(prepared, store.put, tally)
        marks.settle()
        progress(tally)
    marks.settle()
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
        batch = [(article, None) for article in store.articles(ids)]
        _store(_prepared(batch, embedder, None, tally), partial(store.put, again=True), tally)
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


def _fresh(batch: Sequence[_Marked], store: Store, tally: Tally) -> Iterator[_Marked]:
    before: dict[str, Article] = {}
    for found, mark in batch:
        told = attempt(partial(_tell_apart, found, before, store), _name(found))
        if isinstance(told, Failure):
            tally.fail(told)
            continue
        held = attempt(partial(store.holds, told), _name(told))
        if isinstance(held, Failure):
            tally.fail(held)
            continue
        tally.changes[Change.UNCHANGED] += held
        if not held:
            before[told.id] = told
            yield told, mark


def _tell_apart(found: Article, before: dict[str, Article], store: Store) -> Article:
    """Tell an article from others that share its id, in the archive and before it in its batch."""
    return store.tell_apart(found, before.get(found.id))


def _name(article: Article) -> str:
    return article.url or article.headline


_Prepared = tuple[_Marked, list[Passage], Embeddings, Extraction | None]


def _prepared(
    fresh: Sequence[_Marked], embedder: Embedder, attributor: Attributor | None, tally: Tally
) -> Iterator[_Prepared]:
    """Make all that is stored with some articles, without those that it cannot be made of."""
    made = attempt(partial(_prepare, fresh, embedder, attributor), "")
    if not isinstance(made, Failure):
        yield from made
    elif len(fresh) > 1:  # one of them is to blame, and takes no other along
        for one in fresh:
            yield from _prepared([one], embedder, attributor, tally)
    else:
        tally.fail(Failure(_name(fresh[0][0]), made.reason))


def _prepare(
    fresh: Sequence[_Marked], embedder: Embedder, attributor: Attributor | None
) -> list[_Prepared]:
    """Make all that is stored with some articles; the archive is not locked meanwhile."""
    articles = [article for article, _ in fresh]
    cut = [split_passages(a.id, a.body, language=a.language) for a in articles]
    pairs = [(a, passage) for a, own in zip(articles, cut, strict=True) for passage in own]
    over = Event()
    with ThreadPoolExecutor(1) as beside:  # one waits for memory where the other computes
        try:
            heard = beside.submit(_heard, articles, attributor, over)
            embeddings = embedder.embed(pairs)
            extractions = heard.result()
        finally:  # whoever interrupts us does not wait until all of them are heard
            over.set()
    made: list[_Prepared] = []
    first = 0
    for one, own, extraction in zip(fresh, cut, extractions, strict=True):
        rows = embeddings.vectors[first : first + len(own)]
        made.append((one, own, Embeddings(embeddings.fingerprint, rows), extraction))
        first += len(own)
    return made


def _store(prepared: Iterable[_Prepared], put: Callable[..., Change], tally: Tally) -> None:
    for (article, mark), own, embeddings, extraction in prepared:
        store = partial(put, article, own, embeddings, extraction=extraction, checkpoint=mark)
        change = attempt(store, _name(article))
        if isinstance(change, Failure):
            tally.fail(change)
            continue
        tally.changes[change] += 1
        tally.passages += len(own)
        if extraction is not None:
            tally.attributed += 1
            if len(article.body) > MOST_CHARS:
                tally.cut.append(replace(article, body=""))


def _heard(
    articles: Sequence[Article], attributor: Attributor | None, over: Event
) -> list[Extraction | None]:
    wanted = (article for article in articles if not over.is_set())
    return [extract(attributor, article) if attributor else None for article in wanted]


def _batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
