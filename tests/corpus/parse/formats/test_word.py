from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.parse.formats.word import read_open_document, read_word

OWL = "An owl sat at the mill on Tuesday, and it would not leave."


def document(*paragraphs: str) -> bytes:
    inside = "".join(f"<w:p>{one}</w:p>" for one in paragraphs)
    return f'<w:document xmlns:w="w" xmlns:mc="m"><w:body>{inside}</w:body></w:document>'.encode()


def read(data: bytes, core: bytes = b"") -> Article:
    (found,) = read_word(data, core, where="a.docx")
    assert isinstance(found, Article)
    return found


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


GONE = f"<w:del><w:r><w:delText>left.</w:delText></w:r>{run('gone')}</w:del>"


def test_a_word_file_is_read_as_a_clipping():
    found = read(
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
    assert read(document(run(OWL) + box)).body == f"{OWL}\n\nA cat watched it."


@pytest.mark.parametrize("data", [document(), b"", b"<w:document"])
def test_a_word_file_without_text_says_so(data):
    with pytest.raises(UnreadableError, match="without text"):
        read(data)


def test_struck_out_and_hidden_runs_are_left_out():
    def marked(look: str) -> str:
        return f"<w:r><w:rPr><w:{look}/></w:rPr><w:t> NOT THIS</w:t></w:r>"

    gone = marked("strike") + marked("vanish") + marked('dstrike w:val="true"')
    shown = marked('strike w:val="0"').replace("NOT THIS", "at noon")
    assert read(document(run(OWL) + gone + shown)).body == f"{OWL} at noon"


def test_a_word_file_without_headline_is_called_what_it_calls_itself():
    core = "<cp xmlns:dc='d'><dc:title>{}</dc:title></cp>"
    data = document(run(OWL), run("A cat watched it."))
    assert read(data, core.format("Owl seen at the mill").encode()).headline == (
        "Owl seen at the mill"
    )
    assert read(data, core.format("Document1").encode()).headline.startswith("An owl")


def test_a_word_file_of_a_press_database_holds_many_articles():
    one = ("Owl seen", "Mill Post", "March 4, 2031", "Length: 9 words", "Body", OWL)
    lines = [run(line) for line in (*one, "Classification", "Load-Date: March 4, 2031")]
    found = list(read_word(document(*[*lines, run("End of Document")] * 2), b"", where="a.docx"))
    assert [(item.headline, item.body) for item in found] == [("Owl seen", OWL)] * 2


_ODT = """<o:document-content xmlns:o="o" xmlns:t="t" xmlns:s="s" xmlns:f="f" xmlns:d="d"
 xmlns:svg="urn:svg-compatible:1.0"><o:automatic-styles>
<s:style s:name="P1" s:parent-style-name="Title"/>
<s:style s:name="T1"><s:text-properties s:text-line-through-style="solid"/></s:style>
<s:style s:name="T2"><s:text-properties t:display="none"/></s:style>
</o:automatic-styles><o:body><o:text>
<t:tracked-changes><t:deletion><t:p>Deleted.</t:p></t:deletion></t:tracked-changes>{}
</o:text></o:body></o:document-content>"""


def read_open(inside: str, meta: bytes = b"") -> Article:
    (found,) = read_open_document(_ODT.format(inside).encode(), meta, where="a.odt")
    assert isinstance(found, Article)
    return found


def test_an_open_document_is_read_as_it_is_printed():
    found = read_open(
        """<t:p t:style-name="P1">Owl seen</t:p><t:p>By Ann Ash, 4 March 2031</t:p>
        <t:p>An owl <t:span t:style-name="T3">sat</t:span><t:s/>at the
          mill<t:note><t:p>A footnote.</t:p></t:note> on Tuesday,<t:tab/>and
        <t:span t:style-name="T1">it flew</t:span><t:span t:style-name="T2">secretly</t:span
        ><o:annotation><t:p>Sure?</t:p></o:annotation>it would not leave.</t:p>
        <t:list><t:list-item><t:p>One cat<t:line-break/>watched it.</t:p></t:list-item></t:list>
        <t:p><d:frame><svg:desc>A picture</svg:desc><d:text-box><t:p>A box.</t:p></d:text-box>
        </d:frame></t:p><t:p/>"""
    )
    assert (found.headline, found.authors) == ("Owl seen", ("Ann Ash",))
    assert found.body.split("\n\n") == [OWL, "One cat", "watched it.", "A box."]


def test_an_open_document_has_headings_or_calls_itself_something():
    assert read_open(f'<t:h t:outline-level="1">Owl</t:h><t:p>{OWL}</t:p>').headline == "Owl"
    meta = b"<m xmlns:dc='d'><dc:title>Owl seen at the mill</dc:title></m>"
    assert read_open(f"<t:p>{OWL}</t:p>", meta).headline == "Owl seen at the mill"


@pytest.mark.parametrize("data", [_ODT.format("").encode(), b"", b"<o:document/>"])
def test_an_open_document_without_text_says_so(data):
    with pytest.raises(UnreadableError, match="without text"):
        list(read_open_document(data, b"", where="a.odt"))
