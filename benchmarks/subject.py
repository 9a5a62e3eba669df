"""The bot under load, as a process: started, killed, and looked at from outside."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.newsroom import ROOT, environment

_MIB = 1 << 20


class Subject:
    """`byline bot` over one home, logging into a file.

    Args:
        folder: Holds the home, as ``home``, and the log.
        settings: Environment variables.
    """

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.home = folder / "home"
        self.log = folder / "bot.log"
        self.kills = 0
        self.faults: list[str] = []
        self._environment = environment(self.home, **{"BYLINE_RERANKER": "auto"} | settings)
        self._process: subprocess.Popen[bytes] | None = None
        self._cpu_s = 0.0

    def start(self) -> None:
        """Start it; it needs some seconds before it listens."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "bot"],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )

    def kill(self) -> None:
        """End it with SIGKILL, and look whether its databases are whole."""
        if not self.alive:
            return
        self._end(signal.SIGKILL)
        self.kills += 1
        for name in ("chats.db", "articles.db"):
            if (said := _integrity(self.home / name)) != "ok":
                self.faults.append(f"{name} after kill {self.kills}: {said}")

    def stop(self) -> int:
        """Ask it to end; returns the exit status."""
        return self._end(signal.SIGTERM)

    def unfinished(self) -> int:
        """Questions that it has taken in and not done with."""
        connection = sqlite3.connect(self.home / "chats.db", timeout=10)
        try:
            wanted = "SELECT count(*) FROM inbox WHERE NOT done"
            return int(connection.execute(wanted).fetchone()[0])
        finally:
            connection.close()

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its main process; 0 where there is none."""
        return self._process.pid if self._process is not None and self.alive else 0

    def memory_mib(self) -> float:
        """What it has in memory that is its own."""
        if self._process is None:
            return 0.0
        lines = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text().splitlines()[1:]
        kib = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
        return kib["Anonymous"] * 1024 / _MIB

    def cpu_s(self) -> float:
        """Processor time so far, of all processes started."""
        return self._cpu_s + self._spent_s()

    def lines_with(self, *secrets: str) -> int:
        """Lines of the log that hold one of these."""
        with self.log.open(errors="replace") as lines:
            return sum(any(secret in line for secret in secrets) for line in lines)

    def complaints(self) -> list[str]:
        """Lines of the log of level error or above."""
        with self.log.open(errors="replace") as lines:
            return [line for line in lines if '"level": "error"' in line or '"critical"' in line]

    def _end(self, number: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._cpu_s += self._spent_s()
        self._process.send_signal(number)
        code = self._process.wait(60)
        self._process = None
        return code

    def _spent_s(self) -> float:
        if not self.alive or self._process is None:
            return 0.0
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _integrity(file: Path) -> str:
    """What SQLite says of a copy, so that the bot itself meets what the kill left."""
    if not file.exists():
        return "ok"
    with tempfile.TemporaryDirectory() as folder:
        for path in file.parent.glob(f"{file.name}*"):
            shutil.copy(path, folder)
        connection = sqlite3.connect(Path(folder, file.name))
        try:
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
        except sqlite3.DatabaseError as error:
            return str(error)
        finally:
            connection.close()


def question_of(home: Path, key: str) -> str:
    """The question that a button's key stands for; empty where it is not known."""
    connection = sqlite3.connect(home / "chats.db")
    try:
        row = connection.execute("SELECT question FROM exchange WHERE key = ?", (key,)).fetchone()
    finally:
        connection.close()
    return row[0] if row else ""


def answered_by(home: Path, chat_id: int, message: int) -> int | None:
    """The number of the question that a chat's message answers, as far as the bot noted it."""
    wanted = "SELECT question_message FROM answer WHERE chat_id = ? AND answer_message = ?"
    connection = sqlite3.connect(home / "chats.db")
    try:
        row = connection.execute(wanted, (chat_id, message)).fetchone()
    finally:
        connection.close()
    return row[0] if row else None


def until(true: Callable[[], object], *, timeout_s: float, every_s: float = 0.2) -> bool:
    """Wait until a callable is true; False where it stays false."""
    end = time.monotonic() + timeout_s
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(every_s)
    return True
