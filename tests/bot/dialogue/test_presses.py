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
    AskAlone,
    AskExactly,
    ExchangeAction,
    Retry,
    SettingsAction,
    ShowPassages,
)
from bot.reply.reply import Note, Outcome, Reply
from bot.storage.chats import ChatStore

READER = MessageContext(chat_id=7)


@pytest.fixture
def state(tmp_path):
    opened = ChatStore(tmp_path / "chats.db")
    yield opened
    opened.close()


def presses(state, **asks):
    """Presses that know how to ask, and nothing else."""
    given = {name: asks.get(name) for name in ("again", "alone", "exactly", "passages")}
    return Presses(
        state, Asks(**given), pages=Pages(None, None, None), settings=SettingsMenu(None, state)
    )


def test_every_action_about_an_exchange_has_a_line_in_the_table(state):
    about = {kind for kind in ACTIONS if issubclass(kind, ExchangeAction)}
    assert presses(state).table.keys() == about
    others = {kind for kind in ACTIONS if issubclass(kind, SettingsAction | AdminAction)}
    assert about | others == ACTIONS


@pytest.mark.parametrize(
    ("kind", "way"),
    [(Retry, "again"), (AskAlone, "alone"), (AskExactly, "exactly"), (ShowPassages, "passages")],
)
def test_what_was_typed_is_answered_once_more_in_the_way_that_the_button_says(state, kind, way):
    key = state.save(READER.chat_id, "Who won?")
    do = presses(state, **{way: lambda _, question: Reply((Note(f"{way}: {question}"),))})
    assert do.press(READER, kind(key)).reply.blocks == (Note(f"{way}: Who won?"),)


@pytest.mark.parametrize("action", [None, Admit(7, wanted=True), Retry("unknown")])
def test_what_no_reader_has_a_button_for_gets_a_toast(state, action):
    assert presses(state).press(READER, action) == Outcome(texts.say("stale"))
