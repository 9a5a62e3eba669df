"""However an index came about, it equals one derived from the archive alone."""

from __future__ import annotations

import json
import logging
import shutil
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.archive import Archive
from corpus.ingest import ingest, reindex
from corpus.storage.store import Store
from retrieval.errors import FingerprintError
from retrieval.index.facets import Facets
from retrieval.index.snapshot import find_fault, load, make_empty, refresh, save
from retrieval.index.vectors import Vectors
from retrieval.search import Searcher
from retrieval.tokens import tokenize_query
from tests.support.databases import change
from tests.support.models import FakeAttributor, FakeEncoder, go, processes, story

QUERIES = ["ferry", "ferry 3 pier", "tram bridge", "zeppelin", "the", "ferry ferry tram"]
TEXTS = [None, "A tram crossed the bridge.", "The ferry sank.", "Nobody came.", " "]
FILES = (
    *("keys.npy", "vectors.npy", "lengths.npy", "counts.npy", "rows.npy", "ends.npy"),
    *("publishers.npy", "days.npy", "leads.npy"),
    *("vocabulary.txt", "words.txt", "manifest.json", "manifest.crc32"),
)


@pytest.fixture
def store(tmp_path):
    return Store.open(tmp_path)


def add(store, *articles, encoder=None):
    ingest(articles, store=store, embedder=encoder or FakeEncoder())


def scratch(store):
    return refresh(make_empty(), store, "fake")


def counts(index):
    """Return each passage's terms with their counts, whatever columns these have."""
    words = list(index.terms.vocabulary)
    matrix = index.terms.matrix.tocsr()
    rows = [matrix[[place]] for place in range(len(index))]
    return [
        {words[column]: count for column, count in zip(row.indices, row.data, strict=True)}
        for row in rows
    ]


def facets(index):
    """Return each passage's facets, whatever number the publisher has."""
    own = index.facets
    publishers = [own.names[code] for code in own.codes]
    return list(zip(publishers, own.days.tolist(), own.leads.tolist(), strict=True))


def assert_equal(index, expected):
    assert (index.revision, index.articles) == (expected.revision, expected.articles)
    np.testing.assert_array_equal(index.keys, expected.keys)
    assert len(index.vectors) == len(index) == len(expected)
    np.testing.assert_array_equal(index.vectors.whole(), expected.vectors.whole())
    assert counts(index) == counts(expected)
    assert facets(index) == facets(expected)
    np.testing.assert_array_equal(index.terms.lengths, expected.terms.lengths)
    assert all(index.rarity(term) == expected.rarity(term) for term in index.terms.vocabulary)
    for query in QUERIES:
        terms = tokenize_query([query])
        np.testing.assert_array_equal(index.bm25.get_scores(terms), expected.bm25.get_scores(terms))


def test_an_empty_archive_has_an_empty_index(store):
    index = scratch(store)
    assert (len(index), index.articles, index.revision) == (0, 0, 0)
    assert index.bm25.get_scores(["ferry"]).tolist() == []


def test_an_index_holds_every_passage_behind_its_header(store):
    add(store, story(7, "It sank.", headline="Ferry lost"))
    index = scratch(store)
    assert counts(index) == [
        {"ferri": 1, "lost": 1, "pier": 1, "1": 1, "march": 1, "2026": 1, "sank": 1}
    ]
    assert index.vectors.whole().dtype == np.float32
    assert index.dimension == 64
    np.testing.assert_allclose(np.linalg.norm(index.vectors.whole(), axis=1), 1, atol=1e-3)
    assert index.articles == 1


STEPS = st.one_of(
    st.tuples(st.just("put"), st.integers(0, 4), st.sampled_from(TEXTS)),
    st.tuples(st.just("remove"), st.integers(0, 4), st.none()),
    st.tuples(st.sampled_from(["refresh", "restart", "look"]), st.none(), st.none()),
)


