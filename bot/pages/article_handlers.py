"""Opening an article's page: everybody's, a reader's by a signed link, and within Telegram.

Tested over HTTP in `tests/bot/pages/test_server.py`.
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from tornado.web import HTTPError

from bot import texts
from bot.intake import name_shelf
from bot.pages.addresses import HOLDS, is_mark, read_mark
from bot.pages.article_page import View, draw_article
from bot.pages.handling import AppHandler, Desk, Handler
from bot.pages.init_data import read_user
from bot.pages.markup import make, write_page
from corpus.article import SHARED, Article
from corpus.storage.store import Store

_SHEETS = 10_000


class _Article(Handler):
    """What opens an article, within Telegram or anywhere."""

    app = False

    async def _show(self, store: Store, article_id: str, *, until: datetime | None = None) -> None:
        mark, sheet = self.get_query_argument("m", "")[:40], self.get_query_argument("s", "")[:6]

        def work() -> bytes | None:
            article = find_article(store, article_id)
            if article is None:
                return None
            marked = read_mark(article, mark)
            return draw_article(
                View(
                    article,
                    store.attributions.of(article.id),
                    mark=marked,
                    sheet=_read_sheet(sheet),
                    root=self._desk.root,
                    app=self.app,
                    until=until,
                    moved=bool(mark) and marked is None,
                )
            )

        drawn = await self.draw(work)
        if drawn is None:
            raise HTTPError(HTTPStatus.GONE)
        self.set_header("Vary", "Accept-Language")
        lasting = "private, no-cache" if until else "public, max-age=60, must-revalidate"
        self.set_header("Cache-Control", lasting)
        self.finish(drawn)


class SharedArticle(_Article):
    """An article that everybody may see."""

    async def get(self, article_id: str) -> None:
        """Show it."""
        await self._show(self._desk.store.only(SHARED), article_id)

    head = get


class ReadersArticle(_Article):
    """An article on a shelf, by a link that was signed for its reader."""

    async def get(self, token: str, article_id: str) -> None:
        """Show it, if that chat still has it on a shelf."""
        grant = await self.draw(lambda: self._desk.signer.read(article_id, token))
        if grant is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        store = await self.draw(lambda: open_shelves(self._desk, grant.chat_id))
        await self._show(store, article_id, until=grant.until)

    head = get


class SharedInApp(SharedArticle, AppHandler):
    """The same within Telegram."""

    app = True


class ReadersInApp(ReadersArticle, AppHandler):
    """The same within Telegram."""

    app = True


class AskingApp(AppHandler):
    """Asks Telegram who opens a Mini App, and leads them to what lies on their shelf."""

    async def get(self, article_id: str) -> None:
        """Show what asks; of the article, nothing, not even whether there is one."""
        del article_id
        drawn = await self.draw(lambda: draw_asking(self._desk.root))
        self.finish(drawn)

    head = get

    async def post(self, article_id: str) -> None:
        """Say where the page is of whom Telegram names, by what it signed."""
        told = self.request.body.decode(errors="replace")
        mark = self.get_query_argument("m", "")[:40]
        desk = self._desk

        def work() -> str | None:
            reader = read_user(told, token=desk.token, now=desk.clock()) if desk.token else None
            if reader is None:
                return None
            if find_article(open_shelves(desk, reader), article_id) is None:
                return ""
            token = desk.signer.sign(article_id, reader, HOLDS)
            return f"{desk.root}/m/r/{token}/{article_id}" + (f"?m={mark}" if is_mark(mark) else "")

        path = await self.draw(work)
        if not path:
            raise HTTPError(HTTPStatus.FORBIDDEN if path is None else HTTPStatus.GONE)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(path)


def open_shelves(desk: Desk, chat_id: int) -> Store:
    """The articles on the shelves that a chat reads: its own, and those of its channels."""
    return desk.store.only(name_shelf(chat_id), *desk.state.channels.shelves(chat_id))


def find_article(store: Store, article_id: str) -> Article | None:
    """An article that has no address; one that has is its publisher's to show."""
    article = store.get(article_id)
    return article if article and article.url is None else None


def draw_asking(root: str) -> bytes:
    """Draw what is seen until Telegram has said who asks; without a script, that remains."""
    asks = make(
        "div", make("p", texts.say("page-asks")), make("p", texts.say("page-asks-plain")),
        data_asks="",
    )  # fmt: skip
    refused = make("p", texts.say("page-asks-refused"), data_refused="", hidden="")
    title = texts.say("page-asks-title")
    body = make(
        "main", make("h1", title), asks, make("div", refused, role="status"), class_="plain"
    )
    return write_page(title, (body,), root=root, app=True)


def _read_sheet(text: str) -> int | None:
    """Which sheet is asked for, from 0; None where none is."""
    if not (text.isascii() and text.isdecimal()):
        return None
    return min(max(1, int(text)), _SHEETS) - 1
