"""Forty questions about who said what in the bundled newspaper, with its real attributions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.archive import Archive
from corpus.attribution.extractor import Extractor
from corpus.ingest import ingest
from corpus.readers.files import read_path
from corpus.storage.store import Store
from retrieval.search import Searcher
from tests.support.models import FakeEncoder

SAMPLE = Path(__file__).parents[2] / "corpus" / "sample" / "articles.jsonl"
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.slow

ANSWERED = [
    # by full name, surname, title, misspelt, in lower case
    ("What did Jonna Petrakis say about freight?", "Jonna Petrakis", "When freight goes up"),
    ("What did Blomfield say about rats?", "Tarek Blomfield", "Two rats are the end"),
    (
        "What has Captain Jespersen said about seasick people?",
        "Aroha Jespersen",
        "You will be able",
    ),
    ("What did Mayor Varga say about the memo?", "Helena Varga", "I did not see it"),
    ("What does niko varga say about the whistle", "Niko Varga", "I saw the leg"),
    ("what did okafro say about biscuits?", "Ines Okafor", "he knows where the biscuits"),
    ("what did sundaram say about buses", "Karel Sundaram", "There are no buses"),
    ("Achterberg on the lifts", "Wanda Achterberg", "We carried them up in chairs"),
    ("What's Marchetti's position on a second pot?", "Piet Marchetti", "There is no second pot"),
    (
        "What did the opposition leader say about a gate that should shut?",
        "Soraya Lund",
        "For that money",
    ),
    # by a pronoun that stands for the speaker
    ("What did Adeyemi say about a quiet berth?", "Viggo Adeyemi", "We owe her a quiet berth"),
    ("What did Marek Oduya say about families?", "Marek Oduya", "But there are families"),
    # by time and publisher
    ("What did Ines Okafor say in August about the door?", "Ines Okafor", "It is a doorbell"),
    (
        "What did Driscoll say to the Gazette in August about figures?",
        "Paloma Driscoll",
        "I have read the figures",
    ),
    # by a spokesperson, a group, a body
    ("What did the ministry say about safety and money?", "ministry", "This is about safety"),
    (
        "What did the ministry official say about paying?",
        "ministry official",
        "We pay what we signed",
    ),
    # by words
    ('Who said "a toaster in a bath"?', "Beatrix Nwosu", "a toaster in a bath"),
    (
        "Who was it that called the deadline 'blackmail with a letterhead'?",
        "Beatrix Nwosu",
        "blackmail",
    ),
    ("Who said cargo is like water?", "Annika Rao", "Cargo is like water"),
    ("Who said that plums do not wait for signatures?", "Yannick Storrow", "Plums don’t wait"),
    ("who said nobody got what they wanted", "Emeka Stahl", "Nobody got what they wanted"),
    (
        "Who called the note “the least surprising document of the year”?",
        "Soraya Lund",
        "the least surprising",
    ),
    # by what the reporter calls it
    (
        "Who denied preparing to bring in outside crews?",
        "Karel Sundaram",
        "that the company was preparing",
    ),
    (
        "Who warned that the city could not absorb a large overrun?",
        "Piet Marchetti",
        "that the city could not",
    ),
    (
        "Who promised no compulsory redundancies?",
        "Karel Sundaram",
        "that there would be no compulsory",
    ),
    # reported speech
    ("What did Calloway say about a fresh study?", "Idris Calloway", "that a fresh study"),
    ("Who said that no mother had died on the ward?", "Ruth Mbatha", "that no mother had died"),
    # by topic alone
    (
        "What was said about the kittiwakes and sand eels?",
        "Tarek Blomfield",
        "The kittiwakes have found",
    ),
    ("Everything Esperanza Holm said", "Esperanza Holm", "that 60 of her 85 workers"),
]

NOBODY = [
    # people who spoke, never on that
    ("What did Sunniva Quist say about the strike?", "strike"),
    ("What did Dario Fonoti say about the flood?", "flood"),
    ("What did Niko Varga say about the memo?", "memo"),
    ("What did Okafor say about the ferry Lumen?", "Lumen"),
    # topics on which nobody spoke
    ("What was said about nuclear power?", ""),
    ("Who criticised the airport?", ""),
    ("Who said that the tram would be cancelled?", "tram"),
    ("Who said that the harbour should be sold to foreign investors?", ""),
    # words that somebody else said
    ('What did Karel Sundaram say about "a doorbell, not a door"?', "doorbell"),
    # people who are not in the archive
    ("What did Margaret Thornbury say about the tram?", "tram"),
    ("What did Mr Abernathy say about the strike?", "strike"),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    home = tmp_path_factory.mktemp("sample")
    store, encoder = Store.open(home), FakeEncoder()
    ingest(read_path(SAMPLE), store=store, embedder=encoder, attributor=Extractor())
    searcher = Searcher(Archive(home, store), encoder)
    searcher.refresh()
    return searcher


@pytest.mark.parametrize(("question", "speaker", "start"), ANSWERED)
def test_who_said_it_comes_first(searcher, question, speaker, start):
    said = searcher.who(question, today=TODAY)

    assert said.quotations
    first = said.quotations[0]
    assert speaker in first.attribution.name
    assert start in first.quote


@pytest.mark.parametrize(("question", "topic"), NOBODY)
def test_where_nobody_said_it_others_who_spoke_on_it_are_shown(searcher, question, topic):
    said = searcher.who(question, today=TODAY)

    assert said.quotations == ()
    assert bool(said.others) == bool(topic)
    for other in said.others[:1]:
        assert topic.casefold() in other.article.body[slice(*other.sentence)].casefold()


def test_words_that_somebody_else_said_are_not_confirmed(searcher):
    said = searcher.who('Did Idris Calloway say "a toaster in a bath"?', today=TODAY)

    assert not said.verbatim
    assert {quotation.attribution.name for quotation in said.quotations} <= {"Idris Calloway"}
    assert [other.attribution.name for other in said.others] == ["Beatrix Nwosu"]


def test_two_people_of_one_surname_are_asked_about_and_never_mixed(searcher):
    said = searcher.who("What did Varga say?", today=TODAY)

    assert {person.name for person in said.people} == {"Helena Varga", "Niko Varga"}
    assert said.quotations == ()
    for person in said.people:
        chosen = searcher.who("What did Varga say?", person=person.name, today=TODAY)
        assert {quotation.attribution.name for quotation in chosen.quotations} == {person.name}


def test_a_quotation_that_two_papers_carried_is_shown_once(searcher):
    said = searcher.who("What did Driscoll say about distance?", today=TODAY)

    quotes = [quotation.quote for quotation in said.quotations]
    assert len(quotes) == len(set(quotes))
    assert [article.publisher for article in said.quotations[0].copies] == ["Tern Valley Gazette"]


@pytest.mark.parametrize(
    "question",
    [
        "Who co-chaired the meeting?",
        "Who is the flood commissioner?",
        "How much will the tram cost?",
        "Who won the regatta?",
        "What did the report say about the crank?",
        "What did the Gazette report about the cannery?",
        "When does the Cordelia retire?",
    ],
)
def test_other_questions_are_left_to_passages(searcher, question):
    assert searcher.who(question, today=TODAY) is None
