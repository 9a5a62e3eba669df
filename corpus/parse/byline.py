"""Names as bylines print them: "By Jane Doe, Political Editor, and John Roe in Geneva"."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from corpus.address import find_host
from corpus.parse.wordlists import load_words
from corpus.text import squeeze

_LISTS = "bylines.json"
_BY = re.compile(
    r"(?:(?:story|written|words|reported|reporting|report|text|posted|published|authored) )?by\b"
    r"[\s:]*|author:\s*",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(r"https?://\S+|www\.\S+|\S{1,64}@\S+|(?<!\w)@\w+|\([^()]*\)|<[^<>]*>")
_BETWEEN = re.compile(
    r"(?:(?<!\s)\s++)?[,;|•·]\s*(?:and\s+|&\s+)?|(?<!\s)\s++(?:and|&|with)\s+", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.IGNORECASE)
_PLACE = re.compile(r"(?<=\w),?\s+(?:in|at)\s+[A-Z][\w .'’-]*$")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_MAX_CHARS = 80
_MAX_LINE = 1000


def read_names(text: str) -> tuple[str, ...]:
    """Split a byline into names as printed, without "By", roles, addresses and places.

    Example:
        >>> read_names("By Jane Doe, Political Editor, and John Roe in Geneva")
        ('Jane Doe', 'John Roe')
    """
    line = _NOT_NAME.sub(" ", squeeze(html.unescape(text[:_MAX_LINE])))
    parts: list[str] = []
    for part in _BETWEEN.split(drop_by(squeeze(line))):
        if parts and _SUFFIX.fullmatch(part):
            parts[-1] += f", {part}"
        elif any(map(str.isalpha, name := squeeze(_bare(part)))):
            parts.append(name)
    return keep_distinct(parts)


def drop_by(line: str) -> str:
    """Drop "By", "Story by" and the like from the start."""
    start = 0
    while label := _BY.match(line, start):
        start = label.end()
    return line[start:]


def keep_distinct(found: Iterable[str]) -> tuple[str, ...]:
    """Drop repeated names, whatever their case; the first spelling stays."""
    spelled: dict[str, str] = {}
    for name in found:
        spelled.setdefault(name.casefold(), name)
    return tuple(spelled.values())


def is_byline(line: str) -> bool:
    """Tell "By Jane Doe and John Roe" from "By Tuesday the fire was out."."""
    label = _BY.match(line)
    return is_names(line[label.end() :]) if label else False


def is_names(line: str) -> bool:
    """Tell whether a line holds nothing but names of people, and what goes with names."""
    rest = squeeze(_NOT_NAME.sub(" ", line))
    found = [part for part in _BETWEEN.split(_PLACE.sub("", rest)) if part]
    return 0 < len(found) <= 12 and all(_looks_named(part) for part in found)


def is_outlet(name: str) -> bool:
    """Tell "Example News" and "example.org" from a person's name."""
    last = name.casefold().split()[-1:]
    return is_host(name) or (bool(last) and last[0] in load_words(_LISTS, "outlet_words"))


def is_host(text: str) -> bool:
    """Tell a bare host name ("news.example.org") from other text."""
    return bool(_HOST.fullmatch(text))


def is_section(line: str) -> bool:
    """Tell a section line ("World / Asia-Pacific", "Opinion") from a headline."""
    parts = [part.strip() for part in re.split(r"(?:(?<!\s)\s++)?[/>»›|]\s*", line) if part.strip()]
    known = [part.casefold() in load_words(_LISTS, "sections") for part in parts]
    short = all(len(part.split()) <= 3 for part in parts)
    return bool(parts) and (all(known) or (len(parts) > 1 and short and any(known)))


def read_host(url: str | None) -> str | None:
    """Name the host of an address without "www.", or None."""
    try:
        return find_host(url) if url else None
    except ValueError:
        return None


def drop_place(line: str) -> str:
    """Drop where somebody reported from: "Jane Doe in Geneva"."""
    return _PLACE.sub("", line)


def _bare(part: str) -> str:
    """Reduce one part of a byline to a name, or to nothing where it is a role."""
    name = squeeze(_PLACE.sub("", part)).strip(" -–—:/*_")
    while (label := _BY.match(name)) or not name:
        if not name or not label:
            return ""
        name = name[label.end() :]
    return _without_role(name) if len(name) <= _MAX_CHARS else ""


def _without_role(name: str) -> str:
    tokens = name.split()
    roles, adjectives = load_words(_LISTS, "roles"), load_words(_LISTS, "role_adjectives")
    if name.casefold() in roles or re.match(rf"(?:{_any(roles)}) (?:at|of|for) ", name, re.I):
        return ""
    if tokens[-1].casefold().strip(".") not in roles:
        return name
    tokens.pop()
    while tokens and tokens[-1].casefold().strip(".") in adjectives | roles:
        tokens.pop()
    return " ".join(tokens) if len(tokens) > 1 else ""


def _any(alternatives: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(alternatives))


def _looks_named(part: str) -> bool:
    tokens = part.split()
    if not 1 <= len(tokens) <= 6 or (part.endswith((".", "!", "?")) and len(tokens[-1]) > 4):
        return False
    if not any(token[0].isupper() for token in tokens):
        return is_host(part) or part.casefold() in load_words(_LISTS, "roles")
    particles = load_words(_LISTS, "particles")
    return not any(
        token[0].isdigit() or (token[0].islower() and token.casefold() not in particles)
        for token in tokens
    )
