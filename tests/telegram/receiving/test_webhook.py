"""What strangers send to the webhook's port is bounded, in bytes and in time.

What Telegram sends there is tested in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from socket import socket

import pytest
import structlog

from bot.telegram.receiving import webhook
from corpus.following.websub import name_feed
from corpus.storage.sources import Source, Sources
from corpus.storage.store import Store

SECRET = "s3cret"
POST = "POST /hook HTTP/1.1\r\nHost: bot.example\r\n"
KNOWN = f"{POST}X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(webhook, "_SENDING_S", 0.2)
    monkeypatch.setattr(webhook, "_IDLE_S", 0.2)


@asynccontextmanager
async def listening(sources: Sources | None = None) -> AsyncIterator[tuple[int, list[object]]]:
    """A port, and what was taken from it."""
    taken: list[object] = []

    async def take(raw: object, _bot: object) -> None:
        taken.append(raw)

    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = webhook.Webhook("/hook", secret=SECRET, bot=None, take=take, sources=sources)
    hook.listen(port, "127.0.0.1")
    try:
        yield port, taken
    finally:
        await hook.close()


async def heard(port: int, *said: str) -> bytes:
    """All that comes back until the other side closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    async with asyncio.timeout(20):
        try:
            for part in said:
                writer.write(part.encode())
                await writer.drain()
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


async def test_an_update_of_who_knows_the_secret_is_taken():
    body = '{"update_id": 1}'
    async with listening() as (port, taken):
        told = await heard(port, f"{KNOWN}Content-Length: {len(body)}\r\n\r\n{body}")
    assert told.startswith(b"HTTP/1.1 200")
    assert taken == [{"update_id": 1}]


@pytest.mark.parametrize("head", [POST, KNOWN], ids=["a stranger", "who knows the secret"])
async def test_a_body_over_a_megabyte_is_not_waited_for(head):
    async with listening() as (port, taken):
        stated = await heard(port, f"{head}Content-Length: {(1 << 20) + 1}\r\n\r\n")
        chunk = f"10000\r\n{'x' * 0x10000}\r\n"
        endless = await heard(port, f"{head}Transfer-Encoding: chunked\r\n\r\n", *[chunk] * 40)
    assert b" 200 " not in stated + endless
    assert taken == []


@pytest.mark.parametrize(
    "said",
    [
        "",
        "POST /ho",
        POST,
        f"{KNOWN}Content-Length: 100\r\n\r\n",
        f"{KNOWN}Content-Length: 100\r\n\r\n{{",
        f"{KNOWN}Transfer-Encoding: chunked\r\n\r\n5\r\n{{",
    ],
)
async def test_a_connection_on_which_nothing_more_comes_is_closed(said):
    async with listening() as (port, taken):
        assert b" 200 " not in await heard(port, said)
    assert taken == []


async def test_headers_without_end_are_refused():
    async with listening() as (port, taken):
        assert b" 200 " not in await heard(port, POST, *["X-Name: value\r\n" * 1000] * 100)
    assert taken == []


# Hubs

SOON = datetime.now(UTC) + timedelta(hours=9)
WEIR = Source("https://weir.example/feed", SOON, hub="https://hub.example/", secret="s")
PLACE = f"/hook/feeds/{name_feed(WEIR.url, 's')}"
CLOSE = "Host: bot.example\r\nConnection: close\r\n"


@pytest.fixture
def sources(tmp_path):
    store = Store.open(tmp_path)
    store.sources.add(WEIR)
    yield store.sources
    store.close()


async def test_a_hub_that_asks_back_is_told_what_it_wants_to_hear(sources):
    asks = f"?hub.mode=subscribe&hub.topic={WEIR.url}&hub.challenge=x7"
    async with listening(sources) as (port, _):
        told = await heard(port, f"GET {PLACE}{asks} HTTP/1.1\r\n{CLOSE}\r\n")
        other = await heard(port, f"GET {PLACE}?hub.mode=x HTTP/1.1\r\n{CLOSE}\r\n")
    assert told.startswith(b"HTTP/1.1 200")
    assert told.endswith(b"x7")
    assert b"text/plain" in told
    assert other.startswith(b"HTTP/1.1 404")
    assert sources.get(WEIR.url).hub_state == "subscribed"


async def test_a_push_is_taken_and_read_as_nothing(sources):
    push = f" HTTP/1.1\r\n{CLOSE}Content-Length: 5\r\n\r\n<rss>"
    async with listening(sources) as (port, taken):
        told = await heard(port, f"POST {PLACE}{push}")
        nobody = await heard(port, f"POST /hook/feeds/{'0' * 32}{push}")
    assert told.startswith(b"HTTP/1.1 202")
    assert nobody.startswith(b"HTTP/1.1 410")
    assert taken == []
    assert sources.get(WEIR.url).next_check < SOON


async def test_without_feeds_no_hub_is_heard():
    async with listening() as (port, _):
        told = await heard(port, f"GET {PLACE} HTTP/1.1\r\n{CLOSE}\r\n")
    assert told.startswith(b"HTTP/1.1 404")


async def test_a_fault_of_ours_is_logged_without_what_was_sent(sources, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret words")

    monkeypatch.setattr("corpus.following.websub.hear", broken)
    push = f" HTTP/1.1\r\n{CLOSE}Content-Length: 0\r\n\r\n"
    with structlog.testing.capture_logs() as log:
        async with listening(sources) as (port, _):
            told = await heard(port, f"POST {PLACE}{push}")
    assert told.startswith(b"HTTP/1.1 500")
    assert [one["event"] for one in log] == ["cannot hear a hub"]
    assert "secret words" not in str(log)
