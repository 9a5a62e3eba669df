"""Publishers that a reader prefers come first among equals; those left out are never found."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.article import Article
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.index.facets import Facets
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.results import Verdict
from retrieval.search import Searcher
from tests.support.models import FakeAttributor, FakeEncoder

TODAY = date(2026, 11, 23)
LIGHT, GAZETTE, POST = "The Light", "Tern Gazette", "Averin Post"


def article(headline, body, publisher, day):
    return Article(
        headline=headline,
        body=body,
        url=f"https://{(publisher or 'nobody').split()[-1].casefold()}.example/{day}",
        publisher=publisher,
        published=datetime(2026, 9, day, tzinfo=UTC),
    )


WIRE = "The Skarn ferry will run every hour. “It was about time,” said Ines Okafor, the captain."
FARES = article("Ferry fares rise", f"{WIRE} Fares rise to nine crowns in June.", LIGHT, 1)
COPIED = article("Ferry runs hourly", WIRE, GAZETTE, 2)
COPIED_TOO = article("Hourly ferry to Skarn", f"{WIRE} Bells rang.", POST, 3)
TRAM = article("Tram works stop", "Workers found timbers under Rope Walk.", LIGHT, 4)
QUARRY = article("Quarry to close", "The quarry at Lissen closes in spring.", GAZETTE, 5)
QUARRY_TOO = article("Quarry to close", "The quarry at Lissen closes in spring, they say.", POST, 6)
LETTER = article("A letter", "The ferry at Skarn smells of paint, a reader writes.", None, 7)
ARTICLES = (FARES, COPIED, COPIED_TOO, TRAM, QUARRY, QUARRY_TOO, LETTER)
FERRY = "When will the Skarn ferry run?"


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    home = tmp_path_factory.mktemp("tastes")
    store = Store.open(home)
    ingest(ARTICLES, store=store, embedder=FakeEncoder(), attributor=FakeAttributor())
    searcher = Searcher(Archive(home, store), FakeEncoder())
    searcher.refresh()
    return searcher


def without(*publishers):
    return PublisherPreference(left_out=frozenset(publishers))


def preferring(*publishers):
    return PublisherPreference(preferred=frozenset(publishers))


def named_by(result):
    """Every publisher that a reader would see."""
    found = [*(h.article for h in result.hits), *(c for h in result.hits for c in h.copies)]
    return {article.publisher for article in found}


def test_all_are_alike_where_nothing_is_chosen(searcher):
    plain, chosen = (
        searcher.search(FERRY, today=TODAY),
        searcher.search(FERRY, taste=PublisherPreference()),
    )
    assert plain == chosen
    assert PublisherPreference() == ANY


def test_a_left_out_publisher_is_no_hit_and_no_copy(searcher):
    everybody = searcher.search(FERRY, today=TODAY)
    assert named_by(everybody) >= {LIGHT, GAZETTE, POST}
    assert {copy.publisher for copy in everybody.hits[0].copies} == {GAZETTE, POST}

    result = searcher.search(FERRY, today=TODAY, taste=without(LIGHT, POST))

    assert result.hits[0].article == COPIED
    assert result.hits[0].copies == ()
    assert named_by(result) == {GAZETTE, None}


def test_an_article_without_publisher_cannot_be_left_out(searcher):
    result = searcher.search(FERRY, today=TODAY, taste=without(LIGHT, GAZETTE, POST, ""))
    assert {hit.article for hit in result.hits} <= {LETTER}


def test_what_was_searched_is_what_may_be_found(searcher):
    def searched(taste):
        return searcher.search(FERRY, today=TODAY, taste=taste).searched

    assert searched(ANY) == len(ARTICLES) == 7
    assert searched(without(LIGHT)) == 5
    assert searched(without(LIGHT, POST, "Nobody Knows")) == 3
    assert searcher.story("quarry", today=TODAY, taste=without(LIGHT)).searched == 5


def test_nothing_is_found_where_only_a_left_out_publisher_knows(searcher):
    query = "What was found under Rope Walk?"
    assert searcher.search(query, today=TODAY).verdict is Verdict.ANSWER

    result = searcher.search(query, today=TODAY, taste=without(LIGHT))

    assert result.verdict is not Verdict.ANSWER
    assert TRAM not in [hit.article for hit in result.hits]


def test_a_left_out_publisher_that_the_question_names_is_not_said_to_come_first(searcher):
    query = "What did The Light say about the Skarn ferry?"
    assert searcher.search(query, today=TODAY).publishers == (LIGHT,)
    assert searcher.search(query, today=TODAY, taste=without(LIGHT)).publishers == ()


def test_a_comparison_leaves_them_out_too(searcher):
    query = (
        "Did The Light say that the Skarn ferry will run every hour, while the Averin Post said "
        "that the quarry at Lissen closes in spring?"
    )
    assert named_by(searcher.search(query, today=TODAY)) >= {LIGHT, POST}
    assert named_by(searcher.search(query, today=TODAY, taste=without(LIGHT, POST))) == {
        GAZETTE,
        None,
    }


def test_of_near_copies_a_preferred_publisher_is_cited(searcher):
    assert searcher.search(FERRY, today=TODAY).hits[0].article == FARES

    hit = searcher.search(FERRY, today=TODAY, taste=preferring(POST)).hits[0]

    assert hit.article == COPIED_TOO
    assert hit.copies == (FARES, COPIED)


@pytest.mark.parametrize("preferred", [GAZETTE, POST])
def test_among_equals_a_preferred_publisher_comes_first(tmp_path, preferred):
    twins = [
        article("Quarry", f"{words} the quarry closes {words}", publisher, 5)
        for words, publisher in (("before spring at Lissen", GAZETTE), ("in May near Pell", POST))
    ]
    store = Store.open(tmp_path)
    ingest([*twins, TRAM, FARES], store=store, embedder=FakeEncoder())
    searcher = Searcher(Archive(tmp_path, store), FakeEncoder())
    searcher.refresh()

    hits = searcher.search("When does the quarry close?", taste=preferring(preferred)).hits

    assert hits[0].article.publisher == preferred


def test_relevance_still_decides(searcher):
    result = searcher.search(
        "What was found under Rope Walk?", today=TODAY, taste=preferring(GAZETTE, POST)
    )
    assert result.hits[0].article == TRAM


def test_what_says_nothing_on_it_is_no_hit_for_being_preferred():
    facets = Facets(("", LIGHT, POST), np.array([0, 1, 2, 1], np.int32))
    taste = PublisherPreference(frozenset({POST}), frozenset({LIGHT}))

    scores = np.array([0.5, 0.9, 0.0, 0.4]) * taste.weights(facets)

    assert scores.tolist() == [0.5, 0.0, 0.0, 0.0]
    assert taste.weights(facets)[2] > 1


def test_who_said_what_leaves_them_out(searcher):
    asked = "What did Ines Okafor say?"
    everybody = searcher.who(asked, today=TODAY)
    assert everybody.quotations[0].copies

    said = searcher.who(asked, today=TODAY, taste=without(LIGHT, POST))

    assert [one.article for one in said.quotations] == [COPIED]
    assert said.quotations[0].copies == ()
    assert (everybody.searched, said.searched) == (3, 1)


def test_nobody_said_it_where_only_left_out_publishers_quote_it(searcher):
    said = searcher.who(
        "What did Ines Okafor say about time?", today=TODAY, taste=without(LIGHT, GAZETTE, POST)
    )
    assert (said.quotations, said.others, said.searched) == ((), (), 0)


def test_a_topic_is_spoken_on_by_nobody_left_out(searcher):
    said = searcher.who("Who said it was about time?", today=TODAY, taste=without(LIGHT))
    found = {one.article for one in said.quotations}
    copies = {copy for one in said.quotations for copy in one.copies}
    assert found | copies == {COPIED, COPIED_TOO}


def test_a_story_rests_on_no_left_out_publisher(searcher):
    everybody = searcher.story("quarry at Lissen", today=TODAY)
    assert {one.publisher for one in everybody.articles} == {GAZETTE, POST}

    story = searcher.story("quarry at Lissen", today=TODAY, taste=without(POST))

    assert story.articles == (QUARRY,)
    lines = [*story.news, *story.timeline]
    assert all(copy.publisher != POST for line in lines for copy in line.copies)


def test_a_name_means_no_article_of_a_left_out_publisher(searcher):
    assert searcher.named("Quarry to close", today=TODAY, taste=without(POST)) == (QUARRY,)
    assert searcher.named("Quarry to close", today=TODAY, taste=without(POST, GAZETTE)) == ()


def test_an_address_means_its_article_whoever_is_left_out(searcher):
    assert searcher.named(QUARRY.url, today=TODAY, taste=without(GAZETTE)) == (QUARRY,)


@pytest.mark.parametrize(("publisher", "wanted"), [(GAZETTE, QUARRY), (POST, QUARRY_TOO)])
def test_of_two_articles_of_a_name_the_preferred_one_is_meant(searcher, publisher, wanted):
    found = searcher.named("Quarry to close", today=TODAY, taste=preferring(publisher))
    assert found[0] == wanted


def test_the_latest_leave_them_out(searcher):
    store = searcher.store
    assert store.latest(2, without={POST, LIGHT}) == [LETTER, QUARRY]
    assert store.count(without={POST, LIGHT}) == 3
    assert store.attributions.count(without=[POST]) == 2


WORDS = sorted({word.strip(".,“”") for one in ARTICLES for word in one.body.split()})
PUBLISHERS = st.frozensets(st.sampled_from([LIGHT, GAZETTE, POST, "Nobody Knows"]))
QUERIES = st.one_of(
    st.lists(st.sampled_from([*WORDS, LIGHT, POST, "yesterday", "Who said", "while"]), max_size=9),
    st.lists(st.text(max_size=9), max_size=3),
).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(query=QUERIES, preferred=PUBLISHERS, left_out=PUBLISHERS)
def test_no_hit_is_ever_of_a_left_out_publisher(searcher, query, preferred, left_out):
    taste = PublisherPreference(preferred, left_out)

    result = searcher.search(query, today=TODAY, taste=taste)
    said = searcher.who(query, today=TODAY, taste=taste)
    story = searcher.story(query, today=TODAY, taste=taste)

    seen = [one for hit in result.hits for one in (hit.article, *hit.copies)]
    quotations = (*said.quotations, *said.others) if said else ()
    seen += [one for quoted in quotations for one in (quoted.article, *quoted.copies)]
    seen += story.articles
    seen += [copy for line in (*story.news, *story.timeline) for copy in line.copies]
    assert left_out.isdisjoint(one.publisher for one in seen)
    assert result.searched == sum(one.publisher not in left_out for one in ARTICLES)


@settings(max_examples=30, deadline=None)
@given(query=QUERIES, preferred=PUBLISHERS)
def test_a_preference_finds_the_same_and_orders_it_otherwise(searcher, query, preferred):
    plain = searcher.search(query, 50, today=TODAY)
    chosen = searcher.search(query, 50, today=TODAY, taste=PublisherPreference(preferred))

    def articles(result):
        return {one for hit in result.hits for one in (hit.article, *hit.copies)}

    assert articles(plain) == articles(chosen)
    assert all(replace(hit, score=0).article in articles(plain) for hit in chosen.hits)
