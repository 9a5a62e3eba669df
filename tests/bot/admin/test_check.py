"""What is damaged in a home folder is found, and made anew where that can be."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.admin.check import Finding, check
from bot.cli import main
from bot.services import Services
from bot.settings import Settings
from corpus.errors import UnreadableError
from corpus.storage.store import Store
from retrieval.errors import ModelError
from retrieval.reading.reader import Reader
from tests.support.models import FakeAttributor, FakeEncoder, FakeReaderModel
from tests.support.newsroom import ARTICLES, BEES, FUNICULAR, newsroom

PARTS = ["articles.db", "chats.db", "disk", "model", "reader", "vectors", "index"]


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "home"
    with newsroom(home, ARTICLES) as room:
        room.searcher.save()
        room.store.close()
    return home


class DamagedEncoder(FakeEncoder):
    """An encoder whose exported model is damaged until it is used."""

    def __init__(self):
        super().__init__()
        self.damaged = True

    def verify(self):
        if self.damaged:
            raise ModelError("models/f27 is damaged: openvino_model.bin is damaged")

    def encode(self, texts):
        self.damaged = False
        return super().encode(texts)


class DamagedReaderModel(FakeReaderModel):
    """A reader that is damaged, and stays so."""

    def verify(self):
        raise ModelError("models/reader-a3 is damaged: graph.bin is damaged")

    load = verify


def opened(home, encoder=None, *, model=None):
    archive = Services(Settings(home=home, reranker="none"))
    archive.encoder = encoder or FakeEncoder()
    archive.reader = Reader(model or FakeReaderModel(), limit_ms=1000)
    return archive


def faults(home, encoder=None, *, repair=False, model=None):
    """What is wrong, by part, and whether it was mended."""
    findings = list(check(opened(home, encoder, model=model), repair=repair))
    assert [one.part for one in findings] == PARTS[: len(findings)]
    return {one.part: (one.fault, one.mended) for one in findings if one.fault}


def change(home, statement, *values, database="articles.db"):
    with closing(sqlite3.connect(home / database)) as archive, archive:
        archive.execute(statement, values)


def test_a_sound_home_has_no_fault_and_neither_has_a_new_one(home, tmp_path):
    assert faults(home) == {}
    assert faults(tmp_path / "new") == {}


@pytest.mark.parametrize("fill", [np.nan, np.inf, 0, 1])
def test_vectors_that_are_none_are_found_and_made_anew(home, fill):
    vector = np.full(64, fill, np.float16).tobytes()
    change(home, "UPDATE passage SET embedding = ? WHERE article_id = ?", vector, BEES.id)
    found = ("damaged, or of length other than 1, in 1 articles", False)
    assert faults(home)["vectors"] == found
    assert faults(home, repair=True)["vectors"] == (found[0], True)
    assert faults(home) == {}
    store = Store.open(home)
    assert store.damaged() == []
    assert len(list(store.articles())) == 3


def test_vectors_of_another_model_are_found_and_made_anew(home):
    change(home, "UPDATE encoder SET fingerprint = 'older'")
    assert faults(home)["vectors"][0] == "made by another model in 3 articles"
    assert faults(home, repair=True)["vectors"][1]
    assert faults(home) == {}


def test_vectors_that_the_model_would_not_make_are_found_and_made_anew(home):
    other = np.eye(64, dtype=np.float16)[63].tobytes()
    change(home, "UPDATE passage SET embedding = ?", other)
    found = faults(home)["vectors"][0]
    assert found == "not what the model makes today, in 3 of 3 articles"
    assert faults(home, repair=True)["vectors"] == (found, True)
    assert faults(home) == {}


def test_articles_without_vectors_are_no_fault(home):
    change(home, "UPDATE encoder SET fingerprint = ''")
    change(home, "UPDATE passage SET embedding = x''")
    assert "vectors" not in faults(home)


def test_an_article_that_is_removed_while_it_is_looked_at_is_no_fault(home):
    archive = opened(home)
    embed = archive.encoder.embed

    def removing(passages):
        archive.store.remove(FUNICULAR.id)
        return embed(passages[:0])

    archive.encoder.embed = removing
    assert {one.part for one in check(archive) if one.fault} <= {"index"}


def test_an_article_that_cannot_be_embedded_anew_is_named(home):
    change(home, "UPDATE passage SET embedding = x'' WHERE article_id = ?", BEES.id)
    archive = opened(home)

    def refuse(_):
        raise UnreadableError("no model reads that")

    archive.encoder.embed = refuse
    (vectors,) = (one for one in check(archive, repair=True) if one.part == "vectors")
    assert vectors == Finding("vectors", f"{BEES.url}: no model reads that", mended=False)
    assert not vectors.sound


@pytest.mark.parametrize("name", ["vectors.npy", "manifest.json", "keys.npy"])
def test_a_damaged_index_is_found_and_made_anew(home, name):
    file = home / "index" / name
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert faults(home)["index"] == (f"{name} is damaged", False)
    assert faults(home, repair=True) == {"index": (f"{name} is damaged", True)}
    assert faults(home) == {}


def test_a_damaged_model_is_found_and_made_anew(home):
    assert faults(home, DamagedEncoder())["model"][0].startswith("models/f27 is damaged")
    assert faults(home, DamagedEncoder(), repair=True)["model"][1]


def test_what_cannot_be_made_anew_is_told(home):
    found = faults(home, model=DamagedReaderModel(), repair=True)
    assert found == {"reader": ("models/reader-a3 is damaged: graph.bin is damaged", False)}


def test_a_home_without_a_reader_has_none_to_look_at(home):
    archive = opened(home)
    archive.reader = None
    assert "reader" not in [one.part for one in check(archive)]


def test_of_a_damaged_archive_nothing_else_is_looked_at(home):
    content = bytearray((home / "articles.db").read_bytes())
    content[4096:8192] = b"\x55" * 4096
    (home / "articles.db").write_bytes(content)
    found = list(check(opened(home), repair=True))
    assert [one.part for one in found] == ["articles.db", "chats.db", "disk"]
    assert found[0].fault
    assert not found[0].sound


@pytest.mark.parametrize("name", ["articles.db", "chats.db"])
def test_a_file_that_is_no_database_is_told(home, name):
    for file in home.glob(f"{name}*"):
        file.unlink()
    (home / name).write_text("Dear diary, today the ferry sailed. " * 99)
    assert faults(home)[name] == ("file is not a database", False)


def test_an_archive_of_a_newer_byline_is_told(home):
    change(home, "UPDATE alembic_version SET version_num = 'articles_9999'")
    assert "written by a newer Byline" in faults(home)["articles.db"][0]


def test_rows_that_belong_to_nothing_are_told(home):
    change(home, "DELETE FROM article WHERE id = ?", BEES.id)
    assert "belong to nothing" in faults(home)["articles.db"][0]


def test_a_full_disk_is_told(home, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12_300_000))
    assert faults(home) == {"disk": ("12 MB are free, 200 MB are wanted", False)}


def test_the_command_prints_a_line_a_part_and_exits_with_1_where_something_is_wrong(
    home, monkeypatch
):
    monkeypatch.setattr("bot.services.Encoder", lambda *_, **__: FakeEncoder())
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    told = {"BYLINE_HOME": str(home), "BYLINE_RERANKER": "none"}

    def run(*arguments):
        return CliRunner().invoke(main.app, ["check", *arguments], env=told)

    done = run()
    assert done.exit_code == 0
    assert [line.split() for line in done.stdout.splitlines()] == [
        [part, "sound"] for part in PARTS if part != "reader"
    ]
    (home / "index" / "days.npy").write_bytes(b"")
    done = run("--json")
    assert done.exit_code == 1
    (line,) = done.stdout.splitlines()
    told_of = json.loads(line)
    assert not told_of["sound"]
    assert told_of["parts"][-1] == {
        "part": "index", "fault": "days.npy is damaged", "mended": False
    }  # fmt: skip
    done = run("--repair")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-1].split(maxsplit=1) == [
        "index", "mended: days.npy is damaged"
    ]  # fmt: skip
