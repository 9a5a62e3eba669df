"""Add articles to an archive with Ray Data: the work of embedding them on many processors.

    pip install --editable '.[ray]'
    python examples/bulk_embed.py HOME articles.jsonl more/ --workers 2

This process reads the files, stores what is made of them, in the order in which they were read, and
leaves out what the archive holds already: the job may be killed and repeated. Workers on Ray are
handed articles and nothing else; they need Byline, and neither the files nor the archive. Without
RAY_ADDRESS, Ray runs on this machine alone.
"""

from __future__ import annotations

import argparse
import logging
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from corpus import Archive, Article
from corpus.attribution.extractor import Extractor
from corpus.crew.crew import Crew
from corpus.crew.hand import Tools
from corpus.errors import CorpusError, Failure, ToolError
from corpus.ingest import Tally
from corpus.prepare import Prepared
from retrieval.encoding.encoder import make_encoder
from retrieval.errors import FingerprintError, RetrievalError

AHEAD = 256
"""Batches of up to 32 articles that one run on Ray takes: it starts its workers anew each time."""

Row = dict[str, Any]
"""A batch as Ray passes it on: its number, and articles or what was made of them, pickled."""


def main() -> None:
    """Read the command line, add the articles, and say what became of them."""
    parser = argparse.ArgumentParser(description="Add articles to an archive with Ray Data.")
    parser.add_argument("home", type=Path, help="BYLINE_HOME; made where there is none")
    parser.add_argument("sources", nargs="+", metavar="source", help="files and folders")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="one processor each")
    parser.add_argument("--ahead", type=int, default=AHEAD, help="batches in one run on Ray")
    options = parser.parse_args()

    try:
        archive = Archive.open(options.home, os.environ.get("BYLINE_DATABASE_URL", ""))
        tools = choose_tools(archive)
        job = Job(lambda rows: run_on_ray(rows, tools, options.workers), ahead=options.ahead)
        show(archive.add(*options.sources, preparer=job))
    except (CorpusError, RetrievalError) as error:
        sys.exit(str(error))


def choose_tools(archive: Archive) -> Tools:
    """Choose what embeds and who finds who said what: the same on every worker.

    Raises:
        FingerprintError: Another model embedded the archive.
    """
    encoder = make_encoder(archive)
    for stored in archive.store.fingerprints() - {encoder.fingerprint}:
        raise FingerprintError(stored=stored, wanted=encoder.fingerprint)
    encoder.encode(["warm up"])  # the model is made ready once, before all workers look for it
    return Tools(encoder.maker, Extractor())


class Job:
    """Prepares articles by runs over many batches (see `corpus.prepare.Preparer`).

    Args:
        run: Has rows prepared, in any order.
        ahead: How many batches a run takes.
    """

    def __init__(self, run: Callable[[list[Row]], Iterable[Row]], *, ahead: int = AHEAD) -> None:
        self.ahead = ahead
        self._run = run
        self._numbers = count()
        self._waiting: list[Row] = []
        self._running: Iterator[Row] = iter(())
        self._made: dict[int, list[Prepared | Failure]] = {}

    def begin(self, articles: Sequence[Article]) -> Iterator[Prepared | Failure]:
        """Put a batch where the next run takes it from; the iterator waits for that run."""
        if not articles:
            return iter(())
        number = next(self._numbers)
        self._waiting.append({"number": number, "articles": pickle.dumps(list(articles))})
        return self._wait(number)

    def _wait(self, number: int) -> Iterator[Prepared | Failure]:
        while number not in self._made:
            row = next(self._running, None)
            if row is None:
                rows, self._waiting = self._waiting, []
                self._running = iter(self._run(rows))
                continue
            made = pickle.loads(row["made"])  # noqa: S301 - our own workers made it
            if isinstance(made, ToolError):
                raise made
            self._made[row["number"]] = made
        yield from self._made.pop(number)


class Worker:
    """Prepares batches on one processor; Ray makes one for each.

    The models run in a process of its own: an article that breaks it costs that process and itself.
    """

    def __init__(self, tools: Tools) -> None:
        self._crew = Crew(tools, 1)

    def __call__(self, row: Row) -> Row:
        """Prepare a batch."""
        articles = pickle.loads(row["articles"])  # noqa: S301 - whoever started us read it
        made: list[Prepared | Failure] | ToolError
        try:
            made = list(self._crew.begin(articles))
        except ToolError as error:  # of whatever kind it is, it comes back as its words
            made = ToolError(str(error))
        return {"number": row["number"], "made": pickle.dumps(made)}


def run_on_ray(rows: list[Row], tools: Tools, workers: int) -> Iterator[Row]:
    """Have batches prepared by Ray Data; they come as its workers finish them."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing calls home
    import ray

    if not ray.is_initialized():
        ray.init(logging_level=logging.WARNING)
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.WARNING)
    batches = ray.data.from_items(rows, override_num_blocks=len(rows))
    pool = ray.data.ActorPoolStrategy(size=workers)
    made = batches.map(Worker, fn_constructor_args=(tools,), compute=pool, num_cpus=1)
    yield from made.iter_rows()


def show(tally: Tally) -> None:
    """Say what became of the articles."""
    for failure in tally.failures:
        print(f"{failure.where}: {failure.reason}", file=sys.stderr)
    counts = ", ".join(f"{number} {change}" for change, number in tally.changes.items())
    print(f"Articles: {counts or 'none'}, {tally.failed} not read; {tally.passages} passages")


if __name__ == "__main__":
    main()
