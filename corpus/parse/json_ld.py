"""What a page says about itself in JSON-LD (schema.org)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.text import squeeze, strip_markup

Node = Mapping[str, object]

_MAX_DEPTH = 8
_WRAPPERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")
_NOT_ARTICLES = frozenset({"JobPosting", "DiscussionForumPosting"})
_OPENING = re.compile(r"<!--|(?://\s*)?<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/")
_TRAILING_COMMA = re.compile(r",\s*(?=[}\]])")


@dataclass(frozen=True, slots=True)
class Linked:
    """The JSON-LD of one page.

    Attributes:
        article: The node that describes the article, empty where there is none.
        by_id: Nodes that others refer to.
    """

    article: Node
    by_id: Mapping[str, Node]

    def text(self, *keys: str) -> str:
        """The first of these properties of the article that holds text, on one line."""
        return next((text for key in keys if (text := _text(self.article.get(key)))), "")

    def long_text(self, key: str) -> str:
        """A property that may hold paragraphs or HTML, as lines."""
        value = self.article.get(key)
        return strip_markup(html.unescape(value)) if isinstance(value, str) else ""

    def names(self, key: str) -> list[str]:
        """Names of the people or organisations that a property holds or refers to."""
        return [name for item in _listed(self.article.get(key)) if (name := self._name(item))]

    def address(self) -> str:
        """The article's own address, as printed."""
        page = self.article.get("mainEntityOfPage")
        held = page.get("@id") if isinstance(page, Mapping) else page
        return _text(self.article.get("url")) or _text(held)

    def _name(self, item: object) -> str:
        if not isinstance(item, Mapping):
            return _text(item)
        referred = self.by_id.get(_text(item.get("@id")), {})
        return _text(item.get("name")) or _text(referred.get("name"))


def read_json_ld(scripts: list[str]) -> Linked:
    """Find the article among the JSON-LD scripts of a page.

    Broken scripts are passed over. Of several articles the first with a headline is taken, and
    one that calls itself an article comes before a posting.
    """
    nodes = [node for script in scripts for node in _nodes(_parse(script), 0)]
    by_id: dict[str, Node] = {}
    for node in nodes:
        # A node that only refers to another holds nothing but its id.
        if len(node) > len(by_id.get(_text(node.get("@id")), {})):
            by_id[_text(node.get("@id"))] = node
    articles = sorted(filter(_is_article, nodes), key=lambda node: not _text(node.get("headline")))
    pages = [node for node in nodes if "WebPage" in _types(node)]
    return Linked(next(iter(articles or pages), {}), by_id)


def _parse(script: str) -> object:
    text = _bare(_bare(script.strip()))
    for attempt in (text, _TRAILING_COMMA.sub("", text), html.unescape(text)):
        try:
            # Raw line breaks inside strings are common; whatever follows the first value is not.
            return json.JSONDecoder(strict=False).raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _bare(script: str) -> str:
    """Take the marks of one comment or CDATA section off both ends.

    From the end step by step, as a pattern would look for it from every blank of the script.
    """
    opening = _OPENING.match(script)
    text = script[opening.end() :] if opening else script
    end = text.rstrip().removesuffix(";").rstrip()
    if end.endswith("-->"):
        return end.removesuffix("-->").strip()
    end = end.removesuffix("*/").rstrip()
    if not end.endswith("]]>"):
        return text.strip()
    end = end.removesuffix("]]>").rstrip()
    return (end[:-2] if end.endswith(("//", "/*")) else end).strip()


def _nodes(value: object, depth: int) -> Iterator[Node]:
    """Walk the nodes that stand for the page, not those inside other properties."""
    if depth > _MAX_DEPTH:
        return
    for item in _listed(value):
        if isinstance(item, Mapping):
            yield item
            for key in _WRAPPERS:
                if isinstance(held := item.get(key), Mapping | list):
                    yield from _nodes(held, depth + 1)
            for key in ("author", "publisher"):
                yield from (node for node in _listed(item.get(key)) if isinstance(node, Mapping))


def _is_article(node: Node) -> bool:
    kinds = _types(node) - _NOT_ARTICLES
    named = any(kind.endswith(("Article", "Posting", "Report")) for kind in kinds)
    return named and bool({"headline", "datePublished", "articleBody"} & node.keys())


def _types(node: Node) -> set[str]:
    kinds = (kind for kind in _listed(node.get("@type")) if isinstance(kind, str))
    return {re.split(r"[/:#]", kind)[-1] for kind in kinds}


def _listed(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _text(value: object) -> str:
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str) and item.strip()), "")
    if not isinstance(value, str):
        return ""
    return squeeze(strip_markup(html.unescape(value)))
