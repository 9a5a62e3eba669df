"""Lists of links, as browsers and reading lists export them: no article stands there.

Who adds one is told how many links it holds, and what to do with them.
"""

from __future__ import annotations

import re
from typing import NoReturn

from corpus.errors import UnreadableError

_BOOKMARKS = b"netscape-bookmark-file"
_TITLES = (b"<title>pocket export", b"<title>instapaper: export", b"<title>raindrop.io bookmarks")
_SHORTCUT = b"[internetshortcut]"
_WEB = (b"http://", b"https://")
_ADDRESS = re.compile(rb"https?://[^\s<>\"'|]{1,2000}", re.IGNORECASE)
_HEAD_BYTES = 2000
_FEWEST = 2


def opens_links(head: bytes) -> bool:
    """Tell a list of links by its title, or by lines that all begin with an address."""
    start = head[:_HEAD_BYTES].lower()
    if _BOOKMARKS in start or any(title in start for title in _TITLES):
        return True
    if start.startswith(_SHORTCUT):
        return True
    whole = start if len(head) <= _HEAD_BYTES else start.rpartition(b"\n")[0]
    lines = [line for line in whole.splitlines() if line.strip()]
    return len(lines) >= _FEWEST and all(line.lstrip(b"-* \t").startswith(_WEB) for line in lines)


def refuse_links(data: bytes) -> NoReturn:
    """Refuse a list of links, and count them.

    Raises:
        UnreadableError: Always.
    """
    raise UnreadableError(write_refusal(len(set(_ADDRESS.findall(data)))))


def write_refusal(count: int) -> str:
    """Say what a list of links is, and what to do with it.

    Example:
        >>> write_refusal(2)
        'a list of 2 links without text; add the addresses by themselves: byline add https://...'
    """
    links = "one link" if count == 1 else f"{count:,} links"
    return (
        f"a list of {links} without text; add the addresses by themselves: byline add https://..."
    )
