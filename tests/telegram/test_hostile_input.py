"""Five hundred hostile files among a few good articles: read what can be, refuse the rest."""

from __future__ import annotations

import gzip
import http.server
import json
import lzma
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.readers.fetch import Fetcher
from corpus.readers.web import Web, read_url
from tests.support.newsroom import ARTICLES, ROOT, byline, environment, write_lines

MIB = 1 << 20
# Linux hands the peak that getrusage tells down from the process that started ours, so the
# kernel's own count is taken where there is one.
_MEASURED = """
import pathlib, re, resource, sys
from tests.support.newsroom import main
try:
    main()
finally:
    sys.stdout.flush()
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
    else:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak, file=sys.stderr)
"""
_PROSE = "The ferry left the pier at noon and nobody waved to it. "
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
_BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{_ENTITIES}]>'
_FEED = "<rss version='2.0'><channel><title>{0}</title><item><title>{0}</title>{1}</item></channel>"


def hostile(chance: random.Random) -> dict[str, Callable[[], bytes]]:
    """Kinds of files that hold no article, by suffix and name; none is over a few MB packed."""
    noise = chance.randbytes
    return {
        "empty.txt": lambda: b"",
        "blank.html": lambda: b" \n\t\n" * 50,
        "nulls.txt": lambda: b"\x00" * 5000,
        "null-inside.txt": lambda: f"{_PROSE}\x00{_PROSE}".encode(),
        "noise.txt": lambda: noise(3000) + b"\x00",
        "controls.txt": lambda: b"\x01\x02\x03\x04\x05 abc" * 200,
        "noise.html": lambda: b"<html>" + noise(3000),
        "noise.xml": lambda: b"<rss>" + noise(3000),
        "noise.gz": lambda: noise(3000),
        "noise.xz": lambda: noise(3000),
        "cut.html.gz": lambda: gzip.compress(noise(9000))[:-3000],
        "cut.jsonl.xz": lambda: lzma.compress(noise(9000))[:-3000],
        "bomb.xml": lambda: f"{_BOMB}{_FEED.format('&e11;', '')}</rss>".encode(),
        "bomb.html": lambda: f"{_BOMB}<html><body><p>&e11;</p></body></html>".encode(),
        "file.xml": lambda: (
            b"<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
            + _FEED.format("&f;", "<description>&f;</description>").encode()
        ),
        "elements.xml": lambda: b"<a>" * 20_000,
        "deep.html": lambda: b"<html>" + b"<div>" * 10_000 + b"</div>" * 10_000,
        "deep.json": lambda: b"[" * 10_000 + b"]" * 10_000,
        "deep.jsonl": lambda: b'{"body":' * 5_000,
        "number.json": lambda: b'{"body": ' + b"9" * 6000 + b"}",
        "half.jsonl": lambda: b'{"headline": "Ferry", "body": "The fer',
        "surrogate.jsonl": lambda: b'{"body": "\\ud83d\\ud83d"}',
        "list.json": lambda: json.dumps([1, None, "x", [], {}]).encode(),
        "attributes.html": lambda: b"<html><p " + b"a=b " * 5000 + b">",
        "comment.html": lambda: b"<html><!-- " + b"-" * 50_000,
        "script.html": lambda: b"<html><script>" + b"x" * 50_000 + b"</script>",
        "slashes.txt": lambda: b"/" * 200_000,
        "newlines.txt": lambda: b"\n" * 500_000,
        "marks.txt": lambda: "\u202e\u2066\u0301".encode() * 2000,
        "utf16.txt": lambda: b"\xff\xfe" + b"\x00\xd8" * 500,
        "opml.opml": lambda: b"<opml><body><outline xmlUrl='http://127.0.0.1/'/></body></opml>",
        "page.pdf": lambda: b"%PDF-1.7\n" + noise(2000) + b"\x00",
    }


LARGE: dict[str, Callable[[], bytes]] = {
    "line.txt": lambda: b"a" * (20 * MIB),
    "line.jsonl": lambda: b'{"body": "' + b"a b " * (5 * MIB) + b'"}',
    "line.html": lambda: b"<html><p>" + b"x " * (10 * MIB),
    "bomb.txt.gz": lambda: gzip.compress(b"a " * (100 * MIB), 1),
    "bomb.jsonl.gz": lambda: gzip.compress(b" " * (200 * MIB), 1),
    "bomb.txt.xz": lambda: lzma.compress(b"a" * (100 * MIB), preset=0),
    "greedy.txt.xz": lambda: lzma.compress(b"a", preset=9 | lzma.PRESET_EXTREME)[:20],
}


