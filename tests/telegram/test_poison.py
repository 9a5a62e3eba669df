"""Updates that cannot be read or stored: each is its own affair, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_connection
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from telegram import Bot, Update

from bot.storage.chats import ChatStore
from bot.telegram.receiving.inbox import Inbox
from bot.telegram.receiving.reading import Poison, name_raw_kind, parse_payload, read, read_number
from tests.support import fuzzing, office
from tests.support.fake_bot import figure, free_port, serving, settled, texts, until
from tests.support.fakes import QUICK
from tests.support.telegram_rules import JSON
from tests.support.telegram_server import TelegramServer

READER, OTHER, GROUP = 7, 8, -100
BOT = Bot("1:TEST")
SECRET = "Who stole the weir?"
POLL = {
    "id": "1",
    "question": SECRET,
    "options": [{"text": "a", "voter_count": 0}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
}
"""A poll as servers of Bot API 9.5 write it."""


def message(text: str = SECRET, chat: Any = READER, **more: object) -> JSON:
    sender = {"id": READER, "is_bot": False, "first_name": "Ottilie"}
    known = {"message_id": 1, "date": 1_700_000_000, "text": text, "from": sender}
    return known | ({"chat": {"id": chat, "type": "private"}} if chat else {}) | more


def nested(depth: int) -> Any:
    inner: Any = SECRET
    for _ in range(depth):
        inner = [inner]
    return inner


NUMBER = 100_500
POISON = {
    "a poll of an older server": {"message": message(poll=POLL)},
    "a message in no chat": {"message": message(chat=None)},
    "an edit in no chat": {"edited_message": message(chat=None)},
    "a chat beyond all numbers": {"message": message(chat=2**63)},
    "a message beyond all numbers": {"message": message(message_id=10**300)},
    "a date beyond all time": {"message": message(date=10**17)},
    "a message that is a list": {"message": [SECRET]},
    "a message that is text": {"message": SECRET},
    "a message without anything": {"message": {}},
    "a chat that is a list": {"message": message(chat=[READER])},
    "a text that is none": {"message": message(text=True)},
    "an edited text that is none": {"edited_message": message(text=5)},
    "a query without anything": {"inline_query": {}},
    "something deep": {"message": message(photo=nested(900))},
}


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        server.chat(OTHER)
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


def told(log: list[dict[str, Any]]) -> str:
    return json.dumps([{**line, "exc_info": str(line.get("exc_info"))} for line in log])


@asynccontextmanager
async def hooked(telegram: TelegramServer, home: Path):
    port = free_port()
    more = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    async with serving(telegram, home, webhook_secret="s3cret", **more) as bot:
        yield bot, more["webhook_url"]


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON)
@pytest.mark.parametrize("by_webhook", [False, True], ids=["polling", "webhook"])
async def test_others_are_answered_and_the_poison_is_acknowledged(
    telegram, tmp_path, log, poison, by_webhook
):
    way = hooked if by_webhook else serving
    async with way(telegram, tmp_path) as got:
        bot = got[0] if by_webhook else got
        batch = [{"update_id": NUMBER} | poison]
        batch.insert(0, {"update_id": NUMBER - 1, "message": message("first")})
        batch.append({"update_id": NUMBER + 1, "message": message("last", OTHER)})
        telegram.deliver(*batch)
        await telegram.wait_for_messages(READER)
        await telegram.wait_for_messages(OTHER)
        await settled(telegram, bot)
        assert (texts(telegram), texts(telegram, OTHER)) == (
            ["You said: first"],
            ["You said: last"],
        )
        metrics = bot.service.metrics
        await until(lambda: figure(metrics, "byline_updates_total", kind="poison") == 1)
        checkup = bot.service.health.check()
        assert (checkup.problems, checkup.poison) == ((), 1)
    (line,) = [line for line in log if line["event"].startswith("an update cannot be read")]
    assert line["update"] == NUMBER
    assert line["kind"] in poison
    assert SECRET not in told(log)
    assert "Ottilie" not in told(log)

    async with serving(telegram, tmp_path) as bot:
        telegram.say(OTHER, "still there?")
        await telegram.wait_for_messages(OTHER, 2)
        assert figure(bot.service.metrics, "byline_updates_total", kind="poison") == 0
        assert bot.service.health.check().poison == 1


async def test_nothing_of_the_poison_is_stored_but_its_number_and_kind(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.deliver({"update_id": NUMBER, "message": message(poll=POLL)})
        await until(bot.state.poison)
        with bot.state._engine.connect() as connection:
            (row,) = connection.exec_driver_sql("SELECT * FROM inbox").mappings()
        known = {name: value for name, value in row.items() if name != "received"}
        assert known == {
            "update_id": NUMBER,
            "chat_id": None,
            "payload": "",
            "begun": 0,
            "done": 1,
            "poison": "message",
            "holder": None,
            "held_for": None,
        }


async def test_poison_that_telegram_delivers_twice_is_counted_once(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        for _ in range(2):
            telegram.deliver({"update_id": NUMBER, "message": message(poll=POLL)})
            await telegram.wait_for(lambda: not telegram.pending_updates)
        metrics = bot.service.metrics
        await until(lambda: figure(metrics, "byline_updates_total", kind="poison") == 1)
        await asyncio.sleep(0.1)
        assert figure(metrics, "byline_updates_total", kind="poison") == 1


async def test_much_poison_is_a_line_once_in_a_while(telegram, tmp_path, log):
    async with serving(telegram, tmp_path) as bot:
        poison = [{"update_id": NUMBER + n, "message": message(poll=POLL)} for n in range(50)]
        telegram.deliver(*poison)
        await until(lambda: bot.state.poison() == 50)
    assert [line["event"] for line in log].count("an update cannot be read; it is set aside") == 1


async def test_updates_without_a_number_are_not_asked_for_without_a_pause(telegram, tmp_path, log):
    timing = replace(QUICK, first_delay_s=0.3, longest_delay_s=0.3)
    async with serving(telegram, tmp_path, timing=timing) as bot:
        telegram.deliver({"message": message()}, None, [], "x", {"update_id": 2**63})
        await asyncio.sleep(1)
        assert len(telegram.calls("getUpdates")) < 6
        assert bot.service.health.check().poison == 0
        telegram.say(OTHER, "q")
        await telegram.wait_for_messages(OTHER)
    reasons = {line.get("reason") for line in log}
    assert "updates without a number come again and again" in reasons
    assert SECRET not in told(log)


async def test_an_answer_that_is_no_json_is_not_written_into_the_log(
    telegram, tmp_path, log, monkeypatch, caplog
):
    posted = httpx.AsyncClient.request
    torn = True

    async def tear(client: httpx.AsyncClient, *args: Any, **kwargs: Any) -> httpx.Response:
        answer = await posted(client, *args, **kwargs)
        if torn and SECRET in answer.text:
            answer._content = answer.content[:-9]
        return answer

    monkeypatch.setattr(httpx.AsyncClient, "request", tear)
    async with serving(telegram, tmp_path):
        telegram.say(READER, SECRET)
        await until(lambda: "Telegram sent no JSON" in {line.get("reason") for line in log})
        torn = False
        await telegram.wait_for_messages(READER)
    assert SECRET not in told(log) + caplog.text


async def test_a_webhook_takes_what_is_no_json_from_who_knows_the_secret(telegram, tmp_path):
    async with hooked(telegram, tmp_path) as (bot, url), httpx.AsyncClient() as client:
        secret = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
        for body in (b"{", b"\xff", b"[]", b"null", b"[" * 100_000, b"{}"):
            assert (await client.post(url, content=body, headers=secret)).status_code == 200
            assert (await client.post(url, content=body)).status_code == 403
        assert (await client.get(url, headers=secret)).status_code == 405
        assert (await client.post(f"{url}er", content=b"{}", headers=secret)).status_code == 404
        await until(lambda: figure(bot.service.metrics, "byline_updates_total", kind="poison") == 6)
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_a_webhook_reads_no_body_that_is_too_long_to_be_telegrams(telegram, tmp_path):
    async with hooked(telegram, tmp_path) as (_, url):
        with create_connection(("127.0.0.1", httpx.URL(url).port)) as raw:
            raw.sendall(b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n")
            assert (await asyncio.to_thread(raw.recv, 99)).startswith(b"HTTP/1.1 400")
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_a_webhook_answers_500_to_no_update_whatever_fails(
    telegram, tmp_path, monkeypatch, log
):
    async def broken(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Inbox, "take", broken)
    async with hooked(telegram, tmp_path) as (_, url), httpx.AsyncClient() as client:
        secret = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
        assert (await client.post(url, content=b"{}", headers=secret)).status_code == 200
    assert "cannot take an update" in told(log)
    assert SECRET not in told(log)


@pytest.mark.parametrize("error", [MemoryError, RuntimeError, OverflowError, KeyError])
async def test_what_cannot_be_stored_is_answered_all_the_same(
    telegram, tmp_path, monkeypatch, log, error
):
    async with serving(telegram, tmp_path) as bot:
        with monkeypatch.context() as patch:
            patch.setattr(bot.state, "keep", _raising(error(SECRET)))
            patch.setattr(bot.state, "set_aside", _raising(error(SECRET)))
            telegram.say(READER, "q")
            await telegram.wait_for_messages(READER)
            poison = [{"update_id": NUMBER + n, "message": message(poll=POLL)} for n in range(2)]
            telegram.deliver(*poison)
            metrics = bot.service.metrics
            await until(lambda: figure(metrics, "byline_updates_total", kind="poison") == 2)
        telegram.say(READER, "next")
        await telegram.wait_for_messages(READER, 2)
        assert texts(telegram) == ["You said: q", "You said: next"]
    lines = [line for line in log if line["event"] == "cannot store an update"]
    assert {line["error"].split(",")[0] for line in lines} == {error.__name__}
    assert SECRET not in told(log)


async def test_a_question_that_cannot_be_taken_in_is_told_to_its_reader(
    telegram, tmp_path, monkeypatch
):
    async with serving(telegram, tmp_path) as bot:
        with monkeypatch.context() as patch:
            patch.setattr(Inbox, "_looked_at", _raising(MemoryError()))
            telegram.say(READER, "q")
            await telegram.wait_for_messages(READER)
            assert texts(telegram) == ["Sorry for 1"]
            assert bot.state.poison() == 1
        telegram.say(READER, "next")
        await telegram.wait_for_messages(READER, 2)
        await settled(telegram, bot)


async def test_what_cannot_even_be_set_aside_is_later(telegram, tmp_path, monkeypatch):
    async with serving(telegram, tmp_path) as bot:
        with monkeypatch.context() as patch:
            patch.setattr(Inbox, "_set_aside", _raising(MemoryError()))
            telegram.deliver({"update_id": NUMBER, "message": message(poll=POLL)})
            await until(lambda: bot.service._inbox._lost)
            assert bot.state.poison() == 0
        await until(lambda: bot.state.poison() == 1)
        await until(lambda: not bot.service._inbox._lost)


def _raising(error: Exception):
    def fail(*_: object) -> bool:
        raise error

    return fail


async def test_half_a_character_is_answered_and_stands_as_one_that_is_missing(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.deliver({"update_id": NUMBER, "message": message("who \ud83d won \udc00?")})
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == ["You said: who � won �?"]


@pytest.mark.both_databases
@pytest.mark.parametrize("payload", ["", "{", "[]", "{}", '{"update_id": 5}', "null"])
async def test_a_stored_update_that_cannot_be_read_keeps_no_start_from_its_work(
    telegram, tmp_path, payload
):
    state = ChatStore(tmp_path / "chats.db")
    inbox = Inbox(state, QUICK)
    for number in (4, 5, 6):
        one = {"update_id": number, "message": message(f"q{number}")}
        await inbox.put(Update.de_json(one, BOT))
    inbox.close()
    with state._engine.begin() as connection:
        changed = sa.text("UPDATE inbox SET payload = :payload WHERE update_id = 5")
        connection.execute(changed, {"payload": payload})
    state.close()
    async with serving(telegram, tmp_path) as bot:
        await telegram.wait_for_messages(READER, 2)
        assert texts(telegram) == ["You said: q4", "You said: q6"]
        await settled(telegram, bot)
        assert bot.service.health.check().poison == 1
    async with serving(telegram, tmp_path) as bot:
        assert bot.state.unfinished() == []


async def test_admins_are_told_once_and_see_the_count(tmp_path):
    home = office.furnished(tmp_path)
    with office.emulated() as telegram:
        for start in (0, 10):
            async with office.serving(telegram, home) as bot:
                poison = {"message": message(poll=POLL)}
                telegram.deliver(*({"update_id": NUMBER + start + n} | poison for n in range(3)))
                await until(lambda start=start, bot=bot: bot.state.poison() == 3 + 3 * (start > 0))
                await telegram.wait_for_messages(office.ADMIN)
                await telegram.wait_for_messages(office.SECOND)
                said = await office.said(telegram, "/health")
        for admin in (office.ADMIN, office.SECOND):
            (first, *others) = telegram.messages(admin)
            assert f"(number {NUMBER}, message)" in first.text
            assert not any("It was set aside" in other.text for other in others)
        assert telegram.messages(office.READER) == []
    assert "6 updates of the last day could not be read" in said.text


async def test_an_admin_who_cannot_be_told_keeps_nobody_else_from_it(tmp_path):
    home = office.furnished(tmp_path)
    with office.emulated() as telegram:
        telegram.block(office.ADMIN)
        async with office.serving(telegram, home):
            telegram.deliver({"update_id": NUMBER, "message": message(poll=POLL)})
            await telegram.wait_for_messages(office.SECOND)


def test_poison_is_counted_for_a_day_and_forgotten_by_nobodys_wish(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    assert state.set_aside(5, "message")
    assert not state.set_aside(5, "message")
    state.forget(READER)
    state.purge()
    assert state.poison() == 1
    with state._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE inbox SET received = received - 90000")
    state.purge()
    assert state.poison() == 0
    state.close()


def test_an_update_that_is_broken_is_named_by_telegrams_words_alone():
    assert name_raw_kind({"update_id": 1, "message": 5}) == "message"
    for raw in (None, [], "message", {"Who won?": 1}, {}):
        assert (name_raw_kind(raw), read_number(raw)) == ("unknown", None)
    for number in (True, "5", 5.0, -1, 2**63, None):
        assert read_number({"update_id": number}) is None
    assert read_number({"update_id": 2**63 - 1}) == 2**63 - 1


def test_numbers_of_any_length_can_be_parsed_but_are_out_of_range():
    digits = "9" * 20_000
    assert parse_payload(f"[5, -5, {digits}]".encode()) == [5, -5, 2**63]
    with pytest.raises(ValueError, match="range"):
        read(parse_payload(f'{{"update_id": 5, "n": {digits}}}'.encode()), BOT)


def broken(value: Any) -> st.SearchStrategy[Any]:
    """The same, with something in it left out, or replaced by what does not belong there."""
    odd = st.sampled_from([None, 2**63, -(2**70), "\ud800", [], {}, [{}], True, 1e300, "x", 0])
    if isinstance(value, dict) and value:
        return st.sampled_from(sorted(value)).flatmap(
            lambda name: st.one_of(
                st.just({k: v for k, v in value.items() if k != name}),
                odd.map(lambda other: value | {name: other}),
                broken(value[name]).map(lambda other: value | {name: other}),
            )
        )
    return odd


@pytest.fixture(scope="module")
def taken(tmp_path_factory) -> Iterator[Callable[[Any], list[object]]]:
    """What an inbox makes of an update."""
    state = ChatStore(tmp_path_factory.mktemp("taken") / "chats.db")
    inbox = Inbox(state, QUICK)

    async def take(raw: Any) -> list[object]:
        await inbox.take(raw, BOT)
        return [inbox.get_nowait() for _ in range(inbox.qsize())]

    with asyncio.Runner() as runner:
        yield lambda raw: runner.run(take(raw))
    inbox.close()
    state.close()


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
@given(raw=fuzzing.payloads().flatmap(broken), number=st.integers(0, 2**62))
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_whatever_comes_is_taken(taken, raw, number):
    whole = raw | {"update_id": number} if isinstance(raw, dict) else raw
    assert all(isinstance(item, Update | Poison) for item in taken(whole))
