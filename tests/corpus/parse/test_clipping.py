from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableError
from corpus.parse.boilerplate import is_credit, is_furniture, needs_script
from corpus.parse.byline import is_outlet, is_section, read_names
from corpus.parse.clipping import read_clipping
from corpus.text import cut_first_sentence, join, squeeze, strip_markup

FIRST = "The town council voted on Monday to close the harbour bridge for a year."
SECOND = "Ferries will run every ten minutes instead, the mayor said."
BODY = f"{FIRST}\n\n{SECOND}"
NOON = datetime(2031, 3, 4, 12, 0, tzinfo=UTC)


def clip(*lines: str) -> str:
    return "\n".join([*lines, BODY])


def test_section_headline_byline_credit_and_furniture_are_told_apart():
    article = read_clipping(
        "World / Asia-Pacific\n\nHarbour bridge to close\n\n"
        "By Jane Doe (gazette.example) Updated: 2031-03-04 12:00\n\n"
        f"{BODY}\n\nThe Example Agency contributed to this story.\n\nMost Popular\nHot Topics"
    )
    assert article.section == "World / Asia-Pacific"
    assert article.headline == "Harbour bridge to close"
    assert article.authors == ("Jane Doe",)
    assert article.publisher == "gazette.example"
    assert (article.published, article.day_only) == (NOON, False)
    assert article.credit == "The Example Agency contributed to this story."
    assert article.body == BODY


def test_headline_and_body_are_enough():
    article = read_clipping(clip("Harbour bridge to close"))
    assert (article.headline, article.body) == ("Harbour bridge to close", BODY)
    assert (article.authors, article.published, article.publisher) == ((), None, None)


def test_a_date_may_come_first():
    article = read_clipping(clip("4 March 2031", "Harbour bridge to close"))
    assert article.headline == "Harbour bridge to close"
    assert article.published == datetime(2031, 3, 4, tzinfo=UTC)
    assert article.day_only


@pytest.mark.parametrize(
    "line",
    [
        "Published 4 March 2031 12:00 | Updated 5 March 2031 09:00",
        "Updated 5 March 2031 09:00 | Published 4 March 2031 12:00",
        "Updated 5 March 2031 09:00\nPublished: March 4, 2031 at 12:00 pm",
        "Published 2031-03-04 12:00 and updated 2031-03-05 09:00",
    ],
)
def test_published_wins_over_updated(line):
    assert read_clipping(clip("Harbour bridge to close", line)).published == NOON


def test_an_address_on_top_becomes_url_and_publisher():
    article = read_clipping(
        clip("https://www.gazette.example/bridge?utm_source=mail", "Harbour bridge to close")
    )
    assert article.url == "https://www.gazette.example/bridge"
    assert article.publisher == "gazette.example"
    assert article.headline == "Harbour bridge to close"


def test_an_address_that_is_none_stays_text():
    assert "http://:0" in read_clipping(clip("Harbour bridge to close", "http://:0")).body


@pytest.mark.parametrize(
    ("line", "authors", "publisher"),
    [
        ("By A. Doe and B. Roe", ("A. Doe", "B. Roe"), None),
        ("By Jane Doe, John Roe and Kim Poe", ("Jane Doe", "John Roe", "Kim Poe"), None),
        ("BY JANE DOE", ("JANE DOE",), None),
        ("By Jane Doe, Example News", ("Jane Doe",), "Example News"),
        ("By Jane Doe for Example News", ("Jane Doe",), "Example News"),
        ("By Jane Doe | Example News | March 4, 2031", ("Jane Doe",), "Example News"),
        ("By Jane Doe | Sample Weekly", ("Jane Doe",), "Sample Weekly"),
        ("By Jane Doe, Political Editor, in Geneva", ("Jane Doe",), None),
        ("By Jane Doe at Quay Park", ("Jane Doe",), None),
        ("Story by Tom de la Cruz", ("Tom de la Cruz",), None),
        ("By\nJane Doe", ("Jane Doe",), None),
        ("Jane Doe | 4 March 2031", ("Jane Doe",), None),
        ("Geneva, 4 March 2031", (), None),
        ("Example News | 4 March 2031", (), "Example News"),
        ("Source: Sample Gazette", (), "Sample Gazette"),
        ("gazette.example", (), "gazette.example"),
    ],
)
def test_bylines_name_authors_and_publisher(line, authors, publisher):
    article = read_clipping(clip("Harbour bridge to close", line))
    assert (article.headline, article.body) == ("Harbour bridge to close", BODY)
    assert (article.authors, article.publisher) == (authors, publisher)


