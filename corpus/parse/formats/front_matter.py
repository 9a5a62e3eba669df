"""Markdown notes with what is known of them on top, as clippers of web pages write them."""

from __future__ import annotations

from dataclasses import replace

from corpus.article import Article
from corpus.parse.clipping import read_clipping
from corpus.parse.records import read_record

_FENCES = {b"---": ":", b"+++": "="}
"""Lines around what is known, and what parts a name from a value there (YAML, TOML)."""
_MAX_LINES = 200


def opens_note(head: bytes) -> bool:
    """Tell a note by the lines between two fences: keys with values, and lists."""
    lines = head.splitlines()[:_MAX_LINES]
    fence = lines[0].rstrip() if lines else b""
    if fence not in _FENCES:
        return False
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == fence), 0)
    return end > 1 and _FENCES[fence].encode() in lines[1]


def read_note(text: str) -> Article:
    """Read a note: facts from its top, text from what follows.

    ``source`` is an address where it is one, else the publisher. ``created`` says when the page was
    clipped, which is no day of publication.

    Raises:
        UnreadableError: There is no text.
    """
    top, body, sign = _part(text)
    facts = _read_facts(top, sign)
    if "://" in str(facts.get("source", "")):
        facts["url"] = facts.pop("source")
    title = facts.get("title") or facts.get("headline")
    marked = f"# {title}\n\n{body}" if isinstance(title, str) and title else body
    article = read_clipping(marked)
    told = read_record({**facts, "text": article.body, "encodingFormat": "text/plain"})
    return replace(
        told,
        headline=told.headline if title else article.headline,
        authors=told.authors or article.authors,
        publisher=told.publisher or article.publisher,
        published=told.published or article.published,
        day_only=told.day_only if told.published else article.day_only,
        credit=article.credit,
    )


def _part(text: str) -> tuple[list[str], str, str]:
    lines = text.lstrip("\ufeff").splitlines()
    fence = lines[0].rstrip()
    end = next((n for n, line in enumerate(lines[1:], start=1) if line.rstrip() == fence), 0)
    return lines[1:end], "\n".join(lines[end + 1 :]), _FENCES.get(fence.encode(), ":")


def _read_facts(lines: list[str], sign: str) -> dict[str, object]:
    """Read the little of YAML or TOML that notes use: values, lists, values over lines."""
    facts: dict[str, object] = {}
    key = ""
    for line in lines:
        name, colon, value = line.partition(sign)
        if line[:1] in (" ", "-") and key:
            item = line.strip()
            if item.startswith("-"):
                held = facts[key]
                facts[key] = [*(held if isinstance(held, list) else []), _value(item[1:])]
            elif isinstance(facts[key], str):
                facts[key] = f"{facts[key]} {item}".strip(" >|")
        elif colon:
            key = name.strip()
            facts[key] = _values(value)
    return facts


def _values(text: str) -> object:
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]") and not inner.startswith("[["):
        return [_value(item) for item in inner[1:-1].split(",")]
    return _value(text)


def _value(text: str) -> str:
    """A value without its quotation marks, and a name without those of a link to a note."""
    bare = text.strip()
    if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'":
        bare = bare[1:-1].replace('\\"', '"').replace("''", "'")
    if bare.startswith("[[") and bare.endswith("]]"):
        bare = bare[2:-2].rpartition("|")[2]
    return bare
