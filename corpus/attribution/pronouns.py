"""Whom "he" and "she" mean: the likeliest of the people whom an article has told of so far.

The article is read once, from its beginning: names, people without a name ("a neighbour") and
pronouns each bring somebody to mind, a subject more than an object, and whoever was long not
mentioned fades. A pronoun means whoever is most in mind and fits it. Nobody is named where a
second person fits about as well, where what bears the name may be no person, or where what was
said speaks of its supposed speaker by name: a false speaker is worse than none.

Tested with the rest of attribution in `tests/corpus/attribution/test_pronouns.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from spacy.tokens import Doc, Token

from corpus.attribution.names import (
    Name,
    Names,
    find_words,
    sounds_like_body,
)
from corpus.errors import CorpusError
from corpus.nlp.entities import Sort, find_entities
from corpus.nlp.given_names import read_gender
from corpus.nlp.segment import Slice

_NEUTER = "its"
_GENDERS = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "hers": "she"}
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
_LOOKED_AT = 4
"""Sentences of a name in which the model is asked what bears it."""
_REMEMBERED = 8
"""Mentions of somebody that are kept; older ones have faded."""
_SUBJECT, _OF_SUBJECT, _OWNER, _OTHER, _FRAGMENT = 1.0, 0.8, 0.55, 0.5, 0.2
"""How much a mention brings somebody to mind: as subject, as owner of the subject or of something
else, otherwise, and without a verb."""
_SPEAKS = 0.3
"""What it adds that they were told to speak, where the pronoun is too: speakers go on."""
_INTRODUCED = 0.35
"""What the first mention adds where the article says there who somebody is."""
_SAME_SENTENCE = 0.15
"""What it adds that the mention stands in the pronoun's own sentence."""
_PER_SENTENCE, _PER_PARAGRAPH = 0.3, 0.1
"""How somebody fades with each sentence and each paragraph of the reporter's."""
_FITS, _OFTEN = 0.15, 0.03
"""What a gender that fits adds, and each earlier mention up to a handful."""
_LEAST, _AHEAD = -0.2, 0.3
"""Least that somebody has to be in mind, and ahead of the next, to be named."""
_LEAST_UNKNOWN = 0.5
"""The same where nothing tells whether they are "he" or "she"."""
_NEW = frozenset(("a", "an", "one", "another"))
_PERSON, _PERHAPS = 2.5, 1.0
"""Least proof of somebody who may be named, and of somebody who may be meant instead."""
_VOTES = 2
"""Sentences that refer back to a name by "he" or "she", of which more prove no more."""
_LONGEST_NAME = 4
"""Words in a person's name."""


