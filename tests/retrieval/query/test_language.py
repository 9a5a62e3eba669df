"""The language of a message is told only where it is certain."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.query.language import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("wann fährt die Fähre nach Skarn", "de"),
        ("wie viel kostet die Straßenbahn", "de"),
        ("¿quién cerró el puente de Lissen?", "es"),
        ("combien coûte le tramway de Port Averin", "fr"),
        ("chi ha vinto la regata di settembre", "it"),
        ("hvem lukkede fødestuen i Dunmallow", "da"),
        ("hoeveel stakers waren er in de haven", "nl"),
        ("сколько стоит трамвай", "ru"),
        ("港口罢工结束了吗", "zh"),
    ],
)
def test_a_question_in_another_language_is_told(text, language):
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "who closed the bridge at Lissen",
        "kylian mbappe ousmane dembele",
        "viktor orban volodymyr zelensky",
        "de bruyne van dijk de ligt",
        "real madrid barcelona el clasico",
        "la liga los angeles",
        "angela merkel olaf scholz friedrich merz",
        "dua lipa levitating",
        "stellan mukherjee",
        "crème brûlée recept",
        "who is Владимир Путин",
        "Ines Okafor, Karel Sundaram",
    ],
)
def test_names_and_loan_words_are_no_other_language(text):
    assert detect_language(text) == "en"


@settings(deadline=None)  # the first loads the model
@given(st.text(max_size=60))
def test_whatever_is_typed_has_a_language_of_two_letters(text):
    assert len(detect_language(text)) == 2
