"""Lists of followed feeds, as other news readers read them."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from corpus.address import find_host
from corpus.storage.sources import Source
from corpus.text import disarm

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'


def write_opml(sources: Iterable[Source]) -> str:
    """Write feeds as an OPML 2.0 document, a line each.

    Example:
        >>> from datetime import UTC, datetime
        >>> weir = Source("https://weir.example/feed", datetime(2031, 3, 4, tzinfo=UTC))
        >>> print(write_opml([weir]).splitlines()[4])
            <outline type="rss" text="weir.example" xmlUrl="https://weir.example/feed"/>
    """
    lines = "".join(f"    {_outline(source)}\n" for source in sources)
    head = "  <head><title>Byline</title></head>\n"
    return f"{_HEAD}{head}  <body>\n{lines}  </body>\n</opml>\n"


def _outline(source: Source) -> str:
    title = disarm(source.title) or find_host(source.url)
    return f'<outline type="rss" text={quoteattr(title)} xmlUrl={quoteattr(source.url)}/>'
