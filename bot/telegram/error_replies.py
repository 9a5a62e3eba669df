"""What is said when something went wrong, or may have.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import structlog
from telegram import Update
from telegram.error import Forbidden, TelegramError
from telegram.ext import ApplicationHandlerStop, ExtBot

from bot.dialogue.conversation import Conversation
from bot.logs import named
from bot.message_context import MessageContext
from bot.reply.reply import Reply
from bot.request_trace import get_current
from bot.telegram.context import Context
from bot.telegram.inline import InlineHandlers
from bot.telegram.receiving.held import Held
from bot.telegram.receiving.inbox import Leftover, find_question
from bot.telegram.receiving.reading import WithdrawnError
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from retrieval.errors import EngineError

_log = structlog.get_logger(__name__)


_T = TypeVar("_T")
_TRIES = 3


class PanicError(Exception):
    """A library raised what is no `Exception`; names it."""


class UntoldError(Exception):
    """An apology itself could not be sent."""


class ErrorReplies:
    """Apologises for faults, and for what a former process left behind.

    Args:
        conversation: Finds the words.
        elsewhere: Excuses itself where the bot has no chat of its own.
        held: Holds what cannot be answered while search is down.
        context_of: Tells where an update came from.
        aside: Answers for the eyes of who asks only, where that is wanted; says whether it did.
        pause_s: How long to wait before an apology in doubt is sent again.
        puts_off: Whether what failed is done anew later on.
    """

    def __init__(  # noqa: PLR0913 - whom it asks, and what it is told
        self,
        conversation: Conversation,
        elsewhere: InlineHandlers,
        held: Held,
        *,
        context_of: Callable[[Update], MessageContext],
        aside: Callable[[Update, ExtBot[Before], Reply], Awaitable[bool]],
        pause_s: float,
        puts_off: Callable[[object, Exception], bool] = lambda *_: False,
    ) -> None:
        self._puts_off = puts_off
        self._conversation = conversation
        self._elsewhere = elsewhere
        self._held = held
        self._place_of = context_of
        self._aside = aside
        self._pause_s = pause_s

    async def leftover(self, update: Leftover, context: Context) -> None:
        """Apologise for what a former process left in doubt or unanswered for too long."""
        last = update.updates[-1]
        message_context = self._place_of(last)
        if update.late:
            reply = await asyncio.to_thread(
                self._conversation.late, message_context, len(update.updates)
            )
        else:
            question = find_question(last)
            reply = await asyncio.to_thread(self._conversation.uncertain, message_context, question)
        await self._insist(context, message_context, reply)

    async def fault(self, update: object, context: Context) -> None:
        """Apologise for whatever went wrong.

        Raises:
            ApplicationHandlerStop: The reader could not be told, or is answered later or by another
                process, or once search is back. The update then stays unfinished, for that or for
                the next start.
        """
        error = context.error
        if isinstance(error, EngineError) and isinstance(update, Update):
            if self._held.keep(update, error):
                await self._say_kept(update, context)
                raise ApplicationHandlerStop
        elif isinstance(error, WithdrawnError) or (error and self._puts_off(update, error)):
            _log.info("answered later, or by another process", reason=named(error))
            raise ApplicationHandlerStop
        try:
            await self._apologise(update, context)
        except UncertainError:
            _log.warning("an apology may not have arrived")
        except Exception as fault:  # the outermost handler: nothing may reach the updater
            _log.exception("could not apologise")
            raise ApplicationHandlerStop from fault

    async def _say_kept(self, update: Update, context: Context) -> None:
        here = self._place_of(update)
        if self._held.tell(update):
            _log.warning("search is down; a question is kept", reason=str(context.error))
            with suppress(TelegramError, UncertainError):  # it is answered all the same
                reply = await asyncio.to_thread(self._conversation.notice, here, "search-down")
                await self._insist(context, here, reply)

    async def _apologise(self, update: object, context: Context) -> None:
        error = context.error
        if isinstance(error, Forbidden):
            _log.info("the chat does not want messages from us", reason=error.message)
            return
        reference = get_current().reference
        if isinstance(error, UncertainError):
            _log.warning("an answer may not have arrived", reason=str(error))
        else:
            get_current().failed = True
            _log.error("cannot handle an update", exc_info=error)
        if isinstance(update, Leftover):  # said twice is better than never
            raise UntoldError(reference)
        down = _is_down(error)
        key = "search-down-again" if down else "inline-fault"
        if not isinstance(update, Update) or await self._elsewhere.excuse(update, context, key):
            return
        if update.effective_chat is None:
            return
        message_context, question = self._place_of(update), find_question(update)
        if isinstance(error, UncertainError):
            if not question:
                return
            reply = await asyncio.to_thread(self._conversation.uncertain, message_context, question)
        elif down:
            reply = await asyncio.to_thread(self._conversation.notice, message_context, key)
        else:
            reply = await asyncio.to_thread(
                self._conversation.fault, message_context, question, reference
            )
        if await self._aside(update, context.bot, reply):
            return
        await self._insist(context, message_context, reply)

    async def _insist(
        self, context: Context, message_context: MessageContext, reply: Reply
    ) -> None:
        """Send an apology, again where it is in doubt: said twice is better than never.

        Raises:
            UncertainError: The connection broke every time.
        """
        for _ in range(_TRIES - 1):
            with suppress(UncertainError):
                await send.send(context.bot, message_context, reply)
                return
            await asyncio.sleep(self._pause_s)
        await send.send(context.bot, message_context, reply)


def _is_down(error: Exception | None) -> bool:
    """Whether what holds the passages does not answer."""
    return isinstance(error, EngineError)


def contain(make: Callable[[MessageContext], _T], here: MessageContext) -> _T:
    """Call what may use a library that raises what is no `Exception`, as what is in Rust does.

    Raises:
        PanicError: In place of that, so that its reader is told like of any other fault.
    """
    try:
        return make(here)
    except Exception:
        raise
    except BaseException as error:
        raise PanicError(type(error).__name__) from error
