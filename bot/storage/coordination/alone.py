"""A process that has the database to itself: it leads, and holds every chat.

Tested with what goes by it in `tests/bot/storage/coordination/test_replica.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Self, TypeVar

from bot.storage.coordination.coordination import Changed, Hear, Member
from bot.storage.coordination.names import name_process, number_process

_Found = TypeVar("_Found")


class Alone:
    """Costs nothing: nobody is asked. See `Coordination`."""

    shared = False
    leads = True
    term = 0

    def __init__(self) -> None:
        self.name = name_process()
        self.number = number_process()
        self._hear: dict[str, list[Hear]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Leaves nothing behind."""

    def leader(self) -> str | None:
        """This process."""
        return self.name

    def members(self) -> Sequence[Member]:
        """This process alone."""
        return (Member(self.name, leads=True, silent_s=0.0),)

    def watch(self, changed: Changed) -> None:
        """Nothing ever changes."""
        del changed

    def listen(self, topic: str, hear: Hear) -> None:
        """Have it heard what this process says."""
        self._hear.setdefault(topic, []).append(hear)

    def tell(self, topic: str, words: str) -> Future[None]:
        """Tell this process."""
        for hear in self._hear.get(topic, ()):
            hear(words)
        return _done(None)

    def hold(self, *chat_ids: int) -> Future[list[int]]:
        """All of them."""
        return _done(list(chat_ids))

    def release(self, chat_id: int) -> Future[None]:
        """Needs nothing."""
        del chat_id
        return _done(None)


def _done(found: _Found) -> Future[_Found]:
    future: Future[_Found] = Future()
    future.set_result(found)
    return future
