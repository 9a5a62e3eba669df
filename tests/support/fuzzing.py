"""Updates of every kind that the Bot API has, made up from python-telegram-bot's own classes.

`payloads` draws whatever their signatures allow; chats, people and texts are those of a small
world, so that what comes in could come in. `HOSTILE` are articles with everything in them that
breaks markup.
"""

from __future__ import annotations

import inspect
import json
import typing
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import telegram
from hypothesis import strategies as st
from telegram import Chat, Message, TelegramObject, Update, User

from bot.intents.commands import ADMINS, READERS
from bot.reply import actions
from corpus.article import Article
from tests.support.newsroom import ARTICLES
from tests.support.telegram_rules import JSON, found_entities

READER, OTHER, ADMIN, GROUP, FORUM, CHANNEL = 7, 8, 9, -100, -200, -300
CHATS = {
    READER: "private",
    OTHER: "private",
    ADMIN: "private",
    GROUP: "group",
    FORUM: "supergroup",
    CHANNEL: "channel",
}
PEOPLE = (READER, OTHER, ADMIN)
COMMANDS = (*(one.name for one in (*READERS, *ADMINS)), "nonsense")
VERBS = (*sorted(actions.VERBS), "", "🦆", "PAGE", "page:page")
_NASTY = (
    *("<b>", "</blockquote>", "&amp;", "&#0;", "<a href='x'>", "```", "*_[]()~`>#+-=|{}.!"),
    *("\u202e", "\u200f", "\u2067שלום\u2069", "مرحبا بالعالم", "\u0000", "\ufeff", "\u2028"),
    *(
        "e\u0301",
        "👩\u200d👩\u200d👧\u200d👦",
        "🇩🇪",
        "🦆" * 50,
        "ß" * 300,
        "w" * 4096,
        "\n\n\n",
        "\t",
    ),
    *("؟", "。", "'; DROP TABLE article", "%s{0}", "http://[::1", "//", "\\", "@other", "#tag"),
    *("https://gazette.example/funicular", "@byline_bot"),
)
_WORDS = tuple(" ".join(article.body for article in ARTICLES).split()[:120])
_LEADING_ON = (
    *("more", "why?", "and in 2025?", "what did he say about it?", "thanks", "hi", "/start", "?"),
    *("Who collected signatures?", "what did Petra Oblonsky say", "sum it up", "latest", "help"),
    *("what is new on the funicular since Monday?", "https://gazette.example/bees"),
)
_NEEDED_ALL_THE_SAME = frozenset(
    {"persistent_id", "option_persistent_ids", "allows_revoting", "members_only"}
    | {"can_react_to_messages"}
)
"""What a class refuses to be made without, though its signature says None."""
_DEEPEST = 2
_MOST = 3
"""Optional fields given to one object; a message has eighty."""

HOSTILE = tuple(
    Article(
        headline=f"{mark} Ferry {number} & the <i>harbour</i> {mark}"[:280],
        body=(
            f"The ferry {number} sank {mark} on Monday. Nobody was hurt, said the captain.\n\n"
            f"“It was a {mark} mistake,” said Mira Kovač, the <mayor> & “chair”. {mark * 3}\n\n"
            + " ".join([mark, "w" * 4096, f"harbour {number}."] * (3 if number % 5 == 0 else 1))
        ),
        url=f"https://gazette.example/{number}?a=<b>&c='\"" if number % 2 else None,
        authors=(mark.strip() or "A", "</a>", "B" * 400),
        publisher=mark.strip() or None,
        published=datetime(2026, 3, 1 + number % 28, tzinfo=UTC) if number % 3 else None,
        section=mark.strip() or None,
    )
    for number, mark in enumerate(_NASTY)
)


def texts() -> st.SearchStrategy[str]:
    """What somebody may type: at most 4,096 UTF-16 units, never empty, ends trimmed."""
    word = st.one_of(st.sampled_from(_WORDS), st.sampled_from(_NASTY), st.text(max_size=8))
    command = st.builds(
        "/{}{} {}".format,
        st.sampled_from(COMMANDS),
        st.sampled_from(("", "", "@byline_bot", "@other_bot")),
        st.lists(word, max_size=3).map(" ".join),
    )
    typed = st.one_of(
        st.sampled_from(_LEADING_ON), command, st.lists(word, min_size=1, max_size=8).map(" ".join)
    )
    return typed.map(_as_sent).filter(bool)


def _as_sent(text: str) -> str:
    kept = text.encode("utf-8", "ignore").decode().encode("utf-16-le")[: 2 * 4096]
    return kept.decode("utf-16-le", "ignore").strip()


@st.composite
def payloads(draw: st.DrawFn) -> JSON:
    """An update as Telegram sends it, JSON decoded."""
    some = st.sampled_from(("message", "message", "edited_message", "callback_query"))
    every = st.sampled_from(sorted(_fields(Update).keys() - {"update_id"}))
    kind = draw(st.one_of(some, every))
    made = draw(_value(kind, _fields(Update)[kind], 0))
    payload: JSON = json.loads(json.dumps(Update(1, **{kind: made}).to_dict()))
    return payload


@st.composite
def _object(draw: st.DrawFn, cls: type[TelegramObject], depth: int) -> Any:
    """An object of a class: what it needs, and some of what it may have."""
    if cls is Chat:
        return draw(_chats())
    if cls is User:
        return draw(_users())
    cls = draw(st.sampled_from(_concrete(cls)))
    fields = _fields(cls)
    needed = [name for name in fields if name in _needed(cls)]
    optional = sorted(fields.keys() - set(needed))
    chosen: list[str] = []
    if optional and depth < _DEEPEST:
        chosen = draw(st.lists(st.sampled_from(optional), max_size=_MOST, unique=True))
    given = {name: draw(_value(name, fields[name], depth + 1)) for name in (*needed, *chosen)}
    if cls is Message:
        given = draw(_as_a_message(given, depth))
    return cls(**given)


