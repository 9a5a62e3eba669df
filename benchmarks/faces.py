"""Draw the two faces of ten replies side by side, from real replies over the bundled sample.

    python benchmarks/faces.py docs

Chromium takes the pictures, as for `picture.py`. How rich messages look is each app's own affair:
the page imitates what Telegram's do.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Annotated

import typer
from picture import ask_each, draw_answer, find_browser, open_sample, photograph
from PIL import Image

from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.reply import Reply
from bot.storage.chats import ChatStore
from bot.telegram.sending.render import Me, render
from bot.telegram.sending.render_rich import RichDrawn, render_rich

PICTURES = {
    "rich-passages": (
        "When was the flood gate’s motor last inspected?",
        "How much will the tram extension cost?",
        "when will it open?",
        "What did Bellamy say about the flood?",
        "What did Okafor say about the strike?",
    ),
    "rich-stories": (
        "Summary of the lanterns",
        "Summarise the tram contract in one sentence",
        "What happened with the port strike?",
        "Catch me up on the flood memo since September 2026",
        "/settings rich",
    ),
}
_WIDTH = 1000
_COLOURS = 96
_ME = Me("byline_bot", inline=True)
_BUTTON = re.compile(r"<tg-button [^>]*>(.*?)</tg-button>")

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Byline</title>
<style>
  * { box-sizing: border-box; }
  body { margin: 0; padding: 14px; background: #d5dfe5; color: #111; overflow: hidden;
         font: 15px/1.38 "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
  main { display: grid; grid-template-columns: 1fr 1fr; gap: 9px 18px; align-items: start; }
  .asked { grid-column: 1 / 3; justify-self: center; background: #e6f6d6; }
  .asked, .said { padding: 8px 12px; border-radius: 13px; overflow-wrap: anywhere; }
  .plain .said { white-space: pre-wrap; }
  .said { background: #fff; }
  a { color: #16689f; text-decoration: none; }
  blockquote { margin: 2px 0 7px; padding: 5px 10px; border-left: 3px solid #2f84bd;
               border-radius: 5px; background: #edf4f9; }
  .row { display: flex; gap: 4px; margin-top: 4px; }
  .row span { flex: 1; padding: 6px; border-radius: 8px; background: #7891a1; color: #fff;
              text-align: center; font-size: 14px; font-weight: 600; }
  .rich p { margin: 4px 0 6px; }
  .rich h3 { margin: 8px 0 4px; font-size: 17px; }
  .rich h5 { margin: 8px 0 3px; font-size: 14px; color: #456; }
  .rich cite { display: block; margin-top: 4px; font-size: 13px; font-style: normal; color: #567; }
  .rich mark { background: #fff0a8; }
  .rich sup a { padding: 0 1px 0 2px; }
  .rich tg-reference { font-size: 13px; color: #567; }
  .rich details { margin: 2px 0 7px; padding: 4px 10px; border: 1px solid #d3dee6;
                  border-radius: 8px; }
  .rich summary { font-weight: 600; font-size: 14px; }
  .rich table { border-collapse: collapse; margin: 4px 0; font-size: 14px; }
  .rich th, .rich td { border: 1px solid #cfdbe3; padding: 4px 8px; vertical-align: top;
                       font-weight: 400; text-align: left; }
  .rich th { width: 28%; background: #f3f7fa; }
  .rich b.key { display: inline-block; margin: 2px 2px 2px 0; padding: 4px 10px; font-size: 13px;
                border-radius: 12px; background: #e2ecf3; color: #16689f; font-weight: 600; }
</style>
<main>@CHAT@</main>
<script>
  document.documentElement.dataset.height =
    Math.ceil(document.querySelector("main").getBoundingClientRect().bottom) + 14;
</script>
"""


def main(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the pictures go.")],
) -> None:
    """Draw the pairs."""
    browser = find_browser()
    with tempfile.TemporaryDirectory() as scratch:
        archive = open_sample(Path(scratch, "home"))
        for name, questions in PICTURES.items():
            page, picture = Path(scratch, "faces.html"), folder.resolve() / f"{name}.png"
            conversation = Conversation(archive.searcher, ChatStore(Path(scratch, f"{name}.db")))
            talk = ask_each(conversation, MessageContext(chat_id=1), questions)
            page.write_text(_PAGE.replace("@CHAT@", draw_pairs(talk)), encoding="utf-8")
            photograph(page, picture, browser, width=_WIDTH)
            Image.open(picture).quantize(_COLOURS).save(picture, optimize=True)
            typer.echo(f"{picture}: {picture.stat().st_size // 1000} kB")


def draw_pairs(talk: Iterator[tuple[str, Reply]] | Sequence[tuple[str, Reply]]) -> str:
    """Draw each question above both faces of its reply."""
    drawn = ""
    for asked, reply in talk:
        drawn += f'<div class="asked">{escape(asked)}</div>'
        drawn += f'<div class="plain">{draw_answer(render(reply, _ME))}</div>'
        drawn += f'<div class="rich">{draw_rich(render_rich(reply, _ME))}</div>'
    return drawn


def draw_rich(drawn: RichDrawn) -> str:
    """Draw a bubble and the one row of buttons below it."""
    said = _BUTTON.sub(r'<b class="key">\1</b>', drawn.html)
    keys = drawn.keyboard.inline_keyboard[0] if drawn.keyboard else ()
    row = "".join(f"<span>{escape(key.text)}</span>" for key in keys)
    return f'<div class="answer"><div class="said">{said}</div><div class="row">{row}</div></div>'


if __name__ == "__main__":
    typer.run(main)
