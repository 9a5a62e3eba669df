from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.article import Article
from corpus.parse.formats.front_matter import opens_note, read_note

TOP = """---
title: "Owl seen: twice"
source: "https://mill.example/owl"
author:
  - "[[Ann Ash]]"
  - '[[notes/bo|Bo Birch]]'
published: 2031-03-04
created: 2031-09-09
description: >
  An owl was seen.
tags: [clippings, "birds"]
---
"""
BODY = "An owl sat at the mill.\n\n![owl](https://mill.example/a.jpg)\n\n> “Hoo,” it said to us.\n"


def test_a_clipped_page_has_its_facts_on_top():
    assert read_note(TOP + BODY) == Article(
        headline="Owl seen: twice",
        body="An owl sat at the mill.\n\n“Hoo,” it said to us.",
        url="https://mill.example/owl",
        authors=("Ann Ash", "Bo Birch"),
        publisher="mill.example",
        published=datetime(2031, 3, 4, tzinfo=UTC),
        day_only=True,
    )


def test_what_the_top_does_not_tell_the_text_may():
    top = "\ufeff---\nsource: The Mill Post\nauthors: [Ann Ash, Bo Birch]\n---\n"
    text = f"{top}# Owl seen\n4 March 2031\n\n"
    found = read_note(text + "An owl sat at the mill.")
    assert (found.headline, found.publisher, found.url) == ("Owl seen", "The Mill Post", None)
    assert found.authors == ("Ann Ash", "Bo Birch")
    assert found.published == datetime(2031, 3, 4, tzinfo=UTC)


def test_values_may_go_on_over_lines():
    text = "---\n  lost\ntitle: Owl\n  seen\nauthor: Ann Ash\nnothing\n---\nAn owl sat at the mill."
    assert read_note(text).headline == "Owl seen"


@pytest.mark.parametrize(
    ("head", "is_note"),
    [
        (TOP.encode(), True),
        (b"---\r\ntitle: x\r\n---\r\n", True),
        (b"---\n\nAn owl: it sat\n---\n", False),
        (b"---\ntitle: x\n", False),
        (b"---\n---\n", False),
        (b"Owl\n---\n", False),
        (b"", False),
    ],
)
def test_a_note_is_told_by_its_top(head, is_note):
    assert opens_note(head) is is_note


def test_facts_may_be_written_as_toml():
    text = '+++\ntitle = "Owl seen"\ndate = 2031-03-04\nauthor = "Ann Ash"\n+++\n\nAn owl sat.\n'
    assert opens_note(text.encode())
    found = read_note(text)
    assert (found.headline, found.authors, found.body) == ("Owl seen", ("Ann Ash",), "An owl sat.")
    assert found.printed_date == "4 Mar 2031"
