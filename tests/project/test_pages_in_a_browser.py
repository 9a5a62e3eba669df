"""The pages in a real browser: what is seen, and what hands and eyes of every kind can do."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import quote, urlencode

import pytest

from bot.pages.init_data import sign
from bot.storage.answer_ref import AnswerRef
from retrieval.answers import AnswerKind
from retrieval.results import Verdict
from tests.support.browser import browsing, find_axe, find_chromium, opened
from tests.support.pages import ADMIN, HOSTILE, OTTERS, READER, SHELVED, TOKEN, find, serving

pytestmark = pytest.mark.skipif(
    not find_chromium(), reason="there is no Chromium in PATH, and CHROMIUM names none"
)
WORDS = "It was nineteen in all."
LONG = replace(
    OTTERS,
    headline="Otters counted",
    body="\n\n".join(
        [*(f"Line {n} tells of otter {n} and its stone. " * 5 for n in range(60)), WORDS,
         "“They will leave in autumn,” said Odo Brandt, the keeper of the lock.",
         *(f"Line {n} tells of another day. " * 5 for n in range(60))]
    ),
)  # fmt: skip
IN_VIEW = """(() => {
  const box = document.getElementById("mark").getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.width > 0;
})()"""
WIDER = "document.documentElement.scrollWidth - innerWidth"
THEME = {"bg_color": "#101820", "text_color": "#f0f0f0", "link_color": "#66ccff",
         "hint_color": "#202830"}  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    with browsing() as port:
        yield port


@pytest.fixture
async def kiosk(tmp_path):
    base = {"base": "https://pages.example", "newsroom_questions": True}
    async with serving(tmp_path, LONG, SHELVED, HOSTILE, **base) as kiosk:
        yield kiosk


@pytest.fixture
async def tab(chromium):
    async with opened(chromium) as tab:
        await tab.size(800)
        yield tab


def at(kiosk, article, words="") -> str:
    """The address of an article's page, here."""
    place = find(article, words) if words else None
    url = kiosk.addresses.of(READER)(article, place).url
    return url.replace("https://pages.example", f"http://127.0.0.1:{kiosk.port}")


def in_app(kiosk, path: str, user: int = READER, theme=THEME) -> str:
    """The address by which Telegram opens a Mini App."""
    fields = {"user": json.dumps({"id": user}), "auth_date": str(int(kiosk.now[0].timestamp()))}
    data = urlencode({**fields, "hash": sign(fields, TOKEN)})
    told = {"tgWebAppData": data, "tgWebAppVersion": "9.1", "tgWebAppPlatform": "ios",
            "tgWebAppThemeParams": json.dumps(theme)}  # fmt: skip
    return f"http://127.0.0.1:{kiosk.port}{path}#{urlencode(told, quote_via=quote)}"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
async def test_the_passage_is_in_view_and_marked(kiosk, tab, scripts):
    if not scripts:
        await tab.forbid_scripts()
    await tab.open(at(kiosk, LONG, WORDS))
    assert await tab.run(IN_VIEW)
    assert await tab.run("scrollY") > 1000
    assert await tab.run("document.getElementById('mark').textContent") == WORDS
    back, ground = "getComputedStyle(document.getElementById('mark')).backgroundColor", "body"
    assert await tab.run(back) != await tab.run(
        f"getComputedStyle(document.{ground}).backgroundColor"
    )


async def test_the_passage_is_in_view_where_a_browser_knows_no_text_fragments(kiosk, tab):
    await tab.open(at(kiosk, LONG, WORDS).partition(":~:")[0])
    assert await tab.run(IN_VIEW)


async def test_nothing_is_wider_than_the_window(kiosk, tab):
    for article in (SHELVED, HOSTILE):
        await tab.open(at(kiosk, article))
        for width in (320, 390, 600, 959, 960, 1280, 1600):
            await tab.size(width)
            assert await tab.run(WIDER) <= 0, (article.headline, width)


