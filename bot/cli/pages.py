"""The command that ends all links to readers' shelves."""

from __future__ import annotations

from bot.cli import output
from bot.services import Services
from bot.settings import load


def unlink() -> None:
    """Let no link to a reader's shelf, and no admin's session, open anything any more."""
    chats = Services(load()).chats
    chats.page_keys.replace(chats.clock())
    output.say("Links to shelves that were sent so far open nothing any more.")
