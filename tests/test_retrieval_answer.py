"""Which sentence is marked, and what that costs."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.article import Article, Passage
from retrieval.answer import excerpt

BODY = (
    "The pier at Skarn was shut on Monday. "
    "Divers found rust on the pier. "
    "The council closed the pier for good. "
    "Bread is baked in the harbour."
)
ARTICLE = Article("News from the harbour", BODY)
PASSAGE = Passage(ARTICLE.id, 0, len(BODY), BODY)


class Leaning:
    """Finds the one sentence that begins with a word like the question, and all others not."""

    fingerprint = "leaning"

    def __init__(self, beginning):
        self.beginning = beginning
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        like = [n == 0 or text.startswith(self.beginning) for n, text in enumerate(texts)]
        return np.array([[1, 0] if one else [0, 1] for one in like], np.float32)


def marked(query, encoder):
    chosen = excerpt(query, ARTICLE, PASSAGE, encoder=encoder, rarity=lambda _: 1.0)
    return BODY[slice(*chosen.marked)]


@pytest.mark.parametrize("beginning", ["Divers", "The council"])
def test_among_sentences_with_like_terms_the_closest_embedding_wins(beginning):
    assert marked("Why is the pier unsafe?", Leaning(beginning)).startswith(beginning)


def test_a_sentence_that_holds_more_of_the_question_needs_no_embedding():
    encoder = Leaning("Bread")
    assert marked("When did divers find rust?", encoder) == "Divers found rust on the pier."
    assert encoder.asked == []


def test_only_sentences_that_can_still_win_are_embedded():
    encoder = Leaning("Divers")
    query = "Is the pier open?"
    marked(query, encoder)
    assert encoder.asked[0] == query
    assert len(encoder.asked) == 4
    assert not any(text.startswith("Bread") for text in encoder.asked)
