"""The commands that sum up: one article, or a story that several articles tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import output_summaries
from bot.cli.console import ERR, NO_ARTICLE, WRONG_INPUT, AsJson, complain, fail
from bot.cli.stdin import Record, each_record
from bot.services import Services
from bot.settings import load
from corpus.address import resolve_id
from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.offsets import Given
from corpus.text import squeeze
from retrieval.extraction.summary import SENTENCES, summarize
from retrieval.period import drop_periods, find_periods

_NO_DATE = (
    "{!r} is no date that I can read; write it like 2026-08-03, '3 August', 'July 2016', Monday "
    "or yesterday"
)
_NO_TOPIC = "say what the story is about, like this: byline story 'the port strike'"


def summary(
    article: Annotated[
        str | None, typer.Argument(metavar="[ID|URL|FILE]", help="Stored, or in a file.")
    ] = None,
    sentences: Annotated[int, typer.Option(min=1, max=20, help="How many at most.")] = SENTENCES,
    as_json: AsJson = False,
) -> None:
    """Sum up an article in sentences of its own: a stored one, or those of a file.

    Without argument, articles are read from standard input, like the JSON Lines that `add` reads;
    nothing is stored. With --json, spans count in the text as it was given there; otherwise, and
    where that was made from HTML, in the body that `parse --json` shows.
    """

    def show(record: Record) -> None:
        chosen = summarize(record.article, count=sentences)
        output_summaries.show_summary(chosen, record.given, name=record.name, as_json=as_json)

    if article is None:
        each_record(show)
    elif file := _file(article):
        for found in _articles_of(file):
            show(_as_stored(found))
    else:
        _sum_up_stored(article, sentences, as_json=as_json)


def story(
    topic: Annotated[str, typer.Argument(help="As 'the tram line', or 'the strike this week'.")],
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="2026-08-03, '3 August', Monday ...")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what happened, in sentences of several articles: what is new, then how it came."""
    today = datetime.now(UTC).date()
    first = first_day(since, today) if since is not None else None
    if not squeeze(topic):
        fail(_NO_TOPIC)
    with ERR.status("Looking it up"):
        told = Services(load()).searcher.story(squeeze(topic), since=first, today=today)
    output_summaries.show_story(told, as_json=as_json)


def _sum_up_stored(name: str, sentences: int, *, as_json: bool) -> None:
    archive = Services(load())
    article = archive.store.get(resolve_id(name))
    if article is None:
        fail(NO_ARTICLE.format(name))
    with ERR.status("Reading"):
        chosen = archive.searcher.summary(article, count=sentences)
    output_summaries.show_summary(
        chosen,
        _as_stored(article).given,
        name=article.id,
        attributions=archive.store.attributions.of(article.id),
        as_json=as_json,
    )


def _as_stored(article: Article) -> Record:
    return Record(article.id, article, Given(article.body, article.body))


def _file(name: str) -> Path | None:
    """Return the file or folder of this name; None where there is none."""
    if name:  # an unset variable, say, must not mean the folder we are in
        # The name may be too long for a file, or begin with the home of nobody.
        with suppress(OSError, RuntimeError):
            path = Path(name).expanduser()
            return path if path.exists() else None
    return None


def _articles_of(file: Path) -> Iterator[Article]:
    """Yield the articles of a file; what cannot be read is told, and ends the command badly."""
    from corpus.readers.files import read_path

    failed = False
    for item in read_path(file):
        if isinstance(item, Failure):
            complain(f"{item.where}: {item.reason}")
            failed = True
        else:
            yield item
    if failed:
        raise typer.Exit(WRONG_INPUT)


def first_day(text: str, today: date) -> date:
    """Return the day that a date, or the first of the days that a period, as written, names."""
    words = f"since {squeeze(text)}"
    found = find_periods(words, today=today)
    if len(found) != 1 or drop_periods(words, today=today):
        fail(_NO_DATE.format(text))
    return found[0].first
