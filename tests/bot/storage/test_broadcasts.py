"""Messages to all readers: who gets one, and that nobody gets it twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from itertools import chain

import pytest

from bot.storage.access import Standing
from bot.storage.broadcasts import Sent, Stage
from bot.storage.chats import ChatStore
from tests.support.racing import race

ADMIN, OTHER = 9, 10
NOW = datetime.now(UTC)


@pytest.fixture
def state(tmp_path) -> Iterator[ChatStore]:
    state = ChatStore(tmp_path / "chats.db")
    for chat_id in range(1, 6):
        state.usage.seen(chat_id, NOW)
    yield state
    state.close()


def test_readers_are_private_chats_that_nobody_shut_out(state):
    state.usage.seen(-100, NOW)
    state.access.set(1, Standing.BLOCKED)
    state.access.set(2, Standing.DECLINED)
    state.access.set(3, Standing.APPROVED)
    state.access.wait(4)
    assert state.broadcasts.readers() == 2
    key = state.broadcasts.draft(ADMIN, "Hello")
    assert state.broadcasts.start(key, 1)
    assert [state.broadcasts.claim(key) for _ in range(3)] == [3, 5, None]


def test_a_draft_is_its_admins_and_goes_to_nobody(state):
    key = state.broadcasts.draft(ADMIN, "Hello")
    found = state.broadcasts.find(key, ADMIN)
    assert found
    assert (found.text, found.stage, found.message) == ("Hello", Stage.DRAFT, None)
    assert state.broadcasts.find(key, OTHER) is None
    assert state.broadcasts.claim(key) is None
    assert state.broadcasts.sending() == []


def test_it_starts_once(state):
    key = state.broadcasts.draft(ADMIN, "Hello")
    assert state.broadcasts.start(key, 1)
    assert not state.broadcasts.start(key, 1)
    assert [one.id for one in state.broadcasts.sending()] == [key]
    assert state.broadcasts.counts(key) == {Sent.WAITING: 5}


def test_every_reader_is_claimed_once_by_however_many(state):
    key = state.broadcasts.draft(ADMIN, "Hello")
    state.broadcasts.start(key, 1)
    with ThreadPoolExecutor(4) as several:
        claimed = list(several.map(lambda _: state.broadcasts.claim(key), range(8)))
    assert sorted(filter(None, claimed)) == [1, 2, 3, 4, 5]


def test_several_processes_claim_until_every_reader_is_claimed(state, tmp_path):
    for chat_id in range(6, 91):
        state.usage.seen(chat_id, NOW)
    key = state.broadcasts.draft(ADMIN, "Hello")
    state.broadcasts.start(key, 1)
    senders = [state, *(ChatStore(tmp_path / "chats.db") for _ in range(2))]

    def send(sender: ChatStore) -> tuple[list[int], int]:
        mine = list(iter(partial(sender.broadcasts.claim, key), None))
        return mine, sender.broadcasts.counts(key)[Sent.WAITING]

    claimed, left = zip(*race(*(partial(send, sender) for sender in senders)), strict=True)
    assert sorted(chain(*claimed)) == list(range(1, 91))
    assert max(left) < len(senders)  # nobody ends before all but those just being taken are
    for sender in senders[1:]:
        sender.close()


def test_what_was_begun_before_a_crash_is_not_begun_again(state, tmp_path):
    key = state.broadcasts.draft(ADMIN, "Hello")
    state.broadcasts.start(key, 1)
    first, second = (state.broadcasts.claim(key) for _ in range(2))
    assert first == 1
    assert second == 2
    state.broadcasts.delivered(key, first, Sent.ARRIVED)
    after = ChatStore(tmp_path / "chats.db")
    assert [after.broadcasts.claim(key) for _ in range(4)] == [3, 4, 5, None]
    assert after.broadcasts.counts(key) == {Sent.ARRIVED: 1, Sent.BEGUN: 4}
    after.close()


def test_what_is_stopped_claims_nobody_more(state):
    key = state.broadcasts.draft(ADMIN, "Hello")
    state.broadcasts.start(key, 1)
    state.broadcasts.claim(key)
    assert state.broadcasts.end(key, Stage.STOPPED)
    assert not state.broadcasts.end(key, Stage.DONE)
    assert state.broadcasts.claim(key) is None
    assert not state.broadcasts.start(key, 1)


def test_whoever_is_forgotten_meanwhile_gets_none(state):
    key = state.broadcasts.draft(ADMIN, "Hello")
    state.broadcasts.start(key, 1)
    state.forget(1)
    assert state.broadcasts.claim(key) == 2
