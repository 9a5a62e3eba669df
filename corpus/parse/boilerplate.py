"""Lines around an article that are not the article: menus, lists of other stories, credits.

Everything here takes one squeezed paragraph at a time and would rather keep furniture than drop a
sentence: only short lines count, and none that ends like a sentence unless it is a stock phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.dates import parse_time
from corpus.parse.wordlists import load_words

_LISTS = "furniture.json"
_MAX_WORDS = 30
_CREDIT_PARAGRAPHS = 3
_CREDIT_WORDS, _NAME_WORDS = 20, 6
_DATE_WORDS, _DATED_LINES = 9, 2
_QUOTE_MARKS = re.compile('["“”„«»]')
_RIGHTS = re.compile(
    r"(?:copyright\s*)?(?:©|\(c\)(?=\s*\d{4}))|copyright (?:\d{4}|by )|.*\ball rights reserved\.?$",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?i:.*\bcontributed (?:reporting|to (?:this|the) (?:report|story|article|reporting))\b)"
    r"|\W*(?i:additional |extra |further )(?i:reporting|writing|research|material)\b"
    r"|\W*(?i:with (?:additional |further )?(?:(?:\w+ )?inputs?|material|files|agencies|reporting))"
    r" (?i:from|by)\b"
    r"|\W*(?i:reporting|writing|editing) by (?=[A-Z])"
)
_PLUG = re.compile(r"(?=.*\bnewsletters?\b).*\b(?:sign|signing|subscrib\w+)\b", re.IGNORECASE)
_AGENCY = (
    r"getty(?:\ images)?|shutterstock|alamy|istock(?:photo)?|wireimage|anadolu|imago|afp|reuters"
    r"|epa(?:-efe)?|associated\ press|ap|pa(?:\ images|\ wire|\ media)?|rex(?:\ features)?"
    r"|zuma|bloomberg|usa\ today(?:\ sports)?|action\ images|nurphoto|sipa"
)
_PICTURE = re.compile(
    rf"""(?P<by>\b(?:Photo(?:graph)?s?|Picture|Images?|Illustrations?|Screenshots?|Credits?)
          (?:\ (?:credit|source|courtesy(?:\ of)?|by|via))?:\s?[\w(©])
      | (?i:\b(?:photo(?:graph)?|picture|image)s?\ (?:credit|source|courtesy|caption)s?\s?[:,])
      | \b(?:Photo(?:graph)?|Picture|Image|Illustration)s?\ (?:by|courtesy\ of|via)\s
          (?:\S+(?:\s+|$)){{1,8}}(?<![.!?])$
      | (?i:(?:[/|©]\s?|\bvia\ )(?:{_AGENCY})(?:\s-\sgetty)?[)\]]*\.?$)
      | (?i:\bap\ photo/) | (?i:[(\[](?:getty|shutterstock|alamy|istock)[^()]{{0,30}}[)\]]\W*$)
      | ^\W*(?i:scroll\ down|media\ playback|(?:watch|video|photo|listen):|file\ photo\b)""",
    re.VERBOSE,
)
"""A picture's credit, or the words beside a player. Most agencies count only where a line ends."""
_POINTED = re.compile(
    r"\bpictured\b|\((?:left|right|centre|center|above|below|top|bottom)\)", re.IGNORECASE
)
_ADDRESSED = re.compile(
    r"""\W*(?:(?:click|tap)\ here|subscribe|sign\ up|skip\ (?:past|to)|please\ enter\ (?:a|your))\b
      | \W*privacy\ notice:
      | \W*(?:to|follow|join|download|get|stay|receive|register|want)\b(?!-)
        (?=.*\b(?:newsletters?|inbox|e-?mails?|alerts|podcasts?|whatsapp|telegram|facebook|twitter
          |instagram|youtube)\b)(?=.*\b(?:us|our|your|sign|subscribe|click)\b)
      | \W*(?:like|follow)\ us\ on\b | \W*(?:download|get)\ (?:the|our)\ (?:\w+\ ){0,3}app\b
      | \W*(?:also\ )?(?:read|see|watch|listen\ to|find\ out|learn|discover)\ (?:more|also|our)\b
      | \W*(?:also\ )?(?:read|see|watch|listen\ to)\ the\ full\b
      | (?=.*\barticle\ continues\ below\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE = re.compile(
    r"[^\w$]*(?:(?:var|let|const|return) |function\b|window\.|document\.|googletag|jQuery|if ?\()"
)
_FIRST_SHOWN = re.compile(
    r"(?:the post|der beitrag|l'article|la entrada|l'articolo|o post|het bericht|запись)\b"
    r".*\b(?:appeared first on|first appeared on|erschien zuerst|est apparu en premier"
    r"|se publicó primero|proviene da|apareceu primeiro|verscheen eerst|впервые появилась)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…。！？।]['\"”’»)\]]*$")


def is_furniture(line: str) -> bool:
    """Tell whether a whole line is page furniture: a stock phrase, a pointer, a rights notice."""
    if len(line.split()) > _MAX_WORDS or _QUOTE_MARKS.match(line):
        return False
    phrase = _phrase(line)
    if phrase in load_words(_LISTS, "alone") or phrase in load_words(_LISTS, "opens_tail"):
        return True
    if not re.search(r"[^\W_]", line) or _RIGHTS.match(line) or _points(line):
        return True
    code = line.endswith((";", "{", "}")) and _CODE.match(line)
    return bool(code or _FIRST_SHOWN.match(line)) or _is_agency_line(line)


def _is_agency_line(line: str) -> bool:
    """Tell "(Reuters)" or "dpa:260305-99-123" from a sentence that names an agency."""
    words = re.sub(r"[\W\d_]+", " ", line).casefold().split()
    return 0 < len(words) <= _NAME_WORDS and load_words(_LISTS, "agencies").issuperset(words)


def drop_date_lines(paragraphs: Sequence[str]) -> list[str]:
    """Drop lines that only say when something was published from both ends of a text."""
    last = len(paragraphs) - _DATED_LINES
    inside = range(_DATED_LINES, last)
    return [line for at, line in enumerate(paragraphs) if at in inside or not _is_date_line(line)]


def _is_date_line(line: str) -> bool:
    """Tell "Last updated: 5 March 2026, 09:30" from a sentence."""
    few = len(line.split()) <= _DATE_WORDS and not line.endswith((".", "!", "?"))
    return few and re.search(r"\d", line) is not None and parse_time(line) is not None


def is_credit(line: str) -> bool:
    """Tell whether a line says who else reported ("Xinhua contributed to this story.")."""
    return len(line.split()) <= 2 * _MAX_WORDS and bool(_CREDIT.match(line))


def is_sentence(line: str) -> bool:
    """Tell a line that ends like a sentence from a title or a label."""
    return bool(_ENDS.search(line))


def is_picture_line(line: str) -> bool:
    """Tell whether a sentence credits a picture, or belongs to a player.

    Example:
        >>> is_picture_line("The pier in May. Photograph: Ida Moe/Moe Pictures")
        True
        >>> is_picture_line("Photographs of the pier were sold to Getty Images.")
        False
    """
    found = _PICTURE.search(line)
    if not found or not found["by"]:
        return found is not None
    most = _NAME_WORDS if is_sentence(line) else _CREDIT_WORDS  # a sentence may follow on the line
    return len(line[found.start() :].split()) <= most


def points_at_picture(line: str) -> bool:
    """Tell whether a sentence says where in a picture somebody is, as captions do."""
    return _POINTED.search(line) is not None


def is_aside(line: str) -> bool:
    """Tell whether a sentence is for a page's visitor: furniture, a sign-up, a pointer elsewhere.

    Nothing is dropped for it, so it is less careful than `is_furniture`.

    Example:
        >>> is_aside("Sign up for our letter on trams."), is_aside("Read more: it pays.")
        (True, True)
        >>> is_aside("Nine thousand readers signed up for the newsletter.")
        False
    """
    lead, colon, _ = line.partition(":")
    points = bool(colon) and _phrase(lead) in load_words(_LISTS, "lead_in")
    return points or bool(_ADDRESSED.match(line)) or is_furniture(line)


def needs_script(paragraphs: Sequence[str]) -> bool:
    """Tell a page that only says it needs JavaScript."""
    text = " ".join(paragraphs).casefold()
    asks = any(phrase in text for phrase in load_words(_LISTS, "needs_script"))
    return asks and len(text.split()) < 2 * _MAX_WORDS


def split_tail(paragraphs: Sequence[str]) -> tuple[list[str], str | None]:
    """Drop furniture, and take the agency credit out of the last paragraphs.

    Returns:
        The paragraphs that belong to the article, and the credit as printed, or None.
    """
    kept = [line for line in _before_lists(paragraphs) if not is_furniture(line)]
    # A plug for the newsletter often follows the credit.
    late = kept[max(1, len(kept) - _CREDIT_PARAGRAPHS) :]
    credits = [line for line in late if is_credit(line)]
    text = kept[: len(kept) - len(late)] + [line for line in late if not is_credit(line)]
    return text, " ".join(credits) or None


def _before_lists(paragraphs: Sequence[str]) -> Sequence[str]:
    """Cut from the first heading such as "Most popular" that only titles follow."""
    tails = load_words(_LISTS, "opens_tail")
    for start in range(len(paragraphs) - 1, 0, -1):
        if not _is_title(paragraphs[start]):
            return _cut(paragraphs, start + 1, tails)
    return _cut(paragraphs, 1, tails)


def _cut(paragraphs: Sequence[str], since: int, tails: frozenset[str]) -> Sequence[str]:
    for number in range(since, len(paragraphs)):
        if _phrase(paragraphs[number]) in tails:
            return paragraphs[:number]
    return paragraphs


def _is_title(line: str) -> bool:
    asks = line.endswith("?") and len(line.split()) <= _MAX_WORDS // 2
    return asks or not is_sentence(line) or is_furniture(line)


def _points(line: str) -> bool:
    """Match "Read more: Bridge closed for a week", not "Read more: it pays."."""
    if _PLUG.match(line) and not is_sentence(line):
        return True
    lead, colon, rest = line.partition(":")
    if not colon or lead.casefold().strip() not in load_words(_LISTS, "lead_in"):
        return False
    return not is_sentence(rest) or rest.endswith("?")


def _phrase(line: str) -> str:
    """Reduce a line to its words: "  Comments (23)" and "COMMENTS:" are one phrase."""
    return re.sub(r"[\W\d_]+", " ", line).strip().casefold()
