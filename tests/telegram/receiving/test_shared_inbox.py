"""Several inboxes over one store: what one receives another answers, once, or nobody has it."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import DataError, OperationalError
from telegram import Bot, Update

from bot.settings import Settings
from bot.storage.chats import ChatStore
from bot.storage.updates import SharedUpdates
from bot.telegram.receiving.channel_posts import ChannelPosts
from bot.telegram.receiving.inbox import Leftover, find_question
from bot.telegram.receiving.reading import Poison, UnstoredError, WithdrawnError
from bot.telegram.receiving.shared_inbox import SharedInbox
from tests.support.coordination import FakeReplica, Town
from tests.support.fake_bot import until
from tests.support.fakes import QUICK

BOT = Bot("1:TEST")
CHAT = 7
TIMING = replace(QUICK, linger_s=5, sweep_s=0.03, gap_s=5)


class Process:
    """An inbox whose updates a test handles."""

    def __init__(
        self,
        state: ChatStore,
        replica: FakeReplica,
        *,
        sweeps: bool = False,
        linger_s: float = TIMING.linger_s,
        webhook: bool = True,
        posts: ChannelPosts | None = None,
    ) -> None:
        self.replica = replica
        self.dropped: list[object] = []
        timing = replace(TIMING, linger_s=linger_s)
        self.inbox = SharedInbox(
            state, timing, replica, drop=self.drop, webhook=webhook, posts=posts
        )
        self.handling: list[object] = []
        with suppress(StopIteration):  # at once, for it waits for nothing
            self.inbox.replay(SimpleNamespace(bot=BOT)).send(None)
        work = self.inbox.sweep_often() if sweeps else asyncio.sleep(0)
        self.sweeping = asyncio.create_task(work)

    def drop(self, unwanted: Any) -> None:
        gone = [item for item in self.handling if unwanted(item)]
        self.dropped += gone
        for item in gone:
            self.inbox.ended(item)

    async def next(self) -> Any:
        async with asyncio.timeout(60):
            self.handling.append(await self.inbox.get())
        return self.handling[-1]

    async def answer(self, item: Any) -> None:
        for one in item.updates if isinstance(item, Leftover) else (item,):
            if isinstance(item, Update):
                await self.inbox.begin(one.update_id)
            await self.inbox.done(one.update_id)
        self.inbox.ended(item)

    async def close(self) -> None:
        self.sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await self.sweeping
        await self.inbox.holds.close()
        self.inbox.close()


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
async def processes(state):
    town, made = Town(), list[Process]()

    def make(**more: Any) -> Process:
        made.append(Process(state, town.replica(f"p{len(made)}"), **more))
        return made[-1]

    yield make
    for one in made:
        await one.close()


def raw(number: int, text: str = "who won?", **more: object) -> dict[str, Any]:
    person = {"id": CHAT, "is_bot": False, "first_name": "Ann"}
    chat = {"id": CHAT, "type": "private", "first_name": "Ann"}
    message = {"message_id": number, "date": 1_700_000_000, "chat": chat, "from": person}
    return {"update_id": number, "message": message | {"text": text} | more}


def press(number: int) -> dict[str, Any]:
    query = {"id": "1", "from": raw(1)["message"]["from"], "chat_instance": "1", "data": "x"}
    return {"update_id": number, "callback_query": query}


def fail(monkeypatch: pytest.MonkeyPatch, method: str, error: type[Exception] | None) -> None:
    """Let a method of the store fail from now on."""

    def broken(*_: object, **__: object) -> None:
        raise error("", {}, Exception("gone"))  # type: ignore[misc,call-arg]

    monkeypatch.setattr(SharedUpdates, method, broken)


async def test_a_question_is_answered_by_who_holds_its_chat_whoever_receives_it(processes, state):
    one, two = processes(), processes()
    await one.inbox.take(raw(1), BOT)
    first = await one.next()
    await two.inbox.take(raw(2, "and when?"), BOT)
    second = await one.next()
    assert [find_question(item) for item in (first, second)] == ["who won?", "and when?"]
    assert first.message.chat.first_name == "Ann"  # as it came
    assert second.message.chat.first_name is None  # as it was stored
    await one.answer(first)
    await one.answer(second)
    assert state.unfinished() == []
    assert two.inbox.empty()


async def test_one_that_is_delivered_twice_is_known_to_all(processes):
    one, two = processes(sweeps=True), processes(sweeps=True)
    for item in (raw(1), press(2)):
        await one.inbox.take(item, BOT)
        await two.inbox.take(item, BOT)
    await until(lambda: one.inbox.qsize() + two.inbox.qsize() == 2)
    await asyncio.sleep(3 * TIMING.sweep_s)
    assert one.inbox.qsize() + two.inbox.qsize() == 2


async def test_what_cannot_be_stored_is_refused_and_lies_nowhere(processes, monkeypatch):
    one = processes()
    await asyncio.sleep(0)
    with monkeypatch.context() as patch:
        fail(patch, "keep", OperationalError)
        for item in (raw(1), press(2)):
            with pytest.raises(UnstoredError):
                await one.inbox.take(item, BOT)
    assert one.inbox.empty()
    await one.inbox.take(raw(1), BOT)
    assert (await one.next()).update_id == 1


async def test_what_can_never_be_stored_is_set_aside(processes, state, monkeypatch):
    one = processes()
    fail(monkeypatch, "keep", DataError)
    await one.inbox.take(raw(1), BOT)
    assert isinstance(await one.next(), Poison)
    await one.inbox.take({"update_id": 2, "message": 5}, BOT)
    assert isinstance(await one.next(), Poison)
    await one.inbox.take({"update_id": 2, "message": 5}, BOT)
    assert one.inbox.empty()
    assert state.poison() == 2


async def test_what_cannot_be_set_aside_either_is_refused(processes, state, monkeypatch):
    one = processes()

    def broken(*_: object) -> None:
        raise OperationalError("", {}, Exception("gone"))

    monkeypatch.setattr(state, "set_aside", broken)
    with pytest.raises(UnstoredError):
        await one.inbox.take({"update_id": 2, "message": 5}, BOT)


async def test_presses_are_handled_where_they_arrive(processes, state):
    one, two = processes(), processes()
    await one.inbox.take(raw(1), BOT)
    await one.next()
    await two.inbox.take(press(2), BOT)
    item = await two.next()
    assert item.callback_query
    await two.inbox.begin(2)
    two.inbox.ended(item)
    assert [kept.update_id for kept in state.unfinished()] == [1]


async def test_pictures_of_an_album_meet_in_one_process(processes):
    one, two = processes(), processes()
    size = {"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}
    picture = {"photo": [size], "media_group_id": "m", "text": ""}
    await one.inbox.take(raw(1, **picture), BOT)
    first = await one.next()
    await two.inbox.take(raw(2, **picture), BOT)
    second = await one.next()
    assert first.message.media_group_id == second.message.media_group_id == "m"
    assert one.inbox.keeps(first)


async def test_a_forward_is_known_as_one_by_who_did_not_receive_it(processes):
    one, two = processes(), processes()
    await one.inbox.take(raw(1), BOT)
    await one.next()
    person = {"type": "user", "date": 1, "sender_user": {"id": 5, "is_bot": False}}
    person["sender_user"]["first_name"] = "Cleo"
    await two.inbox.take(raw(2, "what Cleo wrote", forward_origin=person), BOT)
    second = await one.next()
    assert "Cleo" not in json.dumps(second.message.forward_origin.to_dict())


async def test_what_a_group_says_among_itself_is_not_stored(processes, state):
    one = processes()
    group = {"id": -9, "type": "group", "title": "G"}
    await one.inbox.take(raw(1, "not for the bot", chat=group), BOT)
    await one.inbox.take(raw(2, "", chat=group, migrate_to_chat_id=-10), BOT)
    assert [(await one.next()).update_id for _ in range(2)] == [1, 2]
    assert state.unfinished() == []


async def test_a_later_question_waits_for_an_earlier_one_that_another_stores(processes):
    one, two = processes(), processes()
    await one.inbox.take(raw(1), BOT)
    await one.answer(await one.next())
    await one.inbox.take(raw(3), BOT)
    await asyncio.sleep(0.03)
    assert one.inbox.empty()
    await two.inbox.take(raw(2), BOT)
    assert [(await one.next()).update_id for _ in range(2)] == [2, 3]


async def test_where_one_polls_nothing_is_waited_for(processes):
    one = processes(webhook=False)
    await one.inbox.take(raw(1), BOT)
    await one.next()
    await one.inbox.take(raw(9), BOT)
    async with asyncio.timeout(TIMING.gap_s / 2):
        assert (await one.next()).update_id == 9


async def test_what_a_dead_process_had_is_taken_over_begun_or_not(processes, state):
    one = processes()
    for number in (1, 2, 3):
        await one.inbox.take(raw(number, f"question {number}"), BOT)
    for _ in range(3):
        item = await one.next()
    await one.inbox.begin(1)
    one.replica.lose(away=True)
    two = processes(sweeps=True)
    doubt, second, third = [await two.next() for _ in range(3)]
    assert isinstance(doubt, Leftover)
    assert not doubt.late
    assert (second.update_id, third.update_id) == (2, 3)
    for item in (doubt, second, third):
        await two.answer(item)
    assert state.unfinished() == []


async def test_who_lost_a_chat_drops_what_it_has_not_begun(processes):
    one = processes()
    for number in (1, 2):
        await one.inbox.take(raw(number), BOT)
    first, second = [await one.next() for _ in range(2)]
    await one.inbox.begin(1)
    one.replica.lose(away=True)
    await until(lambda: one.dropped == [second])
    with pytest.raises(WithdrawnError):
        await one.inbox.begin(2)
    await one.answer(first)


async def test_who_lost_a_chat_without_noticing_begins_nothing(processes, state):
    one, two = processes(), processes()
    await one.inbox.take(raw(1), BOT)
    await one.next()
    assert state.updates.claim(CHAT, two.replica.number)
    with pytest.raises(WithdrawnError):
        await one.inbox.begin(1)
    item = await one.next()  # it holds the chat all the same, and takes it back
    await one.answer(item)
    assert state.unfinished() == []


async def test_what_cannot_be_noted_as_begun_is_not_sent_and_comes_again(
    processes, state, monkeypatch
):
    one = processes()
    await one.inbox.take(raw(1), BOT)
    item = await one.next()
    with monkeypatch.context() as patch:
        fail(patch, "begin", OperationalError)
        with pytest.raises(WithdrawnError):
            await one.inbox.begin(1)
    one.inbox.ended(item)
    await one.answer(await one.next())
    assert state.unfinished() == []


async def test_without_the_database_all_that_a_chat_said_is_answered_later_in_order(
    processes, state
):
    one = processes()
    for number in (1, 2, 3):
        await one.inbox.take(raw(number), BOT)
    first, second, third = [await one.next() for _ in range(3)]
    await one.answer(first)
    gone = OperationalError("", {}, Exception("gone"))
    assert not one.inbox.puts_off(second, ZeroDivisionError())
    assert not one.inbox.puts_off(first, gone)
    assert not one.inbox.puts_off(Leftover((second,), late=True), gone)
    assert one.inbox.puts_off(second, gone)
    assert one.dropped == [third]
    again = [await one.next() for _ in range(2)]
    assert [item.update_id for item in again] == [2, 3]
    for item in again:
        await one.answer(item)
    assert state.unfinished() == []


async def test_what_came_to_nothing_is_left_for_a_while(processes):
    one = processes(linger_s=0.02, sweeps=True)
    one.inbox._setbacks[1] = 12
    await one.inbox.take(raw(1), BOT)
    item = await one.next()
    one.inbox.ended(item)
    await until(lambda: one.inbox.holds.count == 0)
    await asyncio.sleep(3 * TIMING.sweep_s)
    assert one.inbox.empty()
    two = processes(sweeps=True)
    assert (await two.next()).update_id == 1


async def test_the_end_that_cannot_be_noted_is_noted_later(processes, state, monkeypatch):
    one = processes(sweeps=True)
    await one.inbox.take(raw(1), BOT)
    item = await one.next()
    with monkeypatch.context() as patch:
        fail(patch, "done", OperationalError)
        await one.answer(item)
        await asyncio.sleep(3 * TIMING.sweep_s)
        assert one.inbox.empty()
        assert one.replica.town.holders
    catching_up = asyncio.create_task(one.inbox.catch_up_often())
    await until(lambda: not state.unfinished())
    catching_up.cancel()


async def test_what_waited_too_long_gets_one_apology(processes, state):
    old = datetime.now(UTC) - timedelta(hours=1)
    payload = json.dumps(raw(1)).replace('"first_name": "Ann"', '"first_name": "-"')
    for number in (1, 2):
        state.updates.keep(
            number, CHAT, payload.replace('"update_id": 1', f'"update_id": {number}'), old
        )
    one = processes(sweeps=True)
    item = await one.next()
    assert item.late
    assert [one.update_id for one in item.updates] == [1, 2]


async def test_one_that_is_damaged_is_set_aside_and_the_next_answered(processes, state):
    state.updates.keep(1, CHAT, "{", datetime.now(UTC))
    state.updates.keep(2, CHAT, json.dumps(raw(2)), datetime.now(UTC))
    one = processes(sweeps=True)
    found = [await one.next(), await one.next()]
    assert isinstance(found[0], Poison)
    assert found[1].update_id == 2


async def test_what_cannot_be_looked_at_is_set_aside_and_the_next_answered(
    processes, state, monkeypatch
):
    one = processes()

    def fussy(message: Any) -> None:
        if message.message_id == 1:
            raise ZeroDivisionError

    monkeypatch.setattr(one.inbox, "_arrived", fussy)
    for number in (1, 2):
        await one.inbox.take(raw(number), BOT)
    found = [await one.next(), await one.next()]
    assert isinstance(found[0], Poison)
    assert found[1].update_id == 2
    assert [kept.update_id for kept in state.unfinished()] == [2]


async def test_who_finishes_leaves_what_waits_to_others(processes):
    one = processes(sweeps=True)
    one.inbox.finish()
    await one.inbox.take(raw(1), BOT)
    await asyncio.sleep(2 * TIMING.sweep_s)
    assert one.inbox.empty()
    two = processes(sweeps=True)
    assert (await two.next()).update_id == 1


async def test_channels_posts_are_stored_or_refused(processes, state, monkeypatch):
    chat = {"id": -(10**12) - 5, "type": "channel", "title": "Herald"}
    state.channels.add(chat["id"], "Herald", "", added_by=1)
    posts = ChannelPosts(state.channels, Settings(_env_file=None))
    one = processes(posts=posts)
    post = {"message_id": 1, "date": 1_700_000_000, "chat": chat, "text": "News"}
    with monkeypatch.context() as patch:
        fail(patch, "keep", OperationalError)
        with pytest.raises(UnstoredError):
            await one.inbox.take({"update_id": 1, "channel_post": post}, BOT)
    await one.inbox.take({"update_id": 1, "channel_post": post}, BOT)
    assert posts.came.is_set()
    assert one.inbox.empty()
