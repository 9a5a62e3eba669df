"""Kill again and again what tells readers unasked, and look whether anything came twice or never.

One process imports everything and forks another for each round, so that twenty of them start within
seconds. ``python -m tests.support.kill_telling`` is that process; it reads a line of JSON for each.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telegram.ext import Application

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.storage.alerts.hours import Schedule
from bot.storage.alerts.outbox import Stage
from bot.storage.alerts.subscriptions import Kind, Place
from bot.storage.chats import ChatStore
from bot.telegram.sending.rate_limiter import RateLimiter
from bot.telegram.unasked.herald import Herald
from corpus.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from retrieval.alerts.alert import Alert
from retrieval.search import Searcher
from tests.support.databases import open_chats, rows, url_of
from tests.support.fakes import QUICK
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import ROOT, environment
from tests.support.telegram_server import TelegramServer

_CHATS = range(1, 5)
_DIGESTS = range(1, 31)
_SPEED = 300
"""How many times as fast as ours the clocks of digests go: a minute takes 0.2 s."""
_LANES = (
    *("Alder", "Birch", "Cedar", "Damson", "Elm", "Fir", "Gorse", "Hazel", "Iris", "Juniper"),
    *("Kale", "Larch", "Maple"),
)
_DONE = (Stage.ARRIVED, Stage.ASKED, Stage.COPY)


@dataclass(slots=True)
class Telling:
    """What became of what was to be told.

    Attributes:
        kills: Processes killed.
        due: How much was to be told.
        outcomes: How much of it came to what; what must not be begins with "WRONG".
    """

    kills: int = 0
    due: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        """Outcomes that must not be."""
        return [outcome for outcome in self.outcomes if outcome.startswith("WRONG")]


def kill_alerts(home: Path, rounds: int, *, seed: int = 1) -> Telling:
    """Kill while articles come in that fit an alert in each of several chats."""
    chance, report, added = random.Random(seed), Telling(), list[Article]()  # noqa: S311
    archive, state = Archive.open(home), ChatStore(home / "chats.db")
    for chat_id in _CHATS:
        state.subscriptions.add_alert(Place(chat_id), "tram strike", Alert(0, "tram strike"))
    with TelegramServer() as telegram, _nursery(home) as bear:
        for chat_id in _CHATS:
            telegram.chat(chat_id)
        for number in range(rounds):
            with _born(bear, telegram, home) as told:
                if number % 2:
                    telegram.hang("sendMessage", 0.05, times=2, after=chance.random() < 0.5)
                added.append(_strike(number))
                _add(archive, added[-1])
                time.sleep(chance.uniform(0.02, 0.35))
            report.kills += told
        _finish(bear, telegram, home, lambda: _open(home) == 0 and _watched(archive, state))
        for chat_id in _CHATS:
            for article in added:
                report.due += 1
                report.outcomes[_outcome(telegram, home, chat_id, article)] += 1
    state.close()
    return report


def kill_digests(home: Path, rounds: int, *, seed: int = 1) -> Telling:
    """Kill while the digests of many chats become due, a minute after one another."""
    chance, report, start = random.Random(seed), Telling(), time.time()  # noqa: S311
    archive, state = Archive.open(home), ChatStore(home / "chats.db")
    now = datetime.fromtimestamp(start, UTC)
    _add(archive, news := _strike(0))
    for chat_id in _DIGESTS:
        at = now + timedelta(minutes=chat_id)
        schedule = Schedule(at.hour * 60 + at.minute)
        last = schedule.last_slot("UTC", now)
        state.subscriptions.set_digest(Place(chat_id), "daily", schedule, topics=(), last=last)
    with TelegramServer() as telegram, _nursery(home) as bear:
        for chat_id in _DIGESTS:
            telegram.chat(chat_id)
        for number in range(rounds):
            with _born(bear, telegram, home, start=start, speed=_SPEED) as told:
                if number % 2:
                    telegram.hang("sendMessage", 0.05, times=2, after=chance.random() < 0.5)
                time.sleep(chance.uniform(0.05, 0.4))
            report.kills += told
        _finish(bear, telegram, home, lambda: _open(home) == 0 and _passed(state), start=start)
        for chat_id in _DIGESTS:
            report.due += 1
            report.outcomes[_outcome(telegram, home, chat_id, news)] += 1
    state.close()
    return report


def _outcome(telegram: TelegramServer, home: Path, chat_id: int, article: Article) -> str:
    """Name what a chat was told of an article."""
    said = [message.text for message in telegram.messages(chat_id)]
    times = sum(article.headline in text for text in said)
    doubts = sum("It may not have arrived." in text for text in said)
    query = f"SELECT stage FROM sent WHERE chat_id = {chat_id} AND article = '{article.id}'"  # noqa: S608
    stages = [stage for (stage,) in rows(home / "chats.db", query)]
    if times > 1:
        return f"WRONG: told {times} times"
    if stages == [Stage.ARRIVED] and times == 1:
        return "told once"
    if stages == [Stage.ASKED] and doubts:
        return "told once, then a note in doubt" if times else "a note in doubt only"
    return f"WRONG: told {times} times, {stages}, {doubts} notes"


def _strike(number: int) -> Article:
    one, two, day = _LANES[number % 13], _LANES[(number * 5 + 3) % 13], number + 100
    return Article(
        headline=f"Tram strike reaches {one} Lane on day {day}",
        body=(
            f"The tram strike reached {one} Lane on day {day}, and {day * 7} drivers sang.\n\n"
            f"A baker of {two} Row gave {day * 3} loaves to the tram strike, warm and for nothing."
        ),
        url=f"https://news.example/strike/{day}",
        publisher="The Pier",
        published=datetime.now(UTC),
    )


def _add(archive: Archive, *articles: Article) -> None:
    tally = ingest(
        articles, store=archive.store, embedder=FakeEncoder(), attributor=FakeAttributor()
    )
    assert not tally.failures


def _open(home: Path) -> int:
    """How much is still to be told."""
    marks = ", ".join(f"'{stage}'" for stage in _DONE)
    query = f"SELECT count(*) FROM sent WHERE stage NOT IN ({marks})"  # noqa: S608
    ((count,),) = rows(home / "chats.db", query)
    return int(count)


def _watched(archive: Archive, state: ChatStore) -> bool:
    return state.outbox.watched() >= archive.store.revision()


def _passed(state: ChatStore) -> bool:
    """Whether every digest's hour has come."""
    now = datetime.now(UTC).date() - timedelta(days=1)
    return all(one.last > now for one in state.subscriptions.active(Kind.DIGEST))


