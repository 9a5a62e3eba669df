"""What the words of a message say about the kind of answer it wants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.query.intent import Ask
from retrieval.query.people import People
from retrieval.query.who_said import read_who
from retrieval.routing.signs import read_signs

PEOPLE = People([("Ines Okafor", "the county engineer", 2)])
URL = "https://news.example/bridge"


def read(text, *, somebody=False):
    return read_signs(Ask.read(text), read_who(text, people=PEOPLE), somebody=somebody)


def test_every_word_and_pair_is_a_sign_and_so_are_the_first_and_the_last():
    signs = read("Bridge OPEN? Who’s there")

    for name in (
        "word bridge", "word open", "word who's", "word there",
        "pair bridge open", "pair open who's", "pair who's there",
        "first bridge", "last there",
    ):  # fmt: skip
        assert signs[name] == 1.0
    assert signs["length"] == 4 / 12


@pytest.mark.parametrize(
    ("text", "some", "others"),
    [
        ("summary of the bridge", {"reads as summary"}, {"reads as nothing else"}),
        ("sum it up", {"reads as summary of this"}, {"reads as summary"}),
        (URL, {"reads as summary", "is an address"}, {"reads as nothing else"}),
        ("timeline of the bridge", {"reads as timeline"}, {"may read as timeline"}),
        ("what happened to the bridge", {"may read as timeline"}, {"reads as timeline"}),
        (
            "What did Okafor say about the bridge?",
            {"reads as said by", "reads as who said what", "reads a speaker"},
            {"doubted verb of saying", "quotes words of a speaker", "reads as nothing else"},
        ),
        (
            "Who said “it will last for ninety years”?",
            {"reads as who said", "quotes words of a speaker", "quotation marks"},
            {"reads a speaker"},
        ),
        ("Who owned up to the crack?", {"reads as who said what"}, set()),
        ("Who owns the ferry?", {"reads as nothing else"}, {"reads as who said what"}),
        ("Who promised a ticket?", {"reads as who did"}, {"doubted verb of saying"}),
        ("Who backed the plan?", {"reads as who did", "doubted verb of saying"}, set()),
        ("Did Okafor deny it?", {"reads as did", "reads a speaker"}, {"reads as who did"}),
        ("Why was it closed", {"reads as nothing else", "opens as a question"}, {"question mark"}),
    ],
)
def test_how_grammar_reads_a_message_is_a_sign(text, some, others):
    signs = read(text)

    assert some <= signs.keys()
    assert others.isdisjoint(signs)


@pytest.mark.parametrize(
    ("text", "some", "others"),
    [
        ("bridge", {"no word of questions", "one or two words"}, {"three or four words"}),
        ("Lissen bridge repair", {"no word of questions", "three or four words"}, {"digits"}),
        ("the bridge at Lissen opens", {"no word of questions"}, {"three or four words"}),
        ("bridge closed why", set(), {"no word of questions", "opens as a question"}),
        ("whats new?", {"opens as a question", "question mark"}, {"no word of questions"}),
        ("9 crowns", {"digits", "one or two words"}, {"quotation marks"}),
        ("what happened to the bridge on Monday", {"narrow"}, {"may read as timeline"}),
        ("“last”", {"quotation marks"}, {"question mark"}),
    ],
)
def test_the_shape_of_a_message_is_a_sign(text, some, others):
    signs = read(text)

    assert some <= signs.keys()
    assert others.isdisjoint(signs)


@pytest.mark.parametrize(
    "text",
    [
        "okafor, the bridge, her words",
        "how did they talk of the bridge",
        "Who denies the crack?",
        "okafor owning up to the crack",
        "any criticism of the toll",
        "what are Okafor’s thoughts",
    ],
)
def test_a_word_of_saying_is_a_sign_whatever_grammar_reads(text):
    assert read(text)["speaks of saying"] == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "How did Okafor find the crack?",
        "Who backs the plan?",
        "who owns the ferry",
        "tell me about the crack",
        "tell me",
        "?",
    ],
)
def test_other_verbs_and_what_is_said_to_the_bot_are_no_word_of_saying(text):
    assert "speaks of saying" not in read(text)


def test_a_name_is_the_stronger_a_sign_the_less_stands_beside_it():
    assert read("okafor", somebody=True)["somebody among few words"] == pytest.approx(11 / 12)
    assert read("okafor on the old bridge", somebody=True)[
        "somebody among few words"
    ] == pytest.approx(7 / 12)
    long = read("okafor " + "bridge " * 20, somebody=True)
    assert (long["names somebody"], long["somebody among few words"]) == (1.0, 0.0)
    assert "names somebody" not in read("okafor")


def test_a_text_without_words_has_no_first_and_no_last():
    assert read("?!") == {
        "reads as nothing else": 1.0,
        "question mark": 1.0,
        "no word of questions": 1.0,
        "one or two words": 1.0,
        "length": 0.0,
    }


def test_of_a_text_pasted_only_the_beginning_is_read():
    signs = read("bridge " * 60 + "ferry 9")

    assert "word bridge" in signs
    assert {"word ferry", "digits"}.isdisjoint(signs)
    assert signs["length"] == 1.0


@given(st.text(max_size=500), st.booleans())
def test_every_sign_has_a_strength_of_at_most_one(text, somebody):
    assert all(0 <= strength <= 1 for strength in read(text, somebody=somebody).values())
