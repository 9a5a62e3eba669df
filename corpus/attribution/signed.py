"""Quotations that are signed or announced: statements, tributes, reactions of many people.

"From Chairwoman Rosa Wenzel:" above quotations, "Jane Roe, head of the union: ..." before one,
"- Jane Roe, head of the union" behind or below one. What names the speaker is weighed as any
label; a name by itself may belong to the quotation above or below it, and tells nobody where the
rest of the text does not make clear which.

Tested in `tests/corpus/attribution/test_signed.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from corpus.attribution.coreference import Person, Speakers
from corpus.attribution.features import Page
from corpus.attribution.labels import (
    Label,
    is_loud,
    load_labels,
    read_label,
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
_SURE_ALONE = 2
"""Least names on lines of their own, above quotations, that make it a list of statements."""
_LONGEST_LINE = 160
"""Letters of a line that only names somebody."""
_LONGEST_NAME = 8
_DASHES = "-–—―~"
_NOBODY = Person("")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line and what it is.

    Attributes:
        at: Where it stands.
        kind: "quotation" where nothing else stands in it but who said it, "lead" where it names
            who says what follows, "signature" behind a dash, "name" by itself, or "other".
        quotations: Those in it.
        label: Whom it names.
    """

    at: Slice
    kind: str
    quotations: tuple[Quotation, ...] = ()
    label: Label | None = None


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
    return list(_Signed(page, lines, speakers).turns())


