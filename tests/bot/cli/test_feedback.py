"""`byline feedback`: what it lists, deletes, and writes for `byline evaluate`."""

# ruff: noqa: ARG001 - a test may need a home without looking into it

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import texts
from bot.cli import main
from bot.dialogue.conversation import Conversation
from bot.reply.reply import Outcome, Reply
from bot.services import Services
from bot.settings import load
from bot.storage import feedback as module
from bot.storage.feedback import Reason, Sent
from retrieval.answers import AnswerKind
from retrieval.evaluation.qrels import read
from retrieval.results import Verdict
from tests.support.models import FakeAttributor
from tests.support.newsroom import (
    BEES,
    BEES_QUESTION,
    FUNICULAR,
    FUNICULAR_QUESTION,
    PASTED,
    READER,
    action,
    without_a_model,
    write_lines,
)

ASKED = datetime(2026, 3, 3, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ARTICLES = (FUNICULAR, BEES, PASTED)
SIGNATURES = FUNICULAR.body.index("3,120 signatures")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    assert run("add", str(write_lines(tmp_path / "news.jsonl", ARTICLES))).exit_code == 0
    return tmp_path / "home"


@pytest.fixture
def chats(home, monkeypatch):
    monkeypatch.setattr(module, "_now", NOW.timestamp)
    state = Services(load()).chats
    yield state
    state.close()


def run(*arguments: str):
    return CliRunner().invoke(main.app, arguments, catch_exceptions=False)


def listed(*arguments: str):
    return [json.loads(line) for line in run("feedback", "--json", *arguments).stdout.splitlines()]


def thumb(chats, key: str, *, place: str | None = None, question: str = "Who?", **more: object):
    """Rate as a reader would; with a place, send the question along."""
    chats.feedback.rate(key, 7, **{"good": True, "kind": AnswerKind.PASSAGES, **more})
    if place is not None:
        chats.feedback.send(key, 7, Sent(question, place, ASKED))


def written(*arguments: str) -> list[dict[str, object]]:
    done = run("feedback", "--questions", "q.jsonl", *arguments)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in Path("q.jsonl").read_text("utf-8").splitlines()]


# The list


def test_nothing_is_listed_where_nobody_rated(home):
    assert listed() == []
    assert run("feedback").stdout == "0 thumbs, 0 of them up\n"


def test_a_thumb_is_listed_without_question_and_place(chats):
    thumb(chats, "k", good=False, verdict=Verdict.CLOSEST)
    chats.feedback.explain("k", 7, Reason.OLD)
    assert listed() == [
        {
            "rated": "2026-03-04T09:30:00+00:00",
            "thumb": "down",
            "reason": "out of date",
            "verdict": "closest",
            "question": None,
            "asked": None,
            "place": None,
            "article": None,
            "link": None,
        }
    ]


def test_a_question_that_was_sent_is_listed_with_its_passage_and_a_link_to_it(chats, home):
    _, passage = Services(load()).store.locate(f"{FUNICULAR.id}#0")
    thumb(chats, "k", place=passage.id, question=FUNICULAR_QUESTION)
    (told,) = listed()
    assert (told["question"], told["place"]) == (FUNICULAR_QUESTION, passage.id)
    assert told["asked"] == "2026-03-03T12:00:00+00:00"
    assert told["article"]["headline"] == FUNICULAR.headline
    assert told["link"].startswith(f"{FUNICULAR.url}#:~:text=")
    lines = run("feedback").stdout.splitlines()
    assert lines[0] == "👍  2026-03-04 · answer"
    assert [line.strip() for line in lines[1:4]] == [
        FUNICULAR_QUESTION, FUNICULAR.headline, told["link"],
    ]  # fmt: skip
    assert lines[-1] == "one thumb, 1 of them up"


def test_a_quotation_is_linked_at_its_sentence(chats):
    thumb(chats, "k", place=f"{FUNICULAR.id}#{SIGNATURES}")
    assert "She%20collected%203%2C120" in listed()[0]["link"]


def test_a_summary_is_linked_as_an_article(chats):
    thumb(chats, "k", place=FUNICULAR.id, kind=AnswerKind.SUMMARY)
    assert listed()[0]["link"] == FUNICULAR.url


@pytest.mark.parametrize("place", ["000000000000#0", ""])
def test_what_is_gone_or_several_is_listed_without_an_article(chats, place):
    thumb(chats, "k", place=place)
    assert (listed()[0]["article"], listed()[0]["link"]) == (None, None)
    assert run("feedback").exit_code == 0


def test_an_article_without_an_address_has_no_link(chats):
    thumb(chats, "k", place=f"{PASTED.id}#0")
    assert listed()[0]["article"]["headline"] == PASTED.headline
    assert listed()[0]["link"] is None


