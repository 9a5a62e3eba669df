from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats.word import read_word

OWL = "An owl sat at the mill on Tuesday, and it would not leave."


def document(*paragraphs: str) -> bytes:
    inside = "".join(f"<w:p>{one}</w:p>" for one in paragraphs)
    return f'<w:document xmlns:w="w" xmlns:mc="m"><w:body>{inside}</w:body></w:document>'.encode()


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


GONE = f"<w:del><w:r><w:delText>left.</w:delText></w:r>{run('gone')}</w:del>"


def test_a_word_file_is_read_as_a_clipping():
    found = read_word(
        document(
            run("Mill Post press office"),
            f'<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>{run("Owl seen")}',
            run("By Ann Ash, 4 March 2031"),
            run("An owl sat")
            + "<w:r><w:tab/></w:r>"
            + run("at the mill on Tuesday, and it ")
            + f"<w:ins>{run('would not leave.')}</w:ins>{GONE}",
            "",
        )
    )
    assert (found.headline, found.authors) == ("Owl seen", ("Ann Ash",))
    assert found.published == datetime(2031, 3, 4, tzinfo=UTC)
    assert found.body.endswith(OWL)


def test_a_frame_is_read_once_and_by_itself():
    frame = f"<w:txbx><w:p>{run('A cat watched it.')}</w:p></w:txbx>"
    box = f"<mc:Choice>{frame}</mc:Choice><mc:Fallback>{run('A cat watched it.')}</mc:Fallback>"
    assert read_word(document(run(OWL) + box)).body == f"{OWL}\n\nA cat watched it."


@pytest.mark.parametrize("data", [document(), b"", b"<w:document"])
def test_a_word_file_without_text_says_so(data):
    with pytest.raises(UnreadableError, match="without text"):
        read_word(data)
