"""Whom a mention means: the full name and the role that an article gives a speaker.

Tested with the rest of attribution in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span, Token

_WORDS = Path(__file__).parents[1] / "data" / "people_en.json"
_LINKS = frozenset(("of", "for", "and", "the", "&", "at", "in", "to", "'s", "’s"))
_OF_ANOTHER = frozenset(("to", "of", "for"))
_LONGEST_ROLE = 14
_PARTICLES = frozenset(("al", "bin", "de", "van", "von", "del", "la", "der"))
_PERSONAL = frozenset(("he", "she", "they", "him", "her", "them", "his", "their"))
_NOBODY = frozenset(
    [
        "i",
        "me",
        "we",
        "us",
        "you",
        "it",
        "its",
        "one",
        "who",
        "which",
        "what",
        "that",
        "this",
        "those",
        "these",
        "there",
        "some",
        "someone",
        "anyone",
        "everyone",
        "everybody",
        "nobody",
        "none",
    ]
)
"""Mentions that name nobody by themselves."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a mention means.

    Attributes:
        name: The fullest name the article gives, or the words as printed for a description or
            a group; empty where it cannot be told.
        role: As printed; empty where none is.
    """

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as printed at one place: ``doc[start:end]``."""

    start: int
    end: int
    words: tuple[str, ...]


@cache
def _people() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(_WORDS.read_text("utf-8"))
    return read


@cache
def _set(*keys: str) -> frozenset[str]:
    words: Any = _people()
    for key in keys:
        words = words[key]
    return frozenset(word.lower() for word in words)


