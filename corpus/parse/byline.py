"""Names as bylines print them: "By Jane Doe, Political Editor, and John Roe in Geneva"."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from corpus.address import find_host
from corpus.parse.wordlists import load_words
from corpus.text import squeeze

_LISTS = "bylines.json"
_BY = re.compile(
    r"(?:(?:story|written|words|reported|reporting|report|text|posted|published|authored) )?by\b"
    r"[\s:]*|author:\s*",
    re.IGNORECASE,
)
_NOT_NAME = re.compile(r"https?://\S+|www\.\S+|\S{1,64}@\S+|(?<!\w)@\w+|\([^()]*\)|<[^<>]*>")
_BETWEEN = re.compile(
    r"(?:(?<!\s)\s++)?[,;|•·、，]\s*(?:and\s+|&\s+)?|(?<!\s)\s++(?:and|&|with|[-–—/])\s+",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV", re.IGNORECASE)
_PLACE = re.compile(r"(?<=\w),?\s+(?:in|at)\s+[A-Z][\w .'’-]*$")
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_LISTED = re.compile(r"'([^'\"]{2,80})'|\"([^\"]{2,80})\"")
_AFTER_MAIL = re.compile(r"@[^\s@()]{1,80} ?\(([^()@]{2,80})\)")
_GLUED_TIME = re.compile(
    r"(?<=[^\W\d_A-Z])(?:(?=\d)|(?=(?:Hace|Vor|Há|Il y a|Updated|Published|Posted|Actualizad"
    r"|Aktualis|Veröffentlich|Publicad|Publié|Pubblicat|Stand:))(?!\w{0,4}$))"
)
_SEAM = re.compile(r"(?<=[^\W\d_A-Z]{2})(?=[A-Z][^\W\d_A-Z])")
_HOUSE = re.compile(r"(?<=[^\W\d_A-Z]{3})[A-Z]{2,6}$")
_LETTERS = re.compile(r"[^\W\d_]+")
_BEFORE_NAMES = re.compile(r"[^\w\s(\[\"'“«<@]+\s?")
_SENTENCE_END = re.compile(r"[。！？]")
_AROUND = " -–—:/*_→»›>←«‹…[]'\""
_LABEL_WORDS = 6
_MAX_CHARS, _MOST_WORDS = 80, 9
_MAX_LINE = 1000


def read_names(text: str) -> tuple[str, ...]:
    """Split a byline into names as printed, without "By", roles, addresses and places.

    Example:
        >>> read_names("By Jane Doe, Political Editor, and John Roe in Geneva")
        ('Jane Doe', 'John Roe')
    """
    listed = _LISTED.findall(text[:_MAX_LINE]) if text.lstrip().startswith("[") else []
    if listed:  # a list that some program wrote as text
        return keep_distinct(name for pair in listed for name in read_names(pair[0] or pair[1]))
    whole = squeeze(html.unescape(text[:_MAX_LINE]))
    named = _AFTER_MAIL.search(whole)  # "jane@news.example (Jane Doe)"
    line = _cut_time(squeeze(_NOT_NAME.sub(" ", named[1] if named else whole)))
    parts: list[str] = []
    if sign := _BEFORE_NAMES.match(line):
        line = line[sign.end() :]
    for part in _split(drop_by(line)):
        if parts and _SUFFIX.fullmatch(part):
            parts[-1] += f", {part}"
        elif any(map(str.isalpha, name := squeeze(_bare(part)))):
            parts.append(name)
    return keep_distinct(parts)


def drop_by(line: str) -> str:
    """Drop "By", "Story by", "View all posts by" and the like from the start."""
    start = 0
    while label := _BY.match(line, start):
        start = label.end()
    rest = line[start:]
    while (cut := _drop_label(rest, "labels", "links")) != rest:
        rest = cut
    return rest


def starts_with_by(line: str) -> bool:
    """Tell whether a line begins with "By", "Von", "Written by" and the like and goes on."""
    return bool(_BY.match(line)) or _drop_label(line, "labels") != line


def ends_with_by(text: str) -> bool:
    """Tell whether what a name follows ends with "by", "Von", "Written by" and the like."""
    words = text.casefold().rstrip(" :").split()
    labels = load_words(_LISTS, "labels")
    return any(" ".join(words[-count:]) in labels for count in range(1, 4) if count <= len(words))


def cut_before_by(line: str) -> str:
    """Drop a date, and what else stands before "by", of a line that ends with names.

    Example:
        >>> cut_before_by("Wednesday 18 January 2017 11:44 am by Jane Doe")
        'Jane Doe'
    """
    start = re.search(r"\d.{0,60}?[ ,|]by:? (?=[^\W\d_])", line, re.IGNORECASE)
    return line[start.end() :] if start else line


def _drop_label(line: str, *kinds: str) -> str:
    """Drop the longest of some labels that a name of several words follows."""
    words = line.split()
    for count in range(min(_LABEL_WORDS, len(words) - 1), 0, -1):
        label = " ".join(words[:count])
        rest = words[count:]
        known = any(label.casefold().strip(": ") in load_words(_LISTS, kind) for kind in kinds)
        sure = label.endswith(":") or count > 1 or len(rest) > 1
        if known and sure and not rest[0][0].islower():
            return " ".join(rest)
    return line


def _cut_time(line: str) -> str:
    """Cut a line of names where a time begins: "Jane Doe 5 March", "Jane DoeUpdated 5 March"."""
    if glued := _GLUED_TIME.search(line):
        line = line[: glued.start()]
    line = _SEAM.sub(_part_month, line)
    words, times = line.split(), load_words(_LISTS, "times")
    if (day := _find_day(words)) is not None:
        return " ".join(words[:day])
    for number, word in enumerate(words):
        ends = number + 1 == len(words)
        told = word.casefold().strip(":") in times and (ends or words[number + 1][0].isdigit())
        if number > 1 and (word[0].isdigit() or (told and not ends)):
            return " ".join(words[:number])
    return line


def _part_month(seam: re.Match[str]) -> str:
    """A blank where a month is glued to a name: "Jane DoeDecember 21"."""
    word = _LETTERS.match(seam.string, seam.end())
    return " " if word and word[0].casefold() in load_words(_LISTS, "months") else ""


def _find_day(words: list[str]) -> int | None:
    """Where a day begins after names: "Jane Doe December 21", "Jane Doe - Mon, 21 Dec"."""
    months = load_words(_LISTS, "months")
    for number in range(1, len(words) - 1):
        after = words[number + 1]
        named = words[number].casefold().strip(".,-|")
        if named in months and (after[0].isdigit() or after.casefold().strip(".,") in months):
            while number > 1 and _leads_in_day(words[number - 1]):
                number -= 1
            return number
    return None


def _leads_in_day(word: str) -> bool:
    plain = word.casefold().strip(".,:|-")
    return not plain or plain.isdigit() or plain in load_words(_LISTS, "times")


def _split(line: str) -> list[str]:
    """Split a line between names; what joins names elsewhere may stand in a name here."""
    return [
        name
        for part in _BETWEEN.split(line)
        for both in _part(part.split())
        for name in _unglue(both)
    ]


def _part(words: list[str]) -> list[str]:
    joiners = load_words(_LISTS, "joiners")
    for number in range(2, len(words) - 2):
        if words[number] in joiners:
            return [" ".join(words[:number]), *_part(words[number + 1 :])]
    return [" ".join(words)]


def _unglue(name: str) -> list[str]:
    """Split "Jane DoeJohn Roe", and leave "Ian MacLeod" alone."""
    words = _HOUSE.sub("", name).split()  # "Jane DoeCNN"
    for number in range(1, len(words) - 1):
        seam = _SEAM.search(words[number])
        if seam and not words[number].startswith(("Mac", "Fitz", "De", "Van", "Le", "La")):
            first, second = words[number][: seam.start()], words[number][seam.start() :]
            return [
                " ".join([*words[:number], first]),
                *_unglue(" ".join([second, *words[number + 1 :]])),
            ]
    return [" ".join(words)]


def keep_distinct(found: Iterable[str]) -> tuple[str, ...]:
    """Drop repeated names, whatever their case; the first spelling stays."""
    spelled: dict[str, str] = {}
    for name in found:
        spelled.setdefault(name.casefold(), name)
    return tuple(spelled.values())


def is_byline(line: str) -> bool:
    """Tell "By Jane Doe and John Roe" from "By Tuesday the fire was out."."""
    if label := _BY.match(line):
        return is_names(line[label.end() :])
    rest = _drop_label(line, "labels")
    return rest != line and len(rest.split()) > 1 and all(map(is_names, _split(rest)))


def is_names(line: str) -> bool:
    """Tell whether a line holds nothing but names of people, and what goes with names."""
    rest = squeeze(_NOT_NAME.sub(" ", line))
    found = [part for part in _BETWEEN.split(_PLACE.sub("", rest)) if part]
    return 0 < len(found) <= 12 and all(_looks_named(part) for part in found)


def is_outlet(name: str) -> bool:
    """Tell "Example News" and "example.org" from a person's name."""
    last = name.casefold().rstrip(".").split()[-1:]
    return is_host(name) or (bool(last) and last[0] in load_words(_LISTS, "outlet_words"))


