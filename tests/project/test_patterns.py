"""No text makes a regular expression of ours take longer than in proportion to its length."""

from __future__ import annotations

import re

import pytest

from bot.telegram.sending.text_limits import _graphemes
from corpus.parse import byline
from corpus.parse.json_ld import read_json_ld
from corpus.text import squeeze, strip_markup
from tests.support.patterns import KNOWN, ROOT, Used, growth, patterns, slowest

OURS = ("__init__", "__main__", "settings")
"""These see nothing of strangers."""
FILES = [
    file
    for package in ("corpus", "bot")
    for file in sorted((ROOT / package).rglob("*.py"))
    if file.stem not in OURS and "migrations" not in file.parts and "re." in file.read_text("utf-8")
]


@pytest.mark.parametrize(
    "file", FILES, ids=lambda file: ".".join(file.relative_to(ROOT).with_suffix("").parts)
)
def test_every_pattern_is_linear(file):
    found = list(patterns(file, KNOWN))
    assert [one.name for one in found if not one.methods] == [], "say in KNOWN how it is used"
    assert {one.name: text for one in found if (text := slowest(one))} == {}


@pytest.mark.parametrize(
    ("pattern", "method"),
    [
        (r"\s*[,;]", "split"),
        (r"\S+@\S+", "sub"),
        (r"^\s*<!--|\s*\]\]>\s*$", "sub"),
        (r"on\s*[\s,]*x", "match"),
        (rb"<!--\s*\s*-->", "search"),
        (r"[A-Z]\w+ x", "findall"),
    ],
)
def test_a_careless_pattern_is_caught(pattern, method):
    used = Used("careless", re.compile(pattern), frozenset({method}))
    assert slowest(used) != ""


def test_patterns_are_found_wherever_they_stand():
    found = {one.name: one.methods for one in patterns(ROOT / "corpus/dates.py", {})}
    assert found["corpus.dates._LABEL"] == {"match"}
    assert found["corpus.dates._ZULU"] == {"sub"}
    assert {name for name in found if ":" in name}
    manners = patterns(ROOT / "bot/intents/small_talk.py", KNOWN)
    assert len([one for one in manners if one.name == "bot.intents.small_talk._SMALL_TALK"]) == 6


def blanks(times: int) -> list[str]:
    return ["{" + " " * (200_000 * times) + "x", "<!--" + "\n" * (200_000 * times) + "]]> x"]


@pytest.mark.parametrize(
    ("work", "make"),
    [
        (read_json_ld, blanks),
        (squeeze, lambda times: "a" + "\u200d" * (100_000 * times) + "a"),
        (byline.drop_by, lambda times: "by " * (20_000 * times)),
        (_graphemes.__wrapped__, lambda times: "🇩🇪" * (20_000 * times)),
        (strip_markup, lambda times: "<p>" + " <" * (20_000 * times)),
    ],
    ids=["blanks in JSON-LD", "joiners", "labels", "flags", "angles"],
)
def test_what_froze_the_bot_takes_twice_as_long_for_twice_as_much(work, make):
    assert growth(work, make) < 2.9


def test_a_growth_that_is_not_linear_is_seen():
    assert growth(re.compile(r"\s*,").split, lambda times: " " * (2000 * times)) > 2.9
