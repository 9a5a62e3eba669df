"""The feeds that the bot follows, as those who run it see them: followed, left, and how they are.

Shared by the commands of admins and those of the terminal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from corpus.address import canonicalize, resolve_id
from corpus.following.discovery import discover
from corpus.readers.fetch import Fetcher
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.sources import Source
from corpus.storage.store import Store


class State(StrEnum):
    """How a feed is."""

    WELL = "well"
    NEW = "new"
    FAILING = "failing"
    PAUSED = "paused"


_TITLE_CHARS = 200
_WORST_FIRST = (State.PAUSED, State.FAILING, State.NEW, State.WELL)


@dataclass(frozen=True, slots=True)
class Followed:
    """A feed that is followed.

    Attributes:
        source: What is known of it.
        a_day: How many articles it brings a day.
    """

    source: Source
    a_day: float

    @property
    def state(self) -> State:
        """How it is."""
        if self.source.paused:
            return State.PAUSED
        if self.source.errors:
            return State.FAILING
        return State.WELL if self.source.last_success else State.NEW

    @property
    def name(self) -> str:
        """Its title, or its address where it has none."""
        return self.source.title or self.source.url


def list_feeds(store: Store, now: datetime) -> list[Followed]:
    """List the feeds that are followed, the worst first, otherwise by address."""
    rates = store.sources.rates(now)
    feeds = [Followed(one, rates.get(one.url, 0.0)) for one in store.sources.all()]
    return sorted(feeds, key=lambda one: _WORST_FIRST.index(one.state))


def describe(feed: Followed, now: datetime) -> str:
    """Say in a line how a feed is: when it was read, when it is asked next, what is wrong."""
    source = feed.source
    parts = [feed.source.kind, f"{feed.a_day:.1f} a day" if source.last_success else ""]
    read = f"read {span(now - source.last_success)} ago" if source.last_success else "not read yet"
    parts.append(read)
    if source.paused:
        parts.append(f"paused {span(now - source.paused)} ago")
    else:
        soon = source.next_check <= now
        parts.append("due now" if soon else f"next in {span(source.next_check - now)}")
    if source.error:
        times = f"failed {source.errors} times: " if source.errors > 1 else ""
        parts.append(f"{times}{source.error}")
    return ", ".join(filter(None, parts))


def follow(
    address: str, store: Store, fetcher: Fetcher, sandbox: Sandbox, now: datetime
) -> tuple[Source, bool]:
    """Follow the feed of an address, found where it is a site.

    Returns:
        The feed, and whether it is followed only now. One that failed or was paused is asked
        again at once.

    Raises:
        FetchError: The address cannot be fetched.
        UnreadableError: No feed is found there.
    """
    found = discover(address, fetcher, sandbox)
    source = Source(found.url, now, kind=found.feed.kind, title=found.feed.title[:_TITLE_CHARS])
    new = store.sources.add(source)
    known = None if new else store.sources.get(source.url)
    if known and (known.paused or known.errors):
        store.sources.save(source)
    return source, new


def follow_listed(addresses: Sequence[str], store: Store, now: datetime) -> int:
    """Follow the feeds of an OPML list, without asking them yet; returns how many are new."""
    return sum(store.sources.add(Source(url, now)) for url in addresses)


def unfollow(address: str, store: Store) -> Source | None:
    """Follow a feed no longer, named by its address, or its site's where there is but one.

    Returns:
        The feed; None where none, or more than one, is meant.
    """
    meant = _find(address, store.sources.all())
    if meant is None or not store.sources.remove(meant.url):
        return None
    return meant


def _find(address: str, sources: Sequence[Source]) -> Source | None:
    url = resolve_id(address if "://" in address else f"https://{address}")
    exact = [one for one in sources if one.url in (url, address)]
    host = [one for one in sources if _at_host(one.url, url)]
    return exact[0] if exact else host[0] if len(host) == 1 else None


def _at_host(url: str, site: str) -> bool:
    """Whether a feed is one of a site that is named by its host alone."""
    plain = site.rstrip("/")
    bare = plain.partition("://")[2].removeprefix("www.")
    host = canonicalize(url).partition("://")[2].partition("/")[0].removeprefix("www.")
    return "/" not in bare and host == bare


def span(time: timedelta) -> str:
    """Write a span in its largest unit.

    Example:
        >>> span(timedelta(minutes=90)), span(timedelta(seconds=-1))
        ('1 h', '0 s')
    """
    seconds = max(0, round(time.total_seconds()))
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
