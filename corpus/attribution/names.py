"""The names in an article: where they stand, their fullest form, and the roles they are given.

Tested with the rest of attribution in `tests/corpus/attribution/test_attribute.py`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from spacy.tokens import Doc, Span, Token

from corpus.attribution.cues import load_cues
from corpus.nlp.given_names import read_gender

_WORDS = Path(__file__).parents[1] / "data" / "people_en.json"
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_LINKS = frozenset(("of", "for", "and", "the", "&", "at", "in", "on", "to", "by", "'s", "’s"))
_LINKED = frozenset(("of", "for", "at", "in", "to"))
_OF_ANOTHER = frozenset(("to", "of", "for"))
_LONGEST_ROLE = 14
_LONGEST_NAME = 4
_PARTICLES = frozenset(
    "al bin da de del den der di dos du el ibn la le ten ter van von".split()  # noqa: SIM905
)
_LEAST_WITH_FIELD = 3
"""Words of a field and a full name."""
_ABBREVIATED = frozenset(("sen", "rep", "gov", "lt", "col", "gen", "prof", "dr"))
_SHOUTED = 0.8
"""Share of words in capitals from which on a sentence is a headline, which tells no names apart."""
_SHORT = 3
"""Words up to which a sentence in capitals may be a name or an abbreviation by itself."""


@dataclass(frozen=True, slots=True)
class Name:
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


class Names:
    """The names that an article prints."""

    def __init__(self, doc: Doc) -> None:
        self._doc = doc

    @cached_property
    def all(self) -> Sequence[Name]:
        """In the order of the text; those of headlines in capitals are left out."""
        return list(_names_of(self._doc))

    @property
    def sayings(self) -> frozenset[str]:
        """The verbs of saying, as lemmas."""
        return frozenset(load_cues()["say"])

    def fullest(self, name: Name) -> Name:
        """The longest form of a name in the article; the bare surname of two people stays so."""
        found = self._full.get(name.words)
        if found is None:
            found = self._full[name.words] = self._find_fullest(name)
        return found

    def role(self, name: Name) -> str:
        """The role printed at any place that gives the same name, the first that has one."""
        found = self._roles.get(name.words)
        if found is None:
            places = self._places[name.words]
            found = self._roles[name.words] = next(filter(None, map(self.role_at, places)), "")
        return found

    def role_at(self, name: Name) -> str:
        """The role that is printed beside a name at its place."""
        doc = self._doc
        return _before(doc, name, self._ends) or _after(doc, name) or _apposed(doc, name)

    def has_role(self, name: Name) -> bool:
        """Whether the article gives a name a role anywhere."""
        return bool(self.role(name))

    def is_titled(self, name: Name) -> bool:
        """Whether a title stands before a name at its place: "Mr", "Dr"."""
        before = self._doc[name.start - 1].lower_.strip(".") if name.start else ""
        return before in _set("titles")

    def is_role(self, token: Token) -> bool:
        """Whether a word says what a person is: "director", "neighbour", "mother"."""
        return _is_role(token) or token.lower_ in _set("nominal")

    def ends_in_role(self, words: Sequence[str]) -> bool:
        """Whether what looks like a name is an office: "Chief Executive", "CEO"."""
        return words[-1].lower() in _set("roles")

    def told_gender(self, name: Name) -> str:
        """The gender that the title before a name or the role beside it tells, at its place."""
        before = self._doc[name.start - 1].lower_.strip(".") if name.start else ""
        for gender in ("he", "she"):
            if before in _set(gender, "titles") or before in _set(gender, "roles"):
                return gender
        after = _after(self._doc, name).lower().split()
        return next(
            (g for g in ("he", "she") if any(word in _set(g, "roles") for word in after[:4])), ""
        )

    def headed_by(self, start: int, end: int, head: Token) -> Name | None:
        """The name that a mention is headed by, so not that of "the mayor of Aldbury"."""
        first = bisect_right(self.all, start, key=lambda name: name.end)
        within = self.all[first : bisect_left(self.all, end, key=lambda name: name.start)]
        for name in within:
            if name.end == end and start < name.start and _is_office(self._doc[start : name.start]):
                return name
        for name in within:
            if name.start <= head.i < name.end:
                return name
        return self._apposed.get(head.i)  # "the harbour's director, Ada Quill"

    def _find_fullest(self, name: Name) -> Name:
        key = tuple(word.lower() for word in name.words)
        longer = [other for other in self._ending[key[-1]] if _may_be(key, other)]
        forms = Counter(
            other.words
            for other in longer
            if len(other.words) > len(key) and not self._is_work(other)
        )
        if not forms:
            return self._places[name.words][0]
        best, count = max(forms.items(), key=lambda form: (form[1], len(form[0])))
        people = {words[0].lower() for words in forms}
        if len(people) > 1 and len(key) == 1 and count < 3 * (forms.total() - count):
            return self._places[name.words][0]
        return self._places[best][0]

    def _is_work(self, name: Name) -> bool:
        """Whether it names a book or a body: by a word in it, or an article before it."""
        if sounds_like_body(name.words):
            return True
        before = self._doc[name.start - 1].lower_ if name.start else ""
        return before == "the" or name.words[0].lower() == "the"

    @cached_property
    def _full(self) -> dict[tuple[str, ...], Name]:
        return {}

    @cached_property
    def _roles(self) -> dict[tuple[str, ...], str]:
        return {}

    @cached_property
    def _apposed(self) -> Mapping[int, Name]:
        """The first name that stands beside each word as another word for the same."""
        roots = [(self._doc[name.start : name.end].root, name) for name in reversed(self.all)]
        return {root.head.i: name for root, name in roots if root.dep_ == "appos"}

    @cached_property
    def _places(self) -> Mapping[tuple[str, ...], list[Name]]:
        places: defaultdict[tuple[str, ...], list[Name]] = defaultdict(list)
        for name in self.all:
            places[name.words].append(name)
        return places

    @cached_property
    def _ending(self) -> Mapping[str, list[Name]]:
        """The names that a word ends or begins."""
        ending: defaultdict[str, list[Name]] = defaultdict(list)
        for name in self.all:
            for word in {name.words[0].lower(), name.words[-1].lower()}:
                ending[word].append(name)
        return ending

    @cached_property
    def _ends(self) -> frozenset[int]:
        """Where full names end, so that nobody's title begins before."""
        return frozenset(name.end for name in self.all if len(name.words) > 1)


