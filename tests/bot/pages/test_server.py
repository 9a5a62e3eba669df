"""The pages over real HTTP: who may open what, and what a browser is told of it."""

from __future__ import annotations

import asyncio
import json
import socket
from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
import structlog
from lxml import html

from bot.pages import gate
from bot.pages.init_data import sign
from bot.pages.markup import load_static
from bot.pages.opening import make_server, name_pages
from bot.storage.channels import Channels
from tests.support.fakes import settings
from tests.support.pages import BASE, HOSTILE, OTHER, OTTERS, READER, SHELVED, TOKEN, serving

WORDS = "They will leave in autumn"
ABSENT = "0123456789ab"


@pytest.fixture
async def kiosk(tmp_path):
    async with serving(tmp_path) as kiosk:
        yield kiosk


def told(kiosk, user: int, token: str = TOKEN) -> str:
    """What Telegram says of who opens a Mini App."""
    fields = {"user": json.dumps({"id": user}), "auth_date": str(int(kiosk.now[0].timestamp()))}
    return urlencode({**fields, "hash": sign(fields, token)})


async def test_everybody_may_read_what_everybody_may_see(kiosk):
    answer = await kiosk.get(kiosk.path(OTTERS, WORDS))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert html.fromstring(answer.content).xpath("//mark")[0].text_content() == WORDS
    assert answer.headers["Cache-Control"].startswith("public")


async def test_a_shelf_opens_by_the_link_that_its_reader_was_sent(kiosk):
    answer = await kiosk.get(kiosk.path(SHELVED, WORDS))
    assert answer.status_code == 200
    assert "Four young otters" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_a_link_of_another_chat_opens_nothing_of_that_shelf(kiosk):
    answer = await kiosk.get(kiosk.path(SHELVED, chat_id=OTHER))
    assert answer.status_code == 410
    assert "otters" not in answer.text


async def test_a_link_to_a_shelf_ends_after_a_day_and_another_is_made_anew(kiosk):
    path = kiosk.path(SHELVED)
    kiosk.pass_time(hours=24)
    old, new = await kiosk.get(path), await kiosk.get(kiosk.path(SHELVED))
    assert (old.status_code, new.status_code) == (403, 200)
    assert "otters" not in old.text


async def test_a_forged_link_opens_nothing(kiosk):
    path = kiosk.path(SHELVED)
    forged = path.replace(path.split("/")[3], "A" * 48)
    assert (await kiosk.get(forged)).status_code == 403


async def test_an_article_on_a_shelf_is_not_there_for_everybody(kiosk):
    of_shelf = await kiosk.get(f"/read/a/{SHELVED.id}")
    of_none = await kiosk.get(f"/read/a/{ABSENT}")
    assert of_shelf.status_code == of_none.status_code == 410
    assert of_shelf.content == of_none.content


async def test_what_was_removed_is_gone(kiosk):
    shared, shelved = kiosk.path(OTTERS), kiosk.path(SHELVED)
    kiosk.store.whole().remove(OTTERS.id)
    kiosk.store.whole().remove(SHELVED.id)
    assert [(await kiosk.get(path)).status_code for path in (shared, shelved)] == [410, 410]


async def test_an_article_with_an_address_is_its_publishers_to_show(tmp_path):
    printed = replace(OTTERS, url="https://weir.example/otters")
    async with serving(tmp_path, printed) as kiosk:
        assert (await kiosk.get(f"/read/a/{printed.id}")).status_code == 410


