"""Draw a reply as a rich message: the second face, from the same blocks as the classic one.

It is written in Telegram's rich HTML, of which only what Bot API 10.3 documents is used. Quoted
text stands in block quotations, and in the right column of a table where two lines differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import texts
from bot.reply.actions import Rate, SetRich, SpeakPlainly
from bot.reply.reply import (
    Block,
    Button,
    Dateline,
    Facts,
    Note,
    Part,
    Quote,
    Reply,
    Span,
    Speaker,
    Title,
    Use,
)
from bot.telegram.sending.fitting import (
    find_marked,
    fit,
    join_runs,
    slice_runs,
    write_byline,
    write_copies,
    write_field,
    write_fields,
)
from bot.telegram.sending.render import NOBODY, Me, draw_button, draw_keyboard
from bot.telegram.sending.text_limits import clean, cut_window, flatten, read_web_address, shorten
from retrieval.citation import Citation

_BYTES = 32_768
"""Of the text that the reader sees; Telegram says "UTF-8 characters", of which this is the
stricter reading."""
_BREAKS = 4  # bytes more for each block, should the breaks between blocks count
_BLOCKS = 500
_ROOM = 32_768  # units of a quote that is not cut
_LEAST_ROOM = 160
_ADDRESS_CHARACTERS = 20_000  # all of a message's addresses together
_NAMED_UNITS = 60  # of a sentence that a footnote names by its first words
_KEYS = 100  # as many as a keyboard has
_NOWHERE = "-"


@dataclass(frozen=True, slots=True)
class RichDrawn:
    """A reply, ready to send as a rich message.

    Attributes:
        html: In Telegram's rich HTML.
        keyboard: The buttons below it: one row, or None.
    """

    html: str
    keyboard: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a message: with markup, as the reader sees it, and how many blocks it counts as.

    Nothing that is drawn here is nested deeper than details, a quotation, its paragraph, its
    credit and a link: far from the sixteen levels that Telegram takes.
    """

    html: str = ""
    seen: str = ""
    blocks: int = 0

    def __add__(self, other: _Piece) -> _Piece:
        return _Piece(self.html + other.html, self.seen + other.seen, self.blocks + other.blocks)

    @property
    def fits(self) -> bool:
        return self.blocks <= _BLOCKS and len(self.seen.encode()) + _BREAKS * self.blocks <= _BYTES


@dataclass(slots=True)
class _Desk:
    """What drawing the blocks of one message shares.

    Attributes:
        room: Units of a quote.
        longest: Characters of an address.
        notes: Addresses of the sentences that a number leads to, with their first words.
    """

    room: int
    longest: int
    notes: list[tuple[str, str]] = field(default_factory=list)


def render_rich(reply: Reply, me: Me = NOBODY) -> RichDrawn:
    """Draw a reply.

    Where it is too long, it is shortened as in the classic face. What opens a source or shows more
    of a passage is no button, as links and folds do that; what leads on stands in the text, and
    one row below it holds what turns pages and rates, and the way back to plain messages.
    """
    with texts.speak(reply.language):
        leading = _leading(reply.buttons, me)

        def draw(blocks: Sequence[Block], room: int) -> _Piece:
            return _drawn(blocks, room) + leading

        piece = fit(reply.blocks, draw, least=_LEAST_ROOM, most=_ROOM)
        row = _steering(reply)
    return RichDrawn(piece.html or "<p>…</p>", draw_keyboard((row,), me))


def _steering(reply: Reply) -> tuple[Button, ...]:
    """The one row: what steers, and what turns rich messages off, but where that is the matter."""
    every = [button for row in reply.buttons for button in row]
    steering = [button for button in every if button.use is Use.STEER]
    if any(isinstance(button.action, SetRich) for button in every):
        return tuple(steering)
    rated = (button.action for button in every if isinstance(button.action, Rate))
    shown = next(rated, Rate(reply.key or _NOWHERE, good=True, page=reply.page, whole=False))
    plainly = SpeakPlainly(shown.key, shown.page, shown.whole)
    return (*steering, Button(texts.say("rich-off"), action=plainly))


def _leading(rows: Sequence[Sequence[Button]], me: Me) -> _Piece:
    """The buttons that lead on, as a paragraph of the text."""
    wanted = [button for row in rows for button in row if button.use is Use.LEAD_ON]
    keys = [key for button in wanted if (key := draw_button(button, me))][:_KEYS]
    if not keys:
        return _Piece()
    return _paragraph(_Piece(" ".join(map(_key, keys)), " ".join(key.text for key in keys)))


