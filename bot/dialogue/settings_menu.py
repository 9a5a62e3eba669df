"""The settings of a chat: one message with buttons, or words typed after /settings.

Tested with what is kept of them in `tests/bot/storage/test_preferences.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2s
from typing import TYPE_CHECKING

from bot import texts
from bot.reply.actions import (
    Action,
    Menu,
    OpenMenu,
    SetAudience,
    SetExcerptLength,
    SetLanguage,
    SetRich,
    SetTimezone,
    SettingsAction,
    TreatAlike,
    TurnPublisher,
)
from bot.reply.buttons import cut, make_copy, make_pager
from bot.reply.citations import quote_passage
from bot.reply.reply import Block, Button, Note, Outcome, Reply, Use
from bot.storage.chats import ChatStore
from bot.storage.preferences import ExcerptLength, Preferences, find_timezone, localize
from corpus.nlp.segment import split_sentences
from retrieval.citation import cite
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.search import Searcher

if TYPE_CHECKING:
    from datetime import datetime

    from bot.message_context import MessageContext

_TOLD = "auto"
"""Stands for the language that Telegram says."""
_TERMINAL = 0
_CHOSEN, _PREFERRED, _LEFT_OUT = "✓ ", "★ ", "✕ "
_A_PAGE = 8
_NAMED = 6
_SAMPLED = 3
_ZONES = (
    *("Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver"),
    *("America/Mexico_City", "America/Chicago", "America/Bogota", "America/New_York"),
    *("America/Santiago", "America/Buenos_Aires", "America/Sao_Paulo", "Atlantic/Azores"),
    *("UTC", "Europe/London", "Africa/Lagos", "Europe/Madrid", "Europe/Berlin", "Africa/Cairo"),
    *("Europe/Kyiv", "Africa/Nairobi", "Europe/Istanbul", "Europe/Moscow", "Asia/Tehran"),
    *("Asia/Dubai", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "Asia/Bangkok"),
    *("Asia/Shanghai", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"),
)
"""Zones that buttons offer, those nearest to the reader's; any other can be typed."""

_Row = tuple[Button, ...]
_Change = Callable[[Preferences, str], Preferences | None]
"""Sets something to a value; None for a value that is no good."""


