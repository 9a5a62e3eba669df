"""Whether files of any length are read in little memory: a CSV, JSON Lines and a mailbox.

The files are made of invented words, of the sizes that are asked for, and are read as `byline add`
reads them, without what is done with the articles afterwards. With --add all of `byline add` is
measured, its models too; with --add and --bare the same without models. Memory is the sum of what
the process and the one that parses hold at the same moment, looked at twenty times a second.
"""

from __future__ import annotations

import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import psutil
import typer
from measuring import AsJson, Row, show

_MIB = 1 << 20
_SYLLABLES = ("ba", "ke", "lo", "mi", "ru", "ta", "ven", "sor", "dil", "pa", "gron", "hes", "ost")
_EVERYDAY = ("the", "of", "and", "to", "in", "a", "said", "that", "for", "was", "on", "with", "at")
_LOOK_S = 0.05
_PARTS = 4
"""Memory is told for as many parts of the time, to see whether it grows."""
_READ = """
import sys
from pathlib import Path
from corpus.article import Article
from corpus.readers.files import read_path
kinds = [isinstance(one, Article) for one in read_path(Path(sys.argv[1]))]
print(sum(kinds), len(kinds) - sum(kinds))
"""
_STORE = """
import sys
from corpus.archive import Archive
tally = Archive.open(sys.argv[2]).add(sys.argv[1])
print(tally.articles, tally.failed)
"""


class Writer:
    """Writes stories that nobody told, the same ones every time."""

    def __init__(self) -> None:
        self._random = random.Random(7)  # noqa: S311 - no secret
        choose = self._random
        words = ["".join(choose.choices(_SYLLABLES, k=choose.randint(1, 3))) for _ in range(3000)]
        self._sentences = [self._sentence(words) for _ in range(4000)]
        self._number = 0

    def _sentence(self, words: list[str]) -> str:
        choose = self._random
        drawn = [choose.choice(_EVERYDAY if choose.random() < 0.45 else words) for _ in range(17)]
        return " ".join(drawn).capitalize() + "."

    def story(self) -> dict[str, str]:
        """A story of some 2,500 letters."""
        self._number += 1
        choose = self._random
        paragraphs = (
            " ".join(choose.choices(self._sentences, k=choose.randint(2, 6)))
            for _ in range(choose.randint(4, 10))
        )
        return {
            "url": f"https://news.example/{self._number}",
            "headline": choose.choice(self._sentences)[:70],
            "date": f"2025-03-{self._number % 28 + 1:02}",
            "publisher": "Gron Post",
            "body": "\n\n".join(paragraphs),
        }

    def line(self) -> str:
        """A story as a line of JSON."""
        return json.dumps(self.story()) + "\n"

    def row(self) -> str:
        """A story as a row of a table."""
        cells = (value.replace('"', '""') for value in self.story().values())
        return ",".join(f'"{cell}"' for cell in cells) + "\n"

    def message(self) -> str:
        """A story as a letter to a list; every sixth has a picture of 150 kB with it."""
        story = self.story()
        head = (
            "From post@gron.example Thu Mar 13 07:00:00 2025\nFrom: Gron Post <post@gron.example>\n"
            f"Subject: {story['headline']}\nDate: Thu, 13 Mar 2025 07:00:00 +0000\n"
            f"Message-ID: <{self._number}@gron.example>\nList-Id: <post.gron.example>\n"
            "MIME-Version: 1.0\n"
        )
        text = f"Content-Type: text/plain; charset=utf-8\n\n{story['body']}\n\n"
        if self._number % 6:
            return head + text
        picture = base64.encodebytes(self._random.randbytes(110_000)).decode()
        return (
            f"{head}Content-Type: multipart/mixed; boundary=xx\n\n--xx\n{text}--xx\n"
            f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{picture}\n--xx--\n\n"
        )


def main(  # noqa: PLR0913 - options
    folder: Annotated[Path | None, typer.Argument(help="For the files; kept there.")] = None,
    csv: Annotated[int, typer.Option(help="MB of the table.")] = 200,
    jsonl: Annotated[int, typer.Option(help="MB of JSON Lines.")] = 2000,
    mbox: Annotated[int, typer.Option(help="MB of the mailbox.")] = 1000,
    add: Annotated[bool, typer.Option(help="Measure all of `byline add`.")] = False,
    bare: Annotated[bool, typer.Option(help="With --add: without the model that embeds.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the files and read them."""
    writer, rows = Writer(), list[Row]()
    make = {"csv": writer.row, "jsonl": writer.line, "mbox": writer.message}
    with tempfile.TemporaryDirectory() as kept:
        place = folder or Path(kept)
        place.mkdir(parents=True, exist_ok=True)
        for kind, megabytes in {"csv": csv, "jsonl": jsonl, "mbox": mbox}.items():
            if megabytes:
                path = _write(place / f"{kind}-{megabytes}.{kind}", kind, make[kind], megabytes)
                with tempfile.TemporaryDirectory() as home:
                    rows.append(_measure(path, _command(path, Path(home), add=add, bare=bare)))
    show("files of any length", rows, as_json=as_json)


def _write(path: Path, kind: str, make: Callable[[], str], megabytes: int) -> Path:
    if path.exists():
        return path
    with path.open("w", encoding="utf-8") as file:
        size = file.write("url,title,date,publisher,text\n" if kind == "csv" else "")
        while size < megabytes * 1_000_000:
            size += file.write(make())
    return path


def _command(path: Path, home: Path, *, add: bool, bare: bool) -> list[str]:
    if add and not bare:
        os.environ["BYLINE_HOME"] = str(home)
        return [sys.executable, "-m", "bot", "add", str(path), "--json"]
    return [sys.executable, "-c", _STORE if add else _READ, str(path), str(home)]


def _measure(path: Path, command: list[str]) -> Row:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    looks = list(_look(process))
    spent_s = time.perf_counter() - start
    told = process.communicate()[0].strip()
    size = path.stat().st_size / 1e6
    both = [own + other for own, other, _ in looks]
    per = max(1, len(both) // _PARTS)
    return {
        "what": f"{path.suffix[1:]}, {size:,.0f} MB",
        "told": told if len(told) < 20 else str(json.loads(told)["added"]),
        "s": spent_s,
        "CPU s": max(cpu for _, _, cpu in looks),
        "MB/s": size / spent_s,
        "MB/CPU s": size / max(cpu for _, _, cpu in looks),
        "peak MiB": max(both),
        "own": max(own for own, _, _ in looks),
        "parser": max(other for _, other, _ in looks),
        "by quarter": " ".join(f"{max(both[at : at + per]):.0f}" for at in range(0, per * 4, per)),
    }


def _look(process: subprocess.Popen[str]) -> Iterator[tuple[float, float, float]]:
    """Memory of a process and of its children in MiB, and the CPU time of all, until it ends."""
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            family = [parent, *parent.children(recursive=True)]
            held = [one.memory_info().rss / _MIB for one in family]
            cpu = sum(one.cpu_times().user + one.cpu_times().system for one in family)
        except psutil.NoSuchProcess:
            continue
        yield held[0], sum(held[1:]), cpu
        time.sleep(_LOOK_S)


if __name__ == "__main__":
    typer.run(main)
