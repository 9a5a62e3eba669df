"""The running bot: connect, listen by polling or webhook, stop without losing anything."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import BotCommand
from telegram.error import TelegramError
from telegram.ext import Application

from bot import texts
from bot.admin.commands import AdminCommands, Pulse
from bot.admin.health import Health
from bot.admin.metrics import Metrics, serve
from bot.dialogue.conversation import Conversation
from bot.intents.commands import READERS
from bot.pages.opening import make_server
from bot.services import Services
from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.storage.coordination.alone import Alone
from bot.storage.coordination.coordination import Coordination
from bot.storage.coordination.leading import Leading
from bot.telegram.access_control import AccessControl
from bot.telegram.admin_handlers import AdminHandlers
from bot.telegram.channel_keeper import ChannelKeeper
from bot.telegram.context import App
from bot.telegram.groups.group_moves import GroupMoves
from bot.telegram.handlers import Handlers
from bot.telegram.limits import STANDARD, Limits
from bot.telegram.line import Line
from bot.telegram.listening import Listening
from bot.telegram.receiving.channel_posts import ChannelPosts
from bot.telegram.receiving.commands import make_menu
from bot.telegram.receiving.held import Held
from bot.telegram.receiving.inbox import Inbox
from bot.telegram.receiving.polling import (
    CANNOT_GO_ON,
    Polling,
    StoppedError,
    cannot_listen,
)
from bot.telegram.receiving.shared_inbox import SharedInbox
from bot.telegram.receiving.update_processor import ChatUpdateProcessor
from bot.telegram.sending.pacing import Pacing, SharedPacing
from bot.telegram.sending.rate_limiter import RateLimiter
from bot.telegram.supervisor import Supervisor
from bot.telegram.unasked.broadcaster import Broadcaster
from bot.telegram.unasked.feed_notices import FeedNotices
from bot.telegram.unasked.herald import Herald

_log = structlog.get_logger(__name__)

_THREADS = 16


def build(
    settings: Settings, conversation: Conversation, state: ChatStore, *, timing: Limits = STANDARD
) -> App:
    """Assemble the application, connected to nothing yet."""
    return Service(settings, conversation, state, timing=timing).application


def run(  # noqa: PLR0913 - what a bot consists of
    settings: Settings,
    conversation: Conversation,
    state: ChatStore,
    *,
    timing: Limits = STANDARD,
    archive: Services | None = None,
    coordination: Coordination | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; blocks.

    Args:
        settings: What was set.
        conversation: What answers.
        state: What it remembers.
        timing: How long things take.
        archive: What the conversation searches, for its health and for admins; None where there
            is none to watch and to change.
        coordination: Which other processes answer; that of the archive unless told.

    Raises:
        SystemExit: With `REFUSED_TOKEN`, `TAKEN_TOKEN`, `CANNOT_LISTEN` or `CANNOT_GO_ON`, after
            one log line that says why.
    """
    service = Service(
        settings, conversation, state, timing=timing, archive=archive, coordination=coordination
    )
    if code := asyncio.run(_serve_until_told(service)):
        sys.exit(code)


async def _serve_until_told(service: Service) -> int:
    """Serve until a signal comes; returns the exit status."""
    stop, code = asyncio.Event(), 0
    loop = asyncio.get_running_loop()
    # A slow answer holds a thread, so there are more than the few that asyncio starts with.
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="answer"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await service.serve(stop)
    except StoppedError as error:
        _log.error(str(error))
        code = error.code
    except Exception:  # noqa: BLE001 - a thread that hangs must not keep the process from ending
        _log.critical("the bot cannot go on", exc_info=True)
        code = CANNOT_GO_ON
    if service.overran:
        # A thread cannot be ended from outside, and Python would wait for it.
        logging.shutdown()
        os._exit(code)
    return code