def find_words(text: str) -> frozenset[str]:
    """The words of a text in lower case."""
    return frozenset(word.casefold() for word in _WORD.findall(text))


def sounds_like_body(words: Sequence[str]) -> bool:
    """Whether a name holds a word of bodies, works and places, or is a day's or month's."""
    lower = [word.lower().strip(".") for word in words]
    if len(lower) == 1:
        return lower[0] in _set("things") or lower[0] in _set("bodies") or lower[0] in _set("days")
    return any(word in _set("bodies") or word in _set("things") for word in lower)


def is_title(word: str) -> bool:
    """Whether a word is a title before names: "Mr", "Dr."."""
    return word.lower().strip(".") in _set("titles")


def is_role_word(word: str) -> bool:
    """Whether a word says what a person is, in any case: "Senator", "CEO", "Sen."."""
    bare = word.lower().strip(".,")
    return bare in _set("roles") or bare in _ABBREVIATED


def is_particle(word: str) -> bool:
    """Whether a word may stand in lower case within a name: "van"."""
    return word.lower() in _PARTICLES


def is_group(doc: Doc, name: Name, start: int, end: int) -> bool:
    """Tell "Seoul and Washington" and "the Republic of Korea" from a person's name."""
    rest = [*doc[start : name.start], *doc[name.end : end]]
    heads = {doc[start:end].root, doc[name.start : name.end].root}
    return any(token.dep_ == "cc" and token.head in heads for token in rest) or (
        name.end < end and doc[name.end].lower_ in ("of", "for")
    )


def read_role(words: Span) -> str:
    """The role that the words before a name give; empty where they end in the middle of one."""
    while len(words) and (words[-1].is_punct or words[-1].is_space):
        words = words[:-1]
    if not len(words) or words[-1].lower_ in _LINKS or not any(map(_is_role, words)):
        return ""
    return clean(words.text)


def _is_office(words: Span) -> bool:
    """Tell "Minister of Foreign Affairs" before a name, which the parse takes for one name."""
    linked = any(token.lower_ == "of" for token in words)
    return linked and _is_role(words.root) and words[-1].lower_ in _set("bodies")


def _names_of(doc: Doc) -> Iterator[Name]:
    """Runs of proper nouns, without the titles and offices before them."""
    for sentence in doc.sents:
        if not _is_shouted(sentence):
            yield from _names_in(sentence)


