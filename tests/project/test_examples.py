"""The programs in `examples/` do what they say."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from corpus import Archive
from corpus.crew.hand import Tools
from corpus.errors import Failure, ToolError
from corpus.ingest import ingest
from retrieval.errors import FingerprintError
from tests.support.crew import BreakingAttributor, BreakingEncoder
from tests.support.harbour import ARTICLES
from tests.support.models import FakeAttributor, FakeEncoder, story
from tests.support.newsroom import environment, write_lines

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "ask_a_folder.py"
BULK = ROOT / "examples" / "bulk_embed.py"
TOOLS = Tools(BreakingEncoder, BreakingAttributor())
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


@pytest.fixture(scope="module")
def bulk() -> ModuleType:
    """The job on Ray; without Ray, as long as nobody runs it there."""
    spec = spec_from_file_location("bulk_embed", BULK)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def worker(bulk) -> Iterator[object]:
    found = bulk.Worker(TOOLS)
    yield found
    found._crew.close()


def held(archive: Archive) -> tuple[object, ...]:
    store = archive.store
    articles, changes = list(store.articles()), store.changes()
    said = [store.attributions.of(one.id) for one in articles]
    return articles, changes.spans, changes.vectors.tobytes(), changes.fingerprints, said


def test_a_job_adds_what_is_added_without_it_whatever_is_ready_first(bulk, worker, tmp_path):
    stories = [story(n, f"“Ferry {n} left,” they say. It was late.") for n in range(150)]
    file = write_lines(tmp_path / "news.jsonl", [*stories, stories[5]])
    alone, archive = Archive.open(tmp_path / "alone"), Archive.open(tmp_path / "home")
    alone.add(file, embedder=BreakingEncoder(), attributor=BreakingAttributor())
    runs = []

    def run(rows):
        runs.append(len(rows))
        return map(worker, reversed(rows))

    tally = archive.add(file, preparer=bulk.Job(run, ahead=2))
    assert held(archive) == held(alone)
    assert (len(archive), tally.articles, tally.failures) == (150, 151, [])
    assert sum(runs) == 5
    assert len(runs) < 5
    assert archive.add(file, preparer=bulk.Job(run, ahead=2)).passages == 0
    assert sum(runs) == 5


def test_an_article_that_breaks_a_worker_costs_the_job_that_article(bulk, worker, tmp_path):
    archive = Archive.open(tmp_path)
    breaks = story(2, headline="It breaks")
    job = bulk.Job(lambda rows: map(worker, rows))
    found = [story(1), breaks, story(3)]
    tally = ingest(found, store=archive.store, embedder=BreakingEncoder(), preparer=job)
    assert tally.failures == [Failure(breaks.url, "what embeds it broke")]
    assert len(archive) == 2


def test_a_model_that_is_out_of_order_ends_the_job(bulk, worker, tmp_path):
    archive = Archive.open(tmp_path)
    job = bulk.Job(lambda rows: map(worker, rows))
    found = [story(1, headline="The model refuses")]
    with pytest.raises(ToolError, match="out of order"):
        ingest(found, store=archive.store, embedder=BreakingEncoder(), preparer=job)


def test_the_job_refuses_an_archive_of_another_model(bulk, tmp_path, monkeypatch):
    archive = Archive.open(tmp_path)
    monkeypatch.setattr(bulk, "make_encoder", lambda _: FakeEncoder("other"))
    assert bulk.choose_tools(archive).make_embedder().fingerprint == "other"
    ingest([story(1)], store=archive.store, embedder=FakeEncoder())
    with pytest.raises(FingerprintError):
        bulk.choose_tools(archive)


def test_the_job_says_what_became_of_the_articles(
    bulk, worker, folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(bulk, "choose_tools", lambda _: TOOLS)
    monkeypatch.setattr(bulk, "run_on_ray", lambda rows, _, workers: map(worker, rows * workers))
    monkeypatch.setattr(sys, "argv", ["bulk_embed.py", str(tmp_path / "home"), str(folder)])
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    bulk.main()
    printed = capsys.readouterr()
    assert printed.out.startswith("Articles: 6 added, 1 not read; ")
    assert printed.err == f"{folder / 'empty.txt'}: empty file\n"

    def refuse(_):
        raise FingerprintError(stored="one", wanted="another")

    monkeypatch.setattr(bulk, "choose_tools", refuse)
    with pytest.raises(SystemExit, match="the archive was indexed with one"):
        bulk.main()


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("ray"), reason="Ray is not installed: the extra `ray` has it")
def test_the_job_runs_on_ray(folder, tmp_path):
    home = tmp_path / "home"
    command = [sys.executable, str(BULK), str(home), str(folder / "harbour.jsonl")]
    done = subprocess.run(
        [*command, "--workers", "1"],
        capture_output=True,
        text=True,
        env=environment(home),
        check=False,
        timeout=300,
    )
    assert done.stdout.startswith("Articles: 6 added, 0 not read; "), done.stderr
    assert len(Archive.open(home)) == 6
    assert Archive.open(home).store.attributions.count() > 0
