"""The whole product: the real application and conversation, an archive, an emulated Telegram."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import socket
from urllib.parse import unquote

import pytest
import structlog

from bot import texts
from corpus.attribution.attribution import Extraction, Kind
from corpus.storage.store import Store
from tests.support.databases import rows
from tests.support.kill import kill_adding, kill_answering
from tests.support.models import FakeAttributor
from tests.support.newsroom import (
    BEES,
    BEES_QUESTION,
    FUNICULAR,
    byline,
    command,
    environment,
    said,
    sample,
    write_lines,
)
from tests.support.telegram_server import TelegramServer
from tests.support.whole_bot import QUESTION, pressed, quoted, serving

READER, OTHER, ADMIN, GROUP = 7, 8, 9, -100
FERRY = replace(
    FUNICULAR,
    headline="Ferry stays in port",
    url="https://gazette.example/ferry",
    body=(
        "Forty passengers drank cold tea on the quay on Monday.\n\n"
        "“The ferry is safe,” said Mira Kovač, the mayor. Kovač denied that the ferry had been "
        "inspected before the season by anyone but the harbour office.\n\n"
        "“My ferry leaks,” said Jan Kovač, the captain."
    ),
)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        for chat_id in (READER, OTHER, ADMIN):
            server.chat(chat_id)
        yield server


def bodies() -> str:
    return "\n".join(" ".join(article.body.split()) for article in sample())


async def test_a_question_gets_the_passage_with_its_citation(telegram, edition):
    async with serving(telegram, edition):
        telegram.say(READER, QUESTION)
        (message,) = await telegram.wait_for_messages(READER)
    assert quoted(message) in bodies()
    assert "Stahl" in message.text
    bold = [entity for entity in message.entities if entity["type"] == "bold"]
    assert bold
    (link,) = [entity["url"] for entity in message.entities if entity["type"] == "text_link"]
    page, _, place = link.partition("#:~:text=")
    (article,) = [one for one in sample() if one.url == page]
    assert article.headline in message.text
    assert f"{article.publisher} · {', '.join(article.authors)} · {article.printed_date}" in (
        message.text
    )
    start = unquote(place).split(",")[0].removesuffix("-")
    assert start in bodies()
    assert message.link_preview_options == {"is_disabled": True}


async def test_pages_turn_in_place_and_come_back_as_they_were(telegram, edition):
    async with serving(telegram, edition):
        telegram.say(READER, QUESTION)
        (first,) = await telegram.wait_for_messages(READER)
        second = await pressed(telegram, first, "›")
        assert "2/10" in second.labels[-1]
        assert quoted(second) in bodies()
        back = await pressed(telegram, second, "‹")
        assert (back.text, back.entities) == (first.text, first.entities)
        assert "‹" not in first.labels[-1]
    assert len(telegram.messages(READER)) == 1


@pytest.fixture
def voices(tmp_path) -> Path:
    """A home in which two of one surname speak about a ferry, one in reported speech too."""
    home = tmp_path / "home"
    assert (
        byline(home, "add", str(write_lines(tmp_path / "f.jsonl", [FERRY, BEES]))).returncode == 0
    )
    mira = said(FERRY, "The ferry is safe,", "Mira Kovač", cue="said", role="the mayor")
    jan = said(FERRY, "My ferry leaks,", "Jan Kovač", cue="said", role="the captain")
    denial = said(
        FERRY, "the ferry had been inspected", "Mira Kovač", cue="denied", kind=Kind.REPORTED
    )
    assert Store.open(home).attributions.keep(
        FERRY, Extraction(FakeAttributor().version, (mira, jan, denial))
    )
    return home


async def test_two_speakers_of_one_surname_are_told_apart_by_a_button(telegram, voices):
    async with serving(telegram, voices):
        telegram.say(READER, "What did Kovač say about the ferry?")
        (which,) = await telegram.wait_for_messages(READER)
        assert which.text == texts.say("which")
        (mira,) = [row[0] for row in which.labels if row[0].startswith("Mira")]
        hers = await pressed(telegram, which, mira)
    assert hers.text.startswith("Mira Kovač, the mayor · said · 3 Mar 2026\n“The ferry is safe,”")
    assert "Jan Kovač" not in hers.text
    assert texts.say("reported") in hers.text
    assert "denied that the ferry had been inspected" in hers.text


async def test_who_said_it_is_answered_with_a_link_to_the_very_quotation(telegram, voices):
    async with serving(telegram, voices):
        telegram.say(READER, "Who said “my ferry leaks”?")
        (answer,) = await telegram.wait_for_messages(READER)
    assert quoted(answer) == "“My ferry leaks,” said Jan Kovač, the captain."
    (link,) = [entity["url"] for entity in answer.entities if entity["type"] == "text_link"]
    assert unquote(link.partition("#:~:text=")[2]).startswith("My ferry leaks")


async def test_the_speakers_of_an_answers_article_open_page_by_page_and_lead_back(telegram, voices):
    async with serving(telegram, voices):
        telegram.say(READER, "How many passengers drank cold tea?")
        (answer,) = await telegram.wait_for_messages(READER)
        listed = await pressed(telegram, answer, texts.say("who"))
        assert ["Mira Kovač, the mayor (2)"] in listed.labels
        hers = await pressed(telegram, listed, "Mira Kovač, the mayor (2)")
        assert "The ferry is safe" in hers.text
        again = await pressed(telegram, hers, texts.say("all-speakers"))
        assert again.text == listed.text
        back = await pressed(telegram, again, texts.say("back-to-answer"))
    assert (back.text, back.entities) == (answer.text, answer.entities)


async def test_what_nobody_said_is_not_answered_with_something_else(telegram, voices):
    async with serving(telegram, voices):
        telegram.say(READER, "What did Mira Kovač say about beehives?")
        (answer,) = await telegram.wait_for_messages(READER)
        telegram.say(OTHER, "/quotes Mira Kovač about the ferry")
        (quotes,) = await telegram.wait_for_messages(OTHER)
        query = telegram.press(OTHER, quotes.message_id, "👍")
        await telegram.wait_for(lambda: query in telegram.callback_answers)
    assert "in none of them does Mira Kovač say that" in answer.text
    assert "blockquote" not in [entity["type"] for entity in answer.entities]
    assert "The ferry is safe" in quotes.text
    assert telegram.callback_answers[query].text == texts.say("thanks")


@pytest.mark.both_databases
async def test_thumbs_are_stored_and_thanked_for(telegram, edition):
    async with serving(telegram, edition):
        telegram.say(READER, QUESTION)
        (message,) = await telegram.wait_for_messages(READER)
        query = telegram.press(READER, message.message_id, "👎")
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text == texts.say("what-is-wrong")
    assert (READER, -1) in rows(edition / "chats.db", "SELECT chat_id, value FROM feedback")
    assert telegram.calls("editMessageText") == []


async def test_a_question_of_start_turns_into_its_answer(telegram, edition):
    async with serving(telegram, edition):
        telegram.say(READER, "/start")
        (greeting,) = await telegram.wait_for_messages(READER)
        (first,), (_second,) = greeting.labels
        answer = await pressed(telegram, greeting, first)
    assert quoted(answer) in bodies()
    assert texts.say("closest") not in answer.text


async def test_an_empty_archive_has_other_words_for_the_admin(telegram, tmp_path):
    async with serving(telegram, tmp_path, admins=frozenset({ADMIN})):
        telegram.say(READER, QUESTION)
        telegram.say(ADMIN, QUESTION)
        (told,) = await telegram.wait_for_messages(READER)
        (admin,) = await telegram.wait_for_messages(ADMIN)
    assert told.text == texts.say("empty")
    assert admin.text == texts.say("empty-admin")


@pytest.mark.both_databases
async def test_what_another_process_adds_is_found_within_five_seconds(telegram, tmp_path):
    file = write_lines(tmp_path / "news.jsonl", [FUNICULAR, BEES])
    home = tmp_path / "home"
    async with serving(telegram, home):
        telegram.say(READER, BEES_QUESTION)
        (before,) = await telegram.wait_for_messages(READER)
        assert before.text == texts.say("empty")
        added = await asyncio.to_thread(byline, home, "add", str(file))
        assert added.returncode == 0
        since = time.monotonic()
        answer = ""
        while "85 florins" not in answer and time.monotonic() - since < 5:
            count = len(telegram.messages(READER))
            telegram.say(READER, BEES_QUESTION)
            answer = (await telegram.wait_for_messages(READER, count + 1))[-1].text
            await asyncio.sleep(0.2)
    assert "85 florins" in answer


async def test_a_group_is_answered_in_its_topic_and_knows_nothing_of_private_chats(
    telegram, edition
):
    telegram.chat(GROUP, "supergroup", topics=["Harbour"])
    (topic,) = telegram._world.chats[GROUP].threads
    async with serving(telegram, edition):
        telegram.say(READER, QUESTION)
        (private,) = await telegram.wait_for_messages(READER)
        telegram.say(GROUP, f"/ask@byline_bot {QUESTION}", thread=topic)
        (public,) = await telegram.wait_for_messages(GROUP)
        assert public.thread == topic
        assert public.text == private.text
        forged = private.buttons[-1][-1]["callback_data"]
        query = telegram.press(GROUP, public.message_id, forged, forge=True)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text == texts.say("stale")


@pytest.mark.both_databases
async def test_a_webhook_answers_too(telegram, edition):
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    hook = f"http://127.0.0.1:{port}/hook"
    async with serving(
        telegram, edition, webhook_url=hook, webhook_port=port, webhook_secret="s3cret"
    ):
        telegram.say(READER, QUESTION)
        (message,) = await telegram.wait_for_messages(READER)
    assert quoted(message) in bodies()
    assert telegram.calls("getUpdates") == []


async def test_odd_questions_all_get_a_reply_that_telegram_accepts(telegram, edition):
    odd = [
        "harbour " * 500, "x" * 4096, "🐙" * 2000, "...", "<b>tram", "strike & <script>",
        "a\u202eb", "ποιος έκλεισε το λιμάνι;", "'; DROP TABLE article; --",
    ]  # fmt: skip
    async with serving(telegram, edition):
        for question in odd:
            telegram.say(OTHER, question)
        await telegram.wait_for_messages(OTHER, len(odd), timeout_s=60)
    assert {call.status for call in telegram.calls("sendMessage")} == {200}
    assert not any("Something broke" in message.text for message in telegram.messages(OTHER))


@contextmanager
def bot(telegram: TelegramServer, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`byline run` as a process."""
    more = {"TELEGRAM_BOT_TOKEN": telegram.token, "BYLINE_TELEGRAM_API_URL": telegram.url}
    running = subprocess.Popen(
        command("run"),
        env=environment(home, **more),
        cwd=home.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


@pytest.mark.both_databases
def test_run_answers_from_the_sample_on_telegram_and_stops_when_told(telegram, tmp_path):
    with bot(telegram, tmp_path / "home") as running:
        telegram.say(READER, QUESTION)
        (message,) = telegram.wait_messages(READER, timeout_s=30)
        assert quoted(message) in bodies()
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=60)
    assert running.returncode == 0
    assert telegram.token.encode() not in log
    assert b"Traceback" not in log


def test_the_bot_never_notes_a_question_in_its_log(telegram, tmp_path):
    with bot(telegram, tmp_path / "home") as running:
        telegram.say(READER, "Where is the secret marmalade bridge?")
        telegram.wait_messages(READER, timeout_s=30)
        running.send_signal(signal.SIGINT)
        _, log = running.communicate(timeout=60)
    assert b"listening" in log
    assert b"marmalade" not in log


def test_kills_while_adding_leave_whole_articles_and_the_next_add_completes(tmp_path):
    report = kill_adding(tmp_path / "adding", 2)
    assert report.kills > 0
    assert report.faults == []


@pytest.mark.both_databases
def test_kills_while_answering_lose_no_question_and_answer_none_twice(tmp_path):
    report = kill_answering(tmp_path / "answering", 3)
    assert report.kills == 3
    assert report.faults == []
    assert report.outcomes.total() == report.questions
