"""Training examples for the model that reads: questions, windows, and the words that answer.

Two sources, both free: SQuAD 2.0's development set (Rajpurkar et al., 2018; CC BY-SA 4.0; give the
file), and `reading.jsonl`, passages and questions that were invented for Byline (MIT).
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.article import Article
from corpus.nlp.segment import split_sentences
from retrieval.index.header import add_header
from retrieval.reading.windows import cut_window
from retrieval.tokens import tokenize, tokenize_query

_TRIED = 60


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a window, and where in the window the answer begins.

    Attributes:
        group: What it was made of; a group is trained on or tested on, never both.
        question: As typed.
        text: The window behind its header.
        answers: Whether the window answers.
        start: Place in the text of the answer's first character; None without one.
        source: Where it comes from: "squad" or "invented"; "stranger" for a window of elsewhere.
    """

    group: str
    question: str
    text: str
    answers: bool
    start: int | None = None
    source: str = ""


def _window(text: str, pieces: Sequence[tuple[int, int]], place: int) -> tuple[int, int]:
    return cut_window([len(text[a:b].split()) for a, b in pieces], place)


def make_examples(  # noqa: PLR0913 - what an example is made of
    *,
    group: str,
    question: str,
    article: Article,
    text: str,
    answer: tuple[int, int] | None,
    source: str,
) -> Iterator[Example]:
    """The window that answers, or that holds most of the question where nothing does."""
    pieces = list(split_sentences(text, language="en"))
    if not pieces:
        return
    held = [set(tokenize(text[a:b])) for a, b in pieces]
    common = Counter(term for terms in held for term in terms)
    wanted = set(tokenize_query([question]))
    shares = [sum(1 / common[term] for term in wanted & terms) for terms in held]
    best = max(range(len(pieces)), key=shares.__getitem__)

    def example(low: int, high: int, span: tuple[int, int] | None) -> Example:
        begin, end = pieces[low][0], pieces[high][1]
        head = add_header(article, "")
        return Example(
            group,
            question,
            head + text[begin:end],
            span is not None,
            len(head) + span[0] - begin if span else None,
            source,
        )

    if answer is None:
        yield example(*_window(text, pieces, best), None)
        return
    gold = next((n for n, (a, b) in enumerate(pieces) if a <= answer[0] < b), best)
    yield example(*_window(text, pieces, gold), answer)
    low, high = _window(text, pieces, best)
    if not pieces[low][0] <= answer[0] < pieces[high][1]:
        words = text[slice(*answer)].casefold()
        if words not in text[pieces[low][0] : pieces[high][1]].casefold():
            yield replace(example(low, high, None), source=source + " beside")


def read_squad(file: Path) -> Iterator[Example]:
    """Read the questions of a file in the form of SQuAD 2.0."""
    for about in json.loads(file.read_text(encoding="utf-8"))["data"]:
        article = Article(about["title"].replace("_", " "), "")
        for paragraph in about["paragraphs"]:
            text = paragraph["context"]
            for asked in paragraph["qas"]:
                given = asked["answers"]
                start = given[0]["answer_start"] if given else 0
                yield from make_examples(
                    group=about["title"],
                    question=asked["question"].rstrip("?"),  # few readers type one
                    article=article,
                    text=text,
                    answer=(start, start + len(given[0]["text"])) if given else None,
                    source="squad",
                )


def read_invented(file: Path) -> Iterator[Example]:
    """Read passages and their questions; see `data/reading.jsonl`."""
    for line in file.read_text(encoding="utf-8").splitlines():
        about = json.loads(line)
        text, day = about["text"], datetime.fromisoformat(about["date"]).replace(tzinfo=UTC)
        article = Article(about["title"], "", publisher=about["publisher"], published=day)
        for asked in about["questions"]:
            answer = asked["a"] or ""
            start = text.find(answer)
            yield from make_examples(
                group=about["title"],
                question=asked["q"],
                article=article,
                text=text,
                answer=(start, start + len(answer)) if answer else None,
                source="invented",
            )


def add_strangers(examples: Sequence[Example], share: float, seed: int) -> Iterator[Example]:
    """Put questions to windows of other groups, that of several which holds most of their terms."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    held = [set(tokenize(one.text)) for one in examples]
    for one in examples:
        if chance.random() >= share:
            continue
        wanted = set(tokenize_query([one.question]))
        others = chance.sample(range(len(examples)), _TRIED)
        others = [n for n in others if examples[n].group != one.group]
        closest = max(others, key=lambda n: len(wanted & held[n]))
        yield replace(
            one, text=examples[closest].text, answers=False, start=None, source="stranger"
        )
