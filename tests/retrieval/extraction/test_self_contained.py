"""Which sentences stand on their own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import split_sentences
from retrieval.extraction.self_contained import Part, classify_sentences, find_supports, is_leaning


def _supports(body: str, attributions: tuple[Attribution, ...] = (), *, language: str = "en"):
    article = Article(headline="Ferry runs again", body=body, language=language)
    pieces = split_sentences(body, language=language)
    return find_supports(article, pieces, attributions)


def _said(body: str, quote: str, speaker: str) -> Attribution:
    start, by = body.index(quote), body.index(speaker)
    slices = (start, start + len(quote)), (by, by + len(speaker))
    return Attribution(slices[0], Kind.DIRECT, slices[1], speaker, "", None, 0.9)


@pytest.mark.parametrize(
    "text",
    [
        "He resigned.",
        "It’s over for the ferry.",
        "“This must end,” the letter says.",
        "However, the ferry sailed.",
        "On the other hand, fares rose.",
        "In a letter to the council she asked for time.",
        "On Friday he resigned from the board.",
        "A new gate would take two years to build, she said.",
        "Digging up a street could be undone, she wrote.",
        "In response, the port closed.",
        "Their boats stayed in the harbour.",
        "Both will stand trial.",
        "E-mails released over the weekend support that.",
    ],
)
def test_a_sentence_that_needs_the_one_before_leans(text):
    assert is_leaning(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ines Okafor said that she would resign.",
        "Keller said that he would resign.",
        "Dockers who lost their jobs met on Monday.",
        "On Friday Okafor said he was the last to leave.",
        "The ferry lost its mast in the storm.",
        "Thousands came to see the boats.",
        "Items from the wreck go on show.",
        "Theo Marsh won the cup.",
        "",
    ],
)
def test_a_sentence_that_says_whom_it_means_stands(text):
    assert not is_leaning(text)


def test_a_leaning_sentence_comes_with_the_one_before():
    body = "Ines Okafor runs the port. She took over in spring. Fares rose by a tenth in June."

    assert _supports(body) == [(0,), (0, 1), (2,)]


def test_a_chain_of_leaning_sentences_ends_after_three():
    body = (
        "Ines Okafor runs the port. She took over in spring. She cut all fares again. She left it "
        "in June."
    )

    assert _supports(body) == [(0,), (0, 1), (0, 1, 2), ()]


def test_an_opening_that_leans_on_nothing_is_not_shown():
    assert _supports("It was the worst of nights. The gate stood open.")[0] == ()


def test_a_pronoun_within_the_opening_means_somebody_in_it():
    assert _supports("A diver who lost a ring says he has found it again.") == [(0,)]


def test_words_in_quotation_marks_come_with_the_sentence_that_says_whose_they_are():
    body = (
        "“The gate was never mended, nobody asked,” said Ines Okafor. “The money went to a new "
        "roof for the hall.” The council meets on Monday."
    )

    assert _supports(body) == [(0,), (0, 1), (2,)]


def test_a_quotation_that_goes_on_comes_with_its_speaker_at_the_end():
    body = (
        "“The gate was never mended by anyone.\n\n“The money went to a new roof instead,” said "
        "Ines Okafor of the port."
    )

    assert _supports(body)[1] == (1,)
    assert _supports(body)[0] in [(), (0, 1)]


def test_an_attribution_tells_where_the_speaker_stands():
    body = (
        "Ines Okafor runs the port. Fares rose again in June. “The gate was never mended by the "
        "city.”"
    )
    said = _said(body, "The gate was never mended by the city.", "Ines Okafor")

    assert _supports(body, (said,))[2] == (0, 2)


@pytest.mark.parametrize(
    "line",
    [
        "Scroll down for video.",
        "The harbour in winter",
        "The mayor (left) opens the new bridge.",
        "High water: The harbour gate in July.",
        "Will the ferry ever sail again?",
        "Too late.",
        "Advertisement",
    ],
)
def test_captions_headings_and_questions_are_not_shown(line):
    body = f"The ferry sailed at noon on Monday.\n\n{line}\n\nThe port was open all day long."

    found = _supports(body)

    assert found[0] == (0,)
    assert found[1] == ()


def test_languages_without_a_word_list_lean_on_nothing():
    assert _supports("He was de eerste op de kade vandaag.", language="nl") == [(0,)]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aAHe .“”\"'\n!?,", max_size=300))
def test_what_belongs_together_is_in_the_text_and_in_order(body):
    found = _supports(body)

    for number, together in enumerate(found):
        assert list(together) == sorted(set(together))
        assert not together or number in together
        assert all(0 <= place < len(found) for place in together)


def _parts(*lines: str) -> list[str]:
    body = "\n\n".join(lines)
    return [part.name for part in classify_sentences(body, split_sentences(body))]


def test_a_short_caption_is_one_with_all_its_sentences():
    caption = "The ferry sails in May. It is the last trip. Photograph: Ida Moe"
    assert _parts(caption, "Fares rose again.") == ["ASIDE", "ASIDE", "ASIDE", "STATEMENT"]


def test_a_credit_that_a_long_text_follows_is_no_credit_for_it():
    text = "Credit: Moe Fares on the ferry to Lissen rose again on Monday, the council said."
    assert _parts(text) == ["STATEMENT"]


def test_a_heading_is_short_and_stands_by_itself():
    long = (
        "The ferry to Lissen sails at noon from the old quay of Skarn on all days of the week but"
    )
    assert _parts("The ferry sails", "Fares rose.", long) == ["HEADING", "STATEMENT", "STATEMENT"]
    assert _parts("It sails at noon. The ferry sails") == ["STATEMENT", "STATEMENT"]


@pytest.mark.parametrize("line", ["Rovers 2, Skarn United 0", "Rovers win 2-0", "Fare: two crowns"])
def test_scores_and_items_tell_something(line):
    assert _parts(line) == ["STATEMENT"]


def test_of_a_list_the_lines_with_figures_tell_something():
    assert _parts("Ferry times", "Lissen at 9", "Skarn") == ["HEADING", "STATEMENT", "HEADING"]
    assert _parts("Nine trips", "Lissen at 9", "It sails.") == ["HEADING", "HEADING", "STATEMENT"]


@pytest.mark.parametrize("part", ["?", "Photo by ", "(getty", "follow email ", "1, a ", "'", "\\W"])
def test_a_line_of_any_length_is_told_in_time(part):
    line = part * (40_000 // len(part)) + "x"
    assert len(classify_sentences(line, [(0, len(line))])) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="aAHe1:.“”\"'\n!?,()", max_size=300))
def test_every_sentence_does_something(body):
    pieces = split_sentences(body)

    assert len(classify_sentences(body, pieces)) == len(pieces)
    assert all(part in Part for part in classify_sentences(body, pieces))


def test_a_body_of_sentences_that_all_lean_on_one_another_is_told_in_time():
    body = "He said so at nine in the rain. " * 4_000
    found = find_supports(Article("Rain", body), split_sentences(body))
    assert len(found) == 4_000
    assert not any(found)
