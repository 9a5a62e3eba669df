"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Commands that run in this process close its umask."""
    before = os.umask(0o022)
    yield
    os.umask(before)


# Tests that are not about reading do without the model: it takes a second to load.
os.environ["BYLINE_RERANKER"] = "none"
