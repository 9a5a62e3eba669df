"""Do replicas lose a question, or answer one twice? Some of them are killed while they answer.

    PYTHONPATH=. python benchmarks/replicas.py --replicas 3 --seconds 240
    PYTHONPATH=. python benchmarks/replicas.py --replicas 3 --kill-every 0 --database-kills 10

Each is `byline bot` with the models, over one PostgreSQL that `tests/support/postgres.py` runs and
that holds the bundled sample. An emulated Telegram posts to any of them, many updates at a time,
tries another where one does not answer, and delivers some of them twice. Run it in the repository's
root. It prints a table, and the questions that were answered twice, never, or after a later one.
"""

from __future__ import annotations

import json
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from ledger import Ledger, Question
from load import questions_of, settings_of
from subject import Subject, until

from tests.support.newsroom import ROOT, SAMPLE, environment
from tests.support.postgres import Server, serving
from tests.support.telegram_http import Balancer
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

_SECRET = "known-to-all-of-them"  # noqa: S105 - worth nothing anywhere else
_DOWN_S = 1.0
"""For how long a killed database is down."""
_UP_S = 180
_SETTLE_S = 600
_OPEN = """
    SELECT update_id FROM chats.inbox WHERE NOT done AND chat_id IS NOT NULL
    AND (holder IS NULL OR holder = :number)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does; times in seconds.

    Attributes:
        kill_every: Between kills of a replica; 0 for none.
        database_kills: How often the database is killed, evenly over the run.
        twice: Share of the updates that are delivered twice.
    """

    replicas: int
    seconds: float
    rate: float
    chats: int
    kill_every: float
    database_kills: int
    twice: float


@dataclass(slots=True)
class Seen:
    """What was measured of kills.

    Attributes:
        takeovers_s: From each kill until nothing that the dead one had, or nobody, waits for it.
        elections_s: From each kill of the leader until another leads.
        ups_s: From each kill until the same replica listened again.
        missing: Updates that were acknowledged and are not in the database.
        checked: How many of the acknowledged ones were looked for, over all kills.
    """

    kills: int = 0
    takeovers_s: list[float] = field(default_factory=list)
    elections_s: list[float] = field(default_factory=list)
    ups_s: list[float] = field(default_factory=list)
    database_kills: int = 0
    checked: int = 0
    missing: set[int] = field(default_factory=set)


class Fleet:
    """The replicas, over one database."""

    def __init__(self, folder: Path, count: int, url: str, telegram: TelegramServer) -> None:
        self.ports = [_free_port() for _ in range(count)]
        common = settings_of(telegram, webhook=False, level="info") | {
            "BYLINE_DATABASE_URL": url,
            "BYLINE_WEBHOOK_URL": "http://127.0.0.1:9/hook",
            "BYLINE_WEBHOOK_SECRET": _SECRET,
            "BYLINE_QUESTIONS_A_DAY": "100000",
            "BYLINE_RERANKER": "none",
        }
        self.subjects = [
            Subject(folder / f"replica{number}", common | {"BYLINE_WEBHOOK_PORT": str(port)})
            for number, port in enumerate(self.ports)
        ]

    def start(self, number: int) -> None:
        """Start one, and wait until it listens."""
        self.subjects[number].start()
        until(lambda: _listens(self.ports[number]), timeout_s=_UP_S, every_s=0.05)


