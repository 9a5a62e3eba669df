"""What a page's own style sheets hide: simple rules, of a class, an id or an element of a class.

Rules that hold only somewhere (``@media``, ``:hover``, one element in another) say nothing certain
of what a reader saw, and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

Hides = Callable[[dict[str, str]], bool]
"""Whether declarations hide what they are of."""

_MOST_CHARS, _MOST_RULES = 300_000, 5000
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SIMPLE = re.compile(r"(?:[a-z][a-z0-9]{0,20})?[.#][\w-]{1,80}")
_EVERYWHERE = frozenset(("", "all", "screen"))


def find_hidden(root: etree._Element, hides: Hides) -> frozenset[str]:
    """Find the selectors by which a page hides something.

    Args:
        root: The parsed page.
        hides: Tells from the properties of a rule.

    Returns:
        Selectors in small letters (".promo", "#teaser", "p.hint"); of several rules for one the
        last counts.
    """
    hidden: dict[str, bool] = {}
    room, rules = _MOST_CHARS, _MOST_RULES
    for style in root.iter("style"):
        text = str(style.text or "")[:room]
        if style.get("media", "").strip().casefold() not in _EVERYWHERE or _is_within(style):
            continue
        room -= len(text)
        for selectors, declared in _rules(_COMMENT.sub("", text).casefold())[:rules]:
            rules -= 1
            _note(hidden, selectors, declared, hides)
    return frozenset(selector for selector, is_hidden in hidden.items() if is_hidden)


def read_declarations(style: str) -> dict[str, str]:
    """Map the properties of a style to their values, without white space and case."""
    pairs = (one.partition(":") for one in style.casefold().split(";"))
    return {
        name.strip(): "".join(value.replace("!important", "").split()) for name, _, value in pairs
    }


def matches(element: etree._Element, hidden: frozenset[str]) -> bool:
    """Whether an element is what one of some selectors names."""
    if not hidden:
        return False
    names = [f".{name}" for name in element.get("class", "").casefold().split()[:50]]
    if own := element.get("id", "").casefold():
        names.append(f"#{own}")
    tag = str(element.tag)
    return any(name in hidden or tag + name in hidden for name in names)


def _note(hidden: dict[str, bool], selectors: str, declared: str, hides: Hides) -> None:
    named = [one for one in map(str.strip, selectors.split(",")) if _SIMPLE.fullmatch(one)]
    style = read_declarations(declared) if named else {}
    for selector in named:
        if hides(style):
            hidden[selector] = True
        elif not style.keys().isdisjoint(("display", "visibility", "opacity")):
            hidden[selector] = False


def _rules(css: str) -> list[tuple[str, str]]:
    """Rules that hold everywhere, each with its selectors and its declarations."""
    found: list[tuple[str, str]] = []
    before, depth, start, skipped = "", 0, 0, False
    for brace in re.finditer(r"[{}]", css):
        text = css[start : brace.start()]
        start = brace.end()
        if brace[0] == "{":
            depth += 1
            if depth == 1:
                before = text.rpartition(";")[2].strip()
                skipped = before.startswith("@")
            continue
        if depth == 1 and not skipped:
            found.append((before, text))
        depth = max(0, depth - 1)
    return found


def _is_within(style: etree._Element) -> bool:
    """Whether a style sheet is only for those without scripts."""
    return any(parent.tag in ("noscript", "template") for parent in style.iterancestors())
