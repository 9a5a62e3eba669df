"""The sample stands in for an archive until there are own articles, and leaves with the first."""

from __future__ import annotations

from pathlib import Path

import pytest

import corpus
from corpus.attribution.extractor import Extractor
from corpus.ingest import ingest
from corpus.readers.files import read_path
from corpus.readers.sample import seed, unseed
from corpus.storage.store import Store
from tests.support.models import FakeEncoder, story

SAMPLE = Path(corpus.__file__).parent / "sample" / "articles.jsonl"


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


@pytest.fixture
def encoder():
    return FakeEncoder()


def nothing(_):
    pass


def test_an_empty_archive_is_given_the_sample(store, tmp_path, encoder):
    told = []
    seed(store, tmp_path, encoder, lambda tally: told.append(tally.articles))
    assert list(store.articles()) == list(read_path(SAMPLE))
    assert told[-1] == store.count() >= 40


@pytest.mark.slow
def test_the_sample_comes_with_who_said_what_in_it(store, tmp_path, encoder):
    seed(store, tmp_path, encoder, nothing, attributor=Extractor())
    assert store.attributions.outdated(Extractor.version) == []
    for article in store.articles():
        for found in store.attributions.of(article.id):
            slices = filter(None, (found.quote, found.speaker, found.cue))
            assert all(0 <= start < end <= len(article.body) for start, end in slices)
            assert found.speaker or not found.name
    bodies = {article.id: article.body for article in store.articles()}
    quoted = [
        bodies[key][slice(*said.quote)] for key, said in store.attributions.by(["Sunniva Quist"])
    ]
    assert any("I thought it was padding" in quote for quote in quoted)
    (role,) = {
        role for name, role, _ in store.attributions.people() if name == "Emeka Stahl" and role
    }
    assert "retired judge" in role


def test_an_archive_with_own_articles_is_left_alone(store, tmp_path, encoder):
    ingest([story(1)], store=store, embedder=encoder)
    seed(store, tmp_path, encoder, nothing)
    assert list(store.articles()) == [story(1)]
    assert not unseed(store, tmp_path)
    assert list(store.articles()) == [story(1)]


def test_the_sample_is_embedded_once(store, tmp_path, encoder):
    seed(store, tmp_path, encoder, nothing)
    before = encoder.texts
    seed(store, tmp_path, encoder, nothing)
    assert encoder.texts == before


def test_a_sample_cut_short_is_completed_the_next_time(store, tmp_path, encoder):
    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(store, tmp_path, encoder, stop)
    assert 0 < store.count() < 50
    seed(store, tmp_path, encoder, nothing)
    assert list(store.articles()) == list(read_path(SAMPLE))


def test_the_sample_leaves_when_there_are_own_articles(store, tmp_path, encoder):
    seed(store, tmp_path, encoder, nothing)
    ingest([story(1)], store=store, embedder=encoder)
    assert unseed(store, tmp_path)
    assert list(store.articles()) == [story(1)]
    assert not unseed(store, tmp_path)


def test_the_sample_comes_back_when_the_archive_is_empty_again(store, tmp_path, encoder):
    seed(store, tmp_path, encoder, nothing)
    unseed(store, tmp_path)
    assert store.count() == 0
    seed(store, tmp_path, encoder, nothing)
    assert store.count() >= 40
