"""What lies on a shelf is seen by whom it is for, and by nobody else."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from corpus.attribution.attribution import Attribution, Extraction, Kind
from corpus.nlp.segment import split_passages
from corpus.storage.store import Change, Store
from tests.support.models import FakeEncoder, story

ENCODER = FakeEncoder()
MINE, THEIRS = "c1", "c2"
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def put(store, article):
    own = split_passages(article.id, article.body)
    said = Attribution((0, 4), Kind.DIRECT, None, f"Ada {article.headline}", "", None, 1.0)
    found = Extraction(1, (said,))
    return store.put(article, own, ENCODER.embed([(article, p) for p in own]), extraction=found)


def shelved(number, shelf=MINE, **more):
    return story(number, shelf=shelf, **more)


def everything_read(store, *, names, keys, ids):
    """All that a store says, as one text."""
    attributions = store.attributions
    said = [
        list(store.articles()),
        list(store.articles(ids)),
        store.ids(),
        store.addresses("https://"),
        store.latest(99),
        store.publishers(),
        store.languages(),
        store.count(),
        store.count_since(NOW - timedelta(days=9)),
        [store.find_copy(shelved(2, publisher="Nightly Secret", language="da"))],
        store.held(),
        store.arrivals(after=0, since=NOW - timedelta(days=9)),
        store.addresses("https://"),
        store.changes(),
        store.passages(keys),
        store.vectors(keys).tolist(),
        store.keys_of(ids),
        [store.get(one) for one in ids],
        [store.locate(f"{one}#0") for one in ids],
        store.stale("other"),
        store.unembedded(),
        store.damaged(),
        [store.versions.of(one) for one in ids],
        attributions.people(),
        attributions.by(names),
        attributions.placed(names=names),
        attributions.placed(keys=keys),
        attributions.within([(one, 0, 99) for one in ids]),
        [attributions.of(one) for one in ids],
        attributions.count(),
        attributions.outdated(9),
    ]
    np.set_printoptions(threshold=10**6)
    return repr(said)


def test_nothing_that_a_store_says_changes_by_what_lies_on_somebodys_shelf(store):
    put(store, story(1))
    private = shelved(2, publisher="Nightly Secret", language="da")
    ids = [story(1).id, private.id]
    names = [f"Ada {one.headline}" for one in (story(1), private)]
    sees = {"names": names, "keys": [], "ids": ids}
    before = everything_read(store, **sees), store.revision(), store.attributions.revision()
    put(store, private)
    sees["keys"] = store.whole().keys_of(ids)
    known = {**sees, "keys": store.keys_of(ids)}
    assert len(sees["keys"]) > len(known["keys"])
    assert store.vectors(sees["keys"]).tolist() == store.vectors(known["keys"]).tolist()
    assert store.passages(sees["keys"]) == store.passages(known["keys"])
    assert store.attributions.placed(keys=sees["keys"]) == store.attributions.placed(
        keys=known["keys"]
    )
    sees["keys"] = []
    after = everything_read(store, **sees), store.revision(), store.attributions.revision()
    assert after == before
    assert "Nightly Secret" in everything_read(store.beside(MINE), **sees)
    assert "Nightly Secret" not in everything_read(store.beside(THEIRS), **sees)


def test_every_method_that_reads_is_among_those_that_were_asked():
    """Whoever adds a way to read an archive is to say what it shows of shelves."""
    asked = inspect.getsource(everything_read)
    of_a_shelf = {"open", "close", "only", "beside", "whole", "feeds", "strikes", "attributions"}
    of_a_shelf |= {"holds", "put", "remove", "remove_expired", "clear", "expire", "move", "until"}
    of_a_shelf |= {
        "revision",
        "fingerprints",
        "tell_apart",
        "sources",
        "entries",
        "mark_gone",
        "let_go",
        "checkpoints",
        "indexed",
    }
    for name in vars(Store):
        if not name.startswith("_") and name not in of_a_shelf:
            assert f"store.{name}(" in asked or f"store.{name}." in asked, name


def test_each_view_holds_its_own(store):
    for one in (story(1), shelved(2), shelved(3, THEIRS)):
        assert put(store, one) is Change.ADDED
    assert list(store.articles()) == [story(1)]
    assert list(store.beside(MINE).articles()) == [story(1), shelved(2)]
    assert list(store.only(THEIRS).articles()) == [shelved(3, THEIRS)]
    assert store.whole().count() == 3
    assert store.beside(MINE, THEIRS).count() == 3


def test_what_everybody_saw_may_move_to_a_shelf_and_back(store):
    put(store, story(1))
    moved = store.move(story(1).id, MINE)
    assert moved == shelved(1)
    assert store.count() == 0
    assert store.only(MINE).addresses("https://news.example/") == {moved.id: story(1).url}
    assert store.only(MINE).move(moved.id, "") == story(1)
    assert store.whole().count() == 1


def test_one_address_may_lie_on_every_shelf(store):
    ours = story(1)
    assert put(store, replace(ours, shelf=MINE)) is Change.ADDED
    assert put(store, replace(ours, shelf=THEIRS)) is Change.ADDED
    assert put(store, ours) is Change.ADDED
    assert store.get(ours.url) == ours
    assert store.only(MINE).get(ours.url) == replace(ours, shelf=MINE)
    assert len({one.id for one in store.whole().articles()}) == 3


def test_what_everybody_may_see_is_not_put_on_a_shelf_as_well(store):
    put(store, story(1))
    copy = replace(story(1), url="https://copy.example/1", shelf=MINE)
    assert put(store, copy) is Change.UNCHANGED
    assert store.whole().count() == 1


def test_a_shelf_moves_on_by_itself(store):
    put(store, story(1))
    before = store.revision(), store.only(THEIRS).revision(), store.beside(MINE).revision()
    put(store, shelved(2))
    assert (store.revision(), store.only(THEIRS).revision()) == before[:2]
    assert store.beside(MINE).revision() > before[2]
    assert store.only(MINE).revision() == store.beside(MINE).revision()


def test_nobody_removes_what_is_not_in_view(store):
    put(store, shelved(2))
    assert not store.remove(shelved(2).id)
    assert not store.beside(THEIRS).remove(shelved(2).id)
    assert store.clear() == 0
    assert store.only(MINE).remove(shelved(2).id)


def test_a_shelf_is_cleared_to_its_name(store):
    put(store, story(1))
    put(store, shelved(2))
    put(store, shelved(3, THEIRS))
    assert store.only(MINE).clear() == 1
    assert list(store.whole().articles()) == [story(1), shelved(3, THEIRS)]
    assert store.only(MINE).revision() == 0
    assert store.only(THEIRS).revision() > 0
    assert store.revision() > 0


def test_what_has_had_its_time_goes(store):
    for number in (1, 2, 3):
        put(store, shelved(number))
    mine = store.only(MINE)
    mine.expire(shelved(1).id, NOW)
    mine.expire(shelved(2).id, NOW + timedelta(days=1))
    store.expire(shelved(3).id, NOW)  # not in its view
    assert store.remove_expired(NOW) == 0
    before = mine.revision()
    assert store.whole().remove_expired(NOW) == 1
    assert mine.ids() == [shelved(2).id, shelved(3).id]
    assert mine.revision() > before
    mine.expire(shelved(2).id, None)
    assert store.whole().remove_expired(NOW + timedelta(days=99)) == 0


def test_an_article_moves_to_another_shelf_with_all_that_belongs_to_it(store):
    put(store, shelved(1))
    before = store.revision(), store.only(MINE).revision()
    vectors = store.whole().vectors(store.whole().keys_of([shelved(1).id])).tolist()
    assert store.move(shelved(1).id, "") is None  # not in its view
    assert store.only(MINE).move("nothing", "") is None
    assert store.only(MINE).move(shelved(1).id, MINE) == shelved(1)
    assert store.only(MINE).move(shelved(1).id, "") == story(1)
    assert (store.ids(), store.only(MINE).ids()) == ([story(1).id], [])
    assert store.revision() > before[0]
    assert store.only(MINE).revision() > before[1]
    assert store.vectors(store.keys_of([story(1).id])).tolist() == vectors
    assert store.attributions.people() == [(f"Ada {story(1).headline}", "", 1)]
    assert store.changes(after=before[0]).keys.tolist() == store.keys_of([story(1).id])
    assert store.attributions.outdated(1) == []


def test_what_is_there_already_is_not_moved_as_a_second_one(store):
    put(store, shelved(1))
    put(store, replace(shelved(1), shelf=THEIRS))
    put(store, story(1))
    assert store.only(MINE).move(shelved(1).id, THEIRS)
    assert store.only(THEIRS).move(replace(shelved(1), shelf=THEIRS).id, "") == story(1)
    put(store, shelved(2, url="https://copy.example/2"))
    put(store, story(2))
    assert store.only(MINE).move(shelved(2, url="https://copy.example/2").id, "") is None
    assert store.whole().ids() == [story(1).id, story(2).id]
