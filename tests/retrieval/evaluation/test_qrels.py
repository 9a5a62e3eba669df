"""Questions with known answers, as they are read from files."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.errors import JudgmentsError
from retrieval.evaluation.qrels import Case, Expected, read

HEADER = "query-id\tcorpus-id\tscore\n"
QUERIES = '{"_id": "q1", "text": "Who won?"}\n{"_id": 2, "text": "Who lost?", "metadata": {}}\n'


@pytest.fixture
def write(tmp_path):
    def write(text: str | bytes, name: str = "questions.jsonl") -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    return write


def refused(*files: Path) -> str:
    with pytest.raises(JudgmentsError) as error:
        read(*files)
    (said,) = str(error.value).splitlines()
    return said


def test_a_question_has_the_answers_of_its_line(write):
    lines = [
        {
            "id": "tram",
            "question": " What does it cost? ",
            "answers": [{"article": "https://news.example/tram", "text": "231 million"}],
            "today": "2026-10-30",
        },
        {"question": "Who won?", "answers": [{"text": "Ada"}, {"article": "Ada wins"}], "note": 1},
        {"id": 9, "question": "Why?", "answers": []},
    ]
    file = write("\ufeff" + "\r\n\r\n".join(map(json.dumps, lines)))
    tram = Expected("https://news.example/tram", "231 million")
    assert read(file).cases == (
        Case("tram", "What does it cost?", (tram,), date(2026, 10, 30)),
        Case("3", "Who won?", (Expected(text="Ada"), Expected("Ada wins"))),
        Case("9", "Why?", ()),
    )


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("Who won?", "Invalid JSON"),
        ('["Who won?"]', "object"),
        ('{"question": "Who won?"}', "answers: Field required"),
        ('{"question": " ", "answers": []}', "question: "),
        ('{"question": 7, "answers": []}', "question: "),
        ('{"question": "Who?", "answers": "Ada"}', "answers: "),
        ('{"question": "Who?", "answers": [{}]}', 'expected "article", "text" or both'),
        ('{"question": "Who?", "answers": [{"url": "x", "text": "y"}]}', "answers.0.url: "),
        ('{"question": "Who?", "answers": [{"text": ""}]}', "answers.0.text: "),
        ('{"question": "Who?", "answers": [], "today": "soon"}', "today: "),
        ('{"question": "Who?", "answers": [], "today": 5}', "today: "),
        ('{"question": "\\ud800", "answers": []}', "Invalid JSON"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong_and_what_is_expected(write, line, wrong):
    file = write('{"question": "Who won?", "answers": []}\n\n' + line)
    said = refused(file)
    assert said.startswith(f"{file}:3: ")
    assert wrong in said
    assert 'expected {"question": "...", "answers": [' in said


def test_two_questions_with_one_id_are_refused(write):
    line = '{"id": "a", "question": "Who?", "answers": []}\n'
    assert refused(file := write(line * 2)) == f"{file}:2: another question has the id 'a' too"


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_is_said_to_be_empty(write, text):
    assert refused(file := write(text)) == f"{file} is empty"


def test_a_file_that_is_missing_a_folder_or_no_text_is_refused(write, tmp_path):
    assert refused(tmp_path / "none").endswith("none: No such file or directory")
    assert refused(tmp_path).startswith(f"cannot read {tmp_path}: ")
    assert refused(write(b"caf\xe9")).endswith("save it as UTF-8 text")


@pytest.mark.parametrize(
    "qrels",
    [
        HEADER + "q1\tAda wins\t2\nq1\tb#0\t1\nq1\tc\t0\n2\tnone\t0\n",
        "q1 0 Ada wins 2\nq1\tQ0\tb#0\t1\n\nq1 0 c -1\r\n2 0 none 0",
    ],
)
def test_beir_and_trec_judgments_say_what_answers(write, qrels):
    judgments = read(write(QUERIES), write(qrels, "qrels.tsv"))
    assert judgments.cases == (
        Case("q1", "Who won?", (Expected("Ada wins", grade=2), Expected("b#0"))),
        Case("2", "Who lost?", ()),
    )
    assert judgments.unjudged == 0


def test_a_question_that_no_judgment_names_is_left_out_and_counted(write):
    judgments = read(write(QUERIES), write(HEADER + "q1\ta\t1\nq7\ta\t1\n", "qrels.tsv"))
    assert [case.id for case in judgments.cases] == ["q1"]
    assert judgments.unjudged == 1


@pytest.mark.parametrize("qrels", [HEADER, HEADER + "q8\ta\t1\n", "q8 0 a 1"])
def test_judgments_of_other_questions_are_refused(write, qrels):
    said = refused(write(QUERIES), file := write(qrels, "qrels.tsv"))
    assert said.startswith(f"{file} judges none of the questions in ")


@pytest.mark.parametrize(
    ("qrels", "number", "form"),
    [
        (HEADER + "q1\ta\t1\nq1\ta\n", 3, "query-id corpus-id score"),
        (HEADER + "q1\ta\thigh\n", 2, "query-id corpus-id score"),
        ("q1 0 a 1\nq1 0 1\n", 2, "QUERY 0 ARTICLE SCORE"),
        ("q1\ta\t1\n", 1, "query-id corpus-id score"),
    ],
)
def test_a_bad_judgment_is_named_with_what_is_expected(write, qrels, number, form):
    said = refused(write(QUERIES), file := write(qrels, "qrels.tsv"))
    assert said.startswith(f"{file}:{number}: expected ")
    assert form in said
    assert "\t" not in said


def test_a_bad_query_is_named_with_what_is_expected(write):
    said = refused(file := write(QUERIES + '{"id": "q3", "text": "x"}'), write("q1 0 a 1", "q"))
    assert said.startswith(f"{file}:3: _id: Field required; expected ")


def test_the_digest_differs_where_a_question_or_an_answer_does(write):
    def digest(line: str) -> str:
        return read(write(line)).digest

    known = digest('{"question": "Who?", "answers": []}')
    assert known == digest('{"question": "Who?", "answers": [], "note": "easy"}')
    assert known != digest('{"question": "Why?", "answers": []}')
    assert known != digest('{"question": "Who?", "answers": [{"text": "Ada"}]}')


@settings(max_examples=60, deadline=None)
@given(text=st.text() | st.binary(), qrels=st.text() | st.binary())
def test_any_file_is_read_or_refused(tmp_path_factory, text, qrels):
    folder = tmp_path_factory.mktemp("any")
    for name, content in (("questions", text), ("qrels", qrels)):
        data = content if isinstance(content, bytes) else content.encode(errors="replace")
        (folder / name).write_bytes(data)
    good = folder / "good"
    good.write_text(QUERIES)
    for files in ((folder / "questions",), (good, folder / "qrels")):
        with suppress(JudgmentsError):
            assert read(*files).cases
