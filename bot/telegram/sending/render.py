"""Draw a reply as Telegram HTML, within everything that Telegram limits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

import structlog
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, WebAppInfo

from bot import texts
from bot.reply.actions import encode
from bot.reply.reply import Block, Button, Dateline, Facts, Note, Quote, Reply, Span, Speaker
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
from bot.telegram.sending.text_limits import (
    clean,
    count_units,
    cut_window,
    flatten,
    read_web_address,
    shorten,
)
from corpus.readers.guard import leads_outside
from retrieval.citation import Citation

_log = structlog.get_logger(__name__)

_TIE = "\u00a0"  # so that the arrow never begins a line
_UNITS = 4096
_BYTES = 32_768
_ENTITIES = 100
_ADDRESS_CHARACTERS = 20_000  # all of a message's addresses together
_LEAST_ROOM = 160  # units of a quote that is cut the most
_LABEL_UNITS = 64
_COPIED_UNITS = 256
_BUTTONS, _ROW = 100, 8
# What Telegram makes links of by itself, and may lead into a reader's own network.
_ADDRESS = re.compile(r"""https?://[^\s"'<>,;()]+|\d{1,3}(?:\.\d{1,3}){3}[^\s"'<>,;()]*""", re.I)


@dataclass(frozen=True, slots=True)
class Me:
    """What buttons that lead elsewhere need to know of the bot.

    Attributes:
        username: Without "@"; empty where it is unknown, which leaves such buttons out.
        inline: Whether its owner has switched inline mode on.
        apps: Whether buttons may open Mini Apps: in private chats they may.
    """

    username: str = ""
    inline: bool = False
    apps: bool = False


NOBODY = Me()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A reply, ready to send.

    Attributes:
        html: With Telegram's markup.
        plain: The same words without markup, addresses written out where there is room.
        keyboard: The buttons, or None.
    """

    html: str
    plain: str
    keyboard: InlineKeyboardMarkup | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """Part of a message: with markup, as the reader sees it, with addresses written out."""

    html: str
    seen: str
    plain: str
    entities: int

    @property
    def fits(self) -> bool:
        return (
            self.entities <= _ENTITIES
            and count_units(self.seen) <= _UNITS
            and len(self.html.encode()) <= _BYTES
        )


def render(reply: Reply, me: Me = NOBODY) -> Rendered:
    """Draw a reply.

    Where it is too long, all quotes are shortened alike, around what is marked in them; a
    citation stays whole. Only if that does not suffice, the last blocks are left out.
    """
    with texts.speak(reply.language):
        piece = fit(reply.blocks, _drawn, least=_LEAST_ROOM, most=_UNITS)
    plain = piece.plain if count_units(piece.plain) <= _UNITS else piece.seen
    return Rendered(piece.html or "…", plain or "…", draw_keyboard(reply.buttons, me))


def _drawn(blocks: Sequence[Block], room: int) -> _Piece:
    quotes = [block for block in blocks if isinstance(block, Quote)]
    linked = sum(bool(span.url) for quote in quotes for span in quote.spans)
    others = sum(isinstance(block, Citation | Dateline | Speaker) for block in blocks)
    longest = min(2000, _ADDRESS_CHARACTERS // max(1, others + linked))
    marks = max(0, _ENTITIES - others - linked - len(quotes)) // max(1, len(quotes))
    pieces: list[tuple[Block, _Piece]] = []
    for block in blocks:
        match block:
            case Note():
                pieces.append((block, _note(block, room)))
            case Speaker():
                pieces.append((block, _speaker(block)))
            case Dateline():
                pieces.append((block, _dateline(block, longest)))
            case Quote():
                pieces.append((block, _quote(block, room, marks=marks, longest=longest)))
            case Facts():
                pieces.append((block, _facts(block)))
            case Citation():
                pieces.append((block, _citation(block, longest)))
    return _joined([(block, piece) for block, piece in pieces if piece.seen])


def _joined(pieces: Sequence[tuple[Block, _Piece]]) -> _Piece:
    html, seen, plain = [], [], []
    above: Block | None = None
    for block, piece in pieces:
        gap = "" if above is None else _gap(above, block)
        html += [gap, piece.html]
        seen += [gap, piece.seen]
        plain += [gap, piece.plain]
        above = block
    entities = sum(piece.entities for _, piece in pieces)
    return _Piece("".join(html), "".join(seen), "".join(plain), entities)


def _gap(above: Block, below: Block) -> str:
    """A quote stands close to what introduces it and to what cites it."""
    close = isinstance(below, Quote) and not isinstance(above, Citation)
    cited = isinstance(above, Quote) and isinstance(below, Citation | Facts)
    return "\n" if close or cited or isinstance(above, Speaker | Dateline) else "\n\n"


def _note(note: Note, room: int) -> _Piece:
    text = shorten(clean(note.text), room)
    return _Piece(escape(text, quote=False), text, text, 0)


def _speaker(speaker: Speaker) -> _Piece:
    name, role, date = (
        write_field(speaker.label) or "…",
        write_field(speaker.role),
        texts.format_day(speaker.published),
    )
    parts = [
        f", {role}" if role else "",
        *(f" · {p}" for p in (write_field(speaker.cue), date) if p),
    ]
    after = "".join(parts)
    html = f"<b>{escape(name, quote=False)}</b>{escape(after, quote=False)}"
    return _Piece(html, name + after, name + after, 1)


def _dateline(line: Dateline, longest: int) -> _Piece:
    parts = (texts.format_day(line.published), write_field(line.publisher or ""))
    text = " · ".join(part for part in parts if part) or write_field(line.headline) or "…"
    url = read_web_address(line.url, longest=longest)
    also = f" · {copies}" if (copies := write_copies(line.copies)) else ""
    title = escape(text, quote=False)
    linked = f'<a href="{escape(url)}">{title}</a>' if url else f"<b>{title}</b>"
    written = f"{text}{also}\n{url}" if url else text + also
    return _Piece(linked + escape(also, quote=False), text + also, written, 1)


def _facts(facts: Facts) -> _Piece:
    parts = (
        f"{label}: {write_fields(words)}" for label, words in facts.parts if write_fields(words)
    )
    text = " · ".join(parts)
    return _Piece(escape(text, quote=False), text, text, 0)


def _quote(quote: Quote, room: int, *, marks: int, longest: int) -> _Piece:
    runs = join_runs(quote.spans)
    text = "".join(run.text for run in runs)
    start, end = cut_window(text, find_marked(runs), room)
    if not text[start:end]:
        return _Piece("", "", "", 0)
    head = "… " if quote.cut_before or start > 0 else ""
    tail = " …" if quote.cut_after or end < len(text) else ""
    shown = list(slice_runs(runs, start, end))
    bold = [run for run in shown if run.marked][:marks]
    pieces = [
        _run(
            run,
            bold=any(run is one for one in bold),
            url=read_web_address(run.url, longest=longest),
        )
        for run in shown
    ]
    inner, seen, plain = ("".join(parts) for parts in zip(*pieces, strict=True))
    html = f"<blockquote>{head}{inner}{tail}</blockquote>"
    entities = 1 + len(bold) + sum(bool(run.url) for run in shown) + 2 * inner.count("<code>")
    return _Piece(html, f"{head}{seen}{tail}", f"{head}{plain}{tail}", entities)


def _run(run: Span, *, bold: bool, url: str | None) -> tuple[str, str, str]:
    """A run with markup, as the reader sees it, and with its address written out."""
    text = _escape_quoted(run.text)
    html = f"<b>{text}</b>" if bold else text
    if not url:
        return html, run.text, run.text
    link = f'{_TIE}<a href="{escape(url)}">{texts.ARROW}</a>'
    return html + link, f"{run.text}{_TIE}{texts.ARROW}", f"{run.text} {url}"


def _escape_quoted(text: str) -> str:
    """A quote as HTML: addresses of private networks as code, which is never a link."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = found[0].rstrip(".")
        outside = leads_outside(address if "://" in address else f"http://{address}")
        shown = escape(found[0], quote=False)
        parts += [escape(text[end : found.start()], quote=False)]
        parts += [shown if outside else f"<code>{shown}</code>"]
        end = found.end()
    return "".join((*parts, escape(text[end:], quote=False)))


