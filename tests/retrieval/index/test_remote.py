"""An index in an engine answers as one in memory does, whatever came and went."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.ingest import ingest
from corpus.storage.indexed import Indexed
from corpus.storage.store import Store
from retrieval.errors import EngineError, FingerprintError
from retrieval.index.catch_up import catch_up, has_lost, rebuild
from retrieval.index.memory import MemoryEngine
from retrieval.index.remote import open_index, refresh
from retrieval.index.snapshot import make_empty
from retrieval.index.snapshot import refresh as refresh_memory
from retrieval.index.terms import cut
from retrieval.index.wanted import Limits, Wanted
from retrieval.period import Period
from retrieval.query.question import Publishers, understand
from retrieval.ranking.publisher_preference import PublisherPreference
from retrieval.ranking.rank import rank
from retrieval.search import Searcher
from retrieval.shelves import ShelfSearcher
from tests.support.models import FakeAttributor, FakeEncoder, story

TODAY = date(2026, 3, 9)
QUESTIONS = [
    "Which ferry left pier 3?",
    "What did The Pier report on trams in March 2026?",
    "Did The Pier praise the tram while The Dock mourned the ferry that sank?",
    "What is the latest on the zeppelin?",
    "ferry9 and the bridge",
]
TEXTS = ["A tram crossed the bridge.", "The ferry sank. Nobody came.", "Zeppelins land.", None]
PAPERS = ["The Pier", "The Dock", None]


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def add(store, *articles):
    ingest(articles, store=store, embedder=FakeEncoder(), attributor=FakeAttributor())


def fill(store, engine):
    return sum(catch_up(store, engine, "fake"))


def opened(store, engine):
    return refresh(open_index(store, engine), engine, "fake")


def scratch(store):
    return refresh_memory(make_empty(), store, "fake")


def ranked(question, index, **more):
    read = understand(question, publishers=Publishers(index.publishers), today=TODAY)
    found = rank(read, index, FakeEncoder(), 10, **more)
    return [
        (key, round(float(found.scores[row]), 5))
        for key, row in zip(found.keys, found.rows, strict=True)
    ]


def assert_same(store, engine):
    remote, memory = opened(store, engine), scratch(store)
    assert (len(remote), remote.articles) == (len(memory), memory.articles)
    assert remote.revision == memory.revision
    assert engine.count() == store.whole().indexed.measure()[0]
    if not len(memory):
        return
    for term in memory.terms.vocabulary:
        assert remote.rarity(term) == memory.rarity(term), term
    for question in QUESTIONS:
        assert ranked(question, remote) == ranked(question, memory), question


class Dying:
    """Stores in another engine, and dies before anybody learns of it."""

    def __init__(self, engine):
        self.delete = engine.delete
        self._engine = engine

    def upsert(self, rows):
        self._engine.upsert(rows)
        raise EngineError("the process died")


STEPS = st.one_of(
    st.tuples(
        st.just("put"),
        st.integers(0, 5),
        st.sampled_from(TEXTS),
        st.sampled_from(PAPERS),
        st.sampled_from(["", "chat 7"]),
    ),
    st.tuples(st.just("remove"), st.integers(0, 5)),
    st.tuples(st.sampled_from(["catch up", "die"])),
)


@settings(deadline=None, max_examples=12)
@given(st.lists(STEPS, max_size=8))
def test_an_engine_that_caught_up_answers_as_memory_does(steps):
    with TemporaryDirectory() as place:
        store, engine = Store.open(Path(place)), MemoryEngine()
        for step, *what in [*steps, ("catch up",)]:
            if step == "put":
                number, body, publisher, shelf = what
                add(store, story(number, body, publisher=publisher, shelf=shelf))
            elif step == "remove":
                store.whole().remove(story(what[0]).id)
            elif step == "die":
                with suppress(EngineError):
                    fill(store, Dying(engine))
            else:
                for view in (store, store.beside("chat 7"), store.only("chat 7")):
                    assert_same(view, engine)
        store.close()


def test_an_article_that_goes_while_it_is_sent_is_removed_again(store):
    class Slow(MemoryEngine):
        def upsert(self, rows):
            super().upsert(rows)
            store.remove(story(1).id)
            noted = store.whole().indexed
            noted.forget(noted.list_gone(99))

    engine = Slow()
    add(store, story(1))
    fill(store, engine)
    assert engine.count() == 0


def test_an_article_that_goes_before_it_is_noted_is_not_sent(store, monkeypatch):
    add(store, story(1, "It sank."), story(2, "It floats."))
    gone = story(1).id
    note = Indexed.note

    def late(self, passages):
        store.remove(gone)
        return note(self, passages)

    monkeypatch.setattr(Indexed, "note", late)
    engine = MemoryEngine()
    assert fill(store, engine) == 1
    assert_same(store, engine)


def test_what_lies_on_a_shelf_is_found_and_counted_there_only(store):
    add(store, story(1, "A tram."), story(2, "A walrus.", shelf="chat 7"))
    engine = MemoryEngine()
    shared, theirs = opened(store, engine), opened(store.beside("chat 7"), engine)
    assert (shared.count_holding("walrus"), theirs.count_holding("walrus")) == (0, 1)
    assert ("walrus" in shared.words, "walrus" in theirs.words) == (False, True)
    walrus = Wanted(("walrus",), FakeEncoder().encode(["A walrus."])[0])
    assert len(shared.gather([walrus])) == 1  # the tram, by what it means
    assert len(theirs.gather([walrus])) == 2


def test_a_searcher_over_an_engine_answers_also_from_a_shelf(tmp_path):
    archive, engine = Archive.open(tmp_path), MemoryEngine()
    add(archive.store, story(1, "A tram crossed."), story(2, "A walrus came.", shelf="chat 7"))
    searcher = Searcher(archive, FakeEncoder(), engine=engine)
    assert len(searcher) == 0
    assert searcher.ask("Which tram crossed?").result.hits[0].article == story(1, "A tram crossed.")
    assert len(searcher) == 1
    searcher.save()
    assert not (tmp_path / "index").exists()
    theirs = ShelfSearcher(searcher, "chat 7")
    assert theirs.ask("Which walrus came?").result.hits[0].article.shelf == "chat 7"
    assert theirs.spell("walruz").changes[0].meant == "walrus"
    assert not theirs.refresh()


def test_forgetting_a_shelf_forgets_its_words_at_once(store, tmp_path):
    add(store, story(1, "A tram."), story(2, "A walrus named Quorra.", shelf="chat 7"))
    engine = MemoryEngine()
    fill(store, engine)
    store.only("chat 7").clear()
    with closing(sqlite3.connect(tmp_path / "articles.db")) as database:
        dump = "".join(database.iterdump())
    assert "walrus" not in dump.casefold()
    assert "chat 7" not in dump
    assert_same(store, engine)
    assert engine.count() == 1


def test_a_term_that_is_gone_and_comes_back_is_counted_anew(store):
    add(store, story(1, "A walrus."))
    engine = MemoryEngine()
    fill(store, engine)
    store.remove(story(1).id)
    assert opened(store, engine).count_holding("walrus") == 0
    add(store, story(2, "A walrus and a walrus."))
    assert_same(store, engine)


def test_passages_with_all_of_some_terms_are_told(store):
    add(
        store,
        story(1, "The mayor rode the tram."),
        story(2, "The mayor swam beside a walrus."),
        story(3, "A tram, a tram, a tram."),
    )
    memory, remote = scratch(store), opened(store, MemoryEngine())
    for terms, most in ((["mayor", "tram"], 5), (["tram"], 1), (["tram", "walrus"], 5), ([], 5)):
        assert remote.find_holding(terms, most) == memory.find_holding(terms, most), terms
    for some, others in (
        (["mayor"], ["tram", "zeppelin"]),
        (["mayor", "walrus"], ["swam"]),
        (["tram"], ["swam", "zeppelin"]),
        (["zeppelin"], ["tram"]),
        (["mayor"], []),
        ([], ["mayor"]),
    ):
        assert remote.together(some, others) == memory.together(some, others), (some, others)


def test_a_word_that_is_printed_with_a_capital_only_is_a_name(store):
    add(store, story(1, "Quorra saw a walrus."))
    memory, remote = scratch(store), opened(store, MemoryEngine())
    for word in ("quorra", "walrus", "zeppelin", "Quorra?"):
        assert remote.is_name(word) == memory.is_name(word), word
    assert set(remote.words) == set(memory.words)


def test_a_ranking_sees_what_it_asks_for_though_others_are_better(store):
    trams = [story(n, f"Tram number {n} crossed the tram bridge.") for n in range(12)]
    other = story(20, "A tram, once.", publisher="The Dock")
    add(store, *trams, other)
    remote = opened(store, MemoryEngine())
    keys = store.keys_of([other.id])
    for limits in (
        Limits(publishers=frozenset(["The Dock"])),
        Limits(without=frozenset(["The Pier"])),
        Limits(
            period=Period(date(2026, 3, 1), date(2026, 3, 1)), publishers=frozenset(["The Dock"])
        ),
        Limits(keys=tuple(keys)),
    ):
        seen = remote.gather([Wanted(("tram",), count=1, limits=limits)])
        assert seen.keys.tolist() == keys, limits
    some = tuple(scratch(store).keys.tolist())
    assert len(remote.gather([Wanted(("tram",), count=2, limits=Limits(keys=some))])) == 2
    assert remote.gather([], keys).keys.tolist() == keys
    assert len(remote.gather([])) == 0
    assert len(remote.gather([Wanted(("zeppelin",))])) == 0


def test_a_readers_taste_and_what_is_at_hand_count_as_in_memory(store):
    add(
        store,
        *(story(n, f"Tram {n} crossed.", publisher=PAPERS[n % 2]) for n in range(8)),
        story(9, "Nothing of the kind."),
    )
    memory, remote = scratch(store), opened(store, MemoryEngine())
    dock = frozenset(["The Dock"])
    for more in (
        {"taste": PublisherPreference(preferred=dock)},
        {"taste": PublisherPreference(left_out=dock)},
        {"at_hand": store.keys_of([story(9).id])},
        {"among": [Limits(leads=True)]},
    ):
        for question in QUESTIONS:
            assert ranked(question, remote, **more) == ranked(question, memory, **more)


def test_an_engine_that_lost_passages_is_filled_anew(store, caplog):
    add(store, story(1), story(2))
    engine = MemoryEngine()
    assert not has_lost(store, engine)  # they were never sent
    fill(store, engine)
    assert not has_lost(store, engine)
    engine.delete(None)
    assert has_lost(store, engine)
    assert_same(store, engine)
    assert "has lost passages" in caplog.text
    rebuild(store, engine)
    assert (engine.count(), len(open_index(store, engine))) == (0, 0)
    assert_same(store, engine)


def test_passages_of_another_encoder_are_refused(store):
    ingest([story(1)], store=store, embedder=FakeEncoder("other"))
    with pytest.raises(FingerprintError):
        opened(store, MemoryEngine())


def test_damaged_vectors_are_found_by_their_words(store, tmp_path):
    add(store, story(1, "A tram."), story(2, "A walrus."))
    with closing(sqlite3.connect(tmp_path / "articles.db")) as database, database:
        database.execute(
            "UPDATE passage SET embedding = ? WHERE key = (SELECT min(key) FROM passage)",
            (b"\x7f" * 128,),
        )
    memory, remote = scratch(store), opened(store, MemoryEngine())
    assert ranked("a tram", remote) == ranked("a tram", memory)


def test_a_strangers_endless_word_is_cut(store):
    endless = "a" * 5000
    add(store, story(1, f"A tram. {endless}."))
    remote = opened(store, MemoryEngine())
    assert remote.count_holding(endless) == 1
    assert max(map(len, remote.words)) == len(cut(endless))


def test_terms_are_looked_up_again_when_many_were_asked_for(store, monkeypatch):
    monkeypatch.setattr("retrieval.index.remote._KEPT", 2)
    add(store, story(1, "A tram. A walrus. A bell."))
    remote = opened(store, MemoryEngine())
    assert [remote.count_holding(term) for term in ("tram", "walrus", "bell", "x", "tram")] == [
        1,
        1,
        1,
        0,
        1,
    ]


def test_the_name_of_an_archive_in_an_engine_stays(store, tmp_path):
    name = store.indexed.name()
    assert name.startswith("byline_")
    assert Store.open(tmp_path).indexed.name() == name


def test_an_index_that_is_up_to_date_stays_the_one_it_is(store):
    add(store, story(1))
    engine = MemoryEngine()
    remote = opened(store, engine)
    assert refresh(remote, engine, "fake") is remote


def test_what_was_seen_counts_as_the_whole_archive_does(store):
    add(store, story(1, "A tram."), story(2, "A tram and a walrus."))
    remote = opened(store, MemoryEngine())
    seen = remote.gather([Wanted(("walrus",))])
    assert (len(seen), seen.count_holding("tram"), seen.rarity("tram")) == (
        1,
        2,
        remote.rarity("tram"),
    )
    with pytest.raises(TypeError):
        list(seen.terms.vocabulary)


def test_an_archive_without_articles_is_searched_too(store):
    remote = opened(store, MemoryEngine())
    assert (len(remote), remote.average, remote.newest) == (0, 0.0, 0)
    assert list(remote.words) == []


def test_a_comparison_of_many_parts_takes_two_requests(store):
    class Counting(MemoryEngine):
        asked: tuple[int, ...] = ()

        def find_best(self, searches):
            self.asked += (len(searches),)
            return super().find_best(searches)

        def fetch(self, keys):
            self.asked += (0,)
            return super().fetch(keys)

    add(store, story(1, "A tram."), story(2, "The ferry sank.", publisher="The Dock"))
    engine = Counting()
    remote = opened(store, engine)
    ranked("Did The Pier praise the tram while The Dock mourned the ferry in March 2026?", remote)
    searches, fetches = engine.asked
    assert (searches >= 14, fetches) == (True, 0)
