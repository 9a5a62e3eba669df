"""What is shown beside a first hit that may not answer."""

from __future__ import annotations

import pytest

from corpus.article import Article, Passage
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.extraction.candidates import choose_candidates
from retrieval.results import Hit, Reading, Result, Verdict, Window

LONG = " ".join(["word"] * 60) + "."


def found(*texts: str, verdict=Verdict.CLOSEST, score=0.9, read=True) -> Result:
    hits = []
    for text in texts:
        article = Article(f"About {text[:12]}", text)
        window = Window(0, len(text), Reading(0.0)) if read else None
        passage = Passage(article.id, 0, len(text), text)
        hits.append(Hit(article, passage, score, window=window))
    return Result("q", verdict, 0.5, tuple(hits), len(hits))


def mark(hit: Hit) -> Excerpt:
    """Mark the first sentence of a passage."""
    end = hit.passage.text.index(".") + 1
    return Excerpt((0, end), (0, end), (0, len(hit.passage.text)))


def chosen(result: Result) -> list[str]:
    beside = choose_candidates(result, mark(result.hits[0]), mark)
    assert all(result.hits[one.number] is one.hit for one in beside)
    return [one.hit.article.body[slice(*one.marked)] for one in beside]


def test_other_hits_stand_beside_an_unsure_answer():
    assert chosen(found("One. More.", "Two. More.", "Three. More.")) == ["Two.", "Three."]


def test_two_at_most():
    assert chosen(found("One.", "Two.", "Three.", "Four.")) == ["Two.", "Three."]


@pytest.mark.parametrize("verdict", [Verdict.ANSWER, Verdict.NOTHING])
def test_none_where_the_first_answers_or_nothing_does(verdict):
    assert chosen(found("One.", "Two.", verdict=verdict)) == []


def test_none_where_nothing_was_read():
    assert chosen(found("One.", "Two.", read=False)) == []


def test_the_same_words_once():
    assert chosen(found("One.", "One. Again.", "Two.")) == ["Two."]


def test_what_is_far_behind_is_left_out():
    near, far = found("One.", "Two."), found("Three.", score=0.1)
    result = Result("q", Verdict.CLOSEST, 0.5, (*near.hits, *far.hits), 3)
    assert chosen(result) == ["Two."]


def test_a_screen_is_not_bold_all_over():
    assert chosen(found("One.", LONG, LONG, "Four.")) == [LONG, "Four."]
