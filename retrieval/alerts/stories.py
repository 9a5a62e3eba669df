"""The stories of a day, for a digest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from corpus.article import Article, Passage
from corpus.attribution.attribution import MOST_CHARS
from corpus.nlp.segment import Slice, count_words, split_sentences
from retrieval.alerts.alert import Alert, Incoming, Level
from retrieval.alerts.copies import read_text
from retrieval.alerts.learned import load_learned
from retrieval.alerts.matching import AlertIndex
from retrieval.alerts.wishes import Floats
from retrieval.alerts.words import CASED, list_terms
from retrieval.extraction.self_contained import find_supports
from retrieval.extraction.summary import summarize
from retrieval.ranking.near_duplicates import group_copies
from retrieval.results import Encoder
from retrieval.timeline.clustering import get_sort_key

MOST_STORIES = 10
"""Stories that a digest tells where nobody asks for fewer."""
_MOST_READ = 5000
"""Articles among which those on a topic are looked for, the newest; a thousand take ten seconds."""
_MOST_ARTICLES = 1000
"""Articles that are grouped, the newest; each is compared with each."""
_ALIKE = 0.65
"""Least likeness on average of articles that tell one story. Of 609 articles by many publishers,
pairs of one event within three days are mostly above 0.7, pairs of one field below 0.6."""

_COMPARED = 6000
"""Characters of an article in which copies are looked for."""
_OPENING = 12
"""Sentences among which the telling one is looked for."""
_EARLY, _SOON = 0.5, 3.0
"""What a sentence gains that opens its article, and after how many that has fallen to 1/e."""
_LONG, _WORDS = 0.02, 30
"""What each word costs beyond how many; all as shares of the headline."""


@dataclass(frozen=True, slots=True)
class Story:
    """What several articles of a day tell, or one.

    Attributes:
        headline: Of its newest article.
        sentence: A sentence of that article which stands by itself, verbatim.
        passage: Where that sentence stands.
        article: The newest article.
        publishers: Who told it, the newest first, each once.
        articles: Ids of all that tell it, newest first.
    """

    headline: str
    sentence: str
    passage: Passage
    article: Article
    publishers: tuple[str, ...]
    articles: tuple[str, ...]


def tell_day(
    news: Sequence[Incoming],
    *,
    encoder: Encoder,
    topics: Sequence[str] = (),
    most: int = MOST_STORIES,
) -> list[Story]:
    """Tell the stories of some time.

    Args:
        news: The articles of that time, in any order; those without passages are left out.
        encoder: Embeds the topics, as it embedded the passages.
        topics: What the stories are to be about; without, all of them are.
        most: Most stories to tell.

    Returns:
        Those that most publishers told first, then those of most articles, then the newest;
        empty where there is no news.
    """
    told = sorted(
        (new for new in news if new.passages),
        key=lambda new: get_sort_key(new.article),
        reverse=True,
    )
    wanted = _choose(told[:_MOST_READ], topics, encoder) if topics else told
    stories = _group(wanted[:_MOST_ARTICLES])
    stories.sort(key=lambda story: (-len(_list_publishers(story)), -len(story)))
    return [_tell(story) for story in stories[:most]]


def _choose(told: Sequence[Incoming], topics: Sequence[str], encoder: Encoder) -> list[Incoming]:
    """Choose the articles that are about one of the topics."""
    alerts = [Alert(number, one, level=Level.BALANCED) for number, one in enumerate(topics)]
    index = AlertIndex(alerts, encoder=encoder)
    return [new for new in told if index.match(new.article, new.passages, new.vectors, new.said)]


def _group(told: Sequence[Incoming]) -> list[list[Incoming]]:
    """Group articles into stories, each in the order given; the stories by their first article."""
    if len(told) <= 1:
        return [list(told)] if told else []
    apart = 1 - np.clip(_compare(told), 0, 1)
    np.fill_diagonal(apart, 0)
    labels = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - _ALIKE, "distance")
    stories: dict[int, list[Incoming]] = {}
    for new, label in zip(told, labels.tolist(), strict=True):
        stories.setdefault(label, []).append(new)
    return list(stories.values())


def _compare(told: Sequence[Incoming]) -> Floats:
    """Say how alike each two articles are, in [-1, 1]; copies are alike without vectors too."""
    openings = _stack([_take_opening(new) for new in told])
    wholes = _stack([_average(new) for new in told])
    likeness: Floats = (openings @ openings.T + wholes @ wholes.T) * np.float32(0.5)
    copies = group_copies(
        range(len(told)),
        text=lambda row: read_text(told[row].article)[:_COMPARED],
        article=lambda row: told[row].article,
    )
    for rows in copies:
        likeness[np.ix_(rows, rows)] = 1
    return likeness


def _take_opening(new: Incoming) -> Floats:
    opening: Floats = np.nan_to_num(np.asarray(new.vectors, np.float32)[:1]).sum(axis=0)
    return opening


def _average(new: Incoming) -> Floats:
    whole = np.nan_to_num(np.asarray(new.vectors, np.float32)).sum(axis=0)
    return np.asarray(whole / max(float(np.linalg.norm(whole)), 1e-6), np.float32)


def _stack(vectors: Sequence[Floats]) -> Floats:
    """Put vectors under one another; those of another length than most, as none, are zeros."""
    size = max(len(vector) for vector in vectors)
    return np.stack([v if len(v) == size else np.zeros(size, np.float32) for v in vectors])


def _list_publishers(story: Sequence[Incoming]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(new.article.publisher for new in story if new.article.publisher))


def _tell(story: Sequence[Incoming]) -> Story:
    """Tell a story by its newest article, which comes first."""
    newest = story[0]
    start, end = _choose_sentence(newest)
    return Story(
        headline=newest.article.headline,
        sentence=newest.article.body[start:end],
        passage=next(one for one in newest.passages if one.end > start),
        article=newest.article,
        publishers=_list_publishers(story),
        articles=tuple(new.article.id for new in story),
    )


def _choose_sentence(new: Incoming) -> Slice:
    """Choose the sentence near the beginning that stands by itself and says what the headline does.

    Where none stands by itself, it is the one that opens a summary.
    """
    article, said = new.article, new.said
    pieces = split_sentences(article.body[:MOST_CHARS], language=article.language)[:_OPENING]
    supports = find_supports(article, pieces, said)
    alone = [row for row, unit in enumerate(supports) if unit == (row,)]
    if not alone:
        return summarize(article, attributions=said, count=1).sentences[0]
    wanted = _weigh_terms(article.headline)

    def worth(row: int) -> float:
        text = article.body[slice(*pieces[row])]
        shared = sum(weight for term, weight in wanted.items() if term in set(list_terms(text)))
        return shared + _EARLY * math.exp(-row / _SOON) - _LONG * max(0, count_words(text) - _WORDS)

    return pieces[max(alone, key=worth)]


def _weigh_terms(headline: str) -> dict[str, float]:
    """Weigh the terms of a headline by how rare they are in the news; they add up to 1."""
    learned = load_learned()
    terms = {term for term in list_terms(headline) if not term.startswith(CASED)}
    own = {term: learned.common.get(term, learned.unknown) for term in terms}
    return {term: weight / sum(own.values()) for term, weight in own.items()}
