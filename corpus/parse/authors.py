"""Who wrote an article, as records and feeds tell it: one line, a list, or a list in a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from corpus.nlp.given_names import is_given
from corpus.parse import byline
from corpus.parse.layouts import parse_list
from corpus.parse.wordlists import load_words
from corpus.text import squeeze

_LISTS = "bylines.json"
_NAMES = ("name", "full_name", "fullName", "display_name", "title")
_MOST = 100
"""Authors that are read."""
_DEEPEST = 4
"""Lists within lists that are read."""
_FULL = 2
"""Words of a full name."""
_MAX_LINE = 1000


def read_authors(printed: Iterable[object], *, publisher: str = "") -> tuple[str, ...]:
    """Read the names of people out of whatever stands where authors do.

    Args:
        printed: Lines, lists, and objects with a name.
        publisher: Whose article it is, and so no author beside people.

    Returns:
        Names as printed, none twice, without addresses, degrees, roles, and words for nobody
        ("None", "Unknown"). Papers and agencies stay only where nobody else is named, and the
        publisher not even then.

    Example:
        >>> read_authors(["['Dr Ada Quill, PhD', 'The Ostrel Courier']"])
        ('Dr Ada Quill',)
        >>> read_authors([{"name": "Hale, Peter"}, "Lind, Nora"])
        ('Peter Hale', 'Nora Lind')
    """
    lines = list(islice(_lines(printed), _MOST))
    found = byline.keep_distinct(
        name
        for line in lines
        for name in byline.read_names(line)
        if name.casefold().strip(".") not in load_words(_LISTS, "nobody")
    )
    others = [name for name in found if _key(name) != _key(publisher)]
    people = [name for name in others if not _is_body(name)]
    return tuple(people or others)


def _lines(printed: Iterable[object], depth: int = _DEEPEST) -> Iterator[str]:
    for value in printed:
        if isinstance(value, Mapping):
            value = next((value[key] for key in _NAMES if value.get(key)), "")
        if isinstance(value, list | tuple):
            yield from _lines(value, depth - 1) if depth else ()
        elif isinstance(value, str) and (listed := _read_listed(value[:_MAX_LINE].strip())):
            yield from _lines(listed, depth - 1) if depth else ()
        elif isinstance(value, str):
            yield from (_turn(one) for line in _split(value[:_MAX_LINE]) for one in _part(line))


def _read_listed(text: str) -> list[object] | None:
    """Read a list, tuple or set that a program printed."""
    brackets, quoted = text[:1] + text[-1:], text[1:2] in ("'", '"')
    other = quoted and brackets in ("()", "{}")
    return parse_list(f"[{text[1:-1]}]") if other or brackets == "[]" else None


def _split(text: str) -> list[str]:
    """Split lines, and elements that stand side by side, where each holds a full name."""
    lines = [squeeze(line) for line in text.replace("><", ">\n<").splitlines() if line.strip()]
    whole = all(len(line.split()) >= _FULL for line in lines)
    return lines if whole else [" ".join(lines)]


def _part(line: str) -> list[str]:
    """Part "Quill, Ada; Hale, Peter", where a comma stands within each name."""
    parts = [part.strip() for part in line.split(";") if part.strip()]
    return parts if all(part.count(",") == 1 for part in parts) else [line]


def _turn(line: str) -> str:
    """Put "Quill, Ada" in order."""
    last, comma, first = line.partition(",")
    inverted = comma and len(last.split()) == 1 and len(first.split()) in (1, _FULL)
    given = first.split()[:1]
    if not inverted or not is_given(given[0]) or is_given(last.strip()):
        return line
    return f"{first.strip()} {last.strip()}"


def _is_body(name: str) -> bool:
    """Whether a name is a paper's or an agency's, and no person's such as "Emily Post"."""
    return byline.is_outlet(name) and not is_given(name.split()[0])


def _key(name: str) -> str:
    return name.casefold().removeprefix("the ")
