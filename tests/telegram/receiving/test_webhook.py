"""What strangers send to the webhook's port is bounded, in bytes and in time.

What Telegram sends there is tested in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import socket

import pytest

from bot.telegram.receiving import webhook

SECRET = "s3cret"
POST = "POST /hook HTTP/1.1\r\nHost: bot.example\r\n"
KNOWN = f"{POST}X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"


@pytest.fixture(autouse=True)
def _hurried(monkeypatch):
    monkeypatch.setattr(webhook, "_SENDING_S", 0.2)
    monkeypatch.setattr(webhook, "_IDLE_S", 0.2)


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[int, list[object]]]:
    """A port, and what was taken from it."""
    taken: list[object] = []

    async def take(raw: object, _bot: object) -> None:
        taken.append(raw)

    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = webhook.Webhook("/hook", secret=SECRET, bot=None, take=take)
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
