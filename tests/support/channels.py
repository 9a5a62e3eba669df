"""Exports of Telegram channels as Telegram Desktop writes them."""

from __future__ import annotations

import json
from html import escape

START = 1_772_352_000
"""1 March 2026, 8:00 UTC."""


def message(number, text="", **more):
    known = {
        "id": number,
        "type": "message",
        "date": "2026-03-01T08:00:00",
        "date_unixtime": str(START + 60 * number),
        "from": "Tarn Herald",
        "from_id": "channel77",
        "text": text,
        "text_entities": [],
    }
    return known | more


def service(number):
    return message(number, type="service", action="create_channel")


def picture(number, caption="", *, at, **more):
    """One of an album: what belongs together was sent in the same second."""
    seconds = str(START + at)
    return message(number, caption, photo=f"photos/{number}.jpg", date_unixtime=seconds, **more)


def link(address, shown=None):
    if shown is None:
        return {"type": "link", "text": address}
    return {"type": "text_link", "text": shown, "href": address}


def export(*messages, kind="public_channel", title="Tarn Herald", number=77):
    return {"name": title, "type": kind, "id": number, "messages": list(messages)}


def write_export(*messages, **more) -> bytes:
    return json.dumps(export(*messages, **more), ensure_ascii=False, indent=1).encode()


def page(*messages, title="Tarn Herald") -> bytes:
    """A page of an export; each message is HTML as `page_message` makes it."""
    return (
        '<!DOCTYPE html>\n<html>\n <head>\n  <meta charset="utf-8"/>\n'
        "<title>Exported Data</title>\n </head>\n <body>"
        '<div class="page_wrap"><div class="page_header"><div class="content">'
        f'<div class="text bold">\n{escape(title)}\n</div></div></div>'
        f'<div class="page_body chat_page"><div class="history">{"".join(messages)}</div></div>'
        "</div></body></html>"
    ).encode()


def page_message(
    number, text="", *, sender="Tarn Herald", time="01.03.2026 09:00:00 UTC+01:00", below=""
):
    name = f'<div class="from_name">\n{escape(sender)}\n</div>' if sender else ""
    joined = "" if sender else " joined"
    said = f'<div class="text">\n{text}\n</div>' if text else ""
    return (
        f'<div class="message default clearfix{joined}" id="message{number}"><div class="body">'
        f'<div class="pull_right date details" title="{time}">\n09:00\n</div>'
        f"{name}{said}{below}</div></div>"
    )
