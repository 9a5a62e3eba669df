"""What is installed is what was locked: every version, and the hash of every file but torch's."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.licences import read_licence, write_table

ROOT = Path(__file__).parents[2]
LISTS = ["requirements.txt", "requirements-dev.txt", "requirements-tools.txt"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
_ENTRY = re.compile(
    r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<rest>.*(?:\n    --hash=\S+.*)*)", re.M
)
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")


def locked(name: str) -> dict[str, tuple[str, int]]:
    """The packages of a list, with their versions and how many files of them are known."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = {
        canonicalize_name(entry["name"]): (entry["version"], len(_HASH.findall(entry["rest"])))
        for entry in _ENTRY.finditer(text)
    }
    lines = [line for line in text.splitlines() if not line.startswith((" ", "#"))]
    assert len(lines) == len(found), "a line is no pinned version"
    return found


def constrained() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    return {canonicalize_name(name): version for name, version in (x.split("==") for x in lines)}


@pytest.mark.parametrize("name", LISTS)
def test_every_package_is_pinned_and_every_file_of_it_known(name):
    packages = locked(name)
    assert len(packages) > 40
    assert [package for package, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.parametrize("name", LISTS[:2])
def test_the_lists_agree_with_the_constraints(name):
    versions = constrained()
    for package, (version, _) in locked(name).items():
        assert versions.get(package, version) == version, f"{package}: run make lock"


def test_all_that_byline_needs_is_locked_but_torch_which_is_pinned():
    needed = PROJECT["project"]["dependencies"]
    developed = PROJECT["project"]["optional-dependencies"]["dev"]
    for name, wanted in ((LISTS[0], needed), (LISTS[1], needed + developed)):
        packages = locked(name)
        every = [Requirement(line) for line in wanted]
        missing = {one.name for one in every if canonicalize_name(one.name) not in packages}
        assert missing == {"torch"}, "run make lock"
        wrong = [
            one.name
            for one in every
            if one.name not in missing
            and not one.specifier.contains(packages[canonicalize_name(one.name)][0])
        ]
        assert wrong == [], "run make lock"
    assert "torch" in constrained()


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", "docs/running.md"])
def test_wherever_byline_is_installed_hashes_are_asked_for(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    text = text.replace("\\\n", " ").replace(
        "$(LOCKED)", "--require-hashes --no-deps --requirement"
    )
    text = text.replace("--disable-pip-version-check", "")
    installs = re.findall(r"(?:pip install|@\$\(PIP\)) +([^&\n]+)", text)
    kinds = [
        "--require-hashes --no-deps --requirement requirements",
        "--constraint constraints.txt torch",
        "--no-deps --no-build-isolation",
    ]
    assert [kind for kind in kinds if not any(kind in one for one in installs)] == []
    others = [one for one in installs if not any(kind in one for kind in kinds)]
    # What looks for newer versions, and what other search engines are measured with.
    allowed = ("--editable '.[dev]'", "benchmarks/peers.txt")
    assert [one for one in others if not one.strip().endswith(allowed)] == []


def test_nobody_is_told_to_install_a_package_that_is_not_published():
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    files += [
        file for room in ("bot", "corpus", "retrieval") for file in (ROOT / room).rglob("*.py")
    ]
    advice = re.compile(r"pip install (?:-U |--upgrade )?byline\b")
    assert [file.name for file in files if advice.search(file.read_text(encoding="utf-8"))] == []


def test_the_licence_of_every_package_is_listed():
    packages = [one for one in distributions() if one.name in ("python-telegram-bot", "numpy")]
    table = write_table([*packages, *packages])
    assert "| python-telegram-bot | " in table
    assert table.count("| numpy |") == 1
    assert "LGPL" in table
    assert all(read_licence(one) != "not said" for one in packages)
