"""Open the archive and what searches it, as the settings say."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

import structlog
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # has no types

from bot.following import Following, name_callback
from bot.logs import named
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.storage.coordination.alone import Alone
from bot.storage.coordination.coordination import Coordination
from bot.storage.coordination.replica import Replica
from bot.storage.ownership import close_to_others
from bot.storage.swap import settle
from corpus.archive import Archive
from corpus.attribution.extractor import Attributor, Extractor
from corpus.errors import CorpusError
from corpus.ingest import attribute_missing
from corpus.nlp import entities
from corpus.storage.articles.writing import CHANGED
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from retrieval.encoding.encoder import Encoder
from retrieval.errors import FingerprintError, RetrievalError
from retrieval.index.breaker import Breaker
from retrieval.index.catch_up import remove_gone
from retrieval.index.milvus import MilvusEngine
from retrieval.index.port import Engine
from retrieval.reading.cross_encoder import CrossEncoder
from retrieval.reading.model import ReaderModel
from retrieval.reading.reader import Reader
from retrieval.search import Searcher

if TYPE_CHECKING:
    from corpus.crew.crew import Crew

_LOOK_S = 0.25
"""How often a running bot looks for newly added articles; a look costs a millisecond."""
_LOOK_TOLD_S = 2.0
"""The same where it is told of them: in case that it did not hear."""
_REST = 2
"""How many times as long as it took to take articles in it waits before it looks again."""
_LET_GO_S = 60
"""How often it looks for articles that are to go by themselves."""
_FOLLOW_S = 1.0
"""How often a running bot looks which feeds are due; a look costs a millisecond."""
_ASK_S = 5.0
"""How often an engine is asked whether it answers, so that health can tell."""
_LOOK_BACK_S = 60
"""How often a running bot looks for articles in which nobody looked for who said what."""

_CHATS = "chats"
"""The schema of the chats' database, where that is a PostgreSQL."""

_log = structlog.get_logger(__name__)


