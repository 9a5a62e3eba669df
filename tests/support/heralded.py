"""Articles on one strike, and readers of an emulated Telegram who want to be told of it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import texts
from corpus.article import Article
from corpus.ingest import ingest
from corpus.storage.store import Store
from tests.support.models import FakeAttributor
from tests.support.newsroom import without_a_model
from tests.support.office import READER, said
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

_NOW = datetime.now(UTC)
STRIKE = Article(
    headline="Tram strike begins in Oxbridge",
    body=(
        "The tram strike began at four in the morning. No tram left the depot in Mill Lane.\n\n"
        "“We will stay out until Friday,” said Hanna Voll, the union leader. Buses run instead."
    ),
    url="https://gazette.example/tram-strike",
    publisher="Wexmoor Gazette",
    published=_NOW,
)
SECOND = replace(
    STRIKE,
    headline="Tram strike: commuters share cabs",
    body=(
        "On the second day of the tram strike commuters shared cabs. A baker drove eleven nurses "
        "to the hospital.\n\nThe mayor asked both sides of the tram strike to talk, over soup."
    ),
    url="https://courier.example/cabs",
    publisher="The Courier",
)
THIRD = replace(
    STRIKE,
    headline="Tram strike keeps the depot shut",
    body=(
        "The gates stayed shut as the tram strike went on. Pickets burnt pallets against the cold "
        "and sang.\n\nAn inspector of the tram strike counted forty trams in the yard."
    ),
    url="https://herald.example/gates",
    publisher="Harbour Herald",
)


def add(home: Path, *articles: Article) -> None:
    """What another process does."""
    with closing(Store.open(home)) as store:
        encoder = without_a_model("all-MiniLM-L6-v2")
        tally = ingest(articles, store=store, embedder=encoder, attributor=FakeAttributor())
    assert not tally.failures


async def alerted(telegram: TelegramServer, typed: str, chat_id: int = READER, **more) -> Message:
    reply = await said(telegram, f"/alert {typed}", chat_id, **more)
    assert reply.text.startswith(texts.say("alert-made")), reply.text
    return reply


async def told(telegram: TelegramServer, article: Article, chat_id: int = READER) -> Message:
    """Wait until a chat was told of an article."""

    def found() -> Message | None:
        every = telegram.messages(chat_id)
        return next((one for one in every if article.headline in one.text), None)

    message = await telegram.wait_for(found)
    assert message
    return message
