"""What reads pages has no network, writes no files, and takes a gigabyte at most."""

from __future__ import annotations

import platform
import struct
import subprocess
import sys

import pytest

from corpus.sandbox.confine import make_filter, refuse
from tests.support.patterns import ROOT

_PREPARED = """
import ctypes, os, socket, subprocess, sys, tempfile
call, place = ctypes.CDLL(None).socket, sys.argv[1]
from corpus.sandbox.confine import confine
confine()
try:
    print({0})
except (OSError, MemoryError) as error:
    print(type(error).__name__)
"""
X86, CALL = 0xC000003E, 41


def confined(code: str, place: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", _PREPARED.replace("{0}", code), place],
        capture_output=True,
        cwd=ROOT,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "code",
    [
        "socket.socket()",
        "socket.create_connection(('127.0.0.1', 9))",
        "subprocess.run(['true'])",
        "os.execv('/bin/true', ['true'])",
        "os.system('true')",
    ],
)
def test_the_network_and_other_programs_are_refused(code):
    assert confined(code) == "PermissionError"


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="only there the kernel is asked",
)
def test_the_kernel_refuses_what_python_does_not_see():
    assert confined("call(2, 1, 0)") == "-1"


def test_no_file_is_written(tmp_path):
    assert (
        confined("os.write(os.open(place, os.O_CREAT | os.O_WRONLY), b'x')", str(tmp_path / "a"))
        == "OSError"
    )
    assert (tmp_path / "a").read_bytes() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="macOS counts no address space")
def test_memory_has_an_end():
    assert confined("len(bytearray(1 << 31))") == "MemoryError"


def test_what_reading_needs_is_allowed(tmp_path):
    (tmp_path / "a").write_text("fine")
    assert confined("open(place).read()", str(tmp_path / "a")) == "fine"


def test_it_holds_neither_models_nor_the_bot():
    code = "import sys, corpus.sandbox.worker; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=ROOT, text=True, check=True
    )
    roots = {name.split(".")[0] for name in done.stdout.split()}
    assert "trafilatura" in roots
    assert not roots & {"torch", "spacy", "sqlalchemy", "telegram", "bot", "retrieval"}


def test_python_is_refused_what_only_an_intruder_does():
    refuse("open", ("a", "r", 0))
    for event in ("socket.__new__", "subprocess.Popen", "os.system", "ctypes.dlopen"):
        with pytest.raises(PermissionError):
            refuse(event, ())


def kernel(program: list[bytes], processor: int, call: int) -> int:
    """What Linux makes of the program."""
    steps = [struct.unpack("HBBI", step) for step in program]
    at = held = 0
    while True:
        code, jump, otherwise, value = steps[at]
        at += 1
        match code:
            case 0x20:
                held = processor if value == 4 else call
            case 0x15:
                at += jump if held == value else otherwise
            case 0x35:
                at += jump if held >= value else otherwise
            case 0x06:
                return value


@pytest.mark.parametrize(
    ("processor", "call", "allowed"),
    [
        (X86, 0, True),
        (X86, 40, True),
        (X86, 42, True),
        (X86, CALL, False),
        (X86, 425, False),
        (X86, 0x40000000 + CALL, False),
        (0x40000003, 0, False),
    ],
)
def test_the_kernel_is_told_which_calls_to_refuse(processor, call, allowed):
    verdict = kernel(make_filter(X86, (CALL, 425)), processor, call)
    assert verdict == (0x7FFF0000 if allowed else 0x00050001)
