"""Answers in a group that only who asks sees, on an emulated Telegram, by the real application."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from telegram import Message as Received
from telegram.error import EndPointNotFound, InvalidToken

from bot import texts
from bot.storage.chats import ChatStore
from bot.storage.preferences import Preferences
from bot.storage.updates import Kept
from bot.telegram.receiving.inbox import Inbox
from bot.telegram.sending.ephemeral import (
    NotEphemeralError,
    Whisper,
    delete_whisper,
    read_whisper,
)
from tests.support.fakes import QUICK
from tests.support.newsroom import BEES, COPY, FUNICULAR, PASTED, byline, write_lines
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message
from tests.support.whole_bot import said, serving

GROUP, MEMBER, OTHER, BOSS = -100, 1, 2, 3
QUESTION = "How many signatures were collected on two summer weekends?"
HIVES = "How many florins will the ministry pay for every lost hive?"
SIGNED = "She collected 3,120 signatures on two summer weekends."
ALL, ONE = "Everybody", "Only who asks"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(GROUP, "supergroup")
        server.own(GROUP, BOSS)
        for user in (MEMBER, OTHER, BOSS):
            server.user(user)
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list]:
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("ephemeral")
    file = write_lines(folder / "a.jsonl", [FUNICULAR, COPY, BEES, PASTED])
    assert byline(folder / "home", "add", str(file)).returncode == 0
    return folder / "home"


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


@asynccontextmanager
async def stored(home: Path) -> AsyncIterator[ChatStore]:
    state = ChatStore(home / "chats.db")
    try:
        yield state
    finally:
        state.close()


@pytest.fixture
async def quiet(home) -> Path:
    """A home whose group chose that only who asks sees an answer."""
    async with stored(home) as state:
        state.preferences.put(GROUP, Preferences(only_asker=True))
    return home


async def held(home: Path) -> list[Kept]:
    async with stored(home) as state:
        return state.unfinished()


async def whispered(telegram: TelegramServer, *, user: int = MEMBER, count: int = 1) -> Message:
    """Wait for what one member sees."""
    await telegram.wait_for(lambda: len(telegram.whispers(GROUP, user)) >= count)
    return telegram.whispers(GROUP, user)[-1]


async def toast(telegram: TelegramServer, message: Message, button: str, **more: object) -> str:
    query = telegram.press_whisper(message, button, **more)
    await telegram.wait_for(lambda: query in telegram.callback_answers)
    return telegram.callback_answers[query].text


async def changed(telegram: TelegramServer, message: Message, button: str) -> Message:
    telegram.press_whisper(message, button)
    await telegram.wait_for(lambda: telegram.whispers(GROUP)[-1].edits > message.edits)
    return telegram.whispers(GROUP)[-1]


def told(log: list, start: str) -> Callable[[], bool]:
    return lambda: any(one["event"].startswith(start) for one in log)


def labels(message: Message) -> list[str]:
    return [label for row in message.labels for label in row]


async def test_everybody_sees_answers_until_an_administrator_chooses(telegram, home):
    async with serving(telegram, home):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        (answer,) = await telegram.wait_for_messages(GROUP)
    assert SIGNED in answer.text
    assert "Show to all" not in labels(answer)
    assert telegram.whispers(GROUP) == []


async def test_administrators_choose_and_the_command_becomes_one_for_the_bot_s_eyes(telegram, home):
    async with serving(telegram, home):
        menu = await said(telegram, "/settings@byline_bot answers", GROUP, user=MEMBER)
        assert labels(menu)[:2] == [f"✓ {ALL}", ONE]
        query = telegram.press(GROUP, menu.message_id, ONE, user=MEMBER)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text == texts.say("settings-refused")

        telegram.press(GROUP, menu.message_id, ONE, user=BOSS)
        scope = json.dumps({"type": "chat", "chat_id": GROUP}, sort_keys=True)
        await telegram.wait_for(lambda: (scope, "") in telegram.commands)
        listed = telegram.commands[scope, ""]
        assert [one["command"] for one in listed if one.get("is_ephemeral")] == ["ask"]
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        await whispered(telegram)

        await said(telegram, "/settings@byline_bot answers everybody", GROUP, user=BOSS)
        await telegram.wait_for(lambda: (scope, "") not in telegram.commands)


async def test_a_private_chat_has_no_such_choice(telegram, home):
    telegram.chat(7)
    async with serving(telegram, home):
        menu = await said(telegram, "/settings", 7)
        assert texts.say("menu-audience") not in labels(menu)
        typed = await said(telegram, "/settings answers asker", 7)
        telegram.press(7, menu.message_id, "2:audience:1", forge=True)
        await telegram.wait_for(lambda: telegram.callback_answers)
    assert labels(typed) == labels(menu)
    async with stored(home) as state:
        assert state.preferences.get(7) == Preferences()


async def test_a_value_that_is_none_shows_the_choice(telegram, home):
    async with serving(telegram, home):
        menu = await said(telegram, "/settings@byline_bot answers nobody", GROUP, user=BOSS)
    assert ONE in labels(menu)
    assert "answers nobody" in menu.text


async def test_only_the_asker_sees_the_answer_and_may_turn_and_rate_it(telegram, quiet):
    async with serving(telegram, quiet):
        heard = telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        assert SIGNED in answer.text
        summed = await changed(telegram, answer, "Summary")
        assert summed.text != answer.text
        assert "Show to all" in labels(summed)
        rated = await changed(telegram, summed, texts.BAD)
        assert rated.text == summed.text
        assert labels(rated) != labels(summed)
    (call,) = [c for c in telegram.calls("sendMessage") if c.params["chat_id"] == GROUP]
    assert call.params["reply_parameters"] == {"ephemeral_message_id": heard}
    assert telegram.messages(GROUP) == telegram.whispers(GROUP, OTHER) == []


async def test_shown_to_all_it_is_a_message_of_the_group_like_any_other(telegram, quiet):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        async with stored(quiet) as state:
            assert state.shown(GROUP) == ()
        telegram.press_whisper(answer, "Show to all")
        telegram.press_whisper(answer, "Show to all")
        (public,) = await telegram.wait_for_messages(GROUP)
        await telegram.wait_for(lambda: not telegram.whispers(GROUP))
        await telegram.wait_for(lambda: len(telegram.callback_answers) == 2)
        assert public.text.startswith(f"{QUESTION} — asked by a member")
        assert SIGNED in public.text
        assert "Show to all" not in labels(public)
        summary = await said(telegram, "/summary@byline_bot", GROUP, reply_to=public.message_id)
        assert "Wexmoor funicular" in summary.text
    assert len(telegram.messages(GROUP)) == 2


async def test_a_bot_that_is_administrator_answers_a_command_that_all_see(telegram, quiet):
    telegram.administer(GROUP)
    async with serving(telegram, quiet):
        asked = telegram.say(GROUP, f"/ask@byline_bot {QUESTION}")
        answer = await whispered(telegram)
        assert answer.reply_to == asked
        telegram.press_whisper(answer, "Show to all")
        (public,) = await telegram.wait_for_messages(GROUP)
    assert public.reply_to == asked


async def test_what_is_refused_is_answered_for_all_to_see(telegram, quiet, log):
    async with serving(telegram, quiet):
        asked = telegram.say(GROUP, f"/ask@byline_bot {QUESTION}")  # and no administrator
        (answer,) = await telegram.wait_for_messages(GROUP)
        assert answer.reply_to == asked
        telegram.answer_within(0)
        telegram.whisper(GROUP, f"/ask {HIVES}")  # too late
        _, late = await telegram.wait_for_messages(GROUP, 2)
    assert SIGNED in answer.text
    assert "Show to all" not in labels(answer) + labels(late)
    assert telegram.whispers(GROUP) == []
    assert told(log, "an answer that its asker only was to see is shown to all")()
    assert await held(quiet) == []


async def test_a_server_that_knows_no_such_messages_is_asked_once(telegram, quiet, log):
    telegram.ephemeral_messages(False)
    async with serving(telegram, quiet):
        telegram.say(GROUP, f"/ask@byline_bot {QUESTION}")
        (answer,) = await telegram.wait_for_messages(GROUP)
        await telegram.wait_for(
            lambda: (
                "Show to all" not in labels(telegram.messages(GROUP)[0])
                and told(log, "the Bot API server knows no ephemeral messages")()
            )
        )
        telegram.say(GROUP, f"/ask@byline_bot {HIVES}")
        await telegram.wait_for_messages(GROUP, 2)
    calls = [c.params for c in telegram.calls("sendMessage") if c.params["chat_id"] == GROUP]
    assert ["ephemeral_message_parameters" in params for params in calls] == [True, False]
    async with stored(quiet) as state:
        assert state.shown(GROUP, answer.message_id)
    assert await held(quiet) == []


async def test_a_reply_to_what_one_sees_is_answered_alike(telegram, quiet):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        telegram.whisper(GROUP, HIVES, reply_to_message=answer.json())
        again = await whispered(telegram, count=2)
    assert "hive" in again.text
    assert telegram.messages(GROUP) == []


async def test_an_apology_for_its_answer_is_for_the_asker_too(telegram, quiet, monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    async with serving(telegram, quiet):
        with monkeypatch.context() as broken:
            broken.setattr("bot.dialogue.conversation.Conversation.ask", fail)
            telegram.whisper(GROUP, f"/ask {QUESTION}")
            apology = await whispered(telegram)
        answer = await changed(telegram, apology, texts.say("try-again"))
    assert SIGNED in answer.text
    assert telegram.messages(GROUP) == []


async def test_another_member_cannot_press_what_one_sees(telegram, quiet):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        for button in ("Show to all", "Summary"):
            assert await toast(telegram, answer, button, user=OTHER) == texts.say("stale")
    assert telegram.messages(GROUP) == []
    assert telegram.whispers(GROUP) == [answer]
    assert len(await held(quiet)) == 1


async def test_nobody_shows_again_what_all_see(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, f"/ask@byline_bot {QUESTION}", GROUP)
        key = answer.buttons[-1][-1]["callback_data"].split(":")[2]
        query = telegram.press(GROUP, answer.message_id, f"2:reveal:{key}:0:0", forge=True)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
    assert telegram.callback_answers[query].text == texts.say("stale")
    assert telegram.messages(GROUP) == [answer]


async def test_what_is_too_old_to_be_shown_to_all_says_so(telegram, quiet):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        found = await toast(telegram, answer, "2:reveal:nosuchkey:0:0", forge=True)
        assert found == texts.say("stale")
    async with serving(telegram, quiet):  # which remembers no press
        key = answer.buttons[-1][-1]["callback_data"].split(":")[2]
        found = await toast(telegram, answer, f"2:reveal:{key}:99:0", forge=True)
        assert found == texts.say("stale")
    assert telegram.messages(GROUP) == []


@pytest.mark.parametrize("what", ["press", "ask"])
async def test_its_question_is_kept_until_the_reader_presses_or_asks_again(telegram, quiet, what):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        telegram.whisper(GROUP, f"/ask {QUESTION}", user=OTHER)
        await whispered(telegram, user=OTHER)
        kept = await held(quiet)
        assert [one.held_for for one in kept] == [MEMBER, OTHER]
        if what == "press":
            await changed(telegram, answer, "Summary")
        else:
            telegram.whisper(GROUP, f"/ask {HIVES}")
            await whispered(telegram, count=2)
    left = await held(quiet)
    assert kept[1] in left
    assert kept[0] not in left
    assert len(left) == (1 if what == "press" else 2)


async def test_after_a_restart_it_is_offered_again_to_its_reader_only(telegram, quiet):
    telegram.administer(GROUP)
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        await whispered(telegram)
    async with serving(telegram, quiet):
        offer = await whispered(telegram, count=2)
        assert offer.text == texts.say("uncertain")
        answer = await changed(telegram, offer, texts.say("show-answer"))
        assert SIGNED in answer.text
        assert "Show to all" in labels(answer)
    async with serving(telegram, quiet):  # which has nothing to offer any more
        telegram.say(GROUP, "/help@byline_bot")
        await telegram.wait_for_messages(GROUP)
    assert len(telegram.whispers(GROUP)) == 2
    assert len(telegram.messages(GROUP)) == 1


async def test_where_it_may_not_be_offered_again_nothing_is_said(telegram, quiet, log):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        await whispered(telegram)
    telegram.answer_within(0)
    async with serving(telegram, quiet):
        await telegram.wait_for(told(log, "cannot offer an answer again"))
    assert telegram.messages(GROUP) == []
    assert len(await held(quiet)) == 1


async def test_it_lapses_like_any_question(telegram, quiet):
    telegram.administer(GROUP)
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        await whispered(telegram)
    async with stored(quiet) as state:
        (kept,) = state.unfinished()
        long_ago = datetime.now(UTC) - timedelta(hours=1)
        with state._engine.begin() as connection:
            aged = sa.text("UPDATE inbox SET received = :at")
            connection.execute(aged, {"at": long_ago.timestamp()})
    async with serving(telegram, quiet):
        pass
    assert len(telegram.whispers(GROUP)) == 1
    assert telegram.messages(GROUP) == await held(quiet) == []
    assert kept.held_for == MEMBER


async def test_a_question_unanswered_at_a_kill_is_answered_once(telegram, quiet):
    """Its command came too long ago by then, so that all see the answer."""
    heard = {"ephemeral_message_id": 5, "receiver_user": {"id": 123456, "is_bot": True}}
    message = {"message_id": 0, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, **heard}
    message |= {"from": {"id": MEMBER, "is_bot": False, "first_name": "-"}}
    message |= {"text": f"/ask {QUESTION}"}
    message["entities"] = [{"type": "bot_command", "offset": 0, "length": 4}]
    async with stored(quiet) as state:
        payload = json.dumps({"update_id": 9, "message": message})
        state.keep(9, GROUP, payload, datetime.now(UTC))
    async with serving(telegram, quiet):
        (answer,) = await telegram.wait_for_messages(GROUP)
    assert SIGNED in answer.text
    assert await held(quiet) == []


async def test_where_the_connection_breaks_nothing_is_said_to_all(telegram, quiet, log):
    async with serving(telegram, quiet):
        telegram.hang("sendMessage", 0, after=True)
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        await whispered(telegram)
        await telegram.wait_for(told(log, "an answer that its asker only sees may not"))
    assert telegram.messages(GROUP) == []
    assert len(await held(quiet)) == 1


async def test_what_cannot_be_posted_may_be_shown_later(telegram, quiet):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        telegram.fail("sendMessage", 403)
        telegram.press_whisper(answer, "Show to all")
        await telegram.wait_for(lambda: telegram.calls("sendMessage")[-1].status == 403)
        telegram.press_whisper(answer, "Show to all")
        (public,) = await telegram.wait_for_messages(GROUP)
    assert SIGNED in public.text


async def test_a_server_that_does_not_know_how_to_change_them_is_sent_none_again(
    telegram, quiet, log
):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        telegram.fail("editEphemeralMessageText", 404, times=2)
        for button in ("Summary", texts.ON if texts.ON in labels(answer) else "Summary"):
            query = telegram.press_whisper(answer, button)
            await telegram.wait_for(lambda query=query: query in telegram.callback_answers)
        telegram.whisper(GROUP, f"/ask {HIVES}")
        await telegram.wait_for_messages(GROUP)
    known = [one for one in log if one["event"].startswith("the Bot API server knows no eph")]
    assert len(known) == 1


class Unlimited:
    """A bot without a pace, whose server refuses all."""

    rate_limiter = None

    def __init__(self, cause: str) -> None:
        self.cause = cause

    async def do_api_request(self, *_: object, **__: object) -> None:
        raise EndPointNotFound("no endpoint") from InvalidToken(self.cause)


async def test_a_token_that_is_refused_is_no_unknown_method():
    with pytest.raises(InvalidToken):
        await delete_whisper(Unlimited("Unauthorized"), Whisper(GROUP, MEMBER, 5))
    with pytest.raises(NotEphemeralError):
        await delete_whisper(Unlimited("Not Found"), Whisper(GROUP, MEMBER, 5))


async def test_a_full_disk_keeps_no_question_and_breaks_no_answer(quiet, monkeypatch, log):
    def full(*_: object) -> None:
        raise sa.exc.OperationalError("UPDATE", {}, Exception("disk is full"))

    async with stored(quiet) as state:
        inbox = Inbox(state, QUICK)
        state.keep(9, GROUP, "{}", datetime.now(UTC))
        with monkeypatch.context() as broken:
            broken.setattr(state, "hold", full)
            broken.setattr(state, "settle", full)
            await inbox.hold(9, GROUP, MEMBER)
            await inbox.settle(GROUP, MEMBER)
        (kept,) = state.unfinished()
        assert (kept.begun, kept.held_for) == (True, None)
        await inbox.done(9)
        assert state.unfinished() == []
        inbox._unstored[10] = Kept(10, GROUP, "{}", datetime.now(UTC), begun=False)
        await inbox.hold(10, GROUP, MEMBER)
        assert 10 in inbox._unbegun  # as it is to be stored with what was not
        inbox.close()
    assert len(log) == 2


async def test_what_is_gone_cannot_be_changed_and_harms_nobody(telegram, quiet, log):
    async with serving(telegram, quiet):
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
        telegram.fail("editEphemeralMessageText", 400, description="Bad Request: gone")
        telegram.press_whisper(answer, "Summary")
        await telegram.wait_for(told(log, "cannot change what one reader sees"))
    assert telegram.messages(GROUP) == []


async def test_markup_that_is_refused_goes_out_without(telegram, quiet):
    async with serving(telegram, quiet):
        unread = "Bad Request: can't parse entities: unsupported start tag"
        telegram.fail("sendMessage", 400, description=unread)
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        answer = await whispered(telegram)
    assert SIGNED in answer.text
    assert answer.entities == () or all(one["type"] == "url" for one in answer.entities)


async def test_a_group_forgotten_has_the_common_commands_again(telegram, quiet):
    scope = json.dumps({"type": "chat", "chat_id": GROUP}, sort_keys=True)
    async with serving(telegram, quiet):
        await telegram.wait_for(lambda: (scope, "") in telegram.commands)  # since the start
        await said(telegram, "/forget@byline_bot", GROUP, user=BOSS)
        await telegram.wait_for(lambda: (scope, "") not in telegram.commands)


async def test_a_server_that_refuses_such_commands_is_put_up_with(telegram, quiet, log):
    telegram.fail("setMyCommands", 400, times=20)
    async with serving(telegram, quiet):
        await telegram.wait_for(told(log, "cannot list the commands of a group"))
        telegram.whisper(GROUP, f"/ask {QUESTION}")
        await whispered(telegram)


async def test_who_writes_as_the_group_is_nobody_who_could_see_an_answer(telegram, quiet):
    as_group = {"id": GROUP, "type": "supergroup", "title": "Us"}
    telegram.administer(GROUP)
    async with serving(telegram, quiet):
        await said(telegram, f"/ask@byline_bot {QUESTION}", GROUP, sender_chat=as_group)
    assert telegram.whispers(GROUP) == []


def test_a_message_tells_whom_it_is_for():
    sender, bot = {"id": 1, "is_bot": False, "first_name": "A"}, {"id": 9, "is_bot": True}
    raw = {"message_id": 0, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}}
    numbered = raw | {"ephemeral_message_id": 5}

    def read(**known: object) -> Whisper | None:
        return read_whisper(Received.de_json(numbered | known, None))

    me = bot | {"first_name": "B"}
    assert read(**{"from": sender, "receiver_user": me}) == Whisper(GROUP, 1, 5)
    assert read(**{"from": me, "receiver_user": sender}) == Whisper(GROUP, 1, 5)
    assert read(**{"from": me, "receiver_user": me}) is None
    assert read(**{"from": me}) is None
    assert read_whisper(Received.de_json(raw | {"from": sender}, None)) is None
    assert read_whisper(None) is None
