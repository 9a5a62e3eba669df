"""One contract for every engine: Milvus (Lite, over gRPC) where it is installed, and memory."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest

from retrieval.errors import EngineError
from retrieval.index.memory import MemoryEngine
from retrieval.index.milvus import MilvusEngine
from retrieval.index.port import Filter, Search, number_of
from tests.support.engines import INSTALLED, MilvusServer, row

FERRY, TRAM, BELL = 11, 12, 4_000_000_000
PIER, DOCK = number_of("The Pier"), number_of("Dock “News”\\")
MINE = number_of("chat 7")
ROWS = [
    row(2**40, {FERRY: 3, TRAM: 1}, [1, 0], publisher=PIER, day=739_100, lead=True),
    row(2**40 + 1, {FERRY: 1, BELL: 1}, [0.6, 0.8], publisher=DOCK, day=739_101),
    row(2**40 + 2, {TRAM: 2}, [0, 1], publisher=PIER, section=5, day=739_102, owner=MINE),
    row(2**40 + 3, {}, []),
]
KEYS = [one.key for one in ROWS]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not INSTALLED:
        pytest.skip("milvus-lite is not installed")
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module", params=["memory", "milvus"])
def kept(request):
    """An engine that is made once, for a test may not take the second that Milvus needs for it."""
    if request.param == "memory":
        return MemoryEngine()
    uri = request.getfixturevalue("server").uri
    return MilvusEngine(uri, "byline_contract", dimension=lambda: 2)


@pytest.fixture
def engine(kept):
    kept.upsert(ROWS)
    yield kept
    kept.delete([*KEYS, 7])


def best(engine, query, count=9, **limits):
    """Return the numbers of the rows found; the bare one scores 0, and may be among them."""
    found = engine.find_best([Search(query, count, Filter(**limits))])
    return sorted(key - 2**40 for key in found if key != KEYS[3])


def insist(call):
    """Call until it is answered: gRPC leaves a server that was down alone for a second."""
    for _ in range(100):
        with suppress(EngineError):
            return call()
        time.sleep(0.1)
    return call()


def test_rows_come_back_as_they_were_stored_ascending(engine):
    found = engine.fetch([KEYS[2], KEYS[0], KEYS[0], 5])
    assert [one.key for one in found] == [KEYS[0], KEYS[2]]
    for one, stored in zip(found, [ROWS[0], ROWS[2]], strict=True):
        for name in ("length", "publisher", "section", "owner", "day", "lead"):
            assert getattr(one, name) == getattr(stored, name), name
        np.testing.assert_array_equal(one.terms, stored.terms)
        np.testing.assert_array_equal(one.counts, stored.counts)
        np.testing.assert_array_equal(one.vector, stored.vector)


def test_a_passage_without_terms_and_vector_is_stored_too(engine):
    (bare,) = engine.fetch([KEYS[3]])
    assert (len(bare.terms), len(bare.counts), bare.length) == (0, 0, 0)
    assert not bare.vector.any()


def test_the_lexical_field_finds_what_holds_the_terms_and_nothing_else(engine):
    assert best(engine, {FERRY: 1.0}) == [0, 1]
    assert best(engine, {FERRY: 1.0, BELL: 5.0}, 1) == [1]
    assert best(engine, {FERRY: 1.0}, 1) == [0]
    assert best(engine, {99: 1.0}) == []


def test_the_dense_field_finds_what_is_nearest(engine):
    assert best(engine, np.array([0, 1], np.float32), 1) == [2]
    assert best(engine, np.array([1, 0], np.float32), 2) == [0, 1]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({"publishers": (PIER,)}, [0, 2]),
        ({"publishers": (DOCK,)}, [1]),
        ({"without": (PIER,)}, [1]),
        ({"owners": (0,)}, [0, 1]),
        ({"owners": (0, MINE)}, [0, 1, 2]),
        ({"owners": ()}, []),
        ({"first": 739_101}, [1, 2]),
        ({"first": 739_101, "last": 739_101}, [1]),
        ({"leads": True}, [0]),
        ({"keys": (KEYS[1], KEYS[2], 5)}, [1, 2]),
        ({"keys": ()}, []),
        ({"owners": (0,), "publishers": (PIER,), "last": 739_100}, [0]),
    ],
)
def test_a_filter_limits_both_fields(engine, limits, found):
    assert best(engine, {FERRY: 1.0, TRAM: 1.0, BELL: 1.0}, **limits) == found
    assert best(engine, np.array([0.6, 0.8], np.float32), 3, **limits) == found


def test_several_searches_are_answered_at_once_each_key_once(engine):
    searches = [
        Search({FERRY: 1.0}, 1),
        Search(np.array([1, 0], np.float32), 1),
        Search({TRAM: 1.0}, 1, Filter(owners=(MINE,))),
        Search({99: 1.0}, 5),
    ]
    assert sorted(engine.find_best(searches)) == [KEYS[0], KEYS[2]]
    assert engine.find_best([]) == []


def test_what_is_asked_for_in_thousands_comes_in_parts(engine):
    searches = [Search({FERRY: 1.0}, 9000), Search({TRAM: 1.0}, 9000)]
    assert sorted(engine.find_best(searches)) == KEYS[:3]


def test_storing_again_replaces_and_removing_removes(engine):
    assert engine.count() == 4
    engine.upsert([row(KEYS[0], {BELL: 1}, [0, 1]), row(7, {TRAM: 1}, [1, 0])])
    engine.upsert([])
    assert engine.count() == 5
    assert best(engine, {FERRY: 1.0}) == [1]
    engine.delete([KEYS[1], 12345])
    engine.delete([])
    assert engine.count() == 4
    assert best(engine, {FERRY: 1.0}) == []
    assert [one.key for one in engine.fetch([7, KEYS[1]])] == [7]


def test_an_engine_that_was_emptied_can_be_filled_anew(engine):
    engine.delete(None)
    assert engine.count() == 0
    assert best(engine, {FERRY: 1.0}) == []
    engine.upsert(ROWS[:1])
    assert engine.count() == 1


def test_what_was_stored_is_sealed_before_a_search_once_it_is_much(engine, monkeypatch):
    monkeypatch.setattr("retrieval.index.milvus._SEALED_FROM", 1)
    assert best(engine, {FERRY: 1.0}) == [0, 1]
    assert getattr(engine, "_unsealed", 0) == 0
    assert best(engine, {TRAM: 1.0}) == [0, 2]


@pytest.mark.skipif(not INSTALLED, reason="milvus-lite is not installed")
def test_a_server_that_is_killed_and_started_again_answers_with_all_it_acknowledged(tmp_path):
    server = MilvusServer(tmp_path)
    server.start()
    engine = MilvusEngine(server.uri, "byline_killed", dimension=lambda: 2)
    try:
        engine.upsert(ROWS)
        server.kill()
        with pytest.raises(EngineError, match="does not answer"):
            engine.count()
        with pytest.raises(EngineError, match=f"no Milvus at {server.uri}"):
            engine.count()
        server.start()
        assert insist(engine.count) == len(ROWS)
        server.kill()
        server.start()
        assert insist(lambda: best(engine, {FERRY: 1.0})) == [0, 1]
        assert [one.key for one in engine.fetch(KEYS)] == KEYS
    finally:
        server.kill()


@pytest.mark.skipif(not INSTALLED, reason="the client is not installed")
def test_threads_that_wait_for_a_connection_do_not_try_one_after_another(monkeypatch):
    from pymilvus import MilvusException

    tried, arrived, may_fail = [], [], threading.Event()

    class Counted:
        """A lock that tells who has come to it."""

        lock = threading.Lock()

        def __enter__(self):
            arrived.append(True)
            self.lock.acquire()

        def __exit__(self, *_):
            self.lock.release()

    def connect():
        tried.append(True)
        may_fail.wait(30)
        raise MilvusException(message="no route to host")

    engine = MilvusEngine("http://10.0.0.1:19530", "byline", dimension=lambda: 2)
    monkeypatch.setattr(engine, "_connect", connect)
    monkeypatch.setattr(engine, "_connecting", Counted())

    def ask(_):
        with pytest.raises(EngineError, match="no Milvus"):
            engine.count()

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask, number) for number in range(4)]
        while len(arrived) < 4:
            time.sleep(0.01)
        may_fail.set()
        assert [one.result() for one in asking] == [None] * 4
    assert len(tried) == 1


def test_who_may_ask_a_server_stands_in_no_message():
    engine = MilvusEngine("http://ada:s3cret@127.0.0.1:1", "byline", dimension=lambda: 2)
    with pytest.raises(EngineError, match=r"at http://127\.0\.0\.1:1: (?!.*s3cret)"):
        engine.count()


def test_without_the_client_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    engine = MilvusEngine("http://127.0.0.1:1", "byline", dimension=lambda: 2)
    with pytest.raises(EngineError, match=r"pip install 'byline\[milvus\]'"):
        engine.count()
