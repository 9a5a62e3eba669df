"""What is something to read, and what is a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents.handed import MOST_ADDRESSES, Handed, join_pieces, may_go_on, read_handed

PARAGRAPH = (
    "The weir at Aldbury was closed on Monday. Two divers looked at the gate. "
    "They found a crack as long as a hand. The keeper said that it would hold."
)
ARTICLE = f"Weir closed at Aldbury\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}"


@pytest.mark.parametrize(
    ("text", "addresses", "question"),
    [
        ("https://news.example/a", ["https://news.example/a"], ""),
        ("www.news.example/a.", ["https://www.news.example/a"], ""),
        ("What does she say on pay? https://n.example/a?b=1&c", ["https://n.example/a?b=1&c"],
         "What does she say on pay?"),
        ("is this true (https://n.example/a_(b)), really", ["https://n.example/a_(b)"],
         "is this true ( really"),
        ("read https://n.example/a?", ["https://n.example/a"], "read ?"),
        ("https://a.example/1 https://b.example/2 https://a.example/1",
         ["https://a.example/1", "https://b.example/2"], ""),
    ],
)  # fmt: skip
def test_addresses_are_read_with_what_is_asked_of_them(text, addresses, question):
    assert read_handed(text) == Handed(tuple(addresses), question=question)


def test_no_more_than_a_few_addresses_are_read_of_a_message():
    handed = read_handed(" ".join(f"https://n.example/{n}" for n in range(20)))
    assert len(handed.addresses) == MOST_ADDRESSES


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Who closed the weir?",
        "write to keeper@news.example please",
        "/ask https://news.example/a",
        "Tell me who closed the weir at Aldbury. I was away. I want to know all of it.",
        f"{PARAGRAPH} So what happened then?",
    ],
)
def test_questions_are_none(text):
    assert read_handed(text) is None


def test_what_has_an_articles_shape_is_one():
    assert read_handed(ARTICLE) == Handed(text=ARTICLE)
    assert read_handed(PARAGRAPH * 9) == Handed(text=PARAGRAPH * 9)


@pytest.mark.parametrize("asked", [f"{ARTICLE}\n\nWho found it?", f"Who found it?\n{ARTICLE}"])
def test_a_question_may_stand_above_or_below(asked):
    assert read_handed(asked) == Handed(text=ARTICLE, question="Who found it?")


def test_in_doubt_it_is_not_sure():
    text = f"{PARAGRAPH} {PARAGRAPH} {PARAGRAPH}"[:450] + "."
    assert read_handed(text) == Handed(text=text, sure=False)


def test_a_text_that_names_its_source_is_a_text():
    text = f"https://news.example/weir\n{ARTICLE}"
    assert read_handed(text) == Handed(text=text)


@pytest.mark.parametrize("end", ["", "?"])
def test_a_question_that_is_too_long_stays_one(end):
    assert read_handed("why " * 400 + end) is None


def test_a_long_list_is_something_to_read():
    lines = "\n".join(f"Eel number {number} swam up the weir" for number in range(40))
    assert read_handed(lines) == Handed(text=lines)


@given(st.text(max_size=3000))
def test_any_text_is_read(text):
    handed = read_handed(text)
    assert handed is None or handed.addresses or handed.text


def test_pieces_are_joined_where_they_were_cut():
    assert join_pieces(["One sentence. Another", "one goes on.", "A third"]) == (
        "One sentence. Another one goes on.\nA third"
    )
    assert may_go_on("x" * 4000)
    assert not may_go_on(ARTICLE)
