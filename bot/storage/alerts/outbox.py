"""What is to be told of alerts and digests, and what was: nothing twice, whenever we are killed.

What fits waits here until it goes out. Right before each attempt it is noted as begun, and as
arrived once Telegram said so. Of what a killed process had begun nobody knows whether it arrived:
that is in doubt, and its reader is told so, with a button that shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from bot.storage.alerts.subscriptions import ACTIVE, SUBSCRIPTION, Kind, Subscription, read_row
from corpus.nlp.segment import Slice
from corpus.storage.articles.passages import Arrival
from corpus.storage.database.dialects import INTEGER, insert, write_alone

NEWS = timedelta(hours=48)
"""For how long what fits an alert is news: after an outage, what came before is not told."""
GATHER = timedelta(minutes=10)
"""For how long what fits an alert is gathered, once it was told of something."""
AT_ONCE = 6
"""Articles in one message of an alert; more wait for the next."""
_KEPT = timedelta(days=15)
"""For how long is known what was told: twice what a weekly digest looks back."""
_PARAMETERS = 500
"""In one statement; SQLite allows 32,766."""
_TERMINAL = 0
_METADATA = sa.MetaData()
_SENT = sa.Table(
    "sent",
    _METADATA,
    sa.Column("subscription", INTEGER, primary_key=True),
    sa.Column("article", sa.Text, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("stage", sa.Text),
    sa.Column("batch", INTEGER),
    sa.Column("story", sa.Text),
    sa.Column("start", INTEGER),
    sa.Column("end", INTEGER),
    sa.Column("first", INTEGER),
    sa.Column("last", INTEGER),
    sa.Column("digest", INTEGER),
    sa.Column("score", sa.Float),
    sa.Column("at", sa.Float),
    sa.Column("thumb", sa.Boolean),
)
_ARRIVAL = sa.Table(
    "arrival",
    _METADATA,
    sa.Column("article", sa.Text, primary_key=True),
    sa.Column("at", sa.Float),
    sa.Column("key", INTEGER),
)
_WATCHED = sa.Table("watched", _METADATA, sa.Column("key", INTEGER))
_PREFERENCE = sa.table("preference", sa.column("chat_id"), sa.column("timezone"))


class Stage(StrEnum):
    """How far something has come.

    Attributes:
        WAITING: It is to go out.
        BEGUN: It goes out now.
        ARRIVED: It was told.
        DOUBTFUL: It may have been told, or not.
        ASKED: It is in doubt, and its reader was told so.
        DROPPED: It will not be told: too late, refused, or gone.
        COPY: Another article of the same story is told.
    """

    WAITING = "waiting"
    BEGUN = "begun"
    ARRIVED = "arrived"
    DOUBTFUL = "doubtful"
    ASKED = "asked"
    DROPPED = "dropped"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Found:
    """An article that is to be told.

    Attributes:
        subscription: Of whom.
        chat_id: Where.
        article: Its id.
        passage: What shows why, as a slice of the body.
        sentence: What is marked of it.
        digest: Of the passage's text, which a correction may move.
        score: How surely it fits.
        story: Id of the article that is told in its place; its own, or empty, where it is told.
    """

    subscription: int
    chat_id: int
    article: str
    passage: Slice
    sentence: Slice
    digest: int
    score: float = 1.0
    story: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes out in one message.

    Attributes:
        subscription: Of whom.
        batch: By which its buttons name it.
        found: The articles, in the order in which they were found.
        copies: By article, the ids of others of the same story.
        doubtful: Whether it may have been told already.
    """

    subscription: Subscription
    batch: int
    found: tuple[Found, ...]
    copies: Mapping[str, tuple[str, ...]]
    doubtful: bool = False

    @property
    def chat_id(self) -> int:
        """Where it goes."""
        return self.subscription.place.chat_id


