"""What press databases (LexisNexis, Factiva) export as text: many articles in one file.

The first lines of an article say where, when and by whom; labelled lines stand before and after the
text. Nothing else parts the articles but the lines that count or end them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from corpus.article import Article
from corpus.dates import Published, parse_time
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse import byline
from corpus.parse.records import read_record
from corpus.text import split_lines

_COUNT = re.compile(r"(?:Document )?\d{1,6} of \d{1,6}(?: DOCUMENTS?)?", re.IGNORECASE)
_END = "end of document"
_NUMBER = re.compile(r"Document [A-Za-z0-9]{15,40}")
_LABEL = re.compile(r"([A-Z][A-Za-z-]{2,19}):(?: |$)")
_WORDS = re.compile(r"[\d,.]{1,9} words", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9]{2,8}|[\d ]{1,4}")
_BEFORE = frozenset(
    ("byline", "section", "length", "dateline", "highlight", "series", "source", "author")
)
_AFTER = frozenset(
    (
        "load-date",
        "language",
        "publication-type",
        "subject",
        "organization",
        "company",
        "ticker",
        "industry",
        "person",
        "geographic",
        "journal-code",
        "graphic",
        "type",
        "url",
        "acc-no",
    )
)
_LANGUAGES = {"english": "en", "german": "de", "french": "fr", "spanish": "es", "italian": "it"}
_SAMPLE = 1 << 15
_HEAD_LINES = 12


@dataclass(slots=True)
class _Facts:
    headline: list[str] = field(default_factory=list)
    publisher: str = ""
    when: Published | None = None
    labels: dict[str, str] = field(default_factory=dict)
    language: str = ""


def opens_press_texts(head: bytes) -> bool:
    """Tell an export by a count on top, or by lines that end articles beside labelled ones."""
    text = head[:_SAMPLE].decode(errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    first = next(filter(None, lines), "")
    if "DOCUMENT" in first.upper() and _COUNT.fullmatch(first):
        return True
    ends = any(line.casefold() == _END or _NUMBER.fullmatch(line) for line in lines)
    return ends and any(_WORDS.fullmatch(line) or _label(line)[0] == "length" for line in lines)


def read_press_texts(text: str, *, where: str) -> Iterator[Article | Failure]:
    """Read the articles of an export, each by itself ("FILE:NUMBER" where it fails)."""
    for number, lines in enumerate(_cut(split_lines(text)), start=1):
        yield attempt(partial(_read, lines), f"{where}:{number}", fatal=(MemoryError,))


def _cut(lines: list[str]) -> Iterator[list[str]]:
    kept: list[str] = []
    counted = any(_COUNT.fullmatch(line) and "OCUMENT" in line.upper() for line in lines)
    for line in lines:
        begins = counted and _COUNT.fullmatch(line)
        if begins or line.casefold() == _END or (not counted and _NUMBER.fullmatch(line)):
            if any(kept):
                yield kept
            kept = []
        else:
            kept.append(line)
    if any(kept):
        yield kept


def _read(lines: list[str]) -> Article:
    groups = _group(lines)
    facts, body = _Facts(), list[str]()
    is_body = False
    for group in groups:
        name, value = _label(group[0])
        if name in _BEFORE and not body:
            facts.labels.setdefault(name, " ".join([value, *group[1:]]).strip())
            is_body = True
        elif name in _AFTER:
            facts.labels.setdefault(name, " ".join([value, *group[1:]]).strip())
            is_body = False if body else is_body
        elif name == "body":
            body += [value] * bool(value) + group[1:]
            is_body = True
        elif _is_rights(group[0]):
            continue
        elif is_body:
            body.append(" ".join(group))
        elif not body:
            is_body = _take_head(facts, group)
    return _article(facts, body)


def _take_head(facts: _Facts, group: list[str]) -> bool:
    """Take the facts from a group of lines above the text; whether the text comes next."""
    ended = False
    for line in group[:_HEAD_LINES]:
        when = parse_time(_day(line)) if any(map(str.isdigit, line)) and len(line) < 60 else None
        if _WORDS.fullmatch(line):
            ended = True
        elif when and not facts.when:
            facts.when = when
        elif line.casefold() in _LANGUAGES:
            facts.language = _LANGUAGES[line.casefold()]
        elif byline.is_byline(line):
            facts.labels.setdefault("byline", line)
        elif not (_CODE.fullmatch(line) or _is_rights(line) or line.endswith(" Edition")):
            facts.headline.append(line)
    return ended and bool(facts.when)


def _article(facts: _Facts, body: list[str]) -> Article:
    if not body:
        raise UnreadableError("no text between the labels of this document")
    headline, publisher = _sort_head(facts)
    who = facts.labels.get("byline") or facts.labels.get("author", "")
    when = facts.when or parse_time(_day(facts.labels.get("load-date", "")))
    language = facts.labels.get("language", "").split(";")[0].strip().casefold()
    return read_record(
        {
            "headline": headline,
            "body": body,
            "authors": _cased(who),
            "publisher": publisher,
            "published": _written(when),
            "url": facts.labels.get("url"),
            "section": facts.labels.get("section", "").split(";")[0],
            "language": facts.language or _LANGUAGES.get(language, ""),
        }
    )


def _sort_head(facts: _Facts) -> tuple[str, str]:
    """Which of the lines above the text is the headline: the longest; the shorter is the paper."""
    lines = facts.headline[:4]
    named = [line for line in lines if byline.is_outlet(line)]
    publisher = named[0] if named else lines[0] if len(lines) > 1 else ""
    rest = [line for line in lines if line != publisher]
    return (max(rest, key=len) if rest else ""), publisher


def _group(lines: list[str]) -> list[list[str]]:
    """Lines between blank ones; a labelled line begins a group of its own."""
    groups: list[list[str]] = []
    blank = True
    for line in lines:
        if line:
            if blank or _label(line)[0] in _BEFORE | _AFTER | {"body"}:
                groups.append([])
            groups[-1].append(line)
        blank = not line
    return groups


def _label(line: str) -> tuple[str, str]:
    found = _LABEL.match(line)
    if line == "Body":
        return "body", ""
    return (found[1].casefold(), line[found.end() :].strip()) if found else ("", "")


def _day(line: str) -> str:
    """A day without the name of the weekday or the time behind it: "March 5, 2031 Tuesday"."""
    words = line.split()
    ends = [n for n, word in enumerate(words) if word.strip(",").isdigit() and len(word) >= 4]
    return " ".join(words[: ends[0] + 1]) if ends else line


def _is_rights(line: str) -> bool:
    return line.startswith(("Copyright ", "(c) ", "© ", "All Rights Reserved"))


def _cased(names: str) -> str:
    """Names as people write them, where they are printed in capitals."""
    return names.title() if names.isupper() or names[3:].isupper() else names


def _written(when: Published | None) -> str:
    if when is None:
        return ""
    return when.time.date().isoformat() if when.day_only else when.time.isoformat()
