"""What a chat hands in is read, lies on its shelf, and is nobody else's."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.admin.health import Health
from bot.dialogue import hand_ins as module
from bot.dialogue.conversation import Conversation
from bot.dialogue.hand_ins import HandIns
from bot.dialogue.views import Views
from bot.intake import Intake, name_shelf
from bot.intents.handed import Handed, Origin
from bot.message_context import MessageContext
from bot.reply.actions import (
    AskAbout,
    ExportShelf,
    ReadAsArticle,
    ShareWithAll,
    TakeOff,
    TurnShelf,
)
from bot.reply.reply import Quote
from bot.services import Services
from bot.settings import Settings
from corpus.errors import Cause, FetchError
from corpus.ingest import ingest
from corpus.parse.records import read_record
from retrieval.answers import AnswerKind
from tests.support.databases import copy_of_empty
from tests.support.fake_web import FakeFetcher, entry, news, page, rss
from tests.support.models import FakeEncoder
from tests.support.newsroom import ARTICLES, action, citations, labels, notes

ME = MessageContext(7)
YOU = MessageContext(8)
GROUP = MessageContext(-100, private=False)
BELL = "https://news.example/bell"
PAGES = {
    BELL: page(
        news(
            "Bell cast for the weir",
            text=[
                "The foundry at Aldbury cast a bell for the weir on Friday. It weighs two tons.",
                '"It sings like a heron," said Ottoline Crabbe, who runs the foundry. '
                "She said that the clapper would come in June.",
                '"We asked for a whistle," said Tobias Wren, the keeper of the weir.',
            ],
        ),
        BELL,
    ),
    "https://news.example/tram": page(
        news("Tram line ends", text=["The tram to the mill made its last trip." * 4]),
        "https://news.example/tram",
    ),
    "https://news.example/feed": rss(entry("a")),
    "https://news.example/pay": FetchError("403: pay", Cause.CLOSED),
    "https://news.example/robots": FetchError("robots", Cause.ROBOTS),
    "https://news.example/large": FetchError("large", Cause.TOO_LARGE),
    "https://news.example/shell": page("<html></html>", "https://news.example/shell"),
    "https://news.example/fr": page(
        news("Le pont ferme", text=["Le pont de la ville ferme lundi pour deux mois."] * 3).replace(
            "<html>", '<html lang="fr">'
        ),
        "https://news.example/fr",
    ),
}
PASTED = """Heron nests on the gauge

By Ada Quay

A heron has built its nest on the gauge of the weir. The keeper found three eggs on Sunday.

"I read the water by eye until they hatch," said Tobias Wren, the keeper of the weir.

The office in the town agreed to it. It will send a boy with a rope once a week.

