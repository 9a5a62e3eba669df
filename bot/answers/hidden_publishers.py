"""Whether publishers that a reader leaves out may be why nothing was found.

Tested with the preferences that hide them in `tests/bot/storage/test_preferences.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from bot import texts
from bot.reply.reply import Note
from bot.storage.preferences import Preferences


def note_hidden(now: Preferences, otherwise: Callable[[], bool]) -> tuple[Note, ...]:
    """Say how many publishers are left out, where that may be why there is no answer.

    Args:
        now: What is set.
        otherwise: Looks whether there would be an answer, were nobody left out.
    """
    if not now.left_out or not otherwise():
        return ()
    return (Note(texts.say("left-out", publishers=len(now.left_out))),)
