"""Sentences and passages are slices that lose nothing, overlap nowhere and keep to the limit."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.nlp.segment import PASSAGE_WORDS, count_words, split_passages, split_sentences

modest = settings(deadline=None, max_examples=60)

# Prose-like text finds the splitter's rules; arbitrary text finds its slips.
PIECES = (
    *"aB.!?…。\"'”’() ",
    "\n\n",
    "\n",
    "Mr. ",
    "U.S. ",
    "3.5 ",
    "é",
    "👩🏽‍🚀",
    "\u00a0",
    "हिन्दी। ",
)
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=200)
)


def visible(text):
    return [place for place, character in enumerate(text) if not character.isspace()]


def covered(text, slices):
    places = [place for start, end in slices for place in range(start, end)]
    return [place for place in places if not text[place].isspace()]


@modest
@given(TEXTS)
@example("0\x85")
@example("")
@example("“No.” 👩🏽‍🚀 “Yes.”\n\nHe left.")
def test_every_visible_character_lies_in_exactly_one_sentence(text):
    assert covered(text, split_sentences(text)) == visible(text)


@modest
@given(TEXTS)
def test_sentences_have_no_white_space_around_them_and_no_line_break_inside(text):
    for start, end in split_sentences(text):
        sentence = text[start:end]
        assert sentence
        assert sentence == sentence.strip()
        assert "\n" not in sentence


@modest
@given(TEXTS, st.integers(1, 12))
def test_every_visible_character_lies_in_exactly_one_passage(body, words):
    found = split_passages("a1", body, words=words)
    assert covered(body, [(passage.start, passage.end) for passage in found]) == visible(body)


@modest
@given(TEXTS, st.integers(1, 12))
def test_offsets_point_back_into_the_body_and_no_passage_is_too_long(body, words):
    for passage in split_passages("a1", body, words=words):
        assert body[passage.start : passage.end] == passage.text
        assert 1 <= count_words(passage.text) <= words
        assert passage.article_id == "a1"


@modest
@given(TEXTS, st.integers(1, 12))
def test_a_sentence_that_fits_is_never_cut(body, words):
    found = split_passages("a1", body, words=words)
    for start, end in split_sentences(body):
        if count_words(body[start:end]) <= words:
            assert any(p.start <= start and end <= p.end for p in found)


@modest
@given(st.lists(st.integers(1, 9), max_size=12), st.integers(9, 20))
def test_a_paragraph_that_fits_is_never_cut(lengths, words):
    written = [" ".join(["Word."] * length) for length in lengths]
    ends = [passage.text for passage in split_passages("a1", "\n\n".join(written), words=words)]
    assert "\n\n".join(ends) == "\n\n".join(written)
    assert all(
        first.count("Word.") + second.split("\n\n")[0].count("Word.") > words
        for first, second in itertools.pairwise(ends)
    )


def test_paragraphs_that_fit_together_make_one_passage():
    body = "One two three.\n\nFour five.\n\nSix seven."
    texts = [passage.text for passage in split_passages("a1", body, words=5)]
    assert texts == ["One two three.\n\nFour five.", "Six seven."]


def test_a_paragraph_of_five_thousand_words_is_cut_between_sentences():
    sentence = "The harbour board met again on Monday and put its vote off for the third time."
    assert count_words(sentence) == 16
    body = " ".join([sentence] * 313)
    found = split_passages("a1", body)
    # 11 sentences of 16 words fill 176 of 180.
    assert [passage.text.count("The harbour") for passage in found] == [11] * 28 + [5]
    assert all(passage.text.endswith("time.") for passage in found)


def test_a_sentence_of_three_hundred_words_is_cut_between_words():
    body = "and " * 299 + "stop."
    first, second = split_passages("a1", body)
    assert (count_words(first.text), count_words(second.text)) == (PASSAGE_WORDS, 120)
    assert second.text.endswith("stop.")


def test_what_is_left_of_a_long_paragraph_is_joined_with_the_next():
    body = "A b c. D e f. G h.\n\nI j."
    texts = [passage.text for passage in split_passages("a1", body, words=6)]
    assert texts == ["A b c. D e f.", "G h.\n\nI j."]


def test_a_blank_body_has_no_passages():
    assert split_passages("a1", " \n\n \u00a0 ") == []
    assert split_sentences(" \n\n ") == []


@pytest.mark.parametrize(
    "whole",
    [
        "Mr. Smith and Dr. Okafor spoke first.",
        "The U.S. Senate passed it 61 to 38.",
        "It rose 3.5 per cent to $4.20 in a day.",
        "Gen. Harlow wrote to Sen. Vance.",
        "J. K. Ellery wrote it.",
    ],
)
def test_an_abbreviation_or_a_number_ends_no_sentence(whole):
    text = f"{whole} Nobody answered."
    assert [text[slice(*piece)] for piece in split_sentences(text)] == [whole, "Nobody answered."]


def test_a_paragraph_ends_its_last_sentence_without_a_full_stop():
    text = "Ferries run again\nTrams do not"
    assert [text[slice(*piece)] for piece in split_sentences(text)] == text.split("\n")


def test_other_languages_end_sentences_their_own_way():
    text = "渡轮复航。电车没有。"
    assert len(split_sentences(text, language="zh")) == 2


def test_an_unknown_language_is_read_by_english_rules():
    text = "Mr. Smith spoke. Nobody answered."
    assert split_sentences(text, language="tlh") == split_sentences(text, language="en")
    assert len(split_sentences(text)) == 2
