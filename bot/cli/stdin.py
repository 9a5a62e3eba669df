"""Articles on standard input, for the commands that read them and store nothing.

Tested with the command that reads them in `tests/bot/cli/test_summarise.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import typer

from bot.cli.console import WRONG_INPUT, complain
from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.offsets import Given


@dataclass(frozen=True, slots=True)
class Record:
    """An article as it was given.

    Attributes:
        name: Its id, of whatever kind; the article's own where none was given.
        article: What was read from it.
        given: Its text, in which offsets are to count.
    """

    name: object
    article: Article
    given: Given


def each_record(use: Callable[[Record], None]) -> None:
    """Use every article of standard input, in its order.

    It may hold whatever JSON `byline add` reads. What cannot be read is told by its line, does not
    stop the rest, and ends the command with `WRONG_INPUT`.
    """
    from corpus.parse.records import read_fields

    failed = False
    for item in read_fields(sys.stdin.buffer, where="line"):
        read = item if isinstance(item, Failure) else _read(*item)
        if isinstance(read, Failure):
            complain(f"{read.where}: {read.reason}")
            failed = True
        else:
            use(read)
    if failed:
        raise typer.Exit(WRONG_INPUT)


def _read(where: str, fields: Mapping[str, object]) -> Record | Failure:
    from corpus.parse.records import read_record, read_text

    try:
        article = read_record(fields)
    except UnreadableError as error:
        return Failure(where, str(error))
    own = fields.get("id")
    name = article.id if own in (None, "") else own
    return Record(name, article, Given(read_text(fields), article.body))
