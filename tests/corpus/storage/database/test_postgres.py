"""Schemas of PostgreSQL: opened by many at once, refused when not ours, whole after any kill."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

import bot.storage.chats
import corpus.storage.store
from bot.storage.chats import ChatStore
from corpus.archive import Archive
from corpus.errors import StoreError
from corpus.ingest import ingest
from corpus.nlp.segment import split_passages
from corpus.storage.database.opening import open_database
from corpus.storage.database.postgres import Schema, check_url
from corpus.storage.store import Store
from tests.support.databases import MISSING, connect, new_database
from tests.support.models import FakeEncoder, story
from tests.support.newsroom import ARTICLES, byline, write_lines
from tests.support.postgres import Server, find_programs, serving
from tests.support.racing import race

pytestmark = pytest.mark.postgresql_only
OF_ARTICLES = Path(corpus.storage.store.__file__).parent / "migrations" / "versions"
OF_CHATS = Path(bot.storage.chats.__file__).parent / "migrations"


@pytest.fixture
def url():
    with new_database() as url:
        yield url


@pytest.fixture(scope="module")
def server():
    """A server that a test may kill: what it confirmed is on the disk."""
    if find_programs() is None:
        pytest.skip(MISSING)
    with serving(safe=True) as server:
        yield server


def versions(url: str) -> list[str]:
    with closing(connect(url)) as connection:
        query = "SELECT version_num FROM {}.alembic_version"
        both = [connection.exec_driver_sql(query.format(name)) for name in ("articles", "chats")]
        return [one.scalar_one() for one in both]


def test_processes_fill_a_new_database_at_once(url, tmp_path):
    file = write_lines(tmp_path / "news.jsonl", ARTICLES)
    adding = partial(byline, tmp_path / "home", "add", str(file), BYLINE_DATABASE_URL=url)
    assert [(one.returncode, one.stderr) for one in race(*[adding] * 3)] == [(0, "")] * 3
    store = Store.open(Path(), url)
    assert sorted(store.ids()) == sorted(one.id for one in ARTICLES)
    store.close()


def test_threads_open_a_new_database_at_once(url):
    opening = [
        partial(open_database, Schema(url, name), migrations=migrations)
        for name, migrations in (("articles", OF_ARTICLES), ("chats", OF_CHATS))
        for _ in range(3)
    ]
    for engine in race(*opening):
        engine.dispose()
    assert [one.partition("_")[0] for one in versions(url)] == ["articles", "chats"]
    with closing(connect(url)) as connection:
        counted = connection.exec_driver_sql("SELECT count(*) FROM articles.archive")
        assert counted.scalar_one() == 1


def test_articles_and_chats_stand_side_by_side(url):
    archive, state = Archive.open("unused", url), ChatStore(Schema(url, "chats"))
    ingest([story(1)], store=archive.store, embedder=FakeEncoder())
    state.save(7, "Who won?")
    assert (len(archive), state.forget(7)) == (1, {"exchange": 1})
    assert not Path("unused").exists()
    archive.store.close()
    state.close()


def test_a_schema_of_another_program_is_left_alone(url):
    with closing(connect(url)) as connection:
        connection.exec_driver_sql("CREATE SCHEMA chats CREATE TABLE note (text text)")
    with pytest.raises(StoreError, match=r"\(chats\) is of another program; choose another B"):
        open_database(Schema(url, "chats"), migrations=OF_CHATS)


def test_a_schema_that_a_newer_byline_wrote_is_left_alone(url):
    open_database(Schema(url, "chats"), migrations=OF_CHATS).dispose()
    with closing(connect(url, "chats")) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'chats_9999'")
    with pytest.raises(StoreError, match="was written by a newer Byline"):
        open_database(Schema(url, "chats"), migrations=OF_CHATS)


@pytest.mark.parametrize(
    "wrong", ["", "nothing", "sqlite:///articles.db", "postgresql://host", "mysql://host/news"]
)
def test_what_is_no_address_of_postgresql_says_what_one_looks_like(wrong):
    with pytest.raises(StoreError, match=r"postgresql\+psycopg://user:password@host/database"):
        check_url(wrong)


def test_a_server_that_does_not_answer_is_named_without_its_password():
    lost = Schema("postgresql://byline:swordfish@127.0.0.1:1/news", "articles")
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/news \(articles\).*refused") as caught:
        open_database(lost, migrations=OF_ARTICLES)
    assert "swordfish" not in str(caught.value)
    assert "swordfish" not in repr(lost)


def test_where_the_driver_is_missing_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("corpus.storage.database.postgres.find_spec", lambda _: None)
    with pytest.raises(StoreError, match="byline\\[postgres\\]"):
        check_url("postgresql://host/news")


def test_a_schema_has_a_plain_name():
    with pytest.raises(ValueError, match="is no name of a schema"):
        Schema("postgresql://host/news", "a; DROP TABLE article")


def test_whoever_takes_articles_slowly_holds_no_transaction_open(url):
    store = Store.open(Path(), url)
    ingest(map(story, range(3)), store=store, embedder=FakeEncoder())
    taken = store.articles()
    assert next(taken) == story(0)
    with closing(connect(url)) as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%%'"
        assert connection.exec_driver_sql(waiting).scalar_one() == 0
    assert list(taken) == [story(1), story(2)]
    store.close()


def test_a_server_that_comes_back_is_used_again(server: Server):
    url = server.create()
    store, state = Store.open(Path(), url), ChatStore(Schema(url, "chats"))
    ingest([story(1)], store=store, embedder=FakeEncoder())
    kept = state.save(7, "Who won?")
    server.kill()
    with pytest.raises(StoreError, match="cannot write the archive"):
        ingest([story(2)], store=store, embedder=FakeEncoder())
    assert not state.save(7, "And who lost?").stored
    with pytest.raises(sa.exc.OperationalError):
        state.ping()
    server.start()
    ingest([story(2)], store=store, embedder=FakeEncoder())
    assert [*store.articles()] == [story(1), story(2)]
    assert state.exchange(kept.key, 7) == kept
    store.close()
    state.close()


def test_what_was_added_before_the_server_was_killed_is_there_and_whole(server: Server):
    store, chance = Store.open(Path(), server.create()), random.Random(1)  # noqa: S311 - no secret
    added: list[str] = []
    for _ in range(3):
        with ThreadPoolExecutor(1) as pool:
            adding = pool.submit(add_until_it_fails, store, added)
            enough = len(added) + chance.randrange(5, 30)
            while len(added) < enough and not adding.done():
                time.sleep(0.001)
            server.kill()
            adding.result(30)
        server.start()
        assert set(added) <= set(store.ids()) <= {*added, story(len(added)).id}
        added[:] = store.ids()  # one may be stored though its adder never heard so
    known = store.changes()
    assert known.spans == [
        (passage.article_id, passage.start, passage.end)
        for article in map(story, range(len(added)))
        for passage in split_passages(article.id, article.body)
    ]
    assert known.revision >= known.keys[-1]
    store.close()


def add_until_it_fails(store: Store, added: list[str]) -> None:
    encoder = FakeEncoder()
    try:
        while True:
            article = story(len(added))
            passages = split_passages(article.id, article.body)
            store.put(article, passages, encoder.embed([(article, one) for one in passages]))
            added.append(article.id)
    except StoreError:
        assert threading.current_thread() is not threading.main_thread()
