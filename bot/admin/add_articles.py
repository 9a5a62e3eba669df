"""Add the articles of an address while the bot answers: beside the questions, and after them.

Tested with the commands, on the emulated Telegram, in `tests/telegram/test_admin.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bot.priority import step_back
from bot.services import Services
from corpus.article import Article
from corpus.errors import Failure
from corpus.ingest import Tally, ingest
from corpus.readers.fetch import Fetcher
from corpus.readers.sample import unseed

_NAMED = 3
"""How many of the articles are remembered by name."""


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an address.

    Attributes:
        tally: What was stored, and what could not be read.
        articles: The first few articles that were read.
    """

    tally: Tally
    articles: list[Article] = field(default_factory=list)


def add_url(archive: Services, url: str, *, make_fetcher: Callable[[], Fetcher] = Fetcher) -> Added:
    """Fetch, store and index whatever an address holds; blocks until it can be searched.

    The work is done by a thread that steps back behind those that answer.

    Raises:
        CorpusError: The archive cannot be written.
        RetrievalError: The model cannot be loaded, or another one embedded the archive.
    """
    with ThreadPoolExecutor(1, "adding", initializer=step_back) as beside:
        return beside.submit(_add, archive, url, make_fetcher).result()


def _add(archive: Services, url: str, make_fetcher: Callable[[], Fetcher]) -> Added:
    # What reads pages takes a while to import.
    from corpus.readers.web import Web, read_url
    from corpus.sandbox.sandbox import Sandbox

    feeds, read = archive.store.feeds, list[Article]()
    with make_fetcher() as fetcher:
        web = Web(fetcher, feeds, Sandbox(archive.store.strikes))
        tally = ingest(
            _noted(read_url(url, web), read),
            store=archive.store,
            embedder=archive.encoder,
            attributor=archive.attributor,
        )
    feeds.keep()
    if tally.articles:
        unseed(archive.store, archive.home)
    archive.searcher.refresh()
    return Added(tally, read)


def _noted(
    found: Iterable[Article | Failure], articles: list[Article]
) -> Iterator[Article | Failure]:
    for item in found:
        if isinstance(item, Article) and len(articles) < _NAMED:
            articles.append(item)
        yield item
