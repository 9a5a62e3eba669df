"""What the benchmarks share: a stopwatch, memory, archives, and one way to print a table."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any, TypeVar

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from bot.services import Services
from bot.settings import Settings
from corpus.article import Article
from corpus.storage.store import Store

_T = TypeVar("_T")
_R = TypeVar("_R")
_MIB = 1 << 20
_WIDTH = 120
"""Columns that a table takes where the output is no terminal, or a narrow one."""

Row = dict[str, object]
"""One line of a table: what was measured, then figures whose names carry their units."""

Home = Annotated[Path, typer.Option(help="BYLINE_HOME of an archive filled by `byline add`.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Questions = Annotated[
    Path | None, typer.Argument(help="One question a line; headlines are asked without it.")
]


@dataclass(frozen=True, slots=True)
class Memory:
    """What this process holds in memory now, in MiB.

    Attributes:
        anonymous: Of its own: nothing but this process's end gives it back.
        files: Pages of mapped files, libraries and the index among them, that are in memory now.
            They count in full even where other processes share them, and the system takes them
            back when memory runs short.
    """

    anonymous: float
    files: float

    @property
    def total(self) -> float:
        """The resident set, as `ps` and `top` show it."""
        return self.anonymous + self.files

    @classmethod
    def now(cls) -> Memory:
        """Measure it; where there is no Linux, all of it counts as anonymous."""
        try:
            lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            import psutil

            return cls(psutil.Process().memory_info().rss / _MIB, 0.0)
        kib = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines)}
        return cls(kib["Anonymous"] / 1024, (kib["Rss"] - kib["Anonymous"]) / 1024)


def prepare() -> None:
    """Set what `byline` sets before a library is loaded; call it first."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def open_archive(home: Path) -> Services:
    """Open an archive; `BYLINE_MODEL` and `BYLINE_RUNTIME` apply, a `.env` file does not."""
    return Services(Settings(_env_file=None, home=home.resolve()))  # type: ignore[call-arg]  # pydantic-settings' own parameter


def warm(home: Path) -> None:
    """Have everything stored that a start can read: the exported model and the index."""
    archive = open_archive(home)
    archive.encoder.encode(["warm up"])
    archive.searcher.save()


def apart(function: Callable[..., _R], *arguments: object) -> _R:
    """Call a function in a process of its own, so that nothing of ours counts as its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def command(*arguments: str, home: Path) -> tuple[float, float]:
    """Run a `byline` command; return its wall time in seconds and its peak memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments],
        env=os.environ | {"BYLINE_HOME": str(home.resolve())},
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"byline {' '.join(arguments)} failed")
    return time.perf_counter() - start, usage.ru_maxrss / _kibibyte()


def peak_mib() -> float:
    """Return the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _kibibyte()


def _kibibyte() -> int:
    """How many of `ru_maxrss`'s units make a MiB."""
    return _MIB if sys.platform == "darwin" else 1024


def ask_lines(path: Path | None, archive: Services, *, count: int | None = None) -> list[str]:
    """Read questions, or take the newest articles' headlines for questions.

    Returns:
        ``count`` of them, repeated from the first where there are fewer; without ``count``, each
        line once, or a hundred headlines.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    questions = [line.strip() for line in lines if line.strip()]
    if not questions:
        questions = [article.headline for article in archive.store.latest(count or 100)]
    if not questions:
        raise SystemExit("the archive is empty; fill it with `byline add`")
    return [questions[place % len(questions)] for place in range(count or len(questions))]


def read_passages(store: Store) -> list[tuple[Article, str]]:
    """Read every passage with its article, in the order of the index."""
    articles = {article.id: article for article in store.articles()}
    spans = store.changes().spans
    return [(articles[name], articles[name].body[start:end]) for name, start, end in spans]


def timed(function: Callable[[_T], object], items: Iterable[_T]) -> list[float]:
    """Call a function for every item; return each call's time in milliseconds."""
    spent = []
    for item in items:
        start = time.perf_counter()
        function(item)
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def spread(spent_ms: Sequence[float]) -> Row:
    """Sum up some times: median, 95th percentile and longest."""
    return {
        "p50 ms": float(np.percentile(spent_ms, 50)),
        "p95 ms": float(np.percentile(spent_ms, 95)),
        "max ms": float(max(spent_ms)),
    }


def median(values: Iterable[float]) -> float:
    """Return the middle value."""
    return float(statistics.median(values))


def show(title: str, rows: Sequence[Row], *, as_json: bool) -> None:
    """Print a table, or an object with the table and the machine it was measured on."""
    if as_json:
        print(json.dumps({"title": title, "machine": _machine(), "rows": rows}, ensure_ascii=False))
        return
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = Table(title=title, title_justify="left")
    for name in columns:
        table.add_column(
            name, no_wrap=name == "what", justify="left" if name == "what" else "right"
        )
    for row in rows:
        table.add_row(*(_cell(row.get(name)) for name in columns))
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(table)
    console.print(" · ".join(f"{name} {value}" for name, value in _machine().items()), style="dim")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:#.3g}" if abs(value) < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _machine() -> dict[str, Any]:
    """Say where this ran; a load above the cores in use means that others ran beside it."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
