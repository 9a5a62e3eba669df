"""Standings, and what each reader asked today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage.access import Access, Standing
from bot.storage.chats import ChatStore

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


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
