"""The process that reads: started when first asked, kept warm, killed when it is late.

Tested in `tests/corpus/sandbox/test_process.py`.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO

from corpus.errors import SandboxError, UnreadableError
from corpus.sandbox.messages import Answer, Job, answers, jobs
from corpus.sandbox.pipes import Pipes

DEADLINE_S = 10.0
OUT_OF_MEMORY = 3
"""Status with which the process ends itself."""

_START_S = 120.0
_DYING_S = 1.0
_BYTES = 5_000_000
"""As many are read within one deadline."""
_ROOM_BYTES = 16_000_000
"""Room for answers beside four times the length of what was read."""
_COMMAND = (sys.executable, "-P", "-B", "-m", "corpus.sandbox.worker")
_ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What of the environment is passed on; the rest holds tokens."""


Asked = tuple[Job, bytes]
"""What to read, and as what."""


class Reason(StrEnum):
    """Why the process was ended."""

    TIME = "time"
    MEMORY = "memory"
    CRASH = "crash"


class StoppedError(UnreadableError):
    """Reading something had to be stopped.

    Attributes:
        reason: Why.
    """

    def __init__(self, reason: Reason, allowed_s: float) -> None:
        said = {
            Reason.TIME: f"takes longer than {allowed_s:g} s to read",
            Reason.MEMORY: "takes too much memory to read",
            Reason.CRASH: "breaks what reads it",
        }
        super().__init__(said[reason])
        self.reason = reason


class Worker:
    """Reads one thing at a time, for any thread, in a process that may be killed for it.

    Attributes:
        stopped: How often it had to be, by reason.

    Args:
        command: Starts the process.
        deadline_s: Seconds for 5 MB, and for anything smaller.
    """

    def __init__(
        self, command: Sequence[str] = _COMMAND, *, deadline_s: float = DEADLINE_S
    ) -> None:
        self.stopped: Counter[Reason] = Counter()
        self._command = command
        self._deadline_s = deadline_s
        self._lock = Lock()
        self._running: _Running | None = None

    def ask(self, job: Job, data: bytes) -> list[Answer]:
        """Have something read.

        Returns:
            What was found, in order.

        Raises:
            StoppedError: It took too long or too much, or broke the process.
            SandboxError: No process can be started.
        """
        [found] = self._ask([(job, data)])
        if isinstance(found, StoppedError):
            raise found
        return found

    def ask_all(self, asked: Sequence[Asked]) -> list[list[Answer] | StoppedError]:
        """Have several things read, for what asking for one costs.

        Returns:
            Of each, in order, what `ask` returns or raises: what breaks the process costs no other.

        Raises:
            SandboxError: No process can be started.
        """
        found = list[list[Answer] | StoppedError]()
        while rest := asked[len(found) :]:
            found += self._ask(rest)
        return found

    def _ask(self, asked: Sequence[Asked]) -> list[list[Answer] | StoppedError]:
        """Have things read up to the first at which that had to be stopped."""
        found = list[list[Answer] | StoppedError]()
        with self._lock:
            running = self._ready()
            try:
                found += running.ask(asked, self._allow)  # what came before an error is kept
            except (OSError, EOFError, ValueError) as error:
                reason = running.end(error)
                self.stopped[reason] += 1
                found.append(StoppedError(reason, self._allow(asked[len(found)][1])))
            except BaseException:  # interrupted; what it still says is not for who asks next
                running.end(None)
                raise
        return found

    def _allow(self, data: bytes) -> float:
        """How many seconds reading something may take."""
        return self._deadline_s * max(1, -(-len(data) // _BYTES))

    def close(self) -> None:
        """End the process; the next question starts another."""
        with self._lock:
            if self._running is not None:
                self._running.end(None)
                self._running = None

    def _ready(self) -> _Running:
        if self._running is not None and not self._running.lives:
            self._running.end(None)
            self._running = None
        if self._running is None:
            self._running = _Running(self._command)
        return self._running


class _Running:
    """One such process.

    Raises:
        SandboxError: It does not start.
    """

    def __init__(self, command: Sequence[str]) -> None:
        try:
            # Not made by multiprocessing: that copies a process with threads in it, or imports
            # the whole bot anew.
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # it may quote what it reads
                env=_environment(),
                start_new_session=True,  # so that Ctrl-C is ours, and a kill is of its children too
            )
            self._pipes = Pipes(*_open(self._process))
        except OSError as error:
            raise _cannot_start(error.strerror or str(error)) from None
        try:
            self._receive(0, ends=time.monotonic() + _START_S)
        except (OSError, EOFError, ValueError) as error:
            self.end(error)
            raise _cannot_start(f"see what {' '.join(command)} says") from None

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(
        self, asked: Sequence[Asked], allow: Callable[[bytes], float]
    ) -> Iterator[list[Answer]]:
        """Hand jobs over and collect the answers to each.

        Args:
            asked: The jobs.
            allow: How many seconds each may take.

        Raises:
            TimeoutError: One of them takes longer.
            OSError: The process is gone; so does EOFError say.
            ValueError: It says what was not agreed on.
        """
        ends = time.monotonic() + allow(asked[0][1])
        for left, (job, data) in enumerate(asked, 1 - len(asked)):
            header = jobs().dump_json(replace(job, size=len(data), more=left < 0))
            self._pipes.write(header + b"\n", ends=ends)
            self._pipes.write(data, ends=ends)
        for number, (_, data) in enumerate(asked):
            if number:
                ends = time.monotonic() + allow(data)
            yield self._receive(len(data), ends=ends)

    def end(self, error: Exception | None) -> Reason:
        """Kill it, and tell why that was needed."""
        with suppress(TimeoutError, subprocess.TimeoutExpired):
            if isinstance(error, EOFError | BrokenPipeError):
                self._process.wait(_DYING_S)  # its status says why
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        status = self._process.wait()
        for pipe in _open(self._process):
            pipe.close()
        if isinstance(error, TimeoutError):
            return Reason.TIME
        return Reason.MEMORY if status == OUT_OF_MEMORY else Reason.CRASH

    def _receive(self, size: int, *, ends: float) -> list[Answer]:
        found, room = list[Answer](), _ROOM_BYTES + 4 * size
        while True:
            line = self._pipes.read_line(room, ends=ends)
            answer = answers().validate_json(line, strict=True)
            if answer == Answer():
                return found
            room -= len(line)
            found.append(answer)


@cache
def shared() -> Worker:
    """The one of this process."""
    worker = Worker()
    atexit.register(worker.close)
    return worker


def _open(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """What it hears and what it says."""
    assert process.stdin is not None  # noqa: S101 - as it was asked for
    assert process.stdout is not None  # noqa: S101 - likewise
    return process.stdin, process.stdout


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Threads that wait for products of matrices would take up the address space.
    paths = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    return kept | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": paths}


def _cannot_start(reason: str) -> SandboxError:
    return SandboxError(f"cannot start the process that reads articles: {reason}")
