from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.attribution.indirect_speech import find_reports
from corpus.nlp.spacy_model import parse

WORDS = st.sampled_from(
    [
        *("the", "mayor", "she", "said", "told", "that", "not", "denied", "urged", "claim"),
        *("accused", "of", "to", "close", "according", "who", "is", "did", "and", "bridge"),
        *("whether", "him", ",", ".", "“", "”", "–", "\n\n"),
    ]
)


def found(text: str, *quotes: str) -> list[tuple[str | None, str, str]]:
    """Mention, cue and content of what is reported, as printed."""
    slices = [(text.index(quote), text.index(quote) + len(quote)) for quote in quotes]
    return [
        (
            report.speaker and text[slice(*report.speaker)],
            text[slice(*report.cue)],
            text[slice(*report.content)],
        )
        for report in find_reports(parse(text), slices)
    ]


@pytest.mark.parametrize(
    ("text", "mention", "cue", "content"),
    [
        (
            "The mayor said that the bridge is safe.",
            "The mayor",
            "said",
            "that the bridge is safe",
        ),
        ("The mayor said the bridge is safe.", "The mayor", "said", "the bridge is safe"),
        ("The bridge is safe, the mayor said.", "the mayor", "said", "The bridge is safe"),
        (
            "According to the ministry, the harbour will close in May.",
            "the ministry",
            "According to",
            "the harbour will close in May",
        ),
        (
            "The harbour will close in May, according to the ministry.",
            "the ministry",
            "according to",
            "The harbour will close in May",
        ),
        (
            "The minister criticised the plan for the harbour.",
            "The minister",
            "criticised",
            "the plan for the harbour",
        ),
        (
            "The minister accused the council of hiding the report.",
            "The minister",
            "accused",
            "the council of hiding the report",
        ),
        (
            "The union called on Monday for a strike.",
            "The union",
            "called",
            "for a strike",
        ),
        (
            "The two countries agreed that the border would stay open.",
            "The two countries",
            "agreed",
            "that the border would stay open",
        ),
        (
            "Ms. Rowe told reporters that the deal was dead.",
            "Ms. Rowe",
            "told",
            "that the deal was dead",
        ),
        (
            "The company promised to pay its workers.",
            "The company",
            "promised",
            "to pay its workers",
        ),
        (
            "Engineers doubted the mayor's claim that the bridge was safe.",
            "the mayor",
            "claim",
            "that the bridge was safe",
        ),
        (
            "The governor is confident that the dam will hold.",
            "The governor",
            "confident",
            "that the dam will hold",
        ),
    ],
)
def test_reported_speech_is_found_with_its_cue_and_who_said_it(text, mention, cue, content):
    assert (mention, cue, content) in found(text)


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        ("The mayor did not deny that he knew.", "did not deny", "that he knew"),
        ("The ministry would not say whether it paid.", "would not say", "whether it paid"),
        ("The mayor declined to say whether he paid.", "declined to say", "whether he paid"),
        (
            "She has never said that the bridge is safe.",
            "has never said",
            "that the bridge is safe",
        ),
    ],
)
def test_a_cue_keeps_its_negation(text, cue, content):
    assert [one[1:] for one in found(text)] == [(cue, content)]


def test_a_saying_cut_in_two_by_its_cue_makes_two_reports_of_one_cue():
    reports = found("The bridge, the mayor said, would stay open through the winter.")

    assert reports == [
        ("the mayor", "said", "The bridge"),
        ("the mayor", "said", "would stay open through the winter"),
    ]


def test_a_second_verb_has_the_subject_of_the_first():
    reports = found("The minister praised the builders and said that the work was done.")

    assert ("The minister", "said", "that the work was done") in reports


def test_a_participle_has_the_subject_of_its_clause():
    reports = found("The mayor left early, saying that he was tired.")

    assert ("The mayor", "saying", "that he was tired") in reports


def test_who_is_told_to_say_it_says_it():
    reports = found("The minister told the spokesman to say that the dam was safe.")

    assert ("the spokesman", "that the dam was safe") in [(one[0], one[2]) for one in reports]


def test_a_claim_is_by_whoever_makes_it_or_by_whom_it_is_said_to_be():
    made = found("The engineer made the claim that the dam was weak.")
    given = found("The claim by the engineer that the dam was weak is new.")

    assert ("The engineer", "claim", "that the dam was weak") in made
    assert ("the engineer", "claim", "that the dam was weak") in given


def test_a_figure_according_to_somebody_is_reported_with_its_clause():
    reports = found("The tower cost 29 million crowns, according to the ministry.")

    assert reports == [("the ministry", "according to", "The tower cost 29 million crowns")]


def test_an_apposition_according_to_somebody_is_all_that_is_reported():
    reports = found("The harbour, the largest in Europe according to the ministry, will close.")

    assert reports == [("the ministry", "according to", "the largest in Europe")]


def test_a_clause_ends_at_a_line_break():
    reports = found("The mayor said that the old dam\nwas weak.")

    assert reports == [("The mayor", "said", "that the old dam")]


def test_what_is_only_supposed_to_be_said_is_not_reported():
    reports = found("The ministry said it could help if both sides asked for a mediator.")

    assert [speaker for speaker, *_ in reports] == ["The ministry"]


def test_less_than_three_words_say_nothing():
    assert found("The mayor asked for help.") == []


def test_who_stands_for_the_person_before_it():
    reports = found("The engineer who said that the dam was weak has resigned.")

    assert ("The engineer", "said", "that the dam was weak") in reports


def test_a_passive_report_is_by_its_agent_alone():
    reports = found("The minister was accused by the union of hiding the report.")

    assert ("the union", "was accused", "of hiding the report") in reports


def test_a_passive_report_without_agent_is_nobodys():
    reports = found("The minister was told that the dam was weak.")

    assert (None, "was told", "that the dam was weak") in reports


def test_a_fragment_in_quotation_marks_stays_in_what_is_reported_around_it():
    text = "The mayor said that the bridge was “in a sorry state” and would close."

    [report] = found(text, "“in a sorry state”")

    assert report[2] == "that the bridge was “in a sorry state” and would close"


@pytest.mark.parametrize("quote", ["The bridge is safe", "“The bridge is safe,”"])
def test_direct_speech_is_not_reported_speech(quote):
    assert found("“The bridge is safe,” the mayor said.", quote) == []


def test_what_a_quoted_speaker_reports_is_left_alone():
    quote = "The engineers told me that the dam was weak"

    assert found(f"“{quote}.”", quote) == []


@pytest.mark.parametrize("text", ["", "\n\n", "The bridge opened in May.", "According, to."])
def test_text_without_reported_speech_has_none(text):
    assert found(text) == []


def test_reports_do_not_run_into_another_paragraph():
    text = "The dam is old\n\nThe bridge is safe, the mayor said.\n\nRain fell"

    assert all("\n" not in content for _, _, content in found(text))


@settings(max_examples=60, deadline=None)
@given(words=st.lists(WORDS, max_size=40), cut=st.integers(0, 60))
def test_reports_of_any_text_are_sorted_and_lie_within_it(words, cut):
    text = " ".join(words)
    quoted = (min(cut, len(text)), min(cut + 20, len(text)))

    reports = find_reports(parse(text), [quoted])

    assert [one.content for one in reports] == sorted(one.content for one in reports)
    for report in reports:
        for start, end in filter(None, (report.content, report.cue, report.speaker)):
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
        assert not (quoted[0] <= report.content[0] and report.content[1] <= quoted[1])
        assert "\n" not in text[slice(*report.content)]
