"""What is typed before it is a question counts a tenth of one, whichever replicas look it up."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle

from bot.dialogue.quota import DailyQuota
from bot.message_context import MessageContext
from bot.reply.actions import AskAlone
from bot.storage.chats import ChatStore
from corpus.storage.database.postgres import Schema
from tests.support.databases import copy_of_empty

READER = 7
HERE = MessageContext(READER, private=True)


def test_ten_look_ups_count_as_a_question_over_all_replicas(monkeypatch):
    drawn = cycle(reversed(range(10)))
    monkeypatch.setattr("bot.dialogue.quota.randbelow", lambda _: next(drawn))
    url = copy_of_empty()
    states = [ChatStore(Schema(url, "chats")) for _ in range(2)]
    quotas = [DailyQuota(state, a_day=2) for state in states]
    try:
        hours = [quotas[n % 2].hours_to_look_up(HERE, READER) for n in range(30)]
        assert hours[:20] == [0] * 20
        assert all(0 < one <= 24 for one in hours[20:])
        assert states[0].access.spent(READER, datetime.now(UTC)) == 3
        assert not quotas[0].toast(8, AskAlone("k"))
    finally:
        for state in states:
            state.close()
