"""How corrected articles read before.

Tested in `tests/corpus/storage/test_versions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from corpus.article import Article
from corpus.storage.tables import ARTICLE, VERSION, Shelves, lies_on
from corpus.storage.times import read_time, write_time

MOST_VERSIONS = 50
"""Kept of one article, the newest: a ticker that is corrected all day is no history."""


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said until it was corrected.

    Attributes:
        replaced: When another text took its place here, in UTC.
        headline: As it was printed then.
        body: Likewise.
    """

    replaced: datetime | None
    headline: str
    body: str


class Versions:
    """Reads the versions of an archive; reached as `Store.versions`.

    Args:
        engine: The archive's database.
        shelves: Those whose articles are seen.
    """

    def __init__(self, engine: sa.Engine, shelves: Shelves) -> None:
        self._engine = engine
        self._seen = lies_on(ARTICLE.c.shelf, shelves)

    def of(self, article_id: str) -> list[Version]:
        """Return the earlier versions of an article, oldest first; none of one never corrected."""
        query = (
            sa.select(VERSION)
            .join_from(VERSION, ARTICLE, VERSION.c.article_id == ARTICLE.c.id)
            .where(self._seen, VERSION.c.article_id == article_id)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(VERSION.c.key)).all()
        return [Version(read_time(row.replaced), row.headline, row.body) for row in rows]


def is_corrected(old: Article, new: Article) -> bool:
    """Whether two versions of an article say something else, not only spaced otherwise."""
    return _words(old) != _words(new)


def keep_version(connection: sa.Connection, old: Article, replaced: datetime) -> None:
    """Keep the text of an article that is being replaced."""
    row = {"article_id": old.id, "headline": old.headline, "body": old.body}
    connection.execute(sa.insert(VERSION).values(row | {"replaced": write_time(replaced)}))
    newest = sa.select(VERSION.c.key).where(VERSION.c.article_id == old.id)
    kept = newest.order_by(VERSION.c.key.desc()).limit(MOST_VERSIONS)
    spare = (VERSION.c.article_id == old.id) & VERSION.c.key.not_in(kept)
    connection.execute(sa.delete(VERSION).where(spare))


def move_versions(connection: sa.Connection, old_id: str, new_id: str) -> None:
    """Keep the versions of an article that gets another id."""
    row = sa.update(VERSION).where(VERSION.c.article_id == old_id)
    connection.execute(row.values(article_id=new_id))


def _words(article: Article) -> tuple[list[str], list[str]]:
    return article.headline.split(), article.body.split()
