"""What is stored of an update, and what becomes of it after a restart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from telegram import Bot, Update

from bot.storage.chats import ChatStore
from bot.telegram.receiving.inbox import Inbox, Leftover, carries_question, find_question
from tests.support.fakes import QUICK

BOT = Bot("1:TEST")
NOW = datetime.now(UTC)


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


@pytest.fixture
def inbox(state):
    inbox = Inbox(state, QUICK)
    yield inbox
    inbox.close()


def update(
    number: int, text: str, *, kind="message", chat=7, chat_type="private", **more
) -> Update:
    message = {
        "message_id": number,
        "date": 1_700_000_000,
        "chat": {"id": chat, "type": chat_type, "first_name": "Ann", "username": "ann_reads"},
        "from": {
            "id": 70,
            "is_bot": False,
            "first_name": "Ann",
            "last_name": "Berg",
            "language_code": "de",
        },
        "text": text,
        **more,
    }
    return Update.de_json({"update_id": number, kind: message}, BOT)


async def replayed(state: ChatStore, timing=QUICK) -> list[object]:
    inbox = Inbox(state, timing)

    class Application:
        bot = BOT

    await inbox.replay(Application())
    inbox.close()
    return [inbox.get_nowait() for _ in range(inbox.qsize())]


async def test_what_is_stored_names_nobody(inbox, state):
    reply = {
        "message_id": 3,
        "date": 1,
        "chat": {"id": 7, "type": "private", "first_name": "Ann"},
        "from": {"id": 9, "is_bot": False, "first_name": "Cleo"},
        "text": "what Cleo wrote",
    }
    await inbox.put(
        update(1, "who won?", reply_to_message=reply, forward_origin=None, author_signature="Sig")
    )
    (kept,) = state.unfinished()
    for name in ("Ann", "Berg", "ann_reads", "Cleo", "Sig"):
        assert name not in kept.payload
    assert json.loads(kept.payload)["message"]["text"] == "who won?"


@pytest.mark.parametrize("kind", ["message", "edited_message"])
async def test_a_stored_update_comes_back_fit_for_the_same_handlers(inbox, state, kind):
    command = [{"type": "bot_command", "offset": 0, "length": 4}]
    reply = {"message_id": 3, "date": 1, "chat": {"id": 7, "type": "private"}}
    before = update(
        5,
        "/ask who\nwon?",
        kind=kind,
        entities=command,
        message_thread_id=2,
        is_topic_message=True,
        edit_date=1_700_000_009 if kind == "edited_message" else None,
        reply_to_message=reply,
    )
    await inbox.put(before)
    (after,) = await replayed(state)
    for attribute in (
        *("message_id", "text", "entities", "message_thread_id", "is_topic_message"),
        *("date", "edit_date", "chat", "reply_to_message", "from_user"),
    ):
        assert getattr(after.effective_message, attribute) == getattr(
            before.effective_message, attribute
        )
    assert after.effective_user.language_code == "de"
    assert (after.update_id, getattr(after, kind) is not None) == (5, True)


@pytest.mark.parametrize(
    ("one", "kept"),
    [
        (update(1, "who won?"), True),
        (update(1, "who won?", kind="edited_message"), True),
        (update(1, "/ask who won?", chat=-7, chat_type="group"), True),
        (update(1, "@byline_bot who won?", chat=-7, chat_type="group"), False),
        (update(1, "", venue=None, caption="photo"), False),
        (Update(1), False),
    ],
)
async def test_only_what_wants_an_answer_is_stored(inbox, state, one, kept):
    await inbox.put(one)
    assert len(state.unfinished()) == kept == carries_question(one)
    assert inbox.qsize() == 1


async def test_an_update_known_already_is_dropped_even_after_it_was_answered(inbox):
    await inbox.put(update(1, "q"))
    await inbox.put(update(1, "q"))
    await inbox.done(1)
    await inbox.put(update(1, "q"))
    assert inbox.qsize() == 1


async def test_what_is_left_over_is_sorted_by_what_it_needs(inbox, state):
    for number in (4, 1, 2, 3):
        await inbox.put(update(number, f"q{number}"))
    await inbox.begin(2)
    await inbox.done(3)
    first, second, third = await replayed(state)
    assert (first.update_id, third.update_id) == (1, 4)
    assert isinstance(second, Leftover)
    assert (second.updates[0].update_id, second.late, second.chat_id) == (2, False, 7)


async def test_old_questions_are_gathered_by_chat_but_a_wish_to_be_forgotten_stands(inbox, state):
    for number, (chat, text) in enumerate(
        [(7, "a"), (8, "b"), (7, "c"), (7, "/forget"), (7, "/Forget@byline_bot")]
    ):
        await inbox.put(update(number, text, chat=chat))
    with state._engine.begin() as connection:
        old = (NOW - timedelta(seconds=QUICK.stale_s + 5)).timestamp()
        connection.execute(sa.text("UPDATE inbox SET received = :old"), {"old": old})
    await inbox.put(update(9, "fresh"))
    late_7, late_8, *rest = await replayed(state)
    assert [one.update_id for one in late_7.updates] == [0, 2]
    assert [one.update_id for one in late_8.updates] == [1]
    assert late_7.late
    assert [one.update_id for one in rest] == [3, 4, 9]


def test_a_left_over_without_a_chat_has_no_chat():
    assert Leftover((Update(1),), late=False).chat_id is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("who won?", "who won?"),
        ("/ask who won?", "who won?"),
        ("/ask@byline_bot\nwho won?", "who won?"),
        ("/ASK who", "who"),
        ("/ask", ""),
        ("/asking", "/asking"),
        ("/latest", "/latest"),
        ("please /ask who", "please /ask who"),
    ],
)
def test_a_question_is_what_follows_the_command(text, question):
    assert find_question(update(1, text)) == question


def test_a_pressed_button_holds_no_question():
    assert find_question(Update(1)) == ""
