"""The shortest and the longest article."""

from __future__ import annotations

from dataclasses import replace

from tests.support.newsroom import BEES

BRIEF = replace(
    BEES,
    headline="In brief: Bees move",
    url="https://gazette.example/brief",
    body="The bees of Lake Tarn move to the brewery on Monday.",
)
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvw" for vowel in "aeiou"]


def _word(number: int) -> str:
    """An invented word, another for every number below 343,000."""
    return "".join(_SYLLABLES[number // 70**place % 70] for place in range(3))


def _told(row: int) -> str:
    """A paragraph of two sentences that says what no other does."""
    one, two, three, *rest = (_word(n * n * 31 + n) for n in range(row * 9, row * 9 + 9))
    return (
        f"The {one} of {two.title()} lost {row + 2} {three} hives before the keeper came. "
        f"Its {rest[0]} and {rest[1]} went to a {rest[2]} near {rest[3].title()} for {rest[4]}."
    )


LONG = replace(
    BEES,
    headline="The long winter of the hives",
    url="https://gazette.example/long",
    body="\n\n".join(map(_told, range(880))),
)
