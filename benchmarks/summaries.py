"""How close do three sentences of an article come to what an editor wrote of it?

    python benchmarks/summaries.py ARTICLES.jsonl

Each line is an article: ``id``, ``title``, ``article`` and ``references``, summaries that people
wrote. All systems choose among the same sentences, ours, and sumy's get its own words, stems and
stop words. "The lead" is the first three sentences, which few systems that choose sentences beat
on news; the lead cleaned leaves out those that lean on what stands before. Needs the peers.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from measuring import AsJson, Row, prepare, show
from nltk import word_tokenize
from numpy.typing import NDArray
from rouge_score.rouge_scorer import RougeScorer
from scipy.stats import bootstrap
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.summarizers import AbstractSummarizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.luhn import LuhnSummarizer
from sumy.summarizers.sum_basic import SumBasicSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from corpus.article import Article
from corpus.nlp.segment import Slice, count_words, split_sentences
from corpus.parse.offsets import Given
from corpus.parse.records import read_record, read_text
from retrieval.extraction.summary import SENTENCES, summarize

SHORTEST = 3
"""Words below which the measure takes nothing for a sentence."""
_KINDS = {"rouge1": "R-1", "rouge2": "R-2", "rougeLsum": "R-Lsum"}
_LEANS = re.compile(
    r"\W*(?:he|she|they|it|this|that|these|those|but|and|however|his|her|their)\b", re.IGNORECASE
)
# What the measure that came with the data takes for the end of a sentence, so that our figures are
# its figures: it cuts the references, which ROUGE-Lsum reads by the line, and the lead.
_ABBREVIATED = (
    "Mr",
    "Mrs",
    "Ms",
    "Dr",
    "St",
    "Sen",
    "Rep",
    "Gov",
    "Gen",
    r"U\.S",
    r"U\.K",
    "[A-Z]",
)
_ENDS = re.compile(
    "".join(rf"(?<!\b{short})" for short in _ABBREVIATED) + r"(?<=[.!?])[\"”’]*\s+|\n+"
)

Choose = Callable[[Article, int], Sequence[Slice]]


@dataclass(frozen=True, slots=True)
class Case:
    """An article, its text as it was given, and what people wrote of it."""

    article: Article
    given: Given
    references: tuple[str, ...]


class Placed(Sentence):  # type: ignore[misc]  # sumy has no types
    """A sentence of sumy's that remembers where it stands."""

    __slots__ = ("place",)

    def __init__(self, text: str, place: Slice) -> None:
        super().__init__(text, Words)
        self.place = place


class Words:
    """Sumy's own words, without the model that it wants for finding sentences."""

    @staticmethod
    def to_words(sentence: str) -> tuple[str, ...]:
        """Take what sumy takes for words."""
        found = word_tokenize(sentence, preserve_line=True)
        return tuple(word for word in found if Tokenizer._is_word(word))


def main(
    articles: Annotated[Path, typer.Argument(help="JSON Lines; see above.")],
    count: Annotated[int, typer.Option("--sentences", min=1, help="How many.")] = SENTENCES,
    as_json: AsJson = False,
) -> None:
    """Have every system sum up the articles; score and time them."""
    prepare()
    cases = read(articles)
    systems: dict[str, Choose] = {"Byline": ours, "lead": lead, "lead, cleaned": cleaned}
    measured = {name: measure(choose, cases, count) for name, choose in (systems | peers()).items()}
    rows = [
        {"what": name, **row, "over the lead": gain(rouge - measured["lead"][1])}
        for name, (row, rouge) in measured.items()
    ]
    show(f"{len(cases):,} articles in {count} sentences", rows, as_json=as_json)


