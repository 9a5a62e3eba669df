"""Lines around an article are told from the article, and kept where there is doubt."""

import pytest

from corpus.parse.boilerplate import (
    is_credit,
    is_furniture,
    is_sentence,
    needs_script,
    split_tail,
)

STORY = ["The weir opened on Monday.", "Nobody was hurt, the harbour office said."]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement",
        "COMMENTS (23)",
        "© 2026 Wexmoor Gazette",
        "All rights reserved.",
        "Read more: Bridge closed for a week",
        "Sign up for our newsletter",
        "• • •",
    ],
)
def test_stock_phrases_pointers_and_rights_are_furniture(line):
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Read more: it pays.",
        "“Advertisement” was all she said.",
        "He shares a flat with two sailors.",
        f"Copyright {'words of a very long paragraph ' * 8}",
    ],
)
def test_sentences_quotations_and_long_lines_are_none(line):
    assert not is_furniture(line)


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Xinhua contributed to this story.", True),
        ("Additional reporting by Ida Brandt", True),
        ("Reporting by Ida Brandt", True),
        ("Reporting by the office was late.", False),
    ],
)
def test_a_credit_names_who_else_reported(line, credit):
    assert is_credit(line) is credit


def test_a_sentence_may_end_inside_a_quotation():
    assert is_sentence("“We sail.”")
    assert not is_sentence("We sail")


def test_a_page_that_only_asks_for_a_script_holds_no_article():
    asks = "Please enable JavaScript to continue."
    assert needs_script([asks])
    assert not needs_script([asks, "The weir opened. " * 40])


def test_a_list_of_other_stories_is_cut_off_with_its_heading():
    more = ["Most popular", "Bridge closed for a week", "Ferry sails"]
    assert split_tail([*STORY, *more]) == (STORY, None)


def test_a_heading_that_sentences_follow_cuts_nothing():
    assert split_tail([STORY[0], "Most popular", STORY[1]]) == (STORY, None)


def test_a_credit_behind_the_article_is_taken_out_of_it():
    credit = "Xinhua contributed to this story."
    assert split_tail([*STORY, credit]) == (STORY, credit)


def test_a_credit_in_the_middle_is_part_of_the_article():
    credit = "Xinhua contributed to this story."
    lines = [credit, *STORY, "It closes in May.", "It opens in June."]
    assert split_tail(lines) == (lines, None)
