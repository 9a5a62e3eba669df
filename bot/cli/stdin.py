"""Articles on standard input, for the commands that read them and store nothing.

Tested with the command that reads them in `tests/bot/cli/test_summarise.py`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from bot.cli.console import WRONG_INPUT, complain
from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.offsets import Given

if TYPE_CHECKING:
    from corpus.parse.records import GivenRecord


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
    from corpus.parse.records import cut_records
    from corpus.sandbox.sandbox import Sandbox

    failed, sandbox = False, Sandbox()
    for piece in cut_records(sys.stdin.buffer, where="line"):
        for read in [piece] if isinstance(piece, Failure) else sandbox.read_given(piece):
            if isinstance(read, Failure):
                complain(f"{read.where}: {read.reason}")
                failed = True
            else:
                use(_record(read))
    if failed:
        raise typer.Exit(WRONG_INPUT)


def _record(read: GivenRecord) -> Record:
    article = read.article
    name = json.loads(read.name) if read.name else article.id
    return Record(name, article, Given(read.text, article.body))
