"""Whether a running bot is of use: it hears Telegram, its databases answer, its index is there.

Much of it is tested with the metrics, in `tests/bot/admin/test_metrics.py`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from bot.admin.feeds import Followed, list_feeds
from bot.storage.chats import ChatStore
from bot.storage.coordination.alone import Alone
from bot.storage.coordination.coordination import Coordination
from retrieval.search import Searcher


@dataclass(frozen=True, slots=True)
class Checkup:
    """How the bot is.

    Attributes:
        problems: What is wrong, a sentence each; empty where all is well.
        quiet_s: Seconds since Telegram last answered; None if it never did.
        articles: In the archive; None where that cannot be read.
        passages: In the index.
        revision: Of the archive that the index shows.
        poison: Updates of the last day that could not be read and were set aside; None where that
            cannot be told. No problem of ours: all others are answered.
    """

    problems: tuple[str, ...]
    quiet_s: float | None
    articles: int | None
    passages: int
    revision: int
    poison: int | None = None
    database: str = "sqlite"
    replica: str = ""
    leader: str | None = None
    replicas: int = 1


class Health:
    """Watches what a bot needs; safe to ask from any thread.

    Attributes:
        broken: What is to run beside the answers and died of late, by name, and of what.

    Args:
        state: The chats.
        searcher: The articles and their index; None where there are none to watch.
        silent_s: How long Telegram may be silent before that is a problem.
        coordination: Knows the other processes over the same database; None where there are none.
        beside: What works in threads of its own and does not just now, by name, and why not.
    """

    def __init__(
        self,
        state: ChatStore,
        searcher: Searcher | None,
        *,
        silent_s: float,
        coordination: Coordination | None = None,
        beside: Mapping[str, str] | None = None,
    ) -> None:
        self._beside = beside if beside is not None else {}
        self._state = state
        self._searcher = searcher
        self._silent_s = silent_s
        self._coordination = coordination or Alone()
        self.broken: dict[str, str] = {}
        self._heard_at: float | None = None

    def heard(self) -> None:
        """Note that Telegram answered just now."""
        self._heard_at = time.monotonic()

    @property
    def quiet_s(self) -> float | None:
        """Seconds since Telegram last answered; None if it never did."""
        return None if self._heard_at is None else time.monotonic() - self._heard_at

    @property
    def database(self) -> str:
        """Which database the chats are in."""
        return self._state.kind

    @property
    def replica(self) -> str:
        """The name of this process."""
        return self._coordination.name

    @property
    def leader(self) -> str | None:
        """The name of the process that does what only one does."""
        return self._coordination.leader()

    @property
    def replicas(self) -> int:
        """How many processes are there, as far as this one knows."""
        return len(self._coordination.members())

    @property
    def passages(self) -> int:
        """In the index."""
        return len(self._searcher) if self._searcher is not None else 0

    @property
    def unread(self) -> int:
        """How many windows were left unread so far, for want of time."""
        reader = self._searcher.reader if self._searcher is not None else None
        return reader.unread if reader else 0

    @property
    def revision(self) -> int:
        """Of the archive that the index shows."""
        return self._searcher.snapshot.index.revision if self._searcher is not None else 0

    def articles(self) -> int:
        """How many the archive holds.

        Raises:
            SQLAlchemyError: The archive does not answer.
        """
        return self._searcher.store.count() if self._searcher is not None else 0

    def shelved(self) -> int:
        """How many lie on readers' shelves; nothing tells on whose.

        Raises:
            SQLAlchemyError: The archive does not answer.
        """
        if self._searcher is None:
            return 0
        return self._searcher.store.whole().count() - self._searcher.store.count()

    def feeds(self, now: datetime) -> list[Followed]:
        """How the followed feeds are, the worst first.

        Raises:
            SQLAlchemyError: The archive does not answer.
        """
        return list_feeds(self._searcher.store, now) if self._searcher is not None else []

    def check(self) -> Checkup:
        """Look at everything; takes milliseconds."""
        problems, articles = [*self._silence(), *self._deafness(), *self._deaths()], None
        try:
            articles = self.articles()
        except SQLAlchemyError as error:
            problems.append(f"the archive does not answer: {_cause(error)}")
        if articles and not self.passages:
            problems.append("the index is not loaded")
        problems += [*self._lateness(), *self._loneliness()]
        known = self.quiet_s, articles, self.passages, self.revision, self._poison()
        others = self.database, self.replica, self.leader, self.replicas
        return Checkup(tuple(problems), *known, *others)

    def _deaths(self) -> list[str]:
        known = (*self.broken.items(), *self._beside.items())
        return [f"{name} does not work: {why}" for name, why in known]

    def _lateness(self) -> list[str]:
        """Compare what the archive holds with what is searched."""
        try:
            if self._searcher is None or not self._searcher.is_behind():
                return []
            revision = self._searcher.store.revision()
        except SQLAlchemyError:
            return []  # which is a problem that is named already
        return [f"search is behind the archive: revision {self.revision} of {revision}"]

    def _loneliness(self) -> list[str]:
        if self._coordination.members():
            return []
        return ["this replica hears nothing of the others: it can hold no chat, nor lead"]

    def _poison(self) -> int | None:
        try:
            return self._state.poison()
        except SQLAlchemyError:
            return None  # which is a problem that is named already

    def _silence(self) -> list[str]:
        quiet_s = self.quiet_s
        if quiet_s is None:
            return ["no contact with Telegram yet"]
        if quiet_s > self._silent_s:
            return [f"no contact with Telegram for {quiet_s:.0f} s"]
        return []

    def _deafness(self) -> list[str]:
        try:
            self._state.ping()
        except SQLAlchemyError as error:
            return [f"the database of chats does not answer: {_cause(error)}"]
        return []


def _cause(error: SQLAlchemyError) -> str:
    """What the database says, without the statement and its values."""
    return str(getattr(error, "orig", None) or type(error).__name__)
