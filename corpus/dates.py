"""Publication times as pages, feeds, archives and people print them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING

from corpus.text import squeeze

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_YEARS = range(1800, 2101)
_MAX_CHARS = 80
# dateparser tries them in this order; all of its languages would take seconds and see dates
# in ordinary words.
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
_LABEL = re.compile(
    r"(?:(?:first |last |originally )?"
    r"(?:published|posted|updated|modified|created|revised|released|filed|date|time)"
    r"(?: (?:at|on))?|as of|on|at)\b[\s:]*",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\.\d{1,9})?|\d{13}")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY_ALONE = re.compile(r"\d{4}-\d\d-\d\d|\d{8}|\d{4}-?W\d\d-?\d")
_TWO_DIGIT_HOUR = re.compile(r"(?<=\d[ T])(\d)(?=:\d\d)")
_ZULU = re.compile(r"(?:(?<!\s)\s++)?\b(?:UTC|GMT|Z)$")
# Zone names that email.utils knows; it would read any other as UTC.
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3},? )?\d{1,2} [A-Za-z]{3} (?:\d\d|[12]\d{3}) \d\d?:\d\d(?::\d\d)?"
    r" (?:[+-]\d{4}|UTC?|GMT|[ECMP][SD]T)"
)
_FULL_YEAR = re.compile(r"(?<!\d)(?:1[89]|20|21)\d\d(?!\d)")
# Zones that dateparser does not know, or takes for another: IST is India's far more often in print.
_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "IST": "Asia/Kolkata",
}
_ZONE = re.compile(rf"(?:(?<!\s)\s++)?\(?\b({'|'.join(_ZONES)})\)?$")
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")  # Java prints "...-05:00[America/Chicago]"
_NUMERIC = re.compile(r"\b\d{1,2}([/.-])\d{1,2}\1\d{4}\b")
_NOON_DOTS = re.compile(r"\b([ap])\.\s?m\b\.?", re.IGNORECASE)


_DOTTED = re.compile(r"\b\d{1,2}\.\d{1,2}\.\d{4}")  # only written where the day comes first


@dataclass(frozen=True, slots=True)
class Published:
    """When something was published.

    Attributes:
        time: In UTC; midnight where only the day is known.
        day_only: True where the text names a day and no time.
    """

    time: datetime
    day_only: bool = False


def parse_time(text: str, *, day_first: bool = False) -> Published | None:
    """Read a printed time.

    ISO 8601, RFC 2822, epoch seconds (ten digits) and milliseconds (thirteen), and days written
    out, each with or without a label ("Updated: ..."). A time without zone counts as UTC.

    Args:
        text: One printed time and nothing else but its label.
        day_first: Read 03/04/2016 as 3 April rather than March 4.

    Returns:
        None where the text does not name day, month and year, or the year is not 1800 to 2100;
        nothing is guessed from a bare word or number.

    Example:
        >>> parse_time("Updated: 2016-07-30 10:54").time.isoformat()
        '2016-07-30T10:54:00+00:00'
        >>> parse_time("July 30, 2016").day_only
        True
        >>> parse_time("May") is None
        True
    """
    line = squeeze(text[: 4 * _MAX_CHARS])
    while label := _LABEL.match(line):
        line = line[label.end() :]
    if not line or len(line) > _MAX_CHARS or not re.search("[0-9]", line):
        return None
    for reader in (_epoch, _iso, _rfc_2822):
        if found := _in_range(reader, line):
            return found
    return _written_out(line, day_first=day_first)


def to_published(time: datetime, *, day_only: bool = False) -> Published | None:
    """Take a time that is already parsed to UTC; None outside the years 1800 to 2100."""
    if time.year not in _YEARS:
        return None
    moment = time if time.tzinfo else time.replace(tzinfo=UTC)
    moment = moment.astimezone(UTC)
    return Published(moment, day_only=day_only) if moment.year in _YEARS else None


def _in_range(reader: Callable[[str], Published | None], line: str) -> Published | None:
    try:
        return reader(line)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _epoch(line: str) -> Published | None:
    if not _EPOCH.fullmatch(line) or not line.isascii():
        return None
    seconds = int(line) / 1000 if len(line) == 13 and line.isdigit() else float(line)
    return to_published(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def _iso(line: str) -> Published | None:
    line = _DAY.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", line, count=1)
    line = _TWO_DIGIT_HOUR.sub(r"0\1", line, count=1)
    line = _ZULU.sub("+00:00", _ZONE_NAME.sub("", line))
    line = re.sub(r"(?<!\s)\s++(?=[+-]\d\d)", "", line)
    return to_published(datetime.fromisoformat(line), day_only=bool(_DAY_ALONE.fullmatch(line)))


def _rfc_2822(line: str) -> Published | None:
    return to_published(parsedate_to_datetime(line)) if _RFC_2822.fullmatch(line) else None


def _written_out(line: str, *, day_first: bool) -> Published | None:
    names_month = re.search(r"[^\W\d_]{3}", line)
    if not _FULL_YEAR.search(line) or not (names_month or _NUMERIC.search(line)):
        return None
    zone = _ZONE.search(line)
    day_first = day_first or bool(_DOTTED.search(line))
    parser = _date_parser(_ZONES[zone[1]] if zone else "UTC", day_first)
    line = _NOON_DOTS.sub(r"\1m", line[: zone.start()] if zone else line)
    try:
        found = parser.get_date_data(re.sub(r"(?<=\d)\s*[|•·–—]\s*(?=\d)", " ", line))
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError, KeyError):
        return None  # dateparser lets these out on text that is no date
    if found.date_obj is None:
        return None
    day_only = found.period != "time"
    if day_only:
        return to_published(found.date_obj.replace(tzinfo=UTC), day_only=True)
    return to_published(found.date_obj)


@cache
def _date_parser(zone: str, day_first: bool) -> DateDataParser:
    from dateparser.date import DateDataParser  # half a second to import, and seldom needed

    return DateDataParser(
        languages=list(_LANGUAGES),
        use_given_order=True,
        settings={
            "DATE_ORDER": "DMY" if day_first else "MDY",
            "PREFER_LOCALE_DATE_ORDER": False,
            "PARSERS": ["absolute-time"],
            "REQUIRE_PARTS": ["day", "month", "year"],
            "RETURN_AS_TIMEZONE_AWARE": True,
            "RETURN_TIME_AS_PERIOD": True,
            "STRICT_PARSING": True,
            "TIMEZONE": zone,
            "TO_TIMEZONE": "UTC",
        },
    )
