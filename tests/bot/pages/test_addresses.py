from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from bot.pages.addresses import HOLDS, Addresses, Signer, read_mark, write_mark
from bot.reply.page_links import link_to, open_at, showing
from bot.reply.reply import Button
from bot.storage.chats import ChatStore
from tests.support.pages import BASE, OTHER, OTTERS, READER, SHELVED, find

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
PRINTED = replace(OTTERS, url="https://weir.example/otters")
WORDS = "They will leave in autumn"


@pytest.fixture
def clock():
    return [NOW]


@pytest.fixture
def state(tmp_path, clock):
    state = ChatStore(tmp_path / "chats.db", clock=lambda: clock[0])
    yield state
    state.close()


@pytest.fixture
def signer(state):
    return Signer(state.page_keys, state.clock)


@pytest.fixture
def addresses(signer):
    return Addresses(BASE, signer)


def test_an_article_for_everybody_has_a_plain_address_that_opens_at_the_words(addresses):
    link = addresses.of(READER)(OTTERS, find(OTTERS, WORDS))
    parts = urlsplit(link.url)
    assert parts.path == f"/read/a/{OTTERS.id}"
    assert read_mark(OTTERS, parts.query.removeprefix("m=")) == find(OTTERS, WORDS)
    assert unquote(parts.fragment) == f"p3:~:text={WORDS}"
    assert urlsplit(link.app)._replace(query="", fragment="").geturl() == f"{BASE}/m/a/{OTTERS.id}"
    assert link == addresses.of(OTHER)(OTTERS, find(OTTERS, WORDS))


def test_without_words_an_address_opens_the_top(addresses):
    link = addresses.of(READER)(OTTERS, None)
    assert (link.url, link.app) == (f"{BASE}/a/{OTTERS.id}", f"{BASE}/m/a/{OTTERS.id}")


def test_an_article_on_a_shelf_has_an_address_signed_for_its_reader(addresses, signer):
    link = addresses.of(READER)(SHELVED, find(SHELVED, WORDS))
    _, _, kind, token, article = urlsplit(link.url).path.split("/")
    assert (kind, article) == ("r", SHELVED.id)
    grant = signer.read(SHELVED.id, token)
    assert grant.chat_id == READER
    assert grant.until == NOW + HOLDS
    assert token not in link.app
    assert urlsplit(link.app).path == f"/read/m/s/{SHELVED.id}"


def test_a_token_opens_no_other_article(signer):
    token = signer.sign(SHELVED.id, READER, HOLDS)
    assert signer.read(OTTERS.id, token) is None


def test_a_token_ends_after_its_time(signer, clock):
    token = signer.sign("a", READER, HOLDS)
    clock[0] += HOLDS - timedelta(seconds=1)
    assert signer.read("a", token)
    clock[0] += timedelta(seconds=1)
    assert signer.read("a", token) is None


@pytest.mark.parametrize("bit", range(0, 36 * 8, 5))
def test_a_changed_bit_makes_a_token_worthless(signer, bit):
    raw = bytearray(base64.urlsafe_b64decode(signer.sign("a", READER, HOLDS)))
    raw[bit // 8] ^= 1 << bit % 8
    assert signer.read("a", base64.urlsafe_b64encode(raw).decode()) is None


@given(st.text(max_size=60))
def test_whatever_is_sent_as_a_token_says_nothing(text):
    keys = SimpleNamespace(find=lambda *_: None)
    assert Signer(keys, lambda: NOW).read("a", text) is None


def test_groups_have_tokens_too(signer):
    assert signer.read("a", signer.sign("a", -1001234567890123, HOLDS)).chat_id == -1001234567890123


def test_a_new_key_ends_all_links(state, signer, clock):
    token = signer.sign("a", READER, HOLDS)
    state.page_keys.replace(clock[0])
    assert signer.read("a", token) is None
    clock[0] += timedelta(minutes=1)  # until then a process may sign by the old one
    assert signer.read("a", signer.sign("a", READER, HOLDS))


def test_a_key_is_looked_up_once_a_minute(signer, clock, monkeypatch):
    signer.sign("a", READER, HOLDS)
    monkeypatch.setattr("bot.storage.pages.keys.PageKeys.current", lambda *_: pytest.fail("again"))
    clock[0] += timedelta(seconds=59)
    signer.sign("a", READER, HOLDS)


@pytest.mark.parametrize(
    "mark", ["", "1-2", "0-0-e3b0c4", "9-3-aaaaaa", "0-99999-aaaaaa", "0-3-zzzzzz", "٣-٤-aaaaaa"]
)
def test_what_is_no_place_of_the_article_marks_nothing(mark):
    assert read_mark(OTTERS, mark) is None


def test_words_that_were_corrected_are_marked_no_more():
    mark = write_mark(OTTERS, find(OTTERS, WORDS))
    corrected = replace(OTTERS, body=OTTERS.body.replace("autumn", "winter"))
    assert read_mark(corrected, mark) is None
    assert read_mark(replace(OTTERS, body=OTTERS.body + " More."), mark) == find(OTTERS, WORDS)


def test_a_publishers_own_address_is_what_is_linked(addresses):
    with showing(addresses.of(READER)):
        assert link_to(PRINTED) == PRINTED.url
        assert link_to(PRINTED, find(PRINTED, WORDS)).startswith(f"{PRINTED.url}#:~:text=")
        (button,) = open_at("Open", PRINTED, find(PRINTED, WORDS))
    assert button == Button("Open", url=link_to(PRINTED, find(PRINTED, WORDS)))


def test_a_page_of_ours_is_linked_where_there_is_none(addresses):
    with showing(addresses.of(READER)):
        assert link_to(OTTERS) == f"{BASE}/a/{OTTERS.id}"
        (button,) = open_at("Open", OTTERS)
    assert button == Button("Open", url=f"{BASE}/a/{OTTERS.id}", app=f"{BASE}/m/a/{OTTERS.id}")


def test_without_pages_an_article_without_an_address_has_no_link():
    assert link_to(OTTERS, (0, 5)) is None
    assert open_at("Open", OTTERS) == ()
    with showing(None):
        assert link_to(OTTERS) is None


def test_where_nothing_can_be_signed_there_is_no_link_and_an_answer_all_the_same(
    addresses, monkeypatch
):
    def locked(*_: object) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr("bot.storage.pages.keys.PageKeys.current", locked)
    with showing(addresses.of(READER)), structlog.testing.capture_logs() as logs:
        assert link_to(SHELVED) is None
        assert open_at("Open", SHELVED) == ()
        assert link_to(OTTERS)
    assert {line["event"] for line in logs} == {"cannot sign a link"}
