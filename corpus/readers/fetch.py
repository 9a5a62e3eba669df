"""HTTP that cannot be turned against us.

Addresses come from feeds and from people, so each is treated as hostile. The guard stands where
connections are made: `corpus.readers.guard.Guard` is the only way out. For each request the host is
resolved once and refused unless every address is public, and the connection goes to an address
just checked, so a name server that changes its mind gains nothing. httpcore is used without httpx
around it because it takes such a network backend, and because it knows no cookies, proxies or
redirects that would have to be switched off. TLS still checks the certificate against the host's
name.
"""

from __future__ import annotations

import functools
import importlib.metadata
import re
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from ipaddress import IPv4Address
from typing import Self
from urllib.parse import urlencode

import httpcore
import httpx

from corpus.address import read_web_address
from corpus.errors import Cause, FetchError, StatusError, UnreadableError
from corpus.readers.guard import Deadline, Guard, is_public, resolve
from corpus.sandbox.sandbox import Sandbox

MAX_BYTES = 5_000_000
MAX_REDIRECTS = 5
MAX_CRAWL_DELAY_S = 10.0
_ROBOTS_BYTES = 500 * 1024  # the least that RFC 9309 lets a crawler read
_HELD_BYTES = 32_000_000
"""Most rules of robots.txt that are kept at a time, of all hosts together."""
_HEADER_CHARS = 1000
_ROBOT = "Byline"
_DISTRIBUTION = "byline"
_GZIP = b"\x1f\x8b\x08"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_READABLE = re.compile(
    r"text/(?:html|xml|plain|x-opml(?:\+xml)?)"
    r"|application/(?:(?:xhtml|rss|atom|rdf|feed)\+)?(?:xml|json)"
    r"|application/(?:ld\+json|x-ndjson|jsonl|json-seq|(?:x-)?gzip)"
)
_STATUS_REASONS = {
    401: "the page needs a login",
    403: "the site does not let programs read it",
    404: "the page is not there",
    410: "the page is gone",
    429: "the site asks for fewer requests; try again later",
}

