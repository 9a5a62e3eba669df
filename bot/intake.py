"""Takes in what readers hand in: fetched, read, stored, and searched when it returns.

What strangers publish is read in a process of its own (`corpus.sandbox`), fetched through the
guarded fetcher, and embedded behind those that answer.

Tested with the dialogue in `tests/bot/dialogue/test_hand_ins.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from bot.intents.handed import Origin
from bot.services import Services
from corpus.address import canonicalize
from corpus.article import SHARED, Article
from corpus.errors import Cause, Failure, UnreadableError
from corpus.ingest import ingest
from corpus.storage.store import Store

if TYPE_CHECKING:
    from corpus.readers.fetch import Fetcher


@dataclass(frozen=True, slots=True)
class Place:
    """Where to put what is handed in.

    Attributes:
        shelf: Whose it is to be; `SHARED` for everybody's.
        room: How many articles there is room for.
        days: For how many days it lies there unless it is kept; None for good.
    """

    shelf: str
    room: int
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it.

    Attributes:
        articles: Those that can be asked about now, known ones too.
        failures: What was not read.
        left_out: How many more there were than room.
    """

    articles: tuple[Article, ...] = ()
    failures: tuple[Failure, ...] = ()
    left_out: int = 0


def name_shelf(chat_id: int) -> str:
    """Name the shelf of a chat."""
    return f"c{chat_id}"


def make_fetcher() -> Fetcher:
    """Make what fetches pages; what it needs takes half a second to import."""
    from corpus.readers.fetch import Fetcher

    return Fetcher()


class Intake:
    """Takes in addresses, texts and files.

    Args:
        services: The archive, and what reads articles.
        make_fetcher: Makes what fetches pages.
    """

    def __init__(
        self, services: Services, *, make_fetcher: Callable[[], Fetcher] = make_fetcher
    ) -> None:
        self._services = services
        self._make_fetcher = make_fetcher

    def take_addresses(self, addresses: Iterable[str], place: Place) -> Taken:
        """Take in the page at each of some addresses, but those that are known already.

        Raises:
            CorpusError: The archive cannot be written.
            RetrievalError: The model cannot be loaded.
        """
        from corpus.readers.web import Web, read_page_at
        from corpus.sandbox.sandbox import Sandbox

        view, store = self._view(place), self._services.store
        known = {url: view.get(_canonical(url)) for url in addresses}
        fresh = [url for url, article in known.items() if article is None]
        with self._make_fetcher() as fetcher:
            web = Web(fetcher, store.feeds, Sandbox(store.strikes))
            taken = self._take((read_page_at(url, web) for url in fresh), place)
        held = tuple(article for article in known.values() if article)
        return replace(taken, articles=(*held, *taken.articles))

    def take_text(self, text: str, place: Place, origin: Origin | None = None) -> Taken:
        """Take in an article that was pasted, or handed on; raises as `take_addresses` does."""
        from corpus.sandbox.sandbox import Sandbox

        try:
            article = Sandbox(self._services.store.strikes).read_text(text.encode())
        except UnreadableError as error:
            return Taken(failures=(Failure.of("", error),))
        if origin:
            article = replace(
                article,
                url=origin.url or article.url,
                publisher=origin.publisher,
                published=origin.published,
                day_only=False,
            )
        return self._take([article], place)

    def take_file(self, path: Path, place: Place) -> Taken:
        """Take in what a file holds; raises as `take_addresses` does."""
        from corpus.readers.files import read_path
        from corpus.sandbox.sandbox import Sandbox

        sandbox = Sandbox(self._services.store.strikes)
        return self._take(read_path(path, sandbox=sandbox), place)

    def _take(self, found: Iterable[Article | Failure], place: Place) -> Taken:
        failures, read = list[Failure](), list[Article]()
        found = iter(found)

        def shelved() -> Iterator[Article]:
            for item in found:
                if isinstance(item, Failure):
                    failures.append(item)
                else:
                    read.append(replace(item, shelf=place.shelf))
                    yield read[-1]

        until = datetime.now(UTC) + timedelta(days=place.days) if place.days else None
        tally = ingest(
            islice(shelved(), place.room),
            store=self._services.store.until(until),
            embedder=self._services.encoder,
            attributor=self._services.attributor,
        )
        more = place.room <= len(read) and next(found, None) is not None
        if place.shelf == SHARED:
            self._services.searcher.refresh()
        view = self._view(place)
        stored = (view.find_copy(article) for article in read)
        articles = tuple(article for article in stored if article)
        failures += (one for one in tally.failures if one not in failures)
        if not articles and not failures and not more:
            failures.append(Failure("", "nothing to read", Cause.NO_ARTICLE))
        return Taken(articles, tuple(failures), left_out=int(more))

    def _view(self, place: Place) -> Store:
        store = self._services.store
        return store.beside(place.shelf) if place.shelf else store


def _canonical(url: str) -> str:
    try:
        return canonicalize(url)
    except ValueError:
        return url
