"""Who said what is stored with its article, found by person and place, and looked for later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.attribution.attribution import Attribution, Extraction, Kind
from corpus.ingest import ingest
from corpus.storage.store import Change, Store
from tests.support import databases
from tests.support.models import FakeAttributor, FakeEncoder, story

DIRECT = Attribution(
    (8, 31), Kind.DIRECT, (41, 44), "Ada Quay", "the harbour master", (36, 40), 0.9
)
NOBODY = Attribution((50, 70), Kind.MIXED, None, "", "", None, 0.25)
REPORTED = Attribution((90, 120), Kind.REPORTED, (80, 84), "Ada Quay", "", (85, 89), 0.5)
CREW = Attribution((130, 140), Kind.REPORTED, (122, 129), "the crew", "", (141, 145), 1.0)


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def fill(store, said):
    """Store stories by number, each with what is said in it."""
    known = {story(number).id: attributions for number, attributions in said.items()}
    articles = [story(number) for number in said]
    ingest(articles, store=store, embedder=FakeEncoder(), attributor=FakeAttributor(known))


def rows(home, query):
    return databases.rows(home / "articles.db", query)


# Reading


def test_attributions_come_back_as_they_were_found_in_the_order_of_the_text(store):
    fill(store, {1: [DIRECT, NOBODY, REPORTED, CREW], 2: [CREW]})
    assert store.attributions.of(story(1).id) == [DIRECT, NOBODY, REPORTED, CREW]
    assert store.attributions.of(story(3).id) == []
    assert store.attributions.count() == 5


def test_people_come_with_the_most_quoted_first_and_once_for_every_role(store):
    harbour = "the harbour master"
    fill(store, {1: [DIRECT, REPORTED, NOBODY], 2: [CREW, DIRECT, NOBODY], 3: [DIRECT, NOBODY]})
    assert store.attributions.people() == [
        ("Ada Quay", harbour, 3),
        ("Ada Quay", "", 1),
        ("the crew", "", 1),
    ]


def test_what_people_said_comes_from_the_newest_article_first(store):
    fill(store, {1: [DIRECT, NOBODY, REPORTED], 5: [CREW, DIRECT], 3: [REPORTED]})
    fill(store, {})
    undated = replace(story(4), published=None)
    known = {undated.id: [DIRECT]}
    ingest([undated], store=store, embedder=FakeEncoder(), attributor=FakeAttributor(known))
    said = [(5, DIRECT), (3, REPORTED), (1, DIRECT), (1, REPORTED), (4, DIRECT)]
    assert store.attributions.by(["Ada Quay"]) == [(story(n).id, found) for n, found in said]
    assert store.attributions.by(["the crew", "Lin Bø"]) == [(story(5).id, CREW)]
    assert store.attributions.by([]) == store.attributions.by(["ada quay"]) == []


def test_more_names_than_one_statement_takes_are_read_too(store):
    fill(store, {1: [DIRECT]})
    names = [*(f"Sailor {number}" for number in range(40_000)), "Ada Quay"]
    assert store.attributions.by(names) == [(story(1).id, DIRECT)]


def test_what_was_said_in_a_passage_is_what_begins_there(store):
    fill(store, {1: [DIRECT, NOBODY, REPORTED], 2: [DIRECT, CREW]})
    one, two = story(1).id, story(2).id
    spans = [(two, 31, 200), (one, 50, 90), (one, 0, 8), (one, 49, 51), (one, 90, 91)]
    assert store.attributions.within(spans) == [(two, CREW), (one, NOBODY), (one, REPORTED)]
    assert store.attributions.within([]) == store.attributions.within([("none", 0, 99)]) == []


# With its article


def test_attributions_go_with_their_article(store, tmp_path):
    fill(store, {1: [DIRECT], 2: [CREW]})
    before = store.attributions.revision()
    store.remove(story(1).id)
    assert store.attributions.by(["Ada Quay"]) == []
    assert store.attributions.revision() > before
    assert rows(tmp_path, "SELECT article_id FROM attribution") == [(story(2).id,)]
    assert rows(tmp_path, "SELECT article_id FROM extraction") == [(story(2).id,)]


def test_a_changed_article_has_the_attributions_of_its_new_text(store):
    fill(store, {1: [DIRECT, REPORTED]})
    changed = story(1, "“Too late,” said Lin Bo, the pilot. And so it was.")
    tally = ingest([changed], store=store, embedder=FakeEncoder(), attributor=FakeAttributor())
    assert tally.changes == {Change.UPDATED: 1}
    (found,) = store.attributions.of(changed.id)
    assert (found.name, found.role) == ("Lin Bo", "the pilot")
    assert changed.body[slice(*found.quote)] == "Too late,"


def test_a_changed_article_that_nobody_read_anew_has_none(store):
    fill(store, {1: [DIRECT]})
    ingest([story(1, "It did not sail.")], store=store, embedder=FakeEncoder())
    assert store.attributions.of(story(1).id) == []
    assert store.attributions.outdated(1) == [story(1).id]


# Later


def test_articles_that_nobody_read_or_only_an_earlier_version_are_outdated(store):
    ingest([story(1)], store=store, embedder=FakeEncoder())
    fill(store, {2: [DIRECT], 3: []})
    assert store.attributions.outdated(1) == [story(1).id]
    assert set(store.attributions.outdated(2)) == {story(number).id for number in (1, 2, 3)}


def test_what_is_found_later_takes_the_place_of_what_was_found_before(store):
    fill(store, {1: [DIRECT, NOBODY]})
    before, archive = store.attributions.revision(), store.revision()
    assert store.attributions.keep(story(1), Extraction(2, (REPORTED,)))
    assert store.attributions.of(story(1).id) == [REPORTED]
    assert store.attributions.outdated(2) == []
    assert store.attributions.revision() > before
    assert store.revision() == archive


def test_what_is_found_in_a_text_that_has_changed_or_gone_meanwhile_is_not_kept(store):
    fill(store, {1: [DIRECT]})
    before = store.attributions.revision()
    stale = story(1, "It did not sail.")
    assert not store.attributions.keep(stale, Extraction(2, (CREW,)))
    assert not store.attributions.keep(story(2), Extraction(2, (CREW,)))
    assert store.attributions.of(story(1).id) == [DIRECT]
    assert (store.attributions.count(), store.attributions.revision()) == (1, before)


def test_the_date_alone_orders_what_was_said(store):
    old = story(9, published=datetime(1999, 1, 1, tzinfo=UTC))
    known = {old.id: [DIRECT], story(1).id: [DIRECT]}
    ingest([story(1), old], store=store, embedder=FakeEncoder(), attributor=FakeAttributor(known))
    assert [article_id for article_id, _ in store.attributions.by(["Ada Quay"])] == [
        story(1).id,
        old.id,
    ]