class Speakers:
    """The people that an article names, and whom its mentions mean."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc

    def resolve(self, start: int, end: int) -> Person:
        """Tell whom a mention means.

        Args:
            start: Its first token.
            end: The token after its last.
        """
        head = self._doc[start:end].root
        if end - start == 1 and head.lower_ in _PERSONAL:
            name = self._meant(head)
            return self._known(name) if name else Person("")
        if end - start == 1 and head.lower_ in _NOBODY:
            return Person("")
        name = self._name_within(start, end, head)
        if name is None or _is_group(self._doc, name, start, end):
            return Person(_clean(self._doc[start:end].text))
        person, lead = self._known(name), self._doc[start : min(end, name.start)]
        if not person.role and any(map(_is_role, lead)):
            return Person(person.name, _clean(lead.text.rstrip(" ,")))
        return person

    @cached_property
    def _names(self) -> list[_Name]:
        return list(_names_of(self._doc))

    def _name_within(self, start: int, end: int, head: Token) -> _Name | None:
        """The name that a mention is headed by, so not that of "the mayor of Aldbury"."""
        within = [name for name in self._names if name.start < end and name.end > start]
        for name in within:
            if name.end == end and start < name.start and _is_office(self._doc[start : name.start]):
                return name
        for name in within:
            if name.start <= head.i < name.end:
                return name
        for name in self._names:  # "the harbour's director, Ada Quill"
            root = self._doc[name.start : name.end].root
            if root.dep_ == "appos" and root.head == head:
                return name
        return None

    def _known(self, name: _Name) -> Person:
        full = self._fullest(name)
        return Person(" ".join(full.words), self._role(full))

    def _fullest(self, name: _Name) -> _Name:
        """The longest form of a name in the article; the bare surname of two people stays so."""
        key = tuple(word.lower() for word in name.words)
        longer = [other for other in self._names if _may_be(key, other)]
        forms = Counter(other.words for other in longer if len(other.words) > len(key))
        if not forms:
            return name
        best, count = max(forms.items(), key=lambda form: (form[1], len(form[0])))
        people = {words[0].lower() for words in forms}
        if len(people) > 1 and len(key) == 1 and count < 3 * (forms.total() - count):
            return name
        return next(other for other in longer if other.words == best)

    def _role(self, name: _Name) -> str:
        """The role printed at any place that gives the same name, the first that has one."""
        for other in self._names:
            if other.words == name.words:
                role = _before(self._doc, other, self._ends) or _after(self._doc, other)
                if role:
                    return role
        return ""

    def _meant(self, pronoun: Token) -> _Name | None:
        """The person a pronoun means: the nearest before it that fits, subjects first."""
        gender = {"him": "he", "his": "he", "her": "she", "them": "they", "their": "they"}.get(
            pronoun.lower_, pronoun.lower_
        )
        if gender == "they":
            return None
        best: tuple[float, _Name] | None = None
        distance = 0
        for name in reversed([name for name in self._names if name.end <= pronoun.i]):
            paragraphs = self._paragraph[pronoun.i] - self._paragraph[name.start]
            if paragraphs > 4:
                break
            fit = self._fit(name, gender)
            if fit == 0:
                continue
            root = self._doc[name.start : name.end].root
            score = fit + (1.0 if root.dep_ in ("nsubj", "nsubjpass") else 0.0)
            score -= 0.6 * paragraphs + 0.15 * distance
            score -= 0.8 * (self._inside_quotes(name))
            distance += 1
            if best is None or score > best[0]:
                best = score, name
        return best[1] if best is not None and best[0] > 0 else None

    @cached_property
    def _ends(self) -> frozenset[int]:
        """Where full names end, so that nobody's title begins before."""
        return frozenset(name.end for name in self._names if len(name.words) > 1)

    @cached_property
    def _paragraph(self) -> list[int]:
        numbers, number = [], 0
        for token in self._doc:
            numbers.append(number)
            number += token.is_space and "\n" in token.text
        return numbers

    def _inside_quotes(self, name: _Name) -> bool:
        marks = sum(
            token.is_quote
            for token in self._doc[max(0, name.start - 60) : name.start]
            if self._paragraph[token.i] == self._paragraph[name.start]
        )
        return marks % 2 == 1

    @cached_property
    def _genders(self) -> dict[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        for name in self._names:
            gender = _gender_at(self._doc, name)
            if gender:
                found.setdefault(name.words, gender)
        return found

    def _fit(self, name: _Name, gender: str) -> float:
        """How well a name fits "he" or "she": 0 not at all, 1 nothing known, 2 well."""
        full = self._fullest(name)
        known = self._genders.get(full.words) or self._genders.get(name.words)
        if known:
            return 2.0 if known == gender else 0.0
        if not _is_person(self._doc, full, self._roled):
            return 0.0
        return 1.0

    @cached_property
    def _roled(self) -> frozenset[tuple[str, ...]]:
        return frozenset(
            name.words
            for name in self._names
            if _before(self._doc, name, self._ends) or _after(self._doc, name)
        )


def _is_office(words: Span) -> bool:
    """Tell "Minister of Foreign Affairs" before a name, which the parse takes for one name."""
    linked = any(token.lower_ == "of" for token in words)
    return linked and _is_role(words.root) and words[-1].lower_ in _set("bodies")


def _is_group(doc: Doc, name: _Name, start: int, end: int) -> bool:
    """Tell "Seoul and Washington" and "the Republic of Korea" from a person's name."""
    rest = [*doc[start : name.start], *doc[name.end : end]]
    return any(token.dep_ == "cc" for token in rest) or (
        name.end < end and doc[name.end].lower_ in ("of", "for")
    )


def _names_of(doc: Doc) -> Iterator[_Name]:
    """Runs of proper nouns, without the titles and offices before them."""
    start = None
    for token in doc:
        if _is_part(token, started=start is not None):
            start = token.i if start is None else start
            continue
        if start is not None:
            yield from _name(doc, start, token.i)
            start = None
    if start is not None:
        yield from _name(doc, start, len(doc))


def _is_part(token: Token, *, started: bool) -> bool:
    if token.tag_ in ("NNP", "NNPS") and token.text[:1].isupper():
        return True
    joined = token.lower_ in _PARTICLES or (token.text == "-" and not token.whitespace_)
    return started and joined and token.i + 1 < len(token.doc) and token.nbor().tag_ == "NNP"


def _name(doc: Doc, start: int, end: int) -> Iterator[_Name]:
    for place in range(end - 1, start - 1, -1):
        word = doc[place].lower_.strip(".")
        if place < end - 1 and (
            word in _set("titles") or word in _set("roles") or word in _set("bodies")
        ):
            start = place + 1
            break
    words = tuple(word for word in doc[start:end].text.split() if any(c.isalnum() for c in word))
    if words:
        yield _Name(start, end, words)


def _may_be(key: tuple[str, ...], other: _Name) -> bool:
    """Tell whether a longer name ends, or begins, as a shorter one does."""
    words = tuple(word.lower() for word in other.words)
    if len(words) > 4:
        return words == key
    if len(key) == 1:
        return words[-1] == key[0] or (len(words) <= 3 and words[0] == key[0])
    return words[-1] == key[-1] and words[0] == key[0]


def _gender_at(doc: Doc, name: _Name) -> str:
    before = doc[name.start - 1].lower_.strip(".") if name.start else ""
    for gender in ("he", "she"):
        if before in _set(gender, "titles") or before in _set(gender, "roles"):
            return gender
    first = name.words[0].lower()
    if len(name.words) > 1:
        for gender in ("he", "she"):
            if first in _set(gender, "names"):
                return gender
    after = _after(doc, name).lower().split()
    for gender in ("he", "she"):
        if any(word in _set(gender, "roles") for word in after[:4]):
            return gender
    return ""


def _is_person(doc: Doc, name: _Name, roled: frozenset[tuple[str, ...]]) -> bool:
    first = name.words[0].lower()
    known = first in _set("he", "names") or first in _set("she", "names")
    if known or name.words in roled:
        return True
    titled = name.start > 0 and doc[name.start - 1].lower_.strip(".") in _set("titles")
    return titled or (
        len(name.words) in (2, 3) and not any(word.lower() in _set("bodies") for word in name.words)
    )


def _before(doc: Doc, name: _Name, ends: frozenset[int]) -> str:
    """The role before a name: "campaign manager", "Assistant Minister of Foreign Affairs"."""
    start = name.start
    while start > 0 and name.start - start < _LONGEST_ROLE and _may_title(doc[start - 1]):
        if start in ends:
            break
        start -= 1
    while start < name.start and doc[start].lower_ in _LINKS:
        start += 1
    start = _own(doc, start, name.start)
    run = doc[start : name.start]
    if not len(run) or run[-1].lower_ in _LINKS:  # "the founder of" is not who comes after it
        return ""
    return _clean(run.text) if any(_is_role(token) for token in run) else ""


def _own(doc: Doc, start: int, end: int) -> int:
    """Where the role of the named person begins: "chief of staff to Mayor Ada Quill" holds two."""
    for place in range(end - 2, start, -1):
        if doc[place].lower_ in _OF_ANOTHER and any(map(_is_role, doc[place + 1 : end])):
            return place + 1
    return start


def _may_title(token: Token) -> bool:
    if token.is_space or token.is_quote:
        return False
    return token.pos_ in ("NOUN", "PROPN", "ADJ") or token.lower_ in _LINKS or token.text == "-"


def _after(doc: Doc, name: _Name) -> str:
    """The role after a name: ", the bridge's architect,"."""
    at = name.end
    if at + 1 >= len(doc) or doc[at].text not in (",", "(", "–", "—"):
        return ""
    end = at + 1
    while end < len(doc) and end - at <= _LONGEST_ROLE:
        token = doc[end]
        if token.text in (",", ".", ";", ":", ")", "–", "—") or token.is_space or token.is_quote:
            break
        if token.tag_.startswith("VB") or token.tag_ in ("WP", "WDT", "MD"):
            break
        end += 1
    run = doc[at + 1 : end]
    if not len(run) or run[0].tag_ in ("CC", "IN", "RB", "WRB", "PRP"):
        return ""
    return _clean(run.text) if any(_is_role(token) for token in run[:7]) else ""


def _is_role(token: Token) -> bool:
    word = token.lower_
    if word in _set("roles") or token.lemma_.lower() in _set("roles"):
        return True
    return word.strip(".") in ("sen", "rep", "gov", "lt", "col", "gen", "prof", "dr")


def _clean(text: str) -> str:
    words = text.removesuffix("'s").removesuffix("’s").split()
    if words and words[0].lower() in ("a", "an") and len(words) > 1:
        words = words[1:]
    return " ".join(words)
