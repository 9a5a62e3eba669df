"""States that exclude one another, as articles print them: open and closed, approved and rejected.

The lists in `retrieval/data/states_en.json` only say which words may contradict each other; whether
they do is decided by `retrieval.disagreement.compare` together with everything else.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.nlp.segment import Slice

_LISTS = Path(__file__).parents[1] / "data" / "states_en.json"
_TURNS = re.compile(
    r"(?:\b(?:not|never|no longer|nor|without|refus\w{1,4}|fail\w{1,4}|yet to|far from)|n['’]t)"
    r"(?:\s+\w+){0,3}\s*$",
    re.IGNORECASE,
)
"""Before a state: it is the other one."""
_PERHAPS = re.compile(
    r"\b(?:could|may|might|would|should|if|whether|unless|until|once|before|after|since|ask\w{0,3}"
    r"|call\w{0,3} (?:for|on)|want\w{0,3}|hop\w{1,3}|fear\w{0,3}|threat\w{0,6}|propos\w{1,4})"
    r"(?:\s+\w+){0,4}\s*$",
    re.IGNORECASE,
)
"""Before a state: nobody says that it is so, or it was so at another time."""
_LOOKED_BACK = 48


@dataclass(frozen=True, slots=True)
class State:
    """A state.

    Attributes:
        kind: Which pair of states, a number.
        is_first: Whether it is the first of them.
        place: Where its words stand in the text.
    """

    kind: int
    is_first: bool
    place: Slice

    def agrees(self, other: State) -> bool:
        """Whether both are the same state."""
        return self.is_first == other.is_first


def list_states(text: str) -> list[State]:
    """List the states that a text asserts or denies, in its order; what only may be is left out.

    Example:
        >>> [one.is_first for one in list_states("It is not open. It could close. It was rejected")]
        [False, False]
    """
    pattern, known = _load()
    found = []
    for match in pattern.finditer(text):
        before = text[max(0, match.start() - _LOOKED_BACK) : match.start()]
        before = re.split(r"[.;!?\n]", before)[-1]
        if _PERHAPS.search(before):
            continue
        turned = bool(_TURNS.search(before))
        for kind, is_first in known[" ".join(match.group().casefold().split())]:
            found.append(State(kind, is_first != turned, match.span()))
    return found


@cache
def _load() -> tuple[re.Pattern[str], dict[str, list[tuple[int, bool]]]]:
    known: dict[str, list[tuple[int, bool]]] = {}
    for kind, pair in enumerate(json.loads(_LISTS.read_text(encoding="utf-8"))):
        for number, phrases in enumerate(pair):
            for phrase in phrases:
                known.setdefault(phrase, []).append((kind, not number))
    longest = sorted(known, key=len, reverse=True)
    words = "|".join(phrase.replace(" ", r"\s+") for phrase in longest)
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), known
