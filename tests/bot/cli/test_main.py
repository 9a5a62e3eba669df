"""The commands: what they take, print, and exit with."""

# ruff: noqa: ARG001 - a test may need a home without looking into it

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import structlog
import typer
from typer.testing import CliRunner

from bot.cli import main
from bot.settings import SettingsError
from corpus.article import Article
from corpus.errors import StoreError
from corpus.storage.store import Store
from retrieval.errors import EngineError
from retrieval.index.memory import MemoryEngine
from tests.support.channels import message, write_export
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import (
    ARTICLES,
    BEES,
    BEES_QUESTION,
    FUNICULAR,
    FUNICULAR_QUESTION,
    PASTED,
    ROOT,
    byline,
    command,
    environment,
    sample,
    without_a_model,
    write_lines,
)

COMMANDS = ("add", "migrate", "ask", "search", "parse", "chat", "bot", "run", "reindex", "stats",
            "remove", "export", "evaluate", "quotes", "who", "summary", "story",
            "backup", "restore", "feedback", "check",
            "follow", "unfollow", "feeds", "history")  # fmt: skip
QUESTIONS = ROOT / "tests" / "data" / "sample_questions.jsonl"
TOKEN = "123456789:AAE-abc_DEF"


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    for name in ("TELEGRAM_BOT_TOKEN", "BYLINE_TELEGRAM_BOT_TOKEN", "BYLINE_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def filled(home, tmp_path) -> Path:
    assert run("add", str(write_lines(tmp_path / "news.jsonl", ARTICLES))).exit_code == 0
    return home


def run(*arguments: str, stdin: str = ""):
    return CliRunner().invoke(main.app, arguments, input=stdin, catch_exceptions=False)


def told(*arguments: str, stdin: str = ""):
    """What a command prints as JSON, one value a line."""
    done = run(*arguments, "--json", stdin=stdin)
    return [json.loads(line) for line in done.stdout.splitlines()]


def fails(monkeypatch, capsys, *arguments: str) -> str:
    """Run a command that exits with 2; returns what it says on stderr."""
    monkeypatch.setattr(sys, "argv", ["byline", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main.main()
    assert stopped.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def stored(home: Path) -> list[Article]:
    return sorted(Store.open(home).articles(), key=lambda article: article.headline)


# add


def test_add_counts_what_it_did(home, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    file = write_lines(folder / "news.jsonl", ARTICLES)
    (folder / "note.txt").write_text("no")
    (first,) = told("add", str(folder))
    reason = first.pop("failures")
    assert first == {"added": 3, "updated": 0, "unchanged": 0, "failed": 1, "cut": []}
    assert reason == [{"where": str(folder / "note.txt"), "reason": reason[0]["reason"]}]
    (again,) = told("add", str(folder))
    assert (again["added"], again["unchanged"]) == (0, 3)
    write_lines(file, [replace(BEES, body=BEES.body + "\n\nIt pays in May."), *ARTICLES[::2]])
    (changed,) = told("add", str(folder))
    assert (changed["added"], changed["updated"], changed["unchanged"]) == (0, 1, 2)
    assert {article.body for article in stored(home)} > {BEES.body + "\n\nIt pays in May."}


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (StoreError("cannot write the archive: disk is full"), 2, "disk is full"),
    ],
)
@pytest.mark.parametrize("workers", ["1", "2"])
def test_add_that_is_stopped_says_so_and_goes_on(
    home, tmp_path, monkeypatch, error, status, told, workers
):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    file, real = write_lines(tmp_path / "news.jsonl", ARTICLES), Store.put

    def put(self, article, *given, **more):
        if article.headline == PASTED.headline:
            raise error
        return real(self, article, *given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put", put)
        stopped = run("add", str(file), "--workers", workers)
    assert stopped.exit_code == status
    assert told in stopped.stderr
    assert "Stopped. What is counted is stored" in stopped.stderr
    assert "Articles: 2 added" in stopped.stdout
    again = run("add", str(file))
    assert again.exit_code == 0
    assert "goes on where it was interrupted, after 2 articles" in again.stderr
    assert "Articles: 1 added, 0 updated, 0 unchanged" in again.stdout
    assert len(stored(home)) == 3
    once_more = run("add", str(file))
    assert (once_more.stderr, "3 unchanged" in once_more.stdout) == ("", True)


def test_several_processes_add_what_one_adds(home, tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    file = write_lines(tmp_path / "news.jsonl", ARTICLES)
    one = told("add", str(file))
    alone = [stored(home), Store.open(home).changes().vectors.tobytes()]
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "other"))
    assert told("add", str(file), "--workers", "2") == one
    other = tmp_path / "other"
    assert [stored(other), Store.open(other).changes().vectors.tobytes()] == alone
    (asked,) = told("ask", FUNICULAR_QUESTION)
    assert asked["searched"] == 3


def test_add_takes_no_more_processes_than_there_are_cores(home, monkeypatch, capsys):
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    said = fails(monkeypatch, capsys, "add", "news.jsonl", "--workers", "5")
    assert "--workers: is more than this machine has cores, 4" in said
    assert not home.exists()


def test_add_that_was_stopped_at_its_end_has_nothing_left_and_is_done(home, tmp_path, monkeypatch):
    file = write_lines(tmp_path / "news.jsonl", ARTICLES)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("bot.cli.add.unseed", interrupt)
        assert run("add", str(file)).exit_code == 130
    (told,) = [json.loads(line) for line in run("add", str(file), "--json").stdout.splitlines()]
    assert (told["added"], told["unchanged"]) == (0, 0)
    assert (home / "index" / "manifest.json").exists()
    assert "3 unchanged" in run("add", str(file)).stdout


def test_add_takes_an_exported_channel_and_lets_go_of_what_is_no_longer_in_it(home, tmp_path):
    texts = {n: f"Otters moved into cellar {n} of the lock keeper." for n in (1, 2, 3)}
    file = tmp_path / "result.json"
    file.write_bytes(write_export(*(message(n, text) for n, text in texts.items())))
    added = run("add", "--channel", "@TarnHerald", str(file))
    assert added.exit_code == 0
    assert "went" not in added.stderr
    assert [one.url for one in stored(home)] == [f"https://t.me/tarnherald/{n}" for n in texts]
    file.write_bytes(write_export(message(1, texts[1]), message(3, texts[3])))
    again = run("add", "--channel", "t.me/tarnherald", str(file))
    assert "1 posts went" in again.stderr
    assert [one.url for one in stored(home)] == [f"https://t.me/tarnherald/{n}" for n in (1, 3)]


def test_add_wants_a_channels_public_name(home, monkeypatch, capsys):
    assert "t.me/NAME" in fails(monkeypatch, capsys, "add", "--channel", "a b", "result.json")


def test_add_exits_with_0_where_anything_was_read_and_with_2_where_nothing_was(home, tmp_path):
    good, bad = write_lines(tmp_path / "good.jsonl", [BEES]), str(tmp_path / "missing.jsonl")
    assert run("add", bad).exit_code == 2
    assert run("add", bad, str(good)).exit_code == 0
    assert run("add", str(good), "--json").exit_code == 0
    assert run("add", "ftp://nowhere.example/").exit_code == 2


@pytest.mark.parametrize("place", ["~nobody-of-that-name/a", "x" * 5000, "http://[", "http://", ""])
def test_a_place_that_cannot_be_is_one_failure(home, place):
    done = run("add", place, "--json")
    assert done.exit_code == 2
    assert json.loads(done.stdout)["failed"] == 1


def test_the_index_is_kept_by_add(filled):
    assert (filled / "index" / "manifest.json").exists()


# ask and search


def test_ask_answers_with_quote_and_citation(filled):
    done = run("ask", FUNICULAR_QUESTION)
    assert "She collected 3,120 signatures on two summer weekends." in " ".join(done.stdout.split())
    assert "Wexmoor Gazette · Maria Keller, Tom Finch · 3 Mar 2026" in done.stdout
    assert done.exit_code == 0


def test_ask_tells_programs_where_the_answer_stands(filled):
    (answer,) = told("ask", BEES_QUESTION)
    assert answer["query"] == BEES_QUESTION
    first = answer["hits"][0]
    assert first["article"]["id"] == BEES.id
    assert BEES.body[first["start"] : first["end"]] == first["text"]
    assert "85 florins" in answer["marked"]["text"]


def test_ask_an_empty_archive_says_how_to_fill_it(home):
    done = run("ask", "Who won?")
    assert done.exit_code == 0
    assert "byline add FOLDER" in done.stdout
    assert told("ask", "Who won?") == [
        {
            "query": "Who won?", "verdict": "nothing", "confidence": 0.0, "searched": 0,
            "hits": [], "marked": None, "otherwise": None,
        }
    ]  # fmt: skip


def test_search_prints_an_object_a_question_in_the_order_asked(filled):
    lines = f"{BEES_QUESTION}\n\n   \n  {FUNICULAR_QUESTION}  \nzzyzx"
    first, second, third = told("search", "-k", "2", stdin=lines)
    assert [first["query"], second["query"], third["query"]] == [
        BEES_QUESTION,
        FUNICULAR_QUESTION,
        "zzyzx",
    ]
    assert [len(one["hits"]) for one in (first, second)] == [2, 2]
    assert first["verdict"] in ("answer", "closest", "nothing")
    assert 0 <= third["confidence"] <= first["confidence"] <= 1
    hit = first["hits"][0]
    assert set(hit) >= {"rank", "score", "article", "start", "end", "text"}
    assert set(hit["article"]) == {"id", "url", "headline", "publisher", "authors", "published"}
    assert [one["rank"] for one in first["hits"]] == [1, 2]
    assert first["hits"][0]["score"] >= first["hits"][1]["score"]


def test_search_prints_lines_for_people(filled):
    done = run("search", "-k", "1", stdin=f"{BEES_QUESTION}\n")
    assert done.stdout.splitlines()[1].endswith(BEES.headline)


def test_search_without_questions_prints_nothing(filled):
    assert run("search", stdin="").stdout == ""


# evaluate


@pytest.fixture
def sampled(home) -> Path:
    assert run("run", stdin="").exit_code == 0
    return home


def test_evaluate_scores_the_questions_about_the_sample(sampled):
    (done,) = told("evaluate", str(QUESTIONS))
    assert (done["level"], done["articles"], done["missing"]) == ("passage", 52, [])
    summary = done["summary"]
    assert (summary["answerable"], summary["unanswerable"]) == (20, 6)
    cases = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    asked = "\n".join(case["question"] for case in cases)
    firsts = [one["hits"][0] for one in told("search", "-k", "1", stdin=asked)]
    right = [
        hit["article"]["url"] == answer["article"] and answer["text"] in hit["text"]
        for case, hit in zip(cases, firsts, strict=True)
        for answer in case["answers"]
    ]
    assert summary["figures"]["hits@1"] == sum(right) / 20 > 0.3
    assert len(done["questions"]) == 26
    printed = run("evaluate", str(QUESTIONS)).stdout
    assert "20 questions that the archive should answer, 6 that it should not" in printed
    (line,) = [line for line in printed.splitlines() if "hits@1 " in line]
    assert line.split() == ["hits@1", f"{summary['figures']['hits@1']:.3f}"]


def test_evaluate_says_whether_a_change_helped(sampled, tmp_path, monkeypatch):
    before = tmp_path / "before.json"
    before.write_text(run("evaluate", str(QUESTIONS), "--json").stdout)
    (same,) = told("evaluate", str(QUESTIONS), "--against", str(before))
    assert {one["p"] for one in same["differences"]} == {1.0}
    worse = without_a_model("worse")
    monkeypatch.setattr(worse, "encode", lambda texts: np.ones((len(texts), 64), np.float32) / 8)
    monkeypatch.setattr("bot.services.Encoder", lambda *_, **__: worse)
    run("reindex")
    (other,) = told("evaluate", str(QUESTIONS), "--against", str(before))
    printed = run("evaluate", str(QUESTIONS), "--against", str(before)).stdout
    change = {one["figure"]: one for one in other["differences"]}["abstained"]
    assert change["before"] == same["summary"]["abstained"]
    assert change["after"] == other["summary"]["abstained"]
    (line,) = [line for line in printed.splitlines() if line.strip().startswith("abstained")]
    assert line.split()[1:3] == [f"{change['before']:.3f}", f"{change['after']:.3f}"]
    assert line.split()[-1] == f"{change['p']:.4f}"
    assert "Before: fake all-MiniLM-L6-v2\nAfter:  fake worse\n" in printed


def test_evaluate_reads_judgments_and_tells_what_they_miss(filled, tmp_path):
    queries, qrels = tmp_path / "queries.jsonl", tmp_path / "qrels.tsv"
    asked = {"bees": BEES_QUESTION, "rail": FUNICULAR_QUESTION, "none": "Who?"}
    lines = [json.dumps({"_id": name, "text": text}) for name, text in asked.items()]
    queries.write_text("\n".join(lines))
    qrels.write_text(f"bees 0 {BEES.url} 1\nrail 0 {FUNICULAR.headline} 1\nrail 0 lost 1\n")
    (done,) = told("evaluate", str(queries), "--qrels", str(qrels))
    assert (done["level"], done["missing"], done["unjudged"]) == ("article", ["lost"], 1)
    assert [one["figures"]["recall@10"] for one in done["questions"]] == [1.0, 0.5]
    printed = run("evaluate", str(queries), "--qrels", str(qrels)).stdout
    assert "Not in the archive, so never found: 1 expected, as lost" in printed
    assert "Left out: 1 questions that no judgment names" in printed
    assert "abstained" not in printed


def test_evaluate_refuses_bad_lines_and_prints_nothing(filled, tmp_path, monkeypatch, capsys):
    bad, good = tmp_path / "bad.jsonl", tmp_path / "good.jsonl"
    good.write_text('{"question": "Who?", "answers": []}\n')
    bad.write_text(good.read_text() + '{"question": "Who?"}\n')
    said = fails(monkeypatch, capsys, "evaluate", str(bad))
    assert said.startswith(f"{bad}:2: answers: Field required; expected ")
    assert len(said.splitlines()) == 1
    for option in ("--qrels", "--against"):
        said = fails(monkeypatch, capsys, "evaluate", str(good), option, str(bad))
        assert len(said.splitlines()) == 1
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "empty"))
    assert "byline add" in fails(monkeypatch, capsys, "evaluate", str(good))


