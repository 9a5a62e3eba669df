"""What Telegram limits, and what each situation shows: the whole bot on an emulated Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot import texts
from bot.answers import summaries
from bot.reply.actions import TurnPage, decode
from bot.reply.reply import Outcome
from bot.telegram.app import Service
from corpus.article import Article
from retrieval.extraction.key_facts import Facts
from retrieval.results import Verdict
from tests.support.fakes import QUICK, settings
from tests.support.newsroom import ARTICLES, FUNICULAR, FUNICULAR_QUESTION, Newsroom, newsroom
from tests.support.telegram_rules import utf16_len
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

READER, OTHER = 7, 8
MARKUP = replace(
    FUNICULAR,
    headline="Ferry <b>late</b> & “lost” \u202e שלום",
    publisher="A & B <i>",
    url="https://gazette.example/ferry?a=1&b=<2>",
    body=" ".join(f"The ferry 🦆<b> &amp; {number} left pier {number}." for number in range(2000)),
)


@pytest.fixture(autouse=True)
def without_a_parser(monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        server.chat(READER)
        server.chat(OTHER)
        yield server


@asynccontextmanager
async def serving(
    telegram: TelegramServer, home: Path, *articles: Article
) -> AsyncIterator[Newsroom]:
    with newsroom(home, articles or ARTICLES) as room:
        chosen = settings(telegram.token, telegram.url, home)
        service = Service(chosen, room.conversation, room.state, timing=QUICK)
        stop = asyncio.Event()
        running = asyncio.create_task(service.serve(stop))
        try:
            await telegram.wait_for(lambda: service.application.running or running.done())
            yield room
        finally:
            stop.set()
            await running


async def answer(telegram: TelegramServer, typed: str, chat_id: int = READER) -> Message:
    """The last message after something is typed."""
    before = len(telegram.messages(chat_id))
    telegram.say(chat_id, typed)
    return (await telegram.wait_for_messages(chat_id, before + 1))[-1]


async def toast(telegram: TelegramServer, message: Message, data: str, **how: bool) -> str:
    """What a press shows, once it is answered."""
    press = telegram.press(message.chat.id, message.message_id, data, **how)
    await telegram.wait_for(lambda: press in telegram.callback_answers)
    return telegram.callback_answers[press].text


def presses(message: Message) -> list[str]:
    every = [button for row in message.buttons for button in row]
    return [button["callback_data"] for button in every if "callback_data" in button]


def kinds(message: Message) -> list[str]:
    return [entity["type"] for entity in message.entities]


async def test_an_unsure_answer_says_so_first(telegram, tmp_path):
    async with serving(telegram, tmp_path) as room:
        room.searcher.told = Verdict.CLOSEST
        message = await answer(telegram, FUNICULAR_QUESTION)
    assert message.text.startswith(texts.say("closest"))
    assert "blockquote" in kinds(message)
    assert "Wexmoor Gazette" in message.text


async def test_no_answer_says_how_much_was_searched_and_quotes_nothing(telegram, tmp_path):
    async with serving(telegram, tmp_path) as room:
        room.searcher.told = Verdict.NOTHING
        message = await answer(telegram, FUNICULAR_QUESTION)
    assert "3 articles" in message.text
    assert not any("blockquote" in kind for kind in kinds(message))
    assert texts.say("show-closest") in message.labels[0]


async def test_start_is_short_and_its_two_questions_can_be_tapped(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        message = await answer(telegram, "/start")
    assert message.text.count("\n") == 0
    assert len(message.labels) == 2
    assert all(any(one.headline in label[0] for one in ARTICLES) for label in message.labels)


async def test_the_longest_passage_full_of_markup_fits_and_every_button_works(telegram, tmp_path):
    async with serving(telegram, tmp_path, MARKUP, *ARTICLES):
        message = await answer(telegram, "Which ferry left pier 1999?")
        for data in presses(message):
            await toast(telegram, message, data, forge=True)
        every = telegram.messages(READER)
    assert all(utf16_len(one.text) <= 4096 for one in every)
    assert "&" in message.text
    refused = {call.description for call in telegram.calls() if call.status != 200}
    assert all("not modified" in words for words in refused)


async def test_whatever_is_sent_shows_no_preview(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        for typed in ("/start", "/help", "/latest", "/privacy", FUNICULAR_QUESTION, "/story bees"):
            await answer(telegram, typed)
    sent = telegram.calls("sendMessage")
    assert len(sent) == 6
    assert all(call.params["link_preview_options"]["is_disabled"] for call in sent)


async def test_typing_shows_for_every_kind_of_answer(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        for typed in (FUNICULAR_QUESTION, "/latest", "/summary bees", "What did Petra say?"):
            shown = len(telegram.calls("sendChatAction"))
            await answer(telegram, typed)
            # A quick answer may overtake it on the way.
            await telegram.wait_for(
                lambda shown=shown: len(telegram.calls("sendChatAction")) > shown
            )


async def test_the_page_that_shows_already_can_be_pressed_without_harm(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        message = await answer(telegram, FUNICULAR_QUESTION)
        (here,) = [label for row in message.labels for label in row if label.startswith("1/")]
        first = await toast(telegram, message, here)
        await telegram.wait_for(lambda: telegram.calls("editMessageText"))
        (same,) = telegram.messages(READER)
    assert first == ""
    assert (same.text, same.edits) == (message.text, 0)
    assert "not modified" in telegram.calls("editMessageText")[0].description


async def test_a_button_of_another_chat_or_of_long_ago_says_to_ask_again(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        mine = await answer(telegram, FUNICULAR_QUESTION)
        theirs = await answer(telegram, FUNICULAR_QUESTION, OTHER)
        (on,) = [b["callback_data"] for row in mine.buttons for b in row if b["text"] == "›"]
        assert await toast(telegram, theirs, on, forge=True) == texts.say("stale")
        telegram.say(READER, "/forget")
        await telegram.wait_for_messages(READER, 2)
        assert await toast(telegram, mine, on) == texts.say("stale")
    assert texts.say("stale") == "This list is too old, ask again"


async def test_a_button_under_a_message_of_version_0_1_0_still_works(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        message = await answer(telegram, FUNICULAR_QUESTION)
        on = next(one for one in map(decode, presses(message)) if isinstance(one, TurnPage))
        assert await toast(telegram, message, f"page:{on.key}:1", forge=True) == ""
        await telegram.wait_for(lambda: telegram.messages(READER)[0].text != message.text)


async def test_a_toast_that_is_too_long_is_cut(telegram, tmp_path, monkeypatch):
    async with serving(telegram, tmp_path) as room:
        message = await answer(telegram, FUNICULAR_QUESTION)
        monkeypatch.setattr(room.conversation, "press", lambda *_: Outcome("w" * 300))
        shown = await toast(telegram, message, "page:x:0", forge=True)
    assert shown == "w" * 200


async def test_media_get_one_line_in_real_words(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.send_photo(READER)
        telegram.send_voice(READER)
        telegram.send_sticker(READER)
        messages = await telegram.wait_for_messages(READER, 3)
    assert {message.text for message in messages} == {texts.say("unreadable")}
    assert texts.say("unreadable").startswith("I read text and links")


async def test_a_link_to_the_bot_is_within_what_a_link_may_carry(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        message = await answer(telegram, FUNICULAR_QUESTION)
        shared = [button for row in message.buttons for button in row if "url" in button]
    links = [button["url"] for button in shared if "start=" in button["url"]]
    inline = [b for row in message.buttons for b in row if "switch_inline_query" in str(b)]
    assert links or inline
    assert all(len(link.partition("start=")[2]) <= 64 for link in links)
