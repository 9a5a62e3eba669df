"""Follow-ups, misspelt words and small talk on an emulated Telegram, by the real application."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from bot import texts
from tests.support.chats_database import chats_in
from tests.support.databases import change
from tests.support.newsroom import BEES, FUNICULAR, PASTED, byline, write_lines
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message
from tests.support.whole_bot import pressed, said, serving

READER, OTHER, GROUP = 7, 8, -100
SIGNATURES = "How many signatures were collected on two summer weekends?"
HIVES = "How many florins will the ministry pay for every lost hive?"
TAKEN = "Taking it with: signatures, two summer weekends"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup", topics=["Harbour", "Hills"])
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("followups")
    file = write_lines(folder / "a.jsonl", [FUNICULAR, BEES, PASTED])
    assert byline(folder / "home", "add", str(file)).returncode == 0
    return folder / "home"


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


async def grow_older(telegram: TelegramServer, home: Path, seconds: int) -> None:
    """Let time pass since the one answer so far, once it is noted."""

    def aged() -> bool:
        return change(home / "chats.db", "UPDATE talk SET at = at - :by", by=seconds) == 1

    await telegram.wait_for(aged)


def labels(message: Message) -> list[str]:
    return [label for row in message.labels for label in row]


def first_line(message: Message) -> str:
    return message.text.partition("\n")[0]


async def test_soon_after_an_answer_a_few_words_are_about_the_same(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        found = await said(telegram, "and why?")
    assert first_line(found) == TAKEN
    assert FUNICULAR.headline in found.text
    assert "New question" in labels(found)


async def test_a_complete_question_takes_nothing_over(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        found = await said(telegram, HIVES)
    assert "Taking it with" not in found.text
    assert "New question" not in labels(found)
    assert BEES.headline in found.text


async def test_after_ten_minutes_every_message_stands_alone(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        await grow_older(telegram, home, 601)
        late = await said(telegram, "and why?")
    assert "Taking it with" not in late.text


async def test_a_reply_is_about_the_answer_that_it_replies_to(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, SIGNATURES)
        await said(telegram, HIVES)
        found = await said(telegram, "why?", reply_to=answer.message_id)
    assert first_line(found) == TAKEN


async def test_a_reply_is_understood_however_old_the_answer_is(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, SIGNATURES)
        await grow_older(telegram, home, 3600)
        found = await said(telegram, "why?", reply_to=answer.message_id)
    assert first_line(found) == TAKEN


async def test_a_reply_to_ones_own_question_means_its_answer(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, SIGNATURES)
        await said(telegram, HIVES)
        found = await said(telegram, "why?", reply_to=answer.message_id - 1)
    assert first_line(found) == TAKEN


async def test_a_quoted_part_is_what_the_reply_is_about(telegram, home):
    part = "A bus will climb the hill from Monday"
    async with serving(telegram, home):
        answer = await said(telegram, SIGNATURES)
        quote = {"text": part, "position": 0, "is_manual": True}
        found = await said(telegram, "how often?", reply_to=answer.message_id, quote=quote)
    assert first_line(found) == "Taking it with: bus, climb, hill, Monday"
    assert FUNICULAR.headline in found.text


async def test_new_question_asks_the_words_alone(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        found = await said(telegram, "Who said that?")
        assert first_line(found).startswith("Taking it with")
        alone = await pressed(telegram, found, "New question")
    assert "Taking it with" not in alone.text
    assert "New question" not in labels(alone)


async def test_more_is_the_next_page_until_there_is_none(telegram, home):
    async with serving(telegram, home):
        first = await said(telegram, SIGNATURES)
        pages = next(int(label.partition("/")[2]) for label in labels(first) if "/" in label)
        second = await said(telegram, "more")
        assert f"2/{pages}" in labels(second)
        for number in range(3, pages + 1):
            assert f"{number}/{pages}" in labels(await said(telegram, "more, please"))
        last = await said(telegram, "more")
    assert last.text == texts.say("no-more")


async def test_an_edited_follow_up_keeps_what_it_leaned_on(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        found = await said(telegram, "why?")
        await said(telegram, HIVES)
        telegram.edit(READER, found.message_id - 1, "and when?")
        edited = await telegram.wait_for(
            lambda: next(
                (
                    one
                    for one in telegram.messages(READER)
                    if one.message_id == found.message_id and one.edits
                ),
                None,
            )
        )
    assert edited is not None
    assert first_line(edited) == TAKEN
    assert len(telegram.messages(READER)) == 3


async def test_a_question_edited_into_a_complete_one_drops_what_it_leaned_on(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        found = await said(telegram, "why?")
        telegram.edit(READER, found.message_id - 1, HIVES)
        await telegram.wait_for(lambda: BEES.headline in telegram.messages(READER)[-1].text)
    assert "Taking it with" not in telegram.messages(READER)[-1].text


async def test_groups_know_nothing_of_private_chats_and_lean_on_replies_only(telegram, home):
    topic, other = telegram._world.chats[GROUP].threads
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        alone = await said(telegram, "/ask@byline_bot why?", GROUP, thread=topic, user=READER)
        answer = await said(telegram, f"/ask@byline_bot {SIGNATURES}", GROUP, thread=topic)
        again = await said(telegram, "/ask@byline_bot why?", GROUP, thread=topic)
        elsewhere = await said(telegram, "/ask@byline_bot why?", GROUP, thread=other)
        replied = await said(
            telegram, "/ask@byline_bot why?", GROUP, thread=topic, reply_to=answer.message_id
        )
    for message in (alone, again, elsewhere):
        assert "Taking it with" not in message.text
    assert first_line(replied) == TAKEN
    assert replied.thread == topic


async def test_private_chats_know_nothing_of_one_another(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        found = await said(telegram, "why?", OTHER)
    assert "Taking it with" not in found.text


async def test_what_is_leaned_on_is_forgotten_on_demand(telegram, home):
    async with serving(telegram, home):
        await said(telegram, SIGNATURES)
        await said(telegram, SIGNATURES, OTHER)
        await said(telegram, "/forget")
        found = await said(telegram, "why?")
    assert "Taking it with" not in found.text
    assert OTHER in chats_in(home / "chats.db", "talk")


async def test_a_misspelt_word_is_searched_for_as_the_archive_spells_it(telegram, home):
    async with serving(telegram, home):
        found = await said(telegram, "How many signatures did Petra Oblosnky collect?")
        assert first_line(found) == "Searched for Oblonsky instead of Oblosnky."
        assert FUNICULAR.headline in found.text
        exactly = await pressed(telegram, found, "Exactly as written")
    assert "Searched for" not in exactly.text
    assert "Exactly as written" not in labels(exactly)


@pytest.mark.parametrize("typed", ["hi", "Guten Tag!", "привет", "hola", "你好"])
async def test_a_greeting_is_returned_with_two_examples(telegram, home, typed):
    async with serving(telegram, home):
        hello = await said(telegram, typed)
    assert first_line(hello) == "Hello."
    assert len([label for label in labels(hello) if label.startswith("What about")]) == 2


async def test_thanks_cost_one_line_and_can_be_searched_for_all_the_same(telegram, home):
    async with serving(telegram, home):
        thanks = await said(telegram, "thanks!")
        assert thanks.text == "You are welcome."
        assert labels(thanks) == ["Search for “thanks!”"]
        searched = await pressed(telegram, thanks, "Search for “thanks!”")
        assert searched.text.startswith("I searched 3 articles")
        thumb = await said(telegram, "👍")
    assert (thumb.text, thumb.labels) == ("You are welcome.", [])


async def test_thanks_with_a_question_are_a_question(telegram, home):
    async with serving(telegram, home):
        found = await said(telegram, f"Thanks! {HIVES}")
    assert BEES.headline in found.text


async def test_whats_new_lists_the_newest_articles(telegram, home):
    async with serving(telegram, home):
        latest = await said(telegram, "What’s new today?")
        told = await said(telegram, "what can you do?")
    assert latest.text.startswith("The newest of 3 articles:")
    assert told.text.startswith("I search 3 articles")