class Outbox:
    """All that is to be told; reached as `bot.storage.chats.ChatStore.outbox`.

    Every method is one short transaction.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # What comes in

    def watched(self) -> int:
        """The highest key of passages that were looked at; 0 for none."""
        with self._engine.connect() as connection:
            return int(connection.execute(sa.select(_WATCHED.c.key)).scalar() or 0)

    def rewind(self) -> None:
        """Begin anew with an archive that was put back: its keys say nothing of before."""
        with self._engine.begin() as connection:
            connection.execute(_WATCHED.delete())
            connection.execute(_ARRIVAL.update().values(key=0))
            connection.execute(SUBSCRIPTION.update().values(after=0))

    def take(
        self,
        arrived: Sequence[Arrival],
        found: Sequence[Found],
        *,
        watched: int,
        now: datetime,
    ) -> None:
        """Note which articles came and whom they fit, all at once; what is known stays.

        Args:
            arrived: The articles.
            found: What fits. What a chat was told or is to be told already is left out.
            watched: The highest key of their passages.
            now: UTC.
        """
        came = [
            {"article": one.article, "at": one.added.timestamp(), "key": one.first}
            for one in arrived
        ]
        with self._engine.begin() as connection:
            write_alone(connection)
            if came:
                connection.execute(insert(_ARRIVAL).on_conflict_do_nothing(), came)
            _keep(connection, found, now)
            connection.execute(_WATCHED.delete())
            connection.execute(_WATCHED.insert().values(key=watched))

    def plan(
        self, digest: Subscription, day: date, found: Sequence[Found], *, now: datetime
    ) -> None:
        """Note what a day's digest tells, perhaps nothing, and that this day is done."""
        one = SUBSCRIPTION.c.id == digest.id
        with self._engine.begin() as connection:
            changed = SUBSCRIPTION.update().where(one).values(last=day.toordinal())
            if connection.execute(changed).rowcount:
                _keep(connection, found, now)

    def first_keys(self, articles: Iterable[str]) -> dict[str, int]:
        """The lowest keys that some articles had when they came, of those that are known."""
        wanted = _ARRIVAL.c.article.in_(list(articles))
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_ARRIVAL.c.article, _ARRIVAL.c.key).where(wanted))
            return {row.article: row.key for row in rows}

    def arrivals(self, first: datetime, last: datetime) -> list[str]:
        """Ids of the articles that came between two times, the latest first."""
        between = (_ARRIVAL.c.at > first.timestamp()) & (_ARRIVAL.c.at <= last.timestamp())
        query = sa.select(_ARRIVAL.c.article).where(between)
        with self._engine.connect() as connection:
            ordered = query.order_by(_ARRIVAL.c.at.desc(), _ARRIVAL.c.article)
            return list(connection.execute(ordered).scalars())

    def told(
        self, subscriptions: Iterable[int], since: datetime, *, copies: bool = False
    ) -> dict[int, list[str]]:
        """Ids of the articles that were found since a time, by subscription, latest first.

        Args:
            subscriptions: Of these.
            since: UTC.
            copies: Whether those count for which another is told.
        """
        wanted = _SENT.c.at >= since.timestamp()
        if not copies:
            wanted &= _SENT.c.stage != Stage.COPY
        query = sa.select(_SENT.c.subscription, _SENT.c.article).where(wanted)
        known: defaultdict[int, list[str]] = defaultdict(list)
        every = list(subscriptions)
        with self._engine.connect() as connection:
            for first in range(0, len(every), _PARAMETERS):
                some = _SENT.c.subscription.in_(every[first : first + _PARAMETERS])
                ordered = query.where(some).order_by(_SENT.c.at.desc(), _SENT.c.article)
                for subscription, article in connection.execute(ordered):
                    known[subscription].append(article)
        return dict(known)

    # What goes out

    def settle(self, now: datetime) -> None:
        """Begin after a start: what was under way is in doubt, and what waited too long is late."""
        begun = _SENT.update().where(_SENT.c.stage == Stage.BEGUN)
        with self._engine.begin() as connection:
            connection.execute(begun.values(stage=Stage.DOUBTFUL))
            _drop_late(connection, now)

    def due(
        self,
        now: datetime,
        *,
        chat_id: int | None = None,
        without: Collection[int] = (),
        gather: timedelta = GATHER,
        most: int = 64,
    ) -> list[Parcel]:
        """What is to go out now: what waits and is not held, and what is in doubt.

        Alerts are held in the hours in which they are to be silent, and for a while after they
        told of something.

        Args:
            now: UTC.
            chat_id: Only to this chat; None for all but the terminal.
            without: To none of these chats.
            gather: For how long what follows is gathered.
            most: Of how many alerts and digests at most, those that wait longest first.
        """
        here = _SENT.c.chat_id != _TERMINAL if chat_id is None else _SENT.c.chat_id == chat_id
        open_ = here & _SENT.c.stage.in_([Stage.WAITING, Stage.DOUBTFUL])
        every = sa.select(_SENT.c.subscription, sa.func.min(_SENT.c.at).label("oldest"))
        waiting = every.where(open_).group_by(_SENT.c.subscription).subquery()
        other = _SENT.alias()
        told = sa.select(sa.func.max(other.c.batch)).where(
            other.c.subscription == SUBSCRIPTION.c.id
        )
        query = (
            sa.select(SUBSCRIPTION, _PREFERENCE.c.timezone, told.scalar_subquery().label("told"))
            .join_from(SUBSCRIPTION, waiting, SUBSCRIPTION.c.id == waiting.c.subscription)
            .join(_PREFERENCE, SUBSCRIPTION.c.chat_id == _PREFERENCE.c.chat_id, isouter=True)
            .where(ACTIVE)
            .order_by(waiting.c.oldest, SUBSCRIPTION.c.id)
        )
        ready: list[Parcel] = []
        with self._engine.connect() as connection:
            rows = (row for row in connection.execute(query) if row.chat_id not in without)
            for row in rows:
                told_at, zone = int(row.told or 0), row.timezone or "UTC"
                one = read_row(row)
                if one.quiet and one.quiet.holds(zone, now):
                    continue
                held = _is_held(one, told_at, now, gather)
                ready += _parcels(connection, one, told_at, now=now, held=held)
                if len(ready) >= most:
                    break
        return ready

    def begin(self, parcel: Parcel, now: datetime) -> bool:
        """Note that a parcel goes out now; False where it is not to any more."""
        again = (_SENT.c.stage == Stage.BEGUN) & (_SENT.c.batch == parcel.batch)
        ready = _of(parcel) & ((_SENT.c.stage == Stage.WAITING) | again)
        change = {"stage": Stage.BEGUN, "batch": parcel.batch, "at": now.timestamp()}
        with self._engine.begin() as connection:
            return connection.execute(_SENT.update().where(ready).values(change)).rowcount > 0

    def end(self, parcel: Parcel, stage: Stage) -> None:
        """Note what became of a parcel; one that waits again was not told."""
        again = {"batch": None} if stage is Stage.WAITING else {}
        with self._engine.begin() as connection:
            connection.execute(_SENT.update().where(_of(parcel)).values(stage=stage, **again))

    def drop_all(self, chat_id: int) -> None:
        """Drop all that waits for a chat that does not want it."""
        waits = _SENT.c.stage.in_([Stage.WAITING, Stage.BEGUN, Stage.DOUBTFUL])
        with self._engine.begin() as connection:
            mine = _SENT.update().where(_SENT.c.chat_id == chat_id, waits)
            connection.execute(mine.values(stage=Stage.DROPPED))

    def find(self, subscription: int, batch: int, chat_id: int) -> Parcel | None:
        """Look up what a message showed, or was to show; None where that is gone."""
        wanted = (
            (_SENT.c.subscription == subscription)
            & (_SENT.c.batch == batch)
            & (_SENT.c.chat_id == chat_id)
        )
        one = SUBSCRIPTION.select().where(SUBSCRIPTION.c.id == subscription)
        with self._engine.connect() as connection:
            rows = connection.execute(_SENT.select().where(wanted).order_by(*_ORDER)).all()
            row = connection.execute(one).one_or_none()
            if row is None or not rows:
                return None
            return _packed(connection, read_row(row), rows, batch)

    def point_thumb(self, parcel: Parcel) -> bool:
        """Note a thumb at a message; False where there was one."""
        fresh = _of(parcel) & _SENT.c.thumb.is_(sa.false())
        with self._engine.begin() as connection:
            return connection.execute(_SENT.update().where(fresh).values(thumb=True)).rowcount > 0

    def count(self, since: datetime) -> int:
        """How many articles were told since a time."""
        told = (_SENT.c.stage == Stage.ARRIVED) & (_SENT.c.at >= since.timestamp())
        with self._engine.connect() as connection:
            query = sa.select(sa.func.count()).select_from(_SENT).where(told)
            return int(connection.execute(query).scalar_one())

    def purge(self, now: datetime) -> None:
        """Delete what was told, or came, longer ago than anybody looks back."""
        oldest = (now - _KEPT).timestamp()
        with self._engine.begin() as connection:
            _drop_late(connection, now)
            for table in (_SENT, _ARRIVAL):
                connection.execute(sa.delete(table).where(table.c.at < oldest))


