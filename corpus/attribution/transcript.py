"""Transcripts: hearings, interviews and talks, whose lines are labelled with who speaks.

Neither a label nor a colon makes a transcript. What is printed before a colon is weighed: whether
it is a person's name, one that the article tells of, whether it comes again and takes turns with
others, and whether what follows speaks as people do. A line without label goes on with the turn
above it only where nothing says that the reporter speaks again.

Tested in `tests/corpus/attribution/test_transcript.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from corpus.attribution.coreference import Person, Speakers
from corpus.attribution.labels import Label, is_loud, load_labels, read_label, spell, weigh
from corpus.attribution.names import find_words
from corpus.attribution.unmarked import Turn, asks, is_long, speaks
from corpus.nlp.segment import Slice

_KNOWN, _AGAIN, _IN_TURN, _SPOKEN, _LOUD, _CALLED, _ALONE = 2.0, 1.0, 1.0, 1.0, 0.5, 0.5, -1.0
"""What adds to a label's own weight: that the article tells of such a person, that the label comes
again, that it takes turns with another, that what it leads is spoken, that it is printed in
capitals, and that the text calls itself an interview or the like; a single unknown word takes."""
_LEAST = 3.0
"""Least weight of a label that names a speaker."""
_PERSONAL = 1.5
"""Least of it that the name itself has to tell, or the article by knowing it."""
_PATTERN = _AGAIN + _IN_TURN + _SPOKEN
"""What stands for that in a name of several words."""
_TURNS, _FEWEST = 3, 2
"""Least turns of a transcript, and of one that calls itself so."""
_INITIALS = 3
"""Most letters of a label that holds a name's initials."""
_SHARE = 0.5
"""Least share of turns that are spoken, of answers that say "I", and of lines with a label where
lines without one are taken to go on with the turn above."""
_ALL = ("selves", "ourselves", "addressed")
_NOBODY = Person("")
_ASIDE = "([*•"
_QUOTES = '"“”„«»'


@dataclass(frozen=True, slots=True)
class _Voice:
    """A label that names a speaker.

    Attributes:
        numbers: The lines that it leads.
        person: Whom it names; nobody where it stands for whoever asks.
    """

    numbers: tuple[int, ...]
    person: Person


def find_transcript(text: str, lines: Sequence[Slice], speakers: Speakers) -> list[Turn]:
    """Find the turns of a transcript.

    Args:
        text: The body.
        lines: Its lines that hold anything, in order.
        speakers: Whom the body tells of.

    Returns:
        A turn a paragraph, in order; empty where the text is no transcript. The turns of whoever
        asks are nobody's, so that what they quote is not taken for somebody's words.
    """
    labels = {
        number: label
        for number, line in enumerate(lines)
        if (label := read_label(text, *line)) and not _is_quoted(text, label)
    }
    if len(labels) < _FEWEST:
        return []
    reader = _Reader(text, lines, labels, speakers)
    return list(reader.read_turns()) if reader.is_transcript() else []


