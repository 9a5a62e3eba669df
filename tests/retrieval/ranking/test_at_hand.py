"""What is at hand: the articles shown before."""

from __future__ import annotations

import pytest

from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.index.snapshot import make_empty, refresh
from retrieval.ranking.at_hand import weigh_at_hand
from tests.support.models import FakeAttributor, FakeEncoder, story

LAST, EARLIER, OTHER = story(1), story(2), story(3)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path)
    ingest(
        [EARLIER, OTHER, LAST], store=opened, embedder=FakeEncoder(), attributor=FakeAttributor()
    )
    return opened


def test_the_articles_shown_weigh_alike_and_others_nothing(store):
    index = refresh(make_empty(), store, "fake")
    weights = weigh_at_hand(index, store, [LAST.id, EARLIER.id])
    assert weights is not None
    held = store.passages(index.keys.tolist())
    by_article = {
        held[key][0]: weight for key, weight in zip(index.keys.tolist(), weights, strict=True)
    }
    assert by_article == {LAST: 1.0, EARLIER: 1.0, OTHER: 0.0}


def test_without_articles_nothing_is_at_hand(store):
    assert weigh_at_hand(refresh(make_empty(), store, "fake"), store, []) is None
