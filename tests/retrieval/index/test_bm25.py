"""The matrix scores as rank-bm25 does, whichever way it came about."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from retrieval.index.bm25 import K1, B, SparseBM25, TermCounts

modest = settings(deadline=None, max_examples=120)
PASSAGES = st.lists(st.sampled_from("abcdef"), max_size=12)
CORPORA = st.lists(PASSAGES, max_size=10)
QUERIES = st.lists(st.sampled_from("abcdefxyz"), max_size=8)


def scores(corpus, query, **parameters):
    return SparseBM25(TermCounts().extend(corpus), **parameters).get_scores(query)


@modest
@given(CORPORA.filter(any), QUERIES, st.floats(0.01, 3), st.floats(0, 0.99))
def test_scores_equal_those_of_rank_bm25(corpus, query, k1, b):
    # At k1 = 0 or b = 1 rank-bm25 divides 0 by 0 for a passage without terms.
    expected = BM25Plus(corpus, k1=k1, b=b, delta=0).get_scores(query)
    np.testing.assert_allclose(scores(corpus, query, k1=k1, b=b), expected, rtol=0, atol=1e-12)


@modest
@given(CORPORA, QUERIES, st.sampled_from([(0, 0.4), (0.9, 1), (0, 1), (0.9, 0)]))
def test_scores_are_sound_at_the_ends_of_the_parameters(corpus, query, parameters):
    k1, b = parameters
    found = scores(corpus, query, k1=k1, b=b)
    assert np.isfinite(found).all()
    assert (found > 0).tolist() == [bool(set(passage) & set(query)) for passage in corpus]


@modest
@given(CORPORA, QUERIES)
def test_only_a_passage_that_holds_one_of_the_terms_scores_above_0(corpus, query):
    matching = [bool(set(passage) & set(query)) for passage in corpus]
    assert (scores(corpus, query) > 0).tolist() == matching
    assert np.isfinite(scores(corpus, query)).all()


@modest
@given(CORPORA, CORPORA, QUERIES)
def test_counts_extended_equal_counts_from_scratch(first, second, query):
    extended = SparseBM25(TermCounts().extend(first).extend(second))
    np.testing.assert_array_equal(extended.get_scores(query), scores(first + second, query))


@modest
@given(st.lists(st.tuples(PASSAGES, st.booleans()), max_size=10), CORPORA, QUERIES)
def test_counts_kept_equal_counts_from_scratch(corpus, more, query):
    rows = np.array([kept for _, kept in corpus], np.bool_)
    every = TermCounts().extend(passage for passage, _ in corpus)
    left = [passage for passage, kept in corpus if kept]
    kept = SparseBM25(every.keep(rows))
    np.testing.assert_array_equal(kept.get_scores(query), scores(left, query))
    later = SparseBM25(every.keep(rows).extend(more))
    np.testing.assert_array_equal(later.get_scores(query), scores(left + more, query))


def test_extending_leaves_the_counts_themselves_as_they_were():
    counts = TermCounts().extend([["a"]])
    counts.extend([["b"], ["a", "b"]])
    assert counts.vocabulary == {"a": 0}
    assert counts.matrix.toarray().tolist() == [[1]]


def test_counts_say_how_often_each_term_stands_in_each_passage():
    counts = TermCounts().extend([["tram", "ferry", "tram"], [], ["ferry"]])
    assert counts.vocabulary == {"tram": 0, "ferry": 1}
    assert counts.matrix.toarray().tolist() == [[2, 1], [0, 0], [0, 1]]


def test_nothing_scores_in_an_empty_corpus():
    assert scores([], ["ferry"]).shape == (0,)
    assert SparseBM25(TermCounts()).idf == {}


def test_passages_without_terms_score_0():
    assert scores([[], []], ["ferry"]).tolist() == [0, 0]


def test_a_single_passage_can_be_found():
    # Its length is the mean, so the length does not matter: idf * tf * (k1 + 1) / (k1 + tf).
    assert scores([["ferry", "tram"]], ["ferry"]) == pytest.approx([log(2 / 1)])
    assert scores([["ferry", "ferry"]], ["ferry"]) == pytest.approx(
        [log(2) * 2 * (K1 + 1) / (K1 + 2)]
    )


def test_a_term_that_both_of_two_passages_hold_still_counts():
    short, long = 1, 3
    expected = [
        log(3 / 2) * (K1 + 1) / (K1 * (1 - B + B * length / 2) + 1) for length in (short, long)
    ]
    found = scores([["ferry"], ["ferry", "tram", "bus"]], ["ferry"])
    assert found == pytest.approx(expected)
    assert found[0] > found[1] > 0


def test_a_term_that_is_asked_twice_counts_twice():
    corpus = [["ferry", "tram"], ["bus"], ["tram"]]
    assert scores(corpus, ["tram", "tram"]) == pytest.approx(2 * scores(corpus, ["tram"]))


def test_an_unknown_term_counts_nothing():
    corpus = [["ferry"], ["tram"]]
    assert scores(corpus, ["zeppelin"]).tolist() == [0, 0]
    assert scores(corpus, ["ferry", "zeppelin"]).tolist() == scores(corpus, ["ferry"]).tolist()
    assert scores(corpus, []).tolist() == [0, 0]
