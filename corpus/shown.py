"""What of a parsed page its reader sees: hidden and struck-out text goes, words stay apart.

Everything changes the tree in place and walks it once. What counts is what elements say of
themselves: attributes, inline styles, and the class names that frameworks
agree on, and the simplest rules of a page's own style sheets. Weak signs hide nothing that holds
most of a page's words, as pages unhide it by a script.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice

from lxml import etree

from corpus.styles import find_hidden, matches, read_declarations

_NEVER_SHOWN = frozenset({"template", "noscript", "del", "s", "strike"})
_ROOTS = frozenset({"html", "body", "main", "head"})
_HIDING = ("visuallyhidden", "screenreader", "sronly", "assistivetext", "elementinvisible")
_HIDING_ALONE = frozenset(
    {"hidden", "ishidden", "uhidden", "twhidden", "hide", "dnone", "displaynone", "offscreen"}
)
_BLOCKS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "fieldset",
        ),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary"),
        *("table", "td", "th", "tr", "ul"),
    )
)
_PHRASES = frozenset({"time", "button", "ins", "label", "output", "data", "meter"})
_FORMATS = frozenset({"b", "em", "font", "i", "strong", "u", "mark"})
_INLINE = _FORMATS | {"a", "abbr", "cite", "label", "q", "small", "span", "time"}
_VERBATIM = frozenset({"pre", "textarea", "script", "style", "title"})
_PARAGRAPHS = frozenset({"p", "li", "blockquote", "td", "dd"})
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
_LABEL_WORDS = 8
# However a page nests or repeats, it is walked in proportion to its length.
_MOST_COUNTS, _MOST_LEVELS, _MOST_PIECES, _MOST_MOVES = 50, 6, 40, 5000
_SHORT_CAP = 1
_FEW, _MOST_OF_PAGE = 3, 0.35


def drop_unseen(root: etree._Element) -> None:
    """Take out what no reader sees, and what is struck out."""
    titled = _holders(root)
    page = _Page(root)
    gone: set[etree._Element] = set()
    for element in list(root.iter("*")):
        parent = element.getparent()
        if parent is None or parent in gone:
            gone.update([element] if parent is not None else [])
        elif element.tag not in _ROOTS and element not in titled and page.hides(element):
            gone.add(element)
    for element in gone:
        if element.getparent() not in gone:
            drop(element)


def part_words(root: etree._Element) -> None:
    """Give text the blanks that a browser shows, and lose those that it does not.

    Line breaks of the source become blanks, words in neighbouring elements do not touch, items of a
    list in a list follow the one they stand in, and words that a sentence has in a button or a
    time are text like any other.
    """
    for element in list(root.iter(*_PHRASES)):
        if stands_in_text(element):
            element.tag = "span"  # readers of pages drop what is a control
    _lift_items(root)
    verbatim = {one for kept in root.iter(*_VERBATIM) for one in kept.iter()}
    for element in root.iter("*"):
        if element not in verbatim:
            element.text = _squeeze(element.text)
        if element.getparent() not in verbatim:
            element.tail = _squeeze(element.tail)
        if element.tag in _BLOCKS:
            element.tail = element.tail or " "
        elif element.tag in _INLINE and _is_glued(element):
            element.tail = " "
    for line_break in list(root.iter("br")):
        _join_lines(line_break)


def stands_in_text(element: etree._Element) -> bool:
    """Whether an element's words belong to the running text around it, and are no label."""
    near = islice(element.iterancestors(), _MOST_LEVELS)
    block = next((one for one in near if one.tag in _BLOCKS), None)
    if block is None or block.tag not in _PARAGRAPHS:
        return False
    around = len(_beginning(block).split()) - len(_beginning(element).split())
    return around >= _LABEL_WORDS and any(map(str.isalpha, _before(element) + (element.tail or "")))


def drop(element: etree._Element) -> None:
    """Take an element out and leave what follows it.

    What follows is not moved, which would take for ever where a thousand are taken out.
    """
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        element.clear(keep_tail=True)  # type: ignore[call-arg]
        element.tag = "span"
    else:
        parent.remove(element)


def _holders(root: etree._Element) -> set[etree._Element]:
    """Find the elements that hold a headline."""
    found: set[etree._Element] = set()
    for title in root.iter("h1"):
        for parent in title.iterancestors():
            if parent in found:
                break
            found.add(parent)
    return found


def _is_hidden(element: etree._Element) -> bool:
    """Whether an element says for certain that it is not shown."""
    if "hidden" in element.attrib or (element.tag == "dialog" and "open" not in element.attrib):
        return True
    if any(sign in _plain(element.get("class", "")) for sign in _HIDING):
        return True
    style = element.get("style")
    return bool(style) and _hides(read_declarations(style or ""))


