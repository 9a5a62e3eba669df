"""What goes wrong around a bot in a soak: its disk fills up, its databases are held, clocks move.

Each is real, and needs what it says: a disk of its own needs root, a clock of its own a C compiler.
"""

from __future__ import annotations

import errno
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_BLOCK = bytes(1 << 16)
_HOLD = """
import sqlite3, sys, time
held = [sqlite3.connect(name, timeout=60, isolation_level=None) for name in sys.argv[2:]]
for one in held:
    one.execute("BEGIN EXCLUSIVE")
time.sleep(float(sys.argv[1]))
for one in held:
    one.execute("ROLLBACK")
"""
_DUTY_S = 0.1
_CLOCK = Path(__file__).with_name("clock.c")


class Disk:
    """A small disk in memory for a home, which can be filled to the last byte.

    Raises:
        CalledProcessError: It may not be mounted; that takes root.
    """

    def __init__(self, folder: Path, size_mib: int) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        _run("mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "tmpfs", str(folder))

    def close(self) -> None:
        """Unmount it; what is on it is gone."""
        _run("umount", "--lazy", str(self._folder))

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room on it, also where something gives some back meanwhile."""
        filler, stop = self._folder / "filler", threading.Event()

        def fill() -> None:
            with filler.open("ab", buffering=0) as file:
                while not stop.wait(0.2):
                    _pour(file.fileno())

        pouring = threading.Thread(target=fill)
        pouring.start()
        try:
            yield
        finally:
            stop.set()
            pouring.join()
            filler.unlink()


class Clocks:
    """The time of day that a process sees, and may be changed while it runs.

    What counts seconds since a start, the monotonic clock, goes on as it was, as it does where
    somebody sets a machine's clock. A C compiler makes what is loaded into the process.

    Raises:
        OSError: There is no compiler.
        CalledProcessError: It cannot make that.
    """

    def __init__(self, folder: Path) -> None:
        self._file, library = folder / "clock", folder / "clock.so"
        _run("cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(_CLOCK))
        self._file.write_bytes(struct.pack("d", 0))
        self.environment = {"LD_PRELOAD": str(library), "SHIFTED_CLOCK": str(self._file)}

    def move(self, by_s: float) -> None:
        """Set the clock, counted from the true time."""
        with self._file.open("r+b") as file:  # it stays the same file, which is mapped
            file.write(struct.pack("d", by_s))


def hold(databases: Sequence[Path], seconds: float) -> None:
    """Hold databases from another process, so that nobody else can write to them."""
    names = [str(one) for one in databases]
    subprocess.run([sys.executable, "-c", _HOLD, str(seconds), *names], check=False)


@contextmanager
def slowed(pids: Iterator[int], share: float) -> Iterator[None]:
    """Let a process run for a share of the time only: as many processes as there are in turn."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.is_set():
            pid = next(pids)
            _signal(pid, signal.SIGSTOP)
            stop.wait(_DUTY_S * (1 - share))
            _signal(pid, signal.SIGCONT)
            stop.wait(_DUTY_S * share)

    beating = threading.Thread(target=beat)
    beating.start()
    try:
        yield
    finally:
        stop.set()
        beating.join()


def _signal(pid: int, number: signal.Signals) -> None:
    if pid:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return


def _pour(file: int) -> None:
    """Write until there is no room for a byte."""
    size = len(_BLOCK)
    while size:
        try:
            os.write(file, _BLOCK[:size])
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            size //= 2


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
