"""Whether one evaluation is better than another, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from retrieval.errors import JudgmentsError
from retrieval.evaluation.evaluate import FIGURES, Evaluation
from retrieval.evaluation.qrels import Judgments

_RESAMPLES = 10_000
_BATCH = 200
"""Resamples that are held in memory at once."""
_SEED = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one figure.

    Attributes:
        figure: "hits@1" and so on; "refused" and "abstained" as in `Summary`.
        before: Mean over the questions that it concerns.
        after: The same, later.
        low: Lower end of the 95 % bootstrap interval of the mean difference.
        high: Its upper end.
        p: Of a two-sided paired randomisation test: how often as large a difference comes about
            when it is chance which of a question's two scores is the later one.
    """

    figure: str
    before: float
    after: float
    low: float
    high: float
    p: float


def read_evaluation(path: Path, judgments: Judgments) -> Evaluation:
    """Read an earlier evaluation of the same questions.

    Raises:
        JudgmentsError: It cannot be read, or is of other questions or expected answers.
    """
    try:
        earlier = TypeAdapter(Evaluation).validate_json(path.read_bytes())
    except OSError as error:
        raise JudgmentsError(f"cannot read {path}: {error.strerror}") from None
    except ValidationError:
        raise JudgmentsError(
            f"{path} is not what `byline evaluate --json` prints; save that to a file"
        ) from None
    if not _fits(earlier, judgments):
        raise JudgmentsError(
            f"{path} is of other questions or expected answers; evaluate these with both settings"
        )
    return earlier


def compare(before: Evaluation, after: Evaluation) -> list[Difference]:
    """Compare two evaluations of the same questions, question by question.

    Equal input gives equal output. A figure that concerns fewer than two questions is left out.
    """
    pairs = zip(_scores(before), _scores(after), strict=True)
    return [
        _difference(figure, np.array(old), np.array(new))
        for (figure, old), (_, new) in pairs
        if len(old) > 1
    ]


def _fits(earlier: Evaluation, judgments: Judgments) -> bool:
    asked = [(one.id, tuple(one.figures)) for one in earlier.questions]
    cases = [(case.id, FIGURES if case.expected else ()) for case in judgments.cases]
    return earlier.judgments == judgments.digest and asked == cases


def _scores(evaluation: Evaluation) -> Iterator[tuple[str, list[float]]]:
    """Yield each figure with its scores, question by question."""
    yes = [one for one in evaluation.questions if one.answerable]
    no = [one for one in evaluation.questions if not one.answerable]
    for figure in FIGURES:
        yield figure, [one.figures[figure] for one in yes]
    yield "refused", [float(not one.answered) for one in yes]
    yield "abstained", [float(not one.answered) for one in no]


def _difference(figure: str, before: NDArray[np.float64], after: NDArray[np.float64]) -> Difference:
    low, high = _interval(after - before)
    return Difference(
        figure, float(before.mean()), float(after.mean()), low, high, _p(after - before)
    )


def _interval(differences: NDArray[np.float64]) -> tuple[float, float]:
    from scipy.stats import bootstrap

    ends = bootstrap(
        (differences,),
        np.mean,
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return float(ends.low), float(ends.high)


def _p(differences: NDArray[np.float64]) -> float:
    from scipy.stats import permutation_test

    # To one sample it does what swapping the two scores of a question does: it flips signs.
    test = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        rng=np.random.default_rng(_SEED),
    )
    return float(test.pvalue)
