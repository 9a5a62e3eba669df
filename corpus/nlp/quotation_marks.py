"""Pair quotation marks: what stands within them, whatever marks a publisher prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.nlp.segment import Slice

_PARAGRAPH = re.compile(r"[^\n]+")
_DOUBLE = re.compile("[\"“”„‟«»＂]|``|''|‘‘|’’")
_SINGLE = re.compile("[‘’‹›']")
_ONLY_OPENS = frozenset(("“", "„", "‟", "``", "‘‘", "‘", "‹"))
_ONLY_CLOSES = frozenset(("”", "''", "’’", "›"))
_BEFORE_OPENING = re.compile(r"(?:^|[\s(\[{—–\-/:“\"‘'])$")
_AFTER_OPENING = re.compile(r"\s|$|[.,;:!?)](?:\s|$)")
_ENDS = ".,!?…;:—–-"
_WIDEST = 2
"""Characters of the widest mark."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """What stands within a pair of quotation marks.

    Attributes:
        start: First character within the marks.
        end: First character after what stands within the marks.
        outer: The same stretch with its marks.
        closed: False where no closing mark follows before the paragraph ends, as in all
            paragraphs but the last of a quotation that runs over several.
    """

    start: int
    end: int
    outer: Slice
    closed: bool = True

    @property
    def inner(self) -> Slice:
        """The stretch within the marks."""
        return self.start, self.end


def pair_quotations(body: str) -> list[Quotation]:
    """Find quotations in the order of the text; those within another are left out.

    A pair never spans paragraphs: a quotation over several paragraphs is one `Quotation` each.
    Single marks count only in a body that prints more of them than double ones, since elsewhere
    they are apostrophes or stand within a quotation.

    Args:
        body: Paragraphs separated by line breaks.

    Returns:
        Quotations that hold at least one letter or digit, none overlapping another.

    Example:
        >>> body = 'He called it "a gift".'
        >>> [body[q.start : q.end] for q in pair_quotations(body)]
        ['a gift']
    """
    mark = _SINGLE if _prints_single(body) else _DOUBLE
    return [
        quotation
        for paragraph in _PARAGRAPH.finditer(body)
        for quotation in _pair(body, paragraph.span(), mark)
        if any(letter.isalnum() for letter in body[quotation.start : quotation.end])
    ]


def _prints_single(body: str) -> bool:
    if _DOUBLE.search(body) is not None and len(_DOUBLE.findall(body)) > 2:
        return False
    singles = sum(_may_open(body, mark) for mark in _SINGLE.finditer(body))
    return singles > len(_DOUBLE.findall(body))


def _may_open(body: str, mark: re.Match[str]) -> bool:
    before = body[max(0, mark.start() - 1) : mark.start()]
    if before == "\n":
        before = ""
    if mark.group() in _ONLY_CLOSES and mark.group() not in "’":
        return False
    opens = bool(_BEFORE_OPENING.search(before)) and not _AFTER_OPENING.match(body, mark.end())
    if mark.group() in "'’":
        return opens and mark.group() == "'"
    if mark.group() == '"' and not before and body[mark.end() : mark.end() + 1] == " ":
        return True  # some print a blank on either side of their marks
    return opens or mark.group() in _ONLY_OPENS or mark.group() == "«"


def _may_close(body: str, mark: re.Match[str]) -> bool:
    before, after = body[mark.start() - 1 : mark.start()], body[mark.end() : mark.end() + 1]
    if mark.group() == "“":  # German closes with it, and hurried typists do
        return not before.isspace() and not after.isalnum()
    if mark.group() in _ONLY_OPENS:
        return False
    if mark.group() in "'’":
        return not before.isspace() and not after.isalnum()
    if mark.group() == '"':
        return not (before.isspace() and after.isalnum())
    return True


def _pair(body: str, paragraph: Slice, mark: re.Pattern[str]) -> Iterator[Quotation]:
    opened: re.Match[str] | None = None
    nested = 0
    for found in mark.finditer(body, *paragraph):
        if opened is None:
            opened = found if _may_open(body, found) else None
        elif _may_close(body, found) and found.start() >= opened.end():
            if nested and not _is_last(body, found, paragraph, mark):
                nested -= 1
                continue
            yield _between(body, opened, found)
            opened, nested = None, 0
        elif found.start() > opened.end():
            nested += _closers_left(body, found, paragraph, mark) > 1
            if not nested:
                opened = found
    if opened is not None:
        yield from _left_open(body, opened, paragraph)


def _closers_left(body: str, after: re.Match[str], paragraph: Slice, mark: re.Pattern[str]) -> int:
    """Count closing marks before the next opening one: two of them close a nested quotation."""
    count = 0
    for found in mark.finditer(body, after.end(), paragraph[1]):
        if not _may_close(body, found):
            break
        count += 1
    return count


def _is_last(body: str, found: re.Match[str], paragraph: Slice, mark: re.Pattern[str]) -> bool:
    return mark.search(body, found.end(), paragraph[1]) is None


def _between(body: str, opened: re.Match[str], closed: re.Match[str]) -> Quotation:
    start, end = _trim(body, opened.end(), closed.start())
    return Quotation(start, end, (opened.start(), closed.end()))


def _left_open(body: str, opened: re.Match[str], paragraph: Slice) -> Iterator[Quotation]:
    """Take the rest of the paragraph where the mark opens the paragraph or a whole sentence."""
    start, end = _trim(body, opened.end(), paragraph[1])
    leads = not body[paragraph[0] : opened.start()].strip()
    if opened.group() != "'" and start < end and (leads or body[start].isupper()):
        yield Quotation(start, end, (opened.start(), paragraph[1]), closed=False)


def _trim(body: str, start: int, end: int) -> Slice:
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    return start, end
