from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats.wires import read_wires

OWL = "An owl sat at the mill on Tuesday, and it would not leave."
CAT = "A cat watched it from the roof, said the miller."
NITF = f"""<?xml version="1.0"?><nitf><head><docdata><date.issue norm="20310304T090000Z"/>
<doc.copyright holder="Mill Wire"/></docdata></head><body><body.head><hedline>
<hl1>Owl <em>seen</em></hl1></hedline>
<byline>By ANN ASH<byttl>Wire Writer</byttl></byline></body.head><body.content><block>
<p>An owl <em>sat</em> at the mill on Tuesday,
 and it would not leave.</p><media><media-caption><p>An owl</p></media-caption></media>
<ul><li><p>{CAT}</p></li></ul></block></body.content></body></nitf>"""


def item(content: str, more: str = "") -> str:
    return (
        "<newsItem xml:lang='de'><itemMeta><provider><name>Mill Wire</name></provider>"
        f"{more}</itemMeta>"
        "<contentMeta><headline>Owl seen</headline><by>Ann Ash</by></contentMeta>"
        f"<contentSet>{content}</contentSet></newsItem>"
    )


def message(*items: str) -> bytes:
    return (
        '<newsMessage xmlns="http://iptc.example/nar/"><header><sent>2031-03-05T09:00:00Z</sent>'
        f"</header><itemSet>{''.join(items)}</itemSet></newsMessage>"
    ).encode()


def test_an_item_in_nitf_is_read():
    (found,) = read_wires(NITF.encode(), where="a.xml")
    assert (found.headline, found.authors, found.publisher) == (
        "Owl seen",
        ("Ann Ash",),
        "Mill Wire",
    )
    assert found.published == datetime(2031, 3, 4, 9, tzinfo=UTC)
    assert found.body == f"{OWL}\n\n{CAT}"


def test_each_item_of_a_message_is_read():
    body = f"<head><title>x</title></head><body><p>{OWL}</p></body>"
    page = f"<inlineXML><html>{body}</html></inlineXML>"
    dated = "<versionCreated>2031-03-04T09:00:00Z</versionCreated>"
    first, second = read_wires(
        message(item(page, dated), item(f"<inlineData>{CAT}</inlineData>"), item("")), where="a"
    )
    assert (first.body, second.body) == (OWL, CAT)
    assert (first.language, first.authors, first.publisher) == ("de", ("Ann Ash",), "Mill Wire")
    assert (first.published.day, second.published.day) == (4, 5)


def test_people_and_languages_may_have_elements_of_their_own():
    text = NITF.replace("By ANN ASH", "<person>Ann Ash</person> and <person>Bo Birch</person>")
    text = text.replace("<block>", '<language tag="fr"/><block>').replace("<date.issue", "<date.x")
    text = text.replace('<doc.copyright holder="Mill Wire"/>', "")
    (found,) = read_wires(text.encode(), where="a")
    assert (found.authors, found.language) == (("Ann Ash", "Bo Birch"), "fr")
    assert (found.published, found.publisher) == (None, None)
    nobody = NITF.replace("By ANN ASH<byttl>Wire Writer</byttl>", "")
    assert next(iter(read_wires(nobody.encode(), where="a"))).authors == ()


@pytest.mark.parametrize("data", [message(), b"<nitf/>", b"<nitf", b""])
def test_a_message_without_text_says_so(data):
    with pytest.raises(UnreadableError, match="without an item"):
        list(read_wires(data, where="a"))
