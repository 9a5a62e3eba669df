"""The archive: articles, their passages, embeddings and attributions, in a database.

One article is one transaction, so that a process killed at any moment leaves whole articles only.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from itertools import islice
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from corpus.article import SHARED, Article, Passage
from corpus.attribution.attribution import Extraction
from corpus.storage.apart import tell_apart
from corpus.storage.attributions import Attributions, replace
from corpus.storage.checkpoints import Checkpoint, Checkpoints, keep_checkpoint
from corpus.storage.database.dialects import insert, join_numbers, read_snapshot, write_alone
from corpus.storage.database.opening import open_database, tell_faults
from corpus.storage.database.postgres import Schema
from corpus.storage.embeddings import UNEMBEDDED, Embeddings, find_unsound, stack_stored
from corpus.storage.entries import Entries
from corpus.storage.erasure import scrub
from corpus.storage.sources import Sources
from corpus.storage.strikes import Strikes
from corpus.storage.tables import (
    ARCHIVE,
    ARTICLE,
    ATTRIBUTION,
    CHECKPOINT,
    ENCODER,
    EXTRACTION,
    FEED,
    PASSAGE,
    SHELF,
    Shelves,
    exclude_publishers,
    lies_on,
)
from corpus.storage.times import read_time, write_time
from corpus.storage.versions import Versions, is_corrected, keep_version, move_versions

MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
_BATCH = 500
"""Parameters in one statement; SQLite allows 32,766."""
_MOVED = ("added", "corrected", "gone", "number")
"""What an article keeps that is put on another shelf."""
_GAP = 2**32
"""Room between two changes' keys; SQLite's 63 bits hold four thousand million such gaps."""


class Change(StrEnum):
    """What storing an article did."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


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


