"""Which article a reader describes in words that no headline holds."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.query.intent import Ask
from retrieval.timeline.description import choose_described, find_described, tells_most
from tests.support.harbour import CHEESE, CRACK, FARES, MATCH, open_harbour

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    searcher = open_harbour(tmp_path_factory.mktemp("harbour"))
    return searcher.asked(Ask.read("anything"), today=TODAY).context


@pytest.mark.parametrize(
    ("described", "article"),
    [
        ("the diver who found a crack in the pier", CRACK),
        ("the article where the mayor wants a summer ticket", FARES),
        ("that story about the whistle half of the crowd never heard", MATCH),
        ("judges who tasted forty kinds", CHEESE),
    ],
)
def test_an_article_is_known_by_what_it_tells(context, described, article):
    assert choose_described(find_described(described, context, today=TODAY)) == article


@pytest.mark.parametrize("described", ["", "the penguins of the southern ice shelf", "the thing"])
def test_what_no_article_tells_describes_none(context, described):
    assert choose_described(find_described(described, context, today=TODAY)) is None


def test_what_several_tell_as_well_describes_no_one_article(context):
    assert choose_described(find_described("the bridge at Lissen", context, today=TODAY)) is None


def test_a_place_that_an_article_mentions_is_not_what_it_comes_back_to(context):
    assert not tells_most("the capital", CHEESE, context)
    assert not tells_most("the bridge at Lissen", CRACK, context)
