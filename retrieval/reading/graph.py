"""The reader's graph: BERT (Devlin et al., 2019) with three heads, in OpenVINO's operations.

Tested with the model in `tests/retrieval/reading/test_model.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.reading.weights import Weights

if TYPE_CHECKING:
    import openvino

_LAYERS, _HIDDEN, _HEADS = 12, 384, 12
_EPSILON = 1e-12


def build_graph(weights: Weights) -> openvino.Model:
    """Build the graph of one pair.

    Args:
        weights: The base model's, and those of the heads `answers` and `starts`.

    Returns:
        From `input_ids` and `token_type_ids`, int64 of shape (1, tokens), to the logits of
        relevance (1,), of answering (1,), and of beginning the answer (1, tokens).
    """
    import openvino
    from openvino import opset13 as ops

    def constant(name: str) -> openvino.Node:
        return ops.constant(weights[name])

    def linear(x: openvino.Node, name: str) -> openvino.Node:
        product = ops.matmul(x, constant(f"{name}.weight"), transpose_a=False, transpose_b=True)
        return ops.add(product, constant(f"{name}.bias"))

    def normalise(x: openvino.Node, name: str) -> openvino.Node:
        even = ops.mvn(x, np.array([-1]), True, _EPSILON, "inside_sqrt")
        scaled = ops.multiply(even, constant(f"{name}.weight"))
        return ops.add(scaled, constant(f"{name}.bias"))

    def split(x: openvino.Node) -> openvino.Node:
        parts = ops.reshape(x, np.array([0, 0, _HEADS, _HIDDEN // _HEADS]), special_zero=True)
        return ops.transpose(parts, np.array([0, 2, 1, 3]))

    def attend(x: openvino.Node, name: str) -> openvino.Node:
        query, key, value = (
            split(linear(x, f"{name}.self.{part}")) for part in ("query", "key", "value")
        )
        heard = ops.scaled_dot_product_attention(query, key, value)
        joined = ops.reshape(
            ops.transpose(heard, np.array([0, 2, 1, 3])),
            np.array([0, 0, _HIDDEN]),
            special_zero=True,
        )
        return normalise(
            ops.add(x, linear(joined, f"{name}.output.dense")), f"{name}.output.LayerNorm"
        )

    ids = ops.parameter([1, -1], np.int64, name="input_ids")
    types = ops.parameter([1, -1], np.int64, name="token_type_ids")
    size = ops.gather(ops.shape_of(ids), np.array(1), np.array(0))
    places = ops.range(np.int64(0), size, np.int64(1), output_type="i64")
    embeddings = "bert.embeddings"
    x: openvino.Node = ops.add(
        ops.add(
            ops.gather(constant(f"{embeddings}.word_embeddings.weight"), ids, np.array(0)),
            ops.gather(constant(f"{embeddings}.token_type_embeddings.weight"), types, np.array(0)),
        ),
        ops.gather(constant(f"{embeddings}.position_embeddings.weight"), places, np.array(0)),
    )
    x = normalise(x, f"{embeddings}.LayerNorm")
    for number in range(_LAYERS):
        name = f"bert.encoder.layer.{number}"
        x = attend(x, f"{name}.attention")
        inner = ops.gelu(linear(x, f"{name}.intermediate.dense"), "erf")
        x = normalise(ops.add(x, linear(inner, f"{name}.output.dense")), f"{name}.output.LayerNorm")
    first = ops.gather(x, np.array(0), np.array(1))
    pooled = ops.tanh(linear(first, "bert.pooler.dense"))
    relevance = ops.squeeze(linear(pooled, "classifier"), np.array(1))
    answers = ops.squeeze(linear(pooled, "answers"), np.array(1))
    starts = ops.squeeze(linear(x, "starts"), np.array(2))
    return openvino.Model([relevance, answers, starts], [ids, types], "reader")
