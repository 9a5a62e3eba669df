"""How soon are new articles found, and do answers wait meanwhile?

    python benchmarks/freshness.py --home FOLDER QUESTIONS.txt

Articles are added to a copy of the archive while one thread asks one question after another.
They are added twice: in the bot's own process, and by the command `byline add` beside it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    open_archive,
    prepare,
    show,
    spread,
    warm,
)
from questions import answer
from synthetic import invent, sentences_of

from bot.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from corpus.parse.records import write_record
from retrieval.search import Searcher


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
    archive: Archive, searcher: Searcher, asked: list[str], how: tuple[int, float]
) -> list[Row]:
    """Time answers before anything is added and while it is."""
    count, seconds = how
    pool, rng = sentences_of(archive.store), np.random.default_rng()
    ways: dict[str, Callable[[list[Article]], object]] = {
        "added in the same process": lambda new: ingest(
            new, store=archive.store, embedder=archive.encoder
        ),
        "added by `byline add`": lambda new: _by_command(new, archive.home),
    }
    with asking(searcher, asked[:20]):
        time.sleep(1)
    rows: list[Row] = []
    with asking(searcher, asked) as spent:
        time.sleep(seconds)
    rows.append({"what": "nothing added", "answers": len(spent), **spread(spent)})
    for what, add in ways.items():
        new = list(invent(pool, rng, count))
        with asking(searcher, asked) as spent:
            row = _until_found(searcher, new, add)
        rows.append({"what": what, "answers": len(spent), **spread(spent), **row})
    return rows


@contextmanager
def asking(searcher: Searcher, asked: list[str]) -> Iterator[list[float]]:
    """Ask one question after the other; collect each answer's time in milliseconds."""
    spent: list[float] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            start = time.perf_counter()
            answer(searcher, asked[len(spent) % len(asked)])
            spent.append((time.perf_counter() - start) * 1000)
            stop.wait(0.02)  # a reader reads; without a pause the two would fight for a core

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield spent
    finally:
        stop.set()
        thread.join()


def _until_found(
    searcher: Searcher, new: list[Article], add: Callable[[list[Article]], object]
) -> Row:
    """Add articles; wait until the last of them is the first hit for its own headline."""
    start = time.perf_counter()
    add(new)
    stored = time.perf_counter()
    last = new[-1]
    while all(hit.article.id != last.id for hit in searcher.search(last.headline, 3).hits):
        time.sleep(0.02)
    found = time.perf_counter()
    return {"add s": stored - start, "then found s": found - stored, "found s": found - start}


def _by_command(new: list[Article], home: Path) -> None:
    lines = home / "new.jsonl"
    lines.write_text("".join(json.dumps(write_record(article)) + "\n" for article in new))
    command("add", str(lines), home=home)


if __name__ == "__main__":
    typer.run(main)
