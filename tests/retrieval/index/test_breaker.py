"""An engine that is down is left alone for a while, and asked again by itself."""

from __future__ import annotations

import pytest

from retrieval.errors import EngineError
from retrieval.index.breaker import Breaker
from retrieval.index.memory import MemoryEngine
from retrieval.index.port import Search
from tests.support.engines import row


class Failing(MemoryEngine):
    """Fails while it is down; counts how often it was asked."""

    def __init__(self):
        super().__init__()
        self.down, self.asked, self.now = False, 0, 100.0

    def count(self):
        self.asked += 1
        if self.down:
            raise EngineError("no Milvus")
        return super().count()


@pytest.fixture
def engine():
    return Failing()


@pytest.fixture
def breaker(engine):
    return Breaker(engine, clock=lambda: engine.now)


def fail(breaker, times, match="no Milvus"):
    for _ in range(times):
        with pytest.raises(EngineError, match=match):
            breaker.count()


def test_every_call_is_handed_on(breaker):
    breaker.upsert([row(1, {5: 1}, [1.0]), row(2, {5: 2}, [1.0])])
    assert breaker.count() == 2
    assert breaker.find_best([Search({5: 1.0}, 1)]) == [2]
    breaker.delete([2])
    assert [one.key for one in breaker.fetch([1, 2])] == [1]


def test_after_three_failures_nobody_waits_for_it(breaker, engine):
    engine.down = True
    fail(breaker, 3)
    assert breaker.is_open
    fail(breaker, 5, "is down")
    assert engine.asked == 3


def test_it_is_asked_again_after_a_while_and_answers(breaker, engine):
    engine.down = True
    fail(breaker, 3)
    engine.down, engine.now = False, engine.now + 1
    assert breaker.count() == 0
    assert not breaker.is_open


def test_each_further_failure_doubles_the_wait_up_to_half_a_minute(breaker, engine):
    engine.down = True
    fail(breaker, 3)
    for wait in (1, 2, 4, 8, 16, 30, 30):
        engine.now += wait - 0.5
        fail(breaker, 1, "is down")
        engine.now += 0.5
        fail(breaker, 1)


def test_one_answer_in_between_counts(breaker, engine):
    for _ in range(3):
        engine.down = True
        fail(breaker, 2)
        engine.down = False
        breaker.count()
    assert not breaker.is_open


def test_while_one_call_tries_the_others_are_told_at_once(breaker, engine):
    engine.down = True
    fail(breaker, 3)
    engine.now += 1
    inner = []

    def count():
        inner.append(True)
        with pytest.raises(EngineError, match="is down"):
            breaker.count()
        return 7

    engine.count = count
    assert breaker.count() == 7
    assert inner == [True]
