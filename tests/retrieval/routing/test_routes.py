"""What each route proposes for a message, and with which evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answers import (
    AnswerKind,
    Missing,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.query.intent import Ask, AskWhoSaid, Summarise, Talk, TellTimeline
from retrieval.query.who_said import Form
from retrieval.query.wish_words import load_wish_words
from retrieval.ranking.publisher_preference import PublisherPreference
from retrieval.results import Verdict
from retrieval.routing.router import ROUTES
from retrieval.routing.routes import (
    answer,
    propose_passages,
    propose_quotations,
    propose_summary,
    propose_timeline,
)
from tests.support.harbour import (
    ARTICLES,
    BRIDGE,
    CHEESE,
    CRACK,
    FARES,
    MATCH,
    OPEN,
    REPAIR,
    open_harbour,
)

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    return open_harbour(tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    """An archive in which nobody says anything."""
    return open_harbour(tmp_path_factory.mktemp("silent"), [REPAIR, CHEESE])


def asked(searcher, intent, **more):
    read = Ask.read(intent) if isinstance(intent, str) else intent
    return searcher.asked(read, today=TODAY, **more)


def shown(proposal):
    """The evidence that is there at all."""
    return {name for name, strength in proposal.evidence.items() if strength}


def test_passages_are_proposed_for_any_message(searcher):
    found = propose_passages(asked(searcher, "Why was the bridge at Lissen closed?"))

    assert isinstance(found.answer, PassageAnswer)
    assert found.answer.text.startswith("The bridge at Lissen was closed on Monday after a diver")
    assert found.evidence["confidence"] == found.answer.confidence > 0.5
    assert shown(found) == {"confidence", "answers"}


def test_passages_that_answer_nothing_are_proposed_as_such(searcher):
    found = propose_passages(asked(searcher, "Which airline went bankrupt?"))

    assert (found.answer.verdict, found.answer.excerpt) == (Verdict.NOTHING, None)
    assert "nothing" in shown(found)
    assert "answers" not in shown(found)


def test_quotations_are_proposed_where_grammar_asks_for_them(searcher):
    found = propose_quotations(asked(searcher, "What did Okafor say about the bridge?"))

    assert isinstance(found.answer, QuotationAnswer)
    assert found.answer.text == "We shall not open the bridge before autumn,"
    assert not found.answer.loose
    assert shown(found) == {"found", "match"}
    assert 0 < found.evidence["match"] < 1


def test_quotations_that_hold_the_very_words_say_so(searcher):
    found = propose_quotations(asked(searcher, "Who said “nine crowns are a disgrace”?"))

    assert found.answer.text == "Nine crowns are a disgrace,"
    assert shown(found) == {"found", "match", "verbatim"}
    assert found.evidence["match"] == 1.0  # their score is 2


def test_quotations_of_several_people_of_a_name_are_a_choice(searcher):
    found = propose_quotations(asked(searcher, "What did Varga say?"))

    assert found.answer.kind is AnswerKind.PEOPLE
    assert [one.name for one in found.answer.said.people] == ["Helena Varga", "Niko Varga"]
    assert shown(found) == {"several people"}


def test_the_person_who_is_known_to_be_meant_is_no_choice(searcher):
    found = propose_quotations(asked(searcher, "What did Varga say?", person="Niko Varga"))

    assert found.answer.text == "Everybody heard the whistle,"


def test_nobody_is_proposed_where_grammar_asks_who_said_what_and_nobody_did(searcher):
    found = propose_quotations(asked(searcher, "What did Okafor say about cheese?"))

    assert (found.answer.verdict, found.answer.text) == (Verdict.NOTHING, "")
    assert shown(found) == {"nobody"}


def test_a_person_who_is_named_is_quoted_without_grammar(searcher):
    found = propose_quotations(asked(searcher, "okafor whistle bridge autumn"))

    said = found.answer.said
    assert [one.name for one in said.people] == ["Ines Okafor"]
    assert said.question.topic == "whistle bridge autumn"  # the name is none of it
    assert found.answer.text == "We shall not open the bridge before autumn,"
    assert found.answer.loose
    assert shown(found) == {"found", "match", "read loosely"}


def test_what_anybody_said_is_proposed_for_a_message_that_names_nobody(searcher):
    found = propose_quotations(asked(searcher, "the whistle at the match"))

    assert (found.answer.said.people, found.answer.said.question.form) == ((), Form.ABOUT)
    assert found.answer.text == "Everybody heard the whistle,"
    assert "read loosely" in shown(found)


@pytest.mark.parametrize("text", ["Which airline went bankrupt?", "tell me more, please", "?!"])
def test_no_quotations_are_proposed_for_words_that_nobody_printed(searcher, text):
    assert propose_quotations(asked(searcher, text)) is None


@pytest.mark.parametrize("text", ["the bridge of Zanzibar", "qué dijo la alcaldesa de bridge"])
def test_what_was_said_of_the_other_words_answers_nothing_about_a_word_in_no_article(
    searcher, text
):
    assert propose_quotations(asked(searcher, "the bridge")) is not None
    assert propose_quotations(asked(searcher, text)) is None


def test_no_quotations_are_proposed_for_a_follow_up_that_asks_for_nobodys_words(searcher):
    alone = asked(searcher, "The bridge: the crack?")
    talk = Talk(own="the crack", articles=(CRACK.id,))
    leaning = asked(searcher, replace(Ask.read("The bridge: the crack?"), talk=talk))
    assert "read loosely" in shown(propose_quotations(alone))
    assert propose_quotations(leaning) is None


def test_no_quotations_are_proposed_where_the_archive_quotes_nobody(silent):
    assert propose_quotations(asked(silent, "What did the county say about the bridge?")) is None


def test_a_summary_is_proposed_of_the_article_that_is_named(searcher):
    found = propose_summary(asked(searcher, "summary of the cheese story in one sentence"))

    assert isinstance(found.answer, SummaryAnswer)
    assert found.answer.summary.article == CHEESE
    assert len(found.answer.summary.sentences) == 1
    assert shown(found) == {"one article by its name"}


def test_a_headline_as_it_is_printed_is_evidence_for_a_summary(searcher):
    found = propose_summary(asked(searcher, "Cheese wins a medal"))

    assert found.answer.summary.article == CHEESE
    assert shown(found) == {"one article by its name", "headline as typed"}


def test_a_summary_of_several_articles_is_a_choice_with_their_timeline(searcher):
    found = propose_summary(asked(searcher, "summary of the county bridge"))

    assert found.answer.kind is AnswerKind.ARTICLES
    assert found.answer.articles == (OPEN, REPAIR, CRACK)
    assert found.answer.timeline.articles == (OPEN, REPAIR, CRACK)
    assert shown(found) == {"several articles"}


def test_articles_whose_headlines_fit_are_a_choice_beside_what_they_tell_together(searcher):
    found = propose_summary(asked(searcher, "summary of the bridge at Lissen"))

    assert set(found.answer.articles) == set(BRIDGE)
    assert found.answer.timeline is not None


def test_one_article_on_a_topic_that_no_headline_holds_is_summed_up(searcher):
    found = propose_summary(asked(searcher, "summary of the nettles"))

    assert found.answer.summary.article == CHEESE


@pytest.mark.parametrize("text", [CHEESE.url, f"tl;dr {CHEESE.url}?utm_source=feed"])
def test_a_summary_is_proposed_of_an_address(searcher, text):
    assert propose_summary(asked(searcher, text)).answer.summary.article == CHEESE


@pytest.mark.parametrize("url", ["https://thelight.example/none", "https://[oddly"])
def test_an_address_that_the_archive_has_not_is_said_to_be_missing(searcher, url):
    found = propose_summary(asked(searcher, Summarise(url)))

    assert found.answer.missing is Missing.ADDRESS
    assert shown(found) == {"no article"}


def test_a_summary_of_this_is_of_what_was_shown(searcher):
    found = propose_summary(asked(searcher, "sum it up in two sentences", shown=[FARES.id]))

    assert found.answer.summary.article == FARES
    assert len(found.answer.summary.sentences) == 2


def test_a_summary_of_several_that_were_shown_is_a_choice_in_their_order(searcher):
    ids = [OPEN.id, "gone", CRACK.id]
    found = propose_summary(asked(searcher, "summarise this", shown=ids))

    assert found.answer.articles == (OPEN, CRACK)
    assert (found.answer.text, found.answer.searched) == ("", len(ARTICLES))


@pytest.mark.parametrize(
    ("shown_before", "missing"), [([], Missing.NOTHING_SHOWN), (["gone"], Missing.GONE)]
)
def test_a_summary_of_this_says_why_there_is_none(searcher, shown_before, missing):
    found = propose_summary(asked(searcher, "summarise this", shown=shown_before))

    assert (found.answer.missing, found.answer.verdict) == (missing, Verdict.NOTHING)


def test_a_summary_of_what_nothing_is_about_is_proposed_only_where_grammar_wants_one(searcher):
    found = propose_summary(asked(searcher, "summary of the penguins"))

    assert found.answer.missing is Missing.TOPIC
    assert shown(found) == {"no article"}
    assert propose_summary(asked(searcher, "penguins")) is None
    assert propose_summary(asked(searcher, "the medal of Rovers in the rain at noon")) is None


def test_a_timeline_is_proposed_of_several_articles(searcher):
    found = propose_timeline(asked(searcher, "what happened with the bridge at Lissen?"))

    assert isinstance(found.answer, TimelineAnswer)
    assert found.answer.timeline.articles == (OPEN, REPAIR, CRACK)
    assert found.evidence == {
        "articles": 3 / 4,
        "one article by its name": 0,
        "one article by chance": 0,
        "no article": 0,
    }


def test_a_timeline_of_one_article_is_its_summary(searcher):
    found = propose_timeline(asked(searcher, "What became of the cheese?"))

    assert isinstance(found.answer, SummaryAnswer)
    assert found.answer.summary.article == CHEESE
    assert shown(found) == {"one article by its name"}


def test_the_one_article_that_is_most_about_a_place_is_shown_only_to_who_asks_for_it(searcher):
    assert propose_timeline(asked(searcher, "what happened in the capital?")) is None
    assert propose_summary(asked(searcher, "what happened in the capital?")) is None

    told = propose_timeline(asked(searcher, "timeline of the capital"))
    assert told.answer.summary.article == CHEESE
    assert shown(told) == {"one article by chance"}
    summed = propose_summary(asked(searcher, "summary of the capital"))
    assert summed.answer.summary.article == CHEESE
    assert shown(summed) == {"one article by chance"}


def test_a_timeline_of_nothing_is_proposed_only_where_it_is_asked_for_outright(searcher):
    found = propose_timeline(asked(searcher, "timeline of the penguins"))

    assert (found.answer.verdict, shown(found)) == (Verdict.NOTHING, {"no article"})
    assert propose_timeline(asked(searcher, "what happened with the penguins?")) is None
    assert propose_timeline(asked(searcher, "Which airline went bankrupt?")) is None


def test_an_intent_that_names_its_kind_is_answered_so(searcher):
    said = answer(asked(searcher, AskWhoSaid("Okafor", "the bridge")))
    summed = answer(asked(searcher, Summarise("cheese")))
    told = answer(asked(searcher, TellTimeline("bridge at Lissen")))

    kinds = [AnswerKind.QUOTATIONS, AnswerKind.SUMMARY, AnswerKind.TIMELINE]
    assert [one.kind for one in (said, summed, told)] == kinds
    assert all((one.probability, one.alternatives) == (1.0, ()) for one in (said, summed, told))


@pytest.mark.parametrize(
    "intent",
    [
        AskWhoSaid("Okafor", "bridge Lissen"),
        Summarise("Okafor bridge Lissen"),
        TellTimeline("Okafor bridge Lissen"),
        Ask.read("Okafor bridge Lissen"),
    ],
    ids=lambda intent: type(intent).__name__,
)
def test_the_words_of_any_intent_serve_the_routes_of_other_kinds(searcher, intent):
    found = {kind: searcher.ask(intent, today=TODAY, route=kind) for kind in ROUTES}

    assert all(one is not None and one.intent == intent for one in found.values())
    assert found[AnswerKind.PASSAGES].result.query == "Okafor bridge Lissen"
    assert [one.name for one in found[AnswerKind.QUOTATIONS].said.people] == ["Ines Okafor"]
    assert set(found[AnswerKind.SUMMARY].articles) <= set(BRIDGE)
    assert set(found[AnswerKind.TIMELINE].timeline.articles) <= set(BRIDGE)


def test_a_route_answers_an_intent_of_its_kind_as_no_route_does(searcher):
    for intent, kind in (
        (AskWhoSaid("okafor", "the bridge"), AnswerKind.QUOTATIONS),
        (Summarise("cheese", 1), AnswerKind.SUMMARY),
        (TellTimeline("bridge at Lissen"), AnswerKind.TIMELINE),
    ):
        routed = searcher.ask(intent, today=TODAY, route=kind)
        assert routed == searcher.ask(intent, today=TODAY)


def test_the_topic_of_a_message_is_what_the_archive_prints_and_no_word_of_wishing(searcher):
    message = asked(searcher, "Please tell me the whole story of the bridge at Lissen, penguin!")

    assert message.topic == "bridge Lissen"
    assert {"stori", "summari"} <= load_wish_words()


def test_publishers_that_are_left_out_are_in_no_proposal(searcher):
    taste = PublisherPreference(left_out=frozenset(["The Light"]))
    message = asked(searcher, "the bridge at Lissen and the Skarn ferry fares", taste=taste)

    for propose in message.routes().values():
        found = propose()
        if found and found.answer.citation:
            assert found.answer.citation.publisher == "Tern Gazette"


WORDS = [
    "what", "did", "who", "said", "Okafor", "varga", "about", "the", "bridge", "Lissen", "cheese",
    "summary of", "timeline of", "happened with", "this", "in May 2026", "Tern Gazette", "?",
    "“nine crowns”", MATCH.url, "fares",
]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS), max_size=7).map(" ".join), st.text(max_size=60)))
def test_whatever_is_typed_the_words_of_every_proposal_stand_in_the_archive(searcher, text):
    printed = " ".join(" ".join(one.body.split()) for one in ARTICLES)

    for propose in asked(searcher, text).routes().values():
        found = propose()
        if found is not None:
            assert all(0 <= strength <= 1 for strength in found.evidence.values())
            for line in found.answer.text.split("\n"):
                assert isinstance(found.answer, SummaryAnswer) or line in printed


def test_a_topic_beside_a_word_of_wishing_names_nobody(searcher):
    message = asked(searcher, "news about the bridge")

    assert message.somebody is None
    assert message.query is None
