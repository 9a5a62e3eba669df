"""The model that reads a question and a window together, run by OpenVINO.

It is a BERT cross-encoder with three heads: how relevant the window is, whether it answers, and
where in it an answer begins. It is put together from its weights once, and kept beside the
archive's other models.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import mkdtemp
from textwrap import shorten
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.encoding.backend import count_streams, has_bf16, quieten
from retrieval.encoding.seal import PROBE, check_files, check_result, seal
from retrieval.errors import ModelError
from retrieval.reading.graph import build_graph
from retrieval.reading.weights import TAUGHT, find_base, merge, read_base, read_taught
from retrieval.results import Reading

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer  # type: ignore[import-untyped]  # has no types

MOST_TOKENS = 192
"""Of question, header and window together; a window's end beyond it is not read."""
_FORM = 1
"""Raise it when `build_graph` changes: it is part of the name under which a graph is kept."""
_TOKENIZER, _GRAPH = "tokenizer.json", "graph.xml"
_QUESTION = "how much does the breakwater cost"
_FAULTS = (OSError, ValueError, RuntimeError, ImportError)

_log = logging.getLogger(__name__)


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
            _ = self._parts

    def verify(self) -> None:
        """Make sure that the model as it is kept is sound; one that is not made yet is.

        Raises:
            ModelError: It is damaged; loading it would put it together anew.
        """
        folder = self._name_folder(find_base())
        try:
            if folder.is_dir():
                _open(folder)
        except _FAULTS as error:
            raise ModelError(f"{folder} is damaged: {_reason(error)}") from error

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
        encoded = self._parts.tokenizer.encode(question, head + text)
        types = encoded.type_ids
        relevance, answers, starts = self._parts.run(encoded)
        places = [
            (number, offset - len(head))
            for number, (offset, end) in enumerate(encoded.offsets)
            if types[number] and len(head) <= offset < end
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

    def _name_folder(self, base: Path) -> Path:
        known = f"{_FORM} {base.name} {hashlib.sha256(TAUGHT.read_bytes()).hexdigest()}"
        return self._cache / f"reader-{hashlib.sha256(known.encode()).hexdigest()[:12]}"

    @cached_property
    def _parts(self) -> _Parts:
        base = find_base()
        folder = self._name_folder(base)
        try:
            if folder.is_dir():
                return _open(folder)
        except _FAULTS as error:
            _log.info("the reader is put together anew: %s", error)
            shutil.rmtree(folder, ignore_errors=True)
        try:
            _build(base, folder)
            return _open(folder)
        except _FAULTS as error:
            raise ModelError(
                f"cannot use the reader: {_reason(error)}; delete {self._cache} and start again, "
                "or set BYLINE_RERANKER=none"
            ) from error


@dataclass(frozen=True, slots=True)
class _Parts:
    """A reader that is loaded: what cuts a text into tokens, and what reads them."""

    tokenizer: Tokenizer
    run: Callable[[Encoding], tuple[float, float, NDArray[np.float32]]]


def _open(folder: Path) -> _Parts:
    """Load what is kept, and make sure that it is what was put together.

    Raises:
        One of `_FAULTS`: It is not.
    """
    expected = check_files(folder)
    parts = _load(folder)
    check_result(expected, partial(_try, parts))
    return parts


def _load(folder: Path) -> _Parts:
    quieten(offline=False)
    import openvino
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str((folder / _TOKENIZER).read_text(encoding="utf-8"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS, strategy="only_second")
    options = {
        "INFERENCE_PRECISION_HINT": "bf16" if has_bf16() else "f32",
        "NUM_STREAMS": count_streams(),
        "CACHE_DIR": "",
    }
    compiled = openvino.Core().compile_model(folder / _GRAPH, "CPU", options)
    requests = threading.local()

    def run(encoded: Encoding) -> tuple[float, float, NDArray[np.float32]]:
        request = getattr(requests, "own", None)
        if request is None:
            request = requests.own = compiled.create_infer_request()
        ids, types = (np.array([one], np.int64) for one in (encoded.ids, encoded.type_ids))
        result = request.infer({"input_ids": ids, "token_type_ids": types})
        relevance, answers, starts = (result[number] for number in range(3))
        return float(relevance[0]), float(answers[0]), np.array(starts[0])

    return _Parts(tokenizer, run)


def _try(parts: _Parts) -> NDArray[np.float32]:
    """What a reader makes of a pair that is always the same.

    OpenVINO makes some of its types when it is first used, too: see `load_direct`.
    """
    relevance, answers, starts = parts.run(parts.tokenizer.encode(_QUESTION, PROBE))
    return np.array([relevance, answers, *starts], np.float32)


def _reason(error: Exception) -> str:
    return shorten(str(error) or repr(error), 150)


def _build(base: Path, folder: Path) -> None:
    """Put the graph together, and keep it with its tokenizer: a folder is whole or not there."""
    import openvino

    graph = build_graph(merge(read_base(base), read_taught()))
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent))
    try:
        openvino.save_model(graph, made / _GRAPH, compress_to_fp16=True)
        shutil.copyfile(base / "tokenizer.json", made / _TOKENIZER)
        seal(made, _try(_load(made)))
        made.rename(folder)
    except OSError:
        if not (folder / _TOKENIZER).is_file():  # else another process was quicker
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
