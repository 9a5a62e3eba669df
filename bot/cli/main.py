"""The commands. Results go to stdout, progress and logs to stderr; wrong input exits with 2."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from rich.console import Console

from bot.cli import (
    add,
    ask,
    backup,
    check,
    feedback,
    follow,
    migrate,
    output,
    summarise,
)
from bot.cli.console import ERR, NO_ARTICLE, WRONG_INPUT, AsJson, complain, fail
from bot.cli.counting import show_counting
from bot.services import Services
from bot.settings import Settings, SettingsError, load
from corpus.address import resolve_id
from corpus.article import Article
from corpus.errors import CorpusError
from corpus.ingest import attribute_missing
from corpus.ingest import reindex as embed_again
from corpus.readers.sample import seed
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.dialogue.hand_ins import HandIns

app = typer.Typer(
    help="Ask the news: a question gets the passage that answers it, and its source.",
    epilog="Example: byline add ~/articles && byline ask 'Who opposed the plan?'",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run a command; every foreseeable fault is one line that says what to do."""
    os.umask(0o077)  # whatever is written, questions and articles are nobody else's to read
    # Idle OpenMP threads spin on the cores that the answers need, unless told to sleep.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # A question or a file's name that is no UTF-8 must not end in a traceback.
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    # By default it logs to stdout, among the results.
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    try:
        app()
    except (CorpusError, RetrievalError, SettingsError) as error:
        complain(str(error))
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


app.command(epilog="Example: byline add articles/ https://news.example/feed.xml")(add.add)
app.command(epilog="Example: byline ask 'What did both sides agree?'")(ask.ask)
app.command(epilog="Example: byline search -k 10 --json < questions.txt > run.jsonl")(ask.search)
app.command(epilog="Example: byline who 'What did the mayor say about the bridge?'")(ask.who)
app.command(epilog="Example: byline quotes --json < articles.jsonl")(ask.quotes)
app.command(epilog="Example: byline check --repair")(check.check)
app.command(epilog="Example: byline backup byline-monday.zip")(backup.backup)
app.command(epilog="Example: byline restore byline-monday.zip")(backup.restore)
app.command(epilog="Example: byline migrate postgresql+psycopg://byline@db.example/byline")(
    migrate.migrate
)
app.command(epilog="Example: byline follow https://news.example --opml feeds.opml")(follow.follow)
app.command(epilog="Example: byline unfollow https://news.example/feed.xml")(follow.unfollow)
app.command(epilog="Example: byline feeds --opml > feeds.opml")(follow.feeds)
app.command(epilog="Example: byline history https://news.example/2026/story")(follow.history)
app.command(epilog="Example: byline summary clipping.txt --sentences 1")(summarise.summary)
app.command(epilog="Example: byline story 'the tram line' --since Monday")(summarise.story)
app.command(epilog="Example: byline feedback --since Monday --json")(feedback.feedback)


