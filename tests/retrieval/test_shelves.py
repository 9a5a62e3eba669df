"""A chat is answered from its own shelf and the shared articles, and from no other shelf."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive, _Later
from corpus.article import Article
from corpus.attribution.extractor import Extractor
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.answers import AnswerKind
from retrieval.index import snapshot as snapshots
from retrieval.index.bm25 import SparseBM25, TermCounts
from retrieval.query.intent import AskWhoSaid, Summarise
from retrieval.results import Verdict
from retrieval.search import Searcher
from retrieval.shelves import ShelfSearcher
from tests.support.models import FakeEncoder, story

ENCODER = FakeEncoder()
MINE, THEIRS = "c1", "c2"
TODAY = date(2026, 11, 23)
FERRY = Article(
    headline="Ferry fares rise",
    body="Fares on the Skarn ferry rise to nine crowns in June.\n\nThe owner blamed diesel.",
    url="https://light.example/ferry",
    publisher="The Light",
    published=datetime(2026, 5, 3, tzinfo=UTC),
)
ORCHARD = Article(
    headline="Orchard sold to Quellbrand",
    body="The Thorvund orchard was sold to Quellbrand for two million crowns.\n\n"
    '"We will keep every tree," said Osmund Quellbrand, the buyer.',
    url="https://nightly.example/orchard",
    publisher="Nightly Orchard",
    published=datetime(2026, 6, 3, tzinfo=UTC),
)


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def put(store, *articles):
    ingest(articles, store=store, embedder=ENCODER, attributor=Extractor())


def shelved(article, shelf=MINE):
    return replace(article, shelf=shelf)


@pytest.fixture
def shared(store, tmp_path):
    put(store, FERRY, shelved(ORCHARD))
    searcher = Searcher(Archive(tmp_path, store), ENCODER)
    searcher.refresh()
    return searcher


def over(shared, *shelves):
    searcher = ShelfSearcher(shared, *shelves)
    searcher.refresh()
    return searcher


def headlines(searcher, query):
    return [hit.article.headline for hit in searcher.search(query, today=TODAY).hits]


QUESTION = "Who bought the Thorvund orchard?"


def test_a_shelf_is_searched_together_with_the_shared_articles(shared):
    mine = over(shared, MINE)
    result = mine.search("Thorvund orchard, Skarn ferry", today=TODAY)
    assert {hit.article.headline for hit in result.hits} == {FERRY.headline, ORCHARD.headline}
    assert result.searched == 2
    assert headlines(mine, QUESTION)[0] == ORCHARD.headline
    assert len(mine) == len(shared) + mine.snapshot.index.articles - 1


@pytest.mark.parametrize("shelf", [None, THEIRS])
def test_nobody_else_gets_a_word_of_it(shared, shelf):
    other = over(shared, shelf) if shelf else shared
    assert ORCHARD.headline not in headlines(other, QUESTION)
    assert other.search(QUESTION, today=TODAY).searched == 1
    assert other.known("Quellbrand Thorvund") == 0
    assert other.spell("Quellbrnd Thorvnd").text == "Quellbrnd Thorvnd"
    assert not other.named(ORCHARD.headline)
    assert not other.named(ORCHARD.url)
    for asked in (QUESTION, AskWhoSaid("Quellbrand"), Summarise(ORCHARD.headline)):
        answer = other.ask(asked, today=TODAY)
        assert "Quellbrand" not in repr(getattr(answer, "result", "")).replace(QUESTION, "")
        assert answer is None or "every tree" not in repr(answer)
        assert answer is None or "two million" not in repr(answer)
    assert ORCHARD.publisher not in other.snapshot.index.facets.names
    assert "Quellbrand" not in other.snapshot.index.words


def test_whoever_has_it_gets_every_kind_of_answer(shared):
    mine = over(shared, MINE)
    assert mine.ask(QUESTION, today=TODAY).kind is AnswerKind.PASSAGES
    said = mine.who_said("Osmund Quellbrand", today=TODAY)
    assert [one.quote for one in said.said.quotations] == ["We will keep every tree,"]
    assert mine.summarise(ORCHARD.headline, today=TODAY).kind is AnswerKind.SUMMARY
    assert mine.spell("Thorvnd orchard").text == "Thorvund orchard"
    assert mine.known("Quellbrand ferry") == 1


def test_what_changes_on_either_is_searched_at_the_next_refresh(shared, store):
    mine = over(shared, MINE)
    assert not mine.refresh()
    put(store, shelved(story(1)))
    assert mine.refresh()
    assert story(1).headline in headlines(mine, story(1).headline)
    assert shared.refresh() is False
    put(store, story(2))
    shared.refresh()
    assert mine.refresh()
    assert headlines(mine, "Ferry 2 pier 2")[0] == story(2).headline
    store.only(MINE).clear()
    assert mine.refresh()
    assert ORCHARD.headline not in headlines(mine, QUESTION)


def test_a_shelf_may_be_all_there_is(store, tmp_path):
    put(store, shelved(ORCHARD))
    empty = Searcher(Archive(tmp_path, store), ENCODER)
    empty.refresh()
    assert empty.search(QUESTION).verdict is Verdict.NOTHING
    assert headlines(over(empty, MINE), QUESTION) == [ORCHARD.headline]


def test_nothing_is_kept_of_it_in_the_files_of_the_index(shared, tmp_path):
    mine = over(shared, MINE)
    mine.save()
    shared.save()
    assert not mine.is_behind()
    kept = b"".join(file.read_bytes() for file in (tmp_path / "index").iterdir())
    assert b"ferry" in kept
    assert b"Quellbrand" not in kept
    assert b"Nightly" not in kept


def test_articles_that_have_no_vectors_yet_are_found_by_their_words(shared, store):
    ingest([shelved(ORCHARD, THEIRS)], store=store, embedder=_Later())
    theirs = over(shared, THEIRS)
    assert ORCHARD.headline in headlines(theirs, "Thorvund orchard")


PASSAGES = st.lists(st.lists(st.sampled_from("abcdef"), max_size=9), max_size=9)


@settings(deadline=None, max_examples=80)
@given(PASSAGES, PASSAGES, PASSAGES, st.lists(st.sampled_from("abcdefxyz"), max_size=6))
def test_counts_above_others_score_as_one(first, second, third, query):
    own = TermCounts().extend(second)
    above = TermCounts().extend(first)
    laid = TermCounts(own.vocabulary, own.matrix, own.lengths, above).extend(third)
    whole = TermCounts().extend(first + second + third)
    expected = SparseBM25(whole).get_scores(query)
    np.testing.assert_allclose(SparseBM25(laid).get_scores(query), expected)
    kept = np.arange(len(whole)) % 2 == 0
    expected = SparseBM25(whole.keep(kept)).get_scores(query)
    np.testing.assert_allclose(SparseBM25(laid.keep(kept)).get_scores(query), expected)


def test_places_are_told_by_keys_of_either(shared, store):
    put(store, story(1), shelved(story(2)), story(3), shelved(story(4)))
    shared.refresh()
    mine = over(shared, MINE)
    index = mine.snapshot.index
    keys = index.keys.tolist()
    assert keys != sorted(keys)
    assert index.rows_of([*keys[::-1], 1]) == [*range(len(keys))[::-1], None]
    assert snapshots.make_empty().rows_of([1]) == [None]


def test_who_said_what_is_ranked_across_the_seam(shared, store):
    other = replace(ORCHARD, headline="Quellbrand again", url="https://x.example/2", shelf="")
    put(store, other)
    shared.refresh()
    mine = over(shared, MINE)
    said = mine.ask("What did Quellbrand say about trees?", today=TODAY)
    assert "every tree" in repr(said)