# parse


def test_parse_shows_a_file_a_line_and_stores_nothing(home, tmp_path):
    (tmp_path / "deep").mkdir()
    page = tmp_path / "deep" / "page.html"
    page.write_text(
        "<html><head><title>Ferry late</title></head><body><article><h1>Ferry late again</h1>"
        "<p>The ferry to Hollin was late for the ninth time in a month, its owner said.</p>"
        "</article></body></html>"
    )
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\x00\x01")
    read, failed, missing = told("parse", str(page), str(bad), str(tmp_path / "none.txt"))
    assert read["file"] == "page.html"
    assert read["headline"] == "Ferry late again"
    assert read["body"].startswith("The ferry to Hollin was late")
    assert {"url", "authors", "publisher", "published", "section"} <= set(read)
    assert failed == {"file": "bad.txt", "error": "not text: it holds null bytes"}
    assert missing["file"] == "none.txt"
    assert not home.exists()


def test_parse_exits_with_2_where_nothing_could_be_read(home, tmp_path):
    assert run("parse", str(tmp_path / "none.txt")).exit_code == 2
    good = write_lines(tmp_path / "good.jsonl", [BEES])
    done = run("parse", str(good))
    assert done.exit_code == 0
    assert BEES.headline in done.stdout


# run and chat