def test_no_chats_number_is_listed(chats):
    chats.feedback.rate("k", 987654321, good=True, kind=AnswerKind.PASSAGES)
    assert "987654321" not in run("feedback", "--json").stdout + run("feedback").stdout


def test_since_limits_the_list(chats, monkeypatch):
    thumb(chats, "old")
    monkeypatch.setattr(module, "_now", (NOW + timedelta(days=2)).timestamp)
    thumb(chats, "new", good=False)
    assert [one["thumb"] for one in listed("--since", "2026-03-05")] == ["down"]
    assert [one["thumb"] for one in listed("--since", "4 March 2026")] == ["up", "down"]


def test_since_that_is_no_date_exits_with_2(home):
    done = run("feedback", "--since", "whenever")
    assert done.exit_code == 2
    assert "whenever" in done.stderr


def test_clear_deletes_everything(chats):
    thumb(chats, "k", place="a#0")
    thumb(chats, "l")
    assert run("feedback", "--clear").stdout == "Deleted 2 thumbs\n"
    assert listed() == []


@pytest.mark.parametrize("more", [("--since", "Monday"), ("--questions", "q.jsonl")])
def test_clear_stands_alone(chats, more):
    thumb(chats, "k")
    done = run("feedback", "--clear", *more)
    assert done.exit_code == 2
    assert "stands alone" in done.stderr
    assert len(listed()) == 1


# The evaluation set


def test_a_thumb_up_makes_a_question_with_its_passage(chats):
    thumb(chats, "k", place=f"{FUNICULAR.id}#0", question=FUNICULAR_QUESTION)
    assert written() == [
        {
            "id": "k",
            "question": FUNICULAR_QUESTION,
            "answers": [{"article": f"{FUNICULAR.id}#0"}],
            "today": "2026-03-03",
        }
    ]


def test_one_question_of_several_readers_stands_once_with_all_its_passages(chats):
    places = [f"{FUNICULAR.id}#0", f"{BEES.id}#0", f"{FUNICULAR.id}#0"]
    for number, place in enumerate(places):
        thumb(chats, f"k{number}", place=place, question=["Who  won?", "who won?"][number % 2])
    (case,) = written()
    assert case["answers"] == [{"article": place} for place in places[:2]]


def test_what_names_no_passage_is_left_out_and_counted(chats):
    thumb(chats, "good", place=f"{FUNICULAR.id}#0")
    thumb(chats, "silent")
    thumb(chats, "down", place=f"{BEES.id}#0", good=False)
    thumb(chats, "story", place="", kind=AnswerKind.TIMELINE)
    thumb(chats, "summary", place=BEES.id, kind=AnswerKind.SUMMARY)
    thumb(chats, "gone", place="000000000000#0")
    done = run("feedback", "--questions", "q.jsonl")
    assert [case.id for case in read(Path("q.jsonl")).cases] == ["good"]
    assert done.stdout == "Wrote one question to q.jsonl\n"
    for words in (
        "one thumb without a question",
        "one thumb pointing down",
        "2 thumbs for a summary or story",
        "one thumb for an article that is gone",
    ):
        assert f"Left out: {words}" in done.stderr


def test_without_a_question_nothing_is_written(chats):
    thumb(chats, "k")
    done = run("feedback", "--questions", "q.jsonl")
    assert done.exit_code == 2
    assert "no reader sent a question" in done.stderr
    assert not Path("q.jsonl").exists()


def test_a_file_that_cannot_be_written_is_named(chats):
    thumb(chats, "k", place=f"{FUNICULAR.id}#0")
    done = run("feedback", "--questions", "nowhere/q.jsonl")
    assert done.exit_code == 2
    assert "cannot write nowhere/q.jsonl" in done.stderr


def press(talk: Conversation, reply: Reply | Outcome, label: str) -> Outcome:
    rows = reply.rating if isinstance(reply, Outcome) else reply.buttons
    (found,) = [one.action for row in rows for one in row if one.label == label]
    return talk.press(READER, found)


def test_what_readers_rate_and_send_is_what_evaluate_scores(home):
    archive = Services(load())
    talk = Conversation(archive.searcher, archive.chats)
    first = talk.ask(READER, FUNICULAR_QUESTION)
    press(talk, press(talk, first, "👍"), texts.say("send-as-example"))
    second = talk.press(READER, action(talk.ask(READER, BEES_QUESTION), "›")).reply
    press(talk, press(talk, second, "👍"), texts.say("send-as-example"))
    archive.chats.close()

    assert [case["question"] for case in written()] == [FUNICULAR_QUESTION, BEES_QUESTION]
    scored = json.loads(run("evaluate", "q.jsonl", "--json").stdout)
    assert scored["level"] == "passage"
    assert scored["missing"] == []
    figures = scored["summary"]["figures"]
    assert figures["hits@1"] == 1 / 2  # the first page of the one, the second of the other
    assert figures["mrr@10"] == (1 + 1 / 2) / 2
