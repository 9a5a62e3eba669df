"""Inline queries and guest mode, by the running bot against an emulated Telegram."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from telegram import Update

from bot import texts
from bot.dialogue.quota import DailyQuota
from bot.message_context import MessageContext
from bot.reply.actions import AskAlone, AskExactly, Rate, TellStory, TurnPage
from bot.reply.deep_links import spell_out
from bot.reply.reply import Button, Note, Reply
from bot.storage.chats import ChatStore
from bot.telegram.inline import InlineHandlers
from bot.telegram.sending.render import Me, render
from retrieval.results import Verdict
from tests.support.fake_bot import serving, until
from tests.support.fakes import FakeConversation
from tests.support.newsroom import FUNICULAR_QUESTION, newsroom
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import InlineAnswer

READER, OTHER, GROUP = 7, 8, -100
USED_UP = r"Today’s questions are used up; more (within an hour|in \d+ hours)"
LINK = "https://news.example/a?b=1&c=2"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup")
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


async def typed(telegram: TelegramServer, text: str, **more: Any) -> InlineAnswer:
    """Type after the bot's name, and wait for what is offered."""
    query = telegram.inline_query(text, user=READER, **more)
    await telegram.wait_for(lambda: query in telegram.inline_answers)
    return telegram.inline_answers[query]


async def summoned(telegram: TelegramServer, text: str, **more: Any) -> Any:
    """Name the bot where it is no member, and wait for its message."""
    query = telegram.guest_message(text, user=READER, **more)
    await telegram.wait_for(lambda: query in telegram.guest_answers)
    return telegram.guest_answers[query]


