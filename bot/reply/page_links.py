"""Where words stand: the publisher's page or, of an article without an address, a page of ours.

Which pages there are, and for whom, says `showing`; outside of any such article has none.

Tested with the addresses in `tests/bot/pages/test_addresses.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.reply.reply import Button, Use
from corpus.article import Article
from corpus.nlp.segment import Slice
from retrieval import citation


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of ours, for one reader.

    Attributes:
        url: Opens in any browser, at the words.
        app: Opens the same within Telegram, as a Mini App.
    """

    url: str
    app: str


Pages = Callable[[Article, Slice | None], PageLink | None]
"""Names the page of an article, opened at some words of it or at its top; None where there is none
just now."""

_pages: ContextVar[Pages | None] = ContextVar("pages", default=None)


@contextmanager
def showing(pages: Pages | None) -> Iterator[None]:
    """Link to these pages for as long as the context lasts; to none of ours where None."""
    before = _pages.set(pages)
    try:
        yield
    finally:
        _pages.reset(before)


def link_to(article: Article, words: Slice | None = None) -> str | None:
    """Link to a stretch of an article, or to its top; None where it has no page."""
    if article.url is not None:
        return citation.link_to(article, words) if words else article.url
    page = _find(article, words)
    return page.url if page else None


def open_at(label: str, article: Article, words: Slice | None = None) -> tuple[Button, ...]:
    """The button that opens an article at some words; none where it has no page."""
    if article.url is not None:
        return (Button(label, url=link_to(article, words) or "", use=Use.SHOW),)
    page = _find(article, words)
    return (Button(label, url=page.url, app=page.app, use=Use.SHOW),) if page else ()


def _find(article: Article, words: Slice | None) -> PageLink | None:
    pages = _pages.get()
    return pages(article, words) if pages else None
