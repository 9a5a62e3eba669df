"""Where words stand: what every answer shows beside them.

Tested with the answers that carry it in `tests/bot/reply/test_citations.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from corpus.address import TELEGRAM, link_passage
from corpus.article import Article
from corpus.nlp.segment import Slice


@dataclass(frozen=True, slots=True)
class Citation:
    """Where words stand.

    Attributes:
        headline: As printed.
        url: Address that opens at the words, or None for an article without one.
        publisher: Outlet, or None.
        authors: As printed, possibly empty.
        published: UTC time, or None.
        copies: Other publishers that carried the same text.
        corrected: When the text was last replaced here by a corrected one, or None.
        gone: Since when its publisher shows it no longer, or None.
    """

    headline: str
    url: str | None
    publisher: str | None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    copies: tuple[str, ...] = ()
    corrected: datetime | None = None
    gone: datetime | None = None

    def __str__(self) -> str:
        """One line: headline, publisher, authors and day, as far as they are known, and changes."""
        below = join_credit(self.publisher, ", ".join(self.authors), _day(self.published))
        corrected = f"corrected {_day(self.corrected)}" if self.corrected else ""
        gone = "no longer on the publisher’s page" if self.gone else ""
        return " · ".join(filter(None, (f"“{self.headline}”", below, corrected, gone)))


def _day(time: datetime | None) -> str:
    return f"{time.day} {time:%b %Y}" if time else ""


def join_credit(publisher: str | None, authors: str, day: str | None) -> str:
    """Write what stands below a headline, wherever one is shown: parts that are known, in order."""
    return " · ".join(part for part in (publisher, authors, day) if part)


def cite(article: Article, url: str | None, copies: Sequence[Article] = ()) -> Citation:
    """Cite an article at an address.

    Args:
        article: Where the words stand.
        url: Address that opens at them, see `link_to`.
        copies: Articles of other publishers that carry them too.
    """
    others = dict.fromkeys(copy.publisher for copy in copies if copy.publisher)
    return Citation(
        headline=article.headline,
        url=url,
        publisher=article.publisher,
        authors=article.authors,
        published=article.published,
        copies=tuple(name for name in others if name != article.publisher),
        corrected=article.corrected,
        gone=article.gone,
    )


def link_to(article: Article, words: Slice) -> str | None:
    """Link to a stretch of an article; None where the article has no address.

    A post of Telegram's has its address alone: that opens an app, or a page that shows the post in
    a frame, and neither looks for words. The post is all there is to see.
    """
    if article.url is None or article.url.startswith(f"https://{TELEGRAM}/"):
        return article.url
    return link_passage(article.url, article.body, start=words[0], end=words[1])
