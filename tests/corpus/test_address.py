import re
from urllib.parse import unquote

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from corpus.address import canonicalize, find_host, link_passage, read_web_address

PAGE = "https://news.example/story"


# One spelling of an address


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("HTTPS://News.Example/Story", "https://news.example/Story"),
        ("https://news.example", "https://news.example/"),
        ("https://news.example/story/", "https://news.example/story/"),
        (" https://news.example/a b ", "https://news.example/a%20b"),
        ("http://news.example:80/a", "http://news.example/a"),
        ("https://news.example:443/a", "https://news.example/a"),
        ("https://news.example:8443/a", "https://news.example:8443/a"),
        ("http://news.example:443/a", "http://news.example:443/a"),
        ("https://news.example./a", "https://news.example/a"),
        ("https://news.example/a/../b/./c", "https://news.example/b/c"),
        ("https://news.example/a#top", "https://news.example/a"),
        ("https://news.example/a#:~:text=rain", "https://news.example/a"),
        ("https://news.example/a?", "https://news.example/a"),
        ("https://news.example/%c3%a9", "https://news.example/%C3%A9"),
        ("https://news.example/é?q=ü", "https://news.example/%C3%A9?q=%C3%BC"),
        ("https://zürich.example/", "https://xn--zrich-kva.example/"),
        ("https://xn--zrich-kva.example/", "https://xn--zrich-kva.example/"),
        ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
    ],
)
def test_an_address_has_one_spelling(given_, expected):
    assert canonicalize(given_) == expected


@pytest.mark.parametrize(
    "tracking",
    [
        *("utm_source", "UTM_Medium", "utm_whatever", "utm%5Fid", "fbclid", "gclid", "gclsrc"),
        *("dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "mc_cid", "mc_eid"),
        *("igshid", "igsh", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "oly_enc_id"),
        *("at_medium", "at_campaign_type", "ns_mchannel", "pk_campaign", "mtm_source", "xtor"),
    ],
)
def test_parameters_that_only_track_are_dropped(tracking):
    assert canonicalize(f"{PAGE}?id=7&{tracking}=x&page=2") == f"{PAGE}?id=7&page=2"
    assert canonicalize(f"{PAGE}?{tracking}") == PAGE


@pytest.mark.parametrize(
    "query",
    [
        "z=1&a=2&z=3",
        "p=",
        "print",
        "a=1%202+3",
        "game=1&ref=2&source=3&session=4&keyword=5&uid=6&cid=7&storyid=8",
        "next=https://news.example/?utm_source=x",
        "id=1;utm=2",
    ],
)
def test_other_parameters_are_kept_as_they_stand(query):
    assert canonicalize(f"{PAGE}?{query}") == f"{PAGE}?{query}"


BAD = [
    *("", "news", "news.example/a", "//news.example/a", "/a", "https:", "https://", "https:///a"),
    *("ftp://news.example/", "file:///etc/passwd", "javascript:alert(1)", "mailto:a@b.example"),
    *("https://a..b/", "https://-a.example/", "https://a b.example/", "https://.example/"),
    *("https://ex%61mple.org/", "https://a\\b.example/", "https://[::1/", "https://[fe80::1%25e]/"),
    *("https://news.example:0/", "https://news.example:65536/", "https://news.example:x/"),
    *("https://ida@news.example/", "https://ida:secret@news.example/", "https://news.example\n/"),
    *(f"https://news.example/{'x' * 66_000}", f"https://news.example/{'é' * 30_000}"),
    *("https://\ud800.example/", "https://news.example/\ud800", "https://⑦.example:⑦/"),
]


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_web_address_is_refused_in_one_line(url):
    for function in (canonicalize, find_host, read_web_address):
        with pytest.raises(ValueError, match=r"^(not a web address|the address )") as refusal:
            function(url)
        assert "\n" not in str(refusal.value)


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        "{}://{}{}{}{}{}".format,
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(["news.example", "WWW.News.example.", "zürich.example", "[::1]"]),
        st.sampled_from(["", ":80", ":443", ":8080", ":"]),
        st.just("") | st.text(max_size=20).map("/{}".format),
        st.just("") | st.text("abutm_=&%;?/+ 2fF\u00fc", max_size=30).map("?{}".format),
        st.just("") | st.text(max_size=5).map("#{}".format),
    )
)
@example("https://news.example/%e2%82%ac%zz%")
def test_an_address_in_its_one_spelling_stays_as_it_is(url):
    try:
        once = canonicalize(url)
    except ValueError:
        assume(False)
    assert canonicalize(once) == once
    assert once.isascii()
    assert find_host(once) == find_host(url)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text("htps:/[]@.#?%0a", max_size=30).map("http://{}".format))