def _may_be_hidden(element: etree._Element) -> bool:
    classes = element.get("class", "").split()
    # "hidden md:block" and "d-none d-lg-block" are shown on wide screens.
    wide = any(":" in name or name.startswith("d-") for name in classes if name != "d-none")
    if not wide and any(_plain(name) in _HIDING_ALONE for name in classes):
        return True
    style = element.get("style")
    if style and read_declarations(style).get("opacity") in ("0", "0.0", "0%"):
        return True
    # Hidden from whoever listens is a sign's twin in words; a block of its own is seen by nobody.
    return element.get("aria-hidden") == "true" and (
        element.tag in _BLOCKS or not any(map(str.isalnum, _beginning(element)))
    )


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")


def _hides(style: dict[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse"):
        return True
    if "line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", ""):
        return True
    if style.get("clip", "").startswith(("rect(0", "rect(1px")) or style.get("font-size") in (
        *("0", "0px", "0em", "0rem", "0%"),
    ):
        return True
    if style.get("clip-path", "").startswith(("inset(50%", "inset(100%")):
        return True
    away = (style.get(side, "") for side in ("left", "top", "text-indent", "margin-left"))
    if any(value.startswith(("-999", "-1000", "-200")) for value in away):
        return True
    flat = any(style.get(side) in ("0", "0px") for side in ("height", "max-height", "width"))
    return flat and style.get("overflow") == "hidden"


def _lift_items(root: etree._Element) -> None:
    """Let the items of a list in an item follow that item."""
    moves = _MOST_MOVES
    for inner in reversed(list(root.iter("ul", "ol"))):
        item = inner.getparent()
        if item is None or item.tag != "li" or item.getparent() is None or len(inner) > moves:
            continue
        moves -= len(inner)
        last = item
        for held in [one for one in inner if one.tag == "li"]:
            last.addnext(held)
            last = held


def _squeeze(text: str | None) -> str | None:
    return _SPACE.sub(" ", text) if text else text


def _is_glued(element: etree._Element) -> bool:
    """Whether an element's last word touches the first of the next, though they are two."""
    after = element.getnext()
    if element.tail or after is None or after.tag not in _INLINE:
        return False
    left, right = _beginning(element), _beginning(after)
    if not left or not right or len(left.strip()) <= _SHORT_CAP:
        return False
    end, start = _end(element)[-1:], right[0]
    if not end or not start.isalnum() or not (end.isalnum() or end in ".,:;!?”)"):
        return False
    if element.tag in _FORMATS and after.tag in _FORMATS:
        return not (end.isalpha() and start.islower())
    return max(end, start) < "\u2e80"  # scripts without blanks begin about there


def _join_lines(line_break: etree._Element) -> None:
    """Make a single line break inside a paragraph a blank where the text runs on."""
    parent, after = line_break.getparent(), line_break.getnext()
    if parent is None or parent.tag != "p" or (after is not None and after.tag == "br"):
        return
    before = line_break.getprevious()
    if before is not None and before.tag == "br" and not (before.tail or "").strip():
        return
    left, right = _before(line_break).strip(), (line_break.tail or "").strip()
    if right and (_SENTENCE.search(left) or right[0].islower()):
        line_break.tag, line_break.tail = "span", " " + (line_break.tail or "")


def _before(element: etree._Element) -> str:
    """The text between an element and whatever stands before it in the same parent."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or _end(previous)
    return (parent.text or "") if parent is not None else ""


def _beginning(element: etree._Element) -> str:
    """The first pieces of an element's text."""
    return "".join(map(str, islice(element.itertext("*"), _MOST_PIECES)))


def _end(element: etree._Element) -> str:
    """The last piece of an element's text, if it does not lie deep."""
    for _ in range(_MOST_LEVELS):
        if not len(element):
            return element.text or ""
        element = element[-1]
        if element.tail:
            return element.tail
    return ""


class _Page:
    """How much of a page an element holds; asked a bounded number of times."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._ruled = find_hidden(root, _hides)
        self._counts = {True: _MOST_COUNTS, False: _MOST_COUNTS}

    def hides(self, element: etree._Element) -> bool:
        """Whether an element is not shown, as far as its signs and its size tell."""
        if element.tag in _NEVER_SHOWN:
            return True
        sure = _is_hidden(element)
        seems = sure or matches(element, self._ruled) or _may_be_hidden(element)
        if not seems or not self._counts[sure]:
            return sure
        if sure and len(list(islice(element.iter("p"), _FEW))) < _FEW:
            return True
        self._counts[sure] -= 1
        return not self._holds_text(element) if sure else 2 * _count(element) < self._words

    def _holds_text(self, element: etree._Element) -> bool:
        """Whether most paragraphs are hidden together: a script shows them once one has agreed."""
        most = 2 * _count_prose(element) > self._prose
        return most and _count(element) > _MOST_OF_PAGE * self._words

    @cached_property
    def _words(self) -> int:
        return max(1, _count(self._root))

    @cached_property
    def _prose(self) -> int:
        return _count_prose(self._root)


def _count_prose(element: etree._Element) -> int:
    return sum(_count(one) for one in element.iter("p") if one.find(".//p") is None)


def _count(element: etree._Element) -> int:
    texts = (one for one in element.iter("*") if one.tag not in ("script", "style"))
    return sum(len((one.text or "").split()) + len((one.tail or "").split()) for one in texts)