class Run:
    """Readers, the replicas, and who kills them."""

    def __init__(
        self, plan: Plan, telegram: TelegramServer, fleet: Fleet, server: Server, url: str
    ) -> None:
        self.plan = plan
        self.telegram = telegram
        self.fleet = fleet
        self.seen = Seen()
        self.balancer: Balancer | None = None
        self._server = server
        self._engine = sa.create_engine(url, pool_pre_ping=True)
        self.ledger = Ledger(self._question_of, self._answered_by)
        self._chance = random.Random(1)  # noqa: S311 - no secret
        self._questions = questions_of(fleet.subjects[0].home, url)
        self._heard: deque[Message] = deque()
        self._known: set[tuple[int, int]] = set()
        self._stop = threading.Event()

    def run(self) -> None:
        """Ask for as long as planned, kill meanwhile, and wait for the rest."""
        self.telegram.listen(self._hear)
        starts = [
            threading.Thread(target=self.fleet.start, args=(number,))
            for number in range(self.plan.replicas)
        ]
        for one in starts:
            one.start()
        for one in starts:
            one.join()
        until(lambda: self.telegram._world.webhook.url, timeout_s=_UP_S)
        addresses = [f"http://127.0.0.1:{port}" for port in self.fleet.ports]
        self.balancer = self.telegram.balance(addresses, twice=self.plan.twice)
        killing = threading.Thread(target=self._kill_often)
        killing.start()
        self._ask()
        self._stop.set()
        killing.join()
        until(self._all_told, timeout_s=_SETTLE_S, every_s=0.5)
        time.sleep(5)  # for what should not come any more
        self._catch_up()
        self.ledger.look_back(wait=False)

    def _ask(self) -> None:
        start = at = time.monotonic()
        while at - start < self.plan.seconds:
            at += 1 / self.plan.rate
            while time.monotonic() < at:
                self._catch_up()
                time.sleep(0.01)
            chat_id = 1000 + self._chance.randrange(self.plan.chats)
            words = self._chance.choice(self._questions)
            if chat_id not in self.telegram._world.chats:
                self.telegram.chat(chat_id)
            said = words.partition(" ")[2] if words.startswith("/") else words
            asked = time.time()
            message = self.telegram.say(chat_id, words)
            self.ledger.ask(Question(chat_id, message, said, asked))

    def _hear(self, message: Message) -> None:
        key = message.chat.id, message.message_id
        if message.sender["is_bot"] and key not in self._known:
            self._known.add(key)
            self._heard.append(message)

    def _catch_up(self) -> None:
        while self._heard:
            self.ledger.hear(self._heard.popleft())
        self.ledger.look_back()

    def _all_told(self) -> bool:
        self._catch_up()
        return not (self.telegram.pending_updates or self._rows("SELECT 1 FROM chats.inbox "
                    "WHERE NOT done LIMIT 1")) and not self.ledger.unsettled()  # fmt: skip

    def _question_of(self, key: str) -> str:
        rows = self._rows("SELECT question FROM chats.exchange WHERE key = :key", key=key)
        return str(rows[0][0]) if rows else ""

    def _answered_by(self, chat_id: int, message: int) -> int | None:
        wanted = "SELECT question_message FROM chats.answer WHERE chat_id = :chat AND "
        rows = self._rows(f"{wanted} answer_message = :message", chat=chat_id, message=message)
        return int(rows[0][0]) if rows else None

    def _rows(self, wanted: str, **values: object) -> list[tuple[Any, ...]]:
        while True:
            try:
                with self._engine.connect() as connection:
                    return [tuple(row) for row in connection.execute(sa.text(wanted), values)]
            except sa.exc.DBAPIError:  # it was killed
                time.sleep(0.05)

    # Kills

    def _kill_often(self) -> None:
        plan, turn = self.plan, 0
        every = plan.seconds / (plan.database_kills + 1) if plan.database_kills else plan.kill_every
        while self.seen.database_kills < plan.database_kills:
            time.sleep(every)
            self._kill_database()
        while every and not (plan.database_kills or self._stop.wait(every)):
            self._kill(turn % plan.replicas)
            turn += 1

    def _kill(self, number: int) -> None:
        subject = self.fleet.subjects[number]
        found = self._rows(
            "SELECT number, leads FROM chats.replica WHERE name LIKE :name",
            name=f"%-{subject.pid}-%",
        )
        mine, led = found[0] if found else (0, False)
        subject.kill()
        began = time.monotonic()
        self.seen.kills += 1
        watching = threading.Thread(target=self._watch, args=(mine, bool(led), began))
        watching.start()
        self.fleet.start(number)
        self.seen.ups_s.append(time.monotonic() - began)
        watching.join()

    def _watch(self, number: object, led: bool, began: float) -> None:
        """Wait until another has what the dead one had, and leads in its place."""
        left = {one for (one,) in self._rows(_OPEN, number=number)}
        while left:
            left &= {one for (one,) in self._rows(_OPEN, number=number)}
            time.sleep(0.01)
        self.seen.takeovers_s.append(time.monotonic() - began)
        wanted = "SELECT 1 FROM chats.replica WHERE leads AND number <> :number"
        while led and not self._rows(wanted, number=number):
            time.sleep(0.01)
        if led:
            self.seen.elections_s.append(time.monotonic() - began)

    def _kill_database(self) -> None:
        self._server.kill()
        acknowledged = set(self.balancer.accepted) if self.balancer else set()
        time.sleep(_DOWN_S)
        self._server.start()
        self.seen.database_kills += 1
        self.seen.checked += len(acknowledged)
        present = {one for (one,) in self._rows("SELECT update_id FROM chats.inbox")}
        self.seen.missing |= acknowledged - present


