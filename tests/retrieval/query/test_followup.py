"""Follow-ups: which texts lean on the question before them, and what they are completed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from retrieval.query.anaphora import drop_opening, find_leans
from retrieval.query.followup import Known, PriorTurn, complete
from retrieval.query.intent import NO_TALK, Ask, AskWhoSaid
from retrieval.query.keyphrases import extract_keyphrases, shorten
from retrieval.query.people import People
from retrieval.query.question import Publishers

TODAY = date(2026, 11, 23)
KNOWN = Known(
    Publishers(["The Harbour Light", "Tern Valley Gazette"]),
    People(
        [
            ("Ines Okafor", "the union’s secretary", 9),
            ("Jonna Petrakis", "", 2),
            ("Helena Varga", "the mayor", 9),
            ("Niko Varga", "the striker", 3),
            ("Soraya Lund", "the opposition leader", 6),
            ("Alois Calloway", "the director of trams", 4),
            ("Haldry Rail Works", "", 2),
            ("the ministry", "", 2),
        ]
    ),
)
BEFORE = {
    "said": PriorTurn("What did Okafor say about the strike?", people=("Ines Okafor",)),
    "ward": PriorTurn("When will the maternity ward in Dunmallow close?"),
    "ships": PriorTurn("How many ships were turned away in August?"),
    "tram": PriorTurn("Who pays for the tram contract with Haldry Rail Works?"),
    "gazette": PriorTurn("What did the Gazette report about the cannery in July?"),
    "critic": PriorTurn("Who criticised the mayor?", people=("Soraya Lund",)),
    "resigned": PriorTurn("When did Calloway resign?"),
    "mayor": PriorTurn("Why did the mayor resign?"),
    "quotes": PriorTurn("Okafor strike", said=AskWhoSaid("Okafor", "the strike in July")),
    "everything": PriorTurn("Okafor", ("Ines Okafor",), said=AskWhoSaid("Okafor")),
    "anybody": PriorTurn("strike", said=AskWhoSaid("", "the strike")),
    "lundby": PriorTurn("Did Lundby hear Lund?", people=("Soraya Lund",)),
    "skarns": PriorTurn("Who from Skarnsby sings in Skarn?"),
    "article": PriorTurn("", headline="Hidden chart found in the lining of a chest", replied=True),
    "reply": PriorTurn("How many homes did Storm Ottilie flood?", replied=True),
    "quote": PriorTurn(
        "How many homes did Storm Ottilie flood?",
        quoted="The gate's motor, said Okafor, had failed before.",
        replied=True,
    ),
}
LEANING = [
    ("said", "and in 2025?", "What did Okafor say about the strike in 2025?"),
    ("said", "and in May?", "What did Okafor say about the strike in May?"),
    ("said", "May 2025?", "What did Okafor say about the strike May 2025?"),
    ("said", "and Petrakis?", "What did Petrakis say about the strike?"),
    ("said", "What about Petrakis?", "What did Petrakis say about the strike?"),
    ("said", "and the ministry?", "What did the ministry say about the strike?"),
    ("said", "and about biscuits?", AskWhoSaid("Okafor", "biscuits")),
    ("said", "what did she say about the door?", "What did Okafor say about the door?"),
    ("said", "Did she deny it?", "Did Okafor deny strike?"),
    ("said", "When did it end?", "When did strike end?"),
    ("said", "in the Gazette?", "What did Okafor say about the strike in Tern Valley Gazette?"),
    ("said", "and what happened then?", "What happened then strike?"),
    ("said", "why?", "Why did Okafor say about the strike?"),
    ("ward", "why?", "Why will the maternity ward in Dunmallow close?"),
    ("ward", "Why exactly?", "Why will the maternity ward in Dunmallow close?"),
    ("ward", "and in Castrel?", "When will the maternity ward in Castrel close?"),
    ("ward", "who decided it?", "Who decided maternity ward in Dunmallow?"),
    ("ward", "who decided that?", "Who decided maternity ward in Dunmallow?"),
    ("ward", "How many people work there?", "How many people work in Dunmallow?"),
    ("ward", "what did they say?", AskWhoSaid("", "maternity ward in Dunmallow")),
    (
        "ward",
        "And what did Lund say about it?",
        "What did Lund say about maternity ward in Dunmallow?",
    ),
    ("ward", "what about the nurses?", "The nurses: maternity ward Dunmallow?"),
    ("ships", "in September?", "How many ships were turned away in September?"),
    ("ships", "last week?", "How many ships were turned away last week?"),
    ("ships", "2025?", "How many ships were turned away in 2025?"),
    ("ships", "where to?", "Where ships were turned away in August?"),
    ("ships", "to which ports?", "To which ports ships?"),
    ("ships", "how many were there?", "How many were there ships?"),
    ("tram", "and Varga?", "Varga: tram contract Haldry Rail Works?"),
    ("tram", "is it done?", "Is tram contract with Haldry Rail Works done?"),
    ("tram", "the cost?", "The cost: tram contract Haldry Rail Works?"),
    (
        "gazette",
        "and the Harbour Light?",
        "What did the Harbour Light report about the cannery in July?",
    ),
    ("gazette", "and in October?", "What did the Gazette report about the cannery in October?"),
    (
        "gazette",
        "the Harbour Light in October?",
        "What did the Harbour Light report about the cannery in October?",
    ),
    ("critic", "what else did she say?", "What else did Soraya Lund say?"),
    ("critic", "and who defended her?", "Who defended Soraya Lund?"),
    ("critic", "and Petrakis?", AskWhoSaid("Petrakis", "the mayor")),
    ("resigned", "Why did he do that?", "Why did Calloway do resign?"),
    ("resigned", "who replaced him?", "Who replaced Calloway?"),
    ("resigned", "what is his new job?", "What is Calloway's new job?"),
    ("resigned", "and Varga?", "When did Varga resign?"),
    ("lundby", "and Okafor?", "Did Lundby hear Okafor?"),
    ("skarns", "and in Castrel?", "Who from Skarnsby sings in Castrel?"),
    ("mayor", "what did she say?", "What did the mayor say?"),
    ("article", "who found it?", "Who found Hidden chart found lining chest?"),
    ("article", "why?", "Why Hidden chart found lining chest?"),
    ("reply", "were there protests?", "Were there protests homes Storm Ottilie?"),
    ("quote", "why?", "Why gate's motor Okafor failed?"),
    ("quote", "what did she say?", "What did Okafor say?"),
    ("quotes", "and in 2025?", AskWhoSaid("Okafor", "the strike in 2025")),
    ("quotes", "and Petrakis?", AskWhoSaid("Petrakis", "the strike in July")),
    ("quotes", "and about biscuits?", AskWhoSaid("Okafor", "biscuits")),
    ("quotes", "in the Gazette?", AskWhoSaid("Okafor", "the strike in July in the Gazette")),
    ("everything", "and in 2025?", AskWhoSaid("Okafor", "in 2025")),
    ("everything", "and about biscuits?", AskWhoSaid("Okafor", "biscuits")),
    ("anybody", "and in 2025?", AskWhoSaid("", "the strike in 2025")),
    ("anybody", "and Petrakis?", AskWhoSaid("Petrakis", "the strike")),
]  # fmt: skip
ALONE = [
    "Who won the cup?",
    "And who won the cup?",
    "But when does the tram open to the public?",
    "What did Petrakis say about freight?",
    "when did the strike end?",
    "When did the strike end in 2025?",
    "tram",
    "Petrakis",
    "Haldry Rail Works",
    "Hidden chart",
    "strike pay in August",
    "what about the port strike?",
    "How about the price of the ferry tickets?",
    "What about “Cranes stop as dockers walk out”?",
    "What did the minister say about her plan?",
    "Did Okafor say that she would resign?",
    "Did Varga's chief of staff resign to protect her?",
    "When Varga resigned, did she apologise?",
    "Who said it was a doorbell?",
    "Is it true that the ferry is late?",
    "How long does it take to get to Skarn?",
    "How much did it cost to repair the gate?",
    "How much will it cost to extend the tram line to the hospital?",
    "Will it rain on Sunday?",
    "What was it like on the ferry?",
    "When will they reopen the school in Fennick Lane?",
    "Is there a petition?",
    "Were there any injuries in Castrel?",
    "how many signed the petition?",
    "Who resigned?",
    "Which cinema closed in May?",
    "What happened on 3 August?",
    "what happened when the gate failed?",
    "Who is that man on the photograph of the regatta?",
    "What happened this week?",
    "What did the Harbour Light report about the regatta?",
    "How are you?",
    "Can you help me?",
    "Why did the union oppose the offer that was made in July?",
    "What did people say about the lifts?",
    "How many passengers did the old ferry carry?",
    "and the school children?",
    "Everything Okafor said",
    "Did the council, which met on Monday, approve it?",
    "The mayor and her chief of staff",
    "Old Customs House",
    "https://gazette.example/2026/tram",
    "?",
    "",
]


@pytest.mark.parametrize(("before", "text", "completed"), LEANING)
def test_what_cannot_stand_alone_is_completed(before, text, completed):
    found = complete(text, BEFORE[before], known=KNOWN, today=TODAY)
    assert found is not None
    assert replace(found.intent, talk=NO_TALK) == (
        Ask.read(completed) if isinstance(completed, str) else completed
    )
    assert not found.more
    assert found.taken


@pytest.mark.parametrize("before", ["said", "ward", "gazette", "critic", "resigned"])
@pytest.mark.parametrize("text", ALONE)
def test_a_complete_question_inherits_nothing(before, text):
    assert complete(text, BEFORE[before], known=KNOWN, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "opened", "rest"),
    [
        ("So, who paid?", True, "who paid"),
        ("And... who paid?", True, "who paid"),
        ("And?", True, ""),
        ("so-called experts", False, "so-called experts"),
        ("Well-known choirs", False, "Well-known choirs"),
        ("And’s the ferry late?", False, "And's the ferry late"),
    ],
)
def test_only_a_whole_word_opens_a_follow_up(text, opened, rest):
    assert drop_opening(text) == (opened, rest)


@pytest.mark.parametrize("text", ["who prints the post-it", "Who won the he-she"])
def test_a_part_of_a_compound_is_no_pronoun(text):
    assert find_leans(text, False, replied=True) == []


@pytest.mark.parametrize("text", ["How-to guides of May", "which-way signs"])
def test_a_part_of_a_compound_is_no_question_word(text):
    assert shorten(text) == text


@pytest.mark.parametrize(
    "text",
    ["more", "More, please!", "show me more", "next", "anything else?", "Who else?", "go on"],
)
def test_more_asks_for_the_next_page(text):
    found = complete(text, BEFORE["said"], known=KNOWN, today=TODAY)
    assert found is not None
    assert (found.more, found.text, found.taken) == (True, "", ())


@pytest.mark.parametrize("text", ["more trams?", "Who else criticised the mayor?", "next week"])
def test_more_of_something_is_no_wish_for_the_next_page(text):
    found = complete(text, BEFORE["ward"], known=KNOWN, today=TODAY)
    assert found is None or not found.more


def test_what_is_taken_over_is_named():
    found = complete("and in 2025?", BEFORE["tram"], known=KNOWN, today=TODAY)
    assert found is not None
    assert found.taken == ("tram contract", "Haldry Rail Works")


def test_a_topic_of_its_own_is_no_follow_up_where_no_passage_tells_of_both():
    apart = Known(KNOWN.publishers, KNOWN.people, lambda _new, _old: False)
    for text in ("what about the nurses?", "the cost?", "and who paid?"):
        assert complete(text, BEFORE["ward"], known=KNOWN, today=TODAY) is not None
        assert complete(text, BEFORE["ward"], known=apart, today=TODAY) is None


def test_a_chain_of_follow_ups_keeps_its_first_topic():
    first = complete("how many beds does it have?", BEFORE["ward"], known=KNOWN, today=TODAY)
    assert first is not None
    context = PriorTurn(first.text, topic=first.topic)
    second = complete("who decided it?", context, known=KNOWN, today=TODAY)
    assert second is not None
    assert second.taken == ("maternity ward", "Dunmallow")


def test_several_people_in_an_answer_are_nobody_in_particular():
    before = PriorTurn("What was said about the strike?", people=("Ines Okafor", "Soraya Lund"))
    found = complete("what did she say?", before, known=KNOWN, today=TODAY)
    assert found is not None
    assert found.said == AskWhoSaid("", "strike")


def test_whoever_the_question_names_comes_before_others_whom_the_answer_names():
    before = PriorTurn("When did Calloway resign?", people=("Soraya Lund", "Alois Calloway"))
    found = complete("why did he resign?", before, known=KNOWN, today=TODAY)
    assert found is not None
    assert found.taken == ("Calloway",)


def test_nothing_before_means_nothing_to_lean_on():
    for text in ("why?", "and in 2025?", "who decided it?"):
        assert complete(text, PriorTurn(""), known=KNOWN, today=TODAY) is None
        assert complete(text, PriorTurn("and?"), known=KNOWN, today=TODAY) is None


def test_phrases_are_names_and_runs_of_words():
    assert extract_keyphrases("the tram contract of Haldry Rail Works, since 2024") == (
        "tram contract",
        "Haldry Rail Works",
        "2024",
    )
    assert extract_keyphrases("what is it?") == ()
    assert shorten("Tell me why the ward closes?") == "the ward closes"


WORDS = [
    "and", "what about", "why", "who", "did", "he", "she", "it", "that", "there", "Okafor",
    "Gazette", "in 2025", "the", "strike", "her", "say", "about", "?", "is", "more", "“tram”", ",",
]  # fmt: skip


@trying(max_examples=200, deadline=None)
@given(
    st.one_of(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), st.text(max_size=40)),
    st.sampled_from(sorted(BEFORE)),
)
def test_a_follow_up_holds_what_it_took_over(text, before):
    found = complete(text, BEFORE[before], known=KNOWN, today=TODAY)
    if found is not None and not found.more:
        assert bool(found.text) is (found.said is None)
        said = found.intent.text.casefold()
        assert said
        assert not found.taken or any(one.casefold() in said for one in found.taken)