def test_any_text_is_an_address_or_a_value_error(text):
    try:
        found = canonicalize(text)
    except ValueError:
        return
    assert found.startswith(("http://", "https://"))


def test_a_host_is_told_without_www():
    assert find_host("https://WWW.News.example:8080/www.") == "news.example"
    assert find_host("https://www2.news.example/") == "www2.news.example"


# Links that open at the passage


BODY = "\n\n".join(
    [
        "The town of Wexmoor closed its bridge on Monday. The mayor said it would take a year. "
        "“We can’t wait,” said Mayor Ida Brandt.",
        "Traders were less sure. The mayor said it would take a year. Rents fell 12.5% in a year; "
        "Smith & Sons, a well-known baker, moved out — and nobody came.",
        "Les élèves de l’école ont traversé à pied. Жители спокойны. 市長は述べた。住民は待つ。 "
        "The mayor said it would take a year. Nobody laughed.",
        "Yes. A quiet day. Yes. This last paragraph carries so many words that a link to all of it "
        "names no more than its first words and its last words, rather than spelling out each and "
        "every one of them, which would make for an address that nobody wants to look at.",
    ]
)


def link_to(text, *, nth=0, body=BODY, url=PAGE):
    start = -1
    for _ in range(nth + 1):
        start = body.index(text, start + 1)
    return link_passage(url, body, start=start, end=start + len(text))


def landing(link, body):
    """Where a browser's first match starts and ends: what the standard says, as one pattern."""
    directive = link.partition(":~:text=")[2]
    parts = directive.split(",")
    prefix = _pattern(parts.pop(0)[:-1]) + r"\s*" if parts[0].endswith("-") else ""
    suffix = r"\s*" + _pattern(parts.pop()[1:]) if parts[-1].startswith("-") else ""
    wanted = ".*?".join(map(_pattern, parts))
    found = re.search(f"{prefix}({wanted}){suffix}", body, re.IGNORECASE | re.DOTALL)
    return found and found.span(1)


def _pattern(term):
    """The term as whole words, with any white space between them."""
    text = unquote(term)
    before = r"(?<!\w)" if text[0].isalnum() else ""
    after = r"(?!\w)" if text[-1].isalnum() else ""
    return before + r"\s+".join(map(re.escape, text.split())) + after


def test_a_short_passage_is_spelled_out():
    assert link_to("The town of Wexmoor closed its bridge on Monday.") == (
        f"{PAGE}#:~:text=The%20town%20of%20Wexmoor%20closed%20its%20bridge%20on%20Monday"
    )


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("a well-known baker, moved", "a%20well%2Dknown%20baker%2C%20moved"),
        ("Smith & Sons, a well-known", "Smith%20%26%20Sons%2C%20a%20well%2Dknown"),
        ("fell 12.5% in a year", "fell%2012.5%25%20in%20a%20year"),
        ("We can’t wait,” said Mayor", "We%20can%E2%80%99t%20wait%2C%E2%80%9D%20said%20Mayor"),
        ("out — and nobody came", "out%20%E2%80%94%20and%20nobody%20came"),
        ("l’école ont traversé", "l%E2%80%99%C3%A9cole%20ont%20travers%C3%A9"),
    ],
)
def test_everything_that_could_be_syntax_is_encoded(text, spelled):
    assert link_to(text) == f"{PAGE}#:~:text={spelled}"


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_of_a_repeated_sentence_the_right_one_is_found(nth):
    text = "The mayor said it would take a year."
    starts = [m.start() for m in re.finditer(re.escape(text), BODY)]
    link = link_to(text, nth=nth)
    assert landing(link, BODY) == (starts[nth], starts[nth] + len(text) - 1)
    assert ("-," in link) == (nth > 0)


