"""From paths, addresses and feeds to stored articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Protocol, TypeVar

from corpus.article import Article, Passage
from corpus.attribution.attribution import MOST_CHARS, Extraction
from corpus.attribution.extractor import Attributor, extract
from corpus.errors import Failure, attempt
from corpus.nlp.segment import split_passages
from corpus.storage.embeddings import Embeddings
from corpus.storage.store import Change, Store

_T = TypeVar("_T")

_BATCH = 32
"""Articles embedded together: enough to fill an encoder's batches, few enough to lose."""


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
        failures: What was not read.
        passages: How many passages were embedded.
        attributed: In how many articles it was found who said what.
        cut: Those of them that are so long that only their beginning was looked through.
    """

    changes: Counter[Change] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    passages: int = 0
    attributed: int = 0
    cut: list[Article] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return self.changes.total()


def ingest(
    found: Iterable[Article | Failure],
    *,
    store: Store,
    embedder: Embedder,
    attributor: Attributor | None = None,
    progress: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """Store articles as they are read, each one whole or not at all.

    Args:
        found: What readers yield; failures are collected.
        store: Where to.
        embedder: Embeds the passages of articles that are new or changed.
        attributor: Finds who said what in them; without one, `attribute_missing` does it later.
        progress: Called after every batch with the tally so far.

    Whatever an article raises is a failure of that article alone.

    Returns:
        The tally. An article that came twice in one go counts once as added and once as
        unchanged or updated.
    """
    tally = Tally()
    for batch in _batches(_articles(found, tally), _BATCH):
        fresh = list(_fresh(batch, store, tally))
        prepared = _prepared(fresh, embedder, attributor, tally)
        _store(prepared, store.put, tally)
        progress(tally)
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


def _articles(found: Iterable[Article | Failure], tally: Tally) -> Iterator[Article]:
    for item in found:
        if isinstance(item, Failure):
            tally.failures.append(item)
        else:
            yield item


def _fresh(batch: Sequence[Article], store: Store, tally: Tally) -> Iterator[Article]:
    before: dict[str, Article] = {}
    for found in batch:
        told = attempt(partial(_tell_apart, found, before, store), _name(found))
        if isinstance(told, Failure):
            tally.failures.append(told)
            continue
        held = attempt(partial(store.holds, told), _name(told))
        if isinstance(held, Failure):
            tally.failures.append(held)
            continue
        tally.changes[Change.UNCHANGED] += held
        if not held:
            before[told.id] = told
            yield told


def _tell_apart(found: Article, before: dict[str, Article], store: Store) -> Article:
    """Tell an article from others that share its id, in the archive and before it in its batch."""
    return store.tell_apart(found, before.get(found.id))


def _name(article: Article) -> str:
    return article.url or article.headline


_Prepared = tuple[Article, list[Passage], Embeddings, Extraction | None]


def _prepared(
    articles: Sequence[Article], embedder: Embedder, attributor: Attributor | None, tally: Tally
) -> Iterator[_Prepared]:
    """Make all that is stored with some articles, without those that it cannot be made of."""
    made = attempt(partial(_prepare, articles, embedder, attributor), "")
    if not isinstance(made, Failure):
        yield from made
    elif len(articles) > 1:  # one of them is to blame, and takes no other along
        for article in articles:
            yield from _prepared([article], embedder, attributor, tally)
    else:
        tally.failures.append(Failure(_name(articles[0]), made.reason))


def _prepare(
    articles: Sequence[Article], embedder: Embedder, attributor: Attributor | None
) -> list[_Prepared]:
    """Make all that is stored with some articles; the archive is not locked meanwhile."""
    cut = [split_passages(a.id, a.body, language=a.language) for a in articles]
    pairs = [(a, passage) for a, own in zip(articles, cut, strict=True) for passage in own]
    with ThreadPoolExecutor(1) as beside:  # one waits for memory where the other computes
        heard = beside.submit(_heard, articles, attributor)
        embeddings = embedder.embed(pairs)
        extractions = heard.result()
    made: list[_Prepared] = []
    first = 0
    for article, own, extraction in zip(articles, cut, extractions, strict=True):
        rows = embeddings.vectors[first : first + len(own)]
        made.append((article, own, Embeddings(embeddings.fingerprint, rows), extraction))
        first += len(own)
    return made


def _store(prepared: Iterable[_Prepared], put: Callable[..., Change], tally: Tally) -> None:
    for article, own, embeddings, extraction in prepared:
        store = partial(put, article, own, embeddings, extraction=extraction)
        change = attempt(store, _name(article))
        if isinstance(change, Failure):
            tally.failures.append(change)
            continue
        tally.changes[change] += 1
        tally.passages += len(own)
        if extraction is not None:
            tally.attributed += 1
            tally.cut += [article] * (len(article.body) > MOST_CHARS)


def _heard(articles: Sequence[Article], attributor: Attributor | None) -> list[Extraction | None]:
    return [extract(attributor, article) if attributor else None for article in articles]


def _batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
