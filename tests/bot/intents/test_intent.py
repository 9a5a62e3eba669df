"""What a message asks for: small talk, or else whatever the archive has to say to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intents.intent import read_intent, read_quotes
from bot.intents.small_talk import SmallTalk, drop_courtesy
from retrieval.query.intent import Ask, AskWhoSaid


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Kovač about the ferry", AskWhoSaid("Kovač", "the ferry")),
        ("the rules about motors", AskWhoSaid("the rules", "motors")),
        ("Ines  Okafor on pay", AskWhoSaid("Ines Okafor", "pay")),
        ("Mayor Varga", AskWhoSaid("Mayor Varga")),
        ("", AskWhoSaid("")),
    ],
)
def test_a_name_and_a_topic_are_taken_as_they_stand(words, asked):
    assert read_quotes(words) == asked


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        *((SmallTalk.GREETING, typed) for typed in (
            "hi", "Hello!", "hey there", "Good morning", "How are you?", "Guten Tag!", "hallo",
            "Привет!", "Здравствуйте", "¡Hola!", "buenos días", "你好！", "hola, qué tal?",
            "you there??", "how's it going", "bonjour",
        )),
        *((SmallTalk.THANKS, typed) for typed in (
            "thanks!", "ok thx", "Thank you very much.", "great, thanks for that", "ok", "bye",
            "danke", "Vielen Dank!", "спасибо", "Большое спасибо", "muchas gracias", "谢谢！",
            "👍", "👍🏽", "❤️", "🙏🙏", "thanks 👍", "ok thanks bye", "thx that helped",
            "youre pretty useful ngl", "lol thanks",
        )),
        *((SmallTalk.ABOUT, typed) for typed in (
            "Who are you?", "are you an AI?", "are you a real person", "r u a bot",
            "are you ChatGPT", "am I talking to a human?", "what is this?", "wer bist du",
            "кто ты", "¿Quién eres?", "你是谁",
        )),
        *((SmallTalk.KNOWS, typed) for typed in (
            "what do you know?", "what articles do you have", "which sources do you use",
            "how many articles are there?",
        )),
        *((SmallTalk.CHATTER, typed) for typed in ("lol", "haha nice one", "hmm ok")),
        *((SmallTalk.HELP, typed) for typed in (
            "help", "Help!", "What can you do?", "what can I ask?", "hilfe",
            "Was kannst du?", "помощь", "Что ты умеешь?", "ayuda", "¿Qué puedes hacer?", "帮助",
        )),
        *((SmallTalk.LATEST, typed) for typed in (
            "What’s new?", "what's new today", "latest news", "the latest", "news today",
            "news from yesterday", "this week’s headlines",
            "Show me today's headlines", "any news?", "Was gibt's Neues?", "Что нового?",
            "noticias", "最新消息", "whats new", "summary of today's news", "sum up the news",
        )),
    ],
)  # fmt: skip
def test_small_talk_and_wishes_for_news_are_told_apart(kind, typed):
    assert read_intent(typed) is kind


@pytest.mark.parametrize(
    "typed",
    [
        "Hello Kitty prices", "Good morning Vietnam", "thanks to whom was the ward saved?",
        "Who thanked the nurses?", "help for cannery workers", "Who asked for help?",
        "news about trams", "great news for Castrel", "OK Corral", "Thanksgiving parade",
        "what do you know about the strike", "are you a real estate agent", "ok computer",
        "helpful bees", "night", "good night trains", "top stories of 2026", "🐙", "more", "why?",
    ],
)  # fmt: skip
def test_whatever_says_more_is_a_question(typed):
    assert isinstance(read_intent(typed), Ask)


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
