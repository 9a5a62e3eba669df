"""Processes over one database, without a database: who holds what lies in a table they share."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any, Self

from bot.storage.coordination.coordination import Changed, Hear, Member
from bot.storage.coordination.session import LostError


class Town:
    """What all of them see.

    Attributes:
        holders: Who holds which chat.
        said: All that was told, in order.
    """

    def __init__(self) -> None:
        self.members: list[FakeReplica] = []
        self.holders: dict[int, FakeReplica] = {}
        self.said: list[str] = []

    def replica(self, name: str, *, leads: bool = False) -> FakeReplica:
        """Let one more process come."""
        found = FakeReplica(self, name, number=len(self.members) + 1, leads=leads)
        self.members.append(found)
        return found


class FakeReplica:
    """One of them; it answers at once, unless it is cut off."""

    shared = True

    def __init__(self, town: Town, name: str, *, number: int, leads: bool) -> None:
        self.town = town
        self.name = name
        self.number = number
        self.leads = leads
        self.term = 0
        self.away = False
        self._watchers: list[Changed] = []
        self._hear: dict[str, list[Hear]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def leader(self) -> str | None:
        return next((one.name for one in self.town.members if one.leads), None)

    def members(self) -> Sequence[Member]:
        return [Member(one.name, one.leads, 0) for one in self.town.members if not one.away]

    def watch(self, changed: Changed) -> None:
        self._watchers.append(changed)

    def listen(self, topic: str, hear: Hear) -> None:
        self._hear.setdefault(topic, []).append(hear)

    def tell(self, topic: str, words: str) -> Future[None]:
        if self.away:
            return _done(LostError())
        self.town.said.append(f"{topic} {words}")
        for one in self.town.members:
            for hear in one._hear.get(topic, ()) if not one.away else ():
                hear(words)
        return _done(None)

    def hold(self, *chat_ids: int) -> Future[list[int]]:
        if self.away:
            return _done(LostError())
        taken = [one for one in chat_ids if one not in self.town.holders]
        self.town.holders |= dict.fromkeys(taken, self)
        return _done(taken)

    def release(self, chat_id: int) -> Future[None]:
        if self.town.holders.get(chat_id) is self:
            del self.town.holders[chat_id]
        return _done(None)

    def lead(self) -> None:
        """Begin to lead."""
        self.leads = True
        self._tell()

    def lose(self, *, away: bool = False) -> None:
        """Lose the connection, and all that was held; for good if it is away."""
        self.leads, self.away = False, away
        self.term += 1
        for chat_id in [chat for chat, one in self.town.holders.items() if one is self]:
            del self.town.holders[chat_id]
        self._tell()

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()


def _done(found: Any) -> Future[Any]:
    future: Future[Any] = Future()
    if isinstance(found, Exception):
        future.set_exception(found)
    else:
        future.set_result(found)
    return future
