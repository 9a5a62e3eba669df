"""How do time and memory grow with the archive?

    python benchmarks/growth.py --home FOLDER QUESTIONS.txt --plot growth.png

Archives of each size are made of the sentences of the one given, see `synthetic`, and kept in a
folder for the next run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import numpy as np
import typer
from measuring import (
    AsJson,
    Home,
    Questions,
    Row,
    apart,
    open_archive,
    peak_mib,
    prepare,
    show,
    warm,
)
from questions import measure
from synthetic import fill, paragraphs

from corpus.article import Article
from corpus.storage.embeddings import Embeddings
from corpus.storage.store import Store
from retrieval.index import snapshot as snapshots
from retrieval.index.bm25 import SparseBM25
from retrieval.index.snapshot import Index

_T = TypeVar("_T")
_SIZES = (7_000, 68_000, 500_000)
_CHATS = 8
_ADDED = 10
"""Articles that are added to measure a refresh."""
_PARTS = ("encode", "BM25", "dense", "fusion and top", "reading hits")
_ASKED = ("search p50 ms", "search p95 ms", *(f"{name} p50 ms" for name in _PARTS))
_SPENT = ("derive s", "save s", "start s", "refresh s")
_HELD = ("own MiB", "files MiB", "derive peak MiB")


def main(  # noqa: PLR0913 - one parameter an option
    questions: Questions = None,
    home: Home = Path(),
    sizes: Annotated[list[int] | None, typer.Option("--size", help="Passages; repeatable.")] = None,
    folder: Annotated[Path, typer.Option(help="Where the archives are kept.")] = Path(
        "benchmarks/out/growth"
    ),
    count: Annotated[int, typer.Option(help="Questions to ask.")] = 100,
    plot: Annotated[Path | None, typer.Option(help="PNG to draw.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure Byline at 7,000, 68,000 and 500,000 passages, or at the sizes given."""
    prepare()
    rows = [_at_size(size, home, folder, (questions, count)) for size in sizes or _SIZES]
    show("Growth, synthetic passages", rows if as_json else turned(rows), as_json=as_json)
    if plot:
        draw(rows, plot)


def turned(rows: Sequence[Row]) -> list[Row]:
    """Make columns of rows: there are many figures and few sizes."""
    return [
        {"what": name, **{f"{row['passages']:,}": row[name] for row in rows}}
        for name in rows[0]
        if name != "passages"
    ]


def _at_size(size: int, home: Path, folder: Path, asked: tuple[Path | None, int]) -> Row:
    place = folder / str(size)
    made_of = f"sentences {home.resolve()} {open_archive(home).encoder.fingerprint}"
    mark = place / "made-of"
    if not mark.exists() or mark.read_text() != made_of:
        apart(_fill, place, home, size)
        mark.write_text(made_of)
    row: Row = {"passages": size, **apart(_build, place)}
    apart(warm, place)
    found = {str(row["what"]).strip(): row for row in apart(measure, place, *asked, _CHATS)}
    start = sum(found[name]["s"] for name in ("open the archive", "load the index"))  # type: ignore[misc]  # rows hold text too
    beyond = found["memory beyond the model"]
    row |= {"start s": start, "own MiB": beyond["own MiB"], "files MiB": beyond["files MiB"]}
    row |= {f"search {name}": found["search"][name] for name in ("p50 ms", "p95 ms")}
    return row | {f"{name} p50 ms": found[name]["p50 ms"] for name in _PARTS}


def _fill(place: Path, home: Path, size: int) -> None:
    fill(place, home, size=size)


def _build(home: Path) -> Row:
    """Derive the index from the archive, take in some articles, remove them and save it."""
    archive = open_archive(home)
    store, fingerprint = archive.store, archive.encoder.fingerprint
    derived, index = _timed(lambda: snapshots.refresh(snapshots.make_empty(), store, fingerprint))
    peak = peak_mib()
    scored, _ = _timed(lambda: SparseBM25(index.terms))
    refreshed, index = _refreshed(index, store, fingerprint)
    saved, _ = _timed(lambda: snapshots.save(index, archive.home / "index", fingerprint))
    return {
        "derive s": derived,
        "of it BM25 ms": 1000 * scored,
        "derive peak MiB": peak,
        "refresh s": refreshed,
        "save s": saved,
    }


def _refreshed(index: Index, store: Store, fingerprint: str) -> tuple[float, Index]:
    """Time taking in new articles; return the index without them again, too."""
    rng = np.random.default_rng()
    new = [_copy(article, rng) for article in store.latest(_ADDED)]
    for article in new:
        passages = paragraphs(article)
        vectors = rng.standard_normal((len(passages), index.dimension), np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        store.put(article, passages, Embeddings(fingerprint, vectors.astype(np.float16)))
    spent, longer = _timed(lambda: snapshots.refresh(index, store, fingerprint))
    for article in new:
        store.remove(article.id)
    return spent, snapshots.refresh(longer, store, fingerprint)


def _copy(article: Article, rng: np.random.Generator) -> Article:
    """Return the article with its paragraphs in another order, under another address."""
    shuffled = rng.permutation(article.body.split("\n\n"))
    body, address = "\n\n".join(shuffled), f"https://news.example/{rng.integers(1 << 60):x}"
    return Article(article.headline, body, url=address, publisher=article.publisher)


def _timed(call: Callable[[], _T]) -> tuple[float, _T]:
    start = time.perf_counter()
    made = call()
    return time.perf_counter() - start, made


def draw(rows: list[Row], path: Path) -> None:
    """Plot a question's time, the index's and memory over the number of passages."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [row["passages"] for row in rows]
    figure, panels = pyplot.subplots(1, 3, figsize=(13, 4), layout="constrained")
    groups = ((_ASKED, "a question, ms"), (_SPENT, "the index, s"), (_HELD, "memory, MiB"))
    for axes, (names, label) in zip(panels, groups, strict=True):
        for name in names:
            axes.plot(sizes, [row[name] for row in rows], marker="o", label=name)
        axes.set(xscale="log", yscale="log", xlabel="passages", ylabel=label)
        axes.legend(fontsize="small")
        axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    typer.run(main)
