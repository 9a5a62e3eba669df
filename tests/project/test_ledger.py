"""Each message of a soak is led back to the question that it is for."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot import texts
from bot.reply.actions import Rate, Retry, encode
from tests.support.telegram_world import Chat, Message

READER, GROUP = 7, -100
_BOT = {"id": 1, "is_bot": True, "first_name": "Byline"}


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import ledger

    yield ledger
    sys.modules.pop("ledger")


@pytest.fixture
def book(module):
    """Keys are what they ask; messages 40 and above are noted as answering 10 less."""
    return module.Ledger(str, lambda _, message: message - 10 if message >= 40 else None)


def asks(module, book, message, text, chat=READER):
    question = module.Question(chat, message, text, 100.0 + message)
    book.ask(question)
    return question


def message(number, text="The ferry left.", key="", chat=READER, action=Rate, **more):
    known = {"good": True, "page": 0, "whole": False} if action is Rate else {}
    rows = (({"callback_data": encode(action(key, **known)), "text": "+"},),) if key else ()
    return Message(Chat(chat), number, _BOT, text, buttons=rows, sent_at=200.0, **more)


def test_keys_replies_and_notes_lead_to_the_question(module, book):
    first, second = asks(module, book, 1, "ferry"), asks(module, book, 2, "/summary bees")
    group = asks(module, book, 5, "ferry", GROUP)
    book.hear(message(11, key="bees"))
    book.hear(message(12, texts.say("uncertain"), key="ferry", action=Retry))
    book.hear(replace(message(6, chat=GROUP), reply_to=5))
    assert (second.answers, first.notes.total(), group.answers) == (1, 1, 1)
    assert (book.guessed, book.waiting) == (0, 0)


def test_what_has_no_key_is_looked_up_later_and_else_belongs_to_the_oldest(module, book):
    first, second = asks(module, book, 29, "ferry"), asks(module, book, 30, "bees")
    book.hear(message(40, key="other"))
    book.look_back()
    assert book.waiting == 2
    book.look_back(wait=False)
    assert (first.answers, second.answers, book.guessed) == (0, 1, 0)
    book.hear(message(39))
    book.look_back(wait=False)
    assert (first.answers, second.answers, book.guessed) == (1, 1, 1)


def test_of_two_that_ask_the_same_the_first_is_answered_first(module, book):
    asked = [asks(module, book, number, "ferry") for number in (1, 2)]
    for number in (11, 12, 13):
        book.hear(message(number, key="ferry"))
        book.look_back(wait=False)
    assert [one.answers for one in asked] == [1, 2]


def test_a_number_in_line_settles_nothing_and_an_apology_settles_as_many_as_it_says(module, book):
    asked = [asks(module, book, number, f"q{number}") for number in (1, 2, 3)]
    book.hear(message(4, texts.say("in-line", count=30)))
    assert (book.waiting, book.waits.total()) == (3, 1)
    book.hear(message(5, texts.say("late", questions=2)))
    assert [one.settled for one in asked] == [True, True, False]
    book.hear(message(6, texts.say("in-crowd")))
    assert book.unsettled() == []
    book.hear(message(7, key="q1"))
    assert asked[0].answers == 1
    assert not book.strays


def test_whoever_is_heard_of_after_a_later_question_of_the_chat_is_overtaken(module, book):
    first, second = asks(module, book, 1, "ferry"), asks(module, book, 2, "bees")
    group = asks(module, book, 3, "otters", GROUP)
    book.hear(replace(message(11, key="ferry"), sent_at=210.0))
    book.hear(replace(message(12, key="bees"), sent_at=211.0))
    assert book.find_overtaken() == []
    second.waited_s = 205.0 - second.at
    assert book.find_overtaken() == [first]
    assert group.waited_s is None
