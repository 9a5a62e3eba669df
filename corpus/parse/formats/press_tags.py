"""What Factiva exports with a tag for every field (HD, BY, PD, ...), as text or once a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby

from corpus.article import Article
from corpus.dates import parse_time
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.records import read_record
from corpus.text import squeeze

_TAGS = (
    *("CLM", "SE", "HD", "BY", "CR", "WC", "PD", "ET", "SN", "SC", "ED", "PG", "VOL", "LA", "CY"),
    *("LP", "TD", "CT", "RF", "ART", "CO", "IN", "NS", "RE", "IPC", "IPD", "PUB", "AN"),
)
"""In the order in which they stand."""
_FIRST = frozenset(("CLM", "SE", "HD"))
_NEEDED = frozenset(("HD", "PD", "SN"))
# A sentence may begin with "IN"; behind a tag stand two blanks, a tab, or nothing.
_TAG = re.compile(rf"({'|'.join(_TAGS)})(?:(?: {{2}}|\t)(.*)|[ \t]*)")
_SAMPLE_LINES = 400

_NAMED = (
    "english=en german=de french=fr spanish=es italian=it dutch=nl portuguese=pt polish=pl",
    "russian=ru swedish=sv danish=da norwegian=no finnish=fi turkish=tr arabic=ar chinese=zh",
    "japanese=ja korean=ko czech=cs hungarian=hu deutsch=de français=fr español=es italiano=it",
)
LANGUAGES = dict(pair.split("=") for line in _NAMED for pair in line.split()) | {
    "chinese - simplified": "zh",
    "chinese - traditional": "zh",
}
"""By the names that press databases write, in small letters."""

_Fields = dict[str, list[str]]


def opens_press_tags(lines: list[str]) -> bool:
    """Tell an export by its tags, from how it begins."""
    tags = {found[1] for line in lines[:_SAMPLE_LINES] if (found := _TAG.fullmatch(line.rstrip()))}
    return tags >= _NEEDED and not tags.isdisjoint(("LP", "TD"))


def read_press_tags(lines: list[str], *, where: str) -> Iterator[Article | Failure]:
    """Read the articles of an export, each by itself ("FILE:NUMBER" where it fails)."""
    for number, fields in enumerate(_cut(lines), start=1):
        yield attempt(partial(_read, fields), f"{where}:{number}", fatal=(MemoryError,))


def write_name(names: str) -> str:
    """Names as people write them, where they are printed in capitals.

    Example:
        >>> write_name("By ANN ASH")
        'By Ann Ash'
    """
    return names.title() if names.isupper() or names[3:].isupper() else names


def _cut(lines: list[str]) -> Iterator[_Fields]:
    fields: _Fields = {}
    tag = ""
    for line in lines:
        found = _TAG.fullmatch(line.rstrip())
        known = found[1] if found else ""
        if known in _FIRST and not _FIRST.isdisjoint(fields) and not _follows(known, tag):
            yield fields
            fields, tag = {}, ""
        if found and _follows(known, tag):
            tag = known
            fields[tag] = [found[2] or ""]
        elif tag:
            fields[tag].append(line)
    if fields:
        yield fields


def _follows(tag: str, before: str) -> bool:
    return not before or _TAGS.index(tag) > _TAGS.index(before)


def _read(fields: Mapping[str, list[str]]) -> Article:
    told = {tag: squeeze(" ".join(lines)) for tag, lines in fields.items()}
    paragraphs = [*_paragraphs(fields.get("LP", [])), *_paragraphs(fields.get("TD", []))]
    if not paragraphs:
        raise UnreadableError("no text in this document (LP, TD)")
    return read_record(
        {
            "headline": told.get("HD"),
            "body": paragraphs,
            "authors": write_name(told.get("BY", "")),
            "publisher": told.get("SN"),
            "published": _when(told.get("PD", ""), told.get("ET", "")),
            "section": told.get("SE"),
            "language": LANGUAGES.get(told.get("LA", "").casefold(), ""),
            "credit": told.get("CR"),
        }
    )


def _paragraphs(lines: list[str]) -> list[str]:
    """Lines between blank ones; from pages, a line is a paragraph and there are no blank ones."""
    parts = groupby(lines, key=lambda line: bool(line.strip()))
    return [squeeze(" ".join(group)) for filled, group in parts if filled]


def _when(day: str, hour: str) -> str:
    return f"{day} {hour}" if hour and parse_time(f"{day} {hour}") else day
