"""What a newer article says otherwise than the passage that answers."""

from __future__ import annotations

import pytest

from corpus.article import Passage
from retrieval.results import Hit
from retrieval.timeline.later import find_later
from tests.support.harbour import printed
from tests.support.models import FakeEncoder

QUESTION = "How much will the tram to Halm cost?"


def article(text, day, headline="Tram to Halm"):
    return printed(f"{headline} {day}", text, day)


def later(old, new, question=QUESTION):
    hits = [Hit(one, Passage(one.id, 0, len(one.body), one.body), 1.0) for one in (old, new)]
    marked = (0, len(old.body))
    found = find_later(question, hits, marked, encoder=FakeEncoder(), rarity=lambda _: 1.0)
    return found.article if found else None


OLD = article("The tram to Halm will cost 184 million crowns.", (7, 14))
NEW = article("The tram to Halm will cost 231 million crowns.", (9, 4))


def test_another_figure_of_a_later_day_is_found():
    assert later(OLD, NEW) == NEW


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        (
            "The tram to Halm opens on 3 May.", "The tram to Halm opens on 9 June.",
            "When does the tram to Halm open?",
        ),
        (
            "The tram to Halm opens in 2027.", "The tram to Halm opens in 2029.",
            "when will the tram to Halm open",
        ),
    ],
)  # fmt: skip
def test_another_day_or_year_is_another_figure(old, new, question):
    new = article(new, (9, 4))
    assert later(article(old, (7, 14)), new, question) == new


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        (NEW, OLD, QUESTION),
        (OLD, article("The tram to Halm will cost 231 million crowns.", (7, 14), "Sum"), QUESTION),
        (OLD, article("The tram to Halm will cost 184 million crowns.", (9, 4)), QUESTION),
        (
            OLD,
            article(
                "The tram to Halm will cost 231 million crowns, not 184 million crowns.", (9, 4)
            ),
            QUESTION,
        ),
        (OLD, article("The tram to Halm has 9 stops.", (9, 4)), QUESTION),
        (OLD, article("A new bridge costs 90 million crowns.", (9, 4), "Bridge"), QUESTION),
        (OLD, NEW, "Who opposed the tram to Halm?"),
        (OLD, article("But it will cost 231 million crowns.", (9, 4)), QUESTION),
    ],
)
def test_what_is_older_or_the_same_or_of_another_thing_changes_nothing(old, new, question):
    assert later(old, new, question) is None


def test_nothing_is_later_than_nothing():
    assert find_later(QUESTION, [], (0, 0), encoder=FakeEncoder(), rarity=lambda _: 1.0) is None
