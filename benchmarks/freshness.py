"""How soon are new articles found, and do answers wait meanwhile?

    python benchmarks/freshness.py --home FOLDER QUESTIONS.txt

Articles are added to a copy of the archive while one thread asks one question after another:
in the bot's own process, in another process that is ready, which does what `byline add` does once
it has started, and by the command itself. An answer's delay is what it took beyond the same
question's median while nothing was added.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from measuring import (
    AsJson,
    Home,
    Questions,
    Row,
    ask_lines,
    command,
    median,
    open_archive,
    prepare,
    show,
    spread,
    warm,
)
from questions import answer
from synthetic import invent, sentences_of

from bot.services import Services
from corpus.article import Article
from corpus.ingest import ingest
from corpus.parse.records import write_record
from corpus.readers.files import read_path
from retrieval.search import Searcher

Add = Callable[[list[Article]], object]

Spent = dict[str, list[float]]
"""Milliseconds that each question's answers took."""


def main(
    questions: Questions = None,
    home: Home = Path(),
    count: Annotated[int, typer.Option(help="Articles to add.")] = 10,
    seconds: Annotated[float, typer.Option(help="To ask before articles are added.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Add articles to a running bot and watch its answers."""
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "home")
        shutil.copytree(home, copy)
        warm(copy)
        archive = open_archive(copy)
        asked = ask_lines(questions, archive, count=100)
        with archive.kept_fresh() as searcher:
            rows = watch(archive, searcher, asked, (count, seconds))
        size = len(searcher)
    show(f"Adding {count} articles to {size:,} passages", rows, as_json=as_json)


def watch(
    archive: Services, searcher: Searcher, asked: list[str], how: tuple[int, float]
) -> list[Row]:
    """Time answers before anything is added and while it is."""
    (count, seconds), home = how, archive.home
    pool, rng = sentences_of(archive.store), np.random.default_rng()
    searcher.encoder.encode(["warm up"])
    with asking(searcher, asked[:20]):
        time.sleep(1)
    with asking(searcher, asked) as usual:
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(usual) < len(set(asked)):
            time.sleep(0.1)
    rows = [_row("nothing added", usual, usual)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
        other.submit(_start, home).result()
        for what, add in _ways(archive, other).items():
            new = list(invent(pool, rng, count))
            with asking(searcher, asked) as spent:
                found = _until_found(searcher, new, add)
            rows.append(_row(what, spent, usual) | found)
    return rows


def _ways(archive: Services, other: ProcessPoolExecutor) -> dict[str, Add]:
    store, encoder, home = archive.store, archive.encoder, archive.home
    return {
        "added in the same process": lambda new: ingest(new, store=store, embedder=encoder),
        "added by a process that is ready": lambda new: other.submit(
            _add, home, _written(new, home)
        ).result(),
        "added by `byline add`": lambda new: command("add", str(_written(new, home)), home=home),
    }


@contextmanager
def asking(searcher: Searcher, asked: list[str]) -> Iterator[Spent]:
    """Ask one question after the other; collect what each answer took."""
    spent: Spent = defaultdict(list)
    stop = threading.Event()

    def ask() -> None:
        for query in cycle(asked):
            if stop.wait(0.02):  # a reader reads; without a pause the two would fight for a core
                return
            start = time.perf_counter()
            answer(searcher, query)
            spent[query].append((time.perf_counter() - start) * 1000)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield spent
    finally:
        stop.set()
        thread.join()


def _row(what: str, spent: Spent, usual: Spent) -> Row:
    every = [one for some in spent.values() for one in some]
    delays = [one - median(usual[query]) for query, some in spent.items() for one in some]
    late = {"delay p95 ms": float(np.percentile(delays, 95)), "delay max ms": max(delays)}
    return {"what": what, "answers": len(every), **spread(every), **late}


def _until_found(searcher: Searcher, new: list[Article], add: Add) -> Row:
    """Add articles; wait until all are in the index, then ask for the last by its first words."""
    start, last = time.perf_counter(), new[-1]
    wanted = searcher.snapshot.index.articles + len(new)
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(add, new)
        while searcher.snapshot.index.articles < wanted:
            if adding.done():
                adding.result()  # raises where adding failed
            time.sleep(0.01)
        hits = searcher.search(last.body[:200], 3).hits
        found = time.perf_counter()
        if all(hit.article.id != last.id for hit in hits):
            raise SystemExit("an article was added that is not found by its first words")
        adding.result()
    return {"found s": found - start, "add s": time.perf_counter() - start}


@cache
def _ready(home: Path) -> Services:
    """Do in a process of its own what `byline add` does before it embeds the first article."""
    archive = open_archive(home)
    archive.encoder.encode(["warm up"])
    return archive


def _start(home: Path) -> None:
    """Make a process ready; the archive stays there."""
    prepare()
    _ready(home)


def _add(home: Path, lines: Path) -> None:
    """Do there what `byline add` does from then on."""
    archive = _ready(home)
    ingest(read_path(lines), store=archive.store, embedder=archive.encoder)
    archive.searcher.save()


def _written(new: list[Article], home: Path) -> Path:
    lines = home / "new.jsonl"
    lines.write_text("".join(json.dumps(write_record(article)) + "\n" for article in new))
    return lines


if __name__ == "__main__":
    typer.run(main)
