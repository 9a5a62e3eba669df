"""An import that is killed goes on where it stopped: nothing is lost, stored or counted twice."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from functools import partial

import pytest

from corpus.article import Article
from corpus.errors import Failure, StoreError
from corpus.ingest import Tally, ingest
from corpus.readers.files import measure_path, read_path
from corpus.readers.reading import Reading, measure
from corpus.sandbox import sandbox as module
from corpus.sandbox.messages import answers
from corpus.sandbox.sandbox import Sandbox
from corpus.sandbox.worker import answer_job
from corpus.storage.store import Store
from tests.support.channels import message, write_export
from tests.support.full_disk import full_disk
from tests.support.models import FakeEncoder

MANY = 70
ENDS = ["", " It came back at dusk.", " Nobody minded."]


class Killed(BaseException):
    """Stands in for a kill: nothing that ends a batch well is done."""


class Here:
    """Reads in this process what another one reads, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked = 0

    def ask(self, job, data):
        self.asked += 1
        told = b"".join(answers().dump_json(one) + b"\n" for one in answer_job(job, data))
        return [answers().validate_json(line) for line in told.splitlines()]

    def ask_all(self, asked):
        return [self.ask(job, data) for job, data in asked]


@pytest.fixture(autouse=True)
def worker(monkeypatch):
    here = Here()
    monkeypatch.setattr(module, "shared", lambda: here)
    return here


def records() -> list[dict[str, str]]:
    """Stories of an owl, one of which is corrected twice, and one without a text."""
    found = [
        {
            "url": f"https://owls.example/{n}",
            "title": f"Owl {n}",
            "text": f"Owl {n} sat on the mill for an hour, and flew to tree {n * n}.",
        }
        for n in range(MANY)
    ]
    for place, end in ((12, ENDS[1]), (14, ENDS[2])):
        found[place] = found[10] | {"text": found[10]["text"] + end}
    found[20]["text"] = ""
    return found


def as_lines() -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in records())


def as_table() -> bytes:
    written = io.StringIO()
    table = csv.DictWriter(written, ["url", "title", "text"])
    table.writeheader()
    table.writerows(records())
    return written.getvalue().encode()


def as_mailbox() -> bytes:
    return b"".join(
        f"From a@owls.example Thu Mar 13 07:00:00 2031\nFrom: Owls <news@owls.example>\nSubject: "
        f"{one['title']}\nMessage-ID: <{number}>\nList-Id: owls\n\n{one['text']}\n\n".encode()
        for number, one in enumerate(records())
    )


FILES = {
    "owls.jsonl": as_lines,
    "owls.jsonl.gz": lambda: gzip.compress(as_lines()),
    "owls.csv": as_table,
    "owls.mbox": as_mailbox,
}


def add(path, store, reading=None, *, encoder=None, tally=None) -> Tally:
    reading = reading or Reading(store.checkpoints)
    tally = ingest(
        read_path(path, sandbox=Sandbox(store.strikes), reading=reading),
        store=store,
        embedder=encoder or FakeEncoder(),
        marks=reading,
        tally=tally,
    )
    reading.finish()
    return tally


def held(store):
    """All that an archive holds of some articles, in the order in which they came."""
    spans = Counter(article_id for article_id, _, _ in store.changes().spans)
    return [
        (article, spans[article.id], [one.body for one in store.versions.of(article.id)])
        for article in store.articles()
    ]


def add_killed(path, store, number, *, tally=None):
    """Add a file, killed right after the storing of an article, from 1; at 0 before the first."""
    real, puts = Store.put, iter(range(1, MANY + 1))

    def put(self, *given, **more):
        if not number:
            raise Killed
        change = real(self, *given, **more)
        if next(puts) == number:
            raise Killed
        return change

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "put", put)
        with pytest.raises(Killed):
            add(path, store, tally=tally)


