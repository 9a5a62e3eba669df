"""How well alerts are matched, how fast, and what is learned about them.

    python benchmarks/alerts.py ARCHIVE LABELS.jsonl [ARCHIVE LABELS.jsonl ...] [--write]
    python benchmarks/alerts.py ARCHIVE --alerts 10000

Labels are one alert a line, {"alert": "as typed", "theme": ..., "fits": [ids], "may": [ids]}: the
articles that a reader of the alert wants to be told of, as a person judged them by headline and
text, and those of which two people would judge differently, such as a list of deals for "Amazon".
The weights are fitted on four fifths of the themes and tried on the rest, in turns; all figures
are of alerts whose theme was not fitted on. `benchmarks/data/alerts.jsonl` is about MultiHop-RAG's
609 articles, `tests/data/alerts.jsonl` about the sample. With `--questions`, questions with
evidence (see README.md) whose answer is a name: of how many articles that hold evidence an alert
of that name would have told. `--wrong` lists what was told and should not have been.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from measuring import AsJson, Row, open_archive, prepare, show, spread
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.readers.files import read_path
from corpus.storage.store import Store
from retrieval.alerts.alert import Alert, Incoming, Level, read_alert
from retrieval.alerts.evidence import FEATURES
from retrieval.alerts.learned import WEIGHTS
from retrieval.alerts.matching import AlertIndex
from retrieval.alerts.words import CASED, list_terms
from retrieval.results import Encoder

FOLDS = 5
THRESHOLDS = {Level.FEWER: 0.85, Level.BALANCED: 0.5, Level.MORE: 0.25}
"""Least probability for each level, chosen on the figures that this prints."""
_COMMON = 0.02
"""Share of our articles from which on a term stands in much news."""
_RARE = 0.01
"""Share in which any other term is taken to stand."""
_SAMPLE = Path(__file__).parents[1] / "corpus" / "sample" / "articles.jsonl"
_READING = Path(__file__).parent / "data" / "reading.jsonl"
_TOO_SHORT = 3
"""Letters of words that are no topic of a made-up alert."""


@dataclass(frozen=True, slots=True)
class Case:
    """An alert and an article that was rated for it.

    Attributes:
        archive: Number of the archive.
        label: The labels' line.
        article: The article's headline.
        fits: Whether it should be told; None where people would differ.
        whole: Whether the article holds all that the alert wants.
        features: See `FEATURES`.
        quoted: How sure it is that the article quotes whom the alert names.
    """

    archive: int
    label: Mapping[str, Any]
    article: str
    fits: bool | None
    whole: bool
    features: NDArray[np.float32]
    quoted: float

    @property
    def fold(self) -> int:
        """The part of the themes that it belongs to."""
        return blake2s(self.label["theme"].encode()).digest()[0] % FOLDS


def read_archive(store: Store) -> list[Incoming]:
    """Read the articles of an archive as they are matched."""
    changes = store.changes()
    rows: dict[str, list[int]] = {}
    for row, (article_id, _, _) in enumerate(changes.spans):
        rows.setdefault(article_id, []).append(row)
    found = []
    for article in store.articles():
        own = sorted(rows.get(article.id, ()), key=lambda row: changes.spans[row][1])
        spans = [changes.spans[row][1:] for row in own]
        passages = [Passage(article.id, s, e, article.body[s:e]) for s, e in spans]
        vectors = changes.vectors[own].astype(np.float32)
        found.append(Incoming(article, passages, vectors, store.attributions.of(article.id)))
    return found


def gather(
    archive: int,
    articles: Sequence[Incoming],
    labels: Sequence[Mapping[str, Any]],
    encoder: Encoder,
) -> Iterator[Case]:
    """Yield every article that comes into question for an alert with a topic."""
    told = [read_alert(label["alert"], id=number) for number, label in enumerate(labels)]
    alerts = [Alert(a.id, a.topic, speaker=a.speaker, level=Level.MORE) for a in told if a]
    rater = AlertIndex(alerts, encoder=encoder).rater
    everything = np.ones(len(rater.full), np.bool_)
    by_wish = {(alert.topic, alert.speaker): labels[alert.id] for alert in alerts}
    for new in articles:
        rating = rater.rate(rater.look(new), sought=everything, loose=everything)
        order = np.lexsort((rating.scores, rating.whole)).tolist()
        best = {int(rater.full[rating.wishes[row]]): row for row in order}
        for number, row in best.items():
            wish = rater.wishes.wishes[number]
            label = by_wish[wish.topic, wish.speaker]
            fits = None if new.article.id in label["may"] else new.article.id in label["fits"]
            headline, whole = new.article.headline, bool(rating.whole[row])
            if wish.topic:
                features, quoted = rating.features[row], float(rating.quoted[row])
                yield Case(archive, label, headline, fits, whole, features, quoted)


def fit(cases: Sequence[Case]) -> Callable[[Sequence[Case]], NDArray[np.float64]]:
    """Fit a logistic regression; returns what estimates probabilities by it."""
    model = learn(cases)
    return lambda some: model.predict_proba(np.array([case.features for case in some]))[:, 1]


def learn(cases: Sequence[Case]) -> Any:
    """Fit a logistic regression on those cases that are sure."""
    from sklearn.linear_model import LogisticRegression

    sure = [case for case in cases if case.fits is not None]
    table = np.array([case.features for case in sure])
    return LogisticRegression(max_iter=2000).fit(table, [case.fits for case in sure])


def estimate_in_turns(cases: Sequence[Case]) -> list[float]:
    """Estimate each case by weights that were fitted on other themes."""
    chances = [0.0] * len(cases)
    for fold in range(FOLDS):
        held_out = [number for number, case in enumerate(cases) if case.fold == fold]
        estimate = fit([case for case in cases if case.fold != fold])
        own = estimate([cases[number] for number in held_out]) if held_out else []
        for number, chance in zip(held_out, own, strict=True):
            chances[number] = max(float(chance), cases[number].quoted)
    return chances


def is_told(case: Case, chance: float, level: Level) -> bool:
    """Whether a reader is told of an article."""
    return chance >= THRESHOLDS[level] and (case.whole or level is Level.MORE)


def score(
    name: str, cases: Sequence[Case], chances: Sequence[float], labels: Sequence[Mapping[str, Any]]
) -> Iterator[Row]:
    """Yield a row of figures for each level, and for all articles that hold all terms."""
    wanted = sum(len(label["fits"]) for label in labels if _has_topic(label))
    told = {
        level.value: [
            c for c, chance in zip(cases, chances, strict=True) if is_told(c, chance, level)
        ]
        for level in Level
    }
    for level, some in (told | {"all terms": [case for case in cases if case.whole]}).items():
        count = Counter(case.fits for case in some)
        yield {
            "archive": name,
            "level": level,
            "precision": count[True] / max(1, count[True] + count[False]),
            "with doubtful as wrong": count[True] / max(1, len(some)),
            "recall": count[True] / wanted,
            "alerts": len(labels),
            "told an alert": len(some) / len(labels),
        }


def _has_topic(label: Mapping[str, Any]) -> bool:
    alert = read_alert(label["alert"])
    return alert is not None and bool(alert.topic)


def write_weights(cases: Sequence[Case]) -> None:
    """Write what is learned from all cases."""
    model = learn(cases)
    common, unknown = count_terms()
    weights = zip(FEATURES, model.coef_[0].tolist(), strict=True)
    told = {
        "bias": round(float(model.intercept_[0]), 3),
        "weights": {name: round(weight, 3) for name, weight in weights},
        "thresholds": {level.value: least for level, least in THRESHOLDS.items()},
        "unknown": unknown,
        "common": common,
    }
    WEIGHTS.write_text(json.dumps(told, indent=0) + "\n", encoding="utf-8")


def count_terms() -> tuple[dict[str, float], float]:
    """Say how rare the terms are that stand in many of our articles, and how rare others are."""
    sample = (one for one in read_path(_SAMPLE) if isinstance(one, Article))
    texts = [f"{article.headline}\n{article.body}" for article in sample]
    for line in _READING.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        texts.append(f"{told['title']}\n{told['text']}")
    often = Counter(term for text in texts for term in set(list_terms(text)))
    common = {
        term: round(math.log((len(texts) + 1) / (count + 1)), 2)
        for term, count in sorted(often.items())
        if count >= _COMMON * len(texts) and not term.startswith(CASED)
    }
    return common, round(math.log((len(texts) + 1) / (_RARE * len(texts))), 2)


def recall_evidence(
    questions: Path, articles: Sequence[Incoming], encoder: Encoder
) -> Iterator[Row]:
    """Yield for each level of how many articles with evidence a name's alert would have told."""
    wanted: dict[str, set[str]] = {}
    for line in questions.read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        if asked.get("question_type", "inference_query") != "inference_query":
            continue
        facts = [one["fact"] for one in asked["evidence"]]
        holding = {n.article.id for n in articles if any(f in n.article.body for f in facts)}
        wanted.setdefault(str(asked["answer"]).strip(" ."), set()).update(holding)
    total = sum(map(len, wanted.values()))
    for level in Level:
        alerts = [Alert(number, name, level=level) for number, name in enumerate(wanted)]
        index, found = AlertIndex(alerts, encoder=encoder), 0
        names = list(wanted)
        for new in articles:
            told = index.match(new.article, new.passages, new.vectors, new.said)
            found += sum(new.article.id in wanted[names[match.alert]] for match in told)
        yield {"level": level.value, "names": len(wanted), "evidence": total, "told": found / total}