class Services:
    """The store, the encoder and the searcher of one home folder, each made when first needed.

    Attributes:
        settings: What they go by.
        home: The folder.
        reader: What reads the first hits with the question, unless it is turned off; its model
            loads when first used.
        broken: What works beside the answers and does not just now, by name, and why not.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.home = settings.home
        close_to_others(self.home)
        self.reader = _reader(settings)
        self.broken: dict[str, str] = {}

    @property
    def database_url(self) -> str:
        """Of the PostgreSQL database that articles and chats are in; empty for the home folder."""
        url = self.settings.database_url
        return url.get_secret_value() if url else ""

    @cached_property
    def archive(self) -> Archive:
        """The home folder's archive; of a restore that was cut short, it says so and ends it."""
        settle(self.home)
        return Archive.open(self.home, self.database_url)

    @property
    def store(self) -> Store:
        """The articles."""
        return self.archive.store

    @cached_property
    def chats(self) -> ChatStore:
        """What the bot remembers of its chats."""
        settle(self.home)
        url, hours = self.database_url, self.settings.keep_hours
        where = Schema(url, _CHATS) if url else self.home / "chats.db"
        return ChatStore(where, retention=timedelta(hours=hours))

    @cached_property
    def coordination(self) -> Coordination:
        """Which processes are over the same database; whoever serves readers enters it."""
        if not self.database_url:
            return Alone()
        _ = self.chats  # makes the tables
        return Replica(Schema(self.database_url, _CHATS))

    @cached_property
    def encoder(self) -> Encoder:
        """The embedding model; it loads when it is first used."""
        return Encoder(
            self.settings.model,
            runtime=self.settings.runtime,
            cache=self.home / "models",
            kept=self.store.whole().fingerprints(),
        )

    @cached_property
    def attributor(self) -> Attributor:
        """What finds who said what; its model loads when it is first used."""
        return Extractor()

    def crew(self, count: int) -> Crew:
        """Processes that prepare articles as this one does; use it as a context."""
        from corpus.crew.crew import Crew  # few commands need it, and it imports what reads
        from corpus.crew.hand import Tools

        tools = Tools(self.encoder.maker, self.attributor)
        return Crew(tools, count, strikes=self.store.strikes)

    @cached_property
    def engine(self) -> Engine | None:
        """What holds the passages that are searched; None where they lie in memory."""
        if self.settings.engine == "memory":
            return None
        uri = self.settings.milvus_uri.get_secret_value()
        return Breaker(MilvusEngine(uri, self.store.indexed.name(), dimension=self._dimension))

    def _dimension(self) -> int:
        return int(self.encoder.encode(["warm up"]).shape[1])

    @cached_property
    def searcher(self) -> Searcher:
        """The index over the articles, up to date when it is returned.

        Raises:
            FingerprintError: The archive was embedded by another model.
        """
        # Chats share the cores; the threads of a product would only wait for one another.
        threadpool_limits(1, user_api="blas")
        searcher = Searcher(self.archive, self.encoder, reader=self.reader, engine=self.engine)
        searcher.refresh()
        searcher.save()
        return searcher

    def tell_model(self) -> None:
        """Say in the log what embeds questions: what embedded the archive, where it holds anything.

        Raises:
            FingerprintError: The archive was embedded by what this machine is not to use, or lacks.
            ModelError: This machine lacks what is wanted.
        """
        used, stored = self.encoder.fingerprint, self.store.whole().fingerprints()
        for other in stored - {used}:
            raise FingerprintError(stored=other, wanted=used)
        known = {"model": self.settings.model, "runtime": self.encoder.runtime}
        _log.info("embedding as the archive was" if stored else "embedding anew", **known)

    def warm(self) -> None:
        """Load the models now rather than with the first question.

        Raises:
            ModelError: One of them cannot be loaded.
        """
        if self.reader:
            self.reader.load()
        self.encoder.encode(["warm up"])
        _warm_names()

    @contextmanager
    def kept_fresh(self) -> Iterator[Searcher]:
        """Take in what other processes add, and follow feeds, for as long as the context lasts.

        Raises:
            ModelError: The reader cannot be loaded. It loads before the context begins: whoever
                starts a bot learns so at once, and no reader does.
            FingerprintError: The archive was embedded by another model.
        """
        if self.reader:
            self.reader.load()
        searcher, stop = self.searcher, threading.Event()
        following, only, news = self._follow(stop), self._as_leader, self._news(stop)
        lasting = (
            (
                "letting go of articles whose time has come",
                self._as_leader(self._let_go),
                _LET_GO_S,
            ),
            ("following feeds", only(following.step, following.pause), _FOLLOW_S),
            *self._asked(),
            (
                "finding who said what in older articles",
                only(partial(_look_back, self.store.whole(), self.attributor, self._resting(stop))),
                _LOOK_BACK_S,
            ),
        )
        threads = [
            threading.Thread(
                target=self._repeat,
                args=(name, work, partial(_rest, stop, pause_s), stop),
                daemon=True,
            )
            for name, work, pause_s in lasting
        ]
        taking = "taking in new articles", partial(_take_in, searcher), news.wait, stop
        threads.append(threading.Thread(target=self._repeat, args=taking, daemon=True))
        threads.append(threading.Thread(target=_warm_up, args=(searcher,), daemon=True))
        for thread in threads:
            thread.start()
        try:
            yield searcher
        finally:
            stop.set()
            news.end()
            following.close()
            for thread in threads:
                thread.join()

    def _as_leader(
        self, work: Callable[[], None], leave_off: Callable[[], None] = lambda: None
    ) -> Callable[[], None]:
        """Make of some work what one process over the database does alone."""

        def step() -> None:
            if self._leads():
                work()
            else:
                leave_off()

        return step

    def _leads(self) -> bool:
        return self.coordination.leads

    def _resting(self, stop: threading.Event) -> Callable[[float], bool]:
        """Make a rest that says whether to end after it: so told, or as another process leads."""
        return lambda rest_s: stop.wait(rest_s) or not self._leads()

    def _asked(self) -> list[tuple[str, Callable[[], object], float]]:
        """What is asked now and then whether it answers: the engine, if there is one."""
        if self.engine is None:
            return []
        return [("asking the search engine", partial(_tend, self.store, self.engine), _ASK_S)]

    def _let_go(self) -> None:
        if count := self.store.whole().remove_expired(datetime.now(UTC)):
            _log.info("let go of articles whose time had come", articles=count)

    def _follow(self, stop: threading.Event) -> Following:
        """What follows feeds, in threads that leave the processors to the answers."""
        return Following(
            self.home,
            self.store,
            embedder=lambda: self.encoder,
            attributor=self.attributor,
            stop=stop,
            keep_days=self.settings.keep_articles_days,
            callback=name_callback(str(hook)) if (hook := self.settings.webhook_url) else "",
        )

    def _news(self, stop: threading.Event) -> _News:
        """What waits for new articles."""
        return _News(self.coordination if self.database_url else None, stop)

    def _repeat(
        self,
        name: str,
        work: Callable[[], object],
        wait: Callable[[float], object],
        stop: threading.Event,
    ) -> None:
        """Do some work again and again, whatever it raises: that is said once, until it works.

        Args:
            name: Of the work.
            work: What to do.
            wait: Waits until it is to be done again; given for how long to rest at least.
            stop: Whether to end.
        """
        while not stop.is_set():
            start = time.monotonic()
            try:
                work()
            except Exception as error:  # noqa: BLE001 - a locked database must not end it for good
                why = str(error) if isinstance(error, RetrievalError) else named(error)
                if self.broken.get(name) != why:
                    _log.error("something beside the answers does not work", what=name, reason=why)
                self.broken[name] = why
            else:
                self.broken.pop(name, None)
            wait(_REST * (time.monotonic() - start))


