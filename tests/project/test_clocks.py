"""Waits, timeouts and ages within a process go by a clock that nobody sets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.newsroom import ROOT

CALENDAR = {
    "bot/admin/cited_posts.py": "which posts were cited within a day",
    "bot/admin/commands.py": "figures of the last day and week",
    "bot/admin/feed_metrics.py": "since when a feed was read, across starts",
    "bot/cli/feedback.py": "since Monday",
    "bot/cli/follow.py": "when a feed is to be asked, across starts",
    "bot/cli/summarise.py": "since Monday",
    "bot/dialogue/hand_ins.py": "articles a day, from midnight to midnight",
    "bot/dialogue/quota.py": "questions a day, from midnight to midnight",
    "bot/intake.py": "for how many days what is handed in is kept",
    "bot/services.py": "what has been kept for long enough",
    "bot/storage/access.py": "since when, for whoever reads the table",
    "bot/storage/backup.py": "when a backup was made",
    "bot/storage/broadcasts.py": "how long they are kept, across starts",
    "bot/storage/channels.py": "when a post came, and since when a channel is known",
    "bot/storage/clock.py": "the clock of the chats",
    "bot/storage/erasure.py": "how old copies are, by their files",
    "bot/storage/feedback.py": "since when, for whoever reads the table",
    "bot/storage/moving/dumps.py": "what an archive is called that a restore sets aside",
    "bot/storage/swap.py": "what an archive is called that a restore sets aside",
    "bot/telegram/handlers.py": "answers are counted by the hour",
    "bot/telegram/receiving/shared_inbox.py": "when an update came, for whoever answers it",
    "bot/telegram/receiving/inbox.py": "how old a question is after a start",
    "corpus/dates.py": "what is not published yet",
    "corpus/storage/store.py": "when an article was added",
    "corpus/storage/times.py": "when a feed is to be asked again, across starts",
    "retrieval/search.py": "the day from which yesterday counts",
    "retrieval/timeline/clustering.py": "the day from which yesterday counts",
}
"""The modules that may ask what time people have, and for what."""

SETTABLE = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime"),
}


def asked(module: Path) -> Iterator[str]:
    """The calls of a module that ask a clock which can be set."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            name = f"{ast.unparse(node.value).rpartition('.')[2]}.{node.attr}"
            if name in SETTABLE:
                yield name


@pytest.mark.parametrize("package", ["bot", "corpus", "retrieval"])
def test_only_what_goes_by_the_calendar_asks_a_clock_that_can_be_set(package):
    modules = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / package).rglob("*.py")}
    found = {name for name, path in modules.items() if [*asked(path)]}
    assert found == {name for name in CALENDAR if name.startswith(f"{package}/")}


def test_a_clock_that_can_be_set_is_noticed(tmp_path):
    module = tmp_path / "late.py"
    module.write_text("until = time.time() + 5\nnow = dt.datetime.now\nago = time.monotonic()\n")
    assert {*asked(module)} == {"time.time", "datetime.now"}
