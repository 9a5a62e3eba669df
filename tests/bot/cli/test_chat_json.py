"""Chats for programs: a message a line, a reply a line."""

# ruff: noqa: ARG001 - a test may need a home without looking into it

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from bot.answers import summaries
from bot.cli import main
from bot.cli.chat_json import Message, read_messages
from corpus.article import Article
from corpus.attribution.attribution import Kind
from corpus.errors import Failure
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.extraction.key_facts import Facts
from tests.support import harbour
from tests.support.harbour import CRACK, FARES, OPEN, REPAIR
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import (
    BEES,
    BEES_QUESTION,
    FUNICULAR,
    FUNICULAR_QUESTION,
    ROOT,
    byline,
    command,
    environment,
    said,
    without_a_model,
)

FIELDS = ["dialogue", "text", "kind", "verdict", "confidence", "marked", "shown", "said",
          "articles", "notes", "buttons", "hits", "otherwise"]  # fmt: skip
TIMETABLE = Article(
    headline="The ferry runs late",
    body=(
        "The warden admitted that the timetable was too tight.\n\n"
        "Ada Quay called the plan “a sock drawer”. “Nobody asked us,” said Ada Quay, the pilot."
    ),
    url="https://gazette.example/ferry",
    published=datetime(2026, 3, 5, tzinfo=UTC),
)
TRAMS = [
    Article(
        headline=f"Tram to Halm, {month}",
        body=f"The tram to Halm will cost {cost} million crowns.",
        url=f"https://gazette.example/tram-{month}",
        published=datetime(2026, month, 14, tzinfo=UTC),
    )
    for month, cost in ((1, 184), (7, 231))
]
SPOKEN = [
    said(TIMETABLE, "that the timetable was too tight", "The warden", cue="admitted",
         kind=Kind.REPORTED),
    said(TIMETABLE, "a sock drawer", "Ada Quay", cue="called", kind=Kind.MIXED),
    said(TIMETABLE, "Nobody asked us,", "Ada Quay", cue="said", role="the pilot"),
]  # fmt: skip


