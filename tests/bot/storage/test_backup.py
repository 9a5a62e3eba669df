"""A home folder is saved while Byline runs, and brought back whole or not at all."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from typer.testing import CliRunner

import bot.storage.chats
from bot.cli import main
from bot.storage import backup
from bot.storage.answer_ref import NOT_ASKED, AnswerRef, PassageRef
from bot.storage.backup import BackupError, back_up, restore
from bot.storage.chats import ChatStore
from corpus.article import Article
from corpus.storage.database import open_database
from corpus.storage.store import Store
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.models import story
from tests.support.newsroom import ARTICLES, ROOT, Newsroom, newsroom

SECRET = "Which bridge does Zwolfhausen build"
MIGRATIONS = Path(bot.storage.chats.__file__).parent / "migrations"


@contextmanager
def opened(home: Path, articles: Iterable[Article] = ()) -> Iterator[Newsroom]:
    """A home folder in use."""
    with newsroom(home, articles) as room:
        try:
            yield room
        finally:
            room.store.close()


@pytest.fixture
def home(tmp_path) -> Path:
    """A home folder with three articles, a thumb and a question."""
    home = tmp_path / "home"
    with opened(home, ARTICLES) as room:
        room.state.save(7, SECRET, AnswerRef(AnswerKind.PASSAGES, Verdict.ANSWER))
        room.searcher.save()
    with closing(sqlite3.connect(home / "chats.db")) as chats, chats:
        chats.execute(
            "INSERT INTO feedback (key, chat_id, value, kind, verdict, rated)"
            " VALUES ('k', 7, 1, 'passages', 'answer', 1.0)"
        )
    return home


@pytest.fixture
def saved(home, tmp_path) -> Path:
    back_up(home, tmp_path / "saved.zip")
    return tmp_path / "saved.zip"


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def headlines(home: Path) -> set[str]:
    store = Store.open(home)
    found = {article.headline for article in store.articles()}
    store.close()
    return found


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def changed(file: Path, name: str, content: bytes) -> Path:
    """A backup in which one file holds something else."""
    with zipfile.ZipFile(file) as pack:
        held = {one: pack.read(one) for one in pack.namelist()}
    with zipfile.ZipFile(file, "w") as pack:
        for one, was in (held | {name: content}).items():
            pack.writestr(one, was)
    return file


def retold(file: Path, **known: object) -> Path:
    """A backup whose manifest says something else."""
    with zipfile.ZipFile(file) as pack:
        manifest = json.loads(pack.read("manifest.json"))
    return changed(file, "manifest.json", json.dumps(manifest | known).encode())


def test_what_was_saved_comes_back_elsewhere(saved, tmp_path):
    manifest, aside = restore(saved, tmp_path / "new")
    assert headlines(tmp_path / "new") == {article.headline for article in ARTICLES}
    assert rows(tmp_path / "new" / "chats.db", "SELECT value FROM feedback") == [(1,)]
    assert (manifest.articles, manifest.sample, aside) == (3, False, None)
    assert names(tmp_path / "new") == ["articles.db", "chats.db"]


def test_the_manifest_tells_versions_and_sums(home, tmp_path):
    manifest = back_up(home, tmp_path / "saved.zip")
    with zipfile.ZipFile(tmp_path / "saved.zip") as pack:
        told = json.loads(pack.read("manifest.json"))
        assert len(pack.read("chats.db")) == told["databases"]["chats.db"]["size"]
    assert told["byline"] == manifest.byline == "0.1.0"
    assert told["databases"]["articles.db"]["revision"].startswith("articles_")
    assert datetime.now(UTC).isoformat() > told["made"] > "2026"


def test_no_question_is_in_a_backup(saved, tmp_path):
    restore(saved, tmp_path / "new")
    assert SECRET.encode() not in (tmp_path / "new" / "chats.db").read_bytes()
    assert rows(tmp_path / "new" / "chats.db", "SELECT * FROM exchange") == []


def test_what_was_being_broadcast_is_not_sent_once_more_after_a_restore(home, tmp_path):
    state = ChatStore(home / "chats.db")
    state.broadcasts.start(state.broadcasts.draft(7, "The bot rests on Sunday"), 1)
    state.close()
    back_up(home, tmp_path / "saved.zip")
    restore(tmp_path / "saved.zip", tmp_path / "new")
    restored = ChatStore(tmp_path / "new" / "chats.db")
    assert restored.broadcasts.sending() == []
    restored.close()


def test_saving_changes_nothing_in_the_home_folder(home, tmp_path):
    back_up(home, tmp_path / "saved.zip")
    assert rows(home / "chats.db", "SELECT question FROM exchange") == [(SECRET,)]


def test_a_backup_is_for_its_owners_eyes_and_leaves_nothing_beside_it(saved):
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert names(saved.parent) == ["home", "saved.zip"]


def test_an_older_backup_of_that_name_is_replaced(home, tmp_path):
    (tmp_path / "saved.zip").write_text("an older one")
    (tmp_path / "saved.zip.part").write_text("of a run cut short")
    back_up(home, tmp_path / "saved.zip")
    assert restore(tmp_path / "saved.zip", tmp_path / "new")[0].articles == 3
    assert not (tmp_path / "saved.zip.part").exists()


def test_articles_without_chats_can_be_saved(home, tmp_path):
    (home / "chats.db").unlink()
    back_up(home, tmp_path / "saved.zip")
    restore(tmp_path / "saved.zip", tmp_path / "new")
    assert names(tmp_path / "new") == ["articles.db"]


def test_that_the_articles_are_the_sample_is_remembered(home, tmp_path):
    (home / "sample-in-use").touch()
    back_up(home, tmp_path / "saved.zip")
    restore(tmp_path / "saved.zip", tmp_path / "new")
    assert (tmp_path / "new" / "sample-in-use").exists()


def test_a_backup_made_while_articles_come_and_go_is_whole(home, tmp_path):
    done = threading.Event()

    def write() -> None:
        number = 0
        with opened(home) as room:
            while not done.is_set():
                room.add([story(number)])
                room.state.save(number, SECRET)
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    for number in range(5):
        back_up(home, tmp_path / f"{number}.zip")
        manifest, _ = restore(tmp_path / f"{number}.zip", tmp_path / str(number))
        with opened(tmp_path / str(number)) as room:
            counts.append(manifest.articles)
            assert len(list(room.store.articles())) == manifest.articles
            assert len(room.searcher) >= manifest.articles
        time.sleep(0.05)
    done.set()
    writer.join()
    assert counts == sorted(counts)
    assert counts[-1] > 3


def test_nothing_to_save_is_said(tmp_path):
    with pytest.raises(BackupError, match=r"there is no archive in .*nowhere; set BYLINE_HOME"):
        back_up(tmp_path / "nowhere", tmp_path / "saved.zip")


def test_a_folder_that_is_not_there_is_said(home, tmp_path):
    with pytest.raises(BackupError, match=r"cannot write .*saved.zip: No such file"):
        back_up(home, tmp_path / "none" / "saved.zip")


def test_a_backup_that_fails_midway_leaves_the_older_one(home, saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr(zipfile.ZipFile, "write", _full_disk)
    with pytest.raises(BackupError, match="No space left"):
        back_up(home, saved)
    assert saved.read_bytes() == before
    assert names(saved.parent) == ["home", "saved.zip"]


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_home_folder_that_holds_something_is_left_alone(home, saved):
    with pytest.raises(BackupError, match=r"already holds articles.db and chats.db; --force"):
        restore(saved, home)
    assert rows(home / "chats.db", "SELECT question FROM exchange") == [(SECRET,)]


def test_with_force_what_was_there_is_set_aside(home, saved):
    with opened(home) as room:
        room.add([story(1)])
    _, aside = restore(saved, home, force=True)
    assert aside is not None
    assert len(headlines(home)) == 3
    assert len(headlines(aside)) == 4
    assert (aside / "index").is_dir()
    assert not (home / "index").exists()
    (copy,) = home.glob("chats.db.before-restore-*")
    assert rows(copy, "SELECT question FROM exchange") == [(SECRET,)]


def test_who_wants_to_be_forgotten_is_forgotten_in_what_was_set_aside_too(home, saved):
    restore(saved, home, force=True)
    state = ChatStore(home / "chats.db")
    state.forget(7)
    state.close()
    for file in home.glob("chats.db*"):
        assert SECRET.encode() not in file.read_bytes()


def test_the_restored_archive_answers_like_the_saved_one(home, saved):
    restore(saved, home, force=True)
    with opened(home) as room:
        assert len(room.searcher) >= 3


def test_a_home_folder_in_use_is_left_alone(home, saved):
    with opened(home) as room:
        with pytest.raises(BackupError, match=r"a bot or another command uses .*; stop it first"):
            restore(saved, home, force=True)
        assert room.store.count() == 3
    assert [path.name for path in home.glob("*restor*")] == []


def test_a_home_folder_that_another_process_uses_is_left_alone(home, saved, monkeypatch):
    monkeypatch.setattr(backup, "_LOCK_WAIT_S", 0.1)
    script = (
        "import sys, pathlib; from bot.storage.chats import ChatStore\n"
        "ChatStore(pathlib.Path(sys.argv[1])).ping(); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home / "chats.db")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(BackupError, match="stop it first"):
            restore(saved, home, force=True)
        process.communicate()
    restore(saved, home, force=True)


def test_a_damaged_archive_makes_room_for_the_backup(home, saved):
    (home / "articles.db").write_bytes(b"Dear diary, today the ferry sailed. " * 300)
    _, aside = restore(saved, home, force=True)
    assert aside is not None
    assert (aside / "articles.db").read_bytes().startswith(b"Dear diary")
    assert len(headlines(home)) == 3


def test_what_is_left_of_a_killed_process_is_set_aside_with_its_log(home, saved):
    (home / "articles.db").write_bytes(b"Dear diary, today the ferry sailed. " * 300)
    (home / "articles.db-wal").write_bytes(b"and came back")
    _, aside = restore(saved, home, force=True)
    assert aside is not None
    assert not (home / "articles.db-wal").exists()
    assert len(headlines(home)) == 3


def test_a_folder_in_place_of_a_database_is_told(home, saved):
    (home / "chats.db").unlink()
    (home / "chats.db").mkdir()
    with pytest.raises(BackupError, match=r"cannot restore .*: unable to open database file"):
        restore(saved, home, force=True)
    assert len(headlines(home)) == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b'"text"', b"\xff", b'{"format": 1, "databases": {"../x.db": {}}}',
     b'{"format": 1, "databases": {}}', b'{"format": "1", "databases": 3}'],
)  # fmt: skip
def test_a_manifest_that_is_none_is_refused(saved, tmp_path, content):
    with pytest.raises(BackupError, match="it is no backup of Byline's"):
        restore(changed(saved, "manifest.json", content), tmp_path / "new")
    assert names(tmp_path / "new") == []


def test_names_that_lead_elsewhere_are_refused(saved, tmp_path):
    with zipfile.ZipFile(saved) as pack:
        databases = json.loads(pack.read("manifest.json"))["databases"]
    databases["../articles.db"] = databases["chats.db"]
    with pytest.raises(BackupError, match="no backup"):
        restore(retold(saved, databases=databases), tmp_path / "new")
    assert names(tmp_path) == ["home", "new", "saved.zip"]


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    (tmp_path / "saved.zip").write_text("Dear diary")
    with pytest.raises(BackupError, match=r"cannot restore .*: File is not a zip file"):
        restore(tmp_path / "saved.zip", tmp_path / "new")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(BackupError, match="No such file or directory"):
        restore(tmp_path / "saved.zip", tmp_path / "new")


def test_a_damaged_database_in_a_backup_is_refused(saved, tmp_path):
    with zipfile.ZipFile(saved) as pack:
        content = pack.read("articles.db")
    torn = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]
    with pytest.raises(BackupError, match=r"its articles.db is damaged"):
        restore(changed(saved, "articles.db", torn), tmp_path / "new")


def test_a_database_that_was_saved_damaged_is_refused(saved, tmp_path):
    import hashlib

    with zipfile.ZipFile(saved) as pack:
        content = pack.read("articles.db")
        databases = json.loads(pack.read("manifest.json"))["databases"]
    (tmp_path / "torn.db").write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "torn.db")) as torn, torn:
        torn.execute("PRAGMA writable_schema = ON")  # an index that lacks its entries
        torn.execute("DELETE FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    content = (tmp_path / "torn.db").read_bytes()
    databases["articles.db"]["sha256"] = hashlib.sha256(content).hexdigest()
    changed(saved, "articles.db", content)
    with pytest.raises(BackupError, match=r"its articles.db is damaged: .*[Pp]age"):
        restore(retold(saved, databases=databases), tmp_path / "new")
    assert names(tmp_path / "new") == []


@trying(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_backup_with_flipped_bytes_is_refused_or_whole(saved, tmp_path, data):
    content = bytearray(saved.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    (tmp_path / "flipped.zip").write_bytes(content)
    home = tmp_path / f"{place}-{content[place]}-{time.monotonic_ns()}"
    try:
        restore(tmp_path / "flipped.zip", home)
    except BackupError:
        assert not (home / "articles.db").exists()
    else:
        assert len(headlines(home)) == 3


def test_a_backup_whose_file_lost_its_name_is_refused(saved, tmp_path):
    with zipfile.ZipFile(saved) as pack:
        held = {name: pack.read(name) for name in pack.namelist()}
    with zipfile.ZipFile(tmp_path / "renamed.zip", "w") as pack:
        for name, content in held.items():
            pack.writestr(name.replace("chats", "chatt"), content)
    with pytest.raises(BackupError, match=r"its chats\.db is missing"):
        restore(tmp_path / "renamed.zip", tmp_path / "new")
    assert names(tmp_path / "new") == []


def test_a_newer_backup_is_refused(saved, tmp_path):
    with pytest.raises(BackupError, match="made by a newer Byline; bring Byline up"):
        restore(retold(saved, format=2), tmp_path / "new")


def test_databases_of_a_newer_byline_are_refused(home, tmp_path):
    with closing(sqlite3.connect(home / "articles.db")) as archive, archive:
        archive.execute("UPDATE alembic_version SET version_num = 'articles_9999'")
    back_up(home, tmp_path / "saved.zip")
    with pytest.raises(BackupError, match="written by a newer Byline"):
        restore(tmp_path / "saved.zip", tmp_path / "new")
    assert names(tmp_path / "new") == []


def first_chats(path: Path, folder: Path) -> None:
    """Chats as the first Byline kept them."""
    folder.mkdir()
    (folder / "0001_chats.py").write_text((MIGRATIONS / "0001_chats.py").read_text())
    engine = open_database(path, migrations=folder)
    now = time.time()
    with engine.begin() as old:
        for statement, row in (
            (
                "INSERT INTO exchange VALUES (?, ?, ?, ?, ?, ?)",
                ("k", 7, "q", '["a#0"]', "answer", now),
            ),
            ("INSERT INTO exchange VALUES (?, ?, ?, ?, ?, ?)", ("l", 7, "p", "[]", "sure", now)),
            ("INSERT INTO feedback VALUES (?, ?, ?, ?, ?)", ("k", 7, -1, "answer", now)),
            ("INSERT INTO answer VALUES (?, ?, ?, ?)", (7, 1, 2, now)),
            ("INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)", (5, 7, "{}", now, False, False)),
        ):
            old.exec_driver_sql(statement, row)
    engine.dispose()


def test_chats_of_the_first_byline_are_upgraded_and_keep_everything(tmp_path):
    path = tmp_path / "home" / "chats.db"
    first_chats(path, tmp_path / "first")
    state = ChatStore(path)
    exchange, unknown = state.exchange("k", 7), state.exchange("l", 7)
    assert exchange
    assert exchange.answer == AnswerRef(
        AnswerKind.PASSAGES, Verdict.ANSWER, hits=(PassageRef("a#0"),)
    )
    assert (exchange.question, state.answer_to(7, 1)) == ("q", 2)
    assert unknown
    assert (unknown.question, unknown.answer) == ("p", NOT_ASKED)  # a verdict that none was
    assert [kept.update_id for kept in state.unfinished()] == [5]
    state.close()
    assert rows(path, "SELECT key, chat_id, value FROM feedback") == [("k", 7, -1)]


def test_a_backup_of_an_older_byline_is_upgraded(home, tmp_path):
    for file in home.glob("chats.db*"):
        file.unlink()
    first_chats(home / "chats.db", tmp_path / "first")
    place = tmp_path / "place"
    place.mkdir()
    for name in ("articles.db", "chats.db"):
        backup._copy(home / name, place / name)
    described = {path.name: backup._described(path) for path in sorted(place.glob("*.db"))}
    manifest = backup.Manifest("0.0.1", "2026-01-01T00:00:00+00:00", 3, False, described)
    backup._pack(place, manifest, tmp_path / "old.zip")
    restore(tmp_path / "old.zip", tmp_path / "new")
    assert rows(tmp_path / "new" / "chats.db", "SELECT value FROM feedback") == [(-1,)]
    assert rows(tmp_path / "new" / "chats.db", "SELECT * FROM alembic_version") != [("chats_0001",)]
    assert names(tmp_path / "new") == ["articles.db", "chats.db"]


def run(home: Path, *arguments: str) -> object:
    return CliRunner().invoke(main.app, arguments, env={"BYLINE_HOME": str(home)})


def test_the_commands_say_what_they_did(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(home, "backup", "saved.zip")
    assert (done.exit_code, done.stdout) == (0, "Saved 3 articles to saved.zip\n")
    done = run(tmp_path / "new", "restore", "saved.zip")
    assert done.exit_code == 0
    assert done.stdout.startswith("Restored 3 articles of 20")
    done = run(tmp_path / "new", "restore", "saved.zip")
    assert done.exit_code == 2
    done = run(tmp_path / "new", "restore", "saved.zip", "--force")
    assert done.exit_code == 0
    assert "What was there before is in " in done.stdout


def test_the_commands_end_with_2_where_they_cannot(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path / "none", "backup", "saved.zip").exit_code == 2
    assert run(tmp_path / "none", "restore", "saved.zip").exit_code == 2
