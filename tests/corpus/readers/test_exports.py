"""Exported channels as files and folders, and what is no longer in them."""

from __future__ import annotations

import gzip
import json
import os

import pytest

from corpus.article import Article
from corpus.errors import Failure
from corpus.ingest import ingest
from corpus.parse.telegram import export as telegram_export
from corpus.parse.telegram.post import Channel
from corpus.readers import exports as module
from corpus.readers.exports import EMPTY, Exports, Known
from corpus.readers.files import read_path
from corpus.storage.store import Store
from tests.support.channels import export, link, message, page, page_message, service, write_export
from tests.support.models import FakeEncoder

STORY = "https://news.example/otters"
OTTERS = "Otters moved into the lock keeper's cellar."
OTHER = Article("Otters settle", "Otters have settled in a cellar.", url=STORY)


def read(path, exports: Exports | None = None) -> list[Article | Failure]:
    return list(read_path(path, exports=exports))


def urls(path, exports: Exports | None = None) -> list[str | None]:
    found = read(path, exports)
    assert all(isinstance(one, Article) for one in found), found
    return [one.url for one in found]


def written(folder, *messages, **more):
    (folder / "result.json").write_bytes(write_export(*messages, **more))
    return folder / "result.json"


def test_an_export_is_read_whatever_its_name_and_packing(tmp_path):
    data = write_export(message(5, OTTERS))
    for name in ("result.json", "tarn.json", "tarn.json.gz"):
        (tmp_path / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith("gz") else data)
        assert urls(tmp_path / name) == ["https://t.me/c/77/5"]


def test_a_long_one_is_read_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(telegram_export, "_PIECE_MESSAGES", 3)
    file = written(tmp_path, *(message(n, OTTERS) for n in range(1, 9)))
    exports = Exports()
    assert len(urls(file, exports)) == 8
    assert list(exports.read[Channel(77, "Tarn Herald")]) == list(range(1, 9))


def test_the_channels_name_comes_from_whoever_knows_it(tmp_path):
    file = written(tmp_path, message(5, OTTERS))
    assert urls(file, Exports(known={77: Known("tarnherald")})) == ["https://t.me/tarnherald/5"]
    assert urls(file, Exports(known={78: Known("lakenews")})) == ["https://t.me/c/77/5"]
    named = Exports(name="herald", known={77: Known("tarnherald")})
    assert urls(file, named) == ["https://t.me/herald/5"]


def test_the_posts_of_a_channel_go_on_its_shelf(tmp_path):
    file = written(tmp_path, message(5, OTTERS))
    (article,) = read(file, Exports(known={77: Known("", "c-77")}))
    assert article.shelf == "c-77"
    by_name = Exports(name="tarnherald", known={1: Known(), 2: Known("tarnherald", "c-2")})
    (tmp_path / "messages.html").write_bytes(page(page_message(5, OTTERS)))
    (article,) = read(tmp_path / "messages.html", by_name)
    assert article.shelf == "c-2"


def test_a_private_chat_is_refused_in_one_line(tmp_path):
    file = written(tmp_path, message(5, OTTERS), kind="personal_chat")
    exports = Exports()
    (failure,) = read(file, exports)
    assert (failure.where, failure.reason) == (str(file), telegram_export.PRIVATE)
    assert exports.read == {}


def test_of_a_whole_account_the_channels_are_read_and_the_private_chats_named(tmp_path):
    chats = [
        export(message(5, OTTERS), kind="personal_chat", title="Ida"),
        export(message(6, OTTERS)),
    ]
    account = {"about": "Here is the data you requested.", "chats": {"list": chats}}
    (tmp_path / "result.json").write_text(json.dumps(account))
    refused, article = read(tmp_path / "result.json")
    assert "private chat" in refused.reason
    assert article.url == "https://t.me/c/77/6"


def test_an_export_without_a_text_says_so(tmp_path):
    file = written(tmp_path, service(1), message(2))
    assert read(file) == [Failure(str(file), EMPTY)]


def test_one_that_is_cut_short_says_nothing_of_what_is_missing(tmp_path):
    data = write_export(message(1, OTTERS), message(2, OTTERS))
    (tmp_path / "result.json").write_bytes(data[:-50])
    exports = Exports()
    article, failure = read(tmp_path / "result.json", exports)
    assert isinstance(article, Article)
    assert "cut short" in failure.reason
    assert exports.read == {}


# Pages and folders


def test_pages_are_read_as_posts(tmp_path):
    (tmp_path / "messages.html").write_bytes(page(page_message(5, OTTERS)))
    exports = Exports(name="tarnherald")
    assert urls(tmp_path / "messages.html", exports) == ["https://t.me/tarnherald/5"]


