"""Standings, and what each reader asked today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.storage.access import Access, Standing
from bot.storage.chats import ChatStore
from tests.support.racing import race

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


RACES = 40
"""Without a lock one in six was lost."""


@pytest.fixture
def others(tmp_path) -> Iterator[Access]:
    """What another process has of the same chats."""
    state = ChatStore(tmp_path / "chats.db")
    yield state.access
    state.close()


@pytest.fixture
def access(tmp_path) -> Iterator[Access]:
    state = ChatStore(tmp_path / "chats.db")
    yield state.access
    state.close()


def test_nobody_has_a_standing_at_first(access):
    assert access.standing(7) is None
    assert access.standings([7, 8]) == {}
    assert access.next_question(7) is None
    assert access.language(7) == ""
    assert not access.clear(7)


def test_only_the_first_decision_counts(access):
    access.wait(7)
    assert access.decide(7, Standing.APPROVED)
    assert not access.decide(7, Standing.DECLINED)
    assert access.decide(8, Standing.DECLINED)
    assert access.standings([7, 8]) == {7: Standing.APPROVED, 8: Standing.DECLINED}


def test_a_standing_can_be_replaced_and_taken_back(access):
    access.set(-100, Standing.APPROVED)
    access.set(-100, Standing.BLOCKED)
    assert access.standing(-100) is Standing.BLOCKED
    assert access.clear(-100)
    assert access.standing(-100) is None


def test_whoever_waits_anew_keeps_their_standing(access):
    access.set(7, Standing.BLOCKED)
    access.wait(7, "key")
    assert access.standing(7) is Standing.BLOCKED


def test_questions_wait_in_order_and_come_once(access):
    access.wait(7, language="de")
    for key in "abcde":
        assert access.wait(7, key)
    assert not access.wait(7, "f")
    assert access.owed() == []
    access.decide(7, Standing.APPROVED)
    assert access.owed() == [7]
    assert access.language(7) == "de"
    assert [access.next_question(7) for _ in range(6)] == [*"abcde", None]
    assert access.owed() == []


def test_questions_are_counted_from_midnight_to_midnight(access):
    assert [access.spend(7, NOON) for _ in range(3)] == [1, 2, 3]
    assert access.spend(8, NOON) == 1
    late = NOON.replace(hour=23, minute=59)
    assert access.spend(7, late) == access.spent(7, late) == 4
    tomorrow = late + timedelta(minutes=1)
    assert access.spent(7, tomorrow) == 0
    assert access.spend(7, tomorrow) == 1


def test_yesterdays_counts_are_deleted(access):
    access.spend(7, NOON)
    access.spend(8, NOON + timedelta(days=1))
    access.purge(NOON + timedelta(days=1))
    assert access.spent(7, NOON) == 0
    assert access.spent(8, NOON + timedelta(days=1)) == 1


def test_a_question_that_waits_is_taken_by_one_of_two_who_look_at_once(access, others):
    for chat_id in range(RACES):
        access.wait(chat_id, "key")
        taken = race(*(partial(one.next_question, chat_id) for one in (access, others)))
        assert sorted(taken, key=str) == [None, "key"]


def test_two_questions_that_come_at_once_both_wait(access, others):
    for chat_id in range(RACES):
        access.wait(chat_id)
        assert race(partial(access.wait, chat_id, "a"), partial(others.wait, chat_id, "b"))
        assert {access.next_question(chat_id), access.next_question(chat_id)} == {"a", "b"}


def test_one_of_two_decisions_at_once_counts(access, others):
    for chat_id in range(RACES):
        decisions = race(
            partial(access.decide, chat_id, Standing.APPROVED),
            partial(others.decide, chat_id, Standing.DECLINED),
        )
        assert sorted(decisions) == [False, True]
        assert (access.standing(chat_id) is Standing.APPROVED) == decisions[0]
