from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.chats import ChatStore
from bot.storage.pages.logins import HOLDS

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


def test_a_word_opens_once(state):
    word = state.page_logins.give(7, NOW)
    assert state.page_logins.take(word, NOW + HOLDS) == 7
    assert state.page_logins.take(word, NOW) is None


def test_a_word_opens_nothing_after_five_minutes_nor_before_it_was_given(state):
    late = state.page_logins.give(7, NOW)
    assert state.page_logins.take(late, NOW + HOLDS + timedelta(seconds=1)) is None
    early = state.page_logins.give(7, NOW)
    assert state.page_logins.take(early, NOW - timedelta(seconds=1)) is None


def test_a_new_word_takes_the_place_of_the_last(state):
    old, new = state.page_logins.give(7, NOW), state.page_logins.give(7, NOW)
    assert state.page_logins.take(old, NOW) is None
    assert state.page_logins.take(new, NOW) == 7


def test_no_word_is_kept_only_what_it_is_known_by(state):
    word = state.page_logins.give(7, NOW)
    with state._engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM page_login").all()
    assert len(kept) == 1
    assert word not in str(kept)


def test_words_that_are_too_old_are_deleted(state):
    word = state.page_logins.give(7, NOW)
    state.page_logins.purge(NOW + HOLDS + timedelta(seconds=1))
    assert state.page_logins.take(word, NOW) is None


def test_whoever_is_forgotten_has_no_word(state):
    word = state.page_logins.give(7, NOW)
    assert state.forget(7)["page_login"] == 1
    assert state.page_logins.take(word, NOW) is None
