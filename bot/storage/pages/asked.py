"""What was asked of late, without who asked: for admins, where their bot says that they see it.

Tested with the newsroom in `tests/bot/pages/newsroom/test_handlers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from retrieval.answers import AnswerKind
from retrieval.results import Verdict

_EXCHANGE = sa.table(
    "exchange",
    *(sa.column(name) for name in ("key", "question", "kind", "verdict", "asked")),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question that was answered.

    Attributes:
        key: Of its exchange.
        text: As typed.
        kind: What the answer showed.
        verdict: How far it answered.
        asked: UTC time.
    """

    key: str
    text: str
    kind: AnswerKind
    verdict: Verdict
    asked: datetime


class Asked:
    """Reads the questions that are kept. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def lately(self, most: int, verdict: Verdict | None = None) -> list[Question]:
        """List the newest questions, the last asked first.

        Args:
            most: How many at most.
            verdict: Only those that were answered so far.
        """
        wanted = sa.select(_EXCHANGE).where(_EXCHANGE.c.kind.is_not(None))
        if verdict is not None:
            wanted = wanted.where(_EXCHANGE.c.verdict == verdict)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(_EXCHANGE.c.asked.desc()).limit(most))
            return [_read(row) for row in rows]

    def find(self, key: str) -> Question | None:
        """Look one up; None where it is not kept any more."""
        wanted = sa.select(_EXCHANGE).where(_EXCHANGE.c.key == key, _EXCHANGE.c.kind.is_not(None))
        with self._engine.connect() as connection:
            row = connection.execute(wanted).first()
        return _read(row) if row else None


def _read(row: sa.Row[tuple[str, str, str, str, float]]) -> Question:
    asked = datetime.fromtimestamp(row.asked, UTC)
    return Question(row.key, row.question, AnswerKind(row.kind), Verdict(row.verdict), asked)
