"""Who said what in the stored articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from corpus.article import SHARED, Article
from corpus.attribution.attribution import Attribution, Extraction, Kind
from corpus.nlp.segment import Slice
from corpus.storage.database.dialects import is_any, write_alone
from corpus.storage.tables import (
    ARCHIVE,
    ARTICLE,
    ATTRIBUTION,
    EXTRACTION,
    PASSAGE,
    SHELF,
    Shelves,
    exclude_publishers,
    lies_on,
)

Spoken = tuple[str, Attribution]
"""An article's id, and what somebody said in it."""


class Attributions:
    """Reads the attributions of an archive; reached as `Store.attributions`.

    Args:
        engine: The archive's database.
        shelves: Those whose articles are seen; all where None.
    """

    def __init__(self, engine: sa.Engine, shelves: Shelves = (SHARED,)) -> None:
        self._engine = engine
        self._shelves = shelves
        on_them = sa.select(ARTICLE.c.id).where(lies_on(ARTICLE.c.shelf, shelves))
        self._seen = sa.true() if shelves is None else ATTRIBUTION.c.article_id.in_(on_them)

    def of(self, article_id: str) -> list[Attribution]:
        """Return an article's attributions in the order of the text."""
        return [attribution for _, attribution in self._read([article_id])]

    def people(self) -> list[tuple[str, str, int]]:
        """Name who is quoted: name, role, and how often under both; most often quoted first.

        Somebody whom articles give several roles, or once none, comes once for each of them.
        """
        person = ATTRIBUTION.c.name, ATTRIBUTION.c.role
        query = sa.select(*person, sa.func.count()).where(self._seen, ATTRIBUTION.c.name != "")
        ordered = query.group_by(*person).order_by(sa.func.count().desc(), *person)
        with self._engine.connect() as connection:
            return [(name, role, count) for name, role, count in connection.execute(ordered)]

    def by(self, names: Iterable[str]) -> list[Spoken]:
        """Return what people said, as `people` spells them.

        Returns:
            The newest article first, those without date last; within one in the order of the
            text.
        """
        newest = ARTICLE.c.published.desc().nulls_last()
        query = (
            sa.select(ATTRIBUTION)
            .join_from(ATTRIBUTION, ARTICLE, ATTRIBUTION.c.article_id == ARTICLE.c.id)
            .where(lies_on(ARTICLE.c.shelf, self._shelves), is_any(ATTRIBUTION.c.name, names))
            .order_by(newest, ATTRIBUTION.c.article_id, ATTRIBUTION.c.position)
        )
        with self._engine.connect() as connection:
            return [_spoken(row) for row in connection.execute(query)]

    def within(self, spans: Iterable[tuple[str, int, int]]) -> list[Spoken]:
        """Return what was said in some stretches of articles, such as passages.

        Args:
            spans: Article id, start and end.

        Returns:
            The attributions whose quotes begin there, none twice; in the order of the spans.
        """
        wanted = list(spans)
        found: defaultdict[str, list[Spoken]] = defaultdict(list)
        for spoken in self._read(article_id for article_id, _, _ in wanted):
            found[spoken[0]].append(spoken)
        chosen = (
            spoken
            for article_id, start, end in wanted
            for spoken in found[article_id]
            if start <= spoken[1].quote[0] < end
        )
        return list(dict.fromkeys(chosen))

    def placed(
        self, *, names: Iterable[str] | None = None, keys: Iterable[int] | None = None
    ) -> list[tuple[Spoken, int]]:
        """Return what was said, each with the key of the passage in which its quote begins.

        Args:
            names: Only what these people said, as `people` spells them.
            keys: Only what begins in these passages.

        Returns:
            In the order of articles and texts; what begins in no passage is left out.
        """
        begins = ATTRIBUTION.c.start
        holds = (
            (PASSAGE.c.article_id == ATTRIBUTION.c.article_id)
            & (PASSAGE.c.start <= begins)
            & (begins < PASSAGE.c.end)
        )
        query = sa.select(ATTRIBUTION, PASSAGE.c.key).join_from(ATTRIBUTION, PASSAGE, holds)
        query = query.where(lies_on(PASSAGE.c.shelf, self._shelves))
        if names is not None:
            query = query.where(is_any(ATTRIBUTION.c.name, names))
        if keys is not None:
            query = query.where(is_any(PASSAGE.c.key, keys))
        ordered = query.order_by(ATTRIBUTION.c.article_id, ATTRIBUTION.c.position)
        with self._engine.connect() as connection:
            return [(_spoken(row), row.key) for row in connection.execute(ordered)]

    def count(self, *, without: Collection[str] = ()) -> int:
        """Number of attributions, those in articles of some publishers apart."""
        same = ATTRIBUTION.c.article_id == ARTICLE.c.id
        query = sa.select(sa.func.count()).select_from(ATTRIBUTION).join(ARTICLE, same)
        query = query.where(lies_on(ARTICLE.c.shelf, self._shelves), exclude_publishers(without))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def revision(self) -> int:
        """A number that grows with every change of the articles and of who said what in them."""
        newest = sa.select(sa.func.coalesce(sa.func.max(SHELF.c.revision), 0))
        newest = newest.where(lies_on(SHELF.c.name, self._shelves))
        query = sa.select(newest.scalar_subquery() + ARCHIVE.c.extractions)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def outdated(self, version: int) -> list[str]:
        """Ids of the articles in which nobody looked, or only an earlier version did."""
        done = EXTRACTION.c.version >= version
        read = sa.select(EXTRACTION.c.article_id).where(done)
        seen = lies_on(ARTICLE.c.shelf, self._shelves)
        query = sa.select(ARTICLE.c.id).where(seen, ARTICLE.c.id.not_in(read))
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def keep(self, article: Article, extraction: Extraction) -> bool:
        """Store what was found in a stored article, in place of what was found before.

        Returns:
            False where the article was removed or its text changed meanwhile; nothing is stored
            then.
        """
        body = sa.select(ARTICLE.c.body).where(ARTICLE.c.id == article.id)
        with self._engine.begin() as connection:
            write_alone(connection)
            if connection.execute(body).scalar() != article.body:
                return False
            replace(connection, article.id, extraction)
            more = sa.update(ARCHIVE).values(extractions=ARCHIVE.c.extractions + 1)
            connection.execute(more)
            return True

    def _read(self, article_ids: Iterable[str]) -> list[Spoken]:
        wanted = is_any(ATTRIBUTION.c.article_id, article_ids)
        query = sa.select(ATTRIBUTION).where(self._seen, wanted)
        ordered = query.order_by(ATTRIBUTION.c.article_id, ATTRIBUTION.c.position)
        with self._engine.connect() as connection:
            return [_spoken(row) for row in connection.execute(ordered)]


