"""An archive as a program opens and fills it."""

from __future__ import annotations

import pytest

from corpus.archive import Archive
from corpus.errors import Failure, StoreError
from corpus.storage.store import Change
from tests.support.models import FakeAttributor, FakeEncoder

FERRY = """Ferry runs again
By Ada Quill (news.example)
12 March 2026

The Lumen sailed at noon with 40 passengers. “She is dry,” said Tove Quist, the mate.
"""
OWL = """Owl seen at the mill
By Bo Lind (news.example)
14 March 2026

An owl sat on the mill at Halm for a whole day. Nobody there knows what it wants.
"""


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (folder / "owl.txt").write_text(OWL, encoding="utf-8")
    return folder


@pytest.fixture
def archive(tmp_path):
    return Archive.open(tmp_path / "home")


def add(archive, *sources, **more):
    return archive.add(*sources, attributor=FakeAttributor(), **more)


@pytest.mark.sqlite_only("looks for the file")
def test_opening_makes_the_folder_and_opening_again_finds_it(tmp_path):
    home = tmp_path / "some" / "where"

    assert len(Archive.open(home)) == 0
    assert (home / "articles.db").exists()
    assert Archive.open(str(home)).home == home


def test_a_tilde_is_the_home_of_whoever_runs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert Archive.open("~/news").home == tmp_path / "news"


@pytest.mark.sqlite_only("a database has no folder")
def test_a_folder_that_can_not_hold_an_archive_says_so(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "articles.db").write_bytes(b"another program's " * 99)

    for home in (tmp_path / "file", tmp_path):
        with pytest.raises(StoreError):
            Archive.open(home)


def test_files_and_folders_are_added_and_counted(archive, articles):
    tally = add(archive, articles / "ferry.txt")
    assert (len(archive), tally.changes[Change.ADDED], tally.attributed) == (1, 1, 1)

    tally = add(archive, str(articles))
    assert tally.changes == {Change.ADDED: 1, Change.UNCHANGED: 1}
    assert len(archive) == 2
    assert [one.headline for one in archive.store.articles()] == [
        "Ferry runs again",
        "Owl seen at the mill",
    ]


def test_what_can_not_be_read_is_told_beside_what_was(archive, articles):
    (articles / "empty.txt").touch()
    tally = add(archive, articles, articles / "none.txt", "")

    assert tally.articles == len(archive) == 2
    assert tally.failures == [
        Failure(str(articles / "empty.txt"), "empty file"),
        Failure(str(articles / "none.txt"), "cannot be read: no such file or directory"),
        Failure('""', "no path or address given"),
    ]


def test_nothing_to_add_adds_nothing(archive):
    assert add(archive).articles == 0


def test_who_said_what_is_found_on_the_way(archive, articles):
    add(archive, articles)

    (attribution,) = archive.store.attributions.of(next(archive.store.articles()).id)
    assert (attribution.name, attribution.role) == ("Tove Quist", "the mate")


def test_bylines_own_attributor_is_the_default(archive, articles):
    archive.add(articles / "ferry.txt")

    assert [name for name, _, _ in archive.store.attributions.people()] == ["Tove Quist"]


def test_articles_are_stored_without_vectors_until_somebody_searches_them(archive, articles):
    add(archive, articles)
    ids = [article.id for article in archive.store.articles()]

    assert sorted(archive.store.unembedded()) == sorted(ids)
    assert sorted(archive.store.stale("any")) == sorted(ids)
    assert archive.store.fingerprints() == set()


def test_an_embedder_embeds_at_once(archive, articles):
    add(archive, articles, embedder=FakeEncoder())

    assert archive.store.unembedded() == []
    assert archive.store.fingerprints() == {"fake"}


def test_an_archive_that_is_opened_twice_is_one(archive, articles):
    again = Archive.open(archive.home)
    add(archive, articles)

    assert again == Archive(archive.home, again.store)
    assert len(again) == 2
    assert add(again, articles).changes == {Change.UNCHANGED: 2}


@pytest.mark.sqlite_only("a database has no folder")
def test_an_archive_that_was_closed_can_be_moved_and_opened_again(archive, articles, tmp_path):
    add(archive, articles)
    archive.store.close()
    archive.home.rename(tmp_path / "moved")

    assert len(Archive.open(tmp_path / "moved")) == 2


def test_an_article_that_changed_takes_the_place_of_the_one_before(archive, articles):
    add(archive, articles, embedder=FakeEncoder())
    (articles / "owl.txt").write_text(OWL.replace("a whole day", "two days"), encoding="utf-8")
    tally = add(archive, articles)

    assert tally.changes == {Change.UNCHANGED: 1, Change.UPDATED: 1}
    assert len(archive.store.unembedded()) == 1
    assert archive.store.fingerprints() == {"fake"}
