"""What an engine elsewhere holds of the archive's passages, and what it needs to know of all.

A passage is noted here before it is sent, and noted as sent once the engine has acknowledged it.
So whatever the engine may hold is known here, and a process that dies in between does no harm.
How often each term stands in the passages is counted in the same transaction.

Nothing of this is used where the index lies in memory.

Tested with the index that uses it in `tests/retrieval/index/test_remote.py`.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from corpus.article import SHARED
from corpus.storage.database.dialects import insert, is_any, write_alone
from corpus.storage.database.opening import tell_faults
from corpus.storage.tables import (
    ARTICLE,
    ENCODER,
    ENGINE,
    HELD,
    INDEXED,
    MEASURED,
    PASSAGE,
    PRINTED,
    TERM,
    Shelves,
    lies_on,
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A passage that an engine has not acknowledged yet.

    Attributes:
        key: Its key.
        article: The id of its article.
        start: Where it begins in the body.
        end: Where it ends.
        lead: Whether it is the first of its article's several passages.
        embedding: Its vector as it is stored: float16; empty where it has none.
        fingerprint: Of the encoder that made it.
    """

    key: int
    article: str
    start: int
    end: int
    lead: bool
    embedding: bytes
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What is noted of a passage.

    Attributes:
        key: Its key.
        shelf: Where it lies.
        terms: How often each of its terms stands in it.
        words: As printed in it.
    """

    key: int
    shelf: str
    terms: Mapping[str, int]
    words: Collection[str]

    @property
    def length(self) -> int:
        """How many terms it has, repeated ones counted again."""
        return sum(self.terms.values())


class Indexed:
    """Notes what an engine holds; reached as `Store.indexed`.

    Args:
        engine: The archive's database.
        shelves: Those whose terms and words are seen; all where None.
    """

    def __init__(self, engine: sa.Engine, shelves: Shelves = (SHARED,)) -> None:
        self._engine = engine
        self.shelves = shelves

    def name(self) -> str:
        """Return what the archive is called in the engine: the same from the first call on."""
        query = sa.select(ENGINE.c.name)
        with tell_faults(), self._engine.begin() as connection:
            write_alone(connection)
            known = connection.execute(query).scalar()
            if known is None:
                known = f"byline_{secrets.token_hex(8)}"
                connection.execute(sa.insert(ENGINE).values(name=known))
            return str(known)

    def list_pending(self, most: int) -> list[Pending]:
        """List passages that the engine lacks: first those that were noted, then what is new."""
        unsent = sa.select(INDEXED.c.passage).where(sa.not_(INDEXED.c.sent))
        last = sa.select(sa.func.max(INDEXED.c.key))
        with self._engine.connect() as connection:
            noted = unsent.where(INDEXED.c.passage.is_not(None)).order_by(INDEXED.c.key)
            keys = list(connection.execute(noted.limit(most)).scalars())
            if not keys:
                above = int(connection.execute(last).scalar() or 0)
                fresh = sa.select(PASSAGE.c.key).where(PASSAGE.c.key > above)
                keys = list(connection.execute(fresh.order_by(PASSAGE.c.key).limit(most)).scalars())
            return _read_pending(connection, keys)

    def note(self, passages: Sequence[Counted]) -> tuple[list[Counted], dict[str, int]]:
        """Note passages before they are sent, and count their terms; those noted stay as they are.

        Returns:
            Those of them that are still in the archive, and the number of every term of theirs.
        """
        with tell_faults(), self._engine.begin() as connection:
            write_alone(connection)
            there = sa.select(PASSAGE.c.key).where(_keys_of(PASSAGE, passages))
            present = set(connection.execute(there).scalars())
            kept = [one for one in passages if one.key in present]
            numbers = _number(connection, {term for one in kept for term in one.terms})
            noted = sa.select(INDEXED.c.key).where(_keys_of(INDEXED, kept))
            known = set(connection.execute(noted).scalars())
            _count(connection, [one for one in kept if one.key not in known], numbers)
            return kept, numbers

    def acknowledge(self, keys: Collection[int]) -> list[int]:
        """Note that the engine has stored passages.

        Returns:
            Those that went meanwhile, and were forgotten: the engine is to remove them again.
        """
        sent = sa.update(INDEXED).where(is_any(INDEXED.c.key, keys)).values(sent=True)
        with tell_faults(), self._engine.begin() as connection:
            write_alone(connection)
            known = connection.execute(sent.returning(INDEXED.c.key)).scalars()
            return sorted(set(keys) - set(known))

    def list_gone(self, most: int) -> list[int]:
        """List the keys of passages that the engine may hold and the archive does not."""
        gone = sa.select(INDEXED.c.key).where(INDEXED.c.passage.is_(None))
        with self._engine.connect() as connection:
            return list(connection.execute(gone.limit(most)).scalars())

    def forget(self, keys: Iterable[int]) -> None:
        """Take passages out of all counts, once the engine has removed them."""
        theirs = is_any(INDEXED.c.key, keys) & INDEXED.c.passage.is_(None)
        with tell_faults(), self._engine.begin() as connection:
            write_alone(connection)
            query = sa.select(INDEXED.c.shelf, INDEXED.c.length, INDEXED.c.terms).where(theirs)
            for shelf, length, terms in connection.execute(query).all():
                if shelf is not None:  # of one that was cleared, nothing is counted any more
                    _discount(connection, shelf, length, np.frombuffer(terms, np.uint32).tolist())
            connection.execute(sa.delete(INDEXED).where(theirs))

    def clear(self) -> None:
        """Note that the engine holds nothing."""
        with tell_faults(), self._engine.begin() as connection:
            write_alone(connection)
            for table in (INDEXED, HELD, PRINTED, MEASURED, TERM):
                connection.execute(sa.delete(table))

    def measure(self) -> tuple[int, int]:
        """Return how many passages are noted, and how many terms they have together."""
        sums = sa.func.sum(MEASURED.c.passages), sa.func.sum(MEASURED.c.length)
        query = sa.select(*sums).where(lies_on(MEASURED.c.shelf, self.shelves))
        with self._engine.connect() as connection:
            passages, length = connection.execute(query).one()
        return int(passages or 0), int(length or 0)

    def look_up(self, terms: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return each known term's number, and in how many passages it stands."""
        here = (HELD.c.number == TERM.c.number) & lies_on(HELD.c.shelf, self.shelves)
        query = (
            sa.select(TERM.c.term, TERM.c.number, sa.func.sum(HELD.c.passages))
            .join_from(TERM, HELD, here)
            .where(is_any(TERM.c.term, terms))
            .group_by(TERM.c.term, TERM.c.number)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {term: (number, int(passages)) for term, number, passages in rows}

    def prints(self, word: str) -> bool:
        """Whether a word was ever printed just so."""
        query = sa.select(PRINTED.c.word).where(
            PRINTED.c.word == word, lies_on(PRINTED.c.shelf, self.shelves)
        )
        with self._engine.connect() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def words(self) -> Iterator[str]:
        """Yield every word that was ever printed, as it was."""
        query = sa.select(PRINTED.c.word).where(lies_on(PRINTED.c.shelf, self.shelves))
        with self._engine.connect() as connection:
            rows = connection.execution_options(yield_per=10_000).execute(query.distinct())
            yield from rows.scalars()

    def newest(self) -> int:
        """Return the newest day on which an article was published; 0 where that is unknown."""
        query = sa.select(sa.func.max(ARTICLE.c.published))
        with self._engine.connect() as connection:
            seen = query.where(lies_on(ARTICLE.c.shelf, self.shelves))
            written = connection.execute(seen).scalar()
        return datetime.fromisoformat(written).toordinal() if written else 0


def forget_shelves(shelves: Collection[str]) -> list[sa.Delete | sa.Update]:
    """Say what takes the words of some shelves out, whose passages go; the engine is told later."""
    held = sa.select(HELD.c.number).where(HELD.c.number == TERM.c.number)
    theirs = held.where(is_any(HELD.c.shelf, shelves)).exists()
    others = held.where(sa.not_(is_any(HELD.c.shelf, shelves))).exists()
    forgotten = {"shelf": None, "terms": b"", "length": 0}
    return [
        sa.delete(TERM).where(theirs, sa.not_(others)),
        *(sa.delete(one).where(is_any(one.c.shelf, shelves)) for one in (HELD, PRINTED, MEASURED)),
        sa.update(INDEXED).where(is_any(INDEXED.c.shelf, shelves)).values(forgotten),
    ]


def _read_pending(connection: sa.Connection, keys: Sequence[int]) -> list[Pending]:
    query = (
        sa.select(PASSAGE, ENCODER.c.fingerprint)
        .join_from(PASSAGE, ENCODER, PASSAGE.c.encoder_id == ENCODER.c.id)
        .where(is_any(PASSAGE.c.key, keys))
        .order_by(PASSAGE.c.key)
    )
    rows = connection.execute(query).all()
    openings = (
        sa.select(sa.func.min(PASSAGE.c.key))
        .where(is_any(PASSAGE.c.article_id, {row.article_id for row in rows}))
        .group_by(PASSAGE.c.article_id)
        .having(sa.func.count() > 1)
    )
    leads = set(connection.execute(openings).scalars())
    return [
        Pending(
            row.key,
            row.article_id,
            row.start,
            row.end,
            row.key in leads,
            row.embedding,
            row.fingerprint,
        )
        for row in rows
    ]


def _number(connection: sa.Connection, terms: Collection[str]) -> dict[str, int]:
    """Give every term a number that stays its own."""
    query = sa.select(TERM.c.term, TERM.c.number).where(is_any(TERM.c.term, terms))
    known = _pairs(connection, query)
    if new := [{"term": term} for term in sorted(set(terms) - known.keys())]:
        connection.execute(sa.insert(TERM), new)
        known = _pairs(connection, query)
    return known


def _pairs(connection: sa.Connection, query: sa.Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(query)}


def _keys_of(table: sa.TableClause, passages: Sequence[Counted]) -> sa.ColumnElement[bool]:
    return is_any(table.c.key, [one.key for one in passages])


def _count(
    connection: sa.Connection, passages: Sequence[Counted], numbers: Mapping[str, int]
) -> None:
    if not passages:
        return
    held = Counter((numbers[term], one.shelf) for one in passages for term in one.terms)
    words = sorted({(word, one.shelf) for one in passages for word in one.words})
    add = insert(HELD)
    connection.execute(
        add.on_conflict_do_update(
            index_elements=["number", "shelf"],
            set_={"passages": HELD.c.passages + add.excluded.passages},
        ),
        [
            {"number": number, "shelf": shelf, "passages": count}
            for (number, shelf), count in sorted(held.items())
        ],
    )
    if words:
        connection.execute(
            insert(PRINTED).on_conflict_do_nothing(),
            [{"word": word, "shelf": shelf} for word, shelf in words],
        )
    for shelf in sorted({one.shelf for one in passages}):
        lengths = [one.length for one in passages if one.shelf == shelf]
        _measure(connection, shelf, len(lengths), sum(lengths))
    rows = [
        {
            "key": one.key,
            "passage": one.key,
            "shelf": one.shelf,
            "length": one.length,
            "terms": np.array(sorted(numbers[term] for term in one.terms), np.uint32).tobytes(),
            "sent": False,
        }
        for one in passages
    ]
    connection.execute(sa.insert(INDEXED), rows)


def _measure(connection: sa.Connection, shelf: str, passages: int, length: int) -> None:
    add = insert(MEASURED).values(shelf=shelf, passages=passages, length=length)
    connection.execute(
        add.on_conflict_do_update(
            index_elements=["shelf"],
            set_={
                "passages": MEASURED.c.passages + add.excluded.passages,
                "length": MEASURED.c.length + add.excluded.length,
            },
        )
    )


def _discount(connection: sa.Connection, shelf: str, length: int, terms: Sequence[int]) -> None:
    theirs = is_any(HELD.c.number, terms) & (HELD.c.shelf == shelf)
    connection.execute(sa.update(HELD).where(theirs).values(passages=HELD.c.passages - 1))
    connection.execute(sa.delete(HELD).where(theirs, HELD.c.passages < 1))
    _measure(connection, shelf, -1, -length)
    _drop_unheld(connection, terms)


def _drop_unheld(connection: sa.Connection, terms: Sequence[int]) -> None:
    """Drop the terms that stand in no passage any more; their numbers are never given again."""
    held = sa.select(HELD.c.number).where(HELD.c.number == TERM.c.number)
    connection.execute(sa.delete(TERM).where(is_any(TERM.c.number, terms), sa.not_(held.exists())))
