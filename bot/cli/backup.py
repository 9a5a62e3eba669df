"""Commands that save a home folder and bring it back.

Tested with what they call in `tests/bot/storage/test_backup.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import output
from bot.cli.console import ERR, fail
from bot.settings import load
from bot.storage.backup import BackupError, back_up
from bot.storage.backup import restore as bring_back


def backup(
    file: Annotated[Path, typer.Argument(help="What to write; a ZIP file.")],
) -> None:
    """Save articles, settings of chats and feedback to a file; a bot may run meanwhile."""
    try:
        with ERR.status("Saving"):
            manifest = back_up(load().home, file)
    except BackupError as error:
        fail(str(error))
    output.say(f"Saved {manifest.articles} articles to {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="What `byline backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Set aside what is there.")] = False,
) -> None:
    """Bring back what `byline backup` saved; stop the bot first."""
    home = load().home
    try:
        with ERR.status("Restoring"):
            manifest, aside = bring_back(file, home, force=force)
    except BackupError as error:
        fail(str(error))
    output.say(f"Restored {manifest.articles} articles of {manifest.made[:10]} to {home}")
    if aside:
        output.say(f"What was there before is in {aside}")
