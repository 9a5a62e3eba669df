"""The word lists under ``corpus/data``, each read once, when first used."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def load_words(filename: str, key: str) -> frozenset[str]:
    """Load one list of a JSON file of lists, in lower case."""
    listed = json.loads((files("corpus") / "data" / filename).read_text(encoding="utf-8"))
    return frozenset(word.casefold() for word in listed[key])
