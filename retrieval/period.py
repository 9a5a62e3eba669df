"""Days, months and years as a question names them."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_name) if number}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_DAYS = {name.casefold(): number for number, name in enumerate(calendar.day_name)}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NOWADAYS = (
    r"['’]s\s+(?!(?:news|headlines?|stor(?:y|ies)|articles?|papers?|editions?|top|main|biggest"
    r"|latest|match|game|vote|hearing|meeting|strike|verdict|ruling|session)\b)"
)
"""After "today" what tells that it is no day: "today's pupils" are those of our time."""
_DATE = re.compile(
    rf"""(?<![\w-])(?P<since>since\s+)?(?:
        (?P<iso>\d{{4}}-\d\d-\d\d)
      | (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?
          (?:,?\s+(?P<year>\d{{4}}))?
      | (?P<month2>{_MONTH})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b
          (?:,?\s+(?P<year2>\d{{4}}))?
      | (?P<month3>{_MONTH})\b\.?,?\s+(?:of\s+)?(?P<year3>\d{{4}})
      | (?:(?:in|of|during|last|this|early|late|mid)[\s-]+|(?<=since\ ))
          (?P<month4>{_MONTH})\b(?!\.?,?\s+\d)
      | (?:(?:in|of|during|early|late|mid)[\s-]+|(?<=since\ ))(?P<year5>(?:19|20)\d\d)\b
      | (?P<relative>(?<!\bthe\ )(?<!\bUSA\ )today(?!{_NOWADAYS})|yesterday
          |(?:this|last)\ (?:week|month|year))
      | (?:(?:on|last)\s+|(?<=since\ ))(?P<weekday>{"|".join(_DAYS)})
    )(?![\w-])""",
    re.IGNORECASE | re.VERBOSE,
)

_DATED = re.compile(
    rf"(?:(?<![\w-])(?:in|on|of|during|from|for|by|at)\s+)??(?:{_DATE.pattern})", _DATE.flags
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_month(self) -> bool:
        """Whether it is one whole month."""
        return self == _month(self.first.year, self.first.month)

    @property
    def is_year(self) -> bool:
        """Whether it is one whole year."""
        return self == _year(self.first.year)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.first.day} {self.first:%B %Y}"
        if self.is_month:
            return f"{self.first:%B %Y}"
        if self.is_year:
            return str(self.first.year)
        return f"{self.first.day} {self.first:%b %Y} to {self.last.day} {self.last:%b %Y}"


def find_periods(text: str, *, today: date) -> tuple[Period, ...]:
    """Find the days, months and years that a text names, those before others in its order.

    Example:
        >>> [str(p) for p in find_periods("on 3 May 2026 or last month", today=date(2026, 11, 23))]
        ['3 May 2026', 'October 2026']
    """
    found: list[Period] = []
    for match in _DATE.finditer(text):
        period = _period(match, today)
        if period and match["since"]:
            period = Period(period.first, max(period.first, today))
        if period:
            found.append(period)
    return tuple(dict.fromkeys(found))


def drop_periods(text: str, *, today: date) -> str:
    """Take out of a text what `find_periods` finds in it, with the preposition before it.

    Example:
        >>> drop_periods("the ferry since last month", today=date(2026, 11, 23))
        'the ferry'
    """
    rest = _DATED.sub(lambda match: match.group() if _period(match, today) is None else " ", text)
    return " ".join(rest.split()).strip(" ,")


def _period(match: re.Match[str], today: date) -> Period | None:
    """Work out what a match of `_DATE` means; None for a day that no calendar has."""
    part = match.groupdict()
    day, year = part["day"] or part["day2"], part["year"] or part["year2"] or part["year3"]
    month = part["month"] or part["month2"] or part["month3"] or part["month4"]
    try:
        if part["iso"]:
            return _one(date.fromisoformat(part["iso"]))
        if month:
            return _in_month(_MONTHS[month.casefold()], day and int(day), year, today)
    except ValueError:
        return None
    if part["year5"]:
        return _year(int(part["year5"]))
    if part["weekday"]:
        back = (today.weekday() - _DAYS[part["weekday"].casefold()]) % 7 or 7
        return _one(today - timedelta(days=back))
    return _relative(" ".join(part["relative"].casefold().split()), today)


def _in_month(month: int, day: int | str | None, year: str | None, today: date) -> Period:
    """A month or a day in it; without a year, the last one that has begun."""
    chosen = int(year) if year else today.year - (month > today.month)
    return _one(date(chosen, month, int(day))) if day else _month(chosen, month)


def _relative(word: str, today: date) -> Period:
    monday = today - timedelta(days=today.weekday())
    before = date(today.year, today.month, 1) - timedelta(days=1)
    return {
        "today": _one(today),
        "yesterday": _one(today - timedelta(days=1)),
        "this week": Period(today - timedelta(days=6), today),
        "last week": Period(monday - timedelta(days=7), monday - timedelta(days=1)),
        "this month": Period(today.replace(day=1), today),
        "last month": _month(before.year, before.month),
        "this year": Period(date(today.year, 1, 1), today),
        "last year": _year(today.year - 1),
    }[word]


def _one(day: date) -> Period:
    return Period(day, day)


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _year(year: int) -> Period:
    return Period(date(year, 1, 1), date(year, 12, 31))
