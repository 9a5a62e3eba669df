"""What a newcomer reads is true: commands exist, examples run, replies are what the bot says."""

from __future__ import annotations

import doctest
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import typer

from bot.cli.main import app
from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.reply import Block, Note, Quote, Reply, Span, Speaker
from bot.services import Services
from bot.settings import Settings
from bot.storage.chats import ChatStore
from corpus.article import Article
from corpus.parse.clipping import read_clipping
from corpus.parse.records import read_record, read_records
from corpus.readers.sample import seed
from retrieval.citation import Citation, join_credit

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_GUIDES = ("articles", "ranking", "shelf", "following", "channels", "alerts", "migrating")
PAGES = README + "".join(
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in _GUIDES
)
ENV_EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")

_EXCHANGE = re.compile(r"(?<=<!-- exchange: )(.+?)( -->\n)(.*?)(?=<!-- /exchange -->)", re.DOTALL)
_SNIPPET = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`((?:byline|make) [^`]+)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_VARIABLE = re.compile(r"^#((?:BYLINE|TELEGRAM)_\w+)=(.*)$", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_\[\]<>])")


def snippets(language: str) -> list[str]:
    """The fenced blocks in a language, in order."""
    return [body for name, body in _SNIPPET.findall(PAGES) if name == language]


def commands() -> Iterator[list[str]]:
    """Every command that the README shows, as words, without variables and redirections."""
    lines = [line for body in snippets("sh") for line in body.splitlines()]
    for line in (*lines, *_SPAN.findall(PAGES)):
        words = shlex.split(line)
        while re.match(r"[A-Z_]+=", words[0]):
            words.pop(0)
        yield words[: words.index("<")] if "<" in words else words


def markdown(reply: Reply) -> str:
    """Write a reply as the README prints it."""
    lines = "\n\n".join(_block(block) for block in _joined(reply)).splitlines()
    return "".join(f"> {line}".rstrip() + "\n" for line in lines)


def _joined(reply: Reply) -> Iterator[Block]:
    """The blocks, a quote's marks around each paragraph, since Markdown's end with it."""
    for block in reply.blocks:
        if isinstance(block, Quote):
            spans = [part for span in block.spans for part in _paragraphs(span)]
            yield replace(block, spans=tuple(spans))
        else:
            yield block


def _paragraphs(span: Span) -> Iterator[Span]:
    for number, text in enumerate(re.split(r"(\s*\n\n)", span.text)):
        yield Span(text, span.marked and number % 2 == 0)


def _block(block: Block) -> str:
    match block:
        case Note(text):
            return _escaped(text)
        case Speaker():
            return _speaker(block)
        case Quote():
            quoted = "".join(map(_span, block.spans)).strip()
            return f"{'… ' * block.cut_before}{quoted}{' …' * block.cut_after}"
        case Citation():
            return _cited(block)


def _speaker(speaker: Speaker) -> str:
    day = f"{speaker.published.day} {speaker.published:%b %Y}" if speaker.published else ""
    role = f", {_escaped(speaker.role)}" if speaker.role else ""
    after = "".join(f" · {_escaped(part)}" for part in (speaker.cue, day) if part)
    return f"**{_escaped(speaker.name)}**{role}{after}"


def _span(span: Span) -> str:
    text = _escaped(span.text)
    return f"**{text}**" if span.marked and text else text


def _cited(citation: Citation) -> str:
    day = f"{citation.published.day} {citation.published:%b %Y}" if citation.published else None
    line = _escaped(join_credit(citation.publisher, ", ".join(citation.authors), day))
    return f"[{_escaped(citation.headline)}]({citation.url})\\\n{line}"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


@pytest.fixture
def conversation(tmp_path: Path) -> Conversation:
    """Byline over its sample, with the real model."""
    archive = Services(Settings(_env_file=None, home=tmp_path))  # type: ignore[call-arg]
    seed(archive.store, tmp_path, archive.encoder, lambda _: None, attributor=archive.attributor)
    return Conversation(archive.searcher, ChatStore(tmp_path / "chats.db"))


@pytest.mark.slow
@pytest.mark.filterwarnings("default::DeprecationWarning")
@pytest.mark.filterwarnings("default::FutureWarning")
@pytest.mark.filterwarnings("default::UserWarning")
def test_the_golden_replies_are_what_the_bot_says(conversation: Conversation):
    def answered(found: re.Match[str]) -> str:
        question = found[1]
        reply = markdown(conversation.ask(MessageContext(chat_id=1), question))
        return f"{question}{found[2]}\n**You:** {question}\n\n**Byline:**\n\n{reply}\n"

    written = _EXCHANGE.sub(answered, README)
    if os.environ.get("BYLINE_GOLDEN") == "write":
        (ROOT / "README.md").write_text(written, encoding="utf-8")
    else:
        assert written == README, "if the replies are better now: make golden"


def test_the_exchanges_show_an_answer_with_its_citation_and_a_question_nothing_answers():
    replies = [body for _, _, body in _EXCHANGE.findall(README)]

    assert sum("**Byline:**\n\n>" in reply for reply in replies) == len(replies) == 3
    assert re.search(r"^> .*\*\*[^*]{40,}\*\*", replies[0], re.MULTILINE)
    assert re.search(r"^> \[.+\]\(https://.+#:~:text=.+\)", replies[0], re.MULTILINE)
    assert "none of them answers that" in replies[-1]


