"""Look again at the pages of articles: whether they were corrected, or are gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from corpus.article import Article
from corpus.errors import FetchError, StatusError, UnreadableError
from corpus.following.desk import Desk
from corpus.following.schedule import choose_look
from corpus.parse.feed import Entry
from corpus.readers.web import complete, read_html
from corpus.storage.entries import Listed

_GONE = frozenset({404, 410})
_MISSING = 2
"""Times that a page must not be there until its article counts as gone."""
_AGAIN = timedelta(hours=1)
_CUT = 0.6
"""A text shorter than this part of the one it was is no correction, if it says nothing new."""


def look(listed: Listed, desk: Desk) -> None:
    """Ask for an article's page once more; what changed is stored, what is gone is marked.

    Raises:
        StoreError: The article cannot be stored.
        ToolError: Nothing can be read at all.
    """
    now = desk.clock()
    known = replace(listed, checked=now, next_look=choose_look(listed.dated, now))
    article = desk.store.get(listed.article_id or "")
    if article is None:  # somebody removed it
        desk.store.entries.keep(replace(known, next_look=None))
        return
    try:
        page = desk.fetcher.get(listed.url, robots=True, etag=listed.etag, modified=listed.modified)
    except FetchError as error:
        if isinstance(error, StatusError) and error.status in _GONE:
            known = _missed(known, article, desk)
        desk.store.entries.keep(known)
        return
    if not page.unchanged:
        try:
            _replace(article, read_html(page, desk.sandbox), desk)
        except UnreadableError:  # it says nothing that could be kept
            desk.store.entries.keep(replace(known, missing=0))
            return
    if article.gone:
        desk.store.mark_gone(article.id, None)
    desk.store.entries.keep(replace(known, missing=0, etag=page.etag, modified=page.modified))


def _missed(known: Listed, article: Article, desk: Desk) -> Listed:
    missing, now = known.missing + 1, desk.clock()
    if missing < _MISSING:
        return replace(known, missing=missing, next_look=now + _AGAIN)
    if article.gone is None:
        desk.store.mark_gone(article.id, now)
    return replace(known, missing=missing)


def _replace(old: Article, found: Article, desk: Desk) -> None:
    """Store what a page says now, unless that is another article's, or less of the same."""
    printed = Entry(old.url or "", old.headline, old.authors, old.published)
    new = complete(found, printed)
    if new.id == old.id and not _is_cut(old, new):
        desk.take(new)


def _is_cut(old: Article, new: Article) -> bool:
    """Whether a page shows only a part of what it showed, as behind a paywall."""
    parts = new.body.split("\n\n")
    shorter = len(new.body) < _CUT * len(old.body)
    return shorter and {*(parts[:-1] or parts)} <= {*old.body.split("\n\n")}
