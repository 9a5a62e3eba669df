"""Days, months and years as articles print them, as exact as they are, and times of day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.nlp.segment import Slice

_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if number}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"Sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = re.compile(
    rf"""(?<![\w$€£¥.,-])(?:
        (?P<iso>\d{{4}}-\d\d-\d\d)
      | (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<month>{_MONTH})\b\.?
          (?:,?\ (?P<year>(?:19|20)\d\d))?
      | (?P<month2>{_MONTH})\b\.?\ (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b
          (?:,?\ (?P<year2>(?:19|20)\d\d))?
      | (?P<month3>{_MONTH})\b\.?,?\ (?:of\ )?(?P<year3>(?:19|20)\d\d)
      | (?<=\ )(?P<month4>{_MONTH})\b\.?(?!\ [A-Z\d])
      | (?P<year4>(?:19|20)\d\d)(?!\ ?%)
      | (?P<relative>(?:this|last|next)\ year)
    )(?![\w-]|[.,]\d)""",
    re.VERBOSE,
)
_TIME = re.compile(
    r"(?<![\w.:])(?P<hour>\d{1,2})(?:[.:](?P<minute>\d\d))?\s?(?:(?P<half>[ap])\.?m\b\.?|(?<=:\d\d))"
)
_TOLD = re.compile(
    r"\b(?:said|says|told|announced|reported|warned|wrote|estimated|predicted|promised|reporters)"
    r"(?:\s\w+){0,2}?\s(?:(?:in|on|back in)\s)?$"
)
"""Before a day: it is when something was said, not what was said of."""
_LOOKED_BACK = 45
_AHEAD, _BACK = 245, 120
"""Days by which a month without year may lie after an article and before it."""
_RELATIVE = {"this": 0, "last": -1, "next": 1}


@dataclass(frozen=True, slots=True)
class Day:
    """A day, a month or a year; what is 0 is not known.

    Attributes:
        year: The year; of a day or month without, the one that is nearest to the article.
        month: From 1.
        day: From 1.
        place: Where it stands in the text.
        told: Whether it is rather when something was said.
    """

    year: int
    month: int
    day: int
    place: Slice
    told: bool = False

    def agrees(self, other: Day) -> bool:
        """Whether both may be the same day, as far as they are known."""
        mine, theirs = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return all(a == b for a, b in zip(mine, theirs, strict=True) if a and b)


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day.

    Attributes:
        minutes: Since midnight.
        place: Where it stands in the text.
    """

    minutes: int
    place: Slice

    def agrees(self, other: Time) -> bool:
        """Whether both are the same."""
        return self.minutes == other.minutes


def list_days(text: str, printed: date) -> list[Day]:
    """List the days, months and years of a text, in its order.

    Args:
        text: Of an article.
        printed: The article's day.

    Example:
        >>> [(d.year, d.month, d.day) for d in list_days("from 3 May to June", date(2026, 1, 9))]
        [(2026, 5, 3), (2026, 6, 0)]
    """
    return list(_find(text, printed))


def list_times(text: str) -> list[Time]:
    """List the times of day of a text, in its order.

    Example:
        >>> [time.minutes for time in list_times("from 9 a.m. to 17:30")]
        [540, 1050]
    """
    found = []
    for match in _TIME.finditer(text):
        hour = int(match["hour"]) % 12 if match["half"] else int(match["hour"])
        hour += 12 * (match["half"] == "p")
        found.append(Time(hour * 60 + int(match["minute"] or 0), match.span()))
    return found


def _find(text: str, printed: date) -> Iterator[Day]:
    for match in _DAY.finditer(text):
        year, month, day = _read(match, printed)
        if month <= 12 and day <= 31:
            before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
            yield Day(year, month, day, match.span(), bool(_TOLD.search(before)))


def _read(match: re.Match[str], printed: date) -> tuple[int, int, int]:
    part = match.groupdict()
    if part["iso"]:
        year, month, day = map(int, part["iso"].split("-"))
        return year, month, day
    if part["relative"]:
        return printed.year + _RELATIVE[part["relative"].split()[0]], 0, 0
    year = int(part["year"] or part["year2"] or part["year3"] or part["year4"] or 0)
    named = part["month"] or part["month2"] or part["month3"] or part["month4"]
    month, day = _MONTHS[named] if named else 0, int(part["day"] or part["day2"] or 0)
    return year or _nearest(month, printed), month, day


def _nearest(month: int, printed: date) -> int:
    """The year in which a month is nearest to an article."""
    years = (printed.year, printed.year + 1, printed.year - 1)
    for year in years:
        if -_BACK <= (date(year, month, 15) - printed).days <= _AHEAD:
            return year
    return printed.year
