"""Articles as alerts meet them, invented, with passages, vectors and who said what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import split_passages
from retrieval.alerts.alert import Alert, Incoming, Level, Match
from retrieval.alerts.matching import AlertIndex
from tests.support.models import FakeAttributor, FakeEncoder

STRIKE = Article(
    headline="Ferry crews strike over night pay",
    body=(
        "Ferry crews in Tolmouth began a strike on Monday after talks over night pay failed. "
        "No boat left the quay before noon.\n\n"
        "“Nobody sails for half a wage,” said Rosa Kovač, the secretary of the union. Kovač wants "
        "the owners to pay what the old contract promised.\n\n"
        "The strike closes the only road to the island, since the bridge is being painted. Anders "
        "Will, who owns two of the boats, said the crews had been offered enough."
    ),
    url="https://herald.example/strike",
    publisher="Tolmouth Herald",
    published=datetime(2026, 4, 6, 9, tzinfo=UTC),
)
EELS = Article(
    headline="Eels return to the mill stream",
    body=(
        "Eels have come back to the mill stream for the first time in thirty years. Wardens "
        "counted eleven of them on Sunday.\n\n"
        "A new ladder of brushes lets them climb the weir. It cost the parish four hundred crowns, "
        "less than one of the signs that warn of the strike of a bell."
    ),
    url="https://herald.example/eels",
    publisher="Tolmouth Herald",
    published=datetime(2026, 4, 6, 10, tzinfo=UTC),
)


def meet(article: Article, said: Sequence[Attribution] | None = None) -> Incoming:
    """An article as it is matched; who said what is found where it is not told."""
    passages = split_passages(article.id, article.body, words=40)
    vectors = FakeEncoder().embed([(article, one) for one in passages]).vectors
    if said is None:
        said = FakeAttributor().attribute(article) or []
    return Incoming(article, passages, vectors.astype("float32"), said)


def match(new: Incoming, *alerts: Alert, encoder: Any = None) -> list[Match]:
    """Match one article against alerts."""
    index = AlertIndex(alerts, encoder=encoder or FakeEncoder())
    return index.match(new.article, new.passages, new.vectors, new.said)


def fits(topic: str, new: Incoming, level: Level = Level.BALANCED, **more: Any) -> bool:
    """Whether an article fits an alert."""
    return bool(match(new, Alert(1, topic, level=level, **more)))