def outcome(run: Run) -> list[tuple[str, str]]:
    """The table's rows."""
    every, seen = run.ledger.questions, run.seen
    told = [one for one in every if one.notes and not one.answers]
    notes = Counter(key for one in told for key in one.notes)
    waits = sorted(one.waited_s for one in every if one.waited_s is not None)
    complaints = Counter(
        json.loads(line).get("event", "")
        for subject in run.fleet.subjects
        for line in subject.complaints()
    )
    return [
        ("questions asked", f"{len(every):,}"),
        ("delivered twice", f"{run.balancer.doubled if run.balancer else 0:,}"),
        ("deliveries refused or failed", f"{run.balancer.refused if run.balancer else 0:,}"),
        ("answered once", f"{sum(one.answers == 1 for one in every):,}"),
        (
            "… of these with a note in doubt too",
            f"{sum(bool(one.notes) for one in every) - len(told):,}",
        ),
        ("apologised for", f"{len(told):,}"),
        *((f"  {key}", f"{count:,}") for key, count in notes.most_common()),
        ("answered twice", f"{sum(one.answers > 1 for one in every):,}"),
        ("never heard of again", f"{len(run.ledger.unsettled()):,}"),
        ("out of order in their chat", f"{len(run.ledger.find_overtaken()):,}"),
        ("messages that answer nothing", f"{run.ledger.strays.total():,}"),
        ("told apart by their order only", f"{run.ledger.guessed:,}"),
        ("answered within: half / 95 % / all", _spread(waits)),
        ("kills of a replica", f"{seen.kills}"),
        ("… what it had is another's: half / 95 % / all", _spread(sorted(seen.takeovers_s))),
        ("… of the leader: another leads", _spread(sorted(seen.elections_s))),
        ("… the same listens again", _spread(sorted(seen.ups_s))),
        ("kills of the database", f"{seen.database_kills}"),
        ("… acknowledged, looked for after each", f"{seen.checked:,}"),
        ("… of these missing", f"{len(seen.missing)}"),
        *((f"error in a log: {what}", f"{count}") for what, count in complaints.most_common(5)),
    ]


def _spread(values: list[float]) -> str:
    if not values:
        return "–"
    at = [values[min(len(values) - 1, int(share * len(values)))] for share in (0.5, 0.95, 1.0)]
    return " / ".join(f"{one:.2f} s" for one in at)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _fill(home: Path, url: str) -> None:
    """Put the sample into the database, with its vectors."""
    subprocess.run(
        [sys.executable, "-m", "bot", "add", str(SAMPLE)],
        cwd=ROOT,
        env=environment(home, BYLINE_DATABASE_URL=url),
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main(  # noqa: PLR0913 - options
    replicas: int = 3,
    seconds: float = 240,
    rate: Annotated[float, typer.Option(help="Questions a second, of all chats.")] = 5,
    chats: int = 200,
    kill_every: Annotated[float, typer.Option(help="Seconds between kills; 0 for none.")] = 20,
    database_kills: Annotated[int, typer.Option(help="Kills of PostgreSQL instead.")] = 0,
    twice: Annotated[float, typer.Option(help="Share of updates delivered twice.")] = 0.05,
    models: Annotated[Path | None, typer.Option(help="A home whose models to take.")] = None,
    odd: Annotated[Path | None, typer.Option(help="Write odd questions and logs there.")] = None,
) -> None:
    """Ask, kill, and say what became of it."""
    plan = Plan(replicas, seconds, rate, chats, kill_every, database_kills, twice)
    with tempfile.TemporaryDirectory() as place, TelegramServer() as telegram:
        folder = Path(place)
        with serving(safe=True) as server:
            url = server.create()
            fleet = Fleet(folder, replicas, url, telegram)
            for subject in fleet.subjects:
                subject.home.mkdir(parents=True)
                if models:
                    shutil.copytree(models / "models", subject.home / "models")
            _fill(fleet.subjects[0].home, url)
            run = Run(plan, telegram, fleet, server, url)
            try:
                run.run()
            finally:
                for subject in fleet.subjects:
                    subject.kill()
            title = (
                f"{replicas} replicas, {chats} chats, {rate:g} questions a second for {seconds:g} s"
            )
            print(f"# {title}\n\n| what | figure |\n|---|---:|")
            print("\n".join(f"| {what} | {figure} |" for what, figure in outcome(run)))
            ledger = run.ledger
            strange = [one for one in ledger.questions if not one.settled or one.answers > 1]
            for one in [*strange, *ledger.find_overtaken()]:
                print(json.dumps(asdict(one), ensure_ascii=False))
            if odd:
                odd.mkdir(parents=True, exist_ok=True)
                for number, subject in enumerate(fleet.subjects):
                    shutil.copy(subject.log, odd / f"replica{number}.log")


if __name__ == "__main__":
    typer.run(main)
