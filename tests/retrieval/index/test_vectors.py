"""Embeddings in pieces are the embeddings, whatever was added and removed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index.vectors import Vectors

rng = np.random.default_rng(1)


def some(count):
    return rng.standard_normal((count, 3)).astype(np.float32)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("extend"), st.integers(0, 70)),
        st.tuples(st.just("keep"), st.sets(st.integers(0, 200), max_size=6)),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=150)
@given(STEPS)
def test_pieces_hold_what_one_matrix_would(steps):
    vectors, expected = Vectors(), np.empty((0, 3), np.float32)
    for step, how in steps:
        if step == "extend":
            new = some(how)
            vectors, expected = vectors.extend(new), np.concatenate([expected, new])
        else:
            rows = ~np.isin(np.arange(len(expected)), list(how))
            vectors, expected = vectors.keep(rows), expected[rows]
        query = some(1)[0]
        assert len(vectors) == len(expected)
        np.testing.assert_allclose(vectors @ query, expected @ query, rtol=0, atol=1e-5)
        if len(expected):
            np.testing.assert_array_equal(vectors.whole(), expected)
            assert (vectors @ query).dtype == vectors.whole().dtype == np.float32


def test_without_passages_there_is_nothing():
    assert (len(Vectors()), Vectors().dimension, Vectors().whole().shape) == (0, 0, (0, 0))
    assert (Vectors() @ some(1)[0]).shape == (0,)
    gone = Vectors().extend(some(2)).keep(np.array([False, False]))
    assert (gone.pieces, gone.dimension) == ((), 0)


def test_what_stays_is_not_copied():
    first = some(64)
    grown = Vectors().extend(first).extend(some(2))
    assert grown.pieces[0] is first
    rows = np.ones(66, np.bool_)
    rows[30] = False
    assert [len(piece) for piece in grown.keep(rows).pieces] == [30, 33, 2]
    assert np.shares_memory(grown.keep(rows).pieces[1], first)


def test_short_neighbours_are_joined():
    vectors = Vectors().extend(some(64))
    for _ in range(3):
        vectors = vectors.extend(some(1))
    assert [len(piece) for piece in vectors.pieces] == [64, 3]


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(1, 40), min_size=200, max_size=300))
def test_pieces_stay_few(counts):
    vectors = Vectors()
    for count in counts:
        vectors = vectors.extend(some(count))
    # Fewer than 32 hold more than a 32nd of all, and one short piece stands between any two.
    assert len(vectors.pieces) <= 64
    alternate = np.arange(len(vectors)) % 2 == 0
    assert len(vectors.keep(alternate).pieces) == 1


def test_whole_pieces_are_given_as_they_are():
    vectors = some(4)
    assert Vectors().extend(vectors).whole() is vectors
