"""Boxes of a page that belong to no article, or to another: captions, teasers, offers to subscribe.

Class names only weigh. What they say is believed of a small box; a vague name needs a second sign:
that the box is mostly links, or that it shares no telling word with the rest.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice, pairwise

from lxml import etree

from corpus.parse.wordlists import load_words
from corpus.shown import drop

_LISTS = "furniture.json"
_BOXES = frozenset({"div", "section", "aside", "ul", "ol", "p", "span", "small", "em", "details"})
_MOST_CAPTION_WORDS = 60
_MOST_OF_PAGE = 0.35
_LINKED = 0.5
_SHARED = 0.05
_MOST_BOXES = 60
_OFTEN = 3
_TELLING = re.compile(r"[^\W\d_]{4,}")
_LETTERS = re.compile(r"[\W\d_]+")


def drop_asides(root: etree._Element) -> None:
    """Take captions, boxes of other stories and the like out of a page, in place."""
    for element in list(root.iter("p")):
        if _is_caption(element):
            drop(element)
    named = [(one, kind) for one in root.iter(*_BOXES) if (kind := _name_kind(one))]
    # What a page calls many of its parts is how it lays out text.
    often = Counter(one.get("class", "") for one, _ in named)
    if not named:
        return
    words = max(1, len(_text([root]).split()))
    gone: set[etree._Element] = set()
    prose = 0
    for element, kind in named[:_MOST_BOXES]:
        if kind == "vague" and often[element.get("class", "")] > _OFTEN:
            continue
        if any(parent in gone for parent in islice(element.iterancestors(), 20)):
            continue
        text = _text([element])
        if element.find(".//h1") is not None or not _belongs_elsewhere(element, kind, text, words):
            continue
        prose = prose or max(1, _count_prose(root))
        if _count_prose(element) <= _MOST_OF_PAGE * prose:
            gone.add(element)
    for element in gone:
        drop(element)


def _is_caption(paragraph: etree._Element) -> bool:
    """Whether a paragraph is a picture and words set apart from text."""
    if paragraph.find(".//img") is None:
        return False
    plain = [paragraph.text or "", *(one.tail or "" for one in paragraph)]
    marked = {one.tag for one in paragraph if _text([one]).strip()}
    few = len(_text([paragraph]).split()) <= _MOST_CAPTION_WORDS
    return few and not "".join(plain).strip() and marked <= {"em", "i", "small", "span"}


def _name_kind(element: etree._Element) -> str:
    """What the class names and the id of a box say of it: "caption", "other", "vague", or nothing.

    A name is split as people write it: "wp-caption-text", "relatedStories", "most_read".
    """
    name = f"{element.get('class', '')} {element.get('id', '')}"
    if len(name) < 4 or len(name) > 300:
        return ""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = _LETTERS.sub(" ", spaced).casefold().split()
    pairs = {"".join(pair) for pair in pairwise(words)} | set(words)
    for kind in ("caption", "other", "vague"):
        if not pairs.isdisjoint(load_words(_LISTS, f"{kind}_boxes")):
            return kind
    return ""


def _belongs_elsewhere(element: etree._Element, kind: str, text: str, words: int) -> bool:
    size = len(text.split())
    if kind == "caption":
        return size <= _MOST_CAPTION_WORDS and len(element.findall(".//p")) < 3
    if element.tag in ("span", "small", "em", "p") or not size or size > _MOST_OF_PAGE * words:
        return False
    linked = len(_text(element.iter("a")).split())
    if kind == "other":
        return True
    return linked >= _LINKED * size or _is_strange(element, text)


def _count_prose(element: etree._Element) -> int:
    """Words in paragraphs: a box that holds most of them is the text, whatever it is called."""
    return sum(len(_text([one]).split()) for one in element.iter("p") if one.find(".//p") is None)


def _is_strange(element: etree._Element, text: str) -> bool:
    """Whether a box tells of other things than the text that it stands in."""
    around = element.getparent()
    own = _telling(text)
    if around is None or len(own) < 6 or len(element.findall(".//p")) < 2:
        return False
    rest = _telling(_text(one for one in around if one is not element))
    return len(rest) > len(own) and len(own & rest) <= _SHARED * len(own)


def _telling(text: str) -> set[str]:
    found = _TELLING.findall(text)
    return {word.casefold() for word in found if word[0].isupper() or len(word) > 6}


def _text(elements: Iterable[etree._Element]) -> str:
    """The words of elements, in whatever order, without scripts."""
    pieces = (
        str(piece)
        for element in elements
        for one in element.iter("*")
        for piece in (
            one.text if one.tag not in ("script", "style") else None,
            one.tail if one is not element else None,
        )
        if piece
    )
    return " ".join(" ".join(pieces).split())
