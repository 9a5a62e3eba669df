"""How do time and memory grow with the archive?

    python benchmarks/growth.py --home FOLDER QUESTIONS.txt --plot growth.png

Archives of each size are made of the words of the one given, see `synthetic`, and kept in a
folder for the next run. 500,000 passages take some minutes and 5 GB there.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

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
from synthetic import fill

_SIZES = (7_000, 68_000, 500_000)
_CHATS = 8
_PARTS = ("encode", "BM25", "dense", "fusion and top", "reading hits", "search")
_HELD = ("own MiB", "files MiB")


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
    """Measure questions at 7,000, 68,000 and 500,000 passages, or at the sizes given."""
    prepare()
    rows = [_at_size(size, home, folder, (questions, count)) for size in sizes or _SIZES]
    show("Growth", rows, as_json=as_json)
    if plot:
        draw(rows, plot)


def _at_size(size: int, home: Path, folder: Path, asked: tuple[Path | None, int]) -> Row:
    place = folder / str(size)
    made_of = f"{home.resolve()} {open_archive(home).encoder.fingerprint}"
    mark = place / "made-of"
    if not mark.exists() or mark.read_text() != made_of:
        fill(place, home, size=size)
        mark.write_text(made_of)
    built = apart(_build, place) if not (place / "index").exists() else {}
    apart(warm, place)
    found = {str(row["what"]).strip(): row for row in apart(measure, place, *asked, _CHATS)}
    row: Row = {"passages": found["load the index"]["passages"], **built}
    row |= {f"{name} p50 ms": found[name]["p50 ms"] for name in _PARTS}
    row |= {"search p95 ms": found["search"]["p95 ms"], "load s": found["load the index"]["s"]}
    beyond = found["memory beyond the model"]
    return row | {name: beyond[name] for name in _HELD}


def _build(home: Path) -> Row:
    """Derive the index from the archive, which is done once."""
    start = time.perf_counter()
    open_archive(home).searcher  # noqa: B018 - made when first named
    return {"build s": time.perf_counter() - start, "build peak MiB": peak_mib()}


def draw(rows: list[Row], path: Path) -> None:
    """Plot times on the left and memory on the right over the number of passages."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [row["passages"] for row in rows]
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    for name in _PARTS:
        left.plot(sizes, [row[f"{name} p50 ms"] for row in rows], marker="o", label=name)
    for name in _HELD:
        right.plot(sizes, [row[name] for row in rows], marker="o", label=name)
    for axes, label in ((left, "p50, ms"), (right, "memory beyond the model, MiB")):
        axes.set(xscale="log", xlabel="passages", ylabel=label)
        axes.legend()
        axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    typer.run(main)
