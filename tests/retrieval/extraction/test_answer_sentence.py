"""Which sentence is marked, and what that costs."""

from __future__ import annotations

import numpy as np
import pytest

from corpus.article import Article, Passage
from retrieval.extraction.answer_sentence import choose_excerpt
from retrieval.results import Reading, Window

BODY = (
    "The pier at Skarn was shut on Monday. "
    "Divers found rust on the pier. "
    "The council closed the pier for good. "
    "Bread is baked in the harbour."
)


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


def marked(query, encoder, body=BODY, *, begins=()):
    article = Article("News from the harbour", body)
    passage = Passage(article.id, 0, len(body), body)
    window = Window(0, len(body), Reading(5.0, 2.0, tuple(begins))) if begins else None
    chosen = choose_excerpt(
        query, article, passage, encoder=encoder, rarity=lambda _: 1.0, window=window
    )
    return body[slice(*chosen.marked)]


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


ANSWER = "It shut on Monday because of rust, the council says."


@pytest.mark.parametrize(
    "line",
    [
        "Why the pier at Skarn was shut",
        "WHY WAS THE PIER AT SKARN SHUT: READERS OF THE LIGHT TELL WHAT THEY SAW OF IT THEMSELVES",
        "Why was the pier at Skarn shut?",
        "“Why was the pier at Skarn shut?”",
        "The shut pier at Skarn, and why. Photograph: Ida Moe/Moe Pictures",
        "Skarn’s shut pier (Image credit: Ida Moe)",
        "Shut: the pier at Skarn and why it matters Credit: Getty Images",
        "The mayor (left) at the shut pier of Skarn, and why.",
        "Why the pier at Skarn is shut is told by our newsletter: sign up",
        "Sign up for our newsletter to hear why the pier at Skarn was shut.",
        "Read more: Why the pier at Skarn was shut.",
        "See more on why the pier at Skarn was shut.",
        "Watch: why the pier at Skarn was shut",
    ],
)
def test_what_states_nothing_is_not_marked_however_much_of_the_question_it_holds(line):
    body = f"{line}\n\n{ANSWER} Bread is baked in the harbour."

    assert marked("Why was the pier at Skarn shut?", Leaning("Bread"), body) == ANSWER


@pytest.mark.parametrize(
    "line",
    [
        "“Why was the pier at Skarn shut?” asked Ida Moe.",
        "Ida Moe asked: “Why was the pier at Skarn shut?”",
        "Readers signed up for a newsletter on why the pier at Skarn was shut.",
        "Moe, pictured for years at the pier, told the whole council of Skarn why it was shut, and "
        "asked it to be mended.",
        "Pier at Skarn: shut by the council, and why is no secret",
        "• Skarn: the pier, shut, and why",
        "Photographs of why the pier at Skarn was shut were sold to Getty Images.",
    ],
)
def test_what_states_something_is_marked_though_it_looks_like_furniture(line):
    body = f"{line}\n\n{ANSWER} Bread is baked in the harbour."

    assert marked("Why was the pier at Skarn shut?", Leaning("Nothing"), body) == line


def test_where_nothing_else_is_left_a_heading_or_question_is_marked():
    body = "The pier at Skarn\n\nWhy was the pier at Skarn shut?"

    assert marked("Who shut it?", Leaning("Nothing"), body).endswith("shut?")


@pytest.mark.parametrize("asked", ["When does the ferry to Lissen sail?", "Ferry to Lissen"])
def test_a_heading_or_question_speaks_for_the_sentence_below_it(asked):
    body = (
        "The ferry is painted blue. Fares stay as they are.\n\n"
        f"{asked}\n\nAt noon, from the old quay.\n\nBread is baked in the harbour."
    )

    found = marked("When does the ferry to Lissen sail?", Leaning("At noon"), body)

    assert found == "At noon, from the old quay."


RUST, COUNCIL, BREAD = (BODY.index(word) for word in ("Divers", "The council", "Bread"))


def test_the_sentence_in_which_the_answer_likeliest_begins_is_marked():
    encoder = Leaning("Bread")
    begins = [(RUST, 0.9), (COUNCIL, 0.1)]
    assert marked("What then?", encoder, begins=begins) == "Divers found rust on the pier."
    assert encoder.asked == []


def test_the_words_of_the_question_still_say_something():
    begins = [(RUST, 0.5), (BREAD, 0.5)]
    assert marked("Where is bread baked?", Leaning("x"), begins=begins).startswith("Bread")


def test_a_neighbour_in_which_the_answer_may_well_begin_is_marked_too():
    begins = [(RUST, 0.6), (COUNCIL, 0.4)]
    chosen = marked("What then?", Leaning("x"), begins=begins)
    assert chosen == "Divers found rust on the pier. The council closed the pier for good."


def test_bold_does_not_go_on_and_on():
    body = " ".join(["Divers " + "found rust " * 20 + "there.", "It " + "rained " * 40 + "on."])
    begins = [(0, 0.6), (body.index("It rained"), 0.4)]
    assert marked("What then?", Leaning("x"), body, begins=begins).endswith("there.")
