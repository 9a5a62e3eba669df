"""Plain text as people paste it: section line, headline, byline, date, body, page furniture.

The top of a clipping is read line by line: lines that say where, who or when are taken out of the
way, and of the rest the first is the headline. What follows is body, until lists of other stories.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from statistics import median

from corpus.address import canonicalize
from corpus.article import Article
from corpus.dates import Published, parse_time
from corpus.errors import UnreadableError
from corpus.nlp.language import detect_article_language
from corpus.parse import byline
from corpus.parse.boilerplate import is_furniture, is_sentence, split_tail
from corpus.text import (
    cut_first_sentence,
    is_markup,
    join,
    split_lines,
    squeeze,
    strip_markup,
)

_HEAD_LINES = 10
_HEADLINE_WORDS = 30
_FACT_CHARS = 300
_WRAP_CHARS = range(40, 121)
"""Text wrapped by hand or by mail has lines this long."""

_HEADING = re.compile(r"#{1,6}\s+")
_RULE = re.compile(r"(?:[-*_=]\s?){3,}")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\((?:[^()]|\([^()]*\))*\)")
_EMPHASIS = re.compile(r"(?<![\w*_])(\*{1,3}|_{1,3})(?![\s*_])(.{1,300}?)(?<![\s*_])\1(?![\w*_])")
_QUOTED = re.compile(r"^(?:>\s?)+|^[-*+•]\s+(?=\S)")
_URL = re.compile(r"(?:(?:url|link|source|from)\s*:\s*)?<?(https?://[^\s<>]+)>?", re.IGNORECASE)
_OUTLET = re.compile(r"(?:source|publisher|publication|outlet|from)\s*:\s*(\S.*)", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    r"(?:\b(?P<label>(?:first |last |originally )?"
    r"(?:published|posted|updated|modified|date|as of))\b(?: on| at)?[\s:]*)?"
    r"(?P<date>(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s+)?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\.?[\s-]{_MONTH}[\s,-]+\d{{4}}"
    rf"|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?!\d)"
    r"(?:[\s,T|•·–—-]*(?:at\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?"
    r"(?:\s*[ap]\.?\s?m\b\.?)?(?:\s*(?:\(?\b(?!by\b)[a-z]{2,4}\b\)?|z\b|[+-]\d{2}:?\d{2}))?)?)",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\b(?:\d+ min(?:ute)?s? read|at|on|updated|published)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Head:
    """What the lines around the headline say."""

    url: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: Published | None = None
    updated: Published | None = None
    section: str | None = None
    headline: str | None = None
    rest: list[str] = field(default_factory=list)


def read_clipping(text: str) -> Article:
    """Read a pasted article.

    Knows a section line, an address on top, bylines ("By Jane Doe (example.org)", "Story by ..."),
    dates with or without label, a standfirst, Markdown, hard-wrapped lines and an agency credit.
    A time printed as published wins over one printed as updated.

    Args:
        text: What was pasted. Paragraphs are lines, or are parted by blank lines where lines are
            wrapped.

    Returns:
        The article. One that prints no headline gets its first sentence, cut at twelve words;
        that sentence also stays in the body.

    Raises:
        UnreadableError: If there is no article text.
    """
    found = _unwrap([_plain(line) for line in split_lines(text)])
    if not any(char.isalpha() for line in found for char in line):
        raise UnreadableError("no text: paste the article's headline and paragraphs")
    head = _read_head(found)
    kept, credit = split_tail(head.rest)
    body = join(kept or [line for line in (head.headline,) if line])
    when = head.published or head.updated
    return Article(
        headline=head.headline or cut_first_sentence(body),
        body=body,
        url=head.url,
        authors=head.authors,
        publisher=head.publisher or byline.read_host(head.url),
        published=when.time if when else None,
        day_only=bool(when and when.day_only),
        section=head.section,
        language=detect_article_language(body),
        credit=credit,
    )


def _plain(line: str) -> str:
    """Take the Markdown out of a line, but for the mark of a heading."""
    if _RULE.fullmatch(line):
        return ""
    if line.startswith("<") and is_markup(line):
        line = squeeze(strip_markup(line))
    line = _LINK.sub(r"\1", _IMAGE.sub("", _QUOTED.sub("", line, count=1)))
    return squeeze(_EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", line)))


def _unwrap(found: list[str]) -> list[str]:
    """Join hard-wrapped lines into paragraphs; drop the blank lines."""
    groups = [list(group) for filled, group in groupby(found, key=bool) if filled]
    wrapped = [len(line) for group in groups for line in group[:-1] if len(group) > 1]
    width = max(wrapped, default=0)
    # Blank lines part the paragraphs only where lines end at a margin, rather than at a sentence.
    if len(groups) < 2 or width not in _WRAP_CHARS or median(wrapped) < 0.6 * width:
        return [line for line in found if line]
    return [line for group in groups for line in _unwrap_group(group, 0.6 * width)]


def _unwrap_group(group: list[str], margin: float) -> list[str]:
    joined = [group[0]]
    for before, line in pairwise(group):
        if len(before) < margin or _stands_alone(before) or _stands_alone(line):
            joined.append(line)
        else:
            joined[-1] += f" {line}"
    return joined


def _stands_alone(line: str) -> bool:
    return bool(_HEADING.match(line)) or _facts(line) is not None


def _read_head(found: list[str]) -> _Head:
    """Sort the first lines into facts, section and headline; the rest is body."""
    found = _rejoin_by(found)
    depth = _head_depth(found)
    head = _Head()
    titles: list[str] = []
    for line in found[:depth]:
        facts = _facts(line)
        menu = not any(map(is_sentence, titles)) and is_furniture(line)
        if facts is None and (not menu or byline.is_section(line)):
            titles.append(line)
        head = _merge(head, facts or _Head())
    after = found[found.index(titles[0]) + 1 :][:1] if titles else []
    followed = any(_facts(line) is not None for line in after)
    return _take_titles(head, titles + found[depth:], followed)


def _head_depth(found: list[str]) -> int:
    """Count the lines in which facts may stand; after three sentences a date is story."""
    sentences = [depth for depth, line in enumerate(found, start=1) if is_sentence(line)]
    return min(_HEAD_LINES, *sentences[2:3], len(found))


def _take_titles(head: _Head, rest: list[str], followed: bool) -> _Head:
    """Take section and headline off the top of the lines that are no facts."""
    section = None
    if len(rest) > 1 and byline.is_section(rest[0]) and not _HEADING.match(rest[0]):
        section, *rest = rest
    first = next((n for n, line in enumerate(rest[:3]) if _HEADING.match(line)), 0)
    body = [_HEADING.sub("", line, count=1) for line in rest]
    marked = bool(rest) and bool(_HEADING.match(rest[first]))
    if len(body) > first + 1 and _is_headline(body[first], followed or marked):
        headline = body.pop(first)
        return replace(head, section=section, headline=headline, rest=body)
    return replace(head, section=section, rest=body)


def _is_headline(line: str, followed: bool) -> bool:
    short = len(line.split()) <= _HEADLINE_WORDS and any(map(str.isalnum, line))
    open_ended = line.endswith(("?", "...", "…"))
    return short and (followed or open_ended or not is_sentence(line))


def _rejoin_by(found: list[str]) -> list[str]:
    """Join a lone "By" with the name on the next line."""
    joined: list[str] = []
    for line in found:
        if joined and re.fullmatch(r"by:?", joined[-1], re.IGNORECASE):
            joined[-1] += f" {line}"
        else:
            joined.append(line)
    return joined


def _merge(head: _Head, facts: _Head) -> _Head:
    """Add facts to a head; what was printed first stays."""
    return replace(
        head,
        url=head.url or facts.url,
        authors=head.authors or facts.authors,
        publisher=head.publisher or facts.publisher,
        published=head.published or facts.published,
        updated=head.updated or facts.updated,
    )


def _facts(line: str) -> _Head | None:
    """Read a line that says where, who or when and nothing else; None for any other line."""
    if len(line) > _FACT_CHARS:
        return None
    if address := _URL.fullmatch(line):
        return _address(address[1])
    if byline.is_host(line):
        return _Head(publisher=line)
    if (outlet := _OUTLET.fullmatch(line)) and len(line.split()) <= 6:
        return _Head(publisher=outlet[1])
    dates = [match for match in _DATE.finditer(line) if parse_time(match["date"])]
    who = _who(_DATE.sub("|", line) if dates else line, dated=bool(dates))
    if who is None or (not dates and not who.authors and not who.publisher):
        return None
    return _merge(who, _when(dates))


def _address(url: str) -> _Head | None:
    try:
        return _Head(url=canonicalize(url))
    except ValueError:
        return None


def _when(dates: list[re.Match[str]]) -> _Head:
    found: dict[str, Published | None] = {}
    for match in dates:
        updated = (match["label"] or "").casefold().endswith(("updated", "modified"))
        found.setdefault("updated" if updated else "published", parse_time(match["date"]))
    return _Head(published=found.get("published"), updated=found.get("updated"))


def _who(line: str, *, dated: bool) -> _Head | None:
    """Read authors and publisher; None where the line says anything else."""
    outlets = re.findall(r"\(([^()]+)\)", line)
    bare = re.sub(r"\([^()]*\)", " ", line)
    bare = _FILLER.sub(" ", bare) if dated else bare
    people: list[str] = []
    for part in re.split(r"(?:(?<!\s)\s++)?[|•·]\s*|(?<!\s)\s++[–—-]\s+", bare):
        named = squeeze(part).strip(" ,;:–—-")
        if not any(char.isalpha() for char in named) or named.casefold() == "and":
            continue
        if byline.is_byline(named):
            people.append(named)
        elif (dated or people) and byline.is_names(named) and len(named.split()) <= 6:
            # A single word beside a date is where the report was filed.
            if people or byline.is_outlet(named):
                outlets.append(named)
            elif " " in named:
                people.append(named)
        else:
            return None
    authors, employer = _part_outlet(people)
    printed = (squeeze(name) for name in outlets + employer)
    return _Head(authors=authors, publisher=next(filter(None, printed), None))


def _part_outlet(people: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Part "By Jane Doe, Example News" and "By Jane Doe for Example News" in two."""
    found: list[str] = []
    employer: list[str] = []
    for line in people:
        name, _, paper = byline.drop_place(line).partition(" for ")
        found += byline.read_names(name)
        employer += [paper] if paper else []
    while len(found) > 1 and byline.is_outlet(found[-1]):
        employer.insert(0, found.pop())
    return byline.keep_distinct(found), employer
