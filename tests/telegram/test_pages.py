"""What has no address is linked to a page of ours, which the running bot serves."""

from __future__ import annotations

import shutil
from socket import socket

import httpx
import pytest

from bot.telegram.receiving.polling import CANNOT_LISTEN, StoppedError
from tests.support.office import ADMIN, GROUP, READER, emulated, furnished, said, serving
from tests.support.pages import BASE

PARAGRAPH = (
    "The weir at Aldbury was closed on Monday. Two divers looked at the gate. They found a crack "
    "as long as a hand. “It will hold until the autumn,” said Tobias Wren, the keeper of the weir. "
)
ARTICLE = f"Weir closed at Aldbury\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}"


@pytest.fixture
def telegram():
    with emulated() as server:
        yield server


@pytest.fixture(scope="module")
def furnished_home(tmp_path_factory):
    return furnished(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def home(furnished_home, tmp_path):
    return shutil.copytree(furnished_home, tmp_path / "home")


@pytest.fixture
def port():
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def links(message) -> list[str]:
    """The addresses that a message leads to."""
    return [one["url"] for one in message.entities if one["type"] == "text_link"]


def buttons(message) -> list[dict[str, object]]:
    return [button for row in message.buttons for button in row]


async def opened(port: int, url: str) -> httpx.Response:
    """Open a page as a proxy would pass it on."""
    assert url.startswith(BASE)
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"http://127.0.0.1:{port}/read{url.removeprefix(BASE)}")


async def test_what_was_pasted_is_cited_with_a_page_of_its_readers(telegram, home, port):
    async with serving(telegram, home, pages_url=BASE, pages_port=port) as office:
        card = await said(telegram, ARTICLE, READER)
        page = await opened(port, links(card)[0])
        assert page.status_code == 200
        assert "Weir closed at Aldbury" in page.text
        answer = await said(telegram, "what did the divers find at the weir?", READER)
        page = await opened(port, links(answer)[0])
        assert "<mark" in page.text
        summed = await said(telegram, "Summary of Weir closed at Aldbury", READER)
        assert all(url.startswith(f"{BASE}/r/") for url in links(summed))
        listed = await said(telegram, "/shelf", READER)
        assert links(listed)[0].startswith(f"{BASE}/r/")
        office.state.forget(READER)
        office.archive.store.whole().clear()
        assert (await opened(port, links(answer)[0])).status_code == 410


async def test_in_a_private_chat_the_button_opens_a_mini_app_in_a_group_a_page(
    telegram, home, port
):
    async with serving(telegram, home, pages_url=BASE, pages_port=port):
        await said(telegram, ARTICLE, READER)
        answer = await said(telegram, "what did the divers find at the weir?", READER)
        (app,) = [one["web_app"]["url"] for one in buttons(answer) if "web_app" in one]
        assert app.startswith(f"{BASE}/m/s/")
        await said(telegram, f"/ask {ARTICLE}", GROUP)
        answer = await said(telegram, "/ask what did the divers find at the weir?", GROUP)
        assert not [one for one in buttons(answer) if "web_app" in one]
        plain = next(one["url"] for one in buttons(answer) if "url" in one)
        assert plain.startswith(f"{BASE}/r/")


async def test_a_port_in_use_is_said(telegram, home):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StoppedError, match="BYLINE_PAGES_PORT") as stopped:
            async with serving(telegram, home, pages_url=BASE, pages_port=port):
                pass
    assert stopped.value.code == CANNOT_LISTEN


async def test_without_an_address_of_ours_nothing_is_linked(telegram, home):
    async with serving(telegram, home):
        card = await said(telegram, ARTICLE, ADMIN)
        assert links(card) == []


async def test_an_admin_is_let_into_the_newsroom_and_readers_are_not(telegram, home, port):
    async with serving(telegram, home, pages_url=BASE, pages_port=port):
        await said(telegram, "When does the ferry return?", READER)
        message = await said(telegram, "/newsroom", ADMIN)
        (button,) = buttons(message)
        assert button["web_app"]["url"] == f"{BASE}/m/newsroom"
        assert (await opened(port, button["web_app"]["url"])).status_code == 200
        other = await said(telegram, "/newsroom", READER)
        assert "newsroom" not in str(other.buttons)


async def test_a_newsroom_needs_pages(telegram, home):
    async with serving(telegram, home):
        assert "BYLINE_PAGES_URL" in (await said(telegram, "/newsroom", ADMIN)).text
