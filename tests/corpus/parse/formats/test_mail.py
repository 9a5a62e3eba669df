from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from corpus.errors import UnreadableError
from corpus.parse.formats import mail, mailbox
from corpus.parse.formats.mail import read_message
from corpus.parse.formats.mailbox import cut_mailbox, opens_mailbox, opens_message

OWL = "An owl sat at the mill on Tuesday, and it would not leave before the miller fed it."
CAT = "A cat that lives there watched it from the roof, said the miller, Ada Quill."


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    return made


def letter(text: str = f"{OWL}\n\n{CAT}\n", **headers: str) -> bytes:
    given = {"From": "The Mill Post <news@mill.example>", "Subject": "Owl – seen"}
    made = message(**given | {"Date": "Thu, 4 Mar 2031 09:00:00 +0100 (CET)"} | headers)
    made.set_content(text)
    return made.as_bytes()


def test_a_newsletter_has_subject_outlet_day_and_text():
    found = read_message(letter(List_Id="<post.mill.example>"))
    assert (found.headline, found.publisher, found.authors) == ("Owl – seen", "The Mill Post", ())
    assert found.published == datetime(2031, 3, 4, 8, tzinfo=UTC)
    assert found.body == f"{OWL}\n\n{CAT}"


def test_who_writes_by_himself_is_an_author():
    found = read_message(letter(From='"Ann Ash" <ann@mill.example>'))
    assert (found.authors, found.publisher) == (("Ann Ash",), None)
    assert read_message(letter(From="news@mill.example")).publisher == "mill.example"
    assert read_message(letter(From="")).publisher is None


def test_text_is_decoded_and_html_read_where_the_text_says_less():
    made = message(From="ann@mill.example", Subject="Owl seen")
    made.set_content("See this in your browser")
    page = f"<table><tr><td><p>{OWL} Café.</p><p>{CAT}</p><p>Unsubscribe</p></td></tr></table>"
    made.add_alternative(page, subtype="html")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png")
    found = read_message(made.as_bytes())
    assert found.body == f"{OWL} Café.\n\n{CAT}"
    assert found.published is None


def test_a_page_inside_a_mail_is_read_like_one():
    made = message(From="ann@mill.example")
    article = f"<article><h1>Owl seen</h1><p>{OWL}</p><p>{CAT}</p><p>{OWL}</p></article>"
    made.set_content(f"<html><head><title>x</title></head><body>{article}</body></html>", "html")
    found = read_message(made.as_bytes())
    assert found.headline == "Owl seen"
    assert found.body.startswith(f"{OWL}\n\n{CAT}")


def test_addresses_and_ways_out_are_no_text():
    text = f"{OWL}\n\n<https://mill.example/owl?x=1>\n\nView in your browser | Unsubscribe\n"
    assert read_message(letter(text)).body == OWL


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "hex", "unknown-8bit"])
def test_whatever_charset_is_named_the_text_is_read(charset):
    head = f"From: a@mill.example\nSubject: Owl\nContent-Type: text/plain; charset={charset}\n\n"
    assert read_message(head.encode() + OWL.encode() + b" Caf\xe9.").body == f"{OWL} Café."


@pytest.mark.parametrize(
    "data",
    [
        b"From: a@mill.example\nSubject: Owl\n\n",
        b"From: a@mill.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n--b--\n",
        b"From: a@mill.example\nContent-Type: image/png\n\nxxxx",
        b"From: a@mill.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n"
        b"Content-Type: message/rfc822\n\nFrom: b@mill.example\n\n\n--b--\n",
    ],
)
def test_a_mail_without_text_says_so(data):
    with pytest.raises(UnreadableError, match="text"):
        read_message(data)


def test_headers_that_break_what_reads_them_are_a_failure(monkeypatch):
    def fail(_):
        raise IndexError

    monkeypatch.setattr(mail, "_read", fail)
    with pytest.raises(UnreadableError, match="broken headers"):
        read_message(letter())


