"""Draw chats with Byline, from real replies over the bundled sample.

    python benchmarks/picture.py docs

Chromium takes the picture: the one that ``CHROMIUM`` names, or else the first found in ``PATH``.
The page is our own, and nothing is fetched. Thumbs need a font with emoji.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Annotated

import typer

from bot.admin.feeds import describe, list_feeds
from bot.dialogue.conversation import Conversation
from bot.dialogue.hand_ins import HandIns
from bot.intake import Intake
from bot.message_context import MessageContext
from bot.reply.reply import Note, Reply
from bot.services import Services
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.telegram.sending.render import Rendered, render
from corpus.article import Article
from corpus.ingest import ingest
from corpus.parse.telegram.post import Channel, Post, join_albums, read_post
from corpus.readers.fetch import Fetcher, Page
from corpus.readers.sample import seed
from corpus.storage.sources import Source
from corpus.storage.store import Store

_MARKET = "https://news.example/fish-market"
_PASTED = """Heron nests on the gauge of the weir

By Ada Quay

A heron has built its nest on the gauge of the weir at Aldbury. The keeper found three eggs.

"I read the water by eye until they hatch," said Tobias Wren, the keeper of the weir.

The office in the town agreed to it. It will send a boy with a rope once a week. Herons were last
seen at the weir nine years ago, when one stayed for a winter.

Until when does he read the water by eye?"""
CHATS = {
    "chat": (
        "When was the flood gate’s motor last inspected?",
        "What did Bellamy say about the flood?",
        "Which airline went bankrupt?",
    ),
    "summaries": (
        "Summary of the lanterns",
        "Summarise the tram contract in one sentence",
        "/summary Dockers accept pay deal",
        "tl;dr the rat alarm",
        "Summary of the last summer of the Old Kettle in seven sentences",
    ),
    "stories": (
        "What happened with the port strike?",
        "Catch me up on the flood memo since September 2026",
    ),
    "talk": (
        "How much will the tram extension cost?",
        "when will it open?",
        "What did Okafro say about the strike?",
        "/settings",
        "thanks!",
    ),
    "talk-de": ("hallo", "Which airline went bankrupt?"),
    "sent": (_MARKET, f"what does she say about the budget? {_MARKET}", _PASTED, "/shelf"),
}
"""What is asked in each picture, by its name; a language after a hyphen is the reader's."""

