"""What a database cannot take, for as long as the process lives.

Tested with the chats in `tests/bot/storage/test_chats.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")
_MOST = 1000


class Memory(Generic[_T]):
    """Values by key; of more than a thousand, those kept first are dropped. Any thread may ask."""

    def __init__(self) -> None:
        self._kept: dict[str, _T] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, key: str, value: _T) -> None:
        """Keep a value."""
        with self._lock:
            self._kept[key] = value
            if len(self._kept) > _MOST:
                del self._kept[next(iter(self._kept))]

    def get(self, key: str) -> _T | None:
        """Look one up."""
        return self._kept.get(key)

    def change(self, changed: Callable[[_T], _T | None]) -> None:
        """Replace each value by what a function makes of it; None drops it."""
        with self._lock:
            found = {key: changed(value) for key, value in self._kept.items()}
            self._kept = {key: value for key, value in found.items() if value is not None}
