"""Whose a home folder is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.chats import ChatStore
from bot.storage.ownership import close_to_others
from corpus.archive import Archive
from corpus.errors import StoreError
from tests.support.newsroom import ARTICLES, byline, write_lines

_of_files = pytest.mark.sqlite_only("looks at who may read the files")


@pytest.fixture
def _open_handed() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def open_to_others(home: Path) -> list[str]:
    """What of a home others could read, write or enter."""
    every = [home, *home.rglob("*")]
    return [str(one) for one in every if one.lstat().st_mode & 0o077]


@_of_files
@pytest.mark.usefixtures("_open_handed")
def test_nobody_else_may_read_what_a_home_holds_whatever_the_umask(tmp_path):
    home, backup = tmp_path / "deep" / "home", tmp_path / "backup.zip"
    (tmp_path / "deep").mkdir()
    file = write_lines(tmp_path / "a.jsonl", ARTICLES)
    assert byline(home, "add", str(file)).returncode == 0
    assert byline(home, "ask", "Who signed?").returncode == 0
    assert byline(home, "chat", stdin="Who signed?\n").returncode == 0
    assert byline(home, "backup", str(backup)).returncode == 0
    assert byline(home, "restore", str(backup), "--force").returncode == 0
    assert byline(home, "export", str(tmp_path / "all.jsonl")).returncode == 0
    names = {one.name for one in home.rglob("*")}
    assert names >= {"articles.db", "chats.db", "index", "manifest.json"}
    assert any(name.startswith("chats.db.before-restore-") for name in names)
    assert open_to_others(home) == []
    assert not backup.stat().st_mode & 0o077
    assert not (tmp_path / "all.jsonl").stat().st_mode & 0o077


@_of_files
@pytest.mark.usefixtures("_open_handed")
def test_a_database_and_what_stands_beside_it_are_private_from_the_start(tmp_path):
    home = tmp_path / "home"
    state, archive = ChatStore(home / "chats.db"), Archive.open(home)
    state.save(7, "Who?")
    assert {"chats.db-wal", "chats.db-shm", "articles.db-wal"} <= {p.name for p in home.iterdir()}
    assert open_to_others(home) == []
    state.close()
    archive.store.close()


@_of_files
@pytest.mark.usefixtures("_open_handed")
def test_the_copy_that_an_upgrade_keeps_is_private(tmp_path):
    path = tmp_path / "home" / "chats.db"
    ChatStore(path).close()
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("UPDATE alembic_version SET version_num = 'chats_0007'")
    with pytest.raises(StoreError):  # it is as new as before, in truth
        ChatStore(path)
    (copy,) = path.parent.glob("chats.db.before-*")
    assert not copy.stat().st_mode & 0o077


def test_a_home_that_stands_open_is_closed(tmp_path):
    home = tmp_path / "home"
    (home / "models" / "deep").mkdir(parents=True)
    (home / "index").mkdir()
    (home / ".cache").mkdir()
    for name in (
        "chats.db",
        "chats.db-wal",
        "chats.db.before-0003",
        "models/deep/m",
        "index/a.npy",
    ):
        (home / name).touch()
        (home / name).chmod(0o666)
    (home / "mine.txt").touch()
    (home / "mine.txt").chmod(0o644)
    (home / "models" / "link").symlink_to(home / "mine.txt")
    home.chmod(0o755)
    close_to_others(home)
    assert (home / "mine.txt").stat().st_mode & 0o777 == 0o644
    left = {Path(one).name for one in open_to_others(home)}
    assert left == {"mine.txt", ".cache", "link"}
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "models" / "deep").stat().st_mode & 0o777 == 0o700
    assert (home / "models" / "deep" / "m").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_more_than_a_home_stays_as_it_is(tmp_path):
    (tmp_path / "letters").mkdir(mode=0o755)
    (tmp_path / "letters" / "run.sh").touch(mode=0o755)
    (tmp_path / "articles.db").touch(mode=0o644)
    tmp_path.chmod(0o755)
    close_to_others(tmp_path)
    close_to_others(tmp_path / "nowhere")
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "letters" / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "articles.db").stat().st_mode & 0o777 == 0o600
