"""Whoever leaves publishers out is told where that may be why there is no answer."""

from __future__ import annotations

import pytest

from bot.answers.hidden_publishers import note_hidden
from bot.reply.reply import Note
from bot.storage.preferences import Preferences


def never() -> bool:
    raise AssertionError("nobody need look")


@pytest.mark.parametrize(
    ("left_out", "told"), [({"A"}, "leave out one publisher"), ({"A", "B"}, "2 publishers")]
)
def test_a_note_counts_the_publishers_that_are_left_out(left_out, told):
    (note,) = note_hidden(Preferences(left_out=frozenset(left_out)), lambda: True)
    assert isinstance(note, Note)
    assert told in note.text
    assert "/settings" in note.text


def test_nothing_is_said_where_they_know_no_better():
    assert note_hidden(Preferences(left_out=frozenset("A")), lambda: False) == ()


@pytest.mark.parametrize("now", [Preferences(), Preferences(preferred=frozenset("A"))])
def test_where_nobody_is_left_out_nobody_looks(now):
    assert note_hidden(now, never) == ()
