"""Fit the weights that choose speakers, and measure them.

    python benchmarks/attributions.py fit TRAIN.jsonl
    python benchmarks/attributions.py curve DEV.jsonl --plot docs/attribution.png

Each line is an article: ``text``, and ``quotes`` with ``direct_parts``, ``source`` and
``content``, lists of ``start``, ``end``. ``fit`` writes corpus/data/speakers_en.json. ``curve``
prints how precise the quotations are at each confidence, and draws it. Quotations under four
words are not counted; one that matches no annotated quotation is wrong.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from corpus.attribution import selection
from corpus.attribution.attribute import attribute
from corpus.attribution.attribution import Kind
from corpus.attribution.features import Page, describe_nothing, find_candidates
from corpus.attribution.indirect_speech import find_reports
from corpus.nlp.quotation_marks import pair_quotations
from corpus.nlp.segment import Slice
from corpus.nlp.spacy_model import parse

SHORTEST = 4
"""Words below which a quotation is not counted."""
PENALTY = 2.0
RAREST = 8
"""Least candidates that must show a trait before it gets a weight."""
NEGLIGIBLE = 0.03
WEIGHTS = Path(selection.__file__).parents[1] / "data" / "speakers_en.json"

app = typer.Typer(add_completion=False)
Gold = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A quotation with its candidates; the last is nobody.

    Attributes:
        traits: Of each candidate.
        right: Of each candidate, whether it is who said it.
        weight: How much the case counts.
    """

    traits: list[tuple[str, ...]]
    right: list[bool]
    weight: float


def read(path: Path) -> list[Gold]:
    """Read annotated articles."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def overlap(one: Slice, other: Slice) -> float:
    """Return what two slices share, as a part of both together."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0, shared) / (max(one[1], other[1]) - min(one[0], other[0]))


def meant(article: Gold, quote: Slice) -> Gold | None:
    """Return the annotation of a quotation."""
    for annotated in article["quotes"]:
        for part in annotated["direct_parts"]:
            if overlap((part["start"], part["end"]), quote) >= 1 / 2:
                found: Gold = annotated
                return found
    return None


def named(annotated: Gold, mention: Slice) -> bool:
    """Tell whether a mention overlaps the annotated speaker."""
    return any(overlap((one["start"], one["end"]), mention) > 0 for one in annotated["source"])


def cases(article: Gold) -> Iterator[Case]:
    """Turn an article into cases; a quotation whose speaker no candidate names is none."""
    text = article["text"]
    found, doc = pair_quotations(text), parse(text)
    page = Page(doc, found, find_reports(doc, [quotation.outer for quotation in found]))
    for which, quotation in enumerate(found):
        options = find_candidates(page, which)
        annotated = meant(article, quotation.outer)
        if annotated is not None and not annotated["source"]:
            continue
        mentions = [doc[slice(*option.saying.mention)] for option in options]
        right = [
            annotated is not None and named(annotated, (span.start_char, span.end_char))
            for span in mentions
        ]
        if annotated is None or any(right):
            traits = [
                *(option.traits for option in options),
                describe_nothing(page, which, options),
            ]
            long = len(text[slice(*quotation.inner)].split()) >= SHORTEST
            yield Case(traits, [*right, annotated is None], 1.0 if long else 0.5)


def weights(known: Sequence[Case]) -> dict[str, float]:
    """Fit a weight to every trait that is not rare: conditional logit, small weights preferred."""
    rows = list(chain.from_iterable(case.traits for case in known))
    counts = Counter(chain.from_iterable(rows))
    column = {
        trait: at for at, trait in enumerate(sorted(t for t in counts if counts[t] >= RAREST))
    }
    places = [[column[trait] for trait in row if trait in column] for row in rows]
    ends = np.cumsum([0, *map(len, places)])
    flat = np.fromiter(chain.from_iterable(places), dtype=np.int64)
    table = csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(column)))
    fitted = minimize(
        _loss,
        np.zeros(len(column)),
        args=(table, known),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 150},
    )
    return {
        trait: round(float(weight), 2)
        for trait, weight in zip(column, fitted.x, strict=True)
        if abs(weight) >= NEGLIGIBLE
    }


def _loss(
    betas: NDArray[np.float64], table: csr_matrix, known: Sequence[Case]
) -> tuple[float, NDArray[np.float64]]:
    sizes = [len(case.right) for case in known]
    starts = np.cumsum([0, *sizes[:-1]])
    spread = np.repeat(np.arange(len(sizes)), sizes)
    right = np.array(list(chain.from_iterable(case.right for case in known)), dtype=float)
    counts = np.array([case.weight for case in known])
    scores = table @ betas
    powers = np.exp(scores - np.maximum.reduceat(scores, starts)[spread])
    total, good = np.add.reduceat(powers, starts), np.add.reduceat(powers * right, starts)
    error = (powers / total[spread] - powers * right / good[spread]) * counts[spread]
    loss = float((counts * (np.log(total) - np.log(good))).sum() + PENALTY * betas @ betas / 2)
    return loss, table.T @ error + PENALTY * betas


@app.command()
def fit(train: Path) -> None:
    """Fit the weights and write them where Byline reads them."""
    known = [case for article in read(train) for case in cases(article)]
    fitted = weights(known)
    lines = json.dumps(fitted, indent=0, sort_keys=True, ensure_ascii=False)
    WEIGHTS.write_text(lines + "\n", "utf-8")
    print(f"{len(fitted)} weights from {len(known)} quotations")


@app.command()
def curve(dev: Path, plot: Annotated[Path | None, typer.Option()] = None) -> None:
    """Print precision and coverage by confidence; draw them."""
    articles = read(dev)
    judged = sorted(chain.from_iterable(map(_judged, articles)), reverse=True)
    total = sum(
        len(part["text"].split()) >= SHORTEST
        for article in articles
        for annotated in article["quotes"]
        for part in annotated["direct_parts"]
    )
    right = np.cumsum([good for _, good in judged])
    precision, coverage = right / np.arange(1, len(judged) + 1), right / total
    for bound in (0.99, 0.95, 0.9, 0.8, 0.7, 0.6):
        at = max(1, sum(confidence >= bound for confidence, _ in judged)) - 1
        print(f"confidence {bound:.2f}: precision {precision[at]:.3f}, found {coverage[at]:.3f}")
    if plot is not None:
        _draw(plot, coverage, precision)


def _judged(article: Gold) -> Iterator[tuple[float, bool]]:
    for found in attribute(article["text"]):
        words = article["text"][slice(*found.quote)].split()
        if found.kind is not Kind.REPORTED and len(words) >= SHORTEST and found.speaker:
            annotated = meant(article, found.quote)
            yield found.confidence, annotated is not None and named(annotated, found.speaker)


def _draw(path: Path, coverage: NDArray[np.float64], precision: NDArray[np.float64]) -> None:
    # Only this needs it.
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    axes.plot(100 * coverage[20:], 100 * precision[20:])
    axes.set(xlabel="annotated quotations found, %", ylabel="quotations with the right speaker, %")
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    app()
