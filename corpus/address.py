"""Addresses: one spelling of each, and links that open an article at a passage.

`courlan` has a cleaner of its own, but it sorts parameters and drops meaningful ones ("game",
"source", empty values), so the short list of what only tracks stands here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv6Address
from itertools import islice
from urllib.parse import quote, unquote_plus

import httpx

TELEGRAM = "t.me"
"""Where the posts of Telegram's channels are."""

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?")
_ESCAPE = re.compile("%[0-9a-fA-F]{2}")
_TRACKING = re.compile(
    r"(?:utm|hsa|mtm)_\w+|mc_[ce]id|(?:pk|ns)_(?:campaign|kwd|medium|mchannel|source)"
    r"|at_(?:bbc_team|campaign|custom|format|link|medium|ptr)\w*|_(?:ga|gl|hsenc|hsmi|openstat)"
    r"|(?:fb|g|d|y|tt|tw)clid|msclkid|(?:g|w)braid|gclsrc|igshid|igsh|li_fat_id"
    r"|mkt_tok|vero_id|oly_(?:anon|enc)_id|xtor|cmpid"
)

# What may stand at the edge of a word without belonging to it. Currency and percent signs do
# belong; so do, by not being listed, the letters of every script, their vowel signs, and emoji.
_PUNCTUATION = (
    r"""!"'()*,./:;<=>?\[\\\]^_`{|}~\-"""
    "\u00a1\u00ab\u00b7\u00bb\u00bf\u060c\u061b\u061f\u06d4\u0964\u0965"
    "\u200b\u200e\u200f\u2010-\u206f\u3001-\u3003\u3008-\u3020\u30fb\ufeff"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
_LETTERS = rf"[^\s{_PUNCTUATION}]+"
_WORD = re.compile(rf"{_LETTERS}(?:[.,:;'’·\-‐‑/_]{_LETTERS})*")
_FOLDED_AWAY = re.compile("[\u0300-\u036f\u00ad\u200b-\u200d\ufeff]+")
_QUOTES = str.maketrans("‘’‚‛“”„‟", "''''" + '""""')

# A link spells text out up to this length (percent-encoded); beyond it names both ends.
_EXACT_CHARS = 180
# Shorter text may stand in a menu or a headline too, so it never goes without context.
_ALONE_CHARS = 20
# How many words to add before and after the text, and how many to name of each end; tried in this
# order until the link is unambiguous.
_CONTEXT = ((0, 0, 6), (3, 0, 6), (0, 3, 6), (3, 3, 6), (6, 6, 12), (12, 12, 24))
_WORD_CHARS = 14
_LINK_CHARS = 1000

_Span = tuple[int, int]


def read_web_address(url: str) -> httpx.URL:
    """Parse an http(s) address, host in lower-case ASCII (punycode), default port left out.

    Raises:
        ValueError: If it is no http(s) address, names no proper host or port, or carries a user
            name. The message is a short line for people.
    """
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError):
        raise ValueError("not a web address") from None
    if parsed.scheme not in ("http", "https"):
        raise ValueError("not a web address: it must start with http:// or https://")
    if parsed.userinfo:
        raise ValueError("the address carries a user name or password; remove them")
    name = parsed.raw_host.decode("ascii").removesuffix(".")
    if ":" in name and "%" not in name:
        name = str(IPv6Address(name))  # already valid, but spelled in many ways
    elif not _HOST.fullmatch(name):
        raise ValueError("the address names no proper host")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise ValueError("the address names no proper port")
    try:
        return parsed.copy_with(host=name)
    except httpx.InvalidURL:  # escaped, it is longer than an address may be
        raise ValueError("not a web address") from None


def canonicalize(url: str) -> str:
    """Spell an address the one way under which its article is kept.

    Scheme and host in lower case, the host in ASCII, no default port, no fragment, no parameters
    that only track the reader. The scheme, the other parameters and their order, and a slash at
    the end stay as given, because a server may tell those apart. Applying it twice changes
    nothing.

    Raises:
        ValueError: As `read_web_address`.

    Example:
        >>> canonicalize("HTTPS://News.Example:443/a?id=7&utm_source=mail#top")
        'https://news.example/a?id=7'
    """
    address = read_web_address(url)
    path, _, query = address.raw_path.decode("ascii").partition("?")
    kept = "&".join(filter(_tells, query.split("&")))
    tail = _ESCAPE.sub(lambda m: m[0].upper(), f"{path}?{kept}" if kept else path)
    return f"{address.scheme}://{address.netloc.decode('ascii')}{tail}"


def find_host(url: str) -> str:
    """The host of an address in lower-case ASCII, without "www.".

    Raises:
        ValueError: As `read_web_address`.

    Example:
        >>> find_host("https://www.News.example/a")
        'news.example'
    """
    return read_web_address(url).raw_host.decode("ascii").removeprefix("www.")


