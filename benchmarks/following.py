"""Do answers wait while the bot follows feeds, and how soon are the news found?

    PYTHONPATH=. python benchmarks/following.py --home FOLDER QUESTIONS.txt
    PYTHONPATH=. python benchmarks/following.py --home FOLDER --feeds 20 --minutes 1 --faster 30

Run it in the repository's root. A process on this machine serves the feeds, which publish articles
of shuffled sentences at random; a copy of the archive follows them while one thread asks question
after question. Articles come as often as in life, or as ``--articles`` says; for the feeds time is
compressed: with ``--faster 10`` they are asked as if ten hours had passed in one.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated

import numpy as np
import structlog
import typer
from measuring import (
    AsJson,
    Home,
    Memory,
    Questions,
    Row,
    ask_lines,
    open_archive,
    prepare,
    show,
    spread,
    warm,
)
from questions import answer
from synthetic import invent, sentences_of

import bot.following
from bot.services import Services
from corpus.following.follower import Follower
from corpus.readers.fetch import Fetcher
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.entries import Listed
from corpus.storage.sources import Source
from corpus.storage.store import Store
from retrieval.search import Searcher
from tests.support.feed_site import Route, feed_site, send, write_page, write_rss

_DAY_S = 86_400
_LISTED = 30
"""Articles that a feed lists."""
_SPREAD_S = 60
"""Seconds within which all feeds are asked for the first time."""
_KNOWN = 10
"""Articles of each feed whose dates are known before, as many as its rhythm is told by."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    Attributes:
        feeds: How many are followed.
        articles: How many they publish a day, together.
        minutes: How long each part takes, without feeds and with them.
        faster: How much faster than in life feeds are asked.
        pause_s: Between two questions.
    """

    feeds: int
    articles: int
    minutes: float
    faster: float
    pause_s: float


@dataclass(slots=True)
class Served:
    """What was asked for.

    Attributes:
        fetched: When each page was asked for, by its path.
        published: When it was put online, likewise.
        polls: How often feeds were asked for.
    """

    fetched: dict[str, float] = field(default_factory=dict)
    published: dict[str, float] = field(default_factory=dict)
    polls: int = 0


def main(  # noqa: PLR0913 - what may be set
    questions: Questions = None,
    home: Home = Path(),
    feeds: Annotated[int, typer.Option(help="How many to follow.")] = 500,
    articles: Annotated[int, typer.Option(help="Published a day, in all.")] = 20_000,
    minutes: Annotated[float, typer.Option(help="Of each part: quiet, then following.")] = 5,
    faster: Annotated[
        float, typer.Option(help="How much faster feeds are asked than in life.")
    ] = 10,
    pause: Annotated[float, typer.Option(help="Seconds between two questions.")] = 0.3,
    as_json: AsJson = False,
) -> None:
    """Follow feeds and watch the answers."""
    prepare()
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    plan = Plan(feeds, articles, minutes, faster, pause)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "home")
        shutil.copytree(home, copy)
        warm(copy)
        archive = open_archive(copy)
        asked = ask_lines(questions, archive, count=100)
        with publisher(archive.store, plan) as (port, publish):
            rows = watch(archive, asked, plan, port, publish)
        size = len(archive.searcher)
    a_day = f"{articles:,} articles a day"
    title = f"Following {feeds} feeds, {a_day}, asked {faster:g} times as often; {size:,} passages"
    show(title, rows, as_json=as_json)


def watch(
    archive: Services, asked: list[str], plan: Plan, port: int, publish: Connection
) -> list[Row]:
    """Time answers while nothing is followed, then while feeds are."""
    _lead_to(port, plan.faster)
    with archive.kept_fresh() as searcher:
        searcher.encoder.encode(["warm up"])
        ask_for(searcher, asked[:20], plan, seconds=5)
        quiet = ask_for(searcher, asked, plan)
        before = Memory.now()
        follow_all(archive.store, plan, port)
        publish.send(True)
        found: dict[str, float] = {}
        with noting(archive.store, searcher, found):
            busy = ask_for(searcher, asked, plan)
            publish.send(False)
            served: Served = publish.recv()
            time.sleep(15)
        after = Memory.now()
    return [
        {"what": "nothing followed", "answers": len(quiet), **spread(quiet)},
        {"what": "following", "answers": len(busy), **spread(busy)}
        | {"p95 ratio": float(np.percentile(busy, 95) / np.percentile(quiet, 95))}
        | _news(served, found, plan)
        | {"own MiB more": after.anonymous - before.anonymous},
    ]


def _news(served: Served, found: dict[str, float], plan: Plan) -> Row:
    waits = [found[name] - at for name, at in served.fetched.items() if name in found]
    row: Row = {"polls": served.polls, "published": len(served.published)}
    row |= {"fetched": len(served.fetched), "found": len(waits)}
    row |= {"a day": round(len(waits) / plan.minutes / 60 * _DAY_S)}
    if waits:
        p95, most = float(np.percentile(waits, 95)), max(waits)
        row |= {"fetched to found p95 s": p95, "max s": most}
    return row


def ask_for(
    searcher: Searcher, asked: list[str], plan: Plan, *, seconds: float = 0.0
) -> list[float]:
    """Ask one question after the other for some time; return what each took, in milliseconds."""
    until = time.perf_counter() + (seconds or plan.minutes * 60)
    spent = []
    for query in cycle(asked):
        start = time.perf_counter()
        if start > until:
            return spent
        answer(searcher, query)
        spent.append((time.perf_counter() - start) * 1000)
        time.sleep(plan.pause_s)
    return spent


def follow_all(store: Store, plan: Plan, port: int) -> None:
    """Follow all feeds as if they had been for days: each one's rhythm is known."""
    now = datetime.now(UTC)
    for number, share in enumerate(shares(plan)):
        first = now + timedelta(seconds=number / plan.feeds * _SPREAD_S * plan.faster)
        url = f"http://h{number}.example:{port}/feed{number}"
        store.sources.add(Source(url, first))
        for past in range(_KNOWN):
            dated = now - timedelta(days=(past + 1) / (share * plan.articles))
            store.entries.keep(Listed(f"{url}/{past}", url, "", dated, dated, dated))


