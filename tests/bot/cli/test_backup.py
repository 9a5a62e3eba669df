"""What is in PostgreSQL is saved, brought back and looked after like a home folder's files."""

from __future__ import annotations

import logging
import shutil
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.admin.check import check
from bot.admin.commands import _size
from bot.cli import add, main
from bot.services import Services
from bot.settings import Settings
from bot.storage.answer_ref import AnswerRef
from bot.storage.backup import BackupError, back_up, restore
from bot.storage.chats import ChatStore
from bot.storage.moving import dumps
from bot.storage.moving.migrate import find_files, find_schemas, migrate
from bot.storage.preferences import Preferences
from corpus.storage.database import postgres
from corpus.storage.database.copying import Copied
from corpus.storage.database.opening import open_database
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.models import FakeEncoder, story
from tests.support.newsroom import ARTICLES, newsroom
from tests.support.postgres import connect, query
from tests.support.rows import read_all

pytestmark = pytest.mark.sqlite_only("says itself what is in files and what on a server")
SECRET = "Which bridge does Zwolfhausen build"
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
SCHEMAS = "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE nspname ~ '{}'"


@pytest.fixture(scope="session")
def news(tmp_path_factory) -> Path:
    """A home folder with three articles, a setting and a question."""
    home = tmp_path_factory.mktemp("news") / "home"
    with newsroom(home, ARTICLES) as room:
        room.state.save(7, SECRET, AnswerRef(AnswerKind.PASSAGES, Verdict.ANSWER))
        room.state.preferences.put(7, Preferences(language="de"))
        room.store.close()
        room.state.close()
    return home


@pytest.fixture
def shared(news, url) -> str:
    """A database with the same."""
    migrate(find_files(news), find_schemas(url), Copied())
    return url


@pytest.fixture(scope="session")
def saved(news, server, template, tmp_path_factory) -> Path:
    """A backup of such a database."""
    url, folder = server.create(template), tmp_path_factory.mktemp("saved")
    migrate(find_files(news), find_schemas(url), Copied())
    back_up(folder / "machine", folder / "saved.zip", url=url)
    return folder / "saved.zip"


def run(home: Path, *arguments: str, url: str):
    environment = {"BYLINE_HOME": str(home), "BYLINE_DATABASE_URL": url}
    return CliRunner().invoke(main.app, arguments, env=environment, catch_exceptions=False)


def schemas(url: str) -> str:
    return str(query(url, SCHEMAS.format("^(articles|chats)")))


def headlines(url: str) -> set[str]:
    store = Store.open(Path(), url)
    found = {article.headline for article in store.articles()}
    store.close()
    return found


NEWS = {article.headline for article in ARTICLES}


def test_a_backup_is_the_same_file_whichever_the_database(news, saved, tmp_path):
    manifest, _ = restore(saved, tmp_path / "files")
    articles = "articles.db"
    assert read_all(tmp_path / "files" / articles) == read_all(news / articles)
    assert manifest.articles == len(ARTICLES)
    chats = read_all(tmp_path / "files" / "chats.db")
    assert [row[:2] for row in chats["preference"]] == [(7, "de")]
    assert list((saved.parent / "machine").iterdir()) == []


def test_no_question_is_in_a_backup(saved):
    with zipfile.ZipFile(saved) as pack:
        assert SECRET.encode() not in pack.read("chats.db")


def test_a_backup_comes_back_into_a_new_database(saved, server, template, tmp_path):
    url = server.create(template)
    result = run(tmp_path / "new", "restore", str(saved), url=url)
    assert result.stdout.startswith(f"Restored {len(ARTICLES)} articles of 20")
    assert result.stdout.endswith("to the database\n")
    assert headlines(url) == NEWS
    assert schemas(url) == "articles chats"
    store = Store.open(tmp_path, url)  # what gives the keys goes on too
    store.put(story(1), [], FakeEncoder().embed([]))
    store.close()


def test_the_command_saves_what_the_database_holds(shared, tmp_path):
    result = run(tmp_path / "machine", "backup", str(tmp_path / "b.zip"), url=shared)
    assert result.stdout.startswith(f"Saved {len(ARTICLES)} articles to")


def test_a_database_that_holds_something_is_left_alone(saved, shared, tmp_path):
    with pytest.raises(BackupError, match=r"already holds articles and chats; --force"):
        restore(saved, tmp_path / "machine", url=shared)


def test_with_force_the_former_articles_are_kept_and_the_former_chats_are_not(
    saved, shared, tmp_path
):
    store = Store.open(tmp_path, shared)
    store.put(story(1), [], FakeEncoder().embed([]))
    store.close()
    result = run(tmp_path / "machine", "restore", str(saved), "--force", url=shared)
    assert headlines(shared) == NEWS
    assert query(shared, "SELECT count(*) FROM chats.exchange") == 0
    kept = schemas(shared).split()[1]
    assert kept.startswith("articles_before_restore_20")
    assert f"({kept})" in " ".join(result.stdout.split())
    assert query(shared, f"SELECT count(*) FROM {kept}.article") == len(ARTICLES) + 1  # noqa: S608


def test_that_the_articles_are_the_sample_is_remembered(saved, shared, tmp_path):
    home = tmp_path / "machine"
    home.mkdir()
    (home / "sample-in-use").touch()
    back_up(home, tmp_path / "sample.zip", url=shared)
    restore(saved, home, url=shared, force=True)
    assert not (home / "sample-in-use").exists()
    restore(tmp_path / "sample.zip", home, url=shared, force=True)
    assert (home / "sample-in-use").exists()


