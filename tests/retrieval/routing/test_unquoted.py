"""Which passages stand in where nobody is quoted with what a question asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Passage
from retrieval.answers import Alternative, AnswerKind, QuotationAnswer
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.query.intent import Ask
from retrieval.query.people import Person
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.quotation import Quotation
from retrieval.quotations.search import Said
from retrieval.results import Hit, Reading, Result, Verdict, Window
from retrieval.routing.routes import answer, propose_quotations
from retrieval.routing.unquoted import measure_held, tell_unquoted
from tests.support.harbour import CHEESE, CRACK, FARES, MATCH, open_harbour

OKAFOR = Person("Ines Okafor", (), 3, ("Ines Okafor",))
ASKED = WhoQuestion(Form.SAID_BY, speaker="helena varga", topic="the fares")


def hit(article, relevance=2.0):
    end = len(article.body)
    window = None if relevance is None else Window(0, end, Reading(relevance))
    return Hit(article, Passage(article.id, 0, end, article.body), 1.0, window=window)


def found(*hits, verdict=Verdict.ANSWER):
    return Result("who said what", verdict, 0.8, hits, searched=6)


def asking(question=ASKED, people=(), others=()):
    said = Said(question, people, (), others, searched=5)
    likely = Alternative(AnswerKind.PASSAGES, 0.2), Alternative(AnswerKind.SUMMARY, 0.1)
    return QuotationAnswer(intent=Ask("q"), said=said, probability=0.7, alternatives=likely)


def told(question, result, *, marked=None):
    def excerpt(_, hit):
        whole = 0, len(hit.article.body)
        start = hit.article.body.index(marked) if marked else 0
        return Excerpt(whole, (start, start + len(marked)) if marked else whole, whole)

    return tell_unquoted(question, result, excerpt=excerpt, rarity=lambda _: 1.0)


def test_the_passage_that_names_whom_nobody_quotes_stands_in_and_is_unsure():
    near = told(asking(), found(hit(FARES)))

    assert (near.kind, near.verdict) == (AnswerKind.PASSAGES, Verdict.CLOSEST)
    assert near.result.hits[0].article == FARES
    assert near.unsaid.question == ASKED


def test_a_passage_that_names_them_comes_before_better_ones_that_do_not():
    near = told(asking(), found(hit(CRACK), hit(FARES), hit(CHEESE)))

    assert [one.article for one in near.result.hits] == [FARES, CRACK, CHEESE]


def test_only_what_tells_of_them_too_is_shown_beside_it():
    (beside,) = told(asking(), found(hit(FARES), hit(MATCH))).beside

    assert beside.hit.article == MATCH  # of a Varga, too
    assert told(asking(), found(hit(FARES), hit(CRACK))).beside == ()


@pytest.mark.parametrize(
    "result",
    [
        found(),
        found(hit(CRACK)),
        found(hit(FARES), verdict=Verdict.NOTHING),
        found(hit(FARES, relevance=-1.0)),
        found(hit(FARES, relevance=None)),
    ],
    ids=["no hits", "names somebody else", "nothing", "not about it", "not read"],
)
def test_silence_is_kept_where_no_passage_tells_of_them(result):
    assert told(asking(), result) is None


def test_who_is_quoted_elsewhere_must_be_named_in_the_likeliest_sentence_on_the_topic():
    bridge = WhoQuestion(Form.SAID_BY, speaker="okafor", topic="the crack in the pier")
    sentence = "“We shall not open the bridge before autumn,” said Ines Okafor"

    assert told(asking(bridge, (OKAFOR,)), found(hit(CRACK)), marked=sentence)
    assert not told(asking(bridge, (OKAFOR,)), found(hit(CRACK)), marked="The bridge")
    assert not told(asking(bridge, (OKAFOR,)), found(hit(FARES), hit(CRACK)), marked="said")
    cheese = replace(bridge, topic="the cheese and its medal")
    assert not told(asking(cheese, (OKAFOR,)), found(hit(CRACK)), marked=sentence)


def test_a_person_whom_the_message_names_without_grammar_counts_by_their_name():
    about = WhoQuestion(Form.ABOUT, topic="the bridge")
    assert told(asking(about, (OKAFOR,)), found(hit(CRACK)))
    assert not told(asking(about, (OKAFOR,)), found(hit(FARES)))


def test_words_in_quotation_marks_must_stand_in_the_passage():
    words = WhoQuestion(Form.WHO_SAID, words="everybody heard the whistle", exact=True)

    assert told(asking(words), found(hit(MATCH)))
    assert told(asking(replace(words, words="nobody paid for the goat")), found(hit(MATCH))) is None


def test_who_spoke_on_the_topic_is_an_alternative_where_anybody_did():
    other = Quotation(FARES, None, (0, 1), 0.5)
    near = told(asking(others=(other,)), found(hit(FARES)))

    assert near.alternatives == (
        Alternative(AnswerKind.QUOTATIONS, 0.7),
        Alternative(AnswerKind.SUMMARY, 0.1),
    )
    assert near.probability == pytest.approx(0.2)
    assert [one.kind for one in told(asking(), found(hit(FARES))).alternatives] == [
        AnswerKind.SUMMARY
    ]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_share_is_a_share_and_all_of_a_text_is_held_by_itself(wanted, text):
    assert 0 <= measure_held(wanted, text, lambda _: 1.0) <= 1
    assert measure_held(wanted, wanted, lambda _: 2.0) == pytest.approx(1)


class Eager:
    """Reads every hit as being about the question."""

    def read(self, _, hits, __):
        return {
            n: Window(hit.passage.start, hit.passage.end, Reading(3.0))
            for n, hit in enumerate(hits)
        }


def test_a_message_gets_the_passage_and_who_asks_for_quotations_is_told_that_there_are_none(
    tmp_path,
):
    searcher = open_harbour(tmp_path)
    searcher._reader = Eager()
    message = searcher.asked(Ask.read("What did the judges of Halm say about the cheese?"))
    nobody = propose_quotations(message)

    assert nobody is None or nobody.answer.verdict is Verdict.NOTHING
    assert answer(message).kind is AnswerKind.PASSAGES


def test_that_nobody_said_it_is_no_answer_to_who_asks_for_something_else(tmp_path):
    searcher = open_harbour(tmp_path)
    loose = searcher.asked(Ask.read("okafor cheese medal nettles"))

    assert loose.query is None
    assert propose_quotations(loose) is None
