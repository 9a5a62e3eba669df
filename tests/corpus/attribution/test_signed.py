"""Quotations whose speaker is named beside, above or below them."""

from __future__ import annotations

import pytest

from corpus.attribution.attribute import attribute
from corpus.attribution.attribution import Kind

STEEL = "“We have no steel for the pier.”"
CREW = "“I have asked the county for a crew.”"
NIGHT = "“Nobody sleeps in this house any more.”"


def told(*paragraphs: str) -> list[tuple[str, str]]:
    """Name and first words of what is told in quotation marks, or stands for such."""
    body = "\n\n".join(paragraphs)
    return [
        (one.name, " ".join(body[slice(*one.quote)].split()[:2]))
        for one in attribute(body)
        if one.kind is not Kind.REPORTED
    ]


@pytest.mark.parametrize(
    "lead",
    [
        "From Chairwoman Ada Quill:",
        "And from Ada Quill, head of the Pier Trust:",
        "From the desk of Ada Quill, engineer at Aldbury Bank:",
        "Statement by Mayor Ada Quill on the closing of the pier:",
        "Statement by Mayor Ada Quill, on the closing of the pier",
        "Official statement from Mayor Ada Quill",
        "Letter from Ada Quill to Mayor Peter Hale:",
        "Ada Quill, head of the Pier Trust:",
        "• Ada Quill:",
        "MAYOR ADA QUILL:",
    ],
)
def test_all_quotations_below_a_lead_are_those_of_whom_it_names(lead):
    found = told("The pier was closed.", lead, STEEL, CREW, "The pier is old.")
    assert found == [("Ada Quill", "We have"), ("Ada Quill", "I have")]


@pytest.mark.parametrize(
    "lead",
    [
        "From Aldbury:",
        "A message to Mayor Ada Quill:",
        "Background:",
        "A statement:",
    ],
)
def test_a_lead_that_names_no_one_person_names_nobody(lead):
    assert told(lead, STEEL) == []


def test_a_lead_of_two_people_names_both():
    lead = "Joint statement by Governor Ada Quill and Mayor Peter Hale:"
    assert {name for name, _ in told(lead, STEEL)} == {"Governor Ada Quill and Mayor Peter Hale"}


def test_the_next_lead_ends_what_the_first_announces():
    found = told("From Ada Quill:", STEEL, "From Mayor Peter Hale:", CREW)
    assert [name for name, _ in found] == ["Ada Quill", "Peter Hale"]


def test_a_cue_of_its_own_outweighs_the_lead_above():
    found = told("From Ada Quill:", STEEL, "“I have none,” said Peter Hale.")
    assert [name for name, _ in found] == ["Ada Quill", "Peter Hale"]


def test_a_label_with_a_role_is_no_body_that_the_role_names():
    line = "Peter Hale, spokesman for Northern Rail: “Our trains cannot carry them all.”"
    [found] = attribute(line)
    assert (found.name, found.role) == ("Peter Hale", "spokesman for Northern Rail")


def test_a_label_in_the_line_leads_the_quotations_below_too():
    found = told(f"Ada Quill: {STEEL}", CREW)
    assert [name for name, _ in found] == ["Ada Quill"] * 2


@pytest.mark.parametrize(
    "line",
    [
        f"{STEEL} – Commissioner Ada Quill",
        f"{STEEL} —Ada Quill, head of the Pier Trust.",
        f"{STEEL} (Ada Quill, baker)",
        f"{STEEL}\n- Ada Quill, head of the Pier Trust",
        f"{STEEL}\n\n– Ada Quill, chairwoman, Pier Trust",
    ],
)
def test_a_signature_behind_or_below_a_quotation_is_its_speaker_s(line):
    assert told("What people say:", line, "The pier is old.") == [("Ada Quill", "We have")]


def test_a_signature_ends_what_it_signs():
    assert told(f"{STEEL} – Mayor Ada Quill", CREW) == [("Ada Quill", "We have")]
    assert told(STEEL, "– Mayor Ada Quill", CREW) == [("Ada Quill", "We have")]


def test_a_signature_signs_a_quotation_of_several_paragraphs():
    found = told("“We have no steel.", "“I have asked for some.”", "– Mayor Ada Quill")
    assert [name for name, _ in found] == ["Ada Quill"] * 2


@pytest.mark.parametrize(
    "tail", ["— Reuters", "— The end (of it all) is near", "– 1 of 3", "(sic)"]
)
def test_what_is_no_name_signs_nothing(tail):
    assert told("It rained.", f"{STEEL} {tail}") == []


QUILL, HALE, LIND = "Ada Quill, nurse", "Peter Hale, baker", "Nora Lind, 50, builder"


def test_names_above_their_quotations_are_their_speakers():
    found = told("We asked three people.", QUILL, STEEL, HALE, CREW, LIND, NIGHT)
    assert [name for name, _ in found] == ["Ada Quill", "Peter Hale", "Nora Lind"]


def test_names_below_their_quotations_are_their_speakers():
    found = told("We asked three people.", STEEL, QUILL, CREW, HALE, NIGHT, LIND, "It rained.")
    assert [name for name, _ in found] == ["Ada Quill", "Peter Hale", "Nora Lind"]


def test_names_that_may_belong_above_or_below_name_nobody():
    assert told("We asked two people.", QUILL, STEEL, HALE, CREW, LIND) == []


def test_one_name_above_a_quotation_is_a_heading():
    assert told("It rained.", QUILL, STEEL, "It rained again.") == []


def test_a_statement_without_marks_goes_on_as_long_as_it_speaks_of_we():
    lead = "Ada Quill, the head of the trust, said in a statement:"
    found = told(lead, "We have no steel.", "I asked for some.", "It rained.", "We asked them.")
    assert found == [("Ada Quill", "We have"), ("Ada Quill", "I asked")]
    found = told("Statement by Mayor Ada Quill:", "We have no steel.", "Below is our plan:")
    assert found == [("Ada Quill", "We have")]


def test_who_says_it_has_to_be_a_person_whom_the_article_names():
    assert told("The trust said in a statement:", "We have no steel.") == []
    assert told("Three things are known:", "We have no steel.") == []


def test_tags_behind_a_quotation_in_a_post_are_no_words():
    found = told("Reaction from Ada Quill:", f"{STEEL} #pier pic.x.com/1")
    assert found == [("Ada Quill", "We have")]


def test_a_long_line_is_no_lead():
    lead = "From the many letters that came in on Monday and on all the days of the long week that "
    assert (
        told(f"{lead}followed when the rain had come to Aldbury at last from Ada Quill:", STEEL)
        == []
    )
