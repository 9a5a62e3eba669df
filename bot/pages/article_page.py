"""The page of an article: its words as printed, what is cited marked, and who says what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise

from bot import texts
from bot.pages.markup import Child, Node, add, hold_data, link, make, read_language, write_page
from bot.pages.paragraphs import Piece, Sheets, cut_sheets
from bot.reply.reply import label_speaker
from corpus.article import Article
from corpus.attribution.attribution import Attribution, Kind
from corpus.nlp.segment import Slice
from corpus.text import squeeze
from retrieval.citation import cite, join_credit
from retrieval.extraction.summary import summarize

_READ_CHARS = 60_000
"""How much of a body its summary is chosen from."""
_SPOKEN, _QUOTE_CHARS = 80, 400
"""As many quotations as the list of who said what holds, and how much of each."""
_TITLE_CHARS, _FIELD_CHARS = 300, 120
_SHORT_WORTH = 3
"""Paragraphs from which on a summary is shorter than what it sums up."""


@dataclass(frozen=True)
class View:
    """What is shown of an article, and how.

    Attributes:
        article: The article.
        said: Who said what in it, in the order of the text.
        mark: What is marked; None for nothing.
        sheet: Which sheet of a long article, from 0; None for the one with the mark.
        root: The path under which all pages lie.
        app: Whether it is shown within Telegram as well.
        until: When the link to it ends, UTC; None for never.
        moved: Whether the words that the link names are not there any more.
    """

    article: Article
    said: Sequence[Attribution] = ()
    mark: Slice | None = None
    sheet: int | None = None
    root: str = ""
    app: bool = False
    until: datetime | None = None
    moved: bool = False

    @cached_property
    def sheets(self) -> Sheets:
        """The body in pieces."""
        return cut_sheets(self.article.body)

    @cached_property
    def number(self) -> int:
        """Which sheet is shown, from 0."""
        if self.sheet is None:
            return self.sheets.find(self.mark[0])[0] if self.mark else 0
        return max(0, min(self.sheet, len(self.sheets) - 1))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What is shown."""
        return self.sheets.of(self.number)

    @cached_property
    def place(self) -> Slice:
        """The slice of the body from the first character shown to the last."""
        return (self.pieces[0].place[0], self.pieces[-1].place[1]) if self.pieces else (0, 0)

    @cached_property
    def marked(self) -> Slice | None:
        """What is marked on the sheet; it begins and ends with a character that is seen."""
        if self.mark is None:
            return None
        start, end = max(self.place[0], self.mark[0]), min(self.place[1], self.mark[1])
        words = self.article.body[start:end]
        start += len(words) - len(words.lstrip())
        return (start, start + len(words.strip())) if words.strip() else None

    @cached_property
    def quoted(self) -> tuple[Attribution, ...]:
        """What stands in quotation marks on the sheet; none within another."""
        start, end = self.place
        kept: list[Attribution] = []
        for one in sorted(self.said, key=lambda one: one.quote):
            first, last = one.quote
            after = not kept or first >= kept[-1].quote[1]
            if one.kind is not Kind.REPORTED and start <= first < last <= end and after:
                kept.append(one)
        return tuple(kept)

    def lead_to(self, place: int) -> str:
        """Link to the paragraph of a place, on whichever sheet that is."""
        sheet, paragraph = self.sheets.find(place)
        return f"#p{paragraph}" if sheet == self.number else f"?s={sheet + 1}#p{paragraph}"


def draw_article(view: View) -> bytes:
    """Draw the page, in the language that is spoken."""
    article = view.article
    language = read_language(article.language)
    headline = squeeze(article.headline)[:_TITLE_CHARS]
    summary = _sum_up(article, view.said)
    parts = (
        make("h1", headline, dir="auto"),
        _credit(article),
        *_notes(view),
        _short(view, summary),
        make("div", *(_piece(view, piece) for piece in view.pieces), class_="text"),
        _sheets(view),
        _said(view),
        make("p", article.credit, class_="agency", dir="auto") if article.credit else None,
    )
    body = make("main", make("article", *parts, lang=language))
    return write_page(
        headline,
        (body, _foot(view)),
        root=view.root,
        app=view.app,
        head=(hold_data(_describe(article, summary)),),
    )


def _credit(article: Article) -> Node | None:
    cited = cite(article, None)
    authors = ", ".join(article.authors)[:_FIELD_CHARS]
    day = _day(article.published) if article.published else None
    written = join_credit((article.publisher or "")[:_FIELD_CHARS], authors, "")
    changes = texts.tell_changes(cited)
    if not (written or changes or day is not None):
        return None
    line = make("p", written, class_="credit", dir="auto")
    if day is not None:
        add(line, " · " if written else "", day)
    return add(line, f" · {changes}" if changes else "")


def _day(published: datetime) -> Node:
    return make("time", texts.format_day(published), datetime=published.date().isoformat())


def _notes(view: View) -> Iterator[Node]:
    """What is said above the text."""
    if view.moved:
        yield make("p", texts.say("page-moved"), class_="note", lang=texts.get_language())
    if view.marked:
        yield make(
            "p", link(texts.say("page-to-mark"), "#mark"), class_="jump", lang=texts.get_language()
        )


