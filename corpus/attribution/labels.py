"""Labels: words before a colon, behind a dash or on a line of their own that may name a speaker.

"SOLBERG: ...", "Jane Roe, head of the union: ...", "[00:03] Jane Roe: ...", "Ms Roe (Leeds): ...".
A label is only what stands there; `weigh` says what of it speaks for a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from corpus.attribution.names import is_particle, is_role_word, is_title, sounds_like_body
from corpus.nlp.given_names import is_given, read_gender
from corpus.nlp.segment import Slice

_WORDS = Path(__file__).parents[1] / "data" / "labels_en.json"
_LONGEST = 120
"""Letters of a label."""
_LONGEST_NAME, _LONGEST_OFFICE, _LONGEST_ROLE = 4, 8, 14
"""Words of a name, of an office that stands for one, and of the role behind a name."""
_BULLETS = "-–—•*·▪‣"
_MARKS = frozenset('"“”«»„<>|{}=;!?')
"""What no name holds."""
_CLOCK = "0123456789:.,[]()-–> "
_JOINS = frozenset(("of", "for", "the", "and", "&", "in", "at", "to"))
_LOUDEST = 3
"""Letters up to which a word in capitals is an abbreviation."""
_GIVEN, _TITLED, _ROLED, _SHAPED, _HEADS = 2.0, 2.0, 1.5, 0.5, -4.0
"""What speaks for a person: a given name, a title, a role, as many words as names have; and what
speaks against: that it is a usual heading, a body, a day."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words that may name a speaker.

    All slices are of the text.

    Attributes:
        at: The words that name somebody.
        speech: What follows them in the line; empty where nothing does.
        name: The name's words, without title and office; empty where an office stands alone.
        role: The office before the name or the role behind it, as printed.
        titled: Whether a title stands before it, such as "Mr".
        loud: Whether it is printed in capitals.
    """

    at: Slice
    speech: Slice
    name: tuple[str, ...]
    role: str
    titled: bool
    loud: bool

    @property
    def key(self) -> str:
        """The name, or the office, in lower case: what all labels of one speaker share."""
        return " ".join(self.name or self.role.split()).casefold().removeprefix("the ")

    @property
    def asks(self) -> bool:
        """Whether it stands for whoever asks, or whom nobody can tell: "Q", "Moderator"."""
        return self.key.rstrip(".") in load_labels("asks")

    @property
    def answers(self) -> bool:
        """Whether it stands for whoever is asked: "A"."""
        return self.key.rstrip(".") in load_labels("answers")


@cache
def load_labels(kind: str) -> frozenset[str]:
    """Load a list of words that stand in or around labels, in lower case."""
    read: Mapping[str, Sequence[str]] = json.loads(_WORDS.read_text("utf-8"))
    return frozenset(read[kind])


def read_label(text: str, start: int, end: int) -> Label | None:
    """Read the label that a line begins with, behind a bullet or a time.

    Returns:
        None where no words that could name somebody stand before a colon, or before a time that
        ends the line.

    Example:
        >>> label = read_label("[00:03] Dr JANE ROE, surgeon: I cut it.", 0, 39)
        >>> label.name, label.role, label.speech
        (('JANE', 'ROE'), 'surgeon', (30, 39))
    """
    first = _skip_lead(text, start, end)
    stop, speech = _find_end(text, first, end)
    named = read_named(text, first, stop) if stop > first else None
    if named is None:
        return None
    return Label(named.at, (speech, end), named.name, named.role, named.titled, named.loud)


def read_named(text: str, start: int, end: int) -> Label | None:
    """Read a stretch that is nothing but a name and what goes with it, or an office.

    Returns:
        None for any other stretch. Its speech is empty.
    """
    start, end = trim(text, start, end)
    stops = (text.find(",", start, end), text.find(" (", start, end))
    stop = min((at for at in stops if at > start), default=end)
    behind = text[stop:end].strip(",() ")
    places = split_words(text, start, stop)
    words = [text[slice(*place)] for place in places]
    if not 0 < len(words) <= _LONGEST_OFFICE or not all(map(_may_name, words)):
        return None
    if not _is_role(behind):
        return None
    office = _count_office(words)
    if _holds_another(words[:office]):
        return None
    if office == len(words) and (inner := _read_inner(text, stop, end)):
        return inner
    name, role = tuple(words[office:]), " ".join(words[:office])
    if name and not _is_name(name):
        return None
    at = (places[office][0] if name else start, stop)
    titled = any(is_title(word) for word in words[:office])
    if name and not any(map(_is_post, words[:office])):
        role = behind if any(map(is_role_word, behind.split())) else ""
    return Label(at, (end, end), name, role, titled, is_loud(text[slice(*at)]))


def weigh(label: Label) -> float:
    """Say how much speaks for a label naming a person, from what stands in it alone."""
    lower = [word.casefold() for word in label.name]
    if label.key in load_labels("headings") or (lower and sounds_like_body(lower)):
        return _HEADS
    several = len(label.name) > 1
    given = several and (bool(read_gender(lower)) or is_given(lower[0]))
    roled = any(map(is_role_word, label.role.split()))
    return _GIVEN * given + _TITLED * label.titled + _ROLED * roled + _SHAPED * several


def spell(words: Sequence[str]) -> str:
    """Spell a name or an office that was printed in capitals as names are spelled.

    Example:
        >>> spell(["JOHN", "O'NEILL", "MCCOY", "JR"]), spell(["CNN", "ANCHOR"])
        ("John O'Neill McCoy JR", 'CNN Anchor')
    """
    return " ".join(_spelled(word) if is_loud(word) else word for word in words)


def _spelled(word: str) -> str:
    letters = word.strip(".")
    if (letters.casefold() in _JOINS or is_particle(letters)) and not is_given(letters):
        return word.lower()
    if len(letters) <= _LOUDEST and not is_given(letters):
        return word
    plain = word.title().replace("’S", "’s").replace("'S", "'s")
    return f"Mc{plain[2:].capitalize()}" if plain.startswith("Mc") else plain


def is_loud(text: str) -> bool:
    """Whether a text is printed in capitals."""
    return text.isupper() and sum(map(str.isalpha, text)) > 1


def trim(text: str, start: int, end: int) -> Slice:
    """Narrow a stretch to what is not white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def split_words(text: str, start: int, end: int) -> list[Slice]:
    """Find the words of a stretch: what stands between blanks."""
    found, at = [], start
    for word in text[start:end].split():
        at = text.index(word, at, end)
        found.append((at, at + len(word)))
        at += len(word)
    return found


