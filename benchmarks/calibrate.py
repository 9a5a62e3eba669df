"""Fit the verdict's weights on questions of which it is known whether an archive answers them.

    calibrate.py --yes HOME ANSWERABLE.txt --no HOME UNANSWERABLE.txt [--refuse 0.045] [--plot PNG]

Each of --yes and --no takes an archive and a file of questions, one on a line, and may be given
several times; every set weighs the same, within its side, and one given twice weighs twice.
Prints the weights for `retrieval/ranking/answerability.py`, the threshold at which the given share
of answerable questions would be refused, and how well each set is told apart.
Needs the peers' environment (`make bench-peers`).
"""

from __future__ import annotations

import argparse
from dataclasses import astuple
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.services import Services
from bot.settings import Settings
from retrieval.query.question import understand
from retrieval.ranking.rank import rank
from retrieval.search import weigh


@cache
def evidence(home: Path, questions: Path) -> np.ndarray:
    """Return what `weigh` gathers for each question, shape (questions, features)."""
    searcher = Services(Settings(_env_file=None, home=home)).searcher
    index, publishers = searcher.snapshot.index, searcher.snapshot.publishers
    today = datetime.now(UTC).date()
    rows = []
    for text in filter(None, map(str.strip, questions.read_text(encoding="utf-8").splitlines())):
        question = understand(text, publishers=publishers, today=today)
        ranking = rank(question, index, searcher.encoder, 20)
        rows.append(astuple(weigh(question, index, ranking)))
    return np.array(rows)


def plot(sure: np.ndarray, answerable: np.ndarray, file: Path) -> None:
    """Draw which share of the answers given has no answer, by the share of questions answered."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    order = np.argsort(-sure)
    wrong = np.cumsum(~answerable[order]) / np.arange(1, len(order) + 1)
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    axes.plot(np.arange(1, len(order) + 1) / len(order), wrong)
    axes.axvline(answerable.mean(), linestyle=":", color="grey", label="share that is answerable")
    axes.set(
        xlabel="coverage: share of questions answered",
        ylabel="risk: share of answers to questions\nthat the archive does not answer",
        ylim=(0, None),
    )
    axes.legend()
    figure.savefig(file, dpi=120)


def main() -> None:
    """Fit, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--yes", nargs=2, type=Path, action="append", required=True)
    parser.add_argument("--no", nargs=2, type=Path, action="append", required=True)
    parser.add_argument("--refuse", type=float, default=0.045)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    sets = [(True, *pair) for pair in args.yes] + [(False, *pair) for pair in args.no]
    found = [(yes, file, evidence(home.expanduser(), file)) for yes, home, file in sets]
    sides = {True: len(args.yes), False: len(args.no)}
    features = np.vstack([rows for _, _, rows in found])
    answerable = np.concatenate([np.full(len(rows), yes) for yes, _, rows in found])
    weights = [np.full(len(rows), 1 / len(rows) / sides[yes]) for yes, _, rows in found]
    model = LogisticRegression(C=100, max_iter=5000)
    model.fit(features, answerable, sample_weight=np.concatenate(weights) * len(features))
    sure = model.predict_proba(features)[:, 1]
    threshold = np.quantile(sure[answerable], args.refuse)
    names = ("cosine", "covered", "named")
    for name, weight in zip(names, model.coef_[0], strict=True):
        print(f"{name:10}{weight:8.2f}")
    print(f"{'bias':10}{model.intercept_[0]:8.2f}\n{'threshold':10}{threshold:8.3f}")
    print(f"{'auroc':10}{roc_auc_score(answerable, sure):8.4f}")
    first = 0
    for yes, file, rows in found:
        share = (sure[first : first + len(rows)] >= threshold).mean()
        first += len(rows)
        print(f"{'answerable' if yes else 'unanswerable':13}{share:7.1%} answered  {file.name}")
    if args.plot:
        plot(sure, answerable, args.plot)


if __name__ == "__main__":
    main()
