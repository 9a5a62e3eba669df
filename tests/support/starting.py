"""Byline as a process, forked from one that has imported everything: a start costs a tenth.

The nursery runs as ``python -m tests.support.starting FD``, one for each process of the tests. It
takes orders from a socket and forks a process for each, which has an environment, a folder, a umask
and standard files of its own as any other has.
"""

from __future__ import annotations

import atexit
import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_ROOT = Path(__file__).parents[2]
_ORDER_BYTES = 1 << 18
_FILES = 4
"""Standard input, output and errors, and where the exit status is to be written to."""


class Process:
    """A process of the nursery, as far as tests need what `subprocess.Popen` has."""

    def __init__(self, pid: int, status: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._status = status

    def poll(self) -> int | None:
        """The exit status, minus the signal's number where one ended it; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """Block until it ended, and return the exit status.

        Raises:
            TimeoutError: It goes on for longer.
        """
        found = self._look(timeout)
        if found is None:
            raise TimeoutError(f"process {self.pid} runs for more than {timeout} s")
        return found

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, unless it ended."""
        self.send_signal(signal.SIGKILL)

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            told = os.read(self._status, 16)
            os.close(self._status)
            self.returncode = int(told or b"-9")  # nothing is told where the nursery died
        return self.returncode


def start(
    arguments: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    files: Sequence[int],
    module: str = "tests.support.newsroom",
) -> Process:
    """Start a Byline without a model.

    Args:
        arguments: Of the command line.
        env: All of its environment.
        cwd: The folder to be in.
        files: Descriptors for standard input, output and errors.
        module: Whose ``main`` to run.
    """
    mask = os.umask(0)
    os.umask(mask)
    order = {"arguments": [*arguments], "env": {**env}, "cwd": str(cwd), "umask": mask}
    order["module"] = module
    read, write = os.pipe()
    try:
        with _ordering:
            nursery = _nursery()
            socket.send_fds(nursery, [json.dumps(order).encode()], [*files, write])
            pid = int(nursery.recv(16))
    finally:
        os.close(write)
    return Process(pid, read)


_ordering = threading.Lock()


@cache
def _nursery() -> socket.socket:
    """Start the nursery, which ends when this process does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ORDER_BYTES)
    with theirs:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.support.starting", str(theirs.fileno())],
            cwd=_ROOT,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # who interrupts the tests interrupts what they wait for
        )
    atexit.register(nursery.wait)
    atexit.register(ours.close)
    return ours


def serve(orders: socket.socket) -> None:
    """Fork a process for each order until nobody orders any more."""
    import tests.support.newsroom  # noqa: F401 - with all that it needs
    from bot import texts

    texts.say("uncertain")  # reads the catalogue
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([orders, woken], [], [])
        if woken in ready:
            os.read(woken, 1024)
            _reap(running)
        if orders in ready:
            text, files, _, _ = socket.recv_fds(orders, _ORDER_BYTES, _FILES)
            if not text:
                return
            pid = os.fork()
            if not pid:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for one in (orders.detach(), woken, wake, files[-1], *running.values()):
                    os.close(one)
                _live(json.loads(text), files[:-1])
            running[pid] = files[-1]
            for one in files[:-1]:
                os.close(one)
            orders.send(str(pid).encode())


def _reap(running: dict[int, int]) -> None:
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        told = running.pop(pid)
        with suppress(BrokenPipeError):  # nobody waits
            os.write(told, str(os.waitstatus_to_exitcode(status)).encode())
        os.close(told)


def _live(order: dict[str, object], files: Sequence[int]) -> NoReturn:
    """Be the process that was ordered, to its end."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])  # type: ignore[call-overload]
    os.chdir(str(order["cwd"]))
    os.umask(int(str(order["umask"])))
    sys.argv = ["byline", *order["arguments"]]  # type: ignore[misc]
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(io.FileIO(2, "w")),
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
    code: object = 0
    try:
        import_module(str(order["module"])).main()
    except SystemExit as ending:
        code = ending.code
    except BaseException:  # noqa: BLE001 - as the interpreter would
        traceback.print_exc()
        code = 1
    if code is not None and not isinstance(code, int):
        sys.stderr.write(f"{code}\n")
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 120
    os._exit(int(code or 0))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
