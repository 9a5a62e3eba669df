"""Who signed a page: what it says of its authors, and the byline that it prints.

Tested with pages in `tests/corpus/parse/test_page.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from lxml.html import HtmlElement

from corpus.parse import byline
from corpus.parse.around.printed import find_printed, find_title, holders, stands_aside
from corpus.parse.authors import read_authors
from corpus.parse.json_ld import Linked
from corpus.parse.wordlists import load_words
from corpus.text import squeeze

_AUTHORS = (
    "author", "article:author", "og:author", "parsely-author", "sailthru.author", "dc.creator",
    "dcterms.creator", "byl", "byline",
)  # fmt: skip
_INVERTED = ("citation_author", "citation_authors", "dc.creator", "dcterms.creator")
_MARKED = ('.//*[@rel="author"]', './/*[@itemprop="author"]')
_MAX_BYLINE = 200
_MAX_CHARS = 200
_MAX_BOX = 300
_MOST_LEVELS = 12
_MOST_MARKED = 200


class _Page(Protocol):
    @property
    def tree(self) -> HtmlElement: ...

    @property
    def linked(self) -> Linked: ...

    @property
    def metas(self) -> dict[str, list[str]]: ...


def find_authors(page: _Page, headline: str, site: str | None) -> tuple[str, ...]:
    """Take the first place that names somebody other than the publisher."""
    sites = {_key(name) for name in (site, *page.linked.names("publisher")) if name}
    best: tuple[str, ...] = ()
    for names in _candidates(page, headline):
        found = read_authors(names)
        people = tuple(name for name in found if _key(name) not in sites)
        persons = tuple(name for name in people if not byline.is_outlet(name))
        if persons or people:
            return persons or people
        best = best or found
    return best


def sign(
    found: list[str], authors: tuple[str, ...], site: str | None
) -> tuple[list[str], tuple[str, ...]]:
    """Take a byline off the top of the body: "By Jane Doe", or nothing but a name.

    A bare name is an author where the page names none, or only itself.
    """
    unsigned = all(_key(name) == _key(site or "") for name in authors)
    for number, line in enumerate(found[:2]):
        named = byline.read_names(line) if len(line) <= _MAX_BYLINE else ()
        known = {name.casefold() for name in named} <= {name.casefold() for name in authors}
        person = unsigned and number == 0 and len(line.split()) in (2, 3) and byline.is_names(line)
        if named and (byline.is_byline(line) or known or person):
            return found[:number] + found[number + 1 :], named if unsigned else authors
    return found, authors


def _candidates(page: _Page, headline: str) -> Iterator[list[str]]:
    yield page.linked.names("author")
    yield page.linked.names("creator")
    for name in _AUTHORS:
        # Account names and slugs ("jane-doe") are not names as printed.
        values = [_turn(text, name) for text in page.metas.get(name, [])]
        yield [text for text in values if " " in text or text.isalpha()]
    yield [_turn(text, "citation_author") for text in page.metas.get("citation_author", [])]
    yield list(find_printed(page.tree, headline))
    around = holders(find_title(page.tree, headline))
    for path in _MARKED:
        marked = list(islice(page.tree.iterfind(path), _MOST_MARKED))
        yield [
            _read(tag)
            for tag in _of_article([one for one in marked if not stands_aside(one, around)])
        ]


def _turn(text: str, name: str) -> str:
    """Put "Doe, Jane" in order where a page lists authors one by one, as libraries do."""
    last, comma, first = text.partition(",")
    if not comma or name not in _INVERTED or "," in first or ";" in text:
        return text
    small = load_words("bylines.json", "particles")
    whole = [word for word in last.split() if word.casefold() not in small]
    return f"{first.strip()} {last.strip()}" if len(whole) == 1 else text


def _read(tag: HtmlElement) -> str:
    """The name in an element that may hold more: a picture, a role, the time."""
    named = tag.find('.//*[@itemprop="name"]')
    held = tag if named is None else named
    unseen = squeeze(held.get("content", ""))
    # An account's name that no reader sees is nobody's: "admin", "eddie".
    return (unseen if " " in unseen else squeeze(held.text_content()))[:_MAX_CHARS]


def _of_article(marked: list[HtmlElement]) -> list[HtmlElement]:
    """Keep those that stand beside the first."""
    home = marked[0] if marked else None
    for one in islice(marked[0].iterancestors(), _MOST_LEVELS) if marked else ():
        if len("".join(islice(one.itertext("*"), _MOST_MARKED))) > _MAX_BOX:
            break
        home = one
    inside = set() if home is None else set(home.iter())
    return [one for one in marked if one in inside]


def _key(name: str) -> str:
    return re.sub(r"[\W_]|^the\b", "", name.casefold())
