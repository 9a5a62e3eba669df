"""Every sentence a reader may see that is not news, in the reader's language.

The sentences stand in ``bot/locales``, a catalogue a language, written in Fluent. To add one,
write it into ``en.ftl`` and the other catalogues, and call ``say("its-key", count=3)`` where it is
to be said; a test compares keys and variables, so write the key out in the call, or hand it on
under the name ``key``. Keys that begin with ``admin-`` may stand in English only.

The language is that of the innermost `speak`, English outside of any.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

    from retrieval.citation import Citation
    from retrieval.period import Period

LANGUAGES = {"en": "English", "de": "Deutsch", "ru": "Русский", "zh": "中文", "es": "Español"}
"""Those that have a catalogue, each with its own name for itself."""
ENGLISH = "en"

BACK, ON = "‹", "›"
GOOD, BAD = "👍", "👎"
ARROW = "↗"

_WORD_JOINER = "\u2060"
"""Invisible, and no part of a name, a command or an address."""
# A number such as 3.14 stays, and so do "and/or" and "$5".
_LIVE = re.compile(
    r"[@#](?=[^\s\u2060])|\$(?=[A-Z]|1INCH)|(?<!\w)/(?=\w)|:(?=//)"
    r"|\.(?=[^\W\d][^\s.]|\w[^\W\d]|\d+\.|[^\x00-\x7f\w\s\u200e-\u206f])"
)

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def speak(language: str) -> Iterator[None]:
    """Speak a language, such as "de" or "zh-hans"; English for one that has no catalogue."""
    before = _spoken.set(known(language))
    try:
        yield
    finally:
        _spoken.reset(before)


def get_language() -> str:
    """The language that is spoken now, one of `LANGUAGES`."""
    return _spoken.get()


def known(language: str) -> str:
    """The catalogue for a language: ``de`` for "de-AT"; English where there is none.

    Example:
        >>> known("zh-hans"), known("DE_at"), known("pt-br"), known("")
        ('zh', 'de', 'en', 'en')
    """
    primary = language.replace("_", "-").partition("-")[0].casefold()
    return primary if primary in LANGUAGES else ENGLISH


def say(key: str, /, **values: str | float) -> str:
    """Say a sentence in the language that is spoken.

    Args:
        key: Its key in the catalogues.
        values: Its variables. Text is inserted as it is, but for what `unlink` does to it; a
            number is written as the language writes it, and chooses the plural form.

    Raises:
        KeyError: If not even the English catalogue has it.
        ValueError: If a variable is missing.
    """
    bundle = _bundle(get_language())
    if not bundle.has_message(key):
        bundle = _bundle(ENGLISH)
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise KeyError(key)
    shown = {
        name: unlink(value) if isinstance(value, str) else value for name, value in values.items()
    }
    said, errors = bundle.format_pattern(pattern, shown)
    if errors:
        raise errors[0]
    return str(said)


def unlink(text: str) -> str:
    r"""Text of which no chat program makes a command, a mention, a tag or a link by itself.

    An author who signs as "/forget" or "@somebody", or a publisher called "news.example", comes
    out as just that: an invisible character stands where such a thing would begin. Applying it
    twice changes nothing.

    Example:
        >>> unlink("@ann"), unlink("and/or at 3.14")
        ('@\u2060ann', 'and/or at 3.14')
    """
    return _LIVE.sub(lambda found: found[0] + _WORD_JOINER, text)


def relink(text: str) -> str:
    r"""Text as it was before `unlink`, as somebody may have copied it out of a message.

    Example:
        >>> relink(unlink("https://news.example"))
        'https://news.example'
    """
    return text.replace(_WORD_JOINER, "")


def format_day(on: date | None) -> str:
    """Write a day as a citation does ("3 Aug 2026"); nothing for None."""
    return _dated("day-pattern", on) if on else ""


def format_weekday(number: int) -> str:
    """Name a day of the week, from Monday, 0."""
    from babel.dates import get_day_names

    return str(get_day_names("wide", "format", get_language())[number])


def tell_changes(citation: Citation) -> str:
    """Say what became of an article since it was published here; nothing where it stands as it was.

    Example:
        >>> from retrieval.citation import Citation
        >>> tell_changes(Citation("Rain", None, None, corrected=date(2026, 5, 3)))
        'corrected 3 May 2026'
    """
    corrected = (
        say("corrected-on", day=format_day(citation.corrected)) if citation.corrected else ""
    )
    gone = say("gone-from-page") if citation.gone else ""
    return " · ".join(filter(None, (corrected, gone)))


def format_period(days: Period) -> str:
    """Write a period: a day, a month, a year, or from a day to a day."""
    first, last = days.first, days.last
    if first == last:
        return _dated("long-day-pattern", first)
    if days.is_month:
        return _dated("month-pattern", first)
    if days.is_year:
        return _dated("year-pattern", first)
    return say("from-to", first=format_day(first), last=format_day(last))


def start(articles: int, publishers: Sequence[str]) -> str:
    """Say in one sentence what the bot is for."""
    return say("start", articles=articles, **_outlets(publishers))


def help_text(articles: int, publishers: Sequence[str]) -> str:
    """Say what the bot can do."""
    return say("help", articles=articles, **_outlets(publishers))


def what_i_know(articles: int, publishers: Sequence[str]) -> str:
    """Say what there is to ask about."""
    return say("what-i-know", articles=articles, **_outlets(publishers))


def english_only(language: str) -> str:
    """Say that the articles are in English, in any language that there is a sentence in."""
    if language in LANGUAGES:
        with speak(language):
            return say("english-only")
    return _english_only().get(language) or say("english-only")


def list_places(publishers: Sequence[str], periods: Sequence[Period]) -> str:
    """List what a question limits itself to, as the question asked."""
    return ", ".join([*publishers, *map(format_period, periods)])


def story(
    topic: str, articles: int, days: Sequence[date] = (), periods: Sequence[Period] = ()
) -> str:
    """Say what a story rests on: how many articles, and its limits, or else their days."""
    if periods:
        only = list_places((), periods)
        return say("story-only", topic=topic, articles=articles, periods=only)
    written = list(dict.fromkeys(map(format_day, days)))
    if not written:
        return say("story", topic=topic, articles=articles)
    first, last = written[0], written[-1]
    between = say("from-to", first=first, last=last) if first != last else first
    return say("story-between", topic=topic, articles=articles, days=between)


def none_about(topic: str, articles: int, periods: Sequence[Period] = ()) -> str:
    """Say that no article is about a topic."""
    then = list_places((), periods)
    match bool(topic), bool(periods):
        case True, True:
            return say("none-about-then", topic=topic, articles=articles, periods=then)
        case True, False:
            return say("none-about", topic=topic, articles=articles)
        case False, True:
            return say("none-named-then", articles=articles, periods=then)
    return say("none-named", articles=articles)


def _outlets(publishers: Sequence[str]) -> dict[str, str | int]:
    """The variables of "of-publishers": the first two, and how many there are."""
    one, two = (*publishers, "", "")[:2]
    count = len(publishers)
    return {"publishers": count, "one": one, "two": two, "more": max(count - 2, 0)}


def _dated(key: str, on: date) -> str:
    from babel.dates import format_date

    return format_date(on, say(key), locale=get_language())


@cache
def _english_only() -> dict[str, str]:
    """The sentence in languages that have no catalogue."""
    file = files("bot").joinpath("locales", "english_only.json")
    sentences: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return sentences


@cache
def _bundle(language: str) -> FluentBundle:
    # Late, since most commands never say a word: it takes a twentieth of a second.
    from fluent.runtime import FluentBundle, FluentResource, resolver

    # Longer values are refused, for fear of catalogues that multiply them. Ours come from readers
    # and articles, whose length is limited where they are shown.
    resolver.MAX_PART_LENGTH = 1_000_000
    catalogue = files("bot").joinpath("locales", f"{language}.ftl").read_text(encoding="utf-8")
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(catalogue))
    return bundle
