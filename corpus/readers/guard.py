"""Connections that lead to the public internet, and nowhere else, and that end in time.

Tested with the connections it guards in `tests/corpus/readers/test_fetch.py`.
"""

from __future__ import annotations

import socket
import ssl
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore

from corpus.errors import Cause, FetchError

_CONNECT_S = 5.0
# Python 3.11 calls most of these global.
_NOT_PUBLIC = (
    ip_network("192.0.0.0/24"),  # protocol assignments, one cloud's metadata among them
    ip_network("192.88.99.0/24"),  # 6to4 relays
    ip_network("168.63.129.16/32"),  # answers inside Azure only
    ip_network("2001::/32"),  # Teredo
    ip_network("2002::/16"),  # 6to4
    ip_network("3fff::/20"),  # documentation
)
_PRIVATE_NAMES = {"local", "localhost", "localdomain", "internal", "intranet", "private"}
_PRIVATE_NAMES |= {"corp", "home", "lan", "arpa"}
_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host.

    Raises:
        OSError: If there are none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet.

    Stricter than ``ipaddress``: IPv6 must be global unicast and no tunnel that could lead back
    to a private network; NAT64 counts as the IPv4 address within it.

    Example:
        >>> is_public("9.9.9.9"), is_public("::ffff:9.9.9.9"), is_public("64:ff9b::a00:1")
        (True, False, False)
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip in _NAT64:
            return is_public(str(IPv4Address(ip.packed[12:])))
        if ip.scope_id or ip not in _UNICAST:
            return False
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _NOT_PUBLIC)


def leads_outside(url: str) -> bool:
    """Whether an address can lead to the public internet, rather than into a reader's own network.

    Its host is read as browsers read it: escapes and wide letters undone, numbers in any base and
    with parts left out. Nobody is asked for names, so a public one may still lead inside.

    Example:
        >>> leads_outside("https://news.example/a"), leads_outside("http://0x7f.1/")
        (True, False)
    """
    try:
        host = urlsplit(url.replace("\\", "/")).hostname or ""
    except ValueError:
        return False
    name = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").strip(".").casefold()
    if ":" in name:
        return is_public(name)
    try:
        return is_public(socket.inet_ntoa(socket.inet_aton(name)))
    except (OSError, UnicodeError):  # it is no number
        last = name.rpartition(".")[2]
        numeric = last.isdecimal() or last.startswith("0x")
        return "." in name and last not in _PRIVATE_NAMES and not numeric


@dataclass(frozen=True, slots=True)
class Deadline:
    """When to give up; ``ends`` is a reading of the monotonic clock."""

    allowed_s: float
    ends: float

    @classmethod
    def start(cls, allowed_s: float, *, within: Deadline | None = None) -> Deadline:
        """One from now on, which ends with another where that ends sooner."""
        ends = time.monotonic() + allowed_s
        return cls(allowed_s, ends if within is None else min(ends, within.ends))

    @property
    def is_over(self) -> bool:
        """Whether none are left."""
        return time.monotonic() >= self.ends

    def left_s(self) -> float:
        """Seconds left, more than none."""
        if (left := self.ends - time.monotonic()) <= 0:
            raise self.passed()
        return left

    def passed(self) -> FetchError:
        """The error to raise when none are left."""
        return FetchError(
            f"took longer than {self.allowed_s:g} s; try again later", Cause.NO_ANSWER
        )


class Guard(httpcore.NetworkBackend):
    """Connects to addresses it has checked, and to nothing else, until the deadline."""

    def __init__(
        self, addresses: Callable[[str, int, Deadline], list[str]], deadline: Deadline
    ) -> None:
        self._addresses = addresses
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *_: object, **__: object) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers."""
        for address in self._addresses(host, port, self._deadline):
            timeout_s = min(_CONNECT_S, self._deadline.left_s())
            try:
                stream = self._network.connect_tcp(address, port, timeout=timeout_s)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _TimedStream(stream, self._deadline)
        raise FetchError(f"{host} does not answer; try again later", Cause.NO_ANSWER)


class _TimedStream(httpcore.NetworkStream):
    """A connection on which every step gets only what is left of the one deadline.

    httpcore's own timeouts start anew with every read, so a server that drips a byte now and
    then, even within the headers, could hold us for good.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left_s())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            left_s = self._deadline.left_s()
            stream = self._stream.start_tls(ssl_context, server_hostname, left_s)
        except httpcore.ConnectError as error:
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                reason = f"its certificate does not prove that it is {server_hostname}"
                raise FetchError(reason) from None
            raise FetchError(f"{server_hostname} offers no secure connection") from None
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