class Store:
    """Reads and writes one archive. Safe to use from several threads and processes.

    Args:
        engine: The archive's database.
        shelves: Those whose articles are seen, in every method that reads or removes; all where
            None. An article is written to its own shelf, whichever are seen.
        expires: When articles that are new are to go by themselves; never where None.
    """

    def __init__(
        self,
        engine: sa.Engine,
        shelves: Shelves = (SHARED,),
        *,
        expires: datetime | None = None,
    ) -> None:
        self._engine = engine
        self._expires = expires
        self._shelves = shelves
        self._seen = lies_on(ARTICLE.c.shelf, shelves)

    @classmethod
    def open(cls, home: Path, url: str = "") -> Store:
        """Open the archive in a folder, made or upgraded where needed: its shared articles.

        Args:
            home: The folder.
            url: Of the PostgreSQL database that holds them instead; see `Schema`.

        Raises:
            StoreError: It cannot be opened.
        """
        where = Schema(url, "articles") if url else home / "articles.db"
        return cls(open_database(where, migrations=MIGRATIONS))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def only(self, *shelves: str) -> Store:
        """The same archive, with only the articles of some shelves in view."""
        return Store(self._engine, shelves)

    def beside(self, *shelves: str) -> Store:
        """The same archive, with the shared articles and those of some shelves in view."""
        return Store(self._engine, (SHARED, *shelves))

    def until(self, when: datetime | None) -> Store:
        """The same view, in which new articles are stored to go by themselves at some time."""
        return Store(self._engine, self._shelves, expires=when)

    def whole(self) -> Store:
        """The same archive with every article in view, for those who look after it."""
        return Store(self._engine, None)

    @property
    def feeds(self) -> Feeds:
        """What the feeds' servers said about their newest state."""
        return Feeds(self._engine)

    @property
    def sources(self) -> Sources:
        """The feeds that are followed."""
        return Sources(self._engine)

    @property
    def entries(self) -> Entries:
        """What those feeds listed."""
        return Entries(self._engine)

    @property
    def versions(self) -> Versions:
        """How corrected articles read before."""
        return Versions(self._engine, self._shelves)

    @property
    def strikes(self) -> Strikes:
        """What reading had to be stopped at."""
        return Strikes(self._engine)

    @property
    def checkpoints(self) -> Checkpoints:
        """How far imports came that were interrupted."""
        return Checkpoints(self._engine)

    @property
    def attributions(self) -> Attributions:
        """Who said what in the articles."""
        return Attributions(self._engine, self._shelves)

    def holds(self, article: Article) -> bool:
        """Whether storing this article would change nothing."""
        with tell_faults(), self._engine.connect() as connection:
            return _change(connection, article) is Change.UNCHANGED

    def tell_apart(self, article: Article, other: Article | None = None) -> Article:
        """Give an article an id of its own where another text is kept under the one it has.

        Args:
            article: As it was read.
            other: What will be kept under that id by then, if not what is now.
        """
        with tell_faults(), self._engine.connect() as connection:
            return tell_apart(article, other or _stored(connection, article))

    def put(  # noqa: PLR0913 - what belongs to one article
        self,
        article: Article,
        passages: Sequence[Passage],
        embeddings: Embeddings,
        *,
        extraction: Extraction | None = None,
        again: bool = False,
        checkpoint: Checkpoint | None = None,
    ) -> Change:
        """Store an article with its passages, in place of an earlier version of it.

        Of a version that says something else the text is kept: see `versions`.

        An article is the same as a stored one when it has the same id (see `Article.id`), or the
        same text under the same publisher or under none, on the same shelf or the shared one.

        Args:
            article: What to store.
            passages: All of the article's passages.
            embeddings: A row for each passage, in their order.
            extraction: Who said what in it; None where that is to be found later.
            again: Replace the passages of an article that is stored just so, as reindexing does;
                one that was changed or removed meanwhile is left alone.
            checkpoint: How far its file is read with it; kept with the article or not at all.

        Raises:
            StoreError: The disk is full, say, or the file damaged: no article is to blame.
        """
        with tell_faults(), self._engine.begin() as connection:
            write_alone(connection)
            change = _change(connection, article)
            stored = _stored(connection, article)
            outdated = again and stored != article
            if outdated or (change is Change.UNCHANGED and not again):
                return Change.UNCHANGED
            now, row = datetime.now(UTC), _row(article)
            first = _advance(connection, article.shelf, len(passages))
            if stored:
                if is_corrected(stored, article):
                    keep_version(connection, stored, now)
                    row["corrected"] = write_time(now)
                connection.execute(sa.delete(PASSAGE).where(PASSAGE.c.article_id == article.id))
                connection.execute(sa.update(ARTICLE).where(ARTICLE.c.id == article.id).values(row))
            else:
                new = {"added": write_time(now), "expires": write_time(self._expires)}
                connection.execute(sa.insert(ARTICLE).values(row | new | {"number": first}))
            _insert_passages(connection, article, passages, embeddings, first_key=first)
            if extraction or change is Change.UPDATED:
                replace(connection, article.id, extraction)
            if checkpoint:
                keep_checkpoint(connection, checkpoint)
            return change

    def remove(self, id_or_url: str) -> bool:
        """Remove an article with all that belongs to it; False when there is none."""
        return bool(self._remove(_named(id_or_url)))

    def remove_expired(self, now: datetime) -> int:
        """Remove the articles whose time has come; returns how many."""
        return self._remove(ARTICLE.c.expires <= write_time(now))

    def _remove(self, which: sa.ColumnElement[bool], *then: sa.Delete) -> int:
        gone = sa.delete(ARTICLE).where(self._seen, which).returning(ARTICLE.c.shelf)
        with self._engine.begin() as connection:
            write_alone(connection)
            shelves = list(connection.execute(gone).scalars())
            for shelf in set(shelves):
                _advance(connection, shelf)
            for more in then:
                connection.execute(more)
            return len(shelves)

    def move(self, article_id: str, shelf: str) -> Article | None:
        """Put an article, with all that belongs to it, on another shelf; there it has another id.

        Where that shelf, or the shared one, holds it already, it only leaves its old one.

        Returns:
            The article as it lies there; None where there is none of that id in view, or only
            a copy there under another.
        """
        with self._engine.begin() as connection:
            write_alone(connection)
            row = connection.execute(
                sa.select(ARTICLE).where(self._seen, ARTICLE.c.id == article_id)
            ).first()
            if row is None:
                return None
            if row.shelf == shelf:
                return _article(row)
            moved = dataclasses.replace(_article(row), shelf=shelf, kept_as="")
            moved = tell_apart(moved, _stored(connection, moved))
            if _change(connection, moved, apart=article_id) is Change.ADDED:
                kept = {name: getattr(row, name) for name in _MOVED}
                connection.execute(sa.insert(ARTICLE).values(_row(moved) | kept))
                _move_passages(connection, article_id, moved)
                move_versions(connection, article_id, moved.id)
            connection.execute(sa.delete(ARTICLE).where(ARTICLE.c.id == article_id))
            _advance(connection, row.shelf)
            return _stored(connection, moved)

    def clear(self) -> int:
        """Remove every article in view, and the names of its shelves, also from copies and bytes.

        Returns:
            How many articles there were.
        """
        named = lies_on(SHELF.c.name, self._shelves) & (SHELF.c.name != SHARED)
        then = [sa.delete(SHELF).where(named)]
        if SHARED in (self._shelves or (SHARED,)):  # what an import goes on after is gone
            then.append(sa.delete(CHECKPOINT))
        count = self._remove(sa.true(), *then)
        scrub(self._engine, [shelf for shelf in self._shelves or () if shelf != SHARED])
        return count

    def expire(self, article_id: str, when: datetime | None) -> None:
        """Set when an article is to go by itself; None for never."""
        row = sa.update(ARTICLE).where(self._seen, ARTICLE.c.id == article_id)
        with self._engine.begin() as connection:
            connection.execute(row.values(expires=write_time(when)))

    def mark_gone(self, article_id: str, since: datetime | None) -> bool:
        """Note since when an article's page is not there any more; None where it is again."""
        with self._engine.begin() as connection:
            row = sa.update(ARTICLE).where(self._seen, ARTICLE.c.id == article_id)
            return bool(connection.execute(row.values(gone=write_time(since))).rowcount)

    def let_go(self, before: datetime, most: int) -> int:
        """Remove some articles that were both added and published before a time.

        Returns:
            How many: ``most``, or as many as there were.
        """
        day = write_time(before)
        undated, older = ARTICLE.c.published.is_(None), ARTICLE.c.published < day
        old = (ARTICLE.c.added < day) & sa.or_(undated, older)
        some = sa.select(ARTICLE.c.id).where(self._seen, old).limit(most)
        return self._remove(ARTICLE.c.id.in_(some))

    def get(self, id_or_url: str) -> Article | None:
        """Return one article by its id or canonical URL."""
        query = sa.select(ARTICLE).where(self._seen, _named(id_or_url)).order_by(ARTICLE.c.shelf)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return _article(row) if row else None

    def find_copy(self, article: Article) -> Article | None:
        """Return the article in view that is the same one, or has the same text."""
        same = (ARTICLE.c.id == article.id) | (ARTICLE.c.digest == _digest(article))
        query = sa.select(ARTICLE).where(self._seen, same)
        with self._engine.connect() as connection:
            nearest = (ARTICLE.c.digest != _digest(article), ARTICLE.c.id != article.id)
            row = connection.execute(query.order_by(*nearest)).first()
        return _article(row) if row else None

    def held(self) -> list[Held]:
        """What is in view, with when it came and when it goes; the newest first."""
        query = sa.select(ARTICLE).where(self._seen).order_by(ARTICLE.c.number.desc())
        with self._engine.connect() as connection:
            return [
                Held(_article(row), read_time(row.added), read_time(row.expires))
                for row in connection.execute(query)
            ]

    def articles(self, ids: Iterable[str] | None = None) -> Iterator[Article]:
        """Yield articles in the order they were added; of those with the given ids, if any.

        No connection waits for whoever takes them: what is removed meanwhile may be left out.
        """
        query = sa.select(ARTICLE).where(self._seen).order_by(ARTICLE.c.number)
        for some in _batches(self.ids() if ids is None else ids):
            with self._engine.connect() as connection:
                rows = connection.execute(query.where(ARTICLE.c.id.in_(some))).all()
            yield from map(_article, rows)

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
            return [_article(row) for row in connection.execute(ordered)]

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
            days=np.array([_day(row.published, row.offset_minutes) for row in rows], np.int32),
            fingerprints=frozenset(row.fingerprint for row in rows),
            vectors=stack_stored([row.embedding for row in rows]),
        )

    def arrivals(self, *, after: int, since: datetime, most: int = _BATCH) -> list[Arrival]:
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
        return {row.key: _located(row) for row in rows}

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
            for some in _batches(ids):
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
        return _located(row) if row else None

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
            rows = connection.execution_options(yield_per=_BATCH).execute(query)
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


