"""The phrases that say what a question is about."""

import pytest

from retrieval.query.keyphrases import extract_keyphrases, shorten


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How many ships were turned away?", "ships were turned away"),
        ("Please tell me, who else sailed?", "sailed"),
        ("By whom was the weir opened? ", "was the weir opened"),
        ("Ferry fares", "Ferry fares"),
        ("Who?", ""),
    ],
)
def test_the_question_word_is_no_part_of_the_topic(question, short):
    assert shorten(question) == short


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Who pays Haldry Rail Works for it?", ("pays", "Haldry Rail Works")),
        ("How many come to the weir?", ("weir",)),
        ("old tram, old tram and new weir", ("tram", "new weir")),
        ("the price of 4.50", ("price", "4.50")),
        ("what really happened", ()),
        ("", ()),
    ],
)
def test_phrases_are_runs_of_words_that_say_something(text, phrases):
    assert extract_keyphrases(text) == phrases