Herons were last seen at the weir nine years ago, when one stayed for a winter."""


@pytest.fixture(autouse=True)
def _without_a_model(monkeypatch):
    monkeypatch.setattr("bot.services.Encoder", lambda *_, **__: FakeEncoder())


class Home:
    """A home folder with a few shared articles, and whoever talks to it."""

    def __init__(self, folder, **more):
        self.settings = Settings(_env_file=None, home=folder, reranker="none", **more)
        self.services = Services(self.settings)
        self.web = FakeFetcher(PAGES)
        chats = self.services.chats
        store = self.services.store
        ingest(ARTICLES, store=store, embedder=self.services.encoder)
        intake = Intake(self.services, make_fetcher=partial(nullcontext, self.web))
        self.hand_ins = HandIns(intake, store.whole(), chats, self.settings)
        self.searcher = self.services.searcher
        self.talk = Conversation(self.searcher, chats, hand_ins=self.hand_ins)
        self.sent = 0

    def say(self, context, text):
        reply = self.talk.hear(context, text)
        return self.shown(context, reply)

    def shown(self, context, reply):
        self.sent += 1
        self.talk.sent(context, self.sent, reply)
        return reply

    def press(self, context, do):
        return self.talk.press(context, do)

    def shelf(self, context):
        return self.services.store.only(name_shelf(context.chat_id))


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


# What is taken in


def test_an_address_gets_a_card_in_the_articles_own_words(home):
    card = home.say(ME, BELL)
    (cited,), article = citations(card), home.shelf(ME).get(BELL)
    assert (cited.headline, cited.url) == ("Bell cast for the weir", BELL)
    (lead,) = (block for block in card.blocks if isinstance(block, Quote))
    words = "".join(span.text for span in lead.spans)
    assert article.body.startswith(words)
    assert 0 < len(words) <= 400
    assert labels(card) == ["Summary", "Who said what", "Ask about it", "Keep"]
    assert notes(card) == [
        "It lies on your shelf for 30 days, and only you are answered from it: /shelf"
    ]


def test_what_is_asked_with_an_address_is_answered_from_it(home):
    reply = home.say(ME, f"what does she say about the clapper? {BELL}")
    assert reply.answer.kind is AnswerKind.QUOTATIONS
    assert {one.attribution.name for one in reply.answer.said.quotations} == {"Ottoline Crabbe"}
    assert notes(reply)[-1].startswith("It lies on your shelf")
    assert home.say(ME, f"sum this up {BELL}").answer.kind is AnswerKind.SUMMARY


def test_a_question_that_follows_leans_on_what_was_handed_in(home):
    home.say(ME, BELL)
    reply = home.say(ME, "how much does it weigh?")
    assert reply.articles[0] == home.shelf(ME).ids()[0]


def test_who_said_what_lists_those_who_speak_in_it(home):
    keeper = "Tobias Wren, the keeper of the weir (1)"
    speakers = ["Ottoline Crabbe (2)", keeper, "Back to the answer"]
    assert labels(home.say(ME, f"who said what? {BELL}")) == speakers
    home.say(ME, BELL)
    assert labels(home.say(ME, "so who said what in it")) == speakers
    home.say(ME, "https://news.example/tram")
    assert labels(home.say(ME, "who is quoted in that article?")) != speakers


def test_a_pasted_article_is_read_and_asked_about(home):
    card = home.say(ME, PASTED)
    assert [one.headline for one in citations(card)] == ["Heron nests on the gauge"]
    reply = home.say(ME, f"{PASTED}\n\nWhat does the keeper say?")
    assert reply.answer.said.quotations[0].attribution.name == "Tobias Wren"
    assert home.shelf(ME).count() == 1


def test_in_doubt_the_reader_says_what_it_is(home):
    text = " ".join(PASTED.split("\n")[4:]) + " Nobody minds."
    asked = home.say(ME, text)
    assert labels(asked) == ["Read it as an article", "Answer it as a question"]
    assert home.shelf(ME).count() == 0
    outcome = home.press(ME, action(asked, "Read it as an article"))
    assert isinstance(action(asked, "Read it as an article"), ReadAsArticle)
    assert citations(outcome.reply)
    assert home.shelf(ME).count() == 1
    assert home.press(ME, action(asked, "Answer it as a question")).reply


def test_a_file_is_read_as_byline_add_reads_it(home, tmp_path):
    file = tmp_path / "two.jsonl"
    records = [{"headline": f"Eel {n}", "body": f"Eel {n} swam up the weir today."} for n in (1, 2)]
    file.write_text("\n".join(map(json.dumps, records)))
    reply = home.talk.hand_in_file(ME, file, "")
    assert [one.headline for one in citations(reply)] == ["Eel 1", "Eel 2"]
    reply = home.talk.hand_in_file(ME, file, "where did eel 2 swim?")
    assert reply.articles
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert notes(home.talk.hand_in_file(ME, empty, ""))[0].startswith("I could not read")


def test_a_post_that_is_handed_on_says_where_it_is_from(home):
    when = datetime(2026, 5, 3, 9, tzinfo=UTC)
    origin = Origin("Weir News", "https://t.me/weirnews/12", when)
    card = home.talk.hand_in(ME, Handed(text=PASTED, origin=origin))
    (cited,) = citations(card)
    assert (cited.publisher, cited.url, cited.published) == (origin.publisher, origin.url, when)


def test_several_addresses_come_together(home):
    reply = home.say(ME, f"{BELL} https://news.example/tram https://news.example/pay")
    assert len(citations(reply)) == 2
    assert any("log in or pay" in note for note in notes(reply))


def test_what_is_known_already_is_not_fetched_again(home):
    home.say(ME, BELL)
    asked = len(home.web.asked)
    assert home.say(ME, BELL).answer.kind is AnswerKind.SUMMARY
    home.say(ME, f"what does she say? {BELL}")
    known = home.say(YOU, f"Who drove its cars? {ARTICLES[0].url}")
    assert len(home.web.asked) == asked
    assert known.articles[0] == ARTICLES[0].id
    assert home.shelf(YOU).count() == 0


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("pay", "log in or pay"),
        ("robots", "asks programs"),
        ("large", "too large"),
        ("shell", "no article in it"),
        ("feed", "lists articles"),
        ("missing", "not there"),
    ],
)
def test_a_refusal_says_why_in_a_line(home, page, why):
    home.web.pages["https://news.example/missing"] = FetchError("gone", Cause.NOT_THERE)
    (note,) = notes(home.say(ME, f"https://news.example/{page}"))
    assert why in note
    assert ("paste" in note) == (page in ("pay", "robots", "shell"))
    assert home.shelf(ME).count() == 0


def test_robots_are_asked_for_what_a_stranger_sends(home):
    home.say(ME, BELL)
    assert home.web.asked == [(BELL, True, None, None)]


def test_another_language_is_said_to_be(home):
    assert any("not in English" in note for note in notes(home.say(ME, "https://news.example/fr")))


# Whose it is


def test_nobody_else_is_answered_from_it(home):
    home.say(ME, BELL)
    assert home.say(ME, "Who asked for a whistle?").articles[0] == home.shelf(ME).ids()[0]
    for other in (YOU, GROUP):
        for typed in ("Who asked for a whistle at the weir?", "/quotes Tobias Wren", "/latest"):
            reply = home.say(other, typed)
            assert "Bell cast" not in repr(reply)
            assert "whistle" not in repr(reply.blocks)
    offers = home.talk.offers(ME, "Ottoline Crabbe bell weir")
    assert "Bell cast" not in repr(offers)
    assert "Bell cast" not in repr(home.talk.visit(ME, "What does the bell of the weir weigh?"))


def test_a_groups_shelf_is_the_groups(home):
    reply = home.say(GROUP, BELL)
    assert "this group’s shelf" in notes(reply)[0]
    assert home.shelf(GROUP).count() == 1
    home.talk.moved(GROUP.chat_id, -200)
    assert home.shelf(GROUP).count() == 0
    assert home.shelf(replace(GROUP, chat_id=-200)).count() == 1


def test_what_is_counted_says_how_many_and_no_more(home):
    home.say(ME, BELL)
    health = Health(home.services.chats, home.searcher, silent_s=60)
    assert (health.articles(), health.shelved()) == (len(ARTICLES), 1)
    assert Health(home.services.chats, None, silent_s=60).shelved() == 0


def test_forgetting_a_chat_empties_its_shelf(home):
    home.say(ME, BELL)
    home.say(YOU, BELL)
    assert "one article of your shelf" in notes(home.say(ME, "/forget"))[0]
    assert (home.shelf(ME).count(), home.shelf(YOU).count()) == (0, 1)
    assert home.say(ME, "Who asked for a whistle?").articles != home.shelf(YOU).ids()
    assert "30 days" in notes(home.say(ME, "/privacy"))[0]


@pytest.mark.sqlite_only("no copies of a database of PostgreSQL lie about")
def test_no_byte_of_a_forgotten_shelf_is_left_not_even_in_copies(home, tmp_path):
    home.say(ME, BELL)
    home.say(YOU, "https://news.example/tram")
    copy = tmp_path / "articles.db.before-articles_9999"
    with closing(sqlite3.connect(tmp_path / "articles.db")) as old:
        old.execute("VACUUM INTO ?", (str(copy),))
    damaged, older = (tmp_path / f"articles.db.before-articles_{n}" for n in ("9998", "9997"))
    damaged.write_bytes(b"SQLite format 3 clapper")
    with closing(sqlite3.connect(older)) as old:
        old.execute("CREATE TABLE article (id)")
    home.say(ME, "/forget")
    home.services.store.close()
    left = [
        file for file in tmp_path.rglob("*") if file.is_file() and b"clapper" in file.read_bytes()
    ]
    assert left == []
    assert b"last trip" in copy.read_bytes()
    assert older.exists()


def test_a_button_of_a_card_whose_article_is_gone_says_so(home):
    card = home.say(ME, BELL)
    ask, keep = action(card, "Ask about it"), action(card, "Keep")
    assert isinstance(ask, AskAbout)
    assert "look in this article first" in notes(home.press(ME, ask).reply)[0]
    assert home.press(YOU, keep).toast == "That article was removed or changed since"
    home.shelf(ME).clear()
    assert home.press(ME, ask).toast
    assert home.press(ME, keep).toast
    assert home.press(replace(ME, admin=True), ShareWithAll(keep.article)).toast


def test_an_admin_may_give_it_to_everybody(home):
    admin = replace(ME, admin=True)
    card = home.say(admin, BELL)
    share = action(card, "For everybody")
    assert home.press(ME, share).toast == home.press(YOU, share).toast
    assert home.press(admin, share).toast == "Everybody is answered from it now"
    home.searcher.refresh()
    assert home.shelf(ME).count() == 0
    assert home.services.store.get(BELL)


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_it_goes_by_itself_unless_it_is_kept(home, days, left):
    home.say(ME, BELL)
    now = datetime.now(UTC) + timedelta(days=days)
    home.services.store.whole().remove_expired(now)
    assert home.shelf(ME).count() == left


def test_what_is_kept_stays(home):
    keep = action(home.say(ME, BELL), "Keep")
    assert home.press(ME, keep).toast == "Kept until you remove it"
    home.services.store.whole().remove_expired(datetime.now(UTC) + timedelta(days=999))
    assert home.shelf(ME).count() == 1


def test_a_running_bot_lets_go_of_what_has_had_its_time(home):
    home.say(ME, BELL)
    home.shelf(ME).expire(home.shelf(ME).ids()[0], datetime.now(UTC) - timedelta(seconds=1))
    home.services._let_go()
    assert home.shelf(ME).count() == 0


# How much


def test_a_shelf_holds_so_many_articles(tmp_path):
    home = Home(tmp_path, shelf_articles=1)
    home.say(ME, BELL)
    (note,) = notes(home.say(ME, "https://news.example/tram"))
    assert note.startswith("Your shelf holds 1 articles")
    assert len(home.web.asked) == 1


def test_so_many_are_taken_in_a_day(tmp_path):
    home = Home(tmp_path, shelf_a_day=1)
    reply = home.say(ME, f"{BELL} https://news.example/tram")
    assert len(citations(reply)) == 1
    assert any(note.startswith("That is 1 articles today") for note in notes(reply))
    assert home.say(YOU, BELL).articles


@pytest.mark.sqlite_only("replicas let it come back evenly, by no midnight")
def test_readers_may_add_for_everybody_where_that_is_set(tmp_path, monkeypatch):
    home = Home(tmp_path, readers_add="shared", shelf_a_day=1)
    assert notes(home.say(ME, BELL)) == []
    assert home.services.store.get(BELL)
    assert home.say(YOU, "Who asked for a whistle?").articles[0] == home.services.store.get(BELL).id
    assert notes(home.say(ME, "https://news.example/tram"))[0].startswith("That is 1 articles")
    assert "shelf" not in notes(home.say(ME, "/privacy"))[0]
    monkeypatch.setattr(module, "_midnight", lambda: datetime(2099, 1, 1, tzinfo=UTC))
    assert home.say(ME, "https://news.example/tram").articles


def test_what_is_added_for_everybody_is_counted_for_all_replicas(tmp_path):
    url = copy_of_empty()
    first, second = (
        Home(tmp_path / name, readers_add="shared", shelf_a_day=1, database_url=url)
        for name in "ab"
    )
    try:
        assert notes(first.say(ME, BELL)) == []
        other = "https://news.example/tram"
        assert notes(second.say(ME, other))[0].startswith("That is 1 articles")
        assert second.say(YOU, other).articles
    finally:
        for one in (first, second):
            one.services.store.close()
            one.services.chats.close()


def test_where_nothing_may_be_handed_in_an_address_is_looked_up_only(home):
    talk = Conversation(home.searcher, home.services.chats)
    assert "No article here has that address" in notes(talk.hear(ME, BELL))[0]
    assert not talk.takes_in
    assert notes(talk.hand_in(ME, Handed((BELL,))))
    assert notes(talk.hand_in_file(ME, home.services.home, ""))
    talk.moved(1, 2)


# /shelf


def test_the_shelf_is_listed_page_by_page(home):
    assert "Nothing lies on your shelf" in notes(home.say(ME, "/shelf"))[0]
    for number in range(7):
        home.talk.hand_in(ME, Handed(text=PASTED.replace("Heron", f"Heron {number}")))
    first = home.say(ME, "/shelf")
    assert notes(first)[0] == "On your shelf: 7 articles"
    assert [one.headline[:2] for one in citations(first)] == ["1.", "2.", "3.", "4.", "5."]
    second = home.press(ME, TurnShelf(1)).reply
    assert [one.headline[:2] for one in citations(second)] == ["6.", "7."]
    assert citations(home.press(ME, TurnShelf(9)).reply) == citations(second)
    kept = home.press(ME, action(second, "Keep 7"))
    assert (kept.toast, notes(kept.reply)[-1]) == (
        "Kept until you remove it",
        "kept until you remove it",
    )
    assert "Keep 7" not in labels(kept.reply)
    off = home.press(ME, action(second, "Remove 6"))
    assert notes(off.reply)[0] == "On your shelf: 6 articles"


def test_in_a_group_only_those_who_may_set_things_change_the_shelf(home):
    card = home.say(GROUP, BELL)
    keep = action(card, "Keep")
    anybody = replace(GROUP, may_set=False)
    assert home.press(anybody, keep).toast == home.press(anybody, TakeOff(keep.article, 0)).toast
    assert home.shelf(GROUP).count() == 1
    assert home.press(anybody, TurnShelf(0)).reply


def test_the_shelf_is_handed_out_as_byline_add_reads_it(home):
    assert home.press(ME, ExportShelf()).toast
    home.say(ME, BELL)
    attachment = home.press(ME, ExportShelf()).attachment
    (line,) = attachment.content.decode().splitlines()
    assert read_record(json.loads(line)).url == BELL
    assert attachment.name.endswith(".jsonl")


def test_a_few_views_stay_ready(home, monkeypatch):
    monkeypatch.setattr("bot.dialogue.views._KEPT", 2)
    made = []
    views = Views(home.searcher, lambda searcher: made.append(searcher) or len(made))
    for chat in (1, 2, 3):
        home.talk.hand_in(MessageContext(chat), Handed(text=PASTED))
    assert [views.of(chat) for chat in (1, 2, 3, 3, 2, 1, 9)] == [1, 2, 3, 3, 2, 4, None]
