"""Fixtures that every test may use."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


# Tests that are not about reading do without the model: it takes a second to load.
os.environ["BYLINE_RERANKER"] = "none"
