"""One bot a home folder: the second says who is there, and the first goes on."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog

from bot.telegram.home_lock import HomeTakenError, hold_home
from bot.telegram.receiving.polling import TAKEN_TOKEN
from tests.support.newsroom import byline, environment
from tests.support.starting import Process, start
from tests.support.telegram_server import TelegramServer
from tests.support.whole_bot import QUESTION

READER = 7


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        yield server


@contextmanager
def running(telegram: TelegramServer, home: Path) -> Iterator[Process]:
    with Path(os.devnull).open("r+b", buffering=0) as nothing:
        files = [nothing.fileno()] * 3
        env = environment(home, **token(telegram))
        process = start(["run"], env=env, cwd=home.parent, files=files)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def token(telegram: TelegramServer) -> dict[str, str]:
    return {"TELEGRAM_BOT_TOKEN": telegram.token, "BYLINE_TELEGRAM_API_URL": telegram.url}


def test_a_second_bot_of_a_home_names_the_first_and_ends_and_after_a_kill_it_starts(
    telegram, tmp_path
):
    home = tmp_path / "home"
    with running(telegram, home) as first:
        telegram.say(READER, QUESTION)
        telegram.wait_messages(READER, timeout_s=60)
        second = byline(home, "run", **token(telegram))
        assert second.returncode == TAKEN_TOKEN
        assert f"another bot (process {first.pid} on " in second.stderr
        assert "Traceback" not in second.stderr
        assert telegram.calls("getUpdates")[-1].status == 200
        assert not [call for call in telegram.calls("getUpdates") if call.status == 409]
    with running(telegram, home):
        telegram.say(READER, QUESTION)
        telegram.wait_messages(READER, 2, timeout_s=60)


def test_commands_beside_a_bot_need_no_lock(tmp_path):
    with hold_home(tmp_path):
        assert byline(tmp_path, "stats").returncode == 0


def test_a_file_that_was_left_behind_is_no_lock(tmp_path):
    (tmp_path / "bot.lock").write_text("process 1 on another machine\n")
    with hold_home(tmp_path):
        assert (tmp_path / "bot.lock").read_text().startswith(f"process {os.getpid()} on ")
        with pytest.raises(HomeTakenError, match=f"process {os.getpid()} on"), hold_home(tmp_path):
            pass


def test_a_holder_that_nobody_knows_is_not_named(tmp_path):
    with hold_home(tmp_path):
        assert (tmp_path / "bot.lock").stat().st_mode & 0o077 == 0
        (tmp_path / "bot.lock").write_text("")
        with pytest.raises(HomeTakenError, match=r"^another bot answers from"), hold_home(tmp_path):
            pass


def test_where_the_file_system_knows_no_locks_the_bot_runs_all_the_same(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with structlog.testing.capture_logs() as log, hold_home(tmp_path):
        pass
    assert [line["reason"] for line in log] == ["No locks available"]
