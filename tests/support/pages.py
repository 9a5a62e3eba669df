"""A few articles without an address, and the server of their pages: what tests of pages share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx

from bot.intake import name_shelf
from bot.pages.addresses import Addresses, Signer
from bot.pages.handling import Desk
from bot.pages.newsroom.handlers import Room, make_routes
from bot.pages.server import Server, read_root
from bot.storage.chats import ChatStore
from corpus.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from corpus.nlp.segment import Slice
from corpus.storage.store import Store
from retrieval.search import Searcher
from tests.support.fakes import settings
from tests.support.models import FakeAttributor, FakeEncoder

BASE = "https://pages.example/read"
TOKEN = "123456:AAtestTESTtestTEST"
READER, OTHER, ADMIN = 7, 8, 9
OTTERS = Article(
    "Otters move into the lock",
    "Three young otters moved into the cellar of the lock at Senn on Wednesday.\n\n"
    "“I charge them no rent, but they may not bring friends,” said Mara Lind, the keeper of the "
    "lock. She leaves the cellar door open at night, and feeds them smelt.\n\n"
    "The mother comes by every evening. “They will leave in autumn,” said Odo Brandt, who counts "
    "the otters of the valley. Last year there were nineteen of them.\n\n"
    "The lock itself stays shut until the new gates arrive from Wexmoor, which may take a month.",
    publisher="The Weir Post",
    authors=("Ada Quay",),
    published=datetime(2026, 10, 7, 17, 30, tzinfo=UTC),
)
SHELVED = replace(OTTERS, headline="Otters move out of the lock", shelf=name_shelf(READER),
                  body=OTTERS.body.replace("Three", "Four"))  # fmt: skip
HOSTILE = Article(
    "</title><script>alert(1)</script> & “Heron” \u202egnp.exe",
    "<img src=x onerror=alert(1)> opens\x00 the day. " + "W" * 9_000 + "\n\n"
    "“</script><svg onload=alert(2)>,” said Mara Lind, the keeper\u202e of the lock.\n\n"
    + "\n\n".join(f"Paragraph {n} of <b>many</b> &amp; more. " * 30 for n in range(400)),
    publisher='The "Weir" <Post>',
    authors=("<a href='javascript:alert(3)'>Quay</a>",),
    language='en"><script>',
)


def find(article: Article, words: str) -> Slice:
    """The place of some words in an article."""
    start = article.body.index(words)
    return start, start + len(words)


@dataclass
class Kiosk:
    """Pages that are served.

    Attributes:
        store: The articles.
        state: The chats.
        addresses: Names the pages.
        now: What time it is, to be moved.
        room: What the newsroom is about.
        client: Asks the server.
    """

    store: Store
    state: ChatStore
    now: list[datetime]
    signer: Signer
    addresses: Addresses
    room: Room | None = None
    port: int = 0
    client: httpx.AsyncClient | None = None

    def path(self, article: Article, words: str = "", chat_id: int = READER) -> str:
        """The path of an article's page, with what is to be marked."""
        place = find(article, words) if words else None
        parts = urlsplit(self.addresses.of(chat_id)(article, place).url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def pass_time(self, **span: float) -> None:
        """Let time pass."""
        self.now[0] += timedelta(**span)

    async def get(self, path: str, **more: object) -> httpx.Response:
        """Ask for a page."""
        assert self.client
        return await self.client.get(path, **more)


def furnish(home: Path, *articles: Article) -> Store:
    """An archive of articles, read by an attributor without a model."""
    store = Store.open(home)
    ingest(articles, store=store, embedder=FakeEncoder(), attributor=FakeAttributor())
    return store


@asynccontextmanager
async def serving(
    home: Path, *articles: Article, base: str = BASE, **more: object
) -> AsyncIterator[Kiosk]:
    """Serve the pages of articles; by default of one that everybody may see and one on a shelf.

    Further values are settings.
    """
    store = furnish(home, *(articles or (OTTERS, SHELVED)))
    now = [datetime.now(UTC)]
    state = ChatStore(home / "chats.db", clock=lambda: now[0])
    signer = Signer(state.page_keys, state.clock)
    kiosk = Kiosk(store, state, now, signer, Addresses(base, signer))
    desk = Desk(store.whole(), state, signer, state.clock, read_root(base), TOKEN)
    searcher = Searcher(Archive(home, store), FakeEncoder())
    searcher.refresh()
    chosen = settings(TOKEN, "http://127.0.0.1:9", home, pages_url=base, admins={ADMIN}, **more)
    archive = SimpleNamespace(
        store=store, chats=state, settings=chosen, encoder=searcher.encoder, searcher=searcher
    )
    kiosk.room = Room(archive, desk)
    server = Server(desk, *make_routes(kiosk.room))
    kiosk.port = server.listen(0, "127.0.0.1")
    try:
        address = f"http://127.0.0.1:{kiosk.port}"
        async with httpx.AsyncClient(base_url=address, trust_env=False) as kiosk.client:
            yield kiosk
    finally:
        await server.close()
        state.close()
        store.close()