async def test_a_channels_closed_posts_open_for_its_group(tmp_path):
    post = replace(OTTERS, headline="A post", shelf="d5")
    async with serving(tmp_path, post) as kiosk:
        with pytest.MonkeyPatch.context() as patch:
            shelves = {READER: ("d5",)}
            patch.setattr(Channels, "shelves", lambda _, chat_id: shelves.get(chat_id, ()))
            assert (await kiosk.get(kiosk.path(post))).status_code == 200
            assert (await kiosk.get(kiosk.path(post, chat_id=OTHER))).status_code == 410


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/read",
        "/read/a/",
        "/read/a/xyz",
        "/read/a/0123456789AB",
        "/read/a/0123456789ab/",
        "/read/a/0123456789abc",
        "/read/a/..%2f..%2fetc",
        "/read/r/short/0123456789ab",
        "/a/0123456789ab",
        "/readxa/0123456789ab",
        "/read/page.css",
    ],
)
async def test_whatever_is_no_page_says_so_in_a_page_of_ours(kiosk, path):
    answer = await kiosk.get(path, headers={"Accept-Language": "fr, es;q=0.8"})
    assert answer.status_code == 404
    assert "No existe esa página" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_pages_are_read_and_nothing_else(kiosk, method):
    answer = await kiosk.client.request(method, kiosk.path(OTTERS))
    assert answer.status_code == 405
    assert "Set-Cookie" not in answer.headers


async def test_a_head_says_as_much_as_a_page_without_its_words(kiosk):
    path = kiosk.path(OTTERS)
    head, got = await kiosk.client.head(path), await kiosk.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["ETag"] == got.headers["ETag"]


async def test_a_page_that_is_known_is_not_sent_again(kiosk):
    path = kiosk.path(SHELVED)
    etag = (await kiosk.get(path)).headers["ETag"]
    again = await kiosk.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("kind", ["plain", "app", "missing", "static"])