class SettingsMenu:
    """Shows and changes what a chat set.

    Args:
        searcher: Knows the publishers.
        state: Keeps the settings.
    """

    def __init__(self, searcher: Searcher, state: ChatStore) -> None:
        self._searcher = searcher
        self._preferences = state.preferences

    def of(self, context: MessageContext) -> Preferences:
        """Return what is set where a message came from."""
        return self._preferences.get(context.chat_id)

    def hear(self, context: MessageContext, typed: str) -> Reply:
        """Answer what stands after ``/settings``: nothing, a menu, or what to set."""
        said = " ".join(typed.split())
        changes: dict[str, tuple[_Change, Menu]] = {
            "language": (_in_language, Menu.LANGUAGE),
            "timezone": (_in_timezone, Menu.TIMEZONE),
            "context": (_with_context, Menu.CONTEXT),
            "rich": (_with_rich, Menu.RICH),
            "answers": (_none_private(context, _for_audience), Menu.AUDIENCE),
            "prefer": (self._named(Preferences.preferring), Menu.PUBLISHERS),
            "leave out": (self._named(Preferences.leaving_out), Menu.PUBLISHERS),
            "allow": (self._named(Preferences.alike), Menu.PUBLISHERS),
        }
        what = next((key for key in changes if f"{said} ".casefold().startswith(f"{key} ")), "")
        if not what and (said.casefold() or Menu.MAIN) in list(Menu):
            return self._show(context, Menu(said.casefold() or Menu.MAIN))
        change, menu = changes.get(what, (_nothing, Menu.MAIN))
        shown, value = self._show(context, menu), said[len(what) :].strip()
        if not value:
            return shown
        if not context.may_set:
            return Reply((Note(texts.say("settings-refused")),))
        changed = change(self.of(context), value)
        if changed is None:
            unknown = Note(texts.say("settings-unknown", typed=cut(said)))
            return replace(shown, blocks=(unknown, *shown.blocks))
        return self._keep(context, changed, OpenMenu(Menu.MAIN))

    def press(self, context: MessageContext, action: SettingsAction) -> Outcome:
        """Do what a button says; one that is forged or stale gets a toast only."""
        if not context.may_set:
            return Outcome(texts.say("settings-refused"))
        if isinstance(action, OpenMenu):
            return self._open(context, action)
        changed, menu = self._change(context, action)
        if changed is None:
            return _stale()
        reply = self._keep(context, changed, menu)
        with texts.speak(reply.language):
            return Outcome(texts.say("saved"), reply)

    def _change(
        self, context: MessageContext, action: SettingsAction
    ) -> tuple[Preferences | None, OpenMenu]:
        """What is set then, None for what is no good, and the menu to show with it."""
        now = self.of(context)
        match action:
            case SetLanguage(language):
                return _in_language(now, language), OpenMenu(Menu.LANGUAGE)
            case SetTimezone(timezone):
                return _in_timezone(now, timezone), OpenMenu(Menu.TIMEZONE)
            case SetExcerptLength(length):
                return _with_context(now, length), OpenMenu(Menu.CONTEXT)
            case TurnPublisher(digest, page):
                return self._turn(now, digest), OpenMenu(Menu.PUBLISHERS, page)
            case TreatAlike():
                return _all_alike(now), OpenMenu(Menu.PUBLISHERS)
            case SetAudience(asker) if not context.private:
                return replace(now, only_asker=asker), OpenMenu(Menu.AUDIENCE)
            case SetRich(on):
                return replace(now, rich=on), OpenMenu(Menu.MAIN)
        return None, OpenMenu(Menu.MAIN)

    def _keep(self, context: MessageContext, changed: Preferences, menu: OpenMenu) -> Reply:
        """Keep the settings and show them, in their own language."""
        self._preferences.put(context.chat_id, changed)
        with texts.speak(changed.language or context.language):
            return self._show(context, menu.menu, menu.page)

    def _open(self, context: MessageContext, wanted: OpenMenu) -> Outcome:
        if wanted.page < 0:
            return Outcome(texts.say("first"))
        reply = self._menu(context, wanted.menu, wanted.page)
        return Outcome(reply=reply) if reply else Outcome(texts.say("last"))

    def _show(self, context: MessageContext, menu: Menu, page: int = 0) -> Reply:
        """One of the menus; the first of all where it has no such page any more."""
        return self._menu(context, menu, page) or self._main(context)

    def _menu(self, context: MessageContext, menu: Menu, page: int) -> Reply | None:
        """One of the menus; None where it has no such page."""
        match menu:
            case Menu.MAIN:
                return self._main(context)
            case Menu.LANGUAGE:
                return self._languages(context)
            case Menu.TIMEZONE:
                return self._timezones(context)
            case Menu.CONTEXT:
                return self._contexts(context)
            case Menu.PUBLISHERS:
                return self._publishers(context, page)
            case Menu.RICH:
                return self.sample(context)
            case Menu.AUDIENCE:
                return None if context.private else self._audience(context)

    def speak_plainly(self, context: MessageContext) -> bool:
        """Answer a chat by classic messages from now on; False where the presser may not say so."""
        if context.may_set:
            self._preferences.put(context.chat_id, replace(self.of(context), rich=False))
        return context.may_set

    def sample(self, context: MessageContext) -> Reply:
        """Show a rich answer, and ask whether it can be read; who cannot sees the buttons."""
        shown: tuple[Block, ...] = ()
        rows: tuple[_Row, ...] = ()
        for article in self._searcher.store.latest(1, without=self.of(context).left_out):
            sentences = split_sentences(article.body, language=article.language)[:_SAMPLED]
            marked, last = sentences[0], sentences[-1]
            shown = quote_passage(article, Excerpt(marked, marked, (marked[0], last[1])), sure=True)
            rows = (make_copy(article.body[slice(*marked)], cite(article, article.url)),)
        asked = (
            Button(texts.say("rich-can"), action=SetRich(on=True), use=Use.STEER),
            Button(texts.say("rich-empty"), action=SetRich(on=False), use=Use.STEER),
        )
        return Reply((Note(texts.say("rich-sample")), *shown), (*rows, asked), rich=True)

    def _main(self, context: MessageContext) -> Reply:
        now = self.of(context)
        said = texts.say(
            "settings",
            language=texts.LANGUAGES[texts.get_language()],
            told=int(not now.language and context.chat_id != _TERMINAL),
            timezone=now.timezone,
            time=_time(now.timezone, now.clock()),
            context=now.context.value,
            publishers=_marked(now) or texts.say("settings-alike"),
        )
        rows: tuple[_Row, ...] = (
            (_opens(Menu.LANGUAGE), _opens(Menu.TIMEZONE)),
            (_opens(Menu.CONTEXT), _opens(Menu.PUBLISHERS)),
        )
        if context.chat_id != _TERMINAL:  # which shows none
            said += "\n" + texts.say("settings-rich", rich="on" if now.rich else "off")
            rows = (*rows, (_opens(Menu.RICH),))
        blocks = (Note(said), *(() if context.private else (Note(texts.say("settings-of-group")),)))
        if not context.private:
            rows = (*rows, (_opens(Menu.AUDIENCE),))
        return Reply(blocks, rows)

    def _languages(self, context: MessageContext) -> Reply:
        alone = context.chat_id == _TERMINAL  # nothing there says a language
        told = {} if alone else {_TOLD: texts.say("as-telegram-says")}
        now = self.of(context).language or (texts.ENGLISH if alone else _TOLD)
        buttons = [
            _choice(SetLanguage(code), name, chosen=code == now)
            for code, name in (told | texts.LANGUAGES).items()
        ]
        return _page("settings-language", _rows(buttons, 2))

    def _timezones(self, context: MessageContext) -> Reply:
        now = self.of(context)
        chosen, at = now.timezone, now.clock()
        buttons = [
            _choice(SetTimezone(zone), f"{_city(zone)} {_time(zone, at)}", chosen=zone == chosen)
            for zone in _near(chosen, at)
        ]
        time = _time(chosen, at)
        return _page("settings-timezone", _rows(buttons, 2), timezone=chosen, time=time)

    def _contexts(self, context: MessageContext) -> Reply:
        now = self.of(context).context
        labels = {
            ExcerptLength.SHORT: texts.say("context-short"),
            ExcerptLength.NORMAL: texts.say("context-normal"),
            ExcerptLength.LONG: texts.say("context-long"),
        }
        buttons = [
            _choice(SetExcerptLength(one.value), label, chosen=one is now)
            for one, label in labels.items()
        ]
        return _page("settings-context", _rows(buttons, 1))

    def _audience(self, context: MessageContext) -> Reply:
        now = self.of(context).only_asker
        labels = {False: texts.say("audience-all"), True: texts.say("audience-asker")}
        buttons = [
            _choice(SetAudience(asker), label, chosen=asker is now)
            for asker, label in labels.items()
        ]
        return _page("settings-audience", _rows(buttons, 1))

    def _publishers(self, context: MessageContext, page: int) -> Reply | None:
        """List the publishers, those with most articles first; None beyond the last page."""
        now, names = self.of(context), self._names(self.of(context))
        count = -(-len(names) // _A_PAGE)
        if page and not 0 <= page < count:
            return None
        rows = [
            (Button(_rated(name, now), action=TurnPublisher(_digest(name), page)),)
            for name in names[page * _A_PAGE : (page + 1) * _A_PAGE]
        ]
        turn = make_pager(partial(OpenMenu, Menu.PUBLISHERS), page, count)
        chosen = bool(now.preferred or now.left_out)
        alike = (Button(texts.say("all-alike"), action=TreatAlike()),) if chosen else ()
        return _page("settings-publishers", filter(None, (*rows, turn, alike)))

    def _names(self, now: Preferences) -> list[str]:
        """The archive's publishers, and those that were chosen and are gone."""
        known = self._searcher.store.publishers()
        return [*known, *sorted((now.preferred | now.left_out).difference(known))]

    def _turn(self, now: Preferences, digest: str) -> Preferences | None:
        found = (name for name in self._names(now) if _digest(name) == digest)
        name = next(found, None)
        return now.turned(name) if name is not None else None

    def _named(self, change: Callable[[Preferences, str], Preferences]) -> _Change:
        """Do something with the one publisher whose name is typed, or a part of it."""

        def changed(now: Preferences, typed: str) -> Preferences | None:
            wanted, names = typed.casefold(), self._names(now)
            exact = [name for name in names if name.casefold() == wanted]
            found = exact or [name for name in names if wanted in name.casefold()]
            return change(now, found[0]) if len(found) == 1 else None

        return changed


def _in_language(now: Preferences, typed: str) -> Preferences | None:
    """Set the language, by its code or by its own name."""
    wanted = typed.casefold()
    if wanted == _TOLD:
        return replace(now, language="")
    names = texts.LANGUAGES.items()
    code = next((code for code, name in names if wanted in (code, name.casefold())), None)
    return replace(now, language=code) if code else None


def _in_timezone(now: Preferences, typed: str) -> Preferences | None:
    zone = find_timezone(typed)
    return replace(now, timezone=zone) if zone else None


def _with_context(now: Preferences, typed: str) -> Preferences | None:
    wanted = typed.casefold()
    return replace(now, context=ExcerptLength(wanted)) if wanted in list(ExcerptLength) else None


def _with_rich(now: Preferences, typed: str) -> Preferences | None:
    wanted = {"on": True, "off": False}.get(typed.casefold())
    return None if wanted is None else replace(now, rich=wanted)


def _for_audience(now: Preferences, typed: str) -> Preferences | None:
    wanted = {"asker": True, "everybody": False}.get(typed.casefold())
    return None if wanted is None else replace(now, only_asker=wanted)


def _none_private(context: MessageContext, change: _Change) -> _Change:
    """Make a change that there is only where others read along."""
    return _nothing if context.private else change


def _all_alike(now: Preferences) -> Preferences:
    return replace(now, preferred=frozenset(), left_out=frozenset())


def _nothing(_: Preferences, __: str) -> None:
    return None


def _page(key: str, rows: Iterable[_Row], **values: str) -> Reply:
    back = (Button(texts.say("menu-all"), action=OpenMenu(Menu.MAIN)),)
    return Reply((Note(texts.say(key, **values)),), (*rows, back))


def _opens(menu: Menu) -> Button:
    labels = {
        Menu.LANGUAGE: texts.say("menu-language"),
        Menu.TIMEZONE: texts.say("menu-timezone"),
        Menu.CONTEXT: texts.say("menu-context"),
        Menu.PUBLISHERS: texts.say("menu-publishers"),
        Menu.RICH: texts.say("menu-rich"),
        Menu.AUDIENCE: texts.say("menu-audience"),
    }
    return Button(labels[menu], action=OpenMenu(menu))


def _choice(action: Action, label: str, *, chosen: bool) -> Button:
    return Button(f"{_CHOSEN if chosen else ''}{label}", action=action)


def _rated(name: str, now: Preferences) -> str:
    mark = _PREFERRED if name in now.preferred else _LEFT_OUT if name in now.left_out else ""
    return f"{mark}{cut(name)}"


def _marked(now: Preferences) -> str:
    """Name the publishers that are not like the others, some of them if they are many."""
    chosen = [*sorted(now.preferred), *sorted(now.left_out)]
    more = ", …" if len(chosen) > _NAMED else ""
    return ", ".join(_rated(name, now) for name in chosen[:_NAMED]) + more


def _rows(buttons: Sequence[Button], width: int) -> Iterator[_Row]:
    return (tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def _near(chosen: str, at: datetime) -> list[str]:
    """The zones whose clocks are nearest to those of one, west to east, and that one."""
    zones = sorted({*_ZONES, chosen}, key=lambda zone: (_offset(zone, at), zone))
    first = zones.index(chosen) - _A_PAGE // 2 + 1
    first = max(0, min(first, len(zones) - _A_PAGE))
    return zones[first : first + _A_PAGE]


def _offset(zone: str, at: datetime) -> float:
    """Seconds that the clocks of a zone are ahead of UTC at a time."""
    offset = localize(zone, at).utcoffset()
    return offset.total_seconds() if offset else 0.0


def _time(zone: str, at: datetime) -> str:
    return f"{localize(zone, at):%H:%M}"


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _digest(name: str) -> str:
    """Name a publisher in the few bytes that callback data has."""
    return blake2s(name.encode(), digest_size=6).hexdigest()


def _stale() -> Outcome:
    return Outcome(texts.say("stale"))
