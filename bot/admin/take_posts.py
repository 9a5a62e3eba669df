"""Take the posts of channels into the archive, put them on another shelf, let go of them.

Each post is taken at least once, and the second time changes nothing: its article has the same id.
Which article it becomes is noted before that is stored, so that a process that dies in between
leaves nothing that nobody knows of.

Tested on the emulated Telegram in `tests/telegram/test_channels.py`.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import structlog

from bot.services import Services
from bot.storage.channels import Membership, Waiting
from bot.storage.chats import ChatStore
from corpus.address import TELEGRAM
from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.ingest import ingest
from corpus.parse.telegram.post import LinkedArticle, join_albums, read_post
from corpus.readers.fetch import Fetcher
from corpus.readers.sample import unseed
from corpus.storage.store import Store

_TRIES = 20
"""How often a post is tried that cannot be stored."""
_log = structlog.get_logger(__name__)


class PostTaker:
    """Takes in what was kept of channels; every method blocks, and one at a time works.

    Args:
        archive: Where to.
        state: Knows the channels, and what waits.
        make_fetcher: Makes what fetches the articles that posts only link to.
    """

    def __init__(
        self,
        archive: Services,
        state: ChatStore,
        *,
        make_fetcher: Callable[[], Fetcher] = Fetcher,
    ) -> None:
        self._archive = archive
        self._channels = state.channels
        self._forget = state.forget
        self._make_fetcher = make_fetcher
        self._lock = threading.Lock()
        self._failed: Counter[tuple[int, int]] = Counter()

    def take(self, quiet_s: float) -> int:
        """Take in some of the posts that wait, those first that need nothing fetched.

        Args:
            quiet_s: For so long nothing must have come of an album.

        Returns:
            How many need nothing more.
        """
        with self._lock:
            waiting = self._channels.waiting(quiet_s)
            if not waiting:  # no model is loaded for nothing
                return 0
            read = [(one, self._read(one)) for one in waiting]
            done = self._store(
                [(one, found) for one, found in read if not isinstance(found, LinkedArticle)]
            )
            for one, found in read:
                if isinstance(found, LinkedArticle):
                    done += self._store([(one, self._fetched(one, found))])
            self._archive.searcher.refresh()
            return done

    def settle(self) -> None:
        """Put posts where they belong that are not, as after a process that died meanwhile."""
        with self._lock:
            for member in self._channels.all():
                self._put_in_place(member)

    def open(self, chat_id: int, *, wanted: bool) -> Membership | None:
        """Let readers elsewhere be answered from a channel, or only its own group."""
        with self._lock:
            self._channels.change(chat_id, open=wanted)
            member = self._channels.get(chat_id)
            if member is not None:
                self._put_in_place(member)
                self._archive.searcher.refresh()
            return member

    def forget(self, chat_id: int) -> int:
        """Let go of a channel and of all its posts; returns how many articles that were."""
        with self._lock:
            member = self._channels.get(chat_id)
            if member is None:
                return 0
            self._channels.change(chat_id, taking=False)
            store = self._archive.store.beside(member.own_shelf)
            gone = sum(store.remove(one) for one in self._articles(member, store))
            store.only(member.own_shelf).clear()
            self._forget(chat_id)
            self._archive.searcher.refresh()
            return gone

    def _put_in_place(self, member: Membership) -> None:
        """Move a channel's articles to the shelf on which they belong."""
        store = self._archive.store.beside(member.own_shelf)
        for article_id in self._articles(member, store):
            moved = store.move(article_id, member.shelf)
            if moved is not None and moved.id != article_id:
                self._channels.moved(article_id, moved.id)

    def _articles(self, member: Membership, store: Store) -> list[str]:
        """Ids of all articles of a channel: those it brought, and those of its exports."""
        found = dict.fromkeys(self._channels.articles(member.chat_id))
        for prefix in _prefixes(member):
            found |= dict.fromkeys(store.addresses(prefix))
        return list(found)

    def _read(self, one: Waiting) -> Article | LinkedArticle | None:
        """What a post is; None where it says too little, or its channel is known no more."""
        member = self._channels.get(one.chat_id)
        try:
            (post,) = join_albums(one.posts)
            return read_post(post, member.channel) if member else None
        except UnreadableError:
            return None

    def _fetched(self, one: Waiting, linked: LinkedArticle) -> Article | None:
        """The article that a post links to or, where it cannot be had, the post."""
        from corpus.readers.web import Web, read_page_at
        from corpus.sandbox.sandbox import Sandbox

        store = self._archive.store
        with self._make_fetcher() as fetcher:
            web = Web(fetcher, store.feeds, Sandbox(store.strikes))
            found = read_page_at(linked.link, web)
        if isinstance(found, Article):
            return found
        _log.info("cannot fetch what a post links to", channel=one.chat_id, reason=found.reason)
        return linked.post

    def _store(self, found: Iterable[tuple[Waiting, Article | None]]) -> int:
        """Store what posts became, in place of what they were before; returns how many are done."""
        placed = [(one, self._placed(one, article)) for one, article in found]
        for one, article in placed:
            self._claim(one, article)
            self._remove_former(one, article)
        tally = ingest(
            (article for _, article in placed if article),
            store=self._archive.store,
            embedder=self._archive.encoder,
            attributor=self._archive.attributor,
        )
        if tally.articles:
            unseed(self._archive.store, self._archive.home)
        failed = {failure.where: failure.reason for failure in tally.failures}
        done = 0
        for one, article in placed:
            reason = failed.get(article.url or article.headline) if article else None
            if reason is None or self._gives_up(one, reason):
                self._channels.done(one)
                done += 1
        return done

    def _gives_up(self, one: Waiting, reason: str) -> bool:
        """Whether a post failed for the last time; the fault may not be its own."""
        key = one.chat_id, one.posts[0].number
        self._failed[key] += 1
        _log.warning("a channel's post is not taken in", channel=one.chat_id, reason=reason)
        if self._failed[key] < _TRIES:
            return False
        del self._failed[key]
        return True

    def _placed(self, one: Waiting, article: Article | None) -> Article | None:
        member = self._channels.get(one.chat_id)
        return replace(article, shelf=member.shelf) if article and member else None

    def _claim(self, one: Waiting, article: Article | None) -> None:
        """Note which article a post becomes, unless that came from elsewhere and is there."""
        if article is None:
            self._channels.release(one)
        elif _is_post(article) or article.id in one.articles or not self._is_there(article):
            self._channels.claim(one, article.id)
        else:
            self._channels.release(one)

    def _is_there(self, article: Article) -> bool:
        return self._archive.store.whole().get(article.id) is not None

    def _remove_former(self, one: Waiting, article: Article | None) -> None:
        """Remove what a post was before, also where an export brought it."""
        if (member := self._channels.get(one.chat_id)) is None:
            return
        store = self._archive.store.beside(member.own_shelf)
        for former in one.articles - {article.id if article else ""}:
            if not self._channels.has_article(former):  # another post may be that too
                store.remove(former)
        for post in one.posts:
            for prefix in _prefixes(member):
                known = store.get(address := f"{prefix}{post.number}")
                if known is not None and (article is None or known.id != article.id):
                    store.remove(address)


def _is_post(article: Article) -> bool:
    return (article.url or "").startswith(f"https://{TELEGRAM}/")


def _prefixes(member: Membership) -> Iterator[str]:
    """What the addresses of a channel's posts may begin with, were it public or not."""
    channel = member.channel
    yield from {one.prefix for one in (channel, replace(channel, name="")) if one.prefix}
