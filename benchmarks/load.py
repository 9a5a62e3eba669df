"""How dependable is the bot? Many chats ask it through an emulated Telegram.

    PYTHONPATH=. python benchmarks/load.py --archive FOLDER
    PYTHONPATH=. python benchmarks/load.py --archive FOLDER --webhook
    PYTHONPATH=. python benchmarks/load.py --archive FOLDER --faults 0.01 --kill-every 30

Run it in the repository's root. Every chat asks in its own order, so that each message tells which
question it answers. The archive is copied; limits on sending are enforced as Telegram's are.
"""

from __future__ import annotations

import random
import resource
import shutil
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Annotated

import httpx
import typer
from measuring import AsJson, show
from reckoning import Asked, Outcome, keys_in, note_in, reckon
from reporting import report
from subject import Subject, answered_by, question_of, until

from bot.telegram.limits import STANDARD
from corpus.storage.store import Store
from tests.support.telegram_http import Call
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

_TOKEN = "7012345678:AAE3bWv9zQx1Lr0uYtKcNf5HdPmJgSoXw2i"  # noqa: S105 - made up
_HEADLINES = 60
_SUMMARIES = 10
_TRIAL = 1_000_000
"""Trial questions are asked in chats from this number on."""
_SETTLE_S = 240
_GROUPS = 10
"""One chat in so many is a group, where questions begin with /ask."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    Attributes:
        chats: How many ask.
        seconds: For how long.
        rate: Questions a second, of all chats together.
        faults: Share of calls that fail.
        kill_every: Seconds between kills; 0 for none.
        presses: Share of answers one of whose buttons is pressed.
        webhook: Whether Telegram posts updates, instead of being asked for them.
    """

    chats: int
    seconds: float
    rate: float
    faults: float
    kill_every: float
    presses: float
    webhook: bool


@dataclass(slots=True)
class Seen:
    """What the run saw of the bot.

    Attributes:
        asked: By chat, in order.
        heard: By chat, the bot's messages as they first stood.
        numbers: Which question a reader's message asks, by chat and number.
        memory: Seconds since the run began, and MiB.
        probes_ms: Round trips of a call that asks nothing of the bot.
        late_ms: How much later than planned questions were asked.
        downs_s: From each kill to the next request of the bot.
    """

    asked: defaultdict[int, list[Asked]] = field(default_factory=lambda: defaultdict(list))
    heard: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    known: set[tuple[int, int]] = field(default_factory=set)
    fresh: list[Message] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    probes_ms: list[float] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)
    downs_s: list[float] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)

    def hear(self, message: Message) -> None:
        """Keep the bot's messages as they are sent, not as they are edited."""
        key = message.chat.id, message.message_id
        if message.sender["is_bot"] and key not in self.known:
            self.known.add(key)
            self.heard[message.chat.id].append(message)
            self.fresh.append(message)