def test_a_sentence_that_differs_in_case_and_quotes_alone_counts_as_repeated():
    body = "THE MAYOR'S  CAFÉ closed today. He left. The mayor’s cafe closed today. She stayed."
    text = "The mayor’s cafe closed today"
    assert link_to(text, body=body) == (
        f"{PAGE}#:~:text=today.%20He%20left.-,The%20mayor%E2%80%99s%20cafe%20closed%20today"
    )


def test_few_words_may_be_as_long_as_many():
    """Of three words the first two tell the place apart, though escaped they are long."""
    body = "The 市長 spoke.\n\n市長 well-known\n\nspoke"
    start = body.index("市長 well")
    link = link_passage(PAGE, body, start=start, end=len(body))
    assert landing(link, body) == (start, len(body))


def test_context_stays_in_the_paragraph():
    body = "It rained all of the day.\n\nIt rained all of the day. Ida left."
    start = body.index("\n") + 2
    link = link_passage(PAGE, body, start=start, end=start + 25)
    assert link.endswith("#:~:text=It%20rained%20all%20of%20the%20day,-.%20Ida%20left")


def test_a_paragraph_printed_twice_opens_at_its_first_printing():
    body = "It rained all of the day.\n\nIt rained all of the day."
    link = link_passage(PAGE, body, start=27, end=len(body))
    assert link.endswith("#:~:text=It%20rained%20all%20of%20the%20day")


def test_a_very_short_passage_never_goes_without_context():
    assert link_to("Yes.").endswith("#:~:text=Yes,-.%20A%20quiet%20day")
    assert link_to("Yes.", nth=1).endswith("=A%20quiet%20day.-,Yes,-.%20This%20last%20paragraph")


def test_a_long_passage_is_named_by_its_first_and_last_words():
    assert link_to(BODY[BODY.index("This last") :]) == (
        f"{PAGE}#:~:text=This%20last%20paragraph%20carries%20so%20many,"
        "that%20nobody%20wants%20to%20look%20at"
    )


def test_a_passage_over_two_paragraphs_is_named_by_its_first_and_last_words():
    start, end = BODY.index("Ida Brandt"), BODY.index("less sure") + 9
    link = link_passage(PAGE, BODY, start=start, end=end)
    assert link == f"{PAGE}#:~:text=Ida%20Brandt,Traders%20were%20less%20sure"
    assert landing(link, BODY) == (start, end)


def test_the_end_of_a_range_is_the_first_after_its_start():
    paragraph = "Rain fell on Monday and the town was quiet again. " * 4
    body = f"Ida spoke first. {paragraph}Jo spoke last. {paragraph}Nobody else did."
    end = body.rindex(" Nobody")
    link = link_passage(PAGE, body, start=0, end=end)
    assert landing(link, body) == (0, end - 1)


def test_a_long_passage_that_begins_like_an_earlier_paragraph_names_more_of_its_words():
    opening = "The harbour office said in its weekly letter on Monday that the"
    rest = " sailors of the town would go on strike if their pay did not rise before the summer."
    body = f"{opening} ferry is late.\n\n{opening}{rest}{rest}"
    start = body.rindex(opening)
    link = link_passage(PAGE, body, start=start, end=len(body))
    assert landing(link, body) == (start, len(body) - 1)


