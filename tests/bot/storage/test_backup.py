"""A home folder is saved while Byline runs, and brought back whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
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
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

import bot.storage.chats
from bot.admin.check import check
from bot.cli import main
from bot.services import Services
from bot.settings import Settings
from bot.storage import backup, staging, swap
from bot.storage.answer_ref import NOT_ASKED, AnswerRef, PassageRef
from bot.storage.backup import BackupError, back_up, restore
from bot.storage.chats import ChatStore
from bot.terminal import Chat
from corpus.article import Article
from corpus.storage.database.opening import open_database
from corpus.storage.store import Store
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.models import story
from tests.support.newsroom import ARTICLES, ROOT, Newsroom, newsroom

pytestmark = pytest.mark.sqlite_only("a backup is of files; PostgreSQL has its own programs")
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
    backup._pack({name: place / name for name in described}, manifest, tmp_path / "old.zip")
    restore(tmp_path / "old.zip", tmp_path / "new")
    assert rows(tmp_path / "new" / "chats.db", "SELECT value FROM feedback") == [(-1,)]
    assert rows(tmp_path / "new" / "chats.db", "SELECT * FROM alembic_version") != [("chats_0001",)]
    assert names(tmp_path / "new") == ["articles.db", "chats.db"]


# Backups by strangers


def hostile(file: Path, *statements: str, name: str = "articles.db") -> Path:
    """A backup whose database was changed, and whose manifest was made to fit."""
    path = file.with_name("hostile.db")
    with zipfile.ZipFile(file) as pack:
        path.write_bytes(pack.read(name))
        databases = json.loads(pack.read("manifest.json"))["databases"]
    with closing(sqlite3.connect(path)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()
    content = path.read_bytes()
    sums = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return retold(
        changed(file, name, content), databases=databases | {name: databases[name] | sums}
    )


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TRIGGER t AFTER UPDATE ON archive BEGIN DELETE FROM article; END"],
        ["CREATE VIEW v AS SELECT * FROM article"],
        ["ALTER TABLE feed RENAME TO old", "CREATE VIEW feed AS SELECT * FROM old"],
        ["CREATE VIRTUAL TABLE v USING fts5(body)"],
        ["CREATE TRIGGER t AFTER UPDATE ON archive BEGIN DELETE FROM article; END",
         "PRAGMA writable_schema = ON", "UPDATE sqlite_master SET type = 'table' WHERE name = 't'"],
        ["CREATE VIEW v AS SELECT * FROM article", "PRAGMA writable_schema = ON",
         "UPDATE sqlite_master SET type = 'index' WHERE name = 'v'"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["articles.db", "chats.db"])
def test_a_database_with_something_that_runs_by_itself_is_refused(
    saved, tmp_path, name, statements
):
    if name == "chats.db":
        renamed = {"archive": "exchange", "article": "exchange", "feed": "answer"}
        for here, there in renamed.items():
            statements = [re.sub(rf"\b{here}\b", there, one) for one in statements]
    with pytest.raises(BackupError, match=rf"its {name} (holds more than tables|is damaged)|malf"):
        restore(hostile(saved, *statements, name=name), tmp_path / "new")
    assert names(tmp_path / "new") == []


@pytest.mark.parametrize("name", ["articles.db", "chats.db"])
def test_a_backup_that_holds_more_than_it_says_is_not_unpacked(saved, tmp_path, name, monkeypatch):
    with zipfile.ZipFile(saved) as pack:
        databases = json.loads(pack.read("manifest.json"))["databases"]
        content = pack.read(name)
    databases[name]["size"] = 5000
    monkeypatch.setattr(backup, "_check", lambda *_: None)
    monkeypatch.setattr(staging, "remove", lambda _: None)
    bomb = changed(saved, name, content + bytes(50_000_000))
    with pytest.raises(BackupError, match=f"its {name} is larger than it says"):
        restore(retold(bomb, databases=databases), tmp_path / "new")
    (partly,) = (tmp_path / "new").glob(f"restoring.*/{name}")
    assert partly.stat().st_size <= 5000


def test_a_backup_that_does_not_fit_the_disk_is_refused_before_it_is_unpacked(saved, tmp_path):
    with zipfile.ZipFile(saved) as pack:
        databases = json.loads(pack.read("manifest.json"))["databases"]
    databases["articles.db"]["size"] = 10**16
    with pytest.raises(BackupError, match=r"takes 10,000,000,000 MB, and only [\d,]+ MB are free"):
        restore(retold(saved, databases=databases), tmp_path / "new")
    assert names(tmp_path / "new") == []


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["articles.db", "manifest.json"])
def test_a_backup_that_is_packed_in_another_way_is_refused(saved, tmp_path, packing, name):
    with zipfile.ZipFile(saved) as pack:
        held = {one: pack.read(one) for one in pack.namelist()}
    with zipfile.ZipFile(saved, "w") as pack:
        for one, content in held.items():
            pack.writestr(one, content, packing if one == name else zipfile.ZIP_STORED)
    with pytest.raises(BackupError, match=r"is packed in another way|it is no backup"):
        restore(saved, tmp_path / "new")


@pytest.mark.parametrize(
    "known",
    [
        {"articles": "\x1b[2Jmany"}, {"articles": -1}, {"articles": None}, {"articles": [1]},
        {"made": "\x1b]0;owned\x07"}, {"made": 5}, {"made": "2026-01-01T" + "0" * 999},
        {"byline": "0.1\n0"}, {"byline": {}}, {"sample": "\x1b"}, {"format": -1}, {"format": 0.5},
        {"format": None}, {"format": [1]}, {"databases": []}, {"databases": {"articles.db": None}},
        {"databases": {"articles.db": {"revision": "x", "size": -1, "sha256": "0" * 64}}},
        {"databases": {"articles.db": {"revision": "\x1b", "size": 1, "sha256": "0" * 64}}},
        {"databases": {"articles.db": {"revision": "x", "size": 1, "sha256": "\x1b[2J"}}},
        {"databases": {"articles.db": {"revision": "x", "size": 1e400, "sha256": "0" * 64}}},
    ],
)  # fmt: skip
def test_a_manifest_that_says_odd_things_is_refused_in_a_line(saved, tmp_path, known):
    done = run(tmp_path / "new", "restore", str(retold(saved, **known)))
    assert done.exit_code == 2
    assert done.stderr == f"cannot restore {saved}: it is no backup of Byline's\n"
    assert names(tmp_path / "new") == []


@pytest.mark.parametrize(
    "content", [b"[" * 60_000, b"1" * 60_000, b'{"format": 1, "a": "' + b"b" * 9_000_000 + b'"}']
)
def test_a_manifest_that_is_a_bomb_is_refused(saved, tmp_path, content):
    with pytest.raises(BackupError, match="it is no backup of Byline's"):
        restore(changed(saved, "manifest.json", content), tmp_path / "new")


def test_no_escape_code_of_a_backup_reaches_a_terminal(saved, tmp_path):
    statements = (
        'CREATE TABLE "odd\x1b[2J" (a INTEGER CHECK (a > 0))',
        "PRAGMA ignore_check_constraints = ON",
        'INSERT INTO "odd\x1b[2J" VALUES (-1)',
        "UPDATE article SET headline = headline || char(27) || '[2J', "
        "body = replace(body, 'florins', char(27) || ']0;florins' || char(7)), "
        "url = url || char(27) || '\\', publisher = char(155) || '2J'",
    )
    done = run(tmp_path / "new", "restore", str(hostile(saved, *statements[:3])))
    assert done.exit_code == 2
    assert "CHECK constraint failed in odd\ufffd[2J" in done.stderr
    restored = hostile(saved, 'DROP TABLE "odd\x1b[2J"', statements[3])
    assert run(tmp_path / "new", "restore", str(restored)).exit_code == 0
    with opened(tmp_path / "new") as room:
        reply = room.ask("How many florins will the ministry pay for every lost hive?")
    console = Console(file=io.StringIO(), force_terminal=True, width=200)
    Chat(room.conversation, console)._say(reply)
    drawn = console.file.getvalue()
    assert "\ufffd]0;florins" in drawn
    ours = re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b\x07\x9b]*\x1b\\", "", drawn)
    assert not set(ours) & {"\x1b", "\x07", "\x9b"}


# Restores that are cut short


def count_calls(monkeypatch, act) -> list[str]:
    """Act before each call that changes a file's name, and note which it was."""
    called: list[str] = []

    def watch(name: str) -> None:
        call = getattr(os, name)

        def watched(*given: object, **more: object) -> object:
            called.append(name)
            act(len(called))
            return call(*given, **more)

        monkeypatch.setattr(os, name, watched)

    for name in ("rename", "replace", "link", "unlink", "mkdir", "utime", "rmdir"):
        watch(name)
    return called


