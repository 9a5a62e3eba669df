from __future__ import annotations

from datetime import UTC, datetime

from bot.pages.newsroom.likeness import gather
from bot.storage.pages.asked import Question
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.models import FakeEncoder

NOW = datetime(2026, 5, 3, tzinfo=UTC)


def ask(*texts: str) -> list[Question]:
    return [Question(text, text, AnswerKind.PASSAGES, Verdict.NOTHING, NOW) for text in texts]


def test_questions_that_are_alike_are_gathered_the_largest_group_first():
    groups = gather(
        ask("who owns the mill", "when does the ferry sail", "who owns the mill now",
            "does the ferry sail when", "when does the ferry sail today"),
        FakeEncoder(),
    )  # fmt: skip
    assert [[one.text for one in group.questions] for group in groups] == [
        ["when does the ferry sail", "does the ferry sail when", "when does the ferry sail today"],
        ["who owns the mill", "who owns the mill now"],
    ]


def test_each_question_is_in_one_group():
    texts = [f"word{n} word{n + 1} word{n + 2} word{n + 3}" for n in range(30)]
    groups = gather(ask(*texts), FakeEncoder())
    told = [one.text for group in groups for one in group.questions]
    assert sorted(told) == sorted(texts)


def test_nothing_makes_no_group():
    assert gather([], FakeEncoder()) == []
