"""Look at cited posts of public channels again: Telegram tells no bot that one was deleted.

Tested on the emulated Telegram in `tests/telegram/test_channels.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot import texts
from bot.message_context import MessageContext
from bot.reply.actions import RemoveArticle
from bot.reply.reply import Button, Note, Reply
from bot.services import Services
from bot.storage.chats import ChatStore
from corpus.address import TELEGRAM
from corpus.errors import FetchError
from corpus.readers.fetch import Fetcher
from corpus.readers.guard import Deadline
from retrieval.citation import cite

_PUBLIC = re.compile(rf"https://{re.escape(TELEGRAM)}/[a-z][a-z0-9_]{{3,31}}/\d{{1,15}}", re.ASCII)
_AGAIN = timedelta(days=1)
_MOST = 20
"""How many posts are looked at in one go."""
_ALL_S = 60.0
"""Seconds for all of them."""
_REMEMBERED = 10_000
_GONE, _THERE = b"tgme_widget_message_error", b"data-post="


class CitedPosts:
    """Finds posts that were cited and that their channel deleted.

    A post is looked at when it was cited and nobody looked for a day, and told of once; both are
    remembered for as long as the process lives.

    Args:
        archive: Holds the posts.
        state: Knows what was shown.
        make_fetcher: Makes what fetches their pages.
    """

    def __init__(
        self,
        archive: Services,
        state: ChatStore,
        *,
        make_fetcher: Callable[[], Fetcher] = Fetcher,
    ) -> None:
        self._archive = archive
        self._state = state
        self._make_fetcher = make_fetcher
        self._looked: dict[str, datetime] = {}
        self._told: set[str] = set()

    def find_gone(self) -> list[str]:
        """Look at some posts; ids of those that are gone, and of which that was not known."""
        now, gone, within = datetime.now(UTC), list[str](), Deadline.start(_ALL_S)
        with self._make_fetcher() as fetcher:
            for article_id, url in self._due(now)[:_MOST]:
                self._looked.pop(article_id, None)
                self._looked[article_id] = now
                if _is_gone(fetcher, url, within):
                    self._told.add(article_id)
                    gone.append(article_id)
        while len(self._looked) > _REMEMBERED:
            del self._looked[next(iter(self._looked))]
        return gone

    def describe(self, context: MessageContext, article_id: str) -> Reply | None:
        """Ask an admin whether a post that is gone is to be removed; None where it was."""
        article = self._archive.store.get(article_id)
        if article is None:
            return None
        key = self._state.save(context.chat_id, article.id).key
        yes = Button(texts.say("admin-remove"), action=RemoveArticle(key, wanted=True))
        no = Button(texts.say("admin-keep"), action=RemoveArticle(key, wanted=False))
        return Reply((Note(texts.say("admin-post-gone")), cite(article, article.url)), ((yes, no),))

    def _due(self, now: datetime) -> list[tuple[str, str]]:
        """Posts to look at, with their addresses."""
        shown = self._state.shown_lately(_AGAIN)
        due = [one for one in shown if now - self._looked.get(one, now - _AGAIN) >= _AGAIN]
        found = self._archive.store.articles(one for one in due if one not in self._told)
        return [(one.id, one.url) for one in found if one.url and _PUBLIC.fullmatch(one.url)]


def _is_gone(fetcher: Fetcher, url: str, within: Deadline) -> bool:
    """Whether a post's page says that there is none; what cannot be fetched may be there."""
    try:
        page = fetcher.get(f"{url}?embed=1", robots=True, within=within).body
    except FetchError:
        return False
    return _GONE in page and _THERE not in page
