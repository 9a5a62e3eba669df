"""Does an index in an engine rank as one in memory does, at which price, and what does a kill cost?

    python benchmarks/engine.py --home FOLDER QUESTIONS.txt [--core FOLDER] [--kills 10]

The archive is copied first. Milvus Lite 3 runs from this environment; its C++ core, 2.5.1, which
cannot be installed beside it, from another: `python -m venv FOLDER && FOLDER/bin/pip install
milvus-lite==2.5.1`.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import typer
from measuring import AsJson, Home, Memory, Questions, Row, apart, ask_lines, open_archive, show

from corpus.storage.store import Store
from retrieval.errors import EngineError
from retrieval.index import catch_up
from retrieval.index.milvus import MilvusEngine
from retrieval.index.port import Engine
from retrieval.index.remote import open_index, refresh
from retrieval.index.searchable import Searchable
from retrieval.index.snapshot import load
from retrieval.query.question import Publishers, understand
from retrieval.ranking.rank import rank
from retrieval.results import Encoder

_T = TypeVar("_T")
_HITS = 10
_TODAY = date(2026, 11, 25)
_START_S = 60
_FEW = 60
"""Passages sent at a time while servers are killed, so that there are some left for the last."""


@dataclass(frozen=True, slots=True)
class Server:
    """How a server is started over a folder on a port.

    Attributes:
        name: What it is called in the table.
        command: By which it is started, with gaps for folder and port.
        libraries: Where its libraries lie; None where it needs none of its own.
    """

    name: str
    command: tuple[str, ...]
    libraries: Path | None = None

    @contextmanager
    def running(self, folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
        """Run it until the context ends; it is killed then."""
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        if self.libraries:
            environment["LD_LIBRARY_PATH"] = str(self.libraries)
        process = subprocess.Popen(
            [part.format(folder=folder, port=port) for part in self.command],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + _START_S
            while time.monotonic() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield process
        finally:
            process.kill()
            process.wait()


def main(  # noqa: PLR0913 - one parameter an option
    questions: Questions = None,
    home: Home = Path(),
    count: Annotated[int, typer.Option(help="Questions to ask.")] = 500,
    lite_count: Annotated[int, typer.Option(help="Of which Milvus Lite 3, in Python.")] = 500,
    core: Annotated[Path | None, typer.Option(help="Environment of milvus-lite 2.5.1.")] = None,
    kills: Annotated[int, typer.Option(help="How often each server is killed.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Compare memory with each server; with --kills, kill these while articles come instead."""
    servers = [*([_core(core)] if core else []), LITE]
    if kills:
        rows = [_told(kill, server, home, kills) for server in servers]
        show("Killed while articles come and questions go", rows, as_json=as_json)
        return
    rows = [_told(measure_memory, home, questions, count)]
    for server in servers:
        asked = min(count, lite_count) if server is LITE else count
        rows.append(_told(measure, server, home, questions, asked))
    show(f"Engines under {home}", rows, as_json=as_json)


def _told(work: Callable[..., Row], *values: object) -> Row:
    """Measure something apart, and say so at once: the next may take an hour."""
    row = apart(work, *values)
    print(row, file=sys.stderr, flush=True)
    return row


LITE = Server(
    "Milvus Lite 3",
    (
        *(sys.executable, "-m", "milvus_lite", "server"),
        *("--host", "127.0.0.1", "--port", "{port}", "--data-dir", "{folder}"),
    ),
)


def _core(environment: Path) -> Server:
    (library,) = environment.resolve().glob("lib/python3*/site-packages/milvus_lite/lib")
    program = str(library / "milvus"), "{folder}/byline.db", "127.0.0.1:{port}", "ERROR"
    return Server("Milvus core 2.5.1", program, library)


def measure_memory(home: Path, path: Path | None, count: int) -> Row:
    """Rank in memory, as is done without an engine."""
    archive = open_archive(home)
    asked = ask_lines(path, archive, count=count)
    archive.encoder.encode(asked)
    before = Memory.now()
    with tempfile.TemporaryDirectory() as empty:
        index = load(Path(empty), archive.store, archive.encoder.fingerprint)
        held = Memory.now().total - before.total
        _, times = _ranked(index, asked[:20], archive.encoder)
        _, times = _ranked(index, asked, archive.encoder)
    return {
        "what": f"memory, {len(index):,}",
        **_spread(times),
        "bot B/passage": _each(held * 2**20, index),
    }


def measure(server: Server, home: Path, path: Path | None, count: int) -> Row:
    """Fill a server from a copy of an archive, and compare its rankings with those in memory."""
    archive = open_archive(home)
    asked = ask_lines(path, archive, count=count)
    archive.encoder.encode(asked)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store = _copy(home, folder)
        port = _find_port()
        (folder / "server").mkdir()
        process = stack.enter_context(server.running(folder / "server", port))
        engine = _engine(port, store, archive.encoder)
        _insist(engine.count)  # the client and the server are loaded by then
        before, bare, size = Memory.now(), _resident(process.pid), _measure_store(folder)
        start = time.perf_counter()
        remote = refresh(open_index(store, engine), engine, archive.encoder.fingerprint)
        filled = time.perf_counter() - start
        _ranked(remote, asked[:20], archive.encoder)
        found, times = _ranked(remote, asked, archive.encoder)
        held = Memory.now().total - before.total
        remembered, stored = _resident(process.pid) - bare, _measure_store(folder) - size
        memory = load(folder / "index", store, archive.encoder.fingerprint)
        truth, _ = _ranked(memory, asked, archive.encoder)
        store.close()
        return {
            "what": f"{server.name}, {len(asked)} asked",
            "same first": _share(found, truth, 1),
            "same ten": _share(found, truth, _HITS),
            **_spread(times),
            "bot B/passage": _each(held * 2**20, remote),
            "server B": _each(remembered, remote),
            "files B": _each(_weigh(folder / "server"), remote),
            "store B": _each(stored, remote),
            "fill s": filled,
        }


