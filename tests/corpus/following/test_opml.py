from datetime import UTC, datetime

from corpus.following.opml import write_opml
from corpus.parse.feed import read_opml
from corpus.storage.sources import Source

NOW = datetime(2031, 3, 4, tzinfo=UTC)


def test_feeds_come_back_from_the_list_that_was_written():
    urls = ["https://weir.example/feed?a=1&b=2", "https://pier.example/'rss'"]
    sources = [Source(url, NOW, title='The <Weir> & "Pier"') for url in urls]
    text = write_opml(sources)
    assert read_opml(text.encode()) == urls
    assert "&lt;Weir&gt; &amp;" in text


def test_a_list_of_none_is_a_list():
    assert read_opml(write_opml([]).encode()) == []
