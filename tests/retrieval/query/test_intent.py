"""How the grammar of a text reads: as a wish for a summary, for a timeline, or as a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from retrieval.query.intent import Ask, Summarise, TellTimeline

URL = "https://gazette.example/2026/funicular"


@pytest.mark.parametrize(
    "typed",
    [
        "Summary", "summary please",
        "summarise this", "Summarize this article, please!", "Can you summarise it?",
        "sum it up", "sum this up for me", "Please sum up the article", "tl;dr", "TLDR?",
        "Give me a short summary.", "I'd like a summary of this", "recap", "boil it down",
        "pls summarise", "what is the story about?",
    ],
)  # fmt: skip
def test_a_wish_that_names_nothing_is_for_a_summary_of_this(typed):
    asked = Ask.read(typed)
    assert (asked.summary, asked.timeline) == (Summarise(""), None)
    assert asked.about_this


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("summary of the tram story", "tram"),
        ("Summarise the article about the empty reservoir", "empty reservoir"),
        ("sum up the last climb of the funicular", "last climb of the funicular"),
        ("tl;dr of the port strike", "port strike"),
        ("tl;dr the rat alarm", "rat alarm"),
        ("what's the gist of the tram story?", "tram"),
        ("Recap of the cup match", "cup match"),
        ("Summarise: Choir sings in the empty reservoir", "Choir sings in the empty reservoir"),
        ("give me a summary of the story on bees from March 2026", "bees from March 2026"),
        (URL, URL),
        (f"summarise {URL}.", URL),
        (f"summary: {URL}", URL),
        ("summary tram", "tram"),
        ("short version of the regatta pls", "regatta"),
        ("main points of the unemployment article", "unemployment"),
        ("brief me on the cup match", "cup match"),
        ("what's the article about kittiwakes about?", "kittiwakes"),
        ("whats in that story about the chart", "chart"),
        ("what does the piece on the old kettle say", "old kettle"),
        ("the barrier plan, in short", "barrier plan"),
        ("rat alarm in a nutshell", "rat alarm"),
        ("the memo affair, sum it up for me pls", "memo affair"),
        ("i have two minutes, quick recap of the flood", "flood"),
        ("summarise the piece about how old the chart is", "how old the chart is"),
        ("summarise Oneup", "Oneup"),
        ("summary of Newsagain", "Newsagain"),
    ],
)
def test_a_summary_of_something_names_it_without_what_stands_around(typed, topic):
    asked = Ask.read(typed)
    assert (asked.summary, asked.timeline) == (Summarise(topic), None)
    assert not asked.about_this


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("catch me up on Keller since Monday", "Keller since Monday"),
        ("Can you bring me up to speed on the flood memo?", "flood memo"),
        ("timeline of the tram extension", "tram extension"),
        ("what's new on the tram?", "tram"),
        ("What’s the latest on the dockers this week?", "dockers this week"),
        ("How did the port strike unfold?", "port strike"),
        ("Tell me the whole story of the chart", "chart"),
        ("whats new with the tram", "tram"),
        ("any news on the strike?", "strike"),
        ("anything new from Skarn Rock", "Skarn Rock"),
        ("story of the chart pls", "chart"),
        ("catch me up on the memo, i was away since august", "memo"),
        ("how did the ward thing go from start to end", "ward thing"),
    ],
)
def test_a_story_is_told_of_its_topic(typed, topic):
    assert Ask.read(typed).timeline == TellTimeline(topic)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("What happened with the port strike?", "port strike"),
        ("what happened to the Cordelia since July 2026", "Cordelia since July 2026"),
        ("What has been going on in Castrel?", "Castrel"),
        ("What became of the chart?", "chart"),
        ("hows the season going for rovers", "season for rovers"),
        ("what's Calloway up to these days", "Calloway"),
        ("What happened to Marina 12?", "Marina 12"),
        ("What happened to 5 marines?", "5 marines"),
        ("What happened to the after-school club?", "after-school club"),
    ],
)
def test_what_happened_may_ask_for_a_story(typed, topic):
    assert Ask.read(typed).timeline == TellTimeline(topic, guessed=True)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "What happened to the gate's motor on 25 July?",
        "What happened to the gate’s motor?",
        "What happened when the gate failed?",
        "What happened on 25 July?",
        "What happened in Castrel on Monday?",
        "What happened at the harbour after the storm?",
        "What happened to the price of the ferry tickets to Skarn?",
        "What happened?",
        "how's it going",
        "What is the strike about?",
        "Who summarised the report?",
        "What does the summary of the report say?",
        "Summary judgment was given when?",
        "summary of what Kovač said",
        "What did Oblonsky say about the summary?",
        "How did the union come to its decision?",
        "Who told the story of the choir?",
        f"Is {URL} true?",
        "Give me the name of the mayor",
        "update used boat prices",
        "Update metro fares",
        "fill me into the crew list",
        "What happened in Castrel on March 5?",
        "What happened to the trams on 5 sept",
    ],
)
def test_what_is_in_doubt_stays_a_question(typed):
    assert Ask.read(typed) == Ask(typed)


@pytest.mark.parametrize(
    ("typed", "topic", "count"),
    [
        ("summarise this in one sentence", "", 1),
        ("sum up the tram story in 5 sentences", "tram", 5),
        ("summary in a sentence", "", 1),
        ("tl;dr with 99 sentences", "", 12),
        ("summarise it in 0 sentences", "", 0),
        (f"summarise {URL} in two sentences", URL, 2),
        (f"summarise in two sentences {URL}", URL, 2),
        ("Summarise, in two sentences, the rat alarm", "rat alarm", 2),
        (
            "summary of the plea of a man with two sentences left",
            "plea of a man with two sentences left",
            0,
        ),
        ("summarise it", "", 0),
    ],
)
def test_a_number_of_sentences_is_heard(typed, topic, count):
    assert Ask.read(typed).summary == Summarise(topic, count)


WORDS = [
    "summary", "of", "sum", "up", "the", "story", "what", "happened", "with", "'s",
    "in", "one", "sentences", "tl;dr", "since", "Monday", "25 July", URL, "tram", "?", "“",
]  # fmt: skip


@trying(max_examples=150, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS)).map(" ".join), st.text()))
def test_a_topic_never_holds_a_word_that_was_not_typed(typed):
    asked = Ask.read(typed)
    assert asked.text == typed
    assert asked.topic in " ".join(typed.replace("’", "'").split())
    assert asked.summary is None or 0 <= asked.summary.count <= 12


def test_what_stands_behind_a_command_is_read_as_behind_the_verb():
    assert Summarise.read("the tram story, in two sentences") == Summarise("tram", 2)
    assert Summarise.read(f"({URL})") == Summarise(URL)
    assert Summarise.read("") == Summarise.read("this one, please") == Summarise("")
    assert TellTimeline.read("the port strike since August").topic == "port strike since August"
    assert TellTimeline.read("").topic == ""
