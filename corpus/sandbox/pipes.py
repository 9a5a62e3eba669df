"""Talking to a process that may never answer.

Tested with it in `tests/corpus/sandbox/test_process.py`.
"""

from __future__ import annotations

import os
import select
import time
from typing import IO

_READ_BYTES = 1 << 16


class Pipes:
    """What a process hears and says, with a deadline on every step.

    A thread that watched the clock instead would cost each job a millisecond.
    """

    def __init__(self, heard: IO[bytes], said: IO[bytes]) -> None:
        self._heard, self._said = heard.fileno(), said.fileno()
        os.set_blocking(self._heard, False)
        self._writable, self._readable = select.poll(), select.poll()
        self._writable.register(self._heard, select.POLLOUT)
        self._readable.register(self._said, select.POLLIN)
        self._read = bytearray()

    def write(self, data: bytes, *, ends: float) -> None:
        """Write all of it.

        Args:
            data: What to write.
            ends: When to give up, on the monotonic clock.

        Raises:
            TimeoutError: It is that late.
            OSError: Nobody listens.
        """
        rest = memoryview(data)
        while rest:
            _wait(self._writable, ends)
            rest = rest[os.write(self._heard, rest) :]

    def read_line(self, room: int, *, ends: float) -> bytes:
        """Read a line without its break.

        Args:
            room: Most bytes in it.
            ends: When to give up, on the monotonic clock.

        Raises:
            TimeoutError: It is that late.
            EOFError: Nobody speaks, or without end.
        """
        looked = 0
        while (end := self._read.find(b"\n", looked)) < 0:
            looked = len(self._read)
            _wait(self._readable, ends)
            more = os.read(self._said, _READ_BYTES)
            self._read += more
            if not more or len(self._read) > room:
                raise EOFError
        line = bytes(self._read[:end])
        del self._read[: end + 1]
        return line


def _wait(ready: select.poll, ends: float) -> None:
    if not ready.poll(max(0.0, ends - time.monotonic()) * 1000):
        raise TimeoutError
