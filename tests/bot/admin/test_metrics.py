"""What is counted, served and checked while the bot runs."""

from __future__ import annotations

import asyncio
import json
import math
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import AF_INET6, create_connection, socket
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import structlog
from telegram import WebhookInfo
from telegram.error import NetworkError

from bot.admin.health import Health
from bot.admin.metrics import Metrics, serve
from bot.request_trace import Trace, get_current, trace_update
from bot.services import Services
from bot.storage.chats import ChatStore
from bot.storage.coordination.alone import Alone
from bot.telegram.app import Service
from bot.telegram.receiving.polling import (
    CANNOT_LISTEN,
    REFUSED_TOKEN,
    TAKEN_TOKEN,
    Polling,
    StoppedError,
)
from corpus.archive import Archive
from corpus.sandbox.process import Reason
from corpus.storage.sources import Source
from retrieval.reading.reader import Reader
from tests.support.fake_bot import figure, free_port
from tests.support.fakes import QUICK, FakeConversation, settings
from tests.support.models import FakeReaderModel
from tests.support.newsroom import ARTICLES, FUNICULAR_QUESTION, Newsroom, newsroom
from tests.support.telegram_server import TelegramServer

READER, GROUP = 7, -100
SECRET = "Which bridge does Zwolfhausen build"


@pytest.fixture
def telegram():
    with TelegramServer() as server:
        server.chat(READER)
        server.chat(GROUP, "supergroup")
        yield server


@pytest.fixture(autouse=True)
def log():
    merge = structlog.contextvars.merge_contextvars
    with structlog.testing.capture_logs(processors=[merge]) as entries:
        yield entries


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
def health(state) -> Health:
    health = Health(state, None, silent_s=60)
    health.heard()
    return health


class Running:
    """A service that runs until the context ends."""

    def __init__(self, telegram: TelegramServer, state: ChatStore, **more: Any) -> None:
        self.telegram = telegram
        timing = more.pop("timing", QUICK)
        archive = more.pop("archive", None)
        conversation = more.pop("conversation", FakeConversation(state))
        chosen = settings(telegram.token, telegram.url, Path("unused"), **more)
        self.service = Service(chosen, conversation, state, timing=timing, archive=archive)
        self.stop = asyncio.Event()

    async def __aenter__(self) -> Service:
        self.task = asyncio.create_task(self.service.serve(self.stop))
        await self.telegram.wait_for(lambda: self.service.application.running or self.task.done())
        return self.service

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await self.task


def archive_of(room: Newsroom) -> Services:
    """An archive that is open already."""
    beside = {"broken": {}, "coordination": Alone()}
    return SimpleNamespace(searcher=room.searcher, store=room.store, **beside)  # type: ignore[return-value]


async def until(true) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.01)


async def test_every_line_about_an_update_has_its_number(telegram, state, log):
    async with Running(telegram, state) as service:
        telegram.fail("sendMessage", 429, retry_after=1)
        telegram.say(READER, SECRET)
        telegram.say(GROUP, "/ask boom")
        await until(lambda: len([one for one in log if one["event"] == "answered"]) == 2)
    slowed = next(entry for entry in log if entry["event"] == "Telegram asks to slow down")
    broken = next(entry for entry in log if entry["event"] == "cannot handle an update")
    answered = [entry for entry in log if entry["event"] == "answered"]
    assert {slowed["request"], broken["request"]} <= {entry["request"] for entry in answered}
    assert len({entry["request"] for entry in answered}) == 2
    assert all(re.fullmatch("[0-9a-f]{6}", entry["request"]) for entry in answered)
    assert figure(service.metrics, "byline_telegram_retries_total", reason="flood") == 1
    assert figure(service.metrics, "byline_errors_total") == 1


async def test_the_line_about_an_answer_holds_kind_verdict_and_time_and_no_word(
    telegram, log, tmp_path
):
    with newsroom(tmp_path / "home", ARTICLES) as room:
        more = {"conversation": room.conversation, "archive": archive_of(room)}
        async with Running(telegram, room.state, **more):
            telegram.say(READER, FUNICULAR_QUESTION)
            await until(lambda: [one for one in log if one["event"] == "answered"])
        room.store.close()
    (line,) = [entry for entry in log if entry["event"] == "answered"]
    assert set(line) == {"event", "log_level", "request", "kind", "answer", "verdict", "ms"}
    found = line["kind"], line["answer"], line["verdict"]
    assert found == ("question", "passages", "answer")
    assert 0 < line["ms"] < 5000
    assert "signatures" not in json.dumps([entry | {"exc_info": 0} for entry in log])


