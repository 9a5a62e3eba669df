"""A chat is forgotten in every table, in the files' bytes, and in their copies."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.storage.access import Standing
from bot.storage.chats import ChatStore
from bot.storage.erasure import STAYS
from tests.support.chats_database import chats_in, tables
from tests.support.databases import bytes_in, change, look_into

READER, OTHER = 7, 8
WORDS = "marmalade bridge of Zwolfhausen"
OF_NO_CHAT = {
    "alembic_version": "the schema's number",
    "tally": "counts of answers an hour, without a chat and without a word",
    "arrival": "which articles came, and when",
    "watched": "how far the articles were looked at",
    "replica": "which processes answer, and when they last said so",
    "page_key": "what signs links to pages, whoever reads them",
}
"""Every table that is not a chat's, and why it need not be."""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chats.db"


@pytest.fixture
def state(path):
    state = ChatStore(path)
    yield state
    state.close()


def filled(path: Path) -> None:
    """Put a row of each chat into every table of chats, with words wherever words may stand."""
    number = 1_000_000
    with look_into(path) as connection:
        for table in tables(path):
            for chat_id in (READER, OTHER) if "chat_id" in table.c else ():
                number += 1
                row = {column.name: _filler(column.type, number) for column in table.c}
                connection.execute(table.insert().values(row | {"chat_id": chat_id}))


def _filler(kind: sa.types.TypeEngine, number: int) -> object:
    if isinstance(kind, sa.String):
        return f"{WORDS} {number}"
    if isinstance(kind, sa.JSON):
        return [WORDS]
    return time.time() if isinstance(kind, sa.Float) else kind.python_type(number)


def on_disk(path: Path) -> bytes:
    return bytes_in(path.parent)


def test_every_table_of_a_chat_is_emptied_but_those_that_are_said_to_stay(state, path):
    filled(path)
    of_chats = {table.name for table in tables(path) if "chat_id" in table.c}
    assert of_chats >= {"exchange", "feedback", "inbox", "shown", "answer", "access"}
    for name in of_chats:
        assert READER in chats_in(path, name)

    state.forget(READER)

    kept = {name for name in of_chats if READER in chats_in(path, name)}
    assert kept == set(STAYS)
    for name in of_chats:
        assert OTHER in chats_in(path, name)


def test_every_table_is_a_chats_or_is_said_not_to_be(state, path):
    del state
    others = {table.name for table in tables(path) if "chat_id" not in table.c}
    assert others == set(OF_NO_CHAT)


def test_no_byte_of_the_words_is_left_of_any_table(state, path):
    filled(path)
    assert WORDS.encode() in on_disk(path)
    state.forget(OTHER)
    assert WORDS.encode() in on_disk(path)
    # A standing is no reader's words; the filling above knows no better.
    change(path, "UPDATE access SET standing = 'blocked'")
    state.forget(READER)
    assert WORDS.encode() not in on_disk(path)


def test_a_block_stays_but_the_questions_that_waited_do_not(state):
    for chat_id, standing in ((READER, Standing.BLOCKED), (OTHER, Standing.APPROVED)):
        state.access.wait(chat_id, "key")
        state.access.set(chat_id, standing)
    for chat_id in (READER, OTHER):
        state.forget(chat_id)
        assert state.access.next_question(chat_id) is None
    assert state.access.standings([READER, OTHER]) == {
        READER: Standing.BLOCKED,
        OTHER: Standing.APPROVED,
    }


def test_who_only_waited_is_forgotten(state):
    state.access.wait(READER, "key")
    assert state.forget(READER) == {"access": 1}
    assert state.access.standing(READER) is None


def test_the_limit_of_the_day_is_not_lifted(state):
    now = datetime.now(UTC)
    state.access.spend(READER, now)
    state.forget(READER)
    assert state.access.spent(READER, now) == 1


# Copies

_of_files = pytest.mark.sqlite_only("no copies of a database of PostgreSQL lie about")


def copied(path: Path, name: str = "chats.db.before-chats_0001") -> Path:
    copy = path.with_name(name)
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return copy


@_of_files
def test_the_copy_that_an_upgrade_left_forgets_too_and_grows_no_younger(state, path):
    key = state.save(READER, WORDS).key
    state.save(OTHER, "Who won?")
    copy = copied(path)
    os.utime(copy, (1_000_000_000, 1_000_000_000))
    state.forget(READER)
    assert WORDS.encode() not in on_disk(path)
    assert copy.stat().st_mtime == 1_000_000_000
    assert chats_in(copy, "exchange") == {OTHER}
    assert state.exchange(key, READER) is None


@_of_files
def test_a_copy_with_a_log_beside_it_forgets_both(state, path):
    state.save(READER, WORDS)
    for file in path.parent.glob("chats.db*"):
        shutil.copy(file, file.with_name(file.name.replace("chats.db", "chats.db.before-restore")))
    assert WORDS.encode() in (path.parent / "chats.db.before-restore-wal").read_bytes()
    state.forget(READER)
    assert WORDS.encode() not in on_disk(path)


@_of_files
def test_a_copy_from_before_a_table_was_there_is_read_as_it_is(state, path):
    state.save(READER, WORDS)
    copy = copied(path)
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("DROP TABLE spent")
        database.execute("ALTER TABLE access DROP COLUMN language")
        database.execute("ALTER TABLE feedback DROP COLUMN question")
    state.forget(READER)
    assert WORDS.encode() not in on_disk(path)


@_of_files
def test_a_copy_that_cannot_be_read_is_deleted(state, path):
    copy = path.with_name("chats.db.before-chats_0001")
    copy.write_bytes(b"no database at all, and yet: " + WORDS.encode() * 100)
    state.forget(READER)
    assert not copy.exists()


@_of_files
def test_copies_go_when_questions_do(state, path):
    old, new = copied(path, "chats.db.before-a"), copied(path, "chats.db.before-b")
    beside = path.with_name("chats.db.before-a-wal")
    beside.write_bytes(b"")
    yesterday = time.time() - 25 * 3600
    os.utime(old, (yesterday, yesterday))
    state.purge()
    assert (old.exists(), beside.exists(), new.exists()) == (False, False, True)
    state.retention = timedelta(0)
    state.purge()
    assert not new.exists()


# How long


def test_what_is_kept_of_an_update_for_a_day_is_its_number(state, path):
    state.retention = timedelta(hours=1)
    state.keep(1, READER, WORDS, datetime.now(UTC) - timedelta(hours=2))
    state.keep(2, READER, "young", datetime.now(UTC))
    state.purge()
    assert WORDS.encode() not in on_disk(path)
    assert not state.keep(1, READER, "again", datetime.now(UTC))
    assert [one.update_id for one in state.unfinished()] == [2]


def test_after_a_day_even_the_number_goes(state):
    state.keep(1, READER, "q", datetime.now(UTC) - timedelta(hours=25))
    state.done(1)
    state.retention = timedelta(hours=720)
    state.keep(2, READER, "q", datetime.now(UTC) - timedelta(hours=25))
    state.purge()
    assert state.keep(1, READER, "q", datetime.now(UTC))
    assert [one.update_id for one in state.unfinished()] == [1, 2]
