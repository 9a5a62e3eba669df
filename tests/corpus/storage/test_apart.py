from __future__ import annotations

import pytest

from corpus.article import Article
from corpus.ingest import ingest
from corpus.storage.apart import is_same_text, tell_apart
from corpus.storage.store import Change, Store
from tests.support.models import FakeEncoder

OWL = "An owl sat at the mill on Tuesday."
CAT = "Three ferries stay in port all summer."
ELK = "Bakers ask six crowns for a loaf."


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (OWL, OWL.replace("Tuesday", "Wednesday"), True),
        (OWL, f"{OWL} {CAT}", True),
        (OWL, CAT, False),
        ("渡船整个夏天停在港口", "渡船整个夏天都停在港口不开", False),
        ("渡船整个夏天停在港口", "渡船整个夏天停在港口。面包涨价。", True),
        ("", "", True),
        ("Owl", "Cat", False),
    ],
)
def test_a_correction_is_told_from_another_text(one, other, same):
    assert is_same_text(one, other) is is_same_text(other, one) is same


def test_only_articles_without_address_get_an_id_of_their_own():
    first, second = Article("Briefs", OWL), Article("Briefs", CAT)
    assert tell_apart(second, None) is second
    apart = tell_apart(second, first)
    assert apart.id != second.id == first.id
    assert tell_apart(apart, first) == apart
    linked = Article("Briefs", CAT, url="https://mill.example/a")
    assert tell_apart(linked, first) is linked


@pytest.fixture
def store(tmp_path):
    with_it = Store.open(tmp_path)
    yield with_it
    with_it.close()


def add(store: Store, *articles: Article) -> dict[Change, int]:
    return dict(+ingest(articles, store=store, embedder=FakeEncoder()).changes)


def test_records_that_share_headline_publisher_and_day_are_all_kept(store):
    three = [Article("Briefs", body) for body in (OWL, CAT, ELK)]
    assert add(store, *three) == {Change.ADDED: 3}
    assert [article.body for article in store.articles()] == [OWL, CAT, ELK]
    assert add(store, *three) == {Change.UNCHANGED: 3}
    assert [store.get(one.id) for one in store.articles()] == list(store.articles())
    assert store.find_copy(three[1]).body == CAT


def test_they_are_told_apart_whenever_they_come_and_the_first_keeps_its_id(store):
    for body in (OWL, CAT):
        assert add(store, Article("Briefs", body)) == {Change.ADDED: 1}
    corrected = Article("Briefs", OWL.replace("Tuesday", "Wednesday"))
    assert add(store, corrected) == {Change.UPDATED: 1}
    assert [article.body for article in store.articles()] == [corrected.body, CAT]
    assert store.get(corrected.id) == corrected


def test_they_stay_apart_on_another_shelf(store):
    add(store, *(Article("Briefs", body, shelf="desk") for body in (OWL, CAT)))
    shelf = store.only("desk", "chat")
    moved = [shelf.move(article.id, "chat") for article in list(shelf.articles())]
    assert [article.body for article in moved] == [OWL, CAT]
    assert moved[0].id != moved[1].id
    assert {article.shelf for article in shelf.articles()} == {"chat"}
