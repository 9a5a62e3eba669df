"""Figures of the followed feeds for Prometheus: a few for each of the first, and sums of all.

Tested with the other metrics in `tests/bot/admin/test_metrics.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.admin.feeds import Followed, State

MOST_FEEDS = 500
"""Feeds with figures of their own, those that fail first: each is a series of the database."""


class FeedMetrics(Collector):
    """Reads how the feeds are whenever somebody reads the figures.

    Args:
        read: Lists the feeds, the worst first.
    """

    def __init__(self, read: Callable[[datetime], Sequence[Followed]]) -> None:
        self._read = read

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures; none where the archive does not answer."""
        now = datetime.now(UTC)
        try:
            feeds = self._read(now)
        except SQLAlchemyError:
            return
        states = GaugeMetricFamily("byline_feeds", "Followed feeds, by state", labels=["state"])
        counts = Counter(one.state for one in feeds)
        for state in State:
            states.add_metric([state.value], counts[state])
        yield states
        yield from _of_each(feeds[:MOST_FEEDS], now)


def _of_each(feeds: Sequence[Followed], now: datetime) -> Iterator[GaugeMetricFamily]:
    label = ["feed"]
    read = GaugeMetricFamily(
        "byline_feed_quiet_seconds", "Since a feed was last read", labels=label
    )
    due = GaugeMetricFamily("byline_feed_next_seconds", "Until a feed is asked next", labels=label)
    rate = GaugeMetricFamily("byline_feed_articles_per_day", "Of a feed", labels=label)
    failed = GaugeMetricFamily(
        "byline_feed_failures", "Times in a row that a feed could not be read", labels=label
    )
    for one in feeds:
        source, named = one.source, [one.source.url]
        if source.last_success:
            read.add_metric(named, (now - source.last_success).total_seconds())
        if not source.paused:
            due.add_metric(named, max(0.0, (source.next_check - now).total_seconds()))
        rate.add_metric(named, one.a_day)
        failed.add_metric(named, source.errors)
    yield from (read, due, rate, failed)