def read(path: Path) -> list[Case]:
    """Read the articles as `byline summary` does."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = json.loads(line)
        article = read_record(fields)
        given = Given(read_text(fields), article.body)
        cases.append(Case(article, given, tuple(fields["references"])))
    return cases


def ours(article: Article, count: int) -> Sequence[Slice]:
    """Choose as Byline does."""
    return summarize(article, count=count).sentences


def lead(article: Article, count: int) -> Sequence[Slice]:
    """Choose the first sentences, as the measure cuts them."""
    return _cut(article.body)[:count]


def cleaned(article: Article, count: int) -> Sequence[Slice]:
    """Choose the first sentences that do not open by leaning on another."""
    fit = [place for place in _listed(article) if not _LEANS.match(article.body, *place)]
    return (fit or _listed(article))[:count]


def peers() -> dict[str, Choose]:
    """Return sumy's systems, as its own command sets them up."""
    kinds = {
        "sumy LexRank": LexRankSummarizer,
        "sumy TextRank": TextRankSummarizer,
        "sumy LSA": LsaSummarizer,
        "sumy Luhn": LuhnSummarizer,
        "sumy SumBasic": SumBasicSummarizer,
    }
    return {name: _peer(kind(Stemmer("english"))) for name, kind in kinds.items()}


def _peer(system: AbstractSummarizer) -> Choose:
    system.stop_words = get_stop_words("english")

    def choose(article: Article, count: int) -> Sequence[Slice]:
        return [sentence.place for sentence in system(_document(article), count)]

    return choose


def _document(article: Article) -> ObjectDocumentModel:
    found = (Placed(article.body[slice(*place)], place) for place in _listed(article))
    return ObjectDocumentModel([Paragraph(found)])


def _listed(article: Article) -> list[Slice]:
    """List the sentences; fragments are none, as a heading of two words."""
    found = split_sentences(article.body, language=article.language)
    return [place for place in found if count_words(article.body[slice(*place)]) >= SHORTEST]


def measure(choose: Choose, cases: Sequence[Case], count: int) -> tuple[Row, NDArray[np.float64]]:
    """Have a system sum up all articles; return its figures, and the ROUGE of each article."""
    choose(cases[0].article, count)  # whatever it loads is loaded before the clock runs
    start = time.process_time()
    chosen = [choose(case.article, count) for case in cases]
    spent_s = time.process_time() - start
    told = [_told(case, places) for case, places in zip(cases, chosen, strict=True)]
    found = [line in _flat(case) for case, lines in zip(cases, told, strict=True) for line in lines]
    rouge = scores(told, [case.references for case in cases])
    row = {
        **dict(zip(_KINDS.values(), rouge.mean(axis=0).tolist(), strict=True)),
        "verbatim": float(np.mean(found)),
        "dangling": float(np.mean([bool(_LEANS.match(lines[0])) for lines in told])),
        "words": float(np.mean([sum(map(count_words, lines)) for lines in told])),
        "CPU ms": 1000 * spent_s / len(cases),
    }
    return row, rouge


def gain(differences: NDArray[np.float64]) -> str | None:
    """Say how far a system is from the lead, the three kinds of ROUGE together.

    Returns:
        The mean, and its 95 % bootstrap interval over articles; None for the lead itself.
    """
    if not differences.any():
        return None
    each = differences.mean(axis=1)
    ends = bootstrap(
        (each,), np.mean, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    return f"{each.mean():+.1f} ({ends.low:+.1f} to {ends.high:+.1f})"


def scores(
    told: Sequence[Sequence[str]], references: Sequence[Sequence[str]]
) -> NDArray[np.float64]:
    """Return each article's ROUGE F1 x 100 with stems, of each kind the best of its references."""
    scorer = RougeScorer(list(_KINDS), use_stemmer=True)
    best = []
    for lines, written in zip(told, references, strict=True):
        found = [scorer.score("\n".join(_lines(one)), "\n".join(lines)) for one in written]
        best.append([max(one[kind].fmeasure for one in found) for kind in _KINDS])
    return 100 * np.array(best)


def _told(case: Case, places: Sequence[Slice]) -> list[str]:
    """Cut sentences from the text as it was given, white space aside."""
    spans = map(case.given.place, places)
    return [" ".join(case.given.text[start:end].split()) for start, end in spans]


def _lines(reference: str) -> list[str]:
    return [reference[start:end] for start, end in _cut(reference)] or [reference]


def _cut(text: str) -> list[Slice]:
    """Cut as the measure does, which passes over what is too short."""
    ends = [found.span() for found in _ENDS.finditer(text)]
    pieces = zip(
        [0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True
    )
    return [(start, end) for start, end in pieces if count_words(text[start:end]) >= SHORTEST]


def _flat(case: Case) -> str:
    return " ".join(case.given.text.split())


if __name__ == "__main__":
    typer.run(main)
