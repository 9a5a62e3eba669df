"""The same conversation in a terminal: replies drawn with rich, buttons pressed by number."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from select import select

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.text import Text

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.dialogue.ratings import renew_buttons
from bot.message_context import MessageContext
from bot.reply.reply import Attachment, Block, Button, Dateline, Facts, Note, Quote, Reply, Speaker
from corpus.readers.guard import leads_outside
from corpus.text import disarm
from retrieval.citation import Citation, join_credit
from retrieval.errors import EngineError

_PLACE = MessageContext(chat_id=0, admin=True)
_SCREEN = 0  # the one message that a terminal has, always the last
_PROMPT = "\n[bold cyan]you ›[/] "
_PASTE_S = 0.05
_GOODBYE = frozenset({"/quit", "/exit", "quit", "exit"})


def draw(reply: Reply) -> RenderableType:
    """Draw a reply; its buttons carry the numbers that press them."""
    parts: list[RenderableType] = []
    with texts.speak(reply.language):
        for number, block in enumerate(reply.blocks):
            if number and isinstance(block, Speaker | Dateline | Note):
                parts.append(Text())
            parts.append(_disarm(_draw(block)))
    if buttons := _pressable(reply):
        parts.append(_disarm(_numbered(buttons)))
    return Group(*parts)


def _disarm(drawn: Text | Padding) -> Text | Padding:
    """Let nothing that an archive holds make a terminal do anything: it may be a stranger's."""
    text = drawn.renderable if isinstance(drawn, Padding) else drawn
    if isinstance(text, Text):
        text.plain = disarm(text.plain)
    return drawn


def _pressable(reply: Reply) -> list[Button]:
    """The buttons that do something here; there is no other chat to share with."""
    return [button for row in reply.buttons for button in row if button.action or button.url]


def _numbered(buttons: Sequence[Button]) -> Text:
    labels = (f"[{number}] {button.label}" for number, button in enumerate(buttons, 1))
    return Text("\n" + "   ".join(labels), style="dim")


def _draw(block: Block) -> Text | Padding:
    match block:
        case Note(text):
            return Text(text)
        case Speaker():
            return _speaker(block)
        case Dateline():
            return _dated(block)
        case Quote():
            return Padding(_quoted(block), (0, 2, 0, 2))
        case Facts():
            return Text(" · ".join(f"{label}: {', '.join(words)}" for label, words in block.parts))
        case Citation():
            return _cited(block)


def _speaker(speaker: Speaker) -> Text:
    drawn = Text(speaker.label, style=Style(bold=True))
    drawn.append(f", {speaker.role}" if speaker.role else "", Style(bold=False))
    about = (speaker.cue, texts.format_day(speaker.published))
    return drawn.append("".join(f" · {part}" for part in about if part), Style(bold=False))


def _dated(line: Dateline) -> Text:
    parts = (texts.format_day(line.published), line.publisher)
    drawn = Text(" · ".join(part for part in parts if part) or line.headline, style=_link(line.url))
    if line.copies:
        drawn.append(f" · {_copies(line.copies)}", Style(dim=True))
    return drawn


def _quoted(quote: Quote) -> Text:
    drawn = Text("… " if quote.cut_before else "")
    for span in quote.spans:
        drawn.append(span.text, Style(bold=True) if span.marked else Style())
        if span.url and leads_outside(span.url):
            drawn.append(" ").append(texts.ARROW, Style(link=disarm(span.url), dim=True))
    return drawn.append(" …" if quote.cut_after else "")


def _cited(citation: Citation) -> Text:
    drawn = Text(citation.headline, style=_link(citation.url))
    day = texts.format_day(citation.published)
    if line := join_credit(citation.publisher, ", ".join(citation.authors), day):
        drawn.append(f"\n{line}", Style(underline=False, link=None, dim=True))
    if changes := texts.tell_changes(citation):
        drawn.append(f"\n{changes}", Style(underline=False, link=None, dim=True))
    if citation.copies:
        drawn.append(f"\n{_copies(citation.copies)}", Style(dim=True))
    return drawn


