"""What a process needs to know of the others over the same database.

Tested with what goes by it in `tests/bot/storage/coordination/test_replica.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol, Self

Hear = Callable[[str], None]
"""Called with what was said, in a thread of the coordination's: be quick."""
Changed = Callable[[], None]
"""Called when this process began to lead, or lost what it held; in the same thread."""


@dataclass(frozen=True, slots=True)
class Member:
    """A replica, as the table of replicas says.

    Attributes:
        name: Of the process.
        leads: Whether it does what only one does.
        silent_s: For how long it has not been heard of.
    """

    name: str
    leads: bool
    silent_s: float


class Coordination(Protocol):
    """Which of the processes over a database does what; safe from any thread.

    What is held, a chat or the lead, is held until it is let go, or the process or its connection
    ends; nobody else has it meanwhile.

    Attributes:
        shared: Whether there may be other processes at all.
        name: Of this process, short, and unlike any other's.
        number: The same as a number of 62 bits.
        leads: Whether this process does what only one may do.
        term: Counts how often all that was held was lost.
    """

    shared: bool
    name: str
    number: int
    leads: bool
    term: int

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def leader(self) -> str | None:
        """The name of the process that leads; None where that is not known."""
        ...

    def members(self) -> Sequence[Member]:
        """The processes that were heard of lately, this one among them."""
        ...

    def watch(self, changed: Changed) -> None:
        """Have it told when this process begins to lead, or loses what it holds."""
        ...

    def listen(self, topic: str, hear: Hear) -> None:
        """Have it heard what processes say on a topic, this one among them."""
        ...

    def tell(self, topic: str, words: str) -> Future[None]:
        """Tell all processes something; who cannot be reached just now never hears it."""
        ...

    def hold(self, *chat_ids: int) -> Future[list[int]]:
        """Take chats that nobody holds; returns those that were taken."""
        ...

    def release(self, chat_id: int) -> Future[None]:
        """Let a chat go."""
        ...
