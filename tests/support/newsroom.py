"""A small archive that tests ask, and the whole of Byline as a process, without a model."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest

from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.actions import Action, ShowInstead
from bot.reply.reply import Button, Note, Quote, Reply
from bot.storage.chats import ChatStore
from corpus.archive import Archive
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Extraction, Kind
from corpus.attribution.extractor import Extractor
from corpus.ingest import ingest
from corpus.parse.records import write_record
from corpus.readers.files import read_path
from corpus.storage.store import Store
from retrieval.answers import Answer, AnswerKind, QuotationAnswer
from retrieval.citation import Citation
from retrieval.query.intent import NO_TALK, Ask, AskWhoSaid, Intent, Talk
from retrieval.query.people import Person
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.quotation import Quotation, find_sentence
from retrieval.quotations.search import Said
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.reading.reader import Reader
from retrieval.results import Result, Verdict
from retrieval.routing import routes
from retrieval.search import Searcher
from tests.support import databases
from tests.support.fakes import QUICK
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.starting import start

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "corpus" / "sample" / "articles.jsonl"
READER = MessageContext(chat_id=7)
_INTERPRETERS = ("PYTHON", "LC_")
"""Settings that only an interpreter of one's own would follow."""

_FUNICULAR = (
    "The Wexmoor funicular will close for good on Sunday, after 91 years on the hill. Its owner "
    "says that too few people ride it.\n\n"
    "“Nobody took our petition seriously,” said Petra Oblonsky, who drove its cars for two "
    "decades. She collected 3,120 signatures on two summer weekends.\n\n"
    "A bus will climb the hill from Monday, every twenty minutes. It takes eleven minutes where "
    "the cars took four. The upper station becomes a museum of cables and pulleys, with a café "
    "in the engine room. Its two cars, named Otter and Heron, go to the brewery at the foot of "
    "the hill, which wants to serve beer in them. The rails stay where they are until a buyer is "
    "found for the steel."
)
FUNICULAR = Article(
    headline="Wexmoor funicular makes its last climb",
    body=_FUNICULAR,
    url="https://gazette.example/funicular",
    authors=("Maria Keller", "Tom Finch"),
    publisher="Wexmoor Gazette",
    published=datetime(2026, 3, 3, 9, tzinfo=UTC),
    section="City",
)
COPY = replace(
    FUNICULAR,
    url="https://courier.example/wexmoor",
    publisher="The Courier",
    published=datetime(2026, 3, 4, 9, tzinfo=UTC),
)
BEES = Article(
    headline="Beekeepers count their winter losses",
    body=(
        "Beekeepers around Lake Tarn lost a third of their hives in the winter. They blame a mite "
        "and a warm December.\n\n"
        "The ministry will pay 85 florins for every lost hive, and twice that for queens."
    ),
    url="https://gazette.example/bees",
    publisher="Wexmoor Gazette",
    published=datetime(2026, 3, 2, tzinfo=UTC),
    day_only=True,
    section="Nature",
)
PASTED = Article(
    headline="Choir sings in the empty reservoir",
    body=(
        "Two hundred singers met in the drained Hollin reservoir on Friday night. The echo lasted "
        "nineteen seconds.\n\nThe water comes back next week, said the warden, Ulla Brandt."
    ),
    section="Culture",
)
ARTICLES = (FUNICULAR, BEES, PASTED)

OBLONSKY = Person("Petra Oblonsky", ("driver",), 2, ("Petra Oblonsky",))
FUNICULAR_QUESTION = "How many signatures were collected on two summer weekends?"
BEES_QUESTION = "How many florins will the ministry pay for every lost hive?"


