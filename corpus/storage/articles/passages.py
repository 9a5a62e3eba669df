"""Passages are found by their keys, and what is new of them since a key was the highest.

Tested in `tests/corpus/storage/test_store.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.storage.articles.listing import ArticleReader
from corpus.storage.articles.rows import BATCH, batches, read_day, read_passage
from corpus.storage.database.dialects import join_numbers, read_snapshot
from corpus.storage.embeddings import UNEMBEDDED, find_unsound, stack_stored
from corpus.storage.tables import ARTICLE, ENCODER, PASSAGE, Shelves, lies_on


@dataclass(frozen=True, slots=True)
class Changes:
    """What an index needs to catch up with the archive; all of it from one moment.

    Attributes:
        revision: Of the archive.
        articles: How many there are.
        keys: Keys of all passages, int64, ascending. A key is never given twice.
        spans: Article id, start and end of each new passage, in ascending order of key.
        publishers: Of each new passage's article; an empty string where it has none.
        days: When each was published where it was, as proleptic ordinals (see `date.toordinal`),
            int32; 0 where unknown.
        fingerprints: Of the encoders that embedded the new passages.
        vectors: Their embeddings as they are stored, float16, shape (new passages, dimension).
            Some may be damaged: see `find_unsound`.
    """

    revision: int
    articles: int
    keys: NDArray[np.int64]
    spans: list[tuple[str, int, int]]
    publishers: list[str]
    days: NDArray[np.int32]
    fingerprints: frozenset[str]
    vectors: NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that is new, or whose passages are.

    Attributes:
        article: Its id.
        added: When it first came, UTC, in whole seconds; a correction does not change that.
        first: The lowest key of its passages.
        last: The highest.
    """

    article: str
    added: datetime
    first: int
    last: int