def link_passage(url: str, body: str, *, start: int, end: int) -> str:
    """Link to the place in a page where ``body[start:end]`` stands.

    The link ends in a text fragment (https://wicg.github.io/scroll-to-text-fragment/). The slice
    is trimmed to whole words. Within one paragraph short text is spelled out; longer text, and
    text over several paragraphs, is named by its first and last words. Where the first match in
    the body would be another place, neighbouring words of the paragraph are added. Text that no
    such words tell apart, as in a paragraph printed twice, links to its first printing.

    Args:
        url: Address of the page; a fragment in it stays as the fallback.
        body: The article's body, paragraphs separated by a blank line.
        start: Where the passage starts in ``body``.
        end: Where it ends.

    Returns:
        The link, at most 1,000 characters longer than ``url``; ``url`` itself where the slice
        holds no whole word.

    Example:
        >>> link_passage("https://news.example/a", "It rained. Why?", start=3, end=10)
        'https://news.example/a#:~:text=It-,rained,-.%20Why'
    """
    words = [m.span() for m in _WORD.finditer(body) if start <= m.start() and m.end() <= end]
    base = url.partition(":~:")[0]
    mark = ":~:text=" if "#" in base else "#:~:text="
    directives = (mark + place.directive(body) for place in _places(body, words))
    return next((base + found for found in directives if len(found) <= _LINK_CHARS), url)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a link points: its first and last words, and the context from left to right.

    ``head`` and ``tail`` are the same span where the text is spelled out.
    """

    head: _Span
    tail: _Span
    left: int
    right: int

    def directive(self, body: str) -> str:
        """The place as ``[prefix-,]start[,end][,-suffix]``."""
        named = [_encode(body, span) for span in dict.fromkeys((self.head, self.tail))]
        prefix = _encode(body, (self.left, self.head[0]))
        suffix = _encode(body, (self.tail[1], self.right))
        return ",".join([f"{prefix}-"] * bool(prefix) + named + [f"-{suffix}"] * bool(suffix))

    def comes_first(self, body: str) -> bool:
        """Whether a browser that searches the body stops here."""
        if self.head == self.tail:
            return _is_first(body, (self.left, self.right))
        return _is_first(body, (self.left, self.head[1])) and _is_first(
            body, (self.tail[0], self.right), beyond=self.head[1]
        )


def _places(body: str, words: list[_Span]) -> Iterator[_Place]:
    """Ways to name the words, best first: the unambiguous ones, then the plain one."""
    for before, after, named in _CONTEXT if words else ():
        head, tail = _ends(body, words, named)
        left, right = _before(body, head[0], before), _after(body, tail[1], after)
        place = _Place(head, tail, left, right)
        alone = head == tail and head[1] - head[0] < _ALONE_CHARS and not (before and after)
        if place.comes_first(body) and not alone:
            yield place
    if words:
        head, tail = _ends(body, words, _CONTEXT[0][2])
        yield _Place(head, tail, head[0], tail[1])


def _ends(body: str, words: list[_Span], named: int) -> tuple[_Span, _Span]:
    """The first and last words to name; both the whole text where that is short enough."""
    whole = (words[0][0], words[-1][1])
    in_one_block = "\n" not in body[slice(*whole)]
    if len(words) == 1 or (in_one_block and len(_encode(body, whole)) <= _EXACT_CHARS):
        return whole, whole
    room = named * _WORD_CHARS
    head = _gather(body, words[: min(named, len(words) - 1)], room)
    rest = [word for word in words[-named:] if word[0] >= head[1]]
    return head, _gather(body, rest[::-1], room)


def _gather(body: str, words: list[_Span], room: int) -> _Span:
    """Join words to the first, on either side, within its paragraph and so many characters."""
    joined = words[0]
    for word in words:
        wider = min(joined[0], word[0]), max(joined[1], word[1])
        too_long = len(_encode(body, wider)) > room
        if "\n" in body[slice(*wider)] or (too_long and word != words[0]):
            break
        joined = wider
    return joined


def _before(body: str, at: int, count: int) -> int:
    """Where the ``count`` words before ``at`` start, going no further than its paragraph."""
    starts = [m.start() for m in _WORD.finditer(body, body.rfind("\n", 0, at) + 1, at)]
    return starts[-count:][0] if starts and count else at


def _after(body: str, at: int, count: int) -> int:
    """Where the ``count`` words after ``at`` end, going no further than its paragraph."""
    stop = body.find("\n", at)
    words = _WORD.finditer(body, at, len(body) if stop < 0 else stop)
    return max((m.end() for m in islice(words, count)), default=at)


def _is_first(body: str, span: _Span, *, beyond: int = 0) -> bool:
    """Whether the text of a span stands nowhere earlier, the way browsers compare text."""
    start, end = span
    return _fold(body[start:end]) not in _fold(body[beyond:end])[:-1]


def _fold(text: str) -> str:
    """Fold case, accents, curly quotes and runs of spaces, as browsers do when they search."""
    plain = _FOLDED_AWAY.sub("", unicodedata.normalize("NFKD", text)).translate(_QUOTES)
    return " ".join(plain.casefold().split())


def _encode(body: str, span: _Span) -> str:
    """Percent-encode a slice without its outer spaces; the hyphen is syntax here, so it too."""
    return quote(body[slice(*span)].strip(), safe="").replace("-", "%2D")


def _tells(parameter: str) -> bool:
    """Whether a query parameter may change what the server shows."""
    name = unquote_plus(parameter.partition("=")[0]).casefold()
    return bool(parameter) and not _TRACKING.fullmatch(name)


def resolve_id(id_or_url: str) -> str:
    """Return the id or canonical address by which the archive knows an article."""
    with suppress(ValueError):  # no address, so no article's either
        return canonicalize(id_or_url) if "://" in id_or_url else id_or_url
    return id_or_url
