"""Does the bot last? Two hours of questions, with whatever can go wrong around it going wrong.

    PYTHONPATH=. python benchmarks/soak.py --archive FOLDER --out FOLDER
    PYTHONPATH=. python benchmarks/soak.py --archive FOLDER --out FOLDER --kill-every 0 --rate 2
    PYTHONPATH=. python benchmarks/soak.py --archive FOLDER --out FOLDER --seconds 1800 \
        --no-faults --share 0.25                              # more is asked than it can answer

Run it in the repository's root, on Linux; a full disk takes root, a moved clock a C
compiler. The archive is copied. It writes a line of JSON every ten seconds, and at the end a table
and the questions that were answered twice, never, or after a later one of their chat.
"""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from faults import Clocks, Disk, hold, slowed
from footprint import alive, footprint, tree
from ledger import Ledger, Question
from load import questions_of, settings_of
from newspaper import Newspaper
from subject import Subject, answered_by, question_of, until

from tests.support.newsroom import ROOT, environment
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

_TOKEN = "7012345678:AAE3bWv9zQx1Lr0uYtKcNf5HdPmJgSoXw2i"  # noqa: S105 - made up
_GROUPS = 10
"""One chat in so many is a group."""
_AGAIN = 0.03
"""How often a chat asks a second question before the first is answered."""
_REMEMBERED_S = 900
_SETTLE_S = 1800
_QUIET_S = 90
_RECOVERY_S = 5.0
"""From the end of a fault to the next kill, at least: for what is held in memory meanwhile."""
_SAMPLE_S = 10.0
_ROOM_MIB = 250
"""What the disk has beyond what the archive takes."""
_JUMP_S = 3 * 3600.0
_GROWN = 45.0
"""Seconds after a start from which a process's memory is compared with another's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does; each of the faults lasts as long as told here, in seconds.

    Attributes:
        kill_every: Seconds between kills, of which there are none during another fault; 0: never.
        feed_every: Seconds between two stories, each added by another process; 0: never.
        share: Of the time in which the bot may run.
        most: Questions that may be unanswered; none is asked beyond that.
    """

    seconds: float
    rate: float
    chats: int
    kill_every: float
    feed_every: float
    full: float
    locked: float
    faults: bool
    share: float
    most: int


@dataclass(slots=True)
class Events:
    """What befell the bot.

    Attributes:
        happened: Seconds since the run began, and what happened.
        downs_s: From each kill until it listened again.
        ended: Exit statuses where it ended by itself.
        stragglers: Its processes that outlived it by five seconds.
    """

    began: float = field(default_factory=time.monotonic)
    happened: list[tuple[int, str]] = field(default_factory=list)
    downs_s: list[float] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    stragglers: int = 0
    added: Counter[str] = field(default_factory=Counter)

    def note(self, what: str) -> None:
        """Write down what happens now."""
        at = round(time.monotonic() - self.began)
        self.happened.append((at, what))
        print(f"{at:6d} s  {what}", file=sys.stderr, flush=True)