def _copies(publishers: Sequence[str]) -> str:
    return texts.say("also-carried", publishers=", ".join(publishers))


def _link(url: str | None) -> Style:
    if url and leads_outside(url):
        return Style(link=disarm(url), underline=True)
    return Style(bold=True)


def _find_file(line: str) -> Path | None:
    """The file that a line names by its path; None where it names none."""
    if "\n" in line or "/" not in line:
        return None
    try:
        path = Path(line.strip("'\"")).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError, ValueError):
        return None


@dataclass(slots=True)
class Chat:
    """A conversation on one console, from the first prompt to the last.

    Attributes:
        conversation: Whom to talk to.
        console: Where.
        buttons: Those of the last reply, in the order of their numbers.
    """

    conversation: Conversation
    console: Console
    buttons: list[Button] = field(default_factory=list)

    def run(self, read: Callable[[], str] | None = None) -> None:
        """Talk until the reader says goodbye, presses Ctrl-C, or the input ends."""
        with suppress(KeyboardInterrupt):
            self._say(self.conversation.start(_PLACE))
            for line in self._lines(read or (lambda: self.console.input(_PROMPT))):
                with self.console.status("Looking it up …"):
                    reply = self._heard(line)
                if reply:
                    self._say(reply)
                if self.conversation.is_due(_PLACE):
                    self.console.print(f"\n{texts.say('alerts-due')}", style="dim")

    def _lines(self, read: Callable[[], str]) -> Iterator[str]:
        while True:
            try:
                line = "\n".join((read(), *self._pasted())).strip()
            except EOFError:
                return
            if line.casefold() in _GOODBYE:
                return
            if line:
                yield line

    def _pasted(self) -> Iterator[str]:
        """Yield the lines that stand behind one that was read: nobody types as fast as that."""
        source = sys.stdin
        while source.isatty() and select([source], [], [], _PASTE_S)[0]:
            yield source.readline().rstrip("\n")

    def _heard(self, line: str) -> Reply | None:
        """Answer a line, or say that search is down."""
        try:
            return self._answer(line)
        except EngineError:
            return self.conversation.notice(_PLACE, "search-down-again")

    def _answer(self, line: str) -> Reply | None:
        if line.isdecimal():
            return self._press(int(line))
        if path := _find_file(line):
            return self.conversation.hand_in_file(_PLACE, path, "")
        return self.conversation.hear(_PLACE, line)

    def _press(self, number: int) -> Reply | None:
        if not 1 <= number <= len(self.buttons):
            self.console.print("There is no such button.", style="dim")
            return None
        button = self.buttons[number - 1]
        if button.url:
            self.console.print(disarm(button.url), style="dim", markup=False, soft_wrap=True)
            return None
        outcome = self.conversation.press(_PLACE, button.action)
        if outcome.toast:
            self.console.print(outcome.toast, style="dim")
        if outcome.attachment:
            self._save(outcome.attachment)
        if outcome.rating:
            rows = renew_buttons([self.buttons], outcome.rating, lambda one: one.action)
            self.buttons = [one for row in rows for one in row]
            self.console.print(_disarm(_numbered(self.buttons)))
        return outcome.reply

    def _save(self, attachment: Attachment) -> None:
        """Write a file into the folder that the reader is in, over none that is there."""
        path = Path(attachment.name)
        try:
            with path.open("xb") as file:
                file.write(attachment.content)
        except OSError as error:
            said = f"{path} cannot be written: {error.strerror}"
        else:
            said = f"Wrote {path.absolute()}"
        self.console.print(said, style="dim", markup=False, soft_wrap=True)

    def _say(self, reply: Reply) -> None:
        self.buttons = _pressable(reply)
        self.console.print()
        self.console.print(draw(reply))
        self.conversation.sent(_PLACE, _SCREEN, reply)
