"""Settings on an emulated Telegram, by the real application."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot import texts
from bot.storage.chats import ChatStore
from bot.storage.preferences import ExcerptLength, Preferences
from tests.support.newsroom import BEES, COPY, FUNICULAR, PASTED, byline, write_lines
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message
from tests.support.whole_bot import pressed, quoted, said, serving

READER, OTHER, GROUP, BOSS, MEMBER = 7, 8, -100, 7, 8
BOSS_IN_DISGUISE = 1087968824
GAZETTE, COURIER = "Wexmoor Gazette", "The Courier"
QUESTION = "How many signatures were collected on two summer weekends?"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup")
        server.own(GROUP, BOSS)
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("settings")
    more = [replace(BEES, url=f"https://d.example/{n}", publisher=f"Daily {n}") for n in range(9)]
    file = write_lines(folder / "a.jsonl", [FUNICULAR, COPY, BEES, PASTED, *more])
    assert byline(folder / "home", "add", str(file)).returncode == 0
    return folder / "home"


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


async def toast(telegram: TelegramServer, message: Message, button: str, **more: object) -> str:
    """Press a button, and wait for the one answer to that."""
    query = telegram.press(message.chat.id, message.message_id, button, **more)
    await telegram.wait_for(lambda: query in telegram.callback_answers)
    return telegram.callback_answers[query].text or ""


async def shown(telegram: TelegramServer, chat_id: int, label: str) -> None:
    """Wait until the chat's first message has a button."""
    await telegram.wait_for(lambda: label in labels(telegram.messages(chat_id)[0]))


def labels(message: Message) -> list[str]:
    return [label for row in message.labels for label in row]


def kept(home: Path, chat_id: int = READER) -> Preferences:
    state = ChatStore(home / "chats.db")
    try:
        return state.preferences.get(chat_id)
    finally:
        state.close()


async def test_one_message_is_edited_through_all_menus(telegram, home):
    async with serving(telegram, home):
        message = await said(telegram, "/settings")
        assert "as Telegram says" in message.text
        menu = await pressed(telegram, message, "Language")
        german = await pressed(telegram, menu, "Deutsch")
        assert "✓ Deutsch" in labels(german)
        with texts.speak("de"):
            main = await pressed(telegram, german, texts.say("menu-all"))
            assert "Deutsch" in main.text
            menu = await pressed(telegram, main, texts.say("menu-context"))
            menu = await pressed(telegram, menu, texts.say("context-short"))
            main = await pressed(telegram, menu, texts.say("menu-all"))
            zones = await pressed(telegram, main, texts.say("menu-timezone"))
        berlin = next(label for label in labels(zones) if label.startswith("Berlin"))
        zones = await pressed(telegram, zones, berlin)
        assert f"✓ {berlin}"[:9] in " ".join(labels(zones))
    assert len(telegram.messages(READER)) == 1
    assert kept(home) == Preferences("de", "Europe/Berlin", ExcerptLength.SHORT)


async def test_settings_are_followed_and_outlast_a_restart(telegram, home):
    async with serving(telegram, home):
        await said(telegram, "/settings context short")
        await said(telegram, f"/settings leave out {GAZETTE}")
    async with serving(telegram, home):
        answer = await said(telegram, QUESTION)
    assert COURIER in answer.text
    assert GAZETTE not in answer.text
    assert quoted(answer) == "She collected 3,120 signatures on two summer weekends."


async def test_publishers_turn_page_by_page(telegram, home):
    async with serving(telegram, home):
        menu = await pressed(telegram, await said(telegram, "/settings"), "Publishers")
        second = await pressed(telegram, menu, "›")
        assert "2/2" in labels(second)
        last = [label for label in labels(second) if label.startswith(("Daily", "The"))][-1]
        second = await pressed(telegram, second, last)
        second = await pressed(telegram, second, f"★ {last}")
        assert f"✕ {last}" in labels(second)
        assert "2/2" in labels(second)
        assert "›" not in labels(second)  # there is no third page
    assert kept(home) == Preferences(left_out=frozenset({last}))


