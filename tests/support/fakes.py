"""Stand-ins for what is slow or not under test."""

# ruff: noqa: ARG002 - a fake takes what the real one takes

from __future__ import annotations

import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

from bot.dialogue.conversation import Conversation
from bot.dialogue.sharing import Offer, Offers
from bot.logs import configure
from bot.message_context import MessageContext
from bot.reply.actions import Action, AskAlone, AskExactly, Retry, TurnPage
from bot.reply.reply import Button, Note, Outcome, Quote, Reply, Span
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.telegram.app import run
from bot.telegram.limits import Limits
from retrieval.citation import Citation
from retrieval.results import Verdict
from tests.support import databases

SLOW, BOOM = AskAlone("slow"), AskExactly("boom")
"""What buttons of a `FakeConversation` do that take their time, and that break."""


class FakeConversation(Conversation):
    """Answers every question with itself, marked in a quote, unless told otherwise.

    Questions that say so behave badly: "boom" raises, "sleep 3" takes three seconds. `gate` holds
    a question until the test opens it.
    """

    takes_in = False

    def __init__(self, state: ChatStore | None = None) -> None:
        self.state = state
        self.asked: list[tuple[MessageContext, str]] = []
        self.offered: list[tuple[MessageContext, str]] = []
        self.visited: list[tuple[MessageContext, str]] = []
        self.told: dict[tuple[int, int], Reply] = {}
        self.gates: defaultdict[str, threading.Event] = defaultdict(_open)

    def gate(self, question: str) -> threading.Event:
        """Hold answers to this question until the event is set."""
        self.gates[question] = threading.Event()
        return self.gates[question]

    def at(self, context: MessageContext) -> Conversation:
        return self

    def pages_of(self, chat_id: int) -> None:
        return None

    def moved(self, chat_id: int, new_chat_id: int) -> None:
        if self.state:
            self.state.move(chat_id, new_chat_id)

    def start(self, context: MessageContext) -> Reply:
        return Reply((Note("Welcome, admin" if context.admin else "Welcome"),))

    def help(self, context: MessageContext) -> Reply:
        return Reply((Note("Ask me"),))

    def privacy(self, context: MessageContext) -> Reply:
        return Reply((Note("A day"),))

    def forget(self, context: MessageContext) -> Reply:
        if not context.may_set:
            return Reply((Note("Administrators only"),))
        forgotten = self.state.forget(context.chat_id).get("exchange", 0) if self.state else 0
        return Reply((Note(f"Forgot {forgotten}"),))

    def latest(self, context: MessageContext) -> Reply:
        return Reply((Note("Nothing new"),))

    def quotes(self, context: MessageContext, text: str) -> Reply:
        return Reply((Note(f"Quotes of {text}?"),))

    def ask(self, context: MessageContext, text: str) -> Reply:
        self.asked.append((context, text))
        self.gates[text].wait(30)
        if text.startswith("sleep "):
            time.sleep(float(text.removeprefix("sleep ")))
        if text == "boom":
            raise ZeroDivisionError("no bridge over nothing")
        key = self.state.save(context.chat_id, text).key if self.state else "key"
        quote = Quote((Span("You said: "), Span(text, marked=True)))
        citation = Citation("A & B", "https://news.example/a?b=1&c=2", "Example News")
        pages = (Button("2", action=TurnPage(key, 2)), Button("Slow", action=SLOW))
        return Reply((quote, citation), (pages,))

    def offers(self, context: MessageContext, typed: str) -> Offers:
        self.offered.append((context, typed))
        self.gates[typed].wait(30)
        if typed == "boom":
            raise ZeroDivisionError("nothing to type")
        if typed in ("nothing", "empty"):
            return Offers((), Verdict.NOTHING, searched=3 * (typed == "nothing"))
        verdict = Verdict.CLOSEST if typed == "unsure" else Verdict.ANSWER
        payloads = [f"p_{number:012x}_0_0_9" for number in range(10)]
        reply = self.visit(context, typed)
        found = tuple(Offer(one, f"A & B {typed}", "News · <1>", reply) for one in payloads)
        return Offers(found, verdict, searched=3)

    def visit(self, context: MessageContext, question: str) -> Reply:
        self.visited.append((context, question))
        if question == "boom":
            raise ZeroDivisionError("no bridge over there")
        link = "https://news.example/a?b=1&c=2"
        quote = Quote((Span("You said: "), Span(question or "?", marked=True)))
        rows = ((Button("Open", url=link),), (Button("Ask me more", start="p_1"),))
        return Reply((quote, Citation("A & B", link, "Example News")), rows)

    def press(self, context: MessageContext, action: Action | None) -> Outcome:
        if action == SLOW:
            time.sleep(0.4)
            return Outcome("too late for a toast", Reply((Note("Slept"),)))
        if action == BOOM:
            raise ZeroDivisionError("no button")
        key = getattr(action, "key", "")
        exchange = self.state.exchange(key, context.chat_id) if self.state else None
        if exchange is None:
            return Outcome("This list is too old, ask again")
        if isinstance(action, Retry):
            return Outcome(reply=self.ask(context, exchange.question))
        again, page = (Button("2", action=action),), f"Page {action.page} of {exchange.question}"
        return Outcome("Turned", Reply((Note(page),), (again,)))

    def language(self, context: MessageContext) -> str:
        return context.language

    def meet(self, context: MessageContext) -> MessageContext:
        return context

    def sent(self, context: MessageContext, message: int, reply: Reply) -> None:
        self.told[context.chat_id, message] = reply

    def unreadable(self, context: MessageContext) -> Reply:
        return Reply((Note("I read text and links"),))

    def busy(self, context: MessageContext, seconds: int) -> Reply:
        return Reply((Note(f"Wait {seconds} s"),))

    def in_line(self, context: MessageContext, before: int) -> Reply:
        return Reply((Note(f"{before} before you"),))

    def crowded(self, context: MessageContext, question: str, before: int) -> Reply:
        return self._retry(context, question, f"{before} wait, ask again")

    def notice(self, context: MessageContext, key: str) -> Reply:
        return Reply((Note(key),))

    def fault(self, context: MessageContext, question: str, reference: str) -> Reply:
        return self._retry(context, question, f"Something broke ({reference})")

    def uncertain(self, context: MessageContext, question: str) -> Reply:
        return self._retry(context, question, "The connection broke")

    def late(self, context: MessageContext, questions: int) -> Reply:
        return Reply((Note(f"Sorry for {questions}"),))

    def _retry(self, context: MessageContext, question: str, text: str) -> Reply:
        key = self.state.save(context.chat_id, question).key if self.state else "key"
        return Reply((Note(text),), ((Button("Try again", action=Retry(key)),),))