@pytest.fixture
def empty(tmp_path, monkeypatch):
    home = tmp_path / "home"
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())
    monkeypatch.setenv("BYLINE_HOME", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    (tmp_path / "temp").mkdir()
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture
def home(empty):
    encoder = FakeEncoder("fake all-MiniLM-L6-v2")
    attributor = FakeAttributor({TIMETABLE.id: SPOKEN})
    articles = [FUNICULAR, BEES, TIMETABLE, *harbour.ARTICLES]
    ingest(articles, store=Store.open(empty), embedder=encoder, attributor=attributor)
    return empty


def run(*messages):
    """Give messages, each a text, a line or its fields; returns the command."""
    lines = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    given = "\n".join(lines)
    return CliRunner().invoke(main.app, ["chat", "--json"], input=given, catch_exceptions=False)


def replies(*messages):
    """What is answered to some messages, in their order."""
    done = run(*messages)
    assert (done.exit_code, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def say(text, dialogue="a", **more):
    return {"dialogue": dialogue, "text": text, **more}


def reply(text, **more):
    (answered,) = replies(say(text, **more))
    return answered


def taken(answered):
    """What a reply says that it took over from the message before."""
    return [note for note in answered["notes"] if note.startswith("Taking it with")]


# What a line holds


def test_a_reply_has_every_field_in_a_fixed_order_whatever_is_asked(home):
    texts = [BEES_QUESTION, "hello", "/quotes Okafor", "/summary", "/latest", "/story zzyzx", ""]
    for answered in replies(*(say(text) for text in texts)):
        assert list(answered) == FIELDS
        assert isinstance(answered["confidence"], float)


def test_every_field_is_described(empty):
    page = (ROOT / "docs" / "chat.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| (`.+?`) \|", page.partition("## Replies")[2], re.MULTILINE)
    assert [name for names in described for name in re.findall(r"`(\w+)`", names)] == FIELDS


def test_passages_are_told_with_what_is_bold_and_with_what_else_was_found(home):
    answered = reply(BEES_QUESTION)
    assert (answered["dialogue"], answered["text"]) == ("a", BEES_QUESTION)
    assert (answered["kind"], answered["verdict"]) == ("passages", "answer")
    assert 0.5 < answered["confidence"] <= 1
    (bold,), (shown,) = answered["marked"], answered["shown"]
    assert "85 florins" in bold
    assert bold in shown
    assert shown in BEES.body
    assert (answered["articles"], answered["said"]) == ([BEES.headline], [])
    assert "Summary" in answered["buttons"]
    assert bold in answered["hits"][0]
    assert 1 < len(answered["hits"]) <= 10
    assert answered["otherwise"] is None


def test_what_an_article_of_another_day_says_otherwise_is_told(home):
    ingest(TRAMS, store=Store.open(home), embedder=FakeEncoder("fake all-MiniLM-L6-v2"))
    answered = reply("How much will the tram to Halm cost?")
    first, other = answered["articles"]
    assert {first, other} == {tram.headline for tram in TRAMS}
    assert answered["otherwise"]["article"]["headline"] == other
    assert answered["otherwise"]["newer"] is (other == TRAMS[1].headline)
    assert "million crowns" in answered["otherwise"]["text"]
    assert len(answered["notes"]) == 1


def test_quotations_are_told_with_who_says_them(home):
    answered = reply("/quotes Okafor")
    assert (answered["kind"], answered["verdict"]) == ("quotations", "answer")
    assert answered["confidence"] == 0.75
    first, second = answered["said"]
    assert first == {
        "speaker": "Ines Okafor, the county engineer",
        "kind": "direct",
        "text": "“It will last for ninety years,” said Ines Okafor, the county engineer.",
    }
    assert answered["shown"] == [first["text"], second["text"]]
    assert answered["marked"][0] == "It will last for ninety years,"
    assert answered["articles"] == [OPEN.headline, CRACK.headline]
    assert answered["hits"] == []


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("the warden", ["reported"]), ("Ada Quay", ["direct", "mixed"])],
)
def test_speech_is_told_as_it_is_printed(home, name, kinds):
    assert sorted(one["kind"] for one in reply(f"/quotes {name}")["said"]) == kinds


def test_a_speaker_is_named_as_shown(home):
    assert reply("/quotes the warden")["said"][0]["speaker"] == "The warden"


def test_a_summary_is_told_by_its_article(home):
    answered = reply(f"/summary {CRACK.headline}")
    assert (answered["kind"], answered["verdict"]) == ("summary", "answer")
    assert answered["articles"] == [CRACK.headline]
    assert all(sentence in CRACK.body for sentence in answered["shown"])


def test_a_story_is_told_by_its_articles(home):
    answered = reply("/story the bridge at Lissen")
    assert (answered["kind"], answered["verdict"]) == ("story", "answer")
    assert sorted(answered["articles"]) == sorted(one.headline for one in (CRACK, REPAIR, OPEN))
    assert len(answered["shown"]) == 3
    assert "What is new:" in answered["notes"]


@pytest.mark.parametrize(
    "text", ["What happened yesterday?", "/story zzyzx", "/quotes Zork", "Who said bees are fine?"]
)
def test_what_nothing_answers_is_a_note_that_says_so(home, text):
    answered = reply(text)
    assert (answered["kind"], answered["verdict"]) == ("note", "nothing")
    assert answered["shown"] == answered["marked"] == answered["said"] == []
    assert answered["notes"][0].startswith("I searched")


def test_the_closest_is_told_as_that(home):
    nothing, closest = replies(say("What happened yesterday?"), say("more"))
    assert nothing["hits"]
    assert (closest["kind"], closest["verdict"]) == ("passages", "closest")
    assert (len(closest["shown"]), len(closest["marked"])) == (1, 1)


