"""Whom a page prints as its author, where it says so in no other way.

Nothing decides alone: class names, addresses of links, a "By" and the place beside the headline
each add to what speaks for an element, and its words must be nothing but names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from corpus.parse import byline
from corpus.parse.wordlists import load_words
from corpus.shown import stands_in_text
from corpus.text import squeeze

_LISTS = "bylines.json"
_LETTERS = re.compile(r"[\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MOST_LINE, _MOST_NAME_WORDS = 200, 5
_BEFORE, _AFTER = 150, 900
_TOGETHER, _LISTED = 120, 400
_LEVELS = 12
_MOST_FOUND = 100
_ENOUGH = 4
_MARKED, _CALLED, _LINKED, _SAID, _NEAR = 3, 2, 2, 2, 2
_HOLDERS = frozenset(
    {
        "a",
        "p",
        "span",
        "div",
        "address",
        "li",
        "td",
        "h2",
        "h3",
        "h4",
        "h5",
        "b",
        "em",
        "i",
        "strong",
    }
)


@dataclass(frozen=True, slots=True)
class _Signed:
    names: tuple[str, ...]
    points: int
    at: int
    kind: tuple[str, ...]


def _continues(one: _Signed, best: _Signed) -> bool:
    """Whether an element goes on where the best begins: another of its kind, soon after."""
    return one.kind == best.kind and 0 <= one.at - best.at <= _LISTED


def find_printed(tree: HtmlElement, headline: str) -> tuple[str, ...]:
    """Name the people whom a page prints as authors, in their order; nobody where that is unsure.

    Args:
        tree: The page as a reader sees it.
        headline: Its headline; what stands beside it counts more. May be empty.
    """
    title = find_title(tree, headline)
    around = holders(title)
    heading, found = _walk(tree, title)
    signed = [
        _weigh(element, at, heading) for element, at in found if not stands_aside(element, around)
    ]
    sure = [one for one in signed if one and one.points >= _ENOUGH]
    if not sure:
        return ()
    best = max(sure, key=lambda one: one.points)
    beside = [one for one in sure if abs(one.at - best.at) <= _TOGETHER or _continues(one, best)]
    names = byline.keep_distinct(name for one in beside for name in one.names)
    # Of "Jane Doe" and of a box with more in it the name is what both hold.
    return tuple(
        name for name in names if not any(name != one and name.startswith(one) for one in names)
    )


def find_title(tree: HtmlElement, headline: str) -> HtmlElement | None:
    """The heading that prints a headline; else the first of the page, or None."""
    wanted = _key(headline)
    titles = list(islice(tree.iter("h1", "h2"), _MOST_FOUND))
    first = [one for one in titles if one.tag == "h1"]
    named = (one for one in (*first, *titles) if wanted and _key(one.text_content()) == wanted)
    return next(named, first[0] if first else None)


def holders(title: HtmlElement | None) -> set[HtmlElement]:
    """The elements that the headline stands in: whatever they are called, they hold the article."""
    return set() if title is None else set(title.iterancestors())


def stands_aside(tag: HtmlElement, around: set[HtmlElement]) -> bool:
    """Whether an element stands among other stories, comments or references.

    Args:
        tag: The element.
        around: Elements that hold the article.
    """
    for one in (tag, *_above(tag)):
        if one in around:
            return False
        name = _LETTERS.sub(" ", f"{one.get('class', '')} {one.get('id', '')}".casefold())
        if one.tag in ("aside", "nav", "cite") or not load_words(_LISTS, "aside_boxes").isdisjoint(
            name.split()
        ):
            return True
    return False


def _walk(
    tree: HtmlElement, title: HtmlElement | None
) -> tuple[int | None, list[tuple[HtmlElement, int]]]:
    """Where the headline stands, and elements that may name an author, by characters of text."""
    heading, at = None, 0
    found: list[tuple[HtmlElement, int]] = []
    for element in tree.iter("*"):
        if element.tag in ("script", "style", "noscript"):
            continue
        if element is title:
            heading = at
        elif element.tag in _HOLDERS and len(found) < _MOST_FOUND and _may_sign(element):
            found.append((element, at))
        at += len(element.text or "") + len(element.tail or "")
    return heading, found


def _may_sign(element: HtmlElement) -> bool:
    if _is_marked(element) or _calls(element):
        return True
    if element.tag == "a":
        return _leads_to_person(element)
    return byline.starts_with_by((element.text or "")[:_MOST_LINE].strip())


def _weigh(element: HtmlElement, at: int, heading: int | None) -> _Signed | None:
    """What speaks for an element as the place of the authors, if it holds nothing but names."""
    names = _names(element)
    if not names:
        return None
    parents = (element, *islice(element.iterancestors(), 3))
    points = _MARKED * _is_marked(element) + _CALLED * any(map(_calls, parents))
    if not points and (stands_in_text(element) or not all(map(_has_case, names))):
        return None
    points += _LINKED * any(map(_leads_to_person, (element, *islice(element.iter("a"), _LEVELS))))
    said = byline.starts_with_by(_line(element)) or _follows_by(element)
    points += _SAID * (said or any("byline" in _called(one) for one in parents))
    if heading is not None and -_BEFORE <= at - heading <= _AFTER:
        points += _NEAR
    return _Signed(names, points, at, (element.tag, *element.get("class", "").split()[:1]))


def _names(element: HtmlElement) -> tuple[str, ...]:
    line = _line(element)
    if not line:
        return ()
    found = byline.read_names(byline.cut_before_by(line))
    people = tuple(filter(_is_person, found))
    others = [name for name in found if name not in people]
    # Whom they work for may stand beside them: "Jane Doe | TNN".
    return people if all(name.isupper() or byline.is_outlet(name) for name in others) else ()


def _has_case(name: str) -> bool:
    return name.lower() != name.upper()


def _is_person(name: str) -> bool:
    words = name.split()
    if any(map(str.isdigit, name)) or not words or len(words) > _MOST_NAME_WORDS:
        return False
    if not load_words(_LISTS, "no_names").isdisjoint(name.casefold().split()):
        return False
    if not _has_case(name):
        return len(words) <= 3 and 2 <= len(name) <= 12 and name.replace(" ", "").isalpha()
    return len(words) > 1 and byline.is_names(name) and not byline.is_section(name)


def _line(element: HtmlElement) -> str:
    """The words of an element, if they are few."""
    named = element.find('.//*[@itemprop="name"]') if _is_marked(element) else None
    pieces: list[str] = []
    size = 0
    for piece in (element if named is None else named).itertext("*"):
        pieces.append(str(piece))
        size += len(piece)
        if size > 2 * _MOST_LINE:
            return ""
    line = squeeze("".join(pieces))
    return line if len(line) <= _MOST_LINE else ""


def _is_marked(element: HtmlElement) -> bool:
    relation = element.get("rel", "")
    return element.get("itemprop") == "author" or relation in ("author", "sioc:has_creator")


def _called(element: HtmlElement) -> set[str]:
    """The words of class names and id, apart as people write them: "post-author", "authorName"."""
    name = f"{element.get('class', '')} {element.get('id', '')}"
    if len(name) < 4 or element.tag in ("body", "html"):
        return set()
    return set(_LETTERS.sub(" ", _CAMEL.sub(" ", name[:300])).casefold().split())


def _calls(element: HtmlElement) -> bool:
    """Whether an element is called the place of an author's name."""
    words = _called(element)
    known = load_words(_LISTS, "author_boxes")
    called = words & known or any(word.startswith(("author", "byline")) for word in words)
    return bool(called) and words.isdisjoint(load_words(_LISTS, "beside_authors"))


def _leads_to_person(element: HtmlElement) -> bool:
    if element.tag != "a":
        return False
    try:
        parts = urlsplit(element.get("href", "")[:500]).path.casefold().strip("/").split("/")
    except ValueError:
        return False
    known = load_words(_LISTS, "author_paths")
    return not known.isdisjoint(parts[:-1]) or parts[-1].startswith(("author-", "autor-"))


def _follows_by(element: HtmlElement) -> bool:
    before, parent = element.getprevious(), element.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return byline.ends_with_by((text or "")[-_MOST_LINE:])


def _above(tag: HtmlElement) -> Iterable[HtmlElement]:
    found: Iterator[HtmlElement] = islice(tag.iterancestors(), _LEVELS)
    return (one for one in found if one.tag not in ("body", "html"))


def _key(name: str) -> str:
    return re.sub(r"[\W_]|^the\b", "", name.casefold())