_ORDER = (_SENT.c.at, _SENT.c.score.desc(), _SENT.c.article)


def _drop_late(connection: sa.Connection, now: datetime) -> None:
    """Drop what has waited for too long to be news."""
    late = (_SENT.c.stage == Stage.WAITING) & (_SENT.c.at < (now - NEWS).timestamp())
    connection.execute(_SENT.update().where(late).values(stage=Stage.DROPPED))


def _keep(connection: sa.Connection, found: Sequence[Found], now: datetime) -> None:
    rows = [
        {
            "subscription": one.subscription,
            "article": one.article,
            "chat_id": one.chat_id,
            "stage": Stage.COPY if one.story not in ("", one.article) else Stage.WAITING,
            "story": one.story or one.article,
            "start": one.passage[0],
            "end": one.passage[1],
            "first": one.sentence[0],
            "last": one.sentence[1],
            "digest": one.digest,
            "score": one.score,
            "at": now.timestamp(),
            "thumb": False,
        }
        for one in found
    ]
    if rows:
        connection.execute(insert(_SENT).on_conflict_do_nothing(), rows)


def _is_held(one: Subscription, told: int, now: datetime, gather: timedelta) -> bool:
    """Whether what waits is gathered, since something was told just now; digests wait for none."""
    until = told / 1000 + gather.total_seconds()
    return one.kind is Kind.ALERT and now.timestamp() < until


