"""What can go wrong while searching.

RetrievalError
├── ModelError         a model cannot be loaded, or is not the one it should be
├── FingerprintError   the archive was embedded by another model
└── JudgmentsError     questions with known answers, or scores to compare with, cannot be read

Tested with what raises them, for one, in `tests/retrieval/index/test_snapshot.py`.
"""

from __future__ import annotations

from corpus.errors import ToolError


class RetrievalError(Exception):
    """Root of this package's errors."""


class ModelError(RetrievalError, ToolError):
    """A model cannot be loaded, or is not the one it should be."""


class FingerprintError(RetrievalError):
    """The archive was embedded by another model than the one in use.

    Attributes:
        stored: Fingerprint of the archive's embeddings.
        wanted: Fingerprint of the model in use.
    """

    def __init__(self, *, stored: str, wanted: str) -> None:
        super().__init__(
            f"the archive was indexed with {stored}, the model in use is {wanted}; "
            "run `byline reindex`, or set BYLINE_MODEL and BYLINE_RUNTIME back"
        )
        self.stored = stored
        self.wanted = wanted


class JudgmentsError(RetrievalError):
    """Questions with known answers, or scores to compare with, cannot be read."""
