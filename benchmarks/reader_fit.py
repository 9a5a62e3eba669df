"""Fit how what was read is weighed: for the order of hits, the sentence, and the verdict.

    python -m benchmarks.reader_fit HOME MESSAGES.jsonl [--check HOME MESSAGES.jsonl]...

MESSAGES are dialogues as in `tests/data/readers.jsonl`; of each the first turn counts, where it
asks for a fact or for something that nothing answers. Prints the constants of
`retrieval/reading/windows.py`, `retrieval/extraction/answer_sentence.py` and
`retrieval/ranking/answerability.py`, then how they do, cross-validated by topic on the messages
and as they are on each set to check.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.services import Services
from bot.settings import Settings
from corpus.nlp.segment import split_sentences
from retrieval.reading.windows import LEAST_BEGIN, weigh_terms
from retrieval.results import Hit
from retrieval.search import Searcher
from retrieval.tokens import tokenize

Rows = NDArray[np.float64]
_SHAPES = str.maketrans({**dict.fromkeys("‘’ʼ", "'"), **dict.fromkeys("“”«»", '"'), "\u00a0": " "})
_FOLDS = 5
_AS_WELL = 0.2


@dataclass(frozen=True)
class Case:
    """A message, its gold, and what was found and read.

    Attributes:
        topic: Messages of a topic are fitted on or tested on together.
        gold: Patterns of the words that answer; None where nothing does.
        hits: Those that were read, in the order of their scores.
        sentences: Of each hit: features of each sentence, and whether it holds the gold.
    """

    topic: str
    gold: list[str] | None
    hits: list[Hit]
    sentences: list[tuple[Rows, NDArray[np.bool_]]]

    @property
    def ranked(self) -> Rows:
        """For each hit its score, relevance, answers, and its likeliest begin's logarithm."""
        read = [(hit.score, hit.window.reading) for hit in self.hits]
        return np.array(
            [
                [
                    score,
                    reading.relevance,
                    reading.answers or 0.0,
                    math.log(reading.likeliest + LEAST_BEGIN),
                ]
                for score, reading in read
            ]
        )

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which of the hits hold the gold."""
        return np.array([bool(flags.any()) for _, flags in self.sentences])


def holds(gold: Sequence[str] | None, text: str) -> bool:
    """Whether a text holds what one of the patterns asks for."""
    plain = " ".join(text.translate(_SHAPES).split())
    return any(
        re.search(" ".join(one.translate(_SHAPES).split()), plain, re.IGNORECASE)
        for one in gold or ()
    )


def ask(home: Path, messages: Path, today: date) -> list[Case]:
    """Put a set's facts and unanswerable questions to an archive, and read without haste."""
    settings = Settings(_env_file=None, home=home, reranker="auto", reranker_ms=60_000)
    searcher = Services(settings).searcher
    cases = []
    for line in messages.read_text(encoding="utf-8").splitlines():
        dialogue = json.loads(line)
        turn = dialogue["turns"][0]
        if "answer" in turn["gold"] or "decline" in turn["gold"]:
            topic = dialogue.get("topic") or dialogue["id"].rpartition("-")[0]
            cases.append(_case(searcher, turn["text"], topic, turn["gold"].get("answer"), today))
    return [case for case in cases if case.hits]


def _case(searcher: Searcher, text: str, topic: str, gold: list[str] | None, today: date) -> Case:
    hits = [hit for hit in searcher.search(text, 20, today=today).hits if hit.window]
    hits.sort(key=lambda hit: -hit.score)
    rarity = searcher.snapshot.index.rarity
    return Case(topic, gold, hits, [_sentences(text, hit, gold, rarity) for hit in hits])


def _sentences(text: str, hit: Hit, gold, rarity) -> tuple[Rows, NDArray[np.bool_]]:
    weights = weigh_terms(text, hit.article, rarity)
    rows, flags = [], []
    for start, end in split_sentences(hit.passage.text, language=hit.article.language):
        sentence = hit.passage.text[start:end]
        share = sum(weights[term] for term in weights.keys() & set(tokenize(sentence)))
        begins = hit.window.begins_within(hit.passage.start + start, hit.passage.start + end)
        rows.append([share, math.log(begins + LEAST_BEGIN)])
        flags.append(holds(gold, sentence))
    return np.array(rows), np.array(flags)


def fit_choice(choices: Sequence[tuple[Rows, NDArray[np.bool_]]]) -> Rows:
    """Fit a conditional logit (McFadden, 1974): the weights by which right options are chosen."""
    kept = [(rows, flags) for rows, flags in choices if flags.any() and not flags.all()]

    def loss(weights: Rows) -> float:
        total = 0.0
        for rows, flags in kept:
            values = rows @ weights
            values -= values.max()
            total -= math.log(np.exp(values[flags]).sum() / np.exp(values).sum())
        return total / len(kept) + 1e-3 * float(weights @ weights)

    fitted: Rows = minimize(loss, np.zeros(kept[0][0].shape[1]), method="L-BFGS-B").x
    return fitted


