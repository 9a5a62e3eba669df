"""The commands that follow feeds, and show how corrected articles read before."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.admin.feeds import Followed, State, describe, follow_listed, list_feeds
from bot.admin.feeds import follow as follow_address
from bot.admin.feeds import unfollow as leave
from bot.cli import output
from bot.cli.console import ERR, NO_ARTICLE, WRONG_INPUT, AsJson, complain, fail
from bot.following import make_fetcher
from bot.services import Services
from bot.settings import load
from corpus.address import resolve_id
from corpus.article import Article
from corpus.errors import CorpusError
from corpus.following.opml import write_opml
from corpus.storage.versions import Version

_MOST_BYTES = 5_000_000
_NONE = "no feed is followed yet: byline follow https://news.example"


def follow(
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="ADDRESS...", help="Of sites or feeds.")
    ] = None,
    opml: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A list of feeds (OPML) to follow.")
    ] = None,
) -> None:
    """Follow feeds: a running bot asks them by itself, and takes what is new.

    A site's feed is found by itself; RSS, Atom, JSON Feed and news sitemaps are read.
    """
    if not addresses and opml is None:
        fail("name an address, or a list with --opml")
    from corpus.sandbox.sandbox import Sandbox

    store, now = Services(load()).store, datetime.now(UTC)
    sandbox, wrong = Sandbox(store.strikes), False
    if opml is not None:
        listed = sandbox.read_opml(_read(opml))
        new = follow_listed(listed, store, now)
        output.say(f"Following {new} new of {len(listed)} feeds in {opml}")
    with make_fetcher(sandbox) as fetcher:
        for address in addresses or ():
            try:
                source, is_new = follow_address(address, store, fetcher, sandbox, now)
            except CorpusError as error:
                complain(f"{address}: {error}")
                wrong = True
                continue
            words = "Following" if is_new else "Followed already:"
            output.say(f"{words} {source.title or source.url} ({source.kind}): {source.url}")
    if wrong:
        raise typer.Exit(WRONG_INPUT)


def unfollow(
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS...", help="See `feeds`.")],
) -> None:
    """Follow feeds no longer; their articles stay."""
    store = Services(load()).store
    wrong = False
    for address in addresses:
        source = leave(address, store)
        if source is None:
            complain(f"{address} names no feed, or several; `byline feeds` shows their addresses")
            wrong = True
        else:
            output.say(f"No longer following {source.url}")
    if wrong:
        raise typer.Exit(WRONG_INPUT)


def feeds(
    opml: Annotated[bool, typer.Option("--opml", help="Print a list for other readers.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the feeds that are followed, the worst first, and how they are."""
    now, store = datetime.now(UTC), Services(load()).store
    found = list_feeds(store, now)
    if opml:
        output.say(write_opml(one.source for one in found).rstrip("\n"))
    elif as_json:
        for one in found:
            output.write(_told(one))
    elif not found:
        ERR.print(_NONE)
    else:
        for one in found:
            output.say(f"{one.name}\n  {one.source.url}\n  {one.state}: {describe(one, now)}")


def history(
    article: Annotated[str, typer.Argument(metavar="ID|URL", help="See `byline search`.")],
    as_json: AsJson = False,
) -> None:
    """Show how a corrected article read before, as differences from one text to the next."""
    store = Services(load()).store
    found = store.get(resolve_id(article))
    if found is None:
        fail(NO_ARTICLE.format(article))
    versions = store.versions.of(found.id)
    if as_json:
        for one in (*versions, Version(None, found.headline, found.body)):
            output.write({**asdict(one), "replaced": _time(one.replaced)})
        return
    if not versions:
        output.say(f"“{found.headline}” was never corrected here")
    for line in _differences(found, versions):
        output.say(line)
    if found.gone:
        output.say(f"Its page was gone by {_time(found.gone)}")


def _differences(article: Article, versions: list[Version]) -> Iterator[str]:
    texts = [*((one.headline, one.body) for one in versions), (article.headline, article.body)]
    for version, (before, after) in zip(versions, pairwise(texts), strict=True):
        yield f"Corrected {_time(version.replaced)}"
        old, new = ([headline, *body.split("\n\n")] for headline, body in (before, after))
        # The first two lines name files.
        yield from list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]


def _told(feed: Followed) -> dict[str, Any]:
    source = feed.source
    return {
        "url": source.url,
        "title": source.title,
        "kind": source.kind,
        "state": State(feed.state).value,
        "articles_a_day": round(feed.a_day, 2),
        "last_success": _time(source.last_success),
        "next_check": None if source.paused else _time(source.next_check),
        "interval_s": round(source.interval_s),
        "errors": source.errors,
        "failing_since": _time(source.failing_since),
        "paused": _time(source.paused),
        "error": source.error,
    }


def _time(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") if time else None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")
