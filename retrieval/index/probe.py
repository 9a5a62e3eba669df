"""Digests of what embeddings and index were made with, told by what it does to a small text.

Header, segmentation and tokenizer are code: a number that stands for them is raised when somebody
thinks of it. What they make of these few articles changes by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from corpus.article import Article
from corpus.nlp.segment import split_passages
from retrieval.index.header import add_header
from retrieval.tokens import describe_rules, list_printed_words, tokenize

_DAY = datetime(2026, 8, 3, 23, 59, tzinfo=UTC)
_SHORT = "Dr. Ada Quill, of St. Mary's, sailed at 4.50 p.m. “We leave,” she said. Nobody stayed."
_PARAGRAPH = " ".join(f"Ferry no. {n} left pier {n}.5 with, e.g., {n},000 eels." for n in range(22))
_RUN = " ".join(f"barrel{number}" for number in range(400))
_BODY = f"{_SHORT}\n\n{_PARAGRAPH}\n\n{_SHORT}\n{_SHORT}\n\n{_RUN}\n\n{_SHORT}"
_LINES = {
    "de": "Am 3. März fuhr Dr. Brandt z. B. nach Köln. Er kam nicht zurück!",
    "es": "El Sr. Ruiz llegó el 3 de marzo. ¿Quién lo vio? Nadie.",
    "ru": "В 2026 г. паром ушёл в 5 ч. утра. Никто не остался.",
    "zh": "渡轮在三月三日离开。没有人留下！她说：“我们走。”",
}
_PROBES = (
    Article("Ferry runs again", _BODY, publisher="Wexmoor Gazette", published=_DAY),
    Article("Ferry, undated", _SHORT, publisher="Wexmoor Gazette"),
    Article("Ferry of nobody", _SHORT, published=_DAY),
    *(
        Article(f"Ferry {code}", " ".join([line] * 30), language=code)
        for code, line in _LINES.items()
    ),
)
_WORDS = "O'Neil’s U.S. co-op ’s ﬁne STRASSE straße café ÉTÉ 1,000.50 3rd d'accord x² Ёлка running"


def digest_passages() -> str:
    """Digest what is embedded: the passages into which an article is cut, behind their headers.

    Returns:
        Twelve hexadecimal digits, the same until segmentation or header do something else.
    """
    return _digest(_passages())


def digest_terms() -> str:
    """Digest what is indexed: also the terms and words of the passages, and what decides them.

    Returns:
        Twelve hexadecimal digits, the same until any of it changes.
    """
    texts = [*_passages(), _WORDS]
    cut = (" ".join([*tokenize(text), "", *list_printed_words(text)]) for text in texts)
    return _digest([*cut, *describe_rules()])


def _passages() -> Iterator[str]:
    for article in _PROBES:
        for passage in split_passages(article.id, article.body, language=article.language):
            yield add_header(article, passage.text)


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:12]