@settings(deadline=None, max_examples=40)
@given(st.lists(STEPS, max_size=14))
def test_refreshing_equals_deriving_anew_after_any_changes(steps):
    with TemporaryDirectory() as place:
        home = Path(place)
        store, index = Store.open(home), make_empty()
        for step, number, text in [*steps, ("refresh", None, None)]:
            if step == "put":
                add(store, story(number, text, publisher=(text or "")[:4] or None))
            elif step == "remove":
                store.remove(story(number).id)
            elif step == "refresh":
                index = refresh(index, store, "fake")
                assert_equal(index, scratch(store))
            elif step == "restart":
                save(index, home / "index", "fake")
                index = load(home / "index", store, "fake")
                assert_equal(index, scratch(store))
            else:
                assert refresh(index, store, "fake").articles == store.count()


def test_an_index_that_is_up_to_date_is_returned_as_it_is(store):
    add(store, story(1))
    index = scratch(store)
    assert refresh(index, store, "fake") is index


def test_only_new_passages_are_read(store, monkeypatch):
    add(store, *map(story, range(4)))
    index = scratch(store)
    add(store, story(9))
    asked = []
    read = store.articles
    monkeypatch.setattr(store, "articles", lambda ids: asked.extend(ids) or read(ids))
    refresh(index, store, "fake")
    assert asked == [story(9).id]


def test_more_passages_than_are_read_at_once_are_taken_in(store):
    long = "\n\n".join(f"Word{number} {'and so on ' * 59}" for number in range(2100))
    add(store, story(1, long))
    index = scratch(store)
    assert len(index) == 2100
    key = int(index.keys[index.bm25.get_scores(["2050"]).argmax()])
    assert store.passages([key])[key][1].text.startswith("Word2050 ")


def test_a_removed_article_is_no_longer_found(store):
    add(store, story(1, "The zeppelin landed."), story(2))
    index = scratch(store)
    assert index.bm25.get_scores(["zeppelin"]).max() > 0
    store.remove(story(1).id)
    index = refresh(index, store, "fake")
    assert index.bm25.get_scores(["zeppelin"]).max() == 0
    assert index.articles == 1


def test_an_article_removed_while_the_index_is_made_leaves_at_the_next_refresh(store, monkeypatch):
    add(store, story(1), story(2))
    changes = store.changes

    def removing(*, after):
        found = changes(after=after)
        store.remove(story(1).id)
        return found

    monkeypatch.setattr(store, "changes", removing)
    index = scratch(store)
    monkeypatch.undo()
    assert index.articles == 2
    assert index.bm25.get_scores(["1"])[0] == 0
    assert_equal(refresh(index, store, "fake"), scratch(store))


def test_passages_of_another_encoder_are_refused_with_the_remedy(store):
    add(store, story(1), encoder=FakeEncoder("small@1"))
    with pytest.raises(FingerprintError, match="run `byline reindex`") as caught:
        scratch(store)
    assert (caught.value.stored, caught.value.wanted) == ("small@1", "fake")
    assert "small@1" in str(caught.value)
    assert "fake" in str(caught.value)
    reindex(store=store, embedder=FakeEncoder())
    assert len(scratch(store)) == 2


def test_an_unknown_term_is_as_rare_as_can_be(store):
    add(store, *(story(number, f"Ferry {number}.") for number in range(3)))
    index = scratch(store)
    assert index.rarity("zeppelin") == log(4)
    assert index.rarity("sail") == log(4 / 3)


def test_coverage_weighs_terms_by_their_rarity(store):
    add(store, story(1, "The zeppelin landed."), story(2, "The tram stopped."))
    index = scratch(store)
    common, rare = log(3 / 2), log(3)
    assert index.covered(["ferri", "tram"], 0) == pytest.approx(common / (common + rare))
    assert index.covered(["ferri", "tram"], 1) == 1
    assert index.covered(["zebra", "tram"], 1) == pytest.approx(1 / 2)
    assert index.covered(["zebra"], 0) == 0
    assert index.covered([], 0) == 0


# Kept in files


@pytest.fixture
def home(store, tmp_path):
    add(store, *map(story, range(5)), story(5, "A tram crossed the bridge."))
    save(scratch(store), tmp_path / "index", "fake")
    return tmp_path


