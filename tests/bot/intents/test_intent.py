"""What a reader asks for, told from the words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bot.intents.intent import Kind, Request, read
from bot.intents.small_talk import drop_courtesy

URL = "https://gazette.example/2026/funicular"


@pytest.mark.parametrize(
    "typed",
    [
        "/summary", "/summary@byline_bot", "/SUMMARY", "Summary", "summary please",
        "summarise this", "Summarize this article, please!", "Can you summarise it?",
        "sum it up", "sum this up for me", "Please sum up the article", "tl;dr", "TLDR?",
        "Give me a short summary.", "I'd like a summary of this", "recap", "boil it down",
    ],
)  # fmt: skip
def test_a_wish_that_names_nothing_is_for_a_summary_of_this(typed):
    asked = read(typed)
    assert (asked.kind, asked.topic, asked.guessed) == (Kind.SUMMARY, "", False)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("/summary tram", "tram"),
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
        (f"/summary ({URL})", URL),
        ("summarise Oneup", "Oneup"),
        ("summary of Newsagain", "Newsagain"),
    ],
)
def test_a_summary_of_something_names_it_without_what_stands_around(typed, topic):
    asked = read(typed)
    assert (asked.kind, asked.topic) == (Kind.SUMMARY, topic)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("/story the port strike since August", "port strike since August"),
        ("/story", ""),
        ("catch me up on Keller since Monday", "Keller since Monday"),
        ("Can you bring me up to speed on the flood memo?", "flood memo"),
        ("timeline of the tram extension", "tram extension"),
        ("what's new on the tram?", "tram"),
        ("What’s the latest on the dockers this week?", "dockers this week"),
        ("How did the port strike unfold?", "port strike"),
        ("Tell me the whole story of the chart", "chart"),
    ],
)
def test_a_story_is_told_of_its_topic(typed, topic):
    asked = read(typed)
    assert (asked.kind, asked.topic, asked.guessed) == (Kind.STORY, topic, False)


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        ("What happened with the port strike?", "port strike"),
        ("what happened to the Cordelia since July 2026", "Cordelia since July 2026"),
        ("What has been going on in Castrel?", "Castrel"),
        ("What became of the chart?", "chart"),
        ("What happened to Marina 12?", "Marina 12"),
        ("What happened to 5 marines?", "5 marines"),
        ("What happened to the after-school club?", "after-school club"),
    ],
)
def test_what_happened_may_ask_for_a_story(typed, topic):
    asked = read(typed)
    assert (asked.kind, asked.topic, asked.guessed) == (Kind.STORY, topic, True)


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
    asked = read(typed)
    assert (asked.kind, asked.topic) == (Kind.QUESTION, "")


@pytest.mark.parametrize(
    ("typed", "topic", "count"),
    [
        ("summarise this in one sentence", "", 1),
        ("sum up the tram story in 5 sentences", "tram", 5),
        ("/summary in a sentence", "", 1),
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
    asked = read(typed)
    assert (asked.kind, asked.topic, asked.count) == (Kind.SUMMARY, topic, count)


WORDS = [
    "/summary", "summary", "of", "sum", "up", "the", "story", "what", "happened", "with", "'s",
    "in", "one", "sentences", "tl;dr", "since", "Monday", "25 July", URL, "tram", "?", "“",
]  # fmt: skip


@trying(max_examples=150, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(WORDS)).map(" ".join), st.text()))
def test_a_topic_never_holds_a_word_that_was_not_typed(typed):
    asked = read(typed)
    assert asked.text == typed
    assert asked.topic in " ".join(typed.replace("’", "'").split())
    assert 0 <= asked.count <= 12


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *((Kind.GREETING, typed) for typed in (
            "hi", "Hello!", "hey there", "Good morning", "How are you?", "Guten Tag!", "hallo",
            "Привет!", "Здравствуйте", "¡Hola!", "buenos días", "你好！",
        )),
        *((Kind.THANKS, typed) for typed in (
            "thanks!", "ok thx", "Thank you very much.", "great, thanks for that", "ok", "bye",
            "danke", "Vielen Dank!", "спасибо", "Большое спасибо", "muchas gracias", "谢谢！",
            "👍", "👍🏽", "❤️", "🙏🙏", "thanks 👍",
        )),
        *((Kind.HELP, typed) for typed in (
            "help", "Help!", "What can you do?", "what can I ask?", "Who are you?", "hilfe",
            "Was kannst du?", "помощь", "Что ты умеешь?", "ayuda", "¿Qué puedes hacer?", "帮助",
        )),
        *((Kind.LATEST, typed) for typed in (
            "What’s new?", "what's new today", "latest news", "the latest", "news today",
            "Show me today's headlines", "any news?", "Was gibt's Neues?", "Что нового?",
            "noticias", "最新消息",
        )),
    ],
)  # fmt: skip
def test_small_talk_and_wishes_for_news_are_told_apart(kind, typed):
    assert read(typed) == Request(kind, typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Hello Kitty prices", "Good morning Vietnam", "thanks to whom was the ward saved?",
        "Who thanked the nurses?", "help for cannery workers", "Who asked for help?",
        "news about trams", "great news for Castrel", "OK Corral", "Thanksgiving parade",
        "good night trains", "top stories of 2026", "🐙", "more", "why?",
    ],
)  # fmt: skip
def test_whatever_says_more_is_a_question(typed):
    assert read(typed).kind is Kind.QUESTION


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("Thanks! And in 2025?", "And in 2025?"),
        ("thanks, what about Keller?", "what about Keller?"),
        ("Hi, who won the cup?", "who won the cup?"),
        ("hi who won the cup", "who won the cup"),
        ("Guten Tag. Wer gewann?", "Wer gewann?"),
        ("谢谢！谁赢了？", "谁赢了？"),
        ("ok thanks. hello, who won?", "who won?"),
        ("Hi-Fi prices", "Hi-Fi prices"),
        ("Hello Kitty prices", "Hello Kitty prices"),
        ("cheers and jeers at the regatta", "cheers and jeers at the regatta"),
        ("thanks 👍", "thanks 👍"),
        ("thanks!", "thanks!"),
        ("thanks...who won?", "who won?"),
        ("How are you? Who won?", "Who won?"),
        ("hey.com was sold to whom?", "hey.com was sold to whom?"),
        ("Who was mayor? Thanks! Who is?", "Who was mayor? Thanks! Who is?"),
        ("Who said thanks, and why?", "Who said thanks, and why?"),
        ("hi\n\n , Who won?", "Who won?"),
        ("hi – who won?", "who won?"),
        ("", ""),
    ],
)
def test_a_courtesy_before_a_question_is_taken_off(typed, rest):
    assert drop_courtesy(typed) == rest


@pytest.mark.parametrize(
    "typed",
    [
        "which city was hit", "did the party, in May, split?", "is the university: open",
        "Delhi: who fled?", "Which priority did the county show?", "the sushi, what of it",
        "history was made where", "He bought chips, when?", "safety - who pays",
    ],
)  # fmt: skip
def test_the_end_of_a_word_is_no_courtesy(typed):
    assert drop_courtesy(typed) == typed


_ORDINARY = st.one_of(
    st.sampled_from(["city", "party", "delhi", "chips", "who", "was", "hi", "ty", "ok", "cheers"]),
    st.text("abchitykoe", min_size=1, max_size=9),
)
_TEXTS = st.lists(
    st.tuples(_ORDINARY, st.sampled_from([" ", ", ", ". ", ": ", "! ", " - ", ".", "-"])),
    max_size=9,
).map(lambda parts: "".join(word + gap for word, gap in parts))


@given(_TEXTS)
def test_what_a_courtesy_leaves_is_the_text_from_the_beginning_of_a_word_on(typed):
    rest = drop_courtesy(typed)

    assert typed.endswith(rest)
    assert rest == typed or not typed.removesuffix(rest)[-1].isalnum()
    assert rest == typed or not rest[0].isspace()


@given(st.sampled_from(["which", "Delhi", "the city", "chips"]), _TEXTS)
def test_a_text_that_begins_with_no_courtesy_stays_as_it_is(opening, typed):
    assert drop_courtesy(f"{opening} {typed}") == f"{opening} {typed}"
