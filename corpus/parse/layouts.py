"""How programs lay articles out in JSON: lists in wrappers, records in records, text in runs."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from corpus.errors import UnreadableError

_WRAPPERS = (
    "articles", "items", "results", "messages", "data", "entries", "posts", "stories", "news",
    "records", "documents", "docs", "hits", "response", "value", "rows", "list", "@graph",
)  # fmt: skip
_MOST_WRAPPERS = 4
_OWN_TEXT = ("text", "body", "content", "articleBody")
_INNER = ("_source", "item", "node", "attributes", "fields", "article", "post", "story")
_JSON_FEED = "jsonfeed.org/version/"
_RUN_KEYS = ("text", "content", "value", "html")
_BLOCKS = frozenset(("p", "paragraph", "heading", "blockquote", "list", "list_item"))
_CUT_CHARS = 20
_LISTED_CHARS = 2000


def unwrap(found: object) -> list[object] | None:
    """The records that a document holds, with what it says of them all; None where it is one.

    Raises:
        UnreadableError: It is the bookmarks of a browser.

    Example:
        >>> unwrap({"status": "ok", "articles": [{"title": "Owl"}]})
        [{'title': 'Owl'}]
    """
    shared: dict[str, object] = {}
    inner = found
    for _ in range(_MOST_WRAPPERS):
        if not isinstance(inner, Mapping) or any(map(inner.get, _OWN_TEXT)):
            break
        if {"checksum", "roots"} <= inner.keys() or inner.get(
            "type"
        ) == "text/x-moz-place-container":
            raise UnreadableError(_name_bookmarks(inner))
        if _JSON_FEED in str(inner.get("version", ""))[:100]:
            shared = {"publisher": inner.get("title"), "language": inner.get("language")}
        held = [inner[name] for name in _WRAPPERS if _wraps(inner.get(name))]
        if not held:
            return None
        inner = held[0]
    if not isinstance(inner, list):
        return None
    told = [one for one in inner if isinstance(one, Mapping) and one.get("articleBody")]
    kept = told if told and any("@type" in one for one in told) else inner
    return [shared | dict(one) if isinstance(one, Mapping) else one for one in kept]


def _name_bookmarks(found: object) -> str:
    """Say what a browser's bookmarks are, and how many."""
    links, todo = set[str](), [found]
    while todo:
        one = todo.pop()
        if isinstance(one, Mapping):
            links |= {str(one.get(key)) for key in ("url", "uri") if one.get(key)}
            todo += list(one.values())
        elif isinstance(one, list):
            todo += one
    return f"a browser's bookmarks: only links here ({len(links)}); add the addresses"


def flatten(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Lift out the record that another one holds, and the values that MongoDB writes with a type.

    Example:
        >>> flatten({"_id": 7, "_source": {"title": "Owl", "seen": {"$date": "2031-03-04"}}})
        {'_id': 7, 'title': 'Owl', 'seen': '2031-03-04'}
    """
    flat = dict(fields)
    for name in _INNER:
        inner = flat.get(name)
        if isinstance(inner, Mapping):
            del flat[name]
            flat |= inner
    return {name: _untyped(value) for name, value in flat.items()}


def join_runs(parts: list[object]) -> str:
    """Join text that is a list: of paragraphs, of runs of a paragraph, or of forms of one text.

    Example:
        >>> join_runs([{"type": "bold", "text": "Owl"}, " seen."])
        'Owl seen.'
    """
    objects = [part for part in parts if isinstance(part, Mapping)]
    if not objects:
        return "\n".join(part for part in parts if isinstance(part, str))
    if "contenttype" in objects[0]:
        return _run(objects[0])
    mixed = len(objects) < len(parts)
    runs = mixed or all("text" in one and one.get("type") not in _BLOCKS for one in objects)
    return ("" if runs else "\n").join(map(_run, parts))


def find_cut(text: str) -> str:
    """The mark by which an interface says that this is only a beginning, or an empty string.

    Example:
        >>> find_cut("The owl sat on th… [+1210 chars]")
        '[+1210 chars]'
    """
    _, mark, count = text.rstrip()[-_CUT_CHARS:].rpartition("[")
    number = count.removesuffix(" chars]")
    return mark + count if number != count and number.removeprefix("+").isdigit() else ""


def parse_list(text: str) -> list[object] | None:
    """The list that a program printed as it prints lists of its own; None for other text.

    Example:
        >>> parse_list("['Ann Ash', 'Bo Birch']")
        ['Ann Ash', 'Bo Birch']
    """
    if not (text.startswith("[") and text.endswith("]") and len(text) <= _LISTED_CHARS):
        return None
    try:
        found = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return found if isinstance(found, list) else None


def _wraps(value: object, most: int = _MOST_WRAPPERS) -> bool:
    if isinstance(value, list):
        return not value or any(isinstance(one, Mapping) for one in value)
    if not most or not isinstance(value, Mapping):
        return False
    return any(_wraps(value.get(name), most - 1) for name in _WRAPPERS)


def _untyped(value: object) -> object:
    for _ in range(2):  # a date holds a number
        if isinstance(value, Mapping) and len(value) == 1:
            ((name, inner),) = value.items()
            value = inner if str(name).startswith("$") else value
    return value


def _run(part: object) -> str:
    if isinstance(part, Mapping):
        held = (part[key] for key in _RUN_KEYS if isinstance(part.get(key), str))
        return str(next(held, ""))
    return part if isinstance(part, str) else ""