class Soak:
    """One bot, one Telegram, its readers, and its faults."""

    def __init__(self, plan: Plan, telegram: TelegramServer, subject: Subject, out: Path) -> None:
        self.plan = plan
        self.telegram = telegram
        self.subject = subject
        self.out = out
        self.events = Events()
        self.samples: list[dict[str, float]] = []
        self.ledger = Ledger(self._look_up, self._answered_by)
        self._chance = random.Random(1)  # noqa: S311 - no secret
        self._questions = questions_of(subject.home)
        self._heard: deque[Message] = deque()
        self._known: set[tuple[int, int]] = set()
        self._stop = threading.Event()
        # Nobody else's files may be opened and closed while it starts: SQLite's locks end by that.
        self._starting = threading.RLock()
        self._upset = threading.Lock()
        self._started_at = self._heard_at = time.monotonic()

    def run(self, disk: Disk | None, clocks: Clocks | None, paper: Newspaper) -> None:
        """Ask for as long as planned, let everything befall the bot, and wait for the rest."""
        self.telegram.listen(self._hear)
        self._start()
        self.events.began = time.monotonic()
        work = [self._kill_often, self._sample_often, self._watch]
        work += [lambda: self._publish_often(paper)] if self.plan.feed_every else []
        work += [lambda: self._befall(disk, clocks)] if self.plan.faults else []
        threads = [threading.Thread(target=one) for one in work]
        for one in threads:
            one.start()
        with ExitStack() as stack:
            if self.plan.share < 1:
                stack.enter_context(slowed(self._pids(), self.plan.share))
            self._ask()
            self.events.note("everything is asked")
            self._heard_at = time.monotonic()
            until(self._all_told, timeout_s=_SETTLE_S, every_s=1)
        self._stop.set()
        for one in threads:
            one.join()
        time.sleep(5)  # for what should not come any more
        self._catch_up()
        self.ledger.look_back(wait=False)
        self._sample()

    # Readers

    def _ask(self) -> None:
        """Ask as often as planned, but no more than may be unanswered: readers give up too."""
        start = at = time.monotonic()
        count = 0
        while at - start < self.plan.seconds:
            at = max(at + 1 / self.plan.rate, time.monotonic() - 1)
            while time.monotonic() < at or self.ledger.waiting >= self.plan.most:
                self._catch_up()
                time.sleep(0.02)
            self._ask_in(self._next_chat())
            count += 1
            if count % 1000 == 0:
                self.telegram.forget_before(time.time() - _REMEMBERED_S)

    def _next_chat(self) -> int:
        chats = self.plan.chats
        eager = self._chance.random() < _AGAIN
        for _ in range(chats):
            chat_id = _chat(self._chance.randrange(chats))
            waits = self.ledger.waits_in(chat_id)
            if waits == (1 if eager else 0):
                return chat_id
            if waits > 1:
                eager = False
        return _chat(self._chance.randrange(chats))

    def _ask_in(self, chat_id: int) -> None:
        if chat_id not in self.telegram._world.chats:
            self.telegram.chat(chat_id, "private" if chat_id > 0 else "supergroup")
        words = self._chance.choice(self._questions)
        typed = words if chat_id > 0 or words.startswith("/") else f"/ask {words}"
        said = words.partition(" ")[2] if words.startswith("/") else words
        at = time.time()
        message = self.telegram.say(chat_id, typed, user=abs(chat_id))
        self.ledger.ask(Question(chat_id, message, said, at))

    def _hear(self, message: Message) -> None:
        key = message.chat.id, message.message_id
        if message.sender["is_bot"] and key not in self._known:
            self._known.add(key)
            self._heard.append(message)

    def _catch_up(self) -> None:
        while self._heard:
            self.ledger.hear(self._heard.popleft())
        self.ledger.look_back()

    def _look_up(self, key: str) -> str:
        with self._starting, suppress(sqlite3.Error):
            return question_of(self.subject.home, key)
        return ""

    def _answered_by(self, chat_id: int, message: int) -> int | None:
        with self._starting, suppress(sqlite3.Error):
            return answered_by(self.subject.home, chat_id, message)
        return None

    def _all_told(self) -> bool:
        """Whether everybody knows, or nothing more was heard for a while."""
        if self._heard:
            self._heard_at = time.monotonic()
        self._catch_up()
        if not (self.telegram.pending_updates or self.ledger.unsettled()):
            return True
        return time.monotonic() - self._heard_at > _QUIET_S

    # Faults

    def _start(self) -> None:
        with self._starting:
            began, at = time.monotonic(), time.time()
            self.subject.start()
            until(lambda: self._listens(at) or not self.subject.alive, timeout_s=90)
            self._started_at = time.monotonic()
            self.events.downs_s.append(self._started_at - began)

    def _listens(self, since: float) -> bool:
        calls = self.telegram.calls("getUpdates")
        waits = self.telegram.polling
        return waits or any(call.at > since and call.status == 200 for call in calls[-20:])

    def _kill_often(self) -> None:
        while self.plan.kill_every and not self._stop.wait(self.plan.kill_every):
            with self._upset, self._starting:
                family = _family(self.subject.pid)
                self.subject.kill()
                self._start()
            self._stop.wait(2)
            self.events.stragglers += sum(alive(one) for one in family)

    def _watch(self) -> None:
        """Start the bot again where it ended by itself, as systemd would."""
        while not self._stop.wait(1):
            with self._starting:
                if not self.subject.alive:
                    self.events.ended[str(self.subject.stop())] += 1
                    self.events.note("the bot ended by itself")
                    self._start()

    def _befall(self, disk: Disk | None, clocks: Clocks | None) -> None:
        databases = [self.subject.home / name for name in ("chats.db", "articles.db")]
        plan = self.plan
        planned: list[tuple[float, str, Callable[[], object]]] = [
            (0.15, "a full disk", lambda: disk and self._fill(disk)),
            (0.25, "held databases", lambda: hold(databases, plan.locked)),
            (0.35, "a clock three hours ahead", lambda: clocks and clocks.move(_JUMP_S)),
            (0.60, "a full disk", lambda: disk and self._fill(disk)),
            (0.70, "held databases", lambda: hold(databases, plan.locked)),
            (0.80, "a clock set back again", lambda: clocks and clocks.move(0)),
        ]
        for part, what, strike in planned:
            at = self.events.began + part * plan.seconds
            if self._stop.wait(max(0.0, at - time.monotonic())):
                return
            with self._upset:
                self.events.note(what)
                strike()
                self.events.note(f"{what}: over")
                self._stop.wait(_RECOVERY_S)

    def _fill(self, disk: Disk) -> None:
        with disk.full():
            self._stop.wait(self.plan.full)

    def _publish_often(self, paper: Newspaper) -> None:
        settings = environment(self.subject.home)
        command = [sys.executable, "benchmarks/newspaper.py", str(paper.port)]
        while not self._stop.wait(self.plan.feed_every):
            paper.publish()
            done = subprocess.run(
                command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
            )
            said = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or [""]
            self.events.added[f"exit {done.returncode}"] += 1
            if done.returncode:
                self.events.note(f"byline add: exit {done.returncode}, {said[-1][:100]}")

    # Figures

    def _sample_often(self) -> None:
        while not self._stop.wait(_SAMPLE_S):
            self._sample()

    def _sample(self) -> None:
        held = footprint(self.subject.pid) if self.subject.pid else None
        if held is None or not held.processes:
            return
        home, ledger = self.subject.home, self.ledger
        sizes = {name: _size(home, name) for name in ("articles.db", "chats.db", "index")}
        row: dict[str, float] = {
            "at_s": round(time.monotonic() - self.events.began, 1),
            "age_s": round(time.monotonic() - self._started_at, 1),
            **{name: round(value, 2) for name, value in asdict(held).items()},
            "log_bytes": self.subject.log.stat().st_size,
            **{f"{name}_bytes": size for name, size in sizes.items()},
            "asked": len(ledger.questions),
            "unsettled": ledger.waiting,
            "pending": len(self.telegram.pending_updates),
            "ours_mib": round(footprint_of_us(), 1),
        }
        self.samples.append(row)
        with (self.out / "samples.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")

    def _pids(self) -> Iterator[int]:
        while True:
            yield self.subject.pid


