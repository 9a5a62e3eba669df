"""Parts of speech and lemmas, told once for each word form and not once for each word.

Tested with the rest of the language model in `tests/corpus/nlp/test_spacy_model.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, MorphAnalysis

_KNOWN = 1 << 16
"""Word forms that are remembered, with the tag and the relation they stand in."""
_ANY = "ferry"
"""Stands for every word of letters that no rule lists."""

RULES: Final = ("attribute_ruler", "lemmatizer")
"""The parts of spaCy's pipeline that this replaces."""

_Told = tuple[int, int, int, int]
"""Tag, part of speech, lemma and relation of a word."""


class WordForms:
    """Completes parsed documents as spaCy's rules would, in a tenth of the time.

    The rules look at a word, its tag and its relation, so whatever they say of one word holds for
    each like it. The few that look at two words at once, as for "gonna" and for the verb behind
    "there", find nothing here.

    Args:
        nlp: Has the rules, and need not run them.
    """

    def __init__(self, nlp: Language) -> None:
        self._vocab, self._text = nlp.vocab, nlp.vocab.strings
        self._ruler, self._lemmatizer = (nlp.get_pipe(name) for name in RULES)
        self._listed = frozenset(_strings(self._ruler.patterns))  # type: ignore[attr-defined]
        index = self._lemmatizer.lookups.get_table("lemma_index")  # type: ignore[attr-defined]
        for part in list(index):
            index[part] = frozenset(index[part])  # thousands, in lists that are read to the end
        self._tell = lru_cache(maxsize=_KNOWN)(self._find)
        self._class = lru_cache(maxsize=_KNOWN)(self._rule)
        self._lemma = lru_cache(maxsize=_KNOWN)(self._lemmatize)

    def complete(self, doc: Doc) -> Doc:
        """Set the part of speech and the lemma of every word of a tagged and parsed document."""
        words = doc.to_array(["ORTH", "TAG", "DEP"]).tolist()
        told: Any = np.array([self._tell(*word) for word in words], dtype=np.uint64).reshape(-1, 4)
        return doc.from_array(["TAG", "POS", "LEMMA", "DEP"], told)

    def _find(self, form: int, tag: int, relation: int) -> _Told:
        text = self._text[form]
        alike = text.isalpha() and text.lower() not in self._listed
        (tag, part, lemma, relation), traits = self._class(
            _ANY if alike else text, self._text[tag], self._text[relation]
        )
        return tag, part, lemma or self._lemma(text, part, traits), relation

    def _rule(self, text: str, tag: str, relation: str) -> tuple[_Told, str]:
        """What the rules say of a word by itself, without its lemma for most, and its traits."""
        doc = Doc(self._vocab, [text], [False], tags=[tag], deps=[relation], heads=[0])
        word = self._ruler(doc)[0]
        return (word.tag, word.pos, word.lemma, word.dep), str(word.morph)

    def _lemmatize(self, text: str, part: int, traits: str) -> int:
        word = Doc(self._vocab, [text], [False])[0]
        word.pos, word.morph = part, MorphAnalysis(self._vocab, traits)
        return self._lemmatizer(word.doc)[0].lemma


def _strings(rules: Any) -> Iterator[str]:
    """Every word, tag and name in nested lists of rules."""
    if isinstance(rules, str):
        yield rules
    elif isinstance(rules, dict):
        yield from _strings(list(rules.values()))
    elif isinstance(rules, list):
        for rule in rules:
            yield from _strings(rule)
