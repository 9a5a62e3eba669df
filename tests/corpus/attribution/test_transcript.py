"""Transcripts: whose turn each paragraph is, and what only looks like one."""

from __future__ import annotations

import pytest

from corpus.attribution.attribute import attribute
from corpus.attribution.attribution import Kind


def told(*paragraphs: str) -> list[tuple[str, str]]:
    """The name of each stretch of direct speech, and how it begins."""
    body = "\n\n".join(paragraphs)
    return [
        (one.name, " ".join(body[slice(*one.quote)].split()[:2]))
        for one in attribute(body)
        if one.kind is not Kind.REPORTED
    ]


def names(*paragraphs: str) -> list[str]:
    return [name for name, _ in told(*paragraphs)]


ASKED = "INTERVIEWER: Why is it closed?"
MORE = "INTERVIEWER: And will you mend it?"
COLD = "We had no steel, and I had no crew."
STEEL = "I have ordered the steel."


def test_a_surname_in_capitals_is_the_person_whom_the_article_tells_of():
    opening = "Ingrid Solberg, the mayor of Aldbury, met the press."
    assert told(opening, ASKED, f"SOLBERG: {COLD}", MORE, f"SOLBERG: {STEEL}") == [
        ("Ingrid Solberg", "We had"),
        ("Ingrid Solberg", "I have"),
    ]


def test_names_that_stand_in_capitals_only_are_spelled_as_names_are():
    talk = ("ADA QUILL, HOST: I am glad that you came.", f"PETER HALE: {COLD}")
    [first, second] = attribute("\n\n".join((*talk, f"QUILL: {STEEL}")))[:2]
    assert (first.name, first.role) == ("Ada Quill", "Host")
    assert second.name == "Peter Hale"


def test_an_unknown_name_is_a_speaker_where_it_comes_again_in_turn():
    talk = ("Zbor Ytter: Are you cold?", f"Quor Vael: {COLD}") * 2
    assert names(*talk) == ["Zbor Ytter", "Quor Vael"] * 2


def test_a_label_may_stand_on_a_line_of_its_own():
    talk = ("Ada Quill: (00:01)", COLD, "Peter Hale  00:07", STEEL, "Ada Quill: (00:09)", COLD)
    assert names(*talk) == ["Ada Quill", "Peter Hale", "Ada Quill"]


def test_an_office_is_whoever_holds_it_in_the_article_or_a_description():
    talk = (f"PRIME MINISTER: {COLD}", "LEADER OF THE OPPOSITION: You had a crew, sir.") * 2
    opening = "Prime Minister Ingrid Solberg answered questions on Monday."
    assert names(opening, *talk) == ["Ingrid Solberg", "the leader of the opposition"] * 2
    talk = (ASKED, f"Ada Quill: {COLD}", f"Mr Speaker: {STEEL}")
    assert names(*talk) == ["Ada Quill", "Mr Speaker"]


def test_initials_are_the_one_person_who_has_them():
    opening = "Ingrid Solberg talked to the mayor, Peter Hale, on Monday."
    talk = ("IS: Why is it closed?", f"PH: {COLD}")
    assert names(opening, *talk, *talk) == ["Ingrid Solberg", "Peter Hale"] * 2
    other = "Petra Holm, the clerk, made the tea."
    assert "Peter Hale" not in names(opening, other, *talk, *talk)


def test_two_people_of_one_surname_are_not_told_apart():
    opening = "Robert Hale, a miller, and his sister Nora Hale, a baker, run the mill."
    assert set(names(opening, ASKED, f"Hale: {COLD}", MORE, f"Hale: {STEEL}")) <= {"Hale"}


ANSWERED = ("Q: Why is it closed?", f"A: {COLD}", "Q: And now?", f"A: {STEEL}")


def test_answers_are_given_by_whom_the_opening_is_about():
    opening = "Ada Quill has run the pier for years. Quill gave an interview on Monday."
    assert names(opening, *ANSWERED) == ["Ada Quill"] * 2


@pytest.mark.parametrize(
    "opening",
    [
        "Ada Quill and Peter Hale gave an interview on Monday.",
        "The pier was closed on Monday.",
    ],
)
def test_answers_are_nobody_s_where_it_is_unclear_who_is_asked(opening):
    assert told(opening, *ANSWERED) == []


def test_answers_of_a_firm_s_list_of_questions_are_nobody_s():
    opening = "Ada Quill, the head of Aldbury Ferries, has changed the timetable."
    answers = ("Q: When is it?", "A: At six. We moved it.", "Q: Why?", "A: So that you sleep.")
    assert told(opening, *answers) == []


def test_what_whoever_asks_quotes_is_not_said_by_whoever_answers():
    asked = "INTERVIEWER: You told us that “the sea will take us all”. Will it?"
    assert names(asked, f"Ada Quill: {COLD}", MORE, f"Ada Quill: {STEEL}") == ["Ada Quill"] * 2


TALK = (ASKED, f"Ada Quill: {COLD}")
END = (MORE, f"Ada Quill: {STEEL}")


def test_a_paragraph_without_label_goes_on_with_the_turn():
    assert names(*TALK, "I wrote three letters.", *END) == ["Ada Quill"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "Quill walked to the window, and I followed.",
        "The rain had stopped over the harbour.",
        "Do you want to see the letters?",
        "(I laugh at that.)",
        "What I wrote to the county",
        "Note: We asked the county, and you can read its answer.",
    ],
)
def test_what_the_reporter_says_between_is_nobody_s(line):
    assert names(*TALK, line, *END) == ["Ada Quill"] * 2


def test_behind_the_last_turn_only_who_says_i_goes_on():
    assert len(told(*TALK, *END, "We thank our readers.")) == 2
    assert len(told(*TALK, *END, "I shall sleep now.")) == 3


def test_a_long_speech_goes_on_where_it_says_i():
    speech = ("I was born here.", "The pier was new.", "My father built it.", "I loved it.")
    found = told("Transcript of the talk.", f"Ada Quill: {COLD}", *speech, f"Peter Hale: {STEEL}")
    assert found[0] == ("Ada Quill", "We had")
    assert ("Ada Quill", "I was") in found
    assert ("Ada Quill", "My father") not in found  # the reporter may have spoken between


@pytest.mark.parametrize(
    "lines",
    [
        ("Background: We built it.", "Update: I was told so.", "Note: We ask you."),
        ("Aldbury: We are wet.", "Corvo: I see the lock.", "Aldbury: We are dry."),
        ("Ada Quill: The mayor had luck.", "Peter Hale: He fell.", "Nora Lind: She won."),
        ("Ada Quill: Saved you twice. 7", "Peter Hale: You slept. 4", "Nora Lind: Your best. 9"),
        ("Time: We took an hour.", "Method: I begin with salt.", "Time: I let it rest."),
        ("Director: We begin at six.", "Tickets: You buy them here.", "Director: I said six."),
        ("Ada Quill: “We had no steel.”", "Peter Hale: “I had none.”", "Nora Lind: “My, my.”"),
    ],
)
def test_lists_with_colons_are_no_transcripts(lines):
    assert {line for name, line in told(*lines) if name not in ("Ada Quill", "Peter Hale")} <= {
        "My, my."
    }
