"""Tell a story: what is new, how it came, and where the articles disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus.article import Article
from retrieval.context import SearchContext
from retrieval.period import Period, drop_periods, find_periods
from retrieval.timeline.clustering import Sought, find_event
from retrieval.timeline.contradictions import find_contradictions
from retrieval.timeline.entries import choose_entries
from retrieval.timeline.timeline import Timeline

_ARTICLES = 12
"""Most articles that a story rests on."""


def build_timeline(
    topic: str, context: SearchContext, *, since: date | None, today: date
) -> Timeline:
    """Tell what the articles on a topic say.

    Args:
        topic: As asked; what it says of the time limits the articles.
        context: Where they are.
        since: The first day whose articles count; None for any.
        today: The day from which "yesterday" counts.
    """
    sought = Sought(
        topic=drop_periods(topic, today=today),
        periods=find_periods(topic, today=today),
        since=Period(since, max(since, today)) if since else None,
    )
    articles = _limited(find_event(sought, context))
    news, timeline = choose_entries(sought.topic, articles, context)
    return Timeline(
        topic=sought.topic,
        articles=tuple(articles),
        news=news,
        timeline=timeline,
        disagreements=find_contradictions(articles, context),
        periods=sought.limits,
        searched=context.searched,
    )


def _limited(articles: Sequence[Article]) -> list[Article]:
    """Keep the newest articles and the first one that has a date.

    Args:
        articles: Newest first, those without date last.
    """
    if len(articles) <= _ARTICLES:
        return list(articles)
    dated = [article for article in articles[_ARTICLES - 1 :] if article.published]
    return [*articles[: _ARTICLES - 1], dated[-1] if dated else articles[_ARTICLES - 1]]