class Feeds:
    """Remembers each feed's ETag and Last-Modified, so that an unchanged one is not read again.

    What is to be remembered is written by `keep`, once the feed's articles are stored: a feed
    that was fetched by a process that died will be read again.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._pending: dict[str, tuple[str | None, str | None]] = {}

    def recall(self, url: str) -> tuple[str | None, str | None]:
        """Return the feed's last ETag and Last-Modified, each None where unknown."""
        query = sa.select(FEED.c.etag, FEED.c.modified).where(FEED.c.url == url)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return (row.etag, row.modified) if row else (None, None)

    def remember(self, url: str, *, etag: str | None, modified: str | None) -> None:
        """Note what the feed's server said this time, until `keep`."""
        self._pending[url] = (etag, modified)

    def keep(self) -> None:
        """Write down what was noted."""
        with self._engine.begin() as connection:
            for url, (etag, modified) in self._pending.items():
                change = {"etag": etag, "modified": modified}
                row = insert(FEED).values(url=url, **change)
                connection.execute(row.on_conflict_do_update(index_elements=["url"], set_=change))
        self._pending.clear()


def _change(connection: sa.Connection, article: Article, *, apart: str = "") -> Change:
    """What storing an article would do; as if the one with the id that is apart were not there."""
    if stored := _stored(connection, article):
        return Change.UNCHANGED if stored == article else Change.UPDATED
    here = ARTICLE.c.shelf.in_((SHARED, article.shelf))
    same = here & (ARTICLE.c.digest == _digest(article)) & (ARTICLE.c.id != apart)
    copies = sa.select(ARTICLE.c.publisher).where(same)
    publishers = list(connection.execute(copies).scalars())
    known = article.publisher in publishers or None in publishers
    return Change.UNCHANGED if known or (publishers and not article.publisher) else Change.ADDED