class Run:
    """One bot, one Telegram, and the readers."""

    def __init__(self, plan: Plan, telegram: TelegramServer, subject: Subject, seed: int) -> None:
        self.plan = plan
        self.telegram = telegram
        self.subject = subject
        self.seen = Seen()
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._questions: list[str] = []
        self._stopped = threading.Event()
        self.struck = 0
        self._trial_calls = 0

    def warm(self) -> None:
        """Have each question answered once, so that nothing is measured that happens once."""
        self._questions = questions_of(self.subject.home)
        self.telegram.listen(self.seen.hear)
        for number, question in enumerate(self._questions):
            self.telegram.chat(_TRIAL + number)
            self.telegram.say(_TRIAL + number, question)
        heard = self.seen.heard
        if not until(lambda: len(heard) == self._count, timeout_s=120):
            raise SystemExit(f"only {len(heard)} of {self._count} trial questions answered")
        self.seen = Seen()
        self.telegram.listen(self.seen.hear)
        self._trial_calls = len(self.telegram.calls())

    @property
    def calls(self) -> list[Call]:
        """What the bot asked of Telegram since the trial."""
        return self.telegram.calls()[self._trial_calls :]

    def ask(self) -> None:
        """Have every chat ask at its own pace, kill the bot now and then, and wait for the rest."""
        plan, chats = self.plan, [_chat(number) for number in range(self.plan.chats)]
        for chat_id in chats:
            self.telegram.chat(chat_id, "private" if chat_id > 0 else "supergroup")
        if plan.faults:
            storm = self.telegram.storm(plan.faults, longest_s=STANDARD.read_s + 5)
        helpers = [threading.Thread(target=work) for work in (self._probe, self._kill_often)]
        for helper in helpers:
            helper.start()
        start = time.monotonic()
        for at, chat_id, number in self._schedule(chats):
            while (wait_s := start + at - time.monotonic()) > 0:
                self._press_some()
                time.sleep(min(wait_s, 0.05))
            self.seen.late_ms.append((time.monotonic() - start - at) * 1000)
            words = self._questions[number]
            self.seen.asked[chat_id].append(Asked(number, time.time()))
            typed = words if chat_id > 0 or words.startswith("/") else f"/ask {words}"
            said = self.telegram.say(chat_id, typed, user=abs(chat_id))
            self.seen.numbers[chat_id, said] = number
        self._stopped.set()
        for helper in helpers:
            helper.join()
        if plan.faults:
            self.struck = storm.struck
            self.telegram.calm()
        until(self._all_told, timeout_s=_SETTLE_S)
        time.sleep(3)  # for what should not come any more

    def outcome(self) -> Outcome:
        """Reckon, when the bot has ended."""
        total = Outcome()
        numbers = {question: number for number, question in enumerate(self._questions)}

        def asked_by(message: Message) -> int | None:
            home, chat_id = self.subject.home, message.chat.id
            said = message.reply_to or answered_by(home, chat_id, message.message_id)
            if said is not None and (chat_id, said) in self.seen.numbers:
                return self.seen.numbers[chat_id, said]
            keys = keys_in(message)
            return numbers.get(question_of(home, keys[0])) if keys else None

        for chat_id, asked in self.seen.asked.items():
            reckon(
                asked,
                self.seen.heard[chat_id],
                answered=lambda message: None if note_in(message) else asked_by(message),
                noted=lambda message: asked_by(message) if note_in(message) else None,
                total=total,
            )
        return total

    def _schedule(self, chats: list[int]) -> Iterator[tuple[float, int, int]]:
        """When, in which chat, which question: chats in turn, each turn in another order."""
        orders = {chat: self._chance.sample(range(n), n) for chat in chats if (n := self._count)}
        order, turn = list(chats), 0
        for tick in range(int(self.plan.seconds * self.plan.rate)):
            if tick % len(chats) == 0:
                turn = tick // len(chats)
                # Nearly the same order each turn: nobody asks twice within seconds.
                places = {chat: i + self._chance.uniform(0, 20) for i, chat in enumerate(order)}
                order.sort(key=places.__getitem__)
            chat = order[tick % len(chats)]
            yield tick / self.plan.rate, chat, orders[chat][turn % self._count]

    @property
    def _count(self) -> int:
        return len(self._questions)

    def _all_told(self) -> bool:
        return not (self.telegram.pending_updates or self.subject.unfinished())

    def _press_some(self) -> None:
        """Press a button below some of the answers that came in meanwhile."""
        while self.seen.fresh:
            message = self.seen.fresh.pop()
            data = _data(message)
            if data and self._chance.random() < self.plan.presses:
                chosen = self._chance.choice(data)
                press = self.telegram.press(message.chat.id, message.message_id, chosen)
                self.seen.pressed.append(press)

    def _probe(self) -> None:
        """Time a call to the emulator, and the bot's memory, four times a second."""
        start = time.monotonic()
        with httpx.Client(timeout=60) as client:
            while not self._stopped.wait(0.25):
                began = time.perf_counter()
                client.get(f"{self.telegram.url}/bot1:NONE/getMe")  # refused, so never befallen
                self.seen.probes_ms.append((time.perf_counter() - began) * 1000)
                if not self.plan.kill_every:
                    memory = time.monotonic() - start, self.subject.memory_mib()
                    self.seen.memory.append(memory)

    def _kill_often(self) -> None:
        while self.plan.kill_every and not self._stopped.wait(self.plan.kill_every):
            self.subject.kill()
            began, starts = time.monotonic(), self._starts()
            self.subject.start()
            until(lambda n=starts: self._starts() > n, timeout_s=60)
            self.seen.downs_s.append(time.monotonic() - began)

    def _starts(self) -> int:
        """How often the bot began to listen."""
        return sum(call.method in ("deleteWebhook", "setWebhook") for call in self.telegram.calls())


