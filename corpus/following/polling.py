"""Ask one feed: take what it lists anew, and note what changed and when to come back.

An article is stored first, then noted as taken; what the server said of the feed's state is noted
when all of it is done. Whoever dies in between reads the feed once more, and takes nothing twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from corpus.address import canonicalize
from corpus.article import Article
from corpus.errors import Failure, FetchError, StatusError, UnreadableError
from corpus.following.desk import Desk, stamp
from corpus.following.schedule import (
    Asked,
    choose_look,
    fail,
    hasten_look,
    may_pass,
    read_later,
    read_max_age,
    succeed,
    wants_rest,
)
from corpus.parse.feed import Entry, Feed
from corpus.readers.fetch import Page
from corpus.readers.web import MAX_ENTRIES, complete, make_from_feed, read_html
from corpus.storage.entries import Listed
from corpus.storage.sources import Source

MOST_TRIES = 3
"""How often a page is asked for that may be there later."""

_RHYTHM = 10
_OUR_OUTAGE = timedelta(days=1)


def poll(source: Source, desk: Desk) -> bool:
    """Ask a feed, and take what is new.

    Args:
        source: What is known of it; what is learnt is stored.
        desk: What it takes.

    Returns:
        Whether it could be read.

    Raises:
        StoreError: An article cannot be stored; no feed is to blame.
        ToolError: Nothing can be read at all.
    """
    try:
        page = desk.fetcher.get(source.url, etag=source.etag, modified=source.modified)
        feed = None if page.unchanged else desk.sandbox.read_feed(page.body, url=page.url)
    except (FetchError, UnreadableError) as error:
        give_up(source, error, desk)
        return False
    taken = _Taken() if feed is None else _take_entries(feed, source, desk)
    if not desk.stopping():
        _note(source, page, feed, taken, desk)
    return True


def give_up(source: Source, error: Exception, desk: Desk, *, reason: str = "") -> None:
    """Note that a feed could not be read this time."""
    now = desk.clock()
    failed = fail(source, error, now, chance=desk.chance(), reason=reason)
    answered = isinstance(error, StatusError)
    if failed.paused and not answered and _is_ours(source, now, desk):
        failed = replace(failed, paused=None)
    desk.store.sources.save(failed)


@dataclass(slots=True)
class _Taken:
    """What became of a feed's entries.

    Attributes:
        whole: Whether nothing of this state of the feed is left to be taken.
        later_s: How long a server asked to be left alone.
    """

    whole: bool = True
    later_s: float = 0.0


def _is_ours(source: Source, now: datetime, desk: Desk) -> bool:
    """Whether no feed at all could be read of late, so that this one is not to blame."""
    others = [one for one in desk.store.sources.all() if one.url != source.url]
    lately = [one.last_success for one in others if one.last_success]
    return bool(others) and all(now - one > _OUR_OUTAGE for one in lately)


def _note(source: Source, page: Page, feed: Feed | None, taken: _Taken, desk: Desk) -> None:
    sources, now = desk.store.sources, desk.clock()
    asked = Asked(feed.pause_s if feed else 0.0, read_max_age(page.caching), taken.later_s)
    dates = desk.store.entries.newest(source.url, _RHYTHM)
    known = succeed(source, now, dates=dates, asked=asked, chance=desk.chance())
    if feed:
        known = replace(
            known, kind=feed.kind, title=feed.title[:200], hub=feed.hub, topic=feed.topic
        )
    if taken.whole:
        known = replace(known, etag=page.etag, modified=page.modified)
    sources.save(replace(known, moved=page.moved))
    # Said once it may be a mistake that is mended tomorrow.
    if page.moved and page.moved == source.moved:
        sources.move(replace(known, moved=""), canonicalize(page.moved))


def _take_entries(feed: Feed, source: Source, desk: Desk) -> _Taken:
    entries, taken = feed.entries[:MAX_ENTRIES], _Taken()
    known = desk.store.entries.known(entry.url for entry in entries)
    for entry in entries:
        if desk.stopping() or taken.later_s:
            taken.whole = False
            break
        if desk.oldest and entry.published and entry.published < desk.oldest:
            continue
        listed, now = known.get(entry.url), desk.clock()
        if listed is None:
            dated = min(entry.published or now, now)
            listed = Listed(entry.url, source.url, stamp(entry), dated, seen=now, checked=now)
        elif not _is_changed(listed, entry, desk):
            continue
        _take_entry(entry, feed, listed, desk, taken)
    return taken


def _is_changed(listed: Listed, entry: Entry, desk: Desk) -> bool:
    """Whether to take an entry that was listed before; a page that was changed is looked at."""
    if listed.article_id is None and listed.tries < MOST_TRIES:
        return True
    new = stamp(entry)
    if new == listed.stamp:
        return False
    if listed.article_id is None or listed.printed:
        return True
    soon = hasten_look(listed.dated, listed.checked, desk.clock())
    when = min(soon, listed.next_look) if listed.next_look else soon
    desk.store.entries.keep(replace(listed, stamp=new, next_look=when))
    return False


def _take_entry(entry: Entry, feed: Feed, listed: Listed, desk: Desk, taken: _Taken) -> None:
    """Fetch an entry's page, store its article, and note that."""
    now = desk.clock()
    listed = replace(listed, stamp=stamp(entry), checked=now)
    found: Article | Failure
    try:
        page = desk.fetcher.get(entry.url, robots=True)
        found = complete(read_html(page, desk.sandbox), entry)
        listed = replace(listed, etag=page.etag, modified=page.modified, printed=False)
    except (FetchError, UnreadableError) as error:
        listed = replace(listed, tries=listed.tries + 1, printed=True)
        if isinstance(error, FetchError) and wants_rest(error):
            taken.later_s = read_later(getattr(error, "later", ""), now) or 1.0
        if may_pass(error) and listed.tries < MOST_TRIES:
            taken.whole = False
            desk.store.entries.keep(listed)
            return
        found = make_from_feed(entry, feed, why_no_page=str(error))
    known = _stored(found, listed, desk)
    taken.whole = taken.whole and (known.article_id is not None or known.tries >= MOST_TRIES)
    desk.store.entries.keep(known)


def _stored(found: Article | Failure, listed: Listed, desk: Desk) -> Listed:
    """Store what was found, and say what is known of it then."""
    if isinstance(found, Failure):
        return replace(listed, tries=MOST_TRIES)
    if desk.take(found) is not None:  # it could not be embedded just now, say
        return replace(listed, tries=listed.tries + 1)
    look = None if listed.printed else choose_look(listed.dated, desk.clock())
    return replace(listed, article_id=found.id, tries=0, next_look=look)
