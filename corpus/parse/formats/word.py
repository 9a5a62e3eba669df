"""Files of word processors (DOCX, ODT): paragraphs as they are printed.

What was struck out, deleted with a trace, or hidden is left out, as are remarks and footnotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml import etree

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.document import read_document
from corpus.parse.safe_xml import parse_xml
from corpus.text import squeeze

_LEFT_OUT = frozenset(("del", "moveFrom", "Fallback", "instrText"))
_STRUCK = frozenset(("strike", "dstrike", "vanish"))
_TITLES = ("title", "heading1", "berschrift1", "titre", "titel")
_MARKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OPEN_LEFT_OUT = frozenset(
    (
        *("tracked-changes", "annotation", "note", "forms", "table-of-content", "bibliography"),
        *("hidden-text", "hidden-paragraph", "ruby-text"),
    )
)
_OPEN_MARKS = {"tab": " ", "s": " ", "line-break": "\n"}
_OPEN_PARAGRAPHS = ("{*}p", "{*}h")
_EMPTY = "a document without text (Word, OpenDocument)"
_SPACE = re.compile(r"\s+")
_OFF = ("0", "false", "off", "none")


def read_word(document: bytes, core: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read the main part of a Word file, which may start with headline, byline and date.

    Args:
        document: That part.
        core: What the file says about itself.
        where: Its name, for failures.

    Raises:
        UnreadableError: It holds no text.
    """
    _, root = parse_xml(document)
    lines = [] if root is None else [_line(one) for one in root.iter("{*}p")]
    yield from _read(lines, core, where)


def read_open_document(content: bytes, meta: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read the text of an OpenDocument file, as `read_word` does."""
    _, root = parse_xml(content)
    body = None if root is None else next(root.iter("{*}text"), None)
    lines = list[str]()
    if root is not None and body is not None:
        parents, hidden = _styles(root)
        for one in body.iter(*_OPEN_PARAGRAPHS):
            if not any(map(_is_aside, one.iterancestors())):
                lines.append(_open_line(one, parents, hidden))
    yield from _read(lines, meta, where)


def _read(lines: list[str], about: bytes, where: str) -> Iterator[Article | Failure]:
    filled = [line for line in lines if line.strip("# ")]
    if not filled:
        raise UnreadableError(_EMPTY)
    _, facts = parse_xml(about) if about else ("", None)
    titles = (
        [] if facts is None else [squeeze(str(one.text or "")) for one in facts.iter("{*}title")]
    )
    title = next(iter(titles), "")
    yield from read_document("\n\n".join(filled), where=where, title=title, is_marked=True)


def _line(paragraph: etree._Element) -> str:
    text = _join(paragraph, _is_left_out, lambda one: _name(one) == "t", _MARKS)
    styles = [str(value) for one in paragraph.iter("{*}pStyle") for value in one.attrib.values()]
    is_title = any(style.casefold().endswith(_TITLES) for style in styles)
    return f"# {text}" if is_title and text else text


def _is_left_out(element: etree._Element) -> bool:
    name = _name(element)
    return name in _LEFT_OUT or (name == "r" and _is_struck(element))


def _is_struck(run: etree._Element) -> bool:
    looks = run.find("{*}rPr")
    signs = [] if looks is None else [one for one in looks if _name(one) in _STRUCK]
    return any(not set(map(str, one.attrib.values())) & set(_OFF) for one in signs)


def _styles(root: etree._Element) -> tuple[dict[str, str], set[str]]:
    """From which style each one comes, and those whose text is not to be seen."""
    parents, hidden = dict[str, str](), set[str]()
    for style in root.iter("{*}style"):
        told = _attributes(style)
        parents[told.get("name", "")] = told.get("parent-style-name", "")
        looks = [_attributes(one) for one in style.iter("{*}text-properties")]
        if any(
            one.get("display") == "none" or one.get("text-line-through-style", "none") != "none"
            for one in looks
        ):
            hidden.add(told.get("name", ""))
    return parents, hidden


def _is_aside(element: etree._Element) -> bool:
    """Whether it is no part of the text: remarks, footnotes, what describes a picture."""
    return _name(element) in _OPEN_LEFT_OUT or "svg-compatible" in str(element.tag)


def _open_line(paragraph: etree._Element, parents: dict[str, str], hidden: set[str]) -> str:
    def is_left_out(one: etree._Element) -> bool:
        return _is_aside(one) or _attributes(one).get("style-name") in hidden

    text = _join(paragraph, is_left_out, lambda _: True, _OPEN_MARKS)
    told = _attributes(paragraph)
    style = told.get("style-name", "")
    names = (style.casefold(), parents.get(style, "").casefold())
    is_title = told.get("outline-level") == "1" or any(name.endswith(_TITLES) for name in names)
    return f"# {text}" if is_title and text else text


def _join(
    paragraph: etree._Element,
    is_left_out: Callable[[etree._Element], bool],
    is_text: Callable[[etree._Element], bool],
    marks: dict[str, str],
) -> str:
    """The text of a paragraph, without that of one in it, which is read by itself.

    Args:
        paragraph: What is read.
        is_left_out: Tells elements whose text is not printed.
        is_text: Tells elements that hold text; where a paragraph itself may, so may all in it.
        marks: What empty elements stand for.
    """
    pieces: list[str] = []
    hidden = 0
    for event, one in etree.iterwalk(paragraph, events=("start", "end")):
        nested = _name(one) in ("p", "h") and one is not paragraph
        gone = nested or is_left_out(one)
        if event == "start":
            hidden += gone
            text = _SPACE.sub(" ", str(one.text or "")) if is_text(one) else ""
            pieces.append("" if hidden else marks.get(_name(one), "") + text)
            continue
        hidden -= gone
        if one is not paragraph and is_text(paragraph):
            pieces.append("" if hidden else _SPACE.sub(" ", str(one.tail or "")))
    return "".join(pieces).strip()


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2]


def _attributes(element: etree._Element) -> dict[str, str]:
    return {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()}