def write_hostile(folder: Path, count: int) -> list[Path]:
    """Write this many small hostile files and one of each large kind."""
    chance = random.Random(7)  # noqa: S311 - the same files every time
    kinds = list(hostile(chance).items())
    made = []
    for number in range(count - len(LARGE)):
        name, make = kinds[number % len(kinds)]
        made.append(folder / f"{number:03}-{name}")
        made[-1].write_bytes(make())
    for name, make in LARGE.items():
        made.append(folder / f"large-{name}")
        made[-1].write_bytes(make())
    return made


def add_measured(home: Path, *places: str) -> tuple[subprocess.CompletedProcess[str], int]:
    """Run ``byline add --json`` in a process; returns it with its peak memory in bytes."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, "add", "--json", *places],
        capture_output=True,
        cwd=ROOT,
        env=environment(home),
        check=False,
        text=True,
        timeout=300,
    )
    *said, peak = done.stderr.splitlines()
    done.stderr = "\n".join(said)
    return done, int(peak) * 1024


def test_five_hundred_hostile_files_are_as_many_short_failures_and_nothing_more(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    good = write_lines(folder / "good.jsonl", ARTICLES)
    _, usual = add_measured(tmp_path / "usual", str(good))

    bad = write_hostile(folder, 500)
    assert len(bad) == 500
    done, peak = add_measured(tmp_path / "home", str(folder))

    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    counts = json.loads(done.stdout)
    failed = {failure["where"].split(":")[0] for failure in counts["failures"]}
    assert failed == {str(path) for path in bad}
    assert counts["added"] == len(ARTICLES)
    reasons = [failure["reason"] for failure in counts["failures"]]
    assert max(map(len, reasons)) <= 200
    assert not [reason for reason in reasons if "\n" in reason or not reason.strip()]
    print(f"{usual // MIB} MiB as usual, {peak // MIB} MiB at the peak")  # noqa: T201 - for -s
    assert peak - usual < 200 * MIB
    again = json.loads(byline(tmp_path / "home", "add", str(good), "--json").stdout)
    assert again["unchanged"] == len(ARTICLES)


def test_text_that_was_cut_inside_a_character_is_read_up_to_there(tmp_path):
    whole = (_PROSE * 3 + "Its captain was called Zoë").encode()
    (tmp_path / "cut.txt").write_bytes(whole[:-1])
    counts = json.loads(byline(tmp_path / "home", "add", str(tmp_path), "--json").stdout)
    assert counts["added"] == 1


def test_folders_links_and_pipes_that_lead_nowhere_stop_nothing(tmp_path):
    folder = tmp_path / "news"
    folder.mkdir()
    write_lines(folder / "good.jsonl", ARTICLES)
    (folder / "loop").symlink_to(folder)
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "closed").mkdir(mode=0)
    try:
        done = byline(tmp_path / "home", "add", str(folder), "--json")
    finally:
        (folder / "closed").chmod(0o700)
    counts = json.loads(done.stdout)
    failed = {Path(failure["where"]).name for failure in counts["failures"]}
    assert failed - {"closed"} == {"gone.txt", "self.txt", "device.txt"}
    assert (counts["added"], done.returncode) == (3, 0)


class _Trap(http.server.BaseHTTPRequestHandler):
    """Notes who comes; sends everybody on to this machine's most private address."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(302 if self.path != "/robots.txt" else 404)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/secret")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def trap(address: str = "127.0.0.1") -> Iterator[tuple[int, list[str]]]:
    """A server of this machine's own; gives its port and what was asked of it."""
    asked: list[str] = []
    kind = type("Trap", (_Trap,), {"asked": asked})
    with http.server.ThreadingHTTPServer((address, 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, asked
        server.shutdown()


class _Feeds:
    def recall(self, _: str) -> tuple[None, None]:
        return None, None

    def remember(self, *_: object, **__: object) -> None:
        raise AssertionError("nothing was read")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0.0.0.0"])
def test_no_address_leads_to_this_machine(host):
    with trap() as (port, asked), Fetcher(ports={80, port}) as fetcher:
        for place in (f"http://{host}:{port}/feed.xml", f"http://{host}/"):
            (failure,) = read_url(place, Web(fetcher, _Feeds()))
            assert failure.where == place
            assert len(failure.reason) < 200
    assert asked == []


def test_a_feed_that_sends_us_on_to_this_machine_is_not_followed():
    def public(address: str) -> bool:
        return address == "127.0.0.2"

    def resolved(host: str, _: int) -> list[str]:
        return ["127.0.0.2" if host == "feed.example" else host]

    with (
        trap("0.0.0.0") as (port, asked),
        Fetcher(is_public=public, ports={port}, resolve=resolved) as fetcher,
    ):
        place = f"http://feed.example:{port}/feed.xml"
        (failure,) = read_url(place, Web(fetcher, _Feeds()))
    assert failure.where == place
    assert "/secret" not in asked
    assert "/feed.xml" in asked
