"""One bot a home folder: two would answer each other's questions, and both of them twice."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

_log = structlog.get_logger(__name__)

_NAME = "bot.lock"
_LONGEST = 200


class HomeTakenError(Exception):
    """Another bot answers from this home folder.

    Attributes:
        holder: Which process, as it wrote; empty where that cannot be told.
    """

    def __init__(self, home: Path, holder: str) -> None:
        self.holder = holder
        who = f"another bot ({holder})" if holder else "another bot"
        super().__init__(f"{who} answers from {home}; stop it, or choose another BYLINE_HOME")


@contextmanager
def hold_home(home: Path) -> Iterator[None]:
    """Keep other bots out of a home folder for as long as the context lasts.

    The lock ends with the process however that ends, and a file that stays is no lock. Where it
    cannot be had, or its holder not be named, as on a full disk, the bot runs all the same.

    Raises:
        HomeTakenError: Another process holds it.
    """
    with ExitStack() as stack:
        try:
            home.mkdir(parents=True, exist_ok=True)
            file = os.open(home / _NAME, os.O_RDWR | os.O_CREAT, 0o600)
            stack.callback(os.close, file)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _sign(file)
        except BlockingIOError as error:
            holder = os.read(file, _LONGEST).decode(errors="replace").strip()
            raise HomeTakenError(home, holder) from error
        except OSError as error:
            _log.warning("cannot keep other bots out of the home folder", reason=error.strerror)
        yield


def _sign(file: int) -> None:
    """Write who holds the lock."""
    os.ftruncate(file, 0)
    os.write(file, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
