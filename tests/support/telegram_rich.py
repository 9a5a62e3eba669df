"""Rich messages as the Bot API documents them: what is refused, and what the reader sees.

Telegram's own servers parse rich HTML, and nobody has their parser; so this one goes by the
documentation of ``InputRichMessage``, and where that leaves room, it is strict. Links are checked
by Telegram's own library. Descriptions of refusals name the rule.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.support.telegram_rules import (
    BUTTONS_A_ROW,
    JSON,
    bad_request,
    check_button,
    check_link,
)

CHARACTERS = 32_768
BLOCKS = 500
DEPTH = 16
COLUMNS = 20

_INLINE: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        [
            "b",
            "strong",
            "i",
            "em",
            "u",
            "ins",
            "s",
            "strike",
            "del",
            "code",
            "mark",
            "sub",
            "sup",
            "tg-spoiler",
            "br",
        ],
        frozenset(),
    ),
    "a": frozenset({"href", "name"}),
    "tg-reference": frozenset({"name"}),
    "tg-time": frozenset({"unix", "format"}),
    "tg-button": frozenset({"type", "style", "url", "data", "query", "text"}),
}
_BLOCK: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ["p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "footer", "hr", "ul", "tr", "aside"],
        frozenset(),
    ),
    "blockquote": frozenset({"expandable"}),
    "details": frozenset({"open"}),
    "table": frozenset({"bordered", "striped", "compact"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "li": frozenset({"value", "type"}),
    "tg-button-row": frozenset({"align"}),
}
_PART: dict[str, frozenset[str]] = {
    "cite": frozenset(),
    "summary": frozenset(),
    "caption": frozenset(),
    **dict.fromkeys(("td", "th"), frozenset({"colspan", "rowspan", "align", "valign"})),
}
_KNOWN = _INLINE | _BLOCK | _PART
_VOID = frozenset({"br", "hr"})
_TEXT_ONLY = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "footer", "pre"})
"""Blocks, and parts of blocks, that hold nothing but text and its formatting."""
_ONLY_IN = {
    "cite": {"blockquote", "aside"},
    "summary": {"details"},
    "caption": {"table"},
    "tr": {"table"},
    "td": {"tr"},
    "th": {"tr"},
    "li": {"ul", "ol"},
}
_HOLDS = {
    "table": {"caption", "tr"},
    "tr": {"td", "th"},
    "ul": {"li"},
    "ol": {"li"},
    "tg-button-row": {"tg-button"},
}
_ENTITIES = frozenset(
    {"lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash"}
    | {"lsquo", "rsquo", "ldquo", "rdquo"}
)
_ACTIONS = {
    "url": ("url", "url"),
    "callback_data": ("data", "callback_data"),
    "switch_inline_query": ("query", "switch_inline_query"),
    "copy_text": ("text", "copy_text"),
}


@dataclass(slots=True)
class Node:
    """An element, or the whole message, whose tag is empty."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the reader sees in it; a line break of its own for each block."""
        return "".join(self._texts())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag == "br":
                yield "\n"
            else:
                yield child.text
                yield "\n" if child.tag in _BLOCK or child.tag in ("cite", "summary") else ""

    def find(self, *tags: str) -> list[Node]:
        """Every element of some tags, in order, also within one another."""
        found = []
        for child in self.children:
            if isinstance(child, Node):
                found += [child] if child.tag in tags else []
                found += child.find(*tags)
        return found

    def without(self, *tags: str) -> Node:
        """The same without elements of some tags."""
        kept = [
            child.without(*tags) if isinstance(child, Node) else child
            for child in self.children
            if not (isinstance(child, Node) and child.tag in tags)
        ]
        return Node(self.tag, self.attributes, kept)


