"""When to ask a feed again: by its own rhythm, by what its server asks for, later after faults.

Everything here is a function of its arguments; who calls it has the clock and the chance.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from corpus.errors import Cause, FetchError, StatusError
from corpus.storage.sources import Source

SHORTEST_S, LONGEST_S = 300.0, 43_200.0
"""Between two checks of a feed, five minutes and twelve hours."""
PATIENCE = timedelta(days=7)
"""How long a feed may fail until it is asked no more."""

_LEAST_FAILURES = 10
"""So many are no outage of ours, even where we were away for most of the week."""
_RHYTHM = 10
"""Of so many newest articles."""
_JITTER = 0.2
_LONGEST_LATER_S = 86_400.0
"""Most that a server may put us off by."""
_GONE = 410
_MAX_AGE = re.compile(r'\bmax-age="?([0-9]{1,9})', re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]{1,9}")
_BUSY = frozenset({408, 425, 429})
_PASSING = frozenset({Cause.NO_ANSWER, Cause.NOT_THERE})
"""Why a server cannot be reached: it does not answer, or nobody knows it just now."""

_LOOKS = (timedelta(hours=2), timedelta(days=1), timedelta(days=7))
"""How old an article is when one looks whether it was corrected, or is gone."""
_SOONEST_LOOK = timedelta(minutes=10)
_LOOK_SHARE = 4
"""An article is looked at again after this part of its age at the soonest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What servers ask for, in seconds; 0 where they ask for nothing.

    Attributes:
        by_feed: ``ttl`` and the like.
        by_cache: ``Cache-Control: max-age``.
        later: ``Retry-After``.
    """

    by_feed: float = 0.0
    by_cache: float = 0.0
    later: float = 0.0

    @property
    def least_s(self) -> float:
        """How long to stay away at least."""
        usual = min(max(self.by_feed, self.by_cache), LONGEST_S)
        return max(usual, min(self.later, _LONGEST_LATER_S))


def read_max_age(caching: str) -> float:
    """Seconds that a ``Cache-Control`` header lets an answer be kept for.

    Example:
        >>> read_max_age("public, max-age=600"), read_max_age("no-store, max-age=600")
        (600.0, 0.0)
    """
    lowered = caching.casefold()
    if "no-store" in lowered or "no-cache" in lowered:
        return 0.0
    found = _MAX_AGE.search(caching)
    return float(found[1]) if found else 0.0


def read_later(header: str, now: datetime) -> float:
    """Seconds from now that a ``Retry-After`` header asks for: seconds, or a date.

    Example:
        >>> read_later("120", datetime(2031, 3, 4, tzinfo=UTC))
        120.0
        >>> read_later("Tue, 04 Mar 2031 00:01:00 GMT", datetime(2031, 3, 4, tzinfo=UTC))
        60.0
    """
    text = header.strip()
    if _DIGITS.fullmatch(text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def choose_interval(dates: Sequence[datetime], now: datetime, *, before_s: float) -> float:
    """Choose how often to ask a feed: twice for every article that may be expected.

    Args:
        dates: When the newest articles that are known of it were published.
        now: The time; dates after it say nothing.
        before_s: What was chosen before; where there is no rhythm yet, half as long again.

    Returns:
        Seconds, from five minutes to twelve hours. A feed that falls silent is asked ever more
        rarely, since its silence counts as a gap.
    """
    known = sorted(one for one in dates if one <= now)[-_RHYTHM:]
    if len(known) < 2:
        return _bounded(1.5 * before_s)
    return _bounded((now - known[0]).total_seconds() / len(known) / 2)


def succeed(
    source: Source, now: datetime, *, dates: Sequence[datetime], asked: Asked, chance: float
) -> Source:
    """What to note of a feed that was read.

    Args:
        source: As it was known.
        now: The time.
        dates: As for `choose_interval`.
        asked: What its server asks for.
        chance: From 0 to 1, so that not all feeds are asked at the same time.
    """
    interval_s = choose_interval(dates, now, before_s=source.interval_s)
    return replace(
        source,
        interval_s=interval_s,
        next_check=now + _spread(interval_s, asked.least_s, chance),
        last_success=now,
        errors=0,
        failing_since=None,
        error="",
        told=False,
    )


def fail(
    source: Source, error: Exception, now: datetime, *, chance: float, reason: str = ""
) -> Source:
    """What to note of a feed that could not be read; each time it is left alone twice as long.

    Args:
        source: As it was known.
        error: Why it could not.
        now: The time.
        chance: As for `succeed`.
        reason: What to say instead of the error's own words.

    Returns:
        It is paused where it is gone for good, or failed for a week.
    """
    errors = source.errors + 1
    later_s = read_later(error.later, now) if isinstance(error, StatusError) else 0.0
    doubled_s = _bounded(_bounded(source.interval_s) * 2.0 ** min(errors - 1, 16))
    since = source.failing_since or now
    gone = isinstance(error, StatusError) and error.status == _GONE
    over = errors >= _LEAST_FAILURES and now - since >= PATIENCE
    return replace(
        source,
        next_check=now + _spread(doubled_s, Asked(later=later_s).least_s, chance),
        errors=errors,
        failing_since=since,
        error=reason or str(error),
        paused=now if gone or over else None,
        told=False,
    )


def may_pass(error: Exception) -> bool:
    """Whether a page that could not be fetched may be there later."""
    if isinstance(error, StatusError):
        return error.status in _BUSY or error.status >= 500
    return isinstance(error, FetchError) and error.cause in _PASSING


def wants_rest(error: FetchError) -> bool:
    """Whether a server asks for fewer requests."""
    return isinstance(error, StatusError) and (error.status == 429 or bool(error.later))


def choose_look(dated: datetime, now: datetime) -> datetime | None:
    """When to look at an article again; None where it is too old to be corrected."""
    return next((dated + age for age in _LOOKS if dated + age > now), None)


def hasten_look(dated: datetime, checked: datetime, now: datetime) -> datetime:
    """When to look at an article that a feed says was changed: soon, but not all the time."""
    pause = max(_SOONEST_LOOK, (now - dated) / _LOOK_SHARE)
    return max(now, checked + pause)


def _spread(interval_s: float, least_s: float, chance: float) -> timedelta:
    """Somewhat earlier or later than an interval, but never earlier than was asked for."""
    spread_s = interval_s * (1 + _JITTER * (chance - 0.5))
    return timedelta(seconds=max(spread_s, least_s + _JITTER / 2 * chance * min(least_s, 600)))


def _bounded(interval_s: float) -> float:
    return min(max(interval_s, SHORTEST_S), LONGEST_S)
