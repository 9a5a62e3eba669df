"""Addresses, pastes, files and posts that readers send, on the emulated Telegram."""

from __future__ import annotations

import shutil
import time

import pytest

from bot.intake import name_shelf
from corpus.readers import web
from tests.support.office import (
    ADMIN,
    GROUP,
    OTHER,
    READER,
    STORY,
    changed,
    emulated,
    furnished,
    said,
    serving,
    toast,
)

MOVED = -1001
PARAGRAPH = (
    "The weir at Aldbury was closed on Monday. Two divers looked at the gate. They found a crack "
    "as long as a hand. The keeper said that it would hold until the autumn. "
)
ARTICLE = f"Weir closed at Aldbury\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\n{PARAGRAPH}"
POST = {
    "type": "channel",
    "date": 1_770_000_000,
    "chat": {"id": -1009, "type": "channel", "title": "Weir News", "username": "weirnews"},
    "message_id": 12,
}


@pytest.fixture
def telegram():
    with emulated() as server:
        yield server


@pytest.fixture(scope="module")
def furnished_home(tmp_path_factory):
    return furnished(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def home(furnished_home, tmp_path):
    return shutil.copytree(furnished_home, tmp_path / "home")


def shelf(office, chat_id=READER):
    return list(office.archive.store.only(name_shelf(chat_id)).articles())


async def test_an_address_gets_a_card_and_questions_about_it(telegram, home):
    async with serving(telegram, home) as office:
        card = await said(telegram, STORY, READER)
        assert card.text.startswith("Ferry returns to Wexmoor")
        assert card.labels == [["Summary"], ["Ask about it", "Keep"]]
        assert [one.url for one in shelf(office)] == [STORY]
        answer = await said(telegram, f"how many sailors were hired? {STORY}", READER)
        assert "Two new sailors" in answer.text
        other = await said(telegram, "Ferry returns to Wexmoor", OTHER)
        assert "Two new sailors" not in other.text


async def test_an_admins_card_offers_it_to_everybody(telegram, home):
    async with serving(telegram, home) as office:
        card = await said(telegram, STORY)
        assert "and 1 on readers’ shelves" in (await said(telegram, "/stats")).text
        telegram.press(ADMIN, card.message_id, "For everybody")
        await telegram.wait_for(lambda: office.archive.store.get(STORY))
        assert shelf(office, ADMIN) == []


async def test_what_takes_long_is_said_to_be_read_and_then_shown_there(telegram, home, monkeypatch):
    read = web.read_page_at

    def slowly(*given):
        time.sleep(0.4)
        return read(*given)

    monkeypatch.setattr(web, "read_page_at", slowly)
    async with serving(telegram, home, reading_told_s=0.05):
        telegram.say(READER, STORY)
        (told,) = await telegram.wait_for_messages(READER)
        assert told.text.startswith(("Reading", "Ferry"))
        shown = await changed(telegram, told, "Ferry returns")
        assert shown.edits == 1
        assert len(telegram.messages(READER)) == 1


async def test_an_answer_whose_place_is_gone_is_sent_anew(telegram, home, monkeypatch):
    read = web.read_page_at

    def slowly(*given):
        time.sleep(0.4)
        return read(*given)

    monkeypatch.setattr(web, "read_page_at", slowly)
    telegram.fail("editMessageText", 400, description="message to edit not found")
    async with serving(telegram, home, reading_told_s=0.05):
        telegram.say(READER, STORY)
        messages = await telegram.wait_for_messages(READER, 2)
        assert messages[1].text.startswith("Ferry returns")


async def test_questions_are_answered_while_something_is_read(telegram, home, monkeypatch):
    monkeypatch.setattr(web, "read_page_at", lambda *_: time.sleep(1.5))
    async with serving(telegram, home):
        for chat_id in (READER, OTHER):
            telegram.say(chat_id, STORY)
        answer = await said(telegram, "How many florins for every lost hive?")
        assert "85 florins" in answer.text


async def test_a_long_paste_in_four_messages_is_one_article(telegram, home):
    async with serving(telegram, home, piece_s=0.4) as office:
        whole = "Weir closed at Aldbury\n\n" + "\n\n".join(
            f"Paragraph {number}. {PARAGRAPH}" for number in range(80)
        )
        for start in range(0, len(whole), 4090):
            telegram.say(READER, whole[start : start + 4090])
        (card,) = await telegram.wait_for_messages(READER)
        assert card.text.startswith("Weir closed at Aldbury")
        await telegram.wait_for(lambda: not telegram.pending_updates)
        (article,) = shelf(office)
        assert all(f"Paragraph {number}." in article.body for number in range(80))
        assert len(telegram.messages(READER)) == 1


async def test_a_file_is_read(telegram, home):
    async with serving(telegram, home) as office:
        telegram.send_file(READER, "weir.txt", ARTICLE.encode(), caption="what did they find?")
        (answer,) = await telegram.wait_for_messages(READER)
        assert "a crack" in answer.text
        assert [one.headline for one in shelf(office)] == ["Weir closed at Aldbury"]


async def test_a_file_without_a_proper_name_is_read_as_text(telegram, home):
    async with serving(telegram, home) as office:
        telegram.send_file(READER, "../../weir.…", ARTICLE.encode())
        await telegram.wait_for_messages(READER)
        assert len(shelf(office)) == 1


async def test_a_file_that_telegram_does_not_hand_out_is_refused(telegram, home):
    async with serving(telegram, home):
        telegram.send_file(READER, "large.txt", b"x", size=30 * 1024 * 1024)
        (refused,) = await telegram.wait_for_messages(READER)
        assert "larger than the 20 MB" in refused.text


async def test_a_file_that_cannot_be_fetched_gets_an_apology(telegram, home):
    telegram.fail("getFile", 400, description="invalid file_id")
    async with serving(telegram, home):
        telegram.send_file(READER, "weir.txt", ARTICLE.encode(), caption="what is it")
        (apology,) = await telegram.wait_for_messages(READER)
        assert "broke" in apology.text


async def test_a_reader_who_has_asked_enough_hands_in_nothing(telegram, home):
    async with serving(telegram, home, questions_a_day=1) as office:
        await said(telegram, STORY, READER)
        refused = await said(telegram, ARTICLE, READER)
        assert "questions a day" in refused.text
        telegram.send_file(READER, "weir.txt", ARTICLE.encode())
        await telegram.wait_for_messages(READER, 3)
        assert [one.url for one in shelf(office)] == [STORY]


async def test_where_too_much_waits_to_be_read_it_is_to_be_sent_again(telegram, home):
    async with serving(telegram, home, handed_in=0):
        refused = await said(telegram, STORY, READER)
        assert refused.labels == [["Try again"]]
        assert (await said(telegram, STORY)).text.startswith("Ferry returns")


async def test_a_channels_post_is_an_article_with_its_source(telegram, home):
    async with serving(telegram, home) as office:
        telegram.say(READER, PARAGRAPH * 2, forward_origin=POST)
        (card,) = await telegram.wait_for_messages(READER)
        assert "Weir News" in card.text
        assert [one.url for one in shelf(office)] == ["https://t.me/weirnews/12"]


async def test_a_post_below_a_picture_is_read_too(telegram, home):
    picture = {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 6}]}
    async with serving(telegram, home) as office:
        telegram.say(READER, PARAGRAPH * 2, media=picture, forward_origin=POST)
        await telegram.wait_for_messages(READER)
        assert len(shelf(office)) == 1
        telegram.send_photo(READER, "a heron")
        refused = (await telegram.wait_for_messages(READER, 2))[1]
        assert "text and links" in refused.text