@pytest.mark.parametrize("name", FILES)
def test_an_import_that_is_killed_anywhere_ends_as_one_that_is_not(tmp_path, worker, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    whole = Store.open(tmp_path / "whole")
    expected = add(path, whole)
    wanted, ids = held(whole), [one.id for one in whole.articles()]
    store = Store.open(tmp_path / "home")
    for number in (0, 1, 11, 13, 18, 2):
        add_killed(path, store, number)
        assert [one.id for one in store.articles()] == ids[: store.count()]
    said = []
    asked = worker.asked
    last = add(path, store, Reading(store.checkpoints, said.append))
    assert held(store) == wanted
    assert last.articles < expected.articles
    assert "goes on where it was interrupted, after " in said[0]
    assert name.endswith((".csv", ".mbox")) or worker.asked - asked < MANY - 40
    assert store.checkpoints.find(str(path)) is None


def test_what_is_counted_before_and_after_a_kill_is_the_whole(tmp_path):
    path = tmp_path / "owls.jsonl"
    path.write_bytes(as_lines())
    store, before = Store.open(tmp_path / "home"), Tally()
    add_killed(path, store, 40, tally=before)
    again = Reading(store.checkpoints)
    after = add(path, store, again)
    assert (again.resumed, before.failed, after.failed) == (40, 1, 0)
    assert again.resumed + after.articles == MANY - 1


def test_a_full_disk_stops_an_import_that_goes_on_when_there_is_room(tmp_path):
    path = tmp_path / "owls.jsonl"
    path.write_bytes(as_lines())
    store = Store.open(tmp_path / "home")
    found = read_path(path, reading=(reading := Reading(store.checkpoints)))

    def filling():
        for number, item in enumerate(found):
            if number < 50:
                yield item
        with full_disk(store._engine):
            reading.settle(reading.reached())

    with pytest.raises(StoreError, match="disk is full"):
        ingest(filling(), store=store, embedder=FakeEncoder(), marks=reading)
    encoder = FakeEncoder()
    tally = add(path, store, encoder=encoder)
    assert store.count() == MANY - 3
    assert encoder.texts == tally.passages < 40


def test_a_file_that_changed_meanwhile_is_read_from_its_beginning(tmp_path):
    path = tmp_path / "owls.jsonl"
    path.write_bytes(as_lines())
    store, said = Store.open(tmp_path / "home"), []
    add_killed(path, store, 40)
    more = {"title": "Cat", "text": "A cat sat on the mill for an hour, and slept there."}
    path.write_bytes(json.dumps(more).encode() + b"\n" + as_lines())
    tally = add(path, store, Reading(store.checkpoints, said.append))
    assert said == [f"{path} has changed since its import was interrupted: from its beginning"]
    assert tally.articles == MANY
    assert store.find_copy(Article("Cat", more["text"]))


def test_files_of_a_folder_that_were_read_are_passed_over_and_bad_ones_told_again(tmp_path, worker):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.bin").write_bytes(b"\x89PNG\r\n")
    (folder / "b.jsonl").write_bytes(as_lines()[:4000])
    (folder / "c.jsonl").write_bytes(as_lines())
    (folder / "d.txt").write_text("The owl\n\nIt sat on the mill for an hour, and then it flew.")
    store = Store.open(tmp_path / "home")
    add_killed(folder, store, 38)
    asked = worker.asked
    reading = Reading(store.checkpoints, total=measure_path(folder))
    tally = add(folder, store, reading)
    assert worker.asked - asked < 40
    assert [one.where for one in tally.failures] == [str(folder / "a.bin")]
    assert reading.read == reading.total == sum(one.stat().st_size for one in folder.iterdir())
    assert store.count() == MANY - 2


def test_an_exported_channel_is_always_read_as_a_whole(tmp_path):
    path = tmp_path / "result.json"
    path.write_bytes(write_export(message(1, "An owl moved into cellar 1 of the lock keeper.")))
    store = Store.open(tmp_path / "home")
    reading = Reading(store.checkpoints)
    (found,) = (one for one in read_path(path, reading=reading) if isinstance(one, Article))
    assert found
    assert reading.here() is None
    assert store.checkpoints.find(str(path)) is None


def test_clearing_the_archive_forgets_how_far_imports_came(tmp_path):
    path = tmp_path / "owls.jsonl"
    path.write_bytes(as_lines())
    store = Store.open(tmp_path / "home")
    add_killed(path, store, 40)
    store.only("a").clear()
    assert store.checkpoints.find(str(path))
    store.clear()
    assert store.checkpoints.find(str(path)) is None
    assert add(path, store).articles == MANY - 1


def test_without_an_archive_nothing_is_kept(tmp_path):
    path = tmp_path / "owls.jsonl"
    path.write_bytes(as_lines())
    reading = Reading()
    assert len(list(read_path(path, reading=reading))) == MANY
    assert reading.here() is None
    reading.settle(reading.reached())
    reading.finish()
    assert measure_path(tmp_path / "missing") == 0
    assert measure_path(tmp_path / ("x" * 5000)) == 0
    assert measure([tmp_path / ("x" * 5000)]) == 0


def test_pieces_before_damage_are_read_and_the_damage_told(tmp_path):
    path = tmp_path / "owls.jsonl.gz"
    path.write_bytes(gzip.compress(as_lines() * 12)[:-20])
    *found, failure = read_path(path)
    assert isinstance(failure, Failure)
    assert "damaged" in failure.reason
    assert [type(one) for one in found].count(Article) > 10


def test_one_row_that_breaks_what_reads_it_takes_no_other_along(tmp_path, worker, monkeypatch):
    path = tmp_path / "owls.csv"
    path.write_bytes(as_table() + b"u,Bad owl,BREAKS it\nu2,Good owl,A good owl sat here.\n")
    real = worker.ask
    reads = partial(real)

    def ask(job, data):
        told = reads(job, data)
        if b"BREAKS" in data:
            return [answers().validate_json(b'{"unreadable": "cannot be read: it breaks"}')]
        return told

    monkeypatch.setattr(worker, "ask", ask)
    found = list(read_path(path))
    bad = [one for one in found if isinstance(one, Failure)]
    assert bad[1] == Failure(f"{path}:{MANY + 2}", "cannot be read: it breaks")
    assert len(found) == MANY + 2
    assert found[-1].headline == "Good owl"


def test_a_fault_of_ours_at_one_piece_takes_no_other_along(tmp_path, worker, monkeypatch):
    path = tmp_path / "owls.jsonl"
    path.write_bytes(as_lines())
    real = worker.ask

    def ask(job, data):
        if job.where.endswith(":5"):
            raise RuntimeError("odd")
        return real(job, data)

    monkeypatch.setattr(worker, "ask", ask)
    found = list(read_path(path))
    assert len(found) == MANY
    assert "fault of ours" in found[4].reason
