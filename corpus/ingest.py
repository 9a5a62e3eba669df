"""From paths, addresses and feeds to stored articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol, TypeVar

from corpus.article import Article, Passage
from corpus.attribution.attribution import MOST_CHARS, Extraction
from corpus.attribution.extractor import Attributor, extract
from corpus.errors import Failure
from corpus.nlp.segment import split_passages
from corpus.storage.store import Change, Embeddings, Store

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

    Returns:
        The tally. An article that came twice in one go counts once as added and once as
        unchanged or updated.
    """
    tally = Tally()
    for batch in _batches(_articles(found, tally), _BATCH):
        fresh = [article for article in batch if not store.holds(article)]
        tally.changes[Change.UNCHANGED] += len(batch) - len(fresh)
        for article, own, embeddings, extraction in _prepared(fresh, embedder, attributor):
            change = store.put(article, own, embeddings, extraction=extraction)
            tally.changes[change] += 1
            tally.passages += len(own)
            if extraction is not None:
                tally.attributed += 1
                tally.cut += [article] * (len(article.body) > MOST_CHARS)
        progress(tally)
    progress(tally)
    return tally


def reindex(
    *, store: Store, embedder: Embedder, progress: Callable[[Tally], None] = lambda _: None
) -> Tally:
    """Cut and embed again the articles that another encoder embedded.

    It can be interrupted at any time; the next call goes on where this one stopped.
    """
    return _embed(store.stale(embedder.fingerprint), store, embedder, progress)


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
        for article, own, embeddings, _ in _prepared(batch, embedder):
            tally.changes[store.put(article, own, embeddings, again=True)] += 1
            tally.passages += len(own)
        progress(tally)
    return tally


def attribute_missing(*, store: Store, attributor: Attributor) -> Iterator[Article]:
    """Find who said what in the stored articles that no attributor as good has read.

    It can be interrupted at any time; the next call goes on where this one stopped.

    Yields:
        Each article once it is done; none where the attributor cannot work at all.
    """
    for article_id in store.attributions.outdated(attributor.version):
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


_Prepared = tuple[Article, list[Passage], Embeddings, Extraction | None]


def _prepared(
    articles: Sequence[Article], embedder: Embedder, attributor: Attributor | None = None
) -> Iterator[_Prepared]:
    """Make all that is stored with some articles; the archive is not locked meanwhile."""
    cut = [split_passages(a.id, a.body, language=a.language) for a in articles]
    pairs = [(a, passage) for a, own in zip(articles, cut, strict=True) for passage in own]
    with ThreadPoolExecutor(1) as beside:  # one waits for memory where the other computes
        heard = beside.submit(_heard, articles, attributor)
        embeddings = embedder.embed(pairs)
        extractions = heard.result()
    first = 0
    for article, own, extraction in zip(articles, cut, extractions, strict=True):
        rows = embeddings.vectors[first : first + len(own)]
        yield article, own, Embeddings(embeddings.fingerprint, rows), extraction
        first += len(own)


def _heard(articles: Sequence[Article], attributor: Attributor | None) -> list[Extraction | None]:
    return [extract(attributor, article) if attributor else None for article in articles]


def _batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
