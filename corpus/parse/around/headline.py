"""The headline of a page: what it says of itself, freed of the site's name.

Tested with pages in `tests/corpus/parse/test_page.py`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from corpus.text import squeeze

_SEPARATOR = re.compile(r"(?<!\s)\s++(?:--|::|[|\-–—·•»«:：/])\s+|(?:(?<!\s)\s++)?[|｜：_]\s*")
_MOST_HEADINGS, _MOST_LINKS, _MOST_NAMES = 50, 200, 12
_MOST_NAME = 60
_SHARE = 0.4
_LONG, _LONGER = 50, 1.6


def find_headline(tree: HtmlElement, stated: Iterable[str], sites: set[str]) -> str | None:
    """Choose the headline of a page.

    Args:
        tree: The page.
        stated: What it says of itself, the most trusted first; empty ones count as nothing.
        sites: Names of the site and its host.

    Returns:
        The first statement without the site's name; of one that says more than a heading of the
        page does, what the heading prints. None where nothing is a headline.
    """
    known = _keys({*sites, *_home_names(tree)})
    headings = [
        squeeze(one.text_content()) for one in islice(tree.iter("h1", "h2"), _MOST_HEADINGS)
    ]
    printed = [squeeze(h1.text_content()) for h1 in islice(tree.iterfind(".//h1"), _MOST_HEADINGS)]
    titles = [squeeze(title.text_content()) for title in tree.iterfind(".//title")][:1]
    # Of a title that names the site too, the part counts that is printed as a heading.
    confirmed = [part for title in titles for part in _confirmed(title, headings, known)]
    said = (_free(squeeze(html.unescape(title)), printed, known) for title in stated)
    named = [*said, *(squeeze(html.unescape(one)) for one in (*confirmed, *printed, *titles))]
    cleaned = [_without_site(title, known) for title in named]
    worded = [title for title in cleaned if any(map(str.isalnum, title))]
    own = [title for title in worded if _key(title) not in known]
    return _uncut((own or worded)[0], worded, printed) if worded else None


def _home_names(tree: HtmlElement) -> set[str]:
    """What links to the first page of a site call it: their words and those of a picture."""
    names: set[str] = set()
    for link in islice(tree.iter("a"), _MOST_LINKS):
        if len(names) >= _MOST_NAMES:
            break
        if _is_home(link.get("href", "")):
            pictures = (picture.get("alt", "") for picture in link.iterfind(".//img"))
            names.update((squeeze(link.text_content()), *pictures, link.get("title", "")))
    return {name for name in names if 2 < len(name) <= _MOST_NAME}


def _is_home(address: str) -> bool:
    try:
        parts = urlsplit(address[:300])
    except ValueError:
        return False
    rooted = address.startswith("/") or bool(parts.netloc)
    return rooted and not parts.path.strip("/") and not parts.query


def _confirmed(title: str, headings: Sequence[str], known: set[str]) -> list[str]:
    """The parts of a title that the page prints as a heading, the longest first."""
    keys = {_key(heading) for heading in headings} - known - {""}
    found = list(_SEPARATOR.finditer(title))
    cuts = [0, *(end.end() for end in found)]
    ends = [*(end.start() for end in found), len(title)]
    parts = [title[cut:end] for cut in cuts[:4] for end in ends[-4:] if cut < end]
    return sorted((part for part in parts if _key(part) in keys), key=len, reverse=True)


def _free(title: str, printed: Sequence[str], known: set[str]) -> str:
    """Take what a heading prints of a title that says more: "Opinion | Bridge shut | News"."""
    parts = _confirmed(title, printed, known)
    return parts[0] if parts and len(parts[0]) >= _SHARE * len(title) else title


def _uncut(title: str, others: Sequence[str], printed: Sequence[str]) -> str:
    """Complete a headline that was cut to some length, where the page also prints it whole."""
    start = title.rstrip(" .…")
    if title != start and title.endswith(("…", "...")):
        whole = (other for other in others if other.startswith(start) and other != title)
        return next(whole, title)
    longer = (one for one in printed if one.startswith(title + " ") and len(title) >= _LONG)
    return next((one for one in longer if len(one) <= _LONGER * len(title)), title)


def _without_site(title: str, known: set[str]) -> str:
    """Drop the site's name from the end of a title ("Bridge shut | Example News")."""
    ends = list(_SEPARATOR.finditer(title))
    if ends and _key(title[ends[-1].end() :]) in known:
        return squeeze(title[: ends[-1].start()]) or title
    return title


def _keys(sites: set[str]) -> set[str]:
    return ({_key(site) for site in sites} | {_key(site.split(".")[0]) for site in sites}) - {""}


def _key(name: str) -> str:
    """Reduce a name to what its spellings share: "The Example" and "example" are one."""
    return re.sub(r"[\W_]|^the\b", "", name.casefold())
