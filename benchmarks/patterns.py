"""Does any regular expression of ours take longer than in proportion to its text?

    PYTHONPATH=. python benchmarks/patterns.py [corpus bot]

For every pattern that sees what strangers publish or type: of a few thousand hostile texts the one
that takes it longest, and how many times as long twice as much of that takes. It imports the tests'
hostile texts: run it in the repository's root, with `PYTHONPATH=.` and the development
dependencies. Two minutes.
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.support.patterns import KNOWN, ROOT, Measured, measure, patterns

_LIMIT = 2.5
"""Times as long for twice as much; a quadratic pattern takes four times as long."""


def main(
    folders: Annotated[list[str] | None, typer.Argument(help="Packages, or rooms of them.")] = None,
) -> None:
    """Print a row a pattern, the steepest first; exit with 1 where one is not linear."""
    found: list[Measured] = []
    for folder in folders or ["corpus", "bot"]:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts and file.stem not in ("__init__", "__main__"):
                found += [measure(used) for used in patterns(file, KNOWN)]
    found.sort(key=lambda one: -one.times)
    table = Table("pattern", "hostile text", "characters", "ms", "twice as much takes")
    for one in found:
        spent, times = f"{1000 * one.seconds:.2f}", f"x {one.times:.2f}"
        table.add_row(one.name, one.text, f"{one.characters:,}", spent, times)
    Console(width=160).print(table)
    steep = sum(one.times > _LIMIT for one in found)
    Console().print(f"{len(found)} patterns, {steep} take more than {_LIMIT} times as long")
    raise typer.Exit(int(steep > 0))


if __name__ == "__main__":
    typer.run(main)
