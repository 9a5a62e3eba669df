"""The commands that sum up an article, and that tell a story."""

# ruff: noqa: ARG001 - a test may need a home without looking into it

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot.cli import main
from corpus.ingest import ingest
from corpus.nlp.segment import split_sentences
from corpus.storage.store import Store
from corpus.text import squeeze
from retrieval.extraction.key_facts import Facts
from retrieval.extraction.summary import Summary
from retrieval.period import Period
from retrieval.search import Searcher
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import BEES, COPY, FUNICULAR, PASTED, without_a_model, write_lines

TODAY = datetime.now(UTC).date()
PIECES = (
    "The ferry left. ", "“Nobody waved,” said Ada Quay. ", "Pier 7 is shut! ", "fer\u00adry ",
    "Mr. Moor ", "caf\u00e9", " ", "  ", "\t", "\n", "\r\n", "\n\n", "\u00a0", "\u2028", "\u200b",
    "\ufeff", "\u200d", "\x00", "\x1c", ".", "?", "”",
)  # fmt: skip


@pytest.fixture
def home(tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setenv("BYLINE_HOME", str(home))
    monkeypatch.setattr("bot.cli.output_summaries.find_facts", lambda *_, **__: Facts())
    monkeypatch.chdir(tmp_path)
    encoder = FakeEncoder("fake all-MiniLM-L6-v2")
    articles = [FUNICULAR, BEES, PASTED]
    ingest(articles, store=Store.open(home), embedder=encoder, attributor=FakeAttributor())
    return home


@pytest.fixture
def tell(home, monkeypatch):
    """Say what the search is to find; returns what it was asked."""
    asked = []

    def prepare(story):
        def fake(_, topic, **limits):
            asked.append((topic, limits))
            return story

        monkeypatch.setattr(Searcher, "story", fake)
        return asked

    return prepare


def run(*arguments, stdin=""):
    return CliRunner().invoke(main.app, arguments, input=stdin, catch_exceptions=False)


def told(*arguments, stdin=""):
    done = run(*arguments, "--json", stdin=stdin)
    return [json.loads(line) for line in done.stdout.splitlines()]


def all_of(article, *, count):
    """Sum up an article in all of its sentences."""
    return Summary(article, tuple(split_sentences(article.body)))


def line(article, words, *copies):
    start = article.body.index(words)
    return Entry(article, (start, start + len(words)), copies)


# summaries of what is given


def test_a_summary_is_told_in_the_form_that_programs_read():
    text = "The  bridge is shut.\nNobody knows why. A bus replaces it. It is slow."
    (found,) = told("summary", stdin=json.dumps({"id": "a1", "title": "", "article": text}))
    assert list(found) == ["id", "sentences", "spans"]
    assert found["id"] == "a1"
    assert found["sentences"] == [text[start:end] for start, end in found["spans"]]
    assert found["sentences"][0] == "The  bridge is shut."


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.integers(1, 20))
def test_every_sentence_is_a_slice_of_the_text_whatever_white_space_it_has(text, count):
    text = f"{text} The warden has the key."
    (found,) = told("summary", f"--sentences={count}", stdin=json.dumps({"id": 1, "text": text}))
    assert found["sentences"]
    assert found["sentences"] == [text[start:end] for start, end in found["spans"]]
    assert all(squeeze(sentence) for sentence in found["sentences"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_no_sentence_of_an_article_without_a_title_is_lost(text):
    text = f"{text} The warden has the key."
    record = json.dumps({"id": 1, "title": "", "article": text})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.cli.summarise.summarize", all_of)
        (found,) = told("summary", stdin=record)
    assert _unspaced("".join(found["sentences"])) == _unspaced(text)


def _unspaced(text):
    return squeeze(text).replace(" ", "")


def test_any_form_that_add_reads_is_read_and_answered_in_its_order(tmp_path):
    written = write_lines(tmp_path / "news.jsonl", [BEES, FUNICULAR]).read_text()
    bees, funicular = told("summary", "--sentences=1", stdin=written)
    assert [bees["id"], funicular["id"]] == [BEES.id, FUNICULAR.id]
    listed = json.dumps([{"id": "x", "body": FUNICULAR.body}])
    assert told("summary", "--sentences=1", stdin=listed)[0]["id"] == "x"


def test_a_bad_line_is_told_by_its_number_and_the_others_go_on():
    good = '{"id": 1, "text": "The ferry left the pier."}'
    done = run("summary", "--json", stdin="\n".join([good, '{"id": 2,', "", '{"id": 4}', good]))
    assert done.exit_code == 2
    assert [json.loads(found)["id"] for found in done.stdout.splitlines()] == [1, 1]
    assert [error.split(":")[:2] for error in done.stderr.splitlines()] == [
        ["line", "2"], ["line", "4"],
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["summary", "quotes"])
def test_what_is_given_is_read_in_a_process_of_its_own(command, monkeypatch):
    monkeypatch.setattr("corpus.parse.records._parse", lambda _: 1 // 0)
    record = json.dumps({"id": ["a", 1], "text": "“The ferry left the pier,” said Ada Solberg."})
    assert told(command, stdin=record)[0]["id"] == ["a", 1]


def test_no_input_is_wrong_input():
    done = run("summary", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "empty" in done.stderr


@pytest.mark.parametrize("count", ["0", "21", "-3", "many"])
def test_a_count_that_no_summary_has_is_wrong_input(count):
    done = run("summary", "--sentences", count, stdin='{"text": "The ferry left the pier."}')
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--sentences" in done.stderr


# summaries of files and of what is stored


def test_every_article_of_a_file_is_summed_up_and_none_is_stored(home, tmp_path):
    file = write_lines(tmp_path / "news.jsonl", [COPY, replace(BEES, url=None)])
    assert [found["id"] for found in told("summary", str(file))] == [
        COPY.id, replace(BEES, url=None).id,
    ]  # fmt: skip
    assert Store.open(home).count() == 3


def test_a_file_that_cannot_be_read_is_wrong_input_and_the_others_go_on(home, tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("")
    (folder / "b.txt").write_text("The ferry is late\n\nThe ferry left the pier an hour late.\n")
    done = run("summary", str(folder))
    assert done.exit_code == 2
    assert "left the pier" in done.stdout
    assert "a.txt: empty file" in done.stderr


@pytest.mark.parametrize("name", [BEES.id, BEES.url, f"{BEES.url}?utm_source=x"])
def test_a_stored_article_is_summed_up_in_its_own_words(home, name):
    (found,) = told("summary", name, "--sentences=1")
    assert found["id"] == BEES.id
    assert found["sentences"] == [BEES.body[start:end] for start, end in found["spans"]]


def test_people_see_the_article_its_facts_and_every_sentence_with_its_link(home, monkeypatch):
    third, place, day = (FUNICULAR.body.index(words) for words in ("Petra", "Wexmoor", "Sunday"))
    found = Facts(((third, third + 14),), ((place, place + 7),), ((day, day + 6),))
    monkeypatch.setattr("bot.cli.output_summaries.find_facts", lambda *_, **__: found)
    chosen = Summary(FUNICULAR, tuple(split_sentences(FUNICULAR.body)[:2]))
    monkeypatch.setattr(Searcher, "summary", lambda *_, **__: chosen)
    lines = [part.strip() for part in run("summary", FUNICULAR.id).stdout.splitlines()]
    assert lines[:3] == [
        "Wexmoor funicular makes its last climb",
        "Wexmoor Gazette · Maria Keller, Tom Finch · 3 Mar 2026",
        "Who: Petra Oblonsky · Where: Wexmoor · When: Sunday",
    ]
    links = [part for part in lines if part.startswith(FUNICULAR.url)]
    assert len(links) == 2
    assert lines.index(links[0]) < lines.index("Its owner says that too few people ride it.")
    assert lines[-2] == links[1]


def test_an_article_that_names_nothing_has_no_line_of_facts(home):
    shown = run("summary", PASTED.id).stdout
    assert PASTED.headline in shown
    assert "Who:" not in shown
    assert "http" not in shown


@pytest.mark.parametrize("name", ["0123456789ab", "https://gazette.example/gone", "", "x" * 5000])
def test_a_summary_of_what_is_not_there_is_wrong_input(home, name):
    done = run("summary", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"there is no article {name}" in done.stderr


def test_a_removed_article_has_no_summary(home):
    Store.open(home).remove(BEES.id)
    done = run("summary", BEES.id)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"no article {BEES.id}" in done.stderr


# stories


OTHERS = replace(COPY, body="The funicular stays open until May.", url="https://courier.example/2")
STORY = Timeline(
    topic="the funicular",
    articles=(COPY, OTHERS, FUNICULAR, BEES),
    news=(line(COPY, "A bus will climb the hill from Monday, every twenty minutes."),),
    timeline=(line(FUNICULAR, "She collected 3,120 signatures on two summer weekends.", COPY),
              line(PASTED, "The echo lasted nineteen seconds.")),
    disagreements=((line(OTHERS, OTHERS.body),
                    line(FUNICULAR, "Its owner says that too few people ride it.")),),
    periods=(Period(date(2026, 3, 1), date(2026, 3, 31)),),
    searched=4,
)  # fmt: skip


def test_a_story_tells_what_is_new_then_how_it_came_then_where_articles_disagree(tell):
    asked = tell(STORY)
    done = run("story", " the\nfunicular ")
    assert done.exit_code == 0
    assert asked == [("the funicular", {"since": None, "today": TODAY})]
    lines = [part.strip() for part in done.stdout.splitlines() if part.strip()]
    assert [part for part in lines if not part.startswith("http")] == [
        "“the funicular” in 4 articles, only March 2026",
        "What is new:",
        "4 Mar 2026 · The Courier",
        "A bus will climb the hill from Monday, every twenty minutes.",
        "How it came:",
        "3 Mar 2026 · Wexmoor Gazette · Also carried by The Courier",
        "She collected 3,120 signatures on two summer weekends.",
        "Choir sings in the empty reservoir",
        "The echo lasted nineteen seconds.",
        "Not the same everywhere:",
        "4 Mar 2026 · The Courier",
        "The funicular stays open until May.",
        "3 Mar 2026 · Wexmoor Gazette",
        "Its owner says that too few people ride it.",
    ]
    assert sum("#:~:text=" in part for part in lines) == 4


def test_programs_learn_where_every_line_of_a_story_stands(tell):
    tell(STORY)
    (found,) = told("story", "the funicular")
    assert (found["topic"], found["searched"]) == ("the funicular", 4)
    assert [article["id"] for article in found["articles"]][::2] == [COPY.id, FUNICULAR.id]
    assert found["periods"] == ["March 2026"]
    (first, pasted), ((other, _),) = found["timeline"], found["disagreements"]
    assert first["sentence"] == FUNICULAR.body[first["start"] : first["end"]]
    assert first["article"] == {
        "id": FUNICULAR.id,
        "url": FUNICULAR.url,
        "headline": FUNICULAR.headline,
        "publisher": "Wexmoor Gazette",
        "authors": ["Maria Keller", "Tom Finch"],
        "published": "2026-03-03T09:00:00+00:00",
    }
    assert [copy["publisher"] for copy in first["copies"]] == ["The Courier"]
    assert first["link"].startswith(f"{FUNICULAR.url}#:~:text=")
    assert (pasted["link"], other["sentence"]) == (None, OTHERS.body)
    assert found["news"][0]["article"]["url"] == COPY.url


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("3 August 2016", date(2016, 8, 3)),
        ("July  2016", date(2016, 7, 1)),
        ("2016", date(2016, 1, 1)),
        ("today", TODAY),
    ],
)
def test_a_story_is_limited_to_what_came_since_a_day(tell, since, first):
    asked = tell(STORY)
    assert run("story", "bees", "--since", since).exit_code == 0
    assert asked == [("bees", {"since": first, "today": TODAY})]


def test_since_monday_is_the_last_one(tell):
    asked = tell(STORY)
    run("story", "bees", "--since", "Monday")
    ((_, limits),) = asked
    assert limits["since"].weekday() == 0
    assert 1 <= (TODAY - limits["since"]).days <= 7


@pytest.mark.parametrize(
    "since", ["31 February", "2026-13-01", "soon", "", "1 May or 2 May", "1 May or so"]
)
def test_a_date_that_is_none_is_wrong_input(tell, since):
    asked = tell(STORY)
    done = run("story", "bees", "--since", since)
    assert (done.exit_code, done.stdout, asked) == (2, "", [])
    assert f"{since!r} is no date" in done.stderr


@pytest.mark.parametrize("topic", ["", " \n", "\u200b"])
def test_a_story_about_nothing_is_wrong_input(tell, topic):
    asked = tell(STORY)
    done = run("story", topic)
    assert (done.exit_code, done.stdout, asked) == (2, "", [])
    assert "what the story is about" in done.stderr


def test_a_story_that_no_article_tells_says_how_many_were_searched(tell):
    tell(Timeline("the moon", (), (), (), searched=3))
    done = run("story", "the moon")
    assert done.exit_code == 0
    assert "I searched 3 articles, and none is about “the moon”" in done.stdout


def test_an_empty_archive_says_how_to_fill_it(tell):
    tell(Timeline("the moon", (), (), ()))
    assert "byline add" in run("story", "the moon").stdout


def test_a_story_of_stored_articles_rests_on_those_about_it(home):
    (found,) = told("story", "funicular Wexmoor")
    assert [article["id"] for article in found["articles"]] == [FUNICULAR.id]
    assert all(
        one["sentence"] == FUNICULAR.body[one["start"] : one["end"]]
        for one in found["news"] + found["timeline"]
    )
