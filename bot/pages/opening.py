"""The pages as the settings say: how replies name them, and what serves them.

Tested over HTTP in `tests/bot/pages/test_server.py`.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.pages.addresses import Addresses, Signer
from bot.pages.handling import Desk
from bot.pages.newsroom.handlers import Room, make_routes
from bot.pages.server import Server, read_root
from bot.reply.page_links import Pages
from bot.services import Services
from bot.settings import Settings
from bot.storage.chats import ChatStore


def name_pages(settings: Settings, state: ChatStore) -> Callable[[int], Pages] | None:
    """What names, for a chat, the pages that its replies link to; None where there are none."""
    if settings.pages_url is None:
        return None
    return Addresses(str(settings.pages_url), Signer(state.page_keys, state.clock)).of


def make_server(settings: Settings, archive: Services) -> Server | None:
    """What serves the pages; None where there are none."""
    if settings.pages_url is None:
        return None
    token = settings.telegram_bot_token
    state = archive.chats
    desk = Desk(
        archive.store.whole(),
        state,
        Signer(state.page_keys, state.clock),
        state.clock,
        root=read_root(str(settings.pages_url)),
        token=token.get_secret_value() if token else "",
    )
    return Server(desk, *make_routes(Room(archive, desk)))