@app.command(epilog="Example: byline evaluate questions.jsonl --json > before.json")
def evaluate(
    questions: Annotated[Path, typer.Argument(help="JSON Lines; see README.md.")],
    qrels: Annotated[Path | None, typer.Option(help="Judgments in BEIR's or TREC's form.")] = None,
    against: Annotated[Path | None, typer.Option(help="What --json printed earlier.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score the archive's answers to questions whose answers are known.

    With --against, say what changed and whether it could be chance.
    """
    from retrieval.evaluation import evaluate as scoring
    from retrieval.evaluation import qrels as judgments
    from retrieval.evaluation import significance

    asked = judgments.read(questions, qrels)
    before = significance.read_evaluation(against, asked) if against else None
    archive = Services(load())
    models = archive.encoder.fingerprint, archive.reader.name if archive.reader else ""
    with output.show_asking(ERR, len(asked.cases)) as progress:
        after = scoring.evaluate(
            asked, archive.searcher, model=" + ".join(filter(None, models)), progress=progress
        )
    with ERR.status("Comparing"):
        differences = significance.compare(before, after) if before else []
    output.show_evaluation(after, before, differences, as_json=as_json)


@app.command(epilog="Example: byline parse page.html clipping.txt --json")
def parse(
    files: Annotated[list[Path], typer.Argument(help="Pages, pasted text, JSON Lines.")],
    as_json: AsJson = False,
) -> None:
    """Show what would be read from files, without storing anything."""
    from corpus.readers.files import read_path

    read = 0
    for file in files:
        for item in read_path(file):
            output.show_parsed(file, item, as_json=as_json)
            read += isinstance(item, Article)
    if not read:
        raise typer.Exit(WRONG_INPUT)


@app.command(epilog="Example: byline chat --json < messages.jsonl > replies.jsonl")
def chat(as_json: AsJson = False) -> None:
    """Talk to Byline in this terminal.

    With --json, messages come from standard input, an object a line with "dialogue", "text" and,
    if you like, "now"; each is answered at once by an object on a line of its own. Messages of one
    dialogue share a chat. Nothing of them is kept.
    """
    if as_json:
        from bot.cli import chat_json

        chat_json.talk(Services(load()))
    else:
        _talk(Services(load()))


@app.command(epilog="Example: TELEGRAM_BOT_TOKEN=123456:ABC... byline bot")
def bot() -> None:
    """Answer on Telegram until stopped."""
    settings = load()
    with _alone(settings):
        _serve(Services(settings), settings)


@app.command(epilog="Example: byline run")
def run() -> None:
    """Answer on Telegram where a token is set, in this terminal otherwise.

    An empty archive answers from the bundled sample until the first article is added.
    """
    settings = load()
    archive = Services(settings)
    with _alone(settings) if settings.telegram_bot_token else nullcontext():
        _seed(archive)
        if settings.telegram_bot_token:
            _serve(archive, settings)
            return
    ERR.print("TELEGRAM_BOT_TOKEN is not set, so we talk here.", style="dim")
    _talk(archive)


@app.command(epilog="Example: BYLINE_MODEL=all-mpnet-base-v2 byline reindex")
def reindex(
    everything: Annotated[
        bool, typer.Option("--all", help="Also what today's models have done already.")
    ] = False,
    engine: Annotated[
        bool, typer.Option("--engine", help="Fill the search engine anew from the archive instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Embed all articles anew with the model in use, and find anew who said what.

    May be interrupted and repeated; what was done by today's models is not done again, but with
    --all.
    """
    archive = Services(load())
    if engine:
        _fill_engine(archive, as_json=as_json)
        return
    store = archive.store.whole()
    ids = store.ids() if everything else None
    with show_counting(ERR) as progress:
        tally = embed_again(ids, store=store, embedder=archive.encoder, progress=progress)
        for _ in attribute_missing(ids, store=store, attributor=archive.attributor):
            tally.attributed += 1
            progress(tally)
    archive.searcher.save()
    output.show_reindexed(tally, as_json=as_json)


def _fill_engine(archive: Services, *, as_json: bool) -> None:
    """Empty the engine and send it everything; a bot that runs answers from what is there by then.

    Interrupted, it is gone on with by whatever searches next.
    """
    from retrieval.index.catch_up import catch_up, rebuild

    if archive.engine is None:
        raise SettingsError("the index lies in memory; set BYLINE_ENGINE=milvus to use an engine")
    rebuild(archive.store, archive.engine)
    sent = 0
    with ERR.status("Filling the engine") as shown:
        for count in catch_up(archive.store, archive.engine, archive.encoder.fingerprint):
            sent += count
            shown.update(f"Filling the engine: {sent} passages")
    output.show_filled(sent, as_json=as_json)


@app.command(epilog="Example: byline stats --json")
def stats(as_json: AsJson = False) -> None:
    """Say what the archive holds and which model searches it."""
    archive = Services(load())
    output.show_stats(archive, as_json=as_json)


@app.command(epilog="Example: byline remove https://news.example/2026/story")
def remove(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="See `byline search`.")],
) -> None:
    """Remove an article with its passages."""
    if not Services(load()).store.remove(resolve_id(article)):
        fail(NO_ARTICLE.format(article))
    output.say(f"Removed {article}")


@app.command(epilog="Example: byline export backup.jsonl")
def export(
    file: Annotated[Path, typer.Argument(help="JSON Lines that `byline add` reads again.")],
) -> None:
    """Write all articles to a file of JSON Lines."""
    from corpus.parse.records import write_record

    archive = Services(load())
    partly = file.with_name(f"{file.name}.part")
    try:
        with partly.open("w", encoding="utf-8") as lines:
            for article in archive.store.articles():
                lines.write(json.dumps(write_record(article), ensure_ascii=False) + "\n")
        partly.replace(file)
    except OSError as error:
        with suppress(OSError):
            partly.unlink()
        fail(f"cannot write {file}: {error.strerror}")
    output.say(f"Wrote {archive.store.count()} articles to {file}")


def _seed(archive: Services) -> None:
    with show_counting(ERR) as progress:
        seed(
            archive.store,
            archive.home,
            archive.encoder,
            progress,
            attributor=archive.attributor,
        )


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Be the one bot of a home folder, or say in one line who is, and end."""
    from bot.telegram.home_lock import HomeTakenError, hold_home
    from bot.telegram.receiving.polling import TAKEN_TOKEN

    try:
        with hold_home(settings.home):
            yield
    except HomeTakenError as error:
        complain(str(error))
        sys.exit(TAKEN_TOKEN)


def _talk(archive: Services) -> None:
    from bot.dialogue.conversation import Conversation
    from bot.terminal import Chat

    with ERR.status("Opening the archive"):
        archive.warm()
        archive.searcher.refresh()
    with archive.kept_fresh() as searcher:
        archive.chats.purge()
        talk = Conversation(
            searcher,
            archive.chats,
            hand_ins=_make_hand_ins(archive),
            alerts=archive.settings.alerts,
        )
        Chat(talk, Console(highlight=False)).run()


def _make_hand_ins(archive: Services) -> HandIns | None:
    """Make what takes in what readers hand in, unless that is turned off."""
    from bot.dialogue.hand_ins import HandIns
    from bot.intake import Intake

    settings = archive.settings
    if settings.readers_add == "off":
        return None
    return HandIns(Intake(archive), archive.store.whole(), archive.chats, settings)


def _serve(archive: Services, settings: Settings) -> None:
    from bot import logs
    from bot.dialogue.conversation import Conversation
    from bot.pages.opening import name_pages
    from bot.telegram.app import run as answer_on_telegram

    if settings.telegram_bot_token is None:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN is not set; make a bot with @BotFather and copy its token, "
            "or talk in the terminal with `byline chat`"
        )
    secrets = [settings.telegram_bot_token, settings.webhook_secret]
    values = [secret.get_secret_value() for secret in secrets if secret]
    logs.configure(settings.log_level, secrets=values)
    state = archive.chats
    archive.tell_model()
    with archive.kept_fresh() as searcher, _others(archive):
        talk = Conversation(
            searcher,
            state,
            hand_ins=_make_hand_ins(archive),
            alerts=settings.alerts,
            pages=name_pages(settings, state),
            seen=settings.newsroom_questions,
        )
        answer_on_telegram(settings, talk, state, archive=archive)


@contextmanager
def _others(archive: Services) -> Iterator[None]:
    """Be one of several processes, where there may be: with the model loaded, others answer yet."""
    if archive.coordination.shared:
        archive.encoder.encode(["warm up"])
    with archive.coordination:
        yield
