"""The day that a page prints beside its headline, or that its address names.

Asked only where the page says in no other way when it was published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lxml.html import HtmlElement

from corpus.dates import Published
from corpus.parse.around.printed import find_title, holders, stands_aside
from corpus.parse.wordlists import load_words
from corpus.shown import stands_in_text
from corpus.text import squeeze

_LISTS = "bylines.json"
_DAY = re.compile(
    r"(?<!\d)\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|[年년] ?\d{1,2}[月월] ?\d{1,2}[日일])(?!\d)"
    r"|(?<![\d.])\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|\.|º)?(?: de)? [^\W\d_]{3,12}\.?,?(?: de)? \d{4}(?!\d)"
    r"|(?<!\w)[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}(?!\d)"
)
_YEAR = re.compile(r"\d{4}")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?:[/-]|$)")
_LETTERS = re.compile(r"[\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FIRST_YEAR = 1994  # pages are not older
_BEFORE, _AFTER = 400, 900
_MOST_LINE, _MOST_ELEMENTS, _MOST_READ = 120, 20_000, 8
_CALLED, _NEAR, _CHANGED, _ENOUGH = 2, 3, 1, 2

Parse = Callable[[str], Published | None]


def read_address(address: str | None, parse: Parse) -> Published | None:
    """Read the day that an address names: "/2031/03/04/bridge"."""
    found = _IN_ADDRESS.search((address or "")[:500])
    return parse(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}") if found else None


def read_printed(tree: HtmlElement, headline: str, parse: Parse) -> Published | None:
    """Read the day that a page prints as its own; None where that is unsure.

    Args:
        tree: The page as a reader sees it.
        headline: Its headline, or empty.
        parse: Reads one printed time.
    """
    title = find_title(tree, headline)
    around = holders(title)
    found = [one for one in _walk(tree, title) if not stands_aside(one[2], around)]
    # A day of publication is told from one of a change, and either from days elsewhere.
    best = sorted(found, key=lambda one: -one[0])[:_MOST_READ]
    return next(
        (time for points, day, _ in best if points >= _ENOUGH and (time := parse(day))), None
    )


def _walk(tree: HtmlElement, title: HtmlElement | None) -> Iterator[tuple[int, str, HtmlElement]]:
    """Days in short lines, each with what speaks for it and where it stands."""
    lines: list[tuple[int, str, HtmlElement]] = []
    heading, at = None, 0
    for element in islice(tree.iter("*"), _MOST_ELEMENTS):
        if element.tag in ("script", "style", "noscript"):
            continue
        heading = at if element is title else heading
        for text, holder in ((element.text, element), (element.tail, element.getparent())):
            if text and holder is not None and len(text) <= _MOST_LINE and _YEAR.search(text):
                lines.append((at, squeeze(text), holder))
            at += len(text or "")
    for place, line, holder in lines:
        day = _DAY.search(line)
        if day and not stands_in_text(holder):
            near = heading is not None and -_BEFORE <= place - heading <= _AFTER
            points = _NEAR * near + _CALLED * _is_called(holder) - _CHANGED * _is_change(line)
            year = _YEAR.search(day[0])
            if year and int(year[0]) >= _FIRST_YEAR:
                yield points, day[0], holder


def _is_called(element: HtmlElement) -> bool:
    """Whether class names call an element, or the one around it, the place of a date."""
    parents = (element, *islice(element.iterancestors(), 1))
    names = " ".join(f"{one.get('class', '')} {one.get('id', '')}"[:300] for one in parents)
    words = set(_LETTERS.sub(" ", _CAMEL.sub(" ", names)).casefold().split())
    return not words.isdisjoint(load_words(_LISTS, "date_boxes"))


def _is_change(line: str) -> bool:
    return any(word in line.casefold() for word in load_words(_LISTS, "changes"))
