"""The newsroom's pages: the overview, and why a question was answered as it was.

Tested over HTTP in `tests/bot/pages/newsroom/test_handlers.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import texts
from bot.admin.feeds import describe
from bot.pages.markup import Child, Node, link, make, write_page
from bot.pages.newsroom.bars import draw_bars
from bot.pages.newsroom.figures import Figures
from bot.pages.newsroom.likeness import Group
from bot.reply.buttons import cut
from bot.storage.alerts.subscriptions import Kind
from bot.storage.feedback import Rating
from bot.storage.pages.asked import Question
from corpus.text import squeeze
from retrieval.explain import Explanation, Route, Understood
from retrieval.results import Hit

_TEXT_CHARS, _PASSAGE_CHARS, _NAME_CHARS = 200, 400, 80
_ALIKE, _SIGNS, _HITS = 8, 12, 8


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page of the newsroom lies.

    Attributes:
        root: Path under which all pages lie.
        path: Of the overview, with the session's token.
        app: Whether it is shown within Telegram as well.
    """

    root: str
    path: str
    app: bool = False

    def write(self, title: str, *body: Child) -> bytes:
        """Write a page."""
        shown = make("main", *body, class_="desk")
        return write_page(title, (shown,), root=self.root, app=self.app)


def draw_overview(figures: Figures, frame: Frame, now: datetime) -> bytes:
    """Draw what is asked, what is not answered, what readers dislike, feeds and alerts."""
    title = texts.say("admin-newsroom")
    return frame.write(
        title,
        make("h1", title),
        _tiles(figures),
        _section("asked", texts.say("admin-newsroom-asked"), _asked(figures, frame)),
        _section("missed", texts.say("admin-newsroom-missed"), _missed(figures, frame)),
        _section("down", texts.say("admin-newsroom-down"), _down(figures.down, frame)),
        _section("feeds", texts.say("admin-newsroom-feeds"), _feeds(figures, now)),
        _section("alerts", texts.say("admin-newsroom-alerts"), _alerts(figures)),
        _section("trace", texts.say("admin-newsroom-trace"), (draw_form(frame),)),
        _section("links", texts.say("admin-newsroom-links"), (_ending(frame),)),
    )


def draw_trace(question: str, found: Explanation | None, frame: Frame) -> bytes:
    """Draw what was understood of a question, the routes with their scores, and the passages."""
    body: list[Child] = [
        make("p", link(texts.say("admin-newsroom-back"), frame.path)),
        make("h1", squeeze(question)[:_TEXT_CHARS], dir="auto"),
        make("p", texts.say("admin-newsroom-anew"), class_="hint"),
    ]
    if found is None:
        body.append(make("p", texts.say("admin-newsroom-nothing")))
    else:
        read, routes = _understood(found.understood), [_routes(found.routes)]
        body += [
            _section("read", texts.say("admin-newsroom-read"), (read,)),
            _section("routes", texts.say("admin-newsroom-routes"), routes),
            _section("hits", texts.say("admin-newsroom-hits"), _hits(found)),
        ]
    return frame.write(texts.say("admin-newsroom-trace"), *body)


def draw_form(frame: Frame) -> Node:
    """A field for a question of one's own."""
    return make(
        "form",
        make("label", texts.say("admin-newsroom-question"), for_="q"),
        make("input", id="q", name="q", maxlength="500", required="", autocomplete="off"),
        make("button", texts.say("admin-newsroom-explain"), type="submit"),
        method="post",
        action=f"{frame.path}/trace",
    )


def draw_ended(frame: Frame) -> bytes:
    """Say that all links are ended, the one to this page too."""
    title = texts.say("admin-newsroom-links")
    return frame.write(title, make("h1", title), make("p", texts.say("admin-newsroom-ended")))


