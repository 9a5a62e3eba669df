"""The clock was ahead, and is set back: nothing stays for years, and nothing old counts as new."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.storage import broadcasts, erasure
from bot.storage.broadcasts import Stage
from bot.storage.chats import ChatStore
from bot.storage.turns import Turn
from retrieval.answers import AnswerKind
from retrieval.results import Verdict

NOW = datetime.now(UTC)
AHEAD = NOW + timedelta(days=400)
READER, OTHER, ADMIN = 7, 8, 9


class Chats:
    """A store whose clocks a test sets, all of them at once."""

    def __init__(self, path, monkeypatch) -> None:
        self.now = NOW
        self.state = ChatStore(path, clock=lambda: self.now)
        monkeypatch.setattr(broadcasts, "_now", lambda: self.now.timestamp())
        monkeypatch.setattr(erasure.time, "time", lambda: self.now.timestamp())

    def fill(self, chat_id: int, update_id: int) -> None:
        """Let every table have something of a chat."""
        state = self.state
        key = state.save(chat_id, "Who won?").key
        state.answered(chat_id, update_id, update_id + 1)
        state.show(chat_id, update_id + 1, ["a"])
        state.turns.note(chat_id, Turn(update_id + 1, None, key))
        state.keep(update_id, chat_id, "{}", self.now)
        state.set_aside(update_id + 1, "message")
        state.access.spend(chat_id, self.now)
        state.usage.seen(chat_id, self.now)
        state.usage.note(AnswerKind.PASSAGES, Verdict.ANSWER, 0.1, self.now)
        state.broadcasts.end(state.broadcasts.draft(ADMIN, "Hello"), Stage.STOPPED)

    def rows(self) -> dict[str, int]:
        """How many rows each table has, but for the times of readers."""
        with self.state._engine.connect() as connection:
            known = sa.MetaData()
            known.reflect(connection)
            counts = {
                name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
                for name, table in known.tables.items()
                if name != "alembic_version"
            }
        return {table: count for table, count in counts.items() if count}


@pytest.fixture
def chats(tmp_path, monkeypatch) -> Iterator[Chats]:
    chats = Chats(tmp_path / "chats.db", monkeypatch)
    yield chats
    chats.state.close()


def test_what_was_stored_in_the_future_is_purged_like_what_is_old(chats):
    chats.now = AHEAD
    chats.fill(READER, 100)
    filled = chats.rows()
    assert {"exchange", "answer", "shown", "talk", "inbox", "spent", "tally"} < filled.keys()
    chats.now = NOW
    chats.state.purge()
    assert chats.rows() == {"reader": 1}
    assert chats.state.unfinished() == []
    assert chats.state.poison() == 0


def test_who_asked_in_the_future_counts_from_now_and_is_forgotten_after_a_year(chats):
    chats.now = AHEAD
    chats.fill(READER, 100)
    chats.now = NOW
    chats.state.purge()
    assert chats.state.usage.usage(NOW).readers == (1, 1, 1)
    chats.now = NOW + timedelta(days=366)
    chats.state.purge()
    assert chats.rows() == {}


def test_a_clock_that_is_set_right_by_minutes_takes_nothing_away(chats):
    chats.now = NOW + timedelta(minutes=10)
    chats.fill(READER, 100)
    filled = chats.rows()
    chats.now = NOW
    chats.state.purge()
    kept = chats.rows()
    if chats.now.date() == (NOW + timedelta(minutes=10)).date():
        assert kept == filled
    assert {"exchange", "answer", "shown", "talk", "inbox"} < kept.keys()


def test_what_was_said_in_the_future_is_not_what_was_said_last(chats):
    chats.now = AHEAD
    chats.fill(READER, 100)
    chats.now = NOW
    recent = timedelta(minutes=10)
    assert chats.state.turns.last(READER, within=recent) is None
    assert chats.state.shown(READER, within=recent) == ()
    chats.state.show(READER, 201, ["b"])
    chats.state.turns.note(READER, Turn(201, None, "key"))
    last = chats.state.turns.last(READER, within=recent)
    assert last
    assert last.message == 201
    assert chats.state.shown(READER, within=recent) == ("b",)


def test_a_broadcast_under_way_goes_on_whatever_the_clock_says(chats):
    chats.state.usage.seen(READER, NOW)
    chats.now = AHEAD
    key = chats.state.broadcasts.draft(ADMIN, "Hello")
    assert chats.state.broadcasts.start(key, 1)
    chats.now = NOW
    chats.state.purge()
    assert chats.state.broadcasts.claim(key) == READER


@pytest.mark.sqlite_only("no copies of a database of PostgreSQL lie about")
@pytest.mark.parametrize(("age_s", "stays"), [(-400 * 86_400, False), (-60, True), (60, True)])
def test_copies_from_the_future_are_deleted_too(chats, tmp_path, age_s, stays):
    copy = tmp_path / "chats.db.before-0001"
    copy.write_bytes(b"")
    os.utime(copy, (NOW.timestamp() - age_s,) * 2)
    chats.state.purge()
    assert copy.exists() is stays