def replace(connection: sa.Connection, article_id: str, extraction: Extraction | None) -> None:
    """Put an article's attributions in place of earlier ones; None for not looked for yet."""
    for table in (ATTRIBUTION, EXTRACTION):
        connection.execute(sa.delete(table).where(table.c.article_id == article_id))
    if extraction is None:
        return
    row = {"article_id": article_id, "version": extraction.version}
    connection.execute(sa.insert(EXTRACTION).values(row))
    rows = [
        {"article_id": article_id, "position": position, **_row(attribution)}
        for position, attribution in enumerate(extraction.attributions)
    ]
    if rows:
        connection.execute(sa.insert(ATTRIBUTION), rows)


def _row(attribution: Attribution) -> dict[str, object]:
    speaker, cue = attribution.speaker or (None, None), attribution.cue or (None, None)
    return {
        "start": attribution.quote[0],
        "end": attribution.quote[1],
        "kind": str(attribution.kind),
        "speaker_start": speaker[0],
        "speaker_end": speaker[1],
        "name": attribution.name,
        "role": attribution.role,
        "cue_start": cue[0],
        "cue_end": cue[1],
        "confidence": attribution.confidence,
    }


def _spoken(row: sa.Row[tuple[object, ...]]) -> Spoken:
    return row.article_id, Attribution(
        quote=(row.start, row.end),
        kind=Kind(row.kind),
        speaker=_slice(row.speaker_start, row.speaker_end),
        name=row.name,
        role=row.role,
        cue=_slice(row.cue_start, row.cue_end),
        confidence=row.confidence,
    )


def _slice(start: int | None, end: int | None) -> Slice | None:
    return None if start is None or end is None else (start, end)
