"""Readers whose Telegram speaks another language, on an emulated Telegram."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import texts
from bot.answers import summaries
from bot.intents.commands import READERS
from retrieval.extraction.key_facts import Facts
from tests.support.newsroom import BEES, FUNICULAR, byline, write_lines
from tests.support.telegram_server import TelegramServer
from tests.support.whole_bot import pressed, quoted, serving

READER, OTHER, GROUP = 7, 8, -100
QUESTION = "How many signatures were collected on two summer weekends?"


@pytest.fixture(autouse=True)
def without_a_parser(monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup")
        yield server


@pytest.fixture
def home(tmp_path) -> Path:
    file = write_lines(tmp_path / "a.jsonl", [FUNICULAR, BEES])
    assert byline(tmp_path / "home", "add", str(file)).returncode == 0
    return tmp_path / "home"


async def test_a_german_reader_gets_german_words_around_an_english_quote(telegram, home):
    telegram.user(READER, language_code="de-AT")
    async with serving(telegram, home):
        telegram.say(READER, QUESTION)
        (answer,) = await telegram.wait_for_messages(READER)
        summary = await pressed(telegram, answer, "Zusammenfassung")
        telegram.press(READER, summary.message_id, texts.GOOD)
        telegram.say(READER, "Was jetzt?")
        await telegram.wait_for_messages(READER, 2)
    assert quoted(answer) in " ".join(FUNICULAR.body.split())
    assert "3. März 2026" in answer.text
    assert "An der Stelle öffnen" in str(answer.buttons)
    assert "Zurück zur Antwort" in str(summary.buttons)


async def test_each_member_of_a_group_is_answered_in_their_own_language(telegram, home):
    telegram.user(READER, language_code="ru")
    telegram.user(OTHER, language_code="zh-hans")
    async with serving(telegram, home):
        telegram.say(GROUP, "/ask", user=READER)
        await telegram.wait_for_messages(GROUP)
        telegram.say(GROUP, "/ask", user=OTHER)
        russian, chinese = await telegram.wait_for_messages(GROUP, 2)
    assert russian.text.startswith("Напишите вопрос")
    assert chinese.text.startswith("请在命令后写问题")


async def test_a_language_without_a_catalogue_is_answered_in_english(telegram, home):
    telegram.user(READER, language_code="pt-br")
    async with serving(telegram, home):
        telegram.say(READER, "/ask")
        (message,) = await telegram.wait_for_messages(READER)
    assert message.text == texts.say("how-to-ask")


async def test_a_suggested_question_is_searched_for_as_it_is_read(telegram, home):
    """The button speaks German, and what it asks is the question that English readers ask."""
    telegram.user(READER, language_code="de")
    async with serving(telegram, home):
        telegram.say(READER, "/start")
        (welcome,) = await telegram.wait_for_messages(READER)
        label = re.search(r"Was ist mit „Wexmoor[^“]*“\?|Was ist mit „[^“]*“\?", str(welcome))
        answer = await pressed(telegram, welcome, label[0])
    assert "An der Stelle öffnen" in str(answer.buttons)


async def test_every_language_has_a_menu_of_commands(telegram, home):
    async with serving(telegram, home):
        await telegram.wait_for(lambda: len(telegram.commands) >= len(texts.LANGUAGES))
        shown = telegram.commands
    default = json.dumps({"type": "default"})
    for language in ("", "de", "ru", "zh", "es"):
        menu = {one["command"]: one["description"] for one in shown[default, language]}
        assert list(menu) == [one.name for one in READERS if one.menu]
        with texts.speak(language):
            assert menu["ask"] == texts.say("command-ask")
