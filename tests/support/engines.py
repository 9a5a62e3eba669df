"""Milvus Lite as a process of its own, on a real port; and rows for any engine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from retrieval.errors import EngineError
from retrieval.index.port import Row

_START_S = 30
INSTALLED = find_spec("milvus_lite") is not None and find_spec("pymilvus") is not None


class MilvusServer:
    """A server that can be started, killed and started again over the same folder.

    Args:
        folder: Where it keeps its rows.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        where = ("--data-dir", self._folder, "--host", "127.0.0.1", "--port", str(self._port))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "milvus_lite", "server", *where],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.02)
        raise EngineError("Milvus Lite does not start")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def row(key: int, terms: dict[int, int], vector: list[float], **more: object) -> Row:
    """Make a row; its length is that of its terms."""
    pairs = sorted(terms.items())
    return Row(
        key=key,
        terms=np.array([number for number, _ in pairs], np.uint32),
        counts=np.array([count for _, count in pairs], np.float32),
        length=sum(terms.values()),
        vector=np.array(vector, np.float32),
        **more,  # type: ignore[arg-type]
    )
