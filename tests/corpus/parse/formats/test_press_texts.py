from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.errors import Failure
from corpus.parse.formats.press_texts import opens_press_texts, read_press_texts

OWL = "An owl sat at the mill on Tuesday, and it would not leave."
CAT = "A cat watched it from the roof, said the miller."
LEXIS = f"""
                               1 of 2 DOCUMENTS

                              The Mill Post

                             March 4, 2031 Tuesday
                                 Late Edition

Owl seen at the mill, and a cat too

BYLINE: By ANN ASH

SECTION: Section A; Pg. 4

LENGTH: 72 words

DATELINE: WEXMOOR

{OWL}

{CAT}

URL: https://mill.example/owl

LOAD-DATE: March 5, 2031

LANGUAGE: GERMAN; Deutsch

                   Copyright 2031 The Mill Post Company


                               2 of 2 DOCUMENTS

                              The Harbour Mail

Three ferries stay

LENGTH: 21 words

{CAT}

LOAD-DATE: March 6, 2031
"""
NEXIS = f"""Owl seen at the mill
The Mill Post
March 4, 2031 Tuesday

Copyright 2031 The Mill Post All Rights Reserved

Section: LOCAL; Pg. 4
Length: 72 words
Byline: Ann Ash
Body

{OWL}

{CAT}

Load-Date: March 4, 2031

End of Document

Nothing

End of Document
"""
FACTIVA = f"""Owl seen at the mill, twice

By Ann Ash
72 words
4 March 2031
The Mill Post
MILLP
4
English
Copyright 2031 The Mill Post

{OWL}

{CAT}

Document MILLP00020310304eh340000b
"""


def test_each_document_has_its_own_paper_day_and_text():
    owl, ferries = read_press_texts(LEXIS, where="a.txt")
    assert (owl.headline, owl.publisher) == ("Owl seen at the mill, and a cat too", "The Mill Post")
    assert (owl.authors, owl.section, owl.language) == (("Ann Ash",), "Section A", "de")
    assert (owl.published, owl.day_only) == (datetime(2031, 3, 4, tzinfo=UTC), True)
    assert (owl.url, owl.body) == ("https://mill.example/owl", f"{OWL}\n\n{CAT}")
    assert (ferries.headline, ferries.publisher) == ("Three ferries stay", "The Harbour Mail")
    assert ferries.published == datetime(2031, 3, 6, tzinfo=UTC)


def test_a_document_may_tell_no_day():
    (found,) = read_press_texts(f"1 of 1 DOCUMENTS\n\nOwl\n\nLENGTH: 5 words\n\n{OWL}", where="a")
    assert (found.headline, found.published, found.publisher) == ("Owl", None, None)


@pytest.mark.parametrize("text", [NEXIS, FACTIVA])
def test_newer_and_other_exports_are_read(text):
    owl, *rest = read_press_texts(text, where="a.txt")
    assert (owl.headline.startswith("Owl seen"), owl.publisher) == (True, "The Mill Post")
    assert (owl.authors, owl.published) == (("Ann Ash",), datetime(2031, 3, 4, tzinfo=UTC))
    assert owl.body == f"{OWL}\n\n{CAT}"
    assert all(isinstance(item, Failure) and item.where == "a.txt:2" for item in rest)


@pytest.mark.parametrize(
    ("text", "is_export"),
    [
        (LEXIS, True),
        (NEXIS, True),
        (FACTIVA, True),
        ("1 of 2\n\nAn owl", False),
        (f"Owl\n\n{OWL}\n\nEnd of document", False),
        ("", False),
    ],
)
def test_an_export_is_told_by_what_parts_its_documents(text, is_export):
    assert opens_press_texts(text.encode()) is is_export
