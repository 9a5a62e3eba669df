"""The search engine is filled anew from the archive."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from bot.cli import main
from bot.settings import SettingsError
from retrieval.errors import EngineError
from retrieval.index.memory import MemoryEngine
from tests.support.models import FakeAttributor
from tests.support.newsroom import ARTICLES, without_a_model, write_lines


@pytest.fixture
def engine(tmp_path, monkeypatch):
    engine = MemoryEngine()
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setattr("bot.services.MilvusEngine", lambda *_, **__: engine)
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BYLINE_ENGINE", "milvus")
    monkeypatch.chdir(tmp_path)
    return engine


def run(*arguments):
    return CliRunner().invoke(main.app, arguments, catch_exceptions=False)


def test_an_engine_is_filled_by_adding_and_anew_by_reindexing(tmp_path, engine):
    assert run("add", str(write_lines(tmp_path / "news.jsonl", ARTICLES))).exit_code == 0
    held = engine.count()
    assert held > 0
    engine.delete(None)
    assert f"Sent to the engine: {held} passages" in run("reindex", "--engine").stdout
    assert engine.count() == held
    assert json.loads(run("reindex", "--engine", "--json").stdout) == {"sent": held}


def test_what_is_added_while_the_engine_is_down_waits(tmp_path, engine, monkeypatch):
    def fail(*_):
        raise EngineError("no Milvus at http://milvus:19530")

    monkeypatch.setattr(engine, "count", fail)
    monkeypatch.setattr(engine, "upsert", fail)
    done = run("add", str(write_lines(tmp_path / "news.jsonl", ARTICLES)))
    assert done.exit_code == 0
    assert "waits in the archive until it is back" in done.stderr
    monkeypatch.undo()


@pytest.mark.usefixtures("engine")
def test_memory_has_no_engine_to_fill(monkeypatch):
    monkeypatch.setenv("BYLINE_ENGINE", "memory")
    with pytest.raises(SettingsError, match="BYLINE_ENGINE=milvus"):
        run("reindex", "--engine")
