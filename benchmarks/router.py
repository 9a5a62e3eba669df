"""Fit the weights by which the routes compete, and report how well they tell what is wanted.

    python benchmarks/router.py tests/data/messages.jsonl --write retrieval/data/router_en.json

Messages are JSON Lines: ``text``, the kind of answer ``wanted``, kinds that would please nearly as
much (``also``), and a ``topic``. They are put to the bundled sample, every route is run, and a
softmax regression is fitted on three topics in four, chosen by their hash. Of the others it prints
which kind was shown for which was wanted. Without --write it only reports the shipped weights. To
read takes most of its two minutes; --cache keeps what was found, for as long as no route changes.
"""

from __future__ import annotations

import json
import pickle
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.services import Services
from bot.settings import Settings
from corpus.readers.sample import seed
from retrieval.answers import AnswerKind
from retrieval.query.intent import Ask
from retrieval.routing.router import ROUTES, Proposal, Weights, choose, load_weights
from retrieval.search import Searcher

PENALTY = 4.0
"""Of a weight's square; chosen by cross-validation over topics on the training part."""
SEEN, TOPICS = 4, 3
"""Messages and topics that must show a sign before it gets a weight: what is about one story only
says nothing about the next."""
ALSO = 0.3
"""What the kinds that would please too get of a message's weight."""
HELD = 4
"""One topic in as many is held out."""
TODAY = date(2026, 10, 1)

Features = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A message with all that the routes found for it."""

    text: str
    topic: str
    wanted: AnswerKind
    also: tuple[AnswerKind, ...]
    signs: Mapping[str, float]
    proposals: Mapping[AnswerKind, Proposal]

    @property
    def held(self) -> bool:
        """Whether its topic is one of those that nothing is fitted on."""
        return blake2s(self.topic.encode()).digest()[0] % HELD == 0

    @property
    def target(self) -> list[float]:
        """How the message's weight is shared out among the routes."""
        shares = dict.fromkeys(ROUTES, 0.0)
        for kind in self.also:
            shares[kind] = ALSO / len(self.also)
        shares[self.wanted] = 1 - sum(shares.values())
        return list(shares.values())


def main(
    messages: Annotated[Path, typer.Argument(help="JSON Lines.")],
    write: Annotated[Path | None, typer.Option(help="Where the fitted weights go.")] = None,
    penalty: Annotated[float, typer.Option(help="Of a weight's square.")] = PENALTY,
    cache: Annotated[Path | None, typer.Option(help="Keeps what the routes found.")] = None,
    mistakes: Annotated[bool, typer.Option(help="List the held-out messages gone wrong.")] = False,
) -> None:
    """Fit and report."""
    cases = _remembered(messages, cache) if cache else gather(messages)
    train = [case for case in cases if not case.held]
    if write:
        for tried in sorted({0.5, 1.0, 2.0, 4.0, 8.0, penalty}):
            print(f"penalty {tried}: cross-validated {validated(train, tried):.3f}")
        weights = fit(train, penalty)
        write.write_text(json.dumps(_rounded(weights), ensure_ascii=False, indent=0) + "\n")
    else:
        weights = load_weights()
    for name, part in (("train", train), ("held out", [case for case in cases if case.held])):
        report(name, part, weights)
    if mistakes:
        for case in cases:
            kind = shown(case, weights)
            if case.held and kind not in (case.wanted, *case.also):
                print(f"{case.wanted.value:>10} -> {kind.value:10} {case.text}")


def _remembered(messages: Path, cache: Path) -> list[Case]:
    """Read what the routes found from a file of ours, or find it and keep it there."""
    if not cache.exists():
        cache.write_bytes(pickle.dumps(gather(messages)))
    return pickle.loads(cache.read_bytes())  # noqa: S301 - written above, by whoever runs this


def gather(messages: Path) -> list[Case]:
    """Put the messages to the sample, and run every route."""
    lines = [json.loads(line) for line in messages.read_text(encoding="utf-8").splitlines()]
    with TemporaryDirectory() as folder:
        # Time enough to read all windows: what is found hangs on nothing else this machine does.
        settings = Settings(_env_file=None, home=Path(folder), reranker_ms=60_000)
        sample = Services(settings)
        attributor = sample.attributor
        seed(sample.store, sample.home, sample.encoder, lambda _: None, attributor=attributor)
        return [_case(line, sample.searcher) for line in lines]


def _case(line: Mapping[str, Any], searcher: Searcher) -> Case:
    ask = Ask.read(searcher.spell(line["text"]).text)  # as the conversation does before it asks
    asked = searcher.asked(ask, today=TODAY)
    found = {kind: propose() for kind, propose in asked.routes().items()}
    return Case(
        text=line["text"],
        topic=line["topic"],
        wanted=AnswerKind(line["wanted"]),
        also=tuple(AnswerKind(kind) for kind in line["also"]),
        signs=asked.signs,
        proposals={kind: proposal for kind, proposal in found.items() if proposal},
    )