def test_a_passage_is_trimmed_to_whole_words():
    start, end = BODY.index("own of"), BODY.index("n Monday")
    assert link_passage(PAGE, BODY, start=start, end=end).endswith(
        "#:~:text=of%20Wexmoor%20closed%20its%20bridge"
    )


def test_signs_of_money_and_share_belong_to_their_number():
    body = "The ferry to the island costs $3.50 or 50% of a day’s pay (£2.10)."
    assert link_to("costs $3.50 or 50%", body=body).endswith(
        "%24 3.50".replace(" ", "") + "%20or%2050%25,-of%20a%20day%E2%80%99s"
    )


@pytest.mark.parametrize("text", ["市長は述べた。", "住民は待つ。", "Жители спокойны."])
def test_other_scripts_are_found(text):
    start = BODY.index(text)
    assert landing(link_to(text), BODY) == (start, start + len(text) - 1)


def test_vowel_signs_are_part_of_their_word():
    body = "पुल बंद है और लोग नाराज़ हैं। नाव चलती है।"
    assert landing(link_to("नाव चलती है।", body=body), body) == (body.index("नाव"), len(body) - 1)


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (f"{PAGE}#part-2", f"{PAGE}#part-2:~:text="),
        (f"{PAGE}#", f"{PAGE}#:~:text="),
        (f"{PAGE}#:~:text=old", f"{PAGE}#:~:text="),
        (f"{PAGE}#part-2:~:text=old,words", f"{PAGE}#part-2:~:text="),
        (f"{PAGE}?a=b", f"{PAGE}?a=b#:~:text="),
    ],
)
def test_a_fragment_in_the_address_stays_as_the_fallback(url, start):
    assert link_to("A quiet day", url=url).startswith(start)
    assert link_to("A quiet day", url=url).count(":~:") == 1


@pytest.mark.parametrize(
    ("body", "start", "end"),
    [
        ("", 0, 0),
        ("It rained.", 4, 4),
        ("It rained.", 8, 3),
        ("It rained.", 4, 7),
        ("It — “…” — rained.", 3, 11),
        ("x" * 1200, 0, 1200),
    ],
    ids=["no body", "nothing", "backwards", "within a word", "punctuation", "endless word"],
)
def test_where_nothing_can_be_named_the_address_stays_as_it_is(body, start, end):
    assert link_passage(PAGE, body, start=start, end=end) == PAGE


WORDS = [
    "the",
    "The",
    "mayor",
    "said",
    "so",
    "well-known",
    "12.5%",
    "Rain,",
    "“no”",
    "café",
    "市長",
]


@st.composite
def passages(draw):
    """A body of few different words, and where some of them stand in it."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60))
    gaps = st.sampled_from([" ", " ", " ", " ", "\n\n"])
    body, starts = words[0], [0]
    for word in words[1:]:
        body += draw(gaps)
        starts.append(len(body))
        body += word
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first, len(words) - 1))
    return body, starts[first], starts[last] + len(words[last])


@settings(max_examples=200, deadline=None)
@given(passages())
def test_a_link_opens_at_the_passage_or_at_the_same_words(passage):
    body, start, end = passage
    found = landing(link_passage(PAGE, body, start=start, end=end), body)
    assert found is not None
    trimmed = start + (body[start] == "“")
    for here, there in zip(body[found[0] : found[1]], body[trimmed:end], strict=False):
        if "\n" in (here, there):
            break
        assert here.casefold() == there.casefold()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_a_link_is_never_much_longer_than_its_address_and_spells_no_syntax(body, start, end):
    link = link_passage(PAGE, body, start=start, end=end)
    assert link.startswith(PAGE)
    assert len(link) <= len(PAGE) + 1000
    assert re.fullmatch(
        r"(#:~:text=([\w.~%]+-,)?[\w.~%]+(,[\w.~%]+)?(,-[\w.~%]+)?)?", link[len(PAGE) :]
    )
