"""The archive's tables; their columns' types are in `corpus.storage.migrations`.

Tested against the migrations in `tests/corpus/storage/database/test_opening.py`.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from corpus.storage.database.dialects import INTEGER

Shelves = tuple[str, ...] | None
"""Names of shelves; None for all there are."""


_LARGE = ("key", "number", "passage", "revision", "extractions")
"""Columns whose values need 64 bits, which is said with every one that is handed over."""


def _table(name: str, *columns: str) -> sa.TableClause:
    large = dict.fromkeys(_LARGE, INTEGER)
    return sa.table(name, *(sa.column(column, large.get(column)) for column in columns))


ARTICLE = _table(
    "article",
    *("id", "digest", "url", "headline", "authors", "publisher", "published", "day_only"),
    "offset_minutes",
    *("section", "language", "credit", "body", "added", "shelf", "expires", "corrected", "gone"),
    "number",
)
PASSAGE = _table("passage", "key", "article_id", "start", "end", "encoder_id", "embedding", "shelf")
SHELF = _table("shelf", "name", "revision")
ENCODER = _table("encoder", "id", "fingerprint")
FEED = _table("feed", "url", "etag", "modified")
SOURCE = _table(
    "source",
    *("url", "kind", "title", "etag", "modified", "interval_s", "next_check", "last_success"),
    *("errors", "failing_since", "error", "paused", "told", "moved"),
    *("hub", "topic", "secret", "hub_state", "renew"),
)
ENTRY = _table(
    "entry",
    *("url", "source", "article_id", "stamp", "dated", "seen", "tries", "missing", "checked"),
    *("printed", "next_look", "etag", "modified"),
)
VERSION = _table("version", "key", "article_id", "replaced", "headline", "body")
STRIKE = _table("strike", "item", "times")
CHECKPOINT = _table("checkpoint", "file", "state", "pieces", "within", "articles", "failed", "done")
ARCHIVE = _table("archive", "revision", "extractions")
EXTRACTION = _table("extraction", "article_id", "version")
ATTRIBUTION = _table(
    "attribution",
    *("article_id", "position", "start", "end", "kind", "speaker_start", "speaker_end"),
    *("name", "role", "cue_start", "cue_end", "confidence"),
)
ENGINE = _table("engine", "name")
TERM = _table("term", "number", "term")
HELD = _table("held", "number", "shelf", "passages")
PRINTED = _table("printed", "word", "shelf")
MEASURED = _table("measured", "shelf", "passages", "length")
INDEXED = _table("indexed", "key", "passage", "shelf", "length", "terms", "sent")


def exclude_publishers(publishers: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether an article is by none of some publishers."""
    if not publishers:
        return sa.true()
    name = ARTICLE.c.publisher
    return sa.or_(name.is_(None), name.not_in(list(publishers)))


def lies_on(column: sa.ColumnElement[str], shelves: Shelves) -> sa.ColumnElement[bool]:
    """Whether what a column names the shelf of lies on one of some shelves."""
    return sa.true() if shelves is None else column.in_(shelves)