def reads(monkeypatch, store):
    """Note which articles are read from the archive."""
    asked = []
    read = store.articles
    monkeypatch.setattr(store, "articles", lambda ids: asked.extend(ids) or read(ids))
    return asked


def test_an_index_comes_back_from_its_files_without_reading_the_archive(store, home, monkeypatch):
    expected = scratch(store)
    asked = reads(monkeypatch, store)
    assert_equal(load(home / "index", store, "fake"), expected)
    assert asked == []


def test_a_kept_index_catches_up(store, home, monkeypatch):
    add(store, story(9))
    store.remove(story(2).id)
    expected = scratch(store)
    asked = reads(monkeypatch, store)
    assert_equal(load(home / "index", store, "fake"), expected)
    assert asked == [story(9).id]


def test_an_index_that_was_loaded_can_be_kept_again(store, home):
    save(load(home / "index", store, "fake"), home / "index", "fake")
    add(store, story(9))
    index = load(home / "index", store, "fake")
    save(index, home / "index", "fake")
    assert_equal(load(home / "index", store, "fake"), scratch(store))
    assert [path.name for path in home.glob("index*")] == ["index"]


def test_the_index_of_an_empty_archive_can_be_kept(store, tmp_path):
    save(make_empty(), tmp_path / "index", "fake")
    assert_equal(load(tmp_path / "index", store, "fake"), make_empty())


def test_an_index_of_another_model_is_ignored(home, store, monkeypatch):
    index = scratch(store)
    save(index, home / "index", "other")
    asked = reads(monkeypatch, store)
    assert_equal(load(home / "index", store, "fake"), index)
    assert len(asked) == 6


def test_an_index_in_another_format_is_ignored(home, store, monkeypatch):
    monkeypatch.setattr("retrieval.index.snapshot._LAYOUT", "next")
    asked = reads(monkeypatch, store)
    assert len(load(home / "index", store, "fake")) == len(scratch(store))
    assert len(asked) == 12


def test_files_of_other_terms_are_ignored(home, store, monkeypatch):
    monkeypatch.setattr("retrieval.index.snapshot.digest_terms", lambda: "other terms")
    asked = reads(monkeypatch, store)
    index = load(home / "index", store, "fake")
    assert len(asked) == 6
    save(index, home / "index", "fake")
    assert load(home / "index", store, "fake").saved


def test_files_of_0_1_0_hold_the_terms_of_today(home):
    """Whoever changes the terms lets them be derived anew, which costs minutes and no vector."""
    assert json.loads((home / "index" / "manifest.json").read_text())["format"] == "5"


@pytest.mark.parametrize("name", [*FILES, "."])
def test_a_missing_file_is_made_up_for(home, store, name):
    path = home / "index" / name
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    index = load(home / "index", store, "fake")
    assert_equal(index, scratch(store))
    save(index, home / "index", "fake")
    assert {path.name for path in (home / "index").iterdir()} == set(FILES)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    home = tmp_path_factory.mktemp("kept")
    store = Store.open(home)
    add(store, story(0), story(1, "A tram crossed the bridge."), story(2, "The ferry sank."))
    expected = scratch(store)
    save(expected, home / "index", "fake")
    store.remove(story(2).id)
    return home, store, scratch(store)


def flipped(content, place):
    place %= len(content)
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGE = {
    "flipped": flipped,
    "truncated": lambda content, place: content[: place % len(content)],
    "zeroed": lambda content, _: bytes(len(content)),
    "longer": lambda content, place: content + content[: place % 64 + 1],
    "garbage": lambda _, place: b'[{"format": "1"}]' * (place % 9),
}


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(FILES), st.sampled_from(sorted(DAMAGE)), st.integers(0, 2**20))
def test_a_damaged_file_is_found_out_and_never_answers(kept, name, damage, place):
    home, store, expected = kept
    path = home / "index" / name
    sound = path.read_bytes()
    try:
        path.write_bytes(DAMAGE[damage](sound, place))
        assert_equal(load(home / "index", store, "fake"), expected)
    finally:
        path.write_bytes(sound)


