"""What `ARCHITECTURE` asks of the house: rooms of a size, imports one way, tests where one looks.

The walls between rooms are the contracts of import-linter in `pyproject.toml`, see `make lint`.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("corpus", "retrieval", "bot")
MOST_MODULES = 18
_REASON = re.compile(r"^Tested .*`(tests/[\w/]+\.py)`\.$", re.MULTILINE)
"""Last line of the docstring of a module that has no test module of its own."""


def product() -> list[Path]:
    """Every module of the product, relative to the root; migrations are run and not imported."""
    files = (file for name in PACKAGES for file in sorted(ROOT.joinpath(name).rglob("*.py")))
    return [file.relative_to(ROOT) for file in files if "migrations" not in file.parts]


def all_tests() -> list[Path]:
    files = sorted(ROOT.joinpath("tests").rglob("*.py"))
    return [file.relative_to(ROOT) for file in files]


@cache
def read(file: Path) -> ast.Module:
    return ast.parse(ROOT.joinpath(file).read_text(encoding="utf-8"))


def name(file: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def imports(file: Path, known: Collection[str]) -> set[str]:
    """Which of the known modules a module imports, wherever in it."""
    found = set[str]()
    for node in ast.walk(read(file)):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{one.name}" for one in node.names)
            found |= {one if one in known else node.module for one in names}
    return found & set(known)


def mirrored(file: Path) -> Path:
    """Where a module's tests belong; those of bot.telegram lie beside its emulator's."""
    parts = file.parts[1:] if file.parts[:2] == ("bot", "telegram") else file.parts
    return Path("tests", *parts[:-1], f"test_{parts[-1]}")


@pytest.mark.parametrize(
    ("file", "test"),
    [
        ("corpus/nlp/segment.py", "tests/corpus/nlp/test_segment.py"),
        ("bot/telegram/sending/render.py", "tests/telegram/sending/test_render.py"),
        ("bot/texts.py", "tests/bot/test_texts.py"),
    ],
)
def test_a_test_module_lies_at_the_mirrored_path(file, test):
    assert mirrored(Path(file)) == Path(test)


def test_every_module_has_a_test_module_or_says_where_it_is_tested():
    untested = []
    for file in product():
        reason = _REASON.search(ast.get_docstring(read(file)) or "")
        where = Path(reason[1]) if reason else mirrored(file)
        if file.name != "__init__.py" and not ROOT.joinpath(where).is_file():
            untested.append(f"{file}: no {where}")
    assert untested == []


def test_every_mirrored_test_module_has_its_module():
    """A module that moves takes its tests along; what tests several lies beside them."""
    known = {mirrored(file) for file in product()}
    several = {
        Path("tests/bot/test_home_0_1_0.py"),
        Path("tests/corpus/storage/test_shelves.py"),
        Path("tests/corpus/test_sample_articles.py"),
        Path("tests/retrieval/routing/test_held_messages.py"),
        Path("tests/retrieval/test_who_said_over_sample.py"),
    }
    lonely = {
        file
        for file in all_tests()
        if file.parts[1] in PACKAGES and file.name.startswith("test_") and file not in known
    }
    assert lonely == several


def test_no_folder_has_more_modules_than_one_can_overlook():
    sizes = Counter(file.parent for file in product() if file.name != "__init__.py")
    assert {str(folder): size for folder, size in sizes.items() if size > MOST_MODULES} == {}


def test_no_test_module_imports_another():
    modules = {name(file) for file in all_tests() if file.name.startswith("test_")}
    borrowed = {f"{file} imports {one}" for file in all_tests() for one in imports(file, modules)}
    assert borrowed == set()


def test_no_module_imports_itself_through_others():
    files = {name(file): file for file in product()}
    graph = {own: imports(file, files) - {own} for own, file in files.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))


def test_tests_have_no_package_that_would_hide_the_product():
    assert [file for file in all_tests() if file.name == "__init__.py"] == []