async def test_ten_results_name_headline_publisher_date_and_words(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.user(READER, language_code="de-AT")
        answer = await typed(telegram, "Who?")
        assert len(answer.results) == 10
        assert {result["type"] for result in answer.results} == {"article"}
        assert answer.results[0]["title"] == "A & B Who?"
        assert answer.results[0]["description"] == "News · <1>"
        assert answer.button is None
        assert bot.conversation.offered == [(MessageContext(READER, language="de-AT"), "Who?")]


async def test_a_chosen_result_is_the_whole_citation_with_links(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        query = telegram.inline_query("Who?", user=READER)
        await telegram.wait_for(lambda: query in telegram.inline_answers)
        sent = telegram.choose(query, "p_000000000003_0_0_9", GROUP)
    assert "<blockquote>You said: <b>Who?</b></blockquote>" in sent.html
    assert f'<a href="{LINK}">A &amp; B</a>' in sent.html
    assert sent.link_preview_options == {"is_disabled": True}
    assert sent.buttons == (
        ({"text": "Open", "url": LINK},),
        ({"text": "Ask me more", "url": "https://t.me/byline_bot?start=p_1"},),
    )


async def test_results_are_the_readers_own_and_not_kept_for_long(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        answer = await typed(telegram, "Who?")
    assert answer.personal
    assert answer.cache_time <= 60


async def test_an_answer_comes_within_a_second(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        start = time.time()
        assert (await typed(telegram, "Who?")).at - start < 1


async def test_there_is_no_second_page(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        answer = await typed(telegram, "Who?", offset="10")
    assert answer.results == []


@pytest.mark.parametrize(
    ("text", "label", "start"),
    [
        ("nothing", "Nothing answers that; ask me directly", ("q", "nothing")),
        ("unsure", "None of these may answer it; ask me directly", ("q", "unsure")),
        ("empty", "There are no articles here yet", ("", "")),
    ],
)
async def test_where_nothing_is_sure_to_answer_a_button_leads_to_the_bot(
    telegram, tmp_path, text, label, start
):
    async with serving(telegram, tmp_path):
        answer = await typed(telegram, text)
    assert len(answer.results) == (10 if text == "unsure" else 0)
    assert answer.button is not None
    assert answer.button["text"] == label
    assert spell_out(answer.button["start_parameter"]) == start


async def test_the_button_asks_the_question_that_was_typed(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        answer = await typed(telegram, "nothing")
        assert answer.button is not None
        telegram.say(READER, f"/start {answer.button['start_parameter']}")
        (message,) = await telegram.wait_for_messages(READER)
    assert message.text.startswith("You said: nothing")


async def test_only_the_newest_of_what_a_reader_types_is_looked_up(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("W")
        queries = [telegram.inline_query("W", user=READER)]
        await until(lambda: bot.conversation.offered)
        queries += [telegram.inline_query("Who won?"[:n], user=READER) for n in range(2, 9)]
        await telegram.wait_for(lambda: not telegram.pending_updates)
        newest = bot.service._handlers._elsewhere._newest
        last = telegram._world._last_update_id
        await until(lambda: len(bot.service._lanes._tasks) == 8 and newest[READER] == last)
        gate.set()
        await telegram.wait_for(lambda: telegram.inline_answers)
        await until(lambda: not bot.service._lanes._tasks)
        assert [text for _, text in bot.conversation.offered] == ["W", "Who won?"]
        assert list(telegram.inline_answers) == queries[-1:]


async def test_one_typist_does_not_hold_up_another(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("slow")
        telegram.inline_query("slow", user=OTHER)
        await until(lambda: bot.conversation.offered)
        assert (await typed(telegram, "Who?")).results
        gate.set()


async def test_typists_do_not_hold_up_a_chat(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("slow")
        for user in range(20, 40):
            telegram.inline_query("slow", user=user)
        await until(lambda: len(bot.conversation.offered) == 3)
        telegram.say(READER, "Who?")
        await telegram.wait_for_messages(READER)
        gate.set()
        await telegram.wait_for(lambda: len(telegram.inline_answers) == 20)


async def test_a_fault_offers_the_way_to_the_bot_and_no_error(telegram, tmp_path, log):
    async with serving(telegram, tmp_path):
        answer = await typed(telegram, "boom")
    assert answer.results == []
    assert answer.cache_time == 0
    assert answer.button == {
        "text": "Something broke; ask me directly",
        "start_parameter": "ask",
    }
    assert [entry["event"] for entry in log if entry["log_level"] == "error"] == [
        "cannot handle an update"
    ]


async def test_an_apology_that_does_not_arrive_is_no_fault_of_its_own(telegram, tmp_path, log):
    async with serving(telegram, tmp_path):
        telegram.fail("answerInlineQuery", 400)
        telegram.inline_query("boom", user=READER)
        await until(lambda: any("apologise elsewhere" in entry["event"] for entry in log))
        assert (await typed(telegram, "Who?")).results


async def test_a_query_that_is_too_old_is_let_go(telegram, tmp_path, log):
    async with serving(telegram, tmp_path):
        telegram.fail("answerInlineQuery", 400, description="Bad Request: query is too old")
        telegram.inline_query("late", user=READER)
        await telegram.wait_for(lambda: telegram.calls("answerInlineQuery"))
        assert (await typed(telegram, "Who?")).results
    assert not [entry for entry in log if entry["log_level"] == "error"]


async def test_results_whose_markup_is_refused_go_out_without(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        words = "Bad Request: can't parse entities: unexpected end tag"
        telegram.fail("answerInlineQuery", 400, description=words)
        answer = await typed(telegram, "Who?")
        telegram.fail("answerGuestQuery", 400, description=words)
        message = await summoned(telegram, "@byline_bot Who?")
    content = answer.results[0]["input_message_content"]
    assert "parse_mode" not in content
    assert content["message_text"].startswith("You said: Who?")
    assert message.parse_mode is None


async def test_what_a_reader_sends_through_the_bot_is_no_question(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        query = telegram.inline_query("Who?", user=READER)
        await telegram.wait_for(lambda: query in telegram.inline_answers)
        telegram.choose(query, "p_000000000000_0_0_9", READER)
        telegram.say(READER, "/help")
        await telegram.wait_for_messages(READER)
        assert [message.text for message in telegram.messages(READER)] == ["Ask me"]
        assert bot.conversation.asked == []


async def test_a_guest_answers_in_one_message_without_its_name_in_the_question(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        message = await summoned(telegram, "@byline_bot, who won?")
        assert message.html.startswith("<blockquote>You said: <b>who won?</b></blockquote>")
        assert message.labels == [["Open"], ["Ask me more"]]
        assert bot.conversation.visited == [(MessageContext(READER, language="en"), "who won?")]
        assert not telegram.calls("sendMessage")
        assert not telegram.calls("sendChatAction")


async def test_a_guest_named_in_reply_to_a_question_answers_that(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        await summoned(telegram, "@byline_bot", replied="Who cut rates?")
        assert [question for _, question in bot.conversation.visited] == ["Who cut rates?"]


async def test_a_guest_apologises_in_the_same_place(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        message = await summoned(telegram, "@byline_bot boom")
    assert message.text == "Something broke; ask me directly"


async def test_a_bot_that_summons_a_guest_gets_nothing(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.user(OTHER, is_bot=True)
        telegram.guest_message("@byline_bot loop?", user=OTHER)
        await summoned(telegram, "@byline_bot Who?")
        assert [question for _, question in bot.conversation.visited] == ["Who?"]


async def test_questions_to_a_guest_count_and_end_like_any_other(telegram, tmp_path):
    async with serving(telegram, tmp_path, questions_a_day=1) as bot:
        for _ in range(2):
            message = await summoned(telegram, "@byline_bot Who?")
        assert len(bot.conversation.visited) == 1
        assert message.text.startswith("Your questions for today are used up. It works ")
        assert not message.buttons
        long = await summoned(telegram, f"@byline_bot {'Who? ' * 300}")
        assert "I read questions of up to 1,000" in long.text


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_button_that_says_when_there_is_more_is_never_cut(language):
    with texts.speak(language):
        said = [texts.say("inline-limit", hours=hours) for hours in (1, 2, 5, 21, 24)]
    assert all(len(one) <= 64 for one in said)


@pytest.mark.sqlite_only("replicas draw by lot what counts")
async def test_what_is_typed_elsewhere_counts_ten_to_a_question(telegram, tmp_path):
    async with serving(telegram, tmp_path, questions_a_day=2) as bot:
        for number in range(20):
            assert (await typed(telegram, f"who {number}")).results
        refused = await typed(telegram, "who 20")
        assert not refused.results
        assert re.fullmatch(USED_UP, refused.button["text"])
        assert len(bot.conversation.offered) == 20
        assert not (await typed(telegram, "who", offset="10")).results
        other = telegram.inline_query("who", user=OTHER)
        await telegram.wait_for(lambda: other in telegram.inline_answers)
        assert telegram.inline_answers[other].results


async def test_whoever_asked_enough_is_offered_nothing_elsewhere_either(telegram, tmp_path):
    async with serving(telegram, tmp_path, questions_a_day=1):
        await summoned(telegram, "@byline_bot Who?")
        assert not (await typed(telegram, "who")).results


async def test_admins_may_type_and_summon_as_often_as_they_like(telegram, tmp_path):
    async with serving(telegram, tmp_path, questions_a_day=1, admins={READER}) as bot:
        for _ in range(3):
            await summoned(telegram, "@byline_bot Who?")
        for number in range(12):
            assert (await typed(telegram, f"who {number}")).results
        assert [asked for _, asked in bot.conversation.visited].count("Who?") == 3


@pytest.mark.sqlite_only("replicas draw by lot what counts")
def test_only_those_who_typed_last_are_remembered(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.dialogue.quota._REMEMBERED", 2)
    state = ChatStore(tmp_path / "chats.db")
    limits = DailyQuota(state, 5)
    for reader in (7, 8, 9, 8, 7):
        assert not limits.hours_to_look_up(MessageContext(reader), reader)
    assert list(limits._looked_up) == [8, 7]
    assert state.access.spent(7, datetime.now(UTC)) == 2
    state.close()


@pytest.mark.sqlite_only("replicas draw by lot what counts")
def test_ten_buttons_that_search_anew_count_as_a_question(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    limits = DailyQuota(state, 1)
    searching = [AskAlone("k"), AskExactly("k"), TellStory("k")]
    showing = [TurnPage("k", 1), Rate("k", good=True, page=0, whole=False), None]
    for number in range(19):
        assert limits.toast(7, searching[number % 3]) == ""
        assert limits.toast(7, showing[number % 3]) == ""
    assert limits.toast(7, searching[0]).startswith("Your questions for today are used up.")
    assert limits.toast(7, showing[0]) == limits.toast(8, searching[0]) == ""
    state.close()


def test_a_full_disk_stops_nobody_from_typing(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OperationalError("", {}, ValueError("database or disk is full"))

    state = ChatStore(tmp_path / "chats.db")
    monkeypatch.setattr("bot.storage.access.Access.spend", full)
    assert not DailyQuota(state, 5).hours_to_look_up(MessageContext(7), 7)
    state.close()


async def test_updates_of_another_kind_are_none_of_its_business(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    elsewhere = InlineHandlers(FakeConversation(), DailyQuota(state, 1))
    await elsewhere.query(Update(1), None)
    await elsewhere.guest(Update(1), None)
    assert not await elsewhere.excuse(Update(1), None)
    state.close()


async def test_a_shared_answer_travels_whole_by_inline_query_and_link(telegram, tmp_path):
    with newsroom(tmp_path) as room:
        room.searcher.told = Verdict.ANSWER
        async with serving(telegram, tmp_path, conversation=room.conversation):
            telegram.say(READER, FUNICULAR_QUESTION)
            (answer,) = await telegram.wait_for_messages(READER)
            (share,) = [
                button for row in answer.buttons for button in row if "Share" in button["text"]
            ]
            query = telegram.inline_query(share["switch_inline_query"], user=READER)
            await telegram.wait_for(lambda: query in telegram.inline_answers)
            (offered,) = telegram.inline_answers[query].results
            sent = telegram.choose(query, offered["id"], GROUP)
            assert sent.html == answer.html
            opening, asking = (button["url"] for row in sent.buttons for button in row)
            assert "#:~:text=She%20collected" in opening
            room.state.forget(READER)
            telegram.say(OTHER, f"/start {asking.partition('start=')[2]}")
            (again,) = await telegram.wait_for_messages(OTHER)
            assert again.html == answer.html


def test_a_share_button_opens_the_list_of_chats_or_else_shares_the_link():
    reply = Reply((Note("x"),), ((Button("Share", share="p_1"), Button("More", start="t_x")),))
    on = render(reply, Me("byline_bot", inline=True)).keyboard
    off = render(reply, Me("byline_bot")).keyboard
    assert on is not None
    assert off is not None
    assert on.inline_keyboard[0][0].switch_inline_query == "p_1"
    assert off.inline_keyboard[0][0].url == (
        "https://t.me/share/url?url=https%3A%2F%2Ft.me%2Fbyline_bot%3Fstart%3Dp_1"
    )
    assert on.inline_keyboard[0][1].url == "https://t.me/byline_bot?start=t_x"
    assert render(reply).keyboard is None


class Sharing(FakeConversation):
    """Puts a Share button under every answer."""

    def ask(self, place: MessageContext, text: str) -> Reply:
        return replace(super().ask(place, text), buttons=((Button("Share", share="p_1"),),))


@pytest.mark.parametrize("inline", [True, False])
async def test_telegram_takes_the_share_button_with_inline_mode_and_without(
    telegram, tmp_path, inline
):
    telegram.inline_mode(inline)
    async with serving(telegram, tmp_path, conversation=Sharing()):
        telegram.say(READER, "Who?")
        (message,) = await telegram.wait_for_messages(READER)
    ((button,),) = message.buttons
    assert ("switch_inline_query" in button) is inline
    assert ("url" in button) is not inline