class PassageReader(ArticleReader):
    """Reads the passages of some shelves' articles as well."""

    def changes(self, *, after: int = 0) -> Changes:
        """Read what is new since a passage key was the highest, and which passages there are.

        Args:
            after: The highest key the caller knows, 0 for none.
        """
        fresh = (
            sa.select(
                PASSAGE.c.article_id,
                PASSAGE.c.start,
                PASSAGE.c.end,
                PASSAGE.c.embedding,
                ENCODER.c.fingerprint,
                ARTICLE.c.publisher,
                ARTICLE.c.published,
                ARTICLE.c.offset_minutes,
            )
            .join_from(PASSAGE, ENCODER, PASSAGE.c.encoder_id == ENCODER.c.id)
            .join(ARTICLE, PASSAGE.c.article_id == ARTICLE.c.id)
            .where(self._seen, PASSAGE.c.key > after)
            .order_by(PASSAGE.c.key)
        )
        with self._engine.begin() as connection:
            read_snapshot(connection)
            revision, articles = self._revision(connection), self._count(connection)
            keys = _keys(connection, self._shelves)
            rows = connection.execute(fresh).all()
        return Changes(
            revision=revision,
            articles=articles,
            keys=keys,
            spans=[(row.article_id, row.start, row.end) for row in rows],
            publishers=[row.publisher or "" for row in rows],
            days=np.array([read_day(row.published, row.offset_minutes) for row in rows], np.int32),
            fingerprints=frozenset(row.fingerprint for row in rows),
            vectors=stack_stored([row.embedding for row in rows]),
        )

    def arrivals(self, *, after: int, since: datetime, most: int = BATCH) -> list[Arrival]:
        """List the articles in view whose passages have keys above one, in the order of these.

        Left out is what was not embedded yet: its passages come again, with higher keys.

        Args:
            after: The highest key the caller knows, 0 for none.
            since: Only articles that first came at this time or later.
            most: How many are listed at most.
        """
        first, last = sa.func.min(PASSAGE.c.key), sa.func.max(PASSAGE.c.key)
        query = (
            sa.select(PASSAGE.c.article_id, ARTICLE.c.added, first, last)
            .join_from(PASSAGE, ENCODER, PASSAGE.c.encoder_id == ENCODER.c.id)
            .join(ARTICLE, PASSAGE.c.article_id == ARTICLE.c.id)
            .where(self._seen, PASSAGE.c.key > after, ENCODER.c.fingerprint != UNEMBEDDED)
            .where(ARTICLE.c.added >= since.isoformat(timespec="seconds"))
            .group_by(PASSAGE.c.article_id, ARTICLE.c.added)
            .order_by(last)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.limit(most)).all()
        return [Arrival(row[0], datetime.fromisoformat(row[1]), row[2], row[3]) for row in rows]

    def passages(self, keys: Sequence[int]) -> dict[int, tuple[Article, Passage]]:
        """Read some passages with their articles, by key; those that are gone are left out."""
        query = sa.select(PASSAGE.c.key, PASSAGE.c.start, PASSAGE.c.end, ARTICLE).join_from(
            PASSAGE, ARTICLE, PASSAGE.c.article_id == ARTICLE.c.id
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(self._seen, PASSAGE.c.key.in_(keys))).all()
        return {row.key: read_passage(row) for row in rows}

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float16]:
        """Read the vectors of some passages as they are stored; those that are gone are left out.

        Returns:
            In ascending order of the keys; see `stack_stored`.
        """
        seen = lies_on(PASSAGE.c.shelf, self._shelves)
        query = sa.select(PASSAGE.c.embedding).where(seen, PASSAGE.c.key.in_(keys))
        with self._engine.connect() as connection:
            stored = connection.execute(query.order_by(PASSAGE.c.key)).scalars()
            return stack_stored(list(stored))

    def keys_of(self, ids: Iterable[str]) -> list[int]:
        """Return the keys of some articles' passages, ascending."""
        found: list[int] = []
        with self._engine.connect() as connection:
            for some in batches(ids):
                query = sa.select(PASSAGE.c.key).where(PASSAGE.c.article_id.in_(some))
                seen = lies_on(PASSAGE.c.shelf, self._shelves)
                found += connection.execute(query.where(seen)).scalars()
        return sorted(found)

    def locate(self, passage_id: str) -> tuple[Article, Passage] | None:
        """Read the passage with an id (see `Passage.id`), or None when it is gone."""
        article_id, _, start = passage_id.partition("#")
        query = sa.select(PASSAGE.c.start, PASSAGE.c.end, ARTICLE).join_from(
            PASSAGE, ARTICLE, PASSAGE.c.article_id == ARTICLE.c.id
        )
        here = (PASSAGE.c.article_id == article_id) & (PASSAGE.c.start == int(start))
        with self._engine.connect() as connection:
            row = connection.execute(query.where(self._seen, here)).first()
        return read_passage(row) if row else None

    def fingerprints(self) -> set[str]:
        """Name the encoders that embedded the archive's passages; in a healthy one, one."""
        seen = lies_on(PASSAGE.c.shelf, self._shelves)
        used = sa.select(PASSAGE.c.key).where(seen, PASSAGE.c.encoder_id == ENCODER.c.id)
        with self._engine.connect() as connection:
            query = sa.select(ENCODER.c.fingerprint).where(used.exists())
            return set(connection.execute(query).scalars()) - {UNEMBEDDED}

    def damaged(self) -> list[str]:
        """Ids of the articles that have passages whose vectors are none: see `find_unsound`."""
        query = (
            sa.select(PASSAGE.c.article_id, PASSAGE.c.embedding)
            .join_from(PASSAGE, ENCODER, PASSAGE.c.encoder_id == ENCODER.c.id)
            .where(lies_on(PASSAGE.c.shelf, self._shelves), ENCODER.c.fingerprint != UNEMBEDDED)
            .order_by(PASSAGE.c.article_id, PASSAGE.c.start)
        )
        found = dict[str, None]()
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=BATCH).execute(query)
            for some in rows.partitions():
                unsound = find_unsound(stack_stored([row.embedding for row in some]))
                found |= dict.fromkeys(
                    row.article_id for row, bad in zip(some, unsound, strict=True) if bad
                )
        return list(found)

    def stale(self, fingerprint: str) -> list[str]:
        """Ids of the articles that have passages embedded by another encoder, or by none."""
        return self._embedded(ENCODER.c.fingerprint != fingerprint)

    def unembedded(self) -> list[str]:
        """Ids of the articles that have passages without vectors."""
        return self._embedded(ENCODER.c.fingerprint == UNEMBEDDED)

    def _embedded(self, which: sa.ColumnElement[bool]) -> list[str]:
        query = (
            sa.select(PASSAGE.c.article_id)
            .join_from(PASSAGE, ENCODER, PASSAGE.c.encoder_id == ENCODER.c.id)
            .where(lies_on(PASSAGE.c.shelf, self._shelves), which)
            .distinct()
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _keys(connection: sa.Connection, shelves: Shelves) -> NDArray[np.int64]:
    """Read the keys of all passages on some shelves, in ascending order.

    They come in one string: for rows of their own, other threads would wait at every one.
    """
    query = sa.select(join_numbers(PASSAGE.c.key))
    seen = query.where(lies_on(PASSAGE.c.shelf, shelves))
    return np.sort(np.fromstring(connection.execute(seen).scalar_one() or "", np.int64, sep=","))
