"""What the bot remembers, and forgets."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.storage import chats as module
from bot.storage.answer_ref import NOT_ASKED, AnswerRef, PassageRef
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from bot.storage.turns import Turn
from retrieval.answers import AnswerKind
from retrieval.query.intent import Ask, AskWhoSaid
from retrieval.results import Verdict
from tests.support.databases import bytes_in

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)
SECRET = "Which bridge does Zwolfhausen build"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "chats.db"


@pytest.fixture
def state(path):
    state = ChatStore(path)
    yield state
    state.close()


def test_a_question_comes_back_by_its_key(state):
    hits = (PassageRef("a#0"), PassageRef("b#90", ("c",)))
    found = AnswerRef(AnswerKind.PASSAGES, Verdict.CLOSEST, 0.25, hits)
    saved = state.save(7, "Who won?", found)
    exchange = state.exchange(saved.key, 7)
    assert exchange == saved
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,}", exchange.key)
    assert (exchange.question, exchange.intent) == ("Who won?", Ask.read("Who won?"))
    assert (exchange.kind, exchange.hits, exchange.answer) == (found.kind, hits, found)
    assert timedelta(0) <= datetime.now(UTC) - exchange.asked < timedelta(minutes=1)


def test_another_chats_key_is_unknown(state):
    assert state.exchange(state.save(7, "Who won?").key, 8) is None


def test_a_question_that_nothing_was_looked_for_yet_has_no_answer(state):
    exchange = state.exchange(state.save(7, "/quotes Kovač").key, 7)
    assert (exchange.question, exchange.answer) == ("/quotes Kovač", NOT_ASKED)


def test_what_a_button_asks_comes_back_as_it_is_and_is_told_in_words(state):
    asked = AskWhoSaid("the rules", "motors")
    exchange = state.exchange(state.save(7, asked).key, 7)
    assert (exchange.intent, exchange.question) == (asked, "the rules motors")


def test_an_answer_is_found_by_its_question_and_replaced_by_a_newer(state):
    assert state.answer_to(7, 1) is None
    state.answered(7, 1, 2)
    state.answered(7, 1, 4)
    state.answered(8, 1, 9)
    assert state.answer_to(7, 1) == 4


def test_a_message_shows_what_it_showed_last(state):
    assert state.shown(7, 1) == ()
    state.show(7, 1, ["a", "b"])
    state.show(7, 2, ["c"])
    state.show(8, 1, ["d"])
    assert state.shown(7, 1) == ("a", "b")
    assert state.shown(7) == ("c",)
    state.show(7, 1, ["e"])
    assert state.shown(7, 1) == state.shown(7) == ("e",)


def test_what_was_shown_too_long_ago_is_not_the_last(state):
    state.clock = lambda: NOW
    state.show(7, 1, ["a"])
    state.clock = lambda: NOW + timedelta(seconds=601)
    assert state.shown(7, within=timedelta(minutes=10)) == ()
    assert state.shown(7, within=timedelta(minutes=11)) == ("a",)


def test_of_what_was_shown_in_the_same_moment_the_later_message_is_the_last(state):
    state.clock = lambda: NOW
    for message, article in ((2, "b"), (1, "a"), (3, "c")):
        state.show(7, message, [article])
        state.turns.note(7, Turn(message, None, f"key {message}"))
    assert state.shown(7) == ("c",)
    assert state.turns.last(7, within=timedelta(minutes=10)).message == 3


def test_questions_turns_and_days_go_by_the_clock_of_the_chats(path):
    times = [NOW]
    state = ChatStore(path, clock=lambda: times[-1])
    assert state.save(7, "Who won?").asked == NOW
    assert state.preferences.get(7).day() == NOW.date()
    state.preferences.put(7, Preferences(timezone="Pacific/Auckland"))
    assert state.preferences.get(7).day() == NOW.date() + timedelta(days=1)
    state.turns.note(7, Turn(1, None, "key"))
    times.append(NOW + timedelta(minutes=11))
    assert state.turns.last(7, within=timedelta(minutes=10)) is None
    assert state.turns.last(7, within=timedelta(minutes=12)) is not None
    state.close()


def test_an_update_is_new_once(state):
    assert state.keep(1, 7, "{}", NOW)
    assert not state.keep(1, 7, "{}", NOW)
    state.done(1)
    assert not state.keep(1, 7, "{}", NOW)


def test_unfinished_updates_come_in_order_and_say_whether_they_were_begun(state):
    for update_id in (3, 1, 2):
        state.keep(update_id, 7, f"payload {update_id}", NOW)
    state.begin(2)
    state.done(3)
    first, second = state.unfinished()
    assert (first.update_id, first.chat_id, first.payload) == (1, 7, "payload 1")
    assert (first.received, first.begun) == (NOW, False)
    assert (second.update_id, second.begun) == (2, True)


def test_a_finished_update_keeps_no_text_and_no_chat(state):
    state.keep(1, 7, SECRET, NOW)
    state.done(1)
    assert rows(state, "SELECT chat_id, payload FROM inbox") == [(None, "")]


def test_numbers_may_need_64_bits(state):
    chat_id, update_id, message = -1_002_345_678_901, 2**40, 2**41
    assert state.keep(update_id, chat_id, "{}", NOW)
    assert not state.keep(update_id, chat_id, "{}", NOW)
    state.answered(chat_id, message, message + 1)
    state.show(chat_id, message + 1, ["a"])
    state.turns.note(chat_id, Turn(message + 1, message, "key"))
    state.preferences.put(chat_id, Preferences("de"))
    assert state.answer_to(chat_id, message) == message + 1
    state.move(chat_id, chat_id - 1)
    assert [one.chat_id for one in state.unfinished()] == [chat_id - 1]


def test_a_question_with_a_character_that_ends_strings_is_kept(state):
    saved = state.save(7, "Who\0 won?")
    assert saved.stored
    found = state.exchange(saved.key, 7)
    assert found
    assert found.question.replace("\0", "\ufffd") == "Who\ufffd won?"
    assert state.keep(1, 7, "{\0}", NOW)


def test_forgetting_deletes_one_chat_from_tables_and_files(state, path):
    for chat_id, question in ((7, SECRET), (8, "Who won?")):
        for _ in range(40):
            key = state.save(chat_id, question + "?" * 500).key
        state.feedback.rate(key, chat_id, good=True, kind=AnswerKind.PASSAGES)
        state.answered(chat_id, 1, 2)
        state.show(chat_id, 2, ["a"])
        state.keep(chat_id, chat_id, question, datetime.now(UTC))
    assert SECRET.encode() in bytes_in(path.parent)

    assert state.forget(7) == {"exchange": 40, "feedback": 1, "answer": 1, "shown": 1}

    assert SECRET.encode() not in bytes_in(path.parent)
    assert state.exchange(key, 8) is not None
    assert state.answer_to(7, 1) is None
    assert state.answer_to(8, 1) == 2
    assert (state.shown(7), state.shown(8)) == ((), ("a",))
    assert [kept.chat_id for kept in state.unfinished()] == [8]
    assert rows(state, "SELECT chat_id FROM feedback") == [(8,)]
    assert not state.keep(7, 7, "redelivered", NOW)


def test_forgetting_an_unknown_chat_deletes_nothing(state):
    assert state.forget(7) == {}


def test_purging_deletes_old_questions_and_their_bytes_but_keeps_thumbs(state, path):
    key = state.save(7, SECRET).key
    state.feedback.rate(key, 7, good=True, kind=AnswerKind.PASSAGES)
    state.answered(7, 1, 2)
    state.show(7, 2, [SECRET])
    state.keep(1, 7, SECRET, datetime.now(UTC))

    state.retention = timedelta(hours=1)
    state.purge()
    assert state.exchange(key, 7) is not None

    state.retention = timedelta(0)
    state.purge()
    assert state.exchange(key, 7) is None
    assert state.answer_to(7, 1) is None
    assert state.shown(7) == ()
    assert state.unfinished() == []
    assert rows(state, "SELECT key, value FROM feedback") == [(key, 1)]
    assert SECRET.encode() not in bytes_in(path.parent)


def test_everything_survives_reopening(state, path):
    key = state.save(7, "Who won?").key
    state.keep(1, 7, "{}", NOW)
    state.close()
    again = ChatStore(path)
    assert again.exchange(key, 7) is not None
    assert len(again.unfinished()) == 1
    again.close()


def test_many_threads_may_write_forget_and_read_at_once(state):
    def work(number: int) -> bool:
        key = state.save(number, "q").key
        state.keep(number, number, "{}", NOW)
        state.done(number)
        state.forget(number + 1000)
        return state.exchange(key, number) is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(40)))


def test_tables_are_those_that_the_migrations_make(state):
    inspector = sa.inspect(state._engine)
    for table in module._METADATA.sorted_tables:
        columns = [column["name"] for column in inspector.get_columns(table.name)]
        assert columns == [column.name for column in table.columns]


def rows(state: ChatStore, query: str) -> list[tuple[object, ...]]:
    with state._engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
