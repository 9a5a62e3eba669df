"""Readers are told the truth about what is deleted, on both databases and in every language."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.dialogue.privacy import describe_forgotten, describe_kept
from bot.message_context import MessageContext
from bot.storage.chats import ChatStore
from corpus.storage.database.postgres import Schema
from tests.support.databases import copy_of_empty
from tests.support.newsroom import BEES, newsroom

READER = MessageContext(7, private=True)
DAY = timedelta(days=1)


def said(reply) -> str:
    (note,) = reply.blocks
    return note.text


@pytest.mark.sqlite_only("is about files")
def test_on_files_nothing_is_said_of_traces(tmp_path):
    with newsroom(tmp_path, [BEES]) as room:
        talk = room.conversation
        assert "traces" not in said(talk.privacy(READER))
        room.state.save(7, "Who keeps the bees?")
        assert "is left in my files" in said(talk.forget(READER))


def test_on_postgresql_readers_are_told_that_traces_stay_for_a_while(tmp_path):
    state = ChatStore(Schema(copy_of_empty(), "chats"))
    with newsroom(tmp_path, [BEES]) as room:
        talk = Conversation(room.searcher, state)
        assert "its traces stay in that database" in said(talk.privacy(READER))
        state.save(7, "Who keeps the bees?")
        told = said(talk.forget(READER))
        assert "one question" in told
        assert "traces of it may stay" in told
        assert said(talk.forget(READER)) == texts.say("forgot-nothing")
    state.close()


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_language_says_so(language):
    with texts.speak(language):
        assert texts.say("privacy-database") in describe_kept(DAY, 30, traces=True)
        assert "/privacy" in describe_forgotten({"exchange": 2}, traces=True)
        assert "/privacy" not in describe_forgotten({"exchange": 2})
