"""The archive that the settings name, opened when it is needed."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy
import structlog

from bot import services
from bot.following import REST, Following, make_fetcher
from bot.services import Services
from bot.settings import Settings
from corpus.errors import CorpusError
from corpus.following.follower import Follower
from corpus.ingest import ingest
from corpus.nlp import entities
from corpus.readers.sample import seed
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.sources import Source
from corpus.storage.times import write_time
from retrieval.errors import EngineError, FingerprintError, ModelError
from retrieval.index.memory import MemoryEngine
from tests.support.coordination import Town
from tests.support.databases import copy_of_empty
from tests.support.feed_site import feed_site
from tests.support.models import FakeAttributor, FakeEncoder, story
from tests.support.newsroom import ARTICLES, BEES, BEES_QUESTION, FUNICULAR, without_a_model


@pytest.fixture(autouse=True)
def fake_encoder(monkeypatch):
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setattr("bot.services._LOOK_S", 0.02)


def archive(home, model: str = "one", **more) -> Services:
    return Services(Settings(_env_file=None, home=home, model=model, **more))


def until(true: Callable[[], object], *, within_s: float = 30) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_making_one_touches_nothing(tmp_path):
    archive(tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_the_searcher_is_up_to_date_and_its_index_kept(tmp_path):
    first = archive(tmp_path)
    ingest(ARTICLES, store=first.store, embedder=first.encoder)
    assert len(first.searcher) > 0
    assert list((tmp_path / "index").iterdir())
    again = archive(tmp_path).searcher
    assert again.search(BEES_QUESTION).hits[0].article == BEES
    assert first.searcher is first.searcher


def test_what_another_process_adds_or_removes_is_noticed(tmp_path):
    ours, theirs = archive(tmp_path), archive(tmp_path)
    with structlog.testing.capture_logs() as log, ours.kept_fresh() as searcher:
        ingest(
            [FUNICULAR, BEES],
            store=theirs.store,
            embedder=theirs.encoder,
            attributor=theirs.attributor,
        )
        until(lambda: len(searcher) == 2)
        theirs.store.remove(BEES.id)
        until(lambda: len(searcher) == 1)
    assert {"took in new articles"} == {entry["event"] for entry in log}


def test_a_start_says_what_embedded_the_archive_or_refuses(tmp_path):
    ours = archive(tmp_path)
    with structlog.testing.capture_logs() as log:
        ours.tell_model()
        ingest([BEES], store=ours.store, embedder=ours.encoder)
        ours.tell_model()
    assert [entry["event"] for entry in log] == ["embedding anew", "embedding as the archive was"]
    assert {(one["model"], one["runtime"]) for one in log} == {("one", "counted words")}
    with pytest.raises(FingerprintError, match="run `byline reindex`"):
        archive(tmp_path, "two").tell_model()


def test_replicas_are_told_of_new_articles_and_need_not_look(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.services._LOOK_TOLD_S", 600)
    url = copy_of_empty()
    ours, theirs = (archive(tmp_path / name, database_url=url) for name in ("a", "b"))
    with ours.coordination, ours.kept_fresh() as searcher:
        until(ours.coordination.members)
        time.sleep(0.05)  # it looks for the last time by itself
        ingest([FUNICULAR, BEES], store=theirs.store, embedder=theirs.encoder)
        until(lambda: len(searcher) == 2)
        theirs.store.remove(BEES.id)
        until(lambda: len(searcher) == 1)
    for one in (ours, theirs):
        one.store.close()
    ours.chats.close()


def test_who_hears_nothing_looks_by_itself(tmp_path):
    url = copy_of_empty()
    ours, theirs = (archive(tmp_path / name, database_url=url) for name in ("a", "b"))
    with ours.kept_fresh() as searcher:  # which is no part of the replicas
        ingest([BEES], store=theirs.store, embedder=theirs.encoder)
        until(lambda: len(searcher) == 1)
    for one in (ours, theirs):
        one.store.close()
    ours.chats.close()


def test_taking_articles_in_leaves_most_of_the_time_to_the_answers(tmp_path):
    class Changing:
        encoder = FakeEncoder()
        refreshed = 0

        def refresh(self):
            self.refreshed += 1
            time.sleep(0.05)

    ours = archive(tmp_path)
    ours.searcher = Changing()
    with ours.kept_fresh() as searcher:
        time.sleep(0.6)
    assert 1 <= searcher.refreshed <= 5


def test_articles_that_another_model_embedded_are_refused_once_aloud_and_the_rest_still_serves(
    tmp_path,
):
    ours, theirs = archive(tmp_path), archive(tmp_path, "two")
    ingest([FUNICULAR], store=ours.store, embedder=ours.encoder, attributor=ours.attributor)
    with structlog.testing.capture_logs() as log, ours.kept_fresh() as searcher:
        ingest([BEES], store=theirs.store, embedder=theirs.encoder, attributor=theirs.attributor)
        until(lambda: log)
        time.sleep(0.1)
        assert searcher.search(BEES_QUESTION).hits[0].article == FUNICULAR
    (entry,) = log
    assert "byline reindex" in entry["reason"]


ERRORS = {
    "a locked database": sqlalchemy.exc.OperationalError(
        "SELECT", {}, sqlite3.OperationalError("database is locked")
    ),
    "no memory": MemoryError(),
    "a full disk": OSError(28, "No space left on device"),
    "a fault of ours": RuntimeError("Who stole the weir?"),
}


def failing(work, error: BaseException, times: int):
    """Let something raise a few times, then do what it does."""
    left = [error] * times

    def fail(*given, **more):
        if left:
            raise left.pop()
        return work(*given, **more)

    return fail


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_whatever_the_archive_raises_articles_are_taken_in_as_soon_as_it_does_not(
    tmp_path, monkeypatch, error
):
    ours, theirs = archive(tmp_path), archive(tmp_path)
    with structlog.testing.capture_logs() as log, ours.kept_fresh() as searcher:
        failed = failing(ours.store.revision, error, 10)
        monkeypatch.setattr(ours.store, "revision", failed)
        until(lambda: ours.broken)
        (name,) = ours.broken
        assert name == "taking in new articles"
        ingest([BEES], store=theirs.store, embedder=theirs.encoder, attributor=theirs.attributor)
        until(lambda: len(searcher) == 1)
        until(lambda: not ours.broken)
    faults = [line for line in log if line["log_level"] == "error"]
    assert [line["what"] for line in faults] == ["taking in new articles"]
    assert "weir" not in str(log)


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_whatever_is_raised_who_said_what_is_looked_for_again(tmp_path, monkeypatch, error):
    monkeypatch.setattr("bot.services._LOOK_BACK_S", 0.02)
    ours = archive(tmp_path)
    ingest([BEES], store=ours.store, embedder=ours.encoder)
    failed = failing(services.attribute_missing, error, 3)
    monkeypatch.setattr(services, "attribute_missing", failed)
    with structlog.testing.capture_logs(), ours.kept_fresh():
        until(lambda: not ours.store.attributions.outdated(1))
        until(lambda: not ours.broken)


def test_a_model_that_cannot_be_warmed_up_is_told_to_whoever_asks(tmp_path, monkeypatch):
    def fail(_):
        raise ModelError("model", "it is broken")

    ours, warmed = archive(tmp_path), threading.Event()
    monkeypatch.setattr(ours.encoder, "encode", fail)
    monkeypatch.setattr(entities, "warm", warmed.set)
    with ours.kept_fresh():
        assert warmed.wait(30)


def test_an_archive_of_another_model_is_not_searched(tmp_path):
    first = archive(tmp_path)
    ingest(ARTICLES, store=first.store, embedder=first.encoder)
    with pytest.raises(FingerprintError, match="byline reindex"):
        _ = archive(tmp_path, "two").searcher


def test_the_watch_ends_with_its_context(tmp_path):
    ours = archive(tmp_path)
    with ours.kept_fresh() as searcher:
        pass
    ingest([BEES], store=ours.store, embedder=FakeEncoder("fake one"))
    time.sleep(0.1)
    assert len(searcher) == 0


def test_a_running_bot_finds_who_said_what_in_articles_added_without_that(tmp_path):
    ours = archive(tmp_path)
    ingest(ARTICLES, store=ours.store, embedder=ours.encoder)
    with structlog.testing.capture_logs() as log, ours.kept_fresh():
        until(lambda: not ours.store.attributions.outdated(1))
        until(lambda: log)
    assert log == [
        {
            "event": "found who said what in older articles",
            "articles": len(ARTICLES),
            "log_level": "info",
        }
    ]
    assert ours.attributor.articles == len(ARTICLES)


def test_a_running_bot_looks_again_for_articles_added_without_who_said_what(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.services._LOOK_BACK_S", 0.02)
    ours = archive(tmp_path)
    with ours.kept_fresh():
        ingest([BEES], store=ours.store, embedder=ours.encoder)
        until(lambda: not ours.store.attributions.outdated(1))


def test_finding_who_said_what_leaves_most_of_the_time_to_the_answers(tmp_path):
    class Slow(FakeAttributor):
        def attribute(self, article):
            time.sleep(0.05)
            return super().attribute(article)

    ours = archive(tmp_path)
    ours.attributor = Slow()
    ingest(map(story, range(20)), store=ours.store, embedder=ours.encoder)
    with ours.kept_fresh():
        time.sleep(0.6)
    assert 1 <= ours.attributor.articles <= 5


def test_what_finds_names_is_loaded_before_the_first_summary(tmp_path, monkeypatch):
    loaded = threading.Event()
    monkeypatch.setattr(entities, "warm", loaded.set)
    with archive(tmp_path).kept_fresh():
        assert loaded.wait(30)


def test_a_bot_starts_without_the_model_that_finds_names(tmp_path, monkeypatch):
    def fail():
        raise CorpusError("no English model is installed")

    monkeypatch.setattr(entities, "warm", fail)
    archive(tmp_path).warm()


# Following feeds


@pytest.fixture
def site(monkeypatch):
    with feed_site() as site:
        monkeypatch.setattr(
            "bot.following.make_fetcher", lambda sandbox: site.fetcher(sandbox=sandbox)
        )
        monkeypatch.setattr("bot.services._FOLLOW_S", 0.02)
        yield site


def test_a_running_bot_follows_feeds_and_their_articles_are_found(site, tmp_path):
    site.publish("a", "Seventeen otters were counted on the weir by its warden. " * 3)
    site.feed("a")
    ours = archive(tmp_path)
    with structlog.testing.capture_logs(), ours.kept_fresh() as searcher:
        until(lambda: len(searcher) == 0)
        ours.store.sources.add(Source(site.url("/feed"), datetime.now(UTC)))
        until(lambda: len(searcher) == 1)
        (hit,) = searcher.search("How many otters were counted?").hits
        assert "Seventeen otters" in hit.passage.text
        assert ours.broken == {}
    assert ours.store.sources.get(site.url("/feed")).title == "The Weir"


def test_only_the_leader_follows_feeds(site, tmp_path):
    replica, now = Town().replica("one"), datetime.now(UTC).replace(microsecond=0)
    site.publish("a", "Seventeen otters were counted on the weir by its warden. " * 3)
    site.feed("a")
    ours = archive(tmp_path)
    ours.__dict__["coordination"] = replica
    ours.store.sources.add(Source(site.url("/feed"), now))
    with structlog.testing.capture_logs(), ours.kept_fresh() as searcher:
        time.sleep(0.1)
        assert site.asked == []
        replica.lead()
        until(lambda: len(searcher) == 1)
        replica.lose()
        time.sleep(0.1)
        asked = len(site.asked)
        ours.store.sources.change(site.url("/feed"), next_check=write_time(now))
        time.sleep(0.1)
        assert len(site.asked) == asked
        replica.lead()
        until(lambda: len(site.asked) > asked)


def test_the_first_article_of_a_feed_takes_the_place_of_the_sample(site, tmp_path):
    ours = archive(tmp_path)
    seed(ours.store, tmp_path, ours.encoder, lambda _: None)
    site.publish("a")
    site.feed("a")
    ours.store.sources.add(Source(site.url("/feed"), datetime.now(UTC)))
    with structlog.testing.capture_logs(), ours.kept_fresh():
        until(lambda: ours.store.count() == 1)


def test_storing_news_leaves_most_of_the_time_to_the_answers(tmp_path):
    class Slow(FakeEncoder):
        def embed(self, passages):
            time.sleep(0.05)
            return super().embed(passages)

    ours = archive(tmp_path)
    following = Following(
        tmp_path,
        ours.store,
        embedder=Slow,
        attributor=FakeAttributor(),
        stop=threading.Event(),
        keep_days=None,
    )
    start = time.monotonic()
    assert [following.take(story(number)) for number in range(4)] == [None] * 4
    assert time.monotonic() - start >= 4 * 0.05 + 3 * REST * 0.05
    following.close()


def test_an_article_that_cannot_be_embedded_says_so(tmp_path):
    class Broken(FakeEncoder):
        def embed(self, passages):
            raise ValueError(f"out of order: {len(passages)}")

    ours = archive(tmp_path)
    following = Following(
        tmp_path,
        ours.store,
        embedder=Broken,
        attributor=FakeAttributor(),
        stop=threading.Event(),
        keep_days=None,
    )
    assert "out of order" in following.take(story(1)).reason


def test_old_articles_are_let_go_where_that_is_set(tmp_path, monkeypatch, site):
    monkeypatch.setattr("corpus.following.follower._TIDY", timedelta(0))
    settings = Settings(_env_file=None, home=tmp_path, model="one", keep_articles_days=30)
    ours = Services(settings)
    monkeypatch.setattr(
        "corpus.following.follower.Follower.__init__.__kwdefaults__",
        Follower.__init__.__kwdefaults__
        | {"clock": lambda: datetime.now(UTC) + timedelta(days=31)},
    )
    ingest([BEES], store=ours.store, embedder=ours.encoder)
    with structlog.testing.capture_logs(), ours.kept_fresh():
        until(lambda: ours.store.count() == 0)
    assert site.asked == []


def test_a_page_is_fetched_within_a_time():
    with make_fetcher(Sandbox()) as fetcher:
        assert fetcher._deadline_s == 15


class Engine(MemoryEngine):
    """Lies in memory, and may be down."""

    down = False

    def count(self):
        if self.down:
            raise EngineError("no Milvus at http://milvus:19530")
        return super().count()

    def upsert(self, rows):
        self.count()
        super().upsert(rows)

    def find_best(self, searches):
        self.count()
        return super().find_best(searches)


@pytest.fixture
def engine(monkeypatch):
    engine = Engine()
    monkeypatch.setattr("bot.services.MilvusEngine", lambda *_, **__: engine)
    monkeypatch.setattr("bot.services._ASK_S", 0.02)
    monkeypatch.setattr("retrieval.index.breaker._FIRST_S", 0.02)
    return engine


def with_engine(home) -> Services:
    return Services(Settings(_env_file=None, home=home, engine="milvus"))


def test_an_engine_holds_the_passages_where_that_is_set(tmp_path, engine):
    made = with_engine(tmp_path)
    ingest(ARTICLES, store=made.store, embedder=made.encoder)
    assert made.searcher.ask(BEES_QUESTION).result.hits[0].article == BEES
    assert engine.count() == len(made.searcher) > 0
    assert made._dimension() == 64
    assert not (tmp_path / "index").exists()


def test_without_an_engine_nothing_is_asked(tmp_path):
    made = archive(tmp_path)
    assert made.engine is None
    assert made._asked() == []
    assert made.searcher.answers()


def test_a_bot_starts_while_its_engine_is_down_and_takes_in_what_waits(tmp_path, engine):
    engine.down = True
    made = with_engine(tmp_path)
    ingest(ARTICLES, store=made.store, embedder=made.encoder)
    with made.kept_fresh() as searcher:
        assert not searcher.answers()
        until(lambda: "asking the search engine" in made.broken)
        assert searcher.is_behind()
        engine.down = False
        until(lambda: len(searcher) > 0 and not made.broken)
        until(lambda: not searcher.is_behind())
        assert searcher.ask(BEES_QUESTION).result.hits[0].article == BEES
        made.store.whole().remove(FUNICULAR.id)
        until(lambda: engine.count() == made.store.indexed.measure()[0] < len(ARTICLES))
        engine.down = True
        with pytest.raises(EngineError):
            searcher.ask("Who keeps bees on the roof?")


def test_what_lay_on_a_shelf_leaves_the_engine_though_nobody_asks(tmp_path, engine):
    made = with_engine(tmp_path)
    theirs = story(1, shelf="chat 7")
    ingest([BEES, theirs], store=made.store, embedder=made.encoder)
    with made.kept_fresh():
        until(lambda: engine.count() > 1)
        held = engine.count()
        made.store.only("chat 7").clear()
        until(lambda: engine.count() < held)
