"""The newest counts of the articles that answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Passage
from retrieval.disagreement.newest import prefer_newest
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.period import Period
from retrieval.results import Hit, Reading, Result, Verdict, Window
from tests.support.harbour import printed
from tests.support.models import FakeEncoder

QUESTION = "How much will the tram to Halm cost?"
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))


def article(text, day, headline="Tram to Halm"):
    return printed(f"{headline} {day}", text, day)


def hit(one, answers=3.0, *, read=True, begins="crowns"):
    body = one.body
    place = max(0, body.find(begins) - 12)
    window = Window(0, len(body), Reading(5.0, answers, ((place, 1.0),))) if read else None
    return Hit(one, Passage(one.id, 0, len(body), body), 0.9, window=window)


def mark(one):
    whole = (0, len(one.article.body))
    return Excerpt(whole, whole, whole)


def settle(*hits, question=QUESTION, verdict=Verdict.ANSWER, **more):
    result = Result(question, verdict, 0.9, hits, 10, **more)
    return prefer_newest(result, mark(hits[0]), mark, encoder=FakeEncoder(), rarity=lambda _: 1.0)


def shown(settled):
    """Return the article that answers, what says otherwise, and whether that is newer."""
    other = settled.otherwise
    first = settled.result.hits[0].article
    return first, other and other.article, other and other.is_newer


OLD = article("The tram to Halm will cost 184 million crowns.", (5, 14))
LATER = article("The tram to Halm will cost 202 million crowns.", (7, 14))
NEW = article("The tram to Halm will cost 231 million crowns.", (9, 4))
SAME = article("The tram to Halm will cost 184 million crowns, it is said.", (9, 5))
BOTH = article(
    "The tram to Halm costs 231 million crowns. The tram to Halm costs 184 million crowns.", (9, 4)
)
STOPS = article("The tram to Halm has 9 stops.", (9, 4), "Stops")


def test_the_newer_article_answers_and_the_older_is_named():
    settled = settle(hit(OLD), hit(STOPS), hit(NEW))

    assert shown(settled) == (NEW, OLD, False)
    assert [one.article for one in settled.result.hits] == [NEW, OLD, STOPS]
    assert settled.excerpt == mark(hit(NEW))
    assert settled.otherwise.piece == (0, len(OLD.body))


def test_how_sure_the_answer_is_stays_as_it_was():
    for verdict in (Verdict.ANSWER, Verdict.CLOSEST):
        settled = settle(hit(OLD), hit(NEW), verdict=verdict)
        assert shown(settled) == (NEW, OLD, False)
        assert (settled.result.verdict, settled.result.confidence) == (verdict, 0.9)


def test_the_newest_of_several_answers():
    assert shown(settle(hit(OLD), hit(LATER), hit(NEW))) == (NEW, OLD, False)


def test_an_answer_that_is_the_newest_names_the_latest_before_it():
    assert shown(settle(hit(NEW), hit(OLD), hit(LATER))) == (NEW, LATER, False)


def test_a_newer_article_that_answers_less_well_is_only_named():
    assert shown(settle(hit(OLD), hit(NEW, answers=-3.0))) == (OLD, NEW, True)


def test_where_nothing_was_read_the_newer_one_is_only_named():
    assert shown(settle(hit(OLD, read=False), hit(NEW, read=False))) == (OLD, NEW, True)


def test_what_would_be_marked_elsewhere_is_only_named():
    result = Result(QUESTION, Verdict.ANSWER, 0.9, (hit(OLD), hit(NEW)), 10)
    elsewhere = Excerpt((3, 9), (3, 9), (0, 9))
    settled = prefer_newest(
        result, mark(hit(OLD)), lambda _: elsewhere, encoder=FakeEncoder(), rarity=lambda _: 1.0
    )
    assert shown(settled) == (OLD, NEW, True)


def test_the_last_word_may_be_the_first_one_again():
    assert shown(settle(hit(OLD), hit(NEW), hit(SAME))) == (OLD, None, None)


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("How much was the tram to Halm to cost originally?", {}),
        (QUESTION, {"periods": (MAY,)}),
        (QUESTION, {"publishers": ("The Light",)}),
    ],
)
def test_who_asks_for_what_was_said_once_gets_that_first(question, more):
    new = replace(NEW, publisher="The Courier")
    assert shown(settle(hit(OLD), hit(new), question=question, **more)) == (OLD, new, True)


@pytest.mark.parametrize(
    "others",
    [
        (),
        (hit(STOPS),),
        (hit(SAME),),
        (hit(replace(NEW, published=OLD.published)),),
        (hit(replace(NEW, published=None)),),
        (hit(article("The pier of Skarn will cost 231 million crowns.", (9, 4), "Pier")),),
        (hit(article("But it will cost 231 million crowns.", (9, 4)), read=False),),
        (hit(BOTH, read=False),),
    ],
)
def test_what_is_of_another_thing_or_day_or_says_the_same_changes_nothing(others):
    assert shown(settle(hit(OLD), *others)) == (OLD, None, None)


def test_a_sentence_that_leans_on_another_counts_where_it_was_read_as_the_answer():
    new = article("But it will now cost 231 million crowns.", (9, 4))
    assert shown(settle(hit(OLD), hit(new))) == (new, OLD, False)


def test_nothing_is_preferred_where_nothing_answers_or_the_answer_has_no_date():
    assert shown(settle(hit(OLD), hit(NEW), verdict=Verdict.NOTHING)) == (OLD, None, None)
    undated = replace(OLD, published=None)
    assert shown(settle(hit(undated), hit(NEW))) == (undated, None, None)


@given(
    st.lists(
        st.tuples(st.integers(1, 9), st.integers(1, 28), st.integers(1, 4), st.booleans()),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_hits_only_change_places(told):
    hits = [
        hit(article(f"The tram to Halm will cost {cost}00 crowns.", (month, day)), read=read)
        for month, day, cost, read in told
    ]
    settled = settle(*hits)
    assert sorted(map(id, settled.result.hits)) == sorted(map(id, hits))
    other = settled.otherwise
    if other:
        first = settled.result.hits[0].article
        assert other.is_newer == (other.article.published > first.published)
        assert other.article.body != first.body
