from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.errors import Failure
from corpus.parse.formats.press_tags import opens_press_tags
from corpus.parse.formats.press_texts import opens_press_texts, read_press_texts

OWL = "An owl sat at the mill on Tuesday, and it would not leave."
CAT = "A cat watched it from the roof, said the miller."
TAGGED = f"""SE  Local
HD  Owl seen at the mill, and a cat
    in the same night
BY  By ANN ASH
CR  Weir Press
WC  72 words
PD  4 March 2031
ET  09:30
SN  The Mill Post
SC  MILLP
PG  4
LA  German
CY  (c) 2031 The Mill Post

LP
{OWL}

TD
{CAT} The miller
is tired.

IN A FIRST, the owl came back.

NS  gowl : Owls
AN  Document MILLP00020310304eh340000b

HD  Nothing
PD  5 March 2031
SN  The Mill Post

HD  Three ferries stay
PD  soon
ET  late
SN  Harbour Mail
LP  {CAT}
"""


def test_each_field_has_its_tag():
    owl, nothing, ferries = read_press_texts(TAGGED, where="a.txt")
    assert owl.headline == "Owl seen at the mill, and a cat in the same night"
    assert (owl.authors, owl.publisher, owl.section) == (("Ann Ash",), "The Mill Post", "Local")
    assert owl.published == datetime(2031, 3, 4, 9, 30, tzinfo=UTC)
    assert (owl.language, owl.credit) == ("de", "Weir Press")
    assert owl.body.split("\n\n") == [
        OWL,
        f"{CAT} The miller is tired.",
        "IN A FIRST, the owl came back.",
    ]
    assert nothing == Failure("a.txt:2", "no text in this document (LP, TD)")
    assert (ferries.headline, ferries.body, ferries.published) == ("Three ferries stay", CAT, None)


def test_a_page_of_tags_is_read_as_the_text():
    rows = [
        ("HD", "Owl seen"),
        ("BY", "Ann Ash"),
        ("PD", "4 March 2031"),
        ("SN", "The Mill Post"),
        ("LP", f"<p>{OWL}</p>"),
        ("TD", f"<p>{CAT}</p><p>{OWL}</p>"),
        ("AN", "Document MILLP00020310304eh340000b"),
    ]
    cells = "".join(f"<tr><td><b>{tag}</b>&nbsp;</td><td>{text}</td></tr>" for tag, text in rows)
    page = f"<html><body><table>{cells}</table><table>{cells}</table></body></html>"
    assert opens_press_texts(page.encode())
    owl, again = read_press_texts(page, where="a.html")
    assert (owl.headline, owl.authors, owl.printed_date) == ("Owl seen", ("Ann Ash",), "4 Mar 2031")
    assert owl.body == again.body == f"{OWL}\n\n{CAT}\n\n{OWL}"


@pytest.mark.parametrize(
    ("text", "is_tagged"),
    [
        (TAGGED, True),
        ("HD video\nPD said\nSN\nLP\n", False),
        ("HD  Owl\nPD  4 March 2031\nSN  Post\n", False),
        ("", False),
    ],
)
def test_tags_are_told_from_words(text, is_tagged):
    assert opens_press_tags(text.splitlines()) is is_tagged