class ToldSearcher(Searcher):
    """Searches as ever; says the verdict, and who said what, where it was told."""

    told: Verdict | None = None
    heard: Callable[[Intent, str | None], Said | None] | None = None
    """Told of an intent and of whom it means; None for what is to be answered with passages."""

    def ask(
        self,
        asked: Intent | str,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
        shown: Sequence[str] = (),
        person: str | None = None,
        route: AnswerKind | None = None,
    ) -> Answer | None:
        intent = Ask.read(asked) if isinstance(asked, str) else asked
        wanted = route in (None, AnswerKind.QUOTATIONS)
        if self.heard and wanted and isinstance(intent, Ask | AskWhoSaid):
            said = self.heard(intent, person)
            if said and (said.searched or isinstance(intent, AskWhoSaid)):
                return QuotationAnswer(intent=intent, said=said)
            if route or isinstance(intent, AskWhoSaid):
                return None
            route = AnswerKind.PASSAGES
        return super().ask(
            intent, today=today, taste=taste, shown=shown, person=person, route=route
        )

    def search(
        self,
        query: str,
        count: int = 10,
        *,
        today: date | None = None,
        taste: PublisherPreference = ANY,
        talk: Talk = NO_TALK,
        quick: bool = False,
    ) -> Result:
        result = super().search(query, count, today=today, taste=taste, talk=talk, quick=quick)
        return replace(result, verdict=self.told) if self.told else result

    def who(
        self,
        text: str,
        *,
        person: str | None = None,
        count: int = 10,  # noqa: ARG002 - a fake takes what the real one takes
        today: date | None = None,  # noqa: ARG002
        taste: PublisherPreference = ANY,  # noqa: ARG002
    ) -> Said | None:
        return self.heard(Ask.read(text), person) if self.heard else None


def follow_searcher(searcher: Searcher, patch: pytest.MonkeyPatch) -> None:
    """Let the routes find what a test makes a searcher's own methods find."""
    patch.setattr(
        routes, "summarize", lambda article, *, count, **_: searcher.summary(article, count=count)
    )
    patch.setattr(
        routes,
        "find_named_articles",
        lambda name, asked, *, today: searcher.named(name, today=today, taste=asked.taste),
    )
    patch.setattr(
        routes,
        "build_timeline",
        lambda topic, asked, **more: searcher.story(topic, taste=asked.taste, **more),
    )


@dataclass
class Newsroom:
    """A conversation and what stands behind it."""

    conversation: Conversation
    searcher: ToldSearcher
    state: ChatStore

    @property
    def store(self) -> Store:
        return self.searcher.store

    def add(self, articles: Iterable[Article]) -> None:
        ingest(articles, store=self.store, embedder=FakeEncoder(), attributor=FakeAttributor())
        self.searcher.refresh()

    def attribute(self, article: Article, attributions: Sequence[Attribution]) -> None:
        """Say who said what in an article."""
        extraction = Extraction(Extractor.version, tuple(attributions))
        assert self.store.attributions.keep(article, extraction)

    def remove(self, article: Article) -> None:
        self.store.remove(article.id)
        self.searcher.refresh()

    def ask(
        self, question: str, *, told: Verdict | None = None, place: MessageContext = READER
    ) -> Reply:
        self.searcher.told = told
        return self.conversation.ask(place, question)


@contextmanager
def newsroom(
    home: Path, articles: Iterable[Article] = ARTICLES, *, reader: Reader | None = None
) -> Iterator[Newsroom]:
    """Open an archive of some articles, and a conversation over it."""
    store = Store.open(home)
    searcher = ToldSearcher(Archive(home, store), FakeEncoder(), reader=reader)
    state = ChatStore(home / "chats.db")
    room = Newsroom(Conversation(searcher, state), searcher, state)
    room.add(articles)
    try:
        yield room
    finally:
        state.close()


def sample() -> list[Article]:
    """The articles that come with Byline."""
    return [article for article in read_path(SAMPLE) if isinstance(article, Article)]


def said(
    article: Article,
    quote: str,
    name: str = "",
    *,
    cue: str = "",
    kind: Kind = Kind.DIRECT,
    role: str = "",
) -> Attribution:
    """An attribution by its words; what is empty is not there."""
    start = article.body.index(quote)
    surname = name.rpartition(" ")[2]
    speaker, verb = (_near(article.body, words, start) for words in (surname, cue))
    return Attribution((start, start + len(quote)), kind, speaker, name, role, verb, 0.9)


def quotation(article: Article, one: Attribution, *copies: Article) -> Quotation:
    """A quotation as the search finds it."""
    return Quotation(article, one, find_sentence(article, one), 1.0, copies)


