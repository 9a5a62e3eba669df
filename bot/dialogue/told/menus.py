"""What the menus of alerts and digests show.

Tested with what changes them in `tests/bot/dialogue/told/test_alerts.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot import texts
from bot.alerts.messages import describe
from bot.reply.actions import (
    ListAlerts,
    OpenAlert,
    OpenQuiet,
    PauseAlert,
    SetLevel,
    SetQuiet,
    StopAlert,
)
from bot.reply.buttons import cut, make_pager
from bot.reply.reply import Button, Note, Reply
from bot.storage.alerts.hours import Quiet, write_time
from bot.storage.alerts.subscriptions import Subscription
from retrieval.alerts.alert import Level

_A_PAGE = 8
_CHOSEN = "✓ "
_HOURS = (Quiet(21 * 60, 8 * 60), Quiet(22 * 60, 7 * 60), Quiet(23 * 60, 9 * 60))
"""Hours that buttons offer; any others can be typed."""
_ALWAYS = Quiet(0, 0)

_Row = tuple[Button, ...]


def list_alerts(
    alerts: Sequence[Subscription], digests: Sequence[Subscription], page: int
) -> Reply | None:
    """List what a chat wants to be told of, a page from 0; None where there is no such page."""
    count = max(1, -(-len(alerts) // _A_PAGE))
    if not 0 <= page < count:
        return None
    numbered = list(enumerate(alerts, 1))[page * _A_PAGE : (page + 1) * _A_PAGE]
    lines = [f"{number}. {_line(one)}" for number, one in numbered]
    lines += [describe_digest(one) for one in digests]
    lines += [texts.say("alerts-quiet", hours=str(one.quiet)) for one in alerts[:1] if one.quiet]
    notes = (Note(texts.say("alerts", alerts=len(alerts))), Note("\n".join(lines)))
    rows: list[_Row] = [
        (Button(f"{number}. {cut(describe(one))}", action=OpenAlert(one.id)),)
        for number, one in numbered
    ]
    rows.append(make_pager(ListAlerts, page, count))
    if alerts:
        rows.append((Button(texts.say("alerts-hours"), action=OpenQuiet()),))
    rows += [
        (Button(texts.say("digest-stop"), action=StopAlert(one.id, listed=True)),)
        for one in digests
    ]
    return Reply(notes, tuple(row for row in rows if row))


def show_alert(one: Subscription) -> Reply:
    """Show an alert with what can be changed of it."""
    labels = {
        Level.FEWER: texts.say("level-fewer"),
        Level.BALANCED: texts.say("level-balanced"),
        Level.MORE: texts.say("level-more"),
    }
    levels = tuple(
        Button(
            f"{_CHOSEN if one.alert.level is level else ''}{label}", action=SetLevel(one.id, level)
        )
        for level, label in labels.items()
    )
    rest = texts.say("alert-resume") if one.paused else texts.say("alert-pause")
    ends = (
        Button(rest, action=PauseAlert(one.id, paused=not one.paused)),
        Button(texts.say("alert-stop"), action=StopAlert(one.id, listed=True)),
    )
    others = (
        Button(texts.say("alerts-hours"), action=OpenQuiet()),
        Button(texts.say("alerts-all"), action=ListAlerts()),
    )
    return Reply((Note(_line(one)), Note(texts.say("alert-levels"))), (levels, ends, others))


def choose_hours(now: Quiet | None) -> Reply:
    """Offer hours in which alerts are silent."""
    chosen = now or _ALWAYS
    offered = dict.fromkeys((_ALWAYS, *_HOURS, chosen))
    rows = tuple(
        (
            Button(
                f"{_CHOSEN if one == chosen else ''}"
                f"{texts.say('quiet-never') if one == _ALWAYS else one}",
                action=SetQuiet(one.start, one.end),
            ),
        )
        for one in offered
    )
    back = (Button(texts.say("alerts-all"), action=ListAlerts()),)
    return Reply((Note(texts.say("alerts-choose-hours")),), (*rows, back))


def describe_digest(one: Subscription) -> str:
    """Say when a digest comes, and of what."""
    schedule, topics = one.schedule, describe(one)
    if schedule is None:
        return topics
    time = write_time(schedule.at)
    day = texts.format_weekday(schedule.weekday) if schedule.weekday is not None else ""
    if topics:
        return texts.say("digest-on", weekly=int(bool(day)), day=day, time=time, topics=topics)
    return texts.say("digest-of-all", weekly=int(bool(day)), day=day, time=time)


def _line(one: Subscription) -> str:
    """Say what an alert looks for, and how it is set."""
    level = one.alert.level.value
    return texts.say("alert-line", wanted=describe(one), level=level, paused=int(one.paused))