@pytest.mark.parametrize(
    ("text", "button"),
    [
        ("hello", "Search for “hello”"),
        ("/help", None),
        ("", None),
        ("🙂", None),
        ("/summary", None),
        ("/quotes Varga", "Niko Varga, the striker"),
        ("/summary bridge at Lissen", "The whole story"),
    ],
)
def test_what_looks_for_no_answer_or_asks_in_return_is_a_note_without_verdict(home, text, button):
    answered = reply(text)
    assert (answered["kind"], answered["verdict"]) == ("note", "none")
    assert (answered["confidence"], answered["shown"]) == (0, [])
    assert answered["notes"]
    assert button is None or button in answered["buttons"]


def test_an_empty_archive_has_nothing_to_search(empty):
    for answered in replies(say("Who won?"), say("/quotes Okafor"), say("/latest")):
        assert (answered["kind"], answered["verdict"]) == ("note", "none")
        assert answered["notes"] == ["There are no articles here yet. Whoever runs this bot has "
                                     "yet to add some."]  # fmt: skip


# Chats


def test_a_follow_up_leans_on_the_line_before(home):
    first, second = replies(say(FUNICULAR_QUESTION), say("and why?"))
    assert not taken(first)
    assert taken(second)
    assert "New question" in second["buttons"]


def test_this_means_the_article_of_the_line_before(home):
    _, summed_up = replies(say(BEES_QUESTION), say("sum it up"))
    assert (summed_up["kind"], summed_up["articles"]) == ("summary", [BEES.headline])


def test_dialogues_that_alternate_are_kept_apart(home):
    lines = [
        say(BEES_QUESTION, "a"),
        say(FUNICULAR_QUESTION, "b"),
        say("/settings language de", "b"),
        say("/summary", "a"),
        say("/summary", "b"),
        say("/summary", "c"),
    ]
    *_, bees, funicular, nothing = replies(*lines)
    assert (bees["articles"], funicular["articles"]) == ([BEES.headline], [FUNICULAR.headline])
    assert "Open the article" in bees["buttons"]
    assert "Open the article" not in funicular["buttons"]
    assert nothing["kind"] == "note"


def test_a_number_names_a_dialogue_other_than_its_digits_do(home):
    _, other, same = replies(say(BEES_QUESTION, 1), say("/summary", "1"), say("/summary", 1))
    assert (other["dialogue"], other["kind"]) == ("1", "note")
    assert (same["dialogue"], same["kind"]) == (1, "summary")


# The clock


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-05-04T12:00:00Z", "3 May 2026"),
        ("2026-05-04T12:00", "3 May 2026"),
        ("2026-05-04", "3 May 2026"),
        ("2026-05-05T01:00:00+02:00", "3 May 2026"),
        ("2023-11-30T09:00:00Z", None),  # of which day there is no article
    ],
)
def test_now_says_which_day_was_yesterday(home, now, day):
    answered = reply("What was announced yesterday on the Skarn ferry?", now=now)
    looked = [note for note in answered["notes"] if note.startswith("Looked first")]
    assert looked == ([f"Looked first in {day}."] if day else [])


def test_now_finds_what_was_printed_the_day_before(home):
    answered = reply("What was announced yesterday?", now="2026-05-04T12:00:00Z")
    assert answered["hits"][0] in FARES.body


def test_the_settings_show_what_the_clocks_say_now(home):
    assert "12:34 now" in reply("/settings", now="2026-05-04T12:34:00Z")["notes"][0]


def test_ten_minutes_pass_by_now(home):
    def asked(then):
        first = say(FUNICULAR_QUESTION, now="2023-11-30T09:00:00Z")
        return taken(replies(first, say("and why?", now=then))[1])

    assert asked("2023-11-30T09:00:00Z")
    assert asked("2023-11-30T09:09:59Z")
    assert not asked("2023-11-30T09:10:01Z")


def test_a_line_without_now_goes_by_the_real_clock(home):
    first = say(FUNICULAR_QUESTION, now="2023-11-30T09:00:00Z")
    assert not taken(replies(first, say("and why?"))[1])
    assert taken(replies(say(FUNICULAR_QUESTION), say("and why?", now=None))[1])