async def test_what_gets_no_answer_is_counted_and_not_called_answered(telegram, state, log):
    async with Running(telegram, state) as service:
        question = telegram.say(READER, "q")
        await until(lambda: figure(service.metrics, "byline_updates_total", kind="question"))
        telegram.edit(READER, question, "/start")
        await until(lambda: figure(service.metrics, "byline_updates_total", kind="edited_message"))
    assert len([entry for entry in log if entry["event"] == "answered"]) == 1
    assert figure(service.metrics, "byline_answer_seconds_count") == 1


async def test_updates_are_counted_by_kind_and_answers_by_what_was_found(telegram, state):
    async with Running(telegram, state) as service:
        metrics = service.metrics
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        telegram.press(READER, message.message_id, "2")
        telegram.say(READER, "/help")
        telegram.send_sticker(READER)
        telegram.say(READER, "boom")
        kinds = ("press", "command", "unreadable")
        await until(lambda: figure(metrics, "byline_answer_seconds_count") == 5)
        for kind in kinds:
            assert figure(metrics, "byline_updates_total", kind=kind) == 1
        assert figure(metrics, "byline_updates_total", kind="question") == 2
        known = {"kind": "question", "answer": "none", "verdict": "fault"}
        assert figure(metrics, "byline_answers_total", **known) == 1
        assert figure(metrics, "byline_errors_total") == 1


@pytest.mark.parametrize(("status", "reason"), [(500, "server"), (502, "server")])
async def test_second_attempts_are_counted(telegram, state, status, reason):
    async with Running(telegram, state) as service:
        telegram.fail("sendMessage", status, times=2)
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
        assert figure(service.metrics, "byline_telegram_retries_total", reason=reason) == 2


async def test_figures_and_health_are_served_where_a_port_is_set(telegram, tmp_path):
    port = free_port()
    with newsroom(tmp_path / "home", ARTICLES) as room:
        more = {"conversation": room.conversation, "archive": archive_of(room)}
        async with Running(telegram, room.state, metrics_port=port, **more):
            await until(lambda: telegram.calls("getUpdates"))
            telegram.say(READER, FUNICULAR_QUESTION)
            await telegram.wait_for_messages(READER)
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                figures = (await client.get("/metrics")).text
                health = await client.get("/healthz")
                elsewhere = await client.get("/")
        room.store.close()
    told = health.json()
    assert (health.status_code, told["ok"], told["problems"]) == (200, True, [])
    assert (told["articles"], told["revision"]) == (3, room.searcher.snapshot.index.revision)
    assert told["quiet_s"] < 5
    assert "byline_articles 3.0" in figures
    assert "byline_shelf_articles 0.0" in figures
    assert "process_resident_memory_bytes" in figures
    (revision,) = re.findall(r"^byline_index_revision (\S+)$", figures, re.MULTILINE)
    assert float(revision) == told["revision"]
    assert elsewhere.status_code == 404
    assert FUNICULAR_QUESTION not in figures
    assert str(READER) not in re.findall(r'"([^"]*)"', figures)


async def test_nothing_is_served_unless_asked(telegram, state, monkeypatch):
    monkeypatch.setattr("bot.telegram.app.serve", None)
    async with Running(telegram, state):
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_a_port_in_use_stops_the_bot_with_a_reason(telegram, state):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        running = Running(telegram, state, metrics_port=port)
        with pytest.raises(StoppedError, match=f"127.0.0.1:{port}.* another BYLINE_METRICS_PORT"):
            await running.service.serve(running.stop)
        with pytest.raises(StoppedError) as stopped:
            await running.service.serve(running.stop)
    assert stopped.value.code == CANNOT_LISTEN


async def test_an_address_that_is_not_ours_stops_the_bot_too(telegram, state):
    more = {"metrics_port": free_port(), "metrics_listen": "203.0.113.7"}
    running = Running(telegram, state, **more)
    with pytest.raises(StoppedError, match=r"cannot listen on 203.0.113.7"):
        await running.service.serve(running.stop)


