"""Channels and their posts, as they are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage import channels as module
from bot.storage.channels import Channels, Membership, Waiting
from bot.storage.chats import ChatStore
from corpus.parse.telegram.post import Channel, Post

HERALD, LAKE, GROUP, ADMIN = -1_000_000_000_077, -1_000_000_000_078, -500, 9
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
POST = Post(5, "Otters moved in.", NOON, links=("https://news.example/a",))
QUIET_S = 60.0


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
def channels(state) -> Channels:
    state.channels.add(HERALD, "Tarn Herald", "tarnherald", added_by=ADMIN)
    return state.channels


def waiting(channels: Channels, quiet_s: float = QUIET_S) -> list[Waiting]:
    return channels.waiting(quiet_s)


def test_a_channel_is_known_by_what_its_posts_are_cited_with(channels):
    member = channels.get(HERALD)
    assert member == Membership(HERALD, "Tarn Herald", "tarnherald", None, True, True, ADMIN)
    assert member.channel == Channel(77, "Tarn Herald", "tarnherald")
    assert (member.shelf, member.own_shelf) == ("", f"c{HERALD}")
    assert replace(member, open=False).shelf == f"c{HERALD}"
    assert replace(member, chat_id=-5).channel.id == 0


def test_one_without_a_public_name_is_not_open(channels):
    channels.add(LAKE, "Lake", "", added_by=ADMIN)
    assert [(one.title, one.open) for one in channels.all()] == [
        ("Lake", False),
        ("Tarn Herald", True),
    ]


def test_one_that_comes_back_is_as_open_as_it_was(channels):
    channels.change(HERALD, open=False, taking=False)
    channels.add(HERALD, "The Herald", "herald", added_by=8)
    member = channels.get(HERALD)
    assert (member.open, member.taking, member.title, member.added_by) == (
        False,
        True,
        "The Herald",
        8,
    )


def test_a_closed_channel_is_seen_where_it_is_discussed(channels):
    channels.add(LAKE, "Lake", "", added_by=ADMIN)
    for chat_id in (HERALD, LAKE):
        channels.change(chat_id, discussion=GROUP)
    assert channels.shelves(GROUP) == channels.shelves(LAKE) == (f"c{LAKE}",)
    assert channels.shelves(HERALD) == channels.shelves(ADMIN) == ()
    assert channels.closed_shelves() == (f"c{LAKE}",)


def test_a_post_waits_until_it_is_done_and_its_text_goes_then(channels):
    channels.keep(HERALD, POST)
    (one,) = waiting(channels)
    assert one == Waiting(HERALD, (POST,), (1,), frozenset())
    channels.done(one)
    assert waiting(channels) == []
    channels.keep(HERALD, replace(POST, edited=NOON))
    (again,) = waiting(channels)
    assert again.versions == (2,)


def test_a_version_that_comes_meanwhile_waits_on(channels):
    channels.keep(HERALD, POST)
    (one,) = waiting(channels)
    newer = replace(POST, text="Otters moved out.", edited=NOON + timedelta(seconds=5))
    channels.keep(HERALD, newer)
    channels.done(one)
    (again,) = waiting(channels)
    assert again.posts == (newer,)


def test_an_older_version_than_is_known_is_none(channels):
    channels.keep(HERALD, replace(POST, edited=NOON + timedelta(seconds=5)))
    channels.done(waiting(channels)[0])
    channels.keep(HERALD, POST)
    assert waiting(channels) == []


def test_an_album_waits_until_nothing_more_comes(channels, monkeypatch):
    for number in (6, 5):
        channels.keep(HERALD, replace(POST, number=number, album="a"))
    channels.keep(HERALD, replace(POST, number=9))
    assert [one.posts[0].number for one in waiting(channels)] == [9]
    (alone, album) = sorted(waiting(channels, 0), key=lambda one: len(one.posts))
    assert [post.number for post in album.posts] == [5, 6]
    channels.done(album)
    channels.done(alone)
    channels.keep(HERALD, replace(POST, number=7, album="a"))
    (whole,) = waiting(channels, 0)
    assert [post.number for post in whole.posts] == [5, 6, 7]
    # by a clock that was set back
    monkeypatch.setattr(module, "_now", lambda: 0.0)
    assert waiting(channels) == [whole]


def test_what_has_no_time_is_the_oldest_version(channels):
    channels.keep(HERALD, replace(POST, sent=None))
    channels.keep(HERALD, POST)
    (one,) = waiting(channels)
    assert one.posts == (POST,)


def test_the_articles_of_posts_are_known(channels):
    channels.keep(HERALD, POST)
    (one,) = waiting(channels)
    channels.claim(one, "abc")
    assert channels.articles(HERALD) == ["abc"]
    assert channels.has_article("abc")
    assert waiting(channels)[0].articles == {"abc"}
    channels.moved("abc", "def")
    assert channels.articles(HERALD) == ["def"]
    channels.release(one)
    assert channels.articles(HERALD) == []
    assert not channels.has_article("def")


def test_a_forgotten_channel_leaves_nothing_and_whoever_added_it_no_name(state, channels):
    channels.keep(HERALD, POST)
    state.forget(ADMIN)
    assert channels.get(HERALD).added_by is None
    assert waiting(channels)
    state.forget(HERALD)
    assert channels.get(HERALD) is None
    assert waiting(channels) == []
