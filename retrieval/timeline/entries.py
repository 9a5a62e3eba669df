"""What each article of a story tells, in its own words and once.

Tested with whole stories in `tests/retrieval/timeline/test_build.py`.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from corpus.article import Article
from corpus.nlp.segment import Slice, count_words, split_sentences
from retrieval.context import SearchContext
from retrieval.disagreement.copies import has_changed
from retrieval.extraction.self_contained import find_supports
from retrieval.index.searchable import Searchable
from retrieval.ranking.near_duplicates import is_copy, make_shingles
from retrieval.timeline.clustering import drop_frame
from retrieval.timeline.timeline import Entry
from retrieval.tokens import tokenize, tokenize_query

_NEWS = 3
"""Most lines that tell what is new."""
_SENTENCES = 2
"""Most sentences in a line."""
_LOOKED_AT = 12
"""Sentences of an article among which its line is chosen."""
_TAU = 3.0
"""Sentences after which the worth of coming early has fallen to 1/e."""
_TOPIC, _HEADLINE = 0.5, 1.0
"""What it is worth to hold all of the topic, and all of the headline."""
_SHORT, _LONG = 30, 0.02
"""Words that a line may have before it has to earn its length, and what each further one costs."""
_TOLD = 2 / 3
"""Share of a line's terms in another from which on it adds nothing."""
_RETOLD = 0.9
"""Least cosine of two publishers' lines of a day that tell the same in other words."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True, slots=True)
class _Option:
    """A line that an article offers.

    Attributes:
        line: The line.
        terms: Of its words.
        prints: By which near copies of it are told.
        about: How much of topic and headline it holds, at least 0.
        worth: By which the best is chosen.
    """

    line: Entry
    terms: frozenset[str]
    prints: frozenset[tuple[str, ...]]
    about: float
    worth: float

    @property
    def text(self) -> str:
        return self.line.article.body[slice(*self.line.sentence)]


def choose_entries(
    topic: str, articles: Sequence[Article], context: SearchContext
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Tell what is new, and how it came.

    Every article tells one line, but for the newest: it tells two where no other is of its day.
    Lines in nearly the same words come once, from whoever printed them first.

    Args:
        topic: What the story is about; lines that say so are preferred.
        articles: Newest first, those without date last.
        context: Where they are.

    Returns:
        Lines of the newest day, newest first, and those before, oldest first; what has no date
        comes last.
    """
    dated = [article for article in reversed(articles) if article.published]
    ordered = dated + [article for article in articles if not article.published]
    told: list[_Option] = []
    for article in ordered:
        told.append(_told(_options(topic, article, context), told))
    merged = _retold(_once(told), context)
    newest = max((_day(option.line) for option in merged), default=date.min)
    news = [option for option in reversed(merged) if _day(option.line) == newest][:_NEWS]
    timeline = tuple(option.line for option in merged if option not in news)
    if len(news) == 1:
        more = _options(topic, news[0].line.article, context)
        news += [option for option in more if _goes_on(option, news[0], merged)][:1]
        news.sort(key=lambda option: option.line.sentence)
    return tuple(option.line for option in news), timeline


def _goes_on(option: _Option, first: _Option, told: Sequence[_Option]) -> bool:
    """Whether a line of an article is worth telling beside its first."""
    (start, end), (low, high) = option.line.sentence, first.line.sentence
    return option.about > 0 and _adds(option, told) and (end <= low or high <= start)


def _day(line: Entry) -> date:
    return line.article.published.date() if line.article.published else date.min


def _options(topic: str, article: Article, context: SearchContext) -> list[_Option]:
    """Return the lines that an article offers, best first: at least one.

    What leans on another sentence comes with it (see `retrieval.extraction.self_contained`). A line
    is worth more the earlier it comes, and the more of topic and headline it holds; one that
    holds nothing of them comes last.
    """
    weights = _weights(drop_frame(topic), article.headline, context.index)
    pieces = split_sentences(article.body, language=article.language)[:_LOOKED_AT]
    said = [
        one for one in context.store.attributions.of(article.id) if one.quote[1] <= pieces[-1][1]
    ]
    units = dict.fromkeys(find_supports(article, pieces, said))
    offered = [
        _option(article, (pieces[unit[0]][0], pieces[unit[-1]][1]), weights, rank)
        for rank, unit in enumerate(filter(_fits, units))
    ]
    whole = [one for one in offered if "\n" not in one.text]
    whole.sort(key=lambda one: (one.about == 0, -one.worth))
    return whole or [_option(article, pieces[0], weights, 0)]


