"""What the commands print."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.cli import output
from corpus.article import Article
from corpus.errors import Failure
from corpus.ingest import Tally
from corpus.storage.store import Change
from retrieval.disagreement.newest import Otherwise, Settled
from retrieval.results import Hit, Result, Verdict
from tests.support.newsroom import BEES, BEES_QUESTION, FUNICULAR, PASTED, newsroom


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path) as opened:
        yield opened


def answered(room, verdict: Verdict) -> tuple[Result, Settled]:
    room.searcher.told = verdict
    result = room.searcher.search(BEES_QUESTION)
    first = result.hits[0]
    chosen = room.searcher.excerpt(BEES_QUESTION, first.article, first.passage)
    return result, room.searcher.prefer_newest(result, chosen)


def test_an_answer_is_printed_with_quote_and_citation(room, capsys):
    output.show_answer(*answered(room, Verdict.ANSWER), as_json=False)
    printed = " ".join(capsys.readouterr().out.split())
    assert "The ministry will pay 85 florins for every lost hive" in printed
    assert f"{BEES.headline} Wexmoor Gazette · 2 Mar 2026" in printed
    assert "Closest" not in printed


def test_an_unsure_answer_says_so(room, capsys):
    output.show_answer(*answered(room, Verdict.CLOSEST), as_json=False)
    assert capsys.readouterr().out.startswith("❔ Not sure. The closest I found")


def test_nothing_is_printed_as_nothing_and_never_as_a_passage(room, capsys):
    output.show_answer(*answered(room, Verdict.NOTHING), as_json=False)
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.startswith("I searched 3 articles")
    assert "florins" not in printed


def test_an_empty_archive_is_said_to_be_empty(capsys):
    output.show_answer(Result("q", Verdict.NOTHING, 0.0, (), 0), None, as_json=False)
    assert capsys.readouterr().out.startswith("The archive is empty.")


def test_json_says_where_the_answer_stands_in_the_passage(room, capsys):
    output.show_answer(*answered(room, Verdict.ANSWER), as_json=True)
    told = json.loads(capsys.readouterr().out)
    marked = told["marked"]
    assert BEES.body[marked["start"] : marked["end"]] == marked["text"]
    assert "85 florins" in marked["text"]
    assert marked["link"].startswith(f"{BEES.url}#:~:text=")


def test_json_of_nothing_marks_nothing(capsys):
    output.show_answer(Result("q", Verdict.NOTHING, 0.0, (), 3), None, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "query": "q", "verdict": "nothing", "confidence": 0.0, "searched": 3, "hits": [],
        "marked": None, "otherwise": None,
    }  # fmt: skip


def test_what_another_article_says_otherwise_is_printed_below_with_its_address(room, capsys):
    result, settled = answered(room, Verdict.ANSWER)
    other = Otherwise(FUNICULAR, (0, 30), is_newer=False)
    output.show_answer(result, replace(settled, otherwise=other), as_json=False)
    printed = " ".join(capsys.readouterr().out.split())
    below = printed.partition("said otherwise: ")[2]
    assert below.startswith(FUNICULAR.headline)
    assert FUNICULAR.url in below


def test_json_says_what_another_article_says_otherwise(room, capsys):
    result, settled = answered(room, Verdict.ANSWER)
    other = Otherwise(FUNICULAR, (0, 30), is_newer=True)
    output.show_answer(result, replace(settled, otherwise=other), as_json=True)
    told = json.loads(capsys.readouterr().out)["otherwise"]
    assert told["article"]["id"] == FUNICULAR.id
    assert (told["newer"], told["start"], told["end"]) == (True, 0, 30)
    assert told["text"] == FUNICULAR.body[:30]
    assert told["link"].startswith(f"{FUNICULAR.url}#:~:text=")


def test_a_hit_in_json_is_a_slice_of_its_article(room, capsys):
    result, _ = answered(room, Verdict.ANSWER)
    output.show_hits(result, as_json=True)
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert [hit["rank"] for hit in told["hits"]] == [1, 2, 3]
    bodies = {article.id: article.body for article in (BEES, FUNICULAR, PASTED)}
    for hit in told["hits"]:
        assert bodies[hit["article"]["id"]][hit["start"] : hit["end"]] == hit["text"]
    assert told["hits"][0]["article"] == {
        "id": BEES.id,
        "url": BEES.url,
        "headline": BEES.headline,
        "publisher": "Wexmoor Gazette",
        "authors": [],
        "published": "2026-03-02",
    }


def test_copies_are_listed_with_their_hit(room, capsys):
    result, _ = answered(room, Verdict.ANSWER)
    hit = result.hits[0]
    twice = Hit(hit.article, hit.passage, hit.score, copies=(PASTED,))
    output.show_hits(Result("q", Verdict.ANSWER, 0.9, (twice,), 3), as_json=True)
    (told,) = json.loads(capsys.readouterr().out)["hits"]
    assert [copy["id"] for copy in told["copies"]] == [PASTED.id]


def test_people_get_a_line_a_hit(room, capsys):
    result, _ = answered(room, Verdict.CLOSEST)
    output.show_hits(result, as_json=False)
    first, *hits = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{BEES_QUESTION}: closest (")
    assert len(hits) == 3
    assert hits[0].startswith("  1. ")
    assert hits[0].endswith(BEES.headline)


def tally(failures: int) -> Tally:
    counted = Tally()
    for number in range(failures):
        counted.fail(Failure(f"f{number}", "no text"))
    counted.changes[Change.ADDED] = 1234
    return counted


def test_of_very_many_failures_it_is_said_how_many_json_lists(capsys):
    output.show_tally(tally(1005), as_json=False)
    printed = capsys.readouterr().out.splitlines()
    assert printed[20] == "… and 985 more; --json lists the first 1,000"
    assert printed[21].endswith(", 1,005 not read")


def test_only_the_first_failures_are_listed_for_people_and_all_in_json(capsys):
    output.show_tally(tally(25), as_json=False)
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "Not read: f0: no text"
    assert printed[20] == "… and 5 more; --json lists them all"
    assert printed[21] == "Articles: 1,234 added, 0 updated, 0 unchanged, 25 not read"
    output.show_tally(tally(25), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["failed"], len(told["failures"])) == (1234, 25, 25)
    assert told["failures"][24] == {"where": "f24", "reason": "no text"}


def test_articles_that_were_read_in_part_are_named(capsys):
    counted = tally(0)
    counted.cut = [PASTED, replace(PASTED, url="https://news.example/long")]
    output.show_tally(counted, as_json=False)
    what = "who said what was looked for in its first 100,000 characters"
    assert capsys.readouterr().out.splitlines()[:2] == [
        f"Read in part: {PASTED.headline}: {what}",
        f"Read in part: https://news.example/long: {what}",
    ]
    output.show_tally(counted, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["cut"] == [PASTED.id, "https://news.example/long"]


def test_a_files_name_cannot_drive_the_terminal(capsys):
    evil = Failure("a\x1b]0;owned\x07\x9b31m\nb[red]", "no text")
    output.show_tally(Tally(failures=[evil]), as_json=False)
    printed = capsys.readouterr().out
    assert not {"\x1b", "\x07", "\x9b"} & set(printed)
    assert "b[red]" in printed


def test_what_was_parsed_is_printed_with_every_paragraph(tmp_path, capsys):
    output.show_parsed(tmp_path / "a.txt", FUNICULAR, as_json=False)
    printed = capsys.readouterr().out
    assert printed.startswith(f"a.txt: {FUNICULAR.headline}\n")
    assert "  Wexmoor Gazette · Maria Keller, Tom Finch · 3 Mar 2026\n" in printed
    for paragraph in FUNICULAR.body.split("\n\n"):
        assert f"  {paragraph}\n" in printed
    output.show_parsed(tmp_path / "b.txt", Failure("b.txt", "no text"), as_json=False)
    assert capsys.readouterr().out == "Not read: b.txt: no text\n"


def test_what_was_parsed_is_told_in_json_under_the_files_base_name(tmp_path, capsys):
    output.show_parsed(tmp_path / "a.txt", FUNICULAR, as_json=True)
    output.show_parsed(tmp_path / "b.txt", Failure("b.txt", "no text"), as_json=True)
    read, failed = map(json.loads, capsys.readouterr().out.splitlines())
    assert read["file"] == "a.txt"
    assert read["body"] == FUNICULAR.body
    assert read["authors"] == ["Maria Keller", "Tom Finch"]
    assert failed == {"file": "b.txt", "error": "no text"}


def test_letters_of_every_script_stay_as_they_are(capsys):
    article = Article("Ναυτικό 新闻", "नमस्ते दुनिया, यह परीक्षण है। مرحبا بالعالم.")
    output.show_hits(Result(article.body, Verdict.NOTHING, 0.0, (), 0), as_json=False)
    assert article.body in capsys.readouterr().out