@dataclass(frozen=True)
class Fit:
    """Weights of the order, of the sentence, and of the verdict with its bias last."""

    order: Rows
    sentence: Rows
    verdict: Rows

    @classmethod
    def of(cls, cases: Sequence[Case], order: Rows | None = None) -> Fit:
        """Fit the order, unless it is given, then the sentence, then the verdict."""
        answerable = [case for case in cases if case.gold]
        if order is None:
            order = fit_choice([(case.ranked, case.right) for case in answerable])
            order = order / order[0]
        sentence = fit_choice(
            [(rows, flags) for case in answerable for rows, flags in case.sentences if flags.any()]
        )
        partial = cls(order, sentence, np.zeros(0))
        shown = [partial.show(case) for case in cases]
        model = LogisticRegression(C=1, max_iter=5000)
        model.fit(np.array([rows for rows, _, _ in shown]), [right for _, right, _ in shown])
        return replace(partial, verdict=np.append(model.coef_[0], model.intercept_))

    def show(self, case: Case) -> tuple[Rows, bool, bool]:
        """The first hit's evidence, whether its marked words are right, whether it holds any."""
        worth = case.ranked @ self.order
        best = int(np.argmax(worth))
        rows, flags = case.sentences[best]
        marked = int(np.argmax(rows @ self.sentence))
        low, high = marked, marked
        for beside in (marked - 1, marked + 1):
            if 0 <= beside < len(rows) and low == high and rows[beside][1] > math.log(_AS_WELL):
                low, high = min(low, beside), max(high, beside)
        others = np.delete(worth, best)
        lead = min(1.0, worth[best] - others.max()) if len(others) else 1.0
        features = [*case.ranked[best][1:], lead]
        return np.array(features), bool(flags[low : high + 1].any()), bool(flags.any())

    def sure(self, features: Rows) -> float:
        """Return the confidence of evidence."""
        return float(1 / (1 + math.exp(-(features @ self.verdict[:-1] + self.verdict[-1]))))


def report(name: str, shown: Sequence[tuple[float, bool, bool, bool]]) -> None:
    """Print how the answers do: (confidence, marked right, held, answerable) of each message."""
    sure, right, held, answerable = (np.array(column) for column in zip(*shown, strict=True))
    facts = answerable.astype(bool)
    print(
        f"{name}: {len(shown)}, facts {facts.sum()}: marked right {right[facts].mean():.3f}, "
        f"held by the first hit {held[facts].mean():.3f}"
    )
    print(
        f"  auroc of right {roc_auc_score(right, sure):.3f}, "
        f"of answerable {roc_auc_score(facts, sure):.3f}"
    )
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        given = sure >= threshold
        print(
            f"  {threshold}: answered facts {given[facts].mean():.3f} "
            f"(right {right[facts & given].mean():.3f}), others {given[~facts].mean():.3f}, "
            f"wrong as sure {(given & ~right & ~(held & facts)).mean():.3f}"
        )


def draw(shown: Sequence[tuple[float, bool, bool, bool]], path: Path) -> None:
    """Draw how many of the answers that look sure are wrong, by how many questions get one."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    order = sorted(shown, key=lambda one: -one[0])
    answered = np.arange(1, len(order) + 1)
    wrong = np.cumsum([not right for _, right, _, _ in order]) / answered
    unanswerable = np.cumsum([not answerable for *_, answerable in order]) / answered
    figure, axes = pyplot.subplots(figsize=(6, 4.5), layout="constrained")
    axes.plot(answered / len(order), wrong, label="what is marked does not answer")
    axes.plot(answered / len(order), unanswerable, label="nothing in the archive answers")
    axes.set(
        xlabel="coverage: share of questions answered as if sure",
        ylabel="risk: share of these answers",
        ylim=(0, None),
    )
    axes.legend()
    figure.savefig(path, dpi=120)


def _folds(cases: Sequence[Case]) -> Iterator[tuple[list[Case], list[Case]]]:
    topics = sorted({case.topic for case in cases})
    for fold in range(_FOLDS):
        out = set(topics[fold::_FOLDS])
        yield (
            [one for one in cases if one.topic not in out],
            [one for one in cases if one.topic in out],
        )


def main() -> None:
    """Fit, print, check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("messages", type=Path)
    parser.add_argument("--order", type=float, nargs=4, help="take these weights for the order")
    parser.add_argument("--plot", type=Path, help="PNG of risk against coverage, cross-validated")
    parser.add_argument("--today", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument(
        "--check", nargs=3, action="append", default=[], metavar=("HOME", "FILE", "TODAY")
    )
    args = parser.parse_args()
    cases = ask(args.home, args.messages, args.today)
    order = np.array(args.order) if args.order else None
    fit = Fit.of(cases, order)
    print("order: score, relevance, answers, log begins", fit.order.round(4).tolist())
    print("sentence: share, log begins", fit.sentence.round(3).tolist())
    print(
        "verdict: relevance, answers, log begins, lead, bias",
        fit.verdict.round(3).tolist(),
    )
    crossed = []
    for taught, tested in _folds(cases):
        one = Fit.of(taught, order)
        for case in tested:
            features, right, held = one.show(case)
            crossed.append((one.sure(features), right, held, case.gold is not None))
    report("cross-validated", crossed)
    if args.plot:
        draw(crossed, args.plot)
    for home, file, today in args.check:
        shown = []
        for case in ask(Path(home), Path(file), date.fromisoformat(today)):
            features, right, held = fit.show(case)
            shown.append((fit.sure(features), right, held, case.gold is not None))
        report(file, shown)


if __name__ == "__main__":
    main()
