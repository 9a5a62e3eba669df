"""Commands that save a home folder and bring it back.

Tested with what they call in `tests/bot/storage/test_backup.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import output
from bot.cli.console import ERR, fail
from bot.settings import Settings, load
from bot.storage.backup import BackupError, back_up
from bot.storage.backup import restore as bring_back


def backup(
    file: Annotated[Path, typer.Argument(help="What to write; a ZIP file.")],
) -> None:
    """Save articles, settings of chats and feedback to a file; a bot may run meanwhile."""
    settings = load()
    try:
        with ERR.status("Saving"):
            manifest = back_up(settings.home, file, url=_url(settings))
    except BackupError as error:
        fail(str(error))
    output.say(f"Saved {manifest.articles} articles to {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="What `byline backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Set aside what is there.")] = False,
) -> None:
    """Bring back what `byline backup` saved; stop the bot first."""
    settings = load()
    url = _url(settings)
    try:
        with ERR.status("Restoring"):
            manifest, aside = bring_back(file, settings.home, force=force, url=url)
    except BackupError as error:
        fail(str(error))
    where = "the database" if url else settings.home
    output.say(f"Restored {manifest.articles} articles of {manifest.made[:10]} to {where}")
    if aside:
        output.say(f"What was there before is in {aside}")


def _url(settings: Settings) -> str:
    return settings.database_url.get_secret_value() if settings.database_url else ""
