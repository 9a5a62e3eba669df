"""Windows of whole sentences, around what holds most of the question first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Passage
from retrieval.reading.windows import (
    WINDOW_WORDS,
    choose_window,
    cut_window,
    split_windows,
    weigh_hit,
    weigh_terms,
)
from retrieval.results import Hit, Reading

FERRY = "The ferry to Skarn leaves at nine."
FILLER = "Nobody on the island had much to say about any of it before the weekend began."


def choose(question: str, body: str) -> str:
    article = Article("Islands", body)
    passage = Passage(article.id, 0, len(body), body)
    window = choose_window(question, article, passage, lambda _: 1.0)
    return body[slice(*window)] if window else ""


def test_a_short_passage_is_read_whole():
    assert choose("when does the ferry leave", f"{FERRY} {FILLER}") == f"{FERRY} {FILLER}"


def test_the_window_lies_around_the_sentence_that_holds_most_of_the_question():
    body = " ".join([FILLER] * 8 + [FERRY] + [FILLER] * 2)
    assert FERRY in choose("when does the ferry leave", body)


def test_a_passage_without_words_has_none():
    assert choose("when does the ferry leave", " ") == ""


def test_terms_of_the_headline_say_less_about_the_sentence():
    article = Article("The ferry to Skarn", "")
    weights = weigh_terms("ferry fares", article, lambda _: 1.0)
    assert weights["fare"] > 5 * weights["ferri"]
    assert abs(sum(weights.values()) - 1) < 1e-9


def test_a_sentence_that_is_longer_than_a_window_is_read_whole():
    long = "Word " * 120 + "end."
    assert choose("end", f"{FERRY} {long}") == long


@given(st.lists(st.integers(1, 120), min_size=1, max_size=12), st.data())
def test_a_window_holds_its_sentence_and_stays_short(sizes, data):
    place = data.draw(st.integers(0, len(sizes) - 1))
    low, high = cut_window(sizes, place)
    assert low <= place <= high
    assert low == high or sum(sizes[low : high + 1]) <= WINDOW_WORDS


def split(body: str) -> list[str]:
    article = Article("Islands", body)
    windows = split_windows(article, Passage(article.id, 0, len(body), body))
    return [body[slice(*window)] for window in windows]


def test_all_of_a_long_passage_lies_in_windows_about_as_long_as_one_another():
    windows = split(" ".join([FILLER] * 10))
    assert [window.count(FILLER) for window in windows] == [5, 5]


def test_a_short_passage_is_one_window_and_one_without_words_none():
    assert split(f"{FERRY} {FILLER}") == [f"{FERRY} {FILLER}"]
    assert split(" ") == []


@given(st.lists(st.integers(1, 60), max_size=12))
def test_windows_of_a_passage_are_whole_sentences_in_order_and_none_is_lost(sizes):
    sentences = [f"{'Word ' * (size - 1)}End." for size in sizes]
    windows = split(" ".join(sentences))
    assert " ".join(windows) == " ".join(sentences)
    assert all(len(window.split()) < WINDOW_WORDS + 60 for window in windows)


def test_a_hit_that_was_not_read_weighs_its_score():
    article = Article("Islands", FERRY)
    assert weigh_hit(Hit(article, Passage(article.id, 0, len(FERRY), FERRY), 0.7)) == 0.7


def test_the_mean_of_two_readings_holds_every_place_where_either_begins():
    short, long = Reading(1.0, 2.0, ((0, 0.6), (9, 0.4))), Reading(3.0, 0.0, ((0, 1.0),))
    assert short.average(long) == Reading(2.0, 1.0, ((0, 0.8), (9, 0.2)))
    assert long.average(short) == short.average(long)


def test_the_mean_with_a_model_that_tells_only_relevance_tells_no_more():
    assert Reading(1.0).average(Reading(2.0, 3.0)) == Reading(1.5)
