"""Hours by a reader's clocks: when to be silent, and when a digest is due.

Everything here is a function of times that are handed in, so that a year passes in a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.storage.preferences import localize

_DAY_MIN = 24 * 60
_WEEK = 7
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?([ap]\.?m\.?)?", re.IGNORECASE | re.ASCII)
_NOON = 12


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours in which nobody is written to, unasked.

    Attributes:
        start: Minutes after midnight at which they begin.
        end: At which they end; on the next day where that is before the start.
    """

    start: int
    end: int

    def holds(self, timezone: str, at: datetime) -> bool:
        """Whether a time lies in these hours, by the clocks of a zone."""
        local = localize(timezone, at)
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def __str__(self) -> str:
        return f"{write_time(self.start)}-{write_time(self.end)}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a digest comes.

    Attributes:
        at: Minutes after midnight, by the reader's clocks.
        weekday: On which day, from Monday, 0; None for every day.
    """

    at: int
    weekday: int | None = None

    def last_slot(self, timezone: str, now: datetime) -> date:
        """The day of the last digest that was due by now, one of this moment included."""
        day = localize(timezone, now).date()
        while not self._falls_on(day) or self.moment(timezone, day) > now:
            day -= timedelta(days=1)
        return day

    def moment(self, timezone: str, day: date) -> datetime:
        """When the digest of a day is due, UTC.

        An hour that clocks skip that day counts as the moment at which it would have come; of one
        that comes twice, the first counts.
        """
        wall = datetime.combine(day, time(self.at // 60, self.at % 60))
        return wall.replace(tzinfo=_zone(timezone), fold=0).astimezone(UTC)

    def before(self, day: date) -> date:
        """The day of the digest before that of a day."""
        return day - timedelta(days=1 if self.weekday is None else _WEEK)

    def _falls_on(self, day: date) -> bool:
        return self.weekday is None or day.weekday() == self.weekday


def read_time(typed: str) -> int | None:
    """Read a time of the day as minutes after midnight; None for anything else.

    Example:
        >>> read_time("08:00"), read_time("8"), read_time("7.30 pm"), read_time("25:00")
        (480, 480, 1170, None)
    """
    found = _TIME.fullmatch(typed.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").casefold()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    minutes = hour * 60 + minute
    return minutes if minute < 60 and minutes < _DAY_MIN else None


def read_quiet(typed: str) -> Quiet | None:
    """Read "22:00-07:00"; None for anything else, and for hours that are none or all.

    Example:
        >>> read_quiet("22-7:30"), read_quiet("22:00 – 22:00")
        (Quiet(start=1320, end=450), None)
    """
    start, _, end = typed.replace("–", "-").partition("-")
    first, last = read_time(start), read_time(end)
    if first is None or last is None or first == last:
        return None
    return Quiet(first, last)


def write_time(minutes: int) -> str:
    """Write minutes after midnight as clocks show them."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _zone(timezone: str) -> tzinfo:
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
