"""What no honest page or feed has: cut off before a parser looks at it.

Parsers compare each attribute of a tag with all before it, and build every entry of a feed, so that
a megabyte of either takes as long as it is allowed to. What is cut here is found in linear time.
"""

from __future__ import annotations

import re

MOST_ATTRIBUTES = 1000
MOST_ENTRIES = 5000
_VALUE = rb"=\s*+(?:\"[^\"]*\"|'[^']*')"
_TAG = re.compile(rb"<([A-Za-z][\w:.-]{0,99}+)((?:" + _VALUE + rb"|[^<>])*+)")
_QUOTED = re.compile(_VALUE)
_BETWEEN = re.compile(rb"[\s/]+")
_LONG = 2 * MOST_ATTRIBUTES
"""Bytes that so many attributes take at least."""
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:\w{1,20}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)


def cut_attributes(html: bytes) -> bytes:
    """Take all attributes off tags that have thousands of them.

    Example:
        >>> cut_attributes(b"<p class='a'>The ferry left.</p>")
        b"<p class='a'>The ferry left.</p>"
    """
    return _TAG.sub(_shortened, html)


def cut_entries(feed: bytes) -> tuple[bytes, int]:
    """Leave out all entries of a feed but the first `MOST_ENTRIES`.

    Returns:
        The feed, and how many were left out.
    """
    starts = [found.start() for found in _ENTRY.finditer(feed)]
    if len(starts) <= MOST_ENTRIES:
        return feed, 0
    ends = [found.end() for found in _ENTRY_END.finditer(feed, starts[-1])]
    tail = feed[ends[-1] :] if ends else b""
    return feed[: starts[MOST_ENTRIES]] + tail, len(starts) - MOST_ENTRIES


def _shortened(tag: re.Match[bytes]) -> bytes:
    if len(tag[2]) < _LONG:
        return tag[0]
    names = _BETWEEN.split(_QUOTED.sub(b" ", tag[2]), MOST_ATTRIBUTES)
    return b"<" + tag[1] if len(names) > MOST_ATTRIBUTES else tag[0]
