"""Passages are ranked by both sides of the search, and boosted by what the question names."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from corpus.article import Article
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.index.snapshot import make_empty, refresh
from retrieval.period import Period
from retrieval.query.question import Aspect, Question
from retrieval.ranking.rank import rank
from tests.support.models import FakeAttributor, FakeEncoder

FERRY = "The ferry sails at noon."
GAZETTE = Article(
    "Ferry", FERRY, "https://g.example", publisher="Gazette",
    published=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip
COURIER = replace(
    GAZETTE,
    url="https://c.example",
    publisher="Courier",
    published=datetime(2026, 5, 1, tzinfo=UTC),
)
TRAM = Article("Tram", "The tram stops at dusk.", "https://t.example", publisher="Globe")
BUS = Article("Bus", "The bus waits at dawn.", "https://b.example", publisher="Globe")
GAZETTE_ROW, COURIER_ROW, TRAM_ROW, BUS_ROW = range(4)


@pytest.fixture
def index(tmp_path):
    store = Store.open(tmp_path)
    ingest(
        [GAZETTE, COURIER, TRAM, BUS],
        store=store,
        embedder=FakeEncoder(),
        attributor=FakeAttributor(),
    )
    return refresh(make_empty(), store, "fake")


def ranked(index, question, count=4):
    return rank(question, index, FakeEncoder(), count)


def test_the_passage_with_the_words_comes_first(index):
    found = ranked(index, Question(Aspect("tram dusk")))
    assert found.rows[0] == TRAM_ROW
    assert found.scores.shape == found.dense.shape == (4,)
    assert set(found.aspects.values()) == {Aspect("tram dusk")}


def test_a_named_publisher_lifts_its_passage(index):
    for publisher, row in (("Gazette", GAZETTE_ROW), ("Courier", COURIER_ROW)):
        assert ranked(index, Question(Aspect("ferry", (publisher,)))).rows[0] == row


def test_a_named_time_lifts_what_was_printed_then(index):
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert ranked(index, Question(Aspect("ferry", (), (may,)))).rows[0] == COURIER_ROW
    assert ranked(index, Question(Aspect("ferry", (), (march,)))).rows[0] == GAZETTE_ROW


def test_the_newest_comes_first_where_it_is_asked_for(index):
    assert ranked(index, Question(Aspect("ferry"), newest=True)).rows[0] == COURIER_ROW


def test_the_aspects_of_a_comparison_take_turns(index):
    tram, bus = Aspect("tram"), Aspect("bus")
    found = ranked(index, Question(Aspect("tram or bus"), (tram, bus)), count=2)
    assert set(found.rows) == {TRAM_ROW, BUS_ROW}
    assert (found.aspects[TRAM_ROW], found.aspects[BUS_ROW]) == (tram, bus)


def test_what_is_at_hand_comes_before_what_says_as_much(index):
    bus = [int(index.keys[BUS_ROW])]
    question = Question(Aspect("the tram or the bus"))
    assert ranked(index, question).rows[0] == TRAM_ROW
    found = rank(question, index, FakeEncoder(), 4, at_hand=bus)
    assert found.rows[0] == BUS_ROW


def test_a_follow_ups_own_words_count_more_than_those_it_took_over(index):
    whole = Aspect("waits tram stops dusk")
    assert ranked(index, Question(whole)).rows[0] == TRAM_ROW
    assert ranked(index, Question(whole, own="bus waits dawn")).rows[0] == BUS_ROW


def test_a_name_with_a_number_at_its_end_is_compared_in_both_forms(index):
    one, two = (ranked(index, Question(Aspect(text))) for text in ("tram9 dusk", "tram 9 dusk"))
    assert (one.dense >= two.dense - 1e-6).all()
