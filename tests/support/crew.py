"""Tools that break at some articles, in the processes that prepare them.

It imports little: every such process does.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

import numpy as np

from corpus.article import Article, Passage
from corpus.attribution.attribution import Attribution, Kind
from corpus.errors import ToolError
from corpus.storage.embeddings import Embeddings


class BreakingEncoder:
    """Points where a passage's letters do; at some headlines it fails, or is out of order."""

    def __init__(self, fingerprint: str = "letters") -> None:
        self.fingerprint = fingerprint

    def embed(self, passages: Sequence[tuple[Article, Passage]]) -> Embeddings:
        if any("refuses" in article.headline for article, _ in passages):
            raise ToolError("the model is out of order")
        if any("odd" in article.headline for article, _ in passages):
            raise ValueError("too odd")
        counts = [[1 + one.text.count(letter) for letter in "aeiou"] for _, one in passages]
        vectors = np.array(counts, np.float32).reshape(len(passages), 5)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Embeddings(self.fingerprint, vectors.astype(np.float16))


class BreakingAttributor:
    """Reads all between quotation marks; at some headlines it breaks, swells, or never ends."""

    version = 1

    def attribute(self, article: Article) -> list[Attribution] | None:
        if "breaks" in article.headline:
            os._exit(1)
        if "swells" in article.headline:
            os.kill(os.getpid(), signal.SIGKILL)
        while "hangs" in article.headline:
            time.sleep(60)
        body = article.body
        spans = [(at + 1, body.find("”", at)) for at, sign in enumerate(body) if sign == "“"]
        return [Attribution(span, Kind.DIRECT, None, "", "", None, 0.5) for span in spans]


def make_told() -> BreakingEncoder:
    """An encoder whose fingerprint says which settings its process knows."""
    return BreakingEncoder(" ".join(name for name in os.environ if name.startswith("TELEGRAM_")))


def make_none() -> BreakingEncoder:
    """No encoder."""
    raise ToolError("no model is installed")


def main() -> None:
    """Tell which process a crew has, and wait to be killed."""
    from corpus.crew.crew import Crew
    from corpus.crew.hand import Tools

    crew = Crew(Tools(BreakingEncoder), 1)
    list(crew.begin([Article("Ferry", "It sails.")]))
    (hand,) = crew._hands
    sys.stdout.write(f"{hand._process.pid}\n")
    sys.stdout.flush()
    time.sleep(60)
