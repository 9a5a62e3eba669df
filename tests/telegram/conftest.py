"""Fixtures that every test on the emulated Telegram may use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.newsroom import SAMPLE, byline


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> Path:
    """A home that holds the sample, to be copied only."""
    home = tmp_path_factory.mktemp("printed") / "home"
    assert byline(home, "add", str(SAMPLE)).returncode == 0
    return home


@pytest.fixture
def edition(printed, tmp_path) -> Path:
    """A home that holds the sample."""
    return Path(shutil.copytree(printed, tmp_path / "home"))
