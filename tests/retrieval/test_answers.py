"""What every kind of answer gives: words, citation, link, verdict and confidence, or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from retrieval.answers import (
    AnswerKind,
    Missing,
    PassageAnswer,
    QuotationAnswer,
    SummaryAnswer,
    TimelineAnswer,
)
from retrieval.citation import Citation
from retrieval.extraction.summary import Summary
from retrieval.query.intent import Ask
from retrieval.query.people import Person
from retrieval.query.who_said import Form, WhoQuestion
from retrieval.quotations.search import Said
from retrieval.results import Result, Verdict
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.harbour import BRIDGE, CHEESE, CRACK, FARES, OPEN, REPAIR, open_harbour

TODAY = date(2026, 11, 23)
ASKED = Ask("the bridge")
VARGAS = tuple(Person(name, (), 1, (name,)) for name in ("Helena Varga", "Niko Varga"))


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    return open_harbour(tmp_path_factory.mktemp("harbour"))


def found_nothing(answer):
    """Whether an answer has no words, and says so throughout."""
    empty = (answer.text, answer.citation, answer.link, answer.confidence)
    return empty == ("", None, None, 0.0)


def nobody(form=Form.SAID_BY, people=()):
    return Said(WhoQuestion(form), people, quotations=(), others=(), searched=5)


def test_a_passage_answer_is_the_sentence_that_is_marked(searcher):
    answer = searcher.ask("Why was the bridge at Lissen closed?", today=TODAY)

    assert isinstance(answer, PassageAnswer)
    assert answer.kind is AnswerKind.PASSAGES
    assert answer.verdict is answer.result.verdict is Verdict.ANSWER
    assert answer.confidence == answer.result.confidence > 0.5
    assert answer.text == (
        "The bridge at Lissen was closed on Monday after a diver found a crack in its third pier."
    )
    assert answer.citation == Citation(
        headline="Crack closes bridge at Lissen",
        url=answer.link,
        publisher="The Light",
        published=CRACK.published,
    )
    assert answer.link.startswith(f"{CRACK.url}#:~:text=The%20bridge%20at%20Lissen%20was")


def test_a_passage_that_may_not_answer_is_shown_as_the_closest(searcher):
    answer = searcher.ask("Who paid for the concrete?", today=TODAY, route=AnswerKind.PASSAGES)
    closest = replace(answer, result=replace(answer.result, verdict=Verdict.CLOSEST))

    assert (closest.verdict, closest.text) == (Verdict.CLOSEST, answer.text)


def test_a_passage_answer_names_the_publishers_of_copies(searcher):
    answer = searcher.ask("Why was the bridge at Lissen closed?", today=TODAY)
    first = replace(answer.result.hits[0], copies=(FARES,))
    copied = replace(answer, result=replace(answer.result, hits=(first,)))

    assert copied.citation.copies == ("Tern Gazette",)


def test_no_passage_is_no_words():
    answer = PassageAnswer(intent=ASKED, result=Result("?", Verdict.NOTHING, 0.0, (), 6))

    assert found_nothing(answer)
    assert answer.verdict is Verdict.NOTHING


def test_a_quotation_answer_is_the_first_quotation(searcher):
    answer = searcher.ask("What did Okafor say about the bridge?", today=TODAY)

    assert isinstance(answer, QuotationAnswer)
    assert (answer.kind, answer.verdict) == (AnswerKind.QUOTATIONS, Verdict.ANSWER)
    assert answer.text == "We shall not open the bridge before autumn,"
    assert answer.confidence == 0.75  # of the attribution, as the fake attributor is sure
    assert answer.citation.headline == "Crack closes bridge at Lissen"
    assert answer.link == answer.citation.url
    assert answer.link.startswith(f"{CRACK.url}#:~:text=We%20shall%20not")


def test_did_she_say_it_is_answered_by_the_very_words_only(searcher):
    near = searcher.ask("Did Okafor say that the bridge will last long?", today=TODAY)
    same = searcher.ask("Did Okafor say “it will last for ninety years”?", today=TODAY)

    assert near.text == same.text == "It will last for ninety years,"
    assert (near.verdict, same.verdict) == (Verdict.CLOSEST, Verdict.ANSWER)


def test_words_that_perhaps_nobody_asked_for_are_only_the_closest(searcher):
    words = searcher.ask("okafor bridge autumn whistle", today=TODAY, route=AnswerKind.QUOTATIONS)
    perhaps, likely = replace(words, probability=0.5), replace(words, probability=0.7)
    outright = searcher.ask("What did Okafor say about the bridge?", today=TODAY)

    assert words.text == perhaps.text
    assert (words.verdict, likely.verdict) == (Verdict.ANSWER, Verdict.ANSWER)
    assert perhaps.verdict is Verdict.CLOSEST
    assert replace(outright, probability=0.5).verdict is Verdict.ANSWER


def test_several_people_of_a_name_are_a_choice_and_no_words():
    answer = QuotationAnswer(intent=ASKED, said=nobody(people=VARGAS))

    assert (answer.kind, answer.verdict) == (AnswerKind.PEOPLE, Verdict.ANSWER)
    assert found_nothing(answer)


@pytest.mark.parametrize("people", [(), VARGAS[:1]])
@pytest.mark.parametrize("form", [Form.SAID_BY, Form.DID])
def test_what_nobody_said_is_no_words(people, form):
    answer = QuotationAnswer(intent=ASKED, said=nobody(form, people))

    assert (answer.kind, answer.verdict) == (AnswerKind.QUOTATIONS, Verdict.NOTHING)
    assert found_nothing(answer)


def test_a_summary_answer_is_its_sentences_and_links_to_the_first(searcher):
    answer = searcher.summarise("fares on the ferry", today=TODAY)

    assert isinstance(answer, SummaryAnswer)
    assert (answer.kind, answer.verdict) == (AnswerKind.SUMMARY, Verdict.ANSWER)
    assert answer.text == (
        "Fares on the Skarn ferry rise to nine crowns in June, its owner announced on Friday. "
        "“Nine crowns are a disgrace,” said Helena Varga, the mayor. "
        "“A summer ticket must come,” said Helena Varga."
    )
    assert answer.confidence == 1.0
    assert answer.citation.headline == FARES.headline
    assert answer.link.startswith(f"{FARES.url}#:~:text=Fares%20on")


def test_articles_to_choose_from_are_no_words():
    answer = SummaryAnswer(intent=ASKED, articles=BRIDGE, searched=6)

    assert (answer.kind, answer.verdict) == (AnswerKind.ARTICLES, Verdict.ANSWER)
    assert found_nothing(answer)


@pytest.mark.parametrize("missing", Missing)
def test_a_summary_of_nothing_says_why(missing):
    answer = SummaryAnswer(intent=ASKED, missing=missing, searched=6)

    assert (answer.kind, answer.verdict) == (AnswerKind.SUMMARY, Verdict.NOTHING)
    assert found_nothing(answer)


def test_a_timeline_answer_is_a_line_an_entry_what_is_new_first():
    def entry(article):
        return Entry(article, (0, article.body.index(".") + 1))

    told = Timeline(
        topic="the bridge",
        articles=(OPEN, REPAIR, CRACK),
        news=(entry(OPEN),),
        timeline=(entry(CRACK), entry(REPAIR)),
    )
    answer = TimelineAnswer(intent=ASKED, timeline=told)

    assert (answer.kind, answer.verdict) == (AnswerKind.TIMELINE, Verdict.ANSWER)
    assert answer.text.splitlines() == [
        "The bridge at Lissen opened again on Sunday with a brass band and a goat.",
        "The bridge at Lissen was closed on Monday after a diver found a crack in its third pier.",
        "The bridge at Lissen will be repaired by October, the county promised its farmers.",
    ]
    assert answer.confidence == 1.0
    assert answer.citation.published == OPEN.published
    assert answer.link.startswith(f"{OPEN.url}#:~:text=")


def test_a_timeline_of_nothing_is_no_words():
    answer = TimelineAnswer(intent=ASKED, timeline=Timeline("penguins", (), (), ()))

    assert (answer.kind, answer.verdict) == (AnswerKind.TIMELINE, Verdict.NOTHING)
    assert found_nothing(answer)


def test_an_answer_of_an_article_without_address_is_cited_without_link():
    pasted = replace(CHEESE, url=None)
    answer = SummaryAnswer(intent=ASKED, summary=Summary(pasted, ((0, 5),)))

    assert str(answer.citation) == "“Cheese wins a medal” · The Light"
    assert answer.link is None