def footprint_of_us() -> float:
    """MiB that this program, with the emulator in it, has in memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _family(pid: int) -> list[int]:
    return tree(pid)[1:] if pid else []


def _size(home: Path, name: str) -> int:
    """Bytes of a database with what goes with it, or of a folder."""
    total = 0
    for path in [*home.glob(f"{name}*"), *home.glob(f"{name}/**/*")]:
        if path.is_file() and ".before-" not in path.name:
            total += path.stat().st_size
    return total


def _chat(number: int) -> int:
    return -(1000 + number) if number % _GROUPS == 0 else 1000 + number


def outcome(soak: Soak) -> list[tuple[str, str]]:
    """The table's rows: what became of the questions, and what the bot held."""
    ledger, events = soak.ledger, soak.events
    every = ledger.questions
    once = [one for one in every if one.answers == 1]
    told = [one for one in every if one.notes and not one.answers]
    waits = sorted(one.waited_s for one in every if one.waited_s is not None)
    notes = Counter(key for one in told for key in one.notes)
    return [
        ("questions asked", f"{len(every):,}"),
        ("… a second", f"{len(every) / soak.plan.seconds:.1f}"),
        ("answered once", f"{len(once):,}"),
        ("… of these with a note in doubt too", f"{sum(bool(one.notes) for one in once):,}"),
        ("told that it was not answered, or may not be", f"{len(told):,}"),
        *((f"  {key}", f"{count:,}") for key, count in notes.most_common()),
        ("answered twice", f"{sum(one.answers > 1 for one in every):,}"),
        ("never heard of again", f"{len(ledger.unsettled()):,}"),
        ("out of order in their chat", f"{len(ledger.find_overtaken()):,}"),
        ("told how long it takes meanwhile", f"{ledger.waits.total():,}"),
        ("messages that answer nothing", f"{ledger.strays.total():,}"),
        *((f"  {text}", f"{count:,}") for text, count in ledger.strays.most_common(5)),
        ("told apart by their order only", f"{ledger.guessed:,}"),
        ("half / 95 / all of 100 heard within", _spread(waits)),
        ("kills", f"{soak.subject.kills}"),
        ("ended by itself", ", ".join(f"{n} × {code}" for code, n in events.ended.items()) or "0"),
        ("damaged databases", f"{len(soak.subject.faults)}"),
        ("processes that outlived a kill", f"{events.stragglers}"),
        ("listened after a start within", _spread(sorted(events.downs_s))),
        ("stories added", ", ".join(f"{n} × {how}" for how, n in events.added.items()) or "0"),
        ("errors in the log", f"{len(soak.subject.complaints()):,}"),
        ("lines of the log with the token", f"{soak.subject.lines_with(_TOKEN)}"),
    ]