class _Reader:
    def __init__(
        self,
        text: str,
        lines: Sequence[Slice],
        labels: Mapping[int, Label],
        speakers: Speakers,
    ) -> None:
        self._text, self._lines, self._labels, self._speakers = text, lines, labels, speakers
        lower = text.casefold()
        self._called = any(word in lower for word in load_labels("calls_itself"))

    def is_transcript(self) -> bool:
        """Whether there are turns enough, somebody is named, and they speak as people do."""
        voices = self._voices.values()
        if len(voices) < (_FEWEST if self._called else _TURNS):
            return False
        # Where nobody asks or speaks twice, "you" may be the reader, and each line a portrait.
        taken = any(len(voice.numbers) > 1 or not voice.person.name for voice in voices)
        kinds = _ALL if taken else ("selves", "ourselves")
        spoken = sum(self._speaks(number, *kinds) for number in self._voices)
        return any(voice.person.name for voice in voices) and spoken >= _SHARE * len(voices)

    def read_turns(self) -> Iterator[Turn]:
        """Read the turns, line by line."""
        voice: _Voice | None = None
        mention, opened = (0, 0), False
        for number in range(self._first, len(self._lines)):
            line = self._lines[number]
            if label := self._labels.get(number):
                voice, mention, opened = self._voices.get(number), label.at, False
                line = label.speech
            elif self._is_aside(line):
                continue
            elif opened and voice is not None and not self._goes_on(number, voice.person):
                voice = None
            if voice is not None and is_long(self._text, line):
                opened = True
                yield Turn(line, mention, voice.person)

    def _goes_on(self, number: int, person: Person) -> bool:
        """Whether a line without label is the next paragraph of the turn above it."""
        line = self._text[slice(*self._lines[number])]
        surname = person.name.casefold().split()[-1:]
        if asks(line) or not find_words(line).isdisjoint(surname):
            return False
        quoted = any(mark in line for mark in _QUOTES)
        if quoted or not self._dense or number > self._last:
            return not quoted and speaks(line, "selves")
        return speaks(line, *_ALL)

    def _is_aside(self, line: Slice) -> bool:
        """Whether a line is no speech: "(Applause)", a list's item, a heading."""
        start, end = line
        return self._text[start] in _ASIDE or self._text[end - 1].isalnum()

    @cached_property
    def _first(self) -> int:
        return min(self._voices)

    @cached_property
    def _last(self) -> int:
        return max(self._voices)

    @cached_property
    def _dense(self) -> bool:
        """Whether most lines from the first to the last turn have labels."""
        return len(self._voices) >= _SHARE * (self._last - self._first + 1)

    @cached_property
    def _voices(self) -> Mapping[int, _Voice]:
        """The voice of each line that has one."""
        heard = (
            self._hear(numbers, in_turn=key in self._turning)
            for key, numbers in self._groups.items()
        )
        return {number: voice for voice in heard if voice for number in voice.numbers}

    def _hear(self, numbers: Sequence[int], *, in_turn: bool) -> _Voice | None:
        """Tell whom a label names; None where it may be no speaker."""
        labels = [self._labels[number] for number in numbers]
        if labels[0].asks:
            return _Voice(tuple(numbers), _NOBODY)
        if labels[0].answers:
            return _Voice(tuple(numbers), self._find_answerer(numbers))
        fullest = max(labels, key=lambda label: len(label.name))
        known = self._find_known(fullest)
        personal = max(map(weigh, labels)) + _KNOWN * (known is not None)
        spoken = sum(self._speaks(number, *_ALL) for number in numbers) >= _SHARE * len(numbers)
        pattern = _AGAIN * (len(numbers) > 1) + _IN_TURN * in_turn + _SPOKEN * spoken
        alone = len(fullest.name) == 1 and known is None and not fullest.titled
        about = _LOUD * all(label.loud for label in labels) + _CALLED * self._called
        stands = personal >= _PERSONAL or (len(fullest.name) > 1 and pattern >= _PATTERN)
        if not stands or personal + pattern + about + _ALONE * alone < _LEAST:
            return None
        return _Voice(tuple(numbers), known or _as_printed(labels, fullest))

    def _find_known(self, label: Label) -> Person | None:
        """Find whom the article tells of under a label's name, office or initials."""
        words = label.name or tuple(label.role.split())
        short = len(words) == 1 and is_loud(words[0]) and len(words[0]) <= _INITIALS
        if short and (person := self._speakers.recognise_initials(words[0])):
            return person
        if not label.name and (holder := self._speakers.find_holder(label.role)):
            return holder
        person = self._speakers.recognise(words)
        # The label itself is no second place that tells of somebody.
        return None if person is None or is_loud(person.name) else person

    def _find_answerer(self, numbers: Sequence[int]) -> Person:
        """Tell who gives the answers marked "A": whom the opening is about, if "I" answers."""
        speeches = [self._text[slice(*self._labels[number].speech)] for number in numbers]
        kinds = ("selves", "ourselves") if self._called else ("selves",)
        own = sum(speaks(speech, *kinds) for speech in speeches)
        if own < _SHARE * len(speeches):
            return _NOBODY
        name = self._speakers.find_subject(self._lines[min(self._labels)][0])
        return self._speakers.describe(name) if name else _NOBODY

    @cached_property
    def _groups(self) -> Mapping[str, list[int]]:
        """The lines of each label; a surname alone goes with the one full name that ends in it."""
        full: defaultdict[str, set[str]] = defaultdict(set)
        for label in self._labels.values():
            if len(label.name) > 1:
                full[label.name[-1].casefold()].add(label.key)
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for number, label in self._labels.items():
            longer = full.get(label.key, ())
            groups[next(iter(longer)) if len(longer) == 1 else label.key].append(number)
        return groups

    @cached_property
    def _turning(self) -> frozenset[str]:
        """The labels that follow, or are followed by, another one."""
        keys = {number: key for key, numbers in self._groups.items() for number in numbers}
        ordered = [keys[number] for number in sorted(keys)]
        return frozenset(key for two in pairwise(ordered) if two[0] != two[1] for key in two)

    def _speaks(self, number: int, *kinds: str) -> bool:
        """Whether the line, or the one below a label that stands alone, speaks or asks."""
        start, end = self._labels[number].speech
        if start == end and number + 1 < len(self._lines):
            start, end = self._lines[number + 1]
        line = self._text[start:end]
        return asks(line) or speaks(line, *kinds)


def _is_quoted(text: str, label: Label) -> bool:
    """Whether what a label leads stands in quotation marks, which tell more than lines."""
    start, end = label.speech
    return start < end and text[start] in _QUOTES


def _as_printed(labels: Sequence[Label], fullest: Label) -> Person:
    role = next((label.role for label in labels if label.role), "")
    if fullest.name:
        return Person(spell(fullest.name), spell(role.split()))
    office = spell(role.split())
    # With a small letter, as descriptions are printed: "Witness" alone would pass for a name.
    plain = office.casefold().removeprefix("the ")
    return Person(office if fullest.titled else f"the {plain}")