def make_alerts(count: int, articles: Sequence[Incoming]) -> list[Alert]:
    """Make up alerts of the names and headlines of an archive, so that many come near."""
    pick = random.Random(1)  # noqa: S311 - no secret
    names = [one.name for new in articles for one in new.said if one.name]
    words = [w for new in articles for w in new.article.headline.split() if len(w) > _TOO_SHORT]
    topics = [
        pick.choice([pick.choice(names), " ".join(pick.sample(words, 2)), pick.choice(words)])
        for _ in range(count)
    ]
    return [
        Alert(
            number,
            topic,
            speaker=pick.choice(names) if pick.random() < 1 / 10 else "",
            level=pick.choice(list(Level)),
        )
        for number, topic in enumerate(topics)
    ]


def time_matching(count: int, articles: Sequence[Incoming], encoder: Encoder) -> Row:
    """Match every article of an archive against many alerts."""
    start = time.perf_counter()
    index = AlertIndex(make_alerts(count, articles), encoder=encoder)
    built, times, told = time.perf_counter() - start, [], 0
    for new in articles:
        start = time.perf_counter()
        told += len(index.match(new.article, new.passages, new.vectors, new.said))
        times.append((time.perf_counter() - start) * 1000)
    mean = float(np.mean(times))
    told_each = told / len(articles)
    return {"alerts": count, "index s": built, "mean ms": mean, **spread(times), "told": told_each}


