"""Kill who follows feeds again and again, and look whether any article was lost or taken twice.

Run it with ``python -m tests.support.follow_kill serve HOME PORT`` to follow in forks of a process
that has imported everything already: a line on standard input starts one, and is answered with its
number.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from corpus.article import Article
from corpus.following.follower import Follower
from corpus.readers.fetch import Fetcher
from corpus.sandbox.messages import Answer, Job, Kind
from corpus.sandbox.sandbox import Sandbox
from corpus.sandbox.worker import answer_job
from corpus.storage.store import Store
from tests.support.databases import rows, settings, url_of
from tests.support.feed_site import (
    NOBODY,
    START,
    FeedSite,
    feed_site,
    follow,
    take_into,
    write_page,
    write_rss,
)

_ROOT = Path(__file__).parents[2]
_FEEDS = 4
_FASTER = 36_000
"""A second is ten hours, so that feeds are due, and pages looked at again, all the time."""


@dataclass(slots=True)
class Followed:
    """What kills left.

    Attributes:
        kills: Processes killed while they ran.
        stored: Articles in the archive after each kill.
        faults: What was wrong, in words; empty where all is well.
        published: Articles that were online in the end.
    """

    kills: int = 0
    stored: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    published: int = 0


class Inline:
    """Reads within this process: what is killed here is who asks, not who reads."""

    def ask(self, job: Job, data: bytes) -> list[Answer]:
        return list(answer_job(job, data))

    def close(self) -> None:
        pass


def kill_following(home: Path, rounds: int, *, seed: int = 1) -> Followed:
    """Kill a process that follows a few feeds, which publish ever more."""
    chance, report = random.Random(seed), Followed()  # noqa: S311 - no secret
    store, names = Store.open(home), [list[str]() for _ in range(_FEEDS)]
    with feed_site() as site, _nursery(home, site.port) as nursery:
        for number in range(_FEEDS):
            follow(store, site.url(f"/feed{number}"), lambda: START)
        for number in range(rounds):
            _publish(site, names, number)
            child = _start(nursery)
            time.sleep(chance.uniform(0.03, 0.35))
            os.kill(child, signal.SIGKILL)
            report.kills += 1
            report.stored.append(store.count())
        wanted = report.published = sum(map(len, names))
        child = _start(nursery)
        end = time.monotonic() + 30
        while store.count() < wanted and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
    report.faults = list(_faults(home, store, {one for some in names for one in some}))
    store.close()
    return report


def _publish(site: FeedSite, names: list[list[str]], number: int) -> None:
    for place, own in enumerate(names):
        for count in range(3):
            own.insert(0, f"n{number}-{place}-{count}")
            site.publish(own[0])
        site.feed(*own, path=f"/feed{place}")


def _faults(home: Path, store: Store, published: set[str]) -> Iterator[str]:
    stored = [article.headline.removeprefix("Otters ") for article in store.articles()]
    yield from (f"{name} was lost" for name in published - set(stored))
    yield from (f"{name} was taken twice" for name in set(stored) if stored.count(name) > 1)
    archive = home / "articles.db"
    ((versions,),) = rows(archive, "SELECT count(*) FROM version")
    without = "SELECT count(*) FROM article WHERE id NOT IN (SELECT article_id FROM passage)"
    ((torn,),) = rows(archive, without)
    if versions or torn:
        yield f"{versions} articles count as corrected, {torn} have no passages"


@contextmanager
def _nursery(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.support.follow_kill", "serve", str(home), str(port)]
    process = subprocess.Popen(
        command,
        cwd=_ROOT,
        env=os.environ | settings(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.communicate()


def _start(nursery: subprocess.Popen[str]) -> int:
    assert nursery.stdin
    assert nursery.stdout
    nursery.stdin.write("\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def serve(home: Path, port: int) -> None:
    """Fork a process that follows for each line on standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    _warm_up()
    began = time.time()
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            try:
                _follow(home, port, began)
            finally:
                os._exit(1)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _warm_up() -> None:
    """Import what reading and storing an article takes, so that forks need not."""
    page, feed = write_page("Otters"), write_rss("<item><link>https://a.example/</link></item>")
    [found] = answer_job(Job(Kind.PAGE, "https://a.example/"), page)
    [_] = answer_job(Job(Kind.FEED, "https://a.example/"), feed)
    assert isinstance(found.found, Article)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder))
        take_into(store)(found.found)
        store.close()


def _follow(home: Path, port: int, began: float) -> None:
    store = Store.open(home, url_of(home))

    def make_fetcher(sandbox: Sandbox) -> Fetcher:
        return Fetcher(
            resolve=lambda _host, _port: ["127.0.0.1"],
            is_public=lambda _address: True,
            ports={port},
            tls=NOBODY,
            sandbox=sandbox,
        )

    follower = Follower(
        store,
        take_into(store),
        make_fetcher=make_fetcher,
        make_sandbox=lambda: Sandbox(worker=Inline()),  # type: ignore[arg-type]
        clock=lambda: START + timedelta(seconds=(time.time() - began) * _FASTER),
    )
    while True:
        follower.step()
        time.sleep(0.005)


def main(arguments: Sequence[str]) -> None:
    _, home, port = arguments
    serve(Path(home), int(port))


if __name__ == "__main__":
    main(sys.argv[1:])
