"""Pairing quotation marks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.nlp.quotation_marks import pair_quotations

PIECES = st.lists(
    st.sampled_from(
        [
            "“",
            "”",
            '"',
            "'",
            "‘",
            "’",
            "«",
            "»",
            "„",
            "``",
            "''",
            " ",
            "\n\n",
            ", ",
            ". ",
            "The",
            "a",
        ]
    ),
    max_size=40,
).map("".join)


def quoted(body: str) -> list[str]:
    return [body[found.start : found.end] for found in pair_quotations(body)]


@pytest.mark.parametrize(
    "body",
    [
        "“We sail at noon,” she said.",
        '"We sail at noon," she said.',
        "«We sail at noon,» she said.",
        "« We sail at noon, » she said.",
        "„We sail at noon,“ she said.",
        "``We sail at noon,'' she said.",
        '“We sail at noon," she said.',
        "‘We sail at noon,’ she said.",
        "'We sail at noon,' she said.",
    ],
)
def test_every_usual_mark_pairs(body):
    assert quoted(body) == ["We sail at noon,"]


def test_a_quotation_over_several_paragraphs_is_one_each():
    body = "“The tide was high.\n\n“We left.\n\n“Nobody saw,” he said."
    assert quoted(body) == ["The tide was high.", "We left.", "Nobody saw,"]
    assert [found.closed for found in pair_quotations(body)] == [False, False, True]


def test_a_split_quotation_is_two():
    assert quoted("“Go,” he said, “and hurry.”") == ["Go,", "and hurry."]


def test_a_nested_quotation_is_left_out():
    assert quoted("“He told me ‘never again’ twice,” she said.") == [
        "He told me ‘never again’ twice,"
    ]
    assert quoted("“He told me “never again” twice,” she said.") == [
        "He told me “never again” twice,"
    ]


def test_apostrophes_and_inches_open_nothing():
    assert quoted("The workers' hall, 6'2\" tall, wasn't theirs in the '90s.") == []


def test_single_marks_are_apostrophes_where_double_ones_are_printed():
    assert quoted("“Yes.” The ’90s. “No.” It was 'so so' then. “Why?”") == ["Yes.", "No.", "Why?"]


def test_a_mark_left_open_reaches_the_end_of_its_paragraph():
    body = "He said: “The pier is shut.\n\nThe town was quiet."
    assert quoted(body) == ["The pier is shut."]


def test_a_fragment_left_open_is_no_quotation():
    assert quoted('The sign read "closed for now.\n\nThe end.') == []


def test_marks_around_nothing_hold_no_quotation():
    assert quoted("He wrote “” and “…” on it.") == []


@given(st.one_of(PIECES, st.text(max_size=80)))
@settings(max_examples=200, deadline=None)
def test_quotations_stand_in_order_within_their_marks(body):
    end = 0
    for found in pair_quotations(body):
        assert end <= found.outer[0] < found.start < found.end <= found.outer[1] <= len(body)
        assert "\n" not in body[found.start : found.end]
        end = found.outer[1]


def test_marks_with_blanks_on_both_sides_open_a_paragraph():
    body = 'It rained.\n" The pier is cold , " the mayor said.'
    assert [body[slice(*one.inner)] for one in pair_quotations(body)] == ["The pier is cold ,"]
