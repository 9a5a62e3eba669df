"""A folder is as it was sealed, and computes what it did, or somebody hears of it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.encoding.seal import SealError, check_files, check_result, seal

COMPUTED = np.array([[0.6, 0.0, -0.8]], np.float32)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "graph.bin").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "config.json").write_text('{"pooling": "mean"}')
    seal(tmp_path, COMPUTED)
    return tmp_path


def test_what_was_computed_is_given_back(folder):
    np.testing.assert_array_equal(check_files(folder), COMPUTED[0])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2303), st.integers(1, 255))
def test_no_flipped_byte_stays_unseen(folder, place, flip):
    path = folder / "model" / "graph.bin"
    sound = path.read_bytes()
    content = bytearray(sound)
    content[place] ^= flip
    path.write_bytes(content)
    with pytest.raises(SealError, match=r"model/graph\.bin is damaged"):
        check_files(folder)
    path.write_bytes(sound)


def test_what_is_missing_or_new_is_seen_too(folder):
    (folder / "config.json").rename(folder / "settings.json")
    with pytest.raises(SealError, match=r"config\.json is damaged"):
        check_files(folder)
    (folder / "settings.json").rename(folder / "config.json")
    (folder / "more.json").write_text("{}")
    with pytest.raises(SealError, match=r"more\.json is damaged"):
        check_files(folder)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "5", "{}", '{"crc32": 5, "computed": []}', '{"crc32": {}, "computed": "x"}',
     '{"crc32": {}, "computed": [[1], [2, 3]]}', '{"crc32": {}, "computed": null}'],
)  # fmt: skip
def test_a_seal_that_is_none_is_told(folder, content):
    (folder / "byline_seal.json").write_text(content)
    with pytest.raises(SealError):
        check_files(folder)
    (folder / "byline_seal.json").unlink()
    with pytest.raises(SealError, match="an older Byline made it, or its seal is damaged"):
        check_files(folder)


@pytest.mark.parametrize(
    "computed",
    [[0.8, 0.0, -0.6], [-0.6, 0.0, 0.8], [0, 0, 0], [np.nan, 0, 0], [np.inf, 0, -np.inf], [0.6, 0]],
)
def test_a_model_that_computes_something_else_is_told(computed):
    with pytest.raises(SealError, match="does not compute what it did when it was exported"):
        check_result(COMPUTED, lambda: np.array([computed], np.float32))


def test_half_precision_is_no_difference():
    check_result(COMPUTED, lambda: COMPUTED.astype(np.float16).astype(np.float32))


def test_what_is_not_a_number_is_not_sealed(tmp_path):
    with pytest.raises(SealError):
        seal(tmp_path, np.array([[np.nan, 1]], np.float32))
    assert list(tmp_path.iterdir()) == []


def test_a_seal_tells_no_absolute_path(folder):
    known = json.loads((folder / "byline_seal.json").read_text())
    assert set(known["crc32"]) == {"model/graph.bin", "config.json"}