async def test_a_browser_is_told_to_run_and_fetch_nothing_but_ours(kiosk, kind):
    paths = {"plain": f"/read/a/{OTTERS.id}", "app": f"/read/m/a/{OTTERS.id}", "missing": "/"}
    paths["static"] = f"/read/{load_static('page.css').name}"
    headers = (await kiosk.get(paths[kind])).headers
    policy = dict(part.strip().split(" ", 1) for part in
                  headers["Content-Security-Policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    if kind == "app":
        assert policy["frame-ancestors"] == "https://web.telegram.org"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
    else:
        assert policy["frame-ancestors"] == "'none'"
        assert "script-src" not in policy
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert "Server" not in headers
    assert "Set-Cookie" not in headers


async def test_style_and_script_may_be_kept_for_good(kiosk):
    for file, kind in (("page.css", "text/css"), ("app.js", "text/javascript")):
        answer = await kiosk.get(f"/read/{load_static(file).name}")
        assert answer.content == load_static(file).content
        assert answer.headers["Content-Type"].startswith(kind)
        assert "immutable" in answer.headers["Cache-Control"]


async def test_the_page_names_files_that_are_there(kiosk):
    page = html.fromstring((await kiosk.get(f"/read/m/a/{OTTERS.id}")).content)
    named = [*page.xpath("//link/@href"), *page.xpath("//script/@src")]
    assert [(await kiosk.get(path)).status_code for path in named] == [200, 200]


async def test_a_shelf_within_telegram_opens_for_whom_telegram_names(kiosk):
    asking = f"/read/m/s/{SHELVED.id}"
    assert "otters" not in (await kiosk.get(asking)).text
    mark = kiosk.path(SHELVED, WORDS).partition("?m=")[2]
    answer = await kiosk.client.post(f"{asking}?m={mark}", content=told(kiosk, READER))
    assert answer.status_code == 200
    page = await kiosk.get(answer.text)
    assert page.status_code == 200
    assert html.fromstring(page.content).xpath("//mark")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


async def test_nothing_but_a_mark_is_handed_on(kiosk):
    asking = f"/read/m/s/{SHELVED.id}"
    for more in ("", "?m=//evil.example", "?m=1-2-abcdef%26x"):
        answer = await kiosk.client.post(asking + more, content=told(kiosk, READER))
        assert "?" not in answer.text


async def test_a_shelf_within_telegram_opens_for_nobody_else(kiosk):
    asking = f"/read/m/s/{SHELVED.id}"
    for content, status in (
        (told(kiosk, OTHER), 410),
        (told(kiosk, READER, "123456:AAothers"), 403),
        ("", 403),
        (b"\xff\xfe", 403),
        (told(kiosk, READER) + "&x=1", 403),
    ):
        assert (await kiosk.client.post(asking, content=content)).status_code == status
    old = told(kiosk, READER)
    kiosk.pass_time(hours=1, seconds=1)
    assert (await kiosk.client.post(asking, content=old)).status_code == 403


async def test_an_asking_page_is_the_same_for_every_article(kiosk):
    known, absent = (
        await kiosk.get(f"/read/m/s/{SHELVED.id}"),
        await kiosk.get(f"/read/m/s/{ABSENT}"),
    )
    assert known.content == absent.content


async def test_hostile_text_stays_text_over_http(tmp_path):
    async with serving(tmp_path, HOSTILE) as kiosk:
        page = html.document_fromstring((await kiosk.get(kiosk.path(HOSTILE))).content)
    assert page.xpath("//img | //svg") == []
    assert len(page.xpath("//script")) == 1


async def test_sheets_are_counted_from_one(tmp_path):
    long = replace(OTTERS, body="\n\n".join(f"Line {n}. " * 30 for n in range(1_500)))
    async with serving(tmp_path, long) as kiosk:
        for asked, first in (("2", False), ("0", True), ("-1", True), ("x", True), ("²", True)):
            answer = await kiosk.get(kiosk.path(long), params={"s": asked})
            assert ('id="p1"' in answer.text) is first


async def test_who_asks_for_too_much_waits(kiosk, monkeypatch):
    monkeypatch.setattr(gate, "BURST", 3)
    asked = [(await kiosk.get("/read/", headers={"X-Forwarded-For": "1.2.3.4"})) for _ in range(4)]
    assert [one.status_code for one in asked] == [404, 404, 404, 429]
    assert int(asked[-1].headers["Retry-After"]) > 0
    other = await kiosk.get("/read/", headers={"X-Forwarded-For": "1.2.3.4, 2001:db8::1"})
    assert other.status_code == 404
    same = await kiosk.get("/read/", headers={"X-Forwarded-For": "rubbish"})
    assert same.status_code == 404


async def test_what_cannot_be_drawn_soon_says_so(kiosk, monkeypatch):
    monkeypatch.setattr(gate, "_WAITING", 0)
    answer = await kiosk.get(kiosk.path(OTTERS))
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.text


async def test_a_fault_is_logged_without_what_was_asked_for(kiosk, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError(f"about {OTTERS.id}")

    path = kiosk.path(OTTERS)
    monkeypatch.setattr("bot.pages.article_handlers.find_article", broken)
    with structlog.testing.capture_logs() as logs:
        answer = await kiosk.get(path)
    assert answer.status_code == 500
    assert "Something broke" in answer.text
    assert [line["event"] for line in logs] == ["cannot show a page"]
    assert OTTERS.id not in str(logs)


@pytest.mark.parametrize(
    "sent",
    [
        f"GET /read/a/{'a' * 20_000} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"POST /read/m/s/{ABSENT} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n",
    ],
)
async def test_what_is_too_large_is_not_read(kiosk, sent):
    reader, writer = await asyncio.open_connection("127.0.0.1", kiosk.port)
    writer.write(sent.encode())
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    assert not answer.startswith(b"HTTP/1.1 200")


def test_pages_are_named_and_served_where_an_address_is_set(tmp_path):
    chosen = settings(TOKEN, "http://127.0.0.1:9", tmp_path)
    assert name_pages(chosen, None) is None
    assert make_server(chosen, None) is None


async def test_a_port_that_is_taken_is_an_error(kiosk, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        chosen = settings(TOKEN, "http://127.0.0.1:9", tmp_path, pages_url=BASE)
        archive = SimpleNamespace(chats=kiosk.state, store=kiosk.store)
        server = make_server(chosen, archive)
        with pytest.raises(OSError, match="in use"):
            server.listen(taken.getsockname()[1], "127.0.0.1")
        await server.close()
    assert name_pages(chosen, kiosk.state)(READER)(OTTERS, None).url == f"{BASE}/a/{OTTERS.id}"
