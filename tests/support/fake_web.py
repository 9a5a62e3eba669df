"""Pages and feeds that answer without a network."""

from html import escape

from corpus.errors import FetchError
from corpus.readers.fetch import Page

FEED = "https://news.example/feed"
MONDAY = "Mon, 02 Mar 2026 09:00:00 GMT"


class FakeFetcher:
    """Holds pages by address; what is an error is raised, what is missing is not there."""

    def __init__(self, pages=()):
        self.pages = dict(pages)
        self.asked = []

    def get(self, url, *, robots=False, etag=None, modified=None, within=None):  # noqa: ARG002
        self.asked.append((url, robots, etag, modified))
        found = self.pages.get(url, FetchError("404: the page is not there"))
        if isinstance(found, FetchError):
            raise found
        return found


def page(body, url="https://news.example/a", kind="text/html", charset=None):
    data = body if isinstance(body, bytes) else body.encode()
    return Page(url, kind, charset, data, '"v1"', MONDAY)


def news(headline="Ferry returns to Wexmoor", *, head="", text=None):
    paragraphs = text or [
        "The ferry between Wexmoor and Little Aldbury will run again from the first of May.",
        "Ticket prices stay as they were, the harbour office told residents on Thursday evening.",
        "Two new sailors have been hired for the season, and the old bell was polished.",
    ]
    printed = "".join(f"<p>{escape(line)}</p>" for line in paragraphs)
    title = f"<title>{headline}</title>" if headline else ""
    top = f"<h1>{headline}</h1>" if headline else ""
    return f"<html><head>{title}{head}</head><body><article>{top}{printed}</article></body></html>"


def rss(*entries, title="Wexmoor Gazette"):
    items = "".join(
        f"<item><title>{headline}</title><link>{link}</link>{more}</item>"
        for link, headline, more in entries
    )
    return page(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>{items}'
        "</channel></rss>",
        url=FEED,
        kind="application/rss+xml",
    )


def entry(name, more=""):
    return f"https://news.example/{name}", f"Headline {name}", more


def opml(*addresses):
    outlines = "".join(f'<outline type="rss" xmlUrl="{address}"/>' for address in addresses)
    return page(f'<opml version="2.0"><body>{outlines}</body></opml>', kind="text/x-opml")
