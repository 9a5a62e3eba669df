"""One of several processes over a PostgreSQL database.

What it holds it has locked by advisory locks of one session: the server lets them go the moment
the process is killed, and never sooner.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

import structlog

from bot.logs import named
from bot.storage.coordination.coordination import Changed, Hear, Member
from bot.storage.coordination.names import name_process, number_process
from bot.storage.coordination.session import Session
from corpus.storage.database.postgres import Schema

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

_log = structlog.get_logger(__name__)

CHANNEL = "byline"
"""What replicas tell one another: a topic, a blank, and words."""
_BEAT_S = 0.5
"""How often a replica says that it is there, and tries to lead where nobody does."""
_SILENT_S = 5.0
"""For how long a replica is believed to be there without having said so."""
_STUCK_S = 10.0
_DEAD_S = 600.0
_LEAD = b"SELECT pg_try_advisory_lock(hashtextextended(current_schema() || ' leader', 0))"
_HOLD = (
    b"SELECT chat FROM unnest(%s::bigint[]) AS chat "
    b"WHERE pg_try_advisory_lock(hashtextextended(current_schema() || ' chat ' || chat, 0))"
)
_RELEASE = (
    b"SELECT pg_advisory_unlock(hashtextextended(current_schema() || ' chat ' || %s::bigint, 0))"
)
_NOW = "extract(epoch FROM clock_timestamp())::double precision"
_BEAT = (
    f"INSERT INTO replica (name, number, seen, leads) VALUES (%s, %s, {_NOW}, %s) "  # noqa: S608 - no values
    "ON CONFLICT (name) DO UPDATE SET seen = EXCLUDED.seen, leads = EXCLUDED.leads"
).encode()
_TIDY = (
    f"DELETE FROM replica WHERE seen < {_NOW} - %s",  # noqa: S608 - no values
    "UPDATE replica SET leads = false WHERE leads AND name <> %s",
)
_CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN replica "  # noqa: S608 - no values
    f"ON application_name = name AND datname = current_database() WHERE seen < {_NOW} - %s"
).encode()
_MEMBERS = f"SELECT name, leads, {_NOW} - seen FROM replica ORDER BY name".encode()  # noqa: S608


class Replica:
    """See `Coordination`. It does nothing, and never leads, before its context begins.

    Args:
        schema: Of the chats.
        beat_s: How often it says that it is there.
        stuck_s: For how long another may say nothing before its connection is cut, so that what it
            holds is free: it was stopped, say, or swaps.
    """

    shared = True

    def __init__(
        self, schema: Schema, *, beat_s: float = _BEAT_S, stuck_s: float = _STUCK_S
    ) -> None:
        self._stuck_s = stuck_s
        self.name = name_process()
        self.number = number_process()
        self.leads = False
        self.term = 0
        self._held: set[int] = set()
        self._members: tuple[Member, ...] = ()
        self._members_at = 0.0
        self._watchers: list[Changed] = []
        self._hear: dict[str, list[Hear]] = {}
        self._session = Session(schema, self.name, CHANNEL, self, beat_s=beat_s)

    def __enter__(self) -> Self:
        self._session.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(TimeoutError):
            self._session.run(self._leave).exception(timeout=_SILENT_S)
        self._session.close()

    def leader(self) -> str | None:
        """The name of the process that leads; None where that is not known."""
        if self.leads:
            return self.name
        found = [one.name for one in self.members() if one.leads and one.name != self.name]
        return found[0] if found else None

    def members(self) -> Sequence[Member]:
        """The processes that were heard of in the last seconds, by name."""
        since_s = time.monotonic() - self._members_at
        known = (Member(one.name, one.leads, one.silent_s + since_s) for one in self._members)
        return tuple(one for one in known if one.silent_s < _SILENT_S)

    def watch(self, changed: Changed) -> None:
        """Have it told when this process begins to lead, or loses what it holds."""
        self._watchers.append(changed)

    def listen(self, topic: str, hear: Hear) -> None:
        """Have it heard what processes say on a topic, this one among them."""
        self._hear.setdefault(topic, []).append(hear)

    def tell(self, topic: str, words: str) -> Future[None]:
        """Tell all processes something; who cannot be reached just now never hears it."""

        def work(connection: Connection) -> None:
            connection.execute(b"SELECT pg_notify(%s, %s)", (CHANNEL, f"{topic} {words}"))

        return self._session.run(work)

    def hold(self, *chat_ids: int) -> Future[list[int]]:
        """Take chats that nobody holds, not even this process; returns those that were taken."""

        def work(connection: Connection) -> list[int]:
            # A session that locks something twice has to unlock it twice.
            wanted = [one for one in dict.fromkeys(chat_ids) if one not in self._held]
            taken = [chat for (chat,) in connection.execute(_HOLD, (wanted,))] if wanted else []
            self._held.update(taken)
            return taken

        return self._session.run(work)

    def release(self, chat_id: int) -> Future[None]:
        """Let a chat go."""

        def work(connection: Connection) -> None:
            if chat_id in self._held:
                connection.execute(_RELEASE, (chat_id,))
                self._held.discard(chat_id)

        return self._session.run(work)

    # What the session calls

    def opened(self, connection: Connection) -> None:
        """Begin anew, with nothing."""
        del connection
        self._held.clear()

    def beat(self, connection: Connection) -> None:
        """Say that this process is there, lead where nobody does, and see who else is there."""
        if not self.leads and _first(connection.execute(_LEAD)):
            self.leads = True
            _log.info("this replica leads", replica=self.name)
            self._tell_watchers()
        try:
            self._note(connection)
        except Exception as error:
            if connection.closed:
                raise
            # A full disk, say: what is locked is held all the same.
            _log.warning("cannot note that this replica is there", reason=named(error))

    def heard(self, words: str) -> None:
        """Hand on what was said."""
        topic, _, rest = words.partition(" ")
        for hear in self._hear.get(topic, ()):
            hear(rest)

    def lost(self) -> None:
        """Nothing is ours any more."""
        self.leads = False
        self.term += 1
        self._held.clear()
        self._tell_watchers()

    def _note(self, connection: Connection) -> None:
        connection.execute(_BEAT, (self.name, self.number, self.leads))
        connection.execute(_CUT, (self._stuck_s,))
        if self.leads:
            for statement, value in zip(_TIDY, (_DEAD_S, self.name), strict=True):
                connection.execute(statement.encode(), (value,))
        rows = connection.execute(_MEMBERS).fetchall()
        self._members = tuple(Member(*row) for row in rows)
        self._members_at = time.monotonic()

    def _leave(self, connection: Connection) -> None:
        connection.execute(b"DELETE FROM replica WHERE name = %s", (self.name,))

    def _tell_watchers(self) -> None:
        for changed in self._watchers:
            changed()


def _first(cursor: psycopg.Cursor[tuple[Any, ...]]) -> object:
    row = cursor.fetchone()
    return row and row[0]
