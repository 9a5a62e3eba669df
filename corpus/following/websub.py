"""Let hubs tell us of news (https://www.w3.org/TR/websub/): whatever they send, the feed is asked.

Nothing that is pushed is read as news: a push only has its feed asked, at once where it is signed
with the secret that only the hub knows, otherwise no sooner than a feed is asked anyway.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from corpus.errors import FetchError
from corpus.following.schedule import SHORTEST_S
from corpus.readers.fetch import Fetcher
from corpus.storage.sources import Source, Sources
from corpus.storage.store import Store
from corpus.storage.times import read_now, write_time

_LEASE_S = 432_000
"""What we ask for: five days."""
_SHORTEST_LEASE_S, _LONGEST_LEASE_S = 3600, 864_000
_RENEWED = 0.8
"""After this part of a lease it is renewed."""
_AGAIN = timedelta(hours=6)
"""When a hub is asked again that did not answer, or refused."""
_METHODS = frozenset({"sha1", "sha256", "sha384", "sha512"})


def subscribe(url: str, callback: str, fetcher: Fetcher, store: Store, now: datetime) -> None:
    """Ask the hub that a feed names to tell us of news, unless it does already.

    Args:
        url: Of the feed.
        callback: Where to tell us; a name of the feed is put behind it.
        fetcher: Sends what is asked.
        store: Where the feeds are.
        now: The time.
    """
    source = store.sources.get(url)
    if source is None or not source.hub or (source.renew and source.renew > now):
        return
    secret = source.secret or secrets.token_urlsafe(32)
    noted = {"secret": secret, "hub_state": "asked", "renew": write_time(now + _AGAIN)}
    store.sources.change(url, **noted)
    fields = {
        "hub.mode": "subscribe",
        "hub.topic": source.topic or url,
        "hub.callback": f"{callback}/{name_feed(url, secret)}",
        "hub.secret": secret,
        "hub.lease_seconds": str(_LEASE_S),
    }
    try:
        fetcher.post(source.hub, fields)
    except FetchError:  # the feed is asked all the same
        store.sources.change(url, hub_state="")


def confirm(sources: Sources, name: str, *, mode: str, topic: str, lease: str) -> bool:
    """Say whether we asked a hub to tell us, as it asks back; note for how long it will.

    Args:
        sources: The feeds.
        name: Of the feed, as `name_feed` made it.
        mode: "subscribe", or what else the hub says.
        topic: By which address it knows the feed.
        lease: For how many seconds it will tell us.
    """
    source = _find(sources, name)
    if source is None or topic != (source.topic or source.url):
        return False
    if mode != "subscribe":  # "denied", say
        sources.change(source.url, hub_state="")
        return False
    asked_s = int(lease) if lease.isdecimal() and len(lease) < 10 else _LEASE_S
    lease_s = min(max(asked_s, _SHORTEST_LEASE_S), _LONGEST_LEASE_S)
    renew = read_now() + timedelta(seconds=_RENEWED * lease_s)
    return sources.change(source.url, hub_state="subscribed", renew=write_time(renew))


def hear(sources: Sources, name: str, body: bytes, signature: str) -> bool:
    """Have the feed asked that a hub says has news; False where no such feed is followed.

    Args:
        sources: The feeds.
        name: Of the feed.
        body: What was sent, of which nothing is read.
        signature: The ``X-Hub-Signature`` header.
    """
    source = _find(sources, name)
    if source is None:
        return False
    now = read_now()
    soonest = now
    if not is_signed(source.secret, body, signature):
        last = source.last_success or now
        soonest = max(now, last + timedelta(seconds=SHORTEST_S))
    if soonest < source.next_check:
        sources.change(source.url, next_check=write_time(soonest))
    return True


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """Whether somebody who knows a secret sent a body.

    Example:
        >>> is_signed("s", b"news", "sha1=0"), is_signed("s", b"news", "md5=0")
        (False, False)
    """
    method, _, told = signature.partition("=")
    if method not in _METHODS:
        return False
    expected = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(expected.encode(), told.strip().lower().encode())


def name_feed(url: str, secret: str) -> str:
    """Name a feed so that only the hub that was told can guess it."""
    return hashlib.sha256(f"{secret}\n{url}".encode()).hexdigest()[:32]


def _find(sources: Sources, name: str) -> Source | None:
    known = (one for one in sources.subscribed() if not one.paused)
    return next((one for one in known if name_feed(one.url, one.secret) == name), None)