def whole(home: Path) -> str:
    """Which archive a home folder holds, all of it."""
    former = len(headlines(home)) == 4
    assert len(headlines(home)) == (4 if former else 3)
    asked = rows(home / "chats.db", "SELECT question FROM exchange")
    assert asked == ([(SECRET,)] if former else [])
    assert (home / "sample-in-use").exists() == (not former)
    assert former == (home / "index").is_dir()
    assert not list(home.glob("restoring.*/*"))
    if former:
        assert not list(home.glob("*before-restore*"))
    else:
        (aside,) = home.glob("before-restore-*")
        assert len(headlines(aside)) == 4
        (copy,) = home.glob("chats.db.before-restore-*Z")
        assert rows(copy, "SELECT question FROM exchange") == [(SECRET,)]
    return swap.FORMER if former else swap.RESTORED


@pytest.fixture
def differing(home, tmp_path) -> tuple[Path, Path]:
    """A home folder with four articles, and a backup with three that are the sample."""
    (home / "sample-in-use").touch()
    back_up(home, tmp_path / "three.zip")
    (home / "sample-in-use").unlink()
    with opened(home) as room:
        room.add([story(1)])
        room.searcher.save()
    return home, tmp_path / "three.zip"


def copied(home: Path, number: int) -> Path:
    return Path(shutil.copytree(home, home.with_name(f"home{number}")))


