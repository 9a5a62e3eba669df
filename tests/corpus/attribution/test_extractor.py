"""Who said what is found beside storing articles, and never keeps one from being stored."""

from __future__ import annotations

import logging
import threading

import pytest

import corpus.attribution.attribute
from corpus.attribution.attribution import Extraction
from corpus.attribution.extractor import Extractor, extract
from corpus.errors import CorpusError
from corpus.ingest import attribute_missing, ingest, reindex
from corpus.storage.store import Change, Store
from tests.support.models import FakeAttributor, FakeEncoder, story

TALK = "“We sail at dawn,” said Ada Quay, the harbour master. Nobody sailed."


class FailingAttributor(FakeAttributor):
    """Breaks at one article, and has no model for another."""

    def __init__(self, *, breaks=None, lacks=None):
        super().__init__()
        self.breaks, self.lacks = breaks, lacks

    def attribute(self, article):
        if article.id == self.breaks:
            raise IndexError("no such token")
        return None if article.id == self.lacks else super().attribute(article)


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def talk(number):
    return story(number, f"{TALK} Ferry {number} did not.")


def speakers(store, article):
    return [found.name for found in store.attributions.of(article.id)]


def add(store, articles, attributor=None):
    return ingest(articles, store=store, embedder=FakeEncoder(), attributor=attributor)


def test_articles_are_stored_with_who_said_what_in_each(store):
    tally = add(store, [story(0), *map(talk, range(1, 40))], FakeAttributor())
    assert (tally.changes[Change.ADDED], tally.attributed) == (40, 40)
    assert speakers(store, story(0)) == []
    assert all(speakers(store, talk(number)) == ["Ada Quay"] for number in range(1, 40))
    assert store.attributions.outdated(1) == []


def test_articles_that_are_stored_already_are_not_read_again(store):
    attributor = FakeAttributor()
    add(store, [talk(1)], attributor)
    add(store, [talk(1), talk(2)], attributor)
    assert attributor.articles == 2


def test_an_article_that_breaks_the_attributor_is_stored_without_and_logged(store, caplog):
    tally = add(store, map(talk, range(3)), FailingAttributor(breaks=talk(1).id))
    assert store.count() == tally.attributed == 3
    assert [speakers(store, talk(number)) for number in range(3)] == [
        ["Ada Quay"],
        [],
        ["Ada Quay"],
    ]
    assert store.attributions.outdated(1) == []
    (record,) = caplog.records
    assert talk(1).id in record.getMessage()
    assert record.exc_info


def test_an_article_that_cannot_be_read_now_is_stored_and_read_later(store):
    tally = add(store, map(talk, range(2)), FailingAttributor(lacks=talk(1).id))
    assert (store.count(), tally.attributed) == (2, 1)
    assert store.attributions.outdated(1) == [talk(1).id]
    done = attribute_missing(store=store, attributor=FakeAttributor())
    assert list(done) == [talk(1)]
    assert speakers(store, talk(1)) == ["Ada Quay"]


def test_looking_back_takes_an_article_at_a_time_and_goes_on_where_it_stopped(store):
    add(store, map(talk, range(5)))
    attributor = FakeAttributor()
    looking = attribute_missing(store=store, attributor=attributor)
    first = [next(looking), next(looking)]
    assert (attributor.articles, store.attributions.count()) == (2, 2)
    rest = list(attribute_missing(store=store, attributor=attributor))
    assert {article.id for article in first + rest} == {talk(number).id for number in range(5)}
    assert (attributor.articles, store.attributions.count()) == (5, 5)


def test_looking_back_redoes_what_an_earlier_version_did(store):
    add(store, [talk(1)], FakeAttributor({talk(1).id: []}))
    assert list(attribute_missing(store=store, attributor=FakeAttributor())) == []
    assert list(attribute_missing(store=store, attributor=FakeAttributor(version=2))) == [talk(1)]
    assert speakers(store, talk(1)) == ["Ada Quay"]


def test_looking_back_stops_where_the_attributor_cannot_work(store):
    add(store, map(talk, range(3)))
    lacking = FailingAttributor(lacks=store.attributions.outdated(1)[1])
    assert len(list(attribute_missing(store=store, attributor=lacking))) == 1
    assert len(store.attributions.outdated(1)) == 2


def test_looking_back_passes_over_an_article_removed_meanwhile(store):
    add(store, map(talk, range(2)))
    looking = attribute_missing(store=store, attributor=FakeAttributor())
    done = next(looking)
    (other,) = {talk(0), talk(1)} - {done}
    store.remove(other.id)
    assert list(looking) == []


def test_an_article_is_read_while_another_thread_embeds(store):
    embedding = threading.Event()

    class WaitingAttributor(FakeAttributor):
        def attribute(self, article):
            assert embedding.wait(30)
            return super().attribute(article)

    class TellingEncoder(FakeEncoder):
        def embed(self, passages):
            embedding.set()
            return super().embed(passages)

    ingest([talk(1)], store=store, embedder=TellingEncoder(), attributor=WaitingAttributor())
    assert speakers(store, talk(1)) == ["Ada Quay"]


def test_reindexing_keeps_who_said_what(store):
    add(store, [talk(1)], FakeAttributor())
    reindex(store=store, embedder=FakeEncoder("new"))
    assert speakers(store, talk(1)) == ["Ada Quay"]


def test_without_a_model_nothing_is_found_and_that_is_said_once(monkeypatch, caplog):
    def missing(_, **__):
        raise CorpusError("no language model; pip install one")

    monkeypatch.setattr(corpus.attribution.attribute, "attribute", missing, raising=False)
    extractor = Extractor()
    with caplog.at_level(logging.WARNING):
        assert [extract(extractor, talk(number)) for number in range(3)] == [None] * 3
    (record,) = caplog.records
    assert "pip install one" in record.getMessage()


def test_the_extractor_reads_the_body_in_the_articles_language(monkeypatch):
    asked = []

    def heard(body, *, language, **_):
        asked.append((body, language))
        return []

    monkeypatch.setattr(corpus.attribution.attribute, "attribute", heard, raising=False)
    assert extract(Extractor(), story(1, TALK, language="da")) == Extraction(Extractor.version, ())
    assert asked == [(TALK, "da")]
