"""Articles are found and listed, those on the shelves in view.

Tested in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from corpus.article import SHARED, Article
from corpus.storage.articles.rows import batches, digest, is_named, read_article
from corpus.storage.tables import ARTICLE, SHELF, Shelves, exclude_publishers, lies_on
from corpus.storage.times import read_time, write_time


@dataclass(frozen=True, slots=True)
class Held:
    """A stored article.

    Attributes:
        article: The article.
        added: When it was stored, UTC; of what a very old Byline stored only the day.
        expires: When it goes by itself, UTC; None for never.
    """

    article: Article
    added: datetime | None
    expires: datetime | None


class ArticleReader:
    """Reads the articles of some shelves."""

    def __init__(self, engine: sa.Engine, shelves: Shelves = (SHARED,)) -> None:
        self._engine = engine
        self._shelves = shelves
        self._seen = lies_on(ARTICLE.c.shelf, shelves)

    def get(self, id_or_url: str) -> Article | None:
        """Return one article by its id or canonical URL."""
        query = sa.select(ARTICLE).where(self._seen, is_named(id_or_url)).order_by(ARTICLE.c.shelf)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return read_article(row) if row else None

    def find_copy(self, article: Article) -> Article | None:
        """Return the article in view that is the same one, or has the same text."""
        same = (ARTICLE.c.id == article.id) | (ARTICLE.c.digest == digest(article))
        query = sa.select(ARTICLE).where(self._seen, same)
        with self._engine.connect() as connection:
            nearest = (ARTICLE.c.digest != digest(article), ARTICLE.c.id != article.id)
            row = connection.execute(query.order_by(*nearest)).first()
        return read_article(row) if row else None

    def held(self) -> list[Held]:
        """What is in view, with when it came and when it goes; the newest first."""
        query = sa.select(ARTICLE).where(self._seen).order_by(ARTICLE.c.number.desc())
        with self._engine.connect() as connection:
            return [
                Held(read_article(row), read_time(row.added), read_time(row.expires))
                for row in connection.execute(query)
            ]

    def articles(self, ids: Iterable[str] | None = None) -> Iterator[Article]:
        """Yield articles in the order they were added; of those with the given ids, if any.

        No connection waits for whoever takes them: what is removed meanwhile may be left out.
        """
        query = sa.select(ARTICLE).where(self._seen).order_by(ARTICLE.c.number)
        for some in batches(self.ids() if ids is None else ids):
            with self._engine.connect() as connection:
                rows = connection.execute(query.where(ARTICLE.c.id.in_(some))).all()
            yield from map(read_article, rows)

    def ids(self) -> list[str]:
        """Ids of all articles, in the order they were added."""
        query = sa.select(ARTICLE.c.id).where(self._seen).order_by(ARTICLE.c.number)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def addresses(self, prefix: str) -> dict[str, str]:
        """Ids of the articles whose addresses begin so, each with its address."""
        query = sa.select(ARTICLE.c.id, ARTICLE.c.url).where(self._seen)
        begins = ARTICLE.c.url.startswith(prefix, autoescape=True)
        with self._engine.connect() as connection:
            found = connection.execute(query.where(begins).order_by(ARTICLE.c.url))
            return {row.id: row.url for row in found}

    def latest(self, count: int, *, without: Collection[str] = ()) -> list[Article]:
        """Return the articles published last, newest first; none of some publishers."""
        newest = ARTICLE.c.published.desc().nulls_last()
        query = sa.select(ARTICLE).where(self._seen, exclude_publishers(without))
        ordered = query.order_by(newest, ARTICLE.c.id).limit(count)
        with self._engine.connect() as connection:
            return [read_article(row) for row in connection.execute(ordered)]

    def publishers(self) -> list[str]:
        """Name the publishers, those with most articles first."""
        name = ARTICLE.c.publisher
        query = sa.select(name).where(self._seen, name.is_not(None)).group_by(name)
        with self._engine.connect() as connection:
            ordered = query.order_by(sa.func.count().desc(), name)
            return list(connection.execute(ordered).scalars())

    def languages(self) -> dict[str, int]:
        """Count the articles by language."""
        query = sa.select(ARTICLE.c.language, sa.func.count()).where(self._seen)
        with self._engine.connect() as connection:
            rows = connection.execute(query.group_by(ARTICLE.c.language))
            return {row.language: row[1] for row in rows}

    def count(self, *, without: Collection[str] = ()) -> int:
        """Number of articles, those of some publishers apart."""
        with self._engine.connect() as connection:
            return self._count(connection, without=without)

    def _count(self, connection: sa.Connection, *, without: Collection[str] = ()) -> int:
        query = sa.select(sa.func.count()).select_from(ARTICLE)
        shown = query.where(self._seen, exclude_publishers(without))
        return int(connection.execute(shown).scalar_one())

    def count_since(self, when: datetime) -> int:
        """Number of articles that were stored at a time or later."""
        query = sa.select(sa.func.count()).select_from(ARTICLE)
        shown = query.where(self._seen, ARTICLE.c.added >= write_time(when))
        with self._engine.connect() as connection:
            return int(connection.execute(shown).scalar_one())

    def revision(self) -> int:
        """A number that grows with every change of the articles in view."""
        with self._engine.connect() as connection:
            return self._revision(connection)

    def _revision(self, connection: sa.Connection) -> int:
        query = sa.select(sa.func.max(SHELF.c.revision)).where(lies_on(SHELF.c.name, self._shelves))
        return int(connection.execute(query).scalar_one() or 0)