def test_run_talks_about_the_sample_until_own_articles_come(home, tmp_path):
    done = run("run", stdin="/latest\n/quit\n")
    assert "The newest of 52 articles" in done.stdout
    assert "TELEGRAM_BOT_TOKEN is not set" in done.stderr
    assert "TELEGRAM" not in done.stdout
    added = run("add", str(write_lines(tmp_path / "own.jsonl", ARTICLES)))
    assert "sample made room" in added.stderr
    assert len(stored(home)) == 3
    assert "The newest of 3 articles" in run("run", stdin="/latest\n").stdout


def test_run_keeps_the_sample_where_nothing_of_ones_own_could_be_read(home, tmp_path):
    run("run")
    run("add", str(tmp_path / "missing"))
    assert len(stored(home)) == len(sample())


def test_chat_answers_and_ends_with_the_input(filled):
    done = run("chat", stdin=f"{FUNICULAR_QUESTION}\n1\n")
    assert done.exit_code == 0
    assert "3,120" in done.stdout
    assert f"{FUNICULAR.url}#:~:text=" in done.stdout


@pytest.mark.parametrize("name", ["bot", "run"])
def test_with_a_token_telegram_is_served(filled, monkeypatch, name):
    served = []
    monkeypatch.setattr(
        "bot.telegram.app.run", lambda *given, archive: served.append((*given, archive))
    )
    monkeypatch.setattr("bot.logs.configure", lambda *_, secrets: served.append(secrets))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BYLINE_WEBHOOK_SECRET", "s3cret")
    assert run(name).exit_code == 0
    secrets, (settings, conversation, state, archive) = served
    assert secrets == [TOKEN, "s3cret"]
    assert settings.home == archive.home == filled
    assert conversation.ask.__self__ is conversation
    state.close()


