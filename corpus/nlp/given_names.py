"""Given names, and their short forms: Charles and Chuck are one name, and so are Robert and Bob.

Tested with the people whose names they are in `tests/retrieval/query/test_people.py`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parents[1] / "data"
_GENDERS = ("he", "she")
_NICKNAMES = _DATA / "nicknames_en.txt"
_PEOPLE = _DATA / "people_en.json"


def are_one(first: str, second: str) -> bool:
    """Whether two given names, in lower case, may be one person's.

    Example:
        >>> are_one("charles", "chuck"), are_one("charles", "peter"), are_one("chuck", "charlie")
        (True, False, True)
    """
    return first == second or second in list_forms(first)


def is_given(word: str) -> bool:
    """Whether a word is a usual given name, in any case."""
    return word.casefold() in _given()


def read_gender(name: Sequence[str], role: str = "") -> str:
    """Tell "he" or "she" by a given name, or by a word for people; empty where neither tells."""
    first = name[0].lower() if name else ""
    found = [
        gender
        for gender in _GENDERS
        if first in _words(gender, "names") or role.lower() in _words(gender, "roles")
    ]
    return found[0] if len(found) == 1 else ""


@cache
def _given() -> frozenset[str]:
    return frozenset(name for gender in _GENDERS for name in _words(gender, "names"))


@cache
def _words(gender: str, kind: str) -> frozenset[str]:
    people = json.loads(_PEOPLE.read_text(encoding="utf-8"))
    return frozenset(word.lower() for word in people[gender][kind])


@cache
def list_forms(name: str) -> frozenset[str]:
    """The other forms of a given name in lower case; none for most."""
    rows = [row for row in _rows() if name in row]
    return frozenset(form for row in rows for form in row) - {name}


@cache
def _rows() -> tuple[frozenset[str], ...]:
    lines = _NICKNAMES.read_text(encoding="utf-8").splitlines()
    return tuple(frozenset(line.split()) for line in lines if line and not line.startswith("#"))
