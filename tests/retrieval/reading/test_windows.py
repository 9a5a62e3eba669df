"""Windows of whole sentences, around what holds most of the question first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Passage
from corpus.nlp.segment import count_words
from retrieval.reading.windows import WINDOW_WORDS, cut_window, plan_windows, weigh_terms

FERRY = "The ferry to Skarn leaves at nine."
FILLER = "Nobody on the island had much to say about any of it before the weekend began."


def plan(question: str, body: str) -> list[str]:
    article = Article("Islands", body)
    passage = Passage(article.id, 0, len(body), body)
    windows = plan_windows(question, article, passage, lambda _: 1.0)
    return [body[start:end] for start, end in windows]


def test_a_short_passage_is_one_window():
    assert plan("when does the ferry leave", f"{FERRY} {FILLER}") == [f"{FERRY} {FILLER}"]


def test_the_first_window_lies_around_the_sentence_that_holds_most_of_the_question():
    body = " ".join([FILLER] * 8 + [FERRY] + [FILLER] * 2)
    first, *more = plan("when does the ferry leave", body)
    assert FERRY in first
    assert all(FERRY not in window for window in more)


def test_terms_of_the_headline_say_less_about_the_sentence():
    article = Article("The ferry to Skarn", "")
    weights = weigh_terms("ferry fares", article, lambda _: 1.0)
    assert weights["fare"] > 5 * weights["ferri"]
    assert abs(sum(weights.values()) - 1) < 1e-9


def test_a_sentence_that_is_longer_than_a_window_is_read_whole():
    long = "Word " * 120 + "end."
    assert plan("end", f"{FERRY} {long}")[0] == long


def test_a_few_words_at_the_edge_are_not_worth_a_window():
    body = " ".join([FILLER] * 5 + ["It ended."] + ["x " * 89 + "y."])
    assert len(plan("nobody", body)) == 2


@given(
    st.lists(st.integers(1, 60), min_size=1, max_size=12),
    st.text("abc ferry", max_size=20),
)
def test_the_windows_cover_the_passage_but_for_its_edges(sizes, question):
    body = " ".join("Aa " + "word " * size + "end." for size in sizes)
    article = Article("Islands", body)
    passage = Passage(article.id, 0, len(body), body)
    covered: set[int] = set()
    for start, end in plan_windows(question, article, passage, lambda _: 1.0):
        most = max(WINDOW_WORDS, *(size + 2 for size in sizes), 0)
        assert count_words(body[start:end]) <= most
        covered |= set(range(start, end))
    left = "".join(" " if place in covered else char for place, char in enumerate(body))
    assert count_words(left) < 12


@given(st.lists(st.integers(1, 120), min_size=1, max_size=12), st.data())
def test_a_window_holds_its_sentence_and_stays_short(sizes, data):
    place = data.draw(st.integers(0, len(sizes) - 1))
    low, high = cut_window(sizes, place)
    assert low <= place <= high
    assert low == high or sum(sizes[low : high + 1]) <= WINDOW_WORDS
