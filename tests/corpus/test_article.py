"""An article's id says which article it is, whatever is corrected in it."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from corpus.article import Article, Passage

ARTICLE = Article(
    headline="Ferry runs again",
    body="It sailed at noon.",
    url="https://news.example/ferry",
    publisher="Gazette",
    published=datetime(2026, 3, 9, 22, 30, tzinfo=UTC),
)
PASTED = replace(ARTICLE, url=None)


@pytest.mark.parametrize(
    "correction",
    [
        {"headline": "Ferry sails again"},
        {"body": "It sailed at one."},
        {"publisher": "The Gazette"},
        {"published": None},
        {"authors": ("Ada Quay",)},
    ],
)
def test_an_article_with_an_address_keeps_its_id_through_every_correction(correction):
    assert replace(ARTICLE, **correction).id == ARTICLE.id


def test_another_address_is_another_article():
    assert replace(ARTICLE, url="https://news.example/ferry-2").id != ARTICLE.id


@pytest.mark.parametrize(
    "correction",
    [
        {"body": "It sailed at one."},
        {"headline": "FERRY RUNS AGAIN"},
        {"published": datetime(2026, 3, 9, 1, tzinfo=UTC)},
        {"day_only": True},
    ],
)
def test_a_pasted_article_keeps_its_id_with_headline_publisher_and_day(correction):
    assert replace(PASTED, **correction).id == PASTED.id


@pytest.mark.parametrize(
    "change",
    [
        {"headline": "Tram runs again"},
        {"publisher": "Courier"},
        {"publisher": None},
        {"published": datetime(2026, 3, 10, tzinfo=UTC)},
        {"published": None},
    ],
)
def test_a_pasted_article_with_another_headline_publisher_or_day_is_another(change):
    assert replace(PASTED, **change).id != PASTED.id


def test_an_id_is_twelve_hex_digits():
    assert len(ARTICLE.id) == 12
    assert int(ARTICLE.id, 16) >= 0


def test_the_day_is_printed_without_a_leading_zero():
    assert ARTICLE.printed_date == "9 Mar 2026"


def test_an_undated_article_prints_no_date():
    assert replace(ARTICLE, published=None).printed_date == ""


def test_a_passage_is_named_after_its_article_and_start():
    assert Passage("a1", 90, 95, "noon.").id == "a1#90"


def test_articles_and_passages_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        ARTICLE.headline = "Ferry sinks"
    with pytest.raises(FrozenInstanceError):
        Passage("a1", 0, 1, "I").start = 2
