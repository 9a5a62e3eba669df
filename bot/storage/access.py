"""Who may ask, and how much: standings of chats, and what each reader asked today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from corpus.storage.database.dialects import INTEGER, insert, write_alone

_METADATA = sa.MetaData()
_ACCESS = sa.Table(
    "access",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("standing", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("questions", sa.JSON),
    sa.Column("since", sa.Float),
)
_SPENT = sa.Table(
    "spent",
    _METADATA,
    sa.Column("chat_id", INTEGER, primary_key=True),
    sa.Column("day", INTEGER),
    sa.Column("questions", INTEGER),
)
_DAY_S = 24 * 3600
_WAITING = 5
"""How many questions of a chat that waits for approval are kept."""


class Standing(StrEnum):
    """How a chat or person stands with those who run the bot; unknown ones have none."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    BLOCKED = "blocked"


class Access:
    """Standings, by the number of a chat or person. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def standings(self, ids: Iterable[int]) -> dict[int, Standing]:
        """Look up; those without a standing are left out."""
        wanted = sa.select(_ACCESS.c.chat_id, _ACCESS.c.standing).where(
            _ACCESS.c.chat_id.in_(list(ids))
        )
        with self._engine.connect() as connection:
            found = connection.execute(wanted).all()
        return {chat_id: Standing(standing) for chat_id, standing in found}

    def standing(self, chat_id: int) -> Standing | None:
        """How one stands."""
        return self.standings([chat_id]).get(chat_id)

    def set(self, chat_id: int, standing: Standing) -> None:
        """Change a standing, whatever it was. Questions that wait stay."""
        self._change(chat_id, standing, sa.true())

    def decide(self, chat_id: int, standing: Standing) -> bool:
        """Give one that waits, or is new, a standing; False where somebody did so before."""
        return self._change(chat_id, standing, _ACCESS.c.standing == Standing.WAITING)

    def clear(self, chat_id: int) -> bool:
        """Take a standing back; False where there was none."""
        with self._engine.begin() as connection:
            done = connection.execute(_ACCESS.delete().where(_ACCESS.c.chat_id == chat_id))
        return done.rowcount == 1

    def wait(self, chat_id: int, key: str = "", *, language: str = "") -> bool:
        """Let a chat wait for approval, and keep the key of what it asked.

        A chat that has a standing keeps it.

        Args:
            chat_id: The chat.
            key: See `bot.storage.chats.ChatStore.save`; empty for none.
            language: What the chat speaks.

        Returns:
            False where as many questions wait as are kept; this one is not kept then.
        """
        row = _row(chat_id, Standing.WAITING) | {"language": language}
        one = _ACCESS.c.chat_id == chat_id
        with self._engine.begin() as connection:
            write_alone(connection)  # two questions at once must both be kept
            connection.execute(insert(_ACCESS).values(row).on_conflict_do_nothing())
            kept = connection.execute(sa.select(_ACCESS.c.questions).where(one)).scalar_one()
            if len(kept) >= _WAITING:
                return False
            more = [*kept, key] if key else kept
            connection.execute(_ACCESS.update().where(one).values(questions=more))
        return True

    def language(self, chat_id: int) -> str:
        """What a chat that waited speaks; empty for unknown."""
        wanted = sa.select(_ACCESS.c.language).where(_ACCESS.c.chat_id == chat_id)
        with self._engine.connect() as connection:
            return connection.execute(wanted).scalar() or ""

    def next_question(self, chat_id: int) -> str | None:
        """Take the first key that waits; None where none does.

        It is taken before it is answered: after a crash a reader may have to ask again, but is
        never answered twice.
        """
        one = _ACCESS.c.chat_id == chat_id
        with self._engine.begin() as connection:
            write_alone(connection)  # who looks at the same moment must not take it too
            kept = connection.execute(sa.select(_ACCESS.c.questions).where(one)).scalar()
            if not kept:
                return None
            connection.execute(_ACCESS.update().where(one).values(questions=kept[1:]))
        return str(kept[0])

    def owed(self) -> list[int]:
        """Approved chats whose questions still wait, since the bot stopped at that moment."""
        wanted = sa.select(_ACCESS.c.chat_id, _ACCESS.c.questions).where(
            _ACCESS.c.standing == Standing.APPROVED
        )
        with self._engine.connect() as connection:
            return [chat_id for chat_id, kept in connection.execute(wanted) if kept]

    def spend(self, reader: int, now: datetime) -> int:
        """Count a question; returns how many the reader has asked on this day (UTC)."""
        row = {"chat_id": reader, "day": _day(now), "questions": 1}
        same = _SPENT.c.day == row["day"]
        change = {
            "day": row["day"],
            "questions": sa.case((same, _SPENT.c.questions + 1), else_=1),
        }
        with self._engine.begin() as connection:
            counted = (
                insert(_SPENT)
                .values(row)
                .on_conflict_do_update(index_elements=["chat_id"], set_=change)
            )
            return int(connection.execute(counted.returning(_SPENT.c.questions)).scalar_one())

    def spent(self, reader: int, now: datetime) -> int:
        """How many questions the reader has asked on this day (UTC)."""
        wanted = sa.select(_SPENT.c.questions).where(
            _SPENT.c.chat_id == reader, _SPENT.c.day == _day(now)
        )
        with self._engine.connect() as connection:
            return int(connection.execute(wanted).scalar() or 0)

    def purge(self, now: datetime) -> None:
        """Delete counts of other days: former ones and, by a clock that was set back, later."""
        with self._engine.begin() as connection:
            connection.execute(_SPENT.delete().where(_SPENT.c.day != _day(now)))

    def _change(self, chat_id: int, standing: Standing, where: sa.ColumnElement[bool]) -> bool:
        change = {"standing": standing, "since": _now()}
        row = insert(_ACCESS).values(_row(chat_id, standing))
        with self._engine.begin() as connection:
            kept = row.on_conflict_do_update(index_elements=["chat_id"], set_=change, where=where)
            return connection.execute(kept.returning(_ACCESS.c.chat_id)).first() is not None


def _row(chat_id: int, standing: Standing) -> dict[str, object]:
    known = {"chat_id": chat_id, "standing": standing, "since": _now()}
    return known | {"questions": [], "language": ""}


def _day(now: datetime) -> int:
    """Days since the epoch."""
    return int(now.timestamp()) // _DAY_S


def _now() -> float:
    return datetime.now(UTC).timestamp()