def questions_of(home: Path, url: str = "") -> list[str]:
    """What is asked: for articles by their headlines, and for summaries of some of them."""
    store = Store.open(home, url)
    headlines = dict.fromkeys(article.headline for article in store.latest(_HEADLINES))
    summaries = [f"/summary {headline}" for headline in list(headlines)[:_SUMMARIES]]
    return [*(f"What about “{headline}”?" for headline in headlines), *summaries]


def _data(message: Message) -> list[str]:
    """What its buttons send back."""
    every = [button for row in message.buttons for button in row]
    return [str(button["callback_data"]) for button in every if "callback_data" in button]


def _chat(number: int) -> int:
    return -(1000 + number) if number % _GROUPS == 0 else 1000 + number


def main(  # noqa: PLR0913 - options
    archive: Annotated[Path, typer.Option(help="BYLINE_HOME to copy.")],
    chats: int = 200,
    seconds: float = 300,
    rate: Annotated[float, typer.Option(help="Questions a second, of all chats.")] = 20,
    faults: Annotated[float, typer.Option(help="Share of calls that fail: 0.01.")] = 0,
    kill_every: Annotated[float, typer.Option(help="Seconds between kills; 0 for none.")] = 0,
    presses: Annotated[float, typer.Option(help="Share of answers with a press.")] = 0.02,
    webhook: bool = False,
    log_level: str = "info",
    keep: Annotated[Path | None, typer.Option(help="Keep the bot's log here.")] = None,
    seed: int = 1,
    as_json: AsJson = False,
) -> None:
    """Ask, and say what became of it."""
    plan = Plan(chats, seconds, rate, faults, kill_every, presses, webhook)
    with tempfile.TemporaryDirectory() as place, TelegramServer(_TOKEN) as telegram:
        folder = Path(place)
        shutil.copytree(archive, folder / "home", ignore=shutil.ignore_patterns("chats.db*"))
        subject = Subject(folder, settings_of(telegram, webhook=webhook, level=log_level))
        telegram.flood_limits()
        run = Run(plan, telegram, subject, seed)
        subject.start()
        try:
            run.warm()
            began, ours, its = time.monotonic(), _spent_s(), subject.cpu_s()
            run.ask()
            took = time.monotonic() - began
            busy = {"emulator": (_spent_s() - ours) / took, "bot": (subject.cpu_s() - its) / took}
            code = subject.stop()
            rows = report(run, run.outcome(), busy)
        finally:
            subject.kill()
            if keep:
                shutil.copy(subject.log, keep)
    rows.append({"what": "exit status when told to stop", "figure": code})
    how = "webhook" if webhook else "polling"
    title = f"{chats} chats, {rate:g} questions a second for {seconds:g} s, {how}"
    title += f", {faults:.0%} of calls failing" if faults else ""
    title += f", kill -9 every {kill_every:g} s" if kill_every else ""
    show(title, rows, as_json=as_json)


def settings_of(telegram: TelegramServer, *, webhook: bool, level: str) -> dict[str, str]:
    """What the bot is set to on an emulated Telegram."""
    settings = {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "BYLINE_TELEGRAM_API_URL": telegram.url,
        "BYLINE_LOG_LEVEL": level,
    }
    if webhook:
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings |= {"BYLINE_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook"}
        settings |= {"BYLINE_WEBHOOK_PORT": str(port)}
    return settings


def _spent_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    typer.run(main)
