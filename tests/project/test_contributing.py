"""What `CONTRIBUTING.md` names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = {"bot/locales/fr.ftl"}

_MAP = re.search(r"^```text\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"(?<!\S)[\w/]+(?:/|\.py)(?=[\s;]|$)")
_PATH = re.compile(r"`((?:corpus|retrieval|bot|tests|benchmarks|docs)/[\w/.-]+)`")


def mapped() -> set[str]:
    """Every path of the map."""
    assert _MAP
    found, package = set[str](), ""
    for line in _MAP[1].splitlines():
        names = _NAME.findall(line)
        if line.startswith(" "):
            found |= {package + name.rstrip("/") for name in names}
        else:
            (package,) = names
    return found


def missing(paths: set[str]) -> set[str]:
    return {path for path in paths if not (ROOT / path).exists()}


def test_every_room_of_the_map_is_there():
    assert len(mapped()) > 20
    assert missing(mapped()) == set()


def test_every_path_that_is_named_is_there():
    named = {path.rstrip("/") for path in _PATH.findall(TEXT)}
    assert len(named) > 20
    assert missing(named) - EXAMPLES == set()


def test_every_target_of_make_is_there():
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(re.findall(r"\bmake ([a-z]+)\b(?=`|\s+#)", TEXT)) <= set(targets)
