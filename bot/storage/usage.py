"""How much the bot is used and how well it answers: counts, without a word or a chat's number.

Answer times are counted in steps of a tenth, an hour together, so that any number of answers takes
the same room. Beside the counts stands who may be sent a broadcast: the chats that wrote, each
with the time of its last question.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from bot.storage.clock import SKEW
from corpus.storage.database.dialects import INTEGER, insert
from retrieval.answers import AnswerKind
from retrieval.results import Verdict

_METADATA = sa.MetaData()
_TALLY = sa.Table(
    "tally",
    _METADATA,
    sa.Column("hour", INTEGER, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("verdict", sa.Text, primary_key=True),
    sa.Column("step", INTEGER, primary_key=True),
    sa.Column("answers", INTEGER),
)
_READER = sa.Table(
    "reader",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("last", sa.Float),
    sa.Column("answers", INTEGER),
)
_STEP = 1.1
_LEAST_S = 0.001
_HOUR_S = 3600
_KEPT = timedelta(days=92)
_SILENT = timedelta(days=365)
"""After how long a chat that asks nothing is forgotten."""


@dataclass(frozen=True, slots=True)
class Times:
    """How many questions were asked within some time, and how soon they were answered.

    Attributes:
        asked: All questions.
        unanswered: Those that nothing in the archive answers.
        median_s: Half the answers took no longer; right to a twentieth, None without any.
        p95_s: 95 in 100 took no longer, as exact.
    """

    asked: int = 0
    unanswered: int = 0
    median_s: float | None = None
    p95_s: float | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What was counted.

    Attributes:
        day: The last 24 hours.
        week: The last seven days.
        days: Questions asked and unanswered by day (UTC), the oldest first, without gaps.
        readers: How many private chats asked within the last day and week, and ever.
        groups: The same of groups.
    """

    day: Times
    week: Times
    days: Mapping[date, tuple[int, int]]
    readers: tuple[int, int, int]
    groups: tuple[int, int, int]


@dataclass(slots=True)
class _Counts:
    steps: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0

    def times(self) -> Times:
        median_s, p95_s = (_quantile(self.steps, share) for share in (0.5, 0.95))
        return Times(self.steps.total(), self.unanswered, median_s, p95_s)


class UsageStore:
    """The counts. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def note(self, kind: AnswerKind, verdict: Verdict, seconds: float, now: datetime) -> None:
        """Count an answer.

        Args:
            kind: What it showed.
            verdict: How far that answered.
            seconds: How long it took.
            now: UTC time.
        """
        keys = {"hour": _hour(now), "kind": kind, "verdict": verdict, "step": _step(seconds)}
        row = {**keys, "answers": 1}
        once_more = {"answers": _TALLY.c.answers + 1}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_TALLY)
                .values(row)
                .on_conflict_do_update(index_elements=[*keys], set_=once_more)
            )

    def seen(self, chat_id: int, now: datetime) -> None:
        """Note that a chat asked something."""
        last = {"last": now.timestamp()}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_READER)
                .values(chat_id=chat_id, **last)
                .on_conflict_do_update(index_elements=["chat_id"], set_=last)
            )

    def answered(self, chat_id: int) -> int:
        """Count an answer to a chat; how many it had by now, 0 where it asked nothing yet."""
        more = _READER.update().where(_READER.c.chat_id == chat_id)
        counted = more.values(answers=_READER.c.answers + 1).returning(_READER.c.answers)
        with self._engine.begin() as connection:
            return connection.execute(counted).scalar() or 0

    def gone(self, chat_id: int) -> None:
        """Note that a chat wants no more messages."""
        with self._engine.begin() as connection:
            connection.execute(_READER.delete().where(_READER.c.chat_id == chat_id))

    def usage(self, now: datetime, days: int = 14) -> Usage:
        """Add up what was counted; hours count whole, so that a day has up to 25."""
        day, week = _Counts(), _Counts()
        by_day: dict[date, list[int]] = defaultdict(lambda: [0, 0])
        first = now.date() - timedelta(days=days - 1)
        for hour, verdict, step, answers in self._tallies(first):
            began = datetime.fromtimestamp(hour * _HOUR_S, UTC)
            missed = answers if verdict == Verdict.NOTHING else 0
            by_day[began.date()][0] += answers
            by_day[began.date()][1] += missed
            for counts, span in ((day, timedelta(days=1)), (week, timedelta(days=7))):
                if hour >= _hour(now - span):
                    counts.steps[step] += answers
                    counts.unanswered += missed
        every = [first + timedelta(days=number) for number in range(days)]
        shown = {one: (by_day[one][0], by_day[one][1]) for one in every}
        readers, groups = self._chats(now)
        return Usage(day.times(), week.times(), shown, readers, groups)

    def purge(self, now: datetime) -> None:
        """Delete counts after three months, and chats that asked nothing for a year.

        Counts from the future are deleted too; chats that asked then count as if they did now.
        """
        first, last = _hour(now - _KEPT), _hour(now + SKEW)
        with self._engine.begin() as connection:
            connection.execute(_TALLY.delete().where(~_TALLY.c.hour.between(first, last)))
            silent = _READER.c.last < (now - _SILENT).timestamp()
            connection.execute(_READER.delete().where(silent))
            ahead = _READER.c.last > (now + SKEW).timestamp()
            connection.execute(_READER.update().where(ahead).values(last=now.timestamp()))

    def _tallies(self, first: date) -> list[tuple[int, str, int, int]]:
        start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        counted = _TALLY.c.hour, _TALLY.c.verdict, _TALLY.c.step, _TALLY.c.answers
        wanted = sa.select(*counted).where(_TALLY.c.hour >= _hour(start))
        with self._engine.connect() as connection:
            return [(row[0], row[1], row[2], row[3]) for row in connection.execute(wanted)]

    def _chats(self, now: datetime) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        with self._engine.connect() as connection:
            wanted = sa.select(_READER.c.chat_id, _READER.c.last)
            found = [(row[0] > 0, row[1]) for row in connection.execute(wanted)]
        people = _recent((last for private, last in found if private), now)
        return people, _recent((last for private, last in found if not private), now)


def _recent(last: Iterable[float], now: datetime) -> tuple[int, int, int]:
    ages = [now.timestamp() - one for one in last]
    return sum(age <= 86_400 for age in ages), sum(age <= 7 * 86_400 for age in ages), len(ages)


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // _HOUR_S


def _step(seconds: float) -> int:
    return round(math.log(max(seconds, _LEAST_S), _STEP))


def _quantile(steps: Counter[int], share: float) -> float | None:
    """The time that this share of the answers did not exceed; None without any."""
    rank, passed = math.ceil(share * steps.total()), 0
    for step, count in sorted(steps.items()):
        passed += count
        if passed >= rank:
            return float(_STEP**step)
    return None
