"""The one table of commands, and that whoever answers them is there."""

from __future__ import annotations

import inspect
import re

import pytest

from bot import texts
from bot.admin.commands import AdminCommands
from bot.dialogue.conversation import Conversation
from bot.intents.commands import (
    ADMINS,
    BROADCAST,
    FORGET,
    READERS,
    START,
    STATS,
    Where,
    describe,
    explain,
    read_command,
    split_command,
)

EVERY = (*READERS, *ADMINS)


def takes(method) -> list[str]:
    """What a method takes, but for what it belongs to."""
    return list(inspect.signature(method).parameters)[1:]


@pytest.mark.parametrize("command", READERS, ids=lambda one: one.name)
def test_the_conversation_answers_every_command_of_readers(command):
    first, *words = takes(getattr(Conversation, command.answered_by))
    assert first == "context"
    assert len(words) == command.words


@pytest.mark.parametrize("command", ADMINS, ids=lambda one: one.name)
def test_those_who_run_the_bot_are_answered_too(command):
    if command in (STATS, BROADCAST):  # a picture, and what goes out to everybody
        return
    first, *words = takes(getattr(AdminCommands, command.answered_by))
    assert first == "context"
    assert len(words) == command.words


def test_names_are_such_as_telegram_takes_and_no_two_alike():
    names = [one.name for one in EVERY]
    assert len(set(names)) == len(names) <= 32
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_command_that_is_listed_is_described(language):
    with texts.speak(language):
        assert all(describe(one) for one in EVERY if one.menu)
        for one in EVERY:
            if one.help:
                assert re.match(rf"/{one.name}\b", explain(one))


def test_admins_commands_are_not_for_groups_but_about_whom_they_reply_to():
    assert not any(Where.GROUPS in one.where for one in ADMINS)
    assert all(one.where is Where.EVERYWHERE for one in READERS)


def test_what_stands_after_a_command_keeps_its_lines():
    assert split_command("/broadcast@byline_bot  One\n\ntwo ") == ("broadcast", "One\n\ntwo")
    assert split_command("") == ("", "")


@pytest.mark.parametrize(
    ("text", "command", "words"),
    [
        ("/forget", FORGET, ""),
        (" /Forget@byline_bot  now ", FORGET, "now"),
        ("/start p_1", START, "p_1"),
        ("/start\np_1", START, "p_1"),
        ("/forgetful", None, ""),
        ("/stats", None, ""),
        ("/", None, ""),
        ("/forget!", None, ""),
        ("forget", None, ""),
        ("", None, ""),
    ],
)
def test_a_command_is_read_with_the_words_behind_it(text, command, words):
    assert read_command(text) == (command, words)
    if command:
        assert read_command(command.write(words)) == (command, words)
