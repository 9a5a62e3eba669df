"""Write the parts of ``docs/`` that the code knows better.

python -m tests.support.docs
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.intents.commands import ADMINS, READERS, Command, Where, describe

PAGE = Path(__file__).parents[2] / "docs" / "telegram.md"
_BETWEEN = re.compile(r"(?<=<!-- commands -->\n).*?(?=<!-- end of commands -->)", re.DOTALL)
_HEARD = {
    Where.PRIVATE: "private chats",
    Where.GROUPS: "groups",
    Where.REPLIES: "groups, in reply to whom it is about",
}


def table_of_commands() -> str:
    """The table of commands, as Markdown."""
    return "".join(f"{line}\n" for line in _lines())


def written(page: str) -> str:
    """A page with the tables as they are now."""
    return _BETWEEN.sub(lambda _: table_of_commands(), page)


def _lines() -> Iterator[str]:
    yield "| Command | What it does | For | Heard in |"
    yield "|---|---|---|---|"
    for whose, commands in (("everybody", READERS), ("admins", ADMINS)):
        yield from (_line(one, whose) for one in commands)


def _line(command: Command, whose: str) -> str:
    typed = command.write("…" if command.words else "")
    does = (
        describe(command) if command.menu else "What Telegram sends where somebody starts the bot"
    )
    heard = ", ".join(words for where, words in _HEARD.items() if where in command.where)
    return f"| `{typed}` | {does} | {whose} | {heard} |"


def main() -> None:
    """Rewrite the page."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
