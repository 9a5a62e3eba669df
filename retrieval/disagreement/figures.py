"""Figures as articles print them, by what they count: "two million crowns" is "2m crowns"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import floor, log10

from corpus.nlp.segment import Slice
from retrieval.tokens import tokenize

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(_ONES)}
_NUMBERS |= {word: 10 * number for number, word in enumerate(_TENS, 2)} | {"a": 1, "an": 1}
_SCALES = {
    "dozen": 1e1 + 2, "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6,
    "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12,
}  # fmt: skip
_SIGNS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "%": "%"}
_SAME = {
    **dict.fromkeys(("die", "death", "kill", "toll", "fatal", "perish"), "dead"),
    **dict.fromkeys(("wound", "hurt"), "injur"),
}
"""Stems that count the same."""
_ANYBODY = frozenset((
    "peopl", "person", "men", "women", "man", "woman", "other", "more", "further", "new",
    "addit", "total",
))  # fmt: skip
"""Stems that say nothing of what is counted: of twelve people some died and some were hurt."""
_BREAKS = frozenset((
    "of", "in", "on", "at", "for", "from", "to", "by", "with", "after", "before", "and", "or",
    "but", "than", "that", "which", "who", "as", "a", "an", "the", "since", "until", "over",
    "under", "about", "into", "while", "when", "where", "because", "if", "so", "not",
))  # fmt: skip
_SCALE = "|".join(_SCALES)
_WORDED = (
    rf"(?:{'|'.join(_TENS)})[-\s](?:{'|'.join(_ONES[1:10])})|{'|'.join([*_TENS, *_ONES[::-1]])}"
    r"|an?(?=\s(?:dozen|hundred|thousand|million|billion)\b)"
)
_FIGURE = re.compile(
    rf"""(?<![\w$€£¥.,:-])(?P<loose>(?:(?:more|less|fewer)\ than|over|under|about|around|some|nearly
        |almost|roughly|up\ to|at\ (?:least|most)|approximately|above|below|between|close\ to)\ )?
    (?P<sign>[$€£¥])?(?P<value>\d+(?:[.,]\d+)*|\b(?:{_WORDED})\b)
    (?:[\s-]?(?P<scale>{_SCALE})\b)?(?P<percent>\s?%|\sper\s?cent\b)?(?![\w:-]|[.,]\d)
    (?:\ (?:out\ )?of\ (?:the\ )?(?:\d+|{_WORDED})\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CLAUSE = re.compile(r"[.,;:!?()\"“”–—\n]")
_NEAR = 40
"""Characters on either side in which what is counted is looked for."""
_COUNTED, _BEFORE = 2, 4
"""Words that tell what is counted, at most: behind the figure, and before it."""
_LOOSE = 0.15
"""Share by which "about" and "over" may be off."""
_ROUNDED = 1000
"""Smallest amount that is given in round figures."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        unit: Stems of what is counted, one or more.
        amount: How much.
        place: Where it stands in the text.
        loose: Whether it is only about so much.
    """

    unit: frozenset[str]
    amount: float
    place: Slice
    loose: bool = False

    def agrees(self, other: Figure) -> bool:
        """Whether both may be the same amount, one of them perhaps given in round figures."""
        low, high = sorted((self.amount, other.amount))
        if low == high or ((self.loose or other.loose) and high <= low * (1 + _LOOSE)):
            return True
        if high < _ROUNDED:
            return False
        digits = min(map(_count_digits, (low, high)))
        return _round(low, digits) == _round(high, digits)


def list_figures(text: str) -> list[Figure]:
    """List the figures of a text of which it says what they count, in its order.

    Example:
        >>> [(sorted(one.unit), one.amount) for one in list_figures("It cost $2m, not two weeks.")]
        [(['dollar'], 2000000.0), (['week'], 2.0)]
    """
    return list(_find(text))


def merge_stem(stem: str) -> str:
    """Return one stem for those that count the same: people who died, were killed, a toll."""
    return _SAME.get(stem, stem)


def _find(text: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(text):
        amount = _amount(match)
        unit = _unit(match, text)
        if amount is not None and unit:
            yield Figure(unit, amount, match.span(), bool(match["loose"]))


def _amount(match: re.Match[str]) -> float | None:
    """Work out how much; None where points and commas leave that open."""
    written, scale = match["value"].casefold(), _SCALES.get((match["scale"] or "").casefold(), 1.0)
    if not written[0].isdigit():
        return scale * sum(_NUMBERS[word] for word in re.split(r"[-\s]", written))
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        written = written.replace(",", "")
    written = written.replace(",", ".")
    return float(written) * scale if written.count(".") < 2 else None


def _unit(match: re.Match[str], text: str) -> frozenset[str]:
    """Tell what is counted: by a sign, else by the words behind, else by those before."""
    if match["percent"]:
        return frozenset(("%",))
    if match["sign"]:
        return frozenset((_SIGNS[match["sign"]],))
    behind = _CLAUSE.split(text[match.end() : match.end() + _NEAR], maxsplit=1)[0]
    if unit := _count(_WORD.findall(behind)):
        return unit
    before = _CLAUSE.split(text[max(0, match.start() - _NEAR) : match.start()])[-1]
    if match["value"].casefold() == "one":  # "one of them"
        return frozenset()
    words = [word for word in reversed(_WORD.findall(before)) if word.casefold() not in _BREAKS]
    return _count(words, most=_BEFORE)


def _count(words: Iterable[str], most: int = _COUNTED) -> frozenset[str]:
    stems: list[str] = []
    for word in words:
        if word.casefold() in _BREAKS or len(stems) >= most:
            break
        found = (merge_stem(stem) for stem in tokenize(word))
        stems += (stem for stem in found if stem not in _ANYBODY and stem not in _NUMBERS)
    return frozenset(stems)


def _count_digits(amount: float) -> int:
    """Count the digits down to the last that is not 0."""
    return len(f"{amount:.6g}".partition("e")[0].replace(".", "").strip("0")) or 1


def _round(amount: float, digits: int) -> float:
    return round(amount, digits - 1 - floor(log10(amount))) if amount else 0.0
