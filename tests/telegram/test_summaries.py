"""Summaries and stories on an emulated Telegram, by the real application."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from bot import texts
from bot.answers import summaries
from corpus.nlp.segment import split_sentences
from corpus.storage.store import Store
from retrieval.extraction.key_facts import Facts
from retrieval.timeline.timeline import Entry, Timeline
from tests.support.articles import BRIEF, LONG
from tests.support.chats_database import chats_in
from tests.support.newsroom import BEES, FUNICULAR, byline, write_lines
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message
from tests.support.whole_bot import pressed, quoted, said, serving

READER, OTHER, GROUP = 7, 8, -100
SECOND = replace(
    FUNICULAR,
    headline="Museum opens in the funicular’s engine room",
    url="https://gazette.example/museum",
    body=(
        "The museum of cables opened in the funicular’s upper station on Saturday. Four hundred "
        "people came.\n\nThe funicular’s cars, Otter and Heron, stand at the brewery."
    ),
)
LEAD = "The Wexmoor funicular will close for good on Sunday, after 91 years on the hill."
QUESTION = "How many signatures were collected on two summer weekends?"


@pytest.fixture(autouse=True)
def without_a_parser(monkeypatch):
    monkeypatch.setattr(summaries, "find_facts", lambda *_, **__: Facts())


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup", topics=["Harbour"])
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("summaries")
    file = write_lines(folder / "a.jsonl", [FUNICULAR, SECOND, BEES, BRIEF, LONG])
    assert byline(folder / "home", "add", str(file)).returncode == 0
    return folder / "home"


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    """A home with two articles on a funicular, and some others."""
    return Path(shutil.copytree(set_up, tmp_path / "home"))


def links(message: Message) -> list[str]:
    return [entity["url"] for entity in message.entities if entity["type"] == "text_link"]


@pytest.mark.parametrize("typed", ["/summary", "Summarise this"])
async def test_a_reply_to_an_answer_sums_up_its_article(telegram, home, typed):
    async with serving(telegram, home):
        answer = await said(telegram, QUESTION)
        await said(telegram, f"/summary {BEES.url}")
        summary = await said(telegram, typed, reply_to=answer.message_id)
    assert LEAD in summary.text
    *places, page = links(summary)
    assert page == FUNICULAR.url
    assert all(place.startswith(f"{FUNICULAR.url}#:~:text=") for place in places)
    assert summary.text.count("↗") == len(places) == 3


async def test_a_reply_finds_the_article_that_the_message_shows_by_now(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, QUESTION)
        turned = await pressed(telegram, answer, "›")
        summary = await said(telegram, "/summary", reply_to=answer.message_id)
    assert links(summary)[-1] == links(turned)[-1].partition("#")[0]
    assert links(summary)[-1] != FUNICULAR.url


async def test_an_edited_wish_edits_its_summary(telegram, home):
    async with serving(telegram, home):
        first = telegram.say(READER, f"/ask {QUESTION}")
        await telegram.wait_for_messages(READER)
        summary = await said(telegram, f"summarise {BEES.url}")
        telegram.edit(READER, summary.message_id - 1, f"summarise {BRIEF.url}")

        def edited() -> bool:
            return BRIEF.body in telegram.messages(READER)[-1].text.replace("\u00a0↗", "")

        await telegram.wait_for(edited)
    assert first != summary.message_id
    assert len(telegram.messages(READER)) == 2


async def test_groups_sum_up_in_reply_and_know_nothing_of_private_chats(telegram, home):
    (topic,) = telegram._world.chats[GROUP].threads
    async with serving(telegram, home):
        await said(telegram, QUESTION)
        alone = await said(telegram, "/summary@byline_bot", GROUP, thread=topic)
        answer = await said(telegram, f"/ask@byline_bot {QUESTION}", GROUP, thread=topic)
        again = await said(telegram, "/summary@byline_bot", GROUP, thread=topic)
        summary = await said(
            telegram, "/summary@byline_bot", GROUP, thread=topic, reply_to=answer.message_id
        )
    assert alone.text == again.text == texts.say("how-to-sum-up")
    assert LEAD in summary.text
    assert summary.thread == topic


async def test_the_button_below_an_answer_sums_up_and_leads_back(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, QUESTION)
        summary = await pressed(telegram, answer, texts.say("summary"))
        assert LEAD in summary.text
        back = await pressed(telegram, summary, texts.say("back-to-answer"))
    assert (back.text, back.entities) == (answer.text, answer.entities)


async def test_shorter_and_longer_edit_the_message(telegram, home):
    async with serving(telegram, home):
        three = await said(telegram, f"/summary {FUNICULAR.url}")
        one = await pressed(telegram, three, texts.say("shorter"))
        assert quoted(one).replace("\u00a0↗", "").replace(" ↗", "") == LEAD
        assert texts.say("shorter") not in [label for row in one.labels for label in row]
        again = await pressed(telegram, one, texts.say("longer"))
        assert again.text == three.text
        seven = await pressed(telegram, again, texts.say("longer"))
    assert seven.text.count("↗") == 7
    assert len(telegram.messages(READER)) == 1


async def test_a_name_that_fits_two_articles_asks_which(telegram, home):
    async with serving(telegram, home):
        which = await said(telegram, "summary of the funicular story")
        assert which.text == texts.say("which-article")
        (label,) = [row[0] for row in which.labels if row[0].startswith("Museum")]
        assert label.endswith("3 Mar 2026")
        summary = await pressed(telegram, which, label)
        assert "The museum of cables opened" in summary.text
        back = await pressed(telegram, summary, texts.say("back-to-list"))
    assert (back.text, back.labels) == (which.text, which.labels)


async def test_a_removed_article_is_said_to_be_gone(telegram, home):
    async with serving(telegram, home):
        answer = await said(telegram, QUESTION)
        Store.open(home).remove(FUNICULAR.id)
        gone = await said(telegram, "/summary", reply_to=answer.message_id)
        query = telegram.press(READER, answer.message_id, texts.say("summary"))
        await telegram.wait_for(lambda: query in telegram.callback_answers)
    assert gone.text == texts.say("gone-article")
    assert telegram.callback_answers[query].text == texts.say("gone-short")


async def test_an_article_of_one_sentence_is_that_sentence(telegram, home):
    async with serving(telegram, home):
        summary = await said(telegram, f"/summary {BRIEF.url}")
    assert summary.text.startswith(f"{BRIEF.body}\u00a0↗\n")
    labels = [label for row in summary.labels for label in row]
    more = [texts.say("copy-citation"), texts.say("share")]
    assert labels == [texts.say("open-article"), *more, texts.GOOD, texts.BAD]


async def test_twenty_thousand_words_fit_and_end_with_a_sentence(telegram, home):
    whole = {LONG.body[slice(*place)] for place in split_sentences(LONG.body)}
    async with serving(telegram, home):
        summary = await said(telegram, f"/summary {LONG.url}")
        longer = await pressed(telegram, summary, texts.say("longer"))
    assert len(LONG.body.split()) > 19_000
    for message in (summary, longer):
        assert len(message.text) <= 4096
        above, _, _ = message.text.rpartition("↗")
        shown = [one.strip(" …\u00a0\n") for one in above.split("↗")]
        assert shown
        assert set(shown) <= whole


async def test_a_link_to_the_bot_opens_a_summary(telegram, home):
    async with serving(telegram, home):
        summary = await said(telegram, f"/start a_{FUNICULAR.id}")
        greeting = await said(telegram, "/start a_nothing")
    assert LEAD in summary.text
    assert "Two to try" in greeting.text


async def test_an_address_that_is_not_here_is_said_not_to_be(telegram, home):
    async with serving(telegram, home):
        told = await said(telegram, "summarise https://gazette.example/none")
    assert told.text == texts.say("not-here")


async def test_a_story_names_what_it_rests_on_and_links_every_line(telegram, edition):
    async with serving(telegram, edition):
        story = await said(telegram, "What happened with the port strike?")
    assert story.text.startswith("“port strike” in ")
    assert texts.say("news") in story.text
    assert "· The Harbour Light\n" in story.text
    lines = [one for one in story.entities if one["type"] == "blockquote"]
    assert len(links(story)) == len(lines) > 3
    assert all("#:~:text=" in link for link in links(story))


async def test_a_long_story_turns_its_pages_in_place(telegram, home, monkeypatch):
    lines = tuple(Entry(LONG, place) for place in split_sentences(LONG.body)[:20])
    told = Timeline("the hives", (LONG, BEES), lines[:2], lines[2:], searched=5)
    monkeypatch.setattr("retrieval.routing.routes.build_timeline", lambda *_, **__: told)
    async with serving(telegram, home):
        first = await said(telegram, "/story the hives")
        assert first.labels[-1][:2] == ["1/3", "›"]
        second = await pressed(telegram, first, "›")
        assert LONG.body[slice(*lines[8].sentence)] in second.text
        third = await pressed(telegram, second, "›")
        assert LONG.body[slice(*lines[19].sentence)] in third.text
        back = await pressed(telegram, third, "‹")
    assert back.text == second.text
    assert len(telegram.messages(READER)) == 1


async def test_what_is_kept_of_messages_is_forgotten_on_demand(telegram, home):
    async with serving(telegram, home):
        await said(telegram, QUESTION)
        await said(telegram, QUESTION, OTHER)
        await said(telegram, "/forget")
        told = await said(telegram, "/summary")
    assert told.text == texts.say("how-to-sum-up")
    assert chats_in(home / "chats.db", "shown") == {OTHER}
