"""News pages: the text through trafilatura, the rest from what the page says about itself.

JSON-LD is trusted before meta tags, meta tags before what is printed. No rule knows a publisher.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document
from trafilatura.utils import decode_file, load_html

from corpus.address import canonicalize
from corpus.article import Article
from corpus.dates import Published, is_day_first, parse_past
from corpus.errors import UnreadableError
from corpus.nlp.language import detect_article_language
from corpus.parse import byline
from corpus.parse.around.asides import drop_asides
from corpus.parse.around.dated import read_address, read_printed
from corpus.parse.around.headline import find_headline
from corpus.parse.around.regained import regain
from corpus.parse.around.signature import find_authors, sign
from corpus.parse.around.walls import find_wall, is_front_page, is_stub, split_paywall
from corpus.parse.boilerplate import drop_date_lines, is_sentence, needs_script, split_tail
from corpus.parse.bounds import cut_attributes
from corpus.parse.json_ld import Linked, read_json_ld
from corpus.shown import drop_unseen, part_words, stands_in_text
from corpus.text import cut_first_sentence, is_web_charset, join, split_paragraphs, squeeze

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,40})", re.IGNORECASE)
_CHARSET_BYTES = 4096
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = _UPPER.lower()
_CLASS = f"translate(concat(' ', @class, ' ', @id, ' '), '{_UPPER}', '{_LOWER}')"
_ASIDE = [
    "//figcaption",
    "//nav",
    f"//*[self::div or self::ol or self::ul or self::p][contains({_CLASS}, 'breadcrumb')]",
    # A picture with a line or two under it; a box with more text holds the article itself.
    f"//div[.//img][contains({_CLASS}, 'image') or contains({_CLASS}, 'photo')"
    f" or contains({_CLASS}, 'caption')][count(.//p) < 3][string-length(normalize-space(.)) < 350]",
]
_STANDFIRST = "//h2 | //h3 | //p | //div[not(.//div) and not(.//p)]"
_HEADLINES = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title")
_TIMES = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "date.created", "publish-date", "publish_date", "published", "pubdate",
    "publication_date", "date_published", "dc.date.issued", "dcterms.issued", "dcterms.created",
    "dc.date", "dc.date.created", "dcterms.date", "article.published", "sailthru.date",
    "originalpublicationdate", "citation_publication_date", "date",
)  # fmt: skip
_PAGE_KINDS = ("Article", "Posting", "Page", "Report", "Work", "Review", "Person", "Recipe")
_SITES = ("og:site_name", "application-name", "dc.publisher", "citation_journal_title")
_SECTIONS = ("article:section", "og:section", "parsely-section", "section")
_CAPTION = re.compile(r"(?:image|picture|photo|pictures|photograph|photo by)\s*:", re.IGNORECASE)
_MIN_STANDFIRST_WORDS = 5
_MAX_STANDFIRST_CHARS = 500


@dataclass(frozen=True, slots=True)
class _Page:
    """A parsed page and what it says about itself."""

    tree: HtmlElement
    linked: Linked
    metas: dict[str, list[str]]
    times: list[str]

    def meta(self, *names: str) -> Iterator[str]:
        """Contents of the meta tags of these names, names in the order given."""
        return (value for name in names for value in self.metas.get(name, ()))


def read_page(data: bytes, *, url: str | None = None) -> Article:
    """Read a news page as it was served.

    Args:
        data: The page, in the charset it declares or else UTF-8.
        url: Where it was fetched. Without it the page's canonical link is taken.

    Returns:
        The article; subheadings and list items are paragraphs of their own, tables and captions
        are left out.

    Raises:
        UnreadableError: If the page holds no article text.
    """
    tree = load_html(_bounded(_decode(data))) if data.strip() else None
    if tree is None:
        raise UnreadableError("no article text: not an HTML page")
    page = _Page(tree, _linked(tree), _metas(tree), _printed_times(tree))
    drop_unseen(tree)
    part_words(tree)
    address = _address(page, url)
    site = _publisher(page) or byline.read_host(address)
    host = byline.read_host(address)
    sites = {name for name in (site, host, *page.meta(*_SITES)) if name}
    headline = find_headline(tree, [page.linked.text("headline"), *page.meta(*_HEADLINES)], sites)
    authors = find_authors(page, headline or "", site)
    when = _published(page, address, headline or "")
    found, authors = sign(_body(page, headline), authors, site)
    lines, credit = _cut_text(found, headline or "")
    kind = "article" if page.linked.article.get("headline") else next(page.meta("og:type"), "")
    if is_front_page(tree, lines, kind=kind, address=address, dated=when is not None):
        raise UnreadableError("no article text: a front page, not an article; add its articles")
    body = join(lines)
    return Article(
        headline=headline or cut_first_sentence(body),
        body=body,
        url=address,
        authors=authors,
        publisher=site,
        published=when.time if when else None,
        day_only=bool(when and when.day_only),
        section=_section(page),
        language=detect_article_language(body, declared=_declared_language(page)),
        credit=credit,
    )


def _cut_text(found: list[str], headline: str) -> tuple[list[str], str | None]:
    """Leave what is the article's, and take its agency credit off it.

    Raises:
        UnreadableError: If what is there is no article.
    """
    kept, credit = split_tail(drop_date_lines(found))
    if needs_script(kept):
        raise UnreadableError("no article text: the page needs JavaScript; paste the article")
    if wall := find_wall(headline, kept):
        raise UnreadableError(f"no article text: {wall}")
    free, asked = split_paywall(kept)
    if asked and is_stub(free):
        raise UnreadableError("no article text: it is for subscribers; paste the article")
    return free, credit


def _decode(data: bytes) -> str:
    """Decode a page: UTF-8 where it is, else as declared, else as it looks."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:_CHARSET_BYTES])
    name = declared[1].decode() if declared else ""
    try:
        return data.decode(name, errors="replace") if is_web_charset(name) else _guess(data)
    except LookupError:
        return _guess(data)


