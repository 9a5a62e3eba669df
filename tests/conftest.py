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
from tests.support.databases import MISSING, POSTGRESQL, SQLITE, on, stop
from tests.support.postgres import find_programs

_BOTH = (
    "tests/corpus/storage",
    "tests/corpus/test_ingest.py",
    "tests/corpus/test_archive.py",
    "tests/corpus/following",
    "tests/bot/storage",
)
"""What always runs on both databases: whatever is about what they keep."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgresql", action="store_true", help="run everything on PostgreSQL, and only there"
    )


def pytest_report_header() -> str:
    found = find_programs()
    return f"PostgreSQL: {found}" if found else f"{MISSING}; tests on it are skipped"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Say on which databases a test runs."""
    test, only_there = metafunc.definition, metafunc.config.option.postgresql
    path = test.path.relative_to(metafunc.config.rootpath).as_posix()
    of_files = test.get_closest_marker("sqlite_only")
    if test.get_closest_marker("postgresql_only"):
        metafunc.parametrize("_database", [POSTGRESQL], indirect=True)
    elif of_files and only_there:
        skipped = pytest.mark.skip(reason=f"SQLite only: {of_files.args[0]}")
        metafunc.parametrize("_database", [pytest.param(SQLITE, marks=skipped)], indirect=True)
    elif only_there:
        metafunc.parametrize("_database", [POSTGRESQL], indirect=True)
    elif not of_files and (path.startswith(_BOTH) or test.get_closest_marker("both_databases")):
        metafunc.parametrize("_database", [SQLITE, POSTGRESQL], indirect=True)


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The database that a test runs on."""
    database = getattr(request, "param", SQLITE)
    with on(database):
        yield database


def pytest_sessionfinish() -> None:
    stop()


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
os.environ.pop("BYLINE_DATABASE_URL", None)  # no test writes into whoever's it is


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