def test_a_restore_that_is_killed_at_any_step_leaves_either_archive_whole(differing, monkeypatch):
    home, file = differing
    outcomes = []
    for number in range(1, 200):
        place = copied(home, number)
        if (child := os.fork()) == 0:
            with monkeypatch.context() as patch:
                count_calls(patch, lambda count, last=number: count >= last and os._exit(9))
                restore(file, place, force=True)
                os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        # Whatever opens it as it is finds whole articles.
        assert len(headlines(place)) in (3, 4)
        told = [one for one in check(Services(settings(place))) if one.part == "restore"]
        outcomes.append(whole(place))
        assert [one.fault for one in told] in ([], [f"was cut short; {outcomes[-1]}"])
        shutil.rmtree(place)
        if not killed:
            break
    assert not killed
    assert {swap.FORMER, swap.RESTORED} == set(outcomes)
    assert len(outcomes) > 15


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_restore_that_fails_at_any_step_says_which_archive_is_in_place(
    differing, monkeypatch, error
):
    home, file = differing

    def fail(count: int, last: int) -> None:
        if count == last:
            raise error

    outcomes = set()
    for number in range(1, 200):
        place = copied(home, number)
        with monkeypatch.context() as patch:
            called = count_calls(patch, partial(fail, last=number))
            try:
                restore(file, place, force=True)
            except BackupError as refused:
                said = str(refused)
                assert (str(error) and "No space left on device") in said
            except KeyboardInterrupt:  # while it was unpacked
                said = swap.FORMER
            else:  # what it had to delete stays a while
                said = swap.RESTORED
        assert swap.settle(place) == []
        outcome = whole(place)
        outcomes.add(outcome)
        assert outcome in said or "No space left on device" in said
        shutil.rmtree(place)
        if len(called) < number:
            break
    assert outcomes == {swap.FORMER, swap.RESTORED}


def test_a_restore_into_an_empty_home_that_fails_leaves_it_empty(differing, tmp_path, monkeypatch):
    _, file = differing
    home = tmp_path / "new"

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    replace = Path.replace
    without_articles = lambda path, to: fail() if to.name == "articles.db" else replace(path, to)  # noqa: E731
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", without_articles)  # so that the chats are there already
        with pytest.raises(BackupError, match=rf"Input/output error; {swap.FORMER}"):
            restore(file, home)
    assert names(home) == []
    with monkeypatch.context() as patch:
        patch.setattr(swap, "_finish", fail)
        with pytest.raises(BackupError, match=r"Input/output error; .*") as told:
            restore(file, home)
    assert str(told.value).endswith("the next command brings either archive into place")
    assert swap.settle(home) == [swap.RESTORED]
    assert names(home) == ["articles.db", "chats.db", "sample-in-use"]


