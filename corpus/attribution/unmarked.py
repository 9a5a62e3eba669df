"""Speech that no quotation marks hold: posts that are embedded, interviews, and a column's author.

Tested in `tests/corpus/attribution/test_unmarked.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.nlp.given_names import read_gender
from corpus.nlp.segment import Slice

_DASHES = "—–"
_HANDLE = " (@"
_LONGEST_NAME = 40
"""Letters between the dash and the handle of a post."""
_LONGEST_LABEL = 5
"""Words before the colon of an interview's paragraph."""
_SHORTEST = 3
"""Words that are worth showing."""
_TURNS = 3
"""Paragraphs with a name and a colon that make an interview."""
_OWN = 0.5
"""Share of an interview's answers that speak of whoever gives them."""
_SELVES = frozenset(("I", "I’m", "I'm", "I’ve", "I've", "we", "We", "my", "our", "We’re", "We're"))
_ASIDE = '[“"(—–-•*'
"""What begins a note, a quotation or a list, and no answer."""
_LINKS = ("http://", "https://", "pic.twitter.com/", "pic.x.com/")


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch that somebody wrote or said, signed or labelled by their name.

    Attributes:
        quote: What they said.
        speaker: Their name as printed.
    """

    quote: Slice
    speaker: Slice


def find_turns(body: str) -> list[Turn]:
    """Find embedded posts and the paragraphs of interviews.

    Returns:
        In the order of the text.

    Example:
        >>> [turn] = find_turns("The pier is open again. — Ada Quill (@adaquill) May 3, 2024")
        >>> turn.quote, turn.speaker
        ((0, 23), (26, 35))
    """
    lines = list(_lines(body))
    found = [*_posts(body, lines), *_interview(body, lines)]
    return sorted(found, key=lambda turn: turn.quote)


def _lines(body: str) -> Iterator[Slice]:
    start = 0
    for line in body.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _posts(body: str, lines: Sequence[Slice]) -> Iterator[Turn]:
    """A post, a dash, who posted it, and their handle: as sites embed what was posted.

    What bodies post are mostly advertisements.
    """
    for start, end in lines:
        handle = body.rfind(_HANDLE, start, end)
        dash = max(body.rfind(mark, start, handle) for mark in _DASHES) if handle >= 0 else -1
        if dash < start or handle - dash > _LONGEST_NAME:
            continue
        quote = _trimmed(body, start, _without_links(body, start, dash))
        speaker = _trimmed(body, dash + 1, handle)
        if _is_long(body, quote) and _is_person(body[slice(*speaker)]):
            yield Turn(quote, speaker)


def _without_links(body: str, start: int, end: int) -> int:
    """Where a post ends before the links that are put behind it."""
    while True:
        last = body[start:end].rstrip().rfind(" ")
        word = body[start + last + 1 : end].strip()
        if last < 0 or not word.startswith(_LINKS):
            return end
        end = start + last


def _interview(body: str, lines: Sequence[Slice]) -> Iterator[Turn]:
    """Paragraphs that begin with a person's name and a colon, where there are several."""
    labelled = [
        (label, (start, end)) for start, end in lines if (label := _label(body, start, end))
    ]
    names = [body[slice(*label)] for label, _ in labelled]
    full = {name.split()[-1].casefold() for name in names if _is_person(name)}
    counts = Counter(names)
    people = {name for name in counts if _is_person(name) or name.casefold() in full}
    if sum(counts[name] for name in people) < _TURNS:
        return
    for label, (_, end) in labelled:
        quote = _trimmed(body, label[1] + 1, end)
        if body[slice(*label)] in people and _is_long(body, quote):
            yield Turn(quote, label)


def find_answers(body: str) -> list[Slice]:
    """Find the answers of an interview that is printed without names: question, answer, question.

    An answer is the paragraph right behind a question; what follows it may be either's.

    Returns:
        In the order of the text; empty where it is no interview: it has to call itself so, and
        most of its answers to speak of "I" and "we".
    """
    lines = [(start, end) for start, end in _lines(body) if body[start:end].strip()]
    asked = [_asks(body[start:end]) for start, end in lines]
    answers = [
        _trimmed(body, *line)
        for before, line, asks in zip(asked, lines[1:], asked[1:], strict=False)
        if before and not asks and body[line[0]] not in _ASIDE and _is_long(body, line)
    ]
    own = sum(not _SELVES.isdisjoint(body[slice(*one)].split()) for one in answers)
    if len(answers) < _TURNS or own < _OWN * len(answers) or not _is_interview(body):
        return []
    return answers


def _asks(paragraph: str) -> bool:
    return paragraph.rstrip().endswith("?")


def _is_interview(body: str) -> bool:
    """Whether it says so before the first question or right behind the last answer."""
    words = body.casefold()
    return "interview" in words or "q&a" in words or "conversation has been edited" in words


def _label(body: str, start: int, end: int) -> Slice | None:
    """The words before a colon near the beginning of a line; None without."""
    colon = body.find(": ", start, min(end, start + _LONGEST_NAME))
    words = body[start:colon].split() if colon > start else []
    named = 0 < len(words) < _LONGEST_LABEL and all(word[0].isupper() for word in words)
    return (start, colon) if named else None


def _is_person(name: str) -> bool:
    words = name.split()
    return len(words) > 1 and bool(read_gender(words))


def _trimmed(body: str, start: int, end: int) -> Slice:
    while start < end and body[start].isspace():
        start += 1
    while end > start and body[end - 1].isspace():
        end -= 1
    return start, end


def _is_long(body: str, quote: Slice) -> bool:
    return len(body[slice(*quote)].split()) >= _SHORTEST
