"""Who may have said a quotation: sayings near it, described for the choice among them.

Tested with the rest of attribution in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from spacy.tokens import Doc, Token

from corpus.attribution.cues import Saying, find_sayings, mark_quoted
from corpus.attribution.indirect_speech import Report
from corpus.nlp.quotation_marks import Quotation
from corpus.nlp.segment import Slice

_REACH = 4
"""Paragraphs before a quotation's own in which its speaker is sought."""
_MOST = 30
"""Sayings at most that are looked at before a quotation in its paragraph, behind it there, and in
a paragraph before: articles have a third of that, and long minutes must not take hours."""
_NEARBY = 400
"""Characters between a quotation and a saying that are read."""
_PERSONAL = {"he": "he", "she": "he", "i": "i", "we": "i", "they": "they", "you": "i", "it": "it"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A saying that a quotation may belong to.

    Attributes:
        saying: The saying.
        traits: What speaks for or against it, as names of weights.
    """

    saying: Saying
    traits: tuple[str, ...]


class Page:
    """A parsed body with its quotations and sayings, and where each stands."""

    def __init__(
        self, doc: Doc, quotations: Sequence[Quotation], reports: Sequence[Report] = ()
    ) -> None:
        self.doc = doc
        self.text = doc.text
        self.quotations = quotations
        self.reports = reports
        self.inside = mark_quoted(doc, quotations)
        self._starts = [token.idx for token in doc]
        self.sayings = find_sayings(doc, self.inside)
        known = {saying.verb for saying in self.sayings}
        for report in reports:
            if (saying := self._reporting(report)) is not None and saying.verb not in known:
                self.sayings.append(saying)
        self.sayings.sort(key=lambda saying: (saying.verb, saying.head))

    def _reporting(self, report: Report) -> Saying | None:
        if report.speaker is None:
            return None
        cue, mention = self.tokens_in(*report.cue), self.tokens_in(*report.speaker)
        head = self.doc[mention[0] : mention[1]].root.i
        return Saying(cue, mention, head, cue[1] - 1, "report", "other")

    def tokens_in(self, start: int, end: int) -> tuple[int, int]:
        """First and last-plus-one token of a slice of the text."""
        first = bisect_right(self._starts, start) - 1
        return first, max(first + 1, bisect_left(self._starts, end))

    @cached_property
    def paragraph(self) -> list[int]:
        """Of each token, the number of its paragraph."""
        numbers, number = [], 0
        for token in self.doc:
            numbers.append(number)
            number += token.is_space and "\n" in token.text
        return numbers

    @cached_property
    def outside(self) -> list[int]:
        """Of each token, how many words stand before it outside quotation marks."""
        counts, count = [], 0
        for token, inside in zip(self.doc, self.inside, strict=True):
            counts.append(count)
            count += not inside and not token.is_punct and not token.is_space
        return [*counts, count]

    @cached_property
    def stops(self) -> list[int]:
        """Of each token, how many sentences have ended before it outside quotation marks."""
        counts, count = [], 0
        for token, inside in zip(self.doc, self.inside, strict=True):
            counts.append(count)
            count += not inside and token.text in (".", "!", "?", ";")
        return [*counts, count]

    @cached_property
    def by_paragraph(self) -> dict[int, list[Saying]]:
        """Sayings by the number of their paragraph."""
        found: dict[int, list[Saying]] = {}
        for saying in self.sayings:
            found.setdefault(self.paragraph[saying.verb], []).append(saying)
        return found

    @cached_property
    def strength(self) -> dict[int, str]:
        """Of each paragraph with sayings, whether one of them has a word for saying."""
        return {
            number: "say" if any(saying.group == "say" for saying in sayings) else "some"
            for number, sayings in self.by_paragraph.items()
        }

    @cached_property
    def openings(self) -> list[int]:
        """Where each quotation begins, in the order of the text."""
        return [quotation.start for quotation in self.quotations]

    def tokens_of(self, quotation: Quotation) -> tuple[int, int]:
        """First and last-plus-one token within a quotation's marks."""
        return self.tokens_in(*quotation.inner)


def find_candidates(page: Page, which: int) -> list[Candidate]:
    """Describe every saying that a quotation may belong to.

    Args:
        page: The page.
        which: Position of the quotation in ``page.quotations``.

    Returns:
        In the order of the text: those of the quotation's own paragraph, and of the nearest
        paragraph before it that has any, the nearest where there are too many.
    """
    first, last = page.tokens_of(page.quotations[which])
    home = page.paragraph[first]
    own = page.by_paragraph.get(home, [])
    at = bisect_left(own, first, key=_place)
    nearby = own[max(0, at - _MOST) : at + _MOST]
    for number in range(home - 1, max(-1, home - 1 - _REACH), -1):
        if number in page.by_paragraph:
            nearby = page.by_paragraph[number][-_MOST:] + nearby
            if any(saying.group in ("say", "call") for saying in page.by_paragraph[number]):
                break
    nearby += [s for s in page.by_paragraph.get(home + 1, [])[:_MOST] if s.form == "signature"]
    around = _Around(page, which, first, last, nearby)
    return [Candidate(saying, tuple(around.traits(saying))) for saying in nearby]


def _place(saying: Saying) -> int:
    return saying.verb


@dataclass
class _Around:
    page: Page
    which: int
    first: int
    last: int
    nearby: Sequence[Saying]

    def traits(self, saying: Saying) -> Iterator[str]:
        page = self.page
        back = page.paragraph[self.first] - page.paragraph[saying.verb]
        group, kind = saying.group, _kind(page.doc, saying.head)
        lemma = page.doc[saying.verb].lemma_.lower()
        side = "after" if saying.verb >= self.last else "before"
        where = side if not back else "below" if back < 0 else f"back{min(back, 3)}"
        gap = self._gap(saying)
        shape, touch, reports = self.shape, self._touch(saying), self._reports(saying)
        yield f"form {saying.form} {group}"
        yield f"kind {kind} {group}"
        yield f"where {where} {group} {shape}"
        yield f"gap {where} {min(gap, 12) if gap < 6 else gap // 4 * 4 if gap < 20 else 20}"
        stops = abs(
            page.stops[saying.verb] - page.stops[self.first if side == "before" else self.last]
        )
        yield f"stops {where} {min(stops, 3)} {shape}"
        yield f"stops {where} {min(stops, 3)} {group}"
        yield f"marks {where} {self._marks_between(saying)}"
        yield f"rivals {where} {self._between(self._strong, saying)}"
        yield f"rivals all {where} {self._between(self._verbs, saying)} {group}"
        yield f"tree {self._tree(saying)} {group}"
        yield f"same {page.doc[saying.verb].sent.start == page.doc[self.first].sent.start} {where}"
        yield f"touch {touch} {where} {shape}"
        yield f"touch {touch} {where} {group}"
        yield f"reports {reports} {shape}"
        yield f"reports {reports} {group}"
        yield f"lemma {lemma}"
        yield f"lemma {lemma} {shape} {touch[:4]}"
        if back < 0:
            yield f"below {self.place} {shape}"
        if back > 0:
            yield f"lead back {self.place} {shape} {min(back, 3)}"
            yield f"last {self._is_last(saying)} back {self.place}"
            yield f"home {self._home_strength()} back"
            yield f"colon {self._colon_before()} back"

    @cached_property
    def shape(self) -> str:
        """Whether the quotation is whole sentences or a fragment of the reporter's sentence."""
        return "whole" if is_whole(self.page.text, self.page.quotations[self.which]) else "part"

    @cached_property
    def place(self) -> str:
        """Whether the quotation leads its paragraph, and whether it is all of it."""
        page = self.page
        start, end = page.quotations[self.which].outer
        lead = page.text[page.text.rfind("\n", 0, start) + 1 : start].strip()
        tail_end = page.text.find("\n", end)
        tail = page.text[end : tail_end if tail_end >= 0 else len(page.text)].strip()
        return f"{'lead' if not lead else 'in'}{'' if tail else ' alone'}"

    @cached_property
    def _reporting(self) -> list[Slice]:
        """Cues of the reported speech that the quotation is part of."""
        start, end = self.page.quotations[self.which].inner
        reports = self.page.reports
        at = bisect_right(reports, start, key=lambda report: report.content[0])
        around = reports[max(0, at - _MOST) : at]
        return [report.cue for report in around if end <= report.content[1] + 2]

    def _reports(self, saying: Saying) -> bool:
        verb = self.page.doc[saying.verb].idx
        return any(start <= verb < end for start, end in self._reporting)

    def _gap(self, saying: Saying) -> int:
        counts = self.page.outside
        if saying.verb >= self.last:
            edge = min(saying.cue[0], saying.mention[0])
            return max(0, counts[edge] - counts[self.last])
        edge = max(saying.cue[1], saying.mention[1])
        return max(0, counts[self.first] - counts[edge])

    def _marks_between(self, saying: Saying) -> int:
        low, high = sorted((self.page.doc[saying.verb].idx, self.page.quotations[self.which].start))
        starts = self.page.openings
        return min(bisect_left(starts, high) - bisect_right(starts, low), 2)

    @cached_property
    def _verbs(self) -> list[int]:
        return sorted(saying.verb for saying in self.nearby)

    @cached_property
    def _strong(self) -> list[int]:
        return [saying.verb for saying in self.nearby if saying.group == "say"]

    def _between(self, verbs: Sequence[int], saying: Saying) -> int:
        """How many of some verbs, which are sorted, stand between quotation and saying."""
        low, high = sorted((saying.verb, self.first))
        return max(0, min(3, bisect_left(verbs, high) - bisect_right(verbs, low)))

    def _tree(self, saying: Saying) -> str:
        """How the parse ties the quotation to the saying."""
        doc = self.page.doc
        verb = doc[saying.verb]
        root = self.root
        if root.head is verb:
            return f"child {root.dep_ if root.dep_ in _NEAR else 'other'}"
        if verb.head is root or (verb.i != root.i and root.i in (verb.head.i, verb.head.head.i)):
            return f"parent {verb.dep_ if verb.dep_ in _NEAR else 'other'}"
        steps, at = 0, root
        while at.head is not at and steps < 8:
            at, steps = at.head, steps + 1
            if at is verb or at.i == verb.i:
                return f"under {min(steps, 5)}"
        return "none"

    @cached_property
    def root(self) -> Token:
        """The word that the quotation's last sentence hangs on."""
        span = self.page.doc[self.first : self.last]
        last = [t for t in span if not t.is_punct and not t.is_space] or list(span)
        sent = last[-1].sent
        start = max(self.first, sent.start)
        return self.page.doc[start : max(start + 1, self.last)].root

    def _touch(self, saying: Saying) -> str:
        if saying.verb >= self.last:
            between = self._text(self.last, min(saying.cue[0], saying.mention[0]))
        else:
            between = self._text(max(saying.cue[1], saying.mention[1]), self.first)
        bare = between.strip("\"“”'‘’`").strip()
        mark = "".join(letter for letter in between if letter in ",:.;—–-")[:2]
        if len(bare) <= 2:
            return f"next {mark}"
        return f"{'near' if len(bare.split()) <= 3 else 'far'} {mark[-1:]}"

    def _text(self, first: int, end: int) -> str:
        """The text of some tokens, or its beginning where it is long."""
        if first >= end:
            return ""
        start, last = self.page.doc[first].idx, self.page.doc[end - 1]
        return self.page.text[start : min(last.idx + len(last), start + _NEARBY)].strip()

    def _is_last(self, saying: Saying) -> bool:
        number = self.page.paragraph[saying.verb]
        after = bisect_right(self._strong, saying.verb)
        return after == len(self._strong) or self.page.paragraph[self._strong[after]] != number

    def _home_strength(self) -> str:
        return self.page.strength.get(self.page.paragraph[self.first], "none")

    def _colon_before(self) -> bool:
        start = self.page.quotations[self.which].outer[0]
        return self.page.text[max(0, start - _NEARBY) : start].rstrip().endswith(":")

    def nothing(self) -> Iterator[str]:
        """Describe the choice that nobody said it."""
        page, quotation = self.page, self.page.quotations[self.which]
        words = page.text[quotation.start : quotation.end].split()
        caps = sum(word[0].isupper() for word in words) / max(1, len(words))
        count = min(len(words), 12) if len(words) < 6 else 6 if len(words) < 10 else 10
        before = page.text[max(0, quotation.outer[0] - 2) : quotation.outer[0]]
        yield "nothing"
        yield f"nothing {self.shape}"
        yield f"nothing {self.shape} {count}"
        yield f"nothing caps {int(caps * 4)} {self.shape}"
        yield f"nothing place {self.place} {self.shape}"
        yield f"nothing home {self._home_strength()} {self.shape}"
        yield f"nothing closed {quotation.closed}"
        yield f"nothing before {''.join(c for c in before if c in ',:—(')}"
        last = page.text[quotation.end - 1]
        yield f"nothing ends {'a' if last.isalnum() else last}"
        previous = page.doc[self.first - 2] if self.first > 1 else page.doc[0]
        yield f"nothing after {previous.lower_} {self.shape}"
        yield f"nothing after tag {previous.tag_} {self.shape}"
        yield f"nothing after tag {previous.tag_} {int(caps * 4)}"
        head = page.doc[self.first : self.last].root.head
        yield f"nothing head {head.lemma_.lower()} {self.shape}"
        yield f"nothing tie {page.doc[self.first : self.last].root.dep_} {self.shape}"
        following = page.doc[min(self.last + 1, len(page.doc) - 1)]
        yield f"nothing then {following.tag_} {self.shape}"
        yield f"nothing any {bool(self.nearby)}"


_NEAR = frozenset(
    ("ccomp", "dobj", "xcomp", "advcl", "parataxis", "prep", "oprd", "dep", "pobj", "attr")
)


def describe_nothing(page: Page, which: int, nearby: Sequence[Candidate]) -> tuple[str, ...]:
    """Describe the choice that nobody is told to have said a quotation."""
    first, last = page.tokens_of(page.quotations[which])
    around = _Around(page, which, first, last, [candidate.saying for candidate in nearby])
    return tuple(around.nothing())


def is_whole(text: str, quotation: Quotation) -> bool:
    """Tell whether a quotation is one or more whole sentences."""
    start, end = quotation.inner
    first = next((letter for letter in text[start:end] if letter.isalpha()), "")
    before = text[max(0, quotation.outer[0] - 2) : quotation.outer[0]].strip()
    ended = (
        text[end - 1] in ".,!?…—-" or text[quotation.outer[1] : quotation.outer[1] + 1] in ",.!?"
    )
    return (first.isupper() or not before) and ended


def _kind(doc: Doc, head: int) -> str:
    token = doc[head]
    if token.tag_.startswith("PRP"):
        return _PERSONAL.get(token.lower_, "it")
    if token.tag_.startswith("NNP"):
        return "name"
    return "noun" if token.pos_ == "NOUN" else token.pos_