def test_where_files_have_one_name_only_a_copy_is_kept(differing, monkeypatch):
    home, file = differing

    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    restore(file, home, force=True)
    assert whole(home) == swap.RESTORED


def test_a_backup_without_chats_sets_the_former_ones_aside(differing, tmp_path, monkeypatch):
    home, _ = differing
    alone = copied(home, 1)
    (alone / "chats.db").unlink()
    back_up(alone, tmp_path / "alone.zip")
    with monkeypatch.context() as patch:
        patch.setattr(swap, "_finish", _full_disk)
        patch.setattr(swap, "remove", lambda _: None)
        with pytest.raises(BackupError):
            restore(tmp_path / "alone.zip", home, force=True)
    assert swap.settle(home) == [swap.RESTORED]
    assert not (home / "chats.db").exists()
    (copy,) = home.glob("chats.db.before-restore-*Z")
    assert rows(copy, "SELECT question FROM exchange") == [(SECRET,)]


def test_a_restore_that_runs_is_left_alone(differing):
    home, _ = differing
    with staging.stage(home, staging.RESTORING) as folder:
        (folder / "articles.db").write_text("coming")
        (folder / staging.PLAN).write_text("{}")
        assert swap.settle(home) == []
        assert (folder / "articles.db").exists()
        (folder / staging.PLAN).unlink()
    assert not folder.exists()


# What killed processes leave


@pytest.mark.parametrize("prefix", [staging.SAVING, staging.RESTORING])
@pytest.mark.parametrize("act", ["forget", "purge", "back_up", "restore"])
def test_what_a_killed_backup_or_restore_leaves_of_chats_is_deleted(
    home, saved, tmp_path, prefix, act
):
    left = home / f"{prefix}x1"
    left.mkdir()
    shutil.copy(home / "chats.db", left / "chats.db")
    (left / "lock").touch()
    assert SECRET.encode() in (left / "chats.db").read_bytes()
    state = ChatStore(home / "chats.db")
    if act == "forget":
        state.forget(1)
    elif act == "purge":
        state.purge()
    state.close()
    if act == "back_up":
        back_up(home, tmp_path / "again.zip")
    elif act == "restore":
        restore(saved, home, force=True)
    assert not left.exists()


def test_a_killed_backup_leaves_chats_in_the_home_folder_only(home, tmp_path, monkeypatch):
    place = tmp_path / "backups"
    place.mkdir()
    if (child := os.fork()) == 0:
        monkeypatch.setattr(backup, "_empty_of_questions", lambda _: os._exit(9))
        back_up(home, place / "saved.zip")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not any(path.name.startswith("chats") for path in place.rglob("*"))
    state = ChatStore(home / "chats.db")
    state.forget(7)
    state.close()
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert SECRET.encode() not in path.read_bytes()


@pytest.mark.parametrize("act", ["forget", "back_up"])
def test_what_a_killed_backup_leaves_where_it_writes_is_gone_after_the_next(
    home, tmp_path, monkeypatch, act
):
    place = tmp_path / "backups"
    place.mkdir()
    back_up(home, place / "older.zip")
    (place / "mine.zip.part").write_text("not ours")
    if (child := os.fork()) == 0:
        monkeypatch.setattr(zipfile.ZipFile, "write", lambda *_, **__: os._exit(9))
        back_up(home, place / "monday.zip")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert (place / "monday.zip.part").exists()
    if act == "forget":
        state = ChatStore(home / "chats.db")
        state.forget(7)
        state.close()
    else:
        back_up(home, place / "tuesday.zip")
    left = {"older.zip", "mine.zip.part"} | ({"tuesday.zip"} if act == "back_up" else set())
    assert {path.name for path in place.iterdir()} == left


def test_a_note_of_places_that_is_cut_short_keeps_nothing_from_being_swept(home):
    left = home / f"{staging.SAVING}x1"
    left.mkdir()
    (left / "lock").touch()
    (left / "elsewhere.json").write_text('["/tm')
    staging.sweep(home)
    assert not left.exists()


def settings(home: Path) -> Settings:
    return Settings(_env_file=None, home=home, reranker="none")


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