# stats, remove, export, reindex


def test_stats_say_what_there_is(filled):
    (numbers,) = told("stats")
    assert numbers == {
        "home": str(filled), "articles": 3, "publishers": 1, "passages": 3,
        "newest": "3 Mar 2026", "model": "fake all-MiniLM-L6-v2",
        "runtime": "counted words", "reranker": None,
    }  # fmt: skip
    assert "articles    3\n" in run("stats").stdout


def test_stats_of_an_empty_archive(home):
    assert told("stats")[0]["articles"] == 0
    assert "newest      -\n" in run("stats").stdout


@pytest.mark.parametrize(
    "name", [BEES.id, BEES.url, "HTTPS://GAZETTE.example:443/bees?utm_source=x#top"]
)
def test_an_article_is_removed_by_id_or_by_any_spelling_of_its_address(filled, name):
    assert run("remove", name).exit_code == 0
    assert BEES.id not in {article.id for article in stored(filled)}
    assert told("search", stdin=BEES_QUESTION)[0]["searched"] == 2


@pytest.mark.parametrize("name", ["nothing", "https://gazette.example/none", "http://[bad", "://"])
def test_removing_what_is_not_there_exits_with_2(filled, monkeypatch, capsys, name):
    said = fails(monkeypatch, capsys, "remove", name)
    assert said.startswith(f"there is no article {name}; ")
    assert len(said.splitlines()) == 1