def test_only_this_machine_is_answered_by_default(health):
    with serve(Metrics(), health, listen=settings("1:abc", "http://x", Path()).metrics_listen,
                 port=0) as port:  # fmt: skip
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        with pytest.raises(OSError, match="refused"):
            create_connection(("127.0.0.2", port), timeout=5)


def test_the_newer_protocol_is_spoken_too(health):
    try:
        free_port(AF_INET6, "::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with serve(Metrics(), health, listen="::1", port=0) as port:
        assert httpx.get(f"http://[::1]:{port}/healthz").status_code == 200


def test_whoever_connects_and_says_nothing_holds_nobody_up(health):
    with (
        serve(Metrics(), health, listen="127.0.0.1", port=0) as port,
        create_connection(("127.0.0.1", port)),
    ):
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200


def test_before_the_first_contact_all_is_not_well(state):
    health = Health(state, None, silent_s=60)
    with serve(Metrics(), health, listen="127.0.0.1", port=0) as port:
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["no contact with Telegram yet"]


async def test_a_telegram_that_is_silent_for_too_long_is_a_problem(telegram, state):
    async with Running(telegram, state, timing=replace(QUICK, silent_s=0.5)) as service:
        await until(lambda: not service.health.check().problems)
        telegram.stop()
        await until(lambda: service.health.check().problems)
        (problem,) = service.health.check().problems
        assert re.fullmatch(r"no contact with Telegram for \d s", problem)
        telegram.start()
        await until(lambda: not service.health.check().problems)


@pytest.mark.sqlite_only("what SQLite says of a missing table")
def test_chats_that_do_not_answer_are_a_problem(health, tmp_path):
    with closing(sqlite3.connect(tmp_path / "chats.db")) as chats:
        chats.execute("ALTER TABLE inbox RENAME TO elsewhere")
    (problem,) = health.check().problems
    assert problem == "the database of chats does not answer: no such table: inbox"


@pytest.mark.sqlite_only("what SQLite says of a missing table")
def test_an_archive_that_does_not_answer_is_a_problem_and_leaves_the_other_figures(state, tmp_path):
    with newsroom(tmp_path / "home", ARTICLES) as room:
        health, metrics = Health(state, room.searcher, silent_s=60), Metrics()
        health.heard()
        metrics.watch(health, lambda: 4)
        assert health.check().problems == ()
        with closing(sqlite3.connect(tmp_path / "home" / "articles.db")) as archive:
            archive.execute("PRAGMA legacy_alter_table = ON")
            archive.execute("ALTER TABLE article RENAME TO elsewhere")
        assert health.check().problems == ("the archive does not answer: no such table: article",)
        assert health.check().articles is None
        assert math.isnan(figure(metrics, "byline_articles"))
        assert figure(metrics, "byline_queue_length") == 4
        room.store.close()


def test_an_index_that_is_not_there_is_a_problem(state, tmp_path):
    with newsroom(tmp_path / "home", ARTICLES) as room:
        room.searcher.snapshot = type(room.searcher)(
            Archive(tmp_path / "none", room.store), room.searcher.encoder
        ).snapshot
        health = Health(state, room.searcher, silent_s=60)
        health.heard()
        assert health.check().problems == ("the index is not loaded",)
        room.store.close()


def test_windows_left_unread_are_counted(state, tmp_path):
    with newsroom(tmp_path / "home", ARTICLES) as room:
        metrics = Metrics()
        metrics.watch(Health(state, room.searcher, silent_s=60), lambda: 0)
        assert figure(metrics, "byline_windows_unread_total") == 0

        room.searcher.reader = reader = Reader(FakeReaderModel(), limit_ms=60_000)
        reader.unread = 3
        assert figure(metrics, "byline_windows_unread_total") == 3
        room.store.close()


def test_feeds_are_counted_by_state_and_each_of_the_first_has_figures(state, tmp_path, monkeypatch):
    monkeypatch.setattr("bot.admin.feed_metrics.MOST_FEEDS", 2)
    now = datetime.now(UTC)
    with newsroom(tmp_path / "home", ARTICLES) as room:
        for source in (
            Source("https://a.example/", now, last_success=now - timedelta(hours=1)),
            Source("https://b.example/", now + timedelta(hours=1), errors=3),
            Source("https://c.example/", now, errors=9, paused=now),
        ):
            room.store.sources.add(source)
        metrics = Metrics()
        metrics.watch(Health(state, room.searcher, silent_s=60), lambda: 0)
        assert figure(metrics, "byline_feeds", state="well") == 1
        assert figure(metrics, "byline_feeds", state="paused") == 1
        assert figure(metrics, "byline_feed_failures", feed="https://c.example/") == 9
        assert 3500 < figure(metrics, "byline_feed_next_seconds", feed="https://b.example/") <= 3600
        of_third = {"feed": "https://a.example/"}
        assert metrics.registry.get_sample_value("byline_feed_failures", of_third) is None
        room.store.sources.remove("https://c.example/")
        assert figure(metrics, "byline_feed_quiet_seconds", **of_third) >= 3600
        assert figure(metrics, "byline_feed_articles_per_day", **of_third) == 0
        room.store.close()


def test_what_reading_had_to_be_stopped_at_is_counted(state, monkeypatch):
    counted = SimpleNamespace(stopped=Counter({Reason.TIME: 2}))
    monkeypatch.setattr("bot.admin.metrics.shared", lambda: counted)
    metrics = Metrics()
    metrics.watch(Health(state, None, silent_s=60), lambda: 0)
    told = {
        reason: metrics.registry.get_sample_value(
            "byline_reading_stopped_total", {"reason": reason}
        )
        for reason in Reason
    }
    assert told == {"time": 2, "memory": 0, "crash": 0}


def test_silence_is_no_number_before_the_first_contact(state):
    metrics = Metrics()
    metrics.watch(Health(state, None, silent_s=60), lambda: 0)
    assert math.isnan(figure(metrics, "byline_telegram_quiet_seconds"))


def test_outside_of_an_update_there_is_a_number_all_the_same():
    assert re.fullmatch("[0-9a-f]{6}", get_current().reference)
    with trace_update("question") as trace:
        assert get_current() is trace
    assert get_current() is not trace


def test_an_apology_is_counted_as_one_whatever_was_found():
    metrics = Metrics()
    trace = Trace("abc123", "question", "passages", "answer", answered=True, failed=True)
    metrics.handled(trace, 0.3)
    known = {"kind": "question", "answer": "passages", "verdict": "fault"}
    assert figure(metrics, "byline_answers_total", **known) == 1
    assert figure(metrics, "byline_answer_seconds_bucket", le="0.25") == 0
    assert figure(metrics, "byline_answer_seconds_bucket", le="0.5") == 1


async def test_of_two_processes_with_one_token_the_newcomer_gives_way(
    telegram, state, tmp_path, log
):
    other = ChatStore(tmp_path / "other.db")
    patient = replace(QUICK, settled_s=0.2, poll_s=5)
    async with Running(telegram, state, timing=patient) as first:
        await asyncio.sleep(0.3)  # now it is settled
        second = Running(telegram, other, timing=replace(patient, settled_s=60, conflicts=1))
        with pytest.raises(StoppedError, match="another process answers with this bot") as stopped:
            async with asyncio.timeout(20):
                await second.service.serve(second.stop)
        assert stopped.value.code == TAKEN_TOKEN
        assert "another process uses this bot token" in {entry["event"] for entry in log}
        telegram.say(READER, "still there?")
        await telegram.wait_for_messages(READER)
        await until(lambda: figure(first.metrics, "byline_updates_total", kind="question") == 1)
    other.close()


@pytest.mark.parametrize("settled_s", [60, 0], ids=["just started", "long running"])
async def test_of_two_processes_that_are_as_old_one_gives_way_and_the_other_answers(
    telegram, state, tmp_path, settled_s
):
    other = ChatStore(tmp_path / "other.db")
    timing = replace(QUICK, settled_s=settled_s, poll_s=5)
    two = [Running(telegram, one, timing=timing) for one in (state, other)]
    serving = [asyncio.create_task(one.service.serve(one.stop)) for one in two]
    async with asyncio.timeout(30):
        (lost,), (won,) = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
    error = lost.exception()
    assert isinstance(error, StoppedError)
    assert error.code == TAKEN_TOKEN
    telegram.say(READER, "still there?")
    await telegram.wait_for_messages(READER)
    await asyncio.sleep(2 * timing.aside_s)
    assert not won.done()
    (running,) = (one for one, task in zip(two, serving, strict=True) if task is won)
    assert running.service.health.check().problems == ()
    running.stop.set()
    await won
    other.close()


async def test_a_process_that_is_started_again_and_again_ends_none_that_runs(
    telegram, state, tmp_path
):
    other = ChatStore(tmp_path / "other.db")
    timing = replace(QUICK, settled_s=0, poll_s=5)
    async with Running(telegram, state, timing=timing):
        for _ in range(3):
            newcomer = Running(telegram, other, timing=replace(timing, settled_s=60))
            with pytest.raises(StoppedError, match="another process answers"):
                async with asyncio.timeout(20):
                    await newcomer.service.serve(newcomer.stop)
        telegram.say(READER, "still there?")
        await telegram.wait_for_messages(READER)
    other.close()


async def test_a_webhook_that_another_process_took_over_is_noticed(telegram, state):
    port = free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    timing = replace(QUICK, look_s=0.05, settled_s=60)
    running = Running(telegram, state, timing=timing, **hook)
    serving = asyncio.create_task(running.service.serve(running.stop))
    await until(lambda: len(telegram.calls("getWebhookInfo")) > 2)
    assert running.service.health.check().problems == ()
    async with httpx.AsyncClient() as client:
        await client.post(f"{telegram.url}/bot{telegram.token}/deleteWebhook")
    with pytest.raises(StoppedError) as stopped:
        await serving
    assert stopped.value.code == TAKEN_TOKEN


async def test_a_webhook_that_led_elsewhere_is_not_taken_in_silence(telegram, state, log):
    port = free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    elsewhere = {"url": "https://other.example/s3cret-path"}
    async with httpx.AsyncClient() as client:
        await client.post(f"{telegram.url}/bot{telegram.token}/setWebhook", json=elsewhere)
    async with Running(telegram, state, timing=replace(QUICK, look_s=0.2), **hook) as running:
        await until(lambda: len(telegram.calls("setWebhook")) > 1)
        (problem,) = running.health.check().problems
        assert "does another bot use this token?" in problem
        await until(lambda: running.health.check().problems == ())
        assert len(telegram.calls("getWebhookInfo")) > 3
    (line,) = (entry for entry in log if "led to another address" in entry["event"])
    assert line["former"] == "other.example"


async def test_a_token_revoked_behind_a_webhook_stops_the_bot(telegram, state):
    port = free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    running = Running(telegram, state, timing=replace(QUICK, look_s=0.05), **hook)
    serving = asyncio.create_task(running.service.serve(running.stop))
    await until(lambda: telegram.calls("getWebhookInfo"))
    telegram.token = "1:other"
    with pytest.raises(StoppedError, match="BotFather") as stopped:
        await serving
    assert stopped.value.code == REFUSED_TOKEN


async def test_a_revoked_token_ends_the_polling(telegram, state):
    running = Running(telegram, state)
    serving = asyncio.create_task(running.service.serve(running.stop))
    await until(lambda: telegram.calls("getUpdates"))
    telegram.token = "1:other"
    telegram.say(READER, "wake up")
    with pytest.raises(StoppedError, match="BotFather") as stopped:
        await serving
    assert stopped.value.code == REFUSED_TOKEN


async def test_a_look_at_the_webhook_that_fails_stops_nothing(telegram, state, log):
    port = free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    telegram.fail("getWebhookInfo", 400)
    async with Running(telegram, state, timing=replace(QUICK, look_s=0.05), **hook):
        await until(lambda: len(telegram.calls("getWebhookInfo")) > 1)
    assert "cannot ask how the webhook is; trying again" in {entry["event"] for entry in log}


@pytest.fixture
async def polling(health):
    polling = Polling(QUICK, health)
    yield polling
    await polling.shutdown()


async def test_a_webhook_that_telegram_cannot_reach_is_told(polling, log):
    url = "https://bot.example/hook"
    polling.looked(url, WebhookInfo(url, False, 3, last_error_message="Connection refused"))
    (line,) = log
    assert line["reason"] == "Connection refused"


async def test_a_failure_that_is_over_is_not_told(polling, log):
    url = "https://bot.example/hook"
    polling.looked(url, WebhookInfo(url, False, 0, last_error_message="Connection refused"))
    assert log == []


async def test_failures_are_told_as_telegram_puts_them_once_in_a_while(polling, log):
    polling.failed(NetworkError("no route"))
    polling.failed(NetworkError("no route"))
    (line,) = log
    assert line["reason"] == "no route"
