"""Labels that may name a speaker, in the forms in which they are printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.attribution.labels import read_label, read_named, spell, weigh


def read(line: str) -> tuple[str, str, str] | None:
    """Name, role and speech of a line's label."""
    label = read_label(line, 0, len(line))
    return label and (" ".join(label.name), label.role, line[slice(*label.speech)])


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Ada Quill: It is cold.", ("Ada Quill", "", "It is cold.")),
        ("QUILL: It is cold.", ("QUILL", "", "It is cold.")),
        ("MAYOR ADA QUILL: It is cold.", ("ADA QUILL", "MAYOR", "It is cold.")),
        ("Mr. Hale: It is cold.", ("Hale", "", "It is cold.")),
        ("Prime Minister: It is cold.", ("", "Prime Minister", "It is cold.")),
        ("The Leader of the House: Cold.", ("", "The Leader of the House", "Cold.")),
        ("Minister of State Ada Quill: Cold.", ("Ada Quill", "Minister of State", "Cold.")),
        ("The Minister for Sheds (Mr Peter Hale): Cold.", ("Peter Hale", "", "Cold.")),
        ("Ms Ada Quill (Aldbury) (Ind): Cold.", ("Ada Quill", "", "Cold.")),
        ("Ada Quill, head of the pier: Cold.", ("Ada Quill", "head of the pier", "Cold.")),
        ("[00:01:02] Ada Quill: Cold.", ("Ada Quill", "", "Cold.")),
        ("- Ada Quill: Cold.", ("Ada Quill", "", "Cold.")),
        ("Ada Quill: (00:03) Cold.", ("Ada Quill", "", "Cold.")),
        ("Ada Quill: (laughs) Cold.", ("Ada Quill", "", "(laughs) Cold.")),
        ("Ada Quill  00:03", ("Ada Quill", "", "")),
        ("Ada Quill:", ("Ada Quill", "", "")),
        ("Ursula van der Quill: Cold.", ("Ursula van der Quill", "", "Cold.")),
        ("Mr HALE — I move.", ("HALE", "", "I move.")),
        ("Q. Is it cold?", ("Q", "", "Is it cold?")),
        ("Q  Is it cold?", ("Q", "", "Is it cold?")),
        ("Governor Ada Quill and Mayor Peter Hale: Cold.", None),
        ("Ask the Expert: Is it cold?", None),
        ("Ada Quill, who runs the pier: Cold.", None),
        ("Ada “Rivet” Quill: Cold.", None),
        ("the pier is cold: Ada Quill", None),
        ("Chapter 4: The pier", None),
        ("(Ada Quill: laughs)", None),
        ("The pier opens at 9:30", None),
        ("Ada Quill on the very old pier of Aldbury by the northern sea and so on: Cold.", None),
        ("Ada Maria Josefa Clara Quill: Cold.", None),
        ("A man stood there.", None),
        ("12:30", None),
        ("", None),
    ],
)
def test_a_label_is_read_with_what_goes_with_names(line, label):
    assert read(line) == label


@pytest.mark.parametrize("line", ["Q: x", "MODERATOR: x", "The Reporter: x"])
def test_some_labels_stand_for_whoever_asks(line):
    label = read_label(line, 0, len(line))
    assert label is not None
    assert label.asks
    assert not label.answers


def test_some_labels_stand_for_whoever_answers():
    label = read_label("A: Cold.", 0, 8)
    assert label is not None
    assert label.answers


def weight(words: str) -> float:
    label = read_named(words, 0, len(words))
    assert label is not None
    return weigh(label)


def test_people_weigh_more_than_words_and_headings_less_than_nothing():
    assert weight("Ada Quill, baker") > weight("Ada Quill") > weight("Kick Off Now") > 0
    assert weight("Mr Quill") > weight("Quill") == 0
    assert weight("Background") < 0
    assert weight("Aldbury Council") < 0


def test_capitals_are_spelled_as_names_are():
    assert spell(["ADA", "O'NEILL", "VAN", "QUILL"]) == "Ada O'Neill van Quill"
    assert spell(["MCCOY", "THE", "CNN"]) == "McCoy the CNN"
    assert spell(["Ada", "Quill"]) == "Ada Quill"


@given(st.text(alphabet="Aa QA.:—-,()[0“\n&", max_size=60))
def test_slices_of_a_label_lie_in_its_line(line):
    label = read_label(line, 0, len(line))
    if label is not None:
        assert 0 <= label.at[0] < label.at[1] <= label.speech[0] <= label.speech[1] == len(line)
