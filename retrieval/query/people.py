"""The people whom an archive quotes, found by whatever a reader calls them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from corpus.nlp.given_names import are_one, is_given, list_forms
from retrieval.query.common_words import load_common_words
from retrieval.tokens import tokenize

_TITLES = Path(__file__).parents[1] / "data" / "titles_en.txt"
_LONG = 5
"""Letters from which on a word may be misspelt by one; shorter ones have too many neighbours."""
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_DETERMINER = re.compile(
    r"^(?:the|an?|both|some|several|many|all|two|three|one|his|her|its|their|these|those)\s+",
    re.IGNORECASE,
)
_AFTER_HEAD = re.compile(
    r",|\s(?:of|for|at|in|on|from|with|to|who|that|which|and)\s", re.IGNORECASE
)
_TITLED = re.compile(r"^(?P<title>.*\S), (?P<name>[A-ZÀ-Þ][^\s,]*(?: [A-ZÀ-Þ][^\s,]*)+)$")
"""A title printed before a name: "The mayor of Dunmallow, Fenton Aguilar"."""
_AND = re.compile(r"\s*,?\s+and\s+|\s*,\s*", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s?$")
_SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}
_SMALL = frozenset(
    [
        "of",
        "the",
        "for",
        "and",
        "&",
        "on",
        "in",
        "at",
        "de",
        "da",
        "di",
        "du",
        "des",
        "del",
        "der",
        "den",
        "van",
        "von",
        "ten",
        "ter",
        "bin",
        "al",
        "el",
        "la",
        "le",
        "ibn",
        "y",
        "e",
        "dos",
        "los",
        "las",
    ]
)
"""Words that stand in names with a small letter."""
_HARDLY_EVER = 10
"""How many times more often quoted than all others of the name somebody is meant by it alone."""
_CLEARLY = 2
"""How many times more often quoted than the next whoever initials stand for has to be."""
_PERSON_WORDS = range(2, 5)
"""Words in a person's full name."""
_INITIALS = range(2, 6)
"""Letters of an abbreviation that an archive spells out elsewhere."""
_MOUTHPIECES = frozenset(
    tokenize("spokesperson spokesman spokeswoman spokespeople official representative statement")
)
"""Who speaks for a body without a name of their own: "a ministry official" is the ministry."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody quoted in the archive: a person, an organisation, or a description.

    Attributes:
        name: The fullest form that is printed often.
        roles: As printed, the most frequent first.
        count: How many quotations they have.
        forms: Every form of the name that the archive's attributions carry.
    """

    name: str
    roles: tuple[str, ...]
    count: int
    forms: tuple[str, ...]


@dataclass(slots=True)
class _Entry:
    """A name's forms, while they are gathered."""

    words: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)

    def take(self, other: _Entry) -> None:
        """Join another's forms to these."""
        self.forms.update(other.forms)
        self.roles.update(other.roles)


