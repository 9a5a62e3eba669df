"""Questions of which it is known where the archive answers them.

Our own form is JSON Lines, a question a line:

    {"id": "7", "question": "Who chairs it?", "today": "2026-10-30",
     "answers": [{"article": "https://news.example/chair", "text": "Ada Quill was elected"}]}

An answer names an article (by its id, address or headline), words that stand in the passage, or
both; ``[]`` says that the archive holds no answer. ``id`` (by default the line's number) and
``today`` may be left out. The form of BEIR, queries beside qrels, is read as well, and so are
TREC's qrels.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from retrieval.errors import JudgmentsError

_T = TypeVar("_T")
_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_BEIR_HEADER = "query-id\tcorpus-id\tscore"
_BEIR = re.compile(r"(?P<query>[^\t]+)\t\s*(?P<article>[^\t]+?)\s*\t(?P<grade>-?\d+)")
_TREC = re.compile(r"(?P<query>\S+)\s+\S+\s+(?P<article>\S(?:.*\S)?)\s+(?P<grade>-?\d+)")
_OUR_FORM = '{"question": "...", "answers": [{"article": "...", "text": "..."}]}'
_TREC_FORM = f"QUERY 0 ARTICLE SCORE, or on line 1 the header {_BEIR_HEADER}"
_BEIR_FORM = '{"_id": "...", "text": "..."}'


@dataclass(frozen=True, slots=True)
class Expected:
    """One answer to a question.

    Attributes:
        article: Id, address or headline of the article, or the id of a passage; empty for any.
        text: Words that must stand in the passage; empty for any.
        grade: How good an answer it is, 1 or more.
    """

    article: str = ""
    text: str = ""
    grade: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the answers expected.

    Attributes:
        id: Unique in its file.
        question: As it is asked.
        expected: Empty where the archive holds no answer.
        today: The day on which it is asked, or None for the day on which it is evaluated.
    """

    id: str
    question: str
    expected: tuple[Expected, ...]
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Judgments:
    """Questions with known answers.

    Attributes:
        cases: At least one, in the order of their file.
        unjudged: How many more questions there were that no judgment names.
    """

    cases: tuple[Case, ...]
    unjudged: int = 0

    @property
    def digest(self) -> str:
        """Twelve hex digits that differ where the questions or the expected answers do."""
        return hashlib.sha256(repr(self.cases).encode()).hexdigest()[:12]


class _Answer(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")  # "url" must not be read as "anywhere"
    article: _Words | None = None
    text: _Words | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.article or self.text):
            raise ValueError('expected "article", "text" or both')
        return self


class _Line(BaseModel):
    model_config = ConfigDict(strict=True)
    question: _Words
    answers: list[_Answer]
    id: _Words | int | None = None
    today: date | None = None


class _Query(BaseModel):
    model_config = ConfigDict(strict=True)
    id: _Words | int = Field(alias="_id")
    text: _Words


def read(questions: Path, qrels: Path | None = None) -> Judgments:
    """Read questions and the answers expected.

    Args:
        questions: In our own form, or in BEIR's where there are qrels.
        qrels: BEIR's, with their header, or TREC's four columns. They name an article by its id,
            address or headline, or a passage by its id. Grades below 1 are no answers: a question
            that has no others has no answer in the archive.

    Raises:
        JudgmentsError: A file cannot be read, holds nothing, or has a line that is not of its
            form; or no question was judged. The message names the first such line.
    """
    if qrels is None:
        return Judgments(_distinct(questions, _cases(questions)))
    asked = _distinct(questions, _queries(questions))
    judged: dict[str, dict[str, int]] = {}
    for query, article, grade in _qrels(qrels):
        judged.setdefault(query, {})[article] = grade
    cases = tuple(_expecting(case, judged[case.id]) for case in asked if case.id in judged)
    if not cases:
        raise JudgmentsError(f"{qrels} judges none of the questions in {questions}")
    return Judgments(cases, unjudged=len(asked) - len(cases))


def _expecting(case: Case, grades: dict[str, int]) -> Case:
    expected = (Expected(name, grade=grade) for name, grade in grades.items() if grade > 0)
    return Case(case.id, case.question, tuple(expected))


def _cases(path: Path) -> Iterator[tuple[int, Case]]:
    for number, line in _lines(path):
        read = _parsed(_Line.model_validate_json, line, where=f"{path}:{number}", form=_OUR_FORM)
        expected = (Expected(a.article or "", a.text or "") for a in read.answers)
        name = str(number if read.id is None else read.id)
        yield number, Case(name, read.question, tuple(expected), read.today)


def _queries(path: Path) -> Iterator[tuple[int, Case]]:
    for number, line in _lines(path):
        read = _parsed(_Query.model_validate_json, line, where=f"{path}:{number}", form=_BEIR_FORM)
        yield number, Case(str(read.id), read.text, ())


def _qrels(path: Path) -> Iterator[tuple[str, str, int]]:
    lines = list(_lines(path))
    beir = lines[0][1] == _BEIR_HEADER
    pattern, form = (_BEIR, _BEIR_HEADER) if beir else (_TREC, _TREC_FORM)
    for number, line in lines[beir:]:
        match = pattern.fullmatch(line)
        if not match:
            raise JudgmentsError(f"{path}:{number}: expected {form.expandtabs(1)}")
        yield match["query"], match["article"], int(match["grade"])


def _parsed(parse: Callable[[str], _T], line: str, *, where: str, form: str) -> _T:
    try:
        return parse(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        wrong = f"{field}: {first['msg']}" if field else first["msg"]
        raise JudgmentsError(f"{where}: {wrong}; expected {form}") from None


def _distinct(path: Path, numbered: Iterable[tuple[int, Case]]) -> tuple[Case, ...]:
    cases: dict[str, Case] = {}
    for number, case in numbered:
        if case.id in cases:
            raise JudgmentsError(f"{path}:{number}: another question has the id {case.id!r} too")
        cases[case.id] = case
    return tuple(cases.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers; at least one."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise JudgmentsError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise JudgmentsError(f"cannot read {path}: save it as UTF-8 text") from None
    # Not `splitlines`, which takes the rarer line ends that JSON allows within a string.
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1)]
    if not any(line for _, line in lines):
        raise JudgmentsError(f"{path} is empty")
    yield from ((number, line) for number, line in lines if line)
