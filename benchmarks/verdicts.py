"""Does Byline know when nothing answers? Easy questions without an answer, and hard ones.

    verdicts.py --easy HOME QUESTIONS.jsonl --hard HOME QUESTIONS.jsonl [--plot PNG]

Easy: a set with questions that nothing answers, made-up ones as a rule. Hard: a set whose questions
name their gold articles; each is asked as it is, then again without its gold articles, when only
others on the same matter are left. Some of those answer it too, so the last row also leaves out
every passage that holds the answer. The archive is not touched: what is left out is struck from the
ranking. The picture needs matplotlib, which comes with the peers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from gold import DEPTH, read_gold
from measuring import Row, open_archive, prepare, read_passages, show
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

import retrieval.search
from retrieval.index.snapshot import Index
from retrieval.query.question import Question
from retrieval.ranking.rank import Ranking, rank
from retrieval.results import Encoder, Result, Verdict

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Asked:
    """Results for questions that the archive answers, and for some that it does not."""

    answerable: list[Result]
    unanswerable: list[Result]

    @property
    def sure(self) -> NDArray[np.float64]:
        """Every question's confidence, those of the answerable first."""
        return np.array([one.confidence for one in (*self.answerable, *self.unanswerable)])

    @property
    def right(self) -> Mask:
        """Which of them the archive answers."""
        return np.arange(len(self.sure)) < len(self.answerable)


def main() -> None:
    """Ask, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--easy", nargs=2, type=Path, required=True, metavar=("HOME", "QUESTIONS"))
    parser.add_argument("--hard", nargs=2, type=Path, required=True, metavar=("HOME", "QUESTIONS"))
    parser.add_argument("--plot", type=Path, help="PNG to draw")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    args = parser.parse_args()
    prepare()
    sets = {"easy": ask_easy(*args.easy)} | ask_hard(*args.hard)
    show("Verdicts", [_row(name, asked) for name, asked in sets.items()], as_json=args.json)
    if args.plot:
        draw({name: (asked.sure, asked.right) for name, asked in sets.items()}, args.plot)


def ask_easy(home: Path, questions: Path) -> Asked:
    """Ask a set some of whose questions nothing answers."""
    searcher, asked = open_archive(home).searcher, read_gold(questions)
    found = [(gold.wanted, searcher.search(gold.query, DEPTH)) for gold in asked]
    return Asked([one for yes, one in found if yes], [one for yes, one in found if not yes])


def ask_hard(home: Path, questions: Path) -> dict[str, Asked]:
    """Ask a set as it is, then with what answers each question left out."""
    archive, asked = open_archive(home), read_gold(questions)
    searcher, passages = archive.searcher, read_passages(archive.store)
    folded = [text.casefold() for _, text in passages]
    urls = np.array([article.url or "" for article, _ in passages])
    answered = [searcher.search(gold.query, DEPTH) for gold in asked]
    sets: dict[str, list[Result]] = {"without gold articles": [], "without the answer's words": []}
    for gold in asked:
        of_gold = np.isin(urls, list(gold.urls))
        spoken = np.array([any(a.casefold() in text for a in gold.answers) for text in folded])
        for results, struck in zip(sets.values(), (of_gold, of_gold | spoken), strict=True):
            with without(struck):
                results.append(searcher.search(gold.query, DEPTH))
    return {f"hard: {name}": Asked(answered, results) for name, results in sets.items()}


@contextmanager
def without(struck: Mask) -> Iterator[None]:
    """Strike passages from every ranking while the context lasts.

    Args:
        struck: Shape (passages,).
    """

    def ranked(question: Question, index: Index, encoder: Encoder, count: int) -> Ranking:
        ranking = rank(question, index, encoder, count + int(struck.sum()))
        return replace(
            ranking,
            places=[place for place in ranking.rows if not struck[place]][:count],
            scores=np.where(struck, 0, ranking.scores),
            dense=np.where(struck, 0, ranking.dense),
        )

    with patch.object(retrieval.search, "rank", ranked):
        yield


def _row(name: str, asked: Asked) -> Row:
    return {
        "what": name,
        "answerable": len(asked.answerable),
        "refused": _declined(asked.answerable),
        "nothing answers": len(asked.unanswerable),
        "abstained": _declined(asked.unanswerable),
        "auroc": float(roc_auc_score(asked.right, asked.sure)),
    }


def _declined(results: Sequence[Result]) -> float:
    return float(np.mean([one.verdict is not Verdict.ANSWER for one in results]))


def draw(sets: Mapping[str, tuple[NDArray[np.float64], Mask]], path: Path) -> None:
    """Draw which share of the answers given has no answer, by the share of questions answered.

    Args:
        sets: By name, the confidence in every question, and whether the archive answers it.
        path: PNG to write.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4.5), layout="constrained")
    for name, (sure, right) in sets.items():
        order, asked = np.argsort(-sure, kind="stable"), np.arange(1, len(sure) + 1)
        (line,) = axes.plot(asked / len(sure), np.cumsum(~right[order]) / asked, label=name)
        axes.axvline(right.mean(), linestyle=":", color=line.get_color())
    axes.plot([], [], linestyle=":", color="grey", label="share that is answerable")
    axes.set(
        xlabel="coverage: share of questions answered",
        ylabel="risk: share of answers to questions\nthat the archive does not answer",
        ylim=(0, None),
    )
    figure.legend(loc="outside lower center", ncols=2)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
