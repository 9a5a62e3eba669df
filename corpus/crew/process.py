"""One such process, as whoever started it has it.

Tested in `tests/corpus/crew/test_crew.py`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path

from corpus.article import Article
from corpus.crew.hand import Order, Told, Tools
from corpus.errors import CorpusError, Failure, ToolError
from corpus.prepare import Prepared

_COMMAND = (sys.executable, "-P", "-m", "corpus.crew.hand")
_ROOT = Path(__file__).parents[2]
_SECRET = ("BYLINE_", "TELEGRAM_")
"""Settings: a process is told all that it needs, and tokens are none of it."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Each process keeps to one core: the others have theirs."""


class BrokenHandError(CorpusError):
    """A process ended while it prepared an article.

    Attributes:
        late: Whether it ended since that took too long.
    """

    def __init__(self, status: int) -> None:
        killed = status == -signal.SIGKILL
        super().__init__("was killed, as where memory runs out" if killed else "broke")
        self.late = status == -signal.SIGALRM


class Hand:
    """A process that prepares one article at a time.

    Raises:
        ToolError: It cannot be started.
    """

    def __init__(self, command: Sequence[str] = _COMMAND) -> None:
        self._line, theirs = Pipe()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # what a library prints is no result
                pass_fds=[theirs.fileno()],
                env=_environment(),
                start_new_session=True,  # so that Ctrl-C is ours
            )
        except OSError as error:
            self._line.close()
            raise _cannot_start(error.strerror or str(error)) from None
        finally:
            theirs.close()

    def equip(self, tools: Tools) -> None:
        """Hand over what it works with, and wait until it can.

        Raises:
            ToolError: It cannot.
        """
        try:
            told = self._ask(tools)
        except BrokenHandError as error:
            raise _cannot_start("it took too long" if error.late else f"it {error}") from None
        if isinstance(told, Failure):
            raise _cannot_start(told.reason)

    def prepare(self, article: Article, *, allowed_s: float) -> Prepared | Failure:
        """Prepare an article.

        Raises:
            BrokenHandError: The process is no more.
            ToolError: Nothing can be prepared.
        """
        return self._ask(Order(article, allowed_s))

    def end(self) -> int:
        """Kill it, whatever it does, and return its status."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def close(self) -> None:
        """Let go of what is left of it; nobody may be waiting for it."""
        self._line.close()

    def _ask(self, asked: Tools | Order) -> Prepared | Failure:
        try:
            self._line.send(asked)
            told: Told = self._line.recv()
        except (EOFError, OSError):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)  # its status says why
            raise BrokenHandError(self.end()) from None
        if isinstance(told, ToolError):
            raise told
        return told


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    paths = os.pathsep.join([str(_ROOT), *filter(None, sys.path)])
    return kept | dict.fromkeys(_THREADS, "1") | {"PYTHONPATH": paths}


def _cannot_start(reason: str) -> ToolError:
    return ToolError(f"cannot start a process that prepares articles: {reason}")
