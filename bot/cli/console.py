"""What all commands share: an option, where progress goes, and how wrong input ends.

Tested with the commands in `tests/bot/cli/test_main.py`.
"""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer
from rich.console import Console

from corpus.text import disarm

WRONG_INPUT = 2
ERR = Console(stderr=True)
NO_ARTICLE = "there is no article {}; `byline search` shows ids and addresses"

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def complain(message: str) -> None:
    """Print a line about what is wrong, on stderr; it may quote anything."""
    ERR.print(disarm(message), style="red", markup=False, highlight=False, soft_wrap=True)


def note(message: str) -> None:
    """Print a line beside the results, on stderr; it may quote anything."""
    ERR.print(disarm(message), markup=False, highlight=False, soft_wrap=True)


def fail(message: str) -> NoReturn:
    """Say what is wrong and end the command."""
    complain(message)
    raise typer.Exit(WRONG_INPUT)