def _skip_lead(text: str, start: int, end: int) -> int:
    """Skip bullet and time; where brackets that open there hold words, all is skipped."""
    at = start
    while at < end and (text[at] in _CLOCK or text[at] in _BULLETS):
        at += 1
    lead = text[start:at]
    left_open = lead.count("(") > lead.count(")") or lead.count("[") > lead.count("]")
    return end if left_open else at


def _find_end(text: str, first: int, end: int) -> Slice:
    """Find where a label ends, and where what follows it begins; (0, end) where none does."""
    last = min(end, first + _LONGEST)
    if text.startswith(("Q. ", "A. ", "Q ", "A  ", "A\t"), first):
        return first + 1, trim(text, first + 2, end)[0]
    for at in range(first, last):
        if text[at] in _MARKS:
            break
        if text[at] == ":" and (at + 1 == end or text[at + 1] in ' \t\u00a0(“"'):
            return at, _skip_clock(text, at + 1, end)
        if text[at] in "—–" and _is_addressed(text[first:at]):
            return at, trim(text, at + 1, end)[0]
    bare = text[first:last].rstrip(_CLOCK)
    clock = text[first + len(bare) : last]
    ends = last == end and ":" in clock and any(map(str.isdigit, clock))
    return (first + len(bare), end) if bare and ends else (0, end)


def _is_addressed(words: str) -> bool:
    """Whether a dash may end a label: "Mr REET — I move", as some parliaments print it."""
    found = words.split()
    return len(found) > 1 and is_title(found[0]) and is_loud(found[-1].strip("()"))


def _skip_clock(text: str, start: int, end: int) -> int:
    """Skip a time in brackets behind a label: "Jane Roe: (00:03)"."""
    start = trim(text, start, end)[0]
    closing = text.find(")", start, min(end, start + 12)) if text[start : start + 1] == "(" else -1
    if closing > 0 and not any(map(str.isalpha, text[start:closing])):
        return trim(text, closing + 1, end)[0]
    return start


def _may_name(word: str) -> bool:
    bare = word.strip(".'’&")
    plain = not any(letter.isdigit() or letter in _MARKS for letter in word)
    upper = bare[:1].isupper() or word.casefold() in _JOINS or is_particle(word)
    return plain and (upper or is_role_word(word))


def _is_role(behind: str) -> bool:
    """Whether what follows a name may be a role or a constituency, or is nothing."""
    words = [word.casefold().strip(".,") for word in behind.split()]
    tells = any(word in load_labels("tells") for word in words)
    return len(words) <= _LONGEST_ROLE and not tells and _MARKS.isdisjoint(behind)


def _count_office(words: Sequence[str]) -> int:
    """Count the words before a name that are its title and office; all where there is no name."""
    if is_given(words[0]) and len(words) > 1:
        return 0
    offices = [number for number, word in enumerate(words) if _is_office(word)]
    if not offices:
        return 0
    after = offices[-1] + 1
    if after < len(words) and words[after].casefold() not in _JOINS:
        return after
    given = (number for number in range(after, len(words) - 1) if is_given(words[number]))
    return next(given, len(words))


def _is_post(word: str) -> bool:
    """Whether a word before a name tells a post: "Senator", and not "Mr" or "Dr"."""
    return is_role_word(word) and word.casefold().strip(".") != "dr"


def _holds_another(office: Sequence[str]) -> bool:
    """Tell "Governor Jane Roe and Mayor" and "Ask the Expert" from an office."""
    joined = any(
        word.casefold() == "the" and before.casefold() not in _JOINS
        for before, word in pairwise(office)
    )
    return joined or any(map(is_given, office))


def _is_office(word: str) -> bool:
    bare = word.casefold().strip(".")
    return is_title(word) or is_role_word(word) or bare in load_labels("presiding")


def _is_name(words: Sequence[str]) -> bool:
    edges = words[0][0].isupper() and words[-1][0].isupper()
    inner = all(word[0].isupper() or is_particle(word) for word in words)
    return edges and inner and len(words) <= _LONGEST_NAME


def _read_inner(text: str, start: int, end: int) -> Label | None:
    """Read the name in brackets behind an office: "The Minister for Waterways (Mr Reet)"."""
    first, last = text.find("(", start, end), text.find(")", start, end)
    inner = read_named(text, first + 1, last) if 0 <= first < last else None
    return inner if inner and inner.name and (inner.titled or len(inner.name) > 1) else None
