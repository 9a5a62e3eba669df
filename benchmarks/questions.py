"""How fast is a question, part by part and from many chats at once, and what does it cost?

    python benchmarks/questions.py --home FOLDER QUESTIONS.txt

Nothing is written to the archive, except what any start keeps beside it: index and model.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from measuring import (
    AsJson,
    Home,
    Memory,
    Questions,
    Row,
    apart,
    ask_lines,
    open_archive,
    prepare,
    show,
    spread,
    timed,
    warm,
)

from retrieval.index.snapshot import Index, load
from retrieval.query.question import Publishers, understand
from retrieval.ranking.fusion import fuse, take_best
from retrieval.ranking.near_duplicates import merge_copies
from retrieval.results import Hit
from retrieval.search import Searcher
from retrieval.tokens import tokenize_query

_HITS = 10
_ASKED: Counter[str] = Counter()


def main(
    questions: Questions = None,
    home: Home = Path(),
    count: Annotated[int, typer.Option(help="Questions to ask.")] = 200,
    chats: Annotated[int, typer.Option(help="Chats that ask at once.")] = 32,
    as_json: AsJson = False,
) -> None:
    """Measure start, memory, one question at a time, its parts, and many at once."""
    prepare()
    apart(warm, home)
    rows = apart(measure, home, questions, count, chats)
    show(f"Questions to {home}", rows, as_json=as_json)


def measure(home: Path, path: Path | None, count: int, chats: int) -> list[Row]:
    """Measure all of it in this process, which should be a fresh one.

    Args:
        home: Of the archive, its index and model stored.
        path: The questions.
        count: How many of them to ask one at a time.
        chats: How many ask at once.
    """
    archive = open_archive(home)
    start, _ = _staged("import and load the model", lambda: archive.encoder.encode(["warm up"]))
    rows = [start]
    row, _ = _staged("open the archive", lambda: archive.store.revision())
    rows.append(row)
    row, searcher = _staged("load the index", lambda: archive.searcher)
    rows.append(row | {"passages": len(searcher)})
    questions = ask_lines(path, archive, count=count)
    row, _ = _staged(
        "100 questions", lambda: timed(lambda q: answer(searcher, q), anew(questions[:100]))
    )
    rows.append(row)
    first, last = rows[0], rows[-1]
    beyond = {name: last[name] - first[name] for name in first if "MiB" in name}  # type: ignore[operator]  # rows hold text
    rows.append({"what": "memory beyond the model", **beyond})
    rows += one_at_a_time(searcher, questions)
    index = load(home.resolve() / "index", archive.store, archive.encoder.fingerprint)
    rows += parts(searcher, index, questions)
    rows += at_once(searcher, questions, chats)
    return rows


def _staged(what: str, stage: Callable[[], object]) -> tuple[Row, Searcher]:
    start = time.perf_counter()
    made = stage()
    spent, held = time.perf_counter() - start, Memory.now()
    row: Row = {
        "what": what,
        "s": spent,
        "own MiB": held.anonymous,
        "files MiB": held.files,
        "total MiB": held.total,
    }
    return row, made  # type: ignore[return-value]  # only the index stage's value is used


def anew(questions: list[str]) -> list[str]:
    """Tell the questions apart from all before by white space behind them.

    The encoder remembers what it embedded last, and hardly anyone asks what another just asked.
    """
    fresh = []
    for question in questions:
        _ASKED[question] += 1
        fresh.append(question + " " * _ASKED[question])
    return fresh


def answer(searcher: Searcher, query: str) -> None:
    """Do all that a reply needs: search, then choose what to show of the first hit."""
    result = searcher.search(query, _HITS)
    if result.hits:
        searcher.excerpt(query, result.hits[0].article, result.hits[0].passage)


def one_at_a_time(searcher: Searcher, questions: list[str]) -> list[Row]:
    """Time whole questions, without and with the excerpt."""
    alone = timed(lambda query: searcher.search(query, _HITS), anew(questions))
    whole = timed(lambda query: answer(searcher, query), anew(questions))
    return [
        {"what": "search", **spread(alone)},
        {"what": "search and excerpt", **spread(whole), "questions/s": 1000 / np.mean(whole)},
    ]


def parts(searcher: Searcher, index: Index, questions: list[str]) -> list[Row]:
    """Time the steps of a search one by one, through the functions it is made of.

    A question with several clauses takes BM25, dense and fusion once for each of them.
    """
    publishers, today = Publishers(filter(None, index.facets.names)), datetime.now(UTC).date()
    terms = [tokenize_query([query]) for query in questions]
    vectors = [searcher.encoder.encode([query])[0] for query in questions]
    lexical = [index.bm25.get_scores(some) for some in terms[:20]]
    dense = [index.vectors @ vector for vector in vectors[:20]]
    pairs = list(zip(lexical, dense, strict=True))
    places = [take_best(fuse(*pair), 2 * _HITS) for pair in pairs]
    keys = [[int(index.keys[place]) for place in some] for some in places]
    found = [list(searcher.store.passages(some).values()) for some in keys]
    hits = [[Hit(*located, 1.0) for located in some] for some in found]
    steps = {
        "understanding": timed(
            lambda query: understand(query, publishers=publishers, today=today), questions
        ),
        "encode": timed(lambda query: searcher.encoder.encode([query]), anew(questions)),
        "BM25": timed(index.bm25.get_scores, terms),
        "dense": timed(lambda vector: index.vectors @ vector, vectors),
        "fusion and top": timed(lambda pair: take_best(fuse(*pair), 2 * _HITS), pairs),
        "reading hits": timed(searcher.store.passages, keys),
        "merging copies": timed(lambda some: merge_copies(some, _HITS), hits),
    }
    return [{"what": f"  {name}", **spread(spent)} for name, spent in steps.items()]


def at_once(searcher: Searcher, questions: list[str], chats: int) -> list[Row]:
    """Time whole questions of several chats, each of which asks again once it is answered.

    As in the bot, asyncio's own threads answer, and a question's time begins while it waits for
    one of them.
    """
    each = max(4, len(questions) // chats)
    asked = anew([questions[place % len(questions)] for place in range(chats * each)])
    spent: list[float] = []

    async def chat(own: list[str]) -> None:
        for query in own:
            start = time.perf_counter()
            await asyncio.to_thread(answer, searcher, query)
            spent.append((time.perf_counter() - start) * 1000)

    async def all_of_them() -> None:
        firsts = range(0, len(asked), each)
        await asyncio.gather(*(chat(asked[first : first + each]) for first in firsts))

    start = time.perf_counter()
    asyncio.run(all_of_them())
    wall = time.perf_counter() - start
    return [{"what": f"{chats} chats at once", **spread(spent), "questions/s": len(asked) / wall}]


if __name__ == "__main__":
    typer.run(main)
