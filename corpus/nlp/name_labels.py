"""Labels of names by spaCy's model, in a third of the time that its own loop takes.

Each word gets the move that the model finds best: to begin a name, to go on with it, to end it.
spaCy's loop asks of every move by itself whether it may be made, with Python's lock taken and given
back for each. Outside a name the moves depend on one word, so they are found for all words at once;
what goes on is found for all names at once. The names are the same.

Tested with what reads them in `tests/corpus/nlp/test_entities.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

_NONE = -1
"""Stands for a word that there is none of, as the model was taught."""

_Scores = NDArray[np.float32]
_Words = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Label:
    """What the model calls a name.

    Attributes:
        start: First character in its text.
        end: The character behind it.
        label: As spaCy names it: "PERSON", "ORG", "DATE".
    """

    start: int
    end: int
    label: str


class Labeller:
    """Finds the names in texts.

    Args:
        nlp: Has spaCy's "ner", and no other part that the words of names depend on.
    """

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        recognizer: Any = nlp.get_pipe("ner")
        self._model, moves = recognizer.model, recognizer.moves
        names = [moves.get_class_name(place) for place in range(moves.n_moves)]
        self._moves = [(name[0], name[2:]) for name in names]
        self._column = {move: place for place, move in enumerate(self._moves)}

    def label(self, texts: Sequence[str]) -> list[list[Label]]:
        """Find the names in some texts, each by itself, in their order."""
        docs = [self._nlp.make_doc(text) for text in texts]
        found = self._spans(docs) if any(map(len, docs)) else {}
        firsts = np.cumsum([0, *map(len, docs)]).tolist()
        return [
            [
                Label(doc[start].idx, doc[end].idx + len(doc[end]), label)
                for start, end, label in _walk(found, first, len(doc))
            ]
            for doc, first in zip(docs, firsts, strict=False)
        ]

    def _spans(self, docs: Sequence[Doc]) -> dict[int, tuple[int, str]]:
        """Where a name would end, and its label, by the word that it begins at."""
        score = self._scorer(docs)
        lasts = np.cumsum([len(doc) for doc in docs if len(doc)]) - 1
        words = np.arange(lasts[-1] + 1, dtype=np.int32)
        none = np.full_like(words, _NONE)
        blank = np.concatenate([doc.to_array(["IS_SPACE"]) for doc in docs if len(doc)]) > 0
        scores = score(np.stack([words, none, none], axis=1))
        found: dict[int, tuple[int, str]] = {}
        begun: list[tuple[int, str]] = []
        for word, best in enumerate(self._first(scores, blank, lasts)):
            move, label = self._moves[best]
            if move == "U":
                found[word] = word, label
            elif move == "B":
                begun.append((word, label))
        self._go_on(begun, frozenset(lasts.tolist()), score, found)
        return found

    def _scorer(self, docs: Sequence[Doc]) -> Callable[[_Words], _Scores]:
        """Scores of each move for a word, the first and the last one of the name it stands in."""
        step = self._model.predict(docs)

        def score(words: _Words) -> _Scores:
            vectors, _ = step.state2vec(np.ascontiguousarray(words), False)
            scores: _Scores = step.vec2scores.predict(vectors)
            return scores

        return score

    def _first(self, scores: _Scores, blank: NDArray[np.bool_], lasts: NDArray[Any]) -> list[int]:
        """The best move of each word outside a name."""
        kinds = np.array([move if label or move == "O" else "-" for move, label in self._moves])
        may = np.broadcast_to(np.isin(kinds, ["B", "U", "O"]), scores.shape).copy()
        may[np.ix_(lasts, kinds == "B")] = False
        may[np.ix_(blank, kinds != "O")] = False
        best: list[int] = np.where(may, scores, -np.inf).argmax(axis=1).tolist()
        return best

    def _go_on(
        self,
        begun: Sequence[tuple[int, str]],
        lasts: frozenset[int],
        score: Callable[[_Words], _Scores],
        found: dict[int, tuple[int, str]],
    ) -> None:
        """Follow names that were begun to where they end, all by one word at a time."""
        length = 1
        while begun:
            rows = [(start + length, start, start + length - 1) for start, _ in begun]
            scores = score(np.array(rows, dtype=np.int32))
            left = []
            for (start, label), own in zip(begun, scores, strict=True):
                inner, ending = self._column["I", label], self._column["L", label]
                goes_on = own[inner] > own[ending] or (own[inner] == own[ending] and inner < ending)
                if goes_on and start + length not in lasts:
                    left.append((start, label))
                else:
                    found[start] = start + length, label
            begun, length = left, length + 1


def _walk(
    found: dict[int, tuple[int, str]], first: int, length: int
) -> Iterator[tuple[int, int, str]]:
    """The names of a text from left to right, without those that would begin within another."""
    word = 0
    while word < length:
        last, label = found.get(first + word, (first + word, ""))
        if label:
            yield word, last - first, label
        word = last - first + 1