def _citation(citation: Citation, longest: int) -> _Piece:
    headline = write_field(citation.headline) or "…"
    url = read_web_address(citation.url, longest=longest)
    title = escape(headline, quote=False)
    found = write_byline(citation), texts.tell_changes(citation), write_copies(citation.copies)
    lines = [line for line in found if line]
    below = "".join(f"\n{line}" for line in lines)
    linked = f'<a href="{escape(url)}">{title}</a>' if url else f"<b>{title}</b>"
    written = f"{headline}\n{url}" if url else headline
    html = linked + escape(below, quote=False)
    return _Piece(html, headline + below, written + below, 1)


def draw_keyboard(rows: Sequence[Sequence[Button]], me: Me = NOBODY) -> InlineKeyboardMarkup | None:
    """Draw rows of buttons; None where none is left of them."""
    drawn = [[key for button in row if (key := draw_button(button, me))][:_ROW] for row in rows]
    kept = [row for row in drawn if row][: _BUTTONS // _ROW]
    return InlineKeyboardMarkup(kept) if kept else None


def make_deep_link(me: Me, payload: str) -> str:
    """The address that opens the chat with the bot at something."""
    return f"https://t.me/{me.username}?start={payload}"


def draw_button(button: Button, me: Me = NOBODY) -> InlineKeyboardButton | None:
    """A key, or None for one that Telegram would refuse together with the whole message."""
    label = shorten(flatten(button.label), _LABEL_UNITS)
    url = read_web_address(_led(button, me))
    if not label:
        return None
    if button.share and me.inline:
        return InlineKeyboardButton(label, switch_inline_query=button.share)
    if me.apps and (app := read_web_address(button.app)):
        return InlineKeyboardButton(label, web_app=WebAppInfo(app))
    if url:
        return InlineKeyboardButton(label, url=url)
    if copied := shorten(clean(button.copy), _COPIED_UNITS):
        return InlineKeyboardButton(label, copy_text=CopyTextButton(copied))
    if button.action is None:
        return None
    try:
        return InlineKeyboardButton(label, callback_data=encode(button.action))
    except ValueError:
        _log.warning("left out a button", action=type(button.action).__name__)
        return None


def _led(button: Button, me: Me) -> str:
    """The address that a button opens, empty for none."""
    if button.share and me.username:
        return f"https://t.me/share/url?url={quote(make_deep_link(me, button.share), safe='')}"
    if button.start and me.username:
        return make_deep_link(me, button.start)
    return button.url