def _sum_up(article: Article, said: Sequence[Attribution]) -> tuple[Slice, ...]:
    """The sentences that carry the article; none where it has hardly more."""
    body = article.body[:_READ_CHARS]
    if body.count("\n\n") + 1 < _SHORT_WORTH:
        return ()
    known = [one for one in said if one.quote[1] <= len(body)]
    return summarize(replace(article, body=body), attributions=known).sentences


def _short(view: View, sentences: Sequence[Slice]) -> Node | None:
    if not sentences:
        return None
    body = view.article.body
    items = [
        make("li", link(squeeze(body[start:end]), view.lead_to(start))) for start, end in sentences
    ]
    return make(
        "section",
        make("h2", texts.say("page-summary"), id="short", lang=texts.get_language()),
        make("ul", *items, dir="auto"),
        class_="short",
        aria_labelledby="short",
    )


def _piece(view: View, piece: Piece) -> Node:
    """A paragraph, with whom it quotes beside it."""
    quoted = [one for one in view.quoted if piece.place[0] <= one.quote[0] < piece.place[1]]
    names = dict.fromkeys((one.name, one.role) for one in quoted if one.name)
    who = [
        make("span", make("b", label_speaker(name)[:_FIELD_CHARS]), f" {role[:_FIELD_CHARS]}")
        for name, role in names
    ]
    return make(
        "div",
        make("p", *who, class_="who", dir="auto") if who else None,
        make("p", *_runs(view, piece.place), dir="auto"),
        class_="para" if piece.first else "para on",
        id=f"p{piece.paragraph}" if piece.first else None,
    )


def _runs(view: View, place: Slice) -> Iterator[Child]:
    """The words of a piece, with what is marked and what is quoted in elements of their own."""
    body, (start, end), mark = view.article.body, place, view.marked or (0, 0)
    spans = [mark, *(one.quote for one in view.quoted)]
    within = {max(start, min(end, at)) for span in spans for at in span}
    for first, last in pairwise(sorted({start, end, *within})):
        words: Child = body[first:last]
        if any(one.quote[0] <= first < one.quote[1] for one in view.quoted):
            words = make("span", words, class_="speech")
        if mark[0] <= first < mark[1]:
            words = make("mark", words, id="mark" if first == mark[0] else None)
        yield words


def _sheets(view: View) -> Node | None:
    """Links to what comes before and after, in an article of many sheets."""
    number, count = view.number + 1, len(view.sheets)  # named from 1, as readers count
    if count < 2:
        return None
    back = link(texts.say("page-back"), f"?s={number - 1}") if number > 1 else None
    on = link(texts.say("page-on"), f"?s={number + 1}") if number < count else None
    here = texts.say("page-part", number=number, count=count)
    return make("nav", back, make("span", here), on, class_="sheets", lang=texts.get_language())


def _said(view: View) -> Node | None:
    """Who said what, by speaker."""
    by_name: dict[str, list[Attribution]] = {}
    for one in view.said[:_SPOKEN]:
        if one.name:
            by_name.setdefault(one.name, []).append(one)
    if not by_name:
        return None
    groups = [
        make("div", _speaker(same), *(_spoken(view, one) for one in same))
        for same in by_name.values()
    ]
    return make(
        "section",
        make("h2", texts.say("who"), id="said", lang=texts.get_language()),
        make("dl", *groups),
        class_="said",
        aria_labelledby="said",
    )


def _speaker(same: Sequence[Attribution]) -> Node:
    role = next((one.role for one in same if one.role), "")[:_FIELD_CHARS]
    name = make("b", label_speaker(same[0].name)[:_FIELD_CHARS])
    return make("dt", name, f", {role}" if role else "", dir="auto")


def _spoken(view: View, one: Attribution) -> Node:
    words = squeeze(view.article.body[slice(*one.quote)])
    shown = words if len(words) <= _QUOTE_CHARS else f"{words[:_QUOTE_CHARS].rstrip()} …"
    to = link(shown, view.lead_to(one.quote[0]))
    if one.kind is Kind.REPORTED:
        hint = make("span", texts.say("reported"), " ", lang=texts.get_language(), class_="hint")
        return make("dd", hint, to, dir="auto")
    return make("dd", make("q", to), dir="auto")


def _foot(view: View) -> Node:
    if view.until is None:
        told = texts.say("page-foot")
    else:
        told = texts.say("page-foot-shelf", day=texts.format_day(view.until.date()),
                         time=f"{view.until:%H:%M}")  # fmt: skip
    return make("footer", make("p", told))


def _describe(article: Article, summary: Iterable[Slice]) -> dict[str, object]:
    """Describe the article to programs, as https://schema.org/NewsArticle does."""
    known: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": squeeze(article.headline)[:_TITLE_CHARS],
        "inLanguage": read_language(article.language),
        "abstract": " ".join(squeeze(article.body[start:end]) for start, end in summary),
        "datePublished": _written(article),
        "dateModified": article.corrected.isoformat() if article.corrected else None,
        "articleSection": article.section,
        "publisher": article.publisher and {"@type": "Organization", "name": article.publisher},
        "author": [{"@type": "Person", "name": name} for name in article.authors[:20]],
    }
    return {name: value for name, value in known.items() if value}


def _written(article: Article) -> str | None:
    if article.published is None:
        return None
    day = article.published.date().isoformat()
    return day if article.day_only else article.published.isoformat()
