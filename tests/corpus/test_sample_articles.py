"""The bundled newspaper keeps the shape that its readers, and our tests, count on."""

from __future__ import annotations

import itertools
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]
KEYS = {"url", "headline", "authors", "publisher", "published", "section", "body"}


def records(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def shingles(text, size=5):
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}


def shared(one, other):
    """The share of the shorter text's word 5-shingles that the other text has too."""
    mine, theirs = shingles(one["body"]), shingles(other["body"])
    return len(mine & theirs) / min(len(mine), len(theirs))


@pytest.fixture(scope="module")
def articles():
    return records(ROOT / "corpus" / "sample" / "articles.jsonl")


@pytest.fixture(scope="module")
def questions():
    return records(ROOT / "tests" / "data" / "sample_questions.jsonl")


def test_there_are_at_least_forty_articles_from_two_publishers(articles):
    assert len(articles) >= 40
    assert {article["publisher"] for article in articles} == {
        "The Harbour Light",
        "Tern Valley Gazette",
    }


def test_every_article_has_the_same_keys_and_prints_something_under_each(articles):
    for article in articles:
        assert set(article) == KEYS
        assert all(article[key].strip() for key in KEYS - {"authors"})
        assert all(author.strip() for author in article["authors"])


def test_addresses_are_unique_and_lead_nowhere(articles):
    urls = [article["url"] for article in articles]

    assert len(set(urls)) == len(urls)
    assert all(urlsplit(url).scheme == "https" for url in urls)
    assert all(urlsplit(url).hostname.endswith(".example") for url in urls)


def test_an_address_names_the_day_of_publication(articles):
    for article in articles:
        assert article["published"][:10].replace("-", "/") in article["url"]


def test_the_news_spans_at_least_110_days(articles):
    days = [date.fromisoformat(article["published"][:10]) for article in articles]
    assert (max(days) - min(days)).days >= 110


def test_times_carry_a_zone_and_some_articles_know_only_their_day(articles):
    printed = [article["published"] for article in articles]
    timed = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")

    assert all(timed.fullmatch(when) for when in printed if len(when) > len("2026-08-03"))
    assert any(len(when) == len("2026-08-03") for when in printed)


def test_an_agency_story_appears_nearly_word_for_word_in_both_papers(articles):
    pairs = [
        (one, other)
        for one, other in itertools.combinations(articles, 2)
        if one["publisher"] != other["publisher"] and shared(one, other) >= 0.8
    ]

    assert len(pairs) == 2
    for one, other in pairs:
        assert one["headline"] != other["headline"]
        assert one["published"] != other["published"]
        assert one["body"].endswith("\n\nNorwave contributed to this report.")
        assert other["body"].endswith("\n\nNorwave contributed to this report.")


def test_a_correction_names_the_wrong_figure_that_an_earlier_article_printed(articles):
    (correction,) = [a for a in articles if a["headline"].startswith("Correction")]
    earlier = [a for a in articles if a["published"] < correction["published"]]

    assert "not 9.1 million" in correction["body"]
    assert [a["headline"] for a in earlier if "9.1 million" in a["body"]] == [
        "Storm damage put at 38 million crowns as questions grow over gate"
    ]


def test_paragraphs_are_single_lines_parted_by_one_blank_line(articles):
    for article in articles:
        for paragraph in article["body"].split("\n\n"):
            assert paragraph
            assert paragraph == paragraph.strip()
            assert "\n" not in paragraph
            assert "  " not in paragraph


def test_curly_quotation_marks_close_unless_the_next_paragraph_goes_on(articles):
    for article in articles:
        paragraphs = article["body"].split("\n\n")
        for paragraph, following in itertools.pairwise([*paragraphs, ""]):
            if paragraph.count("“") != paragraph.count("”"):
                assert following.startswith("“"), paragraph


def test_a_question_is_answered_by_a_sentence_of_its_article_or_not_at_all(articles, questions):
    bodies = {article["url"]: article["body"] for article in articles}
    answers = [answer for question in questions for answer in question["answers"]]

    assert all(answer["text"] in bodies[answer["article"]] for answer in answers)
    assert all(len(question["answers"]) <= 1 for question in questions)
    assert (len(answers), len(questions)) == (20, 26)