def test_a_long_paragraph_is_never_a_byline():
    names_only = "By " + "Jane Doe, " * 40 + "Kim Poe"
    assert names_only in read_clipping(f"Harbour bridge to close\n{names_only}\n{BODY}").body


def test_a_standfirst_before_the_byline_opens_the_body():
    article = read_clipping(
        clip("Harbour bridge to close", "Traders fear for the summer", "By Jane Doe")
    )
    assert article.authors == ("Jane Doe",)
    assert article.body == f"Traders fear for the summer\n\n{BODY}"


def test_markdown_is_flattened():
    article = read_clipping(
        "Opinion\n\n# Harbour *bridge* to close\n\n*By Jane Doe*\n\n![pier](p.jpg)\n\n***\n\n"
        f"> [The council](https://gazette.example/(x)) met.\n\n## What next\n\n- {BODY}"
    )
    assert article.section == "Opinion"
    assert article.headline == "Harbour bridge to close"
    assert article.authors == ("Jane Doe",)
    assert article.body == f"The council met.\n\nWhat next\n\n{BODY}"


def test_marks_that_are_no_markdown_stay():
    text = "She wrote ___ near me and 5 * 3 * 2 [sic] on_the_wall."
    assert read_clipping(f"Harbour bridge to close\n{text}").body == text


def test_windows_line_endings_change_nothing():
    text = clip("Harbour bridge to close", "By Jane Doe")
    assert read_clipping(text.replace("\n", "\r\n")) == read_clipping(text)


def test_wrapped_lines_are_joined_into_paragraphs():
    article = read_clipping(
        "Harbour bridge to close for a year as the council splits over costs\nBy Jane Doe\n\n"
        "The town council voted on Monday to close the harbour bridge for a\nyear.\n\n"
        "Ferries will run every ten minutes instead,\nthe mayor said."
    )
    assert article.authors == ("Jane Doe",)
    assert article.headline.endswith("over costs")
    assert article.body == BODY


def test_one_paragraph_without_headline_gets_its_first_words():
    article = read_clipping(FIRST)
    assert article.headline == "The town council voted on Monday to close the harbour bridge for…"
    assert article.body == FIRST


def test_a_sentence_on_top_is_no_headline_unless_a_byline_follows():
    assert read_clipping(f"It rained.\n{BODY}").body == f"It rained.\n\n{BODY}"
    assert read_clipping(f"It rained.\nBy Jane Doe\n{BODY}").headline == "It rained."
    assert read_clipping(f"Will it rain?\n{BODY}").headline == "Will it rain?"
    assert read_clipping(f"Rain at the ...\n{BODY}").headline == "Rain at the ..."


def test_a_date_deep_in_the_text_is_part_of_the_story():
    text = "\n".join(["Bridge to close", FIRST, SECOND, "It is shut.", "4 March 2031", FIRST])
    assert "4 March 2031" in read_clipping(text).body
    assert read_clipping(text).published is None


def test_furniture_is_dropped_and_sentences_are_kept():
    article = read_clipping(
        f"Menu\nHarbour bridge to close\n{FIRST}\nAdvertisement\nRead more: Ferry crews on strike\n"
        f"Read more: it pays.\n{SECOND}\nShare this:\nComments (23)\nMost read\nWhy do owls hoot?\n"
        "A short tide\n© 2031 Example Gazette"
    )
    assert article.body == f"{FIRST}\n\nRead more: it pays.\n\n{SECOND}"


@pytest.mark.parametrize("text", ["", " \n\t", "12 34 56", "🙂 …", "Hello", "\ud800\x00"])
def test_text_without_an_article_is_unreadable(text):
    with pytest.raises(UnreadableError):
        read_clipping(text)


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        ("Related Articles", True),
        ("___", True),
        ("Copyright 2031 Example Gazette", True),
        ("Example Gazette. All rights reserved.", True),
        ("Photo: Jane Doe", True),
        ("Sign up here for the morning newsletter", True),
        ("Copyright law is changing, lawyers say.", False),
        ('"Share this"', False),
        ("Related: he was her cousin.", False),
        ("She signed up for the newsletter and then cancelled it.", False),
        ("Share " * 40, False),
    ],
)
def test_furniture_is_short_and_no_sentence(line, furniture):
    assert is_furniture(line) is furniture


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Jane Doe contributed reporting.", True),
        ("Additional reporting by John Roe", True),
        ("(Reporting by Jane Doe; Editing by John Roe)", True),
        ("With inputs from agencies by wire", True),
        ("Reporting by the paper showed that the piers were cracked.", False),
        ("She contributed to the party for a decade.", False),
    ],
)
def test_credits_say_who_else_reported(line, credit):
    assert is_credit(line) is credit