class _News:
    """Waits for new articles: to be told of them by who adds them, or for the time to look.

    Args:
        coordination: Tells what other processes say; None where nobody says anything.
        stop: Whether to end.
    """

    def __init__(self, coordination: Coordination | None, stop: threading.Event) -> None:
        self._coordination = coordination
        self._stop = stop
        self._told = threading.Event()
        if coordination is not None:
            coordination.listen(CHANGED, lambda _: self._told.set())
            coordination.watch(self._told.set)

    def wait(self, rest_s: float) -> None:
        """Rest for some time, then wait."""
        self._stop.wait(rest_s)
        hears = self._coordination is not None and self._coordination.members()
        self._told.wait(_LOOK_TOLD_S if hears else _LOOK_S)
        self._told.clear()

    def end(self) -> None:
        """Wait no more."""
        self._told.set()


def _rest(stop: threading.Event, pause_s: float, rest_s: float) -> None:
    stop.wait(max(pause_s, rest_s))


def _tend(store: Store, engine: Engine) -> None:
    """Remove from the engine what is gone; what lay on a shelf nobody else may miss."""
    engine.count()
    remove_gone(store, engine)


def _reader(settings: Settings) -> Reader | None:
    if settings.reranker == "none":
        return None
    own = settings.reranker == "auto"
    model = ReaderModel(settings.home / "models") if own else CrossEncoder(settings.reranker)
    return Reader(model, limit_ms=settings.reranker_ms)


def _warm_up(searcher: Searcher) -> None:
    with suppress(RetrievalError):  # it is told to whoever asks
        searcher.encoder.encode(["warm up"])
    _warm_names()


def _warm_names() -> None:
    """Load what finds the names for key facts: the first summary would wait for it for seconds."""
    with suppress(CorpusError):  # it is told to whoever asks for names
        entities.warm()


def _take_in(searcher: Searcher) -> None:
    """Bring the index up to date."""
    if searcher.refresh():
        _log.info("took in new articles", passages=len(searcher))


def _look_back(store: Store, attributor: Attributor, rest: Callable[[float], bool]) -> None:
    """Find who said what in articles that were added without that, for the most part resting."""
    count, start = 0, time.monotonic()
    for _ in attribute_missing(store=store, attributor=attributor):
        count += 1
        if rest(_REST * (time.monotonic() - start)):
            return
        start = time.monotonic()
    if count:
        _log.info("found who said what in older articles", articles=count)
