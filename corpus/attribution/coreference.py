"""Whom a mention means: the full name and the role that an article gives a speaker.

Tested with the rest of attribution in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from spacy.tokens import Doc

from corpus.attribution.names import Name, Names, clean, is_group, read_role
from corpus.attribution.pronouns import Pronouns

_Key = TypeVar("_Key", bound=Hashable)

_PERSONAL = frozenset(("he", "she", "they", "him", "her", "them", "his", "their"))
_NOBODY = frozenset(
    [
        "i",
        "me",
        "my",
        "we",
        "us",
        "our",
        "you",
        "your",
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


class Speakers:
    """The people that an article names, and whom its mentions mean.

    Args:
        doc: The parsed body.
        inside: Of each token, whether it stands within quotation marks.
        said: What is said by pronouns, by the pronoun's token.
        author: Whom "I" means outside quotation marks; empty where nobody alone signed.
    """

    def __init__(
        self,
        doc: Doc,
        inside: Sequence[bool],
        said: Mapping[int, Sequence[str]],
        *,
        author: str = "",
    ) -> None:
        self._doc, self._inside, self._author = doc, inside, author
        self._names = Names(doc)
        self._pronouns = Pronouns(doc, inside, self._names, said)

    def resolve(self, start: int, end: int) -> Person:
        """Tell whom a mention means.

        Args:
            start: Its first token.
            end: The token after its last.
        """
        head = self._doc[start:end].root
        if end - start == 1 and head.lower_ in _PERSONAL:
            name = self._pronouns.find(head)
            return self.describe(name) if name else Person("")
        if end - start == 1 and head.lower_ == "i" and not self._inside[head.i]:
            return Person(self._author)
        if end - start == 1 and head.lower_ in _NOBODY:
            return Person("")
        name = self._names.headed_by(start, end, head)
        if name is None or is_group(self._doc, name, start, end):
            return Person(clean(self._doc[start:end].text))
        person = self.describe(name)
        lead = self._doc[start : max(start, min(end, name.start))]
        return person if person.role else Person(person.name, read_role(lead))

    def find_subject(self, end: int) -> Name | None:
        """Find the person whom an opening is about: told of at least twice as often as another.

        Args:
            end: The character after the opening's last.
        """
        opening = self._doc.char_span(0, end, alignment_mode="contract")
        return self._pronouns.find_subject(opening.end) if opening else None

    def describe(self, name: Name) -> Person:
        """Tell the fullest form of a name, and the role that goes with it."""
        full = self._names.fullest(name)
        return Person(" ".join(full.words), self._names.role(full))

    def recognise(self, words: Sequence[str]) -> Person | None:
        """Find the person whom a name means that is printed in any case, in full or by surname.

        Returns:
            None where the article tells of no such person, or of two.
        """
        folded = [word.casefold() for word in words]
        found = [
            name
            for name in self._by_surname.get(folded[-1], ())
            if len(folded) == 1 or name.words[0].casefold() == folded[0]
        ]
        printed = [name for name in found if not name.words[-1].isupper()] or found
        return self.describe(printed[0]) if len(printed) == 1 else None

    def recognise_initials(self, letters: str) -> Person | None:
        """Find the only person whose name of several words has some initials."""
        found = self._by_initials.get(letters, ())
        return self.describe(found[0]) if len(found) == 1 else None

    def find_holder(self, office: str) -> Person | None:
        """Find the only person to whom the article gives an office: "PRIME MINISTER"."""
        found = self._by_office.get(tuple(_office(office)), ())
        return self.describe(found[0]) if len(found) == 1 else None

    @cached_property
    def _people(self) -> Sequence[Name]:
        """The fullest names of those who are persons for sure, each once."""
        full = (self._names.fullest(name) for name in self._names.all)
        people = {name.words: name for name in full if self._pronouns.is_person(name)}
        return list(people.values())

    @cached_property
    def _by_surname(self) -> Mapping[str, Sequence[Name]]:
        return _group((name.words[-1].casefold(), name) for name in self._people)

    @cached_property
    def _by_initials(self) -> Mapping[str, Sequence[Name]]:
        several = (name for name in self._people if len(name.words) > 1)
        return _group(("".join(word[0] for word in one.words).upper(), one) for one in several)

    @cached_property
    def _by_office(self) -> Mapping[tuple[str, ...], Sequence[Name]]:
        """People by what their offices begin with: "Minister" and "Minister of Sheds"."""
        offices = ((_office(self._names.role(name)), name) for name in self._people)
        return _group(
            (tuple(words[:count]), name)
            for words, name in offices
            for count in range(1, len(words) + 1)
        )


def _office(role: str) -> list[str]:
    return role.casefold().removeprefix("the ").split()


def _group(pairs: Iterable[tuple[_Key, Name]]) -> Mapping[_Key, Sequence[Name]]:
    found: defaultdict[_Key, list[Name]] = defaultdict(list)
    for key, name in pairs:
        found[key].append(name)
    return found