class People:
    """Finds people by full name, surname, title, description, or a name misspelt by a letter.

    Forms of one name are one person: with and without a title, a middle name or initial, accents.
    A surname printed alone belongs to the only person of that surname, if there is only one.

    Args:
        rows: Name, role as printed and number of quotations; a name may come with several roles.
    """

    def __init__(self, rows: Iterable[tuple[str, str, int]] = ()) -> None:
        entries = _joined(_gathered(rows))
        self._people = [_person(entry) for entry in entries]
        self._names = [_names(person) for person in self._people]
        self._surnames = [_words(person.name)[-1] for person in self._people]
        self._texts = [" ".join((p.name, *p.roles)).casefold() for p in self._people]
        self._roles = [_plain_words(" ".join((*p.roles, *p.forms))) for p in self._people]
        self._holding: defaultdict[str, list[int]] = defaultdict(list)
        for number, names in enumerate(self._names):
            for word in names:
                self._holding[word].append(number)
        self._vocabulary = [word for word in self._holding if len(word) >= _LONG - 1]

    def __len__(self) -> int:
        return len(self._people)

    def find(self, said: str) -> tuple[Person, ...]:
        """Find whom a reader means.

        Args:
            said: "Ines Okafor", "okafor", "Mayor Varga", "Okafro", "the ministry".

        Returns:
            Everybody whom it fits equally well, those quoted most first; empty for nobody. All
            whom a description fits are one, "the ministry" every ministry and its spokespeople;
            so are "Okafor and Sundaram".
        """
        return self._one(said) or self._several(said)

    def find_in(self, text: str) -> tuple[Person, str] | None:
        """Find the first of those named who is just one person, wherever a text names them.

        A word of a name counts only with a capital or, in a text without any, where it is no
        everyday word.

        Returns:
            The person, and the text without the name; None for nobody.
        """
        words = list(_WORD.finditer(text))
        named = [self._is_name(word.group(), careless=text.islower()) for word in words]
        for first, last in _runs(named):
            start, end = words[first].start(), words[last].end()
            people = self._named([_plain(word.group()) for word in words[first : last + 1]])
            if len(people) == 1 and not _names_owner(people[0], text):
                return people[0], " ".join(f"{text[:start]} {text[end:]}".split())
        return None

    def _is_name(self, word: str, *, careless: bool) -> bool:
        known = _plain(_POSSESSIVE.sub("", word)) in self._holding
        return known and (
            word.casefold() not in load_common_words() if careless else word[0].isupper()
        )

    def _one(self, said: str) -> tuple[Person, ...]:
        words = [_plain(word) for word in _split(_bare(said))]
        if is_description(said):
            described = self._described(said)
            return described or (self._named(words) if self._is_named_by(said) else ())
        named = self._named(words)
        if not named:
            return self._described(said)
        mouths = [] if any(map(_is_person, named)) else self._mouthpieces(said)
        if not mouths or len(named) > 1:
            return named
        if set(_words(named[0].name)) == set(words):
            return _as_one(named[0].name, [*named, *mouths])
        return (replace(_as_one(said, mouths)[0], name=said),)

    def _mouthpieces(self, body: str) -> list[Person]:
        """Who speaks for a body without a name of their own: "a spokesperson for Lantern"."""
        wanted = _plain_words(body)
        return [
            person
            for person, roles in zip(self._people, self._roles, strict=True)
            if wanted <= roles
            and any(_head(own) in _MOUTHPIECES for own in self._called(person))
            and any(wanted <= _plain_words(own) for own in self._called(person))
        ]

    def _called(self, person: Person) -> tuple[str, ...]:
        return (person.name, *person.roles) if _nameless(person.name) else person.roles

    def _is_named_by(self, said: str) -> bool:
        """Whether the chief word of a description is a name, as in "the Okafors": no office."""
        words = _AFTER_HEAD.split(_bare(said))[0].split()
        chief = _plain(words[-1]) if words else ""
        return chief not in load_titles() and any(
            word in self._holding for word in (chief, chief.removesuffix("s"))
        )

    def _several(self, said: str) -> tuple[Person, ...]:
        """Find "Okafor and Sundaram", where each of them is one person."""
        parts = [self._one(part) for part in _AND.split(said)]
        if len(parts) > 1 and all(len(found) == 1 for found in parts):
            return _as_one(said, [found[0] for found in parts])
        return ()

    def _named(self, words: Sequence[str]) -> tuple[Person, ...]:
        """Find by words of the name, each as it is or, failing that, misspelt by a letter."""
        ways = (
            [[word] for word in words],
            [[word, *list_forms(word)] for word in words],
            [self._spelt(word) for word in words],
        )
        for options in ways:
            numbers = {n for same in options for w in same for n in self._holding.get(w, ())}
            ratings = {number: self._rate(options, number) for number in numbers}
            fitting = {number: rating for number, rating in ratings.items() if rating}
            if fitting:
                best = max(fitting.values())
                chosen = [number for number, rating in fitting.items() if rating == best]
                return _dominant(self._most_quoted(chosen))
        return ()

    def _rate(self, options: Sequence[Sequence[str]], number: int) -> tuple[int, ...]:
        """Rate how a name fits, higher is better; empty where a word of it cannot be meant."""
        names, roles = self._names[number], self._roles[number]
        foreign = matched = 0
        surname = False
        for same in options:
            if any(word in names for word in same):
                matched += 1
                surname = surname or self._surnames[number] in same
            elif not any(word in roles or _initial(word, names) for word in same):
                if not any(word in load_titles() for word in same):
                    return ()
                foreign += 1
        whole = len(names) == matched
        exact = whole and (matched > 1 or not self._is_surname(number))
        return (-foreign, surname, matched, exact) if matched else ()

    def _is_surname(self, number: int) -> bool:
        """Whether somebody of one word may be any of several people of that surname."""
        [*_, word] = _words(self._people[number].name)
        return any(
            self._surnames[other] == word and other != number and self._may_be_person(other)
            for other in self._holding[word]
        )

    def _may_be_person(self, number: int) -> bool:
        """Whether a name is built as people's are: two to four words without "of" and "and"."""
        words = self._people[number].name.split()
        return len(words) in _PERSON_WORDS and not any(word.islower() for word in words[:-1])

    def _spelt(self, word: str) -> list[str]:
        """List the words of names that are a letter away from a long one."""
        if len(word) < _LONG or word in self._holding or word in load_titles():
            return [word]
        near = extract(
            word, self._vocabulary, scorer=OSA.distance, score_cutoff=1, processor=None, limit=None
        )
        return [found for found, _, _ in near] or [word]

    def _described(self, said: str) -> tuple[Person, ...]:
        """Find by what is said of people: their office, or words that stand for a name."""
        wanted = frozenset(tokenize(_bare(said)))
        if not wanted:
            exact = [n for n, p in enumerate(self._people) if said.casefold() == p.name.casefold()]
            return self._most_quoted(exact)
        # Stemming every role of a large archive takes long; a stem differs in its last letter.
        head, likely = _head(said), [term[:-1] for term in wanted]
        fitting = [
            number
            for number, (person, text) in enumerate(zip(self._people, self._texts, strict=True))
            if all(term in text for term in likely)
            and any(_fits(own, wanted, head) for own in self._described_by(person, head))
        ]
        return _as_one(said, self._most_quoted(fitting))

    def _described_by(self, person: Person, head: str) -> tuple[str, ...]:
        """What a person is called; "the pope" is not somebody whose surname is Pope."""
        if _nameless(person.name) or head not in _title_stems():
            return (person.name, *person.roles)
        return person.roles

    def _most_quoted(self, numbers: Iterable[int]) -> tuple[Person, ...]:
        chosen = (self._people[number] for number in numbers)
        return tuple(sorted(chosen, key=lambda person: (-person.count, person.name)))


