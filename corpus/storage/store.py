"""The archive: articles, their passages, embeddings and attributions, in a database.

One article is one transaction, so that a process killed at any moment leaves whole articles only.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from corpus.article import SHARED, Article, Passage
from corpus.attribution.attribution import Extraction
from corpus.storage.apart import tell_apart
from corpus.storage.articles.passages import PassageReader
from corpus.storage.articles.rows import is_named, read_article, write_article
from corpus.storage.articles.writing import (
    Change,
    advance,
    find_stored,
    insert_passages,
    move_passages,
    tell_change,
)
from corpus.storage.attributions import Attributions, replace
from corpus.storage.checkpoints import Checkpoint, Checkpoints, keep_checkpoint
from corpus.storage.database.dialects import write_alone
from corpus.storage.database.opening import open_database, tell_faults
from corpus.storage.database.postgres import Schema
from corpus.storage.embeddings import Embeddings
from corpus.storage.entries import Entries
from corpus.storage.erasure import scrub
from corpus.storage.etags import Feeds
from corpus.storage.indexed import Indexed, forget_shelves
from corpus.storage.sources import Sources
from corpus.storage.strikes import Strikes
from corpus.storage.tables import ARTICLE, CHECKPOINT, PASSAGE, SHELF, Shelves, lies_on
from corpus.storage.times import write_time
from corpus.storage.versions import Versions, is_corrected, keep_version, move_versions

__all__ = ["Change", "Store"]
MIGRATIONS = Path(__file__).parent / "migrations" / "versions"
_MOVED = ("added", "corrected", "gone", "number")
"""What an article keeps that is put on another shelf."""


class Store(PassageReader):
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
    def indexed(self) -> Indexed:
        """What an engine elsewhere holds of the passages."""
        return Indexed(self._engine, self._shelves)

    @property
    def attributions(self) -> Attributions:
        """Who said what in the articles."""
        return Attributions(self._engine, self._shelves)

    def holds(self, article: Article) -> bool:
        """Whether storing this article would change nothing."""
        with tell_faults(), self._engine.connect() as connection:
            return tell_change(connection, article) is Change.UNCHANGED

    def tell_apart(self, article: Article, other: Article | None = None) -> Article:
        """Give an article an id of its own where another text is kept under the one it has.

        Args:
            article: As it was read.
            other: What will be kept under that id by then, if not what is now.
        """
        with tell_faults(), self._engine.connect() as connection:
            return tell_apart(article, other or find_stored(connection, article))

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
            change = tell_change(connection, article)
            stored = find_stored(connection, article)
            outdated = again and stored != article
            if outdated or (change is Change.UNCHANGED and not again):
                return Change.UNCHANGED
            now, row = datetime.now(UTC), write_article(article)
            first = advance(connection, article.shelf, len(passages))
            if stored:
                if is_corrected(stored, article):
                    keep_version(connection, stored, now)
                    row["corrected"] = write_time(now)
                connection.execute(sa.delete(PASSAGE).where(PASSAGE.c.article_id == article.id))
                connection.execute(sa.update(ARTICLE).where(ARTICLE.c.id == article.id).values(row))
            else:
                new = {"added": write_time(now), "expires": write_time(self._expires)}
                connection.execute(sa.insert(ARTICLE).values(row | new | {"number": first}))
            insert_passages(connection, article, passages, embeddings, first_key=first)
            if extraction or change is Change.UPDATED:
                replace(connection, article.id, extraction)
            if checkpoint:
                keep_checkpoint(connection, checkpoint)
            return change

    def remove(self, id_or_url: str) -> bool:
        """Remove an article with all that belongs to it; False when there is none."""
        return bool(self._remove(is_named(id_or_url)))

    def remove_expired(self, now: datetime) -> int:
        """Remove the articles whose time has come; returns how many."""
        return self._remove(ARTICLE.c.expires <= write_time(now))

    def _remove(self, which: sa.ColumnElement[bool], *then: sa.Delete | sa.Update) -> int:
        gone = sa.delete(ARTICLE).where(self._seen, which).returning(ARTICLE.c.shelf)
        with self._engine.begin() as connection:
            write_alone(connection)
            shelves = list(connection.execute(gone).scalars())
            for shelf in set(shelves):
                advance(connection, shelf)
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
                return read_article(row)
            moved = dataclasses.replace(read_article(row), shelf=shelf, kept_as="")
            moved = tell_apart(moved, find_stored(connection, moved))
            if tell_change(connection, moved, apart=article_id) is Change.ADDED:
                kept = {name: getattr(row, name) for name in _MOVED}
                connection.execute(sa.insert(ARTICLE).values(write_article(moved) | kept))
                move_passages(connection, article_id, moved)
                move_versions(connection, article_id, moved.id)
            connection.execute(sa.delete(ARTICLE).where(ARTICLE.c.id == article_id))
            advance(connection, row.shelf)
            return find_stored(connection, moved)

    def clear(self) -> int:
        """Remove every article in view, and the names of its shelves, also from copies and bytes.

        Returns:
            How many articles there were.
        """
        named = lies_on(SHELF.c.name, self._shelves) & (SHELF.c.name != SHARED)
        theirs = [shelf for shelf in self._shelves or () if shelf != SHARED]
        then = [sa.delete(SHELF).where(named), *forget_shelves(theirs)]
        if SHARED in (self._shelves or (SHARED,)):  # what an import goes on after is gone
            then.append(sa.delete(CHECKPOINT))
        count = self._remove(sa.true(), *then)
        scrub(self._engine, theirs)
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