class Service:
    """The application and what keeps it going."""

    def __init__(  # noqa: PLR0913 - what a bot consists of
        self,
        settings: Settings,
        conversation: Conversation,
        state: ChatStore,
        *,
        timing: Limits = STANDARD,
        archive: Services | None = None,
        coordination: Coordination | None = None,
    ) -> None:
        self._coordination = coordination or (archive.coordination if archive else Alone())
        self._leading = Leading(self._coordination)
        self._settings = settings
        self._state = state
        self._timing = timing
        self.metrics = Metrics()
        self._line = Line(timing.at_once, timing.line, timing.lane_told_s)
        self._lanes = ChatUpdateProcessor(
            self.metrics, line=self._line, ended=self._ended, timing=timing
        )
        self._posts = ChannelPosts(state.channels, settings) if archive else None
        self._shared = self._shared_inbox() if self._coordination.shared else None
        self._inbox = self._shared or Inbox(state, timing, room=self._lanes.room, posts=self._posts)
        searcher = archive.searcher if archive else None
        beside = archive.broken if archive else None
        self.health = Health(
            state,
            searcher,
            silent_s=timing.silent_s,
            coordination=self._coordination,
            beside=beside,
        )
        answers = searcher.answers if searcher else lambda: True
        self._held = Held(state, self._inbox, answers, pause_s=timing.first_delay_s)
        self._polling = Polling(timing, self.health)
        self._pages = make_server(settings, archive) if archive else None
        self._supervisor = Supervisor(self.health, timing, self._polling.end)
        pulse = Pulse(self.health, lambda: self._inbox.qsize() + self._lanes.in_hand)
        self.metrics.watch(self.health, pulse.queue)
        self.overran = False
        self._pacing = RateLimiter(timing, self.metrics, self._paced())
        self.application = self._built()
        self._moves = GroupMoves(state, self._coordination, conversation.moved)
        self._handlers = Handlers(
            conversation,
            state,
            inbox=self._inbox,
            timing=timing,
            settings=settings,
            line=self._line,
            moves=self._moves,
            held=self._held,
        )
        self._gate = AccessControl(
            conversation, state, settings=settings, inbox=self._inbox, pulse=pulse
        )
        self._gate.attach(self.application)
        self._broadcaster = Broadcaster(state, timing, self._leads)
        self._herald = self._heralded(conversation, archive)
        self._sources = archive.store.sources if archive else None
        self._notices = (
            FeedNotices(self._sources, settings.admins, timing) if self._sources else None
        )
        self._listening = Listening(
            self.application,
            settings,
            self._polling,
            self._coordination,
            take=self._inbox.take,
            sources=self._sources,
            health=self.health,
            timing=timing,
        )
        self._keeper: ChannelKeeper | None = None
        self._admins = self._desks(archive, pulse)
        self._handlers.attach(self.application)
        self._pacing.moved = self._moves.note
        self._pacing.forgone = self._handlers.forgo_rich

    def _shared_inbox(self) -> SharedInbox:
        """What shares the chats with other processes."""
        return SharedInbox(
            self._state,
            self._timing,
            self._coordination,
            drop=self._lanes.drop,
            room=self._lanes.room,
            posts=self._posts,
            webhook=self._settings.webhook_url is not None,
        )

    def _leads(self) -> bool:
        return self._coordination.leads

    def _ended(self, item: object) -> None:
        self._inbox.ended(item)

    def _desks(self, archive: Services | None, pulse: Pulse) -> AdminHandlers | None:
        """What admins command, where there is an archive; their commands go before all others."""
        if archive is None:
            return None
        desk = AdminCommands(archive, self._state, settings=self._settings, pulse=pulse)
        if self._posts is not None:
            self._keeper = ChannelKeeper(
                self._posts,
                desk.taker,
                desk.cited,
                channels=self._state.channels,
                timing=self._timing,
                admins=self._settings.admins,
            )
        handlers = AdminHandlers(
            desk,
            self._broadcaster,
            inbox=self._inbox,
            admins=self._settings.admins,
            answer=self._handlers.answer,
        )
        handlers.attach(self.application)
        return handlers

    def _heralded(self, conversation: Conversation, archive: Services | None) -> Herald | None:
        """What tells readers unasked, where there is an archive in which something can come."""
        if archive is None:
            return None
        return Herald(
            archive.searcher,
            self._state,
            conversation=conversation,
            pacing=self._pacing,
            timing=self._timing,
            leads=self._leads,
        )

    def _paced(self) -> Pacing | None:
        """The pace that all replicas keep to, where there may be several."""
        buckets, others = self._state.buckets, self._coordination.members
        return SharedPacing(buckets, self._timing, lambda: len(others())) if buckets else None

    def _built(self) -> App:
        token, base = self._settings.telegram_bot_token, str(self._settings.telegram_api_url)
        return (
            Application.builder()
            .token(token.get_secret_value() if token else "")
            .base_url(f"{base.rstrip('/')}/bot")
            .base_file_url(f"{base.rstrip('/')}/file/bot")
            .connect_timeout(self._timing.connect_s)
            .read_timeout(self._timing.read_s)
            .write_timeout(self._timing.read_s)
            .pool_timeout(self._timing.connect_s)
            .get_updates_request(self._polling)
            .rate_limiter(self._pacing)
            .concurrent_updates(self._lanes)
            .update_queue(self._inbox)
            .updater(None)
            .build()
        )

    async def serve(self, stop: asyncio.Event) -> None:
        """Connect, listen and answer until told to stop, then finish what is in hand.

        Raises:
            StoppedError: It cannot start, or not go on.
        """
        with self._watched():
            await self._serve(stop)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Serve figures and `/healthz` where that is set."""
        port, listen = self._settings.metrics_port, self._settings.metrics_listen
        if port is None:
            yield
            return
        with ExitStack() as stack:
            try:
                stack.enter_context(serve(self.metrics, self.health, listen=listen, port=port))
            except OSError as error:
                raise cannot_listen(f"{listen}:{port}", "BYLINE_METRICS_PORT", error) from error
            yield

    async def _serve(self, stop: asyncio.Event) -> None:
        working = asyncio.create_task(self._work())
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        finally:
            working.cancel()
            told.cancel()
            await asyncio.gather(working, told, return_exceptions=True)
            await self._finish()

    async def _work(self) -> None:
        await self._listening.insist(self.application.initialize)
        self.health.heard()
        self._leading.begin()
        await self._moves.load()
        await self._inbox.replay(self.application)
        await self._listening.begin()
        self._open_pages()
        await self.application.start()
        _log.info("listening", bot=self.application.bot.username)
        self._keep_all()
        try:
            raise await self._polling.ended()
        finally:
            await self._supervisor.close()

    def _open_pages(self) -> None:
        """Serve the pages of articles that have no address, where that is set."""
        if self._pages is None:
            return
        listen, port = self._settings.pages_listen, self._settings.pages_port
        try:
            self._pages.listen(port, listen)
        except OSError as error:
            raise cannot_listen(f"{listen}:{port}", "BYLINE_PAGES_PORT", error) from error

    def _keep_all(self) -> None:
        """Keep alive what works beside the answers; some of it in one process of several."""
        bot, keep, only = self.application.bot, self._supervisor.keep, self._leading.only
        keep("showing commands", only(self._show_commands))
        keep("deleting old questions", only(self._purge_often))
        keep("storing what could not be stored", self._inbox.catch_up_often)
        keep("looking at the webhook", self._listening.look_often)
        keep("answering what waits for search", self._held.watch)
        if self._shared is None:
            keep("answering who was let in", partial(self._gate.resume, bot))
            keep("going on with a broadcast", partial(self._broadcaster.resume, bot))
        else:
            let_in = partial(self._gate.resume_often, bot, self._timing.look_s)
            keep("answering who was let in", only(let_in))
            keep("sending broadcasts", only(partial(self._broadcaster.resume_often, bot)))
            keep("hearing of groups that moved", self._moves.learn_often)
            keep("taking over chats", self._shared.sweep_often, vital=True)
        if self._herald is not None:
            keep("looking for what alerts want", only(self._herald.watch))
            keep("sending alerts", only(partial(self._herald.send, bot)))
        if self._notices:
            keep("telling admins of feeds", only(partial(self._notices.tell_often, bot)))
        if self._keeper is not None:
            keep("taking in channels' posts", only(partial(self._keeper.take, bot)))
            keep("looking at cited posts", only(partial(self._keeper.look, bot)))
        keep("fetching updates", only(self._listening.fetch), vital=True)
        keep("handing on updates", self._watch_queue, vital=True)

    async def _watch_queue(self) -> None:
        """See that python-telegram-bot takes updates out of the queue, which it does at once.

        Raises:
            RuntimeError: It does not.
        """
        while self._inbox.stuck_s < self._timing.stuck_s:  # noqa: ASYNC110 - nobody would tell us
            await asyncio.sleep(self._timing.stuck_s / 4)
        raise RuntimeError("nobody takes updates out of the queue")

    async def _show_commands(self) -> None:
        try:
            for language in texts.LANGUAGES:
                code = None if language == texts.ENGLISH else language  # None: whoever has no other
                await self.application.bot.set_my_commands(_menu(language), language_code=code)
        except TelegramError as error:
            _log.warning("cannot show the list of commands", reason=error.message)
        await self._handlers.show_commands(self.application.bot)
        if self._admins:
            await self._admins.show_commands(self.application.bot, _menu(texts.ENGLISH))

    async def _purge_often(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._state.purge)
            except SQLAlchemyError:
                _log.exception("cannot delete old questions")
            await asyncio.sleep(self._timing.purge_every_s)

    async def _finish(self) -> None:
        """Take no more updates; answer those in hand, or leave them to the inbox."""
        application = self.application
        until = asyncio.get_running_loop().time() + self._timing.stop_s
        try:
            async with asyncio.timeout_at(until):
                await self._listening.close()
                if self._shared:
                    self._shared.finish()
                if self._pages:
                    await self._pages.close()
                if application.running:
                    await application.stop()
        except TimeoutError:
            self.overran = True
            _log.warning("not all questions could be answered in time; the next start will")
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):  # last, for a broken connection may take it all
                await self._polling.confirm(application.bot)
        if self._keeper is not None:
            self.overran |= self._keeper.close()  # nothing that it does is lost by a kill
        await self._broadcaster.close()
        if self._herald is not None:
            await self._herald.close()
        await self._lanes.shutdown()
        if self._shared:
            await self._shared.holds.close()
        await self._handlers.close()
        await application.shutdown()
        await application.bot.shutdown()  # where the application never came up
        self._inbox.close()


def _menu(language: str) -> list[BotCommand]:
    """The commands as the menu of readers with a language lists them."""
    with texts.speak(language):
        return make_menu(READERS)
