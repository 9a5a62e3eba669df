"""What only one of several processes does: it begins with the lead, and ends when that is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.storage.coordination.coordination import Coordination

Work = Callable[[], Awaitable[None]]


class Leading:
    """Has work done for as long as this process leads.

    Args:
        coordination: Says whether it does.
    """

    def __init__(self, coordination: Coordination) -> None:
        self._coordination = coordination
        self._term: int | None = None
        self._turned = asyncio.Event()

    def begin(self) -> None:
        """Hear of changes; call it once, in the event loop."""
        loop = asyncio.get_running_loop()

        def changed() -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._turn)

        self._coordination.watch(changed)
        self._turn()

    def only(self, work: Work) -> Work:
        """Make of some work what is done by the leader alone, from the start whenever it leads."""
        if not self._coordination.shared:
            return work

        async def lead() -> None:
            while True:
                await self._until(leading=True)
                await self._do(work)

        return lead

    async def _do(self, work: Work) -> None:
        """Do some work until the lead is lost, also where it is done before that."""
        working = asyncio.ensure_future(work())
        losing = asyncio.create_task(self._until(leading=False))
        try:
            await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
                await losing
        finally:
            for one in (working, losing):
                one.cancel()
            await asyncio.gather(working, losing, return_exceptions=True)

    async def _until(self, *, leading: bool) -> None:
        """Wait for the lead, or for its loss, if only for a moment."""
        term = self._term
        while (self._term is not None) is not leading and (term is None or self._term == term):
            await self._turned.wait()

    def _turn(self) -> None:
        leads, term = self._coordination.leads, self._coordination.term
        self._term = term if leads else None
        self._turned.set()
        self._turned = asyncio.Event()