_PAGE_SENT = """<html lang="en"><head><title>Harbour council closes the old fish market</title>
<meta property="og:site_name" content="The Weir Post">
<meta property="article:published_time" content="2026-10-06T08:00:00Z"></head><body><article>
<h1>Harbour council closes the old fish market</h1>
<p>The harbour council of Wexmoor voted on Tuesday to close the old fish market by the end of
September. Nine members were in favour, four against, and two stayed away.</p>
<p>“We cannot go on paying for a roof that leaks on empty stalls,” said Odile Brandt, who chairs the
council. She said that the budget for repairs had run out in March.</p>
<p>“They want a car park, and everybody knows it,” said Piet Varga, whose family has held stall
number seven since 1961. The market cost the town 84,000 crowns last year.</p></article></body>
"""
_NEWS = (
    (
        "Ferry crews vote to strike",
        "The Weir Post",
        "Crews of the Wexmoor ferry voted on Monday to strike from Thursday. Four boats will stay "
        "at the pier.\n\nThe owner offered two crowns more an hour. The union wants five.",
    ),
    (
        "Heron gauge read by eye",
        "The Weir Post",
        "The keeper of the weir at Aldbury reads the water by eye, since a heron nests on the "
        "gauge.\n\nThree eggs lie in the nest. They should hatch within three weeks.",
    ),
    (
        "Mill bridge shut for a year",
        "The Harbour Light",
        "The bridge at the old mill will be shut from May for a year. Its third pier has a crack "
        "as long as a man.\n\nBuses will go round by Senn, which takes nine minutes longer.",
    ),
)
_ALBUM = (
    "",
    "Three young otters moved into the cellar of the lock at Senn on Wednesday. The keeper feeds "
    "them smelt, and keeps the cellar door open at night.",
    "The mother, seen from the bridge. She has come every evening since.",
)
_POST = (
    "“I charge them no rent, but they may not bring friends,” said Mara Lindqvist, who keeps the "
    "lock at Senn."
)
_OF_POSTS = ("how many otters are in the cellar of the lock", "What did Mara Lindqvist say?")
Turn = tuple[str, Reply]
"""What somebody types, empty where the bot speaks first, and what the bot says."""
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_WIDTH = 520  # Chromium makes no window narrower than 500
_SCALE = 1.5
_TIMEOUT_S = 60
_HEIGHT = re.compile(r'<html[^>]* data-height="(\d+)"')

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Byline</title>
<style>
  * { box-sizing: border-box; }
  body { margin: 0; padding: 14px; background: #d5dfe5; color: #111; overflow: hidden;
         font: 15px/1.38 "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
  main { display: flex; flex-direction: column; gap: 9px; }
  .asked, .said { padding: 8px 12px; border-radius: 13px; white-space: pre-wrap;
                  overflow-wrap: anywhere; }
  .asked { align-self: flex-end; max-width: 84%; background: #e6f6d6; }
  .answer { align-self: flex-start; width: 94%; }
  .said { background: #fff; }
  a { color: #16689f; text-decoration: none; }
  blockquote { margin: 2px 0 7px; padding: 5px 10px; border-left: 3px solid #2f84bd;
               border-radius: 5px; background: #edf4f9; }
  .row { display: flex; gap: 4px; margin-top: 4px; }
  .row span { flex: 1; padding: 6px; border-radius: 8px; background: #7891a1; color: #fff;
              text-align: center; font-size: 14px; font-weight: 600; }
</style>
<main>@CHAT@</main>
<script>
  document.documentElement.dataset.height =
    Math.ceil(document.querySelector("main").getBoundingClientRect().bottom) + 14;
</script>
"""


def main(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the pictures go.")],
) -> None:
    """Draw the chats."""
    browser = find_browser()
    with tempfile.TemporaryDirectory() as scratch:
        archive = open_sample(Path(scratch, "home"))
        for name, questions in CHATS.items():
            page, picture = Path(scratch, "chat.html"), folder.resolve() / f"{name}.png"
            state = ChatStore(Path(scratch, f"{name}.db"))
            place = MessageContext(chat_id=1, language=name.partition("-")[2])
            taking = take_in(archive, state)
            conversation = Conversation(archive.searcher, state, hand_ins=taking)
            save_picture(ask_each(conversation, place, questions), picture, page, browser)
        told = tell_unasked(archive, Path(scratch, "told.db"))
        save_picture(told, folder.resolve() / "told.png", Path(scratch, "chat.html"), browser)
        posted = ask_of_posts(archive, Path(scratch, "posts.db"))
        save_picture(posted, folder.resolve() / "posts.png", Path(scratch, "chat.html"), browser)


def save_picture(talk: Iterable[Turn], picture: Path, page: Path, browser: str) -> None:
    """Draw a talk and take its picture."""
    page.write_text(draw_chat(talk), encoding="utf-8")
    photograph(page, picture, browser)
    typer.echo(f"{picture}: {picture.stat().st_size // 1000} kB")


def find_browser() -> str:
    """Find Chromium.

    Raises:
        typer.Exit: There is none; a line says what to do.
    """
    named = os.environ.get("CHROMIUM")
    for name in [named] if named else _BROWSERS:
        if path := shutil.which(name):
            return path
    missing = f"CHROMIUM names {named}, which is no program" if named else "Chromium is not in PATH"
    typer.echo(f"{missing}; install it, or set CHROMIUM to the path of Chrome", err=True)
    raise typer.Exit(2)


class OnePage(Fetcher):
    """Fetches the one page that readers send in the pictures; nothing is asked of a network."""

    def get(self, url: str, **_: object) -> Page:
        """Return it, whatever is asked for."""
        return Page(url, "text/html", None, _PAGE_SENT.encode(), None, None)


def take_in(archive: Services, state: ChatStore) -> HandIns:
    """Make what takes in what readers send."""
    intake = Intake(archive, make_fetcher=OnePage)
    return HandIns(intake, archive.store.whole(), state, archive.settings)


def open_sample(home: Path) -> Services:
    """Open a new archive of the sample."""
    home.mkdir()
    archive = Services(Settings(_env_file=None, home=home))  # type: ignore[call-arg]  # pydantic-settings' own parameter
    seed(archive.store, home, archive.encoder, lambda _: None, attributor=archive.attributor)
    return archive


def ask_each(
    conversation: Conversation, place: MessageContext, questions: Sequence[str]
) -> Iterator[Turn]:
    """Ask questions one after another."""
    for number, question in enumerate(questions):
        reply = conversation.hear(place, question)
        conversation.sent(place, number, reply)
        yield question, reply


def tell_unasked(archive: Services, chats: Path) -> Iterator[Turn]:
    """Make an alert and a digest, let news come and an hour pass, and look at the feeds."""
    now = datetime.now(UTC)
    clock = [(now + timedelta(days=1)).replace(hour=7, minute=30)]
    state = ChatStore(chats, clock=lambda: clock[0])
    conversation, place = Conversation(archive.searcher, state), MessageContext(chat_id=0)
    yield "/alert ferry strike", conversation.hear(place, "/alert ferry strike")
    for headline, publisher, body in _NEWS:
        news = Article(
            headline,
            body,
            url=f"https://news.example/{headline.split()[0].casefold()}",
            publisher=publisher,
            published=now,
        )
        ingest([news], store=archive.store, embedder=archive.encoder)
    archive.searcher.refresh()
    yield "", conversation.hear(place, "/alerts due")
    yield "/digest daily 08:00", conversation.hear(place, "/digest daily 08:00")
    clock[0] += timedelta(minutes=31)
    yield "", conversation.hear(place, "/alerts due")
    yield "/feeds", show_feeds(archive.store, datetime.now(UTC))


def ask_of_posts(archive: Services, chats: Path) -> Iterator[Turn]:
    """Take in what a channel posted, an album among it, and ask about it."""
    channel = Channel(77, "Weir Radio", "weirradio")
    sent = datetime(2026, 10, 7, 17, 30, tzinfo=UTC)
    album = [Post(21 + number, text, sent, album="a") for number, text in enumerate(_ALBUM)]
    posts = (read_post(one, channel) for one in join_albums([*album, Post(25, _POST, sent)]))
    articles = [one for one in posts if isinstance(one, Article)]
    ingest(articles, store=archive.store, embedder=archive.encoder, attributor=archive.attributor)
    archive.searcher.refresh()
    conversation = Conversation(archive.searcher, ChatStore(chats))
    yield from ask_each(conversation, MessageContext(chat_id=1), _OF_POSTS)


def show_feeds(store: Store, now: datetime) -> Reply:
    """Show what an admin sees of three feeds, one of which fails."""
    hour = timedelta(hours=1)
    well = Source(
        *("https://weir.example/feed", now + hour / 4, "RSS", "The Weir Post"),
        last_success=now - hour / 3,
    )
    for source in (
        well,
        replace(well, url="https://light.example/rss", title="The Harbour Light"),
        replace(
            well,
            url="https://mill.example/feed.json",
            title="Mill News",
            last_success=now - 10 * hour,
            errors=3,
            failing_since=now - 9 * hour,
            error="the site does not answer",
        ),
    ):
        store.sources.add(source)
    listed = (Note(f"{one.name}: {describe(one, now)}") for one in list_feeds(store, now))
    return Reply(tuple(listed))


def draw_chat(talk: Iterable[Turn]) -> str:
    """Draw a page of what was said; what nobody asked for stands alone."""
    chat = ""
    for asked, reply in talk:
        chat += f'<div class="asked">{escape(asked)}</div>' if asked else ""
        chat += draw_answer(render(reply))
    return _PAGE.replace("@CHAT@", chat)


def draw_answer(rendered: Rendered) -> str:
    """Draw a bubble and the buttons below it."""
    # Telegram gives a quotation lines of its own, so the breaks around it are not blank lines.
    said = re.sub(r"\n(?=<blockquote)|(?<=</blockquote>)\n", "", rendered.html)
    rows = rendered.keyboard.inline_keyboard if rendered.keyboard else ()
    drawn = (
        '<div class="row">' + "".join(f"<span>{escape(key.text)}</span>" for key in row) + "</div>"
        for row in rows
    )
    return f'<div class="answer"><div class="said">{said}</div>{"".join(drawn)}</div>'


def photograph(page: Path, picture: Path, browser: str, *, width: int = _WIDTH) -> None:
    """Take a picture of a whole page, as high as the page says it is."""
    found = _HEIGHT.search(_browse(browser, page, "--dump-dom", f"--window-size={width},1000"))
    if not found:
        typer.echo(f"{browser} did not draw the page", err=True)
        raise typer.Exit(1)
    picture.parent.mkdir(parents=True, exist_ok=True)
    size = f"--window-size={width},{found[1]}"
    _browse(browser, page, f"--screenshot={picture}", f"--force-device-scale-factor={_SCALE}", size)


def _browse(browser: str, page: Path, *options: str) -> str:
    # No sandbox: containers offer none, and the page is our own.
    command = [
        *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *("--disable-background-networking", f"--user-data-dir={page.parent / 'profile'}"),
        *(*options, page.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
    return done.stdout


if __name__ == "__main__":
    typer.run(main)
