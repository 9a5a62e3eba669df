"""In which order updates are handled, and by what names they are counted."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from telegram import Update

from bot.telegram.receiving.inbox import Leftover
from bot.telegram.receiving.update_processor import ChatUpdateProcessor, name_kind
from tests.support.fake_bot import until


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"message": {"text": "who won?"}}, "question"),
        ({"message": {"text": "/latest"}}, "command"),
        ({"message": {}}, "unreadable"),
        ({"edited_message": {"text": "/latest"}}, "edited_message"),
        ({"channel_post": {"text": "Ada Quill"}}, "channel_post"),
        ({"poll_answer": {"poll_id": "1", "option_ids": [], "option_persistent_ids": []}},
         "poll_answer"),
        ({}, "unknown"),
    ],
)  # fmt: skip
def test_kinds_of_updates_are_named_without_a_word_of_the_reader(given, kind):
    common = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
    filled = {key: common | value for key, value in given.items()}
    assert name_kind(Update.de_json({"update_id": 1, **filled})) == kind


def test_what_is_no_update_is_named_by_its_class():
    assert name_kind(Leftover((Update(1),), late=True)) == "leftover"


async def test_a_lane_keeps_order_and_leaves_nothing_behind():
    lanes, order = ChatUpdateProcessor(), []

    async def handle(number: int) -> None:
        await asyncio.sleep(0.01 * (3 - number))
        order.append(number)

    update = SimpleNamespace(chat_id=7)
    await asyncio.gather(*(lanes.process_update(update, handle(number)) for number in range(3)))
    assert order == [0, 1, 2]
    assert lanes.lanes == 0


async def test_updates_without_a_chat_share_a_lane():
    lanes, order = ChatUpdateProcessor(), []

    async def handle(number: int) -> None:
        order.append(number)

    await lanes.process_update(Update(1), handle(1))
    await lanes.process_update(object(), handle(2))
    assert order == [1, 2]


async def test_shutting_down_cuts_short_what_runs_and_what_waits():
    lanes, update = ChatUpdateProcessor(), SimpleNamespace(chat_id=7)
    await lanes.initialize()
    running = [
        asyncio.create_task(lanes.process_update(update, asyncio.sleep(60))) for _ in range(2)
    ]
    await asyncio.sleep(0)
    await lanes.shutdown()
    assert all(task.cancelled() for task in running)


async def test_what_is_unwanted_is_left_off_wherever_it_is_and_its_end_is_told():
    ended: list[object] = []
    lanes, handled = ChatUpdateProcessor(ended=ended.append), []

    async def handle(number: int) -> None:
        handled.append(number)
        await asyncio.sleep(30 if number < 2 else 0)

    updates = [SimpleNamespace(chat_id=7, number=number) for number in range(3)]
    tasks = [asyncio.create_task(lanes.process_update(one, handle(one.number))) for one in updates]
    await until(lambda: handled)
    lanes.drop(lambda one: one.number < 2)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert handled == [0, 2]
    assert [one.number for one in ended] == [0, 1, 2]
