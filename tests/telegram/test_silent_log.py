"""No word of a reader gets into the log, whatever update comes and whatever breaks."""

from __future__ import annotations

import asyncio
import io
import logging
import sqlite3
import sys
import threading
from collections.abc import Iterator
from gc import collect
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from telegram import Update

from bot import logs
from tests.support.fake_bot import READER, serving, until
from tests.support.fakes import FakeConversation
from tests.support.telegram_server import TelegramServer

QUESTION, NAME, PHONE = "Who sold the Quxbridge", "Ottilie Zarquon", "+4915550199"
SAID = f"{QUESTION}? says {NAME}, {PHONE}"
AT = 1_700_000_000
SENDER = {"id": READER, "is_bot": False, "first_name": NAME, "username": "zarquon_ottilie"}
CHAT = {"id": READER, "type": "private", "first_name": NAME}
CHANNEL = {"id": -1_000_077, "type": "channel", "title": NAME}
IN_CHANNEL = {"message_id": 5, "date": AT, "chat": CHANNEL, "sender_chat": CHANNEL, "text": SAID}
TYPED = {"message_id": 5, "date": AT, "chat": CHAT, "from": SENDER, "text": SAID}
PHOTO = {"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}
STREET = {"country_code": "DE", "state": "", "city": NAME, "street_line1": SAID}
PLACE = STREET | {"street_line2": "", "post_code": "1"}
ORDER = {"name": NAME, "phone_number": PHONE, "shipping_address": PLACE}
MEMBER = {"user": SENDER, "status": "member"}
MEMBERSHIP = {"chat": CHAT, "from": SENDER, "date": AT}
MEMBERSHIP |= {"old_chat_member": MEMBER, "new_chat_member": MEMBER}
POLL = {"id": "1", "question": SAID, "options": [], "total_voter_count": 0, "is_closed": False}
POLL |= {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
POLL |= {"allows_revoting": False, "members_only": False}
BOOST = {"boost_id": "b", "source": {"source": "premium", "user": SENDER}}
THUMB = {"type": "emoji", "emoji": "👍"}
PAID = {"id": "1", "from": SENDER, "invoice_payload": SAID}
BUSINESS = {"business_connection_id": SAID}
JOIN = {"chat": CHANNEL, "from": SENDER, "user_chat_id": READER, "date": AT, "bio": SAID}

EVERY: dict[str, dict[str, Any]] = {
    "message": TYPED,
    "edited_message": TYPED | {"edit_date": AT},
    "channel_post": IN_CHANNEL | {"author_signature": NAME},
    "edited_channel_post": IN_CHANNEL | {"edit_date": AT},
    "inline_query": {"id": "1", "from": SENDER, "query": SAID, "offset": ""},
    "chosen_inline_result": {"result_id": SAID, "from": SENDER, "query": SAID},
    "callback_query": {"id": "1", "from": SENDER, "chat_instance": "1", "data": SAID},
    "shipping_query": PAID | {"shipping_address": PLACE},
    "pre_checkout_query": PAID | {"currency": "EUR", "total_amount": 1, "order_info": ORDER},
    "poll": POLL,
    "poll_answer": {"poll_id": "1", "user": SENDER, "option_ids": [], "option_persistent_ids": []},
    "my_chat_member": MEMBERSHIP,
    "chat_member": MEMBERSHIP,
    "chat_join_request": JOIN,
    "chat_boost": {"chat": CHANNEL, "boost": BOOST | {"add_date": AT, "expiration_date": AT}},
    "removed_chat_boost": {"chat": CHANNEL, "remove_date": AT} | BOOST,
    "message_reaction": {"chat": CHAT, "message_id": 5, "user": SENDER, "date": AT}
    | {"old_reaction": [], "new_reaction": [THUMB]},
    "message_reaction_count": {"chat": CHAT, "message_id": 5, "date": AT}
    | {"reactions": [{"type": THUMB, "total_count": 1}]},
    "business_connection": {"id": SAID, "user": SENDER, "user_chat_id": READER, "date": AT}
    | {"is_enabled": True},
    "business_message": TYPED | BUSINESS,
    "edited_business_message": TYPED | BUSINESS | {"edit_date": AT},
    "deleted_business_messages": BUSINESS | {"chat": CHAT, "message_ids": [5]},
    "purchased_paid_media": {"from": SENDER, "paid_media_payload": SAID},
    "managed_bot": {"user": SENDER, "bot": SENDER | {"is_bot": True}},
    "guest_message": TYPED | {"guest_query_id": "1"},
}
MESSAGES = [
    TYPED | {"text": "", "contact": {"phone_number": PHONE, "first_name": NAME}},
    TYPED | {"text": "", "photo": [PHOTO], "caption": SAID},
    *(TYPED | {"text": f"/{command} {SAID}"} for command in ("ask", "start", "settings", NAME)),
    TYPED | {"forward_origin": {"type": "hidden_user", "date": AT, "sender_user_name": NAME}},
]
SPOILT = {key: [SAID] for key in ("date", "from", "user", "chat", "id", "message_ids")}


class Quoting(FakeConversation):
    """Fails by exceptions that quote what it was asked."""

    def ask(self, context: Any, text: str) -> Any:
        self.asked.append((context, text))
        if len(self.asked) % 2:
            raise ValueError(f"cannot understand {text!r} of {context}")
        cause = sqlite3.OperationalError("database or disk is full")
        raise OperationalError("INSERT INTO exchange", {"question": text}, cause)

    def offers(self, context: Any, typed: Any = SAID) -> Any:
        raise KeyError(typed, context)

    visit = press = unreadable = offers

    def meet(self, context: Any) -> Any:
        logging.getLogger("telegram.ext.Application").error("Update %s", SAID)
        return super().meet(context)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        yield server


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The log at its most talkative."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in logs._OURS]
    handlers, levels = root.handlers[:], [one.level for one in (root, *ours)]
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))
    kind, stream = logging.getLoggerClass(), io.StringIO()
    logs.configure("debug", secrets=[], stream=stream)
    yield stream
    logging.setLoggerClass(kind)
    root.handlers[:] = handlers
    for one, level in zip((root, *ours), levels, strict=True):
        one.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def leaked(log: io.StringIO) -> list[str]:
    words = (QUESTION, *NAME.split(), "zarquon", PHONE.removeprefix("+49"))
    return [word for word in words if word in log.getvalue()]


@pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")
def test_every_kind_of_update_is_here():
    assert set(EVERY) == set(Update.ALL_TYPES)
    for kind, payload in EVERY.items():
        update = Update.de_json({"update_id": 1, kind: payload}, None)
        assert getattr(update, kind) is not None


@pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")
@pytest.mark.parametrize("spoilt", [{}, SPOILT], ids=["sound", "broken"])
async def test_no_update_of_any_kind_is_written_into_the_log(telegram, tmp_path, log, spoilt):
    async with serving(telegram, tmp_path, conversation=Quoting()) as bot:
        application = bot.service.application
        raw = [*EVERY.items(), *(("message", one) for one in MESSAGES)]
        for number, (kind, payload) in enumerate(raw, 9_000):
            update = {"update_id": number, kind: payload | spoilt}
            await bot.service._inbox.take(update, application.bot)
        await until(application.update_queue.empty)
        await until(lambda: not bot.service._lanes.in_hand)
    assert leaked(log) == []
    if spoilt:
        assert "it is set aside" in log.getvalue()
    else:
        for kind in ("ValueError", "KeyError", "OperationalError: database or disk is full"):
            assert kind in log.getvalue()
        assert "Update %s" in log.getvalue()


@pytest.mark.parametrize("level", ["debug", "error"])
def test_what_nobody_fetched_or_caught_is_logged_without_its_words(log, level):
    logs.configure(level, secrets=[], stream=log)

    async def fail(asked: str) -> None:
        raise ValueError(asked)

    async def lose() -> None:
        task = asyncio.create_task(fail(SAID))
        asyncio.get_running_loop().call_soon(lambda asked: 1 / len(asked[:0]), SAID)
        await asyncio.sleep(0.01)
        del task
        collect()

    asyncio.run(lose())
    assert "ValueError" in log.getvalue()
    assert "ZeroDivisionError" in log.getvalue()
    assert leaked(log) == []
