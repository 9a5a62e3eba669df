from __future__ import annotations

import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.records import Piece
from corpus.parse.telegram import export as telegram_export
from corpus.parse.telegram.export import PRIVATE, cut_export, looks_like_export, read_export
from corpus.parse.telegram.post import LinkedArticle
from tests.support.channels import START, export, link, message, picture, service, write_export

STORY = "https://news.example/otters"
OTTERS = "Otters moved into the lock keeper's cellar."


def read(*messages, name: str = "tarnherald", **more) -> list[Article | LinkedArticle]:
    return list(read_export(write_export(*messages, **more), name=name).found)


def cut(data: bytes, size: int = 1 << 16) -> list[Piece | Failure]:
    blocks = (data[at : at + size] for at in range(0, len(data), size))
    return list(cut_export(blocks, where="result.json"))


def held(pieces: list[Piece | Failure]) -> list[int]:
    """The numbers of all messages in some pieces."""
    return [one["id"] for piece in pieces for one in json.loads(piece.data)["messages"]]


# Reading


def test_each_post_is_an_article_with_its_time_and_address():
    text = [{"type": "bold", "text": "Otters move in"}, f"\n\n{OTTERS} ", {"type": "x"}, 7, "So."]
    (article,) = read(service(1), message(5, text, author="Ida Moe"))
    assert article == Article(
        headline="Otters move in",
        body=f"{OTTERS} So.",
        url="https://t.me/tarnherald/5",
        authors=("Ida Moe",),
        publisher="Tarn Herald",
        published=datetime.fromtimestamp(START + 300, UTC),
    )


def test_without_a_name_its_address_has_the_channels_number():
    (article,) = read(message(5, OTTERS), name="")
    assert article.url == "https://t.me/c/77/5"


def test_all_messages_are_told_of_but_only_posts_are_articles():
    posts = read_export(
        write_export(service(1), message(2), message(3, "Short"), message(4, OTTERS))
    )
    assert posts.numbers == (1, 2, 3, 4)
    assert [one.url for one in posts.found] == ["https://t.me/c/77/4"]


def test_a_forwarded_post_names_its_origin():
    (article,) = read(message(5, OTTERS, forwarded_from="Lake News"))
    assert article.authors == ("Lake News",)
    assert article.credit == "Forwarded from Lake News"


def test_a_group_names_who_wrote():
    (article,) = read(message(5, OTTERS, **{"from": "Ida Moe"}), kind="private_supergroup")
    assert (article.publisher, article.authors) == ("Tarn Herald", ("Ida Moe",))


def test_a_small_group_has_no_addresses():
    (article,) = read(message(5, OTTERS), kind="private_group", name="")
    assert article.url is None


def test_pictures_of_one_sender_and_second_are_an_album():
    posts = read(
        picture(5, at=10), picture(6, OTTERS, at=10), picture(7, "Photos by Ida Moe", at=10),
        picture(8, "Swans left the lake.", at=11),
        picture(9, "Geese came to the lake.", at=11, forwarded_from="Lake News"),
        message(10, "Ducks stay on the lake.", date_unixtime=str(START + 11)),
    )  # fmt: skip
    assert [one.url.rpartition("/")[2] for one in posts] == ["6", "8", "9", "10"]
    assert posts[0].body == f"{OTTERS}\n\nPhotos by Ida Moe"


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ([link(STORY)], {}),
        (STORY, {"text_entities": [link(STORY), {"type": "plain", "text": ""}]}),
        (["Read about our otters: ", link(STORY, "here")], {}),
    ],
)
def test_a_post_that_only_links_to_an_article_says_to_which(text, more):
    (found,) = read(message(5, text, **more))
    assert isinstance(found, LinkedArticle)
    assert found.link == STORY


def test_a_text_may_stand_in_its_entities_only():
    (article,) = read(message(5, "", text_entities=[{"type": "plain", "text": OTTERS}]))
    assert article.body == OTTERS


@pytest.mark.parametrize(
    ("more", "published"),
    [
        ({"date_unixtime": START}, datetime.fromtimestamp(START, UTC)),
        ({"date_unixtime": None}, datetime.fromtimestamp(START, UTC)),
        ({"date_unixtime": None, "date": "some day"}, None),
        ({"date_unixtime": "9" * 30}, None),
        ({"date_unixtime": "soon"}, None),
    ],
)  # fmt: skip
def test_a_time_is_read_or_unknown(more, published):
    (article,) = read(message(5, OTTERS, **more))
    assert article.published == published


@pytest.mark.parametrize("kind", ["personal_chat", "bot_chat", "saved_messages"])
def test_a_private_chat_is_refused(kind):
    with pytest.raises(UnreadableError, match="private chat is no publication"):
        read(message(5, OTTERS), kind=kind)
    assert "private chat" in PRIVATE


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b'{"type": "public_channel"}', b'{"type": "new", "messages": []}',
        b"[" * 100_000, b'{"type": "public_channel", "messages": 1}', b"\xff",
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused(data):
    with pytest.raises(UnreadableError):
        read_export(data)


def test_messages_that_are_none_are_left_out():
    odd = [None, 1, "x", [], {}, {"id": "5"}, {"id": True}, {"id": -1}, {"id": 2**60}]
    assert read_export(write_export(*odd, message(6, OTTERS))).numbers == (6,)
    (article,) = read(message(6, OTTERS), title=None, number="x", name="")
    assert (article.publisher, article.url, article.authors) == (None, None, ("Tarn Herald",))


