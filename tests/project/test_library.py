"""What `docs/library.md` and the README show of Byline as a library is true.

Run with an encoder that counts words, and, marked slow, with the model as a stranger would do it.
"""

from __future__ import annotations

import doctest
import importlib
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import corpus
import retrieval
from retrieval.answers import AnswerKind
from tests.support.models import FakeEncoder

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
_SECTION = re.compile(r"^## As a library\n(.*?)^## ", re.DOTALL | re.MULTILINE)
_SNIPPET = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"`((?:corpus|retrieval)(?:\.\w+)+)`")
_CODE = re.compile(r"`([\w.]+)`")
_HEAVY = ("trafilatura", "feedparser", "spacy", "sentence_transformers", "torch", "openvino")
"""What importing must not import: each takes a good part of a second, or more."""


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    parts = PAGE.split(f"{heading}\n", 1)[1].split("\n\n")
    rows = next(part for part in parts if part.lstrip().startswith("|")).strip().splitlines()
    return [row.strip("| ").split(" | ") for row in rows[2:]]


def lines_of_the_readme() -> str:
    section = _SECTION.search(README)
    assert section
    (code,) = _SNIPPET.findall(section[1])
    return code


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    return kept | {"PYTHONPATH": str(ROOT), "HOME": str(home)}


def stranger(*arguments: str, home: Path, folder: Path) -> str:
    """Run Python in a folder as somebody would who has Byline installed; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to be in, where the encoder of Byline counts words and nothing reads."""
    monkeypatch.setattr("retrieval.search.make_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr("retrieval.search.make_reader", lambda _: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_the_examples_print_what_they_show(counted: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(counted)
    examples = "\n".join(_SNIPPET.findall(PAGE))
    test = doctest.DocTestParser().get_doctest(examples, {}, "library.md", "docs/library.md", 0)
    failed, tried = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)

    assert tried > 30
    assert not failed


def test_the_lines_of_the_readme_run(
    counted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)
    exec(lines_of_the_readme(), {})  # noqa: S102 - they are ours

    assert capsys.readouterr().out.startswith("It finds that the motor was last inspected in March")
    assert (counted / "news" / "articles.db").exists()


@pytest.mark.slow
def test_readme_and_page_are_true_for_a_stranger_with_the_model(tmp_path: Path):
    page = str(ROOT / "docs" / "library.md")
    printed = stranger("-c", lines_of_the_readme(), home=tmp_path, folder=ROOT)

    assert printed.startswith("It finds that the motor was last inspected in March 2021")
    # In the same home, where the model is made ready already.
    assert stranger("-m", "doctest", "-o", "ELLIPSIS", page, home=tmp_path, folder=tmp_path) == ""


def test_the_lines_of_the_readme_are_five_before_anything_is_printed():
    lines = lines_of_the_readme().splitlines()

    assert len([line for line in lines if line]) <= 6
    assert "from corpus import Archive" in lines
    assert "from retrieval import Searcher" in lines


@pytest.mark.parametrize("package", [corpus, retrieval])
def test_the_public_names_are_those_on_the_page(package: Any):
    named = {row[0]: _CODE.findall(row[1]) for row in table("## Public names")}

    assert sorted(package.__all__) == package.__all__ == named[f"`{package.__name__}`"]
    for name in package.__all__:
        assert getattr(package, name).__module__ != "builtins"
    assert len(package.__all__) <= 15


@pytest.mark.parametrize("package", [corpus, retrieval])
def test_a_name_that_is_not_public_is_no_attribute(package: Any):
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute"):
        package.Searchers  # noqa: B018
    for name in package.__all__:
        assert getattr(importlib.import_module(package.__name__), name) is getattr(package, name)


@pytest.mark.parametrize("name", sorted(set(_NAME.findall(PAGE))))
def test_a_name_with_its_module_is_there(name: str):
    module, _, attribute = name.rpartition(".")

    assert getattr(importlib.import_module(module), attribute)


def test_every_answer_has_the_attributes_on_the_page():
    named = [_CODE.findall(row[0])[0] for row in table("## What an answer gives")]
    kinds = [getattr(retrieval, name) for name in retrieval.__all__ if name.endswith("Answer")]
    answers = [kind for kind in kinds if isinstance(kind, type)]

    assert named[:4] == ["kind", "text", "citation", "link"]
    assert len(answers) == 4
    for answer in answers:
        public = {name for name in dir(answer) if not name.startswith("_")}
        assert set(named) <= public


def test_every_kind_of_answer_is_on_the_page_with_where_the_rest_is():
    rows = table("What the kinds show, and where the rest of it is:")

    assert [AnswerKind(row[0].strip("`")) for row in rows] == list(AnswerKind)
    for row in rows:
        answer = getattr(retrieval, row[1].strip("`"))
        own = {one.name for one in fields(answer)}
        held = [name.partition(".")[0] for name in _CODE.findall(row[3]) if "." in name]
        assert set(held) <= own


def test_importing_and_opening_load_nothing_that_takes_long(tmp_path: Path):
    code = (
        "import sys\n"
        "from corpus import Archive\n"
        "from retrieval import Searcher\n"
        "Searcher(Archive.open('news'))\n"
        f"print([name for name in {_HEAVY!r} if name in sys.modules])"
    )

    assert stranger("-c", code, home=tmp_path, folder=tmp_path) == "[]\n"


def test_importing_a_package_imports_none_of_its_modules(tmp_path: Path):
    code = (
        "import sys, corpus, retrieval\n"
        "print([n for n in sys.modules if n.startswith(('corpus.', 'retrieval.', 'numpy'))])"
    )

    assert stranger("-c", code, home=tmp_path, folder=tmp_path) == "[]\n"


def test_links_on_the_page_lead_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", PAGE)

    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