@st.composite
def _as_a_message(draw: st.DrawFn, given: dict[str, Any], depth: int) -> dict[str, Any]:
    """A message that could be: from somebody, mostly with text, marked as Telegram marks it."""
    given = {"from_user": draw(_users())} | given
    if draw(st.sampled_from((True, True, True, False))):
        given["text"] = draw(texts())
    if text := given.get("text"):
        entities = [e for e in found_entities(text) if "user" not in e]
        given["entities"] = telegram.MessageEntity.de_list(entities, None)
    else:
        given.pop("entities", None)
    # A group becomes the supergroup once; nobody else moves, nor anywhere else.
    if given.pop("migrate_to_chat_id", None) and given["chat"].id == GROUP:
        given["migrate_to_chat_id"] = FORUM
    if given.pop("migrate_from_chat_id", None) and given["chat"].id == FORUM:
        given["migrate_from_chat_id"] = GROUP
    if given["chat"].id == FORUM and draw(st.booleans()):
        given |= {"message_thread_id": 1, "is_topic_message": True}
    else:
        given.pop("is_topic_message", None)
    if depth < 2 and draw(st.integers(0, 3)) == 0:
        given["reply_to_message"] = draw(_object(Message, depth + 1))
    return given


def _value(name: str, hint: Any, depth: int) -> st.SearchStrategy[Any]:
    """What a parameter of this name and type may be."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (typing.Union, UnionType):
        members = [one for one in inner if one is not NoneType and _known(one)]
        return st.sampled_from(members).flatmap(lambda one: _value(name, one, depth))
    if origin is Literal:
        return st.sampled_from(inner)
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return st.lists(_value(name, inner[0], depth), min_size=1, max_size=2)
    if not isinstance(hint, type):
        return st.none()
    if issubclass(hint, TelegramObject):
        return _object(hint, depth)
    return _plain(name, hint)


def _plain(name: str, hint: type) -> st.SearchStrategy[Any]:
    if hint is bool:
        return st.booleans()
    if issubclass(hint, int):
        if name in ("message_id", "message_thread_id", "id"):
            return st.integers(1, 60)
        return st.integers(0, 2**31)
    if hint is float:
        return st.floats(0, 1000, allow_nan=False)
    if hint is datetime:
        seconds = st.integers(1_600_000_000, 1_800_000_000)
        return seconds.map(lambda at: datetime.fromtimestamp(at, UTC))
    if hint is timedelta:
        return st.integers(0, 86_400).map(lambda s: timedelta(seconds=s))
    if name == "data":
        return callback_data()
    if name in ("text", "caption", "query", "title", "name", "first_name"):
        return texts()
    return st.sampled_from(("", "1", "a", "en", "regular", *_NASTY[:12]))


def callback_data() -> st.SearchStrategy[str]:
    """What no button of ours says, but a tampered client may: at most 64 bytes."""
    number = st.sampled_from(("0", "1", "-1", "999999", "1.2", "1:2:3", "1.2.3.4", "٣", "x", ""))
    key = st.sampled_from(("", "AAAAAAAAAAAA", "../../etc", "'--", "🦆", "0"))
    version = st.sampled_from(("", "2:", "3:"))
    forged = st.builds("{}{}:{}:{}".format, version, st.sampled_from(VERBS), key, number)
    cut = forged | st.text(max_size=64)
    return cut.map(lambda data: data.encode("utf-8", "ignore")[:64].decode("utf-8", "ignore"))


def _chats() -> st.SearchStrategy[Chat]:
    known = [
        Chat(number, kind, **({"first_name": "R"} if number > 0 else {"title": "G"}))
        for number, kind in CHATS.items()
    ]
    private = [chat for chat in known if chat.type == Chat.PRIVATE]
    return st.sampled_from([*known, *private, *private])


def _users() -> st.SearchStrategy[User]:
    languages = st.sampled_from((None, "en", "de", "ru", "zh-hans", "es", "xx", "", "pt-BR"))
    return st.builds(
        lambda number, language: User(number, f"R {number}", False, language_code=language),
        st.sampled_from(PEOPLE),
        languages,
    )


@cache
def _fields(cls: type[TelegramObject]) -> Mapping[str, Any]:
    """The parameters of a class, and their types."""
    hints = get_type_hints(cls.__init__, localns=dict(vars(telegram)))
    return {name: hint for name, hint in hints.items() if name not in ("api_kwargs", "return")}


@cache
def _needed(cls: type[TelegramObject]) -> frozenset[str]:
    parameters = inspect.signature(cls.__init__).parameters.values()
    empty = inspect.Parameter.empty
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return frozenset(
        one.name for one in parameters if one.default is empty and one.kind in plain
    ).union(_NEEDED_ALL_THE_SAME & _fields(cls).keys()) - {"self"}


@cache
def _concrete(cls: type[TelegramObject]) -> list[type[TelegramObject]]:
    """The classes that stand for one that is only their name for all of them."""
    below = [one for one in cls.__subclasses__() if one.__module__.startswith("telegram.")]
    below = [one for one in below if not one.__name__.startswith("_")]
    if not below or cls is Message:
        return [cls]
    return [found for one in below for found in _concrete(one)]


def _known(hint: Any) -> bool:
    """Whether values of a type can come from Telegram at all."""
    if get_origin(hint) is not None:
        return True
    return isinstance(hint, type) and hint.__name__ != "DefaultValue"