def test_a_page_that_only_asks_for_javascript_is_told():
    assert needs_script(["Please enable JavaScript to read this page."])
    assert not needs_script([FIRST])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("By Jane Doe, Political Editor, and John Roe in Geneva", ("Jane Doe", "John Roe")),
        ("John Smith, Jr.", ("John Smith, Jr.",)),
        ("Jane Doe &amp; JANE DOE", ("Jane Doe",)),
        ("Jane Doe (@jane) jane@mail.example https://x.example", ("Jane Doe",)),
        ("Jane Doe senior political correspondent", ("Jane Doe",)),
        ("Editor at Example News", ()),
        ("Staff Writer", ()),
        ("x" * 90, ()),
        ("By", ()),
        ("; | By", ()),
    ],
)
def test_names_are_split_as_printed(text, found):
    assert read_names(text) == found


def test_sections_are_known_words_or_paths_with_one():
    assert is_section("World News")
    assert is_section("Sport > Curling")
    assert not is_section("Bridge shut")
    assert not is_section("Ferry / Bridge")


def test_outlets_end_in_a_word_for_papers():
    assert is_outlet("Example News")
    assert is_outlet("news.example")
    assert not is_outlet("Jane Doe")
    assert not is_outlet("")


def test_a_first_sentence_is_not_cut_at_a_title():
    assert cut_first_sentence("Mr. Smith resigned. He sings.") == "Mr. Smith resigned."


def test_scripts_without_spaces_count_letters():
    assert join(["橋は一年間閉鎖されると町議会が月曜日に決めた"])
    with pytest.raises(UnreadableError):
        join(["橋は"])


def test_markup_nested_deeply_is_stripped_quickly():
    assert strip_markup("<div>" * 20_000 + "deep" + "</div>") in ("", "deep")
    assert strip_markup("2 < 3 and <b> is no tag") == "2 < 3 and <b> is no tag"
    assert strip_markup("</p>") == ""


PIECES = st.sampled_from([
    "By ", "Jane Doe", " and ", ", ", "\n", "\n\n", "4 March 2031", "2031-03-04 12:00", "Updated: ",
    "(gazette.example)", " • ", " | ", "# ", "**", "[a](b)", "https://a.example/x", "© 2031",
    "The mayor said so.", "Share this", "Most popular", "World / ", "Source: ", "Read more: ",
    "Reporting by X", "<p>", "&amp;", "> ", "。",
    "\u200d", "\ufeff", "\x00", "\ud800", "e\u0301", "\xa0",
])  # fmt: skip


def assert_clean(article):
    for line in (article.headline, *article.body.split("\n\n")):
        assert line
        assert line == squeeze(line)
        assert not re.search(r"[\n\r\t\xa0\u200b\ufeff\x00\ud800-\udfff]|  ", line)
    assert unicodedata.is_normalized("NFC", article.body)
    assert all(name and name == squeeze(name) for name in article.authors)


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=200) | st.lists(PIECES, max_size=25).map("".join))
def test_any_text_is_a_clean_article_or_unreadable(text):
    try:
        article = read_clipping(text)
    except UnreadableError:
        return
    assert_clean(article)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.lists(PIECES, max_size=8).map("".join))
def test_squeezing_twice_changes_nothing(text):
    assert squeeze(squeeze(text)) == squeeze(text)


def test_the_language_of_a_clipping_is_the_one_it_looks_like():
    told = "Die Straßenbahn fährt ab Freitag wieder, teilte die Stadt am Montag mit."
    assert read_clipping(f"Straßenbahn fährt\n\n{told}").language == "de"


def test_lines_of_markup_in_a_note_are_read_without_it():
    found = read_clipping("# Owl seen\n\n<p>An <b>owl</b> sat here.</p>\n\n<owl> is no tag.\n")
    assert found.body == "An owl sat here.\n\n<owl> is no tag."
