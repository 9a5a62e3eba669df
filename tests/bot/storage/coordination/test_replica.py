"""Replicas over a real PostgreSQL: one of them leads, one holds a chat, and a lost one neither."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from bot.storage.chats import ChatStore
from bot.storage.coordination.alone import Alone
from bot.storage.coordination.replica import Replica
from bot.storage.coordination.session import LostError
from corpus.storage.database.postgres import Schema
from tests.support.postgres import find_programs, serving

pytestmark = pytest.mark.skipif(find_programs() is None, reason="no PostgreSQL here")
CHAT, OTHER = -(10**12), 7


@pytest.fixture(scope="module")
def server():
    with serving() as found:
        yield found


@pytest.fixture
def schema(server) -> Schema:
    found = Schema(server.create(), "chats")
    ChatStore(found).close()
    return found


@pytest.fixture
def replicas(schema) -> Iterator[Callable[[], Replica]]:
    """Makes replicas that have begun."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Replica(schema, beat_s=0.05))


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def cut(schema: Schema) -> None:
    """Let the server drop every other connection."""
    engine = sa.create_engine(schema.url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def test_one_of_them_leads_and_all_know_which(replicas):
    first = replicas()
    until(lambda: first.leads)
    second = replicas()
    until(lambda: {one.name for one in second.members()} == {first.name, second.name})
    assert not second.leads
    assert first.leader() == second.leader() == first.name


def test_another_leads_once_the_leader_is_gone(schema, replicas):
    with Replica(schema, beat_s=0.05) as first:
        until(lambda: first.leads)
        second = replicas()
        assert second.leader() in (None, first.name)
    until(lambda: second.leads)
    until(lambda: [one.name for one in second.members()] == [second.name])


def test_a_chat_is_held_once_not_even_twice_by_one(replicas):
    first, second = replicas(), replicas()
    until(lambda: first.members() and second.members())
    assert first.hold(CHAT).result(5) == [CHAT]
    assert first.hold(CHAT).result(5) == []
    assert second.hold(CHAT, OTHER, OTHER).result(5) == [OTHER]
    first.release(CHAT).result(5)
    first.release(CHAT).result(5)
    assert second.hold(CHAT).result(5) == [CHAT]


def test_what_is_said_on_a_topic_is_heard_by_all(replicas):
    first, second = replicas(), replicas()
    heard: list[str] = []
    came = threading.Event()
    second.listen("chat", lambda words: (heard.append(words), came.set()))
    until(lambda: second.members())
    first.tell("other", "nobody")
    first.tell("chat", "7 words and words").result(5)
    assert came.wait(10)
    assert heard == ["7 words and words"]


def test_a_lost_connection_loses_all_that_was_held_and_is_opened_anew(schema, replicas):
    first = replicas()
    changes: list[tuple[bool, int]] = []
    first.watch(lambda: changes.append((first.leads, first.term)))
    until(lambda: first.leads)
    assert first.hold(CHAT).result(5) == [CHAT]
    cut(schema)
    until(lambda: len(changes) == 3)
    assert changes == [(True, 0), (False, 1), (True, 1)]  # and then it is connected again
    assert first.hold(CHAT).result(5) == [CHAT]


def test_whoever_asks_while_there_is_no_connection_is_told_so():
    far = Replica(Schema("postgresql://byline@127.0.0.1:1/none", "chats"))
    with far:
        with pytest.raises(LostError):
            far.hold(CHAT).result(20)
        assert not far.leads
        assert far.leader() is None


def test_of_one_that_is_stuck_others_take_what_it_holds(schema):
    with Replica(schema, beat_s=0.05) as stuck:
        until(lambda: stuck.leads)
        assert stuck.hold(CHAT).result(5) == [CHAT]
        woken = threading.Event()
        sleeping = stuck._session.run(lambda _: woken.wait(20))
        with Replica(schema, beat_s=0.05, stuck_s=0.5) as other:
            until(lambda: other.leads)
            assert other.hold(CHAT).result(5) == [CHAT]
            woken.set()
            sleeping.result(5)
            until(lambda: stuck.term and not stuck.tell("chat", "").exception(5))
            assert not stuck.leads
            assert stuck.hold(CHAT).result(5) == []


def test_before_it_begins_it_does_not_lead(schema):
    assert not Replica(schema).leads


def test_a_heartbeat_that_cannot_be_noted_costs_nothing_that_is_held(schema, replicas):
    first = replicas()
    until(lambda: first.leads)
    engine = sa.create_engine(schema.url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE chats.replica")
    time.sleep(0.2)
    assert first.leads
    assert first.term == 0
    assert first.hold(CHAT).result(5) == [CHAT]


def test_who_is_alone_leads_and_holds_every_chat():
    heard: list[str] = []
    with Alone() as alone:
        alone.listen("chat", heard.append)
        alone.watch(lambda: heard.append("never"))
        alone.tell("chat", "7").result(0)
        assert alone.leads
        assert not alone.shared
        assert alone.leader() == alone.name
        assert [one.name for one in alone.members()] == [alone.name]
        assert alone.hold(CHAT, OTHER).result(0) == [CHAT, OTHER]
        alone.release(CHAT).result(0)
    assert heard == ["7"]