def _names_in(sentence: Span) -> Iterator[Name]:
    doc, start = sentence.doc, None
    for token in sentence:
        if _is_part(token, started=start is not None):
            start = token.i if start is None else start
            continue
        if start is not None:
            yield from _name(doc, start, token.i)
            start = None
    if start is not None:
        yield from _name(doc, start, sentence.end)


def _is_shouted(sentence: Span) -> bool:
    words = [token.text for token in sentence if token.is_alpha and len(token) > 1]
    loud = sum(word.isupper() for word in words)
    return len(words) > _SHORT and loud >= _SHOUTED * len(words)


def _is_part(token: Token, *, started: bool) -> bool:
    if token.tag_ in ("NNP", "NNPS") and token.text[:1].isupper():
        return True
    named = token.i + 1 < len(token.doc) and token.nbor().tag_ == "NNP"
    if token.lower_ in _PARTICLES:
        return named and (started or token.text[:1].isupper())
    return started and named and token.text == "-" and not token.whitespace_


def _name(doc: Doc, start: int, end: int) -> Iterator[Name]:
    for place in range(end - 2, start - 1, -1):
        word = doc[place].lower_.strip(".")
        if word in _set("titles") or word in _set("roles") or word in _set("bodies"):
            start = place + 1
            break
    if _is_field(doc, start, end):
        start += 1
    words = tuple(word for word in doc[start:end].text.split() if any(c.isalnum() for c in word))
    if words:
        yield Name(start, end, words)


def _is_field(doc: Doc, start: int, end: int) -> bool:
    """Whether a run begins with what somebody directs: "director of Content Ada Quill"."""
    if end - start < _LEAST_WITH_FIELD or doc[max(0, start - 1)].lower_ != "of":
        return False
    return not read_gender([doc[start].text]) and bool(read_gender([doc[start + 1].text]))


def _may_be(key: tuple[str, ...], other: Name) -> bool:
    """Tell whether a longer name ends, or begins, as a shorter one does."""
    words = tuple(word.lower() for word in other.words)
    if len(words) > _LONGEST_NAME:
        return words == key
    if len(key) == 1:
        return words[-1] == key[0] or (len(words) < _LONGEST_NAME and words[0] == key[0])
    if key[0] in _PARTICLES:
        return words[-len(key) :] == key
    return words[-1] == key[-1] and words[0] == key[0]


def _before(doc: Doc, name: Name, ends: frozenset[int]) -> str:
    """The role before a name: "campaign manager", "Assistant Minister of Foreign Affairs"."""
    start = name.start
    while start > 0 and name.start - start < _LONGEST_ROLE and _may_title(doc[start - 1]):
        if start in ends:
            break
        start -= 1
    while start < name.start and doc[start].lower_ in _LINKS:
        start += 1
    return read_role(doc[_own(doc, start, name.start) : name.start])


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


def _after(doc: Doc, name: Name) -> str:
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
    run = _without_tail(doc[at + 1 : end])
    while len(run) and run[-1].lower_ in _LINKS:  # "the founder of" a name in brackets
        run = run[:-1]
    if not len(run) or run[0].tag_ in ("CC", "IN", "RB", "WRB", "PRP"):
        return ""
    return clean(run.text) if any(_is_role(token) for token in run[:7]) else ""


def _without_tail(words: Span) -> Span:
    """A role without what is told of its bearer: "the founder on the brink of a sale"."""
    for place, token in enumerate(words):
        if (
            place
            and token.tag_ == "IN"
            and token.lower_ not in _LINKED
            and _is_role(words[place - 1])
        ):
            return words[:place]
    return words


def _apposed(doc: Doc, name: Name) -> str:
    """The role that a name follows after a comma: "the county's surveyor, Ada Quill,"."""
    root = doc[name.start : name.end].root
    head, comma = root.head, name.start - 1
    if root.dep_ != "appos" or comma < 1 or doc[comma].text != "," or head.i >= comma:
        return ""
    words = doc[head.left_edge.i : comma]
    return read_role(words) if _is_role(head) and len(words) <= _LONGEST_ROLE else ""


def _is_role(token: Token) -> bool:
    word = token.lower_
    if word in _set("roles") or token.lemma_.lower() in _set("roles"):
        return True
    return word.strip(".") in _ABBREVIATED


def clean(text: str) -> str:
    """A name or role as it is told: without possessive, article and marks at its edges."""
    words = text.removesuffix("'s").removesuffix("’s").split()
    while words and not any(char.isalnum() for char in words[0]):
        words = words[1:]
    if words and words[0].lower() in ("a", "an") and len(words) > 1:
        words = words[1:]
    return " ".join(words)
