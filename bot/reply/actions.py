"""What buttons do, as values: the one table of actions, and the one codec of callback data.

A new action is a class here and a line in `VERBS`. What it does stands beside those who do it:
`bot.dialogue.presses` for an exchange, `bot.dialogue.settings_menu` for settings,
`bot.dialogue.told` for alerts and digests, and `bot.telegram` for what admins press.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, get_type_hints

from retrieval.alerts.alert import Level
from retrieval.answers import AnswerKind

MOST_BYTES = 64
"""What Telegram carries of a button; it refuses a message with one that says more."""
_VERSION = "2"
"""Begins what is written now. Version 0.1.0 began with the verb, and its buttons still stand under
old messages; raise this where a verb comes to mean something else."""
_NUMBER = re.compile(r"-?\d{1,15}", re.ASCII)
_WORD = re.compile(r"[\w+/-]{1,40}", re.ASCII)
"""Keys, digests and names of time zones; nothing that separates fields, then or now."""
_FIRST_NUMBERS = re.compile(r"-?\d{1,6}(?:\.-?\d{1,6}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Action:
    """What a press does."""


@dataclass(frozen=True, slots=True)
class ExchangeAction(Action):
    """Does something with a question and what was found for it; good as long as that is kept.

    Attributes:
        key: Of the exchange, in the chat where the button stands.
    """

    key: str


@dataclass(frozen=True, slots=True)
class TurnPage(ExchangeAction):
    """Show a page of the answer, from 0; one before the first or after the last is said to be."""

    page: int


@dataclass(frozen=True, slots=True)
class ShowWhole(ExchangeAction):
    """Show all of a passage."""

    hit: int


@dataclass(frozen=True, slots=True)
class Rate(ExchangeAction):
    """Point a thumb up or down at what a message shows: a page, or the summary of its article."""

    good: bool
    page: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Explain(ExchangeAction):
    """Say why a thumb points down: one of the reasons in `bot.storage.feedback`, from 0."""

    reason: int
    page: int
    whole: bool


@dataclass(frozen=True, slots=True)
class SendQuestion(ExchangeAction):
    """Keep the question with the thumb."""

    page: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Retry(ExchangeAction):
    """Do again what was typed; counts as a question."""


@dataclass(frozen=True, slots=True)
class AskAlone(ExchangeAction):
    """Ask a question that leans on nothing said before."""


@dataclass(frozen=True, slots=True)
class AskExactly(ExchangeAction):
    """Ask a question as it is spelt."""


@dataclass(frozen=True, slots=True)
class ShowPassages(ExchangeAction):
    """Answer with passages what was answered with quotations."""


@dataclass(frozen=True, slots=True)
class ShowInstead(ExchangeAction):
    """Answer with another kind of answer."""

    kind: AnswerKind


@dataclass(frozen=True, slots=True)
class ChoosePerson(ExchangeAction):
    """Answer for one of several people of a name, from 0."""

    person: int


@dataclass(frozen=True, slots=True)
class TurnPeople(ExchangeAction):
    """Show a page of people to choose from."""

    page: int


@dataclass(frozen=True, slots=True)
class ListSpeakers(ExchangeAction):
    """List who is quoted in the article of a hit."""

    hit: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowSpeaker(ExchangeAction):
    """Show what one of the speakers, from 0, says in the article of a hit."""

    hit: int
    speaker: int
    page: int = 0


@dataclass(frozen=True, slots=True)
class Summarise(ExchangeAction):
    """Sum up the article of a hit in some sentences; 0 leaves their number to us."""

    hit: int
    count: int = 0


@dataclass(frozen=True, slots=True)
class TellStory(ExchangeAction):
    """Tell the story of what was asked about."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowAll(ExchangeAction):
    """Show everybody in a group what one of them alone sees: a page, or an article's summary."""

    page: int
    whole: bool


Rating = Rate | Explain | SendQuestion
"""What the buttons do that a thumb leaves behind; they are replaced together."""


class Menu(StrEnum):
    """The menus of a chat's settings."""

    MAIN = "main"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    CONTEXT = "context"
    PUBLISHERS = "publishers"
    RICH = "rich"
    AUDIENCE = "answers"


@dataclass(frozen=True, slots=True)
class SettingsAction(Action):
    """Shows or changes what a chat set; it never grows old."""


@dataclass(frozen=True, slots=True)
class OpenMenu(SettingsAction):
    """Show a menu; only that of publishers has pages."""

    menu: Menu
    page: int = 0


@dataclass(frozen=True, slots=True)
class SetLanguage(SettingsAction):
    """Speak a language, by its code, or the one that Telegram says."""

    language: str


@dataclass(frozen=True, slots=True)
class SetTimezone(SettingsAction):
    """Go by the clocks of a zone."""

    timezone: str


@dataclass(frozen=True, slots=True)
class SetExcerptLength(SettingsAction):
    """Show so much of a passage."""

    length: str


