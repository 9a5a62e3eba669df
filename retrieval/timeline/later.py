"""What a newer article says otherwise than the passage that answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from corpus.article import Article
from corpus.nlp.segment import Slice, split_sentences
from retrieval.extraction.self_contained import is_leaning
from retrieval.results import Encoder, Hit
from retrieval.timeline.clustering import get_sort_key
from retrieval.timeline.numeric_conflicts import list_figures
from retrieval.timeline.timeline import Entry
from retrieval.tokens import tokenize, tokenize_query

_ASKS_FIGURE = re.compile(
    r"\b(?:how\s+(?:much|many|long|high|big|large|far|old|often)|when|what\s+(?:time|date|day|year"
    r"|month|price|share|rate|percentage|sum)|cost|costs|price|number|worth|date)\b",
    re.IGNORECASE,
)
_ABOUT = 0.5
"""Least share of the question, by rarity, that both sentences hold with their headlines."""
_CLOSE = 0.55
"""Least cosine of the two sentences: of one thing."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MONTH = re.compile(
    r"\b(\d{1,2}) (January|February|March|April|May|June|July|August|September|October|November"
    r"|December)\b"
)


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence and what of it may change."""

    article: Article
    piece: Slice

    @property
    def text(self) -> str:
        return self.article.body[slice(*self.piece)]


def find_later(
    question: str,
    hits: Sequence[Hit],
    marked: Slice,
    *,
    encoder: Encoder,
    rarity: Callable[[str], float],
) -> Entry | None:
    """Find what a newer article among the hits says otherwise than the first.

    It has to answer the same question, about the same thing, with another figure or date; only a
    question for one has such an answer.

    Args:
        question: As asked.
        hits: Best first; the first is shown.
        marked: What of the first one's article answers.
        encoder: Embeds sentences.
        rarity: Inverse document frequency of a term, above 0.

    Returns:
        The newest such sentence; None where there is none, as mostly.
    """
    if not hits or not _ASKS_FIGURE.search(question):
        return None
    first = _Said(hits[0].article, marked)
    weights = {term: rarity(term) for term in tokenize_query([question])}
    if _holds(first, weights) < _ABOUT:
        return None
    offered = [
        said
        for said in _newer(hits)
        if _holds(said, weights) >= _ABOUT and _differ(first.text, said.text)
    ]
    if not offered:
        return None
    vectors = encoder.encode([first.text, *(said.text for said in offered)])
    near = [
        said
        for said, cosine in zip(offered, (vectors[1:] @ vectors[0]).tolist(), strict=True)
        if cosine >= _CLOSE
    ]
    newest = max(near, key=lambda said: get_sort_key(said.article), default=None)
    return Entry(newest.article, newest.piece) if newest else None


def _newer(hits: Sequence[Hit]) -> Iterator[_Said]:
    """Yield the sentences that stand alone of hits that were printed on a later day."""
    shown = hits[0].article.published
    for hit in hits[1:]:
        article, passage = hit.article, hit.passage
        if not shown or not article.published or article.published.date() <= shown.date():
            continue
        for start, end in split_sentences(passage.text, language=article.language):
            said = _Said(article, (passage.start + start, passage.start + end))
            if not is_leaning(said.text):
                yield said


def _holds(said: _Said, weights: dict[str, float]) -> float:
    held = weights.keys() & set(tokenize(f"{said.article.headline}\n{said.text}"))
    return sum(weights[term] for term in held) / (sum(weights.values()) or 1.0)


def _differ(old: str, new: str) -> bool:
    """Whether a later sentence has another figure for what is counted."""
    before, after = _all_figures(old), _all_figures(new)
    return any(before[unit].isdisjoint(after[unit]) for unit in before.keys() & after.keys())


def _all_figures(text: str) -> dict[tuple[str, str], set[str]]:
    """What is counted, and how much of it; years and days of months count as such."""
    found = list_figures(_MONTH.sub(" ", text))
    if years := set(_YEAR.findall(text)):
        found[("year", "")] = years
    if days := {f"{day} {month}" for day, month in _MONTH.findall(text)}:
        found[("day", "")] = days
    return found