# Telling


@pytest.mark.parametrize(
    ("opening", "is_one"),
    [
        (write_export(message(5, OTTERS)), True),
        (b"\xef\xbb\xbf\n" + write_export(kind="personal_chat"), True),
        (b'{\n "about": "Here is the data you requested. Remember: ...', True),
        (b'{"type": "public_channel", "body": "x"}', False),
        (b'{"messages": [], "type": "article"}', False),
        (b'[{"type": "public_channel", "messages": []}]', False),
        (b"", False),
    ],
)
def test_an_export_is_told_by_how_it_begins(opening, is_one):
    assert looks_like_export(opening) is is_one


# Cutting


@pytest.mark.parametrize("size", [1, 7, 64, 1 << 16])
def test_a_piece_is_an_export_of_its_own_however_the_blocks_fall(size):
    data = write_export(service(1), message(2, 'A "quoted" [bracket] {here} \\ "'), message(3))
    (piece,) = cut(data, size)
    assert isinstance(piece, Piece)
    assert json.loads(piece.data) == json.loads(data)


def test_pieces_hold_a_few_messages_each(monkeypatch):
    monkeypatch.setattr(telegram_export, "_PIECE_MESSAGES", 10)
    pieces = cut(write_export(*(message(n, OTTERS) for n in range(1, 26))), 500)
    assert [len(held([piece])) for piece in pieces] == [10, 10, 5]
    assert held(pieces) == list(range(1, 26))


def test_no_album_is_cut_in_two(monkeypatch):
    monkeypatch.setattr(telegram_export, "_PIECE_MESSAGES", 2)
    album = [picture(n, at=9) for n in range(2, 6)]
    pieces = cut(write_export(message(1), *album, message(6)))
    assert [held([piece]) for piece in pieces] == [[1, 2, 3, 4, 5], [6]]


def test_what_never_ends_as_one_album_is_cut_all_the_same(monkeypatch):
    monkeypatch.setattr(telegram_export, "_PIECE_MESSAGES", 2)
    monkeypatch.setattr(telegram_export, "_ALBUM", 3)
    pieces = cut(write_export(*(picture(n, at=9) for n in range(1, 8))))
    assert [held([piece]) for piece in pieces] == [[1, 2, 3, 4, 5], [6, 7]]


def test_the_chats_of_a_whole_account_are_pieces_each():
    chats = [export(message(1), title="One"), export(message(2), title="Two"), export()]
    account = {"about": "x", "contacts": {"list": [{"a": []}]}, "chats": {"list": chats}}
    pieces = cut(json.dumps(account).encode(), 50)
    assert [json.loads(piece.data)["name"] for piece in pieces] == ["One", "Two"]


def test_a_file_that_is_cut_short_gives_what_it_holds():
    data = write_export(*(message(n) for n in range(1, 4)))
    piece, failure = cut(data[: data.index(b'"id": 3')])
    assert held([piece]) == [1, 2]
    assert "cut short" in failure.reason
    assert [type(one) for one in cut(data[:30])] == [Failure]


def test_a_giant_message_is_left_out_and_said():
    for many in (3, 30):
        giant = message(2, [["x" * 400_000]] * many)
        first, *rest = cut(write_export(message(1), giant, message(3)))
        assert "over 1 MB" in first.reason
        assert held(rest) == [1, 3]


def test_what_cannot_be_json_is_refused_before_it_fills_the_memory():
    tracemalloc.start()
    with pytest.raises(UnreadableError, match="4 MB"):
        list(cut_export((b'"' + b"x" * 60_000 for _ in range(100)), where="a"))
    with pytest.raises(UnreadableError, match="4 MB"):
        list(cut_export((b"x" * 60_000 for _ in range(100)), where="a"))
    with pytest.raises(UnreadableError, match="nested"):
        list(cut_export((b"[" * 60_000 for _ in range(100)), where="a"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_a_long_export_takes_the_memory_of_a_piece():
    text = OTTERS * 20

    def blocks():
        yield b'{"name": "Tarn Herald", "type": "public_channel", "id": 77, "messages": ['
        for number in range(1, 6_000):
            yield json.dumps(message(number, text)).encode() + b","
        yield json.dumps(message(6_000, text)).encode() + b"]}"

    tracemalloc.start()
    count = sum(piece.data.count(b'"type": "message"') for piece in cut_export(blocks(), where="a"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000
    assert peak < 6_000_000


_VALUES = st.recursive(
    st.text(max_size=20) | st.integers() | st.none(),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.text(max_size=8), _VALUES, max_size=3)


@given(st.lists(_OBJECTS, max_size=8), st.integers(1, 40))
def test_whatever_stands_in_messages_comes_out_as_it_went_in(messages, size):
    data = json.dumps(export(*messages), ensure_ascii=False).encode()
    pieces = cut(data, size)
    assert [one for piece in pieces for one in json.loads(piece.data)["messages"]] == messages


@given(st.binary(max_size=400), st.integers(1, 40))
def test_rubbish_is_cut_or_refused(data, size):
    try:
        cut(b'{"type": "public_channel", "messages": [{' + data, size)
    except UnreadableError:
        return
