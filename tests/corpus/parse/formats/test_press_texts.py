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


LEXIS_PAGE = f"""<html><head><style>.c0 {{ }}</style><title>Two documents</title></head><body>
<div><p><span>Cover</span></p></div><a name="DOC_ID_0_0"></a>
<div class="c0"><p><span>1 of 2 DOCUMENTS</span></p></div><br><div><p>The Mill Examiner</p></div>
<div><p><span>March 4, 2031</span><span> Tuesday</span></p></div>
<div><p>Owl seen at the mill</p></div>
<div><p><span>BYLINE: </span><span>Ann Ash</span></p></div>
<div><p><span>LENGTH: </span><span>72 words</span></p></div>
<div><p>{OWL}</p><p>{CAT}</p></div><div><p><span>LOAD-DATE: </span>March 5, 2031</p></div>
<div><p>Copyright 2031 The Mill Examiner</p></div>
<div><p>2 of 2 DOCUMENTS</p></div><p>Harbour News</p><p>Ferries stay in the harbour</p>
<p>LENGTH: 9 words</p><p>{CAT}</p></body></html>"""
FACTIVA_PAGE = f"""<!DOCTYPE html><html><body><div class="article enArticle">
<div id="hd"><span>Owl seen at the mill</span></div><div>By Ann Ash</div><div>72 words</div>
<div>4 March 2031</div><div>The Mill Examiner</div><div>MILLEX</div><div>English</div>{{}}
<p class="articleParagraph">{OWL}</p><p class="articleParagraph">{CAT}</p>
<p>Document MILLEX0020310304eh340000b</p></div></body></html>"""
RIGHTS = "<div>Copyright 2031 The Mill Examiner. All Rights Reserved.</div>"


def test_a_page_of_documents_is_cut_into_them():
    owl, ferries = read_press_texts(LEXIS_PAGE, where="a.html")
    assert (owl.headline, owl.publisher) == ("Owl seen at the mill", "The Mill Examiner")
    assert (owl.authors, owl.printed_date) == (("Ann Ash",), "4 Mar 2031")
    assert owl.body == f"{OWL}\n\n{CAT}"
    assert (ferries.headline, ferries.publisher) == ("Ferries stay in the harbour", "Harbour News")


@pytest.mark.parametrize("rights", [RIGHTS, ""])
def test_a_page_of_lines_says_nowhere_that_the_text_begins(rights):
    (owl,) = read_press_texts(FACTIVA_PAGE.format(rights), where="a.html")
    assert (owl.headline, owl.publisher) == ("Owl seen at the mill", "The Mill Examiner")
    assert (owl.authors, owl.body) == (("Ann Ash",), f"{OWL}\n\n{CAT}")


def test_a_headline_may_be_longer_than_a_line():
    long = "An owl was seen at the old mill by the weir on Tuesday"
    text = LEXIS.replace("Owl seen at the mill, and a cat too", f"{long},\nand a cat too")
    owl, _ = read_press_texts(text, where="a.txt")
    assert owl.headline == f"{long}, and a cat too"


@pytest.mark.parametrize(
    ("text", "is_export"),
    [
        (LEXIS, True),
        (NEXIS, True),
        (FACTIVA, True),
        (LEXIS_PAGE, True),
        (FACTIVA_PAGE, True),
        ("<html><body><p>1 of 2</p><p>An owl</p></body></html>", False),
        ("1 of 2\n\nAn owl", False),
        (f"Owl\n\n{OWL}\n\nEnd of document", False),
        ("", False),
    ],
)
def test_an_export_is_told_by_what_parts_its_documents(text, is_export):
    assert opens_press_texts(text.encode()) is is_export
