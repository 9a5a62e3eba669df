"""Where articles contradict one another, side by side with who says what.

Only three forms are found, each of which leaves little doubt: somebody denies what another
asserts; a figure or claim is disputed in the very next sentence; two publishers print different
figures for one thing at the same time.

Tested with whole stories in `tests/retrieval/timeline/test_build.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise, product

from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice, split_sentences
from retrieval.context import SearchContext
from retrieval.extraction.self_contained import is_leaning
from retrieval.index.searchable import Searchable
from retrieval.query.cues import find_family, is_negated
from retrieval.query.keyphrases import holds
from retrieval.quotations.quotation import find_sentence
from retrieval.ranking.near_duplicates import is_copy, make_shingles
from retrieval.timeline.clustering import get_sort_key
from retrieval.timeline.numeric_conflicts import find_conflicts
from retrieval.timeline.timeline import Entry
from retrieval.tokens import tokenize, tokenize_query

_MOST = 3
_SHARED, _SHARED_TERMS = 0.33, 3
"""Least share of what is denied that the other's sentence must hold, by rarity, and in terms."""
_CLOSE = 0.45
"""Least cosine of the two sentences."""
_APART = timedelta(days=60)
"""Longer apart, they are about different things more often than not."""
_ASSERTS = frozenset({"", "confirm", "announce", "criticise", "warn", "demand"})
"""Families of verbs (see `retrieval.query.cues.find_family`) by which something is asserted."""
_NOT = re.compile(r"\b(?:no|not|never|nobody|nothing|none|without)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What somebody says, with the sentences that hold it."""

    article: Article
    attribution: Attribution
    sentence: Slice

    @property
    def text(self) -> str:
        return self.article.body[slice(*self.sentence)]

    @property
    def quote(self) -> str:
        return self.article.body[slice(*self.attribution.quote)]

    @property
    def line(self) -> Entry:
        return Entry(self.article, self.sentence)


def find_contradictions(
    articles: Sequence[Article], context: SearchContext
) -> tuple[tuple[Entry, ...], ...]:
    """Find lines that contradict each other.

    Args:
        articles: Of one event.
        context: Where they are.

    Returns:
        Pairs, the last printed first, three at most; within one in the order of print. Pairs in
        nearly the same words come once, from whoever printed them first; so does an answer to
        several claims, with the first of them.
    """
    ordered = sorted(articles, key=get_sort_key)
    found = [*_denied(_claims(ordered, context), context), *find_conflicts(ordered)]
    found += (pair for article in ordered for pair in _disputed(article))
    found.sort(key=lambda pair: max(get_sort_key(line.article) for line in pair))
    return tuple(reversed(_once(found)))[:_MOST]


def _claims(articles: Sequence[Article], context: SearchContext) -> list[_Claim]:
    """Gather what is said by somebody whom its sentences name."""
    by_id = {article.id: article for article in articles}
    spans = [(article.id, 0, len(article.body)) for article in articles]
    claims = [
        _Claim(by_id[article_id], said, find_sentence(by_id[article_id], said))
        for article_id, said in context.store.attributions.within(spans)
        if said.name
    ]
    return [claim for claim in claims if _is_named(claim) and not is_leaning(claim.text)]


def _is_named(claim: _Claim) -> bool:
    return holds(claim.text, claim.attribution.name.split()[-1])


def _denied(claims: Sequence[_Claim], context: SearchContext) -> Iterator[tuple[Entry, Entry]]:
    """Yield what one asserts and another denies."""
    denials = [claim for claim in claims if _denies(claim)]
    denying = {(claim.article, claim.sentence) for claim in denials}
    asserted = [
        claim
        for claim in claims
        if _asserts(claim) and (claim.article, claim.sentence) not in denying
    ]
    pairs = [
        (said, denial)
        for denial, said in product(denials, asserted)
        if _opposed(said, denial, context.index)
    ]
    texts = list(dict.fromkeys(claim.text for pair in pairs for claim in pair))
    if not texts:
        return
    vectors = dict(zip(texts, context.encoder.encode(texts), strict=True))
    for said, denial in pairs:
        if vectors[said.text] @ vectors[denial.text] >= _CLOSE:
            first, second = sorted((said, denial), key=lambda claim: get_sort_key(claim.article))
            yield first.line, second.line


def _cue(claim: _Claim) -> str:
    cue = claim.attribution.cue
    return claim.article.body[slice(*cue)] if cue else ""


def _denies(claim: _Claim) -> bool:
    return find_family(_cue(claim)) == "deny" and not is_negated(_cue(claim))


def _asserts(claim: _Claim) -> bool:
    """Whether it says that something is so."""
    cue = _cue(claim)
    return find_family(cue) in _ASSERTS and not is_negated(cue) and not _NOT.search(claim.quote)


def _opposed(said: _Claim, denial: _Claim, index: Searchable) -> bool:
    """Whether a claim is about what another denies, and each of them names the other."""
    return (
        said.attribution.name != denial.attribution.name
        and _near_in_time(said.article, denial.article)
        and _covers(said, denial, index)
        and _mentions(said, denial.attribution)
        and _mentions(denial, said.attribution)
    )


def _near_in_time(one: Article, other: Article) -> bool:
    if one.published is None or other.published is None:
        return one == other
    return abs(one.published - other.published) <= _APART


def _covers(said: _Claim, denial: _Claim, index: Searchable) -> bool:
    weights = {term: index.rarity(term) for term in tokenize_query([denial.quote])}
    shared = weights.keys() & set(tokenize(said.text))
    total = sum(weights.values())
    share = sum(weights[term] for term in shared) / total if total else 0.0
    return len(shared) >= _SHARED_TERMS and share >= _SHARED


def _mentions(claim: _Claim, other: Attribution) -> bool:
    """Whether somebody's sentences name another, or their office."""
    name = other.name.split()[-1]
    role = " ".join(word for word in other.role.split() if word.casefold() != "the")
    texts = claim.text.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", texts)
        for word in (name, role)
        if word
    )


