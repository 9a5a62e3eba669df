"""Who may ask, and how much, against an emulated Telegram."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.dialogue.quota import CHARACTERS
from bot.reply.deep_links import write_question, write_topic
from bot.storage.access import Standing
from tests.support.databases import bytes_in
from tests.support.newsroom import BEES_QUESTION, FUNICULAR_QUESTION
from tests.support.office import (
    ADMIN,
    GROUP,
    OTHER,
    READER,
    SECOND,
    changed,
    emulated,
    furnished,
    said,
    serving,
    toast,
)
from tests.support.telegram_server import TelegramServer

INVITE = {"access": "invite"}
CHANNEL = {"id": -1_000_555, "type": "channel", "title": "Gazette"}
CHANNEL_BOT = 136_817_688
ONLY = "This bot is by invitation; I have asked its owner"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with emulated() as server:
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    return furnished(tmp_path_factory.mktemp("office"))


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


async def test_a_stranger_waits_for_an_admin_and_is_then_answered(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        asked = await said(telegram, FUNICULAR_QUESTION, READER)
        assert asked.text.startswith(ONLY)
        await said(telegram, BEES_QUESTION, READER)
        assert telegram.messages(READER)[-1].text.startswith("That is kept too.")
        (request,) = await telegram.wait_for_messages(ADMIN)
        assert request.text == "Reader 7 (7) asks to be let in."
        assert request.labels == [["Approve", "Decline"]]
        telegram.press(ADMIN, request.message_id, "Approve")
        await changed(telegram, request, "Let 7 in.")
        *_, welcome, first, second = await telegram.wait_for_messages(READER, 5)
        assert welcome.text == "The owner has let you in. Ask me about the news."
        assert "3,120 signatures" in first.text
        assert "85 florins" in second.text
        (other,) = telegram.messages(SECOND)
        query = telegram.press(SECOND, other.message_id, "Decline")
        assert await toast(telegram, query) == "That was decided already"
        await changed(telegram, other, "Let 7 in.")
        await said(telegram, FUNICULAR_QUESTION, READER)
        await telegram.wait_for(lambda: not office.state.unfinished())
    assert len(telegram.messages(ADMIN)) == 1
    assert "Reader 7" not in str(bytes_in(home))


async def test_whoever_is_declined_is_told_once_and_forgotten(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        await said(telegram, FUNICULAR_QUESTION, READER)
        (request,) = await telegram.wait_for_messages(ADMIN)
        telegram.press(ADMIN, request.message_id, "Decline")
        await changed(telegram, request, "Declined 7. /unblock 7 takes that back.")
        await telegram.wait_for_messages(READER, 2)
        telegram.say(READER, FUNICULAR_QUESTION)
        telegram.say(READER, "/forget")
        await said(telegram, "/health")  # so that both have come in before
        await telegram.wait_for(lambda: not office.state.unfinished())
        assert (await said(telegram, "/unblock 7")).text == "7 may ask to be let in again."
        assert (await said(telegram, "/start", READER)).text.startswith(ONLY)
        assert office.state.forget(READER) == {"access": 1}
    texts_ = [message.text for message in telegram.messages(READER)]
    assert texts_[1:-1] == ["The owner has not let you in."]


async def test_whoever_waits_may_be_forgotten_and_told_what_is_kept(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        await said(telegram, FUNICULAR_QUESTION, READER)
        assert "keep" in (await said(telegram, "/privacy", READER)).text
        assert "deleted" in (await said(telegram, "/forget", READER)).text
        assert office.state.access.standing(READER) is None


async def test_no_more_than_a_few_questions_wait(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        for number in range(7):
            telegram.say(READER, f"{FUNICULAR_QUESTION} {number}")
        await telegram.wait_for_messages(READER, 5)
        await telegram.wait_for(lambda: not office.state.unfinished())
        kept = [office.state.access.next_question(READER) for _ in range(6)]
    assert len(telegram.messages(READER)) == 5
    assert [bool(one) for one in kept] == [True] * 5 + [False]


async def test_a_strangers_buttons_and_other_updates_get_no_answer(telegram, home):
    async with serving(telegram, home) as office:
        answer = await said(telegram, FUNICULAR_QUESTION, READER)
        office.state.access.set(OTHER, Standing.APPROVED)
    async with serving(telegram, home, **INVITE):
        query = telegram.press(READER, answer.message_id, answer.labels[0][-1])
        assert await toast(telegram, query) == ""
        telegram.inline_query("funicular", user=READER)
        telegram.edit(READER, answer.message_id - 1, BEES_QUESTION)
        assert "3,120" in (await said(telegram, FUNICULAR_QUESTION, OTHER)).text
        assert "3,120" in (await said(telegram, FUNICULAR_QUESTION)).text
    assert telegram.inline_answers == {}
    assert [one.text for one in telegram.messages(READER)] == [answer.text]


async def test_a_restart_answers_those_who_were_just_let_in(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        await said(telegram, FUNICULAR_QUESTION, READER)
        office.state.access.set(READER, Standing.APPROVED)
    async with serving(telegram, home, **INVITE):
        (_, answer) = await telegram.wait_for_messages(READER, 2)
    assert "3,120" in answer.text


async def test_an_admin_who_cannot_be_written_to_keeps_nobody_out(telegram, home):
    telegram.block(ADMIN)
    async with serving(telegram, home, **INVITE):
        await said(telegram, FUNICULAR_QUESTION, READER)
        (request,) = await telegram.wait_for_messages(SECOND)
        telegram.block(READER)
        telegram.press(SECOND, request.message_id, "Approve")
        await changed(telegram, request, "Let 7 in.")


async def test_a_fault_lets_nobody_in(telegram, home, monkeypatch):
    def broken(*_: object) -> None:
        raise OperationalError("", {}, ValueError("disk I/O error"))

    async with serving(telegram, home, **INVITE):
        monkeypatch.setattr("bot.storage.access.Access.standings", broken)
        telegram.say(READER, FUNICULAR_QUESTION)
        await telegram.wait_for(lambda: not telegram.pending_updates)
        monkeypatch.undo()
        assert (await said(telegram, "/health")).text
    assert telegram.messages(READER) == []
    async with serving(telegram, home):
        monkeypatch.setattr("bot.storage.access.Access.standings", broken)
        assert "3,120" in (await said(telegram, FUNICULAR_QUESTION, OTHER)).text


async def test_a_group_is_left_alone_until_an_admin_lets_it_in(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        telegram.add_bot(GROUP, user=READER)
        (request,) = await telegram.wait_for_messages(ADMIN)
        assert request.text == "The group “Harbour talk” (-100) asks to be let in."
        telegram.say(GROUP, f"/ask@byline_bot {FUNICULAR_QUESTION}", user=READER)
        telegram.say(GROUP, "/ask@byline_bot More?", user=READER)
        await telegram.wait_for(lambda: not telegram.pending_updates)
        await telegram.wait_for(lambda: not office.state.unfinished())
        telegram.press(ADMIN, request.message_id, "Approve")
        await changed(telegram, request, "Let -100 in.")
        answer = await said(telegram, f"/ask@byline_bot {FUNICULAR_QUESTION}", GROUP, user=READER)
        assert "3,120" in answer.text
    assert len(telegram.messages(GROUP)) == len(telegram.messages(ADMIN)) == 1
    assert telegram.messages(READER) == []


async def test_a_group_to_which_an_admin_adds_the_bot_is_let_in(telegram, home):
    async with serving(telegram, home, **INVITE):
        telegram.add_bot(GROUP, user=ADMIN)
        answer = await said(telegram, f"/ask@byline_bot {FUNICULAR_QUESTION}", GROUP, user=READER)
    assert "3,120" in answer.text
    assert telegram.messages(ADMIN) == []


async def test_a_group_that_knows_the_bot_already_is_asked_for_at_its_first_command(telegram, home):
    async with serving(telegram, home, **INVITE) as office:
        for _ in range(2):
            telegram.say(GROUP, f"/ask@byline_bot {FUNICULAR_QUESTION}", user=READER)
        (request,) = await telegram.wait_for_messages(ADMIN)
        await telegram.wait_for(lambda: not office.state.unfinished())
        telegram.press(ADMIN, request.message_id, "Decline")
        await changed(telegram, request, "Declined -100.")
    assert telegram.messages(GROUP) == []
    assert len(telegram.messages(ADMIN)) == 1


async def test_a_group_keeps_its_standing_as_a_supergroup(telegram, home):
    telegram.chat(-5, "group", title="Choir")
    telegram._world.privacy = False  # which keeps no such news from a bot on the real Telegram
    async with serving(telegram, home, **INVITE) as office:
        office.state.access.set(-5, Standing.APPROVED)
        telegram.migrate(-5, -105)
        await telegram.wait_for(lambda: office.state.access.standing(-105) is Standing.APPROVED)
        answer = await said(telegram, f"/ask@byline_bot {FUNICULAR_QUESTION}", -105, user=READER)
    assert "3,120" in answer.text


async def test_whoever_blocks_the_bot_gets_no_broadcast(telegram, home):
    async with serving(telegram, home) as office:
        await said(telegram, FUNICULAR_QUESTION, READER)
        assert office.state.broadcasts.readers() == 1
        telegram.block(READER)
        await telegram.wait_for(lambda: office.state.broadcasts.readers() == 0)


async def test_after_enough_questions_a_day_the_rest_are_kept_for_the_next(telegram, home):
    async with serving(telegram, home, questions_a_day=2) as office:
        for _ in range(2):
            assert "3,120" in (await said(telegram, FUNICULAR_QUESTION, READER)).text
        answered = telegram.messages(READER)[-1]
        told = await said(telegram, FUNICULAR_QUESTION, READER)
        assert told.text.startswith("I answer up to 2 questions a day, and you have asked them")
        again = await said(telegram, BEES_QUESTION, READER)
        assert again.text == "Kept for the next day."
        query = telegram.press(READER, again.message_id, "Ask it then")
        assert (await toast(telegram, query)).startswith("Your questions for today are used up.")
        query = telegram.press(READER, answered.message_id, "👍")
        assert await toast(telegram, query) == texts.say("thanks")
        assert (await said(telegram, "/start", READER)).text.startswith("Ask me about")
        assert "3,120" in (await said(telegram, FUNICULAR_QUESTION, OTHER)).text
        with office.state._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE spent SET day = day - 1")
        query = telegram.press(READER, again.message_id, "Ask it then")
        assert await toast(telegram, query) == ""
        await changed(telegram, again, "85 florins")


async def test_admins_may_ask_any_number(telegram, home):
    async with serving(telegram, home, questions_a_day=1):
        for _ in range(3):
            assert "3,120" in (await said(telegram, FUNICULAR_QUESTION)).text


async def test_a_group_counts_each_of_its_readers(telegram, home):
    async with serving(telegram, home, questions_a_day=1) as office:
        for user in (READER, OTHER):
            ask = f"/ask@byline_bot {FUNICULAR_QUESTION}"
            assert "3,120" in (await said(telegram, ask, GROUP, user=user)).text
        assert "2 questions" not in (await said(telegram, ask, GROUP, user=OTHER)).text
        assert office.state.access.spent(OTHER, datetime.now(UTC)) == 2


async def test_a_question_that_is_too_long_is_answered_once_it_is_shorter(telegram, home):
    long = f"{FUNICULAR_QUESTION} {'really ' * 200}"
    async with serving(telegram, home) as office:
        told = await said(telegram, long, READER)
        assert told.text.startswith(f"That has {len(long):,} characters")
        assert f"{CHARACTERS:,}" in told.text
        telegram.edit(READER, told.message_id - 1, FUNICULAR_QUESTION)
        await changed(telegram, told, "3,120")
        assert office.state.access.spent(READER, datetime.now(UTC)) == 1


async def test_limits_are_told_in_the_readers_language(telegram, home):
    telegram.user(READER, language_code="de")
    async with serving(telegram, home, questions_a_day=1):
        await said(telegram, FUNICULAR_QUESTION, READER)
        told = await said(telegram, FUNICULAR_QUESTION, READER)
        with texts.speak("de"):
            assert told.labels[-1] == [texts.say("ask-then")]


async def test_a_full_disk_stops_the_counting_and_not_the_answers(telegram, home, monkeypatch):
    def full(*_: object) -> None:
        raise OperationalError("", {}, ValueError("database or disk is full"))

    for name in ("bot.storage.access.Access.spend", "bot.storage.usage.UsageStore.note"):
        monkeypatch.setattr(name, full)
    async with serving(telegram, home):
        assert "3,120" in (await said(telegram, FUNICULAR_QUESTION, READER)).text


@pytest.mark.parametrize("payload", [write_question(FUNICULAR_QUESTION[:40]), write_topic("bees")])
async def test_a_link_to_the_bot_that_asks_something_counts(telegram, home, payload):
    async with serving(telegram, home, questions_a_day=1) as office:
        await said(telegram, f"/start {payload}", READER)
        told = await said(telegram, f"/start {payload}", READER)
        assert told.text.startswith("I answer up to 1 questions a day")
        assert (await said(telegram, "/start", READER)).text.startswith("Ask me about")
        assert office.state.access.spent(READER, datetime.now(UTC)) == 2


async def test_a_question_that_was_kept_counts_when_it_is_asked(telegram, home):
    async with serving(telegram, home, questions_a_day=1) as office:
        kept = [await said(telegram, FUNICULAR_QUESTION, READER) for _ in range(3)]
        with office.state._engine.begin() as connection:
            connection.exec_driver_sql("UPDATE spent SET day = day - 1")
        first, second = [telegram.press(READER, one.message_id, "Ask it then") for one in kept[1:]]
        assert await toast(telegram, first) == ""
        assert (await toast(telegram, second)).startswith("Your questions for today are used up.")


async def test_an_edit_past_the_limit_leaves_the_old_answer(telegram, home):
    async with serving(telegram, home, questions_a_day=1) as office:
        answer = await said(telegram, FUNICULAR_QUESTION, READER)
        await telegram.wait_for(lambda: not office.state.unfinished())
        for _ in range(2):
            telegram.edit(READER, answer.message_id - 1, BEES_QUESTION)
        same, first, second = await telegram.wait_for_messages(READER, 3)
        assert same == answer
        assert first.text.startswith("I answer up to 1 questions a day")
        assert second.text == "Kept for the next day."
        await telegram.wait_for(lambda: not office.state.unfinished())
        assert office.state.answer_to(READER, answer.message_id - 1) == answer.message_id


async def test_a_channel_that_writes_in_a_group_counts_as_one_reader(telegram, home):
    ask, sender = f"/ask@byline_bot {FUNICULAR_QUESTION}", {"user": CHANNEL_BOT}
    async with serving(telegram, home, questions_a_day=1) as office:
        telegram.user(CHANNEL_BOT, is_bot=True)
        assert "3,120" in (await said(telegram, ask, GROUP, sender_chat=CHANNEL, **sender)).text
        told = await said(telegram, ask, GROUP, sender_chat=CHANNEL, **sender)
        assert told.text.startswith("I answer up to 1 questions a day")
        other = await said(telegram, ask, GROUP, sender_chat=CHANNEL | {"id": -8}, **sender)
        assert "3,120" in other.text
        assert office.state.access.spent(CHANNEL["id"], datetime.now(UTC)) == 2


async def test_what_waited_to_be_let_in_counts_and_may_not_be_longer(telegram, home):
    async with serving(telegram, home, **INVITE, questions_a_day=1):
        for question in ("really " * 200, FUNICULAR_QUESTION, BEES_QUESTION):
            await said(telegram, question, READER)
        (request,) = await telegram.wait_for_messages(ADMIN)
        telegram.press(ADMIN, request.message_id, "Approve")
        *_, long, answer, told = await telegram.wait_for_messages(READER, 7)
        assert long.text.startswith("That has 1,")
        assert "3,120" in answer.text
        assert told.text.startswith("I answer up to 1 questions a day")


async def test_a_flood_of_strangers_does_not_flood_the_admins(telegram, home, monkeypatch):
    monkeypatch.setattr("bot.telegram.access_control._REQUESTS", (2, 3600.0))
    async with serving(telegram, home, **INVITE) as office:
        for stranger in range(70, 75):
            telegram.chat(stranger)
            shown = await said(telegram, FUNICULAR_QUESTION, stranger)
            assert shown.text.startswith(
                ONLY if stranger < 72 else "This bot is by invitation, and"
            )
            assert bool(office.state.access.standing(stranger)) is (stranger < 72)
        telegram.say(74, FUNICULAR_QUESTION)
        telegram.add_bot(GROUP, user=READER)
        telegram.say(GROUP, f"/ask@byline_bot {FUNICULAR_QUESTION}", user=READER)
        await said(telegram, "/privacy", 74)
        await telegram.wait_for(lambda: not office.state.unfinished())
    assert len(telegram.messages(ADMIN)) == 2
    assert len(telegram.messages(74)) == 2


async def test_whoever_forgets_and_asks_again_does_not_ask_the_admins_for_ever(telegram, home):
    async with serving(telegram, home, **INVITE):
        for _ in range(4):
            await said(telegram, FUNICULAR_QUESTION, READER)
            await said(telegram, "/forget", READER)
        await said(telegram, FUNICULAR_QUESTION, OTHER)
        *_, last = await telegram.wait_for_messages(ADMIN, 4)
    assert last.text == "Reader 8 (8) asks to be let in."


async def test_a_strangers_name_is_no_link_in_what_admins_see(telegram, home):
    telegram.user(READER, first_name="@durov /stats news.example.com")
    async with serving(telegram, home, **INVITE):
        await said(telegram, FUNICULAR_QUESTION, READER)
        (request,) = await telegram.wait_for_messages(ADMIN)
    assert "durov" in request.text
    assert request.entities == ()


@pytest.mark.parametrize("data", ["let:8:1", "let:8:0", "let:x:1", "let:8"])
async def test_nobody_else_lets_anybody_in(telegram, home, data):
    async with serving(telegram, home, **INVITE) as office:
        office.state.access.set(READER, Standing.APPROVED)
        answer = await said(telegram, FUNICULAR_QUESTION, READER)
        query = telegram.press(READER, answer.message_id, data, forge=True)
        assert await toast(telegram, query) == texts.say("stale")
        assert office.state.access.standing(OTHER) is None


async def test_of_a_stranger_who_was_stored_meanwhile_the_admin_sees_the_name_too(telegram, home):
    async with serving(telegram, home) as office:
        state, chat = office.state, {"id": READER, "type": "private"}
        sender = {"id": READER, "is_bot": False, "first_name": "-"}
        message = {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": "Who won?"}
        stored = json.dumps({"update_id": 1, "message": message})
        state.keep(1, READER, stored, datetime.now(UTC))
    async with serving(telegram, home, **INVITE):
        (request,) = await telegram.wait_for_messages(ADMIN)
    assert request.text == "Reader 7 (7) asks to be let in."
