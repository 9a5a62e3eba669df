"""Every action has somebody who does it."""

from __future__ import annotations

import pytest

from bot import texts
from bot.dialogue.pages import Pages
from bot.dialogue.presses import Asks, Presses
from bot.dialogue.settings_menu import SettingsMenu
from bot.message_context import MessageContext
from bot.reply.actions import (
    ACTIONS,
    AdminAction,
    Admit,
    AlertAction,
    AskAlone,
    AskExactly,
    ChoosePerson,
    ExchangeAction,
    Retry,
    SettingsAction,
    ShelfAction,
    ShowInstead,
    ShowPassages,
)
from bot.reply.reply import Note, Outcome, Reply
from bot.storage.chats import ChatStore
from retrieval.answers import AnswerKind

READER = MessageContext(chat_id=7)


@pytest.fixture
def state(tmp_path):
    opened = ChatStore(tmp_path / "chats.db")
    yield opened
    opened.close()


def presses(state, **asks):
    """Presses that know how to ask, and nothing else."""
    ways = ("again", "alone", "exactly", "instead", "of_person", "as_article")
    given = {name: asks.get(name) for name in ways}
    return Presses(
        state,
        Asks(**given),
        pages=Pages(None, None, None),
        settings=SettingsMenu(None, state),
        alerts=None,
        shelf=None,
        cards=None,
    )


def test_every_action_about_an_exchange_has_a_line_in_the_table(state):
    about = {kind for kind in ACTIONS if issubclass(kind, ExchangeAction)}
    assert presses(state).table.keys() == about
    others = {
        kind
        for kind in ACTIONS
        if issubclass(kind, SettingsAction | ShelfAction | AlertAction | AdminAction)
    }
    assert about | others == ACTIONS


@pytest.mark.parametrize(
    ("kind", "way"),
    [(Retry, "again"), (AskAlone, "alone"), (AskExactly, "exactly")],
)
def test_what_was_typed_is_answered_once_more_in_the_way_that_the_button_says(state, kind, way):
    asked = state.save(READER.chat_id, "Who won?")
    do = presses(state, **{way: lambda _, exchange: Reply((Note(f"{way}: {exchange.question}"),))})
    assert do.press(READER, kind(asked.key)).reply.blocks == (Note(f"{way}: Who won?"),)


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (ShowPassages, AnswerKind.PASSAGES),
        (lambda key: ShowInstead(key, AnswerKind.TIMELINE), AnswerKind.TIMELINE),
    ],
)
def test_another_kind_of_answer_is_asked_for_by_its_name(state, make, wanted):
    asked = state.save(READER.chat_id, "Who won?")
    do = presses(state, instead=lambda _, exchange, kind: Reply((), articles=(exchange.key, kind)))
    assert do.press(READER, make(asked.key)).reply.articles == (asked.key, wanted)


def test_a_kind_of_answer_that_there_is_none_of_gets_a_toast(state):
    asked = state.save(READER.chat_id, "Who won?")
    do = presses(state, instead=lambda *_: None)
    pressed = do.press(READER, ShowInstead(asked.key, AnswerKind.SUMMARY))
    assert pressed == Outcome(texts.say("none-of-kind"))


def test_a_person_is_chosen_by_their_number(state):
    asked = state.save(READER.chat_id, "Who won?")
    do = presses(state, of_person=lambda _, exchange, number: Outcome(f"{exchange.key} {number}"))
    assert do.press(READER, ChoosePerson(asked.key, 1)).toast == f"{asked.key} 1"


@pytest.mark.parametrize("action", [None, Admit(7, wanted=True), Retry("unknown")])
def test_what_no_reader_has_a_button_for_gets_a_toast(state, action):
    assert presses(state).press(READER, action) == Outcome(texts.say("stale"))
