"""Channels that the bot is in: their posts are taken in, cited, corrected and let go of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from bot import texts
from bot.storage.channels import Channels
from bot.telegram.receiving.polling import UPDATES
from corpus.article import Article
from corpus.errors import StoreError
from corpus.ingest import ingest
from corpus.readers.exports import Exports
from corpus.readers.files import read_path
from corpus.storage.store import Store
from tests.support.channel_kills import kill_posting
from tests.support.channels import message, write_export
from tests.support.databases import bytes_in, change, rows
from tests.support.fake_web import page
from tests.support.fakes import QUICK
from tests.support.office import (
    ADMIN,
    PAGES,
    READER,
    STORY,
    Office,
    emulated,
    said,
    serving,
    toast,
)
from tests.support.telegram_server import TelegramServer
from tests.support.whole_bot import pressed, quoted

HERALD, GROUP = -1_000_000_000_077, -1_000_000_000_078
PREFIX = "https://t.me/tarnherald/"
OTTERS = "Two otters moved into the lock keeper's cellar on Friday night and ate 17 eels."
QUESTION = "How many eels did the otters in the lock keeper's cellar eat?"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with emulated() as server:
        server.chat(GROUP, "supergroup", title="Tarn talk")
        server.channel(HERALD, "Tarn Herald", username="TarnHerald", discussion=GROUP)
        yield server


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def everything(office: Office) -> Store:
    return office.archive.store.whole()


async def there(telegram: TelegramServer, office: Office, url: str, words: str = "") -> Article:
    """Wait until an article is stored, and says something."""

    def found() -> Article | None:
        article = everything(office).get(url)
        return article if article and words in article.body else None

    article = await telegram.wait_for(found)
    assert article
    await searched(telegram, office)
    return article


async def searched(telegram: TelegramServer, office: Office) -> None:
    """Wait until what everybody may see is searched as it is now."""
    searcher = office.archive.searcher
    await until(
        telegram, lambda: searcher.snapshot.index.revision == office.archive.store.revision()
    )


async def gone(telegram: TelegramServer, office: Office, url: str) -> None:
    await telegram.wait_for(lambda: everything(office).get(url) is None)


async def until(telegram: TelegramServer, true: Callable[[], object]) -> None:
    await telegram.wait_for(lambda: bool(true()))


async def joined(telegram: TelegramServer, office: Office, *, user: int = ADMIN) -> None:
    """The bot is made an administrator by somebody who may."""
    telegram.join_channel(HERALD, user=user)
    await until(telegram, lambda: office.state.channels.get(HERALD))


# Posts


async def test_a_post_is_answered_with_and_cited_by_its_address(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, f"Otters move in\n\n{OTTERS}", author_signature="Ida Moe")
        article = await there(telegram, office, f"{PREFIX}{number}")
        assert (article.headline, article.body) == ("Otters move in", OTTERS)
        assert (article.publisher, article.authors) == ("Tarn Herald", ("Ida Moe",))
        answer = await said(telegram, QUESTION, READER)
        assert "17 eels" in quoted(answer)
        (link,) = [one["url"] for one in answer.entities if one["type"] == "text_link"]
        assert link == f"{PREFIX}{number}"
    assert telegram.messages(HERALD) == []


async def test_an_album_is_one_article_with_its_caption_and_is_cited(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        first, second, third, _ = telegram.album(HERALD, ["", OTTERS, "Photos by Ida Moe.", ""])
        article = await there(telegram, office, f"{PREFIX}{second}")
        assert article.body == f"{OTTERS}\n\nPhotos by Ida Moe."
        assert list(everything(office).addresses(PREFIX).values()) == [f"{PREFIX}{second}"]
        answer = await said(telegram, QUESTION, READER)
        assert "17 eels" in quoted(answer)
        assert {first, second, third} == {1, 2, 3}


async def test_parts_of_an_album_that_come_late_join_it(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        first = telegram.post_picture(HERALD, OTTERS, group="g1")
        await there(telegram, office, f"{PREFIX}{first}")
        telegram.post_picture(HERALD, "Photos by Ida Moe.", group="g1")
        article = await there(telegram, office, f"{PREFIX}{first}", "Ida Moe")
        assert everything(office).addresses(PREFIX) == {article.id: f"{PREFIX}{first}"}
        telegram.edit_post(HERALD, first, "")
        await there(telegram, office, f"{PREFIX}{first + 1}")
        await gone(telegram, office, f"{PREFIX}{first}")


IDA = {"id": 5, "is_bot": False, "first_name": "Ida", "last_name": "Moe"}


def chat(kind: str, title: str) -> dict[str, object]:
    return {"id": -101, "type": kind, "title": title}


async def test_a_forwarded_post_names_its_origin(telegram, home):
    origins = {
        "Lake News": {"type": "channel", "chat": chat("channel", "Lake News"), "message_id": 3},
        "Ida Moe": {"type": "user", "sender_user": IDA},
        "Somebody": {"type": "hidden_user", "sender_user_name": "Somebody"},
        "Tarn talk": {"type": "chat", "sender_chat": chat("group", "Tarn talk")},
    }
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        for name, origin in origins.items():
            text = f"{OTTERS} So says {name}."
            number = telegram.post(HERALD, text, forward_origin=origin | {"date": 1_772_352_000})
            article = await there(telegram, office, f"{PREFIX}{number}")
            assert (article.authors, article.credit) == ((name,), f"Forwarded from {name}")


async def test_an_edited_post_is_corrected(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        before = await there(telegram, office, f"{PREFIX}{number}")
        telegram.edit_post(HERALD, number, OTTERS.replace("17", "19"))
        after = await there(telegram, office, f"{PREFIX}{number}", "19 eels")
        assert after.id == before.id
        answer = await said(telegram, QUESTION, READER)
        assert "19 eels" in quoted(answer)
        assert len(everything(office).addresses(PREFIX)) == 1


async def test_a_post_whose_words_are_taken_out_goes(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post_picture(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        telegram.edit_post(HERALD, number, "")
        await gone(telegram, office, f"{PREFIX}{number}")


async def test_what_says_nothing_becomes_no_article(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        telegram.post_picture(HERALD)
        telegram.post(HERALD, "Soon!")
        telegram.post(HERALD, "", new_chat_title="Tarn Herald")
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        assert len(everything(office).addresses(PREFIX)) == 1


async def test_an_update_that_comes_twice_is_one_post_and_an_older_version_none(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        old = telegram._world.messages[HERALD, number].json()
        telegram.edit_post(HERALD, number, OTTERS.replace("17", "19"))
        await there(telegram, office, f"{PREFIX}{number}", "19 eels")
        old |= {"date": old["date"] - 9}
        telegram.deliver({"update_id": 200_000, "channel_post": old})
        last = telegram.post(HERALD, f"Swans left. {OTTERS}")
        await there(telegram, office, f"{PREFIX}{last}")
        assert "19 eels" in everything(office).get(f"{PREFIX}{number}").body
        assert len(everything(office).addresses(PREFIX)) == 2


async def test_a_post_that_only_links_brings_the_article(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        linked = telegram.post(HERALD, f"The ferry is back: {STORY}")
        article = await there(telegram, office, STORY)
        assert article.headline == "Ferry returns to Wexmoor"
        telegram.post(HERALD, "https://news.example/none")
        failed = telegram.post(HERALD, "The ferry is gone again: https://news.example/none")
        own = await there(telegram, office, f"{PREFIX}{failed}")
        assert own.body == "The ferry is gone again: https://news.example/none"
        assert set(everything(office).addresses(PREFIX).values()) == {f"{PREFIX}{failed}"}
        telegram.edit_post(HERALD, linked, OTTERS)
        await there(telegram, office, f"{PREFIX}{linked}")
        await gone(telegram, office, STORY)


async def test_an_article_that_came_by_itself_stays_when_its_channel_goes(telegram, home):
    async with serving(telegram, home) as office:
        await said(telegram, f"/add {STORY}")
        await joined(telegram, office)
        telegram.post(HERALD, STORY)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        await until(telegram, lambda: not office.state.channels.waiting(0))
        await pressed_through(telegram, "Stop …", texts.say("admin-channel-stop-forget"))
        await gone(telegram, office, f"{PREFIX}{number}")
        assert everything(office).get(STORY)


async def test_posts_are_asked_for_by_polling_and_by_a_webhook(telegram, home):
    async with serving(telegram, home):
        await until(telegram, lambda: telegram.calls("getUpdates"))
        asked = telegram.calls("getUpdates")[-1].params["allowed_updates"]
    assert {"channel_post", "edited_channel_post"} <= set(asked) == set(UPDATES)


# Who may


async def test_the_channel_of_somebody_else_is_not_taken_in_and_nothing_is_said(telegram, home):
    async with serving(telegram, home) as office:
        telegram.join_channel(HERALD, user=READER)
        telegram.post(HERALD, OTTERS)
        await said(telegram, "/help", READER)
        assert office.state.channels.all() == []
        assert everything(office).addresses(PREFIX) == {}
        assert telegram.messages(HERALD) == []


async def test_everybodys_is_where_that_is_set(telegram, home):
    async with serving(telegram, home, channels="anybody") as office:
        await joined(telegram, office, user=READER)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        assert office.state.channels.get(HERALD).added_by == READER
        await said(telegram, "/forget", READER)
        assert office.state.channels.get(HERALD).added_by is None


async def test_nothing_is_taken_in_once_the_bot_is_out(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        telegram.leave_channel(HERALD, user=READER)
        await until(telegram, lambda: not office.state.channels.get(HERALD).taking)
        telegram._world.left.discard(HERALD)
        telegram.post(HERALD, OTTERS)
        await said(telegram, "/help", READER)
        assert everything(office).addresses(PREFIX) == {}


async def test_a_change_of_its_rights_is_no_new_channel(telegram, home):
    async with serving(telegram, home) as office:
        with telegram._changing():
            telegram._change_membership(HERALD, "administrator", "administrator", ADMIN)
            telegram._change_membership(HERALD, "administrator", "left", ADMIN)
        await said(telegram, "/help", READER)
        assert office.state.channels.all() == []


async def test_a_renamed_channel_is_cited_by_its_new_name(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        telegram.rename_channel(HERALD, "The Herald", "theherald")
        telegram.edit_post(HERALD, number, f"{OTTERS} So.")
        article = await there(telegram, office, f"https://t.me/theherald/{number}")
        assert article.publisher == "The Herald"
        await gone(telegram, office, f"{PREFIX}{number}")


# Its discussion group


async def test_the_copy_in_the_discussion_group_is_neither_stored_nor_answered(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, f"@byline_bot asks: {QUESTION} {OTTERS}")
        await there(telegram, office, f"{PREFIX}{number}")
        answer = await said(telegram, f"@byline_bot {QUESTION}", GROUP)
        assert "17 eels" in answer.text
        assert len(telegram.messages(GROUP)) == 1
        assert everything(office).count() == 1
        assert office.state.channels.get(HERALD).discussion == GROUP


async def test_a_group_that_is_linked_later_is_known_by_the_first_copy(telegram, home):
    telegram.channel(HERALD, "Tarn Herald", username="TarnHerald")
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        await until(telegram, lambda: telegram.calls("getChat"))
        with telegram._changing():
            linked = replace(telegram._world.chats[HERALD], linked=GROUP)
            telegram._world.chats[HERALD] = linked
        telegram.post(HERALD, OTTERS)
        await until(telegram, lambda: office.state.channels.get(HERALD).discussion == GROUP)


# What admins decide


async def pressed_through(telegram: TelegramServer, *labels: str) -> None:
    """Ask for the channels, then press one button after another."""
    shown = await said(telegram, "/channels")
    for label in labels:
        shown = await pressed(telegram, shown, label)


async def test_admins_see_the_channels_and_nobody_else_does(telegram, home):
    async with serving(telegram, home) as office:
        assert (await said(telegram, "/channels")).text == texts.say("admin-no-channels")
        await joined(telegram, office)
        listed = await said(telegram, "/channels")
        assert "Tarn Herald" in listed.text
        assert listed.labels == [["Tarn Herald: for its group only", "Stop …"]]
        other = await said(telegram, "/channels", READER)
        assert "Tarn Herald" not in other.text
        data = listed.buttons[0][0]["callback_data"]
        query = telegram.press(READER, other.message_id, data, forge=True)
        assert await toast(telegram, query) == texts.say("stale")
        assert office.state.channels.get(HERALD).open


async def test_a_closed_channel_is_for_its_own_group_only(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        await pressed_through(telegram, "Tarn Herald: for its group only")
        article = await there(telegram, office, f"{PREFIX}{number}")
        assert article.shelf == f"c{HERALD}"
        assert office.state.channels.shelves(GROUP) == (f"c{HERALD}",)
        assert office.state.channels.shelves(READER) == ()
        assert "17 eels" in (await said(telegram, f"@byline_bot {QUESTION}", GROUP)).text
        second = telegram.post(HERALD, f"Swans left. {OTTERS}")
        assert (await there(telegram, office, f"{PREFIX}{second}")).shelf == f"c{HERALD}"
        assert " eels" not in (await said(telegram, QUESTION, READER)).text
        telegram.edit_post(HERALD, number, OTTERS.replace("17", "19"))
        assert (await there(telegram, office, f"{PREFIX}{number}", "19")).shelf == f"c{HERALD}"
        await pressed_through(telegram, "Tarn Herald: for everybody")
        await until(telegram, lambda: office.archive.store.get(f"{PREFIX}{number}"))
        await searched(telegram, office)
        assert len(everything(office).addresses(PREFIX)) == 2
        assert " eels" in (await said(telegram, QUESTION, READER)).text


async def test_a_private_channel_is_closed_until_somebody_opens_it(telegram, home):
    telegram.channel(HERALD, "Tarn Herald")
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        article = await there(telegram, office, f"https://t.me/c/77/{number}")
        assert article.shelf == f"c{HERALD}"


async def test_a_move_that_was_cut_short_is_ended_at_the_next_start(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
    change(home / "chats.db", "UPDATE channel SET open = false")
    async with serving(telegram, home) as office:
        await until(telegram, lambda: not office.archive.store.get(f"{PREFIX}{number}"))
        assert (await there(telegram, office, f"{PREFIX}{number}")).shelf == f"c{HERALD}"


async def test_a_channel_may_be_stopped_and_taken_in_again(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        await pressed_through(telegram, "Stop …", texts.say("admin-channel-back"))
        assert office.state.channels.get(HERALD).taking
        await pressed_through(telegram, "Stop …", texts.say("admin-channel-stop-keep"))
        assert not office.state.channels.get(HERALD).taking
        telegram.post(HERALD, f"Swans left. {OTTERS}")
        await pressed_through(telegram, texts.say("admin-channel-resume"))
        last = telegram.post(HERALD, f"Geese left. {OTTERS}")
        await there(telegram, office, f"{PREFIX}{last}")
        assert len(everything(office).addresses(PREFIX)) == 2


async def test_everything_of_a_channel_goes_with_its_posts(telegram, home, tmp_path):
    file = tmp_path / "result.json"
    file.write_bytes(write_export(message(900, f"Herons came. {OTTERS}")))
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        exported = read_path(file, exports=Exports(name="tarnherald"))
        ingest(exported, store=office.archive.store, embedder=office.archive.encoder)
        first = telegram.post(HERALD, OTTERS)
        linked = telegram.post(HERALD, STORY)
        await there(telegram, office, STORY)
        await there(telegram, office, f"{PREFIX}{first}")
        await until(telegram, lambda: not office.state.channels.waiting(0))
        await pressed_through(telegram, "Stop …", texts.say("admin-channel-stop-forget"))
        await until(telegram, lambda: office.state.channels.get(HERALD) is None)
        assert everything(office).count() == 0
        assert linked == 2
    for table in ("channel", "channel_post"):
        assert rows(home / "chats.db", f"SELECT * FROM {table}") == []  # noqa: S608
    assert b"keeper's cellar" not in bytes_in(home)


async def test_a_button_of_a_channel_that_is_gone_says_so(telegram, home):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        listed = await said(telegram, "/channels")
        office.archive.chats.forget(HERALD)
        query = telegram.press(ADMIN, listed.message_id, "Stop …")
        assert await toast(telegram, query) == texts.say("admin-channel-unknown")


async def test_a_post_of_a_closed_channel_can_be_removed(telegram, home):
    telegram.channel(HERALD, "Tarn Herald")
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, url := f"https://t.me/c/77/{number}")
        asked = await said(telegram, f"/remove {url}")
        telegram.press(ADMIN, asked.message_id, texts.say("admin-remove"))
        await gone(telegram, office, url)


# Cited posts that are gone


async def test_admins_are_told_once_of_a_cited_post_that_is_gone(telegram, home, monkeypatch):
    error = page('<div class="tgme_widget_message_error">Post not found</div>')
    monkeypatch.setitem(PAGES, f"{PREFIX}1?embed=1", error)
    async with serving(telegram, home, timing=replace(QUICK, posts_s=0.1)) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, url := f"{PREFIX}{number}")
        await said(telegram, QUESTION, READER)
        (asked,) = await telegram.wait_for_messages(ADMIN)
        assert asked.text.startswith(texts.say("admin-post-gone"))
        telegram.press(ADMIN, asked.message_id, texts.say("admin-remove"))
        await gone(telegram, office, url)
        assert len(telegram.messages(ADMIN)) == 1


@pytest.mark.parametrize(
    "shown", ['<div data-post="tarnherald/1">tgme_widget_message_error</div>', None]
)
async def test_a_post_that_is_there_or_cannot_be_looked_at_is_left_alone(
    telegram, home, monkeypatch, shown
):  # fmt: skip
    if shown:
        monkeypatch.setitem(PAGES, f"{PREFIX}1?embed=1", page(shown))
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, url := f"{PREFIX}{number}")
        await said(telegram, QUESTION, READER)
        await until(telegram, lambda: office.state.shown_lately(timedelta(days=1)))
        cited = office.service._keeper._cited
        assert cited.find_gone() == []
        assert list(cited._looked) == [everything(office).get(url).id]
        assert cited.find_gone() == []
        monkeypatch.setattr("bot.admin.cited_posts._REMEMBERED", 0)
        cited.find_gone()
        assert cited._looked == {}
        everything(office).remove(url)
        assert cited.describe(None, "0" * 12) is None


# Faults


@pytest.mark.parametrize("method", ["add", "keep"])
async def test_what_cannot_be_stored_is_kept_until_it_can(telegram, home, monkeypatch, method):
    store, faults = getattr(Channels, method), iter([True, True, True])

    def full(self: Channels, *args: object, **more: object) -> None:
        if next(faults, False):
            raise OperationalError("INSERT", {}, Exception("database or disk is full"))
        store(self, *args, **more)

    monkeypatch.setattr(Channels, method, full)
    async with serving(telegram, home) as office:
        telegram.join_channel(HERALD, user=ADMIN)
        numbers = [telegram.post(HERALD, f"{word} left. {OTTERS}") for word in ("Swans", "Geese")]
        for number in numbers:
            await there(telegram, office, f"{PREFIX}{number}")


async def test_a_post_that_cannot_be_read_in_is_tried_again_and_let_go_of_in_the_end(
    telegram, home, monkeypatch
):
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        embed, faults = office.archive.encoder.embed, iter([True, True])

        def broken(pairs):
            if any("swans" in passage.text for _, passage in pairs) or next(faults, False):
                raise RuntimeError("no memory")
            return embed(pairs)

        monkeypatch.setattr(office.archive.encoder, "embed", broken)
        monkeypatch.setattr("bot.admin.take_posts._TRIES", 3)
        telegram.post(HERALD, "The swans left the lake on Friday.")
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")
        await until(telegram, lambda: not office.state.channels.waiting(0))
        assert len(everything(office).addresses(PREFIX)) == 1


async def test_an_archive_that_cannot_be_written_loses_no_post(telegram, home, monkeypatch):
    put, faults = Store.put, iter([True, True])

    def full(self: Store, *args: object, **more: object) -> object:
        if next(faults, False):
            raise StoreError("cannot write the archive: disk is full")
        return put(self, *args, **more)

    async with serving(telegram, home) as office:
        await joined(telegram, office)
        monkeypatch.setattr(Store, "put", full)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")


async def test_a_channel_that_telegram_says_nothing_of_is_taken_in_all_the_same(telegram, home):
    telegram.fail("getChat", 400)
    async with serving(telegram, home) as office:
        await joined(telegram, office)
        number = telegram.post(HERALD, OTTERS)
        await there(telegram, office, f"{PREFIX}{number}")


# Kills


def test_no_post_is_lost_or_taken_in_twice_by_twenty_kills(home):
    report = kill_posting(home, 20)
    assert report.kills == 20
    assert len(report.posts) == 40
    assert report.found == report.posts