def _key(key: InlineKeyboardButton) -> str:
    kind, name, value = "callback_data", "data", str(key.callback_data or "")
    if key.url:
        kind, name, value = "url", "url", key.url
    elif key.switch_inline_query is not None:
        kind, name, value = "switch_inline_query", "query", key.switch_inline_query
    elif key.copy_text:
        kind, name, value = "copy_text", "text", key.copy_text.text
    return f'<tg-button type="{kind}" {name}="{escape(value)}">{_escape(key.text)}</tg-button>'


def _drawn(blocks: Sequence[Block], room: int) -> _Piece:
    linked = sum(bool(span.url) for one in blocks if isinstance(one, Quote) for span in one.spans)
    others = sum(isinstance(block, Citation | Dateline) for block in blocks)
    desk = _Desk(room, min(2000, _ADDRESS_CHARACTERS // max(1, others + linked)))
    news = any(isinstance(block, Title) and block.part is Part.NEWS for block in blocks)
    piece = _Piece()
    for title, lines in _sections(blocks):
        if title is None:
            piece += _flow(lines, desk)
        else:
            piece += _section(title, lines, desk, opened=not news)
    return piece + _footnotes(desk)


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[Title | None, list[Block]]]:
    """Yield the parts of a story with what stands above them, and whatever is around them."""
    title: Title | None = None
    lines: list[Block] = []
    for block in blocks:
        told = isinstance(block, Dateline | Quote)
        if isinstance(block, Title) or (title is not None and not told):
            if title or lines:
                yield title, lines
            title, lines = (block, []) if isinstance(block, Title) else (None, [block])
        else:
            lines.append(block)
    if title or lines:
        yield title, lines


def _section(title: Title, lines: Sequence[Block], desk: _Desk, *, opened: bool) -> _Piece:
    """A part of a story; what came before is folded away, but where a page has nothing new."""
    named = shorten(clean(title.text), desk.room)
    if title.part is Part.DISPUTE:
        return _heading(3, named) + _table(lines, desk)
    told = _dated(lines, desk)
    if title.part is Part.NEWS:
        return _heading(3, named) + told
    return _details(named, told, opened=opened)


def _dated(lines: Sequence[Block], desk: _Desk) -> _Piece:
    """Lines below a heading for each day."""
    piece, day = _Piece(), ""
    for dateline, quote in _pairs(lines):
        on = texts.format_day(dateline.published)
        piece += _heading(5, on) if on and on != day else _Piece()
        day = on
        piece += _quotation(quote, desk, _published(dateline, desk, dated=False))
    return piece


def _table(lines: Sequence[Block], desk: _Desk) -> _Piece:
    """Lines that contradict each other, a row each: who printed it when, and what."""
    rows = _Piece()
    for dateline, quote in _pairs(lines):
        who, said = _published(dateline, desk, dated=True), _quoted(quote, desk, breaks=" ")
        html = f'<tr><th align="left">{who.html}</th><td>{said.html}</td></tr>'
        rows += _Piece(html, who.seen + said.seen, 1)
    if not rows.blocks:
        return rows
    return _Piece(f"<table bordered striped>{rows.html}</table>", rows.seen, rows.blocks + 1)


def _pairs(lines: Sequence[Block]) -> Iterator[tuple[Dateline, Quote]]:
    """Yield each line with its date; a date whose line was left out counts as none."""
    above: Dateline | None = None
    for line in lines:
        if isinstance(line, Dateline):
            above = line
        elif isinstance(line, Quote) and above is not None:
            yield above, line


def _flow(blocks: Sequence[Block], desk: _Desk) -> _Piece:
    """Whatever is no story: notes, and quotations with their credit."""
    piece, credit, waiting = _Piece(), _Piece(), list(blocks)
    while waiting:
        block = waiting.pop(0)
        match block:
            case Note():
                piece += _paragraph(_plain(shorten(clean(block.text), desk.room)))
            case Facts():
                piece += _paragraph(_plain(_facts(block)))
            case Speaker():
                piece += _paragraph(credit)
                credit = _speaker(block)
            case Dateline():
                piece += _paragraph(credit)
                credit = _published(block, desk, dated=True)
            case Citation():
                piece += _paragraph(credit) + _paragraph(_citation(block, desk))
                credit = _Piece()
            case Quote():
                if not credit.seen and waiting and isinstance(waiting[0], Citation):
                    cited = waiting.pop(0)
                    assert isinstance(cited, Citation)  # noqa: S101 - seen above
                    credit = _citation(cited, desk)
                piece += _quotation(block, desk, credit)
                credit = _Piece()
    return piece + _paragraph(credit)


def _quotation(quote: Quote, desk: _Desk, credit: _Piece) -> _Piece:
    """A block quotation with its credit, and the rest of the passage folded away below it."""
    said = _quoted(quote, desk)
    if not said.seen:
        return _paragraph(credit)
    cite = f"<cite>{credit.html}</cite>" if credit.seen else ""
    # It counts as a paragraph within a quotation.
    shown = _Piece(f"<blockquote>{said.html}{cite}</blockquote>", said.seen + credit.seen, 2)
    if not f"{quote.before}{quote.after}".strip():
        return shown
    passage = Quote((Span(quote.before), *quote.spans, Span(quote.after)))
    return shown + _details(texts.say("whole"), _quotation(passage, desk, _Piece()), opened=False)


def _quoted(quote: Quote, desk: _Desk, *, breaks: str = "<br>") -> _Piece:
    runs = join_runs(quote.spans)
    text = "".join(run.text for run in runs)
    start, end = cut_window(text, find_marked(runs), desk.room)
    if not text[start:end]:
        return _Piece()
    piece = _Piece("… ", "… ") if quote.cut_before or start > 0 else _Piece()
    for run in slice_runs(runs, start, end):
        html = _escape(run.text, breaks)
        piece += _Piece(f"<mark>{html}</mark>" if run.marked else html, run.text)
        piece += _number(run, desk)
    return piece + (_Piece(" …", " …") if quote.cut_after or end < len(text) else _Piece())


def _number(run: Span, desk: _Desk) -> _Piece:
    """The number that leads from a sentence to where it stands."""
    url = read_web_address(run.url, longest=desk.longest)
    if not url:
        return _Piece()
    desk.notes.append((url, shorten(flatten(run.text), _NAMED_UNITS)))
    number = str(len(desk.notes))
    return _Piece(f'<sup><a href="#place-{number}">{number}</a></sup>', number)


def _footnotes(desk: _Desk) -> _Piece:
    """What the numbers lead to: the first words of each sentence, linked to its place."""
    piece = _Piece()
    for number, (url, words) in enumerate(desk.notes, 1):
        named = f"{words} {texts.ARROW}"
        linked = f'{number}. <a href="{escape(url)}">{_escape(named)}</a>'
        html = f'<tg-reference name="place-{number}">{linked}</tg-reference>'
        piece += _paragraph(_Piece(html, f"{number}. {named}"))
    return piece


def _citation(citation: Citation, desk: _Desk) -> _Piece:
    found = write_byline(citation), texts.tell_changes(citation), write_copies(citation.copies)
    headline = _link(write_field(citation.headline) or "…", citation.url, desk)
    return headline + _plain("".join(f" · {line}" for line in found if line))


def _published(line: Dateline, desk: _Desk, *, dated: bool) -> _Piece:
    day = texts.format_day(line.published) if dated else ""
    parts = (day, write_field(line.publisher or ""))
    text = " · ".join(filter(None, parts)) or write_field(line.headline) or "…"
    also = f" · {copies}" if (copies := write_copies(line.copies)) else ""
    return _link(text, line.url, desk) + _plain(also)


def _speaker(speaker: Speaker) -> _Piece:
    name, role = write_field(speaker.label) or "…", write_field(speaker.role)
    told = (write_field(speaker.cue), texts.format_day(speaker.published))
    after = "".join((f", {role}" if role else "", *(f" · {part}" for part in told if part)))
    return _Piece(f"<b>{_escape(name)}</b>", name) + _plain(after)


def _facts(facts: Facts) -> str:
    named = ((label, write_fields(words)) for label, words in facts.parts)
    return " · ".join(f"{label}: {words}" for label, words in named if words)


def _link(text: str, url: str | None, desk: _Desk) -> _Piece:
    address = read_web_address(url, longest=desk.longest)
    html = f'<a href="{escape(address)}">{_escape(text)}</a>' if address else _escape(text)
    return _Piece(html, text)


def _heading(size: int, text: str) -> _Piece:
    return _Piece(f"<h{size}>{_escape(text)}</h{size}>", text, 1) if text else _Piece()


def _paragraph(inner: _Piece) -> _Piece:
    return _Piece(f"<p>{inner.html}</p>", inner.seen, 1) if inner.seen else _Piece()


def _details(title: str, body: _Piece, *, opened: bool) -> _Piece:
    if not body.html:
        return body
    shown = " open" if opened else ""
    html = f"<details{shown}><summary>{_escape(title)}</summary>{body.html}</details>"
    return _Piece(html, title + body.seen, body.blocks + 1)


def _plain(text: str) -> _Piece:
    return _Piece(_escape(text), text)


def _escape(text: str, breaks: str = "<br>") -> str:
    """Text that is no markup; line breaks, which would be blanks, are drawn."""
    return escape(text, quote=False).replace("\n", breaks)
