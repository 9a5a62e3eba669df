"""The programs in `examples/` do what they say."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from tests.support.harbour import ARTICLES
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import write_lines

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "ask_a_folder.py"
OUTPUT = """\
6 articles from {folder}

Why was the bridge at Lissen closed?
  passages · answer · confidence {sure}
  The bridge at Lissen was closed on Monday after a diver found a crack in its third pier.
  “Crack closes bridge at Lissen” · The Light · 4 May 2026
  https://thelight.example/crack-closes-bridge-at-lissen#:~:text={fragment}

What did Varga say?
  people · answer · confidence 0.00
  ? Helena Varga
  ? Niko Varga

Which airline went bankrupt?
  passages · nothing · confidence {unsure}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    write_lines(folder / "harbour.jsonl", ARTICLES)
    (folder / "empty.txt").touch()
    return folder


@pytest.fixture
def without_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.search.make_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr("corpus.archive.Extractor", FakeAttributor)


def run(*arguments: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *map(str, arguments)])
    runpy.run_path(str(SCRIPT), run_name="__main__")


@pytest.mark.usefixtures("without_models")
def test_a_folder_is_asked_and_every_answer_is_printed_with_its_source(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    asked = ["Why was the bridge at Lissen closed?", "What did Varga say?"]
    run(folder, *asked, "Which airline went bankrupt?", monkeypatch=monkeypatch)
    printed = capsys.readouterr()

    fragment = printed.out.partition("#:~:text=")[2].partition("\n")[0]
    sure, unsure = (printed.out.split("confidence ")[n].split()[0] for n in (1, 3))
    assert printed.out == OUTPUT.format(folder=folder, sure=sure, unsure=unsure, fragment=fragment)
    assert float(sure) > 0.9
    assert float(unsure) < 0.1
    assert fragment.startswith("The%20bridge%20at%20Lissen%20was")
    assert printed.err == f"{folder / 'empty.txt'}: empty file\n"


@pytest.mark.usefixtures("without_models")
def test_articles_to_choose_from_and_a_timeline_are_printed_a_line_each(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    asked = "summary of the bridge at Lissen", "what happened with the bridge at Lissen?"
    run(folder, *asked, monkeypatch=monkeypatch)
    lines = capsys.readouterr().out.splitlines()

    assert {line for line in lines if line.startswith("  ? ")} == {
        "  ? Bridge at Lissen opens again",
        "  ? Crack closes bridge at Lissen",
        "  ? Bridge at Lissen to be repaired by autumn",
    }
    told = lines.index("  timeline · answer · confidence 1.00")
    assert lines[told + 1].startswith("  The bridge at Lissen opened again on Sunday")
    assert len(lines) - told > 4


@pytest.mark.usefixtures("without_models")
def test_what_was_made_of_a_folder_is_kept_beside_it_and_not_read_as_articles(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for source in (folder, folder / "harbour.jsonl"):
        run(source, "What did Okafor say?", monkeypatch=monkeypatch)
        assert capsys.readouterr().out.startswith(f"6 articles from {source}\n")
    assert (folder / ".byline" / "articles.db").exists()


@pytest.mark.usefixtures("without_models")
def test_a_folder_without_articles_has_nothing_to_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    run(tmp_path, "Who?", monkeypatch=monkeypatch)

    assert capsys.readouterr().out == f"0 articles from {tmp_path}\n\nWho?\n  nothing to search\n"