def kill(server: Server, home: Path, times: int) -> Row:
    """Kill a server while articles come and questions go; count what was acknowledged and is gone.

    Articles are added in parts of an archive; whoever asks meanwhile gets an answer or an error.
    """
    archive = open_archive(home)
    asked = [article.headline for article in archive.store.latest(200)]
    catch_up._BATCH = _FEW
    chance, answered, refused = random.Random(16), 0, 0  # noqa: S311 - when to kill
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store, port = _copy(home, folder), _find_port()
        (folder / "server").mkdir()
        engine = _engine(port, store, archive.encoder)
        lost = 0
        for _ in range(times):
            with server.running(folder / "server", port) as process:
                shot = threading.Timer(chance.uniform(4, 10), _kill, [process])
                shot.start()
                while process.poll() is None:
                    try:
                        _add(store, engine, archive.encoder.fingerprint)
                        for _ in range(3):
                            index = open_index(store, engine)
                            _ranked(index, [chance.choice(asked)], archive.encoder)
                            answered += 1
                    except EngineError:
                        refused += 1
                shot.join()
            with server.running(folder / "server", port):
                sent = _sent(folder)
                lost += len(set(sent) - _held(engine, sent))
        with server.running(folder / "server", port):
            index = open_index(store, engine)
            whole = _insist(lambda: refresh(index, engine, archive.encoder.fingerprint))
            complete = engine.count() == len(whole) == store.indexed.measure()[0]
        store.close()
    return {
        "what": f"{server.name}, killed",
        "kills": times,
        "acknowledged": len(sent),
        "lost": lost,
        "answered": answered,
        "refused": refused,
        "complete at the end": complete,
    }


def _add(store: Store, engine: Engine, fingerprint: str) -> None:
    """Send the next few passages, as a bot does when an article came."""
    next(catch_up.catch_up(store, engine, fingerprint), 0)


def _held(engine: Engine, keys: Sequence[int]) -> set[int]:
    """Return those of some keys that an engine has; little at a time, for one just started."""
    found = set[int]()
    for first in range(0, len(keys), 500):
        some = partial(engine.fetch, keys[first : first + 500])
        found |= {row.key for row in _insist(some)}
    return found


def _insist(call: Callable[[], _T]) -> _T:
    """Call until there is an answer: a server that was down is left alone for a second."""
    for _ in range(200):
        with suppress(EngineError):
            return call()
        time.sleep(0.1)
    return call()


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)


def _sent(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / "articles.db")) as database:
        return [key for (key,) in database.execute("SELECT key FROM indexed WHERE sent")]


def _ranked(
    index: Searchable, asked: Sequence[str], encoder: Encoder
) -> tuple[list[list[int]], list[float]]:
    """Rank each question's passages; the embeddings of questions are remembered."""
    publishers = Publishers(index.publishers)
    found, times = [], []
    for text in asked:
        question = understand(text, publishers=publishers, today=_TODAY)
        encoder.encode([aspect.text for aspect in (question.whole, *question.aspects)])
        start = time.perf_counter()
        found.append(rank(question, index, encoder, 2 * _HITS).keys[:_HITS])
        times.append(time.perf_counter() - start)
    return found, times


def _share(found: Sequence[Sequence[int]], truth: Sequence[Sequence[int]], first: int) -> float:
    pairs = zip(found, truth, strict=True)
    return float(np.mean([one[:first] == other[:first] for one, other in pairs]))


def _spread(times: Sequence[float]) -> Row:
    p50, p95 = 1000 * np.percentile(times, [50, 95])
    return {"p50 ms": float(p50), "p95 ms": float(p95)}


def _each(size: float, index: Searchable) -> float:
    return size / len(index)


def _copy(home: Path, folder: Path) -> Store:
    with (
        closing(sqlite3.connect(home / "articles.db")) as whole,
        closing(sqlite3.connect(folder / "articles.db")) as copy,
    ):
        whole.backup(copy)
    return Store.open(folder)


def _engine(port: int, store: Store, encoder: Encoder) -> MilvusEngine:
    def dimension() -> int:
        return int(encoder.encode(["warm up"]).shape[1])

    return MilvusEngine(f"http://127.0.0.1:{port}", store.indexed.name(), dimension=dimension)


def _find_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _resident(process: int) -> int:
    """Return the bytes that a process holds in memory."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _measure_store(folder: Path) -> int:
    """Return the bytes in use in the archive's database."""
    with closing(sqlite3.connect(folder / "articles.db")) as database:
        pages, free, size = (
            database.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((pages - free) * size)


def _weigh(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    typer.run(main)
