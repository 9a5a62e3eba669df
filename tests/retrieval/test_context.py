"""What a question is answered from."""

from __future__ import annotations

import pytest

from retrieval.context import count_searchable
from retrieval.query.intent import Ask
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from tests.support.harbour import ARTICLES, FARES, open_harbour


@pytest.fixture
def searcher(tmp_path):
    return open_harbour(tmp_path)


@pytest.mark.parametrize(
    ("left_out", "count"), [((), 6), (("Tern Gazette",), 5), (("The Light",), 1), (("Post",), 6)]
)
def test_articles_of_publishers_that_are_left_out_are_not_searched(searcher, left_out, count):
    taste = PublisherPreference(left_out=frozenset(left_out))

    assert count_searchable(searcher.store, searcher.snapshot.index, taste) == count
    assert searcher.asked(Ask("bridge"), taste=taste).context.searched == count


def test_a_context_goes_on_with_the_index_that_it_was_made_of(searcher):
    context = searcher.asked(Ask("bridge")).context
    searcher.store.remove(FARES.id)
    searcher.refresh()

    assert context.searched == len(ARTICLES)
    assert searcher.asked(Ask("bridge")).context.searched == len(ARTICLES) - 1
    assert context.taste == ANY
