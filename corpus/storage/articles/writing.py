"""What storing an article takes: what it would change, its passages, the archive's revision.

Tested in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from enum import StrEnum

import sqlalchemy as sa

from corpus.article import SHARED, Article, Passage
from corpus.storage.articles.rows import digest, read_article
from corpus.storage.database.dialects import notify
from corpus.storage.embeddings import Embeddings
from corpus.storage.tables import ARCHIVE, ARTICLE, ATTRIBUTION, ENCODER, EXTRACTION, PASSAGE, SHELF

CHANGED = "articles"
"""What processes over a PostgreSQL database are told when a revision moved on."""
_GAP = 2**32
"""Room between two changes' keys; SQLite's 63 bits hold four thousand million such gaps."""


class Change(StrEnum):
    """What storing an article did."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def tell_change(connection: sa.Connection, article: Article, *, apart: str = "") -> Change:
    """What storing an article would do; as if the one with the id that is apart were not there."""
    if stored := find_stored(connection, article):
        return Change.UNCHANGED if stored == article else Change.UPDATED
    here = ARTICLE.c.shelf.in_((SHARED, article.shelf))
    same = here & (ARTICLE.c.digest == digest(article)) & (ARTICLE.c.id != apart)
    copies = sa.select(ARTICLE.c.publisher).where(same)
    publishers = list(connection.execute(copies).scalars())
    known = article.publisher in publishers or None in publishers
    return Change.UNCHANGED if known or (publishers and not article.publisher) else Change.ADDED


def find_stored(connection: sa.Connection, article: Article) -> Article | None:
    """Return what is kept under an article's id."""
    row = connection.execute(sa.select(ARTICLE).where(ARTICLE.c.id == article.id)).first()
    return read_article(row) if row else None


def insert_passages(
    connection: sa.Connection,
    article: Article,
    passages: Sequence[Passage],
    embeddings: Embeddings,
    *,
    first_key: int,
) -> None:
    """Store an article's passages under the next keys, in their order."""
    encoder = sa.select(ENCODER.c.id).where(ENCODER.c.fingerprint == embeddings.fingerprint)
    encoder_id = connection.execute(encoder).scalar()
    if encoder_id is None:
        row = sa.insert(ENCODER).values(fingerprint=embeddings.fingerprint)
        encoder_id = connection.execute(row.returning(ENCODER.c.id)).scalar_one()
    rows = [
        {
            "key": key,
            "article_id": passage.article_id,
            "shelf": article.shelf,
            "start": passage.start,
            "end": passage.end,
            "encoder_id": encoder_id,
            "embedding": vector.tobytes(),
        }
        for key, (passage, vector) in enumerate(
            zip(passages, embeddings.vectors, strict=True), start=first_key
        )
    ]
    if rows:
        connection.execute(sa.insert(PASSAGE), rows)


def move_passages(connection: sa.Connection, article_id: str, moved: Article) -> None:
    """Hand over what belongs to one article to another, its passages under new keys."""
    query = sa.select(PASSAGE.c.key).where(PASSAGE.c.article_id == article_id)
    keys = list(connection.execute(query.order_by(PASSAGE.c.key)).scalars())
    first = advance(connection, moved.shelf, len(keys))
    for new, key in enumerate(keys, start=first):
        row = sa.update(PASSAGE).where(PASSAGE.c.key == key)
        connection.execute(row.values(key=new, article_id=moved.id, shelf=moved.shelf))
    for table in (ATTRIBUTION, EXTRACTION):
        row = sa.update(table).where(table.c.article_id == article_id)
        connection.execute(row.values(article_id=moved.id))


def advance(connection: sa.Connection, shelf: str, keys: int = 0) -> int:
    """Move a shelf on to a new revision and return the first of as many keys, all of them new.

    All shelves' revisions and keys come from one rising series with random gaps, so that an index
    of another archive, or of this one before an older copy was put back, shares none by chance.
    """
    last = int(connection.execute(sa.select(ARCHIVE.c.revision)).scalar_one())
    first = last + 1 + secrets.randbelow(_GAP)
    connection.execute(sa.update(ARCHIVE).values(revision=first + keys))
    moved = sa.update(SHELF).where(SHELF.c.name == shelf).values(revision=first + keys)
    if not connection.execute(moved).rowcount:
        connection.execute(sa.insert(SHELF).values(name=shelf, revision=first + keys))
    notify(connection, CHANGED)
    return first
