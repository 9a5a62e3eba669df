"""Every regular expression of some modules, and text that makes a careless one take for ever.

A pattern counts by how its module uses it: what is only matched from the start need not be linear
when it is sought everywhere.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
KNOWN = {
    "corpus.readers.fetch._READABLE": {"match"},
    "bot.logs._TOKEN": {"sub"},
    "bot.intents.small_talk._SMALL_TALK": {"fullmatch"},
    "bot.intents.intent._SUMMARY": {"match"},
    "bot.intents.intent._STORY": {"match"},
    "bot.intents.intent._HAPPENED": {"match"},
}
"""How patterns are used that their modules hand on."""

_SCANS = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
_STARTS = frozenset({"match", "fullmatch"})
_ATOMS = (
    *(" ", "\n", "\t", "\u00a0", "a", "A", "é", "你", "😀", "\u200d", "1", "-", ".", ",", ":", ";"),
    *('"', "'", "’", "“", '"a" ', "a' ", "<", ">", "<!--", "-->", "<a ", "<p>", "</", "<?", "&"),
    *("/*", "//", "<![CDATA[", "]]>", "(", ")", "[", "]", "![", "](", "*", "**", "_", "#", "%"),
    *("@", "/", "|", "?", "!", "=", "a=", "http://", "www.", "by ", "aA", "1a", "a.", "a-", "1 "),
    *("A ", "a a", ", "),
)
_ENDS = ("", "\x01", " a")
_FEW, _MANY = 8, 24
_LENGTH = 1000
_SUSPECT_S, _LINEAR = 0.0007, 2.9
"""A thousand characters take a linear pattern 0.1 ms. One that is quadratic takes four times as
long for twice as many."""
_LONGEST_S = 60
_SURE_S, _MOST = 0.005, 128
"""What takes less is measured on more text, up to this many thousand characters."""


@dataclass(frozen=True)
class Used:
    """A pattern, and how its module uses it.

    Attributes:
        name: Module and name, or module and line.
        methods: Of `re.Pattern`.
    """

    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]

    def run(self, text: Any) -> None:
        """Use it in all of these ways; a substitution takes as long as finding its places."""
        if self.methods & _SCANS:
            for _ in self.pattern.finditer(text):
                pass
        if self.methods & _STARTS:
            self.pattern.match(text)
            self.pattern.fullmatch(text)


def patterns(file: Path, known: Mapping[str, set[str]]) -> Iterator[Used]:
    """Find the patterns of a module, named or written where they are used.

    Args:
        file: The module.
        known: By name, the methods used where the module does not tell.
    """
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    module, tree = importlib.import_module(name), ast.parse(file.read_text())
    calls: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("re"), method), [first, *_]):
                if method in _SCANS | _STARTS:
                    found = re.compile(*_evaluated(module, first, node))
                    yield Used(f"{name}:{node.lineno}", found, frozenset({method}))
            case ast.Attribute(ast.Name(owner), method):
                calls.setdefault(owner, set()).add(method)
    for key in _assigned(tree):
        for pattern in _within(vars(module).get(key)):
            methods = known.get(f"{name}.{key}") or calls.get(key, set()) & (_SCANS | _STARTS)
            yield Used(f"{name}.{key}", pattern, frozenset(methods))


def slowest(used: Used) -> str:
    """Text for which a pattern takes more than twice as long where it is twice as long.

    Returns:
        How it begins, goes on and ends; empty where there is none.

    Raises:
        TimeoutError: It takes a minute for a thousand characters.
    """
    with _at_most(_LONGEST_S, used.name):
        for start, atom, end in _hostile(used.pattern):
            if _time_s(used, start, atom, end, 1) > _SUSPECT_S and _grows(used, start, atom, end):
                return f"{start!r}, many times {atom!r}, {end!r}"
    return ""


@dataclass(frozen=True)
class Measured:
    """How long a pattern takes for the text that is worst for it.

    Attributes:
        name: Of the pattern.
        text: How that begins, goes on and ends.
        characters: How many of them were tried.
        seconds: On the processor.
        times: As long for twice as many.
    """

    name: str
    text: str
    characters: int
    seconds: float
    times: float


def measure(used: Used) -> Measured:
    """Find the hostile text that takes a pattern longest, and time it and twice as much of it."""
    start, atom, end = max(
        _hostile(used.pattern), key=lambda text: _time_s(used, *text, size=1), default=("", "x", "")
    )
    size = 1
    while (once := _time_s(used, start, atom, end, size, tries=3)) < _SURE_S and size < _MOST:
        size *= 2
    twice = _time_s(used, start, atom, end, 2 * size, tries=3)
    text = f"{start!r}, {atom!r} ..., {end!r}"
    return Measured(used.name, text, size * _LENGTH, once, twice / once)


def growth(work: Callable[[Any], object], make: Callable[[int], Any]) -> float:
    """How many times longer something takes, on the processor, where its input is twice as long.

    Args:
        work: Takes what is made.
        make: Takes 1, then 2, and makes input as many times as long.
    """
    spans = []
    for given in (make(1), make(2)):
        tries = []
        for _ in range(3):
            begun = time.thread_time()
            work(given)
            tries.append(time.thread_time() - begun)
        spans.append(min(tries))
    return spans[1] / spans[0]


def _grows(used: Used, start: str, atom: str, end: str) -> bool:
    once, twice = (_time_s(used, start, atom, end, size, tries=3) for size in (2, 4))
    return twice > max(_LINEAR * once, 8 * _SUSPECT_S)


def _time_s(used: Used, start: str, atom: str, end: str, size: int, *, tries: int = 1) -> float:
    """Time on the processor, so that others who use it count for nothing; the least of a few."""
    text: str | bytes = start + atom * (size * _LENGTH // len(atom)) + end
    if isinstance(used.pattern.pattern, bytes):
        text = str(text).encode()
    spans = []
    for _ in range(tries):
        begun = time.thread_time()
        used.run(text)
        spans.append(time.thread_time() - begun)
    return min(spans)


def _hostile(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Begin as the pattern does, go on with the same without end, and end otherwise."""
    words = sorted(set(_literals(_parser.parse(pattern.pattern, pattern.flags))))
    starts = ["", "a", *words[:: max(1, len(words) // _FEW)]]
    starts += [f"{word} " for word in starts[2:]]
    several = words[:: max(1, len(words) // _MANY)]
    atoms = dict.fromkeys([*_ATOMS, *several, *(f"{word} " for word in several)])
    return product(starts, atoms, _ENDS)


def _literals(parsed: Any) -> Iterator[str]:
    """Yield what a pattern spells out, at any depth."""
    run = ""
    for kind, held in parsed:
        if str(kind) == "LITERAL":
            run += chr(held)
            continue
        if run:
            yield run
        run = ""
        for part in _parts(str(kind), held):
            yield from _literals(part)
    if run:
        yield run


def _parts(kind: str, held: Any) -> list[Any]:
    match kind:
        case "IN":
            return [[one] for one in held if str(one[0]) == "LITERAL"]
        case "BRANCH":
            return list(held[1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return [held[2]]
        case "SUBPATTERN":
            return [held[3]]
        case "ASSERT" | "ASSERT_NOT":
            return [held[1]]
        case "ATOMIC_GROUP":
            return [held]
    return []


def _evaluated(module: ModuleType, first: ast.expr, call: ast.Call) -> tuple[Any, int]:
    """The pattern and the flags of a call; what only a function knows is a word."""

    def value(node: ast.expr) -> Any:
        if isinstance(node, ast.JoinedStr):
            parts = (
                part.value if isinstance(part, ast.Constant) else "word" for part in node.values
            )
            return "".join(map(str, parts))
        return eval(compile(ast.Expression(node), module.__name__, "eval"), vars(module))  # noqa: S307 - our own code

    flags = 0
    for node in [*call.args[1:], *(word.value for word in call.keywords)]:
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("re."):
            flags |= value(node)
    return value(first), flags


def _assigned(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def _within(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one)
    elif isinstance(value, Mapping):
        yield from _within(list(value.values()))


@contextmanager
def _at_most(seconds: float, name: str) -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(name)

    before: Callable[..., Any] | int | None = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
