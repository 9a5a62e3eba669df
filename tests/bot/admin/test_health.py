"""Admins and whoever watches are told which replica answers, and which leads."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from prometheus_client import generate_latest
from sqlalchemy.exc import OperationalError

from bot.admin.commands import AdminCommands, Pulse
from bot.admin.health import Health
from bot.admin.metrics import Metrics, serve
from bot.message_context import MessageContext
from bot.services import Services
from bot.settings import Settings
from tests.support.databases import copy_of_empty
from tests.support.newsroom import without_a_model

HERE = MessageContext(9, private=True, admin=True)


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch):
    monkeypatch.setattr("bot.services.Encoder", without_a_model)


@pytest.fixture(scope="module")
def url() -> str:
    return copy_of_empty()


@pytest.fixture
def replicas(tmp_path, url) -> Iterator[list[Services]]:
    """Two replicas, of which the first leads."""
    with ExitStack() as stack:
        started = []
        for name in "ab":
            one = Services(Settings(_env_file=None, home=tmp_path / name, database_url=url))
            stack.callback(one.store.close)
            stack.callback(one.chats.close)
            stack.enter_context(one.coordination)
            started.append(one)
            until(lambda: started[0].coordination.leads)
        yield started


def until(true) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def watched(one: Services) -> Health:
    health = Health(one.chats, one.searcher, silent_s=60, coordination=one.coordination)
    health.heard()
    return health


def test_each_replica_is_named_and_so_is_the_one_that_leads(replicas):
    first, second = (watched(one) for one in replicas)
    names = [one.coordination.name for one in replicas]
    until(lambda: first.replicas == second.replicas == 2 and second.leader)
    metrics = Metrics()
    metrics.watch(second, lambda: 0)
    with serve(metrics, second, listen="127.0.0.1", port=0) as port:
        told = httpx.get(f"http://127.0.0.1:{port}/healthz").json()
    assert told["ok"]
    assert (told["replica"], told["leader"]) == (names[1], names[0])
    assert (told["replicas"], told["database"]) == (2, "postgresql")
    figures = generate_latest(metrics.registry).decode()
    labels = f'database="postgresql",leader="{names[0]}",replica="{names[1]}"'
    assert f"byline_replica{{{labels}}} 1.0" in figures
    assert "byline_replicas 2.0" in figures
    assert "byline_leads 0.0" in figures
    metrics = Metrics()
    metrics.watch(first, lambda: 0)
    assert "byline_leads 1.0" in generate_latest(metrics.registry).decode()


def test_who_is_cut_off_from_the_others_is_not_well(tmp_path, url):
    alone = Services(Settings(_env_file=None, home=tmp_path, database_url=url))
    checkup = watched(alone).check()  # it is no part of them: nobody entered the coordination
    assert checkup.problems == (
        "this replica hears nothing of the others: it can hold no chat, nor lead",
    )
    assert (checkup.leader, checkup.replicas) == (None, 0)
    said = notes(alone, watched(alone))
    assert said[1] == f"0 replicas; this is {alone.coordination.name}, nobody leads"
    alone.store.close()
    alone.chats.close()


def desk(one: Services, health: Health) -> AdminCommands:
    pulse = Pulse(health, lambda: 0)
    return AdminCommands(one, one.chats, settings=one.settings, pulse=pulse)


def notes(one: Services, health: Health) -> list[str]:
    return [note.text for note in desk(one, health).health(HERE).blocks]


def test_health_names_replicas_and_how_large_the_schemas_are(replicas):
    first = replicas[0]
    health = watched(first)
    until(lambda: health.replicas == 2)
    name = first.coordination.name
    about, others, well = notes(first, health)
    assert re.search(r"Databases: articles 0\.\d MB, chats 0\.\d MB", about)
    assert others == f"2 replicas; this is {name}, {name} leads"
    assert well == "All is well."


def test_stats_say_how_large_the_schemas_are(replicas):
    (note,) = desk(replicas[0], watched(replicas[0])).stats().reply.blocks
    assert re.search(r"Databases: articles 0\.\d MB, chats 0\.\d MB$", note.text)


@pytest.mark.sqlite_only("is about files")
def test_stats_say_nothing_of_files(tmp_path):
    files = Services(Settings(_env_file=None, home=tmp_path / "files"))
    (note,) = desk(files, watched(files)).stats().reply.blocks
    assert "Databases" not in note.text
    files.store.close()
    files.chats.close()


@pytest.mark.sqlite_only("is about files")
def test_a_size_that_cannot_be_told_is_left_out(tmp_path, monkeypatch):
    one = Services(Settings(_env_file=None, home=tmp_path))
    health = watched(one)

    def fail(*_: object) -> int:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("bot.admin.commands._size", fail)
    about, well = notes(one, health)
    assert "articles - MB, chats - MB" in about
    assert well == "All is well."
    one.store.close()
    one.chats.close()