async def test_speakers_stand_beside_the_text_where_there_is_room(kiosk, tab):
    sides = """(() => {
      const who = document.querySelector(".who").getBoundingClientRect();
      const said = document.querySelector(".who + p").getBoundingClientRect();
      return [who.left >= said.right, who.bottom <= said.top + 1];
    })()"""
    await tab.size(1280)
    await tab.open(at(kiosk, SHELVED))
    assert await tab.run(sides) == [True, False]
    await tab.size(390)
    assert await tab.run(sides) == [False, True]


@pytest.mark.skipif(not find_axe(), reason="axe-core is not installed (npm install axe-core)")
async def test_axe_finds_nothing_to_complain_of(kiosk, tab):
    axe = find_axe().read_text(encoding="utf-8")
    for url in (
        at(kiosk, SHELVED, "They will leave"),
        at(kiosk, HOSTILE),
        f"http://127.0.0.1:{kiosk.port}/nothing",
        f"http://127.0.0.1:{kiosk.port}/m/s/{SHELVED.id}",
    ):
        await tab.open(url)
        await tab.run(axe)
        for scheme, width in (("light", 320), ("dark", 1280)):
            await tab.prefer(scheme)
            await tab.size(width)
            found = await tab.run("axe.run().then(found => found.violations)")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


@pytest.mark.skipif(not find_axe(), reason="axe-core is not installed (npm install axe-core)")
async def test_the_newsroom_is_entered_by_a_button_and_axe_finds_nothing_there(kiosk, tab):
    for text in ("who owns the mill", "who owns the mill now", HOSTILE.headline, "W" * 400):
        kiosk.state.save(READER, text, AnswerRef(AnswerKind.PASSAGES, Verdict.NOTHING, 0.0, ()))
        kiosk.state.usage.note(AnswerKind.PASSAGES, Verdict.NOTHING, 0.1, kiosk.now[0])
    word, axe = kiosk.state.page_logins.give(ADMIN, kiosk.now[0]), find_axe().read_text("utf-8")
    await tab.open(f"http://127.0.0.1:{kiosk.port}/newsroom/in/{word}")
    await tab.press("Tab", 9)
    for title in ("Newsroom", "Why a question is answered so"):
        await tab.follow("document.activeElement.click()")
        assert await tab.run("document.title") == title
        await tab.run(axe)
        for scheme, width in (("light", 320), ("dark", 1280), ("light", 1600)):
            await tab.prefer(scheme)
            await tab.size(width)
            assert await tab.run(WIDER) <= 0
            found = await tab.run("axe.run().then(found => found.violations)")
            assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        await tab.run("document.querySelector('td a')?.focus()")
    assert tab.said == []


async def test_keys_lead_to_every_link_and_it_is_seen_which(kiosk, tab):
    await tab.open(at(kiosk, SHELVED, "They will leave"))
    links, seen = await tab.run("document.querySelectorAll('a[href]').length"), set()
    for _ in range(2 * links):
        await tab.press("Tab", 9)
        if await tab.run("document.activeElement === document.body"):
            continue  # it is the browser's own turn
        seen.add(await tab.run("document.activeElement.getAttribute('href')"))
        assert await tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert {"#mark", "#p1", "#p2", "#p3"} <= seen
    await tab.run("scrollTo(0, 0); document.querySelector('a[href=\"#mark\"]').focus()")
    await tab.press("Enter", 13)
    assert await tab.run("location.hash") == "#mark"


async def test_a_hostile_article_runs_nothing_and_fetches_nothing(kiosk, tab):
    await tab.open(at(kiosk, HOSTILE))
    assert tab.said == [] or all("favicon" in said for said in tab.said)
    own = f"http://127.0.0.1:{kiosk.port}/"
    assert all(url.startswith(own) for url in tab.asked)
    assert await tab.run("document.images.length + document.querySelectorAll('svg').length") == 0
    assert await tab.run("document.cookie + localStorage.length") == "0"


