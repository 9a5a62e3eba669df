"""Publication times as pages, feeds, archives and people print them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
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
# Tried on what none of them can read.
_OTHER_LANGUAGES = (
    *("ru", "uk", "pl", "cs", "sv", "da", "nb", "fi", "tr", "ro", "hu", "el", "ca", "bg", "hr"),
    *("id", "vi", "ar", "fa", "he", "hi"),
)
# English is written both ways; of its countries these put the month first.
_MONTH_FIRST = frozenset({"", "us", "ph"})
_DAY_FIRST_ENDS = frozenset({"uk", "ie", "au", "nz", "in", "za", "ke", "ng", "sg", "mt"})
_LABEL = re.compile(
    r"(?:(?:first |last |originally )?"
    r"(?:published|posted|updated|modified|created|revised|released|filed|date|time)"
    r"(?: (?:at|on))?|as of|on|at)\b[\s:]*",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\.\d{1,9})?|\d{13}")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EASTERN_DAY = re.compile(r"(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]\s?")
_COMPACT = re.compile(r"(?:19|20)\d{10}(?:\d\d)?")
_DAY_ALONE = re.compile(r"\d{4}-\d\d-\d\d|\d{8}|\d{4}-?W\d\d-?\d")
_TWO_DIGIT_HOUR = re.compile(r"(?<=\d[ T])(\d)(?=:\d\d)")
_ZULU = re.compile(r"(?:(?<!\s)\s++)?\b(?:UTC|GMT|Z)$")
# Zone names that email.utils knows; it would read any other as UTC.
_RFC_2822 = re.compile(
    r"(?:[A-Za-z]{3,9},? )?\d{1,2}[ -][A-Za-z]{3}[ -](?:\d\d|[12]\d{3}) \d\d?:\d\d(?::\d\d)?"
    r" (?:[+-]\d{4}|UTC?|GMT|[ECMP][SD]T)"
)
_SHORT_HOUR = re.compile(r"(?<=\d )([012]\d)([0-5]\d)(?= (?:[A-Z]|[+-]\d))")  # "03 Apr 26 1500 GMT"
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
        time: With the offset from UTC that it was printed with, none being UTC's; midnight in
            UTC where only the day is known.
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
    for reader in (_epoch, _compact, _iso, _rfc_2822):
        if found := _in_range(reader, line):
            return found
    return _written_out(line, day_first=day_first)


def parse_past(text: str, *, day_first: bool = False) -> Published | None:
    """Read when something was published, which is not beyond tomorrow.

    Args:
        text: As for `parse_time`.
        day_first: Likewise. A day beyond tomorrow is tried the other way round.

    Example:
        >>> parse_past("30 July 2016").day_only, parse_past("30 July 2098")
        (True, None)
    """
    orders = (day_first, not day_first) if _NUMERIC.search(text[: 4 * _MAX_CHARS]) else (day_first,)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    read = (parse_time(text, day_first=order) for order in orders)
    return next((one for one in read if one and one.time.astimezone(UTC).date() <= tomorrow), None)


def is_day_first(tag: str, host: str | None = None) -> bool:
    """Whether 03/04/2016 is 3 April where something was published.

    Args:
        tag: A language tag ("en-GB"), or empty.
        host: Of the page; its country tells what English alone does not.

    Example:
        >>> is_day_first("es"), is_day_first("en"), is_day_first("en-GB")
        (True, False, True)
    """
    language, _, region = tag.strip().casefold().replace("_", "-").partition("-")
    country = (host or "").casefold().rpartition(".")[2]
    if language not in ("en", ""):
        return True
    return region not in _MONTH_FIRST or (not region and country in _DAY_FIRST_ENDS)


def to_published(time: datetime, *, day_only: bool = False) -> Published | None:
    """Take a time that is already parsed; None outside the years 1800 to 2100."""
    if time.year not in _YEARS:
        return None
    moment = time if time.tzinfo else time.replace(tzinfo=UTC)
    if (in_utc := moment.astimezone(UTC)).year not in _YEARS:
        return None
    offset = moment.utcoffset() or timedelta()
    whole = offset and not offset % timedelta(minutes=1)
    printed = moment.replace(tzinfo=timezone(offset)) if whole else in_utc
    return Published(printed, day_only=day_only)


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


def _compact(line: str) -> Published | None:
    """Read 20160730105400, or that without seconds."""
    if not _COMPACT.fullmatch(line) or not line.isascii():
        return None
    return to_published(datetime.strptime(f"{line:0<14}", "%Y%m%d%H%M%S").replace(tzinfo=UTC))


def _iso(line: str) -> Published | None:
    line = _EASTERN_DAY.sub(r"\1-\2-\3 ", line, count=1).strip()
    line = _DAY.sub(lambda m: f"{m[1]}-{m[2]:0>2}-{m[3]:0>2}", line, count=1)
    line = _TWO_DIGIT_HOUR.sub(r"0\1", line, count=1)
    line = _ZULU.sub("+00:00", _ZONE_NAME.sub("", line))
    line = re.sub(r"(?<!\s)\s++(?=[+-]\d\d)", "", line)
    return to_published(datetime.fromisoformat(line), day_only=bool(_DAY_ALONE.fullmatch(line)))


def _rfc_2822(line: str) -> Published | None:
    line = _SHORT_HOUR.sub(r"\1:\2", line, count=1)
    return to_published(parsedate_to_datetime(line)) if _RFC_2822.fullmatch(line) else None


def _written_out(line: str, *, day_first: bool) -> Published | None:
    names_month = re.search(r"[^\W\d_]{3}", line)
    if not _FULL_YEAR.search(line) or not (names_month or _NUMERIC.search(line)):
        return None
    zone = _ZONE.search(line)
    day_first = day_first or bool(_DOTTED.search(line))
    line = _NOON_DOTS.sub(r"\1m", line[: zone.start()] if zone else line)
    line = re.sub(r"(?<=\d)\s*[|•·–—]\s*(?=\d)", " ", line)
    for languages in (_LANGUAGES, _OTHER_LANGUAGES):
        found = _ask(_date_parser(_ZONES[zone[1]] if zone else "UTC", day_first, languages), line)
        if found or not names_month:
            return found
    return None


def _ask(parser: DateDataParser, line: str) -> Published | None:
    from dateparser.timezone_parser import pop_tz_offset_from_string

    try:
        # By itself dateparser would turn the time into another zone's.
        line, zone = pop_tz_offset_from_string(line)
        found = parser.get_date_data(line)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError, KeyError):
        return None  # dateparser lets these out on text that is no date
    if found.date_obj is None:
        return None
    if found.period != "time":
        return to_published(found.date_obj.replace(tzinfo=UTC), day_only=True)
    return to_published(
        found.date_obj.replace(tzinfo=zone) if isinstance(zone, tzinfo) else found.date_obj
    )


@cache
def _date_parser(zone: str, day_first: bool, languages: tuple[str, ...]) -> DateDataParser:
    from dateparser.date import DateDataParser  # half a second to import, and seldom needed

    return DateDataParser(
        languages=list(languages),
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
        },
    )
