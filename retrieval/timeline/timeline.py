"""A story over several articles: what is new, how it came, and where they disagree.

Tested with whole stories in `tests/retrieval/timeline/test_build.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.article import Article
from corpus.nlp.segment import Slice
from retrieval.period import Period


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a story, in an article's own words.

    Attributes:
        article: Where it stands.
        sentence: One or two whole sentences of the article's body.
        copies: Other articles that print it in nearly the same words, earliest first.
    """

    article: Article
    sentence: Slice
    copies: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeline:
    """What several articles tell of one event.

    Attributes:
        topic: As asked, without what it says of the time.
        articles: What it rests on, newest first; empty where no article is about the topic.
        news: What is new: lines of the newest articles.
        timeline: How it came: lines of the articles before, oldest first.
        disagreements: Lines that contradict each other, two or more each.
        periods: What the articles are limited to, as asked.
        searched: How many articles were searched.
    """

    topic: str
    articles: tuple[Article, ...]
    news: tuple[Entry, ...]
    timeline: tuple[Entry, ...]
    disagreements: tuple[tuple[Entry, ...], ...] = ()
    periods: tuple[Period, ...] = ()
    searched: int = 0
