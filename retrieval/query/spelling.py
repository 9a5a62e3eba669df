"""A question's misspelt words, matched to the archive's own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.process import extract

from retrieval.query.common_words import load_common_words
from retrieval.tokens import tokenize

_WORD = re.compile(r"(?<!\w)[^\W\d_]++(?:['’](?!s\b)[^\W\d_]++)*+(?!\w)")
"""Letters beside a digit are no word: "covid19" is one name."""
_ADDRESS = re.compile(r"\S*(?://|www\.|@)\S*", re.IGNORECASE)
_SHORTEST, _SURE, _LONG = 4, 5, 8
"""Letters from which on a word may be misspelt at all; corrected unasked; misspelt by two."""
_MOVED = 6
"""The same for one that has just its letters, in another order or another one doubled."""
_RARE = 12
"""How many times as many passages as all others a word needs to be what was surely meant."""
_OPTIONS = 2
_MOST = 8
"""Words that are looked up; a text with more of them is in another language, or no text."""


@dataclass(frozen=True, slots=True)
class Change:
    """A word that the archive does not hold, and one that it does."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """A question as it may have been meant.

    Attributes:
        text: With the words corrected that can hardly be anything else.
        changes: Which these are, in order.
        doubts: Other words, each with what it may stand for, likeliest first, at most two.
    """

    text: str
    changes: tuple[Change, ...] = ()
    doubts: tuple[Change, ...] = ()


class Lexicon:
    """The words that an archive prints.

    Args:
        words: As printed; may hold some that are gone from the archive by now.
        passages: In how many passages a term (see `tokenize`) stands.
    """

    def __init__(self, words: Iterable[str], passages: Callable[[str], int]) -> None:
        self._passages = passages
        self._words = words

    @cached_property
    def _printed(self) -> dict[str, str]:
        """Every word in lower case, and with the fewest capitals that it is printed with."""
        printed: dict[str, str] = {}
        for word in sorted(self._words, key=_capitals, reverse=True):
            printed[word.casefold()] = word
        return printed

    @cached_property
    def _sized(self) -> dict[int, list[str]]:
        """The words in lower case, by their length."""
        sized: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._printed:
            sized[len(word)].append(word)
        return dict(sized)

    def holds(self, word: str) -> bool:
        """Whether the archive holds a word, in whatever form, or search leaves it out anyway."""
        return all(self._passages(term) for term in tokenize(word))

    def near(self, word: str) -> list[str]:
        """Find what an unknown word can be a misspelling of, in lower case, likeliest first.

        Returns:
            One word for each stem. Each is held by some passage, and is a letter away (left out,
            doubled, wrong, or swapped with its neighbour); failing that, two letters from a long
            word that begins as it does.
        """
        low = word.casefold()
        if len(low) < _SHORTEST:
            return []
        near = self._within(low, 1)
        if not near and len(low) >= _MOVED:
            alike = self._within(low, 2, begins=low[0])
            near = [other for other in alike if _long_enough(low, other)]
        best: dict[str, str] = {}
        for other in sorted(near, key=lambda other: (_slip(low, other), other)):
            best.setdefault("".join(tokenize(other)), other)
        held = [other for stem, other in best.items() if stem and self.count(other)]
        return sorted(held, key=lambda other: (_slip(low, other), -self.count(other)))

    def count(self, word: str) -> int:
        """In how many passages a word stands, in whatever form."""
        return min(map(self._passages, tokenize(word)), default=0)

    def printed(self, word: str) -> str:
        """Return a known word with its capitals, as far as it is never printed without."""
        return self._printed[word]

    def _within(self, word: str, most: int, *, begins: str = "") -> list[str]:
        sizes = range(len(word) - most, len(word) + most + 1)
        words = [other for size in sizes for other in self._sized.get(size, ())]
        if begins:
            words = [other for other in words if other[0] == begins]
        found = extract(
            word, words, scorer=OSA.distance, score_cutoff=most, processor=None, limit=None
        )
        return [other for other, _, _ in found]


def spell(text: str, lexicon: Lexicon) -> Spelling:
    """Correct what a question misspells.

    Words that the archive holds are never touched, nor numbers and addresses. A word is corrected
    where one known word is clearly the nearest; where two or more may be meant, or the word is
    short, that is left to the reader.

    Example:
        >>> known = Lexicon(["Okafor", "strike"], lambda term: term in {"okafor", "strike"})
        >>> spell("Did Okafro strike?", known).changes
        (Change(typed='Okafro', meant='Okafor'),)
    """
    changes: dict[str, Change] = {}
    doubts: dict[tuple[str, str], Change] = {}
    for typed in islice(dict.fromkeys(_unknown(text, lexicon)), _MOST):
        near = lexicon.near(typed)
        clear = _clear(typed, near, lexicon)
        for meant in near[: 1 if clear else _OPTIONS]:
            change = Change(typed, _cased(lexicon.printed(meant), typed))
            if clear:
                changes[typed] = change
            else:
                doubts[typed, meant] = change
    return Spelling(
        apply_changes(text, changes.values()), tuple(changes.values()), tuple(doubts.values())
    )


def apply_changes(text: str, changes: Iterable[Change]) -> str:
    """Put what was meant in the place of what was typed; a text in lower case stays so.

    Example:
        >>> apply_changes("did okafro strike", [Change("okafro", "Okafor")])
        'did okafor strike'
    """
    meant = {change.typed: change.meant for change in changes}
    careless = text.islower()

    def put(found: re.Match[str]) -> str:
        word = meant.get(found.group(), found.group())
        return word.lower() if careless else word

    return _WORD.sub(put, text)


def _unknown(text: str, lexicon: Lexicon) -> Iterator[str]:
    words = _WORD.findall(_ADDRESS.sub(" ", text))
    return (word for word in words if not lexicon.holds(word))


def _clear(typed: str, near: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the first of some words is much likelier than the others.

    A wrong first letter is rare: it is sooner a name that the archive does not hold. So is a word
    that many use.
    """
    low = typed.casefold()
    if not near or len(low) < _SURE or low in load_common_words() or low[0] not in near[0][:2]:
        return False
    rivals = [word for word in near[1:] if _slip(low, word) == _slip(low, near[0])]
    return lexicon.count(near[0]) >= _RARE * sum(map(lexicon.count, rivals))


def _slip(typed: str, meant: str) -> tuple[int, bool]:
    """How far a slip went, smaller is likelier: two letters swapped are the commonest."""
    distance = OSA.distance(typed, meant)
    return distance, Levenshtein.distance(typed, meant) == distance


def _long_enough(typed: str, meant: str) -> bool:
    """Whether a word that is two letters away may be meant."""
    same = len(typed) == len(meant) and set(typed) == set(meant)
    return len(typed) >= _LONG or same


def _capitals(word: str) -> int:
    return sum(map(str.isupper, word))


def _cased(word: str, like: str) -> str:
    """Write a word in capitals as another one is, unless it has its own."""
    if not word.islower():
        return word
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word.capitalize() if like[:1].isupper() else word
