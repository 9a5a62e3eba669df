"""Describe how data flows through the house, from the imports of the code.

Writes `flow.md` and `flow.png` into a folder. A room is a sub-package, or a module that lies
directly in one of the three packages; an arrow says that one uses another.

    python -m benchmarks.flow docs
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).parents[1]
PACKAGES = ("corpus", "retrieval", "bot")


@dataclass(frozen=True, slots=True)
class Room:
    """A part of a package.

    Attributes:
        name: With its package: "corpus.parse".
        about: The first sentence of its docstring, without the stop.
        uses: Names of the rooms that it imports from.
    """

    name: str
    about: str
    uses: tuple[str, ...]

    @property
    def package(self) -> str:
        """Where it is."""
        return self.name.partition(".")[0]

    @property
    def label(self) -> str:
        """Its name there."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Step:
    """A value on its way, and the rooms that make it, whichever of them are there."""

    value: str
    rooms: tuple[str, ...]


STEPS = (
    Step("page", ("corpus.readers",)),
    Step("article", ("corpus.parse",)),
    Step(
        "passages, attributions",
        (
            *("corpus.nlp", "corpus.attribution", "corpus.ingest", "corpus.storage"),
            *("retrieval.encoding", "retrieval.index"),
        ),
    ),
    Step("question", ("retrieval.query", "bot.message_context")),
    Step("intent", ("bot.intents",)),
    Step(
        "answer",
        (
            *("retrieval.search", "retrieval.routing", "retrieval.ranking"),
            *("retrieval.extraction", "retrieval.quotations", "retrieval.timeline"),
        ),
    ),
    Step("reply", ("bot.dialogue", "bot.answers", "bot.reply")),
    Step("Telegram, terminal", ("bot.telegram", "bot.terminal")),
)
"""What a page becomes until somebody reads it. The rest of this file finds out by itself."""


def read_rooms(root: Path = ROOT) -> list[Room]:
    """Read the rooms of the three packages, in the order of their names."""
    modules = {_name(file.relative_to(root)): ast.parse(file.read_text("utf-8"))
               for package in PACKAGES
               for file in sorted(root.joinpath(package).rglob("*.py"))
               if "migrations" not in file.parts}  # fmt: skip
    names = sorted({_room(module) for module in modules} - set(PACKAGES))
    uses: dict[str, set[str]] = {name: set() for name in names}
    for module, tree in modules.items():
        if module not in PACKAGES:
            uses[_room(module)] |= {_room(one) for one in _imports(tree, modules)}
    return [
        Room(
            name, _first_sentence(modules[name]), tuple(sorted((uses[name] & set(names)) - {name}))
        )
        for name in names
    ]


def read_about(package: str, root: Path = ROOT) -> str:
    """Read what a package says of itself: the first sentence of its docstring."""
    return _first_sentence(ast.parse(root.joinpath(package, "__init__.py").read_text("utf-8")))


def describe(rooms: Sequence[Room]) -> str:
    """Write the page that goes with the picture."""
    lines = [
        "# How data flows",
        "",
        "![The rooms of the three packages, with what each passes on](flow.png)",
        "",
        "`make flow` draws this from the imports of the code: change those, not this page.",
        "",
        "| What | Made in |",
        "|---|---|",
        *(f"| {step.value} | {_listed(find_present(step, rooms))} |" for step in STEPS),
    ]
    for package in PACKAGES:
        own = {room.name: room for room in rooms if room.package == package}
        lines += [
            "",
            f"## {package}",
            "",
            f"{read_about(package)}.",
            "",
            "| Floor | Room | What it is | Uses |",
            "|---|---|---|---|",
        ]
        for number, floor in enumerate(find_floors(own)):
            lines += (
                f"| {number} | `{name}` | {own[name].about} | {_listed(own[name].uses)} |"
                for name in floor
            )
    return "\n".join(lines) + "\n"


def find_present(step: Step, rooms: Sequence[Room]) -> list[str]:
    """Name those of a step's rooms that are there."""
    known = {room.name for room in rooms}
    return [name for name in step.rooms if name in known]


def find_floors(rooms: Mapping[str, Room]) -> list[list[str]]:
    """Put rooms on floors: each one below all that use it, the topmost first.

    Raises:
        ValueError: If rooms use one another in a circle.
    """
    floors: list[list[str]] = []
    left = dict(rooms)
    while left:
        used = {name for room in left.values() for name in room.uses}
        floor = sorted(left.keys() - used)
        if not floor:
            raise ValueError(f"rooms use one another in a circle: {', '.join(sorted(left))}")
        floors.append(floor)
        left = {name: room for name, room in left.items() if name not in floor}
    return floors


def find_arrows(rooms: Mapping[str, Room]) -> list[tuple[str, str]]:
    """Find the arrows between rooms, without those that others imply."""
    below = {name: _reach(rooms, name) for name in rooms}
    return [
        (name, used)
        for name, room in rooms.items()
        for used in room.uses
        if used in rooms and not any(used in below[other] for other in room.uses if other in rooms)
    ]


def _reach(rooms: Mapping[str, Room], name: str) -> set[str]:
    own = {used for used in rooms[name].uses if used in rooms}
    return own.union(*(_reach(rooms, used) for used in own))


def _imports(tree: ast.Module, known: Mapping[str, object]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in known)
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{one.name}" for one in node.names)
            yield from (name if name in known else node.module for name in names)


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def _name(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _first_sentence(tree: ast.Module) -> str:
    paragraph = (ast.get_docstring(tree) or "").split("\n\n")[0]
    return re.split(r"\.(?=\s|$)", " ".join(paragraph.split()))[0]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def main(
    folder: Annotated[Path, typer.Argument(help="Where the page and its picture go.")],
) -> None:
    """Write the page and its picture."""
    from benchmarks.flow_picture import draw

    rooms = read_rooms()
    page = describe(rooms)
    folder.joinpath("flow.md").write_text(page, encoding="utf-8")
    folder.joinpath("flow.png").write_bytes(draw(rooms, page))


if __name__ == "__main__":
    typer.run(main)
