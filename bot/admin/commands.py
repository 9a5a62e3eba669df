"""The commands of those who run the bot: text in, a reply out. It knows nothing of Telegram.

Whoever calls it has made sure that an admin is speaking, in a private chat.

Tested on the emulated Telegram in `tests/telegram/test_admin.py`.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version

from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.admin import chart
from bot.admin.add_articles import Added, add_url
from bot.admin.channel_desk import ChannelDesk
from bot.admin.cited_posts import CitedPosts
from bot.admin.feeds import State, describe, follow, list_feeds, unfollow
from bot.admin.health import Health
from bot.admin.take_posts import PostTaker
from bot.message_context import MessageContext
from bot.reply.actions import DecideChannel, RemoveArticle
from bot.reply.reply import Block, Button, Note, Outcome, Reply
from bot.services import Services
from bot.settings import Settings
from bot.storage.access import Standing
from bot.storage.alerts.subscriptions import Kind
from bot.storage.chats import ChatStore
from bot.storage.usage import Times, Usage
from corpus.address import resolve_id
from corpus.attribution.attribution import MOST_CHARS
from corpus.errors import CorpusError
from corpus.readers.fetch import Fetcher
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.database.postgres import Schema, measure
from corpus.storage.store import Change, Store
from retrieval.citation import cite
from retrieval.errors import RetrievalError

_ID = re.compile(r"-?\d{1,15}", re.ASCII)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_FAILURES = 3
_FEEDS, _NAME_CHARS, _LINE_CHARS = 12, 60, 160
"""As many feeds as one message holds, and how much of each."""
_MB, _GB = 10**6, 10**9
_MISSING = "-"
_OWN_FILES = "sqlite"


@dataclass(slots=True)
class Pulse:
    """How the running bot is.

    Attributes:
        health: What is watched.
        queue: How many updates wait or are in hand.
        started: By the machine's clock that nobody sets, as is the next.
        updated: When the last update came; None before the first.
    """

    health: Health
    queue: Callable[[], int]
    started: float = field(default_factory=time.monotonic)
    updated: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What `/stats` shows: in words, and as a picture (PNG)."""

    reply: Reply
    picture: bytes


