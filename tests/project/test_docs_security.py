"""What `docs/security.md` and `docs/attacks.md` say of our tests."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "docs" / "attacks.md").read_text(encoding="utf-8")
_NAMED = re.findall(r"`([\w/]+\.py)::(test_\w+)`", _PAGE)


def test_every_defence_names_a_test():
    rows = [line for line in _PAGE.splitlines() if "|" in line]
    rows = [row for row in rows if not row.startswith("| ---") and not row.endswith("| Test |")]
    assert len(rows) == len(_NAMED) > 40
    assert [row for row in rows if not re.search(r"`[\w/]+\.py::test_\w+` \|$", row)] == []


def test_every_test_that_is_named_exists():
    missing = [
        f"{file}::{name}"
        for file, name in _NAMED
        if not re.search(rf"^(async )?def {name}\(", _read(file), re.MULTILINE)
    ]
    assert missing == []


def test_every_link_leads_somewhere():
    for page in (
        _ROOT / "docs" / "security.md",
        _ROOT / "docs" / "attacks.md",
        _ROOT / "SECURITY.md",
    ):
        links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
        assert links
        assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_page_for_people_is_a_page_and_a_half():
    assert len((_ROOT / "docs" / "security.md").read_text(encoding="utf-8").split()) < 850


def _read(file: str) -> str:
    path = _ROOT / "tests" / file
    return path.read_text(encoding="utf-8") if path.exists() else ""
