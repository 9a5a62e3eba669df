"""Quotations that are signed or announced: statements, tributes, reactions of many people.

"From Chairwoman Rosa Wenzel:" above quotations, "Jane Roe, head of the union: ..." before one,
"- Jane Roe, head of the union" behind or below one. What names the speaker is weighed as any
label; a name by itself may belong to the quotation above or below it, and tells nobody where the
rest of the text does not make clear which.

Tested in `tests/corpus/attribution/test_signed.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from corpus.attribution.coreference import Person, Speakers
from corpus.attribution.features import Page
from corpus.attribution.labels import (
    is_loud,
    load_labels,
    read_named,
    spell,
    split_words,
    trim,
    weigh,
)
from corpus.attribution.unmarked import Turn, is_long, speaks
from corpus.nlp.quotation_marks import Quotation
from corpus.nlp.segment import Slice

_LEAST = 2.0
"""Least weight of a name that is told as who said what stands beside it."""
_LEAST_ALONE = 2.5
"""The same of a name on a line of its own, without a dash or a colon."""
_KNOWN = 1.0
"""What adds that the article tells of such a person."""
_LEAST_ABOVE = 2
"""Least names on lines of their own, above quotations, that make it a list of statements."""
_LONGEST_LINE = 160
"""Letters of a line that only names somebody."""
_MOST = 50
"""Paragraphs of a statement without quotation marks."""
_SIDES = {(True, True): "both", (True, False): "above", (False, True): "below"}
"""Where a name stands, by whether a quotation stands below it, and above it."""
_ARTICLES = frozenset(("the", "a", "our"))
_INTRODUCTIONS = ("introduces", "introduced_by")
_DASHES = "-–—―~"
_POSTED = ("#", "http", "pic.")
"""What begins the rest of a post, behind what it quotes."""
_NOBODY = Person("")


_Who = tuple[Slice, Person]
"""The words that name somebody, and whom they name."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and what it is.

    Attributes:
        at: Where it stands.
        kind: "quotation" where nothing else stands in it but who said it, "lead" where it names
            who says what follows, "said" where it tells so in a sentence, "signature" behind a
            dash, "name" by itself, or "other".
        quotations: Those in it.
        who: Whom it names.
    """

    at: Slice
    kind: str
    quotations: tuple[Quotation, ...] = ()
    who: _Who | None = None


_NO_LINE = _Line((0, 0), "other")


def find_signed(page: Page, lines: Sequence[Slice], speakers: Speakers) -> list[Turn]:
    """Find the quotations whose speaker is named beside, above or below them.

    Args:
        page: The body.
        lines: Its lines that hold anything, in order.
        speakers: Whom it tells of.

    Returns:
        In the order of the text. Those of which it is unclear whose they are, since a name by
        itself stands above and below, are nobody's.
    """
    reader = _Reader(page, speakers)
    return list(_find_turns(page.text, reader.read(lines)))


def _find_turns(text: str, lines: Sequence[_Line]) -> Iterator[Turn]:
    sides, ends = _find_sides(lines), _find_ends(lines)
    above, led = _NO_LINE, None
    for number, line in enumerate(lines):
        if line.kind != "quotation":
            # What follows a quotation that is signed may be anybody's.
            above, led = line, _nobody(line) if line.kind == "signature" else None
            if line.kind in ("lead", "said") and line.who:
                for words in _find_unmarked(text, lines[number + 1 : number + 1 + _MOST]):
                    yield Turn(words, *line.who)
            led = line.who if line.kind == "lead" else led
            continue
        below = _at(lines, ends[number] + 1)
        signed = below.who if below.kind == "signature" else None
        alone = None if led else _find_alone(above, below, sides)
        if who := line.who or signed or led or alone:
            yield from (Turn(quotation.inner, *who) for quotation in line.quotations)
        if line.who:
            led = line.who if line.who[0][0] < line.quotations[0].start else _nobody(line)


def _nobody(line: _Line) -> _Who | None:
    return line.who and (line.who[0], _NOBODY)


def _find_ends(lines: Sequence[_Line]) -> Mapping[int, int]:
    """Find, of each line of quotations, the line in which the last of them is closed."""
    ends: dict[int, int] = {}
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].kind == "quotation":
            is_open = not lines[number].quotations[-1].closed
            ends[number] = ends.get(number + 1, number) if is_open else number
    return ends


def _find_alone(above: _Line, below: _Line, sides: frozenset[str]) -> _Who | None:
    """Find whom a name on a line of its own, above or below a quotation, stands for."""
    told = [line for side, line in (("above", above), ("below", below)) if side in sides]
    if len(told) == 1 and told[0].kind == "name":
        return told[0].who
    names = [line for line in (above, below) if line.kind == "name"]
    return _nobody(names[0]) if names and "above" in sides else None


def _find_sides(lines: Sequence[_Line]) -> frozenset[str]:
    """Tell where names by themselves stand in a text: above their quotations, below, or both.

    A name between two quotations tells nothing. One name above a quotation is a heading.
    """
    sides = []
    for number, line in enumerate(lines):
        if line.kind == "name":
            quoted = _is_bare(_at(lines, number + 1)), _is_bare(_at(lines, number - 1))
            sides.append(_SIDES.get(quoted, ""))
    told = frozenset(sides) & {"above", "below"}
    lone = told == {"above"} and sides.count("above") + sides.count("both") < _LEAST_ABOVE
    return frozenset() if lone else told


def _is_bare(line: _Line) -> bool:
    return line.kind == "quotation" and line.who is None


def _find_unmarked(text: str, lines: Sequence[_Line]) -> Iterator[Slice]:
    """Find the paragraphs below a lead that speak as people do, without quotation marks."""
    for line in lines:
        words = text[slice(*line.at)]
        spoken = line.kind == "other" and not line.quotations and not words.endswith(":")
        if not spoken or not speaks(words, "selves", "ourselves") or not is_long(text, line.at):
            return
        yield line.at


def _at(lines: Sequence[_Line], number: int) -> _Line:
    return lines[number] if 0 <= number < len(lines) else _NO_LINE


class _Reader:
    """Tells of lines what they are."""

    def __init__(self, page: Page, speakers: Speakers) -> None:
        self._page, self._text, self._speakers = page, page.text, speakers

    def read(self, lines: Sequence[Slice]) -> list[_Line]:
        """Read the lines of the page, each with the quotations in it."""
        found, rest = [], list(reversed(self._page.quotations))
        for start, end in lines:
            held = []
            while rest and rest[-1].outer[0] < end:
                held.append(rest.pop())
            quoting = self._read_quoting((start, end), tuple(held)) if held else None
            found.append(quoting or self._read_plain(start, end))
        return found

    def _read_plain(self, start: int, end: int) -> _Line:
        at, plain = (start, end), self._text[end - 1] not in ".!?:"
        if end - start > _LONGEST_LINE:
            return _Line(at, "other", (), None)
        if self._text[start] in _DASHES:
            who = self._weigh(_skip(self._text, start, end), end, _LEAST)
            return _Line(at, "signature" if who else "other", (), who)
        if who := self._read_lead(start, end):
            return _Line(at, "lead", (), who)
        if self._text[end - 1] == ":" and (who := self._read_said(start, end)):
            return _Line(at, "said", (), who)
        who = self._weigh(start, end, _LEAST_ALONE) if plain else None
        return _Line(at, "name" if who else "other", (), who)

    def _read_quoting(self, at: Slice, held: tuple[Quotation, ...]) -> _Line:
        """Read a line with quotations: whether all else in it is a label or a signature."""
        first, last = held[0].outer[0], held[-1].outer[1]
        between = (self._text[one.outer[1] : other.outer[0]] for one, other in pairwise(held))
        before, after = self._text[at[0] : first], self._text[last : at[1]]
        if after.lstrip(" .,").startswith(_POSTED):
            after = ""
        lead, tail = _has_words(before), _has_words(after)
        if any(map(_has_words, between)) or (lead and tail):
            return _Line(at, "other", held)
        if not lead and not tail:
            return _Line(at, "quotation", held)
        who = self._read_lead(at[0], first) if lead else self._read_signature(last, at[1])
        return _Line(at, "quotation" if who else "other", held, who)

    def _read_signature(self, start: int, end: int) -> _Who | None:
        """Read who is named behind a quotation, after a dash or in brackets."""
        first = start
        while self._text[first] in ".,!? ":
            first += 1
        if self._text[first] == "(" and self._text[first:end].rstrip(" .").endswith(")"):
            return self._weigh(first + 1, self._text.rindex(")", first, end), _LEAST)
        dashed = self._text[first] in _DASHES
        return self._weigh(_skip(self._text, first, end), end, _LEAST) if dashed else None

    def _read_lead(self, start: int, end: int) -> _Who | None:
        """Read whom a line announces: "And from Chairwoman Rosa Wenzel:", "Jane Roe, baker:"."""
        start, stop = trim(self._text, _skip(self._text, start, end), end)
        colon = self._text[stop - 1 : stop] == ":"
        words = split_words(self._text, start, stop - colon)
        lead = list(takewhile(self._introduces, words))
        by = any(self._bare(word) in load_labels("introduced_by") for word in lead)
        headed = bool(lead) and self._bare(lead[0]) in load_labels("introduces")
        if len(lead) == len(words) or not (by or not lead) or not (colon or (by and headed)):
            return None
        rest = words[len(lead) :]
        return self._weigh(rest[0][0], self._cut_topic(rest), _LEAST)

    def _introduces(self, word: Slice) -> bool:
        bare = self._bare(word)
        return bare in _ARTICLES or any(bare in load_labels(kind) for kind in _INTRODUCTIONS)

    def _bare(self, word: Slice) -> str:
        return self._text[slice(*word)].casefold().strip(",.:")

    def _cut_topic(self, words: Sequence[Slice]) -> int:
        """Find where a name ends before what is spoken of: "Mayor Ada Quill on the flood"."""
        for before, word in pairwise(words[1:]):
            if self._text[before[1] - 1] == ",":
                break
            if self._text[slice(*word)] in load_labels("topics"):
                return before[1]
        return words[-1][1]

    def _read_said(self, start: int, end: int) -> _Who | None:
        """Read of whom a line that ends in a colon tells that they said what follows."""
        number = self._page.paragraph[self._page.tokens_in(start, end)[0]]
        sayings = self._page.by_paragraph.get(number, [])
        last = next((one for one in reversed(sayings) if one.group == "say"), None)
        if last is None:
            return None
        person = self._speakers.resolve(*last.mention)
        known = self._speakers.recognise(person.name.split()) if person.name else None
        span = self._page.doc[slice(*last.mention)]
        return ((span.start_char, span.end_char), person) if known else None

    def _weigh(self, start: int, end: int, least: float) -> _Who | None:
        """Read a stretch as somebody's name, if that is what most speaks for."""
        if self._text[start:end].casefold().strip(" .") in load_labels("agencies"):
            return (start, end), _NOBODY
        label = read_named(self._text, start, end) if start < end else None
        if label is None or not label.name or label.asks:
            return None
        known = self._speakers.recognise(label.name)
        if weigh(label) + _KNOWN * (known is not None) < least:
            return None
        role = spell(label.role.split())
        if known is None and not label.loud:
            known = self._speakers.resolve(*self._page.tokens_in(*label.at))
        if known is None or is_loud(known.name):
            return label.at, Person(spell(label.name), role)
        return label.at, known if known.role else Person(known.name, role)


def _skip(text: str, start: int, end: int) -> int:
    """Skip bullets and dashes."""
    while start < end and not text[start].isalnum():
        start += 1
    return start


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
