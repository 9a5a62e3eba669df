"""Made-up updates of every kind, thrown at the whole bot; `tests.support.fuzz` has more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from telegram import Update

from bot.telegram.sending import render
from tests.support import fuzzing
from tests.support.fuzz import Fuzz, fuzz, thrown

_QUIETLY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def bot(tmp_path_factory) -> Iterator[Fuzz]:
    with fuzz(tmp_path_factory.mktemp("fuzz")) as found:
        yield found


# Nothing is shrunk: what one update does may hang on those before it.
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=_QUIETLY,
)
@given(one=thrown())
def test_no_update_breaks_the_bot_and_whatever_it_sends_is_accepted(bot, one):
    assert bot.feed(*one) == []


@pytest.mark.filterwarnings("ignore:.*PTB_TIMEDELTA")
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=_QUIETLY)
@given(payload=fuzzing.payloads())
def test_made_up_updates_are_such_as_telegram_sends(payload):
    update = Update.de_json(payload, None)
    (kind,) = set(payload) - {"update_id"}
    assert getattr(update, kind) is not None
    assert update.to_dict()[kind].keys() == payload[kind].keys()


def test_a_bot_that_forgets_to_escape_is_caught(bot, monkeypatch):
    monkeypatch.setattr(render, "escape", lambda text, **_: text)
    chat = {"id": fuzzing.READER, "type": "private"}
    sender = {"id": fuzzing.READER, "is_bot": False, "first_name": "R"}
    message = {"message_id": 1, "date": 1_700_000_000, "chat": chat, "from": sender}
    faults = bot.feed({"message": message | {"text": "Which ferry 1 sank?"}}, 0)
    assert any("can't parse entities" in fault for fault in faults)