def saved(*, located: str = "https://mill.example/owl?utm_source=x", kind: str = "html") -> bytes:
    page = f"<html><body><article><h1>Owl seen</h1><p>{OWL}</p><p>{CAT}</p></article></body></html>"
    body = base64.encodebytes(page.encode()).decode()
    return (
        f"From: <Saved by Blink>\nSnapshot-Content-Location: {located}\nSubject: Owl\n"
        'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="b"\n\n'
        f"--b\nContent-Type: text/{kind}\nContent-Transfer-Encoding: base64\n"
        f"Content-Location: https://mill.example/b\n\n{body}\n--b--\n"
    ).encode()


def test_a_saved_page_is_read_under_its_address():
    found = read_message(saved())
    assert (found.headline, found.url) == ("Owl seen", "https://mill.example/owl")
    assert found.body == f"{OWL}\n\n{CAT}"
    assert read_message(saved(located="")).url == "https://mill.example/b"
    assert read_message(saved(located="cid:x")).url is None
    with pytest.raises(UnreadableError, match="saved page without its HTML"):
        read_message(saved(kind="css"))


def test_an_old_saved_page_has_only_the_address_of_its_part():
    data = saved().replace(b"From: <Saved by Blink>\n", b"From: x\n")
    data = data.replace(b"Snapshot-Content-Location", b"X-Other")
    assert read_message(data).url == "https://mill.example/b"


@pytest.mark.parametrize(
    ("head", "named_so", "expected"),
    [
        (b"Received: by x\n more\nFrom: a\n\ntext", False, True),
        (b"Subject: Owl\nFrom: a\n\ntext", False, False),
        (b"Subject: Owl\nFrom: a\n\ntext", True, True),
        (b"Owl seen: at the mill\nFrom: a\nReceived: b", False, False),
        (b"Owl seen", True, False),
        (b"", True, False),
    ],
)
def test_a_message_is_told_by_its_headers(head, named_so, expected):
    assert opens_message(head, named_so=named_so) is expected


def test_a_mailbox_is_cut_into_its_messages():
    box = b"".join(b"From a Thu Mar  4\n" + letter(Subject=f"Owl {n}") + b"\n" for n in range(3))
    assert opens_mailbox(box)
    assert not opens_mailbox(b"From the mill\n\nAn owl")
    found = list(cut_mailbox(io.BytesIO(box), where="m.mbox"))
    assert [place for place, _ in found] == ["m.mbox:1", "m.mbox:2", "m.mbox:3"]
    assert [read_message(data).headline for _, data in found] == ["Owl 0", "Owl 1", "Owl 2"]
    assert list(cut_mailbox([], where="m.mbox")) == []


def test_a_line_that_begins_as_messages_do_stays_in_its_text(monkeypatch):
    monkeypatch.setattr(mailbox, "MAX_MESSAGE_BYTES", 60)
    box = b"From a Thu\nSubject: Owl\nTo: b\n\n>From here an owl flew.\nIt\nIt\nIt\nIt\nIt\nIt\n"
    ((_, data),) = cut_mailbox(io.BytesIO(box), where="m.mbox")
    assert b"\nFrom here" in data
    assert len(data) < 70


def test_a_line_that_only_begins_as_messages_do_keeps_all_its_letters():
    box = b"From a Thu\nSubject: Owl\nTo: b\n\nIt flew\nFrom here to there.\n"
    ((_, data),) = cut_mailbox(io.BytesIO(box), where="m.mbox")
    assert b"\nFrom here" in data


def test_of_a_message_that_is_too_long_the_text_is_read_where_it_ends(monkeypatch):
    monkeypatch.setattr(mail, "MAX_MESSAGE_BYTES", 1500)
    made = message(From="news@mill.example", Subject="Owl", Date="Thu, 4 Mar 2031 09:00:00 +0100")
    made.set_content(OWL)
    made.add_attachment(b"x" * 9000, maintype="image", subtype="png", filename="owl.png")
    assert read_message(made.as_bytes()[:1500]).body == OWL
    with pytest.raises(UnreadableError, match="over 5 MB of text"):
        read_message(letter(OWL * 30)[:1500])
