"""HTML as trees: text cannot become markup, whoever wrote it.

Pages are put together with lxml, which reads articles already, rather than with templates: a
template escapes what its writer remembers to, a tree everything.

Tested with the pages in `tests/bot/pages/test_article_page.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from lxml import etree, html

from bot import texts

Node: TypeAlias = etree._Element  # lxml's own name for it; it has no public one
Child: TypeAlias = "Node | str | None"

# What no XML tree may hold, and what turns the order of letters around or hides words.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", re.ASCII)


def clean(text: str) -> str:
    r"""Put a sign in place of each character that a page must not hold; no other moves.

    Example:
        >>> clean("a\x00b\u202ec")
        'a�b�c'
    """
    return _UNFIT.sub("\ufffd", text)


def make(tag: str, *children: Child, **attributes: str | None) -> Node:
    """Make an element.

    Args:
        tag: Its name.
        children: Elements and text, in order; what is None or empty is left out.
        attributes: Of which those are left out that are None. A name may end in "_", as ``class_``
            has to; any other "_" stands for "-".
    """
    node: Node = html.Element(tag)
    for name, value in attributes.items():
        if value is not None:
            node.set(name.removesuffix("_").replace("_", "-"), clean(value))
    return add(node, *children)


def add(node: Node, *children: Child) -> Node:
    """Put more into an element, behind what it holds."""
    for child in children:
        if isinstance(child, str):
            if len(node):
                node[-1].tail = (node[-1].tail or "") + clean(child)
            else:
                node.text = (node.text or "") + clean(child)
        elif child is not None:
            node.append(child)
    return node


def link(label: str, to: str, **attributes: str | None) -> Node:
    """Make a link to a page or a place of ours."""
    return make("a", label, href=to, **attributes)


def read_language(code: str) -> str | None:
    """A language as an attribute names it; None for what is no language's code."""
    return code if _LANGUAGE.fullmatch(code) else None


def hold_data(data: Mapping[str, object]) -> Node:
    """Put data for programs into a page (JSON-LD); nothing of it can end the element."""
    written = json.dumps(data, ensure_ascii=True)
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    node = make("script", type="application/ld+json")
    node.text = written
    return node


@dataclass(frozen=True, slots=True)
class Static:
    """A file that pages need.

    Attributes:
        name: Under which it is served; another for another content.
        kind: Its media type.
        content: What it holds.
    """

    name: str
    kind: str
    content: bytes


@cache
def load_static(file: str) -> Static:
    """Read one of the files beside this module."""
    content = files("bot").joinpath("pages", "static", file).read_bytes()
    stem, _, end = file.rpartition(".")
    kind = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}[end]
    return Static(f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{end}", kind, content)


def write_page(
    title: str,
    body: Iterable[Child],
    *,
    root: str,
    app: bool = False,
    head: Iterable[Node] = (),
) -> bytes:
    """Write a whole page, in the language that is spoken.

    Args:
        title: Of the window.
        body: What it shows.
        root: Path under which all pages lie, without a slash at the end.
        app: Whether it is to be shown within Telegram as well, which takes a script.
        head: What else its head holds.
    """
    style, script = load_static("page.css"), load_static("app.js")
    page = make(
        "html",
        make(
            "head",
            make("meta", charset="utf-8"),
            make("meta", name="viewport", content="width=device-width, initial-scale=1"),
            make("title", title),
            make("meta", name="robots", content="noindex, nofollow, noarchive"),
            make("meta", name="referrer", content="no-referrer"),
            make("meta", name="color-scheme", content="light dark"),
            make("link", rel="stylesheet", href=f"{root}/{style.name}"),
            make("script", src=f"{root}/{script.name}", defer="defer") if app else None,
            *head,
        ),
        make("body", *body),
        lang=texts.get_language(),
    )
    written: bytes = html.tostring(page, encoding="utf-8", doctype="<!doctype html>")
    return written