def _stored(connection: sa.Connection, article: Article) -> Article | None:
    row = connection.execute(sa.select(ARTICLE).where(ARTICLE.c.id == article.id)).first()
    return _article(row) if row else None


def _digest(article: Article) -> str:
    return hashlib.sha256("".join(article.body.split()).encode()).hexdigest()


def _row(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "digest": _digest(article),
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


def _article(row: sa.Row[tuple[object, ...]]) -> Article:
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


def _day(written: str | None, offset_minutes: int) -> int:
    when = _published(written, offset_minutes)
    return when.toordinal() if when else 0


def _located(row: sa.Row[tuple[object, ...]]) -> tuple[Article, Passage]:
    article = _article(row)
    return article, Passage(row.id, row.start, row.end, article.body[row.start : row.end])


def _insert_passages(
    connection: sa.Connection,
    article: Article,
    passages: Sequence[Passage],
    embeddings: Embeddings,
    *,
    first_key: int,
) -> None:
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


def _move_passages(connection: sa.Connection, article_id: str, moved: Article) -> None:
    """Hand over what belongs to one article to another, its passages under new keys."""
    query = sa.select(PASSAGE.c.key).where(PASSAGE.c.article_id == article_id)
    keys = list(connection.execute(query.order_by(PASSAGE.c.key)).scalars())
    first = _advance(connection, moved.shelf, len(keys))
    for new, key in enumerate(keys, start=first):
        row = sa.update(PASSAGE).where(PASSAGE.c.key == key)
        connection.execute(row.values(key=new, article_id=moved.id, shelf=moved.shelf))
    for table in (ATTRIBUTION, EXTRACTION):
        row = sa.update(table).where(table.c.article_id == article_id)
        connection.execute(row.values(article_id=moved.id))


def _keys(connection: sa.Connection, shelves: Shelves) -> NDArray[np.int64]:
    """Read the keys of all passages on some shelves, in ascending order.

    They come in one string: for rows of their own, other threads would wait at every one.
    """
    query = sa.select(join_numbers(PASSAGE.c.key))
    seen = query.where(lies_on(PASSAGE.c.shelf, shelves))
    return np.sort(np.fromstring(connection.execute(seen).scalar_one() or "", np.int64, sep=","))


def _advance(connection: sa.Connection, shelf: str, keys: int = 0) -> int:
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
    return first


def _named(id_or_url: str) -> sa.ColumnElement[bool]:
    return sa.or_(ARTICLE.c.id == id_or_url, ARTICLE.c.url == id_or_url)


def _batches(values: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(values)
    while some := tuple(islice(rest, _BATCH)):
        yield some
