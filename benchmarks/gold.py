"""Questions of which it is known what answers them, and how well a ranking does on them.

Two forms of JSON Lines are read, those of the two sets behind the README's figures:

    {"query": ..., "evidence": [{"fact": "A sentence of an article."}, ...]}
    {"question": ..., "answer": ["One way to write it", ...], "gold_urls": [...]}

In the first a passage is right when it holds one of the facts whole, white space aside; a question
without evidence is one that nothing answers. In the second it is right when it comes from one of
the gold articles and holds the answer, case aside.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from measuring import Row

DEPTH = 10
"""Passages of a ranking that are looked at."""

Found = Sequence[tuple[str | None, str]]
"""A ranking's passages, best first: the article's URL and the passage's text."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A question and what answers it.

    Attributes:
        query: The question.
        facts: Sentences, each of which is one piece of evidence; empty in the second form.
        answers: Ways to write the answer; empty in the first form.
        urls: Of the articles that hold the answer; empty in the first form.
    """

    query: str
    facts: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    urls: frozenset[str] = frozenset()

    @property
    def wanted(self) -> int:
        """Pieces of evidence there are; 0 where nothing answers the question."""
        return len(self.facts) or len(self.answers[:1])

    def right(self, url: str | None, text: str) -> set[int]:
        """Say which pieces of evidence a passage holds."""
        if self.answers:
            return {0} if url in self.urls and self.spoken_in(text) else set()
        squeezed = _squeeze(text)
        return {place for place, fact in enumerate(self.facts) if _squeeze(fact) in squeezed}

    def spoken_in(self, text: str) -> bool:
        """Whether a text holds the answer, whichever article it is from."""
        folded = text.casefold()
        return any(answer.casefold() in folded for answer in self.answers)


def read_gold(path: Path) -> list[Gold]:
    """Read questions in either form."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_gold(json.loads(line)) for line in lines if line.strip()]


def _gold(record: dict[str, Any]) -> Gold:
    if "gold_urls" in record:
        urls = frozenset(record["gold_urls"])
        return Gold(record["question"], answers=tuple(record["answer"]), urls=urls)
    return Gold(record["query"], facts=tuple(piece["fact"] for piece in record["evidence"]))


def figures(questions: Sequence[Gold], rankings: Sequence[Found]) -> Row:
    """Average a system's figures over the questions that something answers.

    Args:
        questions: In the order of the rankings; those that nothing answers are passed over.
        rankings: Best first; what comes after the first `DEPTH` passages is ignored.

    Returns:
        ``hits@k``: share of questions with a right passage among the first k. ``mrr@10``: mean of
        1 / rank of the first right passage, 0 beyond rank 10. ``evidence@10``, where some question
        has several pieces: share of a question's pieces in the first 10.
    """
    pairs = [pair for pair in zip(questions, rankings, strict=True) if pair[0].wanted]
    held = [[gold.right(*passage) for passage in found[:DEPTH]] for gold, found in pairs]
    ranks = [next((n for n, pieces in enumerate(some, 1) if pieces), np.inf) for some in held]
    row: Row = {f"hits@{k}": float(np.mean([rank <= k for rank in ranks])) for k in (1, 4, 10)}
    row["mrr@10"] = float(np.mean([1 / rank for rank in ranks]))
    wanted = [gold.wanted for gold, _ in pairs]
    if max(wanted) > 1:
        shares = [len(set().union(*some)) / n for some, n in zip(held, wanted, strict=True)]
        row["evidence@10"] = float(np.mean(shares))
    return row


@lru_cache(maxsize=50_000)
def _squeeze(text: str) -> str:
    return "".join(text.split())
