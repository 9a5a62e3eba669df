"""Keeping alive what works beside the answers: what dies is started again, and said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.admin.health import Health
from bot.logs import named
from bot.telegram.limits import Limits
from bot.telegram.receiving.polling import StoppedError, cannot_go_on

_log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[None]]


class Supervisor:
    """Runs pieces of work, each in a task of its own.

    Args:
        health: Told what does not work, for as long as it does not.
        timing: How long to wait before a new start, and how many are made.
        give_up: Told why, where something vital dies again and again.
    """

    def __init__(
        self, health: Health, timing: Limits, give_up: Callable[[StoppedError], None]
    ) -> None:
        self._health = health
        self._timing = timing
        self._give_up = give_up
        self._tasks: list[asyncio.Task[None]] = []

    def keep(self, name: str, work: Work, *, vital: bool = False) -> None:
        """Run a piece of work until it returns, whatever it raises.

        Args:
            name: What it does, for the log and for `/healthz`.
            work: Does it, until the end or for ever.
            vital: Whether the bot is of no use without.
        """
        self._tasks.append(asyncio.create_task(self._keep(name, work, vital=vital), name=name))

    async def close(self) -> None:
        """End all of it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, name: str, work: Work, *, vital: bool) -> None:
        deaths, delay_s = 0, self._timing.first_delay_s
        while (error := await self._died(name, work)) is not None:
            if name not in self._health.broken:  # it had settled
                deaths, delay_s = 0, self._timing.first_delay_s
            deaths += 1
            self._health.broken[name] = named(error)
            _log.error("something died; starting it again", what=name, error=named(error))
            if vital and deaths >= self._timing.attempts:
                self._give_up(cannot_go_on(name))
                return
            await asyncio.sleep(delay_s)
            delay_s = min(2 * delay_s, self._timing.longest_delay_s)

    async def _died(self, name: str, work: Work) -> BaseException | None:
        """Run it once; returns what ended it, None where it is done."""
        loop = asyncio.get_running_loop()
        settled = loop.call_later(
            self._timing.settled_s, lambda: self._health.broken.pop(name, None)
        )
        try:
            await work()
        except asyncio.CancelledError as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise  # we are told to stop; otherwise something in there was
            return error
        except (GeneratorExit, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - it is named and logged by whoever called
            return error  # not every library raises an Exception: what is written in Rust panics
        finally:
            settled.cancel()
        self._health.broken.pop(name, None)
        return None
