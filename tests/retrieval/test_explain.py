from __future__ import annotations

from datetime import date

import pytest

from corpus.archive import Archive
from corpus.storage.store import Store
from retrieval.answers import AnswerKind
from retrieval.explain import explain
from retrieval.reading.reader import Reader
from retrieval.routing.router import ROUTES
from retrieval.search import Searcher
from tests.support import harbour
from tests.support.models import FakeEncoder, FakeReaderModel

TODAY = date(2026, 11, 23)
QUESTIONS = (
    "Why was the bridge at Lissen closed?",
    "What did Ines Okafor say about the bridge?",
    "Summary of Fares on the Skarn ferry rise",
    "What happened with the bridge at Lissen?",
)


@pytest.fixture
def searcher(tmp_path):
    searcher = harbour.open_harbour(tmp_path)
    yield searcher
    searcher.store.close()


@pytest.mark.parametrize("text", QUESTIONS)
def test_the_likeliest_route_is_the_one_that_answers(searcher, text):
    found = explain(searcher, text, today=TODAY)
    answer = searcher.ask(text, today=TODAY)
    assert type(found.routes[0].answer) is type(answer)
    assert {route.kind for route in found.routes} == set(ROUTES)
    chances = [route.chance for route in found.routes]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1)


def test_a_route_that_has_nothing_to_show_has_no_chance(searcher):
    found = explain(searcher, "When do the boats leave?", today=TODAY)
    for route in found.routes:
        assert (route.answer is None) == (route.chance == 0)
        assert route.answer is not None or (route.evidence, route.found) == ({}, 0)


def test_it_tells_what_was_understood(searcher):
    found = explain(searcher, "What did Zorblax say about “the old pier”?", today=TODAY)
    assert "zorblax" in found.understood.unknown
    assert found.understood.phrases == ("the old pier",)
    assert found.understood.signs[0][1] == 1.0
    assert dict(found.understood.signs)["question mark"] == 1.0
    assert found.hits == found.result.hits


def test_a_message_that_says_nothing_has_no_explanation(searcher, tmp_path):
    assert explain(searcher, "  ", today=TODAY) is None
    empty = Searcher(Archive(tmp_path, Store.open(tmp_path / "none")), FakeEncoder())
    empty.refresh()
    assert explain(empty, "Who?", today=TODAY) is None
    empty.store.close()


def test_what_is_read_with_the_question_is_told(searcher):
    searcher.reader = Reader(FakeReaderModel({"pier": 2.0}), limit_ms=1000)
    found = explain(searcher, "What happened at the pier?", today=TODAY)
    assert found.hits[0].window is not None
    assert AnswerKind.PASSAGES in {route.kind for route in found.routes}
