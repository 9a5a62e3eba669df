"""Fixtures that every test may use."""

from __future__ import annotations

import gc
import os
import tempfile
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from corpus.storage.database import opening, sqlite


def pytest_collection_finish() -> None:
    """Look for garbage no more among the thousands of tests that stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Commands that run in this process close its umask."""
    before = os.umask(0o022)
    yield
    os.umask(before)


# Tests that are not about reading do without the model: it takes a second to load.
os.environ["BYLINE_RERANKER"] = "none"


@pytest.fixture(autouse=True, scope="session")
def _new_databases_are_copies() -> Iterator[None]:
    """Upgrade an empty database once a process; each other new one is a copy of it.

    Alembic takes some 30 ms for it, and thousands of tests begin with a database of their own.
    """
    upgrade, upgraded, lock = opening._upgrade, dict[Path, bytes](), threading.Lock()

    def copy(engine: sa.Engine, path: opening.Location, migrations: Path) -> None:
        if not isinstance(path, Path):
            upgrade(engine, path, migrations)
            return
        with lock:
            if migrations not in upgraded:
                upgraded[migrations] = _make_new(migrations)
            if isinstance(path, Path) and not path.stat().st_size:
                path.write_bytes(upgraded[migrations])
        upgrade(engine, path, migrations)

    def _make_new(migrations: Path) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "new.db"
            engine = sqlite.connect(path)
            upgrade(engine, path, migrations)
            engine.dispose()
            return path.read_bytes()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "_upgrade", copy)
        yield


@pytest.fixture(autouse=True, scope="session")
def _certificates_are_read_once() -> Iterator[None]:
    """Give each client that trusts whom everybody trusts the same context: it takes 20 ms."""
    create = cache(httpx.create_ssl_context)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", create)
        yield


@pytest.fixture(autouse=True, scope="session")
def _models_are_exported_without_tidying() -> Iterator[None]:
    """Collect no garbage when somebody asks for it: each export does four times, at .3 s each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gc.collect", lambda *_: 0)
        yield


@pytest.fixture(autouse=True, scope="session")
def _nobody_steps_back() -> Iterator[None]:
    """Let what makes way for answers make way for nothing else that the machine does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.priority._NICE", -20)
        yield
