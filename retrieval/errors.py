"""What can go wrong while searching.

RetrievalError
├── ModelError         a model cannot be loaded, or is not the one it should be
├── FingerprintError   the archive was embedded by another model
├── EngineError        what holds the passages elsewhere does not answer
└── JudgmentsError     questions with known answers, or scores to compare with, cannot be read

Tested with what raises them, for one, in `tests/retrieval/index/test_snapshot.py`.
"""

from __future__ import annotations

from corpus.errors import ToolError

_ANY_REMEDY = "run `byline reindex`, or set BYLINE_MODEL and BYLINE_RUNTIME back"
_PARTS = 2
"""Of a fingerprint, beside the model: a runtime, and what is embedded."""


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
            f"{_remedy(stored, wanted)}"
        )
        self.stored = stored
        self.wanted = wanted


class EngineError(RetrievalError):
    """What holds the passages elsewhere does not answer, or not in time."""


def _remedy(stored: str, wanted: str) -> str:
    """What to do, by how two fingerprints differ: see `Encoder.fingerprint`."""
    (model, *others), (same_model, *own) = stored.split("/", 2), wanted.split("/", 2)
    if len(others) < _PARTS or len(own) < _PARTS:
        return _ANY_REMEDY
    (runtime, recipe), (own_runtime, same_recipe) = others, own
    if (model, recipe) != (same_model, same_recipe):
        return _ANY_REMEDY
    return (
        f"set BYLINE_RUNTIME={_setting(runtime)} where a machine has that, or run `byline reindex` "
        f"with what all machines have, such as BYLINE_RUNTIME={_setting(own_runtime)}"
    )


def _setting(runtime: str) -> str:
    """How a runtime is called in the settings."""
    return runtime.removesuffix("-f32") if runtime.startswith("torch") else runtime


class JudgmentsError(RetrievalError):
    """Questions with known answers, or scores to compare with, cannot be read."""
