from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.chats import ChatStore
from bot.storage.pages.keys import HOLDS, SIGNS

NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state.page_keys
    state.close()


def test_one_key_signs_for_a_month_and_then_another(keys):
    first = keys.current(NOW)
    assert keys.current(NOW + SIGNS) == first
    second = keys.current(NOW + SIGNS + timedelta(seconds=1))
    assert (second.number, second.secret) != (first.number, first.secret)
    assert len(first.secret) == 32


def test_what_an_old_key_signed_is_believed_two_days_longer(keys):
    first = keys.current(NOW)
    assert keys.find(first.number, NOW + SIGNS + HOLDS) == first
    assert keys.find(first.number, NOW + SIGNS + HOLDS + timedelta(seconds=1)) is None
    assert keys.find(first.number + 1, NOW) is None


def test_a_key_from_the_far_future_signs_nothing(keys):
    ahead = keys.current(NOW + timedelta(days=3))
    assert keys.current(NOW) != ahead
    assert keys.find(ahead.number, NOW) is None


def test_replacing_the_keys_ends_all_of_them_and_reuses_no_number(keys):
    first = keys.current(NOW)
    second = keys.replace(NOW)
    assert keys.find(first.number, NOW) is None
    assert keys.current(NOW) == second
    assert second.number > first.number


def test_keys_that_nothing_believes_are_deleted(keys):
    first = keys.current(NOW)
    keys.purge(NOW + SIGNS + HOLDS)
    assert keys.find(first.number, NOW) == first
    keys.purge(NOW + SIGNS + HOLDS + timedelta(seconds=1))
    assert keys.find(first.number, NOW) is None


def test_a_key_does_not_show_its_secret(keys):
    key = keys.current(NOW)
    assert "secret" not in repr(key)