def shares(plan: Plan) -> list[float]:
    """What part of all articles each feed publishes: few have many, as publishers do."""
    weights = [1 / (number + 3) for number in range(plan.feeds)]
    return [weight / sum(weights) for weight in weights]


@contextmanager
def noting(store: Store, searcher: Searcher, found: dict[str, float]) -> Iterator[None]:
    """Note when each new article is first in the index, by the path of its page."""
    stop = threading.Event()
    known = int(searcher.snapshot.index.keys.max(initial=0))

    def note() -> None:
        after = known
        while not stop.wait(0.2):
            highest = int(searcher.snapshot.index.keys.max(initial=0))
            if highest == after:
                continue
            changes = store.changes(after=after)
            new = changes.keys[changes.keys > after]
            for key, (article_id, _, _) in zip(new.tolist(), changes.spans, strict=True):
                article = store.get(article_id) if key <= highest else None
                if article and article.url:
                    found.setdefault("/" + article.url.rpartition("/")[2], time.time())
            after = highest

    thread = threading.Thread(target=note, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _lead_to(port: int, faster: float) -> None:
    """Have everything that is followed lead to this machine, by a faster clock."""

    def make_fetcher(sandbox: Sandbox) -> Fetcher:
        return Fetcher(
            resolve=lambda _host, _port: ["127.0.0.1"],
            is_public=lambda _address: True,
            ports={port},
            sandbox=sandbox,
        )

    began = time.time()

    def read_clock() -> datetime:
        now = time.time()
        return datetime.fromtimestamp(began + (now - began) * faster, UTC)

    bot.following.make_fetcher = make_fetcher
    Follower.__init__.__kwdefaults__ |= {"clock": read_clock}


@contextmanager
def publisher(store: Store, plan: Plan) -> Iterator[tuple[int, Connection]]:
    """Serve the feeds from a process of their own; yields its port, and how to begin and end."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    pool = sentences_of(store)
    process = context.Process(target=publish, args=(theirs, plan, pool, sys.path), daemon=True)
    process.start()
    try:
        yield ours.recv(), ours
    finally:
        process.terminate()
        process.join()


def publish(told: Connection, plan: Plan, pool: list[str], path: list[str]) -> None:
    """Publish articles at random, in that process."""
    sys.path[:] = path
    chance, rng = random.Random(3), np.random.default_rng(3)  # noqa: S311 - no secret
    served, lists = Served(), defaultdict[int, list[str]](list)
    weights = shares(plan)
    rate = plan.articles / _DAY_S
    with feed_site() as site:
        for number in range(plan.feeds):
            site.routes[f"/feed{number}"] = send(write_rss(""), kind="application/rss+xml")
        told.send(site.port)
        told.recv()
        site.asked.clear()
        while not told.poll(chance.expovariate(rate)):
            (number,) = chance.choices(range(plan.feeds), weights)
            [article] = invent(pool, rng, 1)
            path_ = f"/n{len(served.published)}"
            page = send(write_page(article.headline, article.body))
            site.routes[path_] = partial(_serve, path_, page, served.fetched)
            served.published[path_] = time.time()
            own = lists[number]
            own.insert(0, path_)
            del own[_LISTED:]
            items = "".join(
                f"<item><link>{site.url(one, f'h{number}.example')}</link></item>" for one in own
            )
            site.routes[f"/feed{number}"] = send(write_rss(items), kind="application/rss+xml")
        told.recv()
        served.polls = sum(path.startswith("/feed") for path, _ in site.asked)
        told.send(served)
        told.poll(60)


def _serve(
    path: str, page: Route, fetched: dict[str, float], request: BaseHTTPRequestHandler
) -> None:
    fetched.setdefault(path, time.time())
    page(request)


if __name__ == "__main__":
    typer.run(main)
