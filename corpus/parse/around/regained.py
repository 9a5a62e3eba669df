"""Paragraphs of an article that its extraction passed over, put back where they stand.

A page may hold its text in several boxes of which one is taken. What stands in boxes of the same
kind, and reads like what was found, belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from lxml import etree

from corpus.parse.around.printed import stands_aside
from corpus.text import squeeze

_FEWEST_WORDS = 12
_LINKED = 0.4
_LEVELS, _NAMED = 3, 2
_CODE = 2
_MOST_LINKS = 50
_MOST_PARAGRAPHS = 3000
_MOST_PIECES = 500

Kind = tuple[tuple[str, str], ...]


def regain(root: etree._Element, lines: Sequence[str]) -> list[str]:
    """Put back paragraphs that stand in boxes of the kinds that a text was found in.

    Args:
        root: The page, without what belongs elsewhere.
        lines: What was found, in the order of the page.
    """
    known = {_key(line): number for number, line in enumerate(lines)}
    whole = "".join(known)
    read = [(one, squeeze(_text(one))) for one in islice(root.iter("p"), _MOST_PARAGRAPHS)]
    kinds = {_kind(one) for one, line in read if _key(line) in known}
    added: dict[int, list[str]] = {}
    last = max((known[key] for _, line in read if (key := _key(line)) in known), default=0)
    at = None
    for element, line in read:
        key = _key(line)
        if key in known:
            at = known[key]
        elif at is not None and _kind(element) in kinds and _is_prose(element, line):
            # Comments may follow in boxes that have no names either.
            named = at < last or any(name for _, name in _kind(element)[:_NAMED])
            if named and key not in whole and not stands_aside(element, set()):
                added.setdefault(at, []).append(line)
                known[key] = at
    return [one for number, line in enumerate(lines) for one in (line, *added.get(number, ()))]


def _kind(element: etree._Element) -> Kind:
    """What a paragraph and the boxes around it are called."""
    around = islice(element.iterancestors(), _LEVELS)
    return tuple((str(one.tag), one.get("class", "")) for one in (element, *around))


def _is_prose(element: etree._Element, line: str) -> bool:
    if len(line.split()) < _FEWEST_WORDS or ("=" in line and line.count(";") > _CODE):
        return False
    linked = sum(len(_text(link)) for link in islice(element.iter("a"), _MOST_LINKS))
    return linked < _LINKED * len(line)


def _text(element: etree._Element) -> str:
    if any(one.tag in ("script", "style") for one in islice(element.iter("*"), _MOST_PIECES)):
        return ""  # code is no text, and a paragraph that holds it is seldom the article's
    return "".join(map(str, islice(element.itertext("*"), _MOST_PIECES)))


def _key(line: str) -> str:
    return re.sub(r"[\W_]", "", line.casefold())