class _Signed:
    def __init__(self, page: Page, lines: Sequence[Slice], speakers: Speakers) -> None:
        self._page, self._text, self._speakers = page, page.text, speakers
        self._slices = lines

    def turns(self) -> Iterator[Turn]:
        """Read who said what, quotation by quotation."""
        for number, line in enumerate(self._lines):
            if line.kind == "quotation" and (who := self._find_speaker(number)):
                for quotation in line.quotations:
                    if is_long(self._text, quotation.inner) or line.label:
                        yield Turn(quotation.inner, *who)
            elif line.kind == "lead" and line.label:
                for below in self._find_unmarked(number):
                    yield Turn(below, line.label.at, self._name(line.label))

    def _find_speaker(self, number: int) -> tuple[Slice, Person] | None:
        """Find who is named for the quotations of a line; None where that is left to others."""
        own = self._lines[number].label
        if own:
            return own.at, self._name(own)
        below = self._at(self._last_of_run(number) + 1)
        if below and below.kind == "signature" and below.label:
            return below.label.at, self._name(below.label)
        first = number
        while first and self._lines[first - 1].kind == "quotation":
            first -= 1
            if (label := self._lines[first].label) is not None:
                leads = label.at[0] < self._lines[first].quotations[0].start
                return (label.at, self._name(label)) if leads else None
        above = self._at(first - 1)
        if above and above.kind == "lead" and above.label:
            return above.label.at, self._name(above.label)
        return self._find_alone(above, below)

    def _find_alone(self, above: _Line | None, below: _Line | None) -> tuple[Slice, Person] | None:
        """Find whom a name on a line of its own, above or below a quotation, stands for."""
        heads, signs = self._votes
        if heads >= _SURE_ALONE and not signs and above and above.kind == "name" and above.label:
            return above.label.at, self._name(above.label)
        if signs and not heads and below and below.kind == "name" and below.label:
            return below.label.at, self._name(below.label)
        name = next((line.label for line in (above, below) if line and line.kind == "name"), None)
        return (name.at, _NOBODY) if name and heads else None

    def _last_of_run(self, number: int) -> int:
        """The last paragraph of a quotation that is closed in a later one."""
        while number + 1 < len(self._lines) and not self._lines[number].quotations[-1].closed:
            if self._lines[number + 1].kind != "quotation":
                break
            number += 1
        return number

    def _find_unmarked(self, number: int) -> Iterator[Slice]:
        """Find the paragraphs below a lead that speak as people do, without quotation marks."""
        for line in self._lines[number + 1 :]:
            words = self._text[slice(*line.at)]
            if line.kind != "other" or line.quotations or not speaks(words, "selves", "ourselves"):
                return
            if not is_long(self._text, line.at) or words.endswith(":"):
                return
            yield line.at

    @cached_property
    def _votes(self) -> tuple[int, int]:
        """How many names by themselves stand only above quotations, and how many only below."""
        heads = signs = 0
        for number, line in enumerate(self._lines):
            if line.kind == "name":
                before, after = self._at(number - 1), self._at(number + 1)
                below = before is not None and before.kind == "quotation" and not before.label
                above = after is not None and after.kind == "quotation" and not after.label
                heads += above and not below
                signs += below and not above
        return heads, signs

    def _at(self, number: int) -> _Line | None:
        return self._lines[number] if 0 <= number < len(self._lines) else None

    @cached_property
    def _lines(self) -> Sequence[_Line]:
        """The lines, and of each whether it is a quotation or names somebody."""
        found, rest = [], list(reversed(self._page.quotations))
        for start, end in self._slices:
            held = []
            while rest and rest[-1].outer[0] < end:
                held.append(rest.pop())
            found.append(self._read((start, end), held))
        return found

    def _read(self, at: Slice, held: Sequence[Quotation]) -> _Line:
        if held:
            return self._read_quoting(at, held)
        start, end = at
        if end - start > _LONGEST_LINE:
            return _Line(at, "other")
        if self._text[start] in _DASHES:
            label = self._weighed(_skip(self._text, start, end), end, _LEAST)
            return _Line(at, "signature" if label else "other", (), label)
        if label := self._read_lead(start, end):
            return _Line(at, "lead", (), label)
        plain = self._text[end - 1] not in ".!?:"
        label = self._weighed(start, end, _LEAST_ALONE) if plain else None
        return _Line(at, "name" if label else "other", (), label)

    def _read_quoting(self, at: Slice, held: Sequence[Quotation]) -> _Line:
        """Read a line with quotations: whether all else in it is a label or a signature."""
        (start, end), quotations = at, tuple(held)
        first, last = held[0].outer[0], held[-1].outer[1]
        between = "".join(
            self._text[one.outer[1] : other.outer[0]]
            for one, other in zip(held, held[1:], strict=False)
        )
        before, after = self._text[start:first], self._text[last:end]
        if _has_words(between) or (_has_words(before) and _has_words(after)):
            return _Line(at, "other", quotations)
        if _has_words(before):
            label = self._read_lead(start, first)
        elif _has_words(after):
            label = self._read_signature(last, end)
        else:
            return _Line(at, "quotation", quotations)
        return _Line(at, "quotation" if label else "other", quotations, label)

    def _read_signature(self, start: int, end: int) -> Label | None:
        """Read who is named behind a quotation, after a dash or in brackets."""
        first = trim(self._text, start, end)[0]
        if self._text[first] == "(":
            closed = self._text.find(")", first, end)
            return self._weighed(first + 1, closed, _LEAST) if closed + 2 >= end else None
        while first < end and self._text[first] in ".,!? ":
            first += 1
        dashed = self._text[first] in _DASHES
        return self._weighed(_skip(self._text, first, end), end, _LEAST) if dashed else None

    def _read_lead(self, start: int, end: int) -> Label | None:
        """Read whom a line announces: "And from Chairwoman Rosa Wenzel:", "Jane Roe, baker:"."""
        start = _skip(self._text, start, end)
        stop = len(self._text[:end].rstrip())
        colon = self._text[stop - 1 : stop] == ":"
        words = split_words(self._text, start, stop - colon)
        known = load_labels("introduces") | load_labels("introduced_by") | {"the", "a", "our"}
        lead = list(takewhile(lambda word: self._bare(word) in known, words))
        by = any(self._bare(word) in load_labels("introduced_by") for word in lead)
        if len(lead) == len(words) or not (by or (colon and not lead)):
            return None
        if not colon and self._bare(words[0]) not in load_labels("introduces"):
            return None
        rest = words[len(lead) :]
        return self._weighed(rest[0][0], self._cut_topic(rest), _LEAST)

    def _cut_topic(self, words: Sequence[Slice]) -> int:
        """Where a name ends before what is spoken of: "Mayor Ada Quill on the flood"."""
        for number, word in enumerate(words):
            topic = self._text[slice(*word)] in load_labels("topics")
            if number > 1 and topic and "," not in self._text[words[0][0] : word[0]]:
                return words[number - 1][1]
        return words[-1][1]

    def _bare(self, word: Slice) -> str:
        return self._text[slice(*word)].casefold().strip(",.:")

    def _weighed(self, start: int, end: int, least: float) -> Label | None:
        """Read a stretch as somebody's name, if that is what most speaks for."""
        label = read_named(self._text, start, end) if start < end else None
        if label is None or not label.name or label.asks:
            return None
        known = self._speakers.recognise(label.name) is not None
        return label if weigh(label) + _KNOWN * known >= least else None

    def _name(self, label: Label) -> Person:
        known = self._speakers.recognise(label.name)
        if known is None or is_loud(known.name):
            return Person(spell(label.name), spell(label.role.split()))
        return known if known.role else Person(known.name, spell(label.role.split()))


def _skip(text: str, start: int, end: int) -> int:
    """Skip bullets and dashes."""
    while start < end and not text[start].isalnum():
        start += 1
    return start


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