async def test_on_paper_there_are_no_links_to_press_and_black_is_black(kiosk, tab):
    await tab.prefer("dark", media="print")
    await tab.open(at(kiosk, SHELVED, "They will leave"))
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert await tab.run(style.format("body", "color")) == "rgb(0, 0, 0)"
    assert await tab.run(style.format(".jump", "display")) == "none"


async def test_within_telegram_its_colours_are_taken_and_the_passage_is_in_view(kiosk, tab):
    mark = at(kiosk, LONG, WORDS).partition("?m=")[2].partition("#")[0]
    await tab.open(in_app(kiosk, f"/m/a/{LONG.id}?m={mark}"))
    assert await tab.run(IN_VIEW)
    assert await tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(16, 24, 32)"
    hint = "getComputedStyle(document.documentElement).getPropertyValue('--hint')"
    assert await tab.run(hint) == "#f0f0f0"  # Telegram's could not be read on its ground
    assert tab.said == []


async def test_colours_that_are_none_or_cannot_be_read_are_left(kiosk, tab):
    for theme in (
        {"bg_color": "#101820", "text_color": "#101821"},
        {"bg_color": "url(https://evil.example)", "text_color": "#ffffff"},
        {"bg_color": "red;}", "text_color": ["#ffffff"]},
        "no object",
        None,
    ):
        await tab.open("about:blank")
        await tab.open(in_app(kiosk, f"/m/a/{LONG.id}", theme=theme))
        assert await tab.run("document.documentElement.getAttribute('style')") is None
    assert tab.said == []


async def test_within_telegram_a_shelf_opens_for_its_reader(kiosk, tab):
    mark = at(kiosk, SHELVED, "They will leave").partition("?m=")[2].partition("#")[0]
    await tab.open(in_app(kiosk, f"/m/s/{SHELVED.id}?m={mark}"))
    until = "new Promise(done => { const look = () => document.getElementById('mark') ?"
    until += " done(location.pathname) : setTimeout(look, 20); look(); })"
    path = await tab.run(until)
    assert path.startswith("/m/r/")
    assert await tab.run(IN_VIEW)
    assert await tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(16, 24, 32)"


async def test_within_telegram_a_shelf_opens_for_nobody_else(kiosk, tab):
    await tab.open(in_app(kiosk, f"/m/s/{SHELVED.id}", user=8))
    told = (
        "new Promise(done => { const look = () => document.querySelector('[data-refused]').hidden"
    )
    assert await tab.run(f"{told} ? setTimeout(look, 20) : done(1); look(); }})") == 1
    assert "otters" not in await tab.run("document.body.textContent")


async def test_telegrams_back_button_goes_back_within_the_page(kiosk, tab):
    await tab.do(
        "Page.addScriptToEvaluateOnNewDocument",
        source="window.posted = []; window.TelegramWebviewProxy = "
        "{ postEvent: (type, data) => posted.push([type, data]) };",
    )
    await tab.open(in_app(kiosk, f"/m/a/{LONG.id}"))
    posted = "posted.filter(one => one[0] === 'web_app_setup_back_button').map(one => one[1])"
    assert ["web_app_ready", "{}"] in await tab.run("posted")
    assert await tab.run(posted) == []
    wait = "new Promise(done => setTimeout(done, 100))"
    await tab.run(f"document.querySelector('.said a').click(); {wait}")
    assert await tab.run(posted) == ['{"is_visible":true}']
    await tab.run(f"Telegram.WebView.receiveEvent('back_button_pressed'); {wait}")
    assert (await tab.run(posted))[-1] == '{"is_visible":false}'
    assert (await tab.run("location.hash")).startswith("#tgWebAppData=")


async def test_other_sheets_keep_what_telegram_said(kiosk, tab):
    await tab.open(in_app(kiosk, f"/m/a/{HOSTILE.id}"))
    await tab.follow("document.querySelector('nav a').click()")
    assert (await tab.run("location.search")) == "?s=2"
    assert await tab.run("getComputedStyle(document.body).backgroundColor") == "rgb(16, 24, 32)"
