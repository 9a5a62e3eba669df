"""What computes the embeddings: the runtimes that this machine has, and the fastest of them.

Tested with the encoder in `tests/retrieval/encoding/test_encoder.py`.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Embed = Callable[[list[str]], NDArray[np.float32]]
"""Turns one batch of texts into rows of unit length."""

_TOKENIZER = "byline_tokenizer.json"
"""Tokenizer with its limits set. It lies beside an exported model that can be run without
sentence-transformers, which takes half as long and need not be imported."""
_GRAPH = Path("openvino", "openvino_model.xml")
_MOST_STREAMS = 8
_SAMPLES = [
    "",
    "Ferry",
    "The CAFÉ on the pier was shut by the storm; its owner, aged 71, asked “who pays?”",
    "The harbour board met again on Tuesday to talk of the new breakwater. " * 60,
]
_AGREE = 0.9999


def list_available(wanted: str) -> list[str]:
    """Name what this machine can compute embeddings with, the fastest first.

    Args:
        wanted: "auto" for all of them, or how their names begin: "openvino", "openvino-f32".

    Returns:
        Of "openvino-bf16", "openvino-f32" and "torch-f32".
    """
    names = ["torch-f32"]
    if find_spec("openvino") and find_spec("optimum"):
        names.insert(0, "openvino-f32")
        if not wanted.startswith("torch") and has_bf16():
            names.insert(0, "openvino-bf16")
    return [name for name in names if wanted == "auto" or name.startswith(wanted)]


@cache
def has_bf16() -> bool:
    """Ask OpenVINO, which names bf16 only where the processor multiplies it by itself."""
    quieten(offline=False)
    from openvino import Core

    return "BF16" in Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def count_streams() -> int:
    """How many batches OpenVINO embeds at once, each on one core.

    Two batches on a core each take less time than one after the other on two.
    """
    return min(os.cpu_count() or 1, _MOST_STREAMS)


def is_direct(exported: Path) -> bool:
    """Tell whether `load_direct` can run an exported model."""
    return (exported / _TOKENIZER).is_file()


def prepare_direct(model: SentenceTransformer, exported: Path) -> None:
    """Make an exported model ready for `load_direct`, where that embeds as the model itself does.

    Whether it does is found out by trying: it does for a transformer with mean pooling, and not
    for one with another pooling, a prompt, or a layer behind.
    """
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        return
    from tokenizers import Tokenizer  # type: ignore[import-untyped]  # has no types

    tokenizer = Tokenizer.from_str(backend.to_str())
    tokenizer.enable_truncation(model.max_seq_length)
    tokenizer.enable_padding(
        pad_id=model.tokenizer.pad_token_id, pad_token=model.tokenizer.pad_token
    )
    tokenizer.save(str(exported / _TOKENIZER))
    if not _agrees(model, exported):
        (exported / _TOKENIZER).unlink()


def _agrees(model: SentenceTransformer, exported: Path) -> bool:
    expected = model.encode(_SAMPLES, normalize_embeddings=True, show_progress_bar=False)
    try:
        vectors = load_direct(exported, "f32", 1)[0](_SAMPLES)
    except (RuntimeError, KeyError, ValueError):
        return False
    if vectors.shape != expected.shape:
        return False
    return bool((vectors * expected).sum(axis=1).min() >= _AGREE)


def load_direct(exported: Path, precision: str, streams: int) -> list[Embed]:
    """Load an exported model, one function for each stream.

    Args:
        exported: Folder of a model that `is_direct`.
        precision: "f32" or "bf16".
        streams: How many; a single one keeps to one core. The vectors are the same.

    Raises:
        OSError, RuntimeError, ValueError: A file is missing or damaged.
    """
    quieten(offline=False)
    import openvino
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer((exported / _TOKENIZER).read_bytes())
    options = {
        "INFERENCE_PRECISION_HINT": precision,
        "NUM_STREAMS": streams,
        "CACHE_DIR": "",
    }
    if streams == 1:
        options["INFERENCE_NUM_THREADS"] = 1
    compiled = openvino.Core().compile_model(exported / _GRAPH, "CPU", options)
    names = [entry.any_name for entry in compiled.inputs]

    def embedder() -> Embed:
        request = compiled.create_infer_request()

        def embed(texts: list[str]) -> NDArray[np.float32]:
            encodings = tokenizer.encode_batch_fast(texts)
            inputs = {
                "input_ids": np.array([one.ids for one in encodings], np.int64),
                "attention_mask": np.array([one.attention_mask for one in encodings], np.int64),
                "token_type_ids": np.array([one.type_ids for one in encodings], np.int64),
            }
            result = request.infer(
                {name: inputs[name] for name in names}, share_inputs=True, share_outputs=True
            )
            mask = inputs["attention_mask"][:, None, :].astype(np.float32)
            sums: NDArray[np.float32] = (mask @ result["last_hidden_state"])[:, 0]
            sums /= np.linalg.norm(sums, axis=1, keepdims=True)
            return sums

        return embed

    lanes = [embedder() for _ in range(streams)]
    # OpenVINO makes some of its types when it is first used, and two threads that come first at
    # the same time can wait for one another for ever, with the interpreter's lock held.
    lanes[0](["warm up"])
    return lanes


def quieten(*, offline: bool) -> None:
    """Keep the libraries from calling home and from filling the screen."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("NNCF_CI", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # OpenVINO reports its use unless told not to in a file in the home folder; without the
    # reporting package it takes an empty stand-in of its own.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # so that importing it fails
    warnings.filterwarnings("ignore", module=r"transformers|optimum|torch|openvino")
    for name in ("nncf", "sentence_transformers", "torch"):
        logging.getLogger(name).setLevel(logging.ERROR)
