"""From a body back to the text it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.nlp.segment import Slice
from corpus.text import squeeze

_WORD = re.compile(r"\S+")


class Given:
    r"""The text that a record gave, and where in it each slice of the body stands.

    Reading a body changes white space, drops invisible characters and a closing credit. A body
    that was made from HTML has no places in its text; then the body itself stands for it.

    Attributes:
        text: As it was given, or the body.

    Example:
        >>> given = Given("He  left.\n“Too late.”", "He left.\n\n“Too late.”")
        >>> start, end = given.place((11, 20))
        >>> given.text[start:end]
        'Too late.'
    """

    def __init__(self, text: str, body: str) -> None:
        places = _places(text, body)
        self.text = text if places else body
        self._places = places or range(len(body))

    def place(self, found: Slice) -> Slice:
        """Return where a slice of the body, not an empty one, stands in the text."""
        start, end = found
        return self._places[start], self._places[end - 1] + 1


def _places(text: str, body: str) -> list[int] | None:
    """Tell for each character of a body where it stands in a text; None where words differ."""
    places: list[int] = []
    words = _WORD.finditer(body)
    for raw in _WORD.finditer(text):
        if not (clean := squeeze(raw.group())):
            continue
        if (word := next(words, None)) is None:
            break  # the rest of the text is a credit
        if word.group() != clean:
            return None
        places += [raw.start()] * (word.start() - len(places))  # white space before it
        places += (raw.start() + place for place in _aligned(raw.group(), clean))
    return places if len(places) == len(body) else None


def _aligned(raw: str, clean: str) -> Iterator[int]:
    """Yield each character's place in a word that was cleaned of invisible ones."""
    spare, place = len(raw) - len(clean), 0
    for char in clean:
        while spare > 0 and raw[place] != char:
            spare, place = spare - 1, place + 1
        yield min(place, len(raw) - 1)
        place += 1
