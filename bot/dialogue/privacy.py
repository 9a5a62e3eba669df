"""What readers are told about what is kept of them, and about what was deleted.

Tested on the emulated Telegram in `tests/telegram/test_privacy.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot import texts

SHELF = "shelf"
"""Counts the articles of the chat's shelf among what was deleted."""
_ANSWERS = ("answer", "shown", "talk")
_NAMED = ("exchange", *_ANSWERS, "feedback", "preference", "subscription", SHELF)


def describe_kept(
    retention: timedelta,
    shelf_days: int | None = None,
    *,
    seen: bool = False,
    traces: bool = False,
) -> str:
    """Say what is kept, and for how long; a part of an hour counts as one.

    Args:
        retention: For how long questions are.
        shelf_days: For how many days what is handed in; None where nothing can be.
        seen: Whether whoever runs the bot may read the questions.
        traces: Whether the bytes of what is deleted stay for a while: see docs/privacy.md.
    """
    kept = [texts.say("privacy", hours=-(-retention // timedelta(hours=1)))]
    kept += [texts.say("privacy-newsroom")] if seen else []
    kept += [texts.say("privacy-shelf", days=shelf_days)] if shelf_days else []
    kept += [texts.say("privacy-alerts")]
    kept += [texts.say("privacy-database")] if traces else []
    return "\n\n".join(kept)


def describe_forgotten(deleted: Mapping[str, int], *, traces: bool = False) -> str:
    """Say what was deleted, by kind.

    Args:
        deleted: How many rows of which table (see `bot.storage.erasure.forget`).
        traces: As `describe_kept` says.
    """
    # An answer has a row of its own in several tables; it is one answer all the same.
    answers = max(deleted.get(table, 0) for table in _ANSWERS)
    alerts = deleted.get("subscription", 0)
    others = sum(count for table, count in deleted.items() if table not in _NAMED)
    parts = (
        (deleted.get("exchange", 0), texts.say("questions", count=deleted.get("exchange", 0))),
        (answers, texts.say("noted-answers", count=answers)),
        (deleted.get("feedback", 0), texts.say("thumbs", count=deleted.get("feedback", 0))),
        (deleted.get("preference", 0), texts.say("your-settings")),
        (alerts, texts.say("noted-alerts", count=alerts)),
        (deleted.get(SHELF, 0), texts.say("shelf-articles", count=deleted.get(SHELF, 0))),
        (others, texts.say("other-notes", count=others)),
    )
    told = [words for count, words in parts if count]
    if not told:
        return texts.say("forgot-nothing")
    what = ", ".join(told)
    return texts.say("forgot-database", what=what) if traces else texts.say("forgot", what=what)
