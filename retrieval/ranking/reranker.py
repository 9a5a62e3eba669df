"""Reorder the first hits by a model that reads question and passage together; off by default.

Each hit is rated for what it was ranked for: the question, or the clause of a comparison that
ranked it highest; hits change places only with those of the same clause. A rating for the whole
comparison would favour whichever side it finds easier, and both sides belong on top.

When time runs out, the best-ranked hits have been rated and the others not. Those that have are
put in their new order, and the rest keep their places behind them: no hit falls behind one that
was not rated with it. The answer is that of a reranker which reads fewer hits.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Protocol

from retrieval.encoding.backend import quieten
from retrieval.errors import ModelError
from retrieval.index.header import add_header
from retrieval.query.question import Aspect
from retrieval.results import Hit

if TYPE_CHECKING:
    import sentence_transformers

DEPTH = 10
"""Hits that are reordered, those that fill a reader's pages."""


_FAULTS = (OSError, ValueError, TypeError, ImportError, RuntimeError)
"""What sentence-transformers raises for models that are missing, damaged or of another kind."""


class Scorer(Protocol):
    """Rates how well passages answer questions: a cross-encoder, or a fake in tests."""

    name: str

    def load(self) -> None:
        """Get ready, where that takes long."""
        ...

    def score(self, query: str, text: str) -> float:
        """Rate how well a text answers a question, the higher the better."""
        ...


class Reranker:
    """Reorders the first hits within a time limit; safe to use from several threads.

    Args:
        scorer: Rates one passage at a time: a batch of ten takes no less, for its padding.
        limit_ms: Time for one question, waiting for other questions included. It is exceeded by
            one passage at most.
        clock: Seconds from any start.
    """

    def __init__(
        self, scorer: Scorer, *, limit_ms: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = scorer.name
        self._scorer = scorer
        self._limit_s = limit_ms / 1000
        self._clock = clock
        self._scoring = threading.Lock()

    def load(self) -> None:
        """Load the model now rather than with the first question.

        Raises:
            ModelError: See `CrossEncoder.load`.
        """
        self._scorer.load()

    def rerank(self, hits: Sequence[Hit], aspects: Sequence[Aspect]) -> list[Hit]:
        """Put the best answers first; loading the model does not count as time spent.

        Args:
            hits: Best first.
            aspects: What each hit was ranked for, as many.

        Returns:
            The same hits, their scores unchanged: the first `DEPTH` of them, or as many of these
            as there was time for, in their new order, ties in the old one; then the rest.

        Raises:
            ModelError: See `CrossEncoder.load`.
        """
        self.load()
        pairs = [
            (aspect.text, add_header(hit.article, hit.passage.text))
            for hit, aspect in zip(hits, aspects, strict=True)
        ]
        scores = self._score(pairs[:DEPTH])
        places = range(len(scores))
        best = sorted(places, key=lambda place: -scores[place])
        turns = {
            aspect: iter([hits[place] for place in best if aspects[place] == aspect])
            for aspect in set(aspects)
        }
        return [*(next(turns[aspects[place]]) for place in places), *hits[len(scores) :]]

    def _score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Rate the pairs in their order, as many as there is time for."""
        end = self._clock() + self._limit_s
        scores: list[float] = []
        if not self._scoring.acquire(timeout=self._limit_s):
            return scores
        try:
            slowest, now = 0.0, self._clock()
            for query, text in pairs:
                if now + slowest > end:
                    break
                scores.append(self._scorer.score(query, text))
                before, now = now, self._clock()
                slowest = max(slowest, now - before)
        finally:
            self._scoring.release()
        return scores


class CrossEncoder:
    """One sentence-transformers CrossEncoder, run by PyTorch.

    Args:
        name: Any name or folder that sentence-transformers takes.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._local = Path(name).is_dir()
        self._loading = threading.Lock()
        if not self._local:  # an encoder that lies in a folder would shut the hub for both
            os.environ.setdefault("HF_HUB_OFFLINE", "0")

    def load(self) -> None:
        """Load the model, where that was not done before.

        Raises:
            ModelError: It cannot be loaded, or does not give one number for a pair.
        """
        with self._loading:
            _ = self._model

    def score(self, query: str, text: str) -> float:
        """Rate how well a text answers a question; not safe to call from two threads at once."""
        return _rate(self._model, query, text)

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