def _bounded(text: str) -> str:
    return cut_attributes(text.encode(errors="replace")).decode()


def _guess(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    return decode_file(data)


def _linked(tree: HtmlElement) -> Linked:
    scripts = tree.iterfind(".//script[@type]")
    return read_json_ld([s.text for s in scripts if "ld+json" in s.get("type", "") and s.text])


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    """Map meta names, in lower case, to their contents in the order of the page."""
    metas: dict[str, list[str]] = {}
    for tag in tree.iterfind(".//meta[@content]"):
        content = squeeze(tag.get("content", ""))
        for attribute in ("property", "name", "itemprop"):
            if not content or not (name := tag.get(attribute)):
                continue
            if attribute != "itemprop" or _is_of_page(tag):
                metas.setdefault(name.strip().casefold(), []).append(content)
    return metas


def _is_of_page(tag: HtmlElement) -> bool:
    """Whether a property in the text is the article's, and not a picture's or a comment's in it."""
    scope = next((one for one in tag.iterancestors() if "itemscope" in one.attrib), None)
    kind = "" if scope is None else scope.get("itemtype", "").rpartition("/")[2]
    return not kind or kind.endswith(_PAGE_KINDS)


def _address(page: _Page, url: str | None) -> str | None:
    links = (link.get("href", "") for link in page.tree.iterfind('.//link[@rel="canonical"]'))
    for found in (url or "", *links, *page.meta("og:url"), page.linked.address()):
        try:
            return canonicalize(urljoin(url or "", found))
        except ValueError:
            continue
    return None


def _publisher(page: _Page) -> str | None:
    named = (*page.linked.names("publisher"), *page.meta(*_SITES))
    # Some pages print their address where a name belongs.
    return next(
        (byline.read_host(name) or name for name in named if any(map(str.isalpha, name))), None
    )


def _key(name: str) -> str:
    """Reduce a name to what its spellings share: "The Example" and "example" are one."""
    return re.sub(r"[\W_]|^the\b", "", name.casefold())


def _printed_times(tree: HtmlElement) -> list[str]:
    """The times that a page marks, but for those that its sentences speak of."""
    found = [time for time in tree.iterfind(".//time[@datetime]") if not stands_in_text(time)]
    return [time.get("datetime", "") for time in found]


def _published(page: _Page, address: str | None, headline: str) -> Published | None:
    day_first = is_day_first(_declared_language(page), byline.read_host(address))
    parse = partial(parse_past, day_first=day_first)
    stated = (page.linked.text("datePublished"), *page.meta(*_TIMES), *page.times)
    if found := next(filter(None, map(parse, stated)), None):
        return found
    if found := read_address(address, parse) or read_printed(page.tree, headline, parse):
        return found
    guess = extract_metadata(page.tree, extensive=False).date
    return parse(guess or page.linked.text("dateCreated", "dateModified"))


def _section(page: _Page) -> str | None:
    named = (page.linked.text("articleSection"), *page.meta(*_SECTIONS))
    return next((name for name in named if any(map(str.isalpha, name))), None)


def _declared_language(page: _Page) -> str:
    locales = page.meta("og:locale", "content-language", "dc.language")
    return page.tree.get("lang") or page.linked.text("inLanguage") or next(locales, "")


def _body(page: _Page, headline: str | None) -> list[str]:
    """Extract the paragraphs, standfirst first, without the headline and captions."""
    drop_asides(page.tree)
    found = bare_extraction(
        page.tree,
        include_comments=False,
        include_tables=False,
        with_metadata=False,
        prune_xpath=_ASIDE,
    )
    blocks = list(_blocks(found.body)) if isinstance(found, Document) else []
    told = split_paragraphs(page.linked.long_text("articleBody"))
    # Text that a script would draw is in JSON-LD alone; trafilatura may find it, as one block.
    if _words(told) > 2 * _words(blocks) or len(blocks) < 2 <= len(told):
        blocks = told
    else:
        blocks = regain(page.tree, blocks)
    titles = {_key(headline or ""), *(_key(title) for title in page.meta("og:title"))}
    titles |= {_key(h1.text_content()) for h1 in page.tree.iterfind(".//h1")}
    titles |= _pointers(page)
    kept = [line for line in blocks if _key(line) not in titles and not _CAPTION.match(line)]
    return _standfirst(page, kept) + kept


def _words(lines: Iterable[str]) -> int:
    return sum(len(line.split()) for line in lines)


def _blocks(body: etree._Element) -> Iterator[str]:
    """Read trafilatura's tree: every paragraph, heading, list item and line is a block."""
    for line_break in body.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    for block in body.iter("p", "head", "item", "quote", "code"):
        if not any(parent.tag in ("p", "item", "code") for parent in block.iterancestors()):
            nested = block.tag == "quote" and block.find("p") is not None
            yield from split_paragraphs("" if nested else "".join(map(str, block.itertext())))


def _pointers(page: _Page) -> set[str]:
    """Find list items and paragraphs that are one link and no sentence: other articles' titles."""
    links = page.tree.xpath("//li[count(.//a) = 1] | //p[count(.//a) = 1]")
    whole = (squeeze(item.text_content()) for item in links if _is_link(item))
    return {_key(line) for line in whole if not is_sentence(line) or line.endswith("?")}


def _is_link(item: HtmlElement) -> bool:
    link = item.find(".//a[@href]")
    return link is not None and _key(link.text_content()) == _key(item.text_content())


def _standfirst(page: _Page, found: list[str]) -> list[str]:
    """Take the line under the headline, where the page prints its own description above the text.

    Descriptions may be cut short; the printed line is not.
    """
    body = {_key(line) for line in found}
    texts = (*page.meta("og:description", "description"), page.linked.text("description"))
    told = {_key(text) for text in texts if len(text.split()) >= _MIN_STANDFIRST_WORDS}
    wanted = tuple(key for key in told if not any(line.startswith(key) for line in body))
    for tag in page.tree.xpath(_STANDFIRST) if wanted else ():
        line = squeeze(tag.text_content())
        if _key(line) in body:
            break
        if len(line) <= _MAX_STANDFIRST_CHARS and _key(line).startswith(wanted):
            return [line]
    return []
