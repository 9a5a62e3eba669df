"""What press databases (LexisNexis, Factiva) export as text or page: many articles in one file.

The first lines of an article say where, when and by whom; labelled lines stand before and after the
text. Nothing else parts the articles but the lines that count or end them. A page is read as its
lines; where each field has a tag, see `press_tags`.
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
from corpus.parse.boilerplate import is_sentence
from corpus.parse.formats.press_tags import LANGUAGES, opens_press_tags, read_press_tags, write_name
from corpus.parse.records import read_record
from corpus.text import split_lines, strip_markup

_COUNT = re.compile(r"(?:Document )?\d{1,6} of \d{1,6}(?: DOCUMENTS?)?", re.IGNORECASE)
_END = "end of document"
_NUMBER = re.compile(r"Document [A-Za-z0-9]{15,40}")
_LABEL = re.compile(r"([A-Z][A-Za-z-]{2,19}):(?: |$)")
_WORDS = re.compile(r"[\d,.]{1,9} (?:words|wörter|mots|palabras|parole|woorden)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z0-9]{2,8}|[\d ]{1,4}")
_BEFORE = frozenset(
    ("byline", "section", "length", "dateline", "highlight", "series", "source", "author")
)
_AFTER = frozenset(
    (
        *("load-date", "language", "publication-type", "subject", "organization", "company"),
        *("ticker", "industry", "person", "geographic", "journal-code", "graphic", "type", "url"),
        *("acc-no", "classification", "notes"),
    )
)
_ALONE = {name.title(): name for name in ("body", "classification", "graphic", "notes")}
"""Titles of the parts of an article."""
_MARKUP = re.compile(r"<[^<>]*>|&nbsp;")
_MARGIN = 55
"""A headline that goes on in the next line is at least so long."""
_SAMPLE = 1 << 15
_HEAD_LINES = 12


@dataclass(slots=True)
class _Facts:
    """What stands above the text.

    Attributes:
        titles: Lines that may be headline or paper.
        above: How many of them stand above the day.
        counted: Whether a line says how many words there are.
    """

    titles: list[str] = field(default_factory=list)
    above: int = 0
    counted: bool = False
    when: Published | None = None
    labels: dict[str, str] = field(default_factory=dict)
    language: str = ""


def opens_press_texts(head: bytes) -> bool:
    """Tell an export by a count on top, or by lines that end articles beside labelled ones."""
    text = head[:_SAMPLE].decode(errors="replace")
    is_page = text.lstrip("\ufeff \t\r\n").startswith("<")
    return _opens(_MARKUP.sub("\n", text) if is_page else text, is_page=is_page)


def _opens(text: str, *, is_page: bool) -> bool:
    if opens_press_tags(text.splitlines()):
        return True
    lines = [line.strip() for line in text.splitlines()]
    first = next(filter(None, lines), "")
    if any(map(_is_count, lines if is_page else [first])):
        return True
    ends = any(line.casefold() == _END or _NUMBER.fullmatch(line) for line in lines)
    return ends and any(_WORDS.fullmatch(line) or _label(line)[0] == "length" for line in lines)


def read_press_texts(text: str, *, where: str) -> Iterator[Article | Failure]:
    """Read the articles of an export, each by itself ("FILE:NUMBER" where it fails)."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        text = strip_markup(text).replace("\n", "\n\n")
    if opens_press_tags(text.splitlines()):
        yield from read_press_tags(text.splitlines(), where=where)
        return
    for number, lines in enumerate(_cut(split_lines(text)), start=1):
        yield attempt(partial(_read, lines), f"{where}:{number}", fatal=(MemoryError,))


def _cut(lines: list[str]) -> Iterator[list[str]]:
    kept: list[str] = []
    counted = any(map(_is_count, lines))
    first = next((n for n, line in enumerate(lines) if _is_count(line)), 0)
    for line in lines[first:]:
        begins = counted and _COUNT.fullmatch(line)
        if begins or line.casefold() == _END or (not counted and _NUMBER.fullmatch(line)):
            if any(kept):
                yield kept
            kept = []
        else:
            kept.append(line)
    if any(kept):
        yield kept


def _is_count(line: str) -> bool:
    return "DOCUMENT" in line.upper() and bool(_COUNT.fullmatch(line))


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
            is_body = is_body or (not body and facts.counted)
        elif is_body or (not body and _opens_text(facts, group)):
            is_body = True
            body.append(" ".join(group))
        elif not body:
            is_body = _take_head(facts, group)
    return _article(facts, body)


def _opens_text(facts: _Facts, group: list[str]) -> bool:
    """Whether the text begins here, though no line says so: everything else has been told."""
    return facts.counted and facts.when is not None and is_sentence(group[0])


def _take_head(facts: _Facts, group: list[str]) -> bool:
    """Take the facts from a group of lines above the text; whether the text comes next."""
    before = ""
    for line in group[:_HEAD_LINES]:
        when = parse_time(_day(line)) if any(map(str.isdigit, line)) and len(line) < 60 else None
        is_title = False
        if _WORDS.fullmatch(line):
            facts.counted = True
        elif when and not facts.when:
            facts.when, facts.above = when, len(facts.titles)
        elif line.casefold() in LANGUAGES:
            facts.language = LANGUAGES[line.casefold()]
        elif byline.is_byline(line):
            facts.labels.setdefault("byline", line)
        elif not (_CODE.fullmatch(line) or _is_rights(line) or line.endswith(" Edition")):
            is_title = True
            goes_on = len(before) >= _MARGIN
            facts.titles[-1:] = [f"{before} {line}"] if goes_on else [*facts.titles[-1:], line]
        before = line if is_title else ""
    return facts.counted and bool(facts.when) and len(group) > 1


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
            "authors": write_name(who),
            "publisher": publisher,
            "published": _written(when),
            "url": facts.labels.get("url"),
            "section": facts.labels.get("section", "").split(";")[0],
            "language": facts.language or LANGUAGES.get(language, ""),
        }
    )


def _sort_head(facts: _Facts) -> tuple[str, str]:
    """Which of the lines above the text is the headline, and which the paper.

    The paper stands above the day, or below it where words are counted; of what is left the longest
    line is the headline.
    """
    lines = facts.titles[:6]
    at = facts.above if facts.counted else facts.above - 1
    beside = lines[at : at + 1] if at >= 0 and facts.when else lines[:1]
    named = [line for line in lines if byline.is_outlet(line)]
    publisher = next(iter([*named, *beside]), "") if len(lines) > 1 else ""
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
    if line in _ALONE:
        return _ALONE[line], ""
    return (found[1].casefold(), line[found.end() :].strip()) if found else ("", "")


def _day(line: str) -> str:
    """A day without the name of the weekday or the time behind it: "March 5, 2031 Tuesday"."""
    words = line.split()
    ends = [n for n, word in enumerate(words) if word.strip(",").isdigit() and len(word) >= 4]
    return " ".join(words[: ends[0] + 1]) if ends else line


def _is_rights(line: str) -> bool:
    return line.startswith(("Copyright ", "(c) ", "© ", "All Rights Reserved"))


def _written(when: Published | None) -> str:
    if when is None:
        return ""
    return when.time.date().isoformat() if when.day_only else when.time.isoformat()