def _dominant(people: tuple[Person, ...]) -> tuple[Person, ...]:
    """Only the first, where all others of the name are hardly ever quoted."""
    rest = sum(person.count for person in people[1:])
    return people[:1] if rest and people[0].count >= _HARDLY_EVER * rest else people


def _names_owner(person: Person, text: str) -> bool:
    """Whether a text names only the owner of a group: "Castrel" of "Castrel’s supporters"."""
    owner, _, group = person.name.rpartition(" ")
    return bool(_POSSESSIVE.search(owner)) and _plain(group) not in map(_plain, text.split())


def _runs(named: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of each run of words that names consist of."""
    first = None
    for number, is_name in enumerate([*named, False]):
        if is_name and first is None:
            first = number
        elif not is_name and first is not None:
            yield first, number - 1
            first = None


def names_office(said: str) -> bool:
    """Whether a reader's words are an office: "the pope", "the harbour commissioner"."""
    words = _AFTER_HEAD.split(_bare(said))[0].split()
    return is_description(said) and bool(words) and _plain(words[-1]) in load_titles()


def _is_person(person: Person) -> bool:
    return " " in person.name and is_given(person.name.split()[0])


def is_description(said: str) -> bool:
    """Whether a reader's words describe somebody, as "the ministry" does, and are no name."""
    return _bare(said) != said.strip() and _nameless(said)


def _nameless(name: str) -> bool:
    """Whether what is printed for a name describes: "a ministry official", "Sources close to Ng".

    A name consists of words with a capital letter, but for small ones such as "of", and for those
    that come after an owner: "Okafor’s supporters".
    """
    words = _bare(name).split()
    if not words or not (words[0][0].isupper() or words[0][0].isdigit()):
        return True
    owner = next((n for n, word in enumerate(words) if _POSSESSIVE.search(word)), len(words))
    return any(word[0].islower() and not _is_small(word) for word in words[:owner])


def _is_small(word: str) -> bool:
    """Whether a word stands in names with a small letter: "of", and the "e" of "eBay"."""
    return word in _SMALL or any(char.isupper() for char in word)


def _gathered(rows: Iterable[tuple[str, str, int]]) -> list[_Entry]:
    """Put forms together that differ in title, case and accents only."""
    entries: dict[tuple[str, ...], _Entry] = {}
    for name, role, count in rows:
        words = _words(name)
        if not words:
            continue
        entry = entries.setdefault(words, _Entry(words))
        entry.forms[name] += count
        if role := role or _title_of(name):
            entry.roles[role] += count
    return list(entries.values())


def _joined(entries: list[_Entry]) -> list[_Entry]:
    """Join shorter forms to the only longer one that they can be short for."""
    longest_first = sorted(entries, key=lambda entry: (-len(entry.words), entry.words))
    kept: list[_Entry] = []
    ends: defaultdict[str, list[_Entry]] = defaultdict(list)
    starts: defaultdict[str, list[_Entry]] = defaultdict(list)
    spelt_out: defaultdict[tuple[str, ...], list[_Entry]] = defaultdict(list)
    for entry in longest_first:
        if all(map(_nameless, entry.forms)) and not any(map(_title_of, entry.forms)):
            kept.append(entry)
            continue
        first, surname = entry.words[0], entry.words[-1]
        longer = ends[surname] or (starts[first] if len(entry.words) == 1 else ends[first])
        fitting = [other for other in longer if _short_for(entry.words, other.words)]
        fitting = fitting or _likeliest(spelt_out.get(entry.words, []))
        if len(fitting) == 1:
            fitting[0].take(entry)
            continue
        kept.append(entry)
        ends[surname].append(entry)
        if len(entry.words) > 1:
            starts[first].append(entry)
        if letters := _initials(entry):
            spelt_out[letters,].append(entry)
    return kept


def _likeliest(entries: Sequence[_Entry]) -> list[_Entry]:
    """Whom initials stand for: the one quoted most, where no other is quoted half as often."""
    ranked = sorted(entries, key=lambda entry: -entry.forms.total())
    clear = len(ranked) == 1 or (
        len(ranked) > 1 and ranked[0].forms.total() > _CLEARLY * ranked[1].forms.total()
    )
    return ranked[:1] if clear else []


def _initials(entry: _Entry) -> str:
    """The letters by which a name of several words is printed short: "sbf", "sec"."""
    parts = [part for word in entry.words if word not in _SMALL for part in word.split("-")]
    letters = "".join(part[0] for part in parts)
    return letters if len(letters) in _INITIALS else ""


def _short_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether a name may be another one's, printed shorter."""
    if "and" in full:  # "China and Russia" is neither of them
        return False
    if len(short) == 1:
        return True
    if set(short) == set(full):  # "Son Heung-min"
        return True
    middles, rest = list(full[1:-1]), short[1:-1]
    return are_one(short[0], full[0]) and all(
        any(word == middle or word == middle[0] for middle in middles) for word in rest
    )


def _person(entry: _Entry) -> Person:
    named = max(entry.forms, key=lambda form: (len(_words(form)), entry.forms[form], form))
    titled = _TITLED.match(named)
    return Person(
        name=titled["name"] if titled else named,
        roles=tuple(role for role, _ in entry.roles.most_common()),
        count=entry.forms.total(),
        forms=tuple(entry.forms),
    )


def _as_one(said: str, people: Sequence[Person]) -> tuple[Person, ...]:
    """Take everybody whom a description fits for one; a single person stays who they are."""
    if len(people) <= 1:
        return tuple(people)
    roles = dict.fromkeys(role for person in people for role in person.roles)
    forms = dict.fromkeys(form for person in people for form in person.forms)
    return (Person(said, tuple(roles), sum(p.count for p in people), tuple(forms)),)


def _fits(text: str, wanted: frozenset[str], head: str) -> bool:
    """Whether a printed description, or a mouthpiece of whom it names, is the one wanted."""
    own = _head(text)
    return wanted <= frozenset(tokenize(text)) and (own == head or own in _MOUTHPIECES)


def _head(text: str) -> str:
    """Return the stem of a description's chief word: "director" of "director of the works"."""
    terms = tokenize(_AFTER_HEAD.split(_bare(text))[0])
    return terms[-1] if terms else ""


def _bare(said: str) -> str:
    return _DETERMINER.sub("", said.strip())


def _names(person: Person) -> frozenset[str]:
    """Return all words of a name; a description has none."""
    if _nameless(person.name):
        return frozenset()
    return frozenset(word for form in person.forms for word in _words(form))


@lru_cache(maxsize=200_000)
def _words(name: str) -> tuple[str, ...]:
    """Cut a name into plain words, without the titles before it and the suffix behind."""
    titled = _TITLED.match(name)
    words = [_plain(word) for word in _split(_bare(titled["name"] if titled else name))]
    while len(words) > 1 and words[0] in load_titles():
        words.pop(0)
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return tuple(words)


def _title_of(name: str) -> str:
    titled = _TITLED.match(name)
    return titled["title"] if titled else ""


def _split(text: str) -> list[str]:
    return _WORD.findall(text)


@lru_cache(maxsize=200_000)
def _plain(word: str) -> str:
    """Fold case and accents, and drop a possessive."""
    bare = _POSSESSIVE.sub("", word.casefold())
    if bare.isascii():
        return bare
    return "".join(c for c in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(c))


def _plain_words(text: str) -> frozenset[str]:
    return frozenset(map(_plain, _split(text)))


def _initial(word: str, names: frozenset[str]) -> bool:
    return len(word) == 1 and any(name.startswith(word) for name in names)


@cache
def _title_stems() -> frozenset[str]:
    return frozenset(tokenize(" ".join(load_titles())))


@cache
def load_titles() -> frozenset[str]:
    """Words before a name that are no part of it, in lower case: "mayor", "dr"."""
    lines = _TITLES.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
