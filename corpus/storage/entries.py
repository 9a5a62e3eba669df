"""What followed feeds listed: which of it was taken, and when to look at it again.

Tested in `tests/corpus/storage/test_entries.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from corpus.storage.database.dialects import insert
from corpus.storage.tables import ENTRY
from corpus.storage.times import read_time, write_time

_BATCH = 500
_TIMES = ("dated", "seen", "checked", "next_look")


@dataclass(frozen=True, slots=True)
class Listed:
    """An article that a followed feed listed.

    Attributes:
        url: Its address as the feed spells it, canonical.
        source: The feed that listed it first.
        stamp: Tells what the feed printed of it from what it prints once it was changed.
        dated: When it was published, or first seen where that is not told; all times in UTC.
        seen: When it was first seen here.
        checked: When its page was last asked for.
        article_id: Of the article that was made of it; None where none could be.
        tries: How often it was tried in vain and is worth another try.
        printed: Whether the article is what the feed prints, for want of a page to be read.
        missing: How often in a row its page was not there, where it was before.
        next_look: When to look whether it was corrected or is gone; None for never.
        etag: Of its page, or None.
        modified: Likewise.
    """

    url: str
    source: str
    stamp: str
    dated: datetime
    seen: datetime
    checked: datetime
    article_id: str | None = None
    tries: int = 0
    printed: bool = False
    missing: int = 0
    next_look: datetime | None = None
    etag: str | None = None
    modified: str | None = None


class Entries:
    """Reads and writes what feeds listed; reached as `Store.entries`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def known(self, urls: Iterable[str]) -> dict[str, Listed]:
        """Return what is known of some addresses, by address."""
        found: dict[str, Listed] = {}
        with self._engine.connect() as connection:
            for some in _batches(urls):
                rows = connection.execute(sa.select(ENTRY).where(ENTRY.c.url.in_(some)))
                found |= {row.url: _listed(row) for row in rows}
        return found

    def keep(self, listed: Listed) -> None:
        """Write down what is known of one."""
        row = asdict(listed) | {name: write_time(getattr(listed, name)) for name in _TIMES}
        with self._engine.begin() as connection:
            new = insert(ENTRY).values(row)
            connection.execute(new.on_conflict_do_update(index_elements=["url"], set_=row))

    def newest(self, source: str, count: int) -> list[datetime]:
        """Return when the newest of a feed's articles were published, the newest first."""
        query = sa.select(ENTRY.c.dated).where(ENTRY.c.source == source)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(ENTRY.c.dated.desc()).limit(count))
            return [time for text in rows.scalars() if (time := read_time(text))]

    def due(self, now: datetime, most: int) -> list[Listed]:
        """Return those to look at again now, the longest overdue first."""
        query = sa.select(ENTRY).where(ENTRY.c.next_look <= write_time(now))
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(ENTRY.c.next_look).limit(most)).all()
        return [_listed(row) for row in rows]

    def forget(self, before: datetime, most: int) -> int:
        """Forget some that were first seen before a time; returns how many."""
        old = sa.select(ENTRY.c.url).where(ENTRY.c.seen < write_time(before)).limit(most)
        with self._engine.begin() as connection:
            return connection.execute(sa.delete(ENTRY).where(ENTRY.c.url.in_(old))).rowcount


def _batches(urls: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(urls)
    while some := tuple(islice(rest, _BATCH)):
        yield some


def _listed(row: sa.Row[tuple[object, ...]]) -> Listed:
    values = {one.name: getattr(row, one.name) for one in fields(Listed)}
    times = {name: read_time(values[name]) for name in _TIMES}
    return Listed(**values | times | {"printed": bool(row.printed)})
