"""At what pace requests go out, and which of them go out again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.sending import pacing
from bot.telegram.sending.pacing import OwnPacing
from bot.telegram.sending.rate_limiter import RateLimiter, UncertainError
from tests.support.fakes import QUICK


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def server_error() -> TelegramError:
    return NetworkError("Internal Server Error")


def gateway_error() -> TelegramError:
    return caused(NetworkError("Bad Gateway (502)"), TelegramError("Invalid server response"))


def never_sent() -> list[TelegramError]:
    return [
        caused(NetworkError("x"), httpx.ConnectError("refused")),
        caused(NetworkError("x"), httpx.ProxyError("no proxy")),
        caused(TimedOut(), httpx.ConnectTimeout("slow")),
        caused(TimedOut(), httpx.PoolTimeout("busy")),
    ]


def in_doubt() -> list[TelegramError]:
    return [
        caused(TimedOut(), httpx.ReadTimeout("slow")),
        caused(NetworkError("x"), httpx.RemoteProtocolError("gone")),
        caused(NetworkError("x"), httpx.WriteError("gone")),
        caused(NetworkError("x"), RuntimeError("no idea")),
        TelegramError("Invalid server response"),
    ]


class Telegram:
    """Raises one error a call, then succeeds."""

    def __init__(self, errors: Sequence[TelegramError] = ()) -> None:
        self.errors = list(errors)
        self.calls: list[float] = []

    async def __call__(self) -> bool:
        self.calls.append(time.monotonic())
        if self.errors:
            raise self.errors.pop(0)
        return False


async def request(telegram, endpoint="sendMessage", *, chat=7, pacing=None, before=None):
    pacing = pacing or RateLimiter(QUICK)
    data = {} if chat is None else {"chat_id": chat}
    return await pacing.process_request(telegram, (), {}, endpoint, data, before)


@pytest.mark.parametrize("endpoint", ["sendMessage", "editMessageText", "answerCallbackQuery"])
@pytest.mark.parametrize("error", [*never_sent(), server_error(), gateway_error()])
async def test_what_was_surely_not_carried_out_is_tried_again(endpoint, error):
    telegram = Telegram([error, error])
    assert await request(telegram, endpoint) is False
    assert len(telegram.calls) == 3


@pytest.mark.parametrize("error", in_doubt())
async def test_a_message_in_doubt_is_not_sent_again(error):
    telegram = Telegram([error])
    with pytest.raises(UncertainError):
        await request(telegram)
    assert len(telegram.calls) == 1


@pytest.mark.parametrize("endpoint", ["editMessageText", "answerCallbackQuery", "getMe"])
@pytest.mark.parametrize("error", in_doubt())
async def test_what_does_no_harm_twice_is_tried_again_when_in_doubt(endpoint, error):
    telegram = Telegram([error])
    await request(telegram, endpoint)
    assert len(telegram.calls) == 2


async def test_a_server_that_stays_broken_is_given_up():
    telegram = Telegram([server_error() for _ in range(9)])
    with pytest.raises(NetworkError):
        await request(telegram)
    assert len(telegram.calls) == QUICK.attempts


async def test_a_missing_connection_is_never_given_up_and_warned_of_once(capsys):
    telegram = Telegram([never_sent()[0] for _ in range(3 * QUICK.attempts)])
    timing = replace(QUICK, first_delay_s=0.001, longest_delay_s=0.002)
    await request(telegram, pacing=RateLimiter(timing))
    assert len(telegram.calls) == 3 * QUICK.attempts + 1
    assert "".join(capsys.readouterr()).count("no connection to Telegram") == 1


async def test_waits_double_up_to_the_longest():
    telegram = Telegram([never_sent()[0] for _ in range(5)])
    await request(
        telegram, pacing=RateLimiter(replace(QUICK, first_delay_s=0.04, longest_delay_s=0.2))
    )
    waits = [later - earlier for earlier, later in pairwise(telegram.calls)]
    for wait, longest in zip(waits, (0.04, 0.08, 0.16, 0.2, 0.2), strict=True):
        assert longest / 2 <= wait < longest + 0.05


@pytest.mark.parametrize(
    "error",
    [Forbidden("blocked"), InvalidToken(), Conflict("two"), BadRequest("no")],
)
async def test_refusals_that_time_does_not_cure_are_raised_at_once(error):
    telegram = Telegram([error])
    with pytest.raises(type(error)):
        await request(telegram)
    assert len(telegram.calls) == 1


@pytest.mark.parametrize("told", [True, False])
async def test_a_message_follows_its_group_and_leaves_thread_and_reply_behind(told):
    moves: list[tuple[int, int]] = []

    async def moved(*numbers: int) -> None:
        moves.append(numbers)

    telegram, pacing = Telegram([ChatMigrated(-9)]), RateLimiter(QUICK)
    pacing.moved = moved if told else None
    data = {"chat_id": -1, "message_thread_id": 5, "reply_parameters": {"message_id": 6}}
    assert await pacing.process_request(telegram, (), {}, "sendMessage", data, None) is False
    assert data == {"chat_id": -9}
    assert moves == [(-1, -9)] * told


async def test_an_edit_does_not_follow_as_its_message_stays_behind():
    telegram = Telegram([ChatMigrated(-9)])
    with pytest.raises(ChatMigrated):
        await request(telegram, "editMessageText")
    assert len(telegram.calls) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Message is not modified: specified new message content",
        "Query is too old and response timeout expired or query ID is invalid",
    ],
)
async def test_harmless_refusals_count_as_success(words):
    assert await request(Telegram([BadRequest(words)]), "editMessageText") is True


async def test_a_429_is_waited_out_by_its_chat_and_by_no_other():
    pacing, slow, quick = RateLimiter(QUICK), Telegram(), Telegram()
    slow.errors = [RetryAfter(1)]
    started = time.monotonic()
    held = asyncio.create_task(request(slow, pacing=pacing))
    await asyncio.sleep(0.05)
    behind = asyncio.create_task(request(slow, "editMessageText", pacing=pacing))
    await request(quick, chat=8, pacing=pacing)
    assert time.monotonic() - started < 0.5
    await asyncio.gather(held, behind)
    assert [round(moment - started) for moment in slow.calls] == [0, 1, 1]


async def test_a_429_without_a_chat_is_waited_out_too():
    telegram = Telegram([RetryAfter(1)])
    await request(telegram, "answerCallbackQuery", chat=None)
    assert telegram.calls[1] - telegram.calls[0] > 0.9


async def test_retry_after_may_be_a_plain_number_too(monkeypatch):
    pacing = RateLimiter(QUICK)
    telegram = Telegram([RetryAfter(1)])
    monkeypatch.setattr(RetryAfter, "retry_after", 0.1)
    await request(telegram, pacing=pacing)
    assert 0.05 < telegram.calls[1] - telegram.calls[0] < 0.9


async def test_typing_is_never_tried_again_nor_made_to_wait():
    telegram = Telegram([server_error()])
    with pytest.raises(NetworkError):
        await request(telegram, "sendChatAction", pacing=RateLimiter(replace(QUICK, chat=(1, 60))))
    assert len(telegram.calls) == 1


async def test_messages_to_a_chat_keep_their_distance():
    pacing, telegram = RateLimiter(replace(QUICK, chat=(1, 0.1))), Telegram()
    await asyncio.gather(*(request(telegram, pacing=pacing) for _ in range(4)))
    assert telegram.calls[-1] - telegram.calls[0] > 0.28


async def test_groups_have_a_rate_of_their_own():
    pacing, telegram = RateLimiter(replace(QUICK, group=(2, 0.2))), Telegram()
    await asyncio.gather(*(request(telegram, chat=-7, pacing=pacing) for _ in range(4)))
    assert telegram.calls[1] - telegram.calls[0] < 0.05
    assert telegram.calls[-1] - telegram.calls[0] > 0.18


async def test_all_chats_together_keep_the_overall_rate():
    pacing, telegram = RateLimiter(replace(QUICK, overall=(5, 0.2))), Telegram()
    await asyncio.gather(*(request(telegram, chat=chat, pacing=pacing) for chat in range(15)))
    assert telegram.calls[-1] - telegram.calls[0] > 0.38


async def test_answers_to_presses_are_not_paced():
    pacing, telegram = RateLimiter(replace(QUICK, chat=(1, 60))), Telegram()
    async with asyncio.timeout(30):
        for _ in range(5):
            await request(telegram, "answerCallbackQuery", pacing=pacing)


async def test_what_is_to_happen_before_sending_happens_before_every_attempt():
    telegram = Telegram([server_error()])
    noted: list[int] = []

    async def note() -> None:
        noted.append(len(telegram.calls))

    await request(telegram, before=note)
    assert noted == [0, 1]


async def test_idle_chats_are_forgotten(monkeypatch):
    monkeypatch.setattr(pacing, "_IDLE_CHATS", 5)
    timing = replace(QUICK, chat=(1, 0.001))
    own = OwnPacing(timing)
    for chat in range(40):
        await request(Telegram(), chat=chat, pacing=RateLimiter(timing, pacing=own))
        await asyncio.sleep(0.002)
    assert len(own._chats) <= 6


async def test_messages_do_not_pile_up_behind_a_slow_disk():
    pacing, telegram = RateLimiter(replace(QUICK, overall=(1, 0.05), chat=(50, 1))), Telegram()
    opened = asyncio.Event()
    waiting = [
        asyncio.create_task(request(telegram, chat=chat, pacing=pacing, before=opened.wait))
        for chat in range(4)
    ]
    await asyncio.sleep(0.3)  # as long as all of their turns take
    opened.set()
    await asyncio.gather(*waiting)
    assert telegram.calls[-1] - telegram.calls[0] >= 0.1