async def test_every_press_is_answered_once_and_says_saved(telegram, home):
    async with serving(telegram, home):
        menu = await pressed(telegram, await said(telegram, "/settings"), "How much is shown")
        assert await toast(telegram, menu, texts.say("context-long")) == texts.say("saved")
        assert await toast(telegram, menu, "✓ About 90 words", forge=True) == texts.say("stale")
        await telegram.wait_for(
            lambda: "✓ The whole passage" in labels(telegram.messages(READER)[0])
        )
    answers = telegram.calls("answerCallbackQuery")
    assert len(answers) == len({call.params["callback_query_id"] for call in answers}) == 3


@pytest.mark.parametrize("forged", ["set:timezone:Mars/Base", "set:publisher:00.0", "set::", "set"])
async def test_a_forged_press_gets_the_stale_toast(telegram, home, forged):
    async with serving(telegram, home):
        message = await said(telegram, "/settings")
        assert await toast(telegram, message, forged, forge=True) == texts.say("stale")
    assert telegram.messages(READER) == [message]
    assert kept(home) == Preferences()


async def test_a_group_s_settings_are_its_own_and_only_its_administrators_change_them(
    telegram, home
):
    async with serving(telegram, home):
        message = await said(telegram, "/settings@byline_bot", GROUP, user=MEMBER)
        assert texts.say("settings-of-group") in message.text
        assert await toast(telegram, message, "Language", user=MEMBER) == texts.say(
            "settings-refused"
        )
        refused = await said(telegram, "/settings@byline_bot language ru", GROUP, user=MEMBER)
        assert refused.text == texts.say("settings-refused")
        forged = await toast(telegram, message, "set:language:ru", user=MEMBER, forge=True)
        assert forged == texts.say("settings-refused")
        assert kept(home, GROUP) == Preferences()

        telegram.press(GROUP, message.message_id, "set:language:es", user=BOSS, forge=True)
        await shown(telegram, GROUP, "✓ Español")
        answer = await said(telegram, f"/ask@byline_bot {QUESTION}", GROUP, user=MEMBER)
    with texts.speak("es"):
        assert texts.say("summary") in labels(answer)
    assert kept(home, GROUP) == Preferences("es")
    assert kept(home, BOSS) == kept(home, MEMBER) == Preferences()


async def test_where_telegram_does_not_tell_who_somebody_is_nothing_changes(telegram, home):
    async with serving(telegram, home):
        message = await said(telegram, "/settings@byline_bot", GROUP, user=BOSS)
        telegram.fail("getChatMember", 400, times=5)
        assert await toast(telegram, message, "Language", user=BOSS) == texts.say(
            "settings-refused"
        )
    assert kept(home, GROUP) == Preferences()


async def test_an_administrator_who_writes_as_the_group_may_change_them(telegram, home):
    async with serving(telegram, home):
        telegram.user(BOSS_IN_DISGUISE, first_name="Group", is_bot=True)
        as_group = {"id": GROUP, "type": "supergroup", "title": "Us"}
        typed = "/settings@byline_bot language de"
        await said(telegram, typed, GROUP, user=BOSS_IN_DISGUISE, sender_chat=as_group)
    assert kept(home, GROUP) == Preferences("de")


async def test_a_private_chat_asks_telegram_nothing_about_its_reader(telegram, home):
    async with serving(telegram, home):
        await pressed(telegram, await said(telegram, "/settings"), "Language")
    assert telegram.calls("getChatMember") == []


async def test_forget_takes_the_settings_along(telegram, home):
    async with serving(telegram, home):
        await said(telegram, "/settings language de")
        done = await said(telegram, "/forget")
        help_ = await said(telegram, "/help")
    with texts.speak("de"):
        assert texts.say("your-settings") in done.text
    assert help_.text.startswith("I search")
    assert kept(home) == Preferences()


async def test_the_menu_lists_the_command_in_every_language(telegram, home):
    async with serving(telegram, home):
        await telegram.wait_for(lambda: len(telegram.commands) >= len(texts.LANGUAGES))
    for language in texts.LANGUAGES:
        with texts.speak(language):
            described = {"command": "settings", "description": texts.say("command-settings")}
        assert any(described in listed for listed in telegram.commands.values())