def test_of_messages_of_one_moment_the_last_is_leaned_on(home):
    now = "2023-11-30T09:00:00Z"
    *_, last = replies(*(say(text, now=now) for text in (BEES_QUESTION, FUNICULAR_QUESTION,
                                                          "sum it up")))  # fmt: skip
    assert last["articles"] == [FUNICULAR.headline]


# Lines that are wrong


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"dialogue": "a", "text": ', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('["a", "text"]', "expected an object with “dialogue” and “text”"),
        ('{"text": "Who?"}', "“dialogue” must be a string or a whole number"),
        ('{"dialogue": true, "text": "Who?"}', "“dialogue” must be a string or a whole number"),
        ('{"dialogue": 1.5, "text": "Who?"}', "“dialogue” must be a string or a whole number"),
        ('{"dialogue": "a"}', "“text” must be a string"),
        ('{"dialogue": "a", "text": 7}', "“text” must be a string"),
        (r'{"dialogue": "a", "text": "Who\ud83d?"}', "“text” must be a string"),
        ('{"dialogue": "a", "text": "Who?", "now": "soon"}', "“now” must be a time like"),
        ('{"dialogue": "a", "text": "Who?", "now": 1700000000}', "“now” must be a time like"),
        ('{"dialogue": "a", "text": "Who?", "now": "0001-01-01T00:00:00+09:00"}', "“now” must"),
        ('{"dialogue": "a", "text": "Who?", "now": "9999-12-31"}', "“now” must be a time like"),
    ],
)
def test_a_line_that_is_no_message_says_what_is_wrong_with_it(line, reason):
    first, bad, last = read_messages([json.dumps(say("1")), line, json.dumps(say("2"))])
    assert (first, last) == (Message("a", "1"), Message("a", "2"))
    assert isinstance(bad, Failure)
    assert bad.where == "line:2"
    assert bad.reason.startswith(reason)
    assert len(bad.reason) < 60


def test_a_bad_line_is_told_by_its_number_and_the_others_go_on(home):
    done = run(say(BEES_QUESTION), "", "{", say("/summary"))
    assert done.exit_code == 2
    assert done.stderr == "line:3: no JSON\n"
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == [
        "passages", "summary",
    ]  # fmt: skip


def test_other_fields_empty_lines_and_a_mark_at_the_start_are_passed_over(home):
    (answered,) = replies("\ufeff" + json.dumps(say("hello", gold="?")), "", "   ")
    assert answered["verdict"] == "none"


def test_without_messages_nothing_is_printed(home):
    assert replies() == []


# What stays


def test_nothing_of_the_chats_is_left_behind(home, tmp_path):
    before = sorted(home.rglob("*"))
    replies(say(BEES_QUESTION), say("/settings language de"), say("/forget"), say("sum it up"))
    new = {path.relative_to(home).parts[0] for path in set(home.rglob("*")) - set(before)}
    assert new <= {"index"}
    assert list((tmp_path / "temp").iterdir()) == []


def test_chats_of_before_are_not_known(home):
    replies(say(BEES_QUESTION))
    assert reply("/summary")["kind"] == "note"


def test_each_reply_comes_at_once_and_nothing_stays_when_the_process_is_told_to_end(home, tmp_path):
    running = subprocess.Popen(
        command("chat", "--json"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(home, TMPDIR=str(tmp_path / "temp")),
    )
    assert running.stdin
    assert running.stdout
    with running:
        for text, articles in ((BEES_QUESTION, [BEES.headline]), ("hello", [])):
            running.stdin.write(json.dumps(say(text)).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["articles"] == articles
        assert len(list((tmp_path / "temp").glob("byline-*"))) == 1
        running.terminate()
        assert running.wait(60) == 143
    assert list((tmp_path / "temp").glob("byline-*")) == []


def test_a_line_that_is_no_utf_8_is_read_as_far_as_it_goes(home):
    line = json.dumps(say("hello Zürich"), ensure_ascii=False).encode("latin-1")
    done = byline(home, "chat", "--json", stdin=line + b"\n")
    assert done.returncode == 0
    assert json.loads(done.stdout)["text"] == "hello Z\ufffdrich"