_DISPUTED = re.compile(
    r"\b(?:den(?:y|ies|ied)|disput(?:e|es|ed)|reject(?:s|ed)?|contest(?:s|ed)?|refut(?:e|es|ed)"
    r"|dismiss(?:es|ed)?|contradict(?:s|ed)?|challenge[sd]?)\s+(?:that|this|the|those|these|his|her"
    r"|their|its|both)\s+(?:\w+\s+)?(?:figures?|sums?|numbers?|estimates?|claims?|accusations?"
    r"|allegations?|charges?|accounts?|versions?|assertions?|suggestions?|criticisms?|statements?"
    r"|calculations?)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b(?:but|that|said|says|who|which|while|although|if|as)\b", re.IGNORECASE)
"""A word before "disputed that figure" with which the figure may be one of the same sentence."""


def _disputed(article: Article) -> Iterator[tuple[Entry, Entry]]:
    """Yield what the very next sentence says that somebody disputes."""
    pieces = split_sentences(article.body, language=article.language)
    for claim, reply in pairwise(pieces):
        texts = article.body[slice(*claim)], article.body[slice(*reply)]
        if _disputes(texts[1]) and not any(map(is_leaning, texts)):
            yield Entry(article, claim), Entry(article, reply)


def _disputes(reply: str) -> bool:
    found = _DISPUTED.search(reply)
    return (
        found is not None
        and not _NOT.search(reply[: found.end()])
        and not _CLAUSE.search(reply[: found.start()])
    )


def _once(found: Iterable[tuple[Entry, Entry]]) -> list[tuple[Entry, Entry]]:
    """Keep each contradiction once, as it was printed first, with who else prints its lines."""
    groups: list[list[tuple[Entry, Entry]]] = []
    for pair in found:
        group = next((group for group in groups if _again(pair, group)), None)
        if group is None:
            groups.append([pair])
        else:
            group.append(pair)
    return [_merged(group) for group in groups]


def _again(pair: tuple[Entry, Entry], group: Sequence[tuple[Entry, Entry]]) -> bool:
    """Whether a pair is that of a group once more, or its second line answered another there.

    Both lines have to be copies: "the mayor disputed that figure" follows upon many a figure.
    """
    lines = zip(pair, group[0], strict=True)
    return any(pair[1] == other for _, other in group) or all(_is_copy(*both) for both in lines)


def _merged(group: Sequence[tuple[Entry, Entry]]) -> tuple[Entry, Entry]:
    first, second = zip(*group, strict=True)
    return _with_copies(first), _with_copies(second)


def _with_copies(lines: Sequence[Entry]) -> Entry:
    """Note who else prints the first of some lines."""
    first = lines[0]
    printed_by = (one.article for one in lines[1:] if _is_copy(one, first))
    others = (article for article in printed_by if article != first.article)
    return replace(first, copies=tuple(dict.fromkeys(others)))


def _is_copy(one: Entry, other: Entry) -> bool:
    texts = (line.article.body[slice(*line.sentence)] for line in (one, other))
    return is_copy(*map(make_shingles, texts))
