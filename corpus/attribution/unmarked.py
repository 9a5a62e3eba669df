"""Speech that no quotation marks hold: embedded posts, and interviews that name nobody.

Tested in `tests/corpus/attribution/test_unmarked.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.attribution.coreference import Person
from corpus.attribution.labels import load_labels, trim
from corpus.nlp.given_names import read_gender
from corpus.nlp.segment import Slice

_DASHES = "—–"
_HANDLE = " (@"
_LONGEST_NAME = 40
"""Letters between the dash and the handle of a post."""
_SHORTEST = 3
"""Words that are worth showing."""
_TURNS = 3
"""Answers that make an interview."""
_OWN = 0.5
"""Share of an interview's answers that speak of whoever gives them."""
_ASIDE = '[“"(—–-•*'
"""What begins a note, a quotation or a list, and no answer."""
_EDGES = '.,;:!?…"“”()[]—–-'
_LINKS = ("http://", "https://", "pic.twitter.com/", "pic.x.com/")


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch that somebody wrote or said, signed or labelled by their name.

    Attributes:
        quote: What they said.
        speaker: Their name as printed.
        person: Whom it names, nobody where the words are to be taken for nobody's; None where
            that is told as for any other mention.
    """

    quote: Slice
    speaker: Slice
    person: Person | None = None


def find_lines(body: str) -> list[Slice]:
    """Find the lines that hold anything, without white space around them."""
    found, start = [], 0
    for line in body.split("\n"):
        first, end = trim(body, start, start + len(line))
        if first < end:
            found.append((first, end))
        start += len(line) + 1
    return found


def find_posts(body: str) -> Iterator[Turn]:
    """Find posts as sites embed them: what was posted, a dash, who posted it, and their handle.

    What bodies post are mostly advertisements.

    Example:
        >>> [turn] = find_posts("The pier is open again. — Ada Quill (@adaquill) May 3, 2024")
        >>> turn.quote, turn.speaker
        ((0, 23), (26, 35))
    """
    for start, end in find_lines(body):
        handle = body.rfind(_HANDLE, start, end)
        dash = max(body.rfind(mark, start, handle) for mark in _DASHES) if handle >= 0 else -1
        if dash < start or handle - dash > _LONGEST_NAME:
            continue
        quote = trim(body, start, _without_links(body, start, dash))
        speaker = trim(body, dash + 1, handle)
        if is_long(body, quote) and _is_person(body[slice(*speaker)]):
            yield Turn(quote, speaker)


def _without_links(body: str, start: int, end: int) -> int:
    """Where a post ends before the links that are put behind it."""
    while True:
        last = body[start:end].rstrip().rfind(" ")
        word = body[start + last + 1 : end].strip()
        if last < 0 or not word.startswith(_LINKS):
            return end
        end = start + last


def find_answers(body: str) -> list[Slice]:
    """Find the answers of an interview that is printed without names: question, answer, question.

    An answer is the paragraph right behind a question; what follows it may be either's.

    Returns:
        In the order of the text; empty where it is no interview: it has to call itself so, and
        most of its answers to speak of "I" and "we".
    """
    lines = find_lines(body)
    asked = [asks(body[start:end]) for start, end in lines]
    answers = [
        trim(body, *line)
        for before, line, asks in zip(asked, lines[1:], asked[1:], strict=False)
        if before and not asks and body[line[0]] not in _ASIDE and is_long(body, line)
    ]
    own = sum(speaks(body[slice(*one)], "selves", "ourselves") for one in answers)
    if len(answers) < _TURNS or own < _OWN * len(answers) or not _is_interview(body):
        return []
    return answers


def asks(paragraph: str) -> bool:
    """Whether a paragraph ends as a question does."""
    return paragraph.rstrip().endswith("?")


def _is_interview(body: str) -> bool:
    """Whether it says so before the first question or right behind the last answer."""
    words = body.casefold()
    return "interview" in words or "q&a" in words or "conversation has been edited" in words


def _is_person(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and bool(read_gender(words))


def speaks(text: str, *kinds: str) -> bool:
    """Whether a text holds words with which people speak of themselves or to each other.

    Args:
        text: A paragraph.
        kinds: Of "selves", "ourselves" and "addressed".
    """
    words = {word.strip(_EDGES) for word in text.casefold().replace("’", "'").split()}
    return any(not words.isdisjoint(load_labels(kind)) for kind in kinds)


def is_long(body: str, quote: Slice) -> bool:
    """Whether a stretch has words enough to be shown."""
    return len(body[slice(*quote)].split()) >= _SHORTEST
