"""Updates that several processes share: each has one holder, who alone begins and ends it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from bot.storage.chats import ChatStore

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
CHAT, OTHER, ONE, TWO = 7, -(10**12), 2**61, 2**61 + 1


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
def updates(state):
    for number in (12, 10, 11):
        state.updates.keep(number, CHAT, f"words {number}", NOW)
    state.updates.keep(13, OTHER, "words", NOW)
    return state.updates


def numbers(kept) -> list[int]:
    return [one.update_id for one in kept]


def test_an_update_is_kept_once(updates):
    assert not updates.keep(10, CHAT, "again", NOW)
    assert updates.open() == [(CHAT, 10), (CHAT, 11), (CHAT, 12), (OTHER, 13)]
    assert sorted(updates.open_of(CHAT)) == [10, 11, 12]


def test_of_what_nobody_else_answers_the_number_is_kept(updates):
    assert updates.keep(14, CHAT, None, NOW)
    assert not updates.keep(14, CHAT, "words", NOW)
    assert 14 not in updates.open_of(CHAT)
    assert updates.known(9, 20) == (5, 10)


def test_a_chats_updates_are_claimed_in_their_order_without_those_in_hand(updates):
    first, second = updates.claim(CHAT, ONE, without=[10])
    assert (first.update_id, first.payload, first.received, first.begun) == (
        11,
        "words 11",
        NOW,
        False,
    )
    assert second.update_id == 12
    assert numbers(updates.claim(OTHER, ONE)) == [13]


def test_whoever_claims_it_next_shuts_the_former_holder_out(updates):
    updates.claim(CHAT, ONE)
    assert updates.begin(10, ONE)
    found = updates.claim(CHAT, TWO)
    assert [one.begun for one in found] == [True, False, False]
    assert not updates.begin(10, ONE)
    assert not updates.begin(11, ONE)
    assert updates.begin(11, TWO)
    assert updates.begin(11, TWO)  # sending is tried again
    updates.done(ONE, 10, 11)
    assert updates.open_of(CHAT)
    updates.done(TWO, 10, 11, 12)
    assert updates.open_of(CHAT) == []


def test_nothing_that_nobody_claimed_is_begun(updates):
    assert not updates.begin(10, ONE)
    assert not updates.begin(99, ONE)


def test_who_wishes_to_be_forgotten_is_told_so(state, updates):
    updates.claim(CHAT, ONE)
    state.forget(CHAT)
    assert updates.open_of(CHAT) == []
    assert updates.begin(10, ONE)


def test_of_many_who_begin_one_begins(updates):
    claims = range(1, 9)

    def race(holder: int) -> bool:
        updates.claim(CHAT, holder)
        return updates.begin(10, holder)

    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(race, claims))
    assert any(begun)
    assert sum(updates.begin(10, holder) for holder in claims) == 1


def test_a_groups_move_is_known_for_ever_after(state):
    assert state.moves() == {}
    state.move(-7, OTHER)
    state.move(OTHER, OTHER - 1)
    assert state.moves() == {-7: OTHER - 1, OTHER: OTHER - 1}
