"""Entering the newsroom, and its pages.

An admin comes in by a one-time word from the bot, or as whom Telegram names when a Mini App is
opened; either is exchanged for a session of an hour, which stands in the path: there are no
cookies, and no page tells others where it lies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from tornado.web import HTTPError

from bot.pages.addresses import SIGNED
from bot.pages.article_handlers import AskingApp
from bot.pages.handling import AppHandler, Desk, FormHandler, Handler
from bot.pages.init_data import read_user
from bot.pages.newsroom.draw import (
    Frame,
    draw_door,
    draw_ended,
    draw_overview,
    draw_trace,
)
from bot.pages.newsroom.figures import gather_figures
from bot.pages.server import Route
from bot.services import Services
from corpus.text import squeeze
from retrieval.explain import explain

SESSION = timedelta(hours=1)
"""For how long an admin stays in without coming in anew."""
WORD = r"[A-Za-z0-9_-]{32}"
KEY = r"[A-Za-z0-9_-]{1,64}"
_PURPOSE = "newsroom"
_QUESTION_CHARS = 500


@dataclass(frozen=True, slots=True)
class Room:
    """What the newsroom is about.

    Attributes:
        archive: The bot's articles and chats, and who its admins are.
        desk: What all pages are made of.
    """

    archive: Services
    desk: Desk

    def enter(self, admin: int | None, *, app: bool = False) -> str | None:
        """The path of an admin's session; None for anybody else."""
        if admin is None or admin not in self.archive.settings.admins:
            return None
        token = self.desk.signer.sign(_PURPOSE, admin, SESSION)
        return f"{self.desk.root}{'/m' if app else ''}/newsroom/{token}"


def make_routes(room: Room) -> list[Route]:
    """The newsroom's pages."""
    root, given = re.escape(room.desk.root), {"desk": room.desk, "room": room}
    routes: list[Route] = [
        (rf"{root}/newsroom/in/({WORD})", Door, given),
        (rf"{root}/m/newsroom", DoorInApp, given),
    ]
    for path, overview, trace, ending in (
        (f"{root}/newsroom/({SIGNED})", Overview, Trace, Ending),
        (f"{root}/m/newsroom/({SIGNED})", OverviewInApp, TraceInApp, EndingInApp),
    ):
        routes += [
            (path, overview, given),
            (f"{path}/q/({KEY})", trace, given),
            (f"{path}/trace", trace, given),
            (f"{path}/end", ending, given),
        ]
    return routes


class _Office(Handler):
    """A page behind the door."""

    app = False

    def initialize(self, desk: Desk, room: Room) -> None:  # type: ignore[override]  # a route's own
        """Know what the newsroom is about."""
        super().initialize(desk)
        self._room = room

    async def _framed(self, token: str) -> Frame:
        """Where the session's pages lie.

        Raises:
            HTTPError: It is no session of an admin's.
        """
        grant = await self.draw(lambda: self._desk.signer.read(_PURPOSE, token))
        if grant is None or grant.chat_id not in self._room.archive.settings.admins:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        path = f"{self._desk.root}{'/m' if self.app else ''}/newsroom/{token}"
        return Frame(self._desk.root, path, app=self.app)


class Door(_Office, FormHandler):
    """Exchanges a one-time word for a session."""

    async def get(self, word: str) -> None:
        """Show a button: what merely looks at the address uses nothing up."""
        del word
        self.finish(await self.draw(lambda: draw_door(self._desk.root)))

    head = get

    async def post(self, word: str) -> None:
        """Let in whose word it is."""
        logins, now = self._desk.state.page_logins, self._desk.clock()
        path = await self.draw(lambda: self._room.enter(logins.take(word, now)))
        if path is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        self.redirect(path, status=HTTPStatus.SEE_OTHER)


class DoorInApp(_Office, AskingApp):
    """Lets in whom Telegram names."""

    async def get(self) -> None:  # type: ignore[override]  # its route names no article
        """Show what asks."""
        await super().get("")

    head = get  # type: ignore[assignment]  # the same

    async def post(self) -> None:  # type: ignore[override]  # the same
        """Say where the newsroom is of an admin."""
        told, desk = self.request.body.decode(errors="replace"), self._desk

        def work() -> str | None:
            user = read_user(told, token=desk.token, now=desk.clock()) if desk.token else None
            return self._room.enter(user, app=True)

        path = await self.draw(work)
        if path is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(path)


class Overview(_Office, FormHandler):
    """How the bot does."""

    async def get(self, token: str) -> None:
        """Show it."""
        frame, now = await self._framed(token), self._desk.clock()
        archive = self._room.archive
        self.finish(
            await self.draw(lambda: draw_overview(gather_figures(archive, now), frame, now))
        )

    head = get


class Trace(_Office, FormHandler):
    """Why a question is answered as it is."""

    async def get(self, token: str, key: str = "") -> None:
        """Explain a question that was asked."""
        frame = await self._framed(token)
        question = await self.draw(lambda: find_question(self._room.archive, key))
        if question is None:
            raise HTTPError(HTTPStatus.GONE)
        await self._explain(question, frame)

    head = get

    async def post(self, token: str, key: str = "") -> None:
        """Explain a question that is typed."""
        del key
        frame = await self._framed(token)
        question = squeeze(self.get_body_argument("q", ""))[:_QUESTION_CHARS]
        await self._explain(question, frame)

    async def _explain(self, question: str, frame: Frame) -> None:
        searcher, today = self._room.archive.searcher, self._desk.clock().date()

        def work() -> bytes:
            return draw_trace(question, explain(searcher, question, today=today), frame)

        self.finish(await self.draw(work))


class Ending(_Office, FormHandler):
    """Ends all links to shelves that are out there, and all sessions with them."""

    async def post(self, token: str) -> None:
        """Put a new key in place of all others."""
        frame, desk = await self._framed(token), self._desk

        def work() -> bytes:
            desk.state.page_keys.replace(desk.clock())
            return draw_ended(frame)

        self.finish(await self.draw(work))


class OverviewInApp(Overview, AppHandler):
    """The same within Telegram."""

    app = True
    policy = AppHandler.policy


class TraceInApp(Trace, AppHandler):
    """The same within Telegram."""

    app = True
    policy = AppHandler.policy


class EndingInApp(Ending, AppHandler):
    """The same within Telegram."""

    app = True
    policy = AppHandler.policy


def find_question(archive: Services, key: str) -> str | None:
    """The words of a question that an admin may see: sent with a thumb, or where all are shown."""
    if archive.settings.newsroom_questions and (asked := archive.chats.asked.find(key)):
        return asked.text
    sent = archive.chats.feedback.sent(key)
    return sent and sent[:_QUESTION_CHARS]
