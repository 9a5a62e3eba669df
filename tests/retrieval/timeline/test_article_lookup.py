from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.search import Searcher
from tests.support.models import FakeEncoder

TODAY = date(2026, 11, 23)


def printed(headline, day, *, publisher="The Light", body=None):
    return Article(
        headline,
        body or f"{headline}: {' '.join(reversed(headline.split()))}.",
        url=f"https://{publisher.replace(' ', '').casefold()}.example/{abs(hash(headline))}",
        publisher=publisher,
        published=datetime(2026, *day, tzinfo=UTC),
    )


COST = printed("Tram to cost more, city admits", (9, 4))
COURT = printed("Residents take city to court over tram", (8, 14))
PRIZE = printed("Otter wins prize", (9, 9), body="The tram was late for the otter’s prize. " * 3)
GAZETTE = printed("Tram stops at Halm", (9, 6), publisher="Tern Gazette")
DATED = printed("Ferry delayed to 16 November", (10, 15))
EVERYTHING = COST, COURT, PRIZE, GAZETTE, DATED


def made(home, *articles):
    store = Store.open(home)
    ingest(articles, store=store, embedder=FakeEncoder())
    searcher = Searcher(Archive(home, store), FakeEncoder())
    searcher.refresh()
    return searcher


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    return made(tmp_path_factory.mktemp("named"), *EVERYTHING)


def test_an_id_or_an_address_names_exactly_its_article(searcher):
    assert searcher.named(COST.id) == (COST,)
    assert searcher.named(f" {COST.url} ") == (COST,)
    assert searcher.named(f"{COST.url}?utm_source=mail#top") == (COST,)


def test_a_name_that_several_headlines_hold_names_all_of_them(searcher):
    assert set(searcher.named("the tram story", today=TODAY)) == {COST, COURT, GAZETTE}


@pytest.mark.parametrize(
    ("name", "article"),
    [
        ("tram cost", COST),
        ("the report about the residents in court", COURT),
        ("the otter", PRIZE),
        ("OTTERS", PRIZE),
        ("the Gazette article on the tram", GAZETTE),
        ("the tram story of August", COURT),
        ("the Light’s tram story of August", COURT),
        ("ferry delayed to 16 November", DATED),
        ("Tram stops at Halm", GAZETTE),
    ],
)
def test_a_name_that_one_headline_fits_names_its_article(searcher, name, article):
    assert searcher.named(name, today=TODAY) == (article,)


@pytest.mark.parametrize("name", ["submarine", "", " ", "the", "story", "otter cost", "#0"])
def test_a_name_that_no_headline_holds_names_nothing(searcher, name):
    assert searcher.named(name, today=TODAY) == ()


def test_an_empty_archive_names_nothing(tmp_path):
    assert made(tmp_path).named("tram") == ()


def test_the_headline_that_says_least_besides_comes_first_then_the_newest(tmp_path):
    short, new = printed("Tram halts", (7, 1)), printed("Tram shop halts, then halts twice", (9, 1))
    old = printed("Tram shop halts, then sinks twice", (5, 1))

    assert made(tmp_path, old, new, short).named("halting tram") == (short, new, old)


def test_a_headline_given_in_full_names_no_other(tmp_path):
    longer = printed("Tram halts again as rain falls", (7, 1))
    exact = printed("Tram halts", (6, 1))

    assert made(tmp_path, longer, exact).named("“tram halts”!") == (exact,)


def test_copies_of_one_text_are_named_once(tmp_path):
    body = "The tram halts at the gate of the old mill, and nobody there can say for how long."
    first = printed("Tram halts at mill", (7, 1), body=body)
    copy = printed(
        "Mill tram halts at gate", (7, 2), publisher="Tern Gazette", body=body + " Ever."
    )

    assert len(made(tmp_path, first, copy, PRIZE).named("tram halts")) == 1


def test_a_brief_is_named_beside_the_article_that_holds_it(tmp_path):
    first = "The tram halts at the gate of the old mill."
    brief = printed("Tram halts", (7, 2), publisher="Tern Gazette", body=first)
    whole = printed(
        "Tram halts at mill", (7, 1),
        body=f"{first} Nobody there can say for how long, and the miller sells tickets to his roof "
        "from which it can be seen. His geese have learnt to ring its bell.",
    )  # fmt: skip

    assert made(tmp_path, brief, whole, PRIZE).named("tram halting") == (brief, whole)


def test_no_more_are_named_than_a_reader_can_choose_from(tmp_path):
    many = [
        replace(COST, url=f"https://light.example/{word}", body=f"The {word} ran. A {word} sat.")
        for word in ["otter", "goat", "cow", "hen", "owl", "cat", "dog", "fox", "eel", "ant"]
    ]

    assert len(made(tmp_path, *many).named("tram cost")) == 8


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(COST.headline.split())).map(" ".join))
def test_whatever_is_asked_names_articles_of_the_archive_once(searcher, text):
    found = searcher.named(text, today=TODAY)

    assert len(found) == len(set(found)) <= 8
    assert set(found) <= set(EVERYTHING)