async def test_what_is_said_with_a_forward_is_asked_of_it(telegram, home):
    async with serving(telegram, home) as office:
        telegram.say(READER, "what did the divers find?")
        telegram.say(READER, PARAGRAPH * 2, forward_origin=POST)
        messages = await telegram.wait_for(
            lambda: [m for m in telegram.messages(READER) if "a crack" in m.text]
        )
        assert messages
        assert len(shelf(office)) <= 1


async def test_in_a_group_what_is_addressed_to_the_bot_is_the_groups(telegram, home):
    telegram.chat(GROUP, "group", title="Weir talk")
    async with serving(telegram, home) as office:
        telegram.say(GROUP, f"@byline_bot {STORY}")
        (card,) = await telegram.wait_for_messages(GROUP)
        assert card.text.startswith("Ferry returns")
        telegram.send_file(GROUP, "weir.txt", ARTICLE.encode(), caption="@byline_bot")
        await telegram.wait_for_messages(GROUP, 2)
        telegram.send_file(GROUP, "other.txt", ARTICLE.encode(), caption="for everybody else")
        await said(telegram, "/help@byline_bot", GROUP)
        assert len(shelf(office, GROUP)) == 2
        assert shelf(office) == []
        telegram.migrate(GROUP, MOVED)
        await telegram.wait_for(lambda: len(shelf(office, MOVED)) == 2)


async def test_the_shelf_is_listed_and_handed_out_as_a_file(telegram, home):
    async with serving(telegram, home) as office:
        await said(telegram, STORY, READER)
        listed = await said(telegram, "/shelf", READER)
        assert "On your shelf: one article" in listed.text
        query = telegram.press(READER, listed.message_id, "Export")
        await toast(telegram, query)
        await telegram.wait_for(lambda: telegram.calls("sendDocument"))
        telegram.press(READER, listed.message_id, "Remove 1")
        await changed(telegram, listed, "Nothing lies on your shelf")
        assert shelf(office) == []


async def test_what_was_handed_in_before_a_crash_is_read_after_it(telegram, home):
    telegram.send_file(READER, "weir.txt", ARTICLE.encode(), caption="what did they find?")
    telegram.say(OTHER, PARAGRAPH * 2, forward_origin=POST)
    telegram.hang("sendMessage", 5, times=2)
    async with serving(telegram, home, read_s=0.5):
        await telegram.wait_for(lambda: not telegram.pending_updates)
    async with serving(telegram, home) as office:
        (answer,) = await telegram.wait_for_messages(READER)
        assert answer.text
        (other,) = await telegram.wait_for_messages(OTHER)
        assert other.text
        assert len(shelf(office)) <= 1


async def test_where_nothing_may_be_handed_in_a_file_is_not_read(telegram, home):
    async with serving(telegram, home, readers_add="off") as office:
        telegram.send_file(READER, "weir.txt", ARTICLE.encode())
        (refused,) = await telegram.wait_for_messages(READER)
        assert "text and links" in refused.text
        assert "No article here" in (await said(telegram, STORY, READER)).text
        assert shelf(office) == []
