"""The sentences that sum up an article."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import count_words, split_sentences
from retrieval.extraction.self_contained import is_leaning
from retrieval.extraction.summary import SENTENCES, WORDS, summarize

LETTERS = "abcdefghijklmnopqrstuvwxyz"
BODY = (
    "The Lumen sailed from Port Averin on Monday with 40 passengers, the first ferry since the "
    "fire in March.\n\n"
    "A ferry sailed from Port Averin on Monday with 40 passengers, the first since the March "
    "fire.\n\n"
    "It will run twice a day. Ines Okafor, who runs the port, met the passengers on the quay.\n\n"
    "“We have waited a year for the ferry,” Okafor said. “The fire took everything.”\n\n"
    "Tickets for the ferry cost nine crowns. But the last boat leaves at six."
)


def _article(body: str = BODY, **more: object) -> Article:
    return Article(headline="Ferry sails again", body=body, **more)  # type: ignore[arg-type]


def _texts(body: str = BODY, **more: object) -> list[str]:
    summary = summarize(_article(body), **more)  # type: ignore[arg-type]
    return [body[start:end] for start, end in summary.sentences]


def test_a_summary_has_three_sentences_in_the_order_of_the_article():
    found = summarize(_article()).sentences

    assert len(found) == SENTENCES
    assert list(found) == sorted(found)
    assert found[0][0] == 0


def test_a_sentence_that_repeats_another_is_passed_over():
    assert not any(text.startswith("A ferry") for text in _texts(count=7))


def test_a_leaning_sentence_comes_with_what_it_leans_on():
    for count in range(1, 8):
        texts = _texts(count=count)
        if "It will run twice a day." in texts:
            before = texts[texts.index("It will run twice a day.") - 1]
            assert before.startswith(("The Lumen", "A ferry"))
        if "But the last boat leaves at six." in texts:
            assert "Tickets for the ferry cost nine crowns." in texts


def test_a_quotation_comes_with_its_speaker():
    for count in range(1, 8):
        texts = _texts(count=count)
        if "“The fire took everything.”" in texts:
            assert "“We have waited a year for the ferry,” Okafor said." in texts


def test_a_speaker_named_far_away_comes_with_the_quotation():
    body = (
        "Ines Okafor runs the port of Averin. Fares rose again in June.\n\n"
        "“The port of Averin has waited for this ferry to Averin port.”"
    )
    start = body.index("The port of Averin has")
    said = Attribution((start, len(body) - 1), Kind.DIRECT, (0, 11), "Ines Okafor", "", None, 0.9)

    texts = _texts(body, attributions=[said], count=2)

    assert (body[start - 1 :] in texts) <= ("Ines Okafor runs the port of Averin." in texts)


def test_a_sentence_of_the_commonest_words_is_worth_little():
    body = "He was there and so were they. It is what it was for us.\n\nThe ferry sailed at noon."

    assert _texts(body, count=1) == ["The ferry sailed at noon."]


def test_common_words_alone_can_still_be_all_there_is():
    assert _texts("Who are you to have been there with all of us now.") != []


def test_a_short_article_is_its_own_summary():
    assert _texts("The Lumen sailed at noon.") == ["The Lumen sailed at noon."]


def test_where_nothing_stands_on_its_own_the_opening_is_shown():
    assert _texts("He left. So did they.") == ["He left."]


def test_three_sentences_have_at_most_a_hundred_words_and_seven_may_have_more():
    body = "\n\n".join(
        f"The old quay {name} was shut on the same day because "
        + " ".join(f"{name}{word}" for word in LETTERS)
        + "."
        for name in ("Alma", "Bora", "Cato", "Dora", "Edda", "Fida", "Gala", "Hera")
    )

    few, many = _texts(body), _texts(body, count=7)

    assert count_words(" ".join(few)) <= WORDS
    assert len(many) == 7


def test_longer_summaries_hold_the_shorter_ones():
    one, three = set(_texts(count=1)), set(_texts(count=3))

    assert one <= three


def test_an_earlier_sentence_wins_over_a_later_one_of_equal_content():
    body = "Okafor opened the quay.\n\nMarsh closed the dock."

    assert _texts(body, count=1) == ["Okafor opened the quay."]


def test_words_of_the_headline_and_of_the_rest_decide_between_sentences():
    body = (
        "The Lumen left on Monday. Weather in Averin was fine all week. The ferry sails again "
        "after the fire.\n\nThe fire was in March. The ferry sails on Sundays."
    )

    assert _texts(body, count=2)[1] == "The ferry sails again after the fire."


PARTS = "He|It|But|The|ferry|sailed|“We|won”|Okafor|said,|that|.|!|?|\u202e|🛳|port|'|\"|\n\n"
WORDS_OF = st.sampled_from(re.split("[|]", PARTS))


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS_OF, min_size=1, max_size=80), st.integers(1, 8))
def test_every_sentence_is_a_whole_sentence_of_the_body(words, count):
    body = " ".join(words).strip()
    if not body or not split_sentences(body):
        return
    article = _article(body)

    found = summarize(article, count=count).sentences

    assert 1 <= len(found) <= count
    assert set(found) <= set(split_sentences(body))
    assert list(found) == sorted(set(found))


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS_OF, min_size=1, max_size=80))
def test_no_summary_opens_with_a_sentence_that_leans_unless_all_do(words):
    body = "The ferry sailed at noon on Monday. " + " ".join(words)

    first = summarize(_article(body)).sentences[0]

    assert not is_leaning(body[slice(*first)]) or '"' in body or "“" in body


def test_no_sentence_is_chosen_for_being_short():
    body = (
        "Quite a sight to see. Storm Ottilie tore the roof off the school in Fennick Lane on "
        "Sunday night while forty pupils slept in its boarding house. Firemen carried the pupils "
        "through the flooded playground to the town hall before the roof came down. So much "
        "running about. The school will stay shut until engineers have looked at its walls and "
        "at the playground."
    )

    for count in (1, 3):
        assert not {"Quite a sight to see.", "So much running about."} & set(
            _texts(body, count=count)
        )
