"""Two scores of every passage become one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ranking.fusion import DENSE_WEIGHT, fuse, interleave, take_best


def test_each_side_counts_by_its_own_maximum():
    fused = fuse(np.array([8.0, 2.0]), np.array([0.2, 0.4]), weight=0.25)
    assert fused.tolist() == [0.75 * 1 + 0.25 * 0.5, 0.75 * 0.25 + 0.25 * 1]


def test_a_side_that_found_nothing_adds_nothing():
    zeros, dense = np.zeros(2), np.array([0.5, -0.5])
    assert fuse(zeros, dense).tolist() == [DENSE_WEIGHT, 0]
    assert fuse(zeros, -np.ones(2)).tolist() == [0, 0]
    assert fuse(np.empty(0), np.empty(0)).tolist() == []


@pytest.mark.parametrize(("count", "rows"), [(0, []), (1, [2]), (3, [2, 0, 3]), (9, [2, 0, 3])])
def test_the_best_are_positive_and_ties_follow_their_rows(count, rows):
    assert take_best(np.array([0.2, 0.0, 0.9, 0.2, -1.0]), count) == rows


@given(st.lists(st.sampled_from([-0.5, 0, 0.1, 0.1, 0.7]), max_size=12), st.integers(0, 12))
def test_the_best_are_those_that_sorting_finds(scores, count):
    order = sorted(range(len(scores)), key=lambda row: (-scores[row], row))
    positive = [row for row in order if scores[row] > 0]
    assert take_best(np.array(scores, float), count) == positive[:count]


def test_rankings_take_turns_and_a_row_comes_once():
    assert interleave([[4, 7, 1], [4, 2], []], 9) == [4, 7, 2, 1]
    assert interleave([[4, 7, 1], [4, 2]], 2) == [4, 7]
    assert interleave([], 3) == []
