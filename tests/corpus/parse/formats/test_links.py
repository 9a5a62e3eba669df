from __future__ import annotations

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats.links import opens_links, refuse_links

POCKET = b"""<!DOCTYPE html><html><head><title>Pocket Export</title></head><body><h1>Unread</h1>
<ul><li><a href="https://mill.example/owl" time_added="1" tags="">Owl seen</a></li>
<li><a href="https://mill.example/cat?a=1&amp;b=2" time_added="2" tags="">Cat seen</a></li></ul>
<h1>Read Archive</h1><ul><li><a href="https://mill.example/owl">Owl seen</a></li></ul></body>"""
TABS = b"https://mill.example/owl | Owl seen at the mill\n\nhttps://mill.example/cat | Cat seen\n"


@pytest.mark.parametrize(
    ("data", "is_list"),
    [
        (POCKET, True),
        (TABS, True),
        (b"- https://mill.example/owl\n- https://mill.example/cat\n", True),
        (b"<!DOCTYPE html><title>Instapaper: Export</title>", True),
        (b"https://mill.example/owl", False),
        (b"https://mill.example/owl\nAn owl sat at the mill.\n", False),
        (b"", False),
    ],
)
def test_a_list_of_links_is_told_by_its_title_or_its_lines(data, is_list):
    assert opens_links(data) is is_list


@pytest.mark.parametrize(("data", "told"), [(POCKET, "2 links"), (TABS[:30], "one link")])
def test_its_links_are_counted(data, told):
    with pytest.raises(UnreadableError, match=f"a list of {told} without text; add the addresses"):
        refuse_links(data)
