"""The first hits in the order of what was read of them: by a fake model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article, Passage
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.query.question import Aspect
from retrieval.ranking.reranker import rerank
from retrieval.reading.reader import Reader
from retrieval.results import Hit, Reading, Verdict, Window
from retrieval.search import Searcher
from tests.support.models import FakeEncoder, FakeReaderModel
from tests.support.skarn import BOATS, CROWD, FARES, QUAY, QUESTION, headlines

TODAY = date(2026, 11, 23)
WHOLE = Aspect("Which boat came first?")


def hits_of(numbers: Sequence[float | None]) -> list[Hit]:
    """Hits of one score, in this order, read as relevant as the numbers say, or not read."""
    hits = []
    for place, number in enumerate(numbers):
        article = Article(f"Boat {place}", f"It came {number}")
        passage = Passage(article.id, 0, len(article.body), article.body)
        window = None if number is None else Window(0, 7, Reading(number))
        hits.append(Hit(article, passage, 0.5, window=window))
    return hits


def order_of(numbers: Sequence[float | None], aspects: Sequence[Aspect] = ()) -> list[float | None]:
    hits = hits_of(numbers)
    order = rerank(hits, aspects or [WHOLE] * len(hits))
    return [numbers[hits.index(hit)] for hit in order]


# The order


def test_the_most_relevant_comes_first_and_ties_keep_their_order():
    hits = hits_of([1, 5, 3, 5])
    assert rerank(hits, [WHOLE] * 4) == [hits[1], hits[3], hits[2], hits[0]]


def test_what_answers_comes_before_what_is_as_relevant():
    hits = [
        replace(hit, window=Window(0, 7, Reading(2.0, answers)))
        for hit, answers in zip(hits_of([0, 0, 0]), (-3.0, 2.0, 0.0), strict=True)
    ]
    assert rerank(hits, [WHOLE] * 3) == [hits[1], hits[2], hits[0]]


def test_a_much_better_score_outweighs_a_little_more_relevance():
    first, second = hits_of([1.0, 1.1])
    first = replace(first, score=1.5)
    assert rerank([first, second], [WHOLE] * 2) == [first, second]


def test_hits_that_were_not_read_stay_behind_in_their_order():
    assert order_of([1, 3, 2, None, None]) == [3, 2, 1, None, None]
    assert order_of([None, None]) == [None, None]
    assert order_of([]) == []


def test_hits_change_places_only_with_those_of_the_same_aspect():
    one, other = Aspect("Did both rise?", ("A",)), Aspect("Did both rise?", ("B",))
    assert order_of([1, 20, 3, 40, 2], [one, other, one, other, one]) == [3, 40, 2, 20, 1]


@settings(deadline=None, max_examples=60)
@given(
    numbers=st.lists(st.integers(0, 5), max_size=10),
    unread=st.integers(0, 4),
    comparison=st.booleans(),
)
def test_no_hit_falls_behind_one_that_was_not_read_and_none_is_lost(numbers, unread, comparison):
    hits = hits_of([*numbers, *[None] * unread])
    aspects = [Aspect(f"{n % 2}" if comparison else "") for n in range(len(hits))]
    order = rerank(hits, aspects)
    assert order[len(numbers) :] == hits[len(numbers) :]
    assert {hit.article.id for hit in order} == {hit.article.id for hit in hits}
    for aspect in aspects[:2]:
        ours = [place for place in range(len(numbers)) if aspects[place] == aspect]
        own = [order[place].window.reading.relevance for place in ours]
        assert own == sorted(own, reverse=True)


# Through the searcher


@pytest.fixture
def search(tmp_path):
    store = Store.open(tmp_path)
    ingest([FARES, BOATS, CROWD, QUAY], store=store, embedder=FakeEncoder())

    def search(query, told=None, count=10, *, answers=None):
        model = FakeReaderModel({**(told or {}), "": 0.0}, answers=answers)
        reader = None if told is None and answers is None else Reader(model, limit_ms=10_000)
        searcher = Searcher(Archive(tmp_path / "index", store), FakeEncoder(), reader=reader)
        searcher.refresh()
        return searcher.search(query, count, today=TODAY)

    return search


def test_what_was_read_decides_the_order_and_leaves_the_scores(search):
    plain, other = search(QUESTION), search(QUESTION, {"Boats": 29.0, "Crowd": 28.0})
    assert headlines(plain)[0] == "Fares"
    assert headlines(other)[:2] == ["Boats", "Crowd"]
    assert {hit.article: hit.score for hit in other.hits} == {
        hit.article: hit.score for hit in plain.hits
    }


def test_the_hits_say_what_was_read_of_them(search):
    plain, other = search(QUESTION), search(QUESTION, {"Boats": 29.0})
    assert not any(hit.window for hit in plain.hits)
    window = other.hits[0].window
    assert (window.start, window.end) == (0, len(BOATS.body))
    assert window.reading.relevance == 29.0


def test_what_was_not_read_yet_is_read_to_be_shown(tmp_path):
    store = Store.open(tmp_path)
    ingest([FARES, BOATS], store=store, embedder=FakeEncoder())
    model = FakeReaderModel(answers={"owner": 5.0})
    reader = Reader(model, limit_ms=10_000)
    searcher = Searcher(Archive(tmp_path / "index", store), FakeEncoder(), reader=reader)
    searcher.refresh()
    passage = Passage(FARES.id, 0, len(FARES.body), FARES.body)
    searcher.excerpt(QUESTION, FARES, passage)
    assert [question for question, _ in model.pairs] == [QUESTION]


def test_the_verdict_is_about_the_hit_that_is_first_now(search):
    assert search(QUESTION, answers={"Fares": 5.0}).verdict is Verdict.ANSWER
    assert search(QUESTION, answers={}).verdict is not Verdict.ANSWER
    sure = search(QUESTION, answers={"Fares": 5.0}).confidence
    assert sure > search(QUESTION, answers={"Quay": 5.0}).confidence


def test_fewer_hits_than_were_read_are_the_first_of_those(search):
    assert headlines(search(QUESTION, {"Quay": 20.0}, 1)) == ["Quay"]


def test_the_quoted_words_still_go_first(search):
    asked = "Who promised “a summer ticket” for the Skarn ferry?"
    found = headlines(search(asked, {"Boats": 9.0, "Fares": 1.0}))
    assert found[:3] == ["Crowd", "Boats", "Fares"]


def test_both_sides_of_a_comparison_stay_on_top(search):
    asked = (
        "Did The Light say that fares on the Skarn ferry rise, while the Post said that divers "
        "look at the quay?"
    )
    assert set(headlines(search(asked))[:2]) == {"Fares", "Quay"}
    other = headlines(search(asked, {"Boats": 19.0, "Fares": 8.0, "Crowd": -1.0}))
    assert set(other[:2]) == {"Boats", "Quay"}


def test_what_is_about_nothing_in_the_archive_keeps_its_order(search):
    plain, other = search("zyzzyva qwijibo"), search("zyzzyva qwijibo", {})
    assert headlines(other) == headlines(plain)