def test_of_the_folder_of_an_export_only_the_messages_are_read(tmp_path):
    for number in (1, 2, 10):
        name = f"messages{number if number > 1 else ''}.html"
        (tmp_path / name).write_bytes(page(page_message(number, OTTERS)))
    for folder in ("css", "photos"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.css").write_text("body of a style that is text of a kind")
    (tmp_path / "notes.txt").write_text("Notes on what was exported when and by whom.")
    exports = Exports(name="tarnherald")
    prefix = "https://t.me/tarnherald/"
    assert urls(tmp_path, exports) == [f"{prefix}1", f"{prefix}2", f"{prefix}10"]
    written(tmp_path, message(4, OTTERS))
    assert urls(tmp_path) == ["https://t.me/c/77/4"]


def test_a_folder_of_several_exports_is_read(tmp_path):
    for number in (5, 6):
        folder = tmp_path / f"ChatExport_{number}"
        folder.mkdir()
        written(folder, message(number, OTTERS))
    assert urls(tmp_path) == ["https://t.me/c/77/5", "https://t.me/c/77/6"]


def test_of_an_account_as_pages_only_the_chats_are_read(tmp_path):
    (tmp_path / "export_results.html").write_bytes(page())
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "chats.html").write_bytes(page())
    assert read(tmp_path) == []
    chat = tmp_path / "chats" / "chat_001"
    chat.mkdir(parents=True)
    (chat / "messages.html").write_bytes(page(page_message(5, OTTERS)))
    (article,) = read(tmp_path)
    assert isinstance(article, Article)


def test_what_cannot_be_looked_into_says_so_when_it_is_read(tmp_path, monkeypatch):
    file = written(tmp_path, message(5, OTTERS))
    monkeypatch.setattr(type(file), "is_file", _closed)
    assert list(module.choose_files(tmp_path, [], ["result.json"])) == ["result.json"]


def test_nobody_waits_for_a_pipe_of_that_name(tmp_path):
    os.mkfifo(tmp_path / "result.json")
    (failure,) = read(tmp_path)
    assert failure.reason == "not a regular file"


def _closed(_: object) -> bool:
    raise PermissionError


def test_files_that_only_bear_the_names_are_read_like_any_other(tmp_path):
    record = {"headline": "Otters", "body": OTTERS}
    (tmp_path / "result.json").write_text(json.dumps(record))
    (tmp_path / "messages.html").mkdir()
    (tmp_path / "notes.txt").write_text("Notes on what was exported when and by whom.")
    assert len(read(tmp_path)) == 2


# Links


def test_a_post_that_only_links_brings_the_article(tmp_path):
    file = written(tmp_path, message(5, [link(STORY)]), message(6, OTTERS))
    assert urls(file, Exports(follow=lambda _: OTHER)) == [STORY, "https://t.me/c/77/6"]


def test_where_the_article_cannot_be_had_the_post_stands_for_itself(tmp_path):
    failure = Failure(STORY, "404: the page is not there")
    file = written(tmp_path, message(5, ["Otters in a cellar: ", link(STORY)]))
    assert urls(file, Exports(follow=lambda _: failure)) == ["https://t.me/c/77/5"]
    assert urls(file) == ["https://t.me/c/77/5"]
    bare = written(tmp_path, message(5, [link(STORY)]))
    assert read(bare, Exports(follow=lambda _: failure)) == [failure]


def test_so_many_links_are_followed_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_LINKS", 1)
    posts = [message(n, ["Otters in a cellar: ", link(STORY)]) for n in (5, 6)]
    one, two, failure = read(written(tmp_path, *posts), Exports(follow=lambda _: OTHER))
    assert (one.url, two.url) == (STORY, "https://t.me/c/77/6")
    assert "links" in failure.reason


# What is no longer there


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path / "home")
    yield store
    store.close()


def keep(store, path, exports):
    ingest(read_path(path, exports=exports), store=store, embedder=FakeEncoder())


def test_what_an_export_no_longer_holds_is_missing_within_its_range(tmp_path, store):
    first = [message(n, f"{OTTERS} Once more, {n}.") for n in (1, 4, 5, 6, 9)]
    keep(store, written(tmp_path, *first), Exports())
    again = Exports()
    keep(store, written(tmp_path, first[1], service(5), message(7)), again)
    (missing,) = again.missing(store)
    assert store.get(missing).url == "https://t.me/c/77/6"
    assert Exports().missing(store) == []


def test_nothing_is_missing_of_a_channel_without_addresses_or_of_another(tmp_path, store):
    keep(store, written(tmp_path, message(5, OTTERS)), Exports())
    keep(store, written(tmp_path, message(5, f"{OTTERS} So."), number=7, title="Lake"), Exports())
    exports = Exports()
    exports.note(Channel(0, "Tarn Herald"), [1, 9])
    exports.note(Channel(7, "Lake"), [1, 5, 9])
    exports.note(Channel(78, "None"), [])
    assert exports.missing(store) == []
