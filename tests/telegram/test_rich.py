"""Rich replies on an emulated Telegram, by the real application: turned on, read, turned off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from corpus.article import Article
from corpus.attribution.attribution import Extraction
from corpus.storage.store import Store
from tests.support.models import FakeAttributor
from tests.support.newsroom import byline, write_lines
from tests.support.newsroom import said as spoken
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message
from tests.support.whole_bot import QUESTION, READER, pressed, said, serving

OTHER, GROUP = 8, -100
LIFT = Article(
    "Lift opens on the hill",
    "“The lift is safe,” said Vera Holt, the mayor. It opened on Monday with two cars.",
    url="https://hill.example/lift",
    publisher="Hill Post",
    published=datetime(2026, 3, 3, tzinfo=UTC),
)
ELSE = "How long did the dockers strike at the port?"


@pytest.fixture
def log() -> Iterator[list]:
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture
def telegram(log) -> Iterator[TelegramServer]:  # noqa: ARG001 - what is logged is looked at
    with TelegramServer() as server:
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup", topics=["Harbour"])
        server.own(GROUP, READER)
        yield server


def prefer(home: Path, *chats: int, rich: bool | None = True) -> None:
    state = ChatStore(home / "chats.db")
    for chat_id in chats:
        state.preferences.put(chat_id, Preferences(rich=rich))
    state.close()


def kept(home: Path, chat_id: int = READER) -> bool | None:
    state = ChatStore(home / "chats.db")
    try:
        return state.preferences.get(chat_id).rich
    finally:
        state.close()


def refusals(log: list) -> list:
    return [one for one in log if "knows no rich messages" in one["event"]]


async def both(telegram: TelegramServer, typed: str) -> tuple[Message, Message]:
    """What a reader with plain messages is answered, and one with rich ones."""
    return await said(telegram, typed, OTHER), await said(telegram, typed)


def quoted(message: Message) -> list[str]:
    """The text of each quotation, in either face, as far as it is shown at once."""
    if message.rich is not None:
        root = message.rich.root.without("details")
        shown = [one.without("cite", "sup").text for one in root.find("blockquote", "td")]
    else:
        raw = message.text.encode("utf-16-le")
        ends = (
            (2 * one["offset"], 2 * (one["offset"] + one["length"]))
            for one in message.entities
            if "blockquote" in one["type"]
        )
        shown = [raw[start:end].decode("utf-16-le").replace("\u00a0↗", "") for start, end in ends]
    return [" ".join(one.strip("… \n").split()) for one in shown]


@pytest.mark.parametrize(
    "typed",
    [
        QUESTION,
        "/summary the lanterns",
        "/story port strike",
    ],
)
async def test_both_faces_say_the_same_words(telegram, edition, typed):
    prefer(edition, READER)
    async with serving(telegram, edition):
        plain, rich_ = await both(telegram, typed)
    assert plain.rich is None
    assert rich_.rich is not None
    assert set(quoted(rich_)) <= set(quoted(plain))
    assert quoted(rich_)
    assert not rich_.rich.detects
    assert len(rich_.labels) == 1
    assert rich_.labels[0][-1] == texts.say("rich-off")
    assert texts.say("open") not in str(rich_.every_button)


async def test_who_said_what_is_a_quotation_with_the_speaker_as_its_credit(telegram, tmp_path):
    home = tmp_path / "home"
    assert byline(home, "add", str(write_lines(tmp_path / "a.jsonl", [LIFT]))).returncode == 0
    vera = spoken(LIFT, "The lift is safe,", "Vera Holt", cue="said", role="the mayor")
    store = Store.open(home)
    assert store.attributions.keep(LIFT, Extraction(FakeAttributor().version, (vera,)))
    store.close()
    prefer(home, READER)
    async with serving(telegram, home):
        answer = await said(telegram, "What did Vera Holt say about the lift?")
    assert quoted(answer) == ["“The lift is safe,” said Vera Holt, the mayor."]
    assert answer.rich.credits == ["Vera Holt, the mayor · said · 3 Mar 2026"]
    copied = next(one["copy_text"]["text"] for one in answer.rich.buttons if "copy_text" in one)
    assert copied.startswith("“The lift is safe,” — Vera Holt, Hill Post, 3 Mar 2026, https://hill")


async def test_pages_are_turned_within_the_rich_message_and_its_buttons_work(telegram, edition):
    prefer(edition, READER)
    async with serving(telegram, edition):
        first = await said(telegram, ELSE)
        second = await pressed(telegram, first, texts.ON)
        summary = await pressed(telegram, second, texts.say("summary"))
        query = telegram.press(READER, summary.message_id, texts.GOOD)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
    assert first.rich.credits != second.rich.credits
    assert summary.rich.root.find("tg-reference")
    assert second.message_id == summary.message_id == first.message_id
    assert telegram.callback_answers[query].text == texts.say("thanks")


async def test_the_citation_is_copied_in_both_faces(telegram, edition):
    prefer(edition, READER)
    async with serving(telegram, edition):
        found = await both(telegram, QUESTION)
    copied = [
        button["copy_text"]["text"]
        for message in found
        for row in message.every_button
        for button in row
        if "copy_text" in button
    ]
    assert len(copied) == 2
    assert copied[0] == copied[1]
    assert copied[0].startswith("“")


async def test_an_edited_question_edits_its_rich_answer(telegram, edition):
    prefer(edition, READER)
    async with serving(telegram, edition):
        asked = telegram.say(READER, ELSE)
        first = (await telegram.wait_for_messages(READER))[0]
        telegram.edit(READER, asked, QUESTION)
        await telegram.wait_for(lambda: telegram.messages(READER)[0].edits)
        second = telegram.messages(READER)[0]
        telegram.edit(READER, asked, "/settings")  # a command is none
        telegram.edit(READER, asked, "hello")
        await telegram.wait_for(lambda: telegram.messages(READER)[0].rich is None)
    assert first.rich.text != second.rich.text
    assert len(telegram.messages(READER)) == 1


async def test_settings_show_a_sample_that_who_can_read_it_turns_on(telegram, edition):
    async with serving(telegram, edition):
        menu = await said(telegram, "/settings")
        sample = await pressed(telegram, menu, texts.say("menu-rich"))
        assert sample.rich is not None
        assert sample.labels == [[texts.say("rich-can"), texts.say("rich-empty")]]
        settings = await pressed(telegram, sample, texts.say("rich-can"))
        assert settings.rich is None
        assert "Rich replies: on" in settings.text
        assert (await said(telegram, QUESTION)).rich is not None
    assert kept(edition) is True


async def test_one_tap_below_a_rich_reply_turns_them_off(telegram, edition):
    prefer(edition, READER)
    async with serving(telegram, edition):
        answer = await said(telegram, QUESTION)
        plain = await pressed(telegram, answer, texts.say("rich-off"))
        assert plain.rich is None
        assert set(quoted(answer)) <= set(quoted(plain))
        assert (await said(telegram, ELSE)).rich is None
    assert kept(edition) is False


async def test_in_a_group_who_may_set_things_decides(telegram, edition):
    prefer(edition, GROUP)
    async with serving(telegram, edition):
        answer = await said(telegram, f"/ask {QUESTION}", GROUP, user=OTHER)
        assert answer.rich is not None
        assert answer.reply_to
        query = telegram.press(GROUP, answer.message_id, texts.say("rich-off"), user=OTHER)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text == texts.say("settings-refused")
        await pressed_by(telegram, answer, READER)
    assert kept(edition, GROUP) is False


async def pressed_by(telegram: TelegramServer, message: Message, user: int) -> None:
    telegram.press(GROUP, message.message_id, texts.say("rich-off"), user=user)
    await telegram.wait_for(lambda: telegram.messages(GROUP)[0].rich is None)


async def test_a_topic_that_is_gone_leads_a_rich_reply_to_the_general_one(telegram, edition):
    prefer(edition, GROUP)
    thread = next(iter(telegram._world.chats[GROUP].threads))
    async with serving(telegram, edition):
        telegram.say(GROUP, f"/ask {QUESTION}", thread=thread)
        telegram.fail("sendRichMessage", 400, description="Bad Request: message thread not found")
        answer = (await telegram.wait_for_messages(GROUP))[0]
    assert answer.rich is not None
    assert len(telegram.messages(GROUP)) == 1
    assert "message_thread_id" not in telegram.calls("sendRichMessage")[-1].params


# The offer


async def test_after_the_tenth_answer_a_reader_is_asked_once(telegram, edition):
    async with serving(telegram, edition):
        for number in range(9):
            await said(telegram, QUESTION if number % 2 else ELSE)
        telegram.say(READER, QUESTION)
        *_, answer, sample = await telegram.wait_for_messages(READER, 11)
        assert answer.rich is None
        assert sample.labels == [[texts.say("rich-can"), texts.say("rich-empty")]]
        assert texts.say("rich-sample") in sample.rich.text
        await said(telegram, ELSE)
        settings = await pressed(telegram, sample, texts.say("rich-can"))
        assert "Rich replies: on" in settings.text
        assert (await said(telegram, QUESTION)).rich is not None
    assert len(telegram.messages(READER)) == 13


async def test_nobody_is_asked_by_a_server_that_takes_no_sample(telegram, edition, log):
    telegram.rich_messages(False)
    state = ChatStore(edition / "chats.db")
    async with serving(telegram, edition):
        await said(telegram, QUESTION)
        for _ in range(9):
            state.usage.answered(READER)
        await said(telegram, ELSE)
        await said(telegram, QUESTION)
        await telegram.wait_for(lambda: refusals(log))
    state.close()
    assert [call.status for call in telegram.calls("sendRichMessage")] == [404]
    assert len(telegram.messages(READER)) == 3
    assert kept(edition) is None


async def test_a_reader_who_may_have_been_asked_is_not_asked_again(telegram, edition):
    state = ChatStore(edition / "chats.db")
    async with serving(telegram, edition):
        await said(telegram, QUESTION)
        for _ in range(9):
            state.usage.answered(READER)
        telegram.hang("sendRichMessage", 0, after=True)
        telegram.say(READER, ELSE)
        await telegram.wait_for_messages(READER, 3)
        await telegram.wait_for(lambda: kept(edition) is False)
    state.close()


async def test_a_reader_who_blocks_the_bot_before_being_asked_is_not_noted(telegram, edition):
    state = ChatStore(edition / "chats.db")
    async with serving(telegram, edition):
        await said(telegram, QUESTION)
        for _ in range(9):
            state.usage.answered(READER)
        telegram.fail("sendRichMessage", 403)
        await said(telegram, ELSE)
        await telegram.wait_for(lambda: telegram.calls("sendRichMessage"))
        await said(telegram, QUESTION)
        await telegram.wait_for_messages(READER, 4)
    state.close()


# Servers that do not take them


async def test_an_older_server_is_asked_once_and_the_answer_is_plain_at_once(
    telegram, edition, log
):
    telegram.rich_messages(False)
    prefer(edition, READER, OTHER)
    async with serving(telegram, edition):
        first = await said(telegram, QUESTION)
        second = await said(telegram, ELSE, OTHER)
        assert first.rich is second.rich is None
        await telegram.wait_for(lambda: kept(edition, OTHER) is False)
    assert len(telegram.messages(READER)) == len(telegram.messages(OTHER)) == 1
    assert len(telegram.calls("sendRichMessage")) == 1
    assert len(refusals(log)) == 1
    assert kept(edition) is False


async def test_an_edit_that_an_older_server_does_not_take_is_a_plain_one(telegram, edition, log):
    prefer(edition, READER)
    async with serving(telegram, edition):
        first = await said(telegram, ELSE)
        telegram.rich_messages(False)
        second = await pressed(telegram, first, texts.ON)
    assert second.rich is None
    assert quoted(second) != quoted(first)
    assert len(refusals(log)) == 1


async def test_a_rich_message_that_is_refused_goes_out_plain_and_the_next_is_rich(
    telegram, edition, log
):
    prefer(edition, READER)
    async with serving(telegram, edition):
        for _ in range(2):
            telegram.fail("sendRichMessage", 400, description="Bad Request: can't parse it")
            assert (await said(telegram, QUESTION)).rich is None
        assert (await said(telegram, QUESTION)).rich is not None
        for _ in range(3):
            telegram.fail("sendRichMessage", 400, description="Bad Request: can't parse it")
            assert (await said(telegram, QUESTION)).rich is None
        assert (await said(telegram, QUESTION)).rich is None
    assert len(telegram.messages(READER)) == 7
    assert len(telegram.calls("sendRichMessage")) == 6
    assert len(refusals(log)) == 1
    assert kept(edition) is False


async def test_a_full_disk_turns_them_off_for_this_process_all_the_same(
    telegram, edition, monkeypatch
):
    def full(*_):
        raise OperationalError("full", None, Exception())

    monkeypatch.setattr("bot.storage.preferences.PreferenceStore.forgo_rich", full)
    telegram.rich_messages(False)
    prefer(edition, READER)
    async with serving(telegram, edition):
        assert (await said(telegram, QUESTION)).rich is None
        assert (await said(telegram, ELSE)).rich is None
    assert len(telegram.calls("sendRichMessage")) == 1


async def test_a_rich_answer_that_may_have_arrived_is_not_sent_twice(telegram, edition):
    prefer(edition, READER)
    async with serving(telegram, edition):
        telegram.hang("sendRichMessage", 0, after=True)
        telegram.say(READER, QUESTION)
        answer, unsure = await telegram.wait_for_messages(READER, 2)
    assert answer.rich is not None
    assert unsure.text.startswith(texts.say("uncertain")[:20])
    assert len(telegram.calls("sendRichMessage")) == 1


async def test_a_token_that_is_revoked_is_no_older_server(telegram, edition, log):
    prefer(edition, READER)
    async with serving(telegram, edition):
        telegram.fail("sendRichMessage", 401, description="Unauthorized")
        telegram.say(READER, QUESTION)
        await telegram.wait_for(lambda: telegram.calls("sendRichMessage"))
        assert (await said(telegram, ELSE)).rich is not None or len(telegram.messages(READER))
    assert not refusals(log)
    assert kept(edition) is True


# Reactions


def thumbs(home: Path) -> list[bool]:
    state = ChatStore(home / "chats.db")
    try:
        return [one.good for one in state.feedback.ratings()]
    finally:
        state.close()


async def test_a_thumb_as_a_reaction_counts_where_telegram_hands_it_on(telegram, edition):
    async with serving(telegram, edition):
        first = await said(telegram, f"/ask {QUESTION}", GROUP, user=OTHER)
        telegram.react(GROUP, first.message_id, texts.GOOD)  # the bot is no administrator
        telegram.own(GROUP, telegram._world.bot["id"])
        telegram.react(GROUP, first.message_id, "❤")
        telegram.react(GROUP, first.message_id, texts.BAD)
        await telegram.wait_for(lambda: thumbs(edition) == [False])
        telegram.react(GROUP, first.message_id)
        telegram.react(GROUP, first.message_id, texts.GOOD)
        await telegram.wait_for(lambda: thumbs(edition) == [True])
        telegram.react(GROUP, 999, texts.BAD)
        await said(telegram, f"/ask {ELSE}", GROUP, user=OTHER)
    assert thumbs(edition) == [True]
    assert len(telegram.messages(GROUP)) == 2


async def test_a_reaction_of_somebody_who_may_not_ask_asks_for_nothing(telegram, edition):
    telegram.own(GROUP, telegram._world.bot["id"])
    async with serving(telegram, edition, access="invite", admins=[READER]):
        telegram.react(GROUP, 1, texts.GOOD, user=OTHER)
        await said(telegram, QUESTION)
    assert not telegram.messages(GROUP)
    assert len(telegram.messages(READER)) == 1
