"""What a chat set: language, time zone, how much is shown, publishers preferred or left out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import sqlalchemy as sa

from bot.storage.clock import Clock, read_clock
from corpus.storage.database.dialects import INTEGER, insert
from retrieval.ranking.publisher_preference import PublisherPreference

_PREFERENCE = sa.Table(
    "preference",
    sa.MetaData(),
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("language", sa.Text),
    sa.Column("timezone", sa.Text),
    sa.Column("context", sa.Text),
    sa.Column("preferred", sa.JSON),
    sa.Column("left_out", sa.JSON),
    sa.Column("rich", INTEGER),
    sa.Column("only_asker", INTEGER),
)


class ExcerptLength(StrEnum):
    """How much of a passage is shown."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A chat's settings; by default nothing is set.

    Attributes:
        language: Of Byline's own words, one of `bot.texts.LANGUAGES`; empty for the language that
            Telegram says.
        timezone: By its name in the IANA database, such as "Europe/Berlin".
        context: How much of a passage is shown.
        preferred: Publishers whose articles come first where others answer as well.
        left_out: Publishers whose articles are never shown.
        rich: Whether answers are rich messages, which not every app shows; None where nobody was
            asked yet, which counts as not.
        only_asker: Whether answers to ``/ask`` in a group are for the eyes of who asks only.
        clock: Says what time it is in the chat; nothing that is set.
    """

    language: str = ""
    timezone: str = "UTC"
    context: ExcerptLength = ExcerptLength.NORMAL
    preferred: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    rich: bool | None = None
    only_asker: bool = False
    clock: Clock = field(default=read_clock, repr=False, compare=False)

    @property
    def taste(self) -> PublisherPreference:
        """The publishers, as a search takes them."""
        return PublisherPreference(self.preferred, self.left_out)

    def day(self, at: datetime | None = None) -> date:
        """Return the reader's day at a time, by default now."""
        return localize(self.timezone, at or self.clock()).date()

    def turned(self, publisher: str) -> Preferences:
        """Move a publisher on: preferred, then left out, then like any other."""
        if publisher in self.preferred:
            return self.leaving_out(publisher)
        return self.alike(publisher) if publisher in self.left_out else self.preferring(publisher)

    def preferring(self, publisher: str) -> Preferences:
        """Prefer a publisher."""
        rest = self.alike(publisher)
        return replace(rest, preferred=rest.preferred | {publisher})

    def leaving_out(self, publisher: str) -> Preferences:
        """Leave a publisher out."""
        rest = self.alike(publisher)
        return replace(rest, left_out=rest.left_out | {publisher})

    def alike(self, publisher: str) -> Preferences:
        """Treat a publisher like any other."""
        one = {publisher}
        return replace(self, preferred=self.preferred - one, left_out=self.left_out - one)


class PreferenceStore:
    """The settings of all chats; reached as `bot.storage.chats.ChatStore.preferences`."""

    def __init__(self, engine: sa.Engine, clock: Clock = read_clock) -> None:
        self._engine = engine
        self._clock = clock

    def get(self, chat_id: int) -> Preferences:
        """Return a chat's settings."""
        wanted = sa.select(_PREFERENCE).where(_PREFERENCE.c.chat_id == chat_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return self._chosen(row) if row else Preferences(clock=self._clock)

    def all(self) -> dict[int, Preferences]:
        """Return the settings of every chat that set something."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_PREFERENCE)).all()
        return {row.chat_id: self._chosen(row) for row in rows}

    def _chosen(self, row: sa.Row[tuple[object, ...]]) -> Preferences:
        return Preferences(
            language=row.language,
            timezone=row.timezone,
            context=ExcerptLength(row.context),
            preferred=frozenset(row.preferred),
            left_out=frozenset(row.left_out),
            rich=None if row.rich is None else bool(row.rich),
            only_asker=bool(row.only_asker),
            clock=self._clock,
        )

    def put(self, chat_id: int, preferences: Preferences) -> None:
        """Keep a chat's settings until it changes or forgets them."""
        values = {
            "language": preferences.language,
            "timezone": preferences.timezone,
            "context": preferences.context.value,
            "preferred": sorted(preferences.preferred),
            "left_out": sorted(preferences.left_out),
            "rich": None if preferences.rich is None else int(preferences.rich),
            "only_asker": int(preferences.only_asker),
        }
        row = insert(_PREFERENCE).values(chat_id=chat_id, **values)
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["chat_id"], set_=values))

    def forgo_rich(self) -> None:
        """Let no chat have rich answers any more."""
        having = _PREFERENCE.c.rich == 1
        with self._engine.begin() as connection:
            connection.execute(_PREFERENCE.update().where(having).values(rich=0))


def localize(timezone: str, at: datetime) -> datetime:
    """Return a time as clocks of a time zone show it.

    A zone that this machine does not know, or no longer, counts as UTC.
    """
    try:
        zone: ZoneInfo | None = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = None
    return at.astimezone(zone or UTC)


def find_timezone(typed: str) -> str | None:
    """Find a time zone by its name or its city, in any case; None where there is no such zone.

    Example:
        >>> find_timezone("europe/berlin"), find_timezone("New York"), find_timezone("GMT+2")
        ('Europe/Berlin', 'America/New_York', None)
    """
    name = "_".join(typed.split()).casefold()
    zones = _timezones()
    if name in zones:
        return zones[name]
    # Not "Etc/GMT+2": its sign means the reverse of what people mean by theirs.
    cities = (
        zone
        for key, zone in zones.items()
        if key.endswith(f"/{name}") and not key.startswith("etc/")
    )
    return min(cities, key=lambda zone: (len(zone), zone), default=None) if name else None


@cache
def _timezones() -> dict[str, str]:
    """All names of zones, by their spelling in small letters."""
    return {zone.casefold(): zone for zone in available_timezones()}
