from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.ingest import ingest, reindex
from corpus.storage import versions
from corpus.storage.store import Store
from tests.support.models import FakeEncoder, story

FIRST = story(1, "The ferry sinks.")
SECOND = replace(FIRST, body="The ferry sails.", headline="Ferry sails")
THIRD = replace(FIRST, body="The ferry sails on.", headline="Ferry sails")


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def put(store, *articles):
    ingest(articles, store=store, embedder=FakeEncoder())


def test_a_corrected_article_keeps_how_it_read_before(store):
    put(store, FIRST)
    assert store.get(FIRST.id).corrected is None
    put(store, SECOND)
    put(store, THIRD)
    kept = store.versions.of(FIRST.id)
    assert [(one.headline, one.body) for one in kept] == [
        (FIRST.headline, FIRST.body),
        (SECOND.headline, SECOND.body),
    ]
    article = store.get(FIRST.id)
    assert article == THIRD
    assert article.corrected == kept[-1].replaced
    assert datetime.now(UTC) - article.corrected < timedelta(minutes=1)


@pytest.mark.parametrize(
    "other", [FIRST, replace(FIRST, authors=("Ada",)), replace(FIRST, body=" The  ferry\nsinks. ")]
)
def test_an_article_that_says_the_same_is_not_corrected(store, other):
    put(store, FIRST, other)
    assert store.get(FIRST.id).corrected is None
    assert store.versions.of(FIRST.id) == []


def test_embedding_anew_corrects_nothing(store):
    put(store, FIRST, SECOND)
    before = store.get(FIRST.id).corrected
    reindex(store=store, embedder=FakeEncoder("another"))
    assert store.get(FIRST.id).corrected == before
    assert len(store.versions.of(FIRST.id)) == 1


def test_of_an_article_that_changes_all_the_time_the_newest_versions_are_kept(store, monkeypatch):
    monkeypatch.setattr(versions, "MOST_VERSIONS", 3)
    put(store, *[replace(FIRST, body=f"Ferry {number} sails.") for number in range(6)])
    assert [one.body[6] for one in store.versions.of(FIRST.id)] == ["2", "3", "4"]


def test_versions_go_with_their_article(store):
    put(store, FIRST, SECOND)
    store.remove(FIRST.id)
    assert store.versions.of(FIRST.id) == []


def test_an_article_takes_its_versions_along_from_a_shelf_that_nobody_else_sees(store):
    first, second = (replace(one, shelf="c7") for one in (FIRST, SECOND))
    put(store, first, second)
    mine, since = store.only("c7"), datetime(2031, 3, 4, tzinfo=UTC)
    assert not store.mark_gone(first.id, since)
    assert mine.mark_gone(first.id, since)
    assert store.versions.of(first.id) == []
    assert [one.body for one in mine.versions.of(first.id)] == [FIRST.body]
    moved = store.whole().move(first.id, "")
    assert (moved.corrected is None, moved.gone) == (False, since)
    assert [one.body for one in store.versions.of(moved.id)] == [FIRST.body]


def test_an_article_whose_page_is_gone_is_marked_and_found_as_ever(store):
    put(store, FIRST)
    since = datetime(2031, 3, 4, tzinfo=UTC)
    assert store.mark_gone(FIRST.id, since)
    assert store.get(FIRST.id).gone == since
    assert store.get(FIRST.id) == FIRST
    assert store.mark_gone(FIRST.id, None)
    assert store.get(FIRST.id).gone is None
    assert not store.mark_gone("nobody", since)


def test_old_articles_are_let_go_some_at_a_time(store):
    old = [story(number) for number in range(4)]
    put(store, *old, story(5, published=None), story(6, published=datetime(2999, 1, 1, tzinfo=UTC)))
    now, revision = datetime.now(UTC), store.revision()
    assert store.let_go(now - timedelta(days=1), 9) == 0  # added today, however old they are
    assert store.revision() == revision
    assert store.let_go(now + timedelta(days=1), 3) == 3
    assert store.let_go(now + timedelta(days=1), 3) == 2
    assert store.let_go(now + timedelta(days=1), 3) == 0
    assert [article.headline for article in store.articles()] == ["Ferry 6 sails again"]
    assert store.revision() > revision
    assert len(store.changes().articles and store.changes().spans) > 0