def _open() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


QUICK = Limits(
    overall=(100, 1),
    chat=(50, 1),
    group=(50, 1),
    first_delay_s=0.02,
    longest_delay_s=0.1,
    attempts=4,
    connect_s=2,
    read_s=5,
    poll_s=1,
    press_s=0.2,
    piece_s=0.1,
    reading_told_s=60,
    stop_s=1.5,
    conflicts=2,
    aside_s=1,
    alerts_s=0.05,
    album_s=0.15,
    linger_s=0.3,
    sweep_s=0.2,
)


def settings(token: str, url: str, home: Path, **more: object) -> Settings:
    """Settings for a bot on an emulated Telegram, whatever the environment says."""
    known: dict[str, object] = {"TELEGRAM_BOT_TOKEN": token, "telegram_api_url": url, "home": home}
    known["database_url"] = databases.url_of(home) or None
    return Settings(_env_file=None, **known | more)


def main(token: str, url: str, home: str, level: str = "debug") -> None:
    """Run the bot with a fake conversation, for tests that kill it."""
    configure(level, secrets=[token])
    state = databases.open_chats(Path(home))
    if level == "crash":
        raise RuntimeError(token)
    run(settings(token, url, Path(home)), FakeConversation(state), state, timing=QUICK)
    state.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
