"""What do more processes bring, and what does Ray? `byline add --workers` and `bulk_embed.py`.

    python benchmarks/bulk.py --ray /path/to/python-with-ray

The articles are made of the sample's paragraphs, drawn anew: as long as those, and with as many
quotations. Every run adds all of them to a new archive that has the exported model already, the
ways in turns, so that whatever else the machine does meanwhile slows all alike. Memory is that of
the command and of all processes below it, each shared page counted once. On Linux.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated

import psutil
import typer
from measuring import AsJson, Row, median, prepare, show, warm

from corpus.article import Article
from corpus.parse.records import write_record
from corpus.readers.files import read_path
from corpus.storage.store import Store

_ROOT = Path(__file__).parents[1]
_SAMPLE = _ROOT / "corpus" / "sample" / "articles.jsonl"
_JOB = _ROOT / "examples" / "bulk_embed.py"
_LOOK_S = 0.25
_MIB = 1 << 20

Make = Callable[[Path, Path], list[str]]
"""Makes the command that adds a file to a home."""


@dataclass(slots=True)
class Run:
    """What adding cost.

    Attributes:
        wall_s: From the start to the end.
        first_s: Until the first article was stored.
        cpu_s: Of all processors.
        peak_mib: Memory.
        load: Of the machine, at the end.
        digest: Of all that the archive holds.
    """

    wall_s: float = 0.0
    first_s: float = 0.0
    cpu_s: float = 0.0
    peak_mib: float = 0.0
    load: float = 0.0
    digest: str = ""


def main(
    articles: Annotated[int, typer.Option(help="How many.")] = 400,
    workers: Annotated[list[int] | None, typer.Option(help="Numbers of processes.")] = None,
    ray: Annotated[Path | None, typer.Option(help="A Python that has Ray and Byline.")] = None,
    rounds: Annotated[int, typer.Option(help="Runs of each.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Add the same articles in every way, and look whether the archives are the same."""
    prepare()
    counts = workers or [1, 2]
    ways = {f"byline add --workers {n}": partial(add_command, n) for n in counts}
    if ray:
        ways |= {f"Ray Data, {n} workers": partial(ray_command, ray, n) for n in counts if n > 1}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        file = write_articles(place / "articles.jsonl", articles)
        warm(place / "model")
        runs: dict[str, list[Run]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, make in ways.items():
                runs[name].append(run(make, file, place))
    show(f"Adding {articles} articles", list(sum_up(runs, articles)), as_json=as_json)


def add_command(workers: int, file: Path, _: Path) -> list[str]:
    """`byline add` with a number of processes."""
    return [sys.executable, "-m", "bot", "add", "--workers", str(workers), str(file)]


def ray_command(python: Path, workers: int, file: Path, home: Path) -> list[str]:
    """The example that runs on Ray."""
    return [str(python), str(_JOB), str(home), str(file), "--workers", str(workers)]


def run(make: Make, file: Path, place: Path) -> Run:
    """Add all articles to a new archive, and look on."""
    home, told = place / "home", Run()
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(place / "model" / "models", home / "models")
    start, spent = time.perf_counter(), dict[int, float]()
    env = os.environ | {"PYTHONPATH": str(_ROOT), "BYLINE_HOME": str(home)}
    process = subprocess.Popen(make(file, home), env=env, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        told.peak_mib = max(told.peak_mib, look(process.pid, spent))
        if not told.first_s and count(home):
            told.first_s = time.perf_counter() - start
        time.sleep(_LOOK_S)
    if process.returncode:
        raise SystemExit(f"{process.args} failed")
    told.wall_s, told.cpu_s = time.perf_counter() - start, sum(spent.values())
    told.load, told.digest = os.getloadavg()[0], digest(home)
    return told


def look(pid: int, spent: dict[int, float]) -> float:
    """Memory in MiB of a process and of all below it; their time on processors is noted."""
    held = 0.0
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for one in [parent, *parent.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                held += one.memory_full_info().pss / _MIB
                times = one.cpu_times()
                spent[one.pid] = times.user + times.system
    return held


def count(home: Path) -> int:
    """How many articles are stored by now."""
    try:
        uri = f"{(home / 'articles.db').absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM article").fetchone()[0])
    except sqlite3.Error:  # it is just being made
        return 0


def digest(home: Path) -> str:
    """Digest articles, passages, vectors and attributions, in the order in which they came."""
    store, told = Store.open(home), hashlib.sha256()
    for article in store.articles():
        told.update(repr((article, store.attributions.of(article.id))).encode())
    changes = store.changes()
    told.update(repr((changes.spans, changes.fingerprints)).encode())
    told.update(changes.vectors.tobytes())
    store.close()
    return told.hexdigest()


def sum_up(runs: dict[str, list[Run]], articles: int) -> Iterator[Row]:
    """A row for each way; times are those of the first way in the same round."""
    usual = next(iter(runs.values()))
    for name, own in runs.items():
        pairs = zip(usual, own, strict=True)
        yield {
            "what": name,
            "s": median(one.wall_s for one in own),
            "articles/s": median(articles / one.wall_s for one in own),
            "times": median(one.wall_s / other.wall_s for one, other in pairs),
            "first s": median(one.first_s for one in own),
            "CPU s": median(one.cpu_s for one in own),
            "peak MiB": median(one.peak_mib for one in own),
            "load": " ".join(f"{one.load:.1f}" for one in own),
            "same": "yes" if {one.digest for one in own} == {usual[0].digest} else "NO",
        }


def write_articles(file: Path, count: int) -> Path:
    """Write articles of the sample's paragraphs as JSON Lines; always the same."""
    chance = random.Random(1)  # noqa: S311 - no secret
    known = [one for one in read_path(_SAMPLE) if isinstance(one, Article)]
    paragraphs = [text for one in known for text in one.body.split("\n\n")]
    with file.open("w", encoding="utf-8") as lines:
        for number, one in enumerate(islice(cycle(known), count)):
            drawn = chance.sample(paragraphs, one.body.count("\n\n") + 1)
            fresh = replace(
                one,
                headline=f"{one.headline} ({number})",
                url=f"https://bulk.example/{number}",
                body="\n\n".join(drawn),
                published=one.published and one.published + timedelta(hours=number),
            )
            lines.write(json.dumps(write_record(fresh), ensure_ascii=False) + "\n")
    return file


if __name__ == "__main__":
    typer.run(main)