def fit(cases: Sequence[Case], penalty: float) -> Weights:
    """Fit a softmax regression; a route that has nothing to show competes for nothing."""
    names = sorted(_common(cases))
    evidence = {
        kind: sorted({name for case in cases for name in _evidence(case, kind)}) for kind in ROUTES
    }
    blocks = [_matrix(cases, kind, names, evidence[kind]) for kind in ROUTES]
    usable = np.array([[kind in case.proposals for kind in ROUTES] for case in cases])
    targets = np.array([case.target for case in cases]) * usable
    sizes = [block.shape[1] for block in blocks]
    ends = np.cumsum([0, *sizes])

    def loss(flat: Features) -> tuple[float, Features]:
        parts = [flat[ends[number] : ends[number + 1]] for number in range(len(blocks))]
        scores = np.stack([b @ part for b, part in zip(blocks, parts, strict=True)], axis=1)
        scores = np.where(usable, scores, -1e9)
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        total = targets.sum(axis=1, keepdims=True)
        away = chances * total - targets
        slopes = [b.T @ away[:, n] for n, b in enumerate(blocks)]
        slopes = [s + penalty * _shrunk(part) for s, part in zip(slopes, parts, strict=True)]
        cost = -(targets * np.log(chances + 1e-12)).sum()
        cost += penalty / 2 * sum((_shrunk(part) ** 2).sum() for part in parts)
        return float(cost), np.concatenate(slopes)

    fitted = minimize(loss, np.zeros(ends[-1]), jac=True, method="L-BFGS-B").x
    parts = [fitted[ends[number] : ends[number + 1]] for number in range(len(blocks))]
    return _weights(cases, names, evidence, parts)


def _shrunk(part: Features) -> Features:
    """The weights that are kept small: all but the bias, which comes first."""
    return np.concatenate([[0.0], part[1:]])


def _common(cases: Sequence[Case]) -> set[str]:
    counts = Counter(sign for case in cases for sign in case.signs)
    topics: defaultdict[str, set[str]] = defaultdict(set)
    for case in cases:
        for sign in case.signs:
            topics[sign].add(case.topic)
    return {s for s, n in counts.items() if n >= SEEN and len(topics[s]) >= TOPICS}


def _evidence(case: Case, kind: AnswerKind) -> Mapping[str, float]:
    return case.proposals[kind].evidence if kind in case.proposals else {}


def _matrix(
    cases: Sequence[Case], kind: AnswerKind, names: Sequence[str], evidence: Sequence[str]
) -> Features:
    return np.array(
        [
            [1.0]
            + [case.signs.get(name, 0.0) for name in names]
            + [_evidence(case, kind).get(name, 0.0) for name in evidence]
            for case in cases
        ]
    )


def _weights(
    cases: Sequence[Case],
    names: Sequence[str],
    evidence: Mapping[AnswerKind, Sequence[str]],
    parts: Sequence[Features],
) -> Weights:
    signs, found, bias, usual = {}, {}, {}, {}
    for kind, part in zip(ROUTES, parts, strict=True):
        bias[kind.value] = float(part[0])
        signs[kind.value] = dict(zip(names, part[1 : 1 + len(names)].tolist(), strict=True))
        found[kind.value] = dict(zip(evidence[kind], part[1 + len(names) :].tolist(), strict=True))
        seen = [_evidence(case, kind) for case in cases if kind in case.proposals]
        usual[kind.value] = {
            name: float(np.mean([one.get(name, 0.0) for one in seen])) for name in evidence[kind]
        }
    return Weights(signs, found, bias, usual)


def _rounded(weights: Weights) -> dict[str, Any]:
    def small(values: Mapping[str, float]) -> dict[str, float]:
        return {name: round(value, 3) for name, value in values.items() if abs(value) >= 0.005}

    return {
        "bias": {kind: round(value, 3) for kind, value in weights.bias.items()},
        "evidence": {kind: small(own) for kind, own in weights.evidence.items()},
        "usual": {kind: small(own) for kind, own in weights.usual.items()},
        "signs": {kind: small(own) for kind, own in weights.signs.items()},
    }


def shown(case: Case, weights: Weights) -> AnswerKind:
    """The kind that the router shows; it runs no more routes than it would for a reader."""
    run = {kind: _proposing(case, kind) for kind in ROUTES}
    answer = choose(case.signs, run, weights=weights)
    return next(
        kind
        for kind in ROUTES
        if answer and kind in case.proposals and _same(case.proposals[kind].answer, answer)
    )


def _proposing(case: Case, kind: AnswerKind) -> Any:
    return lambda: case.proposals.get(kind)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and all(
        getattr(one, name) == getattr(other, name)
        for name in ("result", "said", "summary", "articles", "timeline", "missing")
        if hasattr(one, name)
    )


def validated(cases: Sequence[Case], penalty: float, folds: int = 5) -> float:
    """Share of messages told rightly by weights fitted on other topics."""

    def fold(case: Case) -> int:
        return blake2s(case.topic.encode()).digest()[1] % folds

    right = 0
    for number in range(folds):
        weights = fit([case for case in cases if fold(case) != number], penalty)
        right += sum(pleased(c, shown(c, weights)) for c in cases if fold(c) == number)
    return right / len(cases)


def pleased(case: Case, kind: AnswerKind) -> bool:
    """Whether a reader would be glad of a kind of answer."""
    return kind in (case.wanted, *case.also)


def report(name: str, cases: Iterable[Case], weights: Weights) -> None:
    """Print which kind was shown for which was wanted."""
    told = [(case, shown(case, weights)) for case in cases]
    exact = sum(kind is case.wanted for case, kind in told) / len(told)
    glad = sum(pleased(case, kind) for case, kind in told) / len(told)
    print(f"\n{name}: {len(told)} messages, as wanted {exact:.3f}, wanted or as welcome {glad:.3f}")
    print(f"{'wanted':>12} | " + " ".join(f"{kind.value:>10}" for kind in ROUTES))
    for wanted in ROUTES:
        row = Counter(kind for case, kind in told if case.wanted is wanted)
        print(f"{wanted.value:>12} | " + " ".join(f"{row[kind]:>10}" for kind in ROUTES))


if __name__ == "__main__":
    typer.run(main)
