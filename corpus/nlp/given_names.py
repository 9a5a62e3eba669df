"""The short forms of given names: Charles and Chuck are one name, and so are Robert and Bob.

Tested with the people whose names they are in `tests/retrieval/query/test_people.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_NICKNAMES = Path(__file__).parents[1] / "data" / "nicknames_en.txt"


def are_one(first: str, second: str) -> bool:
    """Whether two given names, in lower case, may be one person's.

    Example:
        >>> are_one("charles", "chuck"), are_one("charles", "peter"), are_one("chuck", "charlie")
        (True, False, True)
    """
    return first == second or second in list_forms(first)


@cache
def list_forms(name: str) -> frozenset[str]:
    """The other forms of a given name in lower case; none for most."""
    rows = [row for row in _rows() if name in row]
    return frozenset(form for row in rows for form in row) - {name}


@cache
def _rows() -> tuple[frozenset[str], ...]:
    lines = _NICKNAMES.read_text(encoding="utf-8").splitlines()
    return tuple(frozenset(line.split()) for line in lines if line and not line.startswith("#"))