def _fits(unit: tuple[int, ...]) -> bool:
    """Whether the sentences of a unit follow one another, and are not too many."""
    return 0 < len(unit) <= _SENTENCES and unit[-1] - unit[0] == len(unit) - 1


def _option(article: Article, piece: Slice, weights: Mapping[str, float], rank: int) -> _Option:
    text = article.body[slice(*piece)]
    terms = frozenset(tokenize(text))
    covered = sum(weights[term] for term in weights.keys() & terms)
    length = _LONG * max(0, count_words(text) - _SHORT)
    worth = math.exp(-rank / _TAU) + covered - length
    return _Option(Entry(article, piece), terms, make_shingles(text), covered, worth)


def _weights(topic: str, headline: str, index: Searchable) -> Counter[str]:
    """Weigh the terms of topic and headline."""
    weights = Counter[str]()
    for text, share in ((topic, _TOPIC), (headline, _HEADLINE)):
        rarities = {term: index.rarity(term) for term in tokenize_query([text])}
        total = sum(rarities.values())
        weights.update({term: share * rarity / total for term, rarity in rarities.items()})
    return weights


def _told(options: Sequence[_Option], told: Sequence[_Option]) -> _Option:
    """Choose an article's line: one that adds something, unless its best is a copy."""
    if any(_is_copy(options[0], one) for one in told):
        return options[0]
    return next((one for one in options if _adds(one, told)), options[0])


def _adds(option: _Option, told: Sequence[_Option]) -> bool:
    most = _TOLD * max(1, len(option.terms))
    return all(len(option.terms & one.terms) < most or _has_changed(option, one) for one in told)


def _is_copy(option: _Option, other: _Option) -> bool:
    return is_copy(option.prints, other.prints) and not _has_changed(option, other)


def _has_changed(option: _Option, other: _Option) -> bool:
    """Whether two lines in nearly the same words tell what changed from one day to another."""
    lines = option.line, other.line
    return has_changed(*((line.article, line.sentence) for line in lines))


def _once(told: Sequence[_Option]) -> list[_Option]:
    """Merge near copies into the first of them, not the fullest: a timeline tells since when."""
    kept: list[_Option] = []
    for option in told:
        first = next((at for at, one in enumerate(kept) if _is_copy(option, one)), None)
        if first is None:
            kept.append(option)
        else:
            kept[first] = _with_copy(kept[first], option)
    return kept


def _retold(told: Sequence[_Option], context: SearchContext) -> list[_Option]:
    """Merge what two publishers of a day tell in other words and with the same numbers."""
    pairs = [pair for pair in combinations(range(len(told)), 2) if _likely(told, pair)]
    places = sorted({place for pair in pairs for place in pair})
    if not places:
        return list(told)
    vectors = context.encoder.encode([told[place].text for place in places])
    row = dict(zip(places, vectors, strict=True))
    kept = dict(enumerate(told))
    for first, second in pairs:
        if first in kept and second in kept and row[first] @ row[second] >= _RETOLD:
            kept[first] = _with_copy(kept[first], kept.pop(second))
    return list(kept.values())


def _likely(told: Sequence[_Option], pair: tuple[int, int]) -> bool:
    one, other = (told[place] for place in pair)
    return (
        _day(one.line) == _day(other.line)
        and one.line.article.publisher != other.line.article.publisher
        and sorted(_NUMBER.findall(one.text)) == sorted(_NUMBER.findall(other.text))
    )


def _with_copy(first: _Option, copy: _Option) -> _Option:
    copies = (*first.line.copies, copy.line.article, *copy.line.copies)
    return replace(first, line=replace(first.line, copies=copies))
