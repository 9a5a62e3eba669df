"""The feeds that are followed, and what is known of each.

Tested in `tests/corpus/storage/test_sources.py`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from corpus.storage.database.dialects import write_alone
from corpus.storage.tables import ENTRY, SOURCE
from corpus.storage.times import read_time, write_time

_NOT_BELIEVED = timedelta(days=2)
"""No feed is left alone for so long: whoever says so went by a clock that was set since."""
_RATE_DAYS = 7
_OF_HUB = frozenset({"secret", "hub_state", "renew"})
_TIMES = ("next_check", "last_success", "failing_since", "paused", "renew")


@dataclass(frozen=True, slots=True)
class Source:
    """A feed that is followed.

    Attributes:
        url: Its address.
        next_check: When to ask it again, in UTC as all times here.
        kind: "RSS", "Atom", "JSON Feed" or "sitemap".
        title: Its own, or empty.
        etag: Of its newest state whose articles are all stored, or None.
        modified: Likewise.
        interval_s: Between two checks while all is well.
        last_success: When it was read last, or None.
        errors: How often in a row it could not be read.
        failing_since: Since when it could not, or None.
        error: Why, or why it is paused; empty where it could.
        paused: Since when it is not asked any more, or None.
        told: Whether the admins know that.
        moved: Where it said last time that it has moved for good; empty where it did not.
        hub: The WebSub hub that it names, or empty.
        topic: By which address the hub knows it.
        secret: What the hub signs with; empty where it was never asked to tell us of news.
        hub_state: "asked" or "subscribed"; empty where there is no subscription.
        renew: When to ask the hub again, or None.
    """

    url: str
    next_check: datetime
    kind: str = ""
    title: str = ""
    etag: str | None = None
    modified: str | None = None
    interval_s: float = 1800.0
    last_success: datetime | None = None
    errors: int = 0
    failing_since: datetime | None = None
    error: str = ""
    paused: datetime | None = None
    told: bool = False
    moved: str = ""
    hub: str = ""
    topic: str = ""
    secret: str = ""
    hub_state: str = ""
    renew: datetime | None = None


class Sources:
    """Reads and writes the feeds that an archive follows; reached as `Store.sources`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self) -> list[Source]:
        """Return all of them, by address."""
        return self._read(sa.true())

    def get(self, url: str) -> Source | None:
        """Return one; None where it is not followed."""
        return next(iter(self._read(SOURCE.c.url == url)), None)

    def count(self) -> int:
        """How many are followed."""
        with self._engine.connect() as connection:
            return int(
                connection.execute(sa.select(sa.func.count()).select_from(SOURCE)).scalar_one()
            )

    def add(self, source: Source) -> bool:
        """Follow a feed; False where it is followed already, which then changes nothing."""
        with self._engine.begin() as connection:
            write_alone(connection)
            if _has(connection, source.url):
                return False
            connection.execute(sa.insert(SOURCE).values(_row(source)))
            return True

    def remove(self, url: str) -> bool:
        """Follow a feed no longer; False where it was not followed. Its articles stay."""
        with self._engine.begin() as connection:
            gone = connection.execute(sa.delete(SOURCE).where(SOURCE.c.url == url)).rowcount
            return bool(gone)

    def due(self, now: datetime, most: int) -> list[Source]:
        """Return those to be asked now, the longest overdue first; none that is paused."""
        when, late = SOURCE.c.next_check, write_time(now + _NOT_BELIEVED)
        due = sa.or_(when <= write_time(now), when > late)
        return self._read(due & SOURCE.c.paused.is_(None), most)

    def claim(self, source: Source, until: datetime) -> bool:
        """Put off the next check of a feed that is due; False where somebody else just did."""
        ours = (SOURCE.c.url == source.url) & (SOURCE.c.next_check == write_time(source.next_check))
        with self._engine.begin() as connection:
            row = sa.update(SOURCE).where(ours).values(next_check=write_time(until))
            return bool(connection.execute(row).rowcount)

    def save(self, source: Source) -> bool:
        """Write down what reading a feed taught; False where it is followed no longer.

        What its hub says meanwhile is written by `change`.
        """
        learnt = {name: value for name, value in _row(source).items() if name not in _OF_HUB}
        return self.change(learnt.pop("url"), **learnt)

    def change(self, address: object, **values: object) -> bool:
        """Set some columns of the feed at an address; False where it is not followed."""
        with self._engine.begin() as connection:
            row = sa.update(SOURCE).where(SOURCE.c.url == address).values(values)
            return bool(connection.execute(row).rowcount)

    def move(self, source: Source, url: str) -> Source | None:
        """Follow a feed at another address; None where that one is followed already."""
        moved = replace(
            source,
            url=url,
            moved="",
            etag=None,
            modified=None,
            secret="",
            hub_state="",
            renew=None,
        )
        with self._engine.begin() as connection:
            write_alone(connection)
            old = SOURCE.c.url == source.url
            if _has(connection, url):
                connection.execute(sa.delete(SOURCE).where(old))
                return None
            connection.execute(sa.update(SOURCE).where(old).values(_row(moved)))
            entries = sa.update(ENTRY).where(ENTRY.c.source == source.url)
            connection.execute(entries.values(source=url))
            return moved

    def hasten(self, now: datetime) -> int:
        """Ask all that fail again now, once what failed was our own connection."""
        failing = (SOURCE.c.errors > 0) & SOURCE.c.paused.is_(None)
        with self._engine.begin() as connection:
            row = sa.update(SOURCE).where(failing).values(next_check=write_time(now))
            return connection.execute(row).rowcount

    def subscribed(self) -> list[Source]:
        """Return those of which a hub was asked to tell us."""
        return self._read(SOURCE.c.secret != "")

    def untold(self) -> list[Source]:
        """Return those that are paused without the admins knowing."""
        return self._read(SOURCE.c.paused.is_not(None) & SOURCE.c.told.is_(False))

    def rates(self, now: datetime) -> dict[str, float]:
        """Count the articles a day of each feed that lists any, over the last seven days."""
        since = now - timedelta(days=_RATE_DAYS)
        query = (
            sa.select(ENTRY.c.source, sa.func.count(), sa.func.min(ENTRY.c.dated))
            .where(ENTRY.c.dated >= write_time(since))
            .group_by(ENTRY.c.source)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {source: count / _days(first, now) for source, count, first in rows}

    def _read(self, which: sa.ColumnElement[bool], most: int | None = None) -> list[Source]:
        query = sa.select(SOURCE).where(which)
        order = SOURCE.c.url if most is None else SOURCE.c.next_check
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(order).limit(most)).all()
        return [_source(row) for row in rows]


def _days(first: str, now: datetime) -> float:
    began = read_time(first) or now
    return min(float(_RATE_DAYS), max(1.0, (now - began).total_seconds() / 86_400))


def _has(connection: sa.Connection, url: str) -> bool:
    return bool(connection.execute(sa.select(SOURCE.c.url).where(SOURCE.c.url == url)).first())


def _row(source: Source) -> dict[str, object]:
    return asdict(source) | {name: write_time(getattr(source, name)) for name in _TIMES}


def _source(row: sa.Row[tuple[object, ...]]) -> Source:
    values = {one.name: getattr(row, one.name) for one in fields(Source)}
    times = {name: read_time(values[name]) for name in _TIMES}
    return Source(**values | times | {"told": bool(row.told)})
