"""Give up what reading needs none of: memory without end, files to write, the network.

What runs here cannot be taken back, so the tests look at it from outside, in
`tests/corpus/sandbox/test_confine.py`.
"""

from __future__ import annotations

import ctypes
import platform
import resource
import struct
import sys
from pathlib import Path

MEMORY_BYTES = 1 << 30
"""Address space beside what the process has at its start; a page of 5 MB that is not hostile takes
a fifth of it."""

_REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system", "ctypes")
"""Beginnings of Python's own names for what it is about to do (see `sys.audit`)."""

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_OTHER_WAY = 0x40000000
"""From here on x86 has the same calls once more."""
_NUMBERS = {
    "x86_64": (0xC000003E, (41, 425, 101, 310, 311)),
    "aarch64": (0xC00000B7, (198, 425, 117, 270, 271)),
}
"""How Linux calls a processor, and there: a socket, a ring of requests, and three ways into other
processes."""


def confine() -> None:  # pragma: no cover - it would confine the tests
    """Confine this process until it ends.

    Linux's kernel refuses sockets and macOS the network; elsewhere only Python does. macOS
    counts no address space, so there the deadline alone bounds what is read.
    """
    for kind, most in (
        (resource.RLIMIT_AS, _taken() + MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    if sys.platform == "linux" and platform.machine() in _NUMBERS:
        _filter(make_filter(*_NUMBERS[platform.machine()]))
    elif sys.platform == "darwin":
        ctypes.CDLL(None).sandbox_init(b"no-network", 1, ctypes.byref(ctypes.c_char_p()))
    sys.addaudithook(refuse)


def _taken() -> int:  # pragma: no cover - likewise
    pages = Path("/proc/self/statm")  # of Linux
    return int(pages.read_text().split()[0]) * resource.getpagesize() if pages.exists() else 0


def refuse(event: str, _: object) -> None:
    """Refuse what only somebody who took over would do.

    Raises:
        PermissionError: It is that.
    """
    if event.startswith(_REFUSED):
        raise PermissionError(event)


def make_filter(processor: int, refused: tuple[int, ...]) -> list[bytes]:
    """Write the program by which Linux's kernel refuses some calls (see seccomp(2)).

    Args:
        processor: Whose numbers they are; calls by those of another are all refused.
        refused: Numbers of the calls.
    """
    return [
        _step(_LOAD, 4),  # whose numbers they are
        _step(_EQUAL, processor, jump=1),
        _step(_RETURN, _REFUSE),
        _step(_LOAD, 0),  # which call
        _step(_AT_LEAST, _OTHER_WAY, otherwise=1),
        _step(_RETURN, _REFUSE),
        *(
            step
            for number in refused
            for step in (_step(_EQUAL, number, otherwise=1), _step(_RETURN, _REFUSE))
        ),
        _step(_RETURN, _ALLOW),
    ]


def _step(code: int, value: int, *, jump: int = 0, otherwise: int = 0) -> bytes:
    """One instruction; where it compares, how many to leave out if that holds, or otherwise."""
    return struct.pack("HBBI", code, jump, otherwise, value)


def _filter(program: list[bytes]) -> None:  # pragma: no cover - likewise
    steps = ctypes.create_string_buffer(b"".join(program))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))

    given = Program(len(program), ctypes.cast(steps, ctypes.c_void_p))
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(_SECCOMP, _FILTER, ctypes.byref(given), 0, 0)