def growth(samples: list[dict[str, float]]) -> list[tuple[str, str, str, str, str]]:
    """What is held in the first and the last quarter, and how much more that is.

    What a process holds is compared at the same age where there are enough such samples.
    """
    old = [row for row in samples if row["age_s"] >= _GROWN]
    rows = []
    names = ("memory_mib", "own_mib", "descriptors", "threads", "processes", "log_bytes")
    for name in (*names, "articles.db_bytes", "chats.db_bytes", "index_bytes", "unsettled"):
        chosen = samples if name.endswith("bytes") or len(old) < 8 else old
        values = [row[name] for row in chosen]
        quarter = max(1, len(values) // 4)
        first, last = statistics.median(values[:quarter]), statistics.median(values[-quarter:])
        ratio = f"{last / first:.2f}" if first else ""
        rows.append((name, f"{first:,.1f}", f"{last:,.1f}", f"{max(values):,.1f}", ratio))
    return rows


def _spread(values: list[float]) -> str:
    if not values:
        return ""
    at = [values[min(len(values) - 1, int(share * len(values)))] for share in (0.5, 0.95, 1.0)]
    return " / ".join(f"{one:.1f} s" for one in at)


def _write(soak: Soak, title: str) -> str:
    lines = [f"# {title}", "", "| what | figure |", "|---|---:|"]
    lines += [f"| {what} | {figure} |" for what, figure in outcome(soak)]
    lines += ["", "| held | first quarter | last quarter | most | ratio |", "|---|--:|--:|--:|--:|"]
    lines += [f"| {' | '.join(row)} |" for row in growth(soak.samples)]
    lines += ["", *(f"- {at} s: {what}" for at, what in soak.events.happened)]
    text = "\n".join(lines) + "\n"
    (soak.out / "table.md").write_text(text)
    odd = [one for one in soak.ledger.questions if not one.settled or one.answers > 1]
    with (soak.out / "odd.jsonl").open("w") as file:
        for one in [*odd, *soak.ledger.find_overtaken()]:
            file.write(json.dumps(asdict(one), ensure_ascii=False) + "\n")
    return text


def main(  # noqa: PLR0913 - options
    archive: Annotated[Path, typer.Option(help="BYLINE_HOME to copy.")],
    out: Annotated[Path, typer.Option(help="Where to write to.")],
    seconds: float = 7200,
    rate: Annotated[float, typer.Option(help="Questions a second, of all chats.")] = 10,
    chats: int = 900,
    kill_every: Annotated[float, typer.Option(help="Seconds between kills; 0 for none.")] = 60,
    feed_every: Annotated[float, typer.Option(help="Seconds between stories.")] = 60,
    full: Annotated[float, typer.Option(help="How long the disk is full.")] = 60,
    locked: Annotated[float, typer.Option(help="How long databases are held.")] = 30,
    faults: Annotated[bool, typer.Option(help="Fill disks, hold databases, move clocks.")] = True,
    share: Annotated[float, typer.Option(help="Share of the time the bot may run in.")] = 1,
    most: Annotated[int, typer.Option(help="Questions that may be unanswered.")] = 800,
) -> None:
    """Ask, and say what became of it."""
    plan = Plan(seconds, rate, chats, kill_every, feed_every, full, locked, faults, share, most)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        telegram = stack.enter_context(TelegramServer(_TOKEN))
        paper = stack.enter_context(Newspaper())
        disk = _small_disk(folder / "home", archive) if faults else None
        if disk:
            stack.callback(disk.close)
        shutil.copytree(
            archive,
            folder / "home",
            ignore=shutil.ignore_patterns("chats.db*", "*.before-*"),
            dirs_exist_ok=True,
        )
        clocks = _own_clock(folder) if faults else None
        settings = settings_of(telegram, webhook=False, level="info")
        settings |= {"BYLINE_QUESTIONS_A_DAY": "100000"} | (clocks.environment if clocks else {})
        subject = Subject(folder, settings)
        subject.log = out / "bot.log"
        telegram.flood_limits()
        soak = Soak(plan, telegram, subject, out)
        try:
            soak.run(disk, clocks, paper)
            code = subject.stop()
        finally:
            subject.kill()
        title = f"{rate:g} questions a second for {seconds:g} s"
        title += f", kill -9 every {kill_every:g} s" if kill_every else ", no kills"
        title += f", running {share:.0%} of the time" if share < 1 else ""
        print(_write(soak, title))
        print(f"exit status when told to stop: {code}")


def _small_disk(folder: Path, archive: Path) -> Disk | None:
    used = sum(one.stat().st_size for one in archive.rglob("*") if one.is_file())
    try:
        return Disk(folder, used // (1 << 20) + _ROOM_MIB)
    except (OSError, subprocess.CalledProcessError):
        print("no disk of its own may be mounted: it is not filled", file=sys.stderr)
        return None


def _own_clock(folder: Path) -> Clocks | None:
    try:
        return Clocks(folder)
    except (OSError, subprocess.CalledProcessError):
        print("there is no C compiler: no clock is moved", file=sys.stderr)
        return None


if __name__ == "__main__":
    typer.run(main)