def is_host(text: str) -> bool:
    """Tell a bare host name ("news.example.org") from other text."""
    return bool(_HOST.fullmatch(text))


def is_section(line: str) -> bool:
    """Tell a section line ("World / Asia-Pacific", "Opinion") from a headline."""
    parts = [part.strip() for part in re.split(r"(?:(?<!\s)\s++)?[/>»›|]\s*", line) if part.strip()]
    known = [part.casefold() in load_words(_LISTS, "sections") for part in parts]
    short = all(len(part.split()) <= 3 for part in parts)
    return bool(parts) and (all(known) or (len(parts) > 1 and short and any(known)))


def read_host(url: str | None) -> str | None:
    """Name the host of an address without "www.", or None."""
    try:
        return find_host(url) if url else None
    except ValueError:
        return None


def drop_place(line: str) -> str:
    """Drop where somebody reported from: "Jane Doe in Geneva"."""
    return _PLACE.sub("", line)


def _bare(part: str) -> str:
    """Reduce one part of a byline to a name, or to nothing where it is a role."""
    name = squeeze(_PLACE.sub("", part)).strip(_AROUND)
    while (label := _BY.match(name)) or not name:
        if not name or not label:
            return ""
        name = name[label.end() :]
    if any(name.casefold().startswith(other) for other in load_words(_LISTS, "others")):
        return ""
    name = _without_link(_without_navigation(_drop_label(name, "labels")))
    name = _without_outlet(_without_degree(name))
    told = _SENTENCE_END.search(name) or len(name.split()) > _MOST_WORDS
    return _without_role(name) if name and len(name) <= _MAX_CHARS and not told else ""