def test_an_export_fills_another_home_with_equal_articles(filled, tmp_path, monkeypatch):
    done = run("export", str(tmp_path / "backup.jsonl"))
    assert done.stdout == f"Wrote 3 articles to {tmp_path / 'backup.jsonl'}\n"
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "other"))
    (counts,) = told("add", str(tmp_path / "backup.jsonl"))
    assert counts["added"] == 3
    assert stored(tmp_path / "other") == stored(filled)
    assert stored(filled) == sorted(ARTICLES, key=lambda article: article.headline)


@pytest.mark.parametrize("place", ["", "missing/backup.jsonl"])
def test_an_export_that_cannot_be_written_exits_with_2_and_leaves_nothing(
    filled, tmp_path, monkeypatch, capsys, place
):
    (tmp_path / "out").mkdir()
    said = fails(monkeypatch, capsys, "export", str(tmp_path / "out" / place))
    assert said.startswith("cannot write ")
    assert len(said.splitlines()) == 1
    assert list(tmp_path.glob("*.part")) == []


def test_another_model_is_refused_until_reindex(filled, monkeypatch, capsys):
    monkeypatch.setenv("BYLINE_MODEL", "another")
    for arguments in (("ask", "x"), ("add", "news.jsonl"), ("search",), ("stats",)):
        said = fails(monkeypatch, capsys, *arguments)
        assert "byline reindex" in said
        assert len(said.splitlines()) == 1
    (counts,) = told("reindex")
    assert (counts["reindexed"], counts["attributed"]) == (3, 0)
    assert told("ask", BEES_QUESTION)[0]["hits"][0]["article"]["id"] == BEES.id
    (again,) = told("reindex")
    assert again["reindexed"] == 0
    assert run("reindex").stdout.startswith("Embedded anew: 0 passages")


