"""Search that is behind the archive: it is said, to readers and on `/healthz`, until it is not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy

from bot import texts
from bot.admin.health import Health
from bot.message_context import MessageContext
from retrieval.answers import AnswerKind
from tests.support import office
from tests.support.fake_bot import until
from tests.support.newsroom import BEES_QUESTION, FUNICULAR, byline, newsroom, notes, write_lines
from tests.support.office import READER, said
from tests.support.telegram_server import TelegramServer

LATER = replace(
    FUNICULAR,
    headline="Otters move into the tannery",
    url="https://gazette.example/otters",
    body="Seventeen otters moved into the old tannery on Thursday. They came from the weir.",
)
QUESTION = "How many otters moved into the old tannery?"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with office.emulated() as server:
        yield server


def broken(*_: object) -> None:
    locked = sqlite3.OperationalError("database is locked")
    raise sqlalchemy.exc.OperationalError("SELECT", {}, locked)


async def test_readers_and_healthz_hear_of_it_until_articles_are_taken_in_again(
    telegram, tmp_path, monkeypatch
):
    home = office.furnished(tmp_path)
    monkeypatch.setattr("bot.services._LOOK_S", 0.02)
    async with office.serving(telegram, home) as bot:
        searcher = bot.archive.searcher
        before = searcher.snapshot.index.revision
        with monkeypatch.context() as patch:
            patch.setattr(searcher, "_caught_up", broken)
            file = write_lines(tmp_path / "later.jsonl", [LATER])
            assert byline(home, "add", str(file)).returncode == 0
            await until(lambda: len(bot.service.health.check().problems) == 2)
            dead, late = bot.service.health.check().problems
            assert dead.startswith("taking in new articles does not work: OperationalError: ")
            now = bot.archive.store.revision()
            assert late == f"search is behind the archive: revision {before} of {now}"
            answer = await said(telegram, QUESTION, READER)
            assert answer.text.endswith(texts.say("behind"))
            query = telegram.guest_message(f"@byline_bot {QUESTION}", user=READER)
            await telegram.wait_for(lambda: query in telegram.guest_answers)
            assert telegram.guest_answers[query].text.endswith(texts.say("behind"))
        await until(lambda: not bot.service.health.check().problems)
        answer = await said(telegram, QUESTION, READER)
        assert "Seventeen otters" in answer.text
        assert texts.say("behind") not in answer.text


def test_an_archive_of_which_nothing_is_searched_yet_is_not_called_empty(tmp_path, monkeypatch):
    with newsroom(tmp_path, ()) as room:
        monkeypatch.setattr(room.searcher, "_caught_up", broken)
        with pytest.raises(sqlalchemy.exc.OperationalError):
            room.add([LATER])
        assert notes(room.ask(QUESTION)) == [texts.say("behind")]
        monkeypatch.undo()
        room.searcher.refresh()
        assert texts.say("behind") not in notes(room.ask(QUESTION))


def test_an_index_that_only_just_falls_behind_is_not_called_late(tmp_path, monkeypatch):
    with newsroom(tmp_path) as room:
        room.store.remove(FUNICULAR.id)
        assert not room.searcher.is_behind()
        monkeypatch.setattr("retrieval.search._LATE_S", -1)
        assert room.searcher.is_behind()
        assert notes(room.ask(BEES_QUESTION))[-1] == texts.say("behind")


def test_a_button_for_another_kind_of_answer_shows_nothing_where_there_is_none(tmp_path):
    with newsroom(tmp_path) as room:
        exchange = room.state.save(7, "")
        context = MessageContext(7)
        answering = room.conversation._answering
        assert answering.instead(context, exchange, AnswerKind.TIMELINE) is None


def test_an_archive_that_does_not_answer_is_named_once(tmp_path, monkeypatch):
    with newsroom(tmp_path) as room:
        health = Health(room.state, room.searcher, silent_s=60)
        health.heard()
        monkeypatch.setattr("retrieval.search._LATE_S", -1)
        monkeypatch.setattr(room.store, "revision", broken)
        monkeypatch.setattr(room.store, "count", broken)
        (problem,) = health.check().problems
        assert problem.startswith("the archive does not answer")
