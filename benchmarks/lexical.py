"""Is our BM25 as exact as rank-bm25, and how fast are both beside bm25s?

    python benchmarks/lexical.py --home FOLDER QUESTIONS.txt

All sides get the same tokens of the same passages and return the ten best. Needs the peers.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import bm25s
import numpy as np
import typer
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
from measuring import timed as times
from rank_bm25 import BM25Plus

from corpus.storage.store import Store
from retrieval.index.bm25 import K1, B
from retrieval.index.header import add_header
from retrieval.ranking.fusion import take_best
from retrieval.tokens import tokenize, tokenize_query

_TOP = 10
Terms = list[str]
Search = Callable[[Terms], object]


def main(
    questions: Questions = None,
    home: Home = Path(),
    count: Annotated[int, typer.Option(help="Questions to ask.")] = 200,
    sample: Annotated[int, typer.Option(help="Of these, for rank-bm25, which is slow.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Compare our BM25 with rank-bm25 and bm25s."""
    prepare()
    archive = open_archive(home)
    bm25 = _index_of(archive)
    passages = read_terms(archive.store)
    asked = [tokenize_query([line]) for line in ask_lines(questions, archive, count=count)]
    asked = [terms for terms in asked if terms]
    plain = BM25Plus(passages, k1=K1, b=B, delta=0)
    sides: dict[str, Search] = {"Byline": lambda terms: take_best(bm25.get_scores(terms), _TOP)}
    for backend in ("numpy", "numba"):
        if backend == "numpy" or find_spec(backend):
            sides[f"bm25s, {backend}"] = _bm25s(passages, backend)
    spent = {name: _fair(search, asked) for name, search in sides.items()}
    numbers = range(len(passages))
    few = asked[:sample]
    spent["rank-bm25"] = times(lambda terms: plain.get_top_n(terms, numbers, _TOP), few)
    ours = spread(spent["Byline"])["p50 ms"]
    off = max(float(np.abs(bm25.get_scores(t) - plain.get_scores(t)).max()) for t in few)
    rows: list[Row] = [
        {"what": name, **spread(some), "times ours": spread(some)["p50 ms"] / ours}  # type: ignore[operator]  # rows hold text
        for name, some in spent.items()
    ]
    rows.append({"what": "largest difference from rank-bm25's scores", "score": f"{off:.1e}"})
    show(f"BM25 over {len(passages):,} passages, top {_TOP}", rows, as_json=as_json)


def _index_of(archive: Any) -> Any:
    from retrieval.index.snapshot import load

    folder = archive.home / "index"
    return load(folder, archive.store, archive.encoder.fingerprint).bm25


def read_terms(store: Store) -> list[Terms]:
    """Cut every passage into terms, in the order of the index."""
    return [tokenize(add_header(article, text)) for article, text in read_passages(store)]


def _bm25s(passages: list[Terms], backend: str) -> Search:
    """Set bm25s to the same formula: BM25+ with delta 0."""
    peer = bm25s.BM25(method="bm25+", k1=K1, b=B, delta=0, backend=backend)
    peer.index(passages, show_progress=False)
    return lambda terms: peer.retrieve([terms], k=_TOP, show_progress=False)


def _fair(search: Search, asked: list[Terms]) -> list[float]:
    """Time every question after a round that warms caches and compiles what compiles."""
    times(search, asked[:20])
    return times(search, asked)


if __name__ == "__main__":
    typer.run(main)