@dataclass(frozen=True, slots=True)
class Rich:
    """A rich message that was accepted.

    Attributes:
        root: What it holds.
        html: As it was sent.
        detects: Whether Telegram marks addresses, mentions and commands in it by itself.
    """

    root: Node
    html: str
    detects: bool

    @property
    def text(self) -> str:
        """What the reader sees."""
        return self.root.text.strip()

    @property
    def buttons(self) -> tuple[JSON, ...]:
        """The buttons within the text, as the Bot API writes those of a keyboard."""
        return tuple(_button(node) for node in self.root.find("tg-button"))

    @property
    def quotations(self) -> list[str]:
        """The text of each block quotation and right cell of a table, without credit or numbers."""
        shown = self.root.find("blockquote", "td")
        return [one.without("cite", "sup").text.strip() for one in shown]

    @property
    def credits(self) -> list[str]:
        """What is named as the source of quotations."""
        return [one.text for one in self.root.find("cite")]

    def json(self) -> JSON:
        """The Bot API's ``RichMessage``, its texts without their formatting."""
        return {"blocks": [*_blocks(self.root)]}


def rich_message(given: object) -> Rich:
    """Read an ``InputRichMessage``, refused where Telegram refuses it."""
    if not isinstance(given, dict):
        raise bad_request("object expected as rich message")
    forms = [name for name in ("html", "markdown", "blocks") if given.get(name)]
    if not forms:
        raise bad_request("rich message must be non-empty")
    if len(forms) > 1:
        raise bad_request("exactly one of html, markdown and blocks must be specified")
    if forms != ["html"]:
        raise bad_request(f"the emulator reads no {forms[0]}")
    written = str(given["html"])
    rich = Rich(_parse(written), written, not given.get("skip_entity_detection"))
    _check_limits(rich)
    return rich


def _parse(written: str) -> Node:
    parser = _Parser()
    parser.feed(written)
    parser.close()
    if len(parser.open) > 1:
        raise _unparsed(f"can't find end tag corresponding to start tag {parser.open[-1].tag!r}")
    _check_links(parser.open[0])
    return parser.open[0]


