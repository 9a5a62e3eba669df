"""The model that reads a question and a window together, run by OpenVINO.

It is a BERT cross-encoder with three heads: how relevant the window is, whether it answers, and
where in it an answer begins. It is put together from its weights once, and kept beside the
archive's other models.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding.backend import count_streams, has_bf16, quieten
from retrieval.errors import ModelError
from retrieval.reading.graph import build_graph
from retrieval.reading.weights import TAUGHT, find_base, merge, read_base, read_taught
from retrieval.results import Reading

if TYPE_CHECKING:
    from tokenizers import Tokenizer  # type: ignore[import-untyped]  # has no types

Ids = NDArray[np.int64]
MOST_TOKENS = 192
"""Of question, header and window together; a window's end beyond it is not read."""
_FORM = 1
"""Raise it when `build_graph` changes: it is part of the name under which a graph is kept."""
_TOKENIZER, _GRAPH = "tokenizer.json", "graph.xml"
_FAULTS = (OSError, ValueError, RuntimeError, ImportError)


class ReaderModel:
    """Reads pairs of question and window; safe to use from several threads.

    Args:
        cache: Folder in which the graph is kept.
    """

    name = "byline-reader-en"

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._loading = threading.Lock()

    def load(self) -> None:
        """Load the model, where that was not done before: half a second, the first time ten.

        Raises:
            ModelError: Its weights are missing or cannot be used.
        """
        with self._loading:
            _ = self._run

    def read(self, question: str, head: str, text: str) -> Reading:
        """Read one window.

        Args:
            question: As asked.
            head: What the article is: see `add_header`.
            text: The window; a begin's place counts from its start.

        Raises:
            ModelError: See `load`.
        """
        self.load()
        encoded = self._tokenizer.encode(question, head + text)
        ids, types = np.array([encoded.ids], np.int64), np.array([encoded.type_ids], np.int64)
        relevance, answers, starts = self._run(ids, types)
        places = [
            (number, offset - len(head))
            for number, (offset, end) in enumerate(encoded.offsets)
            if types[0, number] and len(head) <= offset < end
        ]
        if not places:
            return Reading(relevance, answers)
        logits = starts[[number for number, _ in places]]
        shares = np.exp(logits - logits.max())
        shares /= shares.sum()
        begins = tuple(
            (place, share) for (_, place), share in zip(places, shares.tolist(), strict=True)
        )
        return Reading(relevance, answers, begins)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        text = (self._folder / _TOKENIZER).read_text(encoding="utf-8")
        json.loads(text)  # what tokenizers raises of a damaged file has no type of its own
        tokenizer = Tokenizer.from_str(text)
        tokenizer.no_padding()
        tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
        return tokenizer

    @cached_property
    def _folder(self) -> Path:
        """The graph's folder, made where it is not there yet."""
        base = find_base()
        known = f"{_FORM} {base.name} {hashlib.sha256(TAUGHT.read_bytes()).hexdigest()}"
        folder = self._cache / f"reader-{hashlib.sha256(known.encode()).hexdigest()[:12]}"
        if not (folder / _TOKENIZER).is_file():
            _build(base, folder)
        return folder

    @cached_property
    def _run(self) -> Callable[[Ids, Ids], tuple[float, float, NDArray[np.float32]]]:
        quieten(offline=False)
        try:
            _ = self._tokenizer
            import openvino

            options = {
                "INFERENCE_PRECISION_HINT": "bf16" if has_bf16() else "f32",
                "NUM_STREAMS": count_streams(),
                "CACHE_DIR": "",
            }
            compiled = openvino.Core().compile_model(self._folder / _GRAPH, "CPU", options)
        except _FAULTS as error:
            raise ModelError(
                f"cannot use the reader: {shorten(str(error) or repr(error), 150)}; delete "
                f"{self._cache} and start again, or set BYLINE_RERANKER=none"
            ) from error
        requests = threading.local()

        def run(ids: Ids, types: Ids) -> tuple[float, float, NDArray[np.float32]]:
            request = getattr(requests, "own", None)
            if request is None:
                request = requests.own = compiled.create_infer_request()
            result = request.infer({"input_ids": ids, "token_type_ids": types})
            relevance, answers, starts = (result[number] for number in range(3))
            return float(relevance[0]), float(answers[0]), np.array(starts[0])

        # OpenVINO makes some of its types when it is first used; see `load_direct`.
        run(np.array([[101, 102]]), np.array([[0, 1]]))
        return run


def _build(base: Path, folder: Path) -> None:
    """Put the graph together, and keep it with its tokenizer: a folder is whole or not there."""
    import openvino

    graph = build_graph(merge(read_base(base), read_taught()))
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent))
    try:
        openvino.save_model(graph, made / _GRAPH, compress_to_fp16=True)
        shutil.copyfile(base / "tokenizer.json", made / _TOKENIZER)
        made.rename(folder)
    except OSError:
        if not (folder / _TOKENIZER).is_file():  # else another process was quicker
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
