"""What the newsroom shows, gathered.

Tested with the pages in `tests/bot/pages/newsroom/test_handlers.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.admin.feeds import Followed, list_feeds
from bot.pages.newsroom.likeness import Group, gather
from bot.services import Services
from bot.storage.alerts.subscriptions import Kind
from bot.storage.feedback import Rating
from bot.storage.pages.asked import Question
from bot.storage.usage import Usage
from retrieval.results import Verdict

_DAYS = 14
_LATELY, _UNANSWERED, _THUMBS, _FEEDS = 50, 400, 50, 200


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of the bot.

    Attributes:
        articles: How many everybody may see.
        usage: How much was asked.
        lately: What was asked last; None where questions are not shown.
        unanswered: What nothing answers, alike together; None likewise.
        down: Thumbs down of the last two weeks, newest first.
        feeds: The worst first.
        alerts: How many alerts and digests there are.
        told: Articles told of by day, the oldest first.
    """

    articles: int
    usage: Usage
    lately: list[Question] | None
    unanswered: list[Group] | None
    down: list[Rating]
    feeds: list[Followed]
    alerts: Mapping[Kind, tuple[int, int]]
    told: Mapping[date, tuple[int, int]]


def gather_figures(archive: Services, now: datetime) -> Figures:
    """Gather everything; takes some hundred milliseconds where much is not answered.

    Args:
        archive: The bot's articles and chats.
        now: UTC time.

    Raises:
        ModelError: What tells questions alike cannot be loaded.
    """
    state = archive.chats
    asked = state.asked if archive.settings.newsroom_questions else None
    unanswered = asked.lately(_UNANSWERED, Verdict.NOTHING) if asked else None
    ratings = state.feedback.ratings(now - timedelta(days=_DAYS))
    return Figures(
        articles=archive.store.count(),
        usage=state.usage.usage(now, _DAYS),
        lately=asked.lately(_LATELY) if asked else None,
        unanswered=None if unanswered is None else gather(unanswered, archive.encoder),
        down=[one for one in reversed(ratings) if not one.good][:_THUMBS],
        feeds=list_feeds(archive.store, now)[:_FEEDS],
        alerts=state.subscriptions.count(),
        told=_count_told(archive, now),
    )


def _count_told(archive: Services, now: datetime) -> dict[date, tuple[int, int]]:
    """How many articles were told of on each day (UTC)."""
    days = [now.date() - timedelta(days=back) for back in range(_DAYS - 1, -1, -1)]
    starts = [datetime(one.year, one.month, one.day, tzinfo=now.tzinfo) for one in days]
    since = [*map(archive.chats.outbox.count, starts), 0]
    return {day: (since[n] - since[n + 1], 0) for n, day in enumerate(days)}