def list_wrong(cases: Sequence[Case], chances: Sequence[float]) -> Iterator[Row]:
    """Yield what would be told wrongly, the surest first."""
    for chance, case in sorted(zip(chances, cases, strict=True), key=lambda one: -one[0]):
        if case.fits is False and is_told(case, chance, Level.BALANCED):
            yield {"alert": case.label["alert"], "article": case.article[:70], "chance": chance}


def main(  # noqa: PLR0913 - the command's options
    files: Annotated[list[Path], typer.Argument(help="Archives, each with labels behind it.")],
    alerts: Annotated[int, typer.Option(help="Time matching against as many.")] = 0,
    questions: Annotated[
        Path | None, typer.Option(help="Questions over the first archive.")
    ] = None,
    wrong: Annotated[bool, typer.Option(help="List what was told wrongly.")] = False,
    write: Annotated[bool, typer.Option(help="Write what was learned.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score matching on labelled alerts, or time it."""
    prepare()
    homes = [path for path in files if path.is_dir()]
    labelled = [
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in files
        if path.is_file()
    ]
    services = open_archive(homes[0])
    archives = [read_archive(open_archive(home).store) for home in homes]
    if alerts:
        rows = [time_matching(alerts, archives[0], services.encoder)]
        show("alerts", rows, as_json=as_json)
    if questions:
        rows = list(recall_evidence(questions, archives[0], services.encoder))
        show("evidence", rows, as_json=as_json)
    if not labelled:
        return
    cases = [
        case
        for number, (articles, labels) in enumerate(zip(archives, labelled, strict=True))
        for case in gather(number, articles, labels, services.encoder)
    ]
    chances = estimate_in_turns(cases)
    rows = []
    for number, labels in enumerate(labelled):
        own = [(c, chance) for c, chance in zip(cases, chances, strict=True) if c.archive == number]
        some, theirs = [case for case, _ in own], [chance for _, chance in own]
        rows += score(homes[number].name, some, theirs, labels)
    show("alerts", rows, as_json=as_json)
    if wrong:
        show("told wrongly", list(list_wrong(cases, chances)), as_json=as_json)
    if write:
        write_weights(cases)


if __name__ == "__main__":
    typer.run(main)