class _Sure(IntEnum):
    """Whether a name's bearer is a person."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class _Proof:
    """What speaks for a person bearing a name.

    Attributes:
        given: Its first word is a given name.
        several: It has as many words as people's names have.
        labelled: In -1 to 2, whether the model takes it for a person's more than for others'.
        roled: The article gives it a role.
        speaks: It is the subject of a verb of saying.
        voted: In -2 to 2, the sentences that refer back to it by "he" or "she", less those by
            "its".
    """

    given: bool
    several: bool
    labelled: int
    roled: bool
    speaks: bool
    voted: int

    @property
    def stands(self) -> bool:
        """Whether more than pronouns near it says that it is a person."""
        return self.given or self.labelled > 0 or (self.roled and self.speaks)

    @property
    def worth(self) -> float:
        """All of it together."""
        sure = 2.0 * self.given + 0.5 * self.several
        return sure + self.labelled + self.roled + self.speaks + self.voted


@dataclass(slots=True)
class _Someone:
    """Somebody whom the article has told of.

    Attributes:
        name: As printed in full; None for people without a name.
        gender: "he", "she", or empty where nothing tells.
        sure: Whether it is a person.
        seen: Tokens at which they were brought to mind, each with how much.
        count: How often.
    """

    name: Name | None
    gender: str
    sure: _Sure
    seen: list[tuple[int, float]] = field(default_factory=list)
    count: int = 0

    def recall(self, at: int, weight: float) -> None:
        """Bring them to mind at a token."""
        self.seen = [*self.seen[-_REMEMBERED + 1 :], (at, weight)]
        self.count += 1


class Pronouns:
    """Tells whom the pronouns of an article mean.

    Args:
        doc: The parsed body.
        inside: Of each token, whether it stands within quotation marks.
        names: The article's names.
        said: What is said by pronouns, by the pronoun's token.
    """

    def __init__(
        self,
        doc: Doc,
        inside: Sequence[bool],
        names: Names,
        said: Mapping[int, Sequence[str]],
    ) -> None:
        self._doc, self._inside, self._names, self._said = doc, inside, names, said

    def find(self, pronoun: Token) -> Name | None:
        """Find whom a pronoun means, by their full name; None where that is in doubt."""
        someone = self._meant.get(pronoun.i)
        return someone.name if someone else None

    def find_subject(self, end: int) -> Name | None:
        """Find the person named most before a token; None where a second is named half as often."""
        counts: Counter[tuple[str, ...]] = Counter()
        for key, group in self._groups.items():
            if self._persons[key] is _Sure.YES:
                counts[key] = sum(name.start < end for name in group)
        ranked = [one for one in counts.most_common(2) if one[1]]
        if not ranked or (len(ranked) > 1 and 2 * ranked[1][1] > ranked[0][1]):
            return None
        return self._groups[ranked[0][0]][0]

    def is_person(self, name: Name) -> bool:
        """Whether it is sure that a person bears a name."""
        full = self._names.fullest(name)
        key = tuple(word.casefold() for word in full.words)
        return self._persons.get(key, _Sure.NO) is _Sure.YES

    @cached_property
    def _meant(self) -> Mapping[int, _Someone]:
        """Of each pronoun that means somebody for sure, whom."""
        return dict(self._read())

    def _read(self) -> Iterator[tuple[int, _Someone]]:
        people: dict[tuple[str, ...], _Someone] = {}
        starts = {name.start: name for name in self._names.all if not self._inside[name.start]}
        covered = -1
        for token in self._doc:
            if self._inside[token.i] or token.i < covered:
                continue
            if name := starts.get(token.i):
                covered = name.end
                self._recall_name(people, name)
            elif gender := _GENDERS.get(token.lower_):
                someone, clear = self._choose(people, token, gender)
                if someone is None:
                    continue
                someone.recall(token.i, self._weigh(token))
                if clear:
                    someone.gender = gender
                    yield token.i, someone
            elif self._is_new(token):
                unnamed = _Someone(None, read_gender((), token.lower_), _Sure.YES)
                unnamed.recall(token.i, self._weigh(token))
                people[token.lower_, str(token.i)] = unnamed

    def _recall_name(self, people: dict[tuple[str, ...], _Someone], name: Name) -> None:
        full = self._names.fullest(name)
        key = tuple(word.casefold() for word in full.words)
        sure = self._persons.get(key, _Sure.NO)
        if sure is _Sure.NO or self._is_modifier(name):
            return
        someone = people.setdefault(key, _Someone(full, self._genders.get(key, ""), sure))
        weight = self._weigh(self._doc[name.start : name.end].root)
        if not someone.count and self._names.role_at(name):
            weight += _INTRODUCED
        someone.recall(name.start, weight)

    def _is_modifier(self, name: Name) -> bool:
        """Whether a name tells what sort of thing a noun means: "an Oscar winner"."""
        root = self._doc[name.start : name.end].root
        head = root.head
        outside = not name.start <= head.i < name.end
        return outside and root.dep_ in ("compound", "nmod", "amod") and head.pos_ == "NOUN"

    def _choose(
        self, people: Mapping[tuple[str, ...], _Someone], pronoun: Token, gender: str
    ) -> tuple[_Someone | None, bool]:
        """Choose who is most in mind and fits, and say whether they may be named.

        Nobody is chosen where a second person fits about as well.
        """
        known = [*people.values(), *self._announced(pronoun)]
        fitting = [
            one
            for one in known
            if one.gender in ("", gender) and not self._is_spoken_of(one, pronoun)
        ]
        scores = [self._score(one, pronoun, gender) for one in fitting]
        ranked = sorted(range(len(fitting)), key=lambda place: -scores[place])
        if not ranked or scores[ranked[0]] < _LEAST:
            return None, False
        best = fitting[ranked[0]]
        rivals = (scores[n] for n in ranked[1:] if not _may_be_same(best, fitting[n]))
        if scores[ranked[0]] - next(rivals, _LEAST - _AHEAD) < _AHEAD:
            return None, False
        near = best.gender == gender or scores[ranked[0]] >= _LEAST_UNKNOWN
        return best, best.name is not None and best.sure is _Sure.YES and near

    def _announced(self, pronoun: Token) -> Iterator[_Someone]:
        """Whom a sentence names only after its pronoun: "In her novel, Ada Quill says ..."."""
        root = pronoun.sent.root
        subject = next((child for child in root.lefts if child.dep_ in _SUBJECTS), None)
        if subject is not None and subject.i > pronoun.i and subject.pos_ == "PROPN":
            later = _Someone(None, "", _Sure.MAYBE)
            later.recall(pronoun.i, _SUBJECT + _FITS)
            yield later

    def _score(self, someone: _Someone, pronoun: Token, gender: str) -> float:
        """Say how much somebody is in mind at a pronoun."""
        here, paragraph = self._sentence[pronoun.i], self._paragraph[pronoun.i]
        goes_on = self._is_told(pronoun)
        mind = max(
            weight
            + _SAME_SENTENCE * (here == self._sentence[at])
            + _SPEAKS * (goes_on and self._is_told(self._doc[at]))
            - _PER_SENTENCE * (here - self._sentence[at])
            - _PER_PARAGRAPH * (paragraph - self._paragraph[at])
            for at, weight in someone.seen
        )
        fits = 1.0 if someone.gender == gender else 0.5 if someone.name is None else 0.0
        return mind + _FITS * fits + _OFTEN * min(5, someone.count)

    def _is_spoken_of(self, someone: _Someone, pronoun: Token) -> bool:
        """Whether what a pronoun is told to have said names somebody."""
        said = self._said.get(pronoun.i, ())
        if not said or someone.name is None:
            return False
        word = someone.name.words[-1].casefold()
        return any(word in find_words(text) for text in said)

    def _weigh(self, token: Token) -> float:
        """Say how much a mention, by its head, brings somebody to mind."""
        head = token
        while head.dep_ in ("conj", "appos", "compound") and head.head is not head:
            head = head.head
        if head.dep_ in _SUBJECTS:
            return _SUBJECT
        if head.dep_ == "ROOT" and head.pos_ not in ("VERB", "AUX"):
            return _FRAGMENT
        if head.dep_ == "poss":
            return _OF_SUBJECT if head.head.dep_ in _SUBJECTS else _OWNER
        return _OTHER

    def _is_told(self, token: Token) -> bool:
        """Whether a mention, by any of its words, is the subject of a verb of saying."""
        while token.dep_ in ("conj", "appos", "compound") and token.head is not token:
            token = token.head
        verbs = [token.head, *(verb for verb in token.head.children if verb.dep_ == "conj")]
        return token.dep_ in _SUBJECTS and any(
            verb.lemma_.lower() in self._names.sayings for verb in verbs
        )

    def _is_new(self, token: Token) -> bool:
        """Whether a word brings in a person without a name: "a neighbour", "his brother"."""
        if token.pos_ != "NOUN" or token.dep_ not in _SUBJECTS or not self._names.is_role(token):
            return False
        if any(child.dep_ == "appos" and child.pos_ == "PROPN" for child in token.children):
            return False
        return any(
            child.lower_ in _NEW or (child.dep_ == "poss" and child.tag_ == "PRP$")
            for child in token.lefts
        )

    @cached_property
    def _sentence(self) -> list[int]:
        """Of each token, how many of the reporter's sentences began before it."""
        numbers, number = [0] * len(self._doc), 0
        for sentence in self._doc.sents:
            number += any(not self._inside[token.i] and token.is_alpha for token in sentence)
            for token in sentence:
                numbers[token.i] = number
        return numbers

    @cached_property
    def _paragraph(self) -> list[int]:
        numbers, number = [], 0
        for token in self._doc:
            numbers.append(number)
            number += token.is_space and "\n" in token.text
        return numbers

    @cached_property
    def _groups(self) -> Mapping[tuple[str, ...], list[Name]]:
        """The places of each name, by its fullest form."""
        found: dict[tuple[str, ...], list[Name]] = {}
        for name in self._names.all:
            full = self._names.fullest(name)
            found.setdefault(tuple(word.casefold() for word in full.words), []).append(name)
        return found

    @cached_property
    def _persons(self) -> Mapping[tuple[str, ...], _Sure]:
        """How sure it is of each name that a person bears it."""
        sorts = self._sorts
        return {key: self._judge(key, group, sorts[key]) for key, group in self._groups.items()}

    def _judge(
        self, key: tuple[str, ...], group: Sequence[Name], sorts: Counter[Sort | None]
    ) -> _Sure:
        if sounds_like_body(key) or self._names.ends_in_role(key):
            return _Sure.NO
        if any(self._names.is_titled(name) for name in group):
            return _Sure.YES
        persons = sorts[Sort.PERSON]
        others = sorts.total() - persons - sorts[None]
        proof = _Proof(
            given=len(key) > 1 and bool(read_gender(key)),
            several=1 < len(key) <= _LONGEST_NAME,
            labelled=(persons > 0) + (persons > others) - (others > persons),
            roled=self._names.has_role(group[0]),
            speaks=any(self._speaks(name) for name in group[:_LOOKED_AT]),
            voted=self._tell_person(key),
        )
        if proof.worth >= _PERSON and proof.stands:
            return _Sure.YES
        unknown = not proof.labelled and not proof.voted and len(group) > 1
        perhaps = unknown or proof.roled or proof.worth >= _PERHAPS
        return _Sure.MAYBE if perhaps else _Sure.NO

    def _tell_person(self, key: tuple[str, ...]) -> int:
        """Weigh the sentences that refer back to a name by "he" or "she" against those by "its"."""
        votes = self._votes.get(key, Counter())
        return max(-_VOTES, min(_VOTES, votes["he"] + votes["she"] - votes[_NEUTER]))

    def _speaks(self, name: Name) -> bool:
        return self._is_told(self._doc[name.start : name.end].root)

    @cached_property
    def _sorts(self) -> Mapping[tuple[str, ...], Counter[Sort | None]]:
        """What the model takes each name for, at the first places where it stands."""
        places = [(key, name) for key, group in self._groups.items() for name in group[:_LOOKED_AT]]
        stretches = sorted({self._stretch(name) for _, name in places})
        try:
            entities = find_entities(self._doc.text, stretches)
        except CorpusError:  # only its parser is installed
            entities = []
        found: dict[tuple[str, ...], Counter[Sort | None]] = {
            key: Counter() for key in self._groups
        }
        ends = {entity.at[1]: entity.sort for entity in entities}
        for key, name in places:
            found[key][ends.get(self._slice(name)[1])] += 1
        return found

    def _stretch(self, name: Name) -> Slice:
        sentence = self._doc[name.start].sent
        return sentence.start_char, sentence.end_char

    def _slice(self, name: Name) -> Slice:
        first, last = self._doc[name.start], self._doc[name.end - 1]
        end = last.idx + len(last)
        return first.idx, end

    @cached_property
    def _genders(self) -> Mapping[tuple[str, ...], str]:
        """Of each name "he" or "she", where its title, given name, role or pronouns tell."""
        found: dict[tuple[str, ...], str] = {}
        for key, group in self._groups.items():
            votes = self._votes.get(key, Counter())
            told = next(filter(None, (self._names.told_gender(name) for name in group)), "")
            given = read_gender(key) if len(key) > 1 else ""
            weights = Counter({"he": votes["he"], "she": votes["she"]})
            if told:
                weights[told] += 6
            if given:
                weights[given] += 2
            (best, most), (_, least) = weights.most_common(2)
            found[key] = best if most > least else ""
        return found

    @cached_property
    def _votes(self) -> Mapping[tuple[str, ...], Counter[str]]:
        """The pronouns that follow each name as subject, alone in its sentence."""
        found: dict[tuple[str, ...], Counter[str]] = {}
        by_start = {
            name.start: key
            for key, group in self._groups.items()
            for name in group
            if not self._inside[name.start]
        }
        for sentence in self._doc.sents:
            keys = {by_start[token.i] for token in sentence if token.i in by_start}
            first = next((token for token in sentence if token.i in by_start), None)
            if len(keys) != 1 or first is None or not self._is_subject(by_start[first.i], first):
                continue
            genders = {
                _GENDERS.get(token.lower_, _NEUTER)
                for token in sentence
                if token.i > first.i and _refers_back(token) and not self._inside[token.i]
            }
            if len(genders) == 1:
                found.setdefault(keys.pop(), Counter())[genders.pop()] += 1
        return found

    def _is_subject(self, key: tuple[str, ...], first: Token) -> bool:
        name = next(name for name in self._groups[key] if name.start == first.i)
        return self._doc[name.start : name.end].root.dep_ in _SUBJECTS


def _refers_back(pronoun: Token) -> bool:
    """Whether a pronoun may mean its sentence's subject: "she stopped him" does not."""
    known = pronoun.lower_ in _GENDERS or pronoun.lower_ == _NEUTER
    return known and (pronoun.tag_ == "PRP$" or pronoun.dep_ in _SUBJECTS)


def _may_be_same(best: _Someone, other: _Someone) -> bool:
    """Whether somebody is the bearer of a bare surname, printed in full elsewhere."""
    if best.name is None or other.name is None or len(best.name.words) > 1:
        return False
    return best.name.words[0] in other.name.words
