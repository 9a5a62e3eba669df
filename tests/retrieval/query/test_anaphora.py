"""What in a short text leans on the talk before it."""

import pytest

from retrieval.query.anaphora import (
    asks,
    drop_opening,
    find_fragment,
    find_leans,
    is_addressed,
    strip_bare,
    wants_more,
)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("More, please!", True),
        ("ok show me the next one", True),
        ("what else?", True),
        ("anything else about it", True),
        ("More trams?", False),
        ("", False),
    ],
)
def test_a_wish_to_go_on_names_nothing(text, more):
    assert wants_more(text) is more


@pytest.mark.parametrize(
    ("text", "opened", "rest"),
    [
        ("And what about the Gazette?", True, "the Gazette"),
        ("so how about trams", True, "trams"),
        ("Android phones", False, "Android phones"),
        ("sofas", False, "sofas"),
    ],
)
def test_an_opening_is_whole_words(text, opened, rest):
    assert drop_opening(text) == (opened, rest)


@pytest.mark.parametrize(
    ("text", "leaning"),
    [
        ("When did he sail?", ["he"]),
        ("Where is her ferry?", ["her"]),
        ("Why was it closed?", ["it"]),
        ("Who opposed that?", ["that"]),
        ("Is it true that the tram stops?", []),
        ("Is it raining?", []),
        ("What did the mayor say when he left?", []),
        ("Can you help me with it?", []),
        ("Why do trams stop?", []),
    ],
)
def test_a_pronoun_leans_where_nothing_before_it_can_be_meant(text, leaning):
    assert [text[one.start : one.end] for one in find_leans(text, False, replied=False)] == leaning


def test_a_pronoun_knows_what_it_stands_for():
    (her,) = find_leans("Where is her ferry?", False, replied=False)
    assert (her.person, her.possessive, her.subject) == (True, True, False)
    (there,) = find_leans("Who lives there?", False, replied=False)
    assert (there.person, there.place) == (False, True)


@pytest.mark.parametrize(
    ("text", "opened", "replied", "fragment"),
    [
        ("by the mayor", False, False, True),
        ("trams", True, False, True),
        ("trams", False, True, True),
        ("trams", False, False, False),
        ("who left", True, True, False),
        ("one two three four five six", True, True, False),
        ("about me", True, True, False),
    ],
)
def test_a_fragment_leans_on_an_opening_a_reply_or_its_own_form(text, opened, replied, fragment):
    assert find_fragment(text, opened, replied=replied) == (text if fragment else "")


def test_questions_and_addresses_are_told_by_their_words():
    assert asks("by whom was it built")
    assert not asks("Isabel sails")
    assert is_addressed("who are you")
    assert not is_addressed("who is Yourcenar")
    assert strip_bare("since when exactly") == "since when"
    assert strip_bare("when trams") == ""