@dataclass(frozen=True, slots=True)
class TurnPublisher(SettingsAction):
    """Move a publisher on: preferred, left out, like any other.

    Attributes:
        digest: Of its name, which may be longer than a button carries.
        page: Of the menu that it stands on.
    """

    digest: str
    page: int


@dataclass(frozen=True, slots=True)
class TreatAlike(SettingsAction):
    """Prefer no publisher, and leave none out."""


@dataclass(frozen=True, slots=True)
class SetRich(SettingsAction):
    """Answer by rich messages, or by classic ones."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetAudience(SettingsAction):
    """Show answers to ``/ask`` to the asker only, or to everybody in a group."""

    asker: bool


@dataclass(frozen=True, slots=True)
class SpeakPlainly(SettingsAction):
    """Answer by classic messages from now on, the rich one that carries the button first.

    Attributes:
        key: Of the exchange that the message shows; "-" for none.
        page: Which of its hits, from 0.
        whole: Whether it sums up the hit's article.
    """

    key: str
    page: int
    whole: bool


@dataclass(frozen=True, slots=True)
class AskAbout(ExchangeAction):
    """Show the card of what was handed in again, to be asked about."""


@dataclass(frozen=True, slots=True)
class ReadAsArticle(ExchangeAction):
    """Take in as an article what may have been a question."""


@dataclass(frozen=True, slots=True)
class ShelfAction(Action):
    """Does something with the chat's shelf."""


@dataclass(frozen=True, slots=True)
class KeepArticle(ShelfAction):
    """Keep an article until it is removed.

    Attributes:
        article: Its id.
        page: Of the list that it is to be shown on then, from 0; -1 for none.
    """

    article: str
    page: int


@dataclass(frozen=True, slots=True)
class TakeOff(ShelfAction):
    """Remove an article; fields as for `KeepArticle`."""

    article: str
    page: int


@dataclass(frozen=True, slots=True)
class ShareWithAll(ShelfAction):
    """Put an article into the archive that everybody is answered from; for admins."""

    article: str


@dataclass(frozen=True, slots=True)
class TurnShelf(ShelfAction):
    """Show a page of what lies on the shelf, from 0."""

    page: int


@dataclass(frozen=True, slots=True)
class ExportShelf(ShelfAction):
    """Hand out all that lies on the shelf, as a file."""


@dataclass(frozen=True, slots=True)
class AlertAction(Action):
    """Shows or changes what a chat wants to be told of; in a group only who may set things does."""


@dataclass(frozen=True, slots=True)
class ListAlerts(AlertAction):
    """Show a page of the chat's alerts, from 0."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class OpenAlert(AlertAction):
    """Show an alert, to be changed."""

    alert: int


@dataclass(frozen=True, slots=True)
class SetLevel(AlertAction):
    """Let an alert fire at more, or only at what surely fits."""

    alert: int
    level: Level


@dataclass(frozen=True, slots=True)
class PauseAlert(AlertAction):
    """Let an alert or digest rest, or go on."""

    alert: int
    paused: bool


@dataclass(frozen=True, slots=True)
class StopAlert(AlertAction):
    """Delete an alert or digest, below what it told, or where alerts are listed."""

    alert: int
    listed: bool


@dataclass(frozen=True, slots=True)
class OpenQuiet(AlertAction):
    """Show hours to choose from in which alerts are silent."""


@dataclass(frozen=True, slots=True)
class SetQuiet(AlertAction):
    """Be silent between two times, in minutes after midnight; never where they are the same."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BeStricter(AlertAction):
    """Let an alert fire only at what fits more surely: one level up."""

    alert: int


@dataclass(frozen=True, slots=True)
class DislikeAlert(AlertAction):
    """Point a thumb down at what a message of an alert told; it asks for more from then on."""

    alert: int
    batch: int


@dataclass(frozen=True, slots=True)
class ShowParcel(AlertAction):
    """Show what may not have arrived."""

    alert: int
    batch: int


@dataclass(frozen=True, slots=True)
class AdminAction(Action):
    """Does what only an admin may do."""


@dataclass(frozen=True, slots=True)
class Admit(AdminAction):
    """Let a chat in that asks for it, or decline."""

    chat_id: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class RemoveArticle(AdminAction):
    """Remove the article that an exchange names, or keep it after all."""

    key: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class SendBroadcast(AdminAction):
    """Send a message to all readers, or stop it."""

    broadcast: int
    wanted: bool


class ChannelWish(StrEnum):
    """What an admin may wish of a channel: to see the list, to be asked, and what they decide."""

    LIST = "list"
    ASK = "ask"
    OPEN = "open"
    CLOSE = "close"
    STOP = "stop"
    RESUME = "resume"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class DecideChannel(AdminAction):
    """Do something with a channel whose posts are taken in."""

    chat_id: int
    wish: ChannelWish


