"""Weather for the emulated Telegram: failing and hanging calls, and the limits on sending."""

from __future__ import annotations

import math
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from tests.support.telegram_rules import JSON, RefusedError, too_many_requests
from tests.support.telegram_world import Chat

ANY = "*"
CALLS_THAT_SEND = frozenset(
    {"sendMessage", "sendRichMessage", "sendPhoto", "editMessageText", "editMessageReplyMarkup"}
)
_DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(slots=True)
class Fault:
    """What befalls the next ``times`` calls of a method.

    Attributes:
        method: Its name, or ``"*"`` for any.
        times: Calls still to befall.
        chat_id: The only chat concerned, or None for all.
        status: HTTP status to answer with, or None to hang and drop the connection.
        seconds: How long to hang.
        after: Whether the call is carried out first, so that only its answer is lost.
        retry_after: Seconds named in a 429.
        description: Words in place of the usual ones for the status.
    """

    method: str
    times: int = 1
    chat_id: int | None = None
    status: int | None = None
    seconds: float = 0.0
    after: bool = False
    retry_after: int = 1
    description: str = ""

    def error(self) -> RefusedError:
        status = self.status or 500
        if status == 429:
            return too_many_requests(self.retry_after)
        words = self.description or _DESCRIPTIONS.get(status, "Internal Server Error")
        return RefusedError(status, words)


@dataclass(slots=True)
class Storm:
    """Lets a share of all calls fail: half of them with an error, half without any answer.

    Attributes:
        share: How many of the calls, 0 to 1.
        longest_s: Longest silence before a connection is dropped; a request for updates, of
            which there are many, is kept waiting for a second at most.
        chance: Decides which and how.
    """

    share: float
    longest_s: float
    chance: random.Random
    struck: int = 0

    def fault(self, method: str) -> Fault | None:
        if self.chance.random() >= self.share:
            return None
        self.struck += 1
        if self.chance.random() < 0.5:
            return Fault(method, status=self.chance.choice((500, 502)))
        longest_s = min(1.0, self.longest_s) if method == "getUpdates" else self.longest_s
        seconds, after = self.chance.uniform(0, longest_s), self.chance.random() < 0.5
        return Fault(method, seconds=seconds, after=after)


class Faults:
    """Faults waiting for their calls; the one added first strikes first, a storm comes last."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self.storm: Storm | None = None

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        self._waiting.clear()
        self.storm = None

    def take(self, method: str, params: JSON) -> Fault | None:
        """The fault that befalls this call, counted as used."""
        for fault in self._waiting:
            if fault.method in (method, ANY) and fault.chat_id in (None, params.get("chat_id")):
                fault.times -= 1
                if not fault.times:
                    self._waiting.remove(fault)
                return fault
        return self.storm.fault(method) if self.storm else None


class FloodLimits:
    """Thirty messages a second in all, one a second a chat, twenty a minute a group.

    A burst of three passes. What is refused does not count; ``retry_after`` is rounded up.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent: defaultdict[tuple[str, int], deque[float]] = defaultdict(deque)

    def check(self, chat: Chat) -> None:
        """Refuse a message to this chat if it were one too many now.

        Raises:
            RefusedError: 429.
        """
        wait_s = max(self._wait_s(key, most, window_s) for key, most, window_s in _windows(chat))
        if wait_s > 0:
            raise too_many_requests(math.ceil(wait_s))

    def count(self, chat: Chat) -> None:
        """Remember one message sent to this chat."""
        for key, _, _ in _windows(chat):
            self._sent[key].append(self._clock())

    def _wait_s(self, key: tuple[str, int], most: int, window_s: float) -> float:
        sent, now = self._sent[key], self._clock()
        while sent and sent[0] <= now - window_s:
            sent.popleft()
        return sent[0] + window_s - now if len(sent) >= most else 0.0


def _windows(chat: Chat) -> list[tuple[tuple[str, int], int, float]]:
    """What counts towards which limit: key, most messages, window in seconds."""
    windows = [(("all", 0), 30, 1.0), (("chat", chat.id), 3, 3.0)]
    return [*windows, (("group", chat.id), 20, 60.0)] if chat.is_group else windows
