"""Word files (DOCX): paragraphs as they stand, without what was struck out."""

from __future__ import annotations

from lxml import etree

from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.parse.clipping import read_clipping
from corpus.parse.safe_xml import parse_xml

_LEFT_OUT = frozenset(("del", "moveFrom", "Fallback", "instrText"))
_TITLES = ("title", "heading1", "berschrift1", "titre", "titel")
_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_word(document: bytes) -> Article:
    """Read the main part of a Word file, which may start with headline, byline and date.

    Raises:
        UnreadableError: It holds no text.
    """
    _, root = parse_xml(document)
    lines = [] if root is None else [line for line in map(_line, root.iter("{*}p")) if line]
    if not lines:
        raise UnreadableError("a Word file without text")
    return read_clipping("\n\n".join(lines))


def _line(paragraph: etree._Element) -> str:
    text = "".join(_pieces(paragraph)).strip()
    styles = [str(value) for one in paragraph.iter("{*}pStyle") for value in one.attrib.values()]
    is_title = any(style.casefold().endswith(_TITLES) for style in styles)
    return f"# {text}" if is_title and text else text


def _pieces(paragraph: etree._Element) -> list[str]:
    pieces: list[str] = []
    hidden = 0
    for event, one in etree.iterwalk(paragraph, events=("start", "end")):
        name = str(one.tag).rpartition("}")[2].rpartition(":")[2]
        nested = name == "p" and one is not paragraph  # in a frame: read by itself
        hidden += (name in _LEFT_OUT or nested) * (1 if event == "start" else -1)
        if event == "start" and not hidden:
            pieces.append(str(one.text or "") if name == "t" else _MARKS.get(name, ""))
    return pieces
