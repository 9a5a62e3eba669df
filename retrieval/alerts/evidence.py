"""What in an article speaks for its being what wishes want.

Tested with the matching in `tests/retrieval/alerts/test_matching.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.article import Article
from corpus.attribution.attribution import MOST_CHARS, Attribution
from corpus.nlp.segment import Slice, split_sentences
from retrieval.alerts.wishes import Floats, Ints, Mask, Wishes
from retrieval.alerts.words import list_terms

_APART = 2
"""Words that a pair of terms may be apart, counting the second."""
_LEAD_SENTENCES = 3
WHOLE = 0.999
"""Share of a wish from which on all of it is held."""
_MUCH = 0.75
"""Share of a wish from which on a sentence is about it."""
FEATURES = (
    "held", "headline", "lead", "sentence", "often", "share", "early", "beside", "said",
    "near", "opening", "one term", "two terms", "long", "heard", "alone",
)  # fmt: skip
"""What is known of a wish in an article, each about 0 to 1; `benchmarks/alerts.py` weighs them."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Which terms of wishes an article holds, and where.

    Attributes:
        pieces: The sentences of its body.
        place: Row of each term in `holds`; terms that it does not hold share the last row.
        holds: Whether a term stands in the headline, in each sentence, and in the name of each who
            speaks: shape (terms held + 1, 1 + sentences + speakers).
        pairs: Which pairs stand beside each other, of all.
        spoken: How many attributions each speaker has.
        sure: Confidence of the surest of them, in [0, 1].
    """

    pieces: list[Slice]
    place: Ints
    holds: Mask
    pairs: Mask
    spoken: Floats
    sure: Floats

    @property
    def sentences(self) -> slice:
        """The columns of the sentences."""
        return slice(1, 1 + len(self.pieces))


def find_terms(article: Article, said: Sequence[Attribution], wishes: Wishes) -> Holdings:
    """Find the terms of wishes in an article; of a very long one only in its beginning."""
    body = article.body[:MOST_CHARS]
    pieces = split_sentences(body, language=article.language)
    spoken = Counter(one.name for one in said if one.name)
    sure = dict.fromkeys(spoken, 0.0)
    for one in said:
        if one.name:
            sure[one.name] = max(sure[one.name], one.confidence)
    texts = [article.headline, *(body[start:end] for start, end in pieces), *spoken]
    told = 1 + len(pieces)
    pairs = np.zeros(len(wishes.pairs), np.bool_)
    rows: dict[int, int] = {}
    held: list[tuple[int, int]] = []
    for column, text in enumerate(texts):
        terms = [wishes.vocabulary.get(term, -1) for term in list_terms(text)]
        held += [(rows.setdefault(term, len(rows)), column) for term in terms if term >= 0]
        for pair in _list_pairs(terms, wishes) if column < told else ():
            pairs[pair] = True
    place = np.full(len(wishes.vocabulary), len(rows), np.int64)
    place[list(rows)] = list(rows.values())
    holds = np.zeros((len(rows) + 1, len(texts)), np.bool_)
    at = np.array(held, np.int64).reshape(-1, 2)
    holds[at[:, 0], at[:, 1]] = True
    often, surest = (np.array([*by.values()], np.float32) for by in (spoken, sure))
    return Holdings(pieces, place, holds, pairs, often, surest)


def _list_pairs(terms: Sequence[int], wishes: Wishes) -> Iterator[int]:
    """Yield the pairs that stand beside each other in a text."""
    for number, term in enumerate(terms):
        if term < 0:
            continue
        for other in terms[number + 1 : number + 1 + _APART]:
            pair = wishes.pairs.get((term, other))
            if pair is not None:
                yield pair


def measure_held(held: Holdings, wishes: Wishes) -> Floats:
    """Say how much of each wish an article holds anywhere, in [0, 1]; 1 of one without a topic."""
    inside: Mask = np.any(held.holds[:, : 1 + len(held.pieces)], axis=1)
    share = wishes.terms.add_up(wishes.weights * inside[held.place[wishes.terms.values]])
    return np.where(wishes.open, np.float32(1), share)


def find_misnamed(held: Holdings, wishes: Wishes) -> Mask:
    """Tell the wishes that name somebody whose given name and surname stand nowhere together."""
    apart = wishes.people & ~held.pairs[wishes.beside.values]
    return wishes.beside.add_up(apart.astype(np.float32)) > 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for some wishes.

    Attributes:
        features: Shape (wishes, features), in the order of `FEATURES`.
        shares: How much of each wish the headline, each sentence and each speaker's name hold, as
            `Holdings.holds` has columns.
        quoted: How sure it is that the article quotes somebody whose name holds all of a wish.
    """

    features: Floats
    shares: Floats
    quoted: Floats


def weigh_evidence(
    rows: Ints, held: Holdings, wishes: Wishes, cosines: Floats, *, within: Mask
) -> Evidence:
    """Weigh what speaks for some wishes.

    Args:
        rows: Numbers of the wishes.
        held: What the article holds.
        wishes: All of them.
        cosines: Of each of the wishes to the best passage and to the first, shape (rows, 2).
        within: The columns to look at, for each of the wishes or for all: shape (rows or 1,
            columns).
    """
    terms = wishes.terms.take(rows)
    starts = wishes.terms.starts
    own = np.concatenate([np.arange(starts[row], starts[row + 1]) for row in rows])
    weights, places = wishes.weights[own], held.place[terms.values]
    owner = np.repeat(np.arange(len(rows)), terms.sizes)
    seen = held.holds[places] & (within[owner] if len(within) > 1 else within)
    shares = terms.add_up(weights[:, None] * seen)
    printed = seen[:, : 1 + len(held.pieces)].sum(axis=1)
    lead = seen[:, 1 : 1 + min(_LEAD_SENTENCES, len(held.pieces))].any(axis=1)
    told = shares[:, held.sentences]
    about = told >= _MUCH
    first = np.where(about.any(axis=1), about.argmax(axis=1), told.shape[1])
    speaking = shares[:, 1 + len(held.pieces) :] >= WHOLE
    beside = wishes.beside.take(rows)
    paired = beside.add_up(held.pairs[beside.values].astype(np.float32))
    sizes = terms.sizes
    features = [
        terms.add_up(weights * (printed > 0)),
        shares[:, 0],
        terms.add_up(weights * lead),
        told.max(axis=1, initial=0),
        terms.add_up(weights * np.log1p(printed, dtype=np.float32)) / np.log(11),
        np.log1p(about.sum(axis=1)) / np.log(11),
        np.exp(-first / 5),
        np.where(sizes > 1, paired / np.maximum(1, sizes - 1), 1),
        np.log1p((speaking * held.spoken).sum(axis=1)) / np.log(11),
        cosines[:, 0],
        cosines[:, 1],
        sizes == 1,
        sizes == 2,
        np.full(len(rows), np.log1p(len(held.pieces)) / np.log(101)),
        [bool(wishes.wishes[row].speaker) for row in rows.tolist()],
        [bool(wishes.wishes[row].surname) for row in rows.tolist()],
    ]
    quoted = (speaking * held.sure).max(axis=1, initial=0).astype(np.float32)
    return Evidence(np.stack(features, axis=1).astype(np.float32), shares, quoted)
