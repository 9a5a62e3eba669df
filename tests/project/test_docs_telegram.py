"""What `docs/telegram.md` says of our tests."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.docs import PAGE, table_of_commands, written

_ROOT = Path(__file__).parents[2]
_PAGE = PAGE.read_text(encoding="utf-8")
_TABLES = _PAGE.replace(table_of_commands(), "")
_NAMED = re.findall(r"`([\w/]+\.py)::(test_\w+)`", _TABLES)


def test_the_table_of_commands_is_as_the_code_has_it():
    assert written(_PAGE) == _PAGE, "run make docs"
    assert table_of_commands() in _PAGE


def test_every_row_names_a_test():
    rows = [line for line in _TABLES.splitlines() if line.startswith("|")]
    rows = [row for row in rows if not re.match(r"\|-|\| .*\| Test \|$", row)]
    assert len(rows) == len(_NAMED) > 60
    assert all(re.search(r"`[\w/]+\.py::test_\w+` \|$", row) for row in rows)


def test_every_test_that_is_named_exists():
    missing = [
        f"{file}::{name}"
        for file, name in _NAMED
        if not re.search(rf"^(async )?def {name}\(", _read(file), re.MULTILINE)
    ]
    assert missing == []


def test_every_command_that_is_named_exists():
    assert (_ROOT / "tests" / "support" / "fuzz.py").exists()
    assert (_ROOT / "tests" / "support" / "kill.py").exists()
    options = (_ROOT / "benchmarks" / "load.py").read_text(encoding="utf-8")
    for option in ("webhook", "faults", "kill_every", "archive"):
        assert re.search(rf"^    {option}: ", options, re.MULTILINE)


def _read(file: str) -> str:
    path = _ROOT / "tests" / file
    return path.read_text(encoding="utf-8") if path.exists() else ""
