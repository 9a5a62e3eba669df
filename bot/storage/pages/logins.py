"""One-time words that let an admin into the newsroom; only their digests are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from corpus.storage.database.dialects import INTEGER

HOLDS = timedelta(minutes=5)
"""For how long a word may be used."""
_LOGIN = sa.Table(
    "page_login",
    sa.MetaData(),
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("chat_id", INTEGER),
    sa.Column("until", sa.Float),
)


class PageLogins:
    """The words that were given out. Every method is one short transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def give(self, chat_id: int, now: datetime) -> str:
        """Make a word of 32 characters of ``[A-Za-z0-9_-]`` for somebody, in place of any other."""
        word = secrets.token_urlsafe(24)
        row = {"digest": _digest(word), "chat_id": chat_id, "until": (now + HOLDS).timestamp()}
        with self._engine.begin() as connection:
            connection.execute(_LOGIN.delete().where(_LOGIN.c.chat_id == chat_id))
            connection.execute(_LOGIN.insert().values(row))
        return word

    def take(self, word: str, now: datetime) -> int | None:
        """Whose word it is, once; None where it is nobody's, was used, or is too old."""
        gone = _LOGIN.delete().where(_LOGIN.c.digest == _digest(word))
        with self._engine.begin() as connection:
            row = connection.execute(gone.returning(_LOGIN.c.chat_id, _LOGIN.c.until)).first()
        if row is None or not now.timestamp() <= row.until <= (now + HOLDS).timestamp():
            return None
        return int(row.chat_id)

    def purge(self, now: datetime) -> None:
        """Forget the words that are too old."""
        with self._engine.begin() as connection:
            connection.execute(_LOGIN.delete().where(_LOGIN.c.until < now.timestamp()))


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()
