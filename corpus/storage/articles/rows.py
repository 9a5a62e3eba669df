"""How an article is written into a row, and read from one.

Tested with what stores articles in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice

import sqlalchemy as sa

from corpus.article import Article, Passage
from corpus.storage.tables import ARTICLE
from corpus.storage.times import read_time

BATCH = 500
"""Parameters in one statement; SQLite allows 32,766."""


def digest(article: Article) -> str:
    """Name a text, however its words are spaced."""
    return hashlib.sha256("".join(article.body.split()).encode()).hexdigest()


def write_article(article: Article) -> dict[str, object]:
    """Return an article's columns, but for those that only the archive knows."""
    return {
        "id": article.id,
        "digest": digest(article),
        "url": article.url,
        "headline": article.headline,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "publisher": article.publisher,
        **_dated(article.published),
        "day_only": article.day_only,
        "section": article.section,
        "language": article.language,
        "credit": article.credit,
        "body": article.body,
        "shelf": article.shelf,
    }


def read_article(row: sa.Row[tuple[object, ...]]) -> Article:
    """Read an article from a row of all its columns."""
    article = Article(
        headline=row.headline,
        body=row.body,
        url=row.url,
        authors=tuple(json.loads(row.authors)),
        publisher=row.publisher,
        published=_published(row.published, row.offset_minutes),
        day_only=bool(row.day_only),
        section=row.section,
        language=row.language,
        credit=row.credit,
        shelf=row.shelf,
        corrected=read_time(row.corrected),
        gone=read_time(row.gone),
    )
    if article.url or article.id == row.id:
        return article
    return dataclasses.replace(article, kept_as=row.id)


def read_passage(row: sa.Row[tuple[object, ...]]) -> tuple[Article, Passage]:
    """Read a passage from a row of its bounds and all columns of its article."""
    article = read_article(row)
    return article, Passage(row.id, row.start, row.end, article.body[row.start : row.end])


def read_day(written: str | None, offset_minutes: int) -> int:
    """Return the day of a time where it was, as a proleptic ordinal; 0 where unknown."""
    when = _published(written, offset_minutes)
    return when.toordinal() if when else 0


def is_named(id_or_url: str) -> sa.ColumnElement[bool]:
    """Whether an article has an id or an address."""
    return sa.or_(ARTICLE.c.id == id_or_url, ARTICLE.c.url == id_or_url)


def batches(values: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Divide values into as many as one statement may have."""
    rest = iter(values)
    while some := tuple(islice(rest, BATCH)):
        yield some


def _dated(when: datetime | None) -> dict[str, object]:
    """Write a time in UTC, by which articles are put in order, and its offset beside it."""
    offset = when.utcoffset() if when else None
    return {
        "published": when.astimezone(UTC).isoformat() if when else None,
        "offset_minutes": round(offset.total_seconds() / 60) if offset else 0,
    }


def _published(written: str | None, offset_minutes: int) -> datetime | None:
    when = datetime.fromisoformat(written) if written else None
    if when is None or not offset_minutes:
        return when
    return when.astimezone(timezone(timedelta(minutes=offset_minutes)))