def draw_door(root: str) -> bytes:
    """The page on which a one-time word is used: by pressing, so that no preview uses it up."""
    title = texts.say("admin-newsroom")
    form = make("form", make("button", texts.say("admin-newsroom-enter"), type="submit"),
                method="post")  # fmt: skip
    note = make("p", texts.say("admin-newsroom-once"), class_="hint")
    body = make("main", make("h1", title), form, note, class_="plain")
    return write_page(title, (body,), root=root)


def _section(name: str, title: str, children: Iterable[Child]) -> Node:
    heading = make("h2", title, id=name)
    return make("section", heading, *children, aria_labelledby=name, class_="part")


def _ending(frame: Frame) -> Node:
    """A button that ends all links."""
    return make(
        "form",
        make("p", texts.say("admin-newsroom-may-end"), class_="hint"),
        make("button", texts.say("admin-newsroom-end"), type="submit"),
        method="post",
        action=f"{frame.path}/end",
    )


def _tiles(figures: Figures) -> Node:
    week, readers = figures.usage.week, figures.usage.readers
    shown = (
        (f"{figures.articles:,}", texts.say("admin-tile-articles")),
        (f"{week.asked:,}", texts.say("admin-tile-questions")),
        (f"{week.unanswered:,}", texts.say("admin-tile-missed")),
        (f"{readers[1]:,}", texts.say("admin-newsroom-readers")),
        (f"{len(figures.down):,}", texts.say("admin-newsroom-down")),
    )
    tiles = [make("div", make("dt", label), make("dd", number)) for number, label in shown]
    return make("dl", *tiles, class_="tiles")


def _asked(figures: Figures, frame: Frame) -> list[Node]:
    chart = draw_bars(texts.say("admin-newsroom-asked"), figures.usage.days)
    legend = make(
        "p",
        make("span", "■ ", class_="key one"), texts.say("admin-legend-answered"), "  ",
        make("span", "■ ", class_="key two"), texts.say("admin-legend-missed"),
        class_="hint",
    )  # fmt: skip
    if figures.lately is None:
        return [chart, legend, _not_shown()]
    rows = [
        (_open(one, frame), one.kind.value, one.verdict.value, _time(one.asked))
        for one in figures.lately
    ]
    heads = ("question", "answer", "verdict", "asked")
    return [chart, legend, _table(heads, rows)]


def _missed(figures: Figures, frame: Frame) -> list[Node]:
    if figures.unanswered is None:
        return [_not_shown()]
    return [_group(one, frame) for one in figures.unanswered] or [_none()]


def _group(group: Group, frame: Frame) -> Node:
    first, *others = group.questions
    head = make("p", make("b", f"{len(group.questions)} × "), _open(first, frame))
    if not others:
        return head
    alike = [make("li", _open(one, frame)) for one in others[:_ALIKE]]
    more = texts.say("admin-newsroom-alike", count=len(others))
    return make("div", head, make("details", make("summary", more), make("ul", *alike)))


def _down(down: Sequence[Rating], frame: Frame) -> list[Node]:
    if not down:
        return [_none()]
    rows = [
        (
            _lead(one.question, one.key, frame) if one.question else _unsent(),
            one.kind.value if one.kind else "",
            one.reason.value if one.reason else "",
            _time(one.rated),
        )
        for one in down
    ]
    heads = ("question", "answer", "reason", "rated")
    return [_table(heads, rows)]


def _feeds(figures: Figures, now: datetime) -> list[Node]:
    rows = [
        (one.name[:_NAME_CHARS], one.state.value, describe(one, now)[:_TEXT_CHARS])
        for one in figures.feeds
    ]
    heads = ("feed", "state", "detail")
    return [_table(heads, rows)] if rows else [_none()]


def _alerts(figures: Figures) -> list[Node]:
    alerts, chats = figures.alerts[Kind.ALERT]
    counted = texts.say(
        "admin-newsroom-standing", alerts=alerts, chats=chats,
        digests=figures.alerts[Kind.DIGEST][0],
    )  # fmt: skip
    chart = draw_bars(texts.say("admin-newsroom-told"), figures.told)
    anything = any(count for count, _ in figures.told.values())
    return [make("p", counted), *((chart,) if anything else ())]


