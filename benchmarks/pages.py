"""Take pictures of the pages: an article's on a phone and a desk, and the newsroom.

    python -m benchmarks.pages docs

Everything is made up or of the bundled sample, and served on this machine. Chromium takes the
pictures, as in `benchmarks.picture`.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.dialogue.conversation import Conversation
from bot.intake import name_shelf
from bot.message_context import MessageContext
from bot.pages.opening import make_server, name_pages
from bot.pages.server import Server
from bot.reply.page_links import PageLink
from bot.services import Services
from bot.settings import Settings
from bot.storage.feedback import Reason, Sent
from corpus.article import Article
from corpus.ingest import ingest
from corpus.readers.sample import seed
from corpus.storage.sources import Source
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.browser import Tab, browsing, opened

_BASE, _ADMIN, _READER = "https://pages.example", 9, 7
_PASTED = Article(
    "Heron nests on the gauge of the weir",
    "A heron has built its nest on the gauge of the weir at Aldbury. The keeper found three eggs "
    "on Monday, and has not gone near the gauge since.\n\n"
    "“I read the water by eye until they hatch,” said Tobias Wren, the keeper of the weir. He "
    "writes the figure into a book, with a drawing of the nest beside it.\n\n"
    "The office in the town agreed to it. “A heron is a better gauge than most, and it asks for no "
    "wages,” said Odile Brandt, who heads the office. She will send a boy with a rope once a week, "
    "to measure what the keeper cannot see.\n\n"
    "Herons were last seen at the weir nine years ago, when one stayed for a winter. It left after "
    "the flood, and the gauge was moved two yards up the bank.\n\n"
    "The eggs should hatch within three weeks. Until then the sluice stays where it is, and the "
    "millers below have promised to grind by night.",
    publisher="The Weir Post",
    authors=("Ada Quay",),
    published=datetime(2026, 10, 7, 8, tzinfo=UTC),
    shelf=name_shelf(_READER),
)
_CITED = "She will send a boy with a rope once a week"
_QUESTIONS = (
    "When was the flood gate’s motor last inspected?",
    "What did Bellamy say about the flood?",
    "How much will the tram extension cost?",
    "Which airline went bankrupt?",
    "Which airline is bankrupt?",
    "Did an airline go bankrupt?",
    "Who won the chess match on Friday?",
    "Who won Friday’s chess match?",
    "What happened with the port strike?",
)
_SENT = "What did Bellamy say about the flood?"


def main(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the pictures go.")],
) -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as scratch, browsing() as port:
        archive = furnish(Path(scratch, "home"))
        asyncio.run(_photograph(archive, folder.resolve(), port))


def furnish(home: Path) -> Services:
    """A home with the sample, a text on a shelf, and two weeks of questions."""
    home.mkdir()
    told = {"home": home, "pages_url": _BASE, "admins": {_ADMIN}, "newsroom_questions": True}
    archive = Services(Settings(_env_file=None, **told))  # type: ignore[call-arg]  # pydantic-settings' own parameter
    seed(archive.store, home, archive.encoder, lambda _: None, attributor=archive.attributor)
    fill(archive)
    conversation = Conversation(archive.searcher, archive.chats)
    for question in _QUESTIONS:
        conversation.ask(MessageContext(chat_id=_READER), question)
    return archive


def fill(archive: Services) -> None:
    """Fill in what a bot that runs for two weeks has."""
    ingest([_PASTED], store=archive.store, embedder=archive.encoder, attributor=archive.attributor)
    chance, now = random.Random(1), archive.chats.clock()  # noqa: S311 - the same picture each time
    for back in range(14):
        for _ in range(chance.randrange(12, 60)):
            missed = chance.random() < 0.15
            verdict = Verdict.NOTHING if missed else Verdict.ANSWER
            kind, day = AnswerKind.PASSAGES, now - timedelta(days=back)
            archive.chats.usage.note(kind, verdict, chance.random(), day)
    feedback = archive.chats.feedback
    feedback.rate("a", _READER, good=False, kind=AnswerKind.QUOTATIONS)
    feedback.explain("a", _READER, Reason.OLD)
    feedback.send("a", _READER, Sent(_SENT, "", now - timedelta(hours=3)))
    feedback.rate("b", _READER, good=False, kind=AnswerKind.PASSAGES)
    well = Source("https://weir.example/feed", now + timedelta(minutes=15), "RSS",
                  "The Weir Post", last_success=now - timedelta(minutes=20))  # fmt: skip
    failing = {"errors": 3, "failing_since": now - timedelta(hours=9),
               "error": "the site does not answer"}  # fmt: skip
    archive.store.sources.add(well)
    archive.store.sources.add(replace(well, url="https://mill.example/feed.json",
                                      title="Mill News", **failing))  # fmt: skip


async def _photograph(archive: Services, folder: Path, browser: int) -> None:
    server = make_server(archive.settings, archive)
    pages = name_pages(archive.settings, archive.chats)
    if server is None or pages is None:
        raise RuntimeError("there are no pages")
    start = _PASTED.body.index(_CITED)
    page = pages(_READER)(_PASTED, (start, start + len(_CITED)))
    word = archive.chats.page_logins.give(_ADMIN, archive.chats.clock())
    async with opened(browser) as tab:
        port = server.listen(0, "127.0.0.1")
        await _take(tab, folder, _here(page, port), f"http://127.0.0.1:{port}", word)
    await _close(server)


async def _take(tab: Tab, folder: Path, page: str, here: str, word: str) -> None:
    for name, width, scheme, height in (("phone", 390, "dark", 844), ("desk", 1200, "light", 900)):
        await tab.size(width, height, 1.5)
        await tab.prefer(scheme)
        await tab.open("about:blank")  # or it stays where it is
        await tab.open(page)
        await tab.photograph(folder / f"page-{name}.png", whole=name == "desk")
    await tab.open(f"{here}/newsroom/in/{word}")
    await tab.run("document.querySelector('button').click()")
    await asyncio.sleep(3)
    await tab.size(1200, 900, 1)
    await tab.photograph(folder / "newsroom.png", whole=True)
    await tab.run("document.querySelector('#asked ~ div a').click()")
    await asyncio.sleep(3)
    await tab.photograph(folder / "newsroom-trace.png")


def _here(page: PageLink, port: int) -> str:
    """The page's address on this machine."""
    parts = urlsplit(page.url)
    return parts._replace(scheme="http", netloc=f"127.0.0.1:{port}").geturl()


async def _close(server: Server) -> None:
    await server.close()


if __name__ == "__main__":
    typer.run(main)