def _without_degree(name: str) -> str:
    """Drop "PhD" and the like from the end of a name; nothing is left of what is only that."""
    words = name.split()
    while words and _is_degree(words[-1]) and (len(words) > 2 or len(words) == 1):
        words.pop()
    return " ".join(words)


def _is_degree(word: str) -> bool:
    letters = re.sub(r"\W", "", word)
    # "MA" is a degree and "Ma" a name; "Esq" and "PhD" are no names.
    sure = letters.isupper() or len(letters) > 2
    return sure and letters[:1].isupper() and letters.casefold() in load_words(_LISTS, "degrees")


def _without_navigation(name: str) -> str:
    """Drop what a link says behind a name: "Jane Doe View All Posts"; a word alone is a surname."""
    words = name.split()
    kept = len(words)
    while kept and words[kept - 1].casefold() in load_words(_LISTS, "navigation"):
        kept -= 1
    sure = kept + 1 < len(words) and kept != 1
    return " ".join(words[:kept]) if sure else name


def _without_link(name: str) -> str:
    """Drop what a link to somebody's page says behind the name: "Jane Doe's articles"."""
    bare, owned, what = name.replace("’", "'").partition("'s ")
    if owned and what.casefold() in load_words(_LISTS, "works"):
        return bare
    before, on, where = name.partition(" on ")
    return before if on and where.casefold() in load_words(_LISTS, "networks") else name


def _without_outlet(name: str) -> str:
    """Drop for whom somebody wrote: "Jane Doe For The Courier"."""
    words = name.split()
    folded = [word.casefold() for word in words]
    cut = folded.index("for") if "for" in folded[2:] else len(words)
    return " ".join(words[:cut])


def _without_role(name: str) -> str:
    tokens = name.split()
    roles, adjectives = load_words(_LISTS, "roles"), load_words(_LISTS, "role_adjectives")
    folded = [token.casefold() for token in tokens]
    linked = next((n for n, word in enumerate(folded) if word in ("at", "of", "for")), 0)
    office = " ".join(folded[:linked])
    if name.casefold() in roles or office in roles:
        return ""
    if linked and set(folded[:linked]) <= roles | adjectives:
        return ""
    lead = next((n for n, word in enumerate(folded) if word not in roles | adjectives), 0)
    if lead and folded[lead - 1] in roles and len(tokens) - lead > 1:
        tokens = tokens[lead:]
        name = " ".join(tokens)
    last = tokens[-1].casefold().strip(".")
    if last not in roles or (len(tokens) > 1 and _is_collective(tokens)):
        return name
    tokens.pop()
    while tokens and tokens[-1].casefold().strip(".") in adjectives | roles:
        tokens.pop()
    return " ".join(tokens) if len(tokens) > 1 else ""


def _is_collective(tokens: list[str]) -> bool:
    """Tell "AOL Staff" and "Smart Shopping Team", who sign together, from "Jane Doe, Staff"."""
    if tokens[-1].casefold() not in load_words(_LISTS, "collectives"):
        return False
    outlets = load_words(_LISTS, "outlet_words")
    house = any(word.isupper() or word.casefold() in outlets for word in tokens[:-1])
    return house or tokens[-1].casefold() == "team"


def _looks_named(part: str) -> bool:
    tokens = part.split()
    if not 1 <= len(tokens) <= 6 or (part.endswith((".", "!", "?")) and len(tokens[-1]) > 4):
        return False
    if not any(token[0].isupper() for token in tokens):
        return is_host(part) or part.casefold() in load_words(_LISTS, "roles")
    particles = load_words(_LISTS, "particles")
    return not any(
        token[0].isdigit() or (token[0].islower() and token.casefold() not in particles)
        for token in tokens
    )