def _unparsed(why: str) -> Exception:
    return bad_request(f"can't parse rich message: {why}")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = _KNOWN.get(tag)
        if known is None:
            raise _unparsed(f"unsupported start tag {tag!r}")
        attributes = {name: value or "" for name, value in attrs}
        if unknown := attributes.keys() - known:
            raise _unparsed(f"unsupported attribute {min(unknown)!r} of {tag!r}")
        self._check_place(tag)
        node = Node(tag, attributes)
        self.open[-1].children.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def _check_place(self, tag: str) -> None:
        within = self.open[-1].tag
        if within not in _ONLY_IN.get(tag, {within}):
            raise _unparsed(f"{tag!r} cannot stand in {within or 'the message'!r}")
        if tag not in _HOLDS.get(within, {tag}):
            raise _unparsed(f"{within!r} cannot hold {tag!r}")
        above = {node.tag for node in self.open}
        if tag in _BLOCK and above & (_TEXT_ONLY | _INLINE.keys() | _PART.keys()):
            raise _unparsed(f"block {tag!r} within formatted text")
        if tag in ("a", "tg-button") and above & {"a", "tg-button"}:
            raise _unparsed(f"{tag!r} within a link or a button")
        first = not any(isinstance(one, Node) or one.strip() for one in self.open[-1].children)
        if within == "details" and (tag == "summary") != first:
            raise _unparsed("details begin with one summary")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise _unparsed(f"unmatched end tag {tag!r}, expected {self.open[-1].tag!r}")
        closed = self.open.pop()
        if tag == "details" and not closed.find("summary"):
            raise _unparsed("details begin with one summary")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise _unparsed("unescaped '<'")
        self._say(data)

    def handle_entityref(self, name: str) -> None:
        self._say(html.unescape(f"&{name};") if name in _ENTITIES else f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._say(html.unescape(f"&#{name};"))

    def handle_comment(self, data: str) -> None:
        raise _unparsed(f"unsupported comment {data!r}")

    handle_decl = handle_pi = unknown_decl = handle_comment

    def _say(self, data: str) -> None:
        here = self.open[-1]
        if here.tag in _HOLDS and data.strip():
            raise _unparsed(f"text within {here.tag!r}")
        # All white space is one blank, as in HTML: a line breaks by its tag only.
        said = data if here.tag == "pre" else re.sub(r"[ \t\r\n\f]+", " ", data)
        here.children.append(said)


def _check_links(root: Node) -> None:
    """Drop links that lead nowhere, as Telegram does, and refuse those to no place of the text."""
    named = {
        node.attributes["name"]
        for node in root.find("a", "tg-reference")
        if "name" in node.attributes
    }
    for link in root.find("a"):
        href = link.attributes.get("href")
        if href is not None and href.startswith("#"):
            if href[1:] not in named:
                raise _unparsed(f"nothing is called {href[1:]!r}")
        elif href is not None and not check_link(href):
            link.attributes.clear()


def _check_limits(rich: Rich) -> None:
    if len(rich.text.encode()) > CHARACTERS:
        raise bad_request("rich message is too long")
    if not rich.text:
        raise bad_request("rich message must be non-empty")
    if _count_blocks(rich.root) > BLOCKS:
        raise bad_request("rich message has too many blocks")
    if _depth(rich.root) - 1 > DEPTH:
        raise bad_request("rich message is nested too deeply")
    for row in rich.root.find("tr"):
        cells = (int(cell.attributes.get("colspan") or 1) for cell in row.find("td", "th"))
        if sum(cells) > COLUMNS:
            raise bad_request("rich message has a table with too many columns")
    if any(len(row.find("tg-button")) > BUTTONS_A_ROW for row in rich.root.find("tg-button-row")):
        raise bad_request("rich message has a row with too many buttons")
    for button in rich.buttons:
        check_button(button)


def _count_blocks(node: Node) -> int:
    """Blocks within blocks count too, and so does text that stands in one without a paragraph."""
    inner = [child for child in node.children if isinstance(child, Node)]
    bare = node.tag in ("blockquote", "li", "details", "aside", "") and any(
        child.strip() if isinstance(child, str) else child.tag in _INLINE for child in node.children
    )
    return sum(map(_count_blocks, inner)) + bool(bare) + (node.tag in _BLOCK)


def _depth(node: Node) -> int:
    inner = [_depth(child) for child in node.children if isinstance(child, Node)]
    return 1 + max(inner, default=0)


def _button(node: Node) -> JSON:
    kind = node.attributes.get("type", "")
    if kind not in _ACTIONS:
        raise _unparsed(f"unsupported button type {kind!r}")
    written, name = _ACTIONS[kind]
    value = node.attributes.get(written, "")
    return {"text": node.text, name: {"text": value} if name == "copy_text" else value}


def _blocks(node: Node) -> Iterator[JSON]:
    for child in node.children:
        if isinstance(child, str):
            if child.strip():
                yield {"type": "paragraph", "text": child}
            continue
        credit = [one.text for one in child.find("cite")]
        inner = {"blocks": [*_blocks(child.without("cite", "summary"))]}
        match child.tag:
            case "p":
                yield {"type": "paragraph", "text": child.text}
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                yield {"type": "heading", "text": child.text, "size": int(child.tag[1])}
            case "blockquote":
                yield {"type": "blockquote"} | inner | ({"credit": credit[0]} if credit else {})
            case "details":
                (summary,) = (one.text for one in child.find("summary")[:1])
                yield {"type": "details", "summary": summary} | inner
            case "table":
                rows = [
                    [{"text": cell.text, "align": "left", "valign": "top"} for cell in cells]
                    for cells in (row.find("td", "th") for row in child.find("tr"))
                ]
                yield {"type": "table", "cells": rows}
            case _:
                yield {"type": "paragraph", "text": child.text}