def test_articles_without_chats_come_back_beside_new_chats(news, url, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(news / "articles.db", home)
    back_up(home, tmp_path / "saved.zip")
    restore(tmp_path / "saved.zip", tmp_path / "machine", url=url)
    assert headlines(url) == NEWS
    ChatStore(Schema(url, "chats")).close()


def test_nothing_is_restored_under_a_running_bot(saved, shared, tmp_path):
    with closing(connect(shared, "byline, process 7 on elsewhere")):
        result = run(tmp_path / "machine", "restore", str(saved), "--force", url=shared)
    assert result.exit_code == 2
    assert "process 7 on elsewhere uses" in " ".join(result.stderr.split())


def test_a_bot_that_starts_meanwhile_keeps_what_is_there(saved, shared, tmp_path, monkeypatch):
    real, bots = dumps._bring_in, []

    def bring_in(*arguments):
        real(*arguments)
        bots.append(connect(shared, "byline, process 7 on elsewhere"))

    monkeypatch.setattr(dumps, "_bring_in", bring_in)
    with pytest.raises(BackupError, match="process 7 on elsewhere"):
        restore(saved, tmp_path / "machine", force=True, url=shared)
    for one in bots:
        one.close()
    assert schemas(shared) == "articles chats"
    assert query(shared, "SELECT count(*) FROM chats.exchange") == 1


def test_a_restore_that_fails_at_the_last_step_changes_nothing(
    saved, shared, tmp_path, monkeypatch
):
    real = postgres.replace_schemas

    def replace_schemas(fresh, *, aside):
        real([*fresh, (Schema(shared, "nowhere"), "other")], aside=aside)

    monkeypatch.setattr(postgres, "replace_schemas", replace_schemas)
    with pytest.raises(BackupError, match="nowhere"):
        restore(saved, tmp_path / "machine", force=True, url=shared)
    assert schemas(shared) == "articles chats"
    assert headlines(shared) == NEWS


def test_a_server_that_does_not_answer_is_named(saved, tmp_path):
    gone = "postgresql+psycopg://byline@127.0.0.1:1/none"
    with pytest.raises(BackupError, match=r"127\.0\.0\.1:1/none"):
        restore(saved, tmp_path / "machine", url=gone)
    with pytest.raises(BackupError, match=r"127\.0\.0\.1:1/none"):
        back_up(tmp_path / "machine", tmp_path / "b.zip", url=gone)
    assert not (tmp_path / "b.zip.part").exists()


def test_both_schemas_are_saved_as_they_were_at_one_moment(shared, tmp_path, monkeypatch):
    real = dumps._fill

    def fill(source, where, name):
        query(shared, "UPDATE articles.article SET headline = 'Too late' RETURNING 1")
        query(shared, "DELETE FROM chats.preference RETURNING 1")
        real(source, where, name)

    monkeypatch.setattr(dumps, "_fill", fill)
    back_up(tmp_path / "machine", tmp_path / "saved.zip", url=shared)
    monkeypatch.undo()
    restore(tmp_path / "saved.zip", tmp_path / "files")
    assert {row[3] for row in read_all(tmp_path / "files" / "articles.db")["article"]} == NEWS
    assert len(read_all(tmp_path / "files" / "chats.db")["preference"]) == 1


def services(home: Path, url: str) -> Services:
    archive = Services(
        Settings(_env_file=None, home=home, database_url=url, reranker="none")  # type: ignore[call-arg]
    )
    archive.encoder = FakeEncoder()
    return archive


@pytest.fixture
def machine(shared, tmp_path):
    """A home folder of a machine that uses the database."""
    (tmp_path / "machine").mkdir()
    archive = services(tmp_path / "machine", shared)
    yield archive
    archive.store.close()
    archive.chats.close()


def faults(archive: Services, *, repair: bool = False) -> dict[str, str]:
    return {one.part: one.fault for one in check(archive, repair=repair) if not one.sound}


def test_what_is_sound_in_a_database_is_said_part_by_part(machine):
    (machine.home / "chats.db").write_text("of former days")
    found = [one.part for one in check(machine)]
    assert found == ["articles", "chats", "disk", "model", "vectors", "index"]
    assert faults(machine) == {}


def test_rows_that_belong_to_nothing_are_found(machine, shared):
    with closing(connect(shared)) as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM articles.article")
    assert faults(machine) == {"articles": "rows of attribution belong to nothing"}


def test_damaged_vectors_in_a_database_are_made_anew(machine, shared):
    query(shared, "UPDATE articles.passage SET embedding = '\\x00' RETURNING 1")
    assert list(faults(machine)) == ["vectors"]
    assert faults(machine, repair=True) == {}
    assert faults(machine) == {}


def test_a_database_that_does_not_answer_is_a_fault_in_one_line(tmp_path):
    archive = services(tmp_path, "postgresql+psycopg://byline@127.0.0.1:1/none")
    found = faults(archive)
    assert list(found) == ["articles", "chats"]
    assert "\n" not in found["articles"]


def test_admins_see_how_large_the_database_is(machine):
    assert _size(machine, "articles") > 50_000
    assert _size(machine, "chats") > 50_000


def test_channels_in_a_database_are_known_to_whoever_adds_an_export(machine):
    assert add._exports(machine, "").known == {}
    assert "chats" in vars(machine)


def test_an_upgrade_says_from_what_to_what_and_that_no_copy_is_kept(url, tmp_path, caplog):
    for number, text in enumerate((FIRST, SECOND)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "1.py").write_text(FIRST)
        (folder / f"{number + 1}.py").write_text(text)
        with caplog.at_level(logging.WARNING):
            open_database(Schema(url, "notes"), migrations=folder).dispose()
    (said,) = [one.getMessage() for one in caplog.records if "upgrading" in one.getMessage()]
    assert said.startswith("upgrading postgresql+psycopg://")
    assert said.endswith("(notes) from notes_0001 to notes_0002; no copy is kept")