def test_a_folder_in_place_of_a_file_is_made_up_for(home, store):
    (home / "index" / "keys.npy").unlink()
    (home / "index" / "keys.npy").mkdir()
    assert_equal(load(home / "index", store, "fake"), scratch(store))


def test_an_index_that_cannot_be_kept_is_told_in_the_log_only(store, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        save(scratch(store), tmp_path / "file" / "index", "fake")
    assert "could not keep the index" in caplog.text


def test_an_index_replaced_while_it_is_read_is_not_mixed_up(store, tmp_path, monkeypatch):
    # The same words come in another order the second time.
    add(store, story(1, "A bus left."), story(2, "The tram stopped."))
    save(scratch(store), tmp_path / "index", "fake")
    store.remove(story(1).id)
    add(store, story(1, "A bus left."))
    newer = scratch(store)
    read, replaced = np.load, []

    def replacing(*given, **named):
        if not replaced:
            replaced.append(True)
            save(newer, tmp_path / "index", "fake")
        return read(*given, **named)

    monkeypatch.setattr(np, "load", replacing)
    assert_equal(load(tmp_path / "index", store, "fake"), newer)
    assert replaced


def test_reading_while_another_saves_is_never_wrong(home, store):
    older = scratch(store)
    add(store, story(9))
    newer = scratch(store)
    expected = f"{len(newer)} {newer.terms.matrix.sum():.0f} {len(newer.terms.vocabulary)}\n"
    with processes("load", home, range(40)) as (process,):
        go(process)
        saved = 0
        while process.poll() is None:
            save(newer if saved % 2 else older, home / "index", "fake")
            saved += 1
        output, _ = process.communicate(timeout=30)
    assert saved > 1
    assert process.returncode == 0
    assert output == expected * 40


# Archives that are not the one the index was made of


def forget_archive(home):
    for path in home.glob("articles.db*"):
        path.unlink()


@pytest.mark.parametrize("count", [0, 1, 5, 6, 9])
def test_an_index_of_an_archive_that_was_deleted_is_of_no_effect(home, count):
    forget_archive(home)
    store = Store.open(home)
    add(store, *(story(20 + number, f"Bus {number} left.") for number in range(count)))
    assert_equal(load(home / "index", store, "fake"), scratch(store))


@pytest.mark.parametrize("more", [0, 1, 4, 12])
def test_an_older_archive_put_back_is_what_is_searched(tmp_path, more):
    before = Store.open(tmp_path / "before")
    add(before, *map(story, range(4)))
    with TemporaryDirectory() as place:
        shutil.copytree(tmp_path / "before", Path(place, "copy"))
        add(before, *map(story, range(4, 8)))
        before.remove(story(0).id)
        save(scratch(before), tmp_path / "before" / "index", "fake")
        shutil.copytree(Path(place, "copy"), tmp_path / "after")
    shutil.copytree(tmp_path / "before" / "index", tmp_path / "after" / "index")
    after = Store.open(tmp_path / "after")
    add(after, *(story(20 + number, f"Bus {number} left.") for number in range(more)))
    assert_equal(load(tmp_path / "after" / "index", after, "fake"), scratch(after))


# Through the searcher


def test_an_article_added_by_another_process_is_found_after_a_refresh(store, tmp_path):
    searcher = Searcher(Archive(tmp_path, store), FakeEncoder())
    searcher.refresh()
    assert len(searcher) == 0
    with processes("add", tmp_path, range(3)) as (process,):
        go(process)
        assert process.wait(timeout=30) == 0
    assert searcher.refresh()
    assert searcher.search("Which ferry came to pier 2?").searched == 3
    assert not searcher.refresh()


def test_searching_goes_on_while_another_thread_refreshes(store, tmp_path):
    searcher = Searcher(Archive(tmp_path, store), FakeEncoder())
    add(store, story(0), story(1))
    searcher.refresh()
    stop = threading.Event()

    def changing():
        for number in range(10_000):
            if stop.is_set():
                return
            add(store, story(2 + number % 5))
            store.remove(story(2 + (number + 2) % 5).id)
            searcher.refresh()

    searched = []
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(changing)
        for _ in range(60):
            result = searcher.search("Which ferry came to pier 1?")
            searched.append(result.searched)
            for hit in result.hits:
                assert hit.article.body[hit.passage.start : hit.passage.end] == hit.passage.text
            assert story(1).id in {hit.article.id for hit in result.hits}
        stop.set()
        change.result()
    assert any(one != other for one, other in pairwise(searched))


def test_an_index_is_never_changed_in_place(store):
    add(store, story(0))
    index = scratch(store)
    before = index.keys.copy(), index.vectors.whole().copy(), counts(index)
    add(store, story(1))
    store.remove(story(0).id)
    refresh(index, store, "fake")
    np.testing.assert_array_equal(index.keys, before[0])
    np.testing.assert_array_equal(index.vectors.whole(), before[1])
    assert counts(index) == before[2]


def test_an_index_that_the_files_hold_is_not_written_again(store, tmp_path):
    add(store, story(0))
    save(scratch(store), tmp_path / "index", "fake")
    before = (tmp_path / "index" / "manifest.json").stat().st_ino
    index = load(tmp_path / "index", store, "fake")
    save(index, tmp_path / "index", "fake")
    assert (tmp_path / "index" / "manifest.json").stat().st_ino == before

    add(store, story(1))
    save(refresh(index, store, "fake"), tmp_path / "index", "fake")
    assert (tmp_path / "index" / "manifest.json").stat().st_ino != before


# Vectors that are none


class HelplessEncoder(FakeEncoder):
    """Cannot embed articles that hold a word."""

    def embed(self, passages):
        if any("zeppelin" in article.body for article, _ in passages):
            raise ValueError("zeppelins are too large")
        return super().embed(passages)


def test_an_article_that_cannot_be_embedded_is_found_by_its_words_alone(tmp_path, caplog):
    archive = Archive.open(tmp_path)
    (tmp_path / "zeppelin.txt").write_text("Big news\n\nA zeppelin landed on the old pier today.")
    archive.add(tmp_path / "zeppelin.txt", attributor=FakeAttributor())
    searcher = Searcher(archive, HelplessEncoder())
    assert searcher.refresh()
    assert searcher.search("Where did the zeppelin land?").hits[0].article.headline == "Big news"
    assert "no vectors for Big news: a fault of ours" in caplog.text
    add(archive.store, story(0), story(1, "A tram crossed the bridge."))
    searcher.refresh()
    found = searcher.search("Which tram crossed the bridge?").hits
    assert found[0].article.id == story(1).id
    assert searcher.search("Where did the zeppelin land?").hits[0].article.headline == "Big news"
    again = Searcher(archive, FakeEncoder())
    again.refresh()
    assert archive.store.unembedded() == []
    assert_equal(again.snapshot.index, scratch(archive.store))


def damage(home, article, vector):
    """Put something in place of the vectors of an article's passages, as a bad disk would."""
    damaged = "UPDATE passage SET embedding = :vector WHERE article_id = :article"
    change(home / "articles.db", damaged, vector=vector, article=article.id)


NO_VECTORS = {
    "not numbers": np.full(64, np.nan, np.float16),
    "one that is none": np.array([np.nan, *[1 / 8] * 63], np.float16),
    "endless": np.full(64, np.inf, np.float16),
    "zeros": np.zeros(64, np.float16),
    "too long": np.full(64, 1, np.float16),
    "too short": np.full(64, 1 / 80, np.float16),
    "of another dimension": np.full(16, 1 / 4, np.float16),
    "cut off": np.full(64, 1 / 8, np.float16).view(np.uint8)[:-1],
    "nothing": np.empty(0, np.float16),
}


@pytest.mark.parametrize("name", NO_VECTORS)
def test_a_stored_vector_that_is_none_is_never_compared_with_a_question(store, tmp_path, name):
    add(store, story(0), story(1), story(2, "A tram crossed the bridge."))
    damage(tmp_path, story(2), NO_VECTORS[name].tobytes())
    index = scratch(store)
    (tram,) = store.keys_of([story(2).id])
    vectors = index.vectors.whole()
    assert vectors.shape == (len(index), 64)
    assert np.isfinite(vectors).all()
    assert not vectors[index.keys == tram].any()
    np.testing.assert_allclose(np.linalg.norm(vectors[index.keys != tram], axis=1), 1, atol=1e-3)
    assert store.damaged() == [story(2).id]
    searcher = Searcher(Archive(tmp_path, store), FakeEncoder())
    searcher.refresh()
    hits = searcher.search("Which tram crossed the bridge?").hits
    assert hits[0].article.id == story(2).id  # by its words
    assert all(np.isfinite(hit.score) for hit in hits)


def test_damaged_vectors_are_told_in_the_log(store, tmp_path, caplog):
    add(store, story(0), story(1))
    damage(tmp_path, story(1), b"\x00\x7e" * 64)
    scratch(store)
    assert "damaged vectors, run `byline check --repair`: 2 passages" in caplog.text


def test_where_all_new_vectors_are_of_another_length_the_old_ones_are_searched(store, tmp_path):
    add(store, story(0))
    before = scratch(store)
    add(store, story(1))
    damage(tmp_path, story(1), b"\x00\x38" * 3)
    index = refresh(before, store, "fake")
    assert index.vectors.whole().shape == (len(index), 64)


def test_files_of_an_older_byline_that_hold_no_vectors_are_not_searched(store, tmp_path):
    add(store, story(0), story(1))
    expected = scratch(store)
    vectors = expected.vectors.whole().copy()
    vectors[0] = np.nan
    save(replace(expected, vectors=Vectors((vectors,))), tmp_path / "index", "fake")
    rewrite(tmp_path / "index", sound=None)
    assert_equal(load(tmp_path / "index", store, "fake"), expected)


def rewrite(folder, **known):
    """Put something else into an index's manifest, with the checksum that fits."""
    manifest = json.loads((folder / "manifest.json").read_text()) | known
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "manifest.crc32").write_text(str(zlib.crc32(json.dumps(manifest).encode())))


