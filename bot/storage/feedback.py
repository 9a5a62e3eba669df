"""What readers think of answers: a thumb, perhaps a reason, and their question if they send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.storage.erasure import scrub
from corpus.storage.database.dialects import INTEGER, insert
from retrieval.answers import AnswerKind
from retrieval.results import Verdict

CHATS = sa.MetaData()
_FEEDBACK = sa.Table(
    "feedback",
    CHATS,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("value", INTEGER),
    sa.Column("verdict", sa.Text),
    sa.Column("rated", sa.Float),
    sa.Column("reason", sa.Text),
    sa.Column("question", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("asked", sa.Float),
    sa.Column("kind", sa.Text),
)
_SENT = ("question", "place", "asked")


class Reason(StrEnum):
    """Why an answer is no good."""

    PASSAGE = "wrong passage"
    PERSON = "wrong person"
    OLD = "out of date"
    OTHER = "nothing of these"


@dataclass(frozen=True, slots=True)
class Rating:
    """A thumb; the last three are None unless the reader sent the question along.

    Attributes:
        key: Of the exchange that it rates.
        good: Whether it points up.
        kind: What the answer showed; None for what a later version may write.
        verdict: How far it answered; likewise.
        rated: UTC time.
        reason: Why it points down, where that was said.
        question: As typed.
        place: What the message showed, in ids: a passage, a quotation's article and beginning, or
            an article; empty where it showed several.
        asked: UTC time.
    """

    key: str
    good: bool
    kind: AnswerKind | None
    verdict: Verdict | None
    rated: datetime
    reason: Reason | None = None
    question: str | None = None
    place: str | None = None
    asked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What a reader sends along with a thumb (see `Rating`)."""

    question: str
    place: str
    asked: datetime


class Feedback:
    """The ratings of all chats. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rate(
        self,
        key: str,
        chat_id: int,
        *,
        good: bool,
        kind: AnswerKind,
        verdict: Verdict = Verdict.ANSWER,
    ) -> None:
        """Note a thumb for an answer of a kind.

        It holds no word of the question, and takes back an earlier thumb with all that was said
        and sent along with that.
        """
        value = 1 if good else -1
        change = {"value": value, "rated": _now(), "reason": "", **dict.fromkeys(_SENT)}
        row = {"key": key, "chat_id": chat_id, "kind": kind, "verdict": verdict, **change}
        with self._engine.begin() as connection:
            connection.execute(
                insert(_FEEDBACK)
                .values(row)
                .on_conflict_do_update(index_elements=["key"], set_=change)
            )

    def explain(self, key: str, chat_id: int, reason: Reason) -> bool:
        """Say why a thumb points down; False where none does."""
        return self._change(key, chat_id, {"reason": reason}, _FEEDBACK.c.value == -1)

    def send(self, key: str, chat_id: int, sent: Sent) -> bool:
        """Keep the question too, as the reader wishes; False where there is no thumb."""
        asked = sent.asked.timestamp()
        values = {"question": sent.question, "place": sent.place, "asked": asked}
        return self._change(key, chat_id, values)

    def find(self, key: str, chat_id: int) -> Rating | None:
        """Look one up; None where there is no thumb of this chat."""
        wanted = _FEEDBACK.select().where(_one(key, chat_id))
        with self._engine.connect() as connection:
            row = connection.execute(wanted).one_or_none()
        return _rating(row) if row else None

    def sent(self, key: str) -> str | None:
        """The question that was sent along with a thumb, whoever's; None where none was."""
        wanted = sa.select(_FEEDBACK.c.question).where(_FEEDBACK.c.key == key)
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar()

    def ratings(self, since: datetime | None = None) -> list[Rating]:
        """List all, or those since a time, oldest first."""
        wanted = _FEEDBACK.select().order_by(_FEEDBACK.c.rated, _FEEDBACK.c.key)
        if since is not None:
            wanted = wanted.where(_FEEDBACK.c.rated >= since.timestamp())
        with self._engine.connect() as connection:
            return [_rating(row) for row in connection.execute(wanted)]

    def clear(self) -> int:
        """Delete all, also from the bytes of the files; returns how many there were."""
        with self._engine.begin() as connection:
            deleted = connection.execute(_FEEDBACK.delete()).rowcount
        scrub(self._engine)
        return deleted

    def _change(
        self, key: str, chat_id: int, values: dict[str, object], *where: sa.ColumnElement[bool]
    ) -> bool:
        change = _FEEDBACK.update().where(_one(key, chat_id), *where).values(values)
        with self._engine.begin() as connection:
            return connection.execute(change).rowcount == 1


def _one(key: str, chat_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(_FEEDBACK.c.key == key, _FEEDBACK.c.chat_id == chat_id)


def _rating(row: sa.Row[tuple[object, ...]]) -> Rating:
    one = row._mapping
    return Rating(
        key=one["key"],
        good=one["value"] > 0,
        kind=AnswerKind(one["kind"]) if one["kind"] else None,
        verdict=Verdict(one["verdict"]) if one["kind"] else None,
        rated=_utc(one["rated"]),
        reason=Reason(one["reason"]) if one["reason"] else None,
        question=one["question"],
        place=one["place"],
        asked=None if one["asked"] is None else _utc(one["asked"]),
    )


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _utc(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