def hears(
    *found: Quotation,
    form: Form = Form.SAID_BY,
    people: Sequence[Person] = (OBLONSKY,),
    others: Sequence[Quotation] = (),
    **more: Any,
) -> Callable[[str, str | None], Said]:
    """An answer to every question about who said what."""
    question = WhoQuestion(form, **{n: more.pop(n) for n in ("speaker", "exact") if n in more})
    return lambda *_: Said(question, tuple(people), tuple(found), tuple(others), 7, **more)


def _near(body: str, words: str, place: int) -> tuple[int, int] | None:
    """Find words where they stand nearest to a place."""
    found = [match.span() for match in re.finditer(re.escape(words), body)]
    return min(found, key=lambda span: abs(span[0] - place)) if words else None


def write_lines(file: Path, articles: Iterable[Article]) -> Path:
    """Write articles as JSON Lines; returns the file."""
    records = (json.dumps(write_record(article)) for article in articles)
    file.write_text("".join(f"{record}\n" for record in records), encoding="utf-8")
    return file


def notes(reply: Reply) -> list[str]:
    return [block.text for block in reply.blocks if isinstance(block, Note)]


def quotes(reply: Reply) -> list[Quote]:
    return [block for block in reply.blocks if isinstance(block, Quote)]


def citations(reply: Reply) -> list[Citation]:
    return [block for block in reply.blocks if isinstance(block, Citation)]


def buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.buttons for button in row]


def labels(reply: Reply) -> list[str]:
    return [button.label for button in buttons(reply)]


def without_runner_up(reply: Reply) -> Reply:
    """A reply without the row below it that offers another kind of answer.

    Whether there is one hangs on the router's weights, and no page but the first has it, so that
    tests which compare whole replies leave it out.
    """
    rows = tuple(
        row for row in reply.buttons if not any(isinstance(one.action, ShowInstead) for one in row)
    )
    return replace(reply, buttons=rows)


def action(reply: Reply, label: str) -> Action | None:
    """What the button with this label does."""
    (found,) = [button.action for button in buttons(reply) if button.label == label]
    return found


def text(quote: Quote) -> str:
    return "".join(span.text for span in quote.spans)


def marked(quote: Quote) -> str:
    return "".join(span.text for span in quote.spans if span.marked)


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a Byline that lives in this home, without any other setting.

    It does without the model that reads, which takes a second or two to load.
    """
    foreign = ("BYLINE_", "TELEGRAM_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    own = {"BYLINE_HOME": str(home), "BYLINE_RERANKER": "none", "PYTHONPATH": str(ROOT)}
    return kept | own | databases.settings(home) | more


def command(*arguments: str) -> list[str]:
    """The command line of a Byline without a model."""
    return [sys.executable, "-m", "tests.support.newsroom", *arguments]


def byline(
    home: Path, *arguments: str, stdin: str | bytes = "", **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process of its own."""
    given, env = stdin.encode() if isinstance(stdin, str) else stdin, environment(home, **more)
    with TemporaryFile() as put, TemporaryFile() as out, TemporaryFile() as err:
        put.write(given)
        put.seek(0)
        if any(name.startswith(_INTERPRETERS) for name in more):
            code = subprocess.run(
                command(*arguments),
                stdin=put,
                stdout=out,
                stderr=err,
                env=env,
                cwd=home.parent,
                check=False,
                timeout=120,
            ).returncode
        else:
            files = [one.fileno() for one in (put, out, err)]
            process = start(arguments, env=env, cwd=home.parent, files=files)
            try:
                code = process.wait(120)
            finally:
                process.kill()
        said = [_read(one) for one in (out, err)]
    return subprocess.CompletedProcess(arguments, code, *said)


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def without_a_model(model: str, **_: object) -> FakeEncoder:
    """Stand in for `Encoder`: the model's name is all of its fingerprint."""
    return FakeEncoder(f"fake {model}")


def main() -> None:
    """Run Byline with a fake encoder, and with waits that suit tests."""
    import bot.priority
    import bot.services
    import bot.telegram.app

    bot.priority._NICE = -20  # it makes way for nothing else that the machine does
    bot.services.Encoder = without_a_model  # type: ignore[assignment,misc]
    bot.services.Extractor = FakeAttributor  # type: ignore[assignment,misc]
    bot.telegram.app.run = partial(bot.telegram.app.run, timing=QUICK)

    from bot.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
