"""Fit how much a message leans on the one before it, on dialogues whose answers do not matter.

    leaning.py HOME DIALOGUES.jsonl [--seed 5]

A dialogue is a line, {"id": "story-1", "kind": ..., "turns": [{"text": ...}, ...]}. Each later turn
of a dialogue counts as leaning on the first; a dialogue of one turn counts as new behind one of
another story, which the id names before its last dash. Those of small talk are left out, and both
sides weigh the same. Prints the weights for `retrieval/routing/readings.py`, and how many are told
in the half of the stories that was not fitted on.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.services import Services
from bot.settings import Settings
from retrieval.query.followup import PriorTurn
from retrieval.query.intent import Ask
from retrieval.routing.readings import compare_surety, propose_leaning
from retrieval.search import Searcher

_SHIFT = 37
"""How many single messages further the one stands that comes before each."""


def story(dialogue: dict) -> str:
    """What its messages are about."""
    return dialogue["id"].rpartition("-")[0]


def pairs(dialogues: list[dict], seed: int) -> Iterator[tuple[str, str, str, bool]]:
    """Yield a story, a message, one that follows it, and whether that leans."""
    kept = [one for one in dialogues if one["kind"] != "talk"]
    for dialogue in kept:
        for turn in dialogue["turns"][1:]:
            if "talk" not in turn.get("gold", {}):
                yield story(dialogue), dialogue["turns"][0]["text"], turn["text"], True
    single = [one for one in kept if len(one["turns"]) == 1]
    random.Random(seed).shuffle(single)  # noqa: S311 - no secret
    for number, dialogue in enumerate(single):
        before = single[(number + _SHIFT) % len(single)]
        if story(before) != story(dialogue):
            yield story(dialogue), before["turns"][0]["text"], dialogue["turns"][0]["text"], False


def gather(searcher: Searcher, before: str, text: str) -> list[float] | None:
    """Return what says whether a message leans; None where nothing is in doubt."""
    day = datetime.now(UTC).date()
    hits = searcher.search(before, 1).hits
    prior = PriorTurn(before, articles=tuple(hit.article.id for hit in hits))
    context = searcher.asked(Ask(text)).context
    proposed = propose_leaning(text, prior, context, today=day)
    if proposed is None or proposed[0].more:
        return None
    leaning, signs = proposed

    def sure(intent: Ask) -> float:
        return searcher.search(intent.text, 1, talk=intent.talk, quick=True).confidence

    surer = compare_surety(Ask.read(text), leaning.intent, sure)
    return [*map(float, astuple(signs.capped)), surer]


def main() -> None:
    """Fit, and print the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("dialogues", type=Path)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    lines = given.dialogues.read_text(encoding="utf-8").splitlines()
    # Time enough to read all windows: what is found hangs on nothing else this machine does.
    settings = Settings(_env_file=None, home=given.home, reranker_ms=60_000)
    searcher = Services(settings).searcher
    searcher.refresh()
    found = [
        (about, row, leans)
        for about, before, text, leans in pairs([*map(json.loads, lines)], given.seed)
        if (row := gather(searcher, before, text)) is not None
    ]
    stories = sorted({about for about, _, _ in found})
    held_out = np.array([stories.index(about) % 2 == 1 for about, _, _ in found])
    rows, leans = np.array([row for _, row, _ in found]), np.array([one for _, _, one in found])
    half = LogisticRegression(C=3.0, class_weight="balanced").fit(rows[~held_out], leans[~held_out])
    told = half.predict(rows[held_out]) == leans[held_out]
    for name, which in (("leaning", leans[held_out]), ("new", ~leans[held_out])):
        print(f"{name}: {told[which].mean():.3f} of {which.sum()} held out are told")
    whole = LogisticRegression(C=3.0, class_weight="balanced").fit(rows, leans)
    names = ("completed", "opened", "at hand", "elsewhere", "surer")
    print(f"bias {whole.intercept_[0]:.2f}")
    print(
        "\n".join(
            f"{name} {weight:.2f}" for name, weight in zip(names, whole.coef_[0], strict=True)
        )
    )


if __name__ == "__main__":
    main()
