"""What `benchmarks/parsing.py` counts is what was read."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import pytest

from corpus.article import Article
from corpus.errors import UnreadableError

PAGES = [
    {
        "file": "owl.html",
        "url": "https://mill.example/owl",
        "title": "Owl seen, twice",
        "authors": ["Ann Ash", "Bo Birch"],
        "day": "2031-03-04T09:00:00Z",
        "with": ["an owl", "the roof"],
        "without": ["Share this"],
    },
    {"file": "cat.html.gz", "title": "Cat seen", "authors": "Cy Cole", "with": ["A cat"]},
    {"file": "none.html"},
]


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import parsing

    yield parsing
    sys.modules.pop("parsing")


@pytest.fixture
def folder(tmp_path):
    lines = "\n\n".join(map(json.dumps, PAGES))
    (tmp_path / "expected.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "owl.html").write_bytes(b"owl")
    (tmp_path / "cat.html.gz").write_bytes(gzip.compress(b"cat"))
    (tmp_path / "none.html").write_bytes(b"none")
    return tmp_path


def test_each_figure_counts_only_pages_of_which_it_is_known(module, folder):
    read = {
        b"owl": module.Read("Owl seen: twice!", ("Ann Ash",), "2031-03-04", "An owl. Share this."),
        b"cat": module.Read("Cat", ("Cy Cole", "Mill Post"), "2031-03-05", "a  CAT"),
        b"none": module.Read(),
    }
    asked = []

    def reader(data, url):
        asked.append(url)
        return read[data]

    figures = module.measure(folder, reader)
    assert asked == ["https://mill.example/owl", None, None]
    assert figures.pop("seconds") >= 0
    assert figures == {
        "pages": 3,
        "title": 1 / 2,
        "day": 1.0,
        "authors precision": round(2 / 3, 4),
        "authors recall": round(2 / 3, 4),
        "with": round(2 / 3, 4),
        "without": 1.0,
    }


def test_what_nothing_is_expected_of_has_no_figure(module):
    assert module.score([{}], [module.Read()]) == {}


def test_an_article_is_read_as_it_is_stored_and_a_refusal_as_nothing(module, monkeypatch):
    article = Article(headline="Owl", body="An owl.", authors=("Ann Ash",))
    monkeypatch.setattr(module, "read_page", lambda _, **__: article)
    assert module.read_ours(b"", None) == module.Read("Owl", ("Ann Ash",), "", "An owl.")

    def refuse(*_, **__):
        raise UnreadableError("no article")

    monkeypatch.setattr(module, "read_page", refuse)
    assert module.read_ours(b"", None) == module.Read()


def test_the_other_reader_names_what_it_finds(module):
    text = "An owl sat at the mill on Tuesday, and it would not leave before noon. " * 4
    page = f"<html><head><title>Owl seen</title></head><body><p>{text}</p></body></html>"
    found = module.read_theirs(page.encode(), None)
    assert (found.title, "would not leave" in found.text) == ("Owl seen", True)
    assert module.read_theirs(b"", None) == module.Read()


def test_a_table_or_json_is_printed(module, folder, monkeypatch, capsys):
    for name in ("read_ours", "read_theirs"):
        monkeypatch.setattr(module, name, lambda *_: module.Read("Owl seen twice"))
    for more in ([], ["--json"]):
        monkeypatch.setattr(sys, "argv", ["parsing.py", str(folder), *more])
        module.main()
    table, _, figures = capsys.readouterr().out.partition("{")
    assert table.splitlines()[1].split() == ["title", "0.5", "0.5"]
    assert json.loads("{" + figures)["trafilatura"]["pages"] == 3
