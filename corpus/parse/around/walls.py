"""Pages that hold no article: walls, refusals, stubs and front pages.

Phrases only weigh: it takes several, in a short text that mostly consists of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from corpus.parse.wordlists import load_words
from corpus.text import squeeze

_LISTS = "walls.json"
_MOST_CONSENT_WORDS, _MOST_REFUSAL_WORDS = 300, 150
_FEWEST_FREE_WORDS = 25
_MOST_ASKING_WORDS = 40
_LAST = 6
_TEASERS = 3
_FRONT = 3
_HEADINGS = ("h2", "h3", "h4")


def find_wall(headline: str, lines: Sequence[str]) -> str | None:
    """Tell why what a page shows is no article; None where it may be one."""
    text = " ".join((headline, *lines)).casefold().replace("’", "'")
    words = len(text.split())
    acts, signs = _said(text, "consent_acts"), _said(text, "consent_signs")
    asks = words <= _MOST_CONSENT_WORDS and acts >= 2 and acts + signs >= 4
    if asks and _mostly(lines, "consent_acts", "consent_signs"):
        return "the page asks for consent to cookies; paste the article"
    refuses = words <= _MOST_REFUSAL_WORDS and _said(text, "refusals") >= 2
    if refuses and _mostly([headline, *lines], "refusals"):
        return "the site refuses access; paste the article"
    return None


def split_paywall(lines: Sequence[str]) -> tuple[list[str], bool]:
    """Drop what asks readers to subscribe from the end of a text, and tell whether it did."""
    start = max(0, len(lines) - _LAST)
    kept = [line for line in lines[start:] if not asks_to_subscribe(line)]
    return [*lines[:start], *kept], len(kept) < len(lines) - start


def is_stub(lines: Sequence[str]) -> bool:
    """Whether so little stands before a paywall that it is no article."""
    return sum(len(line.split()) for line in lines) < _FEWEST_FREE_WORDS


def asks_to_subscribe(line: str) -> bool:
    """Tell whether a line offers the rest to whoever pays or signs in.

    Example:
        >>> asks_to_subscribe("Already a member? Sign in to keep reading.")
        True
        >>> asks_to_subscribe("Members may sign the petition at the town hall.")
        False
    """
    text = " " + squeeze(line).casefold().replace("’", "'") + " "
    if len(text.split()) > _MOST_ASKING_WORDS or text.strip()[:1] in "\"“„«'‘":
        return False
    return all(_said(text, kind) for kind in ("paywall_acts", "paywall_things", "paywall_you"))


def is_front_page(
    tree: HtmlElement, lines: Sequence[str], *, kind: str, address: str | None, dated: bool
) -> bool:
    """Tell a front page by the paragraphs that stand under headings that lead elsewhere.

    Args:
        tree: The page.
        lines: What was read of it.
        kind: As the page says itself ("website", "article"), or empty.
        address: Of the page, or None.
        dated: Whether the page, as a whole, was published at some time.
    """
    told = _find_teasers(tree) & set(lines)
    if len(told) < _TEASERS or 2 * len(told) < len(lines):
        return False
    root = bool(address) and not urlsplit(address or "").path.strip("/")
    score = 2 + 2 * root + (kind == "website") + (not dated) - 2 * (kind == "article")
    return score >= _FRONT


def _find_teasers(tree: HtmlElement) -> set[str]:
    """Find the first paragraph after each heading that is a link."""
    found: set[str] = set()
    open_heading = False
    for element in tree.iter(*_HEADINGS, "p", "li"):
        if element.tag in _HEADINGS:
            open_heading = _leads_on(element)
        elif open_heading and element.tag == "p":
            found.add(squeeze(element.text_content()))
            open_heading = False
    return found


def _leads_on(heading: HtmlElement) -> bool:
    link = heading.find(".//a[@href]")
    if link is not None:
        return bool(squeeze(link.text_content()) == squeeze(heading.text_content()))
    parent = heading.getparent()
    return parent is not None and parent.tag == "a"


def _said(text: str, kind: str) -> int:
    return sum(phrase in text for phrase in load_words(_LISTS, kind))


def _mostly(lines: Iterable[str], *kinds: str) -> bool:
    """Whether at least half of some lines hold such a phrase."""
    plain = [line.casefold().replace("’", "'") for line in lines]
    held = sum(any(_said(line, kind) for kind in kinds) for line in plain)
    return 2 * held >= len(plain)
