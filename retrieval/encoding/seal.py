"""A seal on a model that is exported into a home folder: checksums, and what it computed then.

Damage to the files, and a machine that computes something else with them, would otherwise make
vectors that look like any others and are stored for good.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

PROBE = "The harbour board met again on Tuesday: 4.5 million crowns for the breakwater, it says."
"""What an embedding model is tried with."""
_SEAL = "byline_seal.json"
_AGREE = 0.98
"""Cosine from which two results are the same; half precision leaves more than 0.999."""
_CHUNK = 1 << 20


class SealError(ValueError):
    """A sealed folder is not as it was sealed, or computes something else."""


def seal(folder: Path, computed: NDArray[np.float32]) -> None:
    """Write down what is in a folder, and what its model computes.

    Args:
        folder: All of its files are covered.
        computed: From what the model is tried with; one row.

    Raises:
        SealError: That is not finite.
    """
    _compare(computed, computed)
    known = {"crc32": _sum_up(folder), "computed": computed.ravel().tolist()}
    (folder / _SEAL).write_text(json.dumps(known), encoding="utf-8")


def check_files(folder: Path) -> NDArray[np.float32]:
    """Make sure that a folder holds what was sealed.

    Returns:
        What its model computed then; see `check_result`.

    Raises:
        SealError: A file is damaged, missing or new, or there is no seal.
        OSError: A file cannot be read.
    """
    try:
        known = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
        sums, computed = dict(known["crc32"]), np.array(known["computed"], np.float32)
    except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
        raise SealError("an older Byline made it, or its seal is damaged") from error
    found = _sum_up(folder)
    for name in sorted(found.keys() | sums.keys()):
        if found.get(name) != sums.get(name):
            raise SealError(f"{name} is damaged")
    return computed


def check_result(expected: NDArray[np.float32], compute: Callable[[], NDArray[np.float32]]) -> None:
    """Make sure that a model computes what it did when it was sealed.

    Raises:
        SealError: It does not.
    """
    _compare(expected, compute())


def _compare(expected: NDArray[np.float32], computed: NDArray[np.float32]) -> None:
    one, other = expected.ravel(), computed.ravel()
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    same = one.shape == other.shape and 0 < lengths < np.inf  # which what is not a number is not
    if not same or float(one @ other) < _AGREE * lengths:
        raise SealError("it does not compute what it did when it was exported")


def _sum_up(folder: Path) -> dict[str, int]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _SEAL)
    return {path.relative_to(folder).as_posix(): _crc32(path) for path in paths}


def _crc32(path: Path) -> int:
    known = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            known = zlib.crc32(chunk, known)
    return known
