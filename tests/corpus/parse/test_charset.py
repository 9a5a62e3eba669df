import pytest

from corpus.parse.charset import decode, to_utf8

TEXT = "Über die Brücke"


def test_a_page_is_put_into_utf_8_where_its_server_says_what_it_is_in():
    assert to_utf8(TEXT.encode("windows-1252"), "windows-1252").decode() == TEXT
    assert to_utf8(TEXT.encode("utf-16"), "utf-16").decode() == TEXT
    assert to_utf8(TEXT.encode(), "windows-1252").decode() == TEXT


@pytest.mark.parametrize("charset", [None, "punycode", "windows-nonsense", "utf-16\0"])
def test_a_page_whose_server_says_nothing_of_use_is_left_as_it_is(charset):
    data = TEXT.encode("iso-8859-1")
    assert to_utf8(data, charset) == data


def test_text_is_decoded_as_it_looks():
    for charset in ("utf-8", "utf-8-sig", "utf-16", "windows-1252"):
        assert decode(TEXT.encode(charset)) == TEXT