def test_reindex_does_everything_anew_where_that_is_asked_for(filled):
    before = Store.open(filled).revision()
    (counts,) = told("reindex", "--all")
    assert (counts["reindexed"], counts["attributed"], counts["failures"]) == (3, 3, [])
    assert Store.open(filled).revision() > before


def test_an_article_that_cannot_be_embedded_anew_is_told(filled, monkeypatch):
    class Helpless(FakeEncoder):
        def embed(self, passages):
            if any(article == BEES for article, _ in passages):
                raise ValueError("too many bees")
            return super().embed(passages)

    monkeypatch.setattr("bot.services.Encoder", lambda *_, **__: Helpless("fake all-MiniLM-L6-v2"))
    done = run("reindex", "--all")
    assert done.stdout.startswith(f"Not embedded: {BEES.url}: a fault of ours, please report it")
    assert "passages of 2 articles" in done.stdout


# What all commands share


def test_the_commands_are_the_ones_documented():
    assert set(typer.main.get_command(main.app).commands) == set(COMMANDS)


def test_help_lists_every_command_with_an_example():
    done = run("--help")
    assert done.exit_code == 0
    assert "Example: byline" in done.stdout
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name):
    done = run(name, "--help")
    assert done.exit_code == 0
    assert "Example: " in done.stdout
    assert f"byline {name}" in done.stdout.split("Example: ")[1]


@pytest.mark.parametrize(
    "wrong",
    [
        ("nonsense",),
        ("add",),
        ("ask",),
        ("ask", "two", "questions"),
        ("search", "-k", "0"),
        ("search", "-k", "many"),
        ("search", "-k", "1001"),
        ("parse",),
        ("evaluate",),
        ("remove",),
        ("export",),
        ("stats", "--yaml"),
        ("who",),
        ("quotes", "two", "articles"),
    ],
)
def test_wrong_input_exits_with_2_and_says_what_is_wrong(home, wrong):
    done = run(*wrong)
    assert done.exit_code == 2
    assert "Error" in done.stderr
    assert done.stdout == ""
    assert not home.exists()


def test_what_is_logged_is_not_among_the_results(monkeypatch, capsys):
    monkeypatch.setattr(main, "app", lambda: structlog.get_logger().warning("no model"))
    main.main()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no model" in captured.err


def test_a_bot_without_a_token_is_told_where_to_get_one(home, monkeypatch, capsys):
    said = fails(monkeypatch, capsys, "bot")
    assert "@BotFather" in said
    assert "byline chat" in said
    assert len(said.splitlines()) == 1


def test_bad_settings_are_all_reported_together(home, monkeypatch, capsys):
    monkeypatch.setenv("BYLINE_RUNTIME", "tpu")
    monkeypatch.setenv("BYLINE_WEBHOOK_PORT", "0")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "guess")
    for arguments in (("stats",), ("run",), ("add", "x")):
        said = fails(monkeypatch, capsys, *arguments)
        assert [line.partition(":")[0] for line in said.splitlines()] == [
            "TELEGRAM_BOT_TOKEN", "BYLINE_WEBHOOK_PORT", "BYLINE_RUNTIME",
        ]  # fmt: skip
        assert "guess" not in said


def test_a_home_that_cannot_be_opened_exits_with_2(home, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "file"))
    said = fails(monkeypatch, capsys, "stats")
    assert "choose another BYLINE_HOME" in said
    assert len(said.splitlines()) == 1


