"""What readers get for what they write, whatever it is."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.dialogue.privacy import describe_forgotten, describe_kept
from bot.message_context import MessageContext
from bot.reply.actions import decode, encode
from bot.reply.reply import Note, Outcome
from bot.storage.preferences import PreferenceStore
from bot.telegram.sending.render import render
from retrieval.results import Verdict
from tests.support.databases import rows
from tests.support.full_disk import full_disk
from tests.support.newsroom import (
    ARTICLES,
    BEES,
    BEES_QUESTION,
    COPY,
    FUNICULAR,
    FUNICULAR_QUESTION,
    PASTED,
    READER,
    action,
    buttons,
    citations,
    labels,
    marked,
    newsroom,
    notes,
    quotes,
    sample,
    text,
)

OTHER, ADMIN = MessageContext(chat_id=8), MessageContext(chat_id=9, admin=True)
GROUP = MessageContext(chat_id=-100, thread_id=5, private=False)


@pytest.fixture
def room(tmp_path):
    with newsroom(tmp_path) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path):
    with newsroom(tmp_path, []) as opened:
        yield opened


@pytest.fixture(scope="module")
def gazette(tmp_path_factory):
    """The whole sample; tests leave it as it is."""
    with newsroom(tmp_path_factory.mktemp("sample"), sample()) as opened:
        yield opened


def test_behind_a_greeting_small_talk_is_small_talk_as_without(room):
    for behind in ("what can you do", "who are you?", "what's new"):
        assert notes(room.ask(f"hey {behind}")) == notes(room.ask(behind)), behind


# An answer


def test_an_answer_quotes_the_article_word_for_word(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    (quote,) = quotes(reply)
    assert text(quote) in FUNICULAR.body
    assert marked(quote) == "She collected 3,120 signatures on two summer weekends."
    assert notes(reply) == []


def test_an_answer_cites_its_article(room):
    (citation,) = citations(room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER))
    assert citation.headline == FUNICULAR.headline
    assert citation.publisher == "Wexmoor Gazette"
    assert citation.authors == ("Maria Keller", "Tom Finch")
    assert citation.published == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert citation.copies == ()


def test_the_link_of_an_answer_opens_at_the_marked_sentence(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    (citation,) = citations(reply)
    (opening,) = [button.url for button in buttons(reply) if button.label == texts.say("open")]
    assert citation.url == opening
    page, _, place = opening.partition("#:~:text=")
    assert page == FUNICULAR.url
    assert "She%20collected%203%2C120%20signatures" in place


def test_an_article_without_an_address_is_cited_without_a_link(room):
    reply = room.ask("How many seconds did the echo last?", told=Verdict.ANSWER)
    (citation,) = citations(reply)
    assert (citation.headline, citation.url) == (PASTED.headline, None)
    assert marked(quotes(reply)[0]) == "The echo lasted nineteen seconds."
    assert texts.say("open") not in labels(reply)


def test_a_text_that_several_publishers_carried_is_shown_once_and_names_them(tmp_path):
    with newsroom(tmp_path, [*ARTICLES, COPY]) as room:
        reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
        (citation,) = citations(reply)
        assert (citation.publisher, citation.copies) == ("Wexmoor Gazette", ("The Courier",))
        seen = citations_of_all_pages(room, reply)
    assert [one.headline for one in seen].count(FUNICULAR.headline) == 1


def citations_of_all_pages(room, reply):
    found = []
    while True:
        found += citations(reply)
        if texts.ON not in labels(reply):
            return found
        reply = room.conversation.press(READER, action(reply, texts.ON)).reply


def test_an_answer_carries_thumbs(room):
    assert labels(room.ask(FUNICULAR_QUESTION))[-2:] == ["👍", "👎"]


def test_a_long_passage_is_cut_around_the_answer_until_the_reader_asks_for_the_whole(room):
    reply = room.ask("How long does the bus take to climb the hill?", told=Verdict.ANSWER)
    (short,) = quotes(reply)
    assert short.cut_before or short.cut_after
    whole = room.conversation.press(READER, action(reply, texts.say("whole"))).reply
    (long,) = quotes(whole)
    assert text(long) == FUNICULAR.body
    assert marked(long) == marked(short)
    assert (long.cut_before, long.cut_after) == (False, False)
    assert texts.say("whole") not in labels(whole)
    assert citations(whole) == citations(reply)


def test_what_a_chat_set_is_read_once_for_a_question(room, monkeypatch):
    real, read = PreferenceStore.get, []

    def get(store, chat_id):
        read.append(chat_id)
        return real(store, chat_id)

    monkeypatch.setattr(PreferenceStore, "get", get)
    for told in Verdict:
        read.clear()
        assert room.ask(FUNICULAR_QUESTION, told=told).key
        assert read == [READER.chat_id]


def test_an_answer_says_where_it_looked_first_when_the_question_named_it(room):
    question = "What did the Wexmoor Gazette report about beekeepers in March 2026?"
    reply = room.ask(question, told=Verdict.ANSWER)
    (note,) = notes(reply)
    assert note.startswith("Looked first in Wexmoor Gazette, ")
    assert "2026" in note
    assert reply.blocks[0] == Note(note)


@pytest.mark.parametrize(
    "question", ["How many signatures, says the Courier?", "How many signatures in June 2026?"]
)
def test_an_answer_from_elsewhere_does_not_say_that_it_looked_there_first(room, question):
    room.add([replace(BEES, url="https://courier.example/bees", publisher="The Courier")])
    reply = room.ask(question, told=Verdict.ANSWER)
    assert citations(reply)[0].headline == FUNICULAR.headline
    assert notes(reply) == []


# Less than an answer


def test_an_unsure_answer_says_so_first_and_marks_what_likeliest_answers(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.CLOSEST)
    closest = "❔ Not sure. The closest I found; it may not answer your question:"
    assert notes(reply) == [closest]
    assert reply.blocks.index(quotes(reply)[0]) == 1
    assert any(span.marked for span in quotes(reply)[0].spans)
    assert citations(reply)[0].headline == FUNICULAR.headline


def test_no_answer_shows_no_passage_but_how_many_articles_were_searched_and_a_way_on(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.NOTHING)
    assert quotes(reply) == citations(reply) == []
    (note,) = notes(reply)
    assert "3 articles" in note
    assert "none of them answers" in note
    assert "Try other words" in note
    assert labels(reply) == [texts.say("show-closest")]


def test_whoever_insists_is_shown_the_closest_passage_as_such(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.NOTHING)
    shown = room.conversation.press(READER, action(reply, texts.say("show-closest"))).reply
    assert notes(shown) == [texts.say("closest")]
    assert any(span.marked for span in quotes(shown)[0].spans)


@pytest.mark.parametrize("question", ["🐙🐙🐙", "¿?…!!!", "...", "🐙🏽", "?" * 4096])
def test_a_question_without_a_letter_or_digit_is_asked_for_in_words(room, question):
    assert notes(room.ask(question)) == [texts.say("unreadable")]


@pytest.mark.parametrize("nothing", ["", "   ", "\n\n", "\u200b\u2060", "\x00\x01"])
def test_a_question_without_a_word_is_told_how_to_ask(room, nothing):
    assert notes(room.ask(nothing)) == [texts.say("how-to-ask")]


@pytest.mark.parametrize(
    "question",
    [
        "harbour " * 1000,
        "Why? " * 819 + "a",
        "x" * 4096,
        "ποιος έκλεισε το λιμάνι;",
        "港口为什么关闭?",
        "لماذا أغلق الميناء؟",
        "बंदरगाह क्यों बंद हुआ?",
        "strike\ud83d",
        "\u202eekirts",
        "a\x00b",
        "'; DROP TABLE article; --",
        "<b>strike</b> & [link](http://x)",
        "strike* OR (NEAR/2",
    ],
)
def test_no_question_is_too_odd_to_get_a_reply_that_telegram_takes(gazette, question):
    drawn = render(gazette.ask(question))
    assert 0 < len(drawn.plain) <= 4096


WORDS = ("strike", "mayor", "tram", "ferry", "Varga", "“Nobody", "184", "who", "did", "the", "?")


@trying(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS)).map(" ".join)))
@example("who did the strike")
def test_whatever_is_asked_every_quote_is_an_exact_slice_of_a_stored_body(gazette, question):
    reply = gazette.ask(question)
    pages = [reply, *opened_from(gazette, reply)]
    for quote in itertools.chain.from_iterable(map(quotes, pages)):
        assert quote.spans
        assert any(text(quote) in article.body for article in sample_bodies())


def opened_from(room, reply):
    """Everything that is one press away."""
    for button in buttons(reply):
        if button.action:
            outcome = room.conversation.press(READER, button.action)
            if outcome.reply:
                yield outcome.reply


def sample_bodies(known=[]):  # noqa: B006 - read once
    known.extend(() if known else sample())
    return known


# Paging


def test_paging_turns_forth_and_back(room):
    first = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert "1/3" in labels(first)
    second = room.conversation.press(READER, action(first, texts.ON)).reply
    assert "2/3" in labels(second)
    assert citations(second) != citations(first)
    assert room.conversation.press(READER, action(second, texts.BACK)).reply == first


def test_pages_turn_only_where_there_are_more(room):
    first = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    second = room.conversation.press(READER, action(first, texts.ON)).reply
    last = room.conversation.press(READER, action(second, texts.ON)).reply
    small = [texts.GOOD, texts.BAD]
    labelled = [
        [[button.label for button in row] for row in reply.buttons]
        for reply in (first, second, last)
    ]
    assert [next(row for row in rows if texts.GOOD in row) for rows in labelled] == [
        ["1/3", texts.ON, *small],
        [texts.BACK, "2/3", texts.ON, *small],
        [texts.BACK, "3/3", *small],
    ]


def test_paging_beyond_either_end_says_so_and_changes_nothing(room):
    """Messages of earlier versions have such buttons."""
    first = room.ask(FUNICULAR_QUESTION)
    press = room.conversation.press
    before = replace(action(first, "1/3"), page=-1)
    assert press(READER, before) == Outcome(texts.say("first"))
    second = press(READER, action(first, texts.ON)).reply
    last = press(READER, action(second, texts.ON)).reply
    assert "3/3" in labels(last)
    beyond = replace(action(last, "3/3"), page=3)
    assert press(READER, beyond) == Outcome(texts.say("last"))


def test_a_single_hit_has_no_pages(tmp_path):
    with newsroom(tmp_path, [BEES]) as room:
        reply = room.ask(BEES_QUESTION, told=Verdict.ANSWER)
    assert not any("/" in label for label in labels(reply))


def test_a_passage_removed_between_answer_and_paging_is_said_to_be_gone_and_skipped(room):
    first = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    second = room.conversation.press(READER, action(first, texts.ON)).reply
    room.remove(next(one for one in ARTICLES if one.headline == citations(second)[0].headline))
    gone = room.conversation.press(READER, action(first, texts.ON)).reply
    assert notes(gone) == [texts.say("gone")]
    assert quotes(gone) == []
    third = room.conversation.press(READER, action(gone, texts.ON)).reply
    assert "3/3" in labels(third)


def test_an_article_corrected_after_the_answer_is_never_quoted_from_its_old_text(room):
    first = room.ask(BEES_QUESTION, told=Verdict.ANSWER)
    corrected = replace(BEES, body=BEES.body.replace("85 florins", "58 florins"))
    room.add([corrected])
    again = room.conversation.press(READER, action(first, "1/3")).reply
    assert all(text(quote) in corrected.body for quote in quotes(again))


@pytest.mark.parametrize(
    "forged",
    [
        "",
        ":",
        "page",
        "page:{key}",
        "page:{key}:",
        "page:{key}:x",
        "page:{key}:--1",
        "page:{key}:-",
        "page:{key}:1:1",
        "page:{key}:²",
        "page:{key}:" + "9" * 40,
        "page::0",
        "page:unknown:0",
        "rate:{key}:7",
        "burn:{key}:0",
        "retry:unknown:0",
        "🐙:🐙:🐙",
        "page:'; DROP TABLE exchange; --:0",
    ],
)
def test_a_forged_button_gets_a_toast_and_nothing_else(room, forged):
    key = action(room.ask(FUNICULAR_QUESTION), "1/3").key
    pressed = room.conversation.press(READER, decode(forged.format(key=key)))
    assert pressed == Outcome("This list is too old, ask again")


@pytest.mark.parametrize("number", ["999", "-999"])
def test_a_page_that_was_never_there_is_not_shown(room, number):
    key = action(room.ask(FUNICULAR_QUESTION), "1/3").key
    outcome = room.conversation.press(READER, decode(f"page:{key}:{number}"))
    assert outcome.toast
    assert outcome.reply is None
    whole = room.conversation.press(READER, decode(f"whole:{key}:{number}")).reply
    assert quotes(whole) == []


def test_no_button_of_one_chat_works_in_another(room):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    for button in buttons(reply):
        if button.action:
            assert room.conversation.press(OTHER, button.action) == Outcome(texts.say("stale"))
            assert room.conversation.press(GROUP, button.action) == Outcome(texts.say("stale"))


def test_every_button_fits_into_callback_data(gazette):
    for reply in (gazette.ask("Who leads the strike?"), gazette.conversation.start(READER)):
        for button in buttons(reply):
            assert button.action is None or len(encode(button.action).encode()) <= 64
            leads_to = (button.action, button.url, button.share, button.start, button.copy)
            assert sum(map(bool, leads_to)) == 1


# Thumbs and retries


def thumbs(home: Path):
    return rows(home / "chats.db", "SELECT chat_id, value, verdict FROM feedback")


def test_a_thumb_is_stored_with_the_verdict_and_can_be_changed(room, tmp_path):
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.CLOSEST)
    assert room.conversation.press(READER, action(reply, "👍")).toast == "Thank you, noted"
    assert thumbs(tmp_path) == [(7, 1, "closest")]
    room.conversation.press(READER, action(reply, "👎"))
    assert thumbs(tmp_path) == [(7, -1, "closest")]


def test_a_fault_behind_a_button_asks_for_another_press_and_saves_no_question(room):
    apology = room.conversation.fault(READER, "", "a1b2c3")

    assert apology.buttons == ()
    assert [block.text for block in apology.blocks] == [
        "Something broke. Tap again in a moment. (Reference a1b2c3)"
    ]


def test_a_fault_offers_the_question_again_and_pressing_answers_it(room):
    apology = room.conversation.fault(READER, FUNICULAR_QUESTION, "a1b2c3")
    assert "a1b2c3" in notes(apology)[0]
    room.searcher.told = Verdict.ANSWER
    answer = room.conversation.press(READER, action(apology, texts.say("try-again"))).reply
    assert citations(answer)[0].headline == FUNICULAR.headline


def test_an_answer_in_doubt_is_offered_again(room):
    doubt = room.conversation.uncertain(READER, FUNICULAR_QUESTION)
    assert notes(doubt) == [texts.say("uncertain")]
    assert room.conversation.press(READER, action(doubt, texts.say("show-answer"))).reply


@pytest.mark.parametrize(
    ("command", "opening"),
    [
        ("/latest", "The newest of 3 articles"),
        ("/help", "I search 3 articles"),
        ("/privacy", "What I keep"),
        ("/start", "Ask me about the news"),
        ("/start deep-link", "Ask me about the news"),
        ("/START@byline_bot", "Ask me about the news"),
        ("/nonsense", "I search 3 articles"),
        ("/ask", texts.say("how-to-ask")),
        ("/quotes", texts.say("how-to-quote")),
        ("/summary", texts.say("how-to-sum-up")),
        ("/story", texts.say("how-to-tell")),
    ],
)
def test_a_command_that_failed_can_be_tried_again(room, command, opening):
    apology = room.conversation.fault(READER, command, "a1b2c3")
    again = room.conversation.press(READER, action(apology, texts.say("try-again"))).reply
    assert notes(again)[0].startswith(opening)


@pytest.mark.parametrize("typed", ["/ask {}", "/ask\n{}", " /ASK@byline_bot  {}", "{}"])
def test_a_question_is_heard_with_and_without_its_command(room, typed):
    room.searcher.told = Verdict.ANSWER
    reply = room.conversation.hear(READER, typed.format(FUNICULAR_QUESTION))
    assert citations(reply)[0].headline == FUNICULAR.headline


def test_a_fault_is_told_even_when_the_question_cannot_be_saved(room):
    with full_disk(room.state._engine):
        apology = room.conversation.fault(READER, "q", "a1b2c3")
    assert "a1b2c3" in notes(apology)[0]
    assert "is saved" not in notes(apology)[0]
    assert [button.label for button in buttons(apology)] == ["Try again"]


def test_a_chat_forgotten_while_it_is_answered_gets_its_answer_with_stale_buttons(
    room, monkeypatch
):
    monkeypatch.setattr(room.state, "exchange", lambda *_: None)
    reply = room.ask(FUNICULAR_QUESTION, told=Verdict.ANSWER)
    assert citations(reply)[0].headline == FUNICULAR.headline
    pressed = room.conversation.press(READER, action(reply, texts.ON))
    assert pressed == Outcome(texts.say("stale"))


# Commands


def test_start_is_one_sentence_and_two_questions_from_the_newest_articles(room):
    reply = room.conversation.start(READER)
    assert notes(reply)[0].startswith("Ask me about the news in 3 articles of Wexmoor Gazette")
    assert labels(reply) == [
        f"What about “{FUNICULAR.headline}”?",
        f"What about “{BEES.headline}”?",
    ]


def test_the_questions_of_start_are_of_different_sections(gazette):
    by_headline = {article.headline: article.section for article in sample()}
    asked = labels(gazette.conversation.start(READER))
    sections = {
        by_headline[
            next(h for h in by_headline if a.removeprefix("What about “").startswith(h[:30]))
        ]
        for a in asked
    }
    assert len(sections) == 2


def test_the_questions_of_start_get_an_answer_from_their_own_article(gazette):
    gazette.searcher.told = None
    greeting = gazette.conversation.start(READER)
    for button in buttons(greeting):
        answer = gazette.conversation.press(READER, button.action).reply
        assert notes(answer) == []
        (citation,) = citations(answer)
        (own,) = [one for one in sample() if button.label[12:].startswith(one.headline[:30])]
        assert own.publisher in (citation.publisher, *citation.copies)


def test_a_long_headline_is_cut_between_words_on_its_button(tmp_path):
    long = replace(BEES, headline="Beekeepers " * 9 + "rejoice")
    with newsroom(tmp_path, [long]) as room:
        (label,) = labels(room.conversation.start(READER))
    assert label == "What about “Beekeepers Beekeepers Beekeepers Beekeepers …”?"


def test_latest_lists_the_newest_articles_first_with_links_to_their_tops(room):
    reply = room.conversation.latest(READER)
    assert notes(reply) == ["The newest of 3 articles:"]
    listed = citations(reply)
    assert [one.headline for one in listed[:2]] == [FUNICULAR.headline, BEES.headline]
    assert listed[0].url == FUNICULAR.url


def test_help_tells_what_there_is_and_what_to_type(room):
    (note,) = notes(room.conversation.help(READER))
    words = ("3 articles", "/ask", "/quotes", "/summary", "/story", "/latest", "/privacy")
    for word in (*words, "/forget"):
        assert word in note


def test_privacy_says_how_long_questions_stay(room):
    for hours, told in ((24, "for 24 hours"), (1, "for one hour"), (720, "for 720 hours")):
        room.state.retention = timedelta(hours=hours)
        assert told in notes(room.conversation.privacy(READER))[0]


def test_forget_deletes_every_trace_of_the_chat_and_of_no_other(room, tmp_path):
    mine = room.ask("Where is the secret marmalade bridge?")
    theirs = room.ask(FUNICULAR_QUESTION, place=OTHER)
    room.conversation.fault(READER, "and the marmalade ferry?", "a1b2c3")
    reply = room.conversation.forget(READER)
    assert notes(reply) == [texts.say("forgot", what="2 questions")]
    for button in buttons(mine):
        if button.action:
            assert room.conversation.press(READER, button.action) == Outcome(texts.say("stale"))
    left = b"".join(file.read_bytes() for file in tmp_path.glob("chats.db*"))
    assert b"marmalade" not in left
    assert room.conversation.press(OTHER, action(theirs, "1/3")).reply


def test_forget_says_what_it_deleted_by_kind(room):
    conversation, state = room.conversation, room.state
    assert notes(conversation.forget(READER)) == [texts.say("forgot-nothing")]
    reply = room.ask(FUNICULAR_QUESTION)
    conversation.sent(READER, 2, reply)
    state.answered(READER.chat_id, 1, 2)
    conversation.press(READER, action(reply, "👎"))
    (told,) = notes(conversation.forget(READER))
    assert told.startswith(
        "Done. I deleted one question, what I noted of one answer, one thumb. Nothing"
    )


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_kind_is_told_in_every_language(language):
    deleted = {"exchange": 2, "answer": 3, "shown": 2, "feedback": 5, "preference": 1, "new": 7}
    with texts.speak(language):
        told = describe_forgotten(deleted)
        assert texts.say("your-settings") in told
    for count in "2357":
        assert count in told


# What is not a question


def test_pictures_and_voices_get_one_line(room):
    (note,) = notes(room.conversation.unreadable(READER))
    assert note.startswith("I read text and links")
    assert "\n" not in note


@pytest.mark.parametrize(("seconds", "said"), [(1, "a second"), (12, "12 seconds")])
def test_who_asks_too_fast_is_told_the_seconds_and_keeps_the_question(room, seconds, said):
    (note,) = notes(room.conversation.busy(READER, seconds))
    assert said in note
    assert "I answer your question" in note


@pytest.mark.parametrize(("count", "said"), [(1, "your question came"), (4, "your 4 questions")])
def test_questions_left_over_for_too_long_get_an_apology(room, count, said):
    assert said in notes(room.conversation.late(READER, count))[0]


# An empty archive


@pytest.mark.parametrize("typed", ["Who won?", "/start", "/latest", "/help", "/nonsense"])
def test_an_empty_archive_tells_a_reader_to_come_back_and_an_admin_how_to_fill_it(empty, typed):
    assert notes(empty.conversation.hear(READER, typed)) == [texts.say("empty")]
    (told,) = notes(empty.conversation.hear(ADMIN, typed))
    assert "byline add" in told
    assert "byline" not in texts.say("empty").casefold()


def test_an_empty_archive_still_keeps_the_promise_to_forget(empty):
    assert "Done" in notes(empty.conversation.hear(READER, "/forget"))[0]


@pytest.mark.parametrize(
    ("publishers", "said"),
    [
        ([], "one article."),
        (["A"], "one article of A."),
        (["A", "B"], "one article of A and B."),
        (["A", "B", "C", "D"], "one article of A, B and 2 more publishers."),
    ],
)
def test_the_archive_is_described_by_its_publishers(publishers, said):
    assert said in texts.help_text(1, publishers)


@pytest.mark.slow
def test_with_the_real_model_the_questions_of_start_are_answered_too(tmp_path):
    from bot.services import Services
    from bot.settings import Settings
    from bot.storage.chats import ChatStore
    from corpus.ingest import ingest

    archive = Services(Settings(_env_file=None, home=tmp_path))
    ingest(sample(), store=archive.store, embedder=archive.encoder)
    state = ChatStore(tmp_path / "chats.db")
    conversation = Conversation(archive.searcher, state)
    for button in buttons(conversation.start(READER)):
        answer = conversation.press(READER, button.action).reply
        assert notes(answer) == []
        assert quotes(answer)
    for unanswered in ("What is the recipe for lemon cake?", "zzyzx qwxrt", "港口为什么关闭"):
        assert quotes(conversation.ask(READER, unanswered)) == []
    state.close()


def test_privacy_says_where_whoever_runs_the_bot_may_read_questions():
    read = "Whoever runs me can read your questions during that time"
    assert read not in describe_kept(timedelta(hours=24), 30)
    assert read in describe_kept(timedelta(hours=24), 30, seen=True)
