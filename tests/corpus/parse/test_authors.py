"""Authors as records, feeds and mail print them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parse.authors import read_authors

ADA, PETER = "Ada Quill", "Peter Hale"


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("View all posts by Ada Quill →", [ADA]),
        ("See all of Ada Quill's articles", [ADA]),
        ("Follow Ada Quill on Twitter", [ADA]),
        ("Ada Quill on the Waterfront", ["Ada Quill on the Waterfront"]),
        ("About the author: Ada Quill", [ADA]),
        ("Ada Quill, MD, PhD", [ADA]),
        ("View All Posts", []),
        ("Ada Quill View All Posts", [ADA]),
        ("Alle Beiträge", []),
        ("Posted in News", []),
        ("Larry Page", ["Larry Page"]),
        ("Ada Read Page", ["Ada Read Page"]),
        ("Ada Quill M.D. and Peter Hale R.N.", [ADA, PETER]),
        ("Ada QuillPeter Hale", [ADA, PETER]),
        ("['Ada Quill', 'Peter Hale']", [ADA, PETER]),
        ("('Ada Quill', 'Peter Hale')", [ADA, PETER]),
        ("{'Peter Hale', 'Ada Quill'}", [PETER, ADA]),
        ("['Sean O\\'Neill', \"Ada O'Hara\"]", ["Sean O'Neill", "Ada O'Hara"]),
        ("[{'name': 'Ada Quill', 'id': 7}]", [ADA]),
        ("[Ada Quill, Peter Hale]", [ADA, PETER]),
        ("(Ada Quill)", []),
        ("[]", []),
        ("['']", []),
        ("None", []),
        ("nan", []),
        ("Unknown", []),
        ("ada@courier.example (Ada Quill)", [ADA]),
        ("Ada Quill <ada@courier.example>", [ADA]),
        ("ada@courier.example", []),
        ("Ada Quill | The Aldbury Courier", [ADA]),
        ("Ada Quill / Aldbury Mail", [ADA]),
        ("Ada Quill - Aldbury Mail", [ADA]),
        ("Ada Quill and Emily Post", [ADA, "Emily Post"]),
        ("Ada Quill and Peter Hale, Aldbury Courier staff writers", [ADA, PETER]),
        ("Ada Quill, Chief Political Correspondent at the Courier", [ADA]),
        ("Bureau Chief at the Courier", []),
        ("Guest contributor Ada Quill", [ADA]),
        ("Written by Ada Quill | Reviewed by Peter Hale, RN", [ADA]),
        ("Ada Quill with additional reporting by Peter Hale", [ADA, PETER]),
        ("Ada Quill, Mar 5, 2026, 9:00 AM", [ADA]),
        ("Ada Quill\nPeter Hale", [ADA, PETER]),
        ("Ada\nQuill", [ADA]),
        ("<b>Ada Quill</b><i>Peter Hale</i>", [ADA, PETER]),
        ("Quill, Ada", [ADA]),
        ("Hale, Peter; Quill, Ada", [PETER, ADA]),
        ("Ada Quill; Peter Hale", [ADA, PETER]),
        ("Ada, Peter", ["Ada", "Peter"]),
        ("The Associated Press", ["The Associated Press"]),
        ("The Daily Rivet", []),
        ("Ian MacLeod", ["Ian MacLeod"]),
    ],
)
def test_authors_are_people(printed, names):
    assert list(read_authors([printed], publisher="Daily Rivet")) == names


def test_authors_come_as_lines_lists_and_objects():
    listed = [ADA, {"name": "Hale, Peter"}, ["Dr. Nora Lind, PhD"], {"full_name": ADA}, 7, None, {}]
    assert read_authors(listed) == (ADA, PETER, "Dr. Nora Lind")


def test_what_is_endless_is_read_in_part():
    assert len(read_authors(["Ada Quill" + chr(97 + n % 26) * (n + 1) for n in range(500)])) <= 100
    deep: list[object] = [ADA]
    for _ in range(5000):
        deep = [deep]
    assert read_authors(deep) == ()


@given(st.text(alphabet="Ada Quil,;()[]'\"\\\n<>@.|/-&", max_size=80))
def test_names_are_lines_of_letters(text):
    assert all(
        name.strip() == name and any(map(str.isalpha, name)) for name in read_authors([text])
    )