VERBS: dict[str, type[Action]] = {
    "page": TurnPage,
    "whole": ShowWhole,
    "rate": Rate,
    "why": Explain,
    "send": SendQuestion,
    "retry": Retry,
    "alone": AskAlone,
    "exact": AskExactly,
    "passages": ShowPassages,
    "who": ChoosePerson,
    "instead": ShowInstead,
    "which": TurnPeople,
    "voices": ListSpeakers,
    "voice": ShowSpeaker,
    "sum": Summarise,
    "story": TellStory,
    "show": OpenMenu,
    "language": SetLanguage,
    "timezone": SetTimezone,
    "context": SetExcerptLength,
    "publisher": TurnPublisher,
    "alike": TreatAlike,
    "rich": SetRich,
    "plain": SpeakPlainly,
    "audience": SetAudience,
    "reveal": ShowAll,
    "alerts": ListAlerts,
    "alert": OpenAlert,
    "level": SetLevel,
    "pause": PauseAlert,
    "stop": StopAlert,
    "hours": OpenQuiet,
    "quiet": SetQuiet,
    "sure": BeStricter,
    "dislike": DislikeAlert,
    "parcel": ShowParcel,
    "about": AskAbout,
    "article": ReadAsArticle,
    "keep": KeepArticle,
    "off": TakeOff,
    "all": ShareWithAll,
    "shelf": TurnShelf,
    "export": ExportShelf,
    "let": Admit,
    "remove": RemoveArticle,
    "cast": SendBroadcast,
    "channel": DecideChannel,
}
"""Every action by the word that callback data has for it. No word may ever mean another one."""
_WORDS = {kind: verb for verb, kind in VERBS.items()}
_FIELDS: dict[type[Action], dict[str, Any]] = {
    kind: {one.name: get_type_hints(kind)[one.name] for one in fields(kind)} for kind in _WORDS
}
ACTIONS = frozenset(_WORDS)
"""The kinds of action that buttons carry."""


def encode(action: Action) -> str:
    """Write an action as callback data: ``2:page:bCd3fGh1jKlM:1``.

    Raises:
        ValueError: It does not fit, or has a value that cannot be read back.

    Example:
        >>> encode(TurnPage("bCd3fGh1jKlM", 1)), encode(OpenMenu(Menu.MAIN))
        ('2:page:bCd3fGh1jKlM:1', '2:show:main:0')
    """
    kind = type(action)
    values = (_write(getattr(action, name)) for name in _FIELDS[kind])
    data = ":".join((_VERSION, _WORDS[kind], *values))
    if len(data.encode()) > MOST_BYTES or decode(data) != action:
        raise ValueError(f"no button can carry {action}")
    return data


def decode(data: str) -> Action | None:
    """Read callback data, also that of version 0.1.0; None for what no button ever said.

    What is read may be stale or another chat's all the same: whoever does it looks.

    Example:
        >>> decode("2:page:bCd3fGh1jKlM:1") == decode("page:bCd3fGh1jKlM:1")
        True
        >>> decode("2:page:bCd3fGh1jKlM:one") is None
        True
    """
    version, _, rest = data.partition(":")
    if version != _VERSION:
        return _decode_first(data)
    verb, *texts = rest.split(":")
    return _make(VERBS.get(verb), texts)


def _decode_first(data: str) -> Action | None:
    """Read callback data as version 0.1.0 wrote it.

    It wrote ``verb:key:n``, where ``n`` had up to three parts, ``2.0.1``, of which those missing
    were 0 and those that a verb had no use for did not count; and ``set:what:value.page``.
    """
    verb, _, rest = data.partition(":")
    if verb == "set":
        return _decode_first_setting(rest)
    key, _, numbers = rest.partition(":")
    kind = VERBS.get(verb)
    if kind is None or issubclass(kind, SettingsAction) or not _FIRST_NUMBERS.fullmatch(numbers):
        return None
    parts = [*numbers.split("."), "0", "0"]
    if kind is Rate:
        parts[0] = {"1": "1", "-1": "0"}.get(parts[0], "")
    return _make(kind, [key, *parts][: len(_FIELDS[kind])])


def _decode_first_setting(rest: str) -> Action | None:
    verb, _, rest = rest.partition(":")
    value, _, page = rest.partition(".")
    kind = VERBS.get(verb)
    if kind is None or not issubclass(kind, SettingsAction):
        return None
    if not _FIRST_NUMBERS.fullmatch(page or "0"):
        return None
    return _make(kind, [value, page or "0"][: len(_FIELDS[kind])])


def _make(kind: type[Action] | None, texts: Sequence[str]) -> Action | None:
    if kind is None or len(texts) != len(_FIELDS[kind]):
        return None
    read = [_read(hint, text) for hint, text in zip(_FIELDS[kind].values(), texts, strict=True)]
    return None if None in read else kind(*read)


def _read(hint: type, text: str) -> object:
    """Read one field; None for what is no value of its type."""
    if hint is bool:
        return {"0": False, "1": True}.get(text)
    if hint is int:
        return int(text) if _NUMBER.fullmatch(text) else None
    if issubclass(hint, StrEnum):
        return hint(text) if text in list(hint) else None
    return text if _WORD.fullmatch(text) else None


def _write(value: object) -> str:
    return f"{value:d}" if isinstance(value, int) else str(value)
