"""Lines around an article are told from the article, and kept where there is doubt."""

import pytest

from corpus.parse.boilerplate import (
    drop_date_lines,
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


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        ("(Reuters)", True),
        ("Quelle: dpa-infocom, dpa:200607-99-12/3", True),
        ("Reuters counted nine trams in Velm", False),
        ("var trams = load({ });", True),
        ("if (trams) {", True),
        ("Trams run; the mayor let them;", False),
        ("The post Trams run appeared first on Velm Post.", True),
        ("Lesen Sie auch: Straßenbahn steht", True),
        ("Читайте также: Трамвай встал", True),
    ],
)
def test_what_programs_and_agencies_leave_is_furniture(line, furniture):
    assert is_furniture(line) is furniture


def test_lines_that_only_date_a_text_are_dropped_from_its_ends():
    told = ["Trams run.", "On 7 June 2020 they stood.", "They are red.", "They are old."]
    dated = ["Last updated: 7 June 2020, 09:30", *told, "7 June 2020"]
    assert drop_date_lines(dated) == told
