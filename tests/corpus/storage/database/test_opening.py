"""A database is created once, upgraded with a copy kept, and refused when it is not ours."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

import bot.storage.chats
import corpus.storage.store
from corpus.errors import StoreError
from corpus.ingest import attribute_missing
from corpus.storage.articles.rows import write_article
from corpus.storage.database.opening import _is_newest, open_database
from corpus.storage.database.sqlite import use_log
from corpus.storage.store import Store
from corpus.storage.tables import ARCHIVE, ARTICLE, ENCODER, FEED, PASSAGE
from tests.support.models import FakeAttributor, go, processes, story

pytestmark = pytest.mark.sqlite_only("opens files; schemas are opened in test_postgres.py")
MIGRATIONS = Path(corpus.storage.store.__file__).parent / "migrations" / "versions"
FIRST = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "notes_0001", None
def upgrade():
    op.create_table("note", sa.Column("text", sa.Text))
"""
SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "notes_0002", "notes_0001"
def upgrade():
    op.add_column("note", sa.Column("author", sa.Text))
"""
BROKEN = """
from alembic import op
revision, down_revision = "notes_0002", "notes_0001"
def upgrade():
    op.drop_table("note")
    op.execute("INSERT INTO nowhere VALUES (1)")
"""


def migrations(folder, *revisions):
    folder.mkdir()
    for number, text in enumerate(revisions):
        (folder / f"{number}.py").write_text(text)
    return folder


@pytest.fixture
def old(tmp_path):
    return migrations(tmp_path / "old", FIRST)


@pytest.fixture
def new(tmp_path):
    return migrations(tmp_path / "new", FIRST, SECOND)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "home" / "notes.db"


def rows(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def write(path, statement):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_a_new_database_is_made_with_its_folder(path, new):
    open_database(path, migrations=new)
    assert rows(path, "SELECT text, author FROM note") == []
    assert [file.name for file in path.parent.glob("*before*")] == []


def test_connections_write_ahead_and_enforce_foreign_keys(path, old):
    with open_database(path, migrations=old).connect() as connection:
        read = connection.exec_driver_sql
        assert read("PRAGMA journal_mode").scalar() == "wal"
        assert read("PRAGMA foreign_keys").scalar() == 1


def test_an_older_database_is_upgraded_and_a_copy_of_it_kept(path, old, new):
    open_database(path, migrations=old)
    write(path, "INSERT INTO note VALUES ('kept')")
    open_database(path, migrations=new)
    assert rows(path, "SELECT text, author FROM note") == [("kept", None)]
    copy = path.with_name("notes.db.before-notes_0001")
    assert rows(copy, "SELECT * FROM note") == [("kept",)]


def test_opening_again_changes_nothing(path, new):
    open_database(path, migrations=new)
    write(path, "INSERT INTO note VALUES ('kept', 'Ada')")
    open_database(path, migrations=new)
    assert rows(path, "SELECT * FROM note") == [("kept", "Ada")]
    assert [file.name for file in path.parent.glob("*before*")] == []


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(path, old, tmp_path):
    open_database(path, migrations=old)
    write(path, "INSERT INTO note VALUES ('kept')")
    with pytest.raises(StoreError, match=r"cannot open .*nowhere"):
        open_database(path, migrations=migrations(tmp_path / "broken", FIRST, BROKEN))
    assert rows(path, "SELECT * FROM note") == [("kept",)]
    assert rows(path, "SELECT * FROM alembic_version") == [("notes_0001",)]


def test_a_newer_database_is_refused_and_left_alone(path, old, new):
    open_database(path, migrations=new)
    write(path, "INSERT INTO note VALUES ('kept', 'Ada')")
    with pytest.raises(StoreError, match="written by a newer Byline; bring Byline up"):
        open_database(path, migrations=old)
    assert rows(path, "SELECT * FROM note") == [("kept", "Ada")]
    assert [file.name for file in path.parent.glob("*before*")] == []


def test_a_file_that_is_no_database_is_refused_and_left_alone(path, old):
    path.parent.mkdir()
    content = b"Dear diary, today the ferry sailed. " * 300
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a database; choose another BYLINE_HOME") as caught:
        open_database(path, migrations=old)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(path, old):
    path.parent.mkdir()
    write(path, "CREATE TABLE stamps (value TEXT)")
    with pytest.raises(StoreError, match="is of another program; choose another"):
        open_database(path, migrations=old)
    assert rows(path, "SELECT name FROM sqlite_master") == [("stamps",)]


def test_a_damaged_database_is_refused(path, old):
    open_database(path, migrations=old).dispose()
    write(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    with pytest.raises(StoreError, match="cannot open"):
        open_database(path, migrations=old)


def test_a_folder_that_cannot_be_made_is_told(path, old):
    path.parent.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="cannot open"):
        open_database(path, migrations=old)


def test_a_folder_in_place_of_the_file_is_told(path, old):
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="unable to open database file"):
        open_database(path, migrations=old)


def test_a_copy_that_cannot_be_kept_stops_the_upgrade(path, old, new):
    open_database(path, migrations=old)
    path.with_name("notes.db.before-notes_0001").mkdir()
    with pytest.raises(StoreError, match="unable to open database file"):
        open_database(path, migrations=new)
    assert rows(path, "SELECT * FROM alembic_version") == [("notes_0001",)]


def test_processes_create_databases_at_once(tmp_path):
    count = 12
    with processes("open", tmp_path, *[range(count)] * 3) as opening:
        for process in opening:
            go(process)
        assert [process.wait(timeout=60) for process in opening] == [0, 0, 0]
    for number in range(count):
        assert Store.open(Path(tmp_path, str(number))).count() == 0


def test_a_writer_waits_for_another(path, old):
    engine = open_database(path, migrations=old)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000


def test_foreign_keys_are_enforced_by_the_archive(tmp_path):
    Store.open(tmp_path)
    engine = open_database(tmp_path / "articles.db", migrations=MIGRATIONS)
    statement = "INSERT INTO passage VALUES (1, 'none', 0, 1, 1, x'00', '')"
    with (
        engine.begin() as connection,
        pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"),
    ):
        connection.exec_driver_sql(statement)


def test_an_archive_from_before_attributions_is_upgraded_and_keeps_everything(tmp_path):
    first = migrations(tmp_path / "first", (MIGRATIONS / "0001_articles.py").read_text())
    path = tmp_path / "home" / "articles.db"
    article = story(1)
    held = write_article(article) | {"added": "2026-03-01"}
    del held["shelf"], held["offset_minutes"]
    passage = {"key": 7, "article_id": article.id, "start": 0, "end": 9, "encoder_id": 1}
    with open_database(path, migrations=first).begin() as old:
        old.execute(sa.insert(ARTICLE).values(held))
        old.execute(sa.insert(ENCODER).values(id=1, fingerprint="fake"))
        old.execute(sa.insert(PASSAGE).values(**passage, embedding=b"\0<"))
        old.execute(sa.insert(FEED).values(url="https://news.example/feed", etag="1"))
        old.execute(sa.update(ARCHIVE).values(revision=7))
    store = Store.open(path.parent)
    assert list(store.articles()) == [article]
    assert (store.changes().spans, store.revision()) == ([(article.id, 0, 9)], 7)
    assert store.feeds.recall("https://news.example/feed") == ("1", None)
    assert (store.attributions.count(), store.attributions.revision()) == (0, 7)
    assert store.attributions.outdated(1) == [article.id]
    list(attribute_missing(store=store, attributor=FakeAttributor()))
    assert store.attributions.outdated(1) == []
    copy = path.with_name("articles.db.before-articles_0001")
    assert rows(copy, "SELECT id FROM article") == [(article.id,)]


class Locked:
    """A connection that another process keeps from switching its log, for a while."""

    def __init__(self, *refusals):
        self.refusals = list(refusals)

    def execute(self, _):
        if self.refusals:
            raise sqlite3.OperationalError(self.refusals.pop())


def test_a_database_that_another_process_is_opening_is_waited_for():
    connection = Locked("database is locked", "database is locked")

    use_log(connection)

    assert connection.refusals == []


def test_a_database_that_cannot_be_opened_is_not_waited_for():
    with pytest.raises(sqlite3.OperationalError, match="unable"):
        use_log(Locked("unable to open database file"))


def test_an_archive_that_is_up_to_date_opens_without_alembic(tmp_path, monkeypatch):
    Store.open(tmp_path)
    monkeypatch.setitem(sys.modules, "alembic", None)
    assert Store.open(tmp_path).count() == 0


@pytest.mark.parametrize(
    "folder", [MIGRATIONS, Path(bot.storage.chats.__file__).parent / "migrations"]
)
def test_the_last_migration_by_number_is_the_newest(path, folder):
    engine = open_database(path, migrations=folder)
    assert _is_newest(engine, folder)
    write(path, "UPDATE alembic_version SET version_num = 'other'")
    assert not _is_newest(engine, folder)
