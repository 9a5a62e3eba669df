"""What is read is stored whole, embedded once, and told about on the way."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Timer

import numpy as np
import pytest

from corpus.attribution.attribution import MOST_CHARS
from corpus.errors import Failure, StoreError, ToolError, UnreadableError
from corpus.ingest import MOST_FAILURES, ingest, reindex
from corpus.nlp.segment import split_passages
from corpus.storage.embeddings import Embeddings
from corpus.storage.store import Change, Store
from tests.support.databases import change
from tests.support.models import FakeAttributor, FakeEncoder, story


class FailingEncoder(FakeEncoder):
    """Fails at a batch, counted from 1."""

    def __init__(self, fingerprint="fake", *, at):
        super().__init__(fingerprint)
        self.batches = 0
        self.at = at

    def embed(self, passages):
        self.batches += 1
        if self.batches == self.at:
            raise ToolError("the model cannot be loaded")
        return super().embed(passages)


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


@pytest.fixture
def encoder():
    return FakeEncoder()


def cut(numbers):
    return [p.id for n in numbers for p in split_passages(story(n).id, story(n).body)]


def stored(store):
    return [f"{article_id}#{start}" for article_id, start, _ in store.changes().spans]


def test_articles_are_stored_in_order_with_their_passages(store, encoder):
    tally = ingest(map(story, range(40)), store=store, embedder=encoder)
    assert [article.id for article in store.articles()] == [story(n).id for n in range(40)]
    assert stored(store) == cut(range(40))
    assert tally.changes == {Change.ADDED: 40}
    assert tally.articles == 40
    assert tally.passages == encoder.texts == len(cut(range(40)))


def test_every_passage_is_stored_with_its_own_embedding(store, encoder):
    ingest(map(story, range(35)), store=store, embedder=encoder)
    changes = store.changes()
    located = [store.locate(f"{article_id}#{start}") for article_id, start, _ in changes.spans]
    assert (changes.vectors == encoder.embed(located).vectors).all()


def test_articles_too_long_to_be_heard_to_the_end_are_told(store, encoder):
    short = story(1)
    long = replace(story(2), body="The ferry runs. " * (MOST_CHARS // 16 + 1))
    tally = ingest([short, long], store=store, embedder=encoder, attributor=FakeAttributor())
    assert (tally.cut, tally.attributed) == ([replace(long, body="")], 2)
    unheard = replace(long, url="https://news.example/c", body=f"{long.body}It pays.")
    assert ingest([unheard], store=store, embedder=encoder).cut == []


def test_failures_are_collected_and_stop_nothing(store, encoder):
    broken = Failure("notes.txt:3", "no article text")
    unread = Failure("https://news.example/gone", "404 Not Found")
    tally = ingest([broken, story(1), unread, story(2)], store=store, embedder=encoder)
    assert tally.failures == [broken, unread]
    assert tally.changes[Change.ADDED] == store.count() == 2


def test_failures_alone_store_nothing(store, encoder):
    tally = ingest([Failure("a", "b")], store=store, embedder=encoder)
    assert (tally.articles, len(tally.failures), store.count()) == (0, 1, 0)


def test_of_very_many_failures_the_first_are_kept_and_all_are_counted(store, encoder):
    many = (Failure(f"a:{n}", "not JSON") for n in range(MOST_FAILURES + 5))
    tally = ingest(many, store=store, embedder=encoder)
    assert (tally.failed, len(tally.failures)) == (MOST_FAILURES + 5, MOST_FAILURES)
    assert tally.failures[0].where == "a:0"


def test_few_long_articles_are_taken_together(store, encoder, monkeypatch):
    monkeypatch.setattr("corpus.ingest._BATCH_CHARS", 2 * len(story(1).body))
    told = []
    ingest(
        map(story, range(4)),
        store=store,
        embedder=encoder,
        progress=lambda tally: told.append(tally.articles),
    )
    assert told == [3, 4, 4]


def test_who_is_interrupted_does_not_wait_until_all_articles_are_heard(store):
    heard = []

    class Slow(FakeAttributor):
        def attribute(self, article):
            heard.append(article)
            begun.set()
            assert over.wait(60)
            return super().attribute(article)

    class Interrupted(FakeEncoder):
        def embed(self, _):
            assert begun.wait(60)
            Timer(0.05, over.set).start()
            raise KeyboardInterrupt

    begun, over = Event(), Event()
    with pytest.raises(KeyboardInterrupt):
        ingest(map(story, range(32)), store=store, embedder=Interrupted(), attributor=Slow())
    assert len(heard) == 1


def test_what_is_stored_already_is_not_embedded_again(store, encoder):
    ingest(map(story, range(3)), store=store, embedder=encoder)
    before = encoder.texts
    tally = ingest(map(story, range(4)), store=store, embedder=encoder)
    assert tally.changes == {Change.UNCHANGED: 3, Change.ADDED: 1}
    assert encoder.texts - before == tally.passages == len(cut([3]))


def test_an_article_that_comes_twice_counts_once_as_added(store, encoder):
    changed = story(1, "The ferry did not sail.")
    tally = ingest([story(1), story(1), changed], store=store, embedder=encoder)
    assert tally.changes == {Change.ADDED: 1, Change.UNCHANGED: 1, Change.UPDATED: 1}
    assert store.get(changed.id) == changed


def test_progress_is_told_after_every_batch_and_at_the_end(store, encoder):
    told = []
    ingest(
        [Failure("a", "b"), *map(story, range(70)), Failure("c", "d")],
        store=store,
        embedder=encoder,
        progress=lambda tally: told.append((tally.articles, len(tally.failures), store.count())),
    )
    assert told == [(32, 1, 32), (64, 1, 64), (70, 2, 70), (70, 2, 70)]


def test_articles_are_stored_while_later_ones_are_still_being_read(store, encoder):
    def reading():
        for number in range(64):
            if number == 63:
                assert store.count() == 32
            yield story(number)

    assert ingest(reading(), store=store, embedder=encoder).changes[Change.ADDED] == 64


def test_an_encoder_that_fails_leaves_whole_articles_and_the_next_call_finishes(store, encoder):
    with pytest.raises(ToolError, match="loaded"):
        ingest(map(story, range(50)), store=store, embedder=FailingEncoder(at=2))
    assert store.count() == 32
    assert stored(store) == cut(range(32))
    tally = ingest(map(story, range(50)), store=store, embedder=encoder)
    assert tally.changes == {Change.UNCHANGED: 32, Change.ADDED: 18}
    assert stored(store) == cut(range(50))


def test_reindexing_embeds_what_another_encoder_embedded(store):
    ingest(map(story, range(3)), store=store, embedder=FakeEncoder("old"))
    ingest(map(story, range(3, 5)), store=store, embedder=FakeEncoder("new"))
    articles, encoder, told = list(store.articles()), FakeEncoder("new"), []
    tally = reindex(store=store, embedder=encoder, progress=lambda t: told.append(t.articles))
    assert store.fingerprints() == {"new"}
    assert list(store.articles()) == articles
    assert sorted(stored(store)) == sorted(cut(range(5)))
    assert tally.passages == encoder.texts == len(cut(range(3)))
    assert told == [3]


def test_reindexing_an_archive_of_the_same_encoder_does_nothing(store, encoder):
    ingest(map(story, range(3)), store=store, embedder=encoder)
    before = encoder.texts, store.revision()
    assert reindex(store=store, embedder=encoder).articles == 0
    assert (encoder.texts, store.revision()) == before


def test_interrupted_reindexing_goes_on_where_it_stopped(store):
    ingest(map(story, range(40)), store=store, embedder=FakeEncoder("old"))
    with pytest.raises(ToolError, match="loaded"):
        reindex(store=store, embedder=FailingEncoder("new", at=2))
    assert store.fingerprints() == {"old", "new"}
    assert len(store.stale("new")) == 8
    assert sorted(stored(store)) == sorted(cut(range(40)))
    encoder = FakeEncoder("new")
    assert reindex(store=store, embedder=encoder).articles == 8
    assert store.fingerprints() == {"new"}
    assert sorted(stored(store)) == sorted(cut(range(40)))
    assert encoder.texts == tally_of(8)


def tally_of(articles):
    return articles * len(cut([0]))


def test_an_article_removed_while_reindexing_stays_removed(store):
    ingest(map(story, range(3)), store=store, embedder=FakeEncoder("old"))

    class RemovingEncoder(FakeEncoder):
        def embed(self, passages):
            store.remove(story(1).id)
            return super().embed(passages)

    reindex(store=store, embedder=RemovingEncoder("new"))
    assert store.get(story(1).id) is None
    assert store.fingerprints() == {"new"}
    assert stored(store) == cut([0, 2])


# One article that is to blame


class ChoosyEncoder(FakeEncoder):
    """Breaks at the article with a number, or makes no vector of it."""

    def __init__(self, at, error=None):
        super().__init__()
        self.hated = story(at)
        self.error = error

    def embed(self, passages):
        hated = [article == self.hated for article, _ in passages]
        if self.error and any(hated):
            raise self.error
        vectors = super().embed(passages).vectors.copy()
        vectors[hated] = np.nan
        return Embeddings(self.fingerprint, vectors)


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (None, "the model made a vector that is not finite and of length 1"),
        (ValueError("too odd\n" * 99), "a fault of ours, please report it: ValueError: too odd"),
        (MemoryError(), "it takes more memory than there is"),
        (UnreadableError("no passage in it"), "no passage in it"),
    ],
)
def test_an_article_that_breaks_the_encoder_takes_no_other_along(store, error, reason, again):
    encoder = ChoosyEncoder(3, error)
    if again:
        ingest(map(story, range(40)), store=store, embedder=FakeEncoder("older"))
        tally = reindex(store=store, embedder=encoder)
    else:
        tally = ingest(map(story, range(40)), store=store, embedder=encoder)
    (failure,) = tally.failures
    assert failure.where == story(3).url
    assert failure.reason.startswith(reason)
    assert len(failure.reason) < 160
    assert "\n" not in failure.reason
    assert tally.articles == 39
    assert store.stale("fake") == ([story(3).id] if again else [])
    assert store.damaged() == []


def test_an_article_that_cannot_be_stored_is_a_failure_by_its_headline(store, encoder):
    odd = story(1, "It \ud800 sailed.", headline="Odd ferry", url=None)
    tally = ingest([story(0), odd, story(2)], store=store, embedder=encoder)
    (failure,) = tally.failures
    assert failure.where == "Odd ferry"
    assert "UnicodeEncodeError" in failure.reason
    assert store.count() == 2


def test_an_article_that_the_database_refuses_is_a_failure(store, encoder):
    odd = story(1, headline=None)
    tally = ingest([story(0), odd, story(2)], store=store, embedder=encoder)
    (failure,) = tally.failures
    assert failure.where == odd.url
    assert "IntegrityError" in failure.reason
    assert store.count() == 2


def test_a_database_that_cannot_be_written_ends_the_batch(store, encoder, tmp_path):
    change(tmp_path / "articles.db", "ALTER TABLE passage RENAME TO elsewhere")
    with pytest.raises(StoreError, match=r"cannot write the archive: .*passage"):
        ingest(map(story, range(3)), store=store, embedder=encoder)
