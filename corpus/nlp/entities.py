"""Names in a body: of people, bodies and places."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Final

from corpus.nlp.pieces import cut_pieces
from corpus.nlp.segment import Slice

if TYPE_CHECKING:
    from corpus.nlp.name_labels import Label, Labeller

_UNUSED: Final = ("tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "senter")
_STRAIGHT: Final = str.maketrans("‘’“”", "''\"\"")
"""The model was taught on straight quotation marks, and takes "Averin’s" for a surname."""
_BEFORE = re.compile(r"(?:the |an? |^The |[^\w])*")
_BEHIND = re.compile(r"[^\w.]")
_lock = threading.Lock()


class Sort(StrEnum):
    """What bears a name."""

    PERSON = "person"
    BODY = "body"
    PLACE = "place"


_SORTS: Final = {
    "PERSON": Sort.PERSON,
    "ORG": Sort.BODY,
    "GPE": Sort.PLACE,
    "LOC": Sort.PLACE,
    "FAC": Sort.PLACE,
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A name in a body, as the model sees it.

    Attributes:
        at: Where it stands, without article, possessive and punctuation around it.
        sort: What bears it; often wrong for names that the model has never read.
    """

    at: Slice
    sort: Sort


def find_entities(body: str, stretches: Iterable[Slice]) -> list[Entity]:
    """Find the names in some stretches of an English body.

    Args:
        body: Any text.
        stretches: Sentences, or whatever else names do not run out of.

    Returns:
        In the order of the stretches; no name is blank.

    Raises:
        CorpusError: If no English model is installed, or its files were changed.
    """
    plain = body.translate(_STRAIGHT)
    starts, texts = [], []
    for start, end in (piece for stretch in stretches for piece in cut_pieces(plain, *stretch)):
        starts.append(start)
        texts.append(plain[start:end])
    labelled = _label(texts)
    return [
        Entity((start + at[0], start + at[1]), _SORTS[name.label])
        for start, text, names in zip(starts, texts, labelled, strict=True)
        for name in names
        if name.label in _SORTS and (at := _bare(text, name.start, name.end))
    ]


def warm() -> None:
    """Load the model now rather than with the first body.

    Raises:
        CorpusError: If no English model is installed, or its files were changed.
    """
    _label(["Ada"])


def _bare(text: str, start: int, end: int) -> Slice | None:
    """Narrow a stretch to the name in it."""
    before = _BEFORE.match(text, start, end)
    start = before.end() if before else start
    while end > start:  # from the end, as a pattern would look for it from every character
        if text.startswith("'s", max(start, end - 2), end):
            end -= 2
        elif _BEHIND.match(text, end - 1):
            end -= 1
        else:
            return start, end
    return None


def _label(texts: Sequence[str]) -> list[list[Label]]:
    # spaCy takes a second to import, and whoever asks for no names does without it.
    from corpus.nlp.spacy_model import on_one_thread

    with _lock, on_one_thread():
        return _labeller().label(texts)


@cache
def _labeller() -> Labeller:
    from corpus.nlp.name_labels import Labeller
    from corpus.nlp.spacy_model import load

    return Labeller(load(exclude=_UNUSED))
