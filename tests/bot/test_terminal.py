"""The conversation in a terminal."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st
from rich.console import Console

from bot import texts
from bot.reply.reply import (
    Attachment,
    Button,
    Dateline,
    Facts,
    Note,
    Outcome,
    Quote,
    Reply,
    Span,
    Speaker,
)
from bot.terminal import Chat, draw
from retrieval.citation import Citation
from retrieval.errors import EngineError
from retrieval.results import Verdict
from tests.support.newsroom import (
    BEES,
    FUNICULAR,
    FUNICULAR_QUESTION,
    Newsroom,
    newsroom,
    quotes,
    text,
)


def on_a_terminal(width: int = 4000, *, color: str | None = None) -> Console:
    return Console(
        file=io.StringIO(), width=width, highlight=False, force_terminal=bool(color),
        color_system=color, legacy_windows=False,
    )  # fmt: skip


def drawn(reply: Reply, **more: object) -> str:
    console = on_a_terminal(**more)
    console.print(draw(reply))
    return shown(console)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def typing(*lines: str | type[BaseException]) -> Callable[[], str]:
    """Type these lines one after another, then end the input."""
    rest: Iterable[str | type[BaseException]] = iter([*lines, EOFError])

    def read() -> str:
        line = next(rest)  # type: ignore[call-overload]
        if isinstance(line, str):
            return line
        raise line

    return read


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path) as opened:
        yield opened


def chat(room: Newsroom, *lines: str | type[BaseException]) -> str:
    room.searcher.told = Verdict.ANSWER
    console = on_a_terminal()
    Chat(room.conversation, console).run(typing(*lines))
    return shown(console)


def test_a_quote_is_drawn_word_for_word_with_its_citation(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    screen = drawn(reply)
    for line in text(quotes(reply)[0]).split("\n\n"):
        assert line in screen
    assert FUNICULAR.headline in screen
    assert "Wexmoor Gazette · Maria Keller, Tom Finch · 3 Mar 2026" in screen


@trying(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["[bold]", "[/]", ":smile:", "a b", "“é”", "\\["]), min_size=1))
def test_what_looks_like_markup_in_an_article_is_drawn_as_it_stands(words):
    body = " ".join(words)
    assert body in drawn(Reply((Quote((Span(body, marked=True),)), Citation(body, None, body))))


def test_a_narrow_terminal_loses_no_word(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert " ".join(text(quotes(reply)[0]).split()) in " ".join(drawn(reply, width=40).split())


def test_what_answers_is_bold_and_the_headline_a_link():
    quote = Quote((Span("Some. "), Span("Answer.", marked=True)), cut_before=True, cut_after=True)
    reply = Reply((quote, Citation("Story", "https://a.example/#x", None)))
    screen = drawn(reply, color="standard")
    assert "… Some. \x1b[1mAnswer.\x1b[0m …" in screen
    assert "https://a.example/#x" in screen


def test_a_citation_names_who_else_carried_the_text():
    cited = Citation("Story", None, None, copies=("The Courier", "The Pier"))
    assert drawn(Reply((cited,))).splitlines() == ["Story", "Also carried by The Courier, The Pier"]


def test_a_citation_says_what_became_of_the_article():
    day = datetime(2026, 5, 3, tzinfo=UTC)
    cited = Citation("Story", None, None, corrected=day, gone=day)
    assert drawn(Reply((cited,))).splitlines() == [
        "Story",
        "corrected 3 May 2026 · no longer on the publisher’s page",
    ]


def test_a_speaker_is_bold_above_the_quotation_and_apart_from_what_stands_before():
    day = datetime(2026, 3, 3, tzinfo=UTC)
    quote = Quote((Span("“Yes,” he said."),))
    reply = Reply((Speaker("Al", "mayor", "said", day), quote, Speaker("Bo"), quote))
    lines = [line.strip() for line in drawn(reply).splitlines()]
    assert lines == [
        "Al, mayor · said · 3 Mar 2026",
        "“Yes,” he said.",
        "",
        "Bo",
        "“Yes,” he said.",
    ]
    assert "\x1b[1mAl\x1b[0m, mayor" in drawn(reply, color="standard")


def test_a_sentence_of_a_summary_ends_in_an_arrow_that_leads_to_it():
    quote = Quote((Span("It rained.", url="https://a.example/#x"), Span(" Why?")), cut_after=True)
    reply = Reply((quote, Facts((("Who", ("Al", "Bo")), ("When", ("Monday",))))))
    assert [line.strip() for line in drawn(reply).splitlines()] == [
        "It rained. ↗ Why? …",
        "Who: Al, Bo · When: Monday",
    ]
    assert "https://a.example/#x" in drawn(reply, color="standard")


def test_a_line_of_a_story_stands_below_its_date_and_publisher():
    day, quote = datetime(2026, 3, 3, tzinfo=UTC), Quote((Span("It rained."),))
    dated = Dateline("Rain", "https://a.example/", "The Pier", day, ("The Quay",))
    reply = Reply((Note("How it came:"), dated, quote, Dateline("Sun", None), quote))
    assert [line.strip() for line in drawn(reply).splitlines()] == [
        "How it came:",
        "",
        "3 Mar 2026 · The Pier · Also carried by The Quay",
        "It rained.",
        "",
        "Sun",
        "It rained.",
    ]


def test_buttons_are_drawn_with_the_numbers_that_press_them():
    rows = ((Button("Open", url="https://a.example/"),), (Button("Yes", "y"), Button("No", "n")))
    assert "[1] Open   [2] Yes   [3] No" in drawn(Reply((Note("Sure?"),), rows))


def test_a_chat_greets_answers_and_ends_with_the_input(room):
    screen = chat(room, FUNICULAR_QUESTION)
    assert screen.index("Ask me about the news") < screen.index("3,120 signatures")


def test_a_number_presses_the_button_of_the_last_reply(room):
    screen = chat(room, "1")
    assert FUNICULAR.body.split("\n\n", maxsplit=1)[0].split(".")[0] in screen
    screen = chat(room, FUNICULAR_QUESTION, "6")
    assert "[6] ›" in screen
    assert "2/3" in screen


def test_a_pressed_link_is_written_out(room):
    assert f"{FUNICULAR.url}#:~:text=" in chat(room, FUNICULAR_QUESTION, "1")


def test_a_thumb_is_thanked_for_and_leaves_the_reply_as_it_is(room):
    number = re.findall(r"\[(\d+)\] 👍", chat(room, FUNICULAR_QUESTION))[-1]
    screen = chat(room, FUNICULAR_QUESTION, number)
    assert screen.count("Thank you, noted") == 1
    assert screen.count("3,120 signatures") == 1


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_a_number_without_a_button_is_said_to_be_none(room, number):
    assert "There is no such button." in chat(room, FUNICULAR_QUESTION, number)


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt, "/quit", "EXIT", " quit "])
def test_a_chat_ends_politely(room, end):
    screen = chat(room, "  ", end, "...")
    assert "Traceback" not in screen
    assert texts.say("unreadable") not in screen
    assert "3 articles" in screen


def test_ctrl_c_during_an_answer_ends_the_chat_too(room, monkeypatch):
    def interrupt(*_: object) -> Reply:
        raise KeyboardInterrupt

    monkeypatch.setattr(room.conversation, "hear", interrupt)
    assert "Ask me about the news" in chat(room, FUNICULAR_QUESTION)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/latest", BEES.headline),
        ("/help", "I search 3 articles"),
        ("/privacy", "What I keep"),
        ("/forget", "Done."),
        (f"/ask {FUNICULAR_QUESTION}", "3,120"),
        ("/ask", texts.say("how-to-ask")),
        ("/quotes", "Petra Oblonsky"),
    ],
)
def test_commands_work_in_the_terminal(room, command, said):
    assert said in chat(room, command)


def test_this_means_the_last_answer_on_the_screen(room):
    screen = chat(room, FUNICULAR_QUESTION, "summarise this")
    assert screen.count("The Wexmoor funicular will close for good on Sunday") == 2
    assert texts.say("how-to-sum-up") in chat(room, "/forget", "/summary")


def test_an_empty_archive_tells_whoever_sits_at_the_terminal_how_to_fill_it(tmp_path):
    with newsroom(tmp_path, []) as room:
        assert "byline add FOLDER" in chat(room)


def test_without_anything_else_lines_are_read_from_the_console(room, monkeypatch):
    console = on_a_terminal()
    monkeypatch.setattr("sys.stdin", io.StringIO("/help\n"))
    Chat(room.conversation, console).run()
    assert "I search 3 articles" in shown(console)


def test_an_address_of_a_private_network_is_no_link_in_a_terminal_either():
    for url, linked in (("https://news.example/a", True), ("http://10.0.0.1/a", False)):
        blocks = (Citation("Headline", url, None), Quote((Span("Rain.", url=url),)))
        assert (url in drawn(Reply(blocks), color="truecolor")) is linked


def test_what_is_due_is_pointed_out_and_shown_when_asked_for(room):
    console = on_a_terminal()
    chat = Chat(room.conversation, console)
    chat.run(typing("/alert wexmoor funicular"))
    assert texts.say("alerts-due") not in shown(console)
    again = replace(FUNICULAR, url="https://gazette.example/again", published=None)
    room.add([replace(again, body=f"The Wexmoor funicular runs again. {again.body}")])
    chat.run(typing("/help", "/alerts due", "/alerts due"))
    said = shown(console)
    assert said.count(texts.say("alerts-due")) == 1
    assert "New: wexmoor funicular" in said
    assert said.count(texts.say("alerts-none-due")) == 1


class Taking:
    """A conversation that says what it was handed."""

    def start(self, _):
        return Reply((Note("Welcome"),))

    def hear(self, _, text):
        return Reply((Note(f"Heard {text!r}"),))

    def hand_in_file(self, _, path, question):
        return Reply((Note(f"Took {path.name} {question!r}"),))

    def press(self, _, action):
        return Outcome(attachment=action)

    def sent(self, *_):
        pass

    def is_due(self, _):
        return False


def taking(*lines):
    console = on_a_terminal()
    Chat(Taking(), console).run(typing(*lines))
    return shown(console)


def test_lines_that_are_pasted_are_one_message(monkeypatch):
    master, slave = os.openpty()
    with os.fdopen(master, "wb", buffering=0) as keys, os.fdopen(slave) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        keys.write(b"a second line\n\nand a third\n")
        assert "Heard 'A headline\\na second line\\n\\nand a third'" in taking("A headline")


def test_a_file_is_named_by_its_path(tmp_path, monkeypatch):
    file = tmp_path / "weir.txt"
    file.touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "Took weir.txt ''" in taking(str(file))
    assert "Took weir.txt ''" in taking("'~/weir.txt'")
    for other in (str(tmp_path), "/help", "~nobody-of-that-name/x", "a/" * 4000, "\0/"):
        assert "Heard" in taking(other)


def test_what_is_handed_out_is_written_over_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    chat = Chat(Taking(), on_a_terminal())
    chat.buttons = [Button("Export", action=Attachment("shelf.jsonl", b"{}"))]
    for _ in range(2):
        chat._press(1)
    said = shown(chat.console)
    assert f"Wrote {tmp_path / 'shelf.jsonl'}" in said
    assert "shelf.jsonl cannot be written" in said


def test_while_search_is_down_that_is_said_and_the_talk_goes_on(room, monkeypatch):
    def fail(*_, **__):
        raise EngineError("no Milvus at http://milvus:19530")

    monkeypatch.setattr(room.searcher, "ask", fail)
    said = chat(room, FUNICULAR_QUESTION, "/help")
    assert texts.say("search-down-again") in said
    assert "I search 3 articles" in said
