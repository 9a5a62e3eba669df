from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.formats import table
from corpus.parse.formats.table import cut_table, opens_table, read_table, split_rows

WHERE = "news.csv"


def read(data: bytes) -> list[Article | Failure]:
    found: list[Article | Failure] = []
    for rows in cut_table(io.BytesIO(data), where=WHERE):
        if isinstance(rows, Failure):
            found.append(rows)
        else:
            found += read_table(rows.data, where=WHERE, first=rows.first)
    return found


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_each_row_is_an_article(separator):
    rows = [
        ["", "title", "author", "date", "content", "url", "publication"],
        [
            "0",
            "Owl seen",
            "Ann Ash",
            "2031-03-04",
            '"An owl, at the mill."',
            "https://a.example/1",
            "Mill Post",
        ],
        ["1", "Cat seen", "", "2031-03-05", "A cat at the mill.", "https://a.example/2", "nan"],
    ]
    owl, cat = read("\r\n".join(map(separator.join, rows)).encode())
    assert owl == Article(
        headline="Owl seen",
        body="An owl, at the mill.",
        url="https://a.example/1",
        authors=("Ann Ash",),
        publisher="Mill Post",
        published=datetime(2031, 3, 4, tzinfo=UTC),
        day_only=True,
    )
    assert (cat.headline, cat.publisher) == ("Cat seen", "a.example")


def test_a_cell_may_hold_lines_and_quotation_marks():
    (found,) = read(b'title,text\nOwl,"An owl sat here.\n\n""Hoo"", it said."\n\n')
    assert found.body == 'An owl sat here.\n\n"Hoo", it said.'


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_may_be_in_any_common_charset(charset):
    (found,) = read("title,text\nCafé,The café is shut: é".encode(charset))
    assert (found.headline, found.body) == ("Café", "The café is shut: é")


def test_excel_may_say_what_parts_the_cells():
    (found,) = read(b"sep=;\ntitle;text\nOwl, again;An owl sat here.\n")
    assert found.headline == "Owl, again"


def test_a_long_table_is_cut_between_rows_and_counts_lines(monkeypatch):
    monkeypatch.setattr(table, "CHUNK_BYTES", 50)
    rows = b"".join(b'Owl %d,"An owl\nsat here %d times."\n' % (n, n) for n in range(9)) + b"Bad,\n"
    data = b"title,text\n" + rows
    assert len(list(cut_table(io.BytesIO(data), where=WHERE))) > 3
    *found, bad = read(data)
    assert [item.headline for item in found] == [f"Owl {n}" for n in range(9)]
    assert bad.where == f"{WHERE}:20"


def test_a_row_over_the_limit_does_not_stop_the_rest(monkeypatch):
    monkeypatch.setattr(table, "MAX_LINE_BYTES", 100)
    long = b"Long," + b"x" * 200 + b"\n"
    row = b"Owl,An owl sat here.\n"
    first, bad, last = read(b"title,text\n" + row + long + row)
    assert (first, bad.where) == (last, f"{WHERE}:3")
    assert "quotation mark" in bad.reason
    assert isinstance(read(b"title,text\n" + long)[0], Failure)


def test_rows_below_a_quotation_mark_that_nobody_closed_are_read_after_all(monkeypatch):
    rows = b"".join(b"Owl %d,City,An owl sat here %d times.\n" % (n, n) for n in range(40))
    data = b"title,section,text\n" + rows + b'Bad,City,"An owl\n' + rows
    found = read(data)
    assert [n for n, one in enumerate(found) if isinstance(one, Failure)] == [40]
    assert found[40] == Failure(f"{WHERE}:42", found[40].reason)
    assert "quotation mark" in found[40].reason
    assert [one.headline for one in found[41:]] == [f"Owl {n}" for n in range(40)]
    monkeypatch.setattr(table, "MAX_LINE_BYTES", 500)
    monkeypatch.setattr(table, "CHUNK_BYTES", 100)
    assert read(data) == found


@pytest.mark.parametrize("mark", ["", ' ""He"" said'])
def test_a_cell_of_many_lines_over_the_limit_is_passed_over_to_its_end(monkeypatch, mark):
    monkeypatch.setattr(table, "MAX_LINE_BYTES", 300)
    row = b"Owl,An owl sat here.\n"
    prose = f"It sat, and sat.{mark}\n".encode() * 100
    data = b"title,text\n" + row + b'Long,"' + prose + b'"\n' + row
    first, bad, last = read(data)
    assert (first, bad.where) == (last, f"{WHERE}:3")
    assert len(read(data[: -len(row) - 2])) == 2


def test_a_row_of_very_many_short_cells_is_left_out(monkeypatch):
    monkeypatch.setattr(table, "MAX_LINE_BYTES", 100)
    row = b"Owl,An owl sat here.\n"
    many = b'"a\nb",' * 200 + b"c\n"
    first, bad, last = read(b"title,text\n" + row + many + row)
    assert (first, bad.where) == (last, f"{WHERE}:3")


def test_rows_are_cut_apart_and_keep_their_lines():
    data = b'title,text\nOwl,"An owl\nsat."\nCat,A cat sat.\n'
    found = split_rows(data, first=7)
    assert [one.first for one in found] == [7, 9]
    assert found[1].data == b"title,text\nCat,A cat sat.\n"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"title,url,time_added,tags,status\nOwl,https://a.example,1,,unread\n",
            "one link without",
        ),
        (b"URL,Title,Selection,Folder,Timestamp\nhttps://a.example,Owl,,,1\n", "one link without"),
        (b"An owl sat here,once\nA cat,twice\n", "without header"),
        (b"title,date,mood\nOwl,2031-01-01,fine\n", "without a column of text (title, date, mood)"),
        (b"", "empty file"),
        (b'"' + b"x" * 200_000, "without header"),
    ],
)
def test_a_table_without_articles_says_what_to_do(data, told):
    (failure,) = read(data)
    assert (failure.where, told in failure.reason) == (WHERE, True)


def test_a_text_that_holds_what_parts_cells_may_stand_last_unquoted():
    (found,) = read(b"title,text\nOwl,An owl, a cat, and a dog.\n")
    assert found.body == "An owl,a cat".replace(",a", ", a") + ", and a dog."
    (failure,) = read(b"text,title\nAn owl, a cat, and a dog.,Owl\n")
    assert failure.reason.startswith("more cells than columns")


def test_a_row_that_is_cut_short_says_that_it_holds_no_text():
    (failure,) = read(b"title,date,text\nOwl,2031-01-01\n")
    assert failure.reason.startswith("no text")


@pytest.mark.parametrize(
    ("head", "is_table"),
    [
        (b"title,text\n", True),
        (b"publish_date;headline;article_text", True),
        (
            b"Title, then text, and then the rest of what was said about it on the day,url,text",
            False,
        ),
        (b"Owls, cats and dogs\n", False),
        (b"title,date\n", False),
        (b'"' + b"x" * 200_000, False),
    ],
)
def test_a_table_is_told_from_prose(head, is_table):
    assert opens_table(head) is is_table
