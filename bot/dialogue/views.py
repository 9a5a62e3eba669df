"""Which articles a chat is answered from: everybody's, its own, and those of its channels.

Tested with handing in, in `tests/bot/dialogue/test_hand_ins.py`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from bot.intake import name_shelf
from retrieval.search import Searcher
from retrieval.shelves import ShelfSearcher

_KEPT = 32
"""Views that stay ready; making one anew takes some milliseconds an article on its shelf."""
_View = TypeVar("_View")


class Views(Generic[_View]):
    """Whatever is made over a searcher, for the chats that have a shelf; those used last stay.

    Args:
        shared: Searches what everybody may see.
        make: Makes one over another searcher.
        others: Names the shelves that a chat sees beside its own: those of its channels.
    """

    def __init__(
        self,
        shared: Searcher,
        make: Callable[[Searcher], _View],
        others: Callable[[int], tuple[str, ...]] = lambda _: (),
    ) -> None:
        self._shared = shared
        self._make = make
        self._others = others
        self._ready: OrderedDict[tuple[str, ...], tuple[ShelfSearcher, _View]] = OrderedDict()
        self._choosing = threading.Lock()

    def of(self, chat_id: int) -> _View | None:
        """The view of a chat, up to date; None where nothing lies on its shelves.

        Raises:
            FingerprintError: What lies there was embedded by another model.
        """
        shelves = (name_shelf(chat_id), *self._others(chat_id))
        if not self._shared.store.only(*shelves).revision():
            return None
        with self._choosing:
            if shelves not in self._ready:
                searcher = ShelfSearcher(self._shared, *shelves)
                self._ready[shelves] = searcher, self._make(searcher)
                if len(self._ready) > _KEPT:
                    self._ready.popitem(last=False)
            self._ready.move_to_end(shelves)
            searcher, view = self._ready[shelves]
        searcher.refresh()
        return view