class AdminCommands:
    """Does what an admin asks for: what `bot.intents.commands.ADMINS` names, and what they press.

    Attributes:
        taker: Takes in the posts of channels, which admins decide about.
        cited: Finds cited posts that are gone, of which admins are told.

    Args:
        archive: The articles.
        state: The chats.
        settings: Who is an admin, and who may ask.
        pulse: How the running bot is.
        make_fetcher: Makes what fetches addresses.
    """

    def __init__(
        self,
        archive: Services,
        state: ChatStore,
        *,
        settings: Settings,
        pulse: Pulse,
        make_fetcher: Callable[[], Fetcher] = Fetcher,
    ) -> None:
        self._archive = archive
        self._state = state
        self._settings = settings
        self._pulse = pulse
        self._make_fetcher = make_fetcher
        self.taker = PostTaker(archive, state, make_fetcher=make_fetcher)
        self.cited = CitedPosts(archive, state, make_fetcher=make_fetcher)
        self._desk = ChannelDesk(state.channels, self.taker)

    def stats(self) -> Figures:
        """Show how much the bot is used, and how well it answers."""
        now = datetime.now(UTC)
        articles, everything = self._archive.store.count(), self._archive.store.whole().count()
        usage = self._state.usage.usage(now)
        thumbs = [self._thumbs(now - timedelta(days=days)) for days in (1, 7)]
        told = _told(articles, everything - articles, usage, thumbs)
        more = [self._alerts(now)]
        if self._state.kind != _OWN_FILES:  # whose disk nobody here can look at
            more.append(texts.say("admin-stats-sizes", **self._sizes()))
        words = Reply((Note("\n\n".join((told, *more))),))
        return Figures(words, _drawn(articles, usage, thumbs[1]))

    def health(self, context: MessageContext) -> Reply:  # noqa: ARG002 - all admins see the same
        """Show how the running bot is."""
        pulse, now = self._pulse, time.monotonic()
        checkup = pulse.health.check()
        words = texts.say(
            "admin-health",
            version=version("byline"),
            up=_span(now - pulse.started),
            last=_span(now - pulse.updated) if pulse.updated else _MISSING,
            queue=pulse.queue(),
            articles=checkup.articles or 0,
            passages=checkup.passages,
            # a name, not a quantity: written without separators
            revision=str(checkup.revision),
            model=f"{self._settings.model}, {self._archive.encoder.runtime}",
            **self._sizes(),
            free=round(shutil.disk_usage(self._archive.home).free / _GB, 1),
        )
        notes = [Note(words)]
        if checkup.database != _OWN_FILES:
            leader = checkup.leader or texts.say("admin-no-leader")
            count, name = checkup.replicas, checkup.replica
            told = texts.say("admin-health-replicas", replicas=count, replica=name, leader=leader)
            notes.append(Note(told))
        problems = "\n".join(checkup.problems) or texts.say("admin-no-problems")
        notes.append(Note(problems))
        if checkup.poison:
            notes.append(Note(texts.say("admin-health-poison", count=checkup.poison)))
        return Reply(tuple(notes))

    def _sizes(self) -> dict[str, float | str]:
        databases = (("archive", "articles"), ("chats", "chats"))
        return {name: _megabytes(self._archive, database) for name, database in databases}

    def add(self, context: MessageContext, typed: str) -> Reply:  # noqa: ARG002
        """Fetch and store what an address holds; takes as long as that takes."""
        if not _ADDRESS.fullmatch(typed):
            return _say("admin-how-to-add")
        try:
            added = add_url(self._archive, typed, make_fetcher=self._make_fetcher)
        except (CorpusError, RetrievalError) as error:
            return Reply((Note(texts.say("admin-not-added", reason=str(error))),))
        return _result(typed, added)

    def remove(self, context: MessageContext, typed: str) -> Reply:
        """Show the article that is named, to be removed with a button."""
        if not typed:
            return _say("admin-how-to-remove")
        article = self._in_view().get(resolve_id(typed))
        if article is None:
            return Reply((Note(texts.say("admin-no-article", article=typed)),))
        key = self._state.save(context.chat_id, article.id).key
        yes = Button(texts.say("admin-remove"), action=RemoveArticle(key, wanted=True))
        no = Button(texts.say("admin-keep"), action=RemoveArticle(key, wanted=False))
        blocks = (Note(texts.say("admin-really-remove")), cite(article, article.url))
        return Reply(blocks, ((yes, no),))

    def removed(self, context: MessageContext, action: RemoveArticle) -> Outcome:
        """Remove the article of a button, or keep it after all."""
        exchange = self._state.exchange(action.key, context.chat_id)
        if exchange is None:
            return Outcome(texts.say("stale"))
        article = self._in_view().get(exchange.question)
        if article is None:
            return Outcome(reply=_say("admin-gone"))
        if not action.wanted:
            return Outcome(reply=_about("admin-kept", article.headline))
        self._in_view().remove(article.id)
        self._archive.searcher.refresh()
        return Outcome(reply=_about("admin-removed", article.headline))

    def follow(self, context: MessageContext, typed: str) -> Reply:  # noqa: ARG002
        """Follow the feed of an address; takes as long as finding it takes."""
        if not typed or len(typed.split()) > 1:
            return _say("admin-how-to-follow")
        store, now = self._archive.store, datetime.now(UTC)
        try:
            with self._make_fetcher() as fetcher:
                source, new = follow(typed, store, fetcher, Sandbox(store.strikes), now)
        except CorpusError as error:
            return Reply((Note(texts.say("admin-not-followed", reason=str(error))),))
        key = "admin-followed" if new else "admin-followed-before"
        name = source.title or source.url
        return Reply((Note(texts.say(key, name=name, kind=source.kind, url=source.url)),))

    def unfollow(self, context: MessageContext, typed: str) -> Reply:  # noqa: ARG002
        """Follow a feed no longer; its articles stay."""
        if not typed:
            return _say("admin-how-to-unfollow")
        source = unfollow(typed, self._archive.store)
        if source is None:
            return Reply((Note(texts.say("admin-no-feed", feed=typed)),))
        return Reply((Note(texts.say("admin-unfollowed", name=source.title or source.url)),))

    def feeds(self, context: MessageContext) -> Reply:  # noqa: ARG002 - all admins see the same
        """Show how the feeds are that are followed, the worst first."""
        now = datetime.now(UTC)
        found = list_feeds(self._archive.store, now)
        if not found:
            return _say("admin-no-feeds")
        count = {str(state): sum(one.state is state for one in found) for state in State}
        blocks = [Note(texts.say("admin-feeds", feeds=len(found), **count))]
        for one in found[:_FEEDS]:
            words = f"{one.name[:_NAME_CHARS]}: {describe(one, now)[:_LINE_CHARS]}"
            blocks.append(Note(words))
        if len(found) > _FEEDS:
            blocks.append(Note(texts.say("admin-more-feeds", feeds=len(found) - _FEEDS)))
        return Reply(tuple(blocks))

    def channels(self, context: MessageContext) -> Reply:  # noqa: ARG002 - all admins see the same
        """List the channels whose posts are taken in."""
        return self._desk.list()

    def newsroom(self, context: MessageContext) -> Reply:
        """Let an admin into the newsroom, by a link that works once."""
        if self._settings.pages_url is None:
            return _say("admin-newsroom-off")
        base = str(self._settings.pages_url).rstrip("/")
        word = self._state.page_logins.give(context.chat_id, self._state.clock())
        url, app = f"{base}/newsroom/in/{word}", f"{base}/m/newsroom"
        button = Button(texts.say("admin-newsroom-button"), url=url, app=app)
        return Reply((Note(texts.say("admin-newsroom-open")),), ((button,),))

    def decided(self, action: DecideChannel) -> Outcome:
        """Do what a button says of a channel."""
        return self._desk.press(action)

    def block(self, context: MessageContext, typed: str) -> Reply:  # noqa: ARG002
        """Shut a chat or a person out, and delete what is known of it."""
        if not _ID.fullmatch(typed):
            return _say("admin-how-to-block")
        if (one := int(typed)) in self._settings.admins:
            return _say("admin-block-admin")
        if self._state.access.standing(one) is Standing.BLOCKED:
            return Reply((Note(texts.say("admin-blocked-before", id=typed)),))
        self._state.forget(one)
        self._state.access.set(one, Standing.BLOCKED)
        return Reply((Note(texts.say("admin-blocked", id=typed)),))

    def unblock(self, context: MessageContext, typed: str) -> Reply:  # noqa: ARG002
        """Let a chat or a person in again that was blocked or declined."""
        if not _ID.fullmatch(typed):
            return _say("admin-how-to-unblock")
        out = (Standing.BLOCKED, Standing.DECLINED)
        if self._state.access.standing(int(typed)) not in out:
            return Reply((Note(texts.say("admin-not-blocked", id=typed)),))
        self._state.access.clear(int(typed))
        access = self._settings.access
        return Reply((Note(texts.say("admin-unblocked", id=typed, access=access)),))

    def _alerts(self, now: datetime) -> str:
        """How many alerts and digests there are, and how much they told."""
        counts = self._state.subscriptions.count()
        alerts, chats = counts[Kind.ALERT]
        return texts.say(
            "admin-stats-alerts",
            alerts=alerts,
            chats=chats,
            digests=counts[Kind.DIGEST][0],
            told=self._state.outbox.count(now - timedelta(days=1)),
        )

    def _in_view(self) -> Store:
        """The articles that an admin may see: no reader's own, but those of every channel."""
        return self._archive.store.beside(*self._state.channels.closed_shelves())

    def _thumbs(self, since: datetime) -> tuple[int, int]:
        """How many point up, how many down."""
        ratings = self._state.feedback.ratings(since)
        up = sum(rating.good for rating in ratings)
        return up, len(ratings) - up