def test_a_reply_is_written_with_bold_paragraphs_and_escaped_marks():
    spans = (Span("A [b]. "), Span("C.\n\nD *e*.", marked=True))
    citation = Citation("On_e", "https://news.example/#:~:text=C.", "The Pier", ("Ada Quill",))
    reply = Reply((Quote(spans, cut_before=True), citation))

    assert markdown(reply) == (
        "> … A \\[b\\]. **C.**\n>\n> **D \\*e\\*.**\n>\n"
        "> [On\\_e](https://news.example/#:~:text=C.)\\\n> The Pier · Ada Quill\n"
    )


@pytest.mark.parametrize("words", [w for w in commands() if w[0] == "byline"], ids=" ".join)
def test_a_byline_command_exists_with_its_options(words: list[str]):
    group = typer.main.get_command(app)
    if len(words) > 1:
        command = group.commands[words[1]]  # type: ignore[attr-defined]
        required = [p for p in command.params if p.required]
        # Prose names a command without what it needs; a command line shows that too.
        if len(words) > 2 or not required:
            command.make_context(words[1], words[2:])


def test_every_byline_command_is_in_the_readme():
    shown = {words[1] for words in commands() if words[0] == "byline"}

    assert shown == set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_make_target_shown_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    shown = {words[1] for words in commands() if words[0] == "make"}

    assert {"run", "test", "check", "golden", "picture"} <= shown <= targets


def test_other_commands_are_not_shown_where_nothing_checks_them():
    assert {words[0] for words in commands()} == {"byline", "make"}


def test_the_python_examples_print_what_they_show():
    examples = "".join(snippets("python"))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", "README.md", 0)
    failed, tried = doctest.DocTestRunner().run(test)

    assert tried >= 3
    assert not failed


def test_the_pasted_example_is_read_with_its_headline_byline_and_date():
    article = read_clipping(next(body for body in snippets("text") if "\nBy " in body))

    assert (article.headline, article.authors) == ("Ferry runs again", ("Ada Quill",))
    assert (article.publisher, article.printed_date) == ("news.example", "12 Mar 2026")
    assert article.body.startswith("The Lumen sailed at noon")


def test_the_record_shown_is_read_whole():
    (line,) = snippets("json")
    (article,) = read_records([line.encode()], where="README.md")

    assert isinstance(article, Article)
    assert article.body.count("\n\n") == 1
    assert all((article.url, article.publisher, article.authors, article.section))
    assert article.printed_date == "12 Mar 2026"


def test_every_field_name_listed_is_read():
    rows = re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|$", PAGES, re.MULTILINE)
    given = {"url": "https://news.example/a", "published": "2026-03-12", "language": "no"}
    record = {name: given.get(name, f"The ferry {name} sails") for name, _ in rows}
    whole = read_record(record)

    assert len(rows) == 8
    for name, aliases in rows:
        for alias in re.findall(r"\w+", aliases):
            renamed = {key: value for key, value in record.items() if key != name}
            assert read_record(renamed | {alias: record[name]}) == whole, alias


@pytest.mark.parametrize(
    "name",
    ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", *(f"docs/{one}.md" for one in _GUIDES)],
)
def test_relative_links_lead_somewhere(name: str):
    page = ROOT / name
    text = page.read_text(encoding="utf-8")
    missing = [link for link in _LINK.findall(text) if not (page.parent / link).exists()]

    assert not missing


def test_the_readme_stays_under_300_lines():
    assert len(README.splitlines()) < 300


@pytest.mark.parametrize("name", re.findall(r"!\[[^]]+\]\((docs/[^)]+)\)", README))
def test_a_picture_is_a_png_under_500_kilobytes(name: str):
    picture = (ROOT / name).read_bytes()

    assert picture.startswith(b"\x89PNG\r\n")
    assert len(picture) < 500_000


def test_the_settings_example_names_every_setting_once_and_no_other():
    named = [name for name, _ in _VARIABLE.findall(ENV_EXAMPLE)]
    known = [
        name.upper() if name.startswith("telegram_bot") else f"BYLINE_{name.upper()}"
        for name in Settings.model_fields
    ]

    assert sorted(named) == sorted(known)


def test_the_settings_example_changes_nothing_until_a_line_is_uncommented():
    lines = ENV_EXAMPLE.splitlines()

    assert all(line.startswith("#") for line in lines if line)


def test_the_settings_example_is_valid_once_uncommented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    env = tmp_path / "env"
    env.write_text("\n".join(f"{name}={value}" for name, value in _VARIABLE.findall(ENV_EXAMPLE)))
    for name, _ in _VARIABLE.findall(ENV_EXAMPLE):
        monkeypatch.delenv(name, raising=False)
    settings = Settings(_env_file=env)  # type: ignore[call-arg]

    assert settings.model_fields_set == set(Settings.model_fields)
    assert settings.admins == {123456789, 987654321}