def _understood(read: Understood) -> Node:
    signs = [f"{name} {strength:.2f}" for name, strength in read.signs[:_SIGNS]]
    known = (
        ("terms", read.terms),
        ("unknown", read.unknown),
        ("names", read.names),
        ("phrases", read.phrases),
        ("publishers", read.publishers),
        ("periods", [texts.format_period(one) for one in read.periods]),
        ("people", read.people),
        ("signs", signs),
    )
    groups = [
        make("div", make("dt", _name(name)), make("dd", ", ".join(words), dir="auto"))
        for name, words in known
        if words
    ]
    return make("dl", *groups, class_="known")


def _routes(routes: Sequence[Route]) -> Node:
    rows = [
        (
            one.kind.value,
            f"{one.chance:.2f}",
            f"{one.prior:+.2f}",
            f"{one.found:+.2f}",
            ", ".join(f"{name} {value:.2f}" for name, value in one.evidence.items() if value),
            _shown(one),
        )
        for one in routes
    ]
    return _table(("route", "chance", "by-words", "by-finds", "evidence", "shows"), rows)


def _shown(route: Route) -> str:
    """What a route would show; of several articles to choose from, that there are some."""
    if route.answer is None:
        return texts.say("admin-newsroom-no")
    return cut(squeeze(route.answer.text), _TEXT_CHARS) or "…"


def _hits(found: Explanation) -> list[Node]:
    sure = texts.say(
        "admin-newsroom-sure",
        verdict=found.result.verdict.value,
        confidence=f"{found.result.confidence:.2f}",
        articles=found.result.searched,
    )
    return [make("p", sure), make("ol", *(_hit(one) for one in found.hits[:_HITS]))]


def _hit(hit: Hit) -> Node:
    parts = [f"{hit.score:.3f}", hit.article.publisher, texts.format_day(hit.article.published)]
    if hit.window:
        answers = hit.window.reading.answers
        told = "" if answers is None else f", answers {answers:+.1f}"
        parts.append(f"relevance {hit.window.reading.relevance:+.1f}{told}")
    about = " · ".join(part for part in parts if part)
    return make(
        "li",
        make("b", squeeze(hit.article.headline)[:_TEXT_CHARS], dir="auto"),
        make("p", about, class_="hint"),
        make("p", cut(squeeze(hit.passage.text), _PASSAGE_CHARS), dir="auto"),
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[Child]]) -> Node:
    head = make("thead", make("tr", *(make("th", _name(one), scope="col") for one in heads)))
    body = make("tbody", *(make("tr", *(make("td", cell, dir="auto") for cell in row))
                           for row in rows))  # fmt: skip
    # It scrolls by itself, by keys too, where a window is narrow.
    return make("div", make("table", head, body), class_="wide", tabindex="0", role="group",
                aria_label=_name(heads[0]))  # fmt: skip


def _name(key: str) -> str:
    """The heading of a column."""
    return texts.say(f"admin-column-{key}")


def _open(question: Question, frame: Frame) -> Node:
    return _lead(question.text, question.key, frame)


def _lead(text: str, key: str, frame: Frame) -> Node:
    return link(squeeze(text)[:_TEXT_CHARS] or "…", f"{frame.path}/q/{key}", dir="auto")


def _unsent() -> Node:
    return make("span", texts.say("admin-newsroom-unsent"), class_="hint")


def _not_shown() -> Node:
    return make("p", texts.say("admin-newsroom-hidden"), class_="hint")


def _none() -> Node:
    return make("p", texts.say("admin-newsroom-none"), class_="hint")


def _time(when: datetime) -> Node:
    return make("time", f"{when:%d.%m. %H:%M}", datetime=when.isoformat(timespec="minutes"))
