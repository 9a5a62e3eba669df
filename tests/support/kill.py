"""Kill Byline again and again, and look whether anything was lost, torn or said twice.

Run it with ``python -m tests.support.kill [ROUNDS]``; it prints a table and exits with 1 on any
fault.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot import texts
from bot.storage.chats import ChatStore
from corpus.article import Article
from corpus.nlp.segment import split_passages
from corpus.readers.files import read_path
from corpus.storage.store import Store
from tests.support.databases import url_of
from tests.support.models import story
from tests.support.newsroom import SAMPLE, byline, environment, write_lines
from tests.support.starting import Process, start
from tests.support.telegram_server import TelegramServer

_ARTICLES = 400
_CHATS = 8
_QUESTIONS = (
    "Who is the retired judge who will mediate in the port strike?",
    "How much will the tram extension cost?",
    "Why did the mayor’s chief of staff resign?",
)


@dataclass(slots=True)
class Adding:
    """What kills during ``byline add`` left.

    Attributes:
        kills: Processes killed while they ran; one that had finished already is not counted.
        stored: Articles in the archive after each kill.
        faults: What was wrong, in words; empty where all is well.
        added: Articles that the last run, left alone, added.
    """

    kills: int = 0
    stored: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    added: int = 0


@dataclass(slots=True)
class Answering:
    """What became of questions to a bot that was killed again and again, by kind of outcome."""

    kills: int = 0
    questions: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def faults(self) -> list[str]:
        """Outcomes that must not be."""
        return [outcome for outcome in self.outcomes if outcome.startswith("WRONG")]


_ALLOWED = {
    "A": "answered once",
    "AN": "answered once, then a note in doubt",
    "N": "a note in doubt only",
    # A kill between a note's delivery and its being ticked off cannot but repeat the note.
    "ANN": "answered once, then a note in doubt, repeated",
    "NN": "a note in doubt only, repeated",
}
_REPEATED = re.compile(r"N{2,}")


def kill_adding(folder: Path, rounds: int, *, seed: int = 1) -> Adding:
    """Kill ``byline add`` of a growing folder, every other time while articles go in."""
    chance, report = random.Random(seed), Adding()  # noqa: S311 - no secret
    home, news = folder / "home", folder / "news"
    news.mkdir(parents=True)
    written: dict[str, Article] = {}
    for number in range(rounds):
        fresh = [story(n) for n in range(number * _ARTICLES, (number + 1) * _ARTICLES)]
        file = write_lines(news / f"{number:03}.jsonl", fresh)
        written |= {one.id: one for one in read_path(file) if isinstance(one, Article)}
        known = report.stored[-1] if report.stored else 0
        enough = known + chance.randrange(1, _ARTICLES)
        pause_s = chance.uniform(0.3, 2.5)
        with _running(folder, home, "add", str(news)) as adding:
            _wait(adding, lambda at=enough: _count(home) >= at, _longest(number, pause_s))
            report.kills += _kill(adding)
        report.stored.append(_count(home))
        report.faults += _torn(home, written)
    done = byline(home, "add", str(news), "--json")
    counts = json.loads(done.stdout)
    report.added = counts["added"]
    report.faults += [] if done.returncode == 0 else [f"the last add exited {done.returncode}"]
    report.faults += [] if counts["failed"] == 0 else [f"{counts['failed']} failures"]
    report.faults += _torn(home, written)
    if _count(home) != len(written):
        report.faults.append(f"{_count(home)} of {len(written)} articles are there")
    found = json.loads(byline(home, "ask", "Which pier did ferry 7 come to?", "--json").stdout)
    report.faults += [] if found["searched"] == len(written) else ["the index is behind"]
    return report


def _longest(number: int, pause_s: float) -> float:
    """Every other round is killed by the clock: while starting, say, or writing the index."""
    return 60.0 if number % 2 else pause_s


def _count(home: Path) -> int:
    there = url_of(home) or (home / "articles.db").exists()
    return Store.open(home).count() if there else 0


def _torn(home: Path, written: dict[str, Article]) -> list[str]:
    """Name stored articles that are not the very ones written, with all of their passages."""
    store = Store.open(home)
    changes = store.changes(after=0)
    held = defaultdict(list)
    for article_id, first, last in changes.spans:
        held[article_id].append((first, last))
    faults = [] if len(changes.vectors) == len(changes.spans) else ["a passage has no embedding"]
    for article in store.articles():
        cut = [(one.start, one.end) for one in split_passages(article.id, article.body)]
        if article != written.get(article.id) or held.pop(article.id, []) != cut:
            faults.append(f"{article.headline} is torn")
    return faults + [f"passages without article {article_id}" for article_id in held]


def kill_answering(folder: Path, rounds: int, *, seed: int = 1) -> Answering:
    """Kill the bot while it answers; every question is asked in a chat of its own."""
    chance, report = random.Random(seed), Answering()  # noqa: S311 - no secret
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    byline(home, "add", str(SAMPLE))
    with TelegramServer() as telegram:
        for number in range(rounds):
            with _bot(telegram, folder, home) as bot:
                if number % 2:  # every other kill finds three answers on their way
                    _settle(telegram, home)
                    delivered = chance.random() < 0.5
                    telegram.hang("sendMessage", 0.3, times=3, after=delivered)
                for chat_id in range(number * _CHATS + 1, (number + 1) * _CHATS + 1):
                    telegram.chat(chat_id)
                    telegram.say(chat_id, chance.choice(_QUESTIONS))
                    report.questions += 1
                time.sleep(chance.uniform(0.01, 0.5))
                report.kills += _kill(bot)
            telegram.calm()
        with _bot(telegram, folder, home):
            _settle(telegram, home)
        for chat_id in range(1, report.questions + 1):
            report.outcomes[_outcome(telegram, chat_id)] += 1
    return report


def _settle(telegram: TelegramServer, home: Path) -> None:
    """Wait until everything asked so far needs nothing more."""
    state = ChatStore(home / "chats.db")
    telegram.wait(lambda: not (telegram.pending_updates or state.unfinished()), timeout_s=60)
    state.close()


def _outcome(telegram: TelegramServer, chat_id: int) -> str:
    """Name what a chat was told: A for each answer, N for each note, ? for all else."""
    said = [message.text for message in telegram.messages(chat_id)]
    letters = "".join(
        "N" if text == texts.say("uncertain") else "A" if " · " in text else "?" for text in said
    )
    letters = _REPEATED.sub("NN", letters)
    return _ALLOWED.get(letters, f"WRONG: {letters or 'never answered'}")


@contextmanager
def _bot(telegram: TelegramServer, folder: Path, home: Path) -> Iterator[Process]:
    """The bot as a process, listening."""
    more = {"TELEGRAM_BOT_TOKEN": telegram.token, "BYLINE_TELEGRAM_API_URL": telegram.url}
    starts = len(telegram.calls("setMyCommands"))
    with _running(folder, home, "bot", **more) as bot:
        telegram.wait(lambda: len(telegram.calls("setMyCommands")) > starts, timeout_s=60)
        yield bot


@contextmanager
def _running(folder: Path, home: Path, *arguments: str, **more: str) -> Iterator[Process]:
    with Path(os.devnull).open("r+b", buffering=0) as nothing:
        files = [nothing.fileno()] * 3
        process = start(arguments, env=environment(home, **more), cwd=folder, files=files)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _wait(process: Process, true: Callable[[], bool], longest_s: float) -> None:
    end = time.monotonic() + longest_s
    while time.monotonic() < end and process.poll() is None and not true():
        time.sleep(0.005)


def _kill(process: Process) -> bool:
    """Kill a process; False where it had ended by itself."""
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return alive


def main(rounds: int = 20) -> int:
    """Do both, print what was found, and return the exit status."""
    with tempfile.TemporaryDirectory() as place:
        adding = kill_adding(Path(place, "adding"), rounds)
        answering = kill_answering(Path(place, "answering"), rounds)
    table = Table("kill -9", "result")
    table.add_row("during add", f"{adding.kills} kills")
    table.add_row("", f"stored after each: {', '.join(map(str, adding.stored))}")
    table.add_row("", f"the last add, left alone, added {adding.added}")
    table.add_row("", f"faults: {'; '.join(adding.faults) or 'none'}")
    table.add_row("during answers", f"{answering.kills} kills, {answering.questions} questions")
    for outcome, count in answering.outcomes.most_common():
        table.add_row("", f"{count:4} {outcome}")
    Console().print(table)
    return 1 if adding.faults or answering.faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