def _say(key: str) -> Reply:
    return Reply((Note(texts.say(key)),))


def _about(key: str, headline: str) -> Reply:
    return Reply((Note(texts.say(key, headline=headline)),))


def _result(url: str, added: Added) -> Reply:
    tally = added.tally
    failures = [f"{one.where}: {one.reason}" for one in tally.failures[:_FAILURES]]
    if not tally.articles:
        reason = "\n".join(failures) or texts.say("admin-nothing-new", url=url)
        return Reply((Note(texts.say("admin-not-added", reason=reason)),))
    new, changed = tally.changes[Change.ADDED], tally.changes[Change.UPDATED]
    words = texts.say("admin-added", new=new, changed=changed, known=tally.articles - new - changed)
    blocks: list[Block] = [Note(words)]
    blocks += [cite(article, article.url) for article in added.articles]
    if tally.cut:
        names = "\n".join(article.headline for article in tally.cut[:_FAILURES])
        blocks.append(Note(texts.say("admin-cut", names=names, characters=MOST_CHARS)))
    if failures:
        reasons = "\n".join(failures)
        blocks.append(Note(texts.say("admin-unread", count=tally.failed, reasons=reasons)))
    return Reply(tuple(blocks), articles=tuple(article.id for article in added.articles))


def _told(articles: int, shelved: int, usage: Usage, thumbs: list[tuple[int, int]]) -> str:
    values: dict[str, str | float] = {"articles": articles, "shelved": shelved}
    for name, times, (up, down), at in (
        ("day", usage.day, thumbs[0], 0),
        ("week", usage.week, thumbs[1], 1),
    ):
        values |= {
            f"asked-{name}": times.asked,
            f"missed-{name}": times.unanswered,
            f"median-{name}": _seconds(times.median_s),
            f"slow-{name}": _seconds(times.p95_s),
            f"up-{name}": up,
            f"down-{name}": down,
            f"readers-{name}": usage.readers[at],
            f"groups-{name}": usage.groups[at],
        }
    return texts.say("admin-stats", **values, readers=usage.readers[2], groups=usage.groups[2])


