"""The commands that show who said what."""

# ruff: noqa: ARG001 - a test may need a home without looking into it

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

import corpus.attribution.attribute
from bot.cli import main
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.errors import CorpusError
from corpus.ingest import ingest
from corpus.storage.store import Store
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import BEES, BEES_QUESTION, said, without_a_model, write_lines

BRIDGE = Article(
    headline="The bridge stays shut",
    body=(
        "“The cables are worn,” said Ada Quay, the harbour master. She spoke on Monday.\n\n"
        "“Nobody asked us,” said Lin Moor. “The cables hold,” said Ada Quay."
    ),
    url="https://gazette.example/bridge",
    publisher="Wexmoor Gazette",
    published=datetime(2026, 3, 4, tzinfo=UTC),
    day_only=True,
)
FERRY = Article(
    headline="The ferry runs late",
    body="The ferry ran late again. The mayor admitted that the timetable was too tight.",
    url="https://gazette.example/ferry",
    published=datetime(2026, 3, 5, tzinfo=UTC),
)
ADMITTED = said(
    FERRY, "that the timetable was too tight", "The mayor", cue="admitted", kind=Kind.REPORTED
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setenv("BYLINE_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    encoder = FakeEncoder("fake all-MiniLM-L6-v2")
    attributor = FakeAttributor({FERRY.id: [ADMITTED]})
    articles = [BRIDGE, BEES, FERRY]
    ingest(articles, store=Store.open(home), embedder=encoder, attributor=attributor)
    return home


@pytest.fixture
def attribute(monkeypatch):
    def fake(body, **_):
        return FakeAttributor().attribute(Article(headline="x", body=body))

    monkeypatch.setattr(corpus.attribution.attribute, "attribute", fake, raising=False)


def run(*arguments, stdin=""):
    return CliRunner().invoke(main.app, arguments, input=stdin, catch_exceptions=False)


def told(*arguments, stdin=""):
    done = run(*arguments, "--json", stdin=stdin)
    return [json.loads(line) for line in done.stdout.splitlines()]


# quotes of what is given


@pytest.mark.usefixtures("attribute")
def test_quotes_are_told_in_the_form_that_programs_read():
    text = "“We sail  at dawn,” said Ada Quay, the harbour master."
    (line,) = told("quotes", stdin=json.dumps({"id": "a1", "text": text}) + "\n")
    assert line == {
        "id": "a1",
        "attributions": [
            {
                "quote": {"start": 1, "end": 18},
                "speaker": {"start": 25, "end": 33, "text": "Ada Quay"},
                "name": "Ada Quay",
                "role": "the harbour master",
                "cue": {"start": 20, "end": 24, "text": "said"},
                "kind": "direct",
                "confidence": 0.75,
            }
        ],
    }
    assert text[1:18] == "We sail  at dawn,"
    assert (text[20:24], text[25:33]) == ("said", "Ada Quay")


def test_a_quote_without_speaker_and_cue_has_none(monkeypatch):
    alone = Attribution((1, 9), Kind.MIXED, None, "", "", None, 0.123456)
    monkeypatch.setattr(
        corpus.attribution.attribute, "attribute", lambda *_, **__: [alone], raising=False
    )
    (line,) = told("quotes", stdin='{"id": 7, "text": "“Too late” was all."}')
    assert line["id"] == 7
    (found,) = line["attributions"]
    assert (found["speaker"], found["cue"], found["confidence"]) == (None, None, 0.1235)


@pytest.mark.usefixtures("attribute")
def test_any_form_that_add_reads_is_read_and_answered_in_its_order(tmp_path):
    written = write_lines(tmp_path / "news.jsonl", [BEES, BRIDGE]).read_text()
    bees, bridge = told("quotes", stdin=written)
    assert (bees["id"], bees["attributions"]) == (BEES.id, [])
    assert [found["name"] for found in bridge["attributions"]] == [
        "Ada Quay", "Lin Moor", "Ada Quay",
    ]  # fmt: skip
    assert bridge["id"] == BRIDGE.id
    listed = json.dumps([{"id": "x", "body": BRIDGE.body}])
    assert told("quotes", stdin=listed)[0]["attributions"] == bridge["attributions"]


@pytest.mark.usefixtures("attribute")
def test_a_bad_line_is_told_by_its_number_and_the_others_go_on():
    lines = ['{"id": 1, "text": "Nobody said a word."}', '{"id": 2,', "", '{"id": 4}', "[]"]
    done = run("quotes", "--json", stdin="\n".join([*lines, lines[0]]))
    assert done.exit_code == 2
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 1]
    errors = done.stderr.splitlines()
    assert [error.split(":")[:2] for error in errors] == [
        ["line", "2"], ["line", "4"], ["line", "5"],
    ]  # fmt: skip
    assert all(len(error) < 100 for error in errors)


def test_no_input_is_wrong_input():
    done = run("quotes", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "empty" in done.stderr


def test_quotes_of_input_without_a_language_model_says_what_to_do(monkeypatch, capsys):
    def missing(_, **__):
        raise CorpusError("no language model; pip install one")

    monkeypatch.setattr(corpus.attribution.attribute, "attribute", missing, raising=False)
    given = io.TextIOWrapper(io.BytesIO(b'{"text": "Nobody said a word."}'))
    monkeypatch.setattr(sys, "stdin", given)
    monkeypatch.setattr(sys, "argv", ["byline", "quotes", "--json"])
    with pytest.raises(SystemExit) as stopped:
        main.main()
    captured = capsys.readouterr()
    assert (stopped.value.code, captured.out) == (2, "")
    assert captured.err == "no language model; pip install one\n"


# quotes of what is stored


@pytest.mark.parametrize("name", [BRIDGE.id, BRIDGE.url, f"{BRIDGE.url}?utm_source=x"])
def test_the_speakers_of_a_stored_article_are_listed_and_what_each_said(home, name):
    done = run("quotes", name)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "The bridge stays shut",
        "    2  Ada Quay, the harbour master",
        "    1  Lin Moor",
        "",
        "Ada Quay, the harbour master · said",
        "  “The cables are worn,”",
        "",
        "Lin Moor · said",
        "  “Nobody asked us,”",
        "",
        "Ada Quay · said",
        "  “The cables hold,”",
    ]


def test_reported_speech_of_a_stored_article_is_called_that_and_not_quoted(home):
    shown = run("quotes", FERRY.id).stdout
    assert "The mayor · admitted · reported\n  that the timetable was too tight" in shown
    assert "“" not in shown


def test_an_article_that_quotes_nobody_says_so(home):
    assert "nobody is quoted" in run("quotes", BEES.id).stdout


def test_quotes_of_a_stored_article_are_told_to_programs_too(home):
    (line,) = told("quotes", FERRY.id)
    (found,) = line["attributions"]
    assert line["id"] == FERRY.id
    assert FERRY.body[found["quote"]["start"] : found["quote"]["end"]] == (
        "that the timetable was too tight"
    )
    assert found["kind"] == "indirect"


def test_quotes_of_an_article_stored_without_are_found_now_and_kept(home):
    talk = Article(headline="Talk", body="“We never asked,” said Lin Moor. Nobody did.")
    store = Store.open(home)
    ingest([talk], store=store, embedder=FakeEncoder("fake all-MiniLM-L6-v2"))
    assert "“We never asked,”" in run("quotes", talk.id).stdout
    assert [found.name for found in store.attributions.of(talk.id)] == ["Lin Moor"]


def test_quotes_of_an_article_that_is_not_there_is_wrong_input(home):
    done = run("quotes", "0123456789ab")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no article 0123456789ab" in done.stderr


# who


def test_who_answers_with_speaker_quotation_and_link(home):
    done = run("who", "What did Ada Quay say about the cables?")
    shown = " ".join(done.stdout.split())
    assert "Ada Quay, the harbour master" in shown
    assert "“The cables are worn,”" in shown
    assert "Nobody asked us" not in shown.partition("gazette.example/bridge#")[0]
    assert "https://gazette.example/bridge#:~:text=" in shown


def test_who_tells_programs_where_the_quotation_stands(home):
    (answer,) = told("who", "What did Ada Quay say about the cables?")
    assert answer["people"][0]["name"] == "Ada Quay"
    first = answer["quotations"][0]
    assert first["article"]["id"] == BRIDGE.id
    quote = BRIDGE.body[first["quote"]["start"] : first["quote"]["end"]]
    assert quote == first["words"]
    assert "cables" in quote
    assert quote in first["sentence"]["text"]
    assert answer["searched"] == 4


def test_who_says_that_nobody_said_it(home):
    done = run("who", "Who said “the moon is made of cheese”?")
    assert done.exit_code == 0
    assert "I searched 4 quotations" in done.stdout
    (answer,) = told("who", "Who said “the moon is made of cheese”?")
    assert answer["quotations"] == []


def test_who_answers_other_questions_with_a_passage(home):
    (answer,) = told("who", BEES_QUESTION)
    assert answer["hits"][0]["article"]["id"] == BEES.id


def test_who_says_what_is_not_known_yet_and_reindex_finds_it(home):
    talk = Article(headline="Talk", body="“We never asked,” said Lin Moor. Nobody did.")
    ingest([talk], store=Store.open(home), embedder=FakeEncoder("fake all-MiniLM-L6-v2"))
    done = run("who", "What did Lin Moor say?")
    assert "of 1 articles; run: byline reindex" in done.stderr
    assert "We never asked" not in done.stdout
    (counts,) = told("reindex")
    assert (counts["reindexed"], counts["attributed"]) == (0, 1)
    done = run("who", "What did Lin Moor say?")
    assert done.stderr == ""
    assert "We never asked" in done.stdout
