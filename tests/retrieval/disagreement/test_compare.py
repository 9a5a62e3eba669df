"""Whether two sentences are of the same thing, and say otherwise."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.article import Article
from retrieval.disagreement.compare import Claim, Question, compare, differs
from retrieval.results import Reading, Window
from tests.support.models import FakeEncoder

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "disagreements.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
ENCODER = FakeEncoder()


def closeness(one, other):
    first, second = ENCODER.encode([one, other])
    return float(first @ second)


def claim(told, begins=None, share=0.9):
    """Make a claim of a whole article; read where it is told at which words the answer begins."""
    printed = datetime.fromisoformat(told["day"]).replace(tzinfo=UTC)
    article = Article(told["headline"], told["body"], published=printed)
    piece = (0, len(article.body))
    if begins is None:
        return Claim(article, piece)
    places = ((article.body.index(begins), share), (0, 1 - share))
    return Claim(article, piece, Window(*piece, Reading(4.0, 3.0, places)))


def told(question, old, new, *, begins=(None, None), share=0.9):
    old, new = (claim(one, word, share) for one, word in zip((old, new), begins, strict=True))
    return compare(Question.read(question, lambda _: 1.0), old, new, closeness)


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["about"] for pair in PAIRS])
def test_pairs_are_told_apart_by_their_words(pair):
    assert told(pair["question"], pair["old"], pair["new"]) is pair["same"]


OLD = {
    "day": "2026-01-14",
    "headline": "Tram to Halm",
    "body": "The tram to Halm was on the table again that evening: 184 crowns.",
}
NEW = {
    "day": "2026-04-14",
    "headline": "Tram to Halm",
    "body": "The tram to Halm was on the table again that evening: 231 crowns.",
}


def test_what_is_asked_in_other_words_is_told_by_where_the_answer_begins():
    question = "What must I put on the table for the tram to Halm?"
    assert told(question, OLD, NEW) is None
    assert told(question, OLD, NEW, begins=("184", "231")) is False
    assert told(question, OLD, NEW, begins=("184", "The")) is None


def test_a_figure_that_stands_among_others_again_is_not_said_otherwise():
    old = {
        "day": "2026-07-31",
        "headline": "Cannery in Castrel to close",
        "body": "The cannery in Castrel will close in October with the loss of 212 jobs.",
    }
    new = {
        "day": "2026-10-30",
        "headline": "Cannery in Castrel closes",
        "body": "Of the 212 people at the cannery in Castrel, 79 have found other jobs.",
    }
    asked = "how many jobs does the cannery in Castrel lose"
    assert told(asked, old, new) is not False
    without = new | {"body": new["body"].replace("212 people", "people")}
    assert told(asked, old, without) is False


def test_hours_at_which_something_happened_on_different_days_are_of_two_things():
    old = OLD | {"body": "The tram to Halm stopped at 6 am on Wednesday."}
    new = NEW | {"body": "The tram to Halm ran at 6.40 am on Tuesday, as it has not since January."}
    asked = "when did the tram to Halm stop"
    assert told(asked, old, new, begins=("6 am", "6.40 am")) is None
    moved = [one | {"body": f"The tram to Halm will leave at {hour}."} for one, hour in (
        (OLD, "6.00 in the morning"), (NEW, "6.40 in the morning"),
    )]  # fmt: skip
    assert told("when will the tram to Halm leave", *moved, begins=("6.00", "6.40")) is False


def test_a_figure_where_no_answer_begins_is_not_asked_for():
    question = "How much is the tram to Halm?"
    assert told(question, OLD, NEW, begins=("184", "231")) is False
    assert told(question, OLD, NEW, begins=("184", "231"), share=0.01) is None


def test_whether_something_is_so_is_told_by_the_sentence():
    old = {**OLD, "body": "The tram to Halm is closed."}
    new = {**NEW, "body": "The tram to Halm is open."}
    question = "Is the tram to Halm open?"
    assert told(question, old, new, begins=("closed", "open")) is False
    assert told("Who owns the tram to Halm?", old, new, begins=("closed", "open")) is None


def test_one_day_is_no_change():
    old, new = claim(OLD), claim({**NEW, "day": OLD["day"]})
    assert not differs(old, new)
    assert differs(old, claim(NEW))
    assert differs(claim(NEW), old)