def _drawn(articles: int, usage: Usage, thumbs: tuple[int, int]) -> bytes:
    week = usage.week
    tiles = [
        (f"{articles:,}", texts.say("admin-tile-articles")),
        (f"{week.asked:,}", texts.say("admin-tile-questions")),
        (_missed(week), texts.say("admin-tile-missed")),
        (_seconds(week.median_s), texts.say("admin-tile-median")),
        (f"{thumbs[0]} / {thumbs[1]}", texts.say("admin-tile-thumbs")),
    ]
    title = texts.say("admin-picture", days=len(usage.days))
    legend = texts.say("admin-legend-answered"), texts.say("admin-legend-missed")
    return chart.draw(title, tiles, usage.days, legend=legend)


def _missed(times: Times) -> str:
    return f"{100 * times.unanswered / times.asked:.0f} %" if times.asked else _MISSING


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return _MISSING
    return f"{seconds:.2f} s" if seconds < 1 else f"{seconds:.1f} s"


def _span(span_s: float) -> str:
    """Write a span in its two largest units: "3 d 4 h", "12 s"."""
    seconds = max(0, round(span_s))
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if parts or count or unit == "s":
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def _megabytes(archive: Services, name: str) -> float | str:
    """How large a database is; what does not answer is named among the problems."""
    try:
        return round(_size(archive, name) / _MB, 1)
    except SQLAlchemyError:
        return _MISSING


def _size(archive: Services, name: str) -> int:
    """Bytes of a database with what lies beside it."""
    if archive.database_url:
        return measure(Schema(archive.database_url, name))
    beside = (archive.home / f"{name}.db", archive.home / f"{name}.db-wal")
    return sum(file.stat().st_size for file in beside if file.exists())
