"""The archive stores each article once and whole, whatever happens meanwhile."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pytest

from corpus.article import Article, Passage
from corpus.ingest import ingest
from corpus.nlp.segment import split_passages
from corpus.storage.articles import passages
from corpus.storage.database.sqlite import find_damage
from corpus.storage.embeddings import UNEMBEDDED, Embeddings
from corpus.storage.store import Change, Store
from tests.support import databases
from tests.support.models import FakeEncoder, go, processes, story
from tests.support.racing import race

ENCODER = FakeEncoder()


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def put(store, article, encoder=ENCODER, *, again=False):
    own = split_passages(article.id, article.body)
    return store.put(article, own, encoder.embed([(article, p) for p in own]), again=again)


def rows(home, query):
    return databases.rows(home / "articles.db", query)


# One article, once


def test_an_article_comes_back_as_it_was_stored(store):
    full = story(
        1,
        authors=("Ada Quay", "Lin Bø"),
        section="World / Harbours",
        language="da",
        credit="Reuters contributed.",
        day_only=True,
    )
    bare = Article(headline="Tram stops", body="Nobody knows why it stopped.")
    assert put(store, full) is Change.ADDED
    assert put(store, bare) is Change.ADDED
    assert list(store.articles()) == [full, bare]
    assert store.get(full.id) == store.get(full.url) == full
    assert store.get(bare.id) == bare


def test_the_day_of_an_article_is_the_one_where_it_was_printed(store, tmp_path):
    west = timezone(timedelta(hours=-5))
    late = story(1, published=datetime(2026, 5, 3, 21, 44, tzinfo=west))
    early = story(2, published=datetime(2026, 5, 4, 1, 0, tzinfo=UTC))
    assert [put(store, one) for one in (late, early)] == [Change.ADDED] * 2
    assert store.get(late.id).printed_date == "3 May 2026"
    assert store.get(late.id).published.utcoffset() == timedelta(hours=-5)
    assert [one.id for one in store.latest(2)] == [late.id, early.id]
    assert rows(tmp_path, "SELECT published FROM article ORDER BY 1 DESC") == [
        ("2026-05-04T02:44:00+00:00",),
        ("2026-05-04T01:00:00+00:00",),
    ]
    days = store.changes().days
    assert {date.fromordinal(day).isoformat() for day in days} == {"2026-05-03", "2026-05-04"}
    bare = Article("Tram stops", "Nobody knows.", published=late.published)
    assert bare.id == replace(bare, published=late.published.astimezone(UTC)).id


def test_an_article_that_is_not_there_is_none(store):
    assert store.get("0123456789ab") is None
    assert store.get("https://news.example/none") is None


def test_storing_an_article_again_changes_nothing(store):
    put(store, story(1))
    before = store.revision()
    assert store.holds(story(1))
    assert put(store, story(1)) is Change.UNCHANGED
    assert (store.revision(), store.count()) == (before, 1)


def test_the_same_text_under_the_same_publisher_is_stored_once(store):
    put(store, story(1, "One text on two pages."))
    assert put(store, story(2, "One text on two pages.")) is Change.UNCHANGED
    assert [article.id for article in store.articles()] == [story(1).id]


def test_a_text_that_differs_in_white_space_only_is_the_same(store):
    put(store, story(1, "One text on two pages."))
    assert store.holds(story(2, "One text\n\non two pages."))


@pytest.mark.parametrize(("first", "second"), [(None, "The Pier"), ("The Pier", None)])
def test_a_text_without_publisher_is_the_same_under_any(store, first, second):
    put(store, story(1, "One text on two pages.", publisher=first))
    assert put(store, story(2, "One text on two pages.", publisher=second)) is Change.UNCHANGED


def test_the_same_text_under_another_publisher_is_kept_too(store):
    put(store, story(1, "One text on two pages."))
    again = story(2, "One text on two pages.", publisher="The Quay")
    assert not store.holds(again)
    assert put(store, again) is Change.ADDED
    assert store.count() == 2


def test_a_changed_article_takes_the_place_of_the_old_one(store, tmp_path):
    put(store, story(1))
    put(store, story(2))
    old = store.changes()
    changed = story(1, "The ferry did not sail.", headline="Ferry 1 stays in port")
    assert put(store, changed) is Change.UPDATED
    assert list(store.articles()) == [changed, story(2)]
    new = store.changes(after=int(old.keys[-1]))
    assert new.spans == [(changed.id, 0, len(changed.body))]
    ours = [key for key, span in zip(old.keys, old.spans, strict=True) if span[0] == changed.id]
    assert not set(ours) & set(new.keys.tolist())
    expected = ENCODER.embed([(changed, split_passages(changed.id, changed.body)[0])]).vectors
    np.testing.assert_array_equal(new.vectors, expected)
    assert rows(tmp_path, "SELECT count(*) FROM passage") == [(len(new.keys),)]


@pytest.mark.parametrize(
    "correction", [{"headline": "Ferry 1 sails"}, {"authors": ("Ada Quay",)}, {"published": None}]
)
def test_a_correction_outside_the_text_is_an_update(store, correction):
    put(store, story(1))
    assert put(store, story(1, **correction)) is Change.UPDATED
    assert store.get(story(1).id) == story(1, **correction)


def test_an_unchanged_article_is_embedded_again_when_asked_to(store):
    put(store, story(1))
    keys = store.changes().keys
    assert put(store, story(1), FakeEncoder("other"), again=True) is Change.UNCHANGED
    assert store.fingerprints() == {"other"}
    assert not set(store.changes().keys.tolist()) & set(keys.tolist())


def test_an_article_that_was_removed_meanwhile_is_not_brought_back_by_reindexing(store):
    assert put(store, story(1), again=True) is Change.UNCHANGED
    assert store.count() == 0


def test_an_article_that_was_changed_meanwhile_is_not_set_back_by_reindexing(store):
    changed = story(1, "The ferry did not sail.")
    put(store, changed)
    put(store, story(1), FakeEncoder("other"), again=True)
    assert store.get(changed.id) == changed
    assert store.stale("other") == [changed.id]


def test_an_article_is_stored_whole_or_not_at_all(store):
    own = split_passages(story(1).id, story(1).body)
    short = Embeddings("fake", np.full((len(own) - 1, 64), 1 / 8, np.float16))
    with pytest.raises(ValueError, match="zip"):
        store.put(story(1), own, short)
    assert (store.count(), store.revision()) == (0, 0)
    assert not store.holds(story(1))


def test_an_article_without_passages_is_kept(store):
    assert store.put(story(1, " "), [], Embeddings("fake", np.empty((0, 0), np.float16)))
    assert store.count() == 1
    assert len(store.changes().keys) == 0


# Removal


@pytest.mark.parametrize("name", [story(1).id, story(1).url])
def test_removing_an_article_removes_all_that_belongs_to_it(store, tmp_path, name):
    put(store, story(1))
    put(store, story(2))
    before = store.revision()
    assert store.remove(name)
    assert store.revision() > before
    assert [article.id for article in store.articles()] == [story(2).id]
    assert rows(tmp_path, "SELECT DISTINCT article_id FROM passage") == [(story(2).id,)]


def test_removing_what_is_not_there_changes_nothing(store):
    put(store, story(1))
    before = store.revision()
    assert not store.remove("0123456789ab")
    assert store.revision() == before


def test_a_passage_key_is_never_given_twice(store):
    seen = set()
    for number in range(5):
        put(store, story(number))
        keys = set(store.changes().keys.tolist())
        assert not keys & seen
        assert min(keys) > max(seen, default=0)
        seen |= keys
        store.remove(story(number).id)


def test_an_article_keeps_its_id_when_it_is_removed_and_added_again(store):
    put(store, story(1))
    store.remove(story(1).id)
    assert put(store, story(1)) is Change.ADDED
    assert store.get(story(1).id) == story(1)


# What an index asks


def test_a_new_archive_has_nothing_to_tell(store):
    changes = store.changes()
    assert (changes.revision, changes.articles, changes.spans) == (0, 0, [])
    assert (changes.keys.dtype, changes.keys.shape) == (np.int64, (0,))
    assert (changes.vectors.dtype, len(changes.vectors)) == (np.float16, 0)
    assert changes.fingerprints == store.fingerprints() == frozenset()


def test_keys_are_told_exactly_up_to_the_greatest_that_databases_hold(store, tmp_path):
    archive = tmp_path / "articles.db"
    databases.change(archive, "UPDATE archive SET revision = :to", to=2**63 - 2**33)
    put(store, story(1))
    stored = [key for (key,) in rows(tmp_path, "SELECT key FROM passage ORDER BY key")]
    assert store.changes().keys.tolist() == stored
    assert stored[0] > 2**62


def test_changes_name_all_passages_and_bring_the_new_ones(store):
    put(store, story(1))
    known = store.changes()
    put(store, story(2))
    put(store, story(3, "A short one."))
    store.remove(story(1).id)
    changes = store.changes(after=int(known.keys[-1]))
    assert changes.articles == 2
    assert changes.revision == store.revision() > known.revision
    assert not set(known.keys.tolist()) & set(changes.keys.tolist())
    assert changes.keys.tolist() == sorted(changes.keys.tolist())
    expected = [
        (passage.article_id, passage.start, passage.end)
        for article in (story(2), story(3, "A short one."))
        for passage in split_passages(article.id, article.body)
    ]
    assert changes.spans == expected
    assert changes.vectors.shape == (len(expected), 64)
    assert changes.fingerprints == {"fake"}


def test_changes_are_from_one_moment_while_others_write(store):
    stop = threading.Event()

    def write():
        for number in range(10_000):
            if stop.is_set():
                return
            put(store, story(number % 7))
            store.remove(story((number + 3) % 7).id)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        last, seen = 0, set()
        while len(seen) < 20 and not writing.done():
            changes = store.changes()
            assert len(changes.spans) == len(changes.keys) == len(changes.vectors)
            assert len({article_id for article_id, _, _ in changes.spans}) == changes.articles
            assert changes.revision >= last
            last = changes.revision
            seen.add(last)
        stop.set()
        writing.result()
    assert len(seen) == 20


def test_what_is_stored_between_two_queries_is_not_among_the_changes(store, tmp_path, monkeypatch):
    put(store, story(1))
    other, keys = Store.open(tmp_path), passages._keys

    def storing(connection, shelves):
        put(other, story(2))
        return keys(connection, shelves)

    monkeypatch.setattr("corpus.storage.articles.passages._keys", storing)
    changes = store.changes()
    assert other.get(story(2).id)
    assert changes.articles == 1
    assert {article_id for article_id, _, _ in changes.spans} == {story(1).id}
    assert len(changes.spans) == len(changes.keys) == len(changes.vectors)
    assert changes.revision < store.revision()


def test_passages_are_read_by_key_and_those_that_are_gone_are_left_out(store):
    put(store, story(1))
    put(store, story(2))
    changes = store.changes()
    store.remove(story(1).id)
    found = store.passages(changes.keys.tolist())
    expected = {
        int(key): (story(2), Passage(article_id, begin, end, story(2).body[begin:end]))
        for key, (article_id, begin, end) in zip(changes.keys, changes.spans, strict=True)
        if article_id == story(2).id
    }
    assert found == expected
    assert store.passages([]) == {}


def test_a_passage_is_located_by_its_id(store):
    put(store, story(1))
    for passage in split_passages(story(1).id, story(1).body):
        assert store.locate(passage.id) == (story(1), passage)


@pytest.mark.parametrize("name", [f"{story(1).id}#1", "0123456789ab#0"])
def test_a_passage_that_is_not_there_is_none(store, name):
    put(store, story(1))
    assert store.locate(name) is None


def test_the_keys_of_articles_are_those_of_their_passages(store):
    for number in (1, 2, 3):
        put(store, story(number))
    keys = store.keys_of([story(3).id, "unknown", story(1).id])
    assert keys == sorted(keys)
    held = {passage.article_id for _, passage in store.passages(keys).values()}
    assert held == {story(1).id, story(3).id}
    assert store.keys_of([]) == []


def test_stale_names_the_articles_that_another_encoder_embedded(store):
    put(store, story(1))
    put(store, story(2), FakeEncoder("other"))
    assert store.fingerprints() == {"fake", "other"}
    assert store.stale("other") == [story(1).id]
    assert store.stale("fake") == [story(2).id]
    assert set(store.stale("third")) == {story(1).id, story(2).id}
    store.remove(story(2).id)
    assert store.fingerprints() == {"fake"}


# Lists


def test_articles_come_in_the_order_they_were_added(store):
    for number in (3, 1, 2):
        put(store, story(number))
    put(store, story(3, "Changed since it was added."))
    assert [article.id for article in store.articles()] == [story(n).id for n in (3, 1, 2)]
    wanted = [story(2).id, story(3).id, "0123456789ab"]
    assert {article.id for article in store.articles(wanted)} == {story(2).id, story(3).id}
    assert list(store.articles([])) == []


def test_more_ids_than_one_statement_takes_are_read_too(store):
    put(store, story(1))
    put(store, story(2))
    wanted = [story(1).id, *(f"{number:012x}" for number in range(40_000)), story(2).id]
    assert {article.id for article in store.articles(wanted)} == {story(1).id, story(2).id}


def test_the_latest_are_those_published_last_and_undated_ones_come_at_the_end(store):
    for number, published in [
        (1, datetime(2026, 3, 1, 9, tzinfo=UTC)),
        (2, None),
        (3, datetime(2026, 3, 2, tzinfo=UTC)),
        (4, datetime(2026, 3, 1, 9, 0, 0, 1, tzinfo=UTC)),
        (5, datetime(1997, 12, 31, tzinfo=UTC)),
    ]:
        put(store, story(number, published=published))
    assert [a.headline.split()[1] for a in store.latest(9)] == ["3", "4", "1", "5", "2"]
    assert [a.headline.split()[1] for a in store.latest(2)] == ["3", "4"]
    assert store.latest(0) == []


def test_publishers_come_with_the_largest_first(store):
    for number, publisher in enumerate(["The Quay", "The Pier", None, "The Pier", "A Buoy"]):
        put(store, story(number, publisher=publisher))
    assert store.publishers() == ["The Pier", "A Buoy", "The Quay"]


# Feeds


def test_a_feed_is_remembered_once_it_is_kept(store, tmp_path):
    feeds = store.feeds
    feeds.remember("https://news.example/feed", etag='"1"', modified=None)
    assert feeds.recall("https://news.example/feed") == (None, None)
    feeds.keep()
    again = Store.open(tmp_path).feeds
    assert again.recall("https://news.example/feed") == ('"1"', None)
    again.remember("https://news.example/feed", etag=None, modified="Mon, 2 Mar 2026")
    again.keep()
    assert feeds.recall("https://news.example/feed") == (None, "Mon, 2 Mar 2026")


# Several writers, and death


def test_threads_add_at_once(store):
    encoder = FakeEncoder()
    parts = [range(12), range(4, 16), range(8, 20), range(20)]

    def add(numbers):
        return ingest(map(story, numbers), store=store, embedder=encoder).changes

    with ThreadPoolExecutor(4) as pool:
        changes = list(pool.map(add, parts))
    assert sum(change[Change.ADDED] for change in changes) == store.count() == 20
    assert sum(change[Change.UPDATED] for change in changes) == 0


def whole(home):
    """Assert that every stored article has its passages, and return how many articles there are."""
    assert find_damage(home / "articles.db") == ""
    stored = {}
    for article_id, begin, end, size in rows(
        home, 'SELECT article_id, start, "end", length(embedding) FROM passage ORDER BY start'
    ):
        stored.setdefault(article_id, []).append((begin, end))
        assert size == 64 * 2
    articles = list(Store.open(home).articles())
    for article in articles:
        expected = split_passages(article.id, article.body)
        assert stored.pop(article.id) == [(passage.start, passage.end) for passage in expected]
    assert stored == {}
    return len(articles)


def test_the_revision_never_goes_back_while_some_add_and_others_remove(store, tmp_path):
    other, count = Store.open(tmp_path), 40
    for number in range(count):
        put(store, story(number))
    seen, done = [], threading.Event()

    def watch():
        while not done.is_set():
            seen.append(store.revision())

    def write(work):
        for number in range(count):
            work(number)

    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(watch)
        race(
            lambda: write(lambda number: put(store, story(count + number))),
            lambda: write(lambda number: other.remove(story(number).id)),
        )
        done.set()
        watching.result()
    assert seen == sorted(seen)
    assert store.revision() >= store.changes().keys[-1]
    assert store.count() == count


def test_processes_add_at_once(tmp_path):
    with processes("add", tmp_path, range(60), range(30, 90)) as adding:
        for process in adding:
            go(process)
        assert [process.wait(timeout=30) for process in adding] == [0, 0]
    assert whole(tmp_path) == 90


def test_killed_in_the_middle_of_adding_it_leaves_whole_articles_and_goes_on_later(tmp_path):
    count = 320
    store = Store.open(tmp_path)
    left = [0]
    with processes("add", tmp_path, *[range(count)] * 5) as adding:
        for more, process in zip((1, 20, 45, 33, 32), adding, strict=True):
            go(process)
            deadline = time.monotonic() + 20
            while store.count() < left[-1] + more:
                assert time.monotonic() < deadline
            process.kill()
            process.wait()
            left.append(whole(tmp_path))
    assert left == sorted(set(left))
    assert left[-1] < count
    tally = ingest(map(story, range(count)), store=store, embedder=FakeEncoder())
    assert tally.changes == {Change.UNCHANGED: left[-1], Change.ADDED: count - left[-1]}
    assert whole(tmp_path) == count


def test_what_one_process_stores_another_sees(tmp_path):
    one, other = Store.open(tmp_path), Store.open(tmp_path)
    put(one, story(1))
    assert other.count() == 1
    put(other, replace(story(1), section="Local"))
    assert one.get(story(1).id).section == "Local"


# What came in


def test_arrivals_are_listed_in_the_order_of_their_keys_above_one(store):
    now = datetime.now(UTC).replace(microsecond=0)
    put(store, story(2))
    put(store, story(1))
    both = store.arrivals(after=0, since=now)
    assert [one.article for one in both] == [story(2).id, story(1).id]
    assert all(now <= one.added <= datetime.now(UTC) for one in both)
    for one in both:
        keys = store.keys_of([one.article])
        assert (one.first, one.last) == (min(keys), max(keys))
    assert store.arrivals(after=both[0].last, since=now) == both[1:]
    assert store.arrivals(after=0, since=now, most=1) == both[:1]
    assert store.arrivals(after=0, since=now + timedelta(hours=1)) == []


def test_what_is_corrected_arrives_with_new_keys_and_its_old_time(store):
    now = datetime.now(UTC).replace(microsecond=0)
    put(store, story(1))
    (first,) = store.arrivals(after=0, since=now)
    put(store, story(1, "It was ferry 2, and it was late."))
    (again,) = store.arrivals(after=first.last, since=now)
    assert (again.article, again.added) == (first.article, first.added)
    assert again.first > first.last


def test_what_nobody_embedded_yet_or_lies_on_a_shelf_does_not_arrive(store):
    now = datetime.now(UTC).replace(microsecond=0)
    own = split_passages(story(1).id, story(1).body)
    store.put(story(1), own, Embeddings(UNEMBEDDED, np.empty((len(own), 0), np.float16)))
    put(store, story(2, shelf="c42"))
    assert store.arrivals(after=0, since=now) == []
    assert len(store.only("c42").arrivals(after=0, since=now)) == 1
