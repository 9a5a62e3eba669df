"""Whom, when and what a question about who said what means in an archive."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.article import Article
from corpus.attribution.attribution import Attribution, Extraction, Kind
from retrieval.query.intent import Ask, AskWhoSaid
from retrieval.query.who_said import Form
from retrieval.quotations.query import make_query, read_query
from retrieval.quotations.search import find_quotations
from tests.support.harbour import ARTICLES, open_harbour

TODAY = date(2026, 11, 23)
RULES = Article(
    "Gate rules are read out",
    "The council read its rules aloud. Motors must be inspected every year, the rules say.",
    url="https://thelight.example/rules",
    publisher="The Light",
)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    searcher = open_harbour(tmp_path_factory.mktemp("harbour"), (*ARTICLES, RULES))
    start, end = (RULES.body.index(words) for words in ("Motors", ", the rules"))
    speaker = RULES.body.index("the rules say")
    said = Attribution(
        quote=(start, end),
        kind=Kind.REPORTED,
        speaker=(speaker, speaker + len("the rules")),
        name="the rules",
        role="",
        cue=(len(RULES.body) - len("say."), len(RULES.body) - 1),
        confidence=0.8,
    )
    assert searcher.store.attributions.keep(RULES, Extraction(1, (said,)))
    return searcher.asked(Ask("")).context


def read(text, context, **more):
    return read_query(text, context, today=TODAY, **more)


def names(query):
    return [person.name for person in query.people]


def test_a_question_names_whom_it_asks_about_and_what(context):
    query = read("What did Okafor say about the bridge?", context)

    assert (names(query), query.text) == (["Ines Okafor"], "the bridge")
    assert (query.question.form, query.question.speaker) == (Form.SAID_BY, "Okafor")
    assert (query.scope.publishers, query.scope.periods) == ((), ())


def test_a_time_and_a_publisher_limit_a_question_and_are_not_its_topic(context):
    query = read("What did Okafor say to The Light about the bridge in May?", context)

    assert query.text == "the bridge"
    assert query.scope.text == ""
    assert query.scope.publishers == ("The Light",)
    assert [str(period) for period in query.scope.periods] == ["May 2026"]


def test_everybody_of_a_name_is_meant_until_it_is_known_who(context):
    assert names(read("What did Varga say?", context)) == ["Helena Varga", "Niko Varga"]
    assert names(read("What did Varga say?", context, person="Niko Varga")) == ["Niko Varga"]


def test_a_person_who_is_known_need_not_be_named(context):
    query = read("What did she say about the bridge?", context, person="Ines Okafor")

    assert names(query) == ["Ines Okafor"]
    assert query.question.speaker == "she"


@pytest.mark.parametrize("pronoun", ["she", "they"])
def test_a_pronoun_is_anybody_who_spoke_on_the_topic(context, pronoun):
    query = read(f"What did {pronoun} say about the bridge?", context)

    assert (query.question.form, query.people, query.text) == (Form.ABOUT, (), "the bridge")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Why was the bridge closed?",
        "What did she say?",
        "What does he think?",
        "What did Tern Gazette say about fares?",
        "Who said it?",
    ],
)
def test_what_asks_nothing_of_anybody_is_no_such_question(text, context):
    assert read(text, context) is None


def test_a_publisher_is_asked_about_where_it_is_known_to_be_meant(context):
    query = read("What did Tern Gazette say about fares?", context, person="Helena Varga")

    assert names(query) == ["Helena Varga"]


def test_words_that_were_said_are_looked_for_beside_the_topic(context):
    query = read("What did Okafor say about the goat and “ninety years”?", context)

    assert query.question.words == "ninety years"
    assert "ninety years" in query.text
    assert query.text.count("ninety years") == 1


def test_a_query_is_made_of_a_speaker_and_a_topic(context):
    query = make_query(AskWhoSaid("Okafor", "the bridge"), context, today=TODAY)

    assert (names(query), query.text) == (["Ines Okafor"], "the bridge")
    assert query.question.form is Form.SAID_BY


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        (AskWhoSaid("Okafor"), Form.EVERYTHING),
        (AskWhoSaid("", "bridge"), Form.ABOUT),
        (AskWhoSaid("", ""), Form.EVERYTHING),
    ],
)
def test_what_is_left_open_is_everything_or_anybody(asked, form, context):
    query = make_query(asked, context, today=TODAY)

    assert (query.question.form, query.question.speaker) == (form, asked.speaker)
    assert query.text == asked.topic


def test_the_scope_in_a_topic_is_taken_out_of_it(context):
    query = make_query(
        AskWhoSaid("Okafor", "the bridge in The Light in October"), context, today=TODAY
    )

    assert query.text == "the bridge"
    assert query.scope.publishers == ("The Light",)
    assert [str(period) for period in query.scope.periods] == ["October 2026"]


def test_a_topic_that_is_a_time_alone_asks_for_everything_of_that_time(context):
    query = make_query(AskWhoSaid("Okafor", "in October"), context, today=TODAY)
    said = find_quotations(query, context, count=5)

    assert (query.question.form, query.text) == (Form.EVERYTHING, "")
    assert [one.quote for one in said.quotations] == ["It will last for ninety years,"]
    assert [str(period) for period in said.periods] == ["October 2026"]


def test_nothing_is_read_into_the_name_of_a_speaker(context):
    """Fault 1: "the rules" were taken for a paper, of which passages tell, and for no speaker."""
    assert read("What did the rules say about motors?", context) is None

    query = make_query(AskWhoSaid("the rules", "motors"), context, today=TODAY)
    said = find_quotations(query, context, count=5)

    assert (names(query), query.question.speaker) == (["the rules"], "the rules")
    assert [one.quote for one in said.quotations] == ["Motors must be inspected every year"]


def test_a_name_that_nobody_has_is_nobody(context):
    query = make_query(AskWhoSaid("Quill", "the bridge"), context, today=TODAY)

    assert (query.people, query.question.speaker) == ((), "Quill")


def test_words_that_search_for_nothing_are_no_text(context):
    assert make_query(AskWhoSaid("Okafor", "it"), context, today=TODAY).text == ""
