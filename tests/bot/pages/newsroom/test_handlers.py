"""The newsroom over real HTTP: who comes in, for how long, and what they see."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from lxml import html

from bot.pages.init_data import sign
from bot.storage.answer_ref import AnswerRef, PassageRef
from bot.storage.feedback import Reason, Sent
from corpus.storage.sources import Source
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.pages import ADMIN, OTTERS, READER, SHELVED, TOKEN, serving

NOTHING = AnswerRef(AnswerKind.PASSAGES, Verdict.NOTHING, 0.0, ())
FOUND = AnswerRef(AnswerKind.PASSAGES, Verdict.ANSWER, 0.9, (PassageRef(f"{OTTERS.id}#0"),))
SOMEBODY = 42424242
SECRET = "who owns the mill at Senn"


@pytest.fixture
async def kiosk(tmp_path):
    async with serving(tmp_path) as kiosk:
        yield kiosk


@pytest.fixture
async def open_kiosk(tmp_path):
    async with serving(tmp_path / "open", newsroom_questions=True) as kiosk:
        yield kiosk


def word(kiosk, chat_id: int = ADMIN) -> str:
    """The path that the bot sends."""
    return f"/read/newsroom/in/{kiosk.state.page_logins.give(chat_id, kiosk.now[0])}"


def told(kiosk, user: int) -> str:
    fields = {"user": json.dumps({"id": user}), "auth_date": str(int(kiosk.now[0].timestamp()))}
    return urlencode({**fields, "hash": sign(fields, TOKEN)})


async def enter(kiosk) -> str:
    """Come in; returns the path of the session."""
    answer = await kiosk.client.post(word(kiosk))
    assert answer.status_code == 303
    return answer.headers["Location"]


def ask(kiosk, text: str, answer: AnswerRef = FOUND) -> str:
    return kiosk.state.save(SOMEBODY, text, answer).key


def words(answer) -> str:
    return " ".join(html.document_fromstring(answer.content).text_content().split())


async def test_a_word_is_used_by_pressing_and_not_by_looking(kiosk):
    path = word(kiosk)
    for _ in range(2):
        answer = await kiosk.get(path)
        assert answer.status_code == 200
        assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    entered = await kiosk.client.post(path)
    assert entered.status_code == 303
    assert (await kiosk.get(entered.headers["Location"])).status_code == 200
    assert "Set-Cookie" not in entered.headers


async def test_a_word_is_used_once_and_within_five_minutes(kiosk):
    path = word(kiosk)
    await kiosk.client.post(path)
    assert (await kiosk.client.post(path)).status_code == 403
    late = word(kiosk)
    kiosk.pass_time(minutes=5, seconds=1)
    assert (await kiosk.client.post(late)).status_code == 403


async def test_nobody_but_an_admin_comes_in(kiosk):
    assert (await kiosk.client.post(word(kiosk, READER))).status_code == 403
    assert (await kiosk.client.post(f"/read/newsroom/in/{'a' * 32}")).status_code == 403
    assert (
        await kiosk.client.post("/read/m/newsroom", content=told(kiosk, READER))
    ).status_code == 403
    assert (await kiosk.client.post("/read/m/newsroom", content="")).status_code == 403
    token = kiosk.signer.sign("newsroom", READER, timedelta(hours=1))
    assert (await kiosk.get(f"/read/newsroom/{token}")).status_code == 403
    other = kiosk.signer.sign("else", ADMIN, timedelta(hours=1))
    assert (await kiosk.get(f"/read/newsroom/{other}")).status_code == 403


async def test_who_is_no_admin_any_more_is_out_at_once(kiosk):
    path = await enter(kiosk)
    kiosk.room.archive.settings = kiosk.room.archive.settings.model_copy(
        update={"admins": frozenset({1})}
    )
    assert (await kiosk.get(path)).status_code == 403


async def test_a_session_ends_after_an_hour(kiosk):
    path = await enter(kiosk)
    kiosk.pass_time(hours=1)
    assert (await kiosk.get(path)).status_code == 403


async def test_within_telegram_an_admin_comes_in_by_who_they_are(kiosk):
    assert (await kiosk.get("/read/m/newsroom")).status_code == 200
    answer = await kiosk.client.post("/read/m/newsroom", content=told(kiosk, ADMIN))
    page = await kiosk.get(answer.text)
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    links = html.document_fromstring(page.content).xpath("//form/@action")
    assert links == [f"{answer.text}/trace", f"{answer.text}/end"]


async def test_nothing_of_it_is_kept_by_a_browser(kiosk):
    assert (await kiosk.get(await enter(kiosk))).headers["Cache-Control"] == "no-store"


async def test_what_readers_asked_is_counted_and_not_shown(kiosk):
    key = ask(kiosk, SECRET, NOTHING)
    kiosk.state.usage.note(AnswerKind.PASSAGES, Verdict.NOTHING, 0.1, kiosk.now[0])
    path = await enter(kiosk)
    shown = await kiosk.get(path)
    assert SECRET not in shown.text
    assert "BYLINE_NEWSROOM_QUESTIONS" in words(shown)
    assert "1unanswered" in words(shown)
    assert (await kiosk.get(f"{path}/q/{key}")).status_code == 410


async def test_where_readers_are_told_so_questions_are_shown_without_whose(open_kiosk):
    key = ask(open_kiosk, SECRET, NOTHING)
    ask(open_kiosk, f"{SECRET}?", NOTHING)
    ask(open_kiosk, "how many otters are there", FOUND)
    path = await enter(open_kiosk)
    page = html.document_fromstring((await open_kiosk.get(path)).content)
    missed = page.xpath("//section[h2[@id='missed']]")[0].text_content()
    assert missed.startswith("What goes unanswered2 × who owns")
    assert "how many otters" not in missed
    asked = page.xpath("//section[h2[@id='asked']]//td//a/text()")
    assert asked[0] == "how many otters are there"
    assert str(SOMEBODY) not in html.tostring(page).decode()
    opened = await open_kiosk.get(f"{path}/q/{key}")
    assert opened.status_code == 200
    assert SECRET in words(opened)


async def test_many_alike_are_folded(open_kiosk):
    for number in range(12):
        ask(open_kiosk, f"{SECRET} {number}", NOTHING)
    page = html.document_fromstring((await open_kiosk.get(await enter(open_kiosk))).content)
    assert page.xpath("//details/summary/text()") == ["11 alike"]
    assert len(page.xpath("//details//li")) == 8


async def test_a_question_sent_with_a_thumb_is_shown_and_explained(kiosk):
    feedback, key = kiosk.state.feedback, ask(kiosk, "x")
    feedback.rate(key, READER, good=False, kind=AnswerKind.PASSAGES)
    feedback.explain(key, READER, Reason.OLD)
    feedback.rate("silent", READER, good=False, kind=AnswerKind.PASSAGES)
    feedback.rate("up", READER, good=True, kind=AnswerKind.PASSAGES)
    feedback.send(key, READER, Sent("where do the otters live", OTTERS.id, kiosk.now[0]))
    path = await enter(kiosk)
    page = html.document_fromstring((await kiosk.get(path)).content)
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("td")][:3]
        for row in page.xpath("//section[h2[@id='down']]//tbody/tr")
    ]
    assert sorted(rows) == [
        ["not sent along", "passages", ""],
        ["where do the otters live", "passages", "out of date"],
    ]
    opened = await kiosk.get(f"{path}/q/{key}")
    told = words(opened)
    assert "where do the otters live" in told
    for part in ("What was understood", "Routes", "Passages", "Searched by", "Otters move into"):
        assert part in told


async def test_a_question_may_be_typed(kiosk):
    path = await enter(kiosk)
    answer = await kiosk.client.post(
        f"{path}/trace", data={"q": "how many otters? 2026 " + "x" * 999}
    )
    assert answer.status_code == 200
    assert len(html.document_fromstring(answer.content).xpath("//section")) == 3
    empty = await kiosk.client.post(f"{path}/trace", data={"q": " "})
    assert "Nothing can be searched" in empty.text
    assert (await kiosk.client.post(f"{path}/trace")).status_code == 200
    assert (await kiosk.get(f"{path}/trace")).status_code == 410


async def test_feeds_and_alerts_are_shown(kiosk):
    now = kiosk.now[0]
    well = Source("https://weir.example/feed", now, kind="RSS", title="The Weir Post")
    kiosk.store.sources.add(well)
    kiosk.store.sources.add(
        replace(well, url="https://mill.example/feed", title="", errors=2, failing_since=now,
                error="the site does not answer <b>")
    )  # fmt: skip
    shown = words(await kiosk.get(await enter(kiosk)))
    assert "The Weir Post" in shown
    assert "the site does not answer <b>" in shown
    assert "0 alerts in 0 chats" in shown


async def test_an_empty_newsroom_is_a_page_too(open_kiosk):
    shown = await open_kiosk.get(await enter(open_kiosk))
    assert words(shown).count("None.") == 3


async def test_an_admin_ends_all_links_and_their_own_session(kiosk):
    path, shelf = await enter(kiosk), kiosk.path(SHELVED)
    assert (await kiosk.get(shelf)).status_code == 200
    assert (await kiosk.client.post(f"/read/newsroom/{'A' * 48}/end")).status_code == 403
    assert (await kiosk.get(f"{path}/end")).status_code == 405
    ended = await kiosk.client.post(f"{path}/end")
    assert "open nothing any more" in words(ended)
    assert [(await kiosk.get(one)).status_code for one in (path, shelf)] == [403, 403]
    kiosk.pass_time(minutes=1)
    assert (await kiosk.get(kiosk.path(SHELVED))).status_code == 200
    assert (await kiosk.get(await enter(kiosk))).status_code == 200