# Processes


Bear = Callable[[dict[str, object]], int]


@contextmanager
def _nursery(home: Path) -> Iterator[Bear]:
    """A process that forks others; returns what makes it do so."""
    mother = subprocess.Popen(
        [sys.executable, "-m", "tests.support.kill_telling"],
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    def bear(told: dict[str, object]) -> int:
        assert mother.stdin
        assert mother.stdout
        mother.stdin.write(f"{json.dumps(told)}\n")
        mother.stdin.flush()
        return int(mother.stdout.readline())

    try:
        yield bear
    finally:
        mother.kill()
        mother.communicate()


@contextmanager
def _born(
    bear: Bear, telegram: TelegramServer, home: Path, *, start: float = 0, speed: float = 1
) -> Iterator[bool]:
    """A process that tells, killed at the end."""
    told = {"home": str(home), "url": telegram.url, "token": telegram.token}
    child = bear(told | {"start": start, "speed": speed})
    try:
        yield True
    finally:
        os.kill(child, signal.SIGKILL)
        while _lives(child):
            time.sleep(0.002)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _finish(
    bear: Bear,
    telegram: TelegramServer,
    home: Path,
    done: Callable[[], bool],
    *,
    start: float = 0,
) -> None:
    telegram.calm()
    with _born(bear, telegram, home, start=start, speed=_SPEED if start else 1):
        telegram.wait(done, timeout_s=30)


async def _tell(home: Path, url: str, token: str, start: float, speed: float) -> None:
    """Watch and send until killed."""

    def clock() -> datetime:
        return datetime.fromtimestamp(start + (time.time() - start) * speed, UTC)

    state = open_chats(home, clock=clock)
    searcher = Searcher(Archive.open(home, url_of(home)), FakeEncoder())
    timing = replace(QUICK, alerts_s=0.01, gather_s=0)
    pacing = RateLimiter(timing)
    builder = Application.builder().token(token).base_url(f"{url}/bot").updater(None)
    application = builder.rate_limiter(pacing).build()
    await application.initialize()
    talk = Conversation(searcher, state)
    herald = Herald(searcher, state, conversation=talk, pacing=pacing, timing=timing)
    await asyncio.gather(herald.watch(), herald.send(application.bot))


def main() -> None:
    """Fork a process for each line."""
    texts.say("alert-show")  # the catalogue is read once, for all
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        told = json.loads(line)
        if child := os.fork():
            sys.stdout.write(f"{child}\n")
            sys.stdout.flush()
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        asyncio.run(_tell(Path(told.pop("home")), **told))


if __name__ == "__main__":
    main()
