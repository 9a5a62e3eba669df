import pytest

from corpus.errors import UnreadableError
from corpus.parse.any_feed import looks_like_any_feed, read_any_feed

URL = "https://news.example/feed"
RSS = b'<rss version="2.0"><channel><title>R</title></channel></rss>'
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title></feed>'
JSON = b'{"version": "https://jsonfeed.org/version/1", "title": "J", "items": []}'
SITEMAP = (
    b'<?xml version="1.0"?><urlset xmlns:n="x"><url><loc>https://news.example/a</loc>'
    b"<n:news><n:title>S</n:title></n:news></url></urlset>"
)


@pytest.mark.parametrize(
    ("data", "kind"), [(RSS, "RSS"), (ATOM, "Atom"), (JSON, "JSON Feed"), (SITEMAP, "sitemap")]
)
def test_each_kind_is_known_by_its_beginning(data, kind):
    assert looks_like_any_feed(data)
    assert read_any_feed(data, url=URL).kind == kind


@pytest.mark.parametrize("data", [b"<html></html>", b"{}", b"plain"])
def test_anything_else_is_unreadable(data):
    assert not looks_like_any_feed(data)
    with pytest.raises(UnreadableError, match="not a feed"):
        read_any_feed(data, url=URL)
