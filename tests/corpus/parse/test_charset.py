import pytest

from corpus.parse.charset import decode, recode, to_utf8

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


POLISH = "Sowa siadła na młynie we wtorek i wciąż tam była, gdy zaszło słońce, mówił młynarz."
RUSSIAN = "Сова сидела на мельнице во вторник и не улетала до полудня, сказал мельник соседям."
CHINESE = "星期二有一只猫头鹰停在磨坊上，直到中午才飞走。磨坊主说他从来没有见过这样的事情。"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Der Müller hörte die Eule: „Hu“, schön laut.", "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (CHINESE, "gb18030"),
        (RUSSIAN, "utf-16-le"),
        ("An owl sat at the mill.", "utf-16-le"),
        ("An owl sat at the mill.", "utf-16-be"),
        ("An owl sat at the mill.", "utf-32"),
    ],
)
def test_text_in_an_old_or_wide_charset_is_told_by_its_letters(text, charset):
    assert decode(text.encode(charset)).lstrip("\ufeff") == text


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_put_into_utf_8_with_ends_like_ours(charset, end):
    data = f"title,text{end}Owl,An owl sat at the mill.{end}".encode(charset)
    lines = b"".join(recode([data[:9], data[9:]], data)).decode("utf-8-sig").splitlines()
    assert lines == ["title,text", "Owl,An owl sat at the mill."]