def test_sound_files_have_no_fault_nor_have_those_that_are_made_anew(store, tmp_path):
    assert find_fault(tmp_path / "index", store, "fake") == ""
    add(store, story(0), story(1))
    save(scratch(store), tmp_path / "index", "fake")
    assert find_fault(tmp_path / "index", store, "fake") == ""
    add(store, story(2))
    store.remove(story(0).id)
    assert find_fault(tmp_path / "index", store, "fake") == ""
    assert find_fault(tmp_path / "index", store, "another") == ""


def test_a_damaged_file_is_named(store, tmp_path):
    add(store, story(0))
    save(scratch(store), tmp_path / "index", "fake")
    (tmp_path / "index" / "days.npy").write_bytes(b"")
    assert find_fault(tmp_path / "index", store, "fake") == "days.npy is damaged"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"vectors": Vectors((np.full((4, 64), 1 / 8, np.float32),))}, "its vectors are not"),
        ({"facets": Facets(("Nobody",), *(np.zeros(4, np.int32),) * 2, np.zeros(4, bool))},
         "its days are not those of the archive, its publishers are not those of the archive"),
    ],
)  # fmt: skip
def test_files_that_are_sound_but_not_of_the_archive_are_told(store, tmp_path, change, fault):
    add(store, story(0), story(1))
    index = scratch(store)
    assert len(index) == 4
    save(replace(index, **change), tmp_path / "index", "fake")
    assert find_fault(tmp_path / "index", store, "fake").startswith(fault)


def test_what_is_added_while_files_are_compared_is_waited_for(store, tmp_path, monkeypatch):
    add(store, story(0))
    save(scratch(store), tmp_path / "index", "fake")
    read = store.changes
    pending = [story(1)]

    def changes(**after):
        found = read(**after)
        if not after and pending:
            add(store, pending.pop())
            return read()
        return found

    monkeypatch.setattr(store, "changes", changes)
    assert find_fault(tmp_path / "index", store, "fake") == ""
    assert not pending