_CLOSED = frozenset({401, 402, 403, 451})
_LOOKS_NUMERIC = re.compile(r"(?:.*\.)?(?:\d+|0x[0-9a-f]*)")


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered.

    Attributes:
        url: The address that answered, after redirects.
        content_type: Media type in lower case, without parameters; empty where unchanged.
        charset: As the server states it, in lower case, or None.
        body: Decompressed, at most `MAX_BYTES`; empty where unchanged.
        etag: To be sent back next time, or None.
        modified: The ``Last-Modified`` header, to be sent back next time, or None.
        unchanged: True where the server says nothing changed since ``etag`` or ``modified``.
        moved: Where the address that was asked for has moved for good, or empty; that is not
            where a redirect for the time being leads.
        caching: The ``Cache-Control`` header.
    """

    url: str
    content_type: str
    charset: str | None
    body: bytes
    etag: str | None
    modified: str | None
    unchanged: bool = False
    moved: str = ""
    caching: str = ""


@functools.cache
def make_user_agent() -> str:
    """How Byline names itself to servers."""
    try:
        version = importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        version = "0"
    return f"{_ROBOT}/{version} (+https://pypi.org/project/byline) news reader"


class Fetcher:
    """Fetches pages and feeds, one request a host at a time, and never from a private network.

    Safe to share between threads. Nothing is kept between requests but each host's robots.txt.

    Args:
        deadline_s: Seconds that one `get` may take from its first connection to its last byte,
            redirects included; waiting for a turn at a host does not count.
        resolve: Host and port to IP addresses; raises OSError where there are none.
        is_public: Whether an IP address may be connected to. Only tests replace it.
        ports: Ports that may be connected to. Only tests replace them.
        tls: Whom to trust; the usual authorities where None.
        sandbox: Reads robots.txt; one of this process where None.
    """

    def __init__(  # noqa: PLR0913 - what tests replace, and what others share
        self,
        *,
        deadline_s: float = 20.0,
        resolve: Callable[[str, int], list[str]] = resolve,
        is_public: Callable[[str], bool] = is_public,
        ports: Collection[int] = (80, 443),
        tls: ssl.SSLContext | None = None,
        sandbox: Sandbox | None = None,
    ) -> None:
        self._deadline_s = deadline_s
        self._resolve = resolve
        self._is_public = is_public
        self._ports = ports
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._sandbox = sandbox or Sandbox()
        self._lanes: dict[bytes, _Lane] = {}
        self._held_bytes = 0
        # A name server may hang for longer than the deadline, and cannot be interrupted.
        self._resolvers = ThreadPoolExecutor(thread_name_prefix="resolve")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    def get(
        self,
        url: str,
        *,
        robots: bool = False,
        etag: str | None = None,
        modified: str | None = None,
        within: Deadline | None = None,
    ) -> Page:
        """Fetch one address, following up to five redirects.

        Args:
            url: The address; a fragment is ignored.
            robots: Whether to ask the host's robots.txt first, as befits an address that no
                person named.
            etag: From the last answer, to be told if nothing changed.
            modified: Likewise.
            within: Of all that this is a part of; ends it sooner where less is left.

        Raises:
            FetchError: If the address or one it redirects to must not be fetched, does not
                answer in time, or answers with anything but a readable page. The message is a
                short reason, without the address.
        """
        conditions = {b"If-None-Match": etag, b"If-Modified-Since": modified}
        headers = [(k, v.encode("latin-1", "replace")) for k, v in conditions.items() if v]
        address = self._checked(url)
        answer = self._follow(address, headers, robots=robots, accept=_READABLE, within=within)
        caching = answer.headers.get("cache-control", "")[:_HEADER_CHARS]
        told = {"moved": answer.moved, "caching": caching}
        if answer.status == 304:
            return Page(str(answer.url), "", None, b"", etag, modified, unchanged=True, **told)
        if not answer.found:
            reason, cause = _status_reason(answer.status), _status_cause(answer.status)
            later = answer.headers.get("retry-after", "")[:_HEADER_CHARS]
            raise StatusError(reason, cause, status=answer.status, later=later)
        kind, charset = _content_type(answer.headers)
        known = answer.headers.get("etag"), answer.headers.get("last-modified")
        return Page(str(answer.url), kind, charset, answer.body, *known, **told)

    def post(self, url: str, fields: Mapping[str, str]) -> None:
        """Send a form to an address, as to a hub; redirects are not followed, nor is a body read.

        Raises:
            FetchError: As for `get`; an answer that does not say yes is one too.
        """
        address, body = self._checked(url), urlencode(fields).encode("ascii")
        headers = [
            (b"Content-Type", b"application/x-www-form-urlencoded"),
            (b"Content-Length", str(len(body)).encode("ascii")),
        ]
        with self._lane(address).turn():
            deadline = Deadline.start(self._deadline_s)
            answer = self._request(address, headers, deadline=deadline, accept=None, body=body)
        if not answer.found:
            raise StatusError(_status_reason(answer.status), status=answer.status)

    def _follow(
        self,
        address: httpx.URL,
        headers: list[tuple[bytes, bytes]],
        *,
        robots: bool,
        accept: re.Pattern[str] | None,
        within: Deadline | None,
    ) -> _Answer:
        left_s, moved, for_good = self._deadline_s, "", True
        for _ in range(MAX_REDIRECTS + 1):
            if robots:
                self._ask_robots(address, within)
            with self._lane(address).turn():
                ends = Deadline.start(left_s, within=within).ends
                deadline = Deadline(self._deadline_s, ends)
                answer = self._request(address, headers, deadline=deadline, accept=accept)
                left_s = deadline.ends - time.monotonic()
            if answer.status not in _REDIRECTS:
                return replace(answer, moved=moved)
            address = self._redirected(answer)
            for_good = for_good and answer.status in _PERMANENT
            moved = str(address) if for_good else moved
        raise FetchError(f"redirects more than {MAX_REDIRECTS} times")

    def _checked(self, url: str) -> httpx.URL:
        """Refuse whatever can be seen from the spelling alone; the guard checks the rest."""
        try:
            address = read_web_address(url).copy_with(fragment=None)
        except ValueError as error:
            raise FetchError(str(error)) from None
        if (port := _port(address)) not in self._ports:
            raise FetchError(
                f"port {port} is refused; only 80 and 443 are fetched", Cause.FORBIDDEN
            )
        name = address.raw_host.decode("ascii")
        if _LOOKS_NUMERIC.fullmatch(name) and not _is_dotted_quad(name):
            raise FetchError(f"{name} is refused: an IP address in disguise", Cause.FORBIDDEN)
        return address

    def _redirected(self, answer: _Answer) -> httpx.URL:
        try:
            target = answer.url.join(answer.headers.get("location", ""))
        except (httpx.InvalidURL, ValueError):
            raise FetchError("redirects to something that is no web address") from None
        try:
            address = self._checked(str(target))
        except FetchError as error:
            raise FetchError(f"the address redirects elsewhere: {error}", error.cause) from None
        if answer.url.scheme == "https" and address.scheme == "http":
            raise FetchError(
                "redirects from https to plain http, which is refused", Cause.FORBIDDEN
            )
        return address

    def _request(
        self,
        address: httpx.URL,
        headers: list[tuple[bytes, bytes]],
        *,
        deadline: Deadline,
        accept: re.Pattern[str] | None,
        body: bytes | None = None,
    ) -> _Answer:
        """Make one request, with a body where there is one to send.

        The body of the answer is read only where it is wanted.
        """
        guard = Guard(self._addresses, deadline)
        # A pool of its own, so that no connection is ever used for a second address.
        pool = httpcore.ConnectionPool(ssl_context=self._tls, network_backend=guard)
        try:
            with (
                pool,
                pool.stream(
                    "GET" if body is None else "POST",
                    _target(address),
                    headers=_headers(address, headers),
                    content=body,
                ) as r,
            ):
                answer = _Answer(address, r.status, httpx.Headers(r.headers))
                if not answer.found or body is not None:
                    return answer
                _check_type(answer.headers, accept)
                return replace(answer, body=_read(r.iter_stream(), answer.headers))
        except httpcore.TimeoutException:
            raise deadline.passed() from None
        except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error):
            reason = "the connection broke off, or carried no proper HTTP"
            raise FetchError(reason, Cause.NO_ANSWER) from None

    def _addresses(self, host: str, port: int, deadline: Deadline) -> list[str]:
        """Resolve a host once, and refuse it unless all of its addresses are public."""
        try:
            found = self._resolvers.submit(self._resolve, host, port).result(deadline.left_s())
        except TimeoutError:
            raise deadline.passed() from None
        except (OSError, UnicodeError):
            raise FetchError(f"no host {host} was found", Cause.NOT_THERE) from None
        refused = [address for address in found if not self._is_public(address)]
        if refused or not found:
            raise FetchError(
                f"{host} is refused: it does not stand on the public internet", Cause.FORBIDDEN
            )
        return found

    def _lane(self, address: httpx.URL) -> _Lane:
        return self._lanes.setdefault(address.raw_host, _Lane())

    def _ask_robots(self, address: httpx.URL, within: Deadline | None) -> None:
        lane, origin = self._lane(address), str(address.join("/"))
        with lane.asking:
            rules = lane.robots.get(origin)
            if rules is None:
                rules = lane.robots[origin] = self._read_robots(address, within)
        if isinstance(rules, FetchError):
            reason = f"the site's robots.txt could not be read: {rules}"
            raise FetchError(reason, rules.cause)
        try:
            asked = self._sandbox.ask_robots(rules, url=str(address), robot=_ROBOT)
        except UnreadableError as error:
            raise FetchError(f"the site's robots.txt could not be read: {error}") from None
        if not asked.allowed:
            reason = "the site's robots.txt asks programs to leave this page alone"
            raise FetchError(reason, Cause.ROBOTS)
        lane.delay_s = min(asked.delay_s, MAX_CRAWL_DELAY_S)

    def _read_robots(self, address: httpx.URL, within: Deadline | None) -> bytes | FetchError:
        """The rules of a host, or why there is no telling and nothing may be fetched."""
        rules = address.join("/robots.txt")
        try:
            answer = self._follow(rules, [], robots=False, accept=None, within=within)
        except FetchError as error:
            return error
        if answer.found:
            self._make_room(len(answer.body))
            return answer.body[:_ROBOTS_BYTES]
        if 400 <= answer.status < 500:
            return b""
        return FetchError(_status_reason(answer.status), _status_cause(answer.status))

    def _make_room(self, size: int) -> None:
        """Forget all rules where those of many hosts would fill the memory."""
        self._held_bytes += size
        if self._held_bytes > _HELD_BYTES:
            self._held_bytes = size
            for lane in list(self._lanes.values()):
                lane.robots = {}


@dataclass(frozen=True, slots=True)
class _Answer:
    """One response; ``body`` is empty unless ``found``."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes = b""
    moved: str = ""

    @property
    def found(self) -> bool:
        return 200 <= self.status < 300


