"""The commands that ask: for a passage, for hits, for who said what."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from bot.cli import output, output_quotations
from bot.cli.console import ERR, NO_ARTICLE, AsJson, fail
from bot.cli.stdin import Record, each_record
from bot.services import Services
from bot.settings import load
from corpus.address import resolve_id
from corpus.attribution.extractor import extract
from corpus.parse.offsets import Given
from corpus.text import squeeze
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.extraction.candidates import choose_candidates
from retrieval.results import Hit
from retrieval.search import Searcher

Question = Annotated[str, typer.Argument(help="As you would ask a colleague.")]


def ask(question: Question, as_json: AsJson = False) -> None:
    """Answer one question with the passage that answers it, and its source."""
    with ERR.status("Looking it up"):
        searcher = Services(load()).searcher
    _answer(searcher, squeeze(question), as_json=as_json)


def search(
    count: Annotated[int, typer.Option("-k", min=1, max=1000, help="Hits a question.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Rank passages for every line of standard input."""
    searcher = Services(load()).searcher
    for line in sys.stdin:
        if query := line.strip():
            output.show_hits(searcher.search(query, count), as_json=as_json)


def who(
    question: Question,
    person: Annotated[str | None, typer.Option(help="Which of several people.")] = None,
    as_json: AsJson = False,
) -> None:
    """Answer who said what with quotations; other questions with a passage, as `ask` does."""
    archive, question = Services(load()), squeeze(question)
    with ERR.status("Looking it up"):
        searcher = archive.searcher
        said = searcher.who(question, person=person)
    if unread := len(archive.store.attributions.outdated(archive.attributor.version)):
        ERR.print(f"Who said what is not known yet of {unread:,} articles; run: byline reindex")
    if said and said.searched:
        output_quotations.show_said(question, said, archive.store, as_json=as_json)
    else:
        _answer(searcher, question, as_json=as_json)


def quotes(
    article: Annotated[
        str | None, typer.Argument(metavar="[ID|URL]", help="A stored article.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show who said what in a stored article, or in the articles of standard input.

    Standard input is read like the JSON Lines that `add` reads, and nothing is stored. With
    --json, offsets count in the text as it was given; in the body that `parse --json` shows
    where that was made from HTML.
    """
    if article is None:
        each_record(partial(_show_quotes, as_json=as_json))
    else:
        _quotes_of_stored(article, as_json=as_json)


def _answer(searcher: Searcher, question: str, *, as_json: bool) -> None:
    with ERR.status("Looking it up"):
        result = searcher.search(question)
        mark = partial(_excerpt, searcher, question)
        chosen = mark(result.hits[0]) if result.hits else None
        settled = searcher.prefer_newest(result, chosen) if chosen else None
        beside = choose_candidates(settled.result, settled.excerpt, mark) if settled else ()
    output.show_answer(result, settled, beside, as_json=as_json)


def _excerpt(searcher: Searcher, question: str, hit: Hit) -> Excerpt:
    return searcher.excerpt(question, hit.article, hit.passage, hit.window)


def _quotes_of_stored(name: str, *, as_json: bool) -> None:
    archive = Services(load())
    said, article = archive.store.attributions, archive.store.get(resolve_id(name))
    if article is None:
        fail(NO_ARTICLE.format(name))
    unread = article.id in said.outdated(archive.attributor.version)
    if unread and (extraction := extract(archive.attributor, article)):
        said.keep(article, extraction)
    given, found = Given(article.body, article.body), said.of(article.id)
    output_quotations.show_attributions(article, given, found, name=article.id, as_json=as_json)


def _show_quotes(record: Record, *, as_json: bool) -> None:
    from corpus.attribution.attribute import attribute

    article = record.article
    found = attribute(article.body, language=article.language, authors=article.authors)
    output_quotations.show_attributions(
        article, record.given, found, name=record.name, as_json=as_json
    )