def _parcels(
    connection: sa.Connection, subscription: Subscription, told: int, *, now: datetime, held: bool
) -> list[Parcel]:
    """What of a subscription is to go out now: in doubt, by batch, and what is not held."""
    mine = _SENT.c.subscription == subscription.id
    doubtful = _SENT.select().where(mine, _SENT.c.stage == Stage.DOUBTFUL).order_by(*_ORDER)
    batches: defaultdict[int, list[sa.Row[tuple[object, ...]]]] = defaultdict(list)
    for row in connection.execute(doubtful):
        batches[row.batch].append(row)
    ready = [
        _packed(connection, subscription, rows, batch, doubtful=True)
        for batch, rows in batches.items()
    ]
    waiting = _SENT.select().where(mine, _SENT.c.stage == Stage.WAITING).order_by(*_ORDER)
    if subscription.kind is Kind.ALERT:
        waiting = waiting.limit(AT_ONCE)
    if not held and (rows := connection.execute(waiting).all()):
        batch = max(told + 1, int(now.timestamp() * 1000))
        ready.append(_packed(connection, subscription, rows, batch))
    return ready


def _packed(
    connection: sa.Connection,
    subscription: Subscription,
    rows: Sequence[sa.Row[tuple[object, ...]]],
    batch: int,
    *,
    doubtful: bool = False,
) -> Parcel:
    found = tuple(_found(row._mapping) for row in rows)
    others = sa.select(_SENT.c.story, _SENT.c.article).where(
        _SENT.c.subscription == subscription.id,
        _SENT.c.stage == Stage.COPY,
        _SENT.c.story.in_([one.article for one in found]),
    )
    copies: defaultdict[str, tuple[str, ...]] = defaultdict(tuple)
    for story, article in connection.execute(others.order_by(*_ORDER)):
        copies[story] += (article,)
    return Parcel(subscription, batch, found, dict(copies), doubtful)


def _found(one: sa.RowMapping) -> Found:
    return Found(
        subscription=one["subscription"],
        chat_id=one["chat_id"],
        article=one["article"],
        passage=(one["start"], one["end"]),
        sentence=(one["first"], one["last"]),
        digest=one["digest"],
        score=one["score"],
        story=one["story"],
    )


def _of(parcel: Parcel) -> sa.ColumnElement[bool]:
    articles = [one.article for one in parcel.found]
    return (_SENT.c.subscription == parcel.subscription.id) & _SENT.c.article.in_(articles)