# As processes


def test_results_go_to_stdout_and_all_else_to_stderr(tmp_path):
    home, file = tmp_path / "home", write_lines(tmp_path / "news.jsonl", ARTICLES)
    added = byline(home, "add", str(file), "missing.txt", "--json")
    assert added.returncode == 0
    assert json.loads(added.stdout)["added"] == 3
    asked = byline(home, "ask", FUNICULAR_QUESTION, "--json")
    assert json.loads(asked.stdout)["query"] == FUNICULAR_QUESTION
    wrong = byline(home, "remove", "nothing")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1


def test_what_is_no_utf8_ends_no_command(tmp_path):
    home, folder = tmp_path / "home", tmp_path / "folder"
    folder.mkdir()
    write_lines(folder / "news.jsonl", ARTICLES)
    Path(bytes(folder).decode(), b"caf\xe9.txt".decode(errors="surrogateescape")).write_bytes(b"")
    for as_json in ((), ("--json",)):
        added = byline(home, "add", str(folder), *as_json, LC_ALL="C.UTF-8")
        assert (added.returncode, added.stderr) == (0, "")
    strict = {"PYTHONIOENCODING": "utf-8:strict"}
    found = byline(home, "search", "--json", stdin=b"caf\xe9 \xff\nbees\n", **strict)
    assert [json.loads(line)["query"] for line in found.stdout.splitlines()] == [
        "caf\ufffd \ufffd",
        "bees",
    ]
    asked = byline(home, "ask", b"caf\xe9".decode(errors="surrogateescape"), "--json", **strict)
    assert (asked.returncode, asked.stderr) == (0, "")


def test_an_answer_comes_at_once_and_not_at_the_end_of_the_input(tmp_path):
    home = tmp_path / "home"
    byline(home, "add", str(write_lines(tmp_path / "news.jsonl", ARTICLES)))
    with subprocess.Popen(
        command("search", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(home),
        cwd=tmp_path,
    ) as searching:
        assert searching.stdin
        assert searching.stdout
        for question in (BEES_QUESTION, FUNICULAR_QUESTION):
            searching.stdin.write(f"{question}\n".encode())
            searching.stdin.flush()
            assert json.loads(searching.stdout.readline())["query"] == question


def test_a_reader_of_the_output_who_has_seen_enough_is_no_fault(tmp_path):
    home = tmp_path / "home"
    byline(home, "add", str(write_lines(tmp_path / "news.jsonl", ARTICLES)))
    with subprocess.Popen(
        command("search", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(home),
        cwd=tmp_path,
    ) as searching:
        assert searching.stdout
        searching.stdout.close()
        _, said = searching.communicate(b"bees\n" * 20)
    assert b"Traceback" not in said
    assert b"Exception" not in said


def test_the_pasted_article_has_an_id_that_remove_takes(filled):
    assert run("remove", PASTED.id).stdout == f"Removed {PASTED.id}\n"


def test_commands_load_nothing_that_only_adding_needs():
    slow = ("trafilatura", "spacy", "torch", "transformers", "alembic")
    code = f"import sys, bot.cli.main; print([name for name in {slow} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert shown.stdout == "[]\n"


@pytest.fixture
def engine(home, monkeypatch):
    """An engine that is set, and lies in memory."""
    engine = MemoryEngine()
    monkeypatch.setattr("bot.services.MilvusEngine", lambda *_, **__: engine)
    monkeypatch.setenv("BYLINE_ENGINE", "milvus")
    return engine


def test_an_engine_is_filled_by_adding_and_anew_by_reindexing(tmp_path, engine):
    assert run("add", str(write_lines(tmp_path / "news.jsonl", ARTICLES))).exit_code == 0
    held = engine.count()
    assert held > 0
    engine.delete(None)
    assert f"Sent to the engine: {held} passages" in run("reindex", "--engine").stdout
    assert engine.count() == held
    assert told("reindex", "--engine") == [{"sent": held}]


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
