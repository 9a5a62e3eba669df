"""Any cross-encoder of sentence-transformers as what reads: it rates, and tells no more."""

from __future__ import annotations

import math
import os
import threading
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from retrieval.encoding.backend import quieten
from retrieval.errors import ModelError
from retrieval.results import Reading

if TYPE_CHECKING:
    import sentence_transformers

_FAULTS = (OSError, ValueError, TypeError, ImportError, RuntimeError)
"""What sentence-transformers raises for models that are missing, damaged or of another kind."""


class CrossEncoder:
    """One sentence-transformers CrossEncoder, run by PyTorch.

    Args:
        name: Any name or folder that sentence-transformers takes.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._local = Path(name).is_dir()
        self._loading, self._rating = threading.Lock(), threading.Lock()
        if not self._local:  # an encoder that lies in a folder would shut the hub for both
            os.environ.setdefault("HF_HUB_OFFLINE", "0")

    def load(self) -> None:
        """Load the model, where that was not done before.

        Raises:
            ModelError: It cannot be loaded, or does not give one number for a pair.
        """
        with self._loading:
            _ = self._model

    def verify(self) -> None:
        """Make sure that it can be loaded; nothing of it is kept here."""
        self.load()

    def read(self, question: str, head: str, text: str) -> Reading:
        """Rate how well a window behind its header answers a question, and nothing else."""
        with self._rating:
            return Reading(_rate(self._model, question, head + text))

    @cached_property
    def _model(self) -> sentence_transformers.CrossEncoder:
        quieten(offline=self._local)
        import sentence_transformers
        from safetensors import SafetensorError
        from torch.nn import Identity
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # has no types
        try:
            # A sigmoid would round the best scores to the same 1.
            model: sentence_transformers.CrossEncoder = sentence_transformers.CrossEncoder(
                self.name, device="cpu", activation_fn=Identity()
            )
        except (*_FAULTS, SafetensorError) as error:
            raise self._refusal(str(error) or repr(error)) from error
        self._check(model)
        return model

    def _check(self, model: sentence_transformers.CrossEncoder) -> None:
        if model.num_labels != 1:
            raise self._refusal(f"it gives {model.num_labels} scores for a pair instead of one")
        trained = getattr(model.config, "architectures", None) or ["ForSequenceClassification"]
        # sentence-transformers gives any other model a head of random weights, and only warns.
        if len(model) == 1 and not trained[0].endswith("ForSequenceClassification"):
            raise self._refusal(f"it is no cross-encoder but a {trained[0]}")
        if not math.isfinite(_rate(model, "warm up", "warm up")):
            raise self._refusal("its weights are damaged")

    def _refusal(self, reason: str) -> ModelError:
        return ModelError(
            f"cannot use the reranker {self.name}: {shorten(reason, 150)}; set BYLINE_RERANKER to "
            "the name or folder of a sentence-transformers CrossEncoder with one label, or unset it"
        )


def _rate(model: sentence_transformers.CrossEncoder, query: str, text: str) -> float:
    return float(model.predict([(query, text)], show_progress_bar=False)[0])
