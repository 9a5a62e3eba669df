"""List the licence of every package of this environment, as `make audit` does.

Run it as ``python deploy/licences.py TABLE.md``; Byline itself is left out. What a package does not
say of itself stands as "not said".
"""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

_CLASSIFIER = "License :: "


def read_licence(package: Distribution) -> str:
    """What a package says of its licence: its expression, its classifiers, or its first line."""
    about = package.metadata
    classifiers = about.get_all("Classifier") or ()
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith(_CLASSIFIER)]
    written = (about.get("License") or "").strip().partition("\n")[0]
    return about.get("License-Expression") or " / ".join(named) or written or "not said"


def write_table(packages: list[Distribution]) -> str:
    """A Markdown table of packages, by name."""
    rows = {
        package.name.casefold(): f"| {package.name} | {package.version} | {read_licence(package)} |"
        for package in packages
        if package.name != "byline"
    }
    head = ["| Package | Version | Licence |", "| --- | --- | --- |"]
    return "\n".join((*head, *(rows[name] for name in sorted(rows)), ""))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(write_table(list(distributions())), encoding="utf-8")
