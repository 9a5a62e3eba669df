"""An encoder and an attributor without models, articles to feed them, and a process that does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution, Kind
from corpus.ingest import ingest
from corpus.storage.embeddings import Embeddings
from corpus.storage.store import Store
from retrieval.index.header import add_header
from retrieval.index.snapshot import load
from retrieval.results import Reading
from tests.support import databases

_ROOT = Path(__file__).parents[2]
_WORD = re.compile(r"\w+")
_SAID = re.compile(
    r"“(?P<quote>[^“”]+)”,? (?P<cue>said) (?P<name>[A-Z]\w+(?: [A-Z]\w+)*)"
    r"(?:, (?P<role>the [\w ]+))?"
)


class FakeEncoder:
    """Counts words into 64 places: texts are close when they share words, or synonyms.

    Args:
        fingerprint: What it says of itself; it changes nothing else.
        synonyms: Words to read as others.
        dimension: How many places, as in an archive that another encoder embedded.

    Attributes:
        texts: How many texts it has encoded.
        maker: Makes the same in another process.
    """

    def __init__(
        self,
        fingerprint: str = "fake",
        *,
        synonyms: Mapping[str, str] | None = None,
        dimension: int = 64,
    ) -> None:
        self.fingerprint = fingerprint
        self.dimension = dimension
        self.runtime = "counted words"
        self.texts = 0
        self.maker = partial(FakeEncoder, fingerprint, synonyms=synonyms, dimension=dimension)
        self._synonyms = synonyms or {}

    def verify(self) -> None:
        pass

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += len(texts)
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in _WORD.findall(text.casefold()):
                row[zlib.crc32(self._synonyms.get(word, word).encode()) % self.dimension] += 1
            if not row.any():
                row[0] = 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        if not passages:
            return Embeddings(self.fingerprint, np.empty((0, 0), np.float16))
        vectors = self.encode([add_header(article, passage.text) for article, passage in passages])
        return Embeddings(self.fingerprint, vectors.astype(np.float16))


class FakeReaderModel:
    """Rates a window by the last number in it, or as told for a word that it holds.

    The answer begins where the number does, or the word.

    Args:
        told: By word, the reading's relevance.
        answers: By word, whether it answers; nothing else does.
        pair_s: Seconds a window takes, by its own clock.

    Attributes:
        pairs: The questions and the windows behind their headers, as they were read.
    """

    name = "fake reader"

    def __init__(
        self,
        told: Mapping[str, float] | None = None,
        *,
        answers: Mapping[str, float] | None = None,
        pair_s: float = 0,
    ) -> None:
        self.told = told or {}
        self.answers = answers
        self.pair_s = pair_s
        self.now = 0.0
        self.pairs: list[tuple[str, str]] = []

    def clock(self) -> float:
        return self.now

    def load(self) -> None:
        pass

    def verify(self) -> None:
        pass

    def read(self, question: str, head: str, text: str) -> Reading:
        self.pairs.append((question, head + text))
        self.now += self.pair_s
        known = {**self.told, **(self.answers or {})}
        word = max((word for word in known if word in head + text), key=len, default="")
        number = re.search(r"-?\d+$", text)
        relevance = self.told.get(word, 0.0) if known or not number else float(number.group())
        answers = None if self.answers is None else self.answers.get(word, -5.0)
        place = max(0, text.find(word)) if word else 0
        return Reading(relevance, answers, ((place, 1.0),) if self.answers is not None else ())


class FakeAttributor:
    """Reads “words,” said Somebody, a role; and nothing else.

    Args:
        known: By article id, what to find instead.
        version: What it says of itself.

    Attributes:
        articles: How many it has read.
    """

    def __init__(
        self, known: Mapping[str, list[Attribution]] | None = None, *, version: int = 1
    ) -> None:
        self.version = version
        self.articles = 0
        self._known = known or {}

    def attribute(self, article: Article) -> list[Attribution] | None:
        self.articles += 1
        if article.id in self._known:
            return self._known[article.id]
        return [
            Attribution(
                quote=found.span("quote"),
                kind=Kind.DIRECT,
                speaker=found.span("name"),
                name=found["name"],
                role=found["role"] or "",
                cue=found.span("cue"),
                confidence=0.75,
            )
            for found in _SAID.finditer(article.body)
        ]


def story(number: int, body: str | None = None, **more: object) -> Article:
    """Make the article with a number; unless told otherwise its body is two long paragraphs."""
    told: dict[str, object] = {
        "headline": f"Ferry {number} sails again",
        "body": body or f"{f'Ferry {number} left. ' * 50}\n\n{f'It came to pier {number}. ' * 30}",
        "url": f"https://news.example/ferries/{number}",
        "publisher": "The Pier",
        "published": datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=number),
    }
    return Article(**(told | more))  # type: ignore[arg-type]


@contextmanager
def processes(task: str, home: Path, *ranges: range) -> Iterator[list[subprocess.Popen[str]]]:
    """Start a process for each range and wait until all of them are ready for `go`."""
    with ExitStack() as stack:
        running = []
        for numbers in ranges:
            ends = str(numbers.start), str(numbers.stop)
            command = [sys.executable, "-m", "tests.support.models", task, str(home), *ends]
            process = subprocess.Popen(
                command,
                cwd=_ROOT,
                env=os.environ | databases.settings(home),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            stack.enter_context(process)
            stack.callback(process.kill)
            running.append(process)
        for process in running:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        yield running


def go(process: subprocess.Popen[str]) -> None:
    """Let a process begin."""
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()


def main(task: str, home: str, first: str, last: str) -> None:
    """Do what a test wants another process for, once it says so on standard input."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    numbers, url = range(int(first), int(last)), databases.url_of(Path(home))
    if task == "add":
        store = Store.open(Path(home), url)
        ingest(
            map(story, numbers), store=store, embedder=FakeEncoder(), attributor=FakeAttributor()
        )
    if task == "open":
        for number in numbers:
            Store.open(Path(home, str(number)), url)
    if task == "load":
        store = Store.open(Path(home), url)
        for _ in numbers:
            sys.stdout.write(f"{_described(load(Path(home, 'index'), store, 'fake'))}\n")


def _described(index: object) -> str:
    return f"{len(index)} {index.terms.matrix.sum():.0f} {len(index.terms.vocabulary)}"  # type: ignore


if __name__ == "__main__":
    main(*sys.argv[1:])