@dataclass(slots=True)
class _Lane:
    """What is known of one host, and whose turn it is there."""

    asking: threading.Lock = field(default_factory=threading.Lock)
    requesting: threading.Lock = field(default_factory=threading.Lock)
    robots: dict[str, bytes | FetchError] = field(default_factory=dict)
    delay_s: float = 0.0
    last: float = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the host for one request, after the pause that it asks for."""
        with self.requesting:
            time.sleep(max(0.0, self.last + self.delay_s - time.monotonic()))
            try:
                yield
            finally:
                self.last = time.monotonic()


def _port(address: httpx.URL) -> int:
    usual = 443 if address.scheme == "https" else 80
    return usual if address.port is None else address.port


def _is_dotted_quad(name: str) -> bool:
    try:
        return bool(IPv4Address(name))
    except ValueError:
        return False


def _target(address: httpx.URL) -> httpcore.URL:
    return httpcore.URL(
        scheme=address.scheme,
        host=address.raw_host,
        port=_port(address),
        target=address.raw_path,
    )


def _headers(address: httpx.URL, more: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [
        (b"Host", address.netloc),
        (b"User-Agent", make_user_agent().encode("ascii")),
        (b"Accept", b"text/html, application/xhtml+xml, application/xml, */*;q=0.5"),
        (b"Accept-Encoding", b"gzip"),
        (b"Connection", b"close"),
        *more,
    ]


def _status_reason(status: int) -> str:
    busy = "the site is out of order; try again later"
    plain = busy if status >= 500 else "the site does not show the page"
    return f"{status}: {_STATUS_REASONS.get(status, plain)}"


def _status_cause(status: int) -> Cause:
    if status >= 500 or status == 429:
        return Cause.NO_ANSWER
    return Cause.CLOSED if status in _CLOSED else Cause.NOT_THERE


def _content_type(headers: httpx.Headers) -> tuple[str, str | None]:
    """Media type and charset, in lower case."""
    message = Message()
    message["content-type"] = headers.get("content-type", "")[:_HEADER_CHARS]
    try:
        return message.get_content_type(), message.get_content_charset()
    except (LookupError, TypeError, ValueError):  # a charset may name a charset of its own
        return message.get_content_type(), None


def _check_type(headers: httpx.Headers, accept: re.Pattern[str] | None) -> None:
    stated = headers.get("content-type", "").partition(";")[0].strip().lower()
    if accept and not accept.fullmatch(stated):
        raise FetchError(
            f"{stated or 'no stated type'} is refused; only text is read", Cause.NO_ARTICLE
        )


def _read(chunks: Iterable[bytes], headers: httpx.Headers) -> bytes:
    """Read a body within `MAX_BYTES`, both as sent and decompressed."""
    coding = headers.get("content-encoding", "identity").strip().lower()
    if int(headers.get("content-length", 0)) > MAX_BYTES:
        raise _too_large()
    if coding == "identity":
        return _unpacked(b"".join(_bounded(chunks)))
    if coding in ("gzip", "x-gzip"):
        return _unpacked(b"".join(_bounded(_gunzip(_bounded(chunks)))))
    raise FetchError("the page is compressed in a way that was not asked for")


def _unpacked(body: bytes) -> bytes:
    """What lies in a file that is packed on the server too, such as ``sitemap.xml.gz``."""
    return b"".join(_bounded(_gunzip([body]))) if body.startswith(_GZIP) else body


def _bounded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    room = MAX_BYTES
    for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise _too_large()
        yield chunk


def _gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Decompress in pieces of at most 64 KiB, so that a bomb never lies in memory."""
    inflater = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        rest = chunk
        while rest and not inflater.eof:  # what follows the first member is no part of the page
            yield inflater.decompress(rest, 1 << 16)
            rest = inflater.unconsumed_tail
    if not inflater.eof:
        raise FetchError("the connection broke off in the middle of the page", Cause.NO_ANSWER)


def _too_large() -> FetchError:
    return FetchError(f"the page is larger than {MAX_BYTES // 1_000_000} MB", Cause.TOO_LARGE)
